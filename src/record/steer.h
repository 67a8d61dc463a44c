/* steer: private to the kernel: where the database begins when it answers a list.
 *
 * A page is the first few rows of an order. Two ways lead there: find the rows that one condition leaves and sort them,
 * or walk the order from its end until enough rows fit. The first is right when few rows are left, the second when many
 * are; the database cannot know which, as it does not know the values. So it is asked: the rows that a condition leaves
 * are counted in its index, up to LEAD_MOST, which takes microseconds, and remembered while they are many
 * (leavings.h). Then the statement is written so that only one
 * way has an index. Either way the work is bounded by LEAD_MOST rows, or by how rare a fitting row can be when there
 * are more than LEAD_MOST. */
#ifndef RECORD_STEER_H
#define RECORD_STEER_H

#include "record/list.h"

enum { LEAD_MOST = LEAVES_MOST };

struct steer_lead { /* what the parts of one count share, so that it is asked once */
	bool known;
	const struct query_node *begin; /* the condition that leaves the fewest rows, and how many; NULL: each leaves
					   LEAD_MOST or more */
	int64_t fewest;
};

struct steer {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct actor *actor;
	const struct type *type;
	const struct query *filter; /* NULL: all */
	struct str search;          /* empty: none */
	instant now;
	struct str order; /* of a page, as layout_order(); empty when no index can have it */
	bool takes_ways;  /* the selection may have ways */
	bool counts;      /* it is no page: any index that has the columns will do */
	/* Of a search: when more records than this have the words, only so many of the newest are looked at, and the
	 * selection says that it is cut. 0: all are. */
	size_t window;
	bool newest_first; /* the page is ordered by identity and must be exact: what is cut off is older than all of it
			    */
	int64_t before;    /* a page of that order: identities below this; 0: the first */
	struct steer_lead lead;
};

/* As selection_make(), steered. */
MUST enum status steer_selection(const struct steer *steer, struct selection *selection, struct error *error);
/* One part of what a count counts (access_scope_part()), from 0 on; *there false when there is nothing more to count.
 */
MUST enum status steer_part(struct steer *steer, size_t part, struct selection *selection, bool *there,
			    struct error *error);
/* How many rows the best condition leaves. */
MUST enum status steer_leaves(const struct steer *steer, int64_t *count, struct error *error);
/* Beginning with several values, each of which an index has in the order of the page: the first rows of each, and the
 * page is the first of those. Fills selection->ways when `begin` is such a condition; steer_ways.c. */
bool steer_has_ways(const struct steer *steer, const struct query_node *begin, bool open);
MUST enum status steer_ways(const struct steer *steer, const struct query_node *begin,
			    const struct filter_actor *around, struct selection *selection, struct error *error);
/* Whether an index finds rows by the column's value, and has them in the order of the page. open: only open rows are
 * asked for. */
bool steer_leads_in_order(const struct steer *steer, struct str column, bool open);
/* The condition of the full text. fewest: rows that another condition leaves; *begins: the database shall begin with
 * the words instead. */
MUST enum status steer_search(const struct steer *steer, int64_t fewest, struct selection *selection, bool *begins,
			      struct error *error);

#endif

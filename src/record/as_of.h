/* as_of: records as they stood at a past moment, by undoing what history says happened since.
 *
 * A list as of a moment has two parts: rows that have not changed since are filtered and sorted in SQL as always; those
 * that have are put back, judged by the same expression in memory (which is why both evaluators must agree), and merged
 * in. An expression that looks at other records or links is judged in memory for every record. */
#ifndef RECORD_AS_OF_H
#define RECORD_AS_OF_H

#include "record/list.h"

/* Undoes the events after as_of on a loaded record (links fields loaded). *record NULL when it did not exist yet. */
MUST enum status record_put_back(struct kernel *kernel, struct connection *connection, struct arena *arena,
				 instant as_of, struct record **record, struct error *error);

struct past_list {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct actor *actor;
	const struct list_request *request;
	const struct selection *selection; /* of the rows that have not changed since */
	const struct sort_plan *plan;
	const struct sort_value *after; /* NULL: from the start */
	bool wants_total;
};
/* Its links fields as of that moment, which need no event of the record's own. */
MUST enum status record_put_links_back(struct connection *connection, struct arena *arena, instant as_of,
				       struct record *record, struct error *error);

/* What an expression sees around records as of then: of other records only those that the actor may read
 * (as_of_guard.c). */
struct query_environment past_environment(const struct past_list *past);

/* Whether the filter, or who sees the record, hangs on more than the row itself: then no row is judged in SQL. */
bool list_looks_around(const struct list_request *request);

/* Adds the records that changed after as_of and matched then, in order; *total is what a count of the whole list gives.
 */
MUST enum status list_add_past(const struct past_list *past, struct list_entries *entries, int64_t *total,
			       struct error *error);

#endif

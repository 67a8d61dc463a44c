/* list_state: what a list's address says: which view, filter, order, columns, page.
 *
 * Nothing of it is kept elsewhere. A filter that cannot be understood leaves `error` set and nothing to be read. */
#ifndef WEB_LIST_STATE_H
#define WEB_LIST_STATE_H

#include "web/list_filter.h"
#include "web/list_saved.h"
#include "web/list_table.h"

enum list_as { LIST_AS_TABLE, LIST_AS_BOARD, LIST_AS_CALENDAR };
struct str list_as_name(enum list_as as); /* as in ?as= */

struct list_state {
	struct visit *visit;
	const struct type *type;
	struct saved_view *saved;
	size_t saved_count;
	const struct view *view;             /* that is shown; NULL: a filter of one's own, or a type without views */
	const struct view *base;             /* that it began with: gives order and columns; NULL: none */
	const struct saved_view *saved_base; /* the same, when it is a saved one */
	struct str expression;               /* in the bar */
	const struct query *filter;
	struct str error;         /* what is wrong with the expression */
	struct query_place place; /* and where; column 0: nowhere */
	struct str sort_text;     /* as chosen */
	struct str order;         /* the same, after the field that it is grouped by */
	struct sort *sort;        /* of order */
	size_t sort_count;
	const struct query_field *by; /* grouped by; NULL: not */
	struct str group_words;
	bool folded; /* only the groups are shown */
	struct list_columns all, columns;
	bool own_columns; /* chosen, not the preset */
	size_t limit;
	struct str after;
	int64_t first; /* position of the first row, from 1 */
	bool dense;
	struct str menu; /* "add", "sort" or "columns": the one whose choices are wanted; empty: none */
	int64_t preview; /* identity; 0: none */
	enum list_as as;
	int64_t moved;                    /* on the board just now; 0: none */
	struct str refused;               /* why a card stays where it is; empty: none was refused */
	const struct dialog_view *dialog; /* what moving a card asks for; NULL: nothing */
};

/* First: the views, and which one it begins with. */
MUST enum status list_state_begin(struct visit *visit, struct connection *connection, const struct type *type,
				  struct list_state *state);
/* Then the rest. E_SYNTAX for what no page links to: a bad order, limit or cursor. */
MUST enum status list_state_read(struct list_state *state);
/* In place of it: true when the address came from the filter's form and was written in short; the visit is answered. */
bool list_state_shorten(const struct list_state *state);
/* The address of what it shows, without what is of this page of it alone: under "/incidents" and `rest`, such as
 * "/view". */
struct str list_state_url(const struct list_state *state, const char *rest);
/* Forgets a parameter of the address, so that nothing on the page leads on with it. */
void list_state_forget(struct visit *visit, const char *name);
/* What the view that it begins with filters by. */
struct str list_base_filter(const struct list_state *state);
/* The reader may see what the view asks for. */
bool list_view_is_open(const struct visit *visit, const struct view *view);

/* list_group.c: what it is grouped by, from the name of a field; empty or unknown: nothing. */
void list_group_find(struct list_state *state, struct str name);

/* list_views.c: the views at the left. *total: of the one that is shown, so that it is not counted again; else it
 * stays. */
MUST enum status list_draw_views(const struct list_state *state, struct connection *connection, int64_t *total);

/* page_list.c: the whole page. */
void list_answer(const struct list_state *state, struct connection *connection, unsigned status);

/* page_view.c: the address at which this list can be saved as a view, or its saved view be changed. */
void list_offer_saving(const struct list_state *state, struct list_head_view *head);

/* list_peek.c: the record that the address wants to see beside the list. */
void list_draw_peek(const struct list_state *state, struct connection *connection);

#endif

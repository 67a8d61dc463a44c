/* list_saved: views that people saved of a list, as records of the type that acts as view: one's own, and those that a
 * role or a group of one's shares. */
#ifndef WEB_LIST_SAVED_H
#define WEB_LIST_SAVED_H

#include "web/share.h"

struct saved_view {
	struct shared shared;
	struct view view;          /* name: its number, as in ?view=; filter NULL: none, or one that cannot be read */
	struct str filter;         /* as it was written */
	struct str columns, group; /* as in an address; empty: the list's own */
	struct str as;             /* table, board or calendar; empty: the table */
};

/* Those of a list that this person sees, by name. None for customers' people. */
MUST enum status saved_views_read(struct visit *visit, struct connection *connection, const struct type *type,
				  struct saved_view **views, size_t *count);
const struct saved_view *saved_view_named(const struct saved_view *views, size_t count, struct str number);
/* What the list opens with: the own first one, else that of a role or group; NULL: neither. */
const struct saved_view *saved_view_first(const struct saved_view *views, size_t count);

#endif

/* list_sort: the order of a list as people choose it: by a head, by a head with shift as the next key, by the menu. */
#ifndef WEB_LIST_SORT_H
#define WEB_LIST_SORT_H

#include "web/list_state.h"

/* The menu: how it is sorted, first keys as links, and the second and third key to choose. */
void list_sort_menu(const struct list_state *state, struct filter_view *filter);
/* The arrows in the heads, and where they lead. */
void list_sort_heads(const struct list_state *state, struct column_view *views);
/* "priority,-created_at" of the form's first, then1, then2 and then3; empty parts are left out. */
struct str list_sort_posted(const struct visit *visit);

#endif

/* list_group: a list in groups by a field: what stands above each, counted and summed over the whole list, whatever its
 * pages. */
#ifndef WEB_LIST_GROUP_H
#define WEB_LIST_GROUP_H

#include "web/list_state.h"

struct list_sum { /* of one amount of a group */
	struct str title, sum, average;
};
struct list_group {
	struct value value;
	struct str words, url; /* url: the list of this group alone */
	int64_t count;
	const struct list_sum *sums; /* one an amount that the list shows */
};
struct list_groups {
	struct list_group *items;
	size_t count, sum_count;
	int64_t least; /* identity from which on records are grouped; 0: all of them are */
};

/* What a list can be grouped by, and how it is now. */
void list_group_menu(const struct list_state *state, struct filter_view *filter);
/* Of very many only the newest GROUPED_MOST are grouped. */
MUST enum status list_groups_read(const struct list_state *state, struct connection *connection,
				  struct list_groups *groups);
/* The group of a record; NULL: it has come since. */
const struct list_group *list_group_of(const struct list_state *state, const struct list_groups *groups,
				       const struct record *record);
/* "12 records · Effort 5 h, on average 25 min" */
struct str list_group_words(const struct list_state *state, const struct list_groups *groups,
			    const struct list_group *group);
/* Says that only so many of the newest are looked at. */
void list_draw_newest(struct visit *visit, int64_t most);
/* The groups alone, as a table. */
void list_draw_groups(const struct list_state *state, const struct list_groups *groups);

#endif

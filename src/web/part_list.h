/* part_list: what stands round a list: views with counts at the left, the filter above, what can be done to many. */
#ifndef WEB_PART_LIST_H
#define WEB_PART_LIST_H

#include "query/query.h"
#include "web/words.h"

struct pick_view { /* a line of the left column */
	struct str name, url;
	int64_t count;    /* -1: none shown */
	struct str words; /* instead of the count: "3 of 5" */
	struct str later; /* instead of both: the view whose count web/js/counts.js will ask for */
	bool bad, current;
};
void draw_picks(struct html *h, const struct pick_view *picks, size_t count);

struct pick_group {
	struct str title;
	const struct pick_view *picks;
	size_t count;
};
/* counts_url: tells the counts that come later; empty: none do. */
void draw_views(struct html *h, const struct pick_group *groups, size_t count, struct str counts_url);

struct chip_view { /* one condition in words */
	struct str field, words, remove_url;
};

struct choice_view { /* a line of a menu, or a box in one */
	struct str value, words, url;
	bool chosen;
};

struct menu_view {
	const struct choice_view *choices;
	size_t count;
};

struct expression_view {
	struct str text;          /* as typed */
	struct str fields_url;    /* gives the names that fit while one types */
	struct str error;         /* what is wrong with it */
	struct query_place place; /* and where; column 0: nowhere */
};
void draw_expression(struct html *h, const struct expression_view *expression);       /* the field "filter" alone */
void draw_expression_fault(struct html *h, const struct expression_view *expression); /* if there is one */

struct filter_view {
	struct str action; /* the list's own address */
	struct expression_view expression;
	const struct chip_view *chips;
	size_t chip_count;
	struct str menu;         /* whose choices are here: "add", "sort", "group" or "columns" */
	struct str menu_url;     /* to the page that has them; the menu's name follows */
	struct menu_view fields; /* that a condition can be added for: value is the field's name */
	struct menu_view values; /* words that its value may be: value, and whose it is in words */
	struct str sorted_by;    /* words: "time left" */
	struct menu_view sorts, columns, exports;
	bool has_columns;                 /* that can be chosen */
	struct str first_sort, last_sort; /* keys that stay as they are while the second and third are chosen */
	struct menu_view then[2];         /* what these may be */
	struct menu_view groups;
	struct str grouped_by; /* words; empty: not grouped */
	struct str fold_url;   /* to the groups alone, or back; empty: neither */
	bool folded;
	bool dense;
	struct str density_url;
	const struct choice_view *kept; /* query parameters that stay as they are: value = name, words = value */
	size_t kept_count;
};
void draw_filter(struct html *h, const struct filter_view *filter);

struct list_head_view {
	struct str title, view; /* "Incidents", "Open, mine and my groups'" */
	struct str save_url, save_words, new_url, new_words;
	struct menu_view arrangements; /* table, board, calendar; none: only the one */
};
void draw_list_head(struct html *h, const struct list_head_view *head);

struct bulk_action {
	struct str name, words; /* posted as action=name */
	bool asks;
};
/* Seen only while something is selected; stands inside the form that holds the table. */
void draw_bulk(struct html *h, const struct bulk_action *actions, size_t count, size_t selected);

#endif

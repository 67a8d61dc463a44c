/* part_new: what is already known, beside the form for a new record; and what its answers lead to. */
#ifndef WEB_PART_NEW_H
#define WEB_PART_NEW_H

#include "web/part_mark.h"
#include "web/part_panel.h"
#include "web/words.h"

struct outcome_view { /* "Resolve by 12:42" */
	struct str words, value;
};
/* The line below impact and urgency. */
void draw_result(struct html *h, struct str priority, struct str words, const struct outcome_view *outcomes,
		 size_t count);

struct hint_view {
	struct str title, url;
	struct str found;        /* the folded words that matched, to be marked in title and text: blank separated */
	struct state_mark state; /* may be empty */
	struct str words;
	struct str shown_label, shown; /* what is worth reading at once: a workaround */
	struct str action, action_url; /* posts */
	enum icon icon;
	struct str name, value; /* what is posted with it */
	const char *form;       /* instead of posting: a box of that form, beside `action`; NULL: none */
	bool picked;
	struct str more, more_url;
};
struct hint_group {
	struct str title, note;
	const struct hint_view *hints;
	size_t count;
};
/* One after the other, as sections with heads of this level. */
/* below: a heading of their panel */
void draw_hint_groups(struct html *h, const struct hint_group *groups, size_t count, bool below);
/* The column beside the form. */
void hints_begin(struct html *h);
void hints_end(struct html *h);

#endif

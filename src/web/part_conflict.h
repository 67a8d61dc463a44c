/* part_conflict: two people changed the same of one record: both versions side by side, field by field, to choose from.
 */
#ifndef WEB_PART_CONFLICT_H
#define WEB_PART_CONFLICT_H

#include "web/part_field.h"

struct conflict_view {
	struct str name, label; /* the choice is posted as NAME.keep: theirs or mine */
	struct str was;         /* empty: nothing stood there */
	bool was_known;
	struct str theirs, mine; /* empty: nothing */
	bool prose;              /* texts of several lines, shown as they were written */
	struct str by;           /* who made theirs; empty: not known */
	instant at;
	struct str gone;                       /* why mine cannot be had any more; empty: it can */
	const struct field_form_view *control; /* mine, which may still be changed; NULL: as it is */
};

struct told_view { /* what needs no choice */
	struct str label, words;
};

struct kept_view { /* what was typed, and goes on to the next form unseen */
	struct str name, value;
};

struct conflict_form_view {
	struct str words, action, submit, cancel_url;
	struct str version; /* that theirs is of */
	const struct conflict_view *conflicts;
	size_t count;
	const struct told_view *mine, *theirs; /* changed by one of both only */
	size_t mine_count, theirs_count;
	const struct kept_view *kept;
	size_t kept_count;
	const struct field_form_view *fields; /* to be sent with it: a comment */
	size_t field_count;
};
void draw_conflict(struct html *h, const struct conflict_form_view *form);

#endif

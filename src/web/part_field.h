/* part_field: one field of a form: label above, hint or error below, what was typed kept.
 *
 * Values are texts as the browser sends them: dates 2026-11-24, times 2026-11-24T14:05 in the reader's zone, durations
 * as people write them, decimals with a point. */
#ifndef WEB_PART_FIELD_H
#define WEB_PART_FIELD_H

#include "web/words.h"

enum field_form {
	FORM_TEXT,
	FORM_LONG_TEXT, /* Markdown */
	FORM_INTEGER,
	FORM_DECIMAL,
	FORM_MONEY, /* NAME and NAME.currency */
	FORM_BOOLEAN,
	FORM_DATE,
	FORM_TIME, /* date and time of day */
	FORM_DURATION,
	FORM_CHOICE,     /* a select */
	FORM_CHOICE_ROW, /* a few choices side by side */
	FORM_SEARCH,     /* reference, person, group: typed, with suggestions; search_url completes */
	FORM_LINKS,      /* several references: lines of numbers */
	FORM_ROWS,       /* a small table */
	FORM_PASSWORD,
	FORM_FILE,
	FORM_HIDDEN,
};

struct field_option {
	struct str value, words;
	bool chosen;
	struct str lang;  /* that the words are in; empty: the page's */
	struct str under; /* those that follow stand under this heading; empty: as the one before */
};

struct field_form_row;

struct field_form_view {
	enum field_form form;
	struct str name, label, help, value;
	struct str error;    /* says how to mend it; empty: none */
	struct str currency; /* of money */
	struct str least, most, step;
	struct str search_url; /* of FORM_SEARCH and FORM_LINKS: gives suggestions for ?q= */
	const struct field_option *options;
	size_t option_count;
	bool required, large, focus;
	bool depends;                          /* must be answered, but perhaps is not asked: not called optional */
	bool ticks;                            /* of FORM_TIME: how long ago that is, is shown beside it and goes on */
	int64_t elapsed;                       /* then: ms */
	const struct field_form_view *columns; /* of FORM_ROWS: name and form of each */
	size_t column_count;
	const struct field_form_row *rows; /* of FORM_ROWS, as filled in so far; three empty ones follow */
	size_t row_count;
	struct str autocomplete; /* the attribute; empty: off for searches */
};

struct field_form_row {
	const struct str *values; /* in the order of columns */
};

void draw_field(struct html *h, const struct field_form_view *field);
/* Only the control, for editing in place; `id` names it for its label. */
void draw_control(struct html *h, const struct field_form_view *field, struct str id);

#endif

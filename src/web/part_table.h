/* part_table: the dense list of records, and what leads on from it. */
#ifndef WEB_PART_TABLE_H
#define WEB_PART_TABLE_H

#include "web/part_clock.h"
#include "web/part_mark.h"

enum cell_kind { /* says how wide a column is, how its cells look, and what remains of it where it is narrow */
		 CELL_NUMBER,
		 CELL_TITLE,
		 CELL_STATE,
		 CELL_PRIORITY,
		 CELL_CLOCK,
		 CELL_SHORT, /* a short name */
		 CELL_GROUP,
		 CELL_PERSON,
		 CELL_TIME, /* words of how long ago */
		 CELL_TEXT,
		 CELL_MESSAGE, /* a sentence of the program, whole */
		 CELL_AMOUNT,  /* to the right */
};

struct column_view {
	enum cell_kind kind;
	struct str title, sort_url; /* sort_url: empty when it cannot be sorted by */
	struct str also_url;        /* with it as a further key: with shift; empty: none */
	int sorted;                 /* 1 ascending, -1 descending, 0 not */
	int rank;                   /* among several keys, from 1; 0: the only one, or none */
};

struct cell_view { /* what its column's kind asks for */
	struct str text, url;
	struct state_mark state;
	struct clock_view clock;
	instant at;
	bool missing; /* nobody, nothing, where something is wanted by now */
};

struct row_view {
	struct str number, url;
	int64_t version;                          /* as it is shown; 0: not told */
	struct str group, group_url, group_words; /* that begins with it: its name and sums; empty: none does */
	const struct cell_view *cells;            /* one a column */
	bool selected, current, changed;          /* changed: by somebody else just now */
};

struct table_view {
	struct str caption;
	const struct column_view *columns;
	size_t column_count;
	const struct row_view *rows;
	size_t row_count;
	bool selectable;
};
void draw_table(struct html *h, const struct table_view *table);

struct pager_view {
	int64_t first, last; /* of what is shown, from 1 */
	int64_t total;       /* -1: not counted */
	struct str previous_url, next_url;
	struct str note; /* as "2 over time" */
	struct str first_url;
};
void draw_pager(struct html *h, const struct pager_view *pager);

/* What belongs here, and the next step. */
struct empty_view {
	enum icon icon;
	struct str title, words, url, action; /* url empty: no step to offer */
};
void draw_empty(struct html *h, const struct empty_view *empty);

#endif

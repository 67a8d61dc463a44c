/* part_board: records as cards in columns. What a card may become stands in its menu; script lets it be drawn there. */
#ifndef WEB_PART_BOARD_H
#define WEB_PART_BOARD_H

#include "web/part_clock.h"
#include "web/part_mark.h"

struct move_view {                  /* a line of a card's menu */
	struct str name, words, to; /* name: posted behind the card's number and version; to: the column's code */
	bool asks;
};

struct card_view {
	struct str number, url, title, who, priority;
	int64_t version;
	struct clock_view clock;
	bool nobody, current, moved; /* nobody: who says that; moved: just now, by this person */
	const struct move_view *moves;
	size_t move_count;
};

struct board_column {
	struct str code, words, url, count_words; /* url: the list of it alone; code: empty for what has no value */
	struct state_mark mark;                   /* word empty: words are told without a sign */
	int64_t count;
	bool done; /* it is only told how many there are */
	const struct card_view *cards;
	size_t card_count;
};

struct board_view {
	struct str action; /* moves are posted to it */
	const struct board_column *columns;
	size_t count;
};
void draw_board(struct html *h, const struct board_view *board);

#endif

#include "web/part_board.h"

static void draw_moves(struct html *h, const struct card_view *card)
{
	struct str name = phrase(h, N_("Move %s"), card->number);

	html(h,
	     "<details class='menu move'><summary class='btn quiet icon xs' aria-label='%a' title='%l'>%i</summary>"
	     "<div class='pop end'>",
	     name, N_("Move"), ICON_SWAP);
	for (size_t i = 0; i < card->move_count; i++) {
		const struct move_view *move = &card->moves[i];
		struct str value = str_format(h->out->arena, "%.*s/%lld %.*s", STR_ARG(card->number),
					      (long long)card->version, STR_ARG(move->name));

		html(h, "<button name='card' value='%a' data-to='%a'%m>%t%t</button>", value, move->to,
		     attribute_flag("data-asks", move->asks), move->words, move->asks ? "…" : "");
	}
	html(h, "</div></details>");
}

static void draw_card(struct html *h, const struct card_view *card)
{
	html(h, "<li class='%a' id='card-%a'><div class='line'>", card->current ? "card cur" : "card", card->number);
	draw_priority(h, card->priority);
	html(h, "<span class='id'>%t</span>", card->number);
	if (card->move_count)
		draw_moves(h, card);
	html(h, "</div><a class='title' href='%u'%m%m>%t</a>", card->url, attribute_flag("autofocus", card->moved),
	     attribute_if("lang", words_other_language(h, card->title)), card->title);
	if (card->clock.tone != CLOCK_TONE_NONE || card->who.n) {
		html(h, "<p class='line'>");
		draw_clock(h, &card->clock);
		html(h, "<span class='%a'>%t</span></p>", card->nobody ? "who warn" : "who", card->who);
	}
	html(h, "</li>");
}

static void draw_column_head(struct html *h, const struct board_column *column)
{
	html(h, "<h2>");
	if (column->mark.word.n)
		draw_state(h, &column->mark);
	else
		html(h, "%t", column->words);
	if (!column->done || column->count) /* what the filter leaves out is not counted as none */
		html(h, " <span class='n'>%t</span>", column->count_words);
	html(h, "</h2>");
}

static void draw_open(struct html *h, const struct board_column *column)
{
	html(h, "<section class='bcol' data-column='%a' aria-label='%a'>", column->code, column->words);
	draw_column_head(h, column);
	if (column->card_count) {
		html(h, "<ul>");
		for (size_t i = 0; i < column->card_count; i++)
			draw_card(h, &column->cards[i]);
		html(h, "</ul>");
	}
	if (column->count > (int64_t)column->card_count)
		html(h, "<a class='more' href='%u'>%t</a>", column->url,
		     phrase(h, N_("Show all %s"), column->count_words));
	html(h, "</section>");
}

/* They stand one below the other: what is done is looked up in the list, and only dropped here. */
static void draw_done(struct html *h, const struct board_view *board)
{
	bool any = false;

	for (size_t i = 0; i < board->count; i++) {
		const struct board_column *column = &board->columns[i];

		if (!column->done)
			continue;
		if (!any)
			html(h, "<div class='bdone'>");
		any = true;
		html(h, "<section class='bcol' data-column='%a' aria-label='%a'>", column->code, column->words);
		draw_column_head(h, column);
		if (column->count)
			html(h, "<a class='more' href='%u'>%l</a>", column->url, N_("Show"));
		html(h, "</section>");
	}
	if (any)
		html(h, "</div>");
}

void draw_board(struct html *h, const struct board_view *board)
{
	html(h, "<form class='board' method='post' action='%u' tabindex='-1'>", board->action);
	html_token(h);
	for (size_t i = 0; i < board->count; i++)
		if (!board->columns[i].done)
			draw_open(h, &board->columns[i]);
	draw_done(h, board);
	html(h, "</form>");
}

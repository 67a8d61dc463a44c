#include "web/part_table.h"

#include "base/arena.h"

static const char *column_class(enum cell_kind kind)
{
	static const char *const classes[] = {
	    [CELL_NUMBER] = "c-no", [CELL_TITLE] = "c-ti", [CELL_STATE] = "c-st",      [CELL_PRIORITY] = "c-pr",
	    [CELL_CLOCK] = "c-ck",  [CELL_SHORT] = "c-sv", [CELL_GROUP] = "c-gr",      [CELL_PERSON] = "c-as",
	    [CELL_TIME] = "c-up",   [CELL_TEXT] = "c-tx",  [CELL_AMOUNT] = "c-nu num", [CELL_MESSAGE] = "c-me",
	};

	return classes[kind];
}

/* --- how wide: as the heading and what stands below it ask for, and together so that the title keeps room --- */

enum {
	WIDTH_LEAST = 4, /* in rem, of 16 px */
	WIDTH_MOST = 9,
	WIDTH_MOST_ORDER = 9, /* the time that a list is sorted by: its heading stands whole */
	WIDTH_MOST_TIME = 6,  /* words of how long ago, under a heading of any length */
	WIDTH_MOST_STATE = 15,
	WIDTH_MOST_MESSAGE = 22,
	WIDTH_TOGETHER = 61, /* of a window of 1440 px, without the views beside the table and room for the title */
	EDGES = 16,          /* px: both sides of a cell */
	SIGN = 22,           /* px: what stands before a state, or behind a heading that is sorted by */
	RANK = 10,           /* px: which of several it is */
	WIDE = 4,            /* px: what a wide letter takes more than others */
	HEAD_SIZE = 13,      /* px: of letters, a little more than they are, as some faces are wide */
	CELL_SIZE = 14
};

static int width_of_fixed(enum cell_kind kind)
{
	return kind == CELL_NUMBER ? 5 : kind == CELL_PRIORITY ? 3 : kind == CELL_CLOCK ? 9 : 0;
}

static int most_of(const struct column_view *c)
{
	switch (c->kind) {
	case CELL_STATE:
		return WIDTH_MOST_STATE;
	case CELL_TIME:
		return c->sorted ? WIDTH_MOST_ORDER : WIDTH_MOST_TIME;
	case CELL_MESSAGE:
		return WIDTH_MOST_MESSAGE;
	default:
		return WIDTH_MOST;
	}
}

/* Of a single word: some letters are half as wide again as others, which nothing beside them makes up for. */
static int width_of_wide(struct str word)
{
	int wide = 0;

	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == ' ')
			return 0;
		wide += word.p[i] == 'm' || word.p[i] == 'M' || word.p[i] == 'w' || word.p[i] == 'W';
	}
	return wide * WIDE;
}

static int width_of_words(struct str words, int size, int edges)
{
	return (int)(words_width(words) * size / 12 + edges) / 16 + 1;
}

/* With the arrow of its order, and its place among several. */
static int width_of_heading(const struct column_view *c)
{
	return width_of_words(c->title, HEAD_SIZE, EDGES + (c->sorted ? SIGN : 0) + (c->rank ? RANK : 0));
}

static int width_of_column(const struct table_view *t, size_t at)
{
	const struct column_view *c = &t->columns[at];
	int most = most_of(c), width = c->kind == CELL_TIME ? 5 : WIDTH_LEAST;
	int head = width_of_heading(c);

	width = head > width ? head : width;
	for (size_t i = 0; i < t->row_count; i++) {
		const struct cell_view *cell = &t->rows[i].cells[at];
		int needs = c->kind == CELL_STATE
				? width_of_words(cell->state.word, CELL_SIZE, EDGES + SIGN)
				: width_of_words(cell->text, CELL_SIZE, EDGES + width_of_wide(cell->text));

		width = needs > width ? needs : width;
	}
	return width < most ? width : most;
}

/* 0: its kind says it. */
static int *choose_widths(struct html *h, const struct table_view *t)
{
	int *widths = arena_many(h->out->arena, int, t->column_count + 1), together = 0;

	for (size_t i = 0; i < t->column_count; i++) {
		int fixed = width_of_fixed(t->columns[i].kind);

		if (!fixed && t->columns[i].kind != CELL_TITLE)
			widths[i] = width_of_column(t, i);
		if (fixed && t->columns[i].sorted && width_of_heading(&t->columns[i]) > fixed)
			widths[i] = width_of_heading(&t->columns[i]);
		together += widths[i] ? widths[i] : fixed;
	}
	while (together > WIDTH_TOGETHER) { /* the widest gives way */
		size_t widest = 0;

		for (size_t i = 1; i < t->column_count; i++)
			if (widths[i] > widths[widest])
				widest = i;
		if (widths[widest] <= WIDTH_LEAST)
			break;
		widths[widest]--;
		together--;
	}
	return widths;
}

/* --- the table --- */

static void draw_sort(struct html *h, const struct column_view *c, enum icon arrow)
{
	html(h, "<a href='%u'%m><span>%t</span>%i", c->sort_url, attribute_if("data-also", c->also_url), c->title,
	     arrow);
	if (c->rank)
		html(h, "<span class='rank'>%d</span>", c->rank);
	html(h, "</a></th>");
}

static struct str head_class(struct html *h, enum cell_kind kind, int width)
{
	const char *class = column_class(kind);

	return width ? str_format(h->out->arena, "%s w%d", class, width) : str_of(class);
}

static bool is_cut(const struct column_view *c, int width)
{
	return width && width < width_of_words(c->title, HEAD_SIZE, EDGES);
}

static void draw_head(struct html *h, const struct table_view *t)
{
	const int *widths = choose_widths(h, t);

	html(h, "<thead><tr>");
	if (t->selectable)
		html(h, "<td class='pick'><label><span class='vh'>%l</span><input type='checkbox'></label></td>",
		     N_("Select all"));
	for (size_t i = 0; i < t->column_count; i++) {
		const struct column_view *c = &t->columns[i];
		struct str order = c->sorted > 0 ? S("ascending") : c->sorted < 0 ? S("descending") : S("");
		enum icon arrow = c->sorted > 0 ? ICON_UP : c->sorted < 0 ? ICON_DOWN : ICON_NONE;

		html(h, "<th scope='col' class='%a'%m%m>", head_class(h, c->kind, widths[i]),
		     attribute_if("title", is_cut(c, widths[i]) ? c->title : S("")), attribute_if("aria-sort", order));
		if (c->sort_url.n)
			draw_sort(h, c, arrow);
		else
			html(h, "%t</th>", c->title);
	}
	html(h, "</tr></thead>");
}

static void draw_cell(struct html *h, const struct row_view *row, enum cell_kind kind, const struct cell_view *cell)
{
	const char *class = column_class(kind);

	if (kind == CELL_TITLE) {
		html(h, "<th scope='row' class='c-ti'><a class='title' href='%u'%m>%t</a></th>", row->url,
		     attribute_if("lang", words_other_language(h, cell->text)), cell->text);
		return;
	}
	html(h, "<td class='%a'%m>", class, attribute_if("lang", words_other_language(h, cell->text)));
	if (kind == CELL_NUMBER)
		html(h, "<a class='id' href='%u' tabindex='-1'>%t</a>", row->url, row->number);
	else if (kind == CELL_STATE && cell->state.word.n)
		draw_state(h, &cell->state);
	else if (kind == CELL_PRIORITY)
		draw_priority(h, cell->text);
	else if (kind == CELL_CLOCK)
		draw_clock(h, &cell->clock);
	else if (kind == CELL_TIME && cell->at != INSTANT_NONE)
		html_ago(h, cell->at, true);
	else if (cell->missing)
		html(h, "<span class='warn'>%t</span>", cell->text);
	else if (cell->url.n)
		html(h, "<a class='id' href='%u'>%t</a>", cell->url, cell->text);
	else
		html(h, "%t", cell->text);
	html(h, "</td>");
}

static struct str row_class(const struct row_view *row)
{
	return row->current ? S("cur") : row->selected ? S("sel") : row->changed ? S("chd") : S("");
}

/* What is chosen is the record as it is shown. */
static struct str choice_of(struct html *h, const struct row_view *row)
{
	return row->version ? str_format(h->out->arena, "%.*s/%lld", STR_ARG(row->number), (long long)row->version)
			    : row->number;
}

void draw_table(struct html *h, const struct table_view *t)
{
	html(h, "<table class='grid'><caption class='vh'>%t</caption>", t->caption);
	draw_head(h, t);
	html(h, "<tbody>");
	for (size_t i = 0; i < t->row_count; i++) {
		const struct row_view *row = &t->rows[i];

		if (row->group.n)
			html(h,
			     "<tr class='grp'><th scope='rowgroup' colspan='%d'><a href='%u'>%t</a> "
			     "<span>%t</span></th></tr>",
			     t->column_count + t->selectable, row->group_url, row->group, row->group_words);
		html(h, "<tr%m>", attribute_if("class", row_class(row)));
		if (t->selectable)
			html(h,
			     "<td class='pick'><label><input type='checkbox' name='number' value='%a' "
			     "aria-label='%a'%m></label></td>",
			     choice_of(h, row), phrase(h, N_("Select %s"), row->number),
			     attribute_flag("checked", row->selected));
		for (size_t c = 0; c < t->column_count; c++)
			draw_cell(h, row, t->columns[c].kind, &row->cells[c]);
		html(h, "</tr>");
	}
	html(h, "</tbody></table>");
}

void draw_pager(struct html *h, const struct pager_view *p)
{
	struct str shown;

	if (p->total < 0)
		shown = phrase(h, N_("Showing %1$s to %2$s"), words_number(h, p->first), words_number(h, p->last));
	else if (p->first == 1 && p->last == p->total)
		shown = phrase_count(h, p->total, N_("%s record"), N_("All %s records"));
	else
		shown = phrase(h, N_("Showing %1$s to %2$s of %3$s"), words_number(h, p->first),
			       words_number(h, p->last), words_count(h, p->total));
	html(h, "<div class='foot'><span>%t</span>", shown);
	if (p->note.n)
		html(h, "<span>%t</span>", p->note);
	html(h, "<span class='news' role='status' data-news='%l' data-show='%l'></span>",
	     N_("%s new since you opened this list"), N_("Show"));
	if (p->first_url.n || p->previous_url.n || p->next_url.n) {
		html(h, "<nav class='btns push' aria-label='%l'>", N_("Pages"));
		if (p->first_url.n)
			html(h, "<a class='btn quiet s' href='%u'>%l</a>", p->first_url, N_("First page"));
		if (p->previous_url.n)
			html(h, "<a class='btn quiet s' rel='prev' href='%u'>%l</a>", p->previous_url,
			     N_("Previous page"));
		if (p->next_url.n)
			html(h, "<a class='btn quiet s' rel='next' href='%u'>%l%i</a>", p->next_url, N_("Next page"),
			     ICON_RIGHT);
		html(h, "</nav>");
	}
	html(h, "</div>");
}

void draw_empty(struct html *h, const struct empty_view *e)
{
	html(h, "<div class='empty'>%i<h2>%t</h2><p>%t</p>", e->icon, e->title, e->words);
	if (e->url.n)
		html(h, "<a class='btn' href='%u'>%t</a>", e->url, e->action);
	html(h, "</div>");
}

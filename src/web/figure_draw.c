/* One figure: what it says, drawn as bars beside its numbers or as a run of time, and the cases behind it. */
#include "web/page_figures.h"

enum { ROWS_SHOWN = 12, CASES_SHOWN = 20 };

struct drawing {
	const struct figures_page *page;
	struct html *h;
	const struct figure *figure;
	const struct figure_result *result;
	const struct reference *references;
};

/* --- numbers --- */

static struct str cell_words(const struct drawing *d, enum figure_unit unit, const struct figure_cell *cell)
{
	struct arena *arena = d->page->visit->arena;

	if (!cell->has)
		return S("–");
	switch (unit) {
	case UNIT_PERCENT: /* 100 only when it is all of them */
		return str_format(arena, "%lld.%lld %%", (long long)(cell->value / 1000000),
				  (long long)(cell->value / 100000 % 10));
	case UNIT_DURATION:
		return words_length(d->h, cell->value);
	case UNIT_AMOUNT:
		return str_format(arena, "%.2f", (double)cell->value / 1e6);
	default:
		return words_number(d->h, cell->value);
	}
}

static struct str list_url(const struct drawing *d, struct str filter)
{
	struct arena *arena = d->page->visit->arena;

	return str_format(arena, "/%.*s?filter=%.*s", STR_ARG(d->figure->type->collection),
			  STR_ARG(url_part(arena, filter)));
}

static void draw_cell(const struct drawing *d, size_t column, const struct figure_row *row)
{
	const struct figure_cell *cell = &row->cells[column];
	enum figure_unit unit = d->result->columns[column].unit;
	struct str words = cell_words(d, unit, cell);

	if (unit == UNIT_COUNT && cell->filter.n && cell->value)
		html(d->h, "<td class='num'><a href='%u'>%t</a></td>", list_url(d, cell->filter), words);
	else
		html(d->h, "<td class='num'>%t</td>", words);
}

static struct str row_label(const struct drawing *d, const struct figure_row *row)
{
	return row->is_day && d->result->each < EACH_MONTH ? words_day(d->h, row->day, DAY_SHORT) : row->label;
}

/* --- bars --- */

static int64_t greatest(const struct drawing *d, size_t column)
{
	int64_t most = 0;

	for (size_t i = 0; i < d->result->row_count; i++)
		if (d->result->rows[i].cells[column].has && d->result->rows[i].cells[column].value > most)
			most = d->result->rows[i].cells[column].value;
	return most;
}

static double part(int64_t value, int64_t most, double width)
{
	return most > 0 ? width * (double)value / (double)most : 0.0;
}

/* Kept dark, missed in the colour of what is wrong, open light: of each row's own all. */
static void draw_kept(const struct drawing *d, const struct figure_row *row)
{
	static const struct {
		size_t column;
		const char *tone;
	} parts[] = {{1, "k4"}, {2, "kb"}, {3, "k1"}};
	int64_t all = row->cells[1].value + row->cells[2].value + row->cells[3].value;
	double x = 0;

	html(d->h,
	     "<td class='bar'><svg class='plot' viewBox='0 0 100 10' preserveAspectRatio='none' aria-hidden='true'>");
	for (size_t i = 0; i < 3; i++) {
		double width = part(row->cells[parts[i].column].value, all, 100.0);

		html(d->h, "<rect class='%a' x='%f' width='%f' height='10'/>", parts[i].tone, x, width);
		x += width;
	}
	html(d->h, "</svg></td>");
}

static void draw_bar(const struct drawing *d, const struct figure_row *row, int64_t most)
{
	const struct figure_cell *cell = &row->cells[d->result->main];

	html(d->h,
	     "<td class='bar'><svg class='plot' viewBox='0 0 100 10' preserveAspectRatio='none' aria-hidden='true'>");
	html(d->h, "<rect class='k4' width='%f' height='10'/></svg></td>",
	     part(cell->has ? cell->value : 0, most, 100.0));
}

/* --- the table: with bars, or below a run of time --- */

static void draw_table_head(const struct drawing *d, bool bars)
{
	html(d->h, "<thead><tr><th scope='col'><span class='vh'>%l</span></th>", N_("Row"));
	if (bars)
		html(d->h, "<td class='bar'></td>");
	for (size_t i = 0; i < d->result->column_count; i++)
		html(d->h, "<th scope='col' class='num'>%l</th>", d->result->columns[i].words);
	html(d->h, "</tr></thead>");
}

static void draw_row(const struct drawing *d, const struct figure_row *row, bool bars, int64_t most)
{
	html(d->h, "<tr><th scope='row'>%t</th>", row_label(d, row));
	if (bars && d->result->shape == SHAPE_ATTAINMENT)
		draw_kept(d, row);
	else if (bars)
		draw_bar(d, row, most);
	for (size_t i = 0; i < d->result->column_count; i++)
		draw_cell(d, i, row);
	html(d->h, "</tr>");
}

static void draw_figure_table(const struct drawing *d, bool bars, size_t rows)
{
	const struct figure_result *result = d->result;
	int64_t most = greatest(d, result->main);

	html(d->h, "<div class='scroll' tabindex='0' role='group' aria-labelledby='f-%p'><table class='data'>",
	     d->figure->name);
	draw_table_head(d, bars);
	html(d->h, "<tbody>");
	for (size_t i = 0; i < result->row_count && i < rows; i++)
		draw_row(d, &result->rows[i], bars, most);
	html(d->h, "</tbody><tfoot><tr><th scope='row'>%t</th>", result->total.label);
	if (bars && result->shape == SHAPE_ATTAINMENT)
		draw_kept(d, &result->total);
	else if (bars)
		html(d->h, "<td class='bar'></td>");
	for (size_t i = 0; i < result->column_count; i++)
		draw_cell(d, i, &result->total);
	html(d->h, "</tr></tfoot></table></div>");
	if (result->row_count > rows)
		html(d->h, "<p class='unit'>%t</p>",
		     phrase_count(d->h, (int64_t)(result->row_count - rows), N_("%s more row in the CSV"),
				  N_("%s more rows in the CSV")));
}

/* --- a run of time --- */

enum { LEFT = 40, RIGHT = 434, TOP = 8, BOTTOM = 150 };

/* The next 1, 2 or 5 with zeros. */
static int64_t round_up(int64_t most)
{
	for (int64_t step = 1;; step *= 10) {
		static const int64_t parts[] = {1, 2, 5};

		for (size_t i = 0; i < 3; i++)
			if (step * parts[i] >= most)
				return step * parts[i];
	}
}

static void draw_scale(const struct drawing *d, int64_t top)
{
	enum figure_unit unit = d->result->columns[d->result->main].unit;

	for (int i = 0; i <= 2; i++) {
		int y = BOTTOM - (BOTTOM - TOP) * i / 2;
		struct figure_cell mark = {.has = true, .value = top * i / 2};

		if (unit == UNIT_COUNT && top % 2 && i == 1)
			continue;
		html(d->h, "<line class='%a' x1='%d' y1='%d' x2='%d' y2='%d'/><text class='e' x='%d' y='%d'>%t</text>",
		     i ? "gr" : "ax", LEFT, y, RIGHT, y, LEFT - 6, y + 4, cell_words(d, unit, &mark));
	}
}

static void draw_column(const struct drawing *d, const struct figure_row *row, double x, double height, double width)
{
	const struct figure_cell *cell = &row->cells[d->result->main];
	enum figure_unit unit = d->result->columns[d->result->main].unit;

	if (row->filter.n)
		html(d->h, "<a href='%u'>", list_url(d, row->filter));
	else
		html(d->h, "<g>");
	html(d->h, "<title>%t: %t</title><rect class='k4' x='%f' y='%f' width='%f' height='%f'/>", row_label(d, row),
	     cell_words(d, unit, cell), x, BOTTOM - height, width, height);
	if (row->filter.n)
		html(d->h, "</a>");
	else
		html(d->h, "</g>");
}

static void draw_run(const struct drawing *d)
{
	const struct figure_result *result = d->result;
	enum figure_unit unit = result->columns[result->main].unit;
	int64_t top = unit == UNIT_PERCENT ? 100 * 1000000 : round_up(greatest(d, result->main));
	double slot = (double)(RIGHT - LEFT) / (double)(result->row_count ? result->row_count : 1);
	size_t every = (result->row_count + 5) / 6;

	html(d->h, "<svg class='plot' viewBox='0 0 440 172' role='group' aria-labelledby='f-%p'>", d->figure->name);
	draw_scale(d, top);
	for (size_t i = 0; i < result->row_count; i++) {
		const struct figure_row *row = &result->rows[i];
		const struct figure_cell *cell = &row->cells[result->main];
		double height = part(cell->has ? cell->value : 0, top, BOTTOM - TOP), x = LEFT + slot * (double)i;
		struct str day = row_label(d, row);

		if (height > 0) {
			draw_column(d, row, x + slot * 0.1, height, slot * 0.8);
		}
		if (every && i % every == 0)
			html(d->h, "<text class='m' x='%f' y='%d'>%t</text>", x + slot / 2, BOTTOM + 17, day);
	}
	html(d->h, "</svg>");
}

/* --- cases --- */

static void draw_case(const struct drawing *d, const struct figure_record *record, const struct reference *reference)
{
	struct html *h = d->h;

	if (reference->readable)
		html(h, "<tr><td class='id'><a href='%u'>%t</a></td>", record_url(d->page->visit, record->record),
		     reference->shown);
	else
		html(h, "<tr><td class='id'>%t</td>", reference->shown);
	html(h, "<td>%t</td>", reference->headline);
	if (record->row != SIZE_MAX)
		html(h, "<td>%t</td>", d->result->rows[record->row].label);
	if (record->has_clock)
		html(h, "<td class='num'>%t</td>",
		     phrase(h, N_("%s over"), words_length(h, record->elapsed - record->target)));
	html(h, "</tr>");
}

static void draw_cases(const struct drawing *d)
{
	const struct figure_result *result = d->result;
	struct html *h = d->h;

	if (!result->record_count)
		return;
	html(h,
	     "<details%m><summary id='c-%p'>%t</summary><div class='scroll' tabindex='0' role='group' "
	     "aria-labelledby='f-%p c-%p'>",
	     attribute_flag("open", d->page->frozen), d->figure->name,
	     phrase_count(h, result->record_total, N_("%s case"), N_("%s cases")), d->figure->name, d->figure->name);
	html(h, "<table class='data'><tbody>");
	for (size_t i = 0; i < result->record_count && (d->page->frozen || i < CASES_SHOWN); i++)
		draw_case(d, &result->records[i], &d->references[i]);
	html(h, "</tbody></table></div>");
	if (result->record_filter.n && result->record_total > CASES_SHOWN)
		html(h, "<p><a href='%u'>%l</a></p>", list_url(d, result->record_filter), N_("Show all"));
	html(h, "</details>");
}

/* --- the whole --- */

static struct str unit_words(const struct drawing *d)
{
	const struct figure_result *result = d->result;
	const struct field *owner = result->dated ? result->dated->owner : NULL;
	struct visit *visit = d->page->visit;

	if (!result->dated)
		return label(d->h,
			     d->page->frozen ? N_("as things stood when it was issued") : N_("as things stand now"));
	if (owner)
		return phrase(d->h, N_("in the period: %s"), words_of(visit, &owner->label));
	return label(d->h,
		     str_is(result->dated->name, "created_at") ? N_("reported in the period") : N_("in the period"));
}

static void draw_goal(const struct drawing *d)
{
	const struct figure_cell *cell = &d->result->total.cells[d->result->main];

	if (d->figure->goal.op == QUERY_TRUE || !cell->has)
		return;
	html(
	    d->h, "<p class='say %a'>%i%t</p>", d->result->reaches_goal ? "met" : "missed",
	    d->result->reaches_goal ? ICON_CHECK : ICON_ALERT,
	    phrase(d->h,
		   d->result->reaches_goal ? N_("%1$s: the goal %2$s is reached") : N_("%1$s: the goal %2$s is missed"),
		   cell_words(d, d->result->columns[d->result->main].unit, cell), d->figure->goal.text));
}

static void draw_csv(const struct drawing *d, struct str name)
{
	struct str path = str_format(d->page->visit->arena, "/api/v1/insights/%.*s/%.*s",
				     STR_ARG(d->figure->type->collection), STR_ARG(d->figure->name));

	html(d->h, "<a class='csv noprint' href='%u' hx-boost='false' download>%i<span class='vh'>%t</span></a>",
	     figures_url(d->page, path,
			 d->h->language == JAPANESE ? "format=csv&language=ja" : "format=csv&language=en"),
	     ICON_DOWNLOAD, phrase(d->h, N_("%s as CSV"), name));
}

static void draw_caption(const struct drawing *d)
{
	struct visit *visit = d->page->visit;
	struct str name = words_of(visit, &d->figure->label);

	html(d->h, "<figcaption><h2 id='f-%p'>%t</h2>", d->figure->name, name);
	if (!d->page->frozen)
		draw_csv(d, name);
	html(d->h, "<p class='unit'>%t</p>", unit_words(d));
	if (d->figure->help.text[ENGLISH].n)
		html(d->h, "<p class='unit'>%t</p>", words_of(visit, &d->figure->help));
	if (d->result->sampled)
		html(d->h, "<p class='unit'>%l</p>", N_("Only the newest records were looked at."));
	draw_goal(d);
	html(d->h, "</figcaption>");
}

static bool is_bare(const struct figure_result *result)
{
	return !result->row_count && (result->by || result->each || result->shape == SHAPE_LIST);
}

void draw_figure(const struct figures_page *page, const struct figure *figure, const struct figure_result *result,
		 const struct reference *references)
{
	const struct drawing d = {page, &page->visit->h, figure, result, references};

	html(d.h, "<figure class='chart'>");
	draw_caption(&d);
	if (is_bare(result)) {
		html(d.h, "<p class='nothing'>%l</p>", N_("Nothing in this period."));
	} else if (result->shape == SHAPE_TIME) {
		draw_run(&d);
		html(d.h, "<details><summary>%l</summary>", N_("As a table"));
		draw_figure_table(&d, false, SIZE_MAX);
		html(d.h, "</details>");
	} else {
		draw_figure_table(&d, result->row_count && result->shape != SHAPE_LIST,
				  page->frozen ? SIZE_MAX : ROWS_SHOWN);
	}
	draw_cases(&d);
	html(d.h, "</figure>");
}

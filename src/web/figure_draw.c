/* One figure: what it says, drawn as bars beside its numbers or as a run of time, and the cases behind it. */
#include "web/figure_chart.h"
#include "web/figure_finding.h"
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

static void draw_cell(const struct drawing *d, size_t column, const struct figure_row *row)
{
	const struct figure_cell *cell = &row->cells[column];
	struct str words = figure_words(d->h, &d->result->columns[column], cell);

	if (d->result->columns[column].unit == UNIT_COUNT && cell->filter.n && cell->value)
		html(d->h, "<td class='num'><a href='%u'>%t</a></td>",
		     figure_url(d->figure, row->type, d->h, cell->filter), words);
	else
		html(d->h, "<td class='num'>%t</td>", words);
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

/* Kept dark, missed in the colour of what is wrong, open light: of each row's own all. */
static void draw_kept(const struct drawing *d, const struct figure_row *row)
{
	const struct chart_part parts[] = {{"k4", (double)row->cells[1].value},
					   {"kb", (double)row->cells[2].value},
					   {"k1", (double)row->cells[3].value}};

	html(d->h, "<td class='bar'>");
	figure_draw_cell(d->h, parts, 3, parts[0].value + parts[1].value + parts[2].value);
	html(d->h, "</td>");
}

static void draw_bar(const struct drawing *d, const struct figure_row *row, int64_t most)
{
	const struct figure_cell *cell = &row->cells[d->result->main];
	const struct chart_part part = {"k4", cell->has ? (double)cell->value : 0};

	html(d->h, "<td class='bar'>");
	figure_draw_cell(d->h, &part, 1, (double)most);
	html(d->h, "</td>");
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
	html(d->h, "<tr><th scope='row'>%t</th>", figure_row_words(d->h, d->result, row));
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

	html(d->h, "<div class='scroll' tabindex='0' role='group' aria-labelledby='%a'><table class='data'>",
	     figure_id(d->h, d->figure));
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
	struct str id = figure_id(h, d->figure);

	if (!result->record_count)
		return;
	html(h,
	     "<details%m><summary id='c-%a'>%t</summary><div class='scroll' tabindex='0' role='group' "
	     "aria-labelledby='%a c-%a'>",
	     attribute_flag("open", d->page->frozen), id,
	     phrase_count(h, result->record_total, N_("%s case"), N_("%s cases")), id, id);
	html(h, "<table class='data'><tbody>");
	for (size_t i = 0; i < result->record_count && (d->page->frozen || i < CASES_SHOWN); i++)
		draw_case(d, &result->records[i], &d->references[i]);
	html(h, "</tbody></table></div>");
	if (result->record_filter.n && result->record_total > CASES_SHOWN)
		html(h, "<p><a href='%u'>%l</a></p>", figure_url(d->figure, NULL, d->h, result->record_filter),
		     N_("Show all"));
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
		return phrase(d->h, N_("in the period, by “%s”"), words_of(visit, &owner->label));
	return label(d->h,
		     str_is(result->dated->name, "created_at") ? N_("reported in the period") : N_("in the period"));
}

static void draw_goal(const struct drawing *d)
{
	if (!figure_is_judged(d->figure, d->result))
		return;
	html(d->h, "<p class='say %a'>%i%t</p>", d->result->reaches_goal ? "met" : "missed",
	     d->result->reaches_goal ? ICON_CHECK : ICON_ALERT,
	     phrase(d->h,
		    d->result->reaches_goal ? N_("%1$s: the goal of %2$s is reached")
					    : N_("%1$s: the goal of %2$s is missed"),
		    figure_total_words(d->h, d->figure, d->result),
		    figure_goal_words(d->h, &d->figure->goal, &d->result->columns[d->result->main])));
}

/* each: rows of time in place of the declared; EACH_NONE: as declared. */
static void draw_csv(const struct drawing *d, struct str name, enum figure_each each)
{
	static const char *const units[] = {"",           "&each=day",    "&each=week", "&each=month",
					    "&each=year", "&each=fitting"};
	struct arena *arena = d->page->visit->arena;
	struct str path = str_format(arena, "/api/v1/insights/%.*s/%.*s", STR_ARG(d->figure->type->collection),
				     STR_ARG(d->figure->name)),
		   more = str_format(arena, "format=csv&language=%s%s", d->h->language == JAPANESE ? "ja" : "en",
				     units[each]);

	html(d->h, "<a class='csv noprint' href='%u' hx-boost='false' download>%i<span class='vh'>%t</span></a>",
	     figures_url(d->page, path, str_c(arena, more)), ICON_DOWNLOAD, phrase(d->h, N_("%s as CSV"), name));
}

static void draw_caption(const struct drawing *d)
{
	struct visit *visit = d->page->visit;
	struct str name = words_of(visit, &d->figure->label);

	html(d->h, "<figcaption><h2 id='%a'>%t</h2>", figure_id(d->h, d->figure), name);
	if (!d->page->frozen)
		draw_csv(d, name, EACH_NONE);
	html(d->h, "<p class='unit'>%t</p>", unit_words(d));
	if (d->figure->help.text[ENGLISH].n)
		html(d->h, "<p class='unit'>%t</p>", words_of(visit, &d->figure->help));
	if (d->result->sampled)
		html(d->h, "<p class='unit'>%l</p>", N_("Only the newest records were looked at."));
	draw_goal(d);
	html(d->h, "</figcaption>");
}

void draw_figure(const struct figures_page *page, const struct figure *figure, const struct figure_result *result,
		 const struct reference *references)
{
	const struct drawing d = {page, &page->visit->h, figure, result, references};

	html(d.h, "<figure class='chart'>");
	draw_caption(&d);
	if (figure_is_bare(result)) {
		html(d.h, "<p class='nothing'>%l</p>", figure_bare_words(result));
	} else if (figure_has_chart(result)) {
		figure_draw_chart(d.h, figure, result, false);
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

/* --- a tile --- */

/* "Incidents per day, 13 Nov to 26 Nov"; "Incidents, now" */
static struct str tile_unit(const struct drawing *d)
{
	static const char *const per[] = {[EACH_DAY] = N_("%1$s per day, %2$s to %3$s"),
					  [EACH_WEEK] = N_("%1$s per week, %2$s to %3$s"),
					  [EACH_MONTH] = N_("%1$s per month, %2$s to %3$s"),
					  [EACH_YEAR] = N_("%1$s per year, %2$s to %3$s")};
	const struct figures_page *page = d->page;
	struct str what = words_of(page->visit, &d->figure->type->plural), first, last;
	enum day_style style;
	int32_t from, to;

	if (d->result->is_closed)
		return label(d->h, N_("as things stand now"));
	if (d->result->shape == SHAPE_FORECAST)
		return phrase(d->h, N_("%s, by week; the band holds 80 % of what is likely"), what);
	if (!d->result->dated)
		return phrase(d->h, N_("%s, as things stand now"), what);
	from = zone_day(d->h->zone, page->span.from);
	to = zone_day(d->h->zone, page->span.to - 1);
	style = words_style_of(d->h, from, to, DAY_SHORT);
	first = words_day(d->h, from, style);
	last = words_day(d->h, to, style);
	return phrase(d->h, d->result->each ? per[d->result->each] : N_("%1$s, %2$s to %3$s"), what, first, last);
}

static void draw_finding(const struct drawing *d, bool pareto)
{
	struct str finding = figure_finding(d->h, d->figure, d->result, pareto);

	if (figure_is_judged(d->figure, d->result) && d->result->shape != SHAPE_FORECAST)
		html(d->h, "<p class='say %a'>%i%t</p>", d->result->reaches_goal ? "met" : "missed",
		     d->result->reaches_goal ? ICON_CHECK : ICON_ALERT, finding);
	else
		html(d->h, "<p class='say'>%t</p>", finding);
}

/* Where there are more records than a page looks at: which were, and where all are. */
static void draw_reach(const struct drawing *d)
{
	const struct figure_result *result = d->result;

	if (!result->untold && result->since == INSTANT_NONE)
		return;
	html(d->h, "<p class='unit'>%t <a href='%u'>%l</a></p>",
	     result->untold ? phrase(d->h, N_("More than %s records: too many to be counted here."),
				     words_number(d->h, FIGURE_COUNTED))
			    : phrase(d->h, N_("Of very many records only the newest %1$s, from %2$s on."),
				     words_number(d->h, FIGURE_MOST), words_time(d->h, result->since)),
	     d->page->whole.n ? d->page->whole
			      : str_format(d->page->visit->arena, "/figures?type=%.*s#%.*s",
					   STR_ARG(d->figure->type->collection), STR_ARG(figure_id(d->h, d->figure))),
	     d->page->whole.n ? N_("Open the list") : N_("Count all of them"));
}

enum { ROWS_DRAWN = 12, EMPTY_NAMED = 3 };

/* "0.0 %: Services, Plans, Policies and 17 more": of many rows those that are empty are named, not drawn. */
static void draw_empty(const struct drawing *d, const struct figure_row *const *empty, size_t count)
{
	const struct figure_result *result = d->result;
	size_t column = figure_drawn_from(result);
	struct buf names = buf_new(d->page->visit->arena);
	struct str words;

	for (size_t i = 0; i < count && i < EMPTY_NAMED; i++)
		words_list(d->h, &names, figure_row_words(d->h, result, empty[i]));
	words = buf_str(&names);
	if (count > EMPTY_NAMED)
		words = phrase(d->h, N_("%1$s, and %2$s others"), words,
			       words_number(d->h, (int64_t)(count - EMPTY_NAMED)));
	html(d->h, "<p class='unit'>%t</p>",
	     phrase(d->h, N_("%1$s: %2$s"), figure_words(d->h, &result->columns[column], &empty[0]->cells[column]),
		    words));
}

/* Bars of nothing say nothing: where all are, there is no chart, and of many only those with something are drawn. */
static void draw_tile_chart(const struct drawing *d, bool pareto)
{
	struct figure_result drawn = *d->result;
	size_t column = figure_drawn_from(&drawn), empty = 0;
	bool bars = drawn.shape == SHAPE_BARS || drawn.shape == SHAPE_ATTAINMENT || drawn.shape == SHAPE_STAGES;
	const struct figure_row **left =
	    arena_many(d->page->visit->arena, const struct figure_row *, drawn.row_count + 1);

	if (!drawn.row_count || drawn.shape == SHAPE_LIST)
		return;
	drawn.rows = arena_many(d->page->visit->arena, struct figure_row, drawn.row_count);
	drawn.row_count = 0;
	for (size_t i = 0; i < d->result->row_count; i++) {
		const struct figure_row *row = &d->result->rows[i];

		if (!bars || row->cells[column].value)
			drawn.rows[drawn.row_count++] = *row;
		else if (row->cells[column].has)
			left[empty++] = row;
	}
	if (drawn.row_count)
		figure_draw_chart(d->h, d->figure, d->result->row_count > ROWS_DRAWN ? &drawn : d->result, pareto);
	if (empty && drawn.row_count && d->result->row_count > ROWS_DRAWN)
		draw_empty(d, left, empty);
}

void draw_tile(const struct figures_page *page, const struct tile *tile, const struct figure_result *result)
{
	const struct drawing d = {page, &page->visit->h, tile->figure, result, NULL};
	struct str name = words_of(page->visit, &tile->figure->label);

	html(d.h, "<figure class='chart%a'><figcaption><h2 id='%a'>%t</h2>", tile->wide ? " wide" : "",
	     figure_id(d.h, tile->figure), name);
	if (!page->whole.n)
		draw_csv(&d, name, tile->each);
	html(d.h, "<p class='unit'>%t</p>", tile_unit(&d));
	draw_reach(&d);
	if (result->untold) {
		html(d.h, "</figcaption></figure>");
		return;
	}
	draw_finding(&d, tile->pareto);
	html(d.h, "</figcaption>");
	if (figure_is_bare(result)) {
		html(d.h, "</figure>");
		return;
	}
	draw_tile_chart(&d, tile->pareto);
	html(d.h, "<details%m><summary>%l<span class='vh'>: %t</span></summary>",
	     attribute_flag("open", !result->row_count || result->shape == SHAPE_LIST), N_("Figures"), name);
	draw_figure_table(&d, false, SIZE_MAX);
	html(d.h, "</details></figure>");
}

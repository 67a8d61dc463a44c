#include "web/figure_chart.h"

enum { PARETO_ROWS = 8 };

/* --- words --- */

struct str figure_words(const struct html *h, const struct figure_column *column, const struct figure_cell *cell)
{
	if (!cell->has)
		return S("–");
	switch (column->unit) {
	case UNIT_PERCENT:
		return words_share(h, cell->value, 1);
	case UNIT_DURATION:
		return column->in_days ? phrase_count(h, cell->value / DAY, N_("%s day"), N_("%s days"))
				       : words_length(h, cell->value);
	case UNIT_AMOUNT:
		return str_format(h->out->arena, "%.2f", (double)cell->value / 1e6);
	default:
		return words_number(h, cell->value);
	}
}

/* What stands in the model is told as it stands there, with as many decimals as it has. */
static struct str exact_percent(const struct html *h, int64_t millionths)
{
	char text[DECIMAL_TEXT];

	return words_percent(h, str_dup(h->out->arena, str_of(decimal_format(millionths, 1, text))));
}

static struct str bound_of(const struct html *h, const struct figure_goal *goal, const struct figure_column *column)
{
	struct figure_cell bound = {.has = true, .value = goal->value};

	if (column->unit == UNIT_PERCENT)
		return exact_percent(h, goal->value);
	if (column->unit == UNIT_COUNT)
		bound.value /= 1000000;
	return figure_words(h, column, &bound);
}

struct str figure_total_words(const struct html *h, const struct figure *figure, const struct figure_result *result)
{
	const struct figure_column *column = &result->columns[result->main];
	const struct figure_cell *cell = &result->total.cells[result->main];
	struct str words = figure_words(h, column, cell);

	return cell->has && column->unit == UNIT_PERCENT && figure->goal.op != QUERY_TRUE &&
		       cell->value != figure->goal.value && str_eq(words, bound_of(h, &figure->goal, column))
		   ? exact_percent(h, cell->value)
		   : words;
}

bool figure_is_bare(const struct figure_result *result)
{
	const struct figure_cell *cells = result->total.cells;

	if (result->shape == SHAPE_CLASSES) /* which are always there */
		return !cells[0].value;
	if (result->columns[result->main].unit != UNIT_COUNT && !cells[result->main].has)
		return true;
	return !result->row_count && (result->by || result->each || result->shape == SHAPE_LIST);
}

const char *figure_bare_words(const struct figure_result *result)
{
	return result->dated                                      ? N_("Nothing in this period.")
	       : result->columns[result->main].unit == UNIT_COUNT ? N_("There are none now.")
								  : N_("There is nothing to measure yet.");
}

bool figure_is_judged(const struct figure *figure, const struct figure_result *result)
{
	return figure->goal.op != QUERY_TRUE && !result->untold && result->column_count &&
	       result->total.cells[result->main].has &&
	       (result->columns[result->main].unit == UNIT_COUNT || !figure_is_bare(result));
}

struct str figure_goal_words(const struct html *h, const struct figure_goal *goal, const struct figure_column *column)
{
	return phrase(h,
		      goal->op == QUERY_GREATER_EQUAL ? N_("%s or more")
		      : goal->op == QUERY_LESS_EQUAL  ? N_("%s or less")
		      : goal->op == QUERY_GREATER     ? N_("more than %s")
						      : N_("less than %s"),
		      bound_of(h, goal, column));
}

struct str figure_row_words(const struct html *h, const struct figure_result *result, const struct figure_row *row)
{
	return row->is_day && result->each < EACH_MONTH ? words_day(h, row->day, DAY_SHORT) : row->label;
}

struct str figure_url(const struct figure *figure, const struct type *type, const struct html *h, struct str filter)
{
	return type_list_url(h->out->arena, type ? type : figure->type, filter);
}

struct str figure_id(const struct html *h, const struct figure *figure)
{
	return str_format(h->out->arena, "f-%.*s-%.*s", STR_ARG(figure->type ? figure->type->collection : S("")),
			  STR_ARG(figure->name));
}

/* --- a chart in the making --- */

struct making {
	struct html *h;
	const struct figure *figure;
	const struct figure_result *result;
	struct chart chart;
	struct chart_series *series; /* the chart's */
};

/* Scales count in what people count in: percent, hours, whole numbers. */
static double scale_unit(enum figure_unit unit)
{
	return unit == UNIT_COUNT ? 1 : unit == UNIT_DURATION ? (double)HOUR : 1e6;
}

size_t figure_drawn_from(const struct figure_result *result)
{
	return result->shape == SHAPE_CLASSES || result->shape == SHAPE_STAGES ? 0 : result->main;
}

static enum figure_unit unit_of(const struct figure_result *result)
{
	return result->columns[figure_drawn_from(result)].unit;
}

static struct str say(const void *reader, double value)
{
	const struct making *m = reader;
	struct arena *arena = m->h->out->arena;

	if (value == 0)
		return S("0");
	switch (unit_of(m->result)) {
	case UNIT_COUNT:
		return words_number(m->h, (int64_t)(value + 0.5));
	case UNIT_DURATION:
		return words_length(m->h, (int64_t)(value * HOUR));
	case UNIT_PERCENT:
		return words_percent(m->h, str_format(arena, "%.4g", (double)(int64_t)(value * 10 + 0.5) / 10));
	default:
		return str_format(arena, "%.4g", value);
	}
}

/* "P3, under 1 day: 18" */
static struct str title_of(const struct making *m, const struct figure_row *row, size_t column)
{
	const struct figure_result *result = m->result;
	struct arena *arena = m->h->out->arena;
	struct str words = figure_row_words(m->h, result, row),
		   number = figure_words(m->h, &result->columns[column], &row->cells[column]);

	if (result->drawn > 1)
		words = phrase(m->h, N_("%1$s, %2$s"), words, label(m->h, result->columns[column].words));
	return str_format(arena, "%.*s: %.*s", STR_ARG(words), STR_ARG(number));
}

static struct chart_series series_of(const struct making *m, size_t column, size_t rows)
{
	const struct figure_result *result = m->result;
	struct chart_mark *marks = arena_many(m->h->out->arena, struct chart_mark, rows + 1);
	enum figure_unit counts_in = result->columns[column].unit;
	double unit = scale_unit(counts_in);

	for (size_t i = 0; i < rows; i++) {
		const struct figure_row *row = &result->rows[i];
		const struct figure_cell *cell = &row->cells[column];
		struct str filter = cell->filter.n || result->drawn > 1 ? cell->filter : row->filter;

		marks[i] = (struct chart_mark){
		    .has = cell->has, .value = (double)cell->value / unit, .title = title_of(m, row, column)};
		if (counts_in == UNIT_PERCENT) /* as in its table */
			marks[i].words = figure_words(m->h, &result->columns[column], cell);
		if (filter.n && cell->has)
			marks[i].url = figure_url(m->figure, row->type, m->h, filter);
	}
	return (struct chart_series){label(m->h, result->columns[column].words), marks};
}

static void add_goal(struct making *m)
{
	const struct figure_goal *goal = &m->figure->goal;
	struct chart_goal *line = &m->chart.goal;

	if (goal->op == QUERY_TRUE || m->result->shape == SHAPE_STAGES)
		return;
	*line = (struct chart_goal){.has = true,
				    .at_most = goal->op == QUERY_LESS || goal->op == QUERY_LESS_EQUAL,
				    .value = (double)goal->value /
					     (unit_of(m->result) == UNIT_DURATION ? (double)HOUR : 1e6),
				    .kept = label(m->h, N_("on target")),
				    .label = label(m->h, N_("target"))};
	line->missed = label(m->h, line->at_most ? N_("above target") : N_("below target"));
	line->line = phrase(m->h, N_("Target %s"), say(m, line->value));
}

static enum chart_kind kind_of(const struct figure_result *result, bool pareto)
{
	switch (result->shape) {
	case SHAPE_FLOW:
		return CHART_LINES;
	case SHAPE_PARTS:
		return CHART_STACKED;
	case SHAPE_RHYTHM:
		return CHART_HEAT;
	case SHAPE_FORECAST:
		return CHART_FORECAST;
	case SHAPE_CLASSES:
		return CHART_CLASSES;
	case SHAPE_TIME:
		return unit_of(result) == UNIT_COUNT ? CHART_COLUMNS : CHART_LINES;
	default:
		return pareto ? CHART_PARETO : CHART_STACKED;
	}
}

bool figure_has_chart(const struct figure_result *result)
{
	return result->shape == SHAPE_TIME || result->shape >= SHAPE_FLOW;
}

/* The greatest first; what does not fit in is the last bar. */
static void make_pareto(struct making *m)
{
	const struct figure_result *result = m->result;
	size_t rows = m->chart.count;
	struct chart_mark *marks = arena_many(m->h->out->arena, struct chart_mark, rows + 1);
	struct str *labels = arena_many(m->h->out->arena, struct str, rows + 1);
	const struct chart_mark *all = m->chart.series[0].marks;

	for (size_t i = 0; i < rows; i++) { /* few rows: put each where it belongs */
		size_t at = i;

		for (; at > 0 && marks[at - 1].value < all[i].value; at--) {
			marks[at] = marks[at - 1];
			labels[at] = labels[at - 1];
		}
		marks[at] = all[i];
		labels[at] = figure_row_words(m->h, result, &result->rows[i]);
	}
	if (rows > PARETO_ROWS) {
		struct chart_mark *rest = &marks[PARETO_ROWS - 1];

		for (size_t i = PARETO_ROWS; i < rows; i++)
			rest->value += marks[i].value;
		labels[PARETO_ROWS - 1] = label(m->h, N_("All others"));
		rest->title = str_format(m->h->out->arena, "%.*s: %.*s", STR_ARG(labels[PARETO_ROWS - 1]),
					 STR_ARG(say(m, rest->value)));
		rest->url = S("");
		m->chart.count = PARETO_ROWS;
	}
	m->chart.labels = labels;
	m->chart.running = label(m->h, N_("cumulative share"));
	m->chart.most = label(m->h, N_("80 % of all"));
	m->series[0].marks = marks;
}

/* "Now 146": the last that was counted. */
static void make_forecast(struct making *m)
{
	const struct chart_mark *counted = m->chart.series[0].marks;

	for (size_t i = 0; i < m->chart.count; i++)
		if (counted[i].has)
			m->chart.now = phrase(m->h, N_("Now %s"), say(m, counted[i].value));
	m->series[2].label = label(m->h, N_("likely range"));
	m->chart.goal.kept = m->chart.goal.missed = S("");
	m->chart.goal.label = label(m->h, N_("limit"));
	m->chart.goal.line = phrase(m->h, N_("Limit %s"), say(m, m->chart.goal.value));
}

/* "PT4H", "100%", "12": the key of a class. */
static struct str bound_words(const struct html *h, struct str key)
{
	struct duration duration;

	if (str_ends(key, S("%")))
		return words_percent(h, str_sub(key, 0, key.n - 1));
	return str_starts(key, S("P")) && duration_parse(key, &duration) ? words_length(h, duration_ms(duration)) : key;
}

size_t figure_within(const struct figure_result *result)
{
	size_t within = 0;

	while (result->column_count > 2 && within < result->row_count && result->rows[within].cells[2].has)
		within++;
	return within;
}

struct str figure_target_words(const struct html *h, const struct figure_result *result)
{
	size_t within = figure_within(result);

	return within ? bound_words(h, result->rows[within - 1].key) : S("");
}

static void make_classes(struct making *m)
{
	const struct figure_result *result = m->result;
	struct str *edges = arena_many(m->h->out->arena, struct str, result->row_count + 1);

	for (size_t i = 0; i < result->row_count; i++)
		edges[i] = bound_words(m->h, result->rows[i].key);
	m->chart.edges = result->row_count ? edges : NULL;
	m->chart.within = figure_within(result);
	m->chart.goal.kept = label(m->h, N_("within target"));
	m->chart.goal.missed = label(m->h, N_("beyond the target"));
	m->chart.goal.label = label(m->h, N_("target"));
	m->chart.goal.line = phrase(m->h, N_("Target %s"), figure_target_words(m->h, result));
}

void figure_draw_lines(struct html *h, const struct chart *chart)
{
	struct buf out = buf_new(h->out->arena);

	chart_draw(&out, chart);
	chart_draw_legend(&out, chart);
	html_raw(h, buf_str(&out));
}

void figure_draw_chart(struct html *h, const struct figure *figure, const struct figure_result *result, bool pareto)
{
	struct arena *arena = h->out->arena;
	struct making m = {.h = h, .figure = figure, .result = result};
	size_t drawn = result->drawn ? result->drawn : 1;
	struct chart_series *series = arena_many(arena, struct chart_series, drawn);
	struct str *labels = arena_many(arena, struct str, result->row_count + 1);

	for (size_t i = 0; i < result->row_count; i++)
		labels[i] = figure_row_words(h, result, &result->rows[i]);
	for (size_t i = 0; i < drawn; i++)
		series[i] = series_of(&m, figure_drawn_from(result) + i, result->row_count);
	m.chart = (struct chart){.kind = kind_of(result, pareto),
				 .titled_by = figure_id(h, figure),
				 .labels = labels,
				 .count = result->row_count,
				 .series = series,
				 .series_count = drawn,
				 .say = say,
				 .reader = &m,
				 .whole = unit_of(result) == UNIT_COUNT};
	m.series = series;
	if (m.chart.kind == CHART_CLASSES)
		make_classes(&m);
	else
		add_goal(&m);
	if (m.chart.kind == CHART_PARETO)
		make_pareto(&m);
	if (m.chart.kind == CHART_FORECAST)
		make_forecast(&m);
	figure_draw_lines(h, &m.chart);
}

void figure_draw_cell(struct html *h, const struct chart_part *parts, size_t count, double all)
{
	struct buf out = buf_new(h->out->arena);

	chart_draw_cell(&out, parts, count, all);
	html_raw(h, buf_str(&out));
}

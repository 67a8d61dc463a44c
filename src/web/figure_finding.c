#include "web/figure_finding.h"

#include <stdlib.h>

#include "web/figure_chart.h"

struct finding {
	const struct html *h;
	const struct figure *figure;
	const struct figure_result *result;
};

static struct str words(const struct finding *f, const struct figure_row *row, size_t column)
{
	return figure_words(f->h, f->result->columns[column].unit, &row->cells[column]);
}

static struct str total(const struct finding *f, size_t column)
{
	return words(f, &f->result->total, column);
}

static struct str of_flow(const struct finding *f)
{
	int64_t net = f->result->total.cells[2].value;
	struct str change = words_number(f->h, net < 0 ? -net : net);

	return phrase(f->h,
		      net > 0   ? N_("%1$s arrived, %2$s closed: the backlog grew by %3$s.")
		      : net < 0 ? N_("%1$s arrived, %2$s closed: the backlog shrank by %3$s.")
				: N_("%1$s arrived, %2$s closed: the backlog stayed as it was."),
		      total(f, 0), total(f, 1), change);
}

/* The last part is the oldest, and what one asks about. */
static struct str of_parts(const struct finding *f)
{
	size_t last = f->result->main + f->result->drawn - 1, all = f->result->column_count - 1;

	return phrase(f->h, N_("%1$s in all; %2$s of them %3$s."), total(f, all), total(f, last),
		      label(f->h, f->result->columns[last].words));
}

static struct str of_rhythm(const struct finding *f)
{
	const struct figure_result *result = f->result;
	size_t hour = 0, day = 0;

	for (size_t i = 0; i < result->row_count; i++)
		for (size_t d = 0; d < result->drawn; d++)
			if (result->rows[i].cells[d].value > result->rows[hour].cells[day].value) {
				hour = i;
				day = d;
			}
	return phrase(f->h, N_("%1$s at %2$s is the peak with %3$s of %4$s."), label(f->h, result->columns[day].words),
		      result->rows[hour].label, words(f, &result->rows[hour], day), total(f, result->drawn));
}

/* Without a limit, or when it is not reached: what is likely at the end. */
static struct str of_forecast(const struct finding *f)
{
	const struct figure_result *result = f->result;
	const struct figure_goal *goal = &f->figure->goal;
	bool limited = goal->op == QUERY_LESS || goal->op == QUERY_LESS_EQUAL;
	const struct figure_row *end = &result->rows[result->row_count - 1];

	for (size_t i = 0; limited && i < result->row_count; i++) {
		const struct figure_row *row = &result->rows[i];

		if (row->cells[1].has && row->cells[1].value * 1000000 > goal->value)
			return phrase(f->h,
				      row->cells[0].has ? N_("The limit of %1$s is passed already.")
							: N_("At this pace the limit of %1$s is passed by %2$s."),
				      words_number(f->h, goal->value / 1000000), words_day(f->h, row->day, DAY_SHORT));
	}
	return phrase(f->h, N_("At this pace %1$s on %2$s, likely between %3$s and %4$s."), words(f, end, 1),
		      words_day(f->h, end->day, DAY_SHORT), words(f, end, 2), words(f, end, 3));
}

static struct str of_time(const struct finding *f)
{
	const struct figure_result *result = f->result;
	const struct figure_goal *goal = &f->figure->goal;
	struct str whole = total(f, result->main);
	int64_t missed = 0, told = 0;

	if (goal->op == QUERY_TRUE)
		return phrase(f->h, N_("%s in all."), whole);
	for (size_t i = 0; i < result->row_count; i++) {
		struct figure_result one = {.columns = result->columns, .main = result->main, .total = result->rows[i]};

		told += one.total.cells[one.main].has;
		missed += one.total.cells[one.main].has && !figure_reaches(f->figure, &one);
	}
	return phrase(f->h, N_("%1$s over the whole period, the goal is %2$s; missed in %3$s of %4$s."), whole,
		      figure_goal_words(f->h, goal, result->columns[result->main].unit), words_number(f->h, missed),
		      words_number(f->h, told));
}

static int greatest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x < y) - (x > y);
}

/* How few rows make four fifths. */
static struct str of_pareto(const struct finding *f)
{
	const struct figure_result *result = f->result;
	int64_t *sorted = arena_many(f->h->out->arena, int64_t, result->row_count + 1), all = 0, sum = 0;
	size_t few = 0;

	for (size_t i = 0; i < result->row_count; i++)
		all += sorted[i] = result->rows[i].cells[result->main].value;
	qsort(sorted, result->row_count, sizeof(*sorted), greatest_first);
	while (few < result->row_count && sum * 5 < all * 4)
		sum += sorted[few++];
	return phrase(f->h, N_("%1$s of %2$s make %3$s % of all."), words_number(f->h, (int64_t)few),
		      words_number(f->h, (int64_t)result->row_count), words_number(f->h, all ? sum * 100 / all : 0));
}

static struct str of_bars(const struct finding *f)
{
	const struct figure_result *result = f->result;
	const struct figure_row *most = NULL, *least = NULL;
	bool counts = result->columns[result->main].unit == UNIT_COUNT; /* averages and shares are no sum */
	bool wanted = !counts && (f->figure->goal.op == QUERY_GREATER_EQUAL || f->figure->goal.op == QUERY_GREATER);

	for (size_t i = 0; i < result->row_count; i++)
		if (result->rows[i].cells[result->main].has &&
		    (!most || result->rows[i].cells[result->main].value > most->cells[result->main].value))
			most = &result->rows[i];
	for (size_t i = 0; wanted && i < result->row_count; i++)
		if (result->rows[i].cells[result->main].has &&
		    (!least || result->rows[i].cells[result->main].value < least->cells[result->main].value))
			least = &result->rows[i];
	if (least)
		return phrase(f->h, N_("%1$s over all; lowest: %2$s with %3$s."), total(f, result->main),
			      figure_row_words(f->h, result, least), words(f, least, result->main));
	if (!most || !most->cells[result->main].value)
		return phrase(f->h, counts ? N_("%s in all.") : N_("%s over all."), total(f, result->main));
	return phrase(f->h,
		      counts ? N_("%1$s in all; most: %2$s with %3$s.") : N_("%1$s over all; highest: %2$s with %3$s."),
		      total(f, result->main), figure_row_words(f->h, result, most), words(f, most, result->main));
}

/* How many stay within the target, and how many do not; without one, which class is the largest. */
static struct str of_classes(const struct finding *f)
{
	const struct figure_result *result = f->result;
	const struct figure_goal *goal = &f->figure->goal;
	size_t within = figure_within(result);
	int64_t beyond = 0;
	struct str found;

	if (!within)
		return of_bars(f);
	for (size_t i = within; i < result->row_count; i++)
		beyond += result->rows[i].cells[0].value;
	found = phrase(f->h, N_("%1$s of %2$s stayed within the target (%3$s), %4$s went beyond."), total(f, 2),
		       total(f, 0), figure_target_words(f->h, result), words_number(f->h, beyond));
	if (goal->op == QUERY_TRUE)
		return found;
	return phrase(f->h, N_("%1$s The goal is %2$s."), found, figure_goal_words(f->h, goal, UNIT_PERCENT));
}

struct str figure_finding(const struct html *h, const struct figure *figure, const struct figure_result *result,
			  bool pareto)
{
	const struct finding f = {h, figure, result};

	switch (result->shape) {
	case SHAPE_FLOW:
		return of_flow(&f);
	case SHAPE_PARTS:
		return of_parts(&f);
	case SHAPE_RHYTHM:
		return of_rhythm(&f);
	case SHAPE_FORECAST:
		return of_forecast(&f);
	case SHAPE_TIME:
		return of_time(&f);
	case SHAPE_CLASSES:
		return of_classes(&f);
	default:
		return pareto ? of_pareto(&f) : of_bars(&f);
	}
}

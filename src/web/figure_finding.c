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
	return figure_words(f->h, &f->result->columns[column], &row->cells[column]);
}

static struct str whole_of(const struct finding *f)
{
	return figure_total_words(f->h, f->figure, f->result);
}

static struct str total(const struct finding *f, size_t column)
{
	return words(f, &f->result->total, column);
}

static bool counts(const struct finding *f)
{
	return f->result->columns[f->result->main].unit == UNIT_COUNT;
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

	if (!result->total.cells[result->drawn].value)
		return phrase(f->h, N_("%s in all."), total(f, result->drawn));
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
	struct str whole = whole_of(f);
	int64_t missed = 0, told = 0;

	if (goal->op == QUERY_TRUE)
		return phrase(f->h, counts(f) ? N_("%s in all.") : N_("%s over all."), whole);
	for (size_t i = 0; i < result->row_count; i++) {
		struct figure_result one = {.columns = result->columns, .main = result->main, .total = result->rows[i]};

		told += one.total.cells[one.main].has;
		missed += one.total.cells[one.main].has && !figure_reaches(f->figure, &one);
	}
	return phrase(f->h, N_("%1$s over the whole period, the goal is %2$s; missed in %3$s of %4$s."), whole,
		      figure_goal_words(f->h, goal, &result->columns[result->main]), words_number(f->h, missed),
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
	struct figure_cell share;
	size_t few = 0;

	for (size_t i = 0; i < result->row_count; i++)
		all += sorted[i] = result->rows[i].cells[result->main].value;
	qsort(sorted, result->row_count, sizeof(*sorted), greatest_first);
	while (few < result->row_count && sum * 5 < all * 4)
		sum += sorted[few++];
	cell_share(&share, sum, all, S(""));
	return phrase(f->h, N_("%1$s of %2$s make %3$s of all."), words_number(f->h, (int64_t)few),
		      words_number(f->h, (int64_t)result->row_count), words_share(f->h, share.value, 0));
}

/* --- rows beside each other --- */

enum { NAMED_MOST = 2 /* of rows that stand alike; of more it is said how many they are */ };

/* The greatest or the least row; those that read the same stand beside it. */
static const struct figure_row *extreme(const struct finding *f, bool least, size_t *alike, size_t *told)
{
	const struct figure_result *result = f->result;
	const struct figure_row *found = NULL;

	*alike = *told = 0;
	for (size_t i = 0; i < result->row_count; i++) {
		const struct figure_row *row = &result->rows[i];
		int64_t value = row->cells[result->main].value;

		if (!row->cells[result->main].has)
			continue;
		++*told;
		if (!found ||
		    (least ? value < found->cells[result->main].value : value > found->cells[result->main].value)) {
			found = row;
			*alike = 0;
		}
		*alike += value == found->cells[result->main].value;
	}
	return found;
}

static struct str named(const struct finding *f, const struct figure_row *row)
{
	return str_format(f->h->out->arena, f->h->language == JAPANESE ? "「%.*s」" : "%.*s",
			  STR_ARG(figure_row_words(f->h, f->result, row)));
}

/* "Services"; "Services and Plans"; "20 of the 21". */
static struct str names(const struct finding *f, const struct figure_row *like, size_t alike, size_t told)
{
	const struct figure_result *result = f->result;
	struct str found[NAMED_MOST];
	size_t count = 0;

	if (alike > NAMED_MOST)
		return phrase(f->h, N_("%1$s of the %2$s"), words_number(f->h, (int64_t)alike),
			      words_number(f->h, (int64_t)told));
	for (size_t i = 0; i < result->row_count && count < alike; i++)
		if (result->rows[i].cells[result->main].has &&
		    result->rows[i].cells[result->main].value == like->cells[result->main].value)
			found[count++] = named(f, &result->rows[i]);
	return count > 1 ? phrase(f->h, N_("%1$s and %2$s"), found[0], found[1]) : found[0];
}

/* Which row stands out: of what is to be great the lowest; averages and shares are no sum. */
static struct str of_bars(const struct finding *f)
{
	bool least = !counts(f) && (f->figure->goal.op == QUERY_GREATER_EQUAL || f->figure->goal.op == QUERY_GREATER);
	size_t alike, told;
	const struct figure_row *row = extreme(f, least, &alike, &told);
	struct str whole = whole_of(f), number;

	if (!row || told == 1 || (!least && !row->cells[f->result->main].value))
		return phrase(f->h, counts(f) ? N_("%s in all.") : N_("%s over all."), whole);
	number = words(f, row, f->result->main);
	if (alike == told && !counts(f) &&
	    row->cells[f->result->main].value != f->result->total.cells[f->result->main].value)
		return phrase(f->h, N_("%1$s over all, %2$s each."), whole, number); /* parts of a whole */
	if (alike == told)
		return counts(f) ? phrase(f->h, N_("%1$s in all, %2$s each."), whole, number)
				 : phrase(f->h, N_("%s over all, the same everywhere."), whole);
	if (alike > 1)
		number = phrase(f->h, N_("%s each"), number);
	return phrase(f->h,
		      least       ? N_("%1$s over all; lowest: %2$s with %3$s.")
		      : counts(f) ? N_("%1$s in all; most: %2$s with %3$s.")
				  : N_("%1$s over all; highest: %2$s with %3$s."),
		      whole, names(f, row, alike, told), number);
}

/* Which stages turn, and at which nothing was done. */
static struct str of_stages(const struct finding *f)
{
	const struct figure_result *result = f->result;
	struct buf still = buf_new(f->h->out->arena);
	int64_t all = 0, turning = 0;

	for (size_t i = 0; i < result->row_count; i++) {
		const struct figure_row *row = &result->rows[i];

		if (i && str_eq(row->stage, result->rows[i - 1].stage))
			continue;
		all++;
		if (row->cells[result->main].value)
			turning++;
		else
			words_list(f->h, &still, row->stage);
	}
	if (!still.n)
		return phrase(f->h, N_("All %s stages turn."), words_number(f->h, all));
	return phrase(f->h, N_("%1$s of %2$s stages turn; nothing was done at: %3$s."), words_number(f->h, turning),
		      words_number(f->h, all), buf_str(&still));
}

/* How many stay within the target, and how many do not; without one, which class is the largest. */
static struct str of_classes(const struct finding *f)
{
	const struct figure_result *result = f->result;
	const struct figure_goal *goal = &f->figure->goal;
	static const struct figure_column shares = {.unit = UNIT_PERCENT};
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
	return phrase(f->h, N_("%1$s The goal is %2$s."), found, figure_goal_words(f->h, goal, &shares));
}

struct str figure_finding(const struct html *h, const struct figure *figure, const struct figure_result *result,
			  bool pareto)
{
	const struct finding f = {h, figure, result};

	if (figure_is_bare(result))
		return label(h, figure_bare_words(result));
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
	case SHAPE_STAGES:
		return of_stages(&f);
	default:
		return pareto ? of_pareto(&f) : of_bars(&f);
	}
}

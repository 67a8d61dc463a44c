/* average: what a number, or the service time that a clock took, is on average, in the middle, and for nine of ten;
 * of those that have the number, or whose clock has stopped.
 *
 *	time_to_resolve: {insight: average, clock: resolution, in_period: resolved_at, by: priority}
 *	reopenings: {insight: average, of: reopen_count, in_period: closed_at} */
#include "insight/insights.h"

struct average {
	struct str clock;
	const struct query_field *of;
};

static enum status load(struct figure_loading *loading, const void **own, struct error *error)
{
	struct average *average = arena_one(loading->arena, struct average);
	enum status status;

	*own = average;
	if ((status = figure_field(loading, "of", &average->of, error)) ||
	    (status = figure_clock(loading, false, &average->clock, error)))
		return status;
	if (!average->of == !average->clock.n)
		return figure_fail(loading, NULL, N_("An average is of a number (of) or of a clock"), NULL, error);
	if (average->of && average->of->kind != VALUE_INTEGER && average->of->kind != VALUE_DECIMAL &&
	    average->of->kind != VALUE_DURATION)
		return figure_fail(loading, node_get(loading->parameters, "of"),
				   N_("Only numbers and durations have an average"), NULL, error);
	return OK;
}

enum { COUNT, AVERAGE, MIDDLE, NINE_OF_TEN, COLUMNS };
static const struct figure_column durations[COLUMNS] = {[COUNT] = {"count", N_("Count"), UNIT_COUNT},
							[AVERAGE] = {"average", N_("Average"), UNIT_DURATION},
							[MIDDLE] = {"median", N_("Median"), UNIT_DURATION},
							[NINE_OF_TEN] = {"p90", N_("90 % within"), UNIT_DURATION}};
static const struct figure_column amounts[COLUMNS] = {[COUNT] = {"count", N_("Count"), UNIT_COUNT},
						      [AVERAGE] = {"average", N_("Average"), UNIT_AMOUNT},
						      [MIDDLE] = {"median", N_("Median"), UNIT_AMOUNT},
						      [NINE_OF_TEN] = {"p90", N_("90 % within"), UNIT_AMOUNT}};

/* Amounts are told in millionths; whole numbers are not kept so. */
static int64_t scale_of(const struct average *own)
{
	return own->of && own->of->kind == VALUE_INTEGER ? 1000000 : 1;
}

static struct group_request measuring(const struct average *own, int percentile)
{
	return (struct group_request){.of = own->of, .of_clock = own->clock, .percentile = percentile};
}

static void begin_row(struct figure_row *row)
{
	for (int column = COUNT; column < COLUMNS; column++)
		row->cells[column] = (struct figure_cell){.has = column == COUNT, .filter = row->filter};
}

struct tally {
	int64_t with;
	__int128 sum;
};

static void tally(struct figure_row *row, struct tally *tally, const struct group_row *group)
{
	row->cells[COUNT].value += group->count;
	tally->with += group->with;
	tally->sum += group->figure;
}

static void take_average(struct figure_row *row, const struct tally *tally, int64_t scale)
{
	row->cells[AVERAGE].has = tally->with > 0;
	if (tally->with)
		row->cells[AVERAGE].value = (int64_t)(tally->sum * scale / tally->with);
}

static void take_sums(struct computing *c, const struct figure_groups *groups, int64_t scale)
{
	struct figure_result *result = c->result;
	struct tally *tallies = arena_many(c->arena, struct tally, result->row_count + 1), total = {0};

	for (size_t i = 0; i < groups->count; i++) {
		struct figure_row *row = figure_row_of(c, &groups->groups[i]);

		if (row)
			tally(row, &tallies[row - result->rows], &groups->groups[i]);
		tally(&result->total, &total, &groups->groups[i]);
	}
	for (size_t i = 0; i < result->row_count; i++)
		take_average(&result->rows[i], &tallies[i], scale);
	take_average(&result->total, &total, scale);
}

static enum status take_percentile(struct computing *c, int percentile, int column)
{
	const struct average *own = c->figure->own;
	struct group_request request = measuring(own, percentile);
	struct figure_result *result = c->result;
	struct figure_groups groups;
	enum figure_each each = result->each;
	const struct query_field *by = result->by;
	enum status status;

	/* Time and yes-or-no rows put several groups together, whose percentile is not that of a part. */
	if (by && by->kind != VALUE_BOOLEAN && !each) {
		if ((status = figure_groups(c, S(""), &request, &groups)))
			return status;
		for (size_t i = 0; i < groups.count; i++) {
			struct figure_row *row = figure_row_of(c, &groups.groups[i]);

			if (row) {
				row->cells[column].has = true;
				row->cells[column].value = groups.groups[i].figure * scale_of(own);
			}
		}
	}
	result->by = NULL;
	result->each = EACH_NONE;
	status = figure_groups(c, S(""), &request, &groups);
	result->by = by;
	result->each = each;
	if (!status && groups.count) {
		result->total.cells[column].has = true;
		result->total.cells[column].value = groups.groups[0].figure * scale_of(own);
	}
	return status;
}

static enum status compute(struct computing *c)
{
	const struct average *own = c->figure->own;
	struct group_request sums = measuring(own, 0);
	struct figure_result *result = c->result;
	struct figure_groups groups;
	enum status status;

	result->shape = result->each ? SHAPE_TIME : result->by ? SHAPE_BARS : SHAPE_NUMBER;
	result->columns = own->clock.n || own->of->kind == VALUE_DURATION ? durations : amounts;
	result->column_count = COLUMNS;
	result->main = AVERAGE;
	if ((status = figure_groups(c, S(""), &sums, &groups)) || (status = figure_rows(c, &groups)))
		return status;
	begin_row(&result->total);
	for (size_t i = 0; i < result->row_count; i++)
		begin_row(&result->rows[i]);
	take_sums(c, &groups, scale_of(own));
	if ((status = take_percentile(c, 50, MIDDLE)))
		return status;
	return take_percentile(c, 90, NINE_OF_TEN);
}

const struct insight insight_average = {"average", "of clock", load,       compute, durations,
					COLUMNS,   AVERAGE,    SHAPE_BARS, true};

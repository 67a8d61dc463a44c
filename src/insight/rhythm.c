/* rhythm: at which hours of which days of the week it happens, by the clock on the reader's wall.
 *
 *	rhythm: {insight: rhythm, in_period: created_at}
 *
 * Counted by quarters of an hour, of which the hours of every zone are made; which hour each belongs to is the zone's
 * to say, so that a change to summer time moves nothing that came at nine o'clock. */
#include "insight/insights.h"

enum { HOURS = 24, WEEKDAYS = 7, ALL = WEEKDAYS, COLUMNS };

static const struct figure_column columns[] = {{"mon", N_("Mon"), UNIT_COUNT}, {"tue", N_("Tue"), UNIT_COUNT},
					       {"wed", N_("Wed"), UNIT_COUNT}, {"thu", N_("Thu"), UNIT_COUNT},
					       {"fri", N_("Fri"), UNIT_COUNT}, {"sat", N_("Sat"), UNIT_COUNT},
					       {"sun", N_("Sun"), UNIT_COUNT}, {"count", N_("Total"), UNIT_COUNT}};

static enum status load(struct figure_loading *loading, const void **own, struct error *error)
{
	const struct figure *figure = loading->figure;

	*own = NULL;
	if (!figure->period || figure->period->kind != VALUE_TIME || figure->by || figure->each)
		return figure_fail(loading, NULL, N_("A rhythm needs \"in_period\", a time, and has rows of its own"),
				   NULL, error);
	return OK;
}

static void begin_rows(struct computing *c)
{
	struct figure_result *result = c->result;

	result->rows = arena_many(c->arena, struct figure_row, HOURS);
	result->row_count = HOURS;
	for (int hour = 0; hour < HOURS; hour++) {
		struct figure_row *row = &result->rows[hour];

		*row = (struct figure_row){.key = str_format(c->arena, "%d", hour),
					   .label = str_format(c->arena, "%d:00", hour)};
		for (size_t i = 0; i < COLUMNS; i++)
			cell_count(&row->cells[i], 0, S(""));
	}
	for (size_t i = 0; i < COLUMNS; i++)
		cell_count(&result->total.cells[i], 0, i == ALL ? c->base : S(""));
}

static void add(struct computing *c, instant at, int64_t count)
{
	struct figure_result *result = c->result;
	struct figure_row *row = &result->rows[zone_civil(c->request->zone, at).hour];
	int weekday = day_of_week(zone_day(c->request->zone, at));

	row->cells[weekday].value += count;
	row->cells[ALL].value += count;
	result->total.cells[weekday].value += count;
	result->total.cells[ALL].value += count;
}

static enum status compute(struct computing *c)
{
	struct figure_result *result = c->result;
	const struct group_request more = {.by = {[1] = {.field = result->dated, .quarters = true}}};
	struct figure_groups groups;
	enum status status = figure_has_own_rows(c);

	if (status)
		return status;
	if (!result->dated || result->dated->kind != VALUE_TIME)
		return error_fail(c->error, E_SYNTAX, "in_period", "kind",
				  N_("\"in_period\" must be a date or time of the record"));
	result->shape = SHAPE_RHYTHM;
	result->columns = columns;
	result->column_count = COLUMNS;
	result->drawn = WEEKDAYS;
	if ((status = figure_groups(c, S(""), &more, &groups)))
		return status;
	begin_rows(c);
	for (size_t i = 0; i < groups.count; i++)
		if (groups.groups[i].by[1].kind == VALUE_TIME)
			add(c, groups.groups[i].by[1].number, groups.groups[i].count);
	return OK;
}

const struct insight insight_rhythm = {"rhythm", "", load, compute, columns, COLUMNS, 0, SHAPE_RHYTHM};

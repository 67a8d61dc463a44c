/* attainment: how many kept a clock's target, and which did not, with the time over it.
 *
 *	attainment: {insight: attainment, clock: resolution, in_period: resolved_at, by: priority, goal: ">= 95%"}
 *
 * Those whose clock still runs or is paused count as open, and not in the share. */
#include "insight/insights.h"

enum { CASES_MOST = 200 };

struct attainment {
	struct str clock;
};

static enum status load(struct figure_loading *loading, const void **own, struct error *error)
{
	struct attainment *attainment = arena_one(loading->arena, struct attainment);

	*own = attainment;
	return figure_clock(loading, true, &attainment->clock, error);
}

enum { ALL, MET, BREACHED, OPEN, SHARE, COLUMNS };
static const struct figure_column columns[COLUMNS] = {[ALL] = {"count", N_("Count"), UNIT_COUNT},
						      [MET] = {"met", N_("Kept"), UNIT_COUNT},
						      [BREACHED] = {"breached", N_("Missed"), UNIT_COUNT},
						      [OPEN] = {"open", N_("Still open"), UNIT_COUNT},
						      [SHARE] = {"share", N_("Kept, %"), UNIT_PERCENT}};

static int column_of(struct value state)
{
	if (state.kind == VALUE_NONE)
		return ALL;
	if (str_is(state.text, clock_state_name(CLOCK_MET)))
		return MET;
	return str_is(state.text, clock_state_name(CLOCK_BREACHED)) ? BREACHED : OPEN;
}

static struct str clock_is(struct computing *c, enum clock_state state)
{
	const struct attainment *own = c->figure->own;

	return str_format(c->arena, "clock(%.*s) is %s", STR_ARG(own->clock), clock_state_name(state));
}

static struct str either(struct computing *c, enum clock_state one, enum clock_state other)
{
	return str_format(c->arena, "(%.*s or %.*s)", STR_ARG(clock_is(c, one)), STR_ARG(clock_is(c, other)));
}

static void begin_row(struct computing *c, struct figure_row *row)
{
	cell_count(&row->cells[ALL], 0, row->filter);
	cell_count(&row->cells[MET], 0, condition_and(c, row->filter, clock_is(c, CLOCK_MET)));
	cell_count(&row->cells[BREACHED], 0, condition_and(c, row->filter, clock_is(c, CLOCK_BREACHED)));
	cell_count(&row->cells[OPEN], 0, condition_and(c, row->filter, either(c, CLOCK_RUNNING, CLOCK_PAUSED)));
}

static void add(struct figure_row *row, const struct group_row *group)
{
	int column = column_of(group->by[1]);

	row->cells[ALL].value += group->count;
	if (column != ALL)
		row->cells[column].value += group->count;
}

static void end_row(struct computing *c, struct figure_row *row)
{
	cell_share(&row->cells[SHARE], row->cells[MET].value, row->cells[MET].value + row->cells[BREACHED].value,
		   condition_and(c, row->filter, either(c, CLOCK_MET, CLOCK_BREACHED)));
}

static enum status find_cases(struct computing *c)
{
	const struct attainment *own = c->figure->own;
	struct figure_result *result = c->result;
	struct clock_request request = {.type = c->figure->type,
					.clock = own->clock,
					.limit = c->request->cases ? c->request->cases : CASES_MOST,
					.now = c->request->now};
	struct clock_row *rows;
	enum status status;

	result->record_filter = result->total.cells[BREACHED].filter;
	result->record_total = result->total.cells[BREACHED].value;
	if ((status = condition_parse(c, result->record_filter, &request.filter)) ||
	    (status = read_clock_rows(c->kernel, c->connection, c->arena, c->actor, &request, &rows,
				      &result->record_count, c->error)))
		return status;
	result->records = arena_many(c->arena, struct figure_record, result->record_count + 1);
	for (size_t i = 0; i < result->record_count; i++)
		result->records[i] = (struct figure_record){.record = rows[i].record,
							    .row = SIZE_MAX,
							    .has_clock = true,
							    .target = rows[i].target,
							    .elapsed = rows[i].elapsed};
	return OK;
}

static enum status compute(struct computing *c)
{
	const struct attainment *own = c->figure->own;
	struct figure_result *result = c->result;
	struct group_request more = {.by = {[1] = {.clock = own->clock}}};
	struct figure_groups groups;
	enum status status;

	result->shape = result->each ? SHAPE_TIME : SHAPE_ATTAINMENT;
	result->columns = columns;
	result->column_count = COLUMNS;
	result->main = SHARE;
	if ((status = figure_groups(c, S(""), &more, &groups)) || (status = figure_rows(c, &groups)))
		return status;
	begin_row(c, &result->total);
	for (size_t i = 0; i < result->row_count; i++)
		begin_row(c, &result->rows[i]);
	for (size_t i = 0; i < groups.count; i++) {
		struct figure_row *row = figure_row_of(c, &groups.groups[i]);

		if (row)
			add(row, &groups.groups[i]);
		add(&result->total, &groups.groups[i]);
	}
	for (size_t i = 0; i < result->row_count; i++)
		end_row(c, &result->rows[i]);
	end_row(c, &result->total);
	return find_cases(c);
}

const struct insight insight_attainment = {"attainment", "clock",          load, compute, columns, COLUMNS,
					   SHARE,        SHAPE_ATTAINMENT, true};

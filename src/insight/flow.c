/* flow: what arrives against what is closed, and what the backlog gains by it.
 *
 *	flow: {insight: flow, in_period: created_at, closed: closed_at}
 *
 * Each row counts by two moments of a record: those that arrived in it, and those that were closed in it, whenever they
 * had arrived. */
#include "insight/insights.h"

enum { ARRIVED, CLOSED, NET, COLUMNS };

static const struct figure_column columns[] = {
    {"arrived", N_("Arrived"), UNIT_COUNT}, {"closed", N_("Closed"), UNIT_COUNT}, {"net", N_("Net"), UNIT_COUNT}};

struct flow {
	const struct query_field *closed;
};

static enum status load(struct figure_loading *loading, const void **own, struct error *error)
{
	struct flow *flow = arena_one(loading->arena, struct flow);
	struct figure *figure = loading->figure;
	enum status status = figure_field(loading, "closed", &flow->closed, error);

	*own = flow;
	if (status)
		return status;
	if (!figure->period || figure->by || !flow->closed ||
	    (flow->closed->kind != VALUE_TIME && flow->closed->kind != VALUE_DATE))
		return figure_fail(loading, NULL,
				   N_("A flow needs \"in_period\" and \"closed\", two moments of the record"), NULL,
				   error);
	if (!figure->each)
		figure->each = EACH_FITTING;
	return OK;
}

static void begin_row(struct computing *c, struct figure_row *row, struct figure_span span)
{
	const struct flow *flow = c->figure->own;

	cell_count(&row->cells[ARRIVED], 0, row->filter);
	cell_count(&row->cells[CLOSED], 0, condition_within(c, flow->closed, span.from, span.to));
}

static void add(struct computing *c, const struct figure_groups *groups, size_t column)
{
	for (size_t i = 0; i < groups->count; i++) {
		struct figure_row *row = figure_row_of(c, &groups->groups[i]);

		if (row)
			row->cells[column].value += groups->groups[i].count;
		c->result->total.cells[column].value += groups->groups[i].count;
	}
}

static void end_row(struct figure_row *row)
{
	cell_count(&row->cells[NET], row->cells[ARRIVED].value - row->cells[CLOSED].value, S(""));
}

/* The same rows once more, by the other moment. */
static enum status count_closed(struct computing *c)
{
	const struct flow *flow = c->figure->own;
	const struct query_field *dated = c->result->dated;
	struct str base = c->base;
	struct figure_groups groups;
	enum status status;

	c->result->dated = flow->closed;
	c->base = c->result->total.cells[CLOSED].filter;
	status = figure_groups(c, S(""), NULL, &groups);
	if (!status)
		add(c, &groups, CLOSED);
	c->result->dated = dated;
	c->base = base;
	return status;
}

static enum status compute(struct computing *c)
{
	struct figure_result *result = c->result;
	struct figure_groups groups;
	enum status status;

	if (result->by)
		return figure_has_own_rows(c);
	if ((status = figure_narrow(c, ((const struct flow *)c->figure->own)->closed)))
		return status;
	result->shape = SHAPE_FLOW;
	result->columns = columns;
	result->column_count = COLUMNS;
	result->main = ARRIVED;
	result->drawn = 2;
	if ((status = figure_groups(c, S(""), NULL, &groups)) || (status = figure_rows(c, &groups)))
		return status;
	begin_row(c, &result->total, (struct figure_span){c->request->from, c->request->to});
	for (size_t i = 0; i < result->row_count; i++)
		begin_row(c, &result->rows[i], figure_row_span(c, &result->rows[i]));
	add(c, &groups, ARRIVED);
	status = count_closed(c);
	end_row(&result->total);
	for (size_t i = 0; i < result->row_count; i++)
		end_row(&result->rows[i]);
	return status;
}

const struct insight insight_flow = {"flow", "closed", load, compute, columns, COLUMNS, ARRIVED, SHAPE_FLOW, true};

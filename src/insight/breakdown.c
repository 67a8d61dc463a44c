/* breakdown: how many there are, by a field or by time.
 *
 *	by_channel: {insight: breakdown, by: channel, in_period: created_at}
 *	per_day: {insight: breakdown, each: day, in_period: created_at} */
#include "insight/insights.h"

struct breakdown {
	const struct query *when; /* counts only these; NULL: all */
};

static enum status load(struct figure_loading *loading, const void **own, struct error *error)
{
	struct breakdown *breakdown = arena_one(loading->arena, struct breakdown);

	*own = breakdown;
	return figure_expression(loading, loading->parameters, "when", false, &breakdown->when, error);
}

static const struct figure_column columns[] = {{"count", N_("Count"), UNIT_COUNT},
					       {"share", N_("Share"), UNIT_PERCENT}};

static enum status compute(struct computing *c)
{
	const struct breakdown *own = c->figure->own; /* NULL: of a tile, which counts all */
	struct figure_result *result = c->result;
	struct figure_groups groups;
	int64_t total = 0;
	enum status status;

	result->shape = result->each ? SHAPE_TIME : result->by ? SHAPE_BARS : SHAPE_NUMBER;
	result->columns = columns;
	result->column_count = result->by ? 2 : 1;
	c->base = condition_and(c, c->base, condition_of(c, own ? own->when : NULL));
	if ((status = figure_groups(c, S(""), NULL, &groups)) || (status = figure_rows(c, &groups)))
		return status;
	for (size_t i = 0; i < result->row_count; i++)
		cell_count(&result->rows[i].cells[0], 0, result->rows[i].filter);
	for (size_t i = 0; i < groups.count; i++) {
		struct figure_row *row = figure_row_of(c, &groups.groups[i]);

		if (row)
			row->cells[0].value += groups.groups[i].count;
		total += groups.groups[i].count;
	}
	for (size_t i = 0; i < result->row_count; i++)
		cell_share(&result->rows[i].cells[1], result->rows[i].cells[0].value, total, result->rows[i].filter);
	cell_count(&result->total.cells[0], total, c->base);
	cell_share(&result->total.cells[1], total, total, c->base);
	return OK;
}

const struct insight insight_breakdown = {"breakdown", "when", load, compute, columns, 2, 0, SHAPE_BARS, true};

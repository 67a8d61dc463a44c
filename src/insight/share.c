/* share: of how many does a condition hold.
 *
 *	first_call: {insight: share, when: first_call, in_period: resolved_at, by: channel, goal: ">= 60%"} */
#include "insight/insights.h"

struct share {
	const struct query *when;
};

static enum status load(struct figure_loading *loading, const void **own, struct error *error)
{
	struct share *share = arena_one(loading->arena, struct share);

	*own = share;
	return figure_expression(loading, loading->parameters, "when", true, &share->when, error);
}

enum { HOLDS, ALL, SHARE, COLUMNS };
static const struct figure_column columns[COLUMNS] = {[HOLDS] = {"holds", N_("Of these"), UNIT_COUNT},
						      [ALL] = {"count", N_("Count"), UNIT_COUNT},
						      [SHARE] = {"share", N_("Share"), UNIT_PERCENT}};

static void fill(struct computing *c, const struct figure_groups *groups, int column)
{
	for (size_t i = 0; i < groups->count; i++) {
		struct figure_row *row = figure_row_of(c, &groups->groups[i]);

		if (row)
			row->cells[column].value += groups->groups[i].count;
		c->result->total.cells[column].value += groups->groups[i].count;
	}
}

static void begin_row(struct computing *c, struct figure_row *row, struct str when)
{
	cell_count(&row->cells[HOLDS], 0, condition_and(c, row->filter, when));
	cell_count(&row->cells[ALL], 0, row->filter);
}

static enum status compute(struct computing *c)
{
	const struct share *own = c->figure->own;
	struct figure_result *result = c->result;
	struct str when = condition_of(c, own->when);
	struct figure_groups all, holding;
	enum status status;

	result->shape = result->each ? SHAPE_TIME : result->by ? SHAPE_BARS : SHAPE_NUMBER;
	result->columns = columns;
	result->column_count = COLUMNS;
	result->main = SHARE;
	if ((status = figure_groups(c, S(""), NULL, &all)) || (status = figure_groups(c, when, NULL, &holding)) ||
	    (status = figure_rows(c, &all)))
		return status;
	begin_row(c, &result->total, when);
	for (size_t i = 0; i < result->row_count; i++)
		begin_row(c, &result->rows[i], when);
	fill(c, &all, ALL);
	fill(c, &holding, HOLDS);
	for (size_t i = 0; i < result->row_count; i++)
		cell_share(&result->rows[i].cells[SHARE], result->rows[i].cells[HOLDS].value,
			   result->rows[i].cells[ALL].value, result->rows[i].filter);
	cell_share(&result->total.cells[SHARE], result->total.cells[HOLDS].value, result->total.cells[ALL].value,
		   c->base);
	return OK;
}

const struct insight insight_share = {"share", "when", load, compute, columns, COLUMNS, SHARE, SHAPE_BARS, true};

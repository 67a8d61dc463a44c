/* presence: of how many values of a choice there is a record at all: of how many processes another party runs a part.
 *
 *	governance_share: {insight: presence, by: process, among: "state = active", goal: "< 50%"}
 *
 * by is a choice; each of its values that occurs is a row, and counts once however many records it has. */
#include "insight/insights.h"

static enum status load(struct figure_loading *loading, const void **own, struct error *error)
{
	const struct query_field *by = loading->figure->by;

	*own = NULL;
	return by && by->kind == VALUE_CHOICE && !loading->figure->each
		   ? OK
		   : figure_fail(loading, NULL, N_("It counts the values of a choice: by"), NULL, error);
}

enum { RECORDS, PRESENT, ALL, SHARE, COLUMNS };
static const struct figure_column columns[COLUMNS] = {[RECORDS] = {"records", N_("Records"), UNIT_COUNT},
						      [PRESENT] = {"present", N_("Of these"), UNIT_COUNT},
						      [ALL] = {"count", N_("Count"), UNIT_COUNT},
						      [SHARE] = {"share", N_("Share"), UNIT_PERCENT}};

static void fill(struct computing *c, const struct figure_groups *groups)
{
	for (size_t i = 0; i < groups->count; i++) {
		struct figure_row *row = figure_row_of(c, &groups->groups[i]);

		if (row)
			row->cells[RECORDS].value += groups->groups[i].count;
		c->result->total.cells[RECORDS].value += groups->groups[i].count;
	}
}

static enum status compute(struct computing *c)
{
	const struct query_field *by = c->figure->by;
	struct figure_result *result = c->result;
	struct figure_cell *total = result->total.cells;
	struct figure_groups groups;
	int64_t all = (int64_t)by->code_count;
	enum status status;

	if (result->by != by || result->each)
		return error_fail(c->error, E_SYNTAX, result->each ? "each" : "by", "kind",
				  N_("This figure has rows of its own"));
	result->shape = SHAPE_BARS;
	result->columns = columns;
	result->column_count = COLUMNS;
	result->main = SHARE;
	if ((status = figure_groups(c, S(""), NULL, &groups)) || (status = figure_rows(c, &groups)))
		return status;
	cell_count(&total[RECORDS], 0, c->base);
	cell_count(&total[PRESENT], 0, c->base);
	cell_count(&total[ALL], all, (struct str){0});
	for (size_t i = 0; i < result->row_count; i++) {
		struct figure_row *row = &result->rows[i];

		if (!row->key.n)
			continue;
		cell_count(&row->cells[RECORDS], 0, row->filter);
		cell_count(&row->cells[PRESENT], 1, row->filter);
		cell_share(&row->cells[SHARE], 1, all, row->filter);
		total[PRESENT].value++;
	}
	fill(c, &groups);
	cell_share(&total[SHARE], total[PRESENT].value, all, c->base);
	return OK;
}

const struct insight insight_presence = {"presence", "", load, compute, columns, COLUMNS, SHARE, SHAPE_BARS};

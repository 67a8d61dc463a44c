/* factors: for which reasons records stand out, each reason with its cases; one record may have several.
 *
 *	mishandled:
 *	  insight: factors
 *	  in_period: closed_at
 *	  factors:
 *	    reopened: {label: {en: Reopened, ja: 再開}, when: "reopen_count > 0"} */
#include "insight/insights.h"

enum { FACTORS_MOST = 20, CASES_MOST = 50 };

struct factor {
	struct str name;
	struct label label;
	const struct query *when;
};

struct factors {
	struct factor items[FACTORS_MOST];
	size_t count;
};

static enum status load(struct figure_loading *loading, const void **own, struct error *error)
{
	const struct node *list = node_get(loading->parameters, "factors");
	struct factors *factors = arena_one(loading->arena, struct factors);

	*own = factors;
	if (!list || list->kind != NODE_MAPPING || !list->count || list->count > FACTORS_MOST)
		return figure_fail(loading, list, N_("\"factors\" are written as name: {label, when}"), NULL, error);
	if (loading->figure->by || loading->figure->each)
		return figure_fail(loading, NULL, N_("This figure has rows of its own"), NULL, error);
	for (size_t i = 0; i < list->count; i++) {
		struct factor *factor = &factors->items[factors->count++];
		enum status status;

		*factor = (struct factor){.name = list->keys[i], .label = figure_label(list->items[i], list->keys[i])};
		if ((status = figure_expression(loading, list->items[i], "when", true, &factor->when, error)))
			return status;
	}
	return OK;
}

static const struct figure_column columns[] = {{"count", N_("Count"), UNIT_COUNT},
					       {"share", N_("Of all"), UNIT_PERCENT}};

static size_t cases_most(const struct computing *c)
{
	return c->request->cases ? c->request->cases : CASES_MOST;
}

static enum status list_cases(struct computing *c, size_t at)
{
	struct figure_result *result = c->result;
	struct list_request request = {
	    .type = c->figure->type, .limit = cases_most(c), .as_of = INSTANT_NONE, .now = c->request->now};
	struct list_result list;
	enum status status;

	if (!result->rows[at].cells[0].value)
		return OK;
	if ((status = condition_parse(c, result->rows[at].filter, &request.filter)) ||
	    (status = read_list(c->kernel, c->connection, c->arena, c->actor, &request, &list, c->error)))
		return status;
	for (size_t i = 0; i < list.count; i++)
		result->records[result->record_count++] =
		    (struct figure_record){.record = list.records[i]->identity, .row = at};
	return OK;
}

static struct str any_of(struct computing *c, const struct factors *factors)
{
	struct buf text = buf_new(c->arena);

	buf_add_char(&text, '(');
	for (size_t i = 0; i < factors->count; i++)
		buf_format(&text, "%s%.*s", i ? " or " : "", STR_ARG(condition_of(c, factors->items[i].when)));
	buf_add_char(&text, ')');
	return buf_str(&text);
}

static enum status compute_row(struct computing *c, const struct factor *factor, int64_t all)
{
	struct figure_result *result = c->result;
	size_t at = result->row_count++;
	struct figure_row *row = &result->rows[at];
	int64_t count;
	enum status status;

	*row = (struct figure_row){.key = factor->name, .label = label_in(&factor->label, c->request->language)};
	row->filter = condition_and(c, c->base, condition_of(c, factor->when));
	if ((status = condition_count(c, row->filter, &count)))
		return status;
	cell_count(&row->cells[0], count, row->filter);
	cell_share(&row->cells[1], count, all, c->base);
	result->record_total += count;
	return list_cases(c, at);
}

static enum status compute(struct computing *c)
{
	const struct factors *factors = c->figure->own;
	struct figure_result *result = c->result;
	struct figure_row *total = &result->total;
	int64_t all, count;
	enum status status;

	if (result->by || result->each)
		return error_fail(c->error, E_SYNTAX, result->by ? "by" : "each", "kind",
				  N_("This figure has rows of its own"));
	result->shape = SHAPE_BARS;
	result->columns = columns;
	result->column_count = 2;
	result->rows = arena_many(c->arena, struct figure_row, factors->count + 1);
	result->records = arena_many(c->arena, struct figure_record, factors->count * cases_most(c) + 1);
	total->label = str_of(tr(c->request->language, N_("At least one of these")));
	total->filter = condition_and(c, c->base, any_of(c, factors));
	if ((status = condition_count(c, c->base, &all)) || (status = condition_count(c, total->filter, &count)))
		return status;
	cell_count(&total->cells[0], count, total->filter);
	cell_share(&total->cells[1], count, all, c->base);
	for (size_t i = 0; !status && i < factors->count; i++)
		status = compute_row(c, &factors->items[i], all);
	return status;
}

const struct insight insight_factors = {"factors", "factors", load, compute, columns, 2, 0, SHAPE_BARS};

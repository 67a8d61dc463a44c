/* parts: whether several kinds of records are as they should be, each counted among its own: which policies,
 * objectives, plans and processes are measured and attain what they aim at, which of them lack a link that they need.
 *
 *	sms_effectiveness:
 *	  insight: parts
 *	  goal: ">= 100%"
 *	  parts:
 *	    policies:  {label, type: policy, among: "state = published", when: "has link(objectives)", reached: EXPR}
 *	    processes: {label, type: objective, by: process, among: EXPR, when: EXPR}
 *
 * among: which of them count (default: all); when: what should be so; reached: what is hoped for beside it (may be left
 * out). With by, a choice of the type, not records are counted but the choice's values: there is a row for each, and it
 * is as it should be when there is a record with that value. The total is of all rows, and what it is about is the
 * share that is as it should be. */
#include "insight/insights.h"

enum { PARTS_MOST = 24 };

struct part {
	struct str name;
	struct label label;
	const struct type *type;
	const struct query *among, *when, *reached;
	const struct query_field *by;
};

struct parts {
	struct part items[PARTS_MOST];
	size_t count;
	bool reaches; /* some part says what is hoped for */
};

static enum status load_part(const struct figure_loading *loading, struct str name, const struct node *node,
			     struct part *part, struct error *error)
{
	struct figure *figure = arena_one(loading->arena, struct figure);
	struct figure_loading in;
	enum status status = figure_part(loading, node, figure, &in, error);

	if (status)
		return status;
	*part = (struct part){.name = name, .label = figure_label(node, name), .type = figure->type};
	if ((status = figure_expression(&in, node, "among", false, &part->among, error)) ||
	    (status = figure_expression(&in, node, "when", true, &part->when, error)) ||
	    (status = figure_expression(&in, node, "reached", false, &part->reached, error)) ||
	    (status = figure_field(&in, "by", &part->by, error)))
		return status;
	return !part->by || (part->by->kind == VALUE_CHOICE && part->by->owner)
		   ? OK
		   : figure_fail(&in, node, N_("It counts the values of a choice: by"), NULL, error);
}

static enum status load(struct figure_loading *loading, const void **own, struct error *error)
{
	const struct node *list = node_get(loading->parameters, "parts");
	struct parts *parts = arena_one(loading->arena, struct parts);
	enum status status = OK;

	*own = parts;
	if (!list || list->kind != NODE_MAPPING || !list->count || list->count > PARTS_MOST)
		return figure_fail(loading, list, N_("\"%s\" are written as name: {label, type, ...}"), "parts", error);
	if (loading->figure->by || loading->figure->each)
		return figure_fail(loading, NULL, N_("This figure has rows of its own"), NULL, error);
	for (size_t i = 0; i < list->count && !status; i++) {
		status = load_part(loading, list->keys[i], list->items[i], &parts->items[parts->count], error);
		parts->reaches = parts->reaches || parts->items[parts->count].reached;
		parts->count++;
	}
	return status;
}

enum { COUNT, SHARE, GOOD, MISSING, REACHED, COLUMNS };
static const struct figure_column columns[COLUMNS] = {[COUNT] = {"count", N_("Count"), UNIT_COUNT},
						      [SHARE] = {"share", N_("Share"), UNIT_PERCENT},
						      [GOOD] = {"good", N_("As they should be"), UNIT_COUNT},
						      [MISSING] = {"missing", N_("Missing"), UNIT_COUNT},
						      [REACHED] = {"reached", N_("Attained"), UNIT_COUNT}};

/* --- rows --- */

struct summing {
	struct computing *c;
	VEC(struct figure_row) rows;
	int64_t sums[COLUMNS];
};

static void add_row(struct summing *s, struct figure_row row)
{
	cell_share(&row.cells[SHARE], row.cells[GOOD].value, row.cells[COUNT].value, (struct str){0});
	for (size_t i = 0; i < COLUMNS; i++)
		if (i != SHARE)
			s->sums[i] += row.cells[i].value;
	vec_push(s->c->arena, &s->rows, row);
}

static struct str not_so(struct computing *c, const struct query *when)
{
	return str_format(c->arena, "not (%.*s)", STR_ARG(when->source));
}

static enum status row_of_records(struct summing *s, const struct part *part)
{
	struct computing *c = s->c;
	struct str among = condition_of(c, part->among);
	struct figure_row row = {.type = part->type,
				 .key = part->name,
				 .label = label_in(&part->label, c->request->language),
				 .filter = among};
	const struct str filters[COLUMNS] = {
	    [COUNT] = among,
	    [GOOD] = condition_and(c, among, condition_of(c, part->when)),
	    [MISSING] = condition_and(c, among, not_so(c, part->when)),
	    [REACHED] = part->reached ? condition_and(c, among, condition_of(c, part->reached)) : (struct str){0}};
	enum status status = OK;

	for (size_t i = 0; i < COLUMNS && !status; i++) {
		int64_t count = 0;

		if (i == SHARE || (i == REACHED && !part->reached))
			continue;
		if (i == MISSING)
			count = row.cells[COUNT].value - row.cells[GOOD].value;
		else
			status = condition_count_of(c, part->type, filters[i], &count);
		cell_count(&row.cells[i], count, filters[i]);
	}
	add_row(s, row);
	return status;
}

/* --- values of a choice --- */

static enum status values(struct computing *c, const struct part *part, const struct query *more, struct map *found)
{
	struct group_request request = {.type = part->type,
					.by = {{.field = part->by}},
					.from = c->request->from,
					.to = c->request->to,
					.now = c->request->now};
	struct str filter = condition_and(c, condition_of(c, part->among), condition_of(c, more));
	struct group_row *rows;
	size_t count;
	enum status status = query_parse(c->arena, part->type->query, filter, &request.filter, c->error);

	*found = map_new(c->arena);
	if (status ||
	    (status = read_groups(c->kernel, c->connection, c->arena, c->actor, &request, &rows, &count, c->error)))
		return status;
	for (size_t i = 0; i < count; i++)
		if (rows[i].by[0].kind == VALUE_CHOICE)
			map_put(found, rows[i].by[0].text, &rows[i]);
	return OK;
}

static enum status rows_of_values(struct summing *s, const struct part *part)
{
	struct computing *c = s->c;
	const struct field *field = part->by->owner;
	const struct choice_set *set = field->choices;
	struct map good, reached;
	enum status status = values(c, part, part->when, &good);

	if (status || (part->reached && (status = values(c, part, part->reached, &reached))))
		return status;
	for (size_t i = 0; i < set->count; i++) {
		struct str code = set->choices[i].code;
		struct str filter =
		    condition_and(c, condition_of(c, part->among), condition_equal(c, part->by, value_choice(code)));
		bool is_good = map_get(&good, code) != NULL;
		struct figure_row row = {.type = part->type,
					 .key = str_format(c->arena, "%.*s.%.*s", STR_ARG(part->name), STR_ARG(code)),
					 .label = label_in(&set->choices[i].label, c->request->language),
					 .filter = filter};

		cell_count(&row.cells[COUNT], 1, (struct str){0}); /* a value, not its records */
		cell_count(&row.cells[GOOD], is_good, (struct str){0});
		cell_count(&row.cells[MISSING], !is_good, (struct str){0});
		if (part->reached)
			cell_count(&row.cells[REACHED], map_get(&reached, code) != NULL, (struct str){0});
		add_row(s, row);
	}
	return OK;
}

static enum status compute(struct computing *c)
{
	const struct parts *parts = c->figure->own;
	struct figure_result *result = c->result;
	struct summing s = {.c = c};
	enum status status = figure_has_own_rows(c);

	for (size_t i = 0; i < parts->count && !status; i++)
		status =
		    parts->items[i].by ? rows_of_values(&s, &parts->items[i]) : row_of_records(&s, &parts->items[i]);
	result->shape = SHAPE_BARS;
	result->columns = columns;
	result->column_count = parts->reaches ? COLUMNS : REACHED;
	result->main = SHARE;
	result->is_closed = true;
	result->rows = s.rows.items;
	result->row_count = s.rows.count;
	for (size_t i = 0; i < COLUMNS; i++)
		if (i != SHARE)
			cell_count(&result->total.cells[i], s.sums[i], (struct str){0});
	result->total.filter = (struct str){0};
	cell_share(&result->total.cells[SHARE], s.sums[GOOD], s.sums[COUNT], (struct str){0});
	return status;
}

const struct insight insight_parts = {"parts", "parts", load, compute, columns, COLUMNS, SHARE, SHAPE_BARS};

/* stages: whether each stage of a cycle still turns: what was done there in a time, what is open, and how long ago the
 * last was: plan, do, check, act; or what top management had a part in at each of them.
 *
 *	pdca_cycle:
 *	  insight: stages
 *	  within: 1y
 *	  goal: ">= 100%"
 *	  stages:
 *	    check:
 *	      label: {en: Check, ja: 監視及びレビュー}
 *	      of:
 *	        audits: {label, type: audit, at: held_on, among: "state = reported", open: "state.phase != done"}
 *
 * Each source of a stage is a row: records with a date or time `at` that lies within the time, what is open, and since
 * when nothing came. A stage turns when one of its sources had something within the time; the total counts stages. */
#include "insight/insights.h"

enum { STAGES_MOST = 8, SOURCES_MOST = 40 };

struct source {
	size_t stage;
	struct str name;
	struct label label;
	const struct type *type;
	const struct query *among, *open; /* open NULL: nothing to be open */
	const struct query_field *at;
};

struct stages {
	struct period_length within;
	struct label labels[STAGES_MOST];
	struct str names[STAGES_MOST];
	size_t count;
	struct source sources[SOURCES_MOST];
	size_t source_count;
};

/* --- parameters --- */

static enum status load_source(const struct figure_loading *loading, struct str name, const struct node *node,
			       struct source *source, struct error *error)
{
	struct figure *figure = arena_one(loading->arena, struct figure);
	struct figure_loading in;
	enum status status = figure_part(loading, node, figure, &in, error);

	if (status)
		return status;
	source->name = name;
	source->type = figure->type;
	source->label = node_get(node, "label") ? figure_label(node, name) : figure->type->plural;
	if ((status = figure_expression(&in, node, "among", false, &source->among, error)) ||
	    (status = figure_expression(&in, node, "open", false, &source->open, error)) ||
	    (status = figure_field(&in, "at", &source->at, error)))
		return status;
	return source->at && (source->at->kind == VALUE_DATE || source->at->kind == VALUE_TIME)
		   ? OK
		   : figure_fail(&in, node, N_("\"at\" must be a date or time of the record"), NULL, error);
}

static enum status load_stage(const struct figure_loading *loading, struct stages *own, struct str name,
			      const struct node *node, struct error *error)
{
	const struct node *of = node->kind == NODE_MAPPING ? node_get(node, "of") : NULL;
	size_t stage = own->count++;
	enum status status = OK;

	own->names[stage] = name;
	own->labels[stage] = figure_label(node, name);
	if (!of || of->kind != NODE_MAPPING || !of->count || own->source_count + of->count > SOURCES_MOST)
		return error_fail(error, E_INVALID, "stages", "figure",
				  N_("\"%s\" are written as name: {label, type, ...}"), "of");
	for (size_t i = 0; i < of->count && !status; i++) {
		struct source *source = &own->sources[own->source_count++];

		source->stage = stage;
		status = load_source(loading, of->keys[i], of->items[i], source, error);
	}
	return status;
}

static enum status load(struct figure_loading *loading, const void **parameters, struct error *error)
{
	const struct node *list = node_get(loading->parameters, "stages"),
			  *within = node_get(loading->parameters, "within");
	struct stages *own = arena_one(loading->arena, struct stages);
	enum status status = OK;

	*parameters = own;
	if (!within || within->kind != NODE_SCALAR || !period_length_parse(within->text, &own->within))
		return figure_fail(loading, within,
				   N_("\"within\" must be a length of the calendar: 30d, 5w, 6m or 1y"), NULL, error);
	if (!list || list->kind != NODE_MAPPING || !list->count || list->count > STAGES_MOST)
		return figure_fail(loading, list, N_("\"%s\" are written as name: {label, type, ...}"), "stages",
				   error);
	if (loading->figure->by || loading->figure->each)
		return figure_fail(loading, NULL, N_("This figure has rows of its own"), NULL, error);
	for (size_t i = 0; i < list->count && !status; i++)
		status = load_stage(loading, own, list->keys[i], list->items[i], error);
	return status;
}

enum { DONE, SHARE, OPEN, AGE, COLUMNS };
static const struct figure_column columns[COLUMNS] = {[DONE] = {"done", N_("In this turn"), UNIT_COUNT},
						      [SHARE] = {"share", N_("Stage turns"), UNIT_PERCENT},
						      [OPEN] = {"open", N_("Still open"), UNIT_COUNT},
						      [AGE] = {"age", N_("Since the last"), UNIT_DURATION, true}};

/* --- one source --- */

/* The first day of the turn that ends today. */
static instant begins(const struct computing *c, struct period_length within)
{
	int32_t today = zone_day(c->request->zone, c->request->now);
	struct period_length back = {-within.days, -within.months};

	return zone_instant(c->request->zone, period_after(today, back), 0);
}

static instant moment_of(const struct computing *c, const struct record *record, const struct query_field *field)
{
	struct value value = field->owner                        ? record_value(record, field->owner)
			     : str_is(field->name, "updated_at") ? value_time(record->updated_at)
								 : value_time(record->created_at);

	return value.kind == VALUE_DATE ? zone_instant(c->request->zone, (int32_t)value.number, 0) : value.number;
}

static enum status age_of_last(struct computing *c, const struct source *source, struct figure_cell *cell)
{
	struct sort sort = {.field = source->at, .descending = true};
	struct list_request request = {.type = source->type,
				       .sort = &sort,
				       .sort_count = 1,
				       .limit = 1,
				       .as_of = INSTANT_NONE,
				       .now = c->request->now};
	struct str known = str_format(c->arena, "%.*s is not empty", STR_ARG(source->at->name));
	struct list_result list;
	enum status status =
	    query_parse(c->arena, source->type->query, condition_and(c, condition_of(c, source->among), known),
			&request.filter, c->error);

	*cell = (struct figure_cell){0};
	if (status || (status = read_list(c->kernel, c->connection, c->arena, c->actor, &request, &list, c->error)) ||
	    !list.count)
		return status;
	cell->has = true;
	cell->value = c->request->now - moment_of(c, list.records[0], source->at);
	cell->value = cell->value < 0 ? 0 : cell->value - cell->value % DAY;
	return OK;
}

static enum status compute_source(struct computing *c, const struct stages *own, const struct source *source,
				  struct figure_row *row)
{
	const struct label *stage = &own->labels[source->stage];
	instant from = begins(c, own->within), to = c->request->now + DAY;
	struct str among = condition_of(c, source->among), open = condition_of(c, source->open);
	int64_t count;
	enum status status;

	*row = (struct figure_row){
	    .type = source->type,
	    .key = str_format(c->arena, "%.*s.%.*s", STR_ARG(own->names[source->stage]), STR_ARG(source->name)),
	    .label = str_format(c->arena, c->request->language == JAPANESE ? "%.*s：%.*s" : "%.*s: %.*s",
				STR_ARG(label_in(stage, c->request->language)),
				STR_ARG(label_in(&source->label, c->request->language))),
	    .stage = label_in(stage, c->request->language),
	    .filter = condition_and(c, among, condition_between(c, source->at, from, to))};
	if ((status = condition_count_of(c, source->type, row->filter, &count)))
		return status;
	cell_count(&row->cells[DONE], count, row->filter);
	if (open.n && (status = condition_count_of(c, source->type, open, &count)))
		return status;
	if (open.n)
		cell_count(&row->cells[OPEN], count, open);
	return age_of_last(c, source, &row->cells[AGE]);
}

/* --- the whole --- */

static void sum_up(const struct stages *own, struct figure_result *result)
{
	struct figure_cell *total = result->total.cells;
	bool turns[STAGES_MOST] = {false};
	int64_t turning = 0;

	for (size_t i = 0; i < own->source_count; i++) {
		turns[own->sources[i].stage] |= result->rows[i].cells[DONE].value > 0;
		total[DONE].value += result->rows[i].cells[DONE].value;
		total[OPEN].value += result->rows[i].cells[OPEN].value;
	}
	for (size_t i = 0; i < own->count; i++)
		turning += turns[i];
	for (size_t i = 0; i < own->source_count; i++)
		cell_share(&result->rows[i].cells[SHARE], turns[own->sources[i].stage], 1, (struct str){0});
	total[DONE].has = total[OPEN].has = true;
	cell_share(&total[SHARE], turning, (int64_t)own->count, (struct str){0});
}

static enum status compute(struct computing *c)
{
	const struct stages *own = c->figure->own;
	struct figure_result *result = c->result;
	enum status status = figure_has_own_rows(c);

	result->shape = SHAPE_STAGES;
	result->columns = columns;
	result->column_count = COLUMNS;
	result->main = SHARE;
	result->is_closed = true;
	result->total.filter = (struct str){0};
	result->rows = arena_many(c->arena, struct figure_row, own->source_count + 1);
	for (size_t i = 0; i < own->source_count && !status; i++)
		status = compute_source(c, own, &own->sources[i], &result->rows[result->row_count++]);
	if (!status)
		sum_up(own, result);
	return status;
}

const struct insight insight_stages = {"stages", "within stages", load, compute, columns, COLUMNS, SHARE, SHAPE_STAGES};

#include "insight/conformity_actions.h"

#include <stdlib.h>

const struct field *conformity_action_field(const struct model *model)
{
	const struct type *type = model->acting[ACTS_ACTION];

	for (size_t i = 0; type && i < type->field_count; i++)
		if (type->fields[i]->is_demand)
			return type->fields[i];
	return NULL;
}

static int by_due(const void *a, const void *b)
{
	const struct demand_action *x = a, *y = b;
	int64_t p = x->due ? x->due : INT32_MAX, q = y->due ? y->due : INT32_MAX;

	if (x->is_done != y->is_done)
		return x->is_done ? 1 : -1;
	return p < q ? -1 : p > q ? 1 : x->record->identity < y->record->identity ? -1 : 1;
}

static struct demand_action action_of(const struct record *record, const struct field *field)
{
	struct value due = record_named(record, "due");

	return (struct demand_action){.record = record,
				      .demand = record_value(record, field).text,
				      .owner = record_number_of(record, "owner"),
				      .due = due.kind == VALUE_DATE ? (int32_t)due.number : 0,
				      .is_done = record->state && record->state->phase == PHASE_DONE};
}

enum status conformity_actions(struct kernel *kernel, struct connection *connection, struct arena *arena,
			       const struct actor *actor, struct str demand, instant now,
			       struct demand_action **actions, size_t *count, struct error *error)
{
	const struct field *field = conformity_action_field(kernel->model);
	struct list_request request = {
	    .type = kernel->model->acting[ACTS_ACTION], .limit = ACTIONS_MOST, .as_of = INSTANT_NONE, .now = now};
	struct list_result result;
	enum status status;

	*count = 0;
	if (!field || !access_reads_type(kernel, actor, request.type))
		return OK;
	if ((status = query_parse(
		 arena, request.type->query,
		 demand.n ? str_format(arena, "%.*s = %.*s", STR_ARG(field->name), STR_ARG(query_quote(arena, demand)))
			  : str_format(arena, "%.*s is not empty and state.phase != done", STR_ARG(field->name)),
		 &request.filter, error)) ||
	    (status = read_list(kernel, connection, arena, actor, &request, &result, error)))
		return status;
	*actions = arena_many(arena, struct demand_action, result.count + 1);
	for (size_t i = 0; i < result.count; i++)
		(*actions)[i] = action_of(result.records[i], field);
	*count = result.count;
	qsort(*actions, *count, sizeof(**actions), by_due);
	return OK;
}

const struct demand_action *conformity_action_of(const struct demand_action *actions, size_t count, struct str demand)
{
	for (size_t i = 0; i < count; i++)
		if (!actions[i].is_done && str_eq(actions[i].demand, demand))
			return &actions[i];
	return NULL;
}

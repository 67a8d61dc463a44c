/* From a row to the edits that it stands for. */
#include "job/import_run.h"

struct planning {
	struct import_batch *batch;
	struct import_run *run;
	const struct import_pass *pass;
	struct arena *arena;
	struct import_unit *unit;
	struct import_scope scope;
	struct import_activity *activities;
	size_t activity_count;
	size_t so_far;             /* activities that count now */
	const struct state *state; /* as the history goes */
	instant last;
};

static int64_t counted(const void *context, struct str kind)
{
	const struct planning *plan = context;
	int64_t count = 0;

	for (size_t i = 0; i < plan->so_far; i++)
		count += str_eq(plan->activities[i].kind_name, kind);
	return count;
}

static bool skips(const struct import_skip *skip, const struct map *names, const struct csv_row *row)
{
	uintptr_t at = (uintptr_t)map_get(names, skip->column);
	struct str text = at ? str_trim(csv_cell(row, at - 1)) : (struct str){0};

	if (skip->when_empty && !text.n)
		return true;
	for (size_t i = 0; i < skip->equal_count; i++)
		if (str_eq(skip->equals[i], text))
			return true;
	return false;
}

/* --- one edit --- */

static enum status read_state(struct planning *plan, const struct import_source *source, const struct state **state,
			      struct error *error)
{
	struct str name;
	enum status status;

	if (!source)
		return OK;
	if ((status = import_source_text(plan->run, plan->arena, source, &plan->scope, S("state"), &name, error)) ||
	    !name.n)
		return status;
	*state = type_state(plan->pass->type, name);
	return *state ? OK
		      : error_fail(error, E_INVALID, "state", "choice", N_("There is no state '%s'"),
				   str_c(plan->arena, name));
}

static enum status read_time(struct planning *plan, struct str column, instant *at, struct error *error)
{
	const struct import_source source = {.kind = IMPORT_COLUMN, .text = column};
	struct str text;
	enum status status;

	*at = INSTANT_NONE;
	if (!column.n)
		return OK;
	if ((status = import_source_text(plan->run, plan->arena, &source, &plan->scope, column, &text, error)) ||
	    !text.n)
		return status;
	return import_time(plan->scope.format, text, at)
		   ? OK
		   : error_fail_at(error, E_INVALID, column, "time",
				   N_("'%s' is no time in the forms that the mapping names"), str_c(plan->arena, text));
}

static enum status read_fields(struct planning *plan, const struct import_fields *fields,
			       const struct import_scope *scope, struct edit_request *request, size_t room,
			       struct error *error)
{
	struct field_input *inputs = (struct field_input *)request->fields;

	if (!inputs)
		request->fields = inputs = arena_many(plan->arena, struct field_input, fields->count + room + 1);
	return import_inputs(plan->run, plan->arena, fields, scope, inputs, &request->field_count, &plan->unit->lacking,
			     error);
}

static void drop_empty(struct edit_request *request)
{
	size_t kept = 0;
	struct field_input *inputs = (struct field_input *)request->fields;

	/* What a new record leaves empty need not be said; its presets stay. */
	for (size_t i = 0; i < request->field_count; i++)
		if (!value_is_empty(inputs[i].value))
			inputs[kept++] = inputs[i];
	request->field_count = kept;
}

static enum status plan_first(struct planning *plan, instant at, struct error *error)
{
	const struct import_pass *pass = plan->pass;
	struct edit_request *first = &plan->unit->first;
	enum status status;

	*first = (struct edit_request){.type = pass->type, .via = VIA_IMPORT, .at = at};
	if ((status = read_state(plan, pass->state, &first->state, error)))
		return status;
	if (pass->on_behalf && pass->on_behalf->reference &&
	    (status = import_refer(plan->run, plan->arena, pass->on_behalf, &plan->scope, S("on_behalf"),
				   &first->on_behalf, &plan->unit->lacking, error)))
		return status;
	if ((status = read_fields(plan, &pass->fields, &plan->scope, first, 1, error)))
		return status;
	if (pass->key)
		((struct field_input *)first->fields)[first->field_count++] = (struct field_input){
		    pass->key,
		    value_text(csv_cell(&(struct csv_row){.cells = plan->scope.cells, .count = plan->scope.count},
					(uintptr_t)map_get(plan->scope.names, pass->key_column) - 1))};
	drop_empty(first);
	plan->state = first->state ? first->state : pass->type->initial;
	plan->last = at;
	return OK;
}

static bool comes_from(const struct import_kind *kind, const struct state *state)
{
	for (size_t i = 0; i < kind->from_count; i++)
		if (kind->from[i] == state)
			return true;
	return !kind->from_count;
}

static enum status plan_activity(struct planning *plan, const struct import_activity *activity,
				 struct import_follow *follow, struct error *error)
{
	const struct import_kind *kind = activity->kind;
	struct edit_request *request = &follow->request;
	struct import_scope scope = activity->scope;
	enum status status;

	scope.counted = counted;
	scope.context = plan;
	*follow = (struct import_follow){.line = activity->line, .is_activity = true};
	*request = (struct edit_request){.type = plan->pass->type, .via = VIA_IMPORT, .at = activity->at};
	if (kind->to && comes_from(kind, plan->state))
		request->state = plan->state = kind->to;
	if ((status = read_fields(plan, &kind->fields, &scope, request, 0, error)) || !kind->comment)
		return status;
	return import_source_text(plan->run, plan->arena, kind->comment, &scope, S("comment"), &request->comment,
				  error);
}

/* Those after `after`; the others are there already. */
static void plan_activities(struct planning *plan, instant after)
{
	struct import_unit *unit = plan->unit;
	struct import_passed *passed = plan->batch->passed;

	unit->follows = arena_many(plan->arena, struct import_follow, plan->activity_count + 2);
	for (size_t i = 0; i < plan->activity_count; i++) {
		struct import_activity *activity = &plan->activities[i];
		struct import_follow *follow = &unit->follows[unit->follow_count];
		struct error own;

		error_clear(&own);
		plan->so_far = i + 1;
		if (plan_activity(plan, activity, follow, &own)) {
			import_refuse(plan->run, &passed->activities, plan->batch->activities_file, activity->line,
				      &own);
		} else if (after != INSTANT_NONE && activity->at <= after) {
			passed->activities.unchanged++;
		} else {
			unit->follow_count++;
			plan->last = activity->at;
		}
	}
}

static enum status plan_ends(struct planning *plan, struct error *error)
{
	const struct import_ends *ends = plan->pass->ends;
	struct import_follow *follow;
	instant at;
	enum status status;

	if (!ends)
		return OK;
	follow = &plan->unit->follows[plan->unit->follow_count];
	*follow = (struct import_follow){.line = plan->unit->line};
	follow->request = (struct edit_request){.type = plan->pass->type, .via = VIA_IMPORT};
	if ((status = read_time(plan, ends->at, &at, error)))
		return status;
	follow->request.at = plan->last != INSTANT_NONE && (at == INSTANT_NONE || at < plan->last) ? plan->last : at;
	plan->scope.at = follow->request.at;
	if ((status = read_state(plan, ends->state, &follow->request.state, error)) ||
	    (status = read_fields(plan, &ends->fields, &plan->scope, &follow->request, 0, error)))
		return status;
	plan->last = follow->request.at;
	plan->unit->follow_count++;
	return OK;
}

/* What is there already is brought to what the row says in the end, now. */
static enum status plan_update(struct planning *plan, struct error *error)
{
	const struct import_pass *pass = plan->pass;
	struct edit_request *last = &plan->unit->last;
	enum status status;

	*last = (struct edit_request){.type = pass->type, .via = VIA_IMPORT, .at = INSTANT_NONE};
	if ((status = read_fields(plan, &pass->fields, &plan->scope, last, pass->ends ? pass->ends->fields.count : 0,
				  error)) ||
	    !pass->ends)
		return status;
	if ((status = read_time(plan, pass->ends->at, &plan->scope.at, error)) ||
	    (status = read_state(plan, pass->ends->state, &last->state, error)))
		return status;
	return read_fields(plan, &pass->ends->fields, &plan->scope, last, 0, error);
}

/* --- the row --- */

static bool is_counted(const struct import_check *check, const struct map *names, const struct csv_row *row)
{
	uintptr_t at = (uintptr_t)map_get(names, check->column);
	struct str text = at ? str_trim(csv_cell(row, at - 1)) : (struct str){0};

	return text.n && (!check->is.n || str_eq(text, check->is));
}

/* What lines say, whatever becomes of them. */
static void count_line(const struct import_batch *batch, const struct map *names, const struct csv_row *row)
{
	const struct import_pass *pass = batch->pass;

	for (size_t i = 0; i < pass->check_count; i++)
		if (pass->checks[i].where && is_counted(&pass->checks[i], names, row))
			batch->passed->checks[i].of++;
}

static void plan_checks(struct planning *plan)
{
	const struct import_pass *pass = plan->pass;
	bool *holds = arena_many(plan->arena, bool, pass->check_count + 1);

	plan->so_far = plan->activity_count;
	for (size_t i = 0; i < pass->check_count; i++) {
		uintptr_t at = (uintptr_t)map_get(plan->scope.names, pass->checks[i].equals);
		int64_t stated;

		holds[i] = at && str_int64(str_trim(plan->scope.cells[at - 1]), &stated) &&
			   stated == counted(plan, pass->checks[i].count);
	}
	plan->unit->checks = holds;
}

static enum status plan_record(struct planning *plan, struct error *error)
{
	const struct import_entry *entry = plan->unit->entry;
	bool exists = entry && entry->identity, interrupted = exists && entry->version == 1 && plan->activity_count;
	instant at;
	enum status status;

	if ((status = read_time(plan, plan->pass->at, &at, error)))
		return status;
	if (plan->activity_count && at != INSTANT_NONE && plan->activities[0].at < at) {
		at = plan->activities[0].at;
		plan->batch->passed->earlier += !exists;
	}
	plan->scope.at = at;
	plan->so_far = plan->activity_count;
	plan->state = plan->pass->type->initial;
	plan->last = at;
	if (!exists && (status = plan_first(plan, at, error)))
		return status;
	plan_activities(plan, exists && !interrupted ? entry->changed_at : INSTANT_NONE);
	if (exists && !interrupted)
		return plan_update(plan, error);
	return plan_ends(plan, error);
}

static enum status find_entry(struct planning *plan, struct error *error)
{
	const struct csv_row row = {.cells = plan->scope.cells, .count = plan->scope.count};
	struct import_index *index;
	struct str key;
	enum status status;

	if (!plan->pass->key)
		return OK;
	key = str_trim(csv_cell(&row, (uintptr_t)map_get(plan->scope.names, plan->pass->key_column) - 1));
	if (!key.n)
		return error_fail_at(error, E_INVALID, plan->pass->key_column, "required", N_("A value is needed"));
	if ((status = import_index_of(plan->run, plan->pass->type, plan->pass->key, &index, error)))
		return status;
	plan->unit->entry = import_entry_of(plan->run, index, key);
	return OK;
}

static enum status ensure(struct planning *plan, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < plan->pass->ensure_count && !status; i++) {
		const struct import_source *source = &plan->pass->ensures[i];
		int64_t identity;
		bool lacking = false;

		status = import_refer(plan->run, plan->arena, source, &plan->scope, source->reference->name, &identity,
				      &lacking, error);
	}
	return status;
}

static enum status plan_unit(struct planning *plan, struct import_stage *stage, struct error *error)
{
	struct import_entry *entry = plan->unit->entry;
	const struct csv_row row = {.cells = plan->scope.cells, .count = plan->scope.count};
	enum status status;

	if ((status = ensure(plan, error)) || !plan->pass->type)
		return status;
	if (plan->pass->key)
		import_stage_find(
		    stage, plan->arena,
		    str_trim(csv_cell(&row, (uintptr_t)map_get(plan->scope.names, plan->pass->key_column) - 1)),
		    &plan->activities, &plan->activity_count);
	if ((status = plan_record(plan, error)))
		return status;
	plan_checks(plan);
	if (entry && !entry->identity)
		entry->version = -1;
	vec_push(plan->arena, &plan->batch->units, *plan->unit);
	plan->batch->edits += 1 + plan->unit->follow_count;
	return OK;
}

enum status import_plan_row(struct import_batch *batch, struct import_stage *stage, const struct map *names,
			    const struct csv_row *row, struct error *error)
{
	const struct import_pass *pass = batch->pass;
	struct import_unit unit = {.line = row->line};
	struct planning plan = {.batch = batch, .run = batch->run, .pass = pass, .arena = batch->arena, .unit = &unit};
	struct str *cells;
	struct error own;
	enum status status;

	for (size_t i = 0; i < pass->skip_count; i++)
		if (skips(&pass->skips[i], names, row)) {
			import_refuse_text(batch->run, &batch->passed->records, batch->file, row->line,
					   pass->skips[i].reason);
			return OK;
		}
	plan.scope = (struct import_scope){.names = names,
					   .cells = row->cells,
					   .count = row->count,
					   .format = &pass->format,
					   .at = INSTANT_NONE,
					   .counted = counted,
					   .context = &plan};
	count_line(batch, names, row);
	error_clear(&own);
	status = find_entry(&plan, &own);
	if (!status && unit.entry && unit.entry->version == -1 && (status = import_flush(batch, error)))
		return status;
	cells = arena_many(batch->arena, struct str, row->count + 1);
	for (size_t i = 0; i < row->count; i++)
		cells[i] = row->cells[i].n ? str_dup(batch->arena, str_trim(row->cells[i])) : (struct str){0};
	plan.scope.cells = cells;
	if (!status)
		status = plan_unit(&plan, stage, &own);
	if (status >= E_UNAVAILABLE) {
		*error = own;
		return status;
	}
	if (status)
		import_refuse(batch->run, &batch->passed->records, batch->file, row->line, &own);
	return OK;
}

/* From what a request says to the record as it will be, before behaviours have their say. */
#include "record/edit_run.h"

#include "record/access.h"

static void take_presets(struct edit *edit)
{
	const struct field_list *presets = &edit->plan->presets;

	for (size_t i = 0; !edit->before && i < presets->count; i++) {
		const struct field *field = presets->items[i];

		if (!edit->given[field->index])
			edit->after->values[field->index] =
			    field->preset_now ? value_number(VALUE_TIME, edit->at) : field->preset;
	}
}

static enum status take_field(struct edit *edit, size_t index, struct error *error)
{
	const struct field *field = edit->request->fields[index].field;
	const struct prepared_value *prepared = edit->prepared ? &edit->prepared->values[index] : NULL;
	struct value value = edit->request->fields[index].value;
	enum status status;

	if (field->type != edit->type)
		return error_fail_at(error, E_INVALID, field->name, "unknown", N_("Such records do not have this"));
	if (prepared && prepared->holds)
		value = prepared->value;
	else if ((status = field_check(edit->arena, edit->kernel, field, &value, error)))
		return status;
	if (value.kind == VALUE_RECORD && (!edit->before || !value_eq(value, record_value(edit->before, field))) &&
	    (status = edit_check_reference(edit, field->name, field->to, value.number, error)))
		return status;
	edit->after->values[field->index] = value;
	return OK;
}

static enum status take_fields(struct edit *edit, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < edit->request->field_count; i++) {
		enum status failed = take_field(edit, i, error);

		status = status ? status : failed;
	}
	return status;
}

/* Customers' people who say nothing else report for themselves. */
static void take_callers(struct edit *edit)
{
	const struct field_list *callers = &edit->plan->callers;

	if (edit->before || edit->by_system || actor_is_staff(edit->actor))
		return;
	for (size_t i = 0; i < callers->count; i++)
		if (value_is_empty(edit->after->values[callers->items[i]->index]))
			edit->after->values[callers->items[i]->index] = value_record(edit->actor->person);
	if (edit->type->customer && !edit->plan->derivation_count)
		edit->after->values[edit->type->customer->index] = value_record(edit->actor->customer);
}

/* --- values that come by a path or an expression --- */

static enum status walk(struct edit *edit, const struct derivation *derivation, struct value *value,
			struct error *error)
{
	enum status status =
	    path_value(edit->kernel, edit->connection, edit->arena, edit->after, &derivation->path, value, error);

	if (!status && derivation->japanese.base && edit->actor->language == JAPANESE) {
		struct value japanese;

		status = path_value(edit->kernel, edit->connection, edit->arena, edit->after, &derivation->japanese,
				    &japanese, error);
		if (!status && !value_is_empty(japanese))
			*value = japanese;
	}
	if (!status && value->kind != derivation->into->value)
		*value = (struct value){0};
	return status;
}

/* What a path leads to goes before a default, and a default before nothing. */
static enum status derive(struct edit *edit, struct error *error)
{
	for (size_t i = 0; i < edit->plan->derivation_count; i++) {
		const struct derivation *derivation = &edit->plan->derivations[i];
		struct value *into = &edit->after->values[derivation->into->index], found;
		bool has_preset = !value_is_empty(derivation->into->preset);
		bool stands = !value_is_empty(*into) && !(has_preset && !edit->before);
		enum status status;

		if (edit->given[derivation->into->index] ||
		    (stands && !(edit->before && edit_field_differs(edit, derivation->path.base))))
			continue;
		if ((status = walk(edit, derivation, &found, error)))
			return status;
		if (!value_is_empty(found) || !has_preset)
			*into = found;
	}
	return OK;
}

enum status edit_compute(struct edit *edit, struct error *error)
{
	for (size_t i = 0; i < edit->plan->computation_count; i++) {
		const struct computation *computation = &edit->plan->computations[i];
		struct value *value = &edit->after->values[computation->field->index];
		enum status status;
		bool holds;

		if (!computation->query)
			status = walk(edit, &computation->path, value, error);
		else if (!(status = edit_holds(edit, computation->query, &holds, error)))
			*value = value_boolean(holds);
		if (status)
			return status;
	}
	return OK;
}

/* --- the state --- */

/* "also_when: public comment by caller": who answers gets things moving again. */
static const struct transition *transition_by_comment(const struct edit *edit)
{
	const struct type *type = edit->type;

	if (!edit->before || edit->transition || !edit->request->comment.n || !edit->comment_is_public || !edit->who)
		return NULL;
	for (size_t i = 0; i < type->transition_count; i++) {
		const struct transition *transition = type->transitions[i];
		struct value by;

		if (!transition->also_when_by)
			continue;
		by = record_value(edit->before, transition->also_when_by);
		if (by.kind != VALUE_RECORD || by.number != edit->who)
			continue;
		for (size_t j = 0; j < transition->from_count; j++)
			if (transition->from[j] == edit->before->state)
				return transition;
	}
	return NULL;
}

static enum status take_state(struct edit *edit, struct error *error)
{
	const struct transition *answered = transition_by_comment(edit);
	bool holds = true;
	enum status status;

	if (answered && answered->guard && (status = edit_holds(edit, answered->guard, &holds, error)))
		return status;
	if (answered && holds)
		edit->transition = answered;
	if (!edit->before)
		edit->after->state = edit->type->initial;
	if (edit->request->state)
		edit->after->state = edit->request->state;
	return OK;
}

/* Of an actor of a customer's: whatever was said, the record is their own customer's. */
static enum status stay_at_customer(struct edit *edit, struct error *error)
{
	const struct field *customer = edit->type->customer;
	struct value value;

	if (edit->by_system || !actor_is_customer(edit->actor) || !edit->type->scoped || !customer)
		return OK;
	value = record_value(edit->after, customer);
	if (value.kind == VALUE_RECORD && value.number == edit->actor->customer)
		return OK;
	return error_fail_at(error, E_DENIED, customer->name, "customer", N_("This is not of your own organisation"));
}

enum status edit_take_inputs(struct edit *edit, struct error *error)
{
	const struct edit_request *request = edit->request;
	enum status status;

	if (edit->before) {
		edit->after = record_copy(edit->arena, edit->before);
	} else {
		edit->after = arena_one(edit->arena, struct record);
		edit->after->type = edit->type;
		edit->after->created_at = edit->at;
		edit->after->created_by = edit->who;
		edit->after->values = arena_many(edit->arena, struct value, edit->type->field_count + 1);
	}
	edit->after->updated_at = edit->at;
	edit->after->updated_by = edit->who;
	for (size_t i = 0; i < request->field_count; i++)
		if (request->fields[i].field->type == edit->type)
			edit->given[request->fields[i].field->index] = true;
	take_presets(edit);
	if ((status = take_fields(edit, error)) || (status = edit_take_links(edit, error)))
		return status;
	take_callers(edit);
	if ((status = derive(edit, error)) || (status = stay_at_customer(edit, error)))
		return status;
	return take_state(edit, error);
}

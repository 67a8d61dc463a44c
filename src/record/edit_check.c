/* What must hold of the record as it will be. Faults are collected, so that a form shows all of them at once. */
#include "record/edit_run.h"

#include "record/clocks.h"

enum status edit_check_guard(struct edit *edit, struct error *error)
{
	const struct transition *transition = edit->transition;
	bool holds;
	enum status status;

	if (!transition || !transition->guard || edit->reconsiders)
		return OK;
	if ((status = edit_holds(edit, transition->guard, &holds, error)) || holds)
		return status;
	if (!transition->guard_message.text[ENGLISH].n)
		return error_fail(error, E_CONFLICT, "state", "guard", N_("This step cannot be taken now"));
	return error_fail(error, E_CONFLICT, "state", "guard", "%s",
			  str_c(edit->arena, label_in(&transition->guard_message, edit->actor->language)));
}

static enum status needed(struct error *error, struct str field)
{
	return error_fail_at(error, E_INVALID, field, "required", N_("A value is needed"));
}

/* What a record already lacked before this edit is asked for only when the edit touches it, so that a field that
 * becomes required later does not block every edit of what stood before. */
static enum status check_required(struct edit *edit, struct error *error)
{
	const struct field_list *required = &edit->plan->required;
	enum status status = OK;

	for (size_t i = 0; i < required->count; i++) {
		const struct field *field = required->items[i];

		if (!value_is_empty(edit->after->values[field->index]))
			continue;
		if (edit->before && !edit_field_differs(edit, field) && !edit->given[field->index])
			continue;
		status = needed(error, field->name);
	}
	return status;
}

static enum status check_transition(struct edit *edit, struct error *error)
{
	const struct transition *transition = edit->transition;
	enum status status = OK;

	for (size_t i = 0; transition && i < transition->requires_count; i++) {
		const struct requirement *requirement = &transition->requires[i];

		if (requirement->comment && !edit->request->comment.n)
			status = error_fail(error, E_INVALID, "comment", "required", N_("A comment is needed"));
		else if (requirement->field && value_is_empty(record_value(edit->after, requirement->field)))
			status = needed(error, requirement->field->name);
	}
	return status;
}

static enum status check_unique(struct edit *edit, const struct unique_field *unique, struct error *error)
{
	struct value value = record_value(edit->after, unique->field);
	STATEMENT statement = NULL;
	bool taken;
	enum status status;

	if (value_is_empty(value) || !edit_field_differs(edit, unique->field))
		return OK;
	if ((status = store_prepare(edit->connection, unique->sql, &statement, error)))
		return status;
	bind_text(statement, value.text);
	bind_int(statement, edit->after->identity);
	if ((status = store_step(statement, &taken, error)) || !taken)
		return status;
	return error_fail_at(error, E_INVALID, unique->field->name, "unique",
			     N_("Another record has this value already"));
}

/* --- people of groups --- */

static enum status is_member(struct edit *edit, int64_t person, int64_t group, bool *member, struct error *error)
{
	const struct type *type = edit->kernel->model->acting[ACTS_PERSON];
	const struct field *groups = type ? type_field(type, S("groups")) : NULL;
	STATEMENT statement = NULL;
	enum status status;

	*member = true;
	if (!groups || groups->kind != FIELD_LINKS)
		return OK;
	status =
	    store_prepare(edit->connection,
			  S("SELECT 1 FROM kaname_link WHERE kind = ? AND source = ? AND target = ? AND until IS NULL"),
			  &statement, error);
	if (status)
		return status;
	bind_text(statement, groups->link);
	bind_int(statement, person);
	bind_int(statement, group);
	return store_step(statement, member, error);
}

/* The group's members are offered; somebody else may be named all the same. But work that moves to another group leaves
 * an assignee who is not in it behind, unless the request names that person. */
static enum status leave_behind(struct edit *edit, const struct field *field, struct error *error)
{
	struct value *person = &edit->after->values[field->index];
	struct value group = record_value(edit->after, field->from);
	bool member;
	enum status status;

	if (person->kind != VALUE_RECORD || group.kind != VALUE_RECORD || edit->given[field->index] ||
	    edit_field_differs(edit, field) || !edit_field_differs(edit, field->from))
		return OK;
	status = is_member(edit, person->number, group.number, &member, error);
	if (!status && !member)
		*person = (struct value){0};
	return status;
}

enum status edit_validate(struct edit *edit, struct error *error)
{
	enum status status = OK, failed;

	for (size_t i = 0; i < edit->plan->from_group.count; i++) {
		failed = leave_behind(edit, edit->plan->from_group.items[i], error);
		status = status ? status : failed;
	}
	failed = check_required(edit, error);
	status = status ? status : failed;
	failed = check_transition(edit, error);
	status = status ? status : failed;
	if (edit->type->acts_as == ACTS_CALENDAR) {
		failed = calendar_check_record(edit->arena, edit->after, error);
		status = status ? status : failed;
	}
	for (size_t i = 0; i < edit->plan->unique_count; i++) {
		failed = check_unique(edit, &edit->plan->uniques[i], error);
		status = status ? status : failed;
	}
	return status;
}

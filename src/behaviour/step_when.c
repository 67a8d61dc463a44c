/* step_when: a mark takes a step by itself.
 *
 * Parameters: field: a yes-or-no field; transition. When the field becomes true and the transition leads on from where
 * the record then stands, it is taken in the same transaction, by whoever set the mark; what it requires must be there,
 * or the edit is refused. */
#include "behaviour/behaviours.h"

struct step_when {
	const struct field *field;
	const struct transition *transition;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"field", "transition", NULL};
	struct step_when *p = arena_one(loading->arena, struct step_when);
	struct str transition;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "field", true, &p->field, error)) ||
	    (status = load_text(loading, "transition", true, &transition, error)))
		return status;
	if (p->field->kind != FIELD_BOOLEAN)
		return load_fail(loading, "field", N_("The field must be yes or no"), NULL, error);
	p->transition = type_transition(loading->type, transition);
	return p->transition ? OK
			     : load_fail(loading, "transition", N_("There is no transition \"%s\""),
					 str_c(loading->arena, transition), error);
}

static bool leads_on(const struct transition *transition, const struct state *state)
{
	for (size_t i = 0; i < transition->from_count; i++)
		if (transition->from[i] == state)
			return true;
	return !transition->from_count && transition->to != state;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct step_when *p = call->parameters;
	struct edit_request request = {.record = edit_after(edit)->identity,
				       .transition = p->transition,
				       .on_behalf = edit_actor(edit)->person,
				       .via = edit_request_of(edit)->via};
	struct edit_result result;

	if (!edit_changes(edit, p->field) || !edit_value(edit, p->field).boolean ||
	    !leads_on(p->transition, edit_after(edit)->state))
		return OK;
	return edit_follow_up(edit, &request, &result, error);
}

const struct behaviour behaviour_step_when = {.name = "step_when", .load = load, .after = after};

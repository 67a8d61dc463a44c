/* step_when: a mark, or a condition that comes true, takes a step by itself.
 *
 * Parameters: field: a yes-or-no field, at the moment at which it becomes true; or when: an expression, at the moment
 * from which it holds; transition. When the transition leads on from where the record then stands, it is taken in the
 * same transaction: by whoever set the mark, by the program where a condition came true. What it requires must be
 * there, or the edit is refused. */
#include "behaviour/behaviours.h"

struct step_when {
	const struct field *field; /* or: */
	const struct query *when;
	const struct transition *transition;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"field", "when", "transition", NULL};
	struct step_when *p = arena_one(loading->arena, struct step_when);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)) ||
	    (status = load_field(loading, "field", !p->when, &p->field, error)) ||
	    (status = load_transition(loading, "transition", true, loading->type, &p->transition, error)))
		return status;
	if (p->field && p->field->kind != FIELD_BOOLEAN)
		return load_fail(loading, "field", N_("The field must be yes or no"), NULL, error);
	return OK;
}

static bool leads_on(const struct transition *transition, const struct state *state)
{
	for (size_t i = 0; i < transition->from_count; i++)
		if (transition->from[i] == state)
			return true;
	return !transition->from_count && transition->to != state;
}

static enum status begins(const struct step_when *p, struct edit *edit, bool *is, struct error *error)
{
	bool held = false;
	enum status status;

	*is = p->field && edit_changes(edit, p->field) && edit_value(edit, p->field).boolean;
	if (!p->when || (status = edit_holds(edit, p->when, is, error)) || !*is)
		return p->when ? status : OK;
	status = edit_held(edit, p->when, &held, error);
	*is = !held;
	return status;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct step_when *p = call->parameters;
	struct edit_request request = {.record = edit_after(edit)->identity,
				       .transition = p->transition,
				       .on_behalf = p->when ? 0 : edit_actor(edit)->person,
				       .via = p->when ? VIA_JOB : edit_request_of(edit)->via};
	struct edit_result result;
	bool is;
	enum status status = begins(p, edit, &is, error);

	if (status || !is || !leads_on(p->transition, edit_after(edit)->state))
		return status;
	return edit_follow_up(edit, &request, &result, error);
}

const struct behaviour behaviour_step_when = {.name = "step_when", .load = load, .after = after};

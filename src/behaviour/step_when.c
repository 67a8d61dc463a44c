/* step_when: a mark, a condition that comes true, or a day that is over takes a step by itself.
 *
 * Parameters: field: a yes-or-no field, at the moment at which it becomes true; or when: an expression, at the moment
 * from which it holds; or after: a date, once that day is over; transition. When the transition leads on from where the
 * record then stands, it is taken in the same transaction: by whoever set the mark, by the program where a condition
 * came true. What it requires must be there, or the edit is refused. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"

static const struct str timer = {"after", 5};

struct step_when {
	const struct field *field; /* or: */
	const struct query *when;
	const struct field *after; /* or */
	const struct transition *transition;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"field", "when", "after", "transition", NULL};
	struct step_when *p = arena_one(loading->arena, struct step_when);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)) ||
	    (status = load_field(loading, "after", false, &p->after, error)) ||
	    (status = load_field(loading, "field", !p->when && !p->after, &p->field, error)) ||
	    (status = load_transition(loading, "transition", true, loading->type, &p->transition, error)))
		return status;
	if (p->after && p->after->kind != FIELD_DATE)
		return load_fail(loading, "after", N_("The field must be a date"), NULL, error);
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

static enum status wait_for_day(const struct step_when *p, const struct behaviour_call *call, struct edit *edit,
				struct error *error)
{
	struct value day = edit_value(edit, p->after);

	if (!edit_is_new(edit) && !edit_changes(edit, p->after))
		return OK;
	return day.kind == VALUE_DATE ? edit_timer(edit, call, timer, lookup_agreement_day((int32_t)day.number + 1),
						   (struct str){0}, error)
				      : edit_timer_clear(edit, call, timer, error);
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	const struct step_when *p = call->parameters;
	struct edit_request request = {
	    .record = edit_after(edit)->identity, .transition = p->transition, .via = VIA_JOB};
	struct edit_result result;

	(void)name, (void)payload;
	return leads_on(p->transition, edit_after(edit)->state) ? edit_follow_up(edit, &request, &result, error) : OK;
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
	enum status status = p->after ? wait_for_day(p, call, edit, error) : OK;

	if (!status)
		status = begins(p, edit, &is, error);

	if (status || !is || !leads_on(p->transition, edit_after(edit)->state))
		return status;
	return edit_follow_up(edit, &request, &result, error);
}

const struct behaviour behaviour_step_when = {.name = "step_when", .load = load, .after = after, .due = due};

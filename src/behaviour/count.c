/* count: counts steps, or changes of a field.
 *
 * Parameters: field: an integer; on: transitions; when_changed: a field whose changes from one value to another count
 * (getting its first value is no change). */
#include "behaviour/behaviours.h"

struct count {
	const struct field *field, *when_changed;
	const struct transition **on;
	size_t on_count;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"field", "on", "when_changed", NULL};
	struct count *p = arena_one(loading->arena, struct count);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "field", true, &p->field, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_field(loading, "when_changed", false, &p->when_changed, error)))
		return status;
	if (p->field->kind != FIELD_INTEGER)
		return load_fail(loading, "field", N_("The field must be an integer"), NULL, error);
	return p->on_count || p->when_changed ? OK
					      : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "on", error);
}

static bool counts(const struct count *p, const struct edit *edit)
{
	for (size_t i = 0; i < p->on_count; i++)
		if (p->on[i] == edit_transition(edit))
			return true;
	return p->when_changed && edit_before(edit) && edit_changes(edit, p->when_changed) &&
	       !value_is_empty(record_value(edit_before(edit), p->when_changed));
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct count *p = call->parameters;
	struct value now = edit_value(edit, p->field);

	if (edit_overrides(edit, p->field) || !counts(p, edit))
		return OK;
	return edit_set(edit, p->field, value_integer(now.kind == VALUE_INTEGER ? now.number + 1 : 1), error);
}

const struct behaviour behaviour_count = {.name = "count", .load = load, .derive = derive};

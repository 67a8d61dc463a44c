/* stamp: writes the moment of a step into a field.
 *
 * Parameters: field: date and time; on: transitions that set it; clear_on: transitions that empty it. */
#include "behaviour/behaviours.h"

struct stamp {
	const struct field *field;
	const struct transition **on, **clear_on;
	size_t on_count, clear_count;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"field", "on", "clear_on", NULL};
	struct stamp *p = arena_one(loading->arena, struct stamp);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "field", true, &p->field, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_transitions(loading, "clear_on", &p->clear_on, &p->clear_count, error)))
		return status;
	if (p->field->value != VALUE_TIME)
		return load_fail(loading, "field", N_("The field must be a date and time"), NULL, error);
	return p->on_count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "on", error);
}

static bool has(const struct transition **list, size_t count, const struct transition *transition)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == transition)
			return true;
	return false;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct stamp *p = call->parameters;
	const struct transition *transition = edit_transition(edit);

	if (!transition || edit_overrides(edit, p->field))
		return OK;
	if (has(p->on, p->on_count, transition))
		return edit_set(edit, p->field, value_time(edit_now(edit)), error);
	if (has(p->clear_on, p->clear_count, transition))
		return edit_set(edit, p->field, (struct value){0}, error);
	return OK;
}

const struct behaviour behaviour_stamp = {.name = "stamp", .load = load, .derive = derive};

/* requires: fields that must have a value while a condition holds, or when a step is taken.
 *
 * Parameters: when: the condition (default: always); on: transitions (default: every edit); fields: all of them; or
 * any: one of them is enough, the first is told when none has a value. */
#include "behaviour/behaviours.h"

struct requires
{
	const struct query *when;
	const struct transition **on;
	size_t on_count;
	const struct field **fields, **any;
	size_t count, any_count;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"when", "on", "fields", "any", NULL};
	struct requires *p = arena_one(loading->arena, struct requires);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_fields(loading, "fields", &p->fields, &p->count, error)) ||
	    (status = load_fields(loading, "any", &p->any, &p->any_count, error)))
		return status;
	return p->count || p->any_count ? OK
					: load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "fields", error);
}

static bool is_taken(const struct requires *p, const struct edit *edit)
{
	return !p->on_count || edit_takes(edit, p->on, p->on_count);
}

static bool lacks_all(const struct edit *edit, const struct field **fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!value_is_empty(edit_value(edit, fields[i])))
			return false;
	return count > 0;
}

/* Told once, also where the step itself requires it. */
static enum status needed(const struct field *field, struct error *error)
{
	for (size_t i = 0; i < error->count; i++)
		if (str_is(field->name, error->items[i].field) && str_is(str_of(error->items[i].rule), "required"))
			return E_INVALID;
	return error_fail_at(error, E_INVALID, field->name, "required", N_("A value is needed"));
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct requires *p = call->parameters;
	bool lacks = lacks_all(edit, p->any, p->any_count), holds = true;
	enum status status = OK;

	if (!is_taken(p, edit))
		return OK;
	for (size_t i = 0; i < p->count; i++)
		lacks = lacks || value_is_empty(edit_value(edit, p->fields[i]));
	if (!lacks || (p->when && (status = edit_holds(edit, p->when, &holds, error))) || !holds)
		return status;
	for (size_t i = 0; i < p->count; i++)
		if (value_is_empty(edit_value(edit, p->fields[i])))
			status = needed(p->fields[i], error);
	return lacks_all(edit, p->any, p->any_count) ? needed(p->any[0], error) : status;
}

const struct behaviour behaviour_requires = {.name = "requires", .load = load, .check = check};

/* requires: fields that must have a value while a condition holds.
 *
 * Parameters: when: the condition (default: always); fields. */
#include "behaviour/behaviours.h"

struct requires
{
	const struct query *when;
	const struct field **fields;
	size_t count;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"when", "fields", NULL};
	struct requires *p = arena_one(loading->arena, struct requires);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)) ||
	    (status = load_fields(loading, "fields", &p->fields, &p->count, error)))
		return status;
	return p->count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "fields", error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct requires *p = call->parameters;
	bool lacks = false, holds = true;
	enum status status = OK;

	for (size_t i = 0; i < p->count; i++)
		lacks = lacks || value_is_empty(edit_value(edit, p->fields[i]));
	if (!lacks || (p->when && (status = edit_holds(edit, p->when, &holds, error))) || !holds)
		return status;
	for (size_t i = 0; i < p->count; i++)
		if (value_is_empty(edit_value(edit, p->fields[i])))
			status =
			    error_fail_at(error, E_INVALID, p->fields[i]->name, "required", N_("A value is needed"));
	return status;
}

const struct behaviour behaviour_requires = {.name = "requires", .load = load, .check = check};

/* set: gives fields of the record a value at an occasion: who declared it and when, a mark that a step leaves behind.
 *
 * Parameters: on, when, only_if (record/occasion.h); set, copy (record/assign.h); keep: true leaves what has a value
 * alone, and counts whenever the condition holds, not only from when it begins to. What the edit itself says stays. */
#include "behaviour/behaviours.h"

#include "record/assign.h"
#include "record/occasion.h"

struct set {
	struct occasion occasion;
	struct assignments assignments;
	bool keep;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on", "when", "only_if", "set", "copy", "keep", NULL};
	struct set *p = arena_one(loading->arena, struct set);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_occasion(loading, &p->occasion, error)) ||
	    (status = load_flag(loading, "keep", &p->keep, error)))
		return status;
	return load_assignments(loading, loading->type, &p->assignments, error);
}

static enum status comes(const struct set *p, struct edit *edit, bool *now, struct error *error)
{
	enum status status = occasion_comes(edit, &p->occasion, now, error);

	if (status || *now || !p->keep || !p->occasion.when ||
	    (status = edit_holds(edit, p->occasion.when, now, error)) || !*now || !p->occasion.only_if)
		return status;
	return edit_holds(edit, p->occasion.only_if, now, error);
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct set *p = call->parameters;
	struct field_input *fields = arena_many(edit_arena(edit), struct field_input, p->assignments.count + 1);
	size_t count;
	bool now;
	enum status status = comes(p, edit, &now, error);

	if (status || !now || (status = assignments_make(edit, &p->assignments, fields, &count, error)))
		return status;
	for (size_t i = 0; i < count && !status; i++)
		if (!edit_overrides(edit, fields[i].field) &&
		    !(p->keep && !value_is_empty(edit_value(edit, fields[i].field))))
			status = edit_set(edit, fields[i].field, fields[i].value, error);
	return status;
}

const struct behaviour behaviour_set = {.name = "set", .load = load, .derive = derive};

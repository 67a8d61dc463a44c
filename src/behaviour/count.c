/* count: counts steps, or changes of a field.
 *
 * Parameters: field: an integer; on: transitions; when_changed: fields whose changes from one value to another count
 * (getting its first value is no change; several in one edit are one); when_returned: a field whose changes back to a
 * value that it has had before count (a record that bounces between groups); when: only while this holds. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"

struct count {
	const struct field *field, **when_changed, *when_returned;
	const struct transition **on;
	size_t changed_count, on_count;
	const struct query *when; /* NULL: always */
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"field", "on", "when_changed", "when_returned", "when", NULL};
	struct count *p = arena_one(loading->arena, struct count);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "field", true, &p->field, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_fields(loading, "when_changed", &p->when_changed, &p->changed_count, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)) ||
	    (status = load_field(loading, "when_returned", false, &p->when_returned, error)))
		return status;
	if (p->field->kind != FIELD_INTEGER)
		return load_fail(loading, "field", N_("The field must be an integer"), NULL, error);
	return p->on_count || p->changed_count || p->when_returned
		   ? OK
		   : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "on", error);
}

static bool replaces(const struct edit *edit, const struct field *field)
{
	return field && edit_before(edit) && edit_changes(edit, field) &&
	       !value_is_empty(record_value(edit_before(edit), field));
}

static enum status counts(const struct count *p, struct edit *edit, bool *does, struct error *error)
{
	bool holds = true;
	enum status status;

	*does = false;
	if (p->when && ((status = edit_holds(edit, p->when, &holds, error)) || !holds))
		return status;
	for (size_t i = 0; i < p->changed_count; i++)
		*does = *does || replaces(edit, p->when_changed[i]);
	*does = *does || edit_takes(edit, p->on, p->on_count);
	if (*does || !replaces(edit, p->when_returned) || value_is_empty(edit_value(edit, p->when_returned)))
		return OK;
	return lookup_had_value(edit_connection(edit), edit_arena(edit), edit_after(edit)->identity, p->when_returned,
				edit_value(edit, p->when_returned), does, error);
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct count *p = call->parameters;
	struct value now = edit_value(edit, p->field);
	bool does = false;
	enum status status = edit_overrides(edit, p->field) ? OK : counts(p, edit, &does, error);

	if (status || !does)
		return status;
	return edit_set(edit, p->field, value_integer(now.kind == VALUE_INTEGER ? now.number + 1 : 1), error);
}

const struct behaviour behaviour_count = {.name = "count", .load = load, .derive = derive};

/* timed: how long something took, from its beginning to its end.
 *
 * Parameters: from, until: dates and times; into: a duration. A new record that says when it began and neither its end
 * nor its length ends when it is saved: so a form that was opened as the telephone rang times the call. A length that
 * is stated stands; otherwise it follows from both ends, in whole seconds. */
#include "behaviour/timed.h"

#include "behaviour/behaviours.h"

struct timed {
	const struct field *from, *until, *into;
};

bool timed_begins_with(const struct kernel *kernel, const struct field *field)
{
	const struct attached_behaviour *at = field->type ? kernel->behaviours[field->type->index] : NULL;

	for (; at && at->behaviour; at++)
		if (at->behaviour == &behaviour_timed && ((const struct timed *)at->parameters)->from == field)
			return true;
	return false;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"from", "until", "into", NULL};
	struct timed *p = arena_one(loading->arena, struct timed);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "from", true, &p->from, error)) ||
	    (status = load_field(loading, "until", true, &p->until, error)) ||
	    (status = load_field(loading, "into", true, &p->into, error)))
		return status;
	if (p->from->value != VALUE_TIME)
		return load_fail(loading, "from", N_("The field must be a date and time"), NULL, error);
	if (p->until->value != VALUE_TIME)
		return load_fail(loading, "until", N_("The field must be a date and time"), NULL, error);
	return p->into->value == VALUE_DURATION
		   ? OK
		   : load_fail(loading, "into", N_("The field must be a duration"), NULL, error);
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct timed *p = call->parameters;
	struct value from = edit_value(edit, p->from), until = edit_value(edit, p->until);
	bool ends_now = edit_is_new(edit) && value_is_empty(until);
	enum status status;

	if (edit_overrides(edit, p->into) || value_is_empty(from))
		return OK;
	if (ends_now) {
		until = value_time(edit_now(edit) > from.number ? edit_now(edit) : from.number);
		if ((status = edit_set(edit, p->until, until, error)))
			return status;
	}
	if (value_is_empty(until) || (!ends_now && !edit_changes(edit, p->from) && !edit_changes(edit, p->until)))
		return OK;
	if (until.number < from.number)
		return error_fail_at(error, E_INVALID, p->until->name, "order", N_("It ends before it begins"));
	return edit_set(edit, p->into, value_number(VALUE_DURATION, (until.number - from.number) / SECOND * SECOND),
			error);
}

const struct behaviour behaviour_timed = {.name = "timed", .load = load, .derive = derive};

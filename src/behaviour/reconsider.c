/* reconsider: what this record belongs to looks again at what follows from its parts.
 *
 * Parameters: whom: references; when: a condition; when_changed: fields. At the moment from which the condition holds,
 * and when one of the fields changes while it does, the records referred to are considered anew by their own behaviours
 * (an order, whose last task is done). */
#include "behaviour/behaviours.h"

struct reconsider {
	const struct field **whom;
	size_t count;
	const struct query *when;
	const struct field **when_changed;
	size_t changed_count;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"whom", "when", "when_changed", NULL};
	struct reconsider *p = arena_one(loading->arena, struct reconsider);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_fields(loading, "whom", &p->whom, &p->count, error)) ||
	    (status = load_expression(loading, "when", true, &p->when, error)) ||
	    (status = load_fields(loading, "when_changed", &p->when_changed, &p->changed_count, error)))
		return status;
	for (size_t i = 0; i < p->count; i++)
		if (p->whom[i]->value != VALUE_RECORD)
			return load_fail(loading, "whom", N_("The field must be a reference"), NULL, error);
	return p->count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "whom", error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct reconsider *p = call->parameters;
	bool holds, held = false;
	enum status status = edit_holds(edit, p->when, &holds, error);

	if (status || !holds || (status = edit_held(edit, p->when, &held, error)))
		return status;
	for (size_t i = 0; i < p->changed_count; i++)
		held = held && !edit_changes(edit, p->when_changed[i]);
	if (held)
		return OK;
	for (size_t i = 0; i < p->count && !status; i++) {
		struct value whom = edit_value(edit, p->whom[i]);
		struct edit_request request = {.record = whom.number, .reconsider = true, .via = VIA_JOB};
		struct edit_result result;

		if (whom.kind == VALUE_RECORD)
			status = edit_follow_up(edit, &request, &result, error);
	}
	return status;
}

const struct behaviour behaviour_reconsider = {.name = "reconsider", .load = load, .after = after};

/* total: what this record and all others that name the same one, and are not done, come to: the work that a person has
 * in all assignments, in percent of their time.
 *
 * Parameters: of: a whole number; by: a reference; into: a whole number. A record that is done adds nothing. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"

struct total {
	const struct field *of, *by, *into;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"of", "by", "into", NULL};
	struct total *p = arena_one(loading->arena, struct total);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_field(loading, "of", true, &p->of, error)) ||
	    (status = load_field(loading, "by", true, &p->by, error)) ||
	    (status = load_field(loading, "into", true, &p->into, error)))
		return status;
	if (p->by->kind == FIELD_LINKS || !p->by->to)
		return load_fail(loading, "by", N_("The field must refer to one record"), NULL, error);
	return p->of->value == VALUE_INTEGER && p->into->value == VALUE_INTEGER
		   ? OK
		   : load_fail(loading, "into", N_("The fields must be numbers of one kind"), NULL, error);
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct total *p = call->parameters;
	const struct record *now = edit_after(edit);
	struct value by = edit_value(edit, p->by);
	int64_t *others, sum = 0;
	size_t count;
	enum status status;

	if (!edit_is_new(edit) && !edit_transition(edit) && !edit_changes(edit, p->of) && !edit_changes(edit, p->by))
		return OK;
	if (by.kind != VALUE_RECORD || (now->state && now->state->phase == PHASE_DONE))
		return OK;
	if ((status = lookup_referring(edit_connection(edit), edit_arena(edit), p->by, by.number, false, &others,
				       &count, error)))
		return status;
	for (size_t i = 0; i < count && !status; i++) {
		struct record *other;

		if (edit_before(edit) && others[i] == edit_before(edit)->identity)
			continue;
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), others[i], false,
				     &other, error);
		if (!status && other)
			sum += record_value(other, p->of).number;
	}
	return status
		   ? status
		   : edit_set(edit, p->into, value_number(VALUE_INTEGER, sum + edit_value(edit, p->of).number), error);
}

const struct behaviour behaviour_total = {.name = "total", .load = load, .derive = derive};

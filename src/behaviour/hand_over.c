/* hand_over: work that goes to others takes a note along.
 *
 * Parameters: when_changed: the field that says whose work it is; note: a text that must come with each change of it
 * from one value to another. */
#include "behaviour/behaviours.h"

struct hand_over {
	const struct field *whose, *note;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"when_changed", "note", NULL};
	struct hand_over *p = arena_one(loading->arena, struct hand_over);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "when_changed", true, &p->whose, error)) ||
	    (status = load_field(loading, "note", true, &p->note, error)))
		return status;
	return p->note->value == VALUE_TEXT ? OK
					    : load_fail(loading, "note", N_("The field must be a text"), NULL, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct hand_over *p = call->parameters;

	if (edit_is_new(edit) || edit_actor(edit)->is_system || !edit_changes(edit, p->whose) ||
	    value_is_empty(record_value(edit_before(edit), p->whose)))
		return OK;
	if (edit_overrides(edit, p->note) && !value_is_empty(edit_value(edit, p->note)))
		return OK;
	return error_fail_at(error, E_INVALID, p->note->name, "required",
			     N_("Leave a note for those who take this over"));
}

const struct behaviour behaviour_hand_over = {.name = "hand_over", .load = load, .check = check};

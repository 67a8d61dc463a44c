/* difference: how much of one number another leaves open: what is needed less what has been provided (4.1.1.1-e).
 *
 * Parameters: of, less, into: number fields of one kind. Empty `less` counts as nothing, and what is more than enough
 * leaves 0. */
#include "behaviour/behaviours.h"

struct difference {
	const struct field *of, *less, *into;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"of", "less", "into", NULL};
	struct difference *p = arena_one(loading->arena, struct difference);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_field(loading, "of", true, &p->of, error)) ||
	    (status = load_field(loading, "less", true, &p->less, error)) ||
	    (status = load_field(loading, "into", true, &p->into, error)))
		return status;
	return (p->of->value == VALUE_INTEGER || p->of->value == VALUE_DECIMAL) && p->less->value == p->of->value &&
		       p->into->value == p->of->value
		   ? OK
		   : load_fail(loading, "into", N_("The fields must be numbers of one kind"), NULL, error);
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct difference *p = call->parameters;
	struct value of = edit_value(edit, p->of), less = edit_value(edit, p->less);
	int64_t open = value_is_empty(less) ? of.number : of.number - less.number;

	if (value_is_empty(of))
		return edit_set(edit, p->into, (struct value){0}, error);
	return edit_set(edit, p->into, value_number(p->into->value, open > 0 ? open : 0), error);
}

const struct behaviour behaviour_difference = {.name = "difference", .load = load, .derive = derive};

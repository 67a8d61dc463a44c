/* progress: how far a value has come on its way from where it began to where it is to be, in percent (4.1.1.4-s3).
 *
 * Parameters: from, to, at: number fields of one kind; into: a whole number; gap: another, what is missing to 100 (may
 * be left out). A way down (fewer hours of outage) is as good as one up. Without all three, or with no way to go, there
 * is nothing to tell. */
#include "behaviour/behaviours.h"

enum { WHOLE = 100, MOST = 1000 };

struct progress {
	const struct field *from, *to, *at, *into, *gap;
};

static bool is_number(const struct field *field, const struct field *like)
{
	return (field->value == VALUE_INTEGER || field->value == VALUE_DECIMAL) && field->value == like->value;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"from", "to", "at", "into", "gap", NULL};
	struct progress *p = arena_one(loading->arena, struct progress);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "from", true, &p->from, error)) ||
	    (status = load_field(loading, "to", true, &p->to, error)) ||
	    (status = load_field(loading, "at", true, &p->at, error)) ||
	    (status = load_field(loading, "into", true, &p->into, error)) ||
	    (status = load_field(loading, "gap", false, &p->gap, error)))
		return status;
	if (!is_number(p->from, p->at) || !is_number(p->to, p->at))
		return load_fail(loading, "at", N_("The fields must be numbers of one kind"), NULL, error);
	return p->into->value == VALUE_INTEGER && (!p->gap || p->gap->value == VALUE_INTEGER)
		   ? OK
		   : load_fail(loading, "into", N_("The field must be a whole number"), NULL, error);
}

/* Ratios are enough here: the result is a whole percent. */
static int64_t percent_of_way(int64_t from, int64_t to, int64_t at)
{
	double percent = ((double)at - (double)from) / ((double)to - (double)from) * WHOLE;

	return percent > MOST ? MOST : percent < -MOST ? -MOST : (int64_t)percent;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct progress *p = call->parameters;
	struct value from = edit_value(edit, p->from), to = edit_value(edit, p->to), at = edit_value(edit, p->at);
	struct value into = {0}, gap = {0};
	enum status status;

	if (!value_is_empty(from) && !value_is_empty(to) && !value_is_empty(at) && from.number != to.number) {
		int64_t percent = percent_of_way(from.number, to.number, at.number);

		into = value_number(VALUE_INTEGER, percent);
		gap = value_number(VALUE_INTEGER, percent < WHOLE ? WHOLE - percent : 0);
	}
	status = edit_set(edit, p->into, into, error);
	return status || !p->gap ? status : edit_set(edit, p->gap, gap, error);
}

const struct behaviour behaviour_progress = {.name = "progress", .load = load, .derive = derive};

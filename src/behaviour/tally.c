/* tally: a record counts at another one that it names, while a condition holds.
 *
 * Parameters: by: a reference; into: a counted field of the type that it names; when: a condition over the record's
 * own fields (default: always). The number follows every change of either. */
#include "behaviour/behaviours.h"

struct tally {
	const struct field *by, *into;
	const struct query *when; /* NULL: always */
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"by", "into", "when", NULL};
	struct tally *p = arena_one(loading->arena, struct tally);
	struct str into;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_field(loading, "by", true, &p->by, error)) ||
	    (status = load_text(loading, "into", true, &into, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)))
		return status;
	if (p->by->value != VALUE_RECORD || !p->by->to)
		return load_fail(loading, "by", N_("The field must refer to one record"), NULL, error);
	p->into = type_field(p->by->to, into);
	if (!p->into || !p->into->is_counted || p->into->value != VALUE_INTEGER)
		return load_fail(loading, "into", N_("There is no counted field \"%s\" at the other end"),
				 str_c(loading->arena, into), error);
	if (p->when && !query_is_of_row(p->when))
		return load_fail(loading, "when", N_("The condition may look only at the record's own fields"), NULL,
				 error);
	return OK;
}

/* Whom a version of the record counts for, as `judge` finds it; 0: nobody. */
static enum status counted(const struct tally *p, struct edit *edit, const struct record *record,
			   enum status (*judge)(struct edit *edit, const struct query *query, bool *holds,
						struct error *error),
			   int64_t *identity, struct error *error)
{
	struct value by = record ? record_value(record, p->by) : (struct value){0};
	bool holds = true;
	enum status status = OK;

	*identity = 0;
	if (by.kind != VALUE_RECORD)
		return OK;
	if (p->when)
		status = judge(edit, p->when, &holds, error);
	if (holds)
		*identity = by.number;
	return status;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct tally *p = call->parameters;
	int64_t was, is;
	enum status status;

	if ((status = counted(p, edit, edit_before(edit), edit_held, &was, error)) ||
	    (status = counted(p, edit, edit_after(edit), edit_holds, &is, error)) || was == is)
		return status;
	if (was && (status = edit_tally(edit, p->into, was, -1, error)))
		return status;
	return is ? edit_tally(edit, p->into, is, 1, error) : OK;
}

const struct behaviour behaviour_tally = {.name = "tally", .load = load, .after = after};

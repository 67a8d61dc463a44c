/* must: something that has to be so when a step is taken, or whenever a record is saved, told in words of its own. A
 * step's guard says the same once and refuses always; this may be said several times, and less strictly (`strict`).
 *
 * Parameters: on: transitions (default: every edit); when: a condition under which it matters (default: always); holds:
 * what must be so; of: a reference, whose record is judged in place of this one; says: {en, ja}; field: at which it is
 * told (default: none). */
#include "behaviour/behaviours.h"

#include "record/read.h"

struct must {
	const struct transition **on;
	size_t on_count;
	const struct query *when, *holds;
	const struct field *of, *field;
	struct label says;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on", "when", "holds", "of", "says", "field", NULL};
	struct must *p = arena_one(loading->arena, struct must);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)) ||
	    (status = load_field(loading, "of", false, &p->of, error)) ||
	    (status = load_field(loading, "field", false, &p->field, error)) ||
	    (status = load_label(loading, "says", true, &p->says, error)))
		return status;
	if (!p->of)
		return load_expression(loading, "holds", true, &p->holds, error);
	if (!p->of->to || p->of->value != VALUE_RECORD)
		return load_fail(loading, "of", N_("The field must be a reference"), NULL, error);
	if ((status = load_expression_of(loading, "holds", p->of->to, &p->holds, error)))
		return status;
	return p->holds ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "holds", error);
}

static bool concerns(const struct must *p, const struct edit *edit)
{
	return !p->on_count || edit_takes(edit, p->on, p->on_count);
}

static enum status judge_other(const struct must *p, struct edit *edit, bool *holds, struct error *error)
{
	struct value of = edit_value(edit, p->of);
	struct record *other = NULL;
	enum status status = OK;

	*holds = true;
	if (of.kind == VALUE_RECORD)
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), of.number, true,
				     &other, error);
	return status || !other ? status
				: read_holds(edit_kernel(edit), edit_connection(edit), edit_arena(edit), actor_system(),
					     other, p->holds, edit_now(edit), holds, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct must *p = call->parameters;
	bool holds = true;
	enum status status;

	if (!concerns(p, edit))
		return OK;
	if (p->when && ((status = edit_holds(edit, p->when, &holds, error)) || !holds))
		return status;
	status = p->of ? judge_other(p, edit, &holds, error) : edit_holds(edit, p->holds, &holds, error);
	if (status || holds)
		return status;
	return error_fail_at(error, E_CONFLICT, p->field ? p->field->name : S("state"), "must", "%s",
			     str_c(edit_arena(edit), label_in(&p->says, edit_actor(edit)->language)));
}

const struct behaviour behaviour_must = {.name = "must", .load = load, .check = check};

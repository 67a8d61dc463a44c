/* separation_of_duties: who may not take a step, whatever roles they hold, administrators included.
 *
 * Parameters: on: transitions; never: a condition, with me as whoever acts: while it holds, they do not. */
#include "behaviour/behaviours.h"

#include "record/read.h"
#include "record/subject.h"

struct separation {
	const struct transition **on;
	size_t on_count;
	const struct query *never;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on", "never", NULL};
	struct separation *p = arena_one(loading->arena, struct separation);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_expression(loading, "never", true, &p->never, error)))
		return status;
	return p->on_count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "on", error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct separation *p = call->parameters;
	bool holds;
	enum status status;

	if (edit_actor(edit)->is_system || !edit_takes(edit, p->on, p->on_count))
		return OK;
	if ((status = edit_holds(edit, p->never, &holds, error)) || !holds)
		return status;
	return error_fail(error, E_DENIED, "state", "own", N_("Nobody decides on what they asked for themselves"));
}

static enum status allows(const struct behaviour_call *call, const struct subject *subject, const struct actor *actor,
			  const struct transition *transition, bool *may, struct error *error)
{
	const struct separation *p = call->parameters;
	bool holds = false;
	enum status status = OK;

	for (size_t i = 0; i < p->on_count && !status && !holds; i++)
		if (p->on[i] == transition)
			status = read_rule_holds(subject->kernel, subject->connection, subject->arena, actor,
						 subject->record, p->never, subject->now, &holds, error);
	*may = *may && !holds;
	return status;
}

const struct behaviour behaviour_separation_of_duties = {
    .name = "separation_of_duties", .load = load, .check = check, .allows = allows};

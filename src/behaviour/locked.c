/* locked: fields that stay as they are while a condition holds of the record as it stood. Who wants to change them
 * takes the step first that ends the condition.
 *
 * Parameters: fields; when: a condition over the record's own fields; except: steps that may change them all the
 * same, as one that asks why. */
#include "behaviour/behaviours.h"

#include "record/subject.h"

struct locked {
	const struct field **fields;
	size_t count;
	const struct query *when;
	const struct transition **except;
	size_t except_count;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"fields", "when", "except", NULL};
	struct locked *p = arena_one(loading->arena, struct locked);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_fields(loading, "fields", &p->fields, &p->count, error)) ||
	    (status = load_expression(loading, "when", true, &p->when, error)) ||
	    (status = load_transitions(loading, "except", &p->except, &p->except_count, error)))
		return status;
	if (!p->count)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "fields", error);
	return query_is_of_row(p->when)
		   ? OK
		   : load_fail(loading, "when", N_("The condition may look only at the record's own fields"), NULL,
			       error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct locked *p = call->parameters;
	enum status status = OK;
	bool holds;

	if (!edit_before(edit) || edit_actor(edit)->is_system || edit_takes(edit, p->except, p->except_count))
		return OK;
	for (size_t i = 0; i < p->count; i++) {
		enum status failed;

		if (!edit_changes(edit, p->fields[i]))
			continue;
		if ((failed = edit_held(edit, p->when, &holds, error)))
			return failed;
		if (holds)
			status = error_fail_at(error, E_CONFLICT, p->fields[i]->name, "locked",
					       N_("This stays as it is while the record is in this state"));
	}
	return status;
}

static enum status keeps(const struct behaviour_call *call, const struct subject *subject, bool *kept,
			 struct error *error)
{
	const struct locked *p = call->parameters;
	bool holds;
	enum status status = subject_holds(subject, p->when, &holds, error);

	for (size_t i = 0; i < p->count && !status && holds; i++)
		kept[p->fields[i]->index] = true;
	return status;
}

const struct behaviour behaviour_locked = {.name = "locked", .load = load, .check = check, .keeps = keeps};

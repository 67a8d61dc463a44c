/* event_trigger: what happens to this record moves those that are linked with it: a change that is in brings the
 * incidents that waited for it back to whoever works on them.
 *
 * Parameters: on, when, only_if (record/occasion.h); link: a link of this type, by its name at this end; take: the
 * transition of the records at the other end (none: they only get values); of_those: the condition under which it is
 * taken there (default: always); set: values of fields there, by paths of this record or constants (record/assign.h);
 * says: {en, ja}: what their history notes. It is the system that takes the step; where it cannot be taken, nothing
 * happens. */
#include "behaviour/behaviours.h"

#include "record/assign.h"
#include "record/lookup.h"
#include "record/occasion.h"

struct event_trigger {
	struct occasion occasion;
	const struct query_link *link;
	const struct type *type; /* at the other end */
	const struct transition *take;
	const struct query *of_those;
	struct assignments assignments;
	struct label says;
};

static enum status load_other_end(struct behaviour_loading *loading, struct event_trigger *p, struct error *error)
{
	enum status status = load_link(loading, "link", &p->link, error);

	if (status)
		return status;
	p->type = p->link->to->owner;
	if ((status = load_transition(loading, "take", !load_node(loading, "set"), p->type, &p->take, error)) ||
	    (status = load_expression_of(loading, "of_those", p->type, &p->of_those, error)))
		return status;
	return load_assignments(loading, p->type, &p->assignments, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on", "when", "only_if", "link", "take", "of_those", "set", "says", NULL};
	struct event_trigger *p = arena_one(loading->arena, struct event_trigger);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_occasion(loading, &p->occasion, error)) ||
	    (status = load_label(loading, "says", false, &p->says, error)))
		return status;
	return load_other_end(loading, p, error);
}

static enum status move(const struct event_trigger *p, struct edit *edit, int64_t other,
			const struct field_input *fields, size_t count, struct error *error)
{
	struct edit_note note = {.kind = S("event"), .says = p->says};
	struct edit_request request = {.record = other,
				       .transition = p->take,
				       .fields = fields,
				       .field_count = count,
				       .note = p->says.text[ENGLISH].n ? &note : NULL,
				       .via = VIA_JOB};
	struct edit_result result;
	bool may;
	enum status status = edit_could_take(edit, other, p->take, p->of_those, &may, error);

	return status || !may ? status : edit_follow_up(edit, &request, &result, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct event_trigger *p = call->parameters;
	struct field_input *fields = arena_many(edit_arena(edit), struct field_input, p->assignments.count + 1);
	int64_t *others;
	size_t count, field_count;
	bool comes;
	enum status status = occasion_comes(edit, &p->occasion, &comes, error);

	if (status || !comes || (status = assignments_make(edit, &p->assignments, fields, &field_count, error)) ||
	    (status = lookup_ends(edit_connection(edit), edit_arena(edit), p->link->kind, edit_after(edit)->identity,
				  p->link->backwards, &others, &count, error)))
		return status;
	for (size_t i = 0; i < count && !status; i++)
		status = move(p, edit, others[i], fields, field_count, error);
	return status;
}

const struct behaviour behaviour_event_trigger = {.name = "event_trigger", .load = load, .after = after};

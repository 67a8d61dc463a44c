/* tell: tells people of what happened to the record, each in a notice of their own.
 *
 * Parameters: on, when, only_if (record/occasion.h); to: roles, person and group fields of the record, and those of
 * records that it refers to (service.owner); says: {en,
 * ja}. Whoever acts is not told of it. What was told whom stands in the history. */
#include "behaviour/behaviours.h"

#include "record/occasion.h"
#include "record/people.h"

struct tell {
	struct occasion occasion;
	struct addressee *to;
	size_t to_count;
	struct label says;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on", "when", "only_if", "to", "says", NULL};
	struct tell *p = arena_one(loading->arena, struct tell);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_occasion(loading, &p->occasion, error)) ||
	    (status = load_addressees(loading, "to", &p->to, &p->to_count, error)))
		return status;
	return load_label(loading, "says", true, &p->says, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct tell *p = call->parameters;
	struct edit_note note = {.kind = S("notice"), .says = p->says};
	struct edit_request request = {.record = edit_after(edit)->identity, .note = &note, .via = VIA_JOB};
	struct edit_result result;
	int64_t *people;
	size_t count, kept = 0;
	bool comes;
	enum status status = occasion_comes(edit, &p->occasion, &comes, error);

	if (status || !comes ||
	    (status = people_addressed(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->to, p->to_count,
				       edit_after(edit), &people, &count, error)))
		return status;
	for (size_t i = 0; i < count; i++)
		if (people[i] != edit_who(edit))
			people[kept++] = people[i];
	note.people = people;
	note.people_count = kept;
	if (!kept || (status = edit_notify(edit, &note, error)) || !note.people_count)
		return status;
	return edit_follow_up(edit, &request, &result, error);
}

const struct behaviour behaviour_tell = {.name = "tell", .load = load, .after = after};

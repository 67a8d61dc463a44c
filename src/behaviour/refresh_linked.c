/* refresh_linked: when a link to another record is made or ends, the record at its other end looks again at what it
 * takes from it: an incident notes when it was handed to a problem, from whichever side the two were linked.
 *
 * Parameters: link: a link of this type, by its name at this end; when_changed: fields of this record at whose change
 * all that it is linked with look again (the skills that a role requires, and those who hold it). */
#include "behaviour/behaviours.h"

#include "record/lookup.h"

struct refresh_linked {
	const struct query_link *link;
	const struct field **when_changed;
	size_t changed_count;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"link", "when_changed", NULL};
	struct refresh_linked *p = arena_one(loading->arena, struct refresh_linked);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_link(loading, "link", &p->link, error)))
		return status;
	return load_fields(loading, "when_changed", &p->when_changed, &p->changed_count, error);
}

static enum status whom(const struct refresh_linked *p, struct edit *edit, int64_t **records, size_t *count,
			struct error *error)
{
	for (size_t i = 0; i < p->changed_count; i++)
		if (edit_changes(edit, p->when_changed[i]))
			return lookup_ends(edit_connection(edit), edit_arena(edit), p->link->kind,
					   edit_after(edit)->identity, p->link->backwards, records, count, error);
	edit_changed_ends(edit, p->link, records, count);
	return OK;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	int64_t *records;
	size_t count;
	enum status status = whom(call->parameters, edit, &records, &count, error);

	for (size_t i = 0; !status && i < count; i++) {
		struct edit_request request = {.record = records[i], .reconsider = true, .via = VIA_JOB};
		struct edit_result result;

		status = edit_follow_up(edit, &request, &result, error);
	}
	return status;
}

const struct behaviour behaviour_refresh_linked = {.name = "refresh_linked", .load = load, .after = after};

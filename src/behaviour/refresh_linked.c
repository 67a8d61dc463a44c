/* refresh_linked: when a link to another record is made or ends, the record at its other end looks again at what it
 * takes from it: an incident notes when it was handed to a problem, from whichever side the two were linked.
 *
 * Parameters: link: a link of this type, by its name at this end. */
#include "behaviour/behaviours.h"

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"link", NULL};
	const struct query_link *link = NULL;
	enum status status;

	if ((status = load_keys(loading, keys, error)) || (status = load_link(loading, "link", &link, error)))
		return status;
	*parameters = link;
	return OK;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct query_link *link = call->parameters;
	int64_t *records;
	size_t count;
	enum status status = OK;

	edit_changed_ends(edit, link, &records, &count);
	for (size_t i = 0; i < count && !status; i++) {
		struct edit_request request = {.record = records[i], .reconsider = true, .via = VIA_JOB};
		struct edit_result result;

		status = edit_follow_up(edit, &request, &result, error);
	}
	return status;
}

const struct behaviour behaviour_refresh_linked = {.name = "refresh_linked", .load = load, .after = after};

/* restricted_visibility: records that only those may see whom the type names, not even administrators (6.6).
 *
 * Parameters: when: the condition; to: roles, and person and group fields of the record. */
#include "behaviour/behaviours.h"

struct restricted_visibility {
	const struct query *when;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"when", "to", NULL};
	struct restricted_visibility *p = arena_one(loading->arena, struct restricted_visibility);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_expression(loading, "when", true, &p->when, error)))
		return status;
	return load_who(loading, "to", true, &loading->restriction->to, &loading->restriction->count, error);
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct restricted_visibility *p = call->parameters;
	bool holds;
	enum status status = edit_holds(edit, p->when, &holds, error);

	if (!status)
		edit_restrict(edit, holds);
	return status;
}

const struct behaviour behaviour_restricted_visibility = {
    .name = "restricted_visibility", .load = load, .derive = derive};

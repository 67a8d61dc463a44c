#include "record/occasion.h"

enum status load_occasion(struct behaviour_loading *loading, struct occasion *occasion, struct error *error)
{
	enum status status;

	if ((status = load_transitions(loading, "on", &occasion->on, &occasion->on_count, error)) ||
	    (status = load_expression(loading, "when", !occasion->on_count, &occasion->when, error)))
		return status;
	return load_expression(loading, "only_if", false, &occasion->only_if, error);
}

bool occasion_is_step(const struct occasion *occasion, const struct edit *edit)
{
	for (size_t i = 0; i < occasion->on_count; i++)
		if (occasion->on[i] == edit_transition(edit))
			return true;
	return false;
}

static enum status begins_to_hold(struct edit *edit, const struct query *when, bool *begins, struct error *error)
{
	bool held = false;
	enum status status = edit_holds(edit, when, begins, error);

	if (!status && *begins && !(status = edit_held(edit, when, &held, error)))
		*begins = !held;
	return status;
}

enum status occasion_comes(struct edit *edit, const struct occasion *occasion, bool *comes, struct error *error)
{
	enum status status = OK;

	*comes = occasion_is_step(occasion, edit);
	if (!*comes && occasion->when)
		status = begins_to_hold(edit, occasion->when, comes, error);
	if (!status && *comes && occasion->only_if)
		status = edit_holds(edit, occasion->only_if, comes, error);
	return status;
}

#include "web/bulk.h"

#include "record/access.h"
#include "web/list_table.h"
#include "web/pages.h"

/* --- what is offered --- */

static bool asks(const struct transition *transition)
{
	return transition->requires_count > 0 || transition->asks_count > 0;
}

static bool starts_from(const struct transition *transition, const struct state *state)
{
	for (size_t i = 0; i < transition->from_count; i++)
		if (transition->from[i] == state)
			return true;
	return transition->from_count == 0;
}

static bool could_take(const struct visit *visit, const struct transition *transition, struct record *const *records,
		       size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (starts_from(transition, records[i]->state) &&
		    access_may_take(visit->kernel, visit->actor, records[i], transition))
			return true;
	return false;
}

static bool could_edit(const struct visit *visit, const struct type *type, struct record *const *records, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (access_may(visit->kernel, visit->actor, type, ACCESS_EDIT, records[i]) &&
		    !(records[i]->state && records[i]->state->phase == PHASE_DONE))
			return true;
	return false;
}

struct bulk_action *bulk_actions(struct visit *visit, const struct type *type, struct record *const *records,
				 size_t count, size_t *action_count)
{
	struct bulk_action *actions = arena_many(visit->arena, struct bulk_action, type->transition_count + 2);
	const struct field *assignee = list_assignee_field(type);
	bool edits = could_edit(visit, type, records, count);

	*action_count = 0;
	if (edits && assignee && access_may_set(visit->kernel, visit->actor, assignee))
		actions[(*action_count)++] =
		    (struct bulk_action){.name = S("take"), .words = label(&visit->h, N_("Assign to me"))};
	if (edits)
		actions[(*action_count)++] =
		    (struct bulk_action){.name = S("edit"), .words = label(&visit->h, N_("Change")), .asks = true};
	for (size_t i = 0; i < type->transition_count; i++) {
		const struct transition *transition = type->transitions[i];

		if (!transition->warns.text[ENGLISH].n && could_take(visit, transition, records, count))
			actions[(*action_count)++] = (struct bulk_action){.name = transition->name,
									  .words = words_of(visit, &transition->label),
									  .asks = asks(transition)};
	}
	return actions;
}

/* --- doing it --- */

static struct edit_request *requests_of(struct visit *visit, const struct bulk *bulk)
{
	struct edit_request *requests = arena_many(visit->arena, struct edit_request, bulk->count + 1);

	for (size_t i = 0; i < bulk->count; i++)
		requests[i] = (struct edit_request){.type = bulk->type,
						    .record = bulk->identities[i],
						    .if_version = bulk->versions[i],
						    .transition = bulk->transition,
						    .fields = bulk->inputs,
						    .field_count = bulk->input_count,
						    .comment = bulk->comment,
						    .via = VIA_WEB,
						    .at = INSTANT_NONE};
	return requests;
}

static enum status run(struct visit *visit, struct bulk *bulk)
{
	enum status status = bulk_read(visit, bulk);

	if (status || bulk_must_ask(bulk))
		return status ? status : bulk_ask(visit, bulk);
	if ((status = bulk_read_values(visit, bulk)))
		return status == E_INVALID ? bulk_ask(visit, bulk) : status;
	edit_each(visit, requests_of(visit, bulk), bulk->count, bulk_answer, bulk);
	return OK;
}

void post_bulk(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (!visit_start_form(&visit, request, response))
		return;
	status = run(&visit, arena_one(request->arena, struct bulk));
	if (status)
		visit_refuse(&visit, status);
}

#include "web/meanwhile.h"

#include "web/form.h"

enum { EVENTS_MOST = 500 };

enum status meanwhile_read(struct visit *visit, struct connection *connection, const struct record *record,
			   int64_t version, struct meanwhile *meanwhile)
{
	size_t all;
	enum status status;

	*meanwhile = (struct meanwhile){.since = version, .whole = true};
	if (!version || version == record->version)
		return OK;
	if ((status = read_history(visit->kernel, connection, visit->arena, visit->actor, record, 0, EVENTS_MOST,
				   &meanwhile->events, &all, &visit->error)))
		return status;
	while (meanwhile->count < all && meanwhile->events[meanwhile->count].sequence > version)
		meanwhile->count++;
	meanwhile->whole = version < record->version && meanwhile->count < all;
	return OK;
}

struct value meanwhile_state(const struct state *state)
{
	return state ? value_choice(state->name) : (struct value){0};
}

bool meanwhile_was(const struct meanwhile *meanwhile, const struct field *field, struct value now, struct value *was,
		   const struct event **event)
{
	*was = now;
	*event = NULL;
	for (size_t i = 0; i < meanwhile->count; i++)
		for (size_t c = 0; c < meanwhile->events[i].change_count; c++) {
			const struct change *change = &meanwhile->events[i].changes[c];

			if (change->field != field)
				continue;
			*was = change->before;
			*event = *event ? *event : &meanwhile->events[i];
		}
	return meanwhile->whole;
}

/* Controls hold minutes. */
static bool same(struct value a, struct value b)
{
	if (a.kind == VALUE_TIME && b.kind == VALUE_TIME)
		return a.number / MINUTE == b.number / MINUTE;
	return value_eq(a, b) || (value_is_empty(a) && value_is_empty(b));
}

static bool keeps_theirs(struct visit *visit, struct str name)
{
	return str_is(form_word(visit, str_c(visit->arena, str_format(visit->arena, "%.*s.keep", STR_ARG(name)))),
		      "theirs");
}

/* Whether what was posted goes in; what does not, is theirs or a conflict. */
static bool goes_in(struct visit *visit, const struct record *record, struct meanwhile *meanwhile,
		    const struct field_input *input)
{
	struct value now = record_value(record, input->field);
	struct conflict conflict = {.field = input->field, .mine = input->value};

	if (keeps_theirs(visit, input->field->name))
		return false;
	conflict.was_known = meanwhile_was(meanwhile, input->field, now, &conflict.was, &conflict.event);
	if (conflict.was_known && same(input->value, conflict.was))
		return false; /* nobody touched it in the form */
	if (conflict.was_known && same(now, conflict.was))
		return true;
	meanwhile->conflicts[meanwhile->conflict_count++] = conflict;
	return false;
}

/* A step that somebody else has taken already needs not be taken again; one from a state that has been left since is a
 * conflict, even where it could still be taken. */
static void reconcile_step(struct visit *visit, const struct record *record, struct meanwhile *meanwhile,
			   struct edit_request *request)
{
	const struct transition *step = request->transition;
	struct value now = meanwhile_state(record->state);
	struct conflict conflict = {0};

	if (!step)
		return;
	if (keeps_theirs(visit, S("state"))) {
		request->transition = NULL;
		return;
	}
	conflict.was_known = meanwhile_was(meanwhile, NULL, now, &conflict.was, &conflict.event);
	if (!conflict.event || same(conflict.was, now))
		return;
	if (step->to == record->state) {
		request->transition = NULL;
		return;
	}
	conflict.mine = meanwhile_state(step->to);
	meanwhile->conflicts[meanwhile->conflict_count++] = conflict;
}

void meanwhile_reconcile(struct visit *visit, const struct record *record, struct meanwhile *meanwhile,
			 struct edit_request *request, struct field_input *inputs)
{
	size_t count = 0;

	meanwhile->conflicts = arena_many(visit->arena, struct conflict, request->field_count + 1);
	reconcile_step(visit, record, meanwhile, request);
	for (size_t i = 0; i < request->field_count; i++)
		if (goes_in(visit, record, meanwhile, &inputs[i]))
			inputs[count++] = inputs[i];
	request->field_count = count;
	if (meanwhile->since)
		request->if_version = record->version;
}

/* gather: the end of what a group of signs has opened. */
#include "behaviour/gather.h"

#include "record/read.h"

/* Others of the same record that fire, or whose recovery has not lasted long enough; the newest are looked at first. */
static enum status others_last(const struct gathering *gathering, int64_t into, bool *last, struct error *error)
{
	const struct gather *rule = gathering->rule;
	struct edit *edit = gathering->edit;
	const struct type *type = edit_after(edit)->type;
	struct sort newest = {.field = map_get(&type->query->fields, S("created_at")), .descending = true};
	struct list_request request = {
	    .type = type, .sort = &newest, .sort_count = 1, .limit = 1, .as_of = INSTANT_NONE, .now = edit_now(edit)};
	struct value delay = gather_source(gathering, SOURCE_DELAY);
	char number[NUMBER_TEXT], since[TIME_TEXT];
	struct list_result found;
	struct str text;
	enum status status;

	text =
	    str_format(edit_arena(edit), "%.*s = %s and (status = firing or (status = resolved and recovered_at > %s))",
		       STR_ARG(rule->into->name), kernel_number(edit_kernel(edit), into, number),
		       time_format(edit_now(edit) - (delay.kind == VALUE_DURATION ? delay.number : 0), since));
	if ((status = query_parse(edit_arena(edit), type->query, text, &request.filter, error)))
		return status;
	status = read_list(edit_kernel(edit), edit_connection(edit), edit_arena(edit), actor_system(), &request, &found,
			   error);
	*last = !status && found.count > 0;
	return status;
}

/* Where the step is refused for what the record says, it is people's to take, and they are told. */
static bool is_refusal(enum status status, const struct edit_result *result)
{
	return (status == E_INVALID || status == E_CONFLICT || status == E_DENIED) && !result->event;
}

static enum status take_step(const struct gathering *gathering, int64_t into, int64_t on_behalf, bool *taken,
			     struct error *error)
{
	const struct gather_step *step = &gathering->rule->steps[AT_RECOVERS];
	struct field_input *fields =
	    arena_many(edit_arena(gathering->edit), struct field_input, step->assignments.count + 1);
	struct edit_request request = {
	    .record = into, .transition = step->take, .fields = fields, .on_behalf = on_behalf, .via = VIA_JOB};
	struct edit_result result = {0};
	struct error refusal;
	enum status status;

	*taken = false;
	if (!gather_source(gathering, SOURCE_RESOLVES).boolean)
		return OK;
	if ((status = edit_could_take(gathering->edit, into, step->take, NULL, taken, error)) || !*taken ||
	    (status = assignments_make(gathering->edit, &step->assignments, fields, &request.field_count, error)))
		return status;
	error_clear(&refusal);
	status = edit_follow_up(gathering->edit, &request, &result, &refusal);
	*taken = !status;
	if (!status || is_refusal(status, &result))
		return OK;
	error_append(error, &refusal);
	return status;
}

static enum status note(const struct gathering *gathering, int64_t into, int64_t on_behalf, struct error *error)
{
	struct edit_note said = {.kind = S("recovery"), .says = gathering->rule->steps[AT_RECOVERS].says};
	struct edit_request request = {.record = into, .note = &said, .on_behalf = on_behalf, .via = VIA_JOB};
	struct edit_result result;

	return edit_follow_up(gathering->edit, &request, &result, error);
}

enum status gather_recover(const struct gathering *gathering, int64_t on_behalf, struct error *error)
{
	struct edit *edit = gathering->edit;
	struct value into = edit_value(edit, gathering->rule->into);
	struct record *record;
	bool last, taken;
	enum status status;

	if (into.kind != VALUE_RECORD)
		return OK;
	status =
	    record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), into.number, false, &record, error);
	if (status || !record || !gather_is_open(gathering->rule, record))
		return status;
	if ((status = others_last(gathering, into.number, &last, error)) || last)
		return status;
	if ((status = take_step(gathering, into.number, on_behalf, &taken, error)) || taken)
		return status;
	return note(gathering, into.number, on_behalf, error);
}

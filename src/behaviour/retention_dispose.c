/* dispose: at a step, does with records what their retention rule says: erases what they say (record/erase.h), or notes
 * that they were archived. It is refused while one of them has to be kept yet, or is held; what it did stands here.
 *
 * Parameters: on: transitions; rule: the reference to the rule (behaviour `retention`), whose `records` it takes;
 * values, comments, files: integers, how much was erased. */
#include "behaviour/behaviours.h"
#include "behaviour/retention.h"
#include "record/erase.h"

struct dispose {
	const struct transition **on;
	size_t on_count;
	const struct field *rule, *records, *values, *comments, *files;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on", "rule", "records", "values", "comments", "files", NULL};
	struct dispose *p = arena_one(loading->arena, struct dispose);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_field(loading, "rule", true, &p->rule, error)) ||
	    (status = load_field(loading, "records", true, &p->records, error)) ||
	    (status = load_field(loading, "values", false, &p->values, error)) ||
	    (status = load_field(loading, "comments", false, &p->comments, error)) ||
	    (status = load_field(loading, "files", false, &p->files, error)))
		return status;
	if (p->rule->kind != FIELD_REFERENCE)
		return load_fail(loading, "rule", N_("The field must be a reference"), NULL, error);
	return p->on_count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "on", error);
}

/* --- whether they may go --- */

struct disposing {
	const struct retention *retention;
	const struct record *rule;
	int64_t *records;
	size_t count;
};

static enum status refuse(const struct dispose *p, struct edit *edit, enum retention_answer answer, int64_t record,
			  const struct record *by, struct error *error)
{
	char number[NUMBER_TEXT], hold[NUMBER_TEXT];

	kernel_number(edit_kernel(edit), record, number);
	switch (answer) {
	case DISPOSE_HELD:
		return error_fail_at(error, E_CONFLICT, p->records->name, "held",
				     N_("%s is held by %s: it must not be disposed of"), number,
				     kernel_number(edit_kernel(edit), by->identity, hold));
	case DISPOSE_OTHER_RULE:
		return error_fail_at(error, E_CONFLICT, p->records->name, "other_rule",
				     N_("Another rule applies to %s"), number);
	default:
		return error_fail_at(error, E_CONFLICT, p->records->name, "too_early",
				     N_("%s has to be kept: its time has not come under this rule"), number);
	}
}

static enum status judge(const struct dispose *p, struct edit *edit, const struct disposing *disposing,
			 struct error *error)
{
	struct value conflict = record_value(disposing->rule, disposing->retention->conflict);
	struct retention_rule rule;
	struct retention_law law;
	enum status status, refused = OK;

	if (conflict.kind == VALUE_BOOLEAN && conflict.boolean)
		return error_fail_at(
		    error, E_CONFLICT, p->rule->name, "conflict",
		    N_("Another rule says something else of the same records: decide which one holds first"));
	if ((status = retention_rule_make(disposing->retention, edit, disposing->rule, &rule, error)) ||
	    (status = retention_law_load(disposing->retention, edit, &law, error)))
		return status;
	for (size_t i = 0; i < disposing->count && !status; i++) {
		enum retention_answer answer = DISPOSE_NOT_YET;
		const struct record *by;
		struct record *record;

		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), disposing->records[i],
				     true, &record, error);
		if (!status && record)
			status = retention_judge(&law, &rule, edit, record, &answer, &by, error);
		if (!status && answer != DISPOSE_NOW)
			refused = refuse(p, edit, answer, disposing->records[i], by, error);
	}
	return status ? status : refused;
}

static enum status begin(const struct dispose *p, struct edit *edit, struct disposing *disposing, struct error *error)
{
	struct value of = edit_value(edit, p->rule), text = edit_value(edit, p->records);
	struct record *rule = NULL;
	enum status status = OK;

	*disposing = (struct disposing){.retention = retention_of(edit_kernel(edit), p->rule->to)};
	if (of.kind == VALUE_RECORD)
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), of.number, true, &rule,
				     error);
	if (status)
		return status;
	if (!rule || !disposing->retention)
		return error_fail_at(error, E_INVALID, p->rule->name, "required", N_("Say the rule and the records"));
	if (text.kind != VALUE_TEXT)
		return error_fail_at(error, E_INVALID, p->records->name, "required",
				     N_("Say the rule and the records"));
	disposing->rule = rule;
	return erase_numbers(edit_kernel(edit), edit_arena(edit), text.text, p->records->name, &disposing->records,
			     &disposing->count, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct dispose *p = call->parameters;
	struct disposing disposing;
	enum status status;

	if (!edit_takes(edit, p->on, p->on_count))
		return OK;
	status = begin(p, edit, &disposing, error);
	return status ? status : judge(p, edit, &disposing, error);
}

/* --- doing it --- */

static struct label says(struct edit *edit)
{
	char number[NUMBER_TEXT];
	struct label label;

	kernel_number(edit_kernel(edit), edit_after(edit)->identity, number);
	for (int language = 0; language < LANGUAGES; language++)
		label.text[language] = str_format(
		    edit_arena(edit), tr((enum language)language, N_("Its time of keeping is over: %s")), number);
	return label;
}

static void add(struct field_input *inputs, size_t *count, const struct field *field, int64_t number)
{
	if (field && field->value == VALUE_INTEGER)
		inputs[(*count)++] = (struct field_input){field, value_integer(number)};
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct dispose *p = call->parameters;
	struct field_input inputs[3];
	struct edit_request request = {
	    .record = edit_after(edit)->identity, .fields = inputs, .via = edit_request_of(edit)->via};
	struct erasure erasure = {.says = says(edit), .disposes = true};
	struct edit_result result;
	struct erasure_counts counts;
	struct disposing disposing;
	struct value disposal;
	struct error own;
	enum status status;

	if (!edit_takes(edit, p->on, p->on_count))
		return OK;
	error_clear(&own);
	status = begin(p, edit, &disposing, &own);
	if (status == E_INVALID) /* let pass: nothing says what is to be disposed of */
		return OK;
	error_append(error, &own);
	if (status)
		return status;
	disposal = record_value(disposing.rule, disposing.retention->disposal);
	erasure.records = disposing.records;
	erasure.record_count = disposing.count;
	erasure.keeps = disposal.kind == VALUE_CHOICE && str_eq(disposal.text, disposing.retention->archives);
	if ((status = edit_erase(edit, &erasure, &counts, error)))
		return status;
	add(inputs, &request.field_count, p->values, counts.values);
	add(inputs, &request.field_count, p->comments, counts.comments);
	add(inputs, &request.field_count, p->files, counts.files);
	return request.field_count ? edit_follow_up(edit, &request, &result, error) : OK;
}

const struct behaviour behaviour_dispose = {.name = "dispose", .load = load, .check = check, .after = after};

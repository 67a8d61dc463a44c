/* retention: a rule says how long records of a kind are kept and what becomes of them then; once a day, what is due
 * under it is gathered into a record of its own, for somebody to approve and carry out (behaviour `dispose`).
 *
 * Parameters, of the rule: type: a choice of kinds of record; only: a text, the condition on those that are meant;
 * starts: a choice, and from: {CODE: {fields: [names, of which the first that a kind has counts], where: CONDITION}},
 * from when its period (a duration) runs; disposal: a choice, with the codes keeps (for ever: nothing falls due) and
 * archives (what the records say stays); when: the condition under which it is in force; conflict, conflicts_with: a
 * yes or no and a text that say that another rule in force is about the same records and says something else, which
 * stops both until one gives way.
 * Of what is made: make, as: its type and reference to the rule; records, count, due: the numbers of the records, how
 * many, a date and within: how long there is; held, held_by: how many were left out because something holds them, and
 * what. holds: the type of what holds records, with hold_type, hold_only, hold_records: their kind, a condition,
 * and numbers; all that are not done with hold.
 *
 * A rule for some records goes before one for all; while one in force is not understood, its kind is kept. At most
 * AT_ONCE records are looked at, and disposed of, at once; where none of them may go, those behind them are looked at
 * soon after. */
#include "behaviour/retention.h"

#include "behaviour/behaviours.h"
#include "record/erase.h"
#include "record/lookup.h"

enum { AT_ONCE = 200, SOON_MS = 60000, DAY_MS = 86400000 };

static const struct str timer = {"retention", 9};

struct parameters {
	struct retention retention; /* first: others read it as such */
	struct duration within;
};

/* --- parameters --- */

static enum status load_from(struct behaviour_loading *loading, struct retention *p, struct error *error)
{
	const struct node *from = load_node(loading, "from");

	if (!from || from->kind != NODE_MAPPING)
		return load_fail(loading, from ? "from" : NULL, N_("The behaviour needs \"%s\""), "from", error);
	p->from = arena_many(loading->arena, struct retention_start, from->count + 1);
	for (size_t i = 0; i < from->count; i++) {
		struct retention_start *start = &p->from[p->from_count++];
		const struct node *fields = node_get(from->items[i], "fields"),
				  *where = node_get(from->items[i], "where");

		if (!fields || fields->kind != NODE_SEQUENCE)
			return load_fail(loading, "from", N_("\"%s\" must be a list of names"), "fields", error);
		start->code = from->keys[i];
		start->where = where ? where->text : (struct str){0};
		start->fields = arena_many(loading->arena, struct str, fields->count + 1);
		for (size_t k = 0; k < fields->count; k++)
			start->fields[start->field_count++] = fields->items[k]->text;
	}
	return OK;
}

static enum status load_rule(struct behaviour_loading *loading, struct retention *p, struct error *error)
{
	enum status status;

	if ((status = load_field(loading, "type", true, &p->type, error)) ||
	    (status = load_field(loading, "only", true, &p->only, error)) ||
	    (status = load_field(loading, "starts", true, &p->starts, error)) ||
	    (status = load_field(loading, "period", true, &p->period, error)) ||
	    (status = load_field(loading, "disposal", true, &p->disposal, error)) ||
	    (status = load_text(loading, "keeps", true, &p->keeps, error)) ||
	    (status = load_text(loading, "archives", true, &p->archives, error)) ||
	    (status = load_expression(loading, "when", true, &p->when, error)) ||
	    (status = load_field(loading, "conflict", true, &p->conflict, error)) ||
	    (status = load_field(loading, "conflicts_with", true, &p->conflicts_with, error)))
		return status;
	if (p->type->value != VALUE_CHOICE || p->starts->value != VALUE_CHOICE || p->disposal->value != VALUE_CHOICE)
		return load_fail(loading, "type", N_("The field must be a choice"), NULL, error);
	if (p->period->value != VALUE_DURATION)
		return load_fail(loading, "period", N_("The field must be a duration"), NULL, error);
	return load_from(loading, p, error);
}

static enum status load_made(struct behaviour_loading *loading, struct parameters *parameters, struct error *error)
{
	struct retention *p = &parameters->retention;
	enum status status;

	if ((status = load_type(loading, "make", true, &p->make, error)) ||
	    (status = load_reference(loading, "as", p->make, loading->type, &p->as, error)) ||
	    (status = load_field_of(loading, "records", p->make, &p->records, error)) ||
	    (status = load_field_of(loading, "count", p->make, &p->count, error)) ||
	    (status = load_field_of(loading, "held", p->make, &p->held, error)) ||
	    (status = load_field_of(loading, "held_by", p->make, &p->held_by, error)) ||
	    (status = load_field_of(loading, "due", p->make, &p->due, error)) ||
	    (status = load_duration(loading, "within", true, &parameters->within, error)) ||
	    (status = load_type(loading, "holds", true, &p->holds, error)) ||
	    (status = load_field_of(loading, "hold_type", p->holds, &p->hold_type, error)) ||
	    (status = load_field_of(loading, "hold_only", p->holds, &p->hold_only, error)))
		return status;
	return load_field_of(loading, "hold_records", p->holds, &p->hold_records, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"type",   "only",     "starts",    "from",      "period",         "disposal",
					   "keeps",  "archives", "when",      "conflict",  "conflicts_with", "make",
					   "as",     "records",  "count",     "held",      "held_by",        "due",
					   "within", "holds",    "hold_type", "hold_only", "hold_records",   NULL};
	struct parameters *p = arena_one(loading->arena, struct parameters);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_rule(loading, &p->retention, error)))
		return status;
	return load_made(loading, p, error);
}

/* --- the rule itself --- */

/* Two rules about the same records that say something else. */
static bool contradicts(const struct retention *p, const struct edit *edit, const struct record *other)
{
	const struct field *same[] = {p->type, p->only}, *say[] = {p->starts, p->period, p->disposal};
	bool differs = false;

	if (other->identity == edit_after(edit)->identity)
		return false;
	for (size_t i = 0; i < 2; i++) {
		struct value here = edit_value(edit, same[i]), there = record_value(other, same[i]);

		if (value_is_empty(here) != value_is_empty(there) || (!value_is_empty(here) && !value_eq(here, there)))
			return false;
	}
	for (size_t i = 0; i < 3; i++)
		differs = differs || !value_eq(edit_value(edit, say[i]), record_value(other, say[i]));
	return differs;
}

static enum status find_conflicts(const struct retention *p, struct edit *edit, struct str *numbers,
				  struct error *error)
{
	struct buf text = buf_new(edit_arena(edit));
	struct retention_law law;
	char number[NUMBER_TEXT];
	bool holds;
	enum status status = edit_holds(edit, p->when, &holds, error);

	*numbers = (struct str){0};
	if (status || !holds || (status = retention_law_load(p, edit, &law, error)))
		return status;
	for (size_t i = 0; i < law.rule_count; i++)
		if (contradicts(p, edit, law.rules[i].record))
			buf_format(&text, "%s%s", text.n ? ", " : "",
				   kernel_number(edit_kernel(edit), law.rules[i].record->identity, number));
	*numbers = buf_str(&text);
	return OK;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct retention *p = call->parameters;
	struct str numbers;
	enum status status = find_conflicts(p, edit, &numbers, error);

	if (status || (status = edit_set(edit, p->conflict, value_boolean(numbers.n > 0), error)))
		return status;
	return edit_set(edit, p->conflicts_with, numbers.n ? value_text(numbers) : (struct value){0}, error);
}

/* A draft may still be anything, but a condition that is none is told at once. */
static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct retention *p = call->parameters;
	struct retention_rule rule;
	bool holds;
	enum status status = edit_holds(edit, p->when, &holds, error);

	if (status || edit_actor(edit)->is_system || (!holds && !edit_changes(edit, p->only)))
		return status;
	return retention_rule_make(p, edit, edit_after(edit), &rule, error);
}

/* The other side of a conflict learns of it, or that it is over, by being looked at again. */
static enum status tell_others(const struct retention *p, struct edit *edit, struct error *error)
{
	struct retention_law law;
	enum status status = retention_law_load(p, edit, &law, error);

	if (edit_actor(edit)->is_system)
		return OK;
	for (size_t i = 0; !status && i < law.rule_count; i++) {
		const struct record *other = law.rules[i].record;
		struct edit_request request = {.record = other->identity, .via = VIA_JOB};
		struct edit_result result;
		struct value is = record_value(other, p->conflict);

		if (other->identity != edit_after(edit)->identity &&
		    value_eq(record_value(other, p->type), edit_value(edit, p->type)) &&
		    (is.boolean || contradicts(p, edit, other)))
			status = edit_follow_up(edit, &request, &result, error);
	}
	return status;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct retention *p = call->parameters;
	struct value disposal = edit_value(edit, p->disposal);
	bool holds;
	enum status status = edit_holds(edit, p->when, &holds, error);

	if (status || (status = tell_others(p, edit, error)))
		return status;
	holds = holds && !(disposal.kind == VALUE_CHOICE && str_eq(disposal.text, p->keeps));
	return holds ? edit_timer(edit, call, timer, edit_now(edit) + DAY_MS, (struct str){0}, error)
		     : edit_timer_clear(edit, call, timer, error);
}

/* --- what is due --- */

struct gathered {
	struct buf records, held_by;
	int64_t count, held;
	int64_t behind; /* there are more behind this record; 0: none */
};

static enum status gather(const struct retention *p, struct edit *edit, int64_t from, struct gathered *found,
			  struct error *error)
{
	struct retention_law law;
	struct retention_rule rule;
	char number[NUMBER_TEXT];
	int64_t *records = NULL;
	size_t count = 0;
	enum status status = retention_law_load(p, edit, &law, error);

	if (status || (status = retention_rule_read(p, edit, edit_after(edit), &rule, error)) || !rule.expired ||
	    (status = erase_undisposed(edit, rule.type, rule.expired, from, AT_ONCE, &records, &count, error)))
		return status;
	found->behind = count == AT_ONCE ? records[count - 1] : 0;
	for (size_t i = 0; i < count && !status; i++) {
		enum retention_answer answer;
		const struct record *by;
		struct record *record;

		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), records[i], true,
				     &record, error);
		if (status || !record || (status = retention_judge(&law, &rule, edit, record, &answer, &by, error)))
			continue;
		if (answer == DISPOSE_NOW)
			buf_format(&found->records, "%s%s", found->count++ ? ", " : "",
				   kernel_number(edit_kernel(edit), records[i], number));
		if (answer == DISPOSE_HELD && !found->held++)
			buf_add_c(&found->held_by, kernel_number(edit_kernel(edit), by->identity, number));
	}
	return status;
}

static enum status make(const struct parameters *parameters, struct edit *edit, const struct gathered *found,
			struct error *error)
{
	const struct retention *p = &parameters->retention;
	struct field_input fields[] = {
	    {p->as, value_record(edit_after(edit)->identity)},
	    {p->records, value_text(buf_str(&found->records))},
	    {p->count, value_integer(found->count)},
	    {p->held, value_integer(found->held)},
	    {p->held_by, found->held ? value_text(buf_str(&found->held_by)) : (struct value){0}},
	    {p->due, lookup_dated(p->due, edit_now(edit) + duration_ms(parameters->within))},
	};
	struct edit_request request = {
	    .type = p->make, .fields = fields, .field_count = sizeof(fields) / sizeof(*fields), .via = VIA_JOB};
	struct edit_result result;

	return edit_follow_up(edit, &request, &result, error);
}

/* The next look: tomorrow, or behind what was looked at when nothing of it may go. */
static enum status look_again(const struct behaviour_call *call, struct edit *edit, const struct gathered *found,
			      struct error *error)
{
	struct str from = str_format(edit_arena(edit), "%lld", (long long)found->behind);
	bool soon = found->behind && !found->count;

	return edit_timer(edit, call, timer, edit_now(edit) + (soon ? SOON_MS : DAY_MS), soon ? from : S(""), error);
}

/* While one waits to be carried out there is no second. */
static enum status may_gather(const struct retention *p, struct edit *edit, bool *may, struct error *error)
{
	struct value conflict = edit_value(edit, p->conflict);
	int64_t *open;
	size_t count = 0;
	enum status status = lookup_referring(edit_connection(edit), edit_arena(edit), p->as,
					      edit_after(edit)->identity, false, &open, &count, error);

	*may = !status && !count && !(conflict.kind == VALUE_BOOLEAN && conflict.boolean);
	return status;
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	const struct parameters *p = call->parameters;
	struct gathered found = {.records = buf_new(edit_arena(edit)), .held_by = buf_new(edit_arena(edit))};
	int64_t from = 0;
	bool holds, may;
	enum status status = edit_holds(edit, p->retention.when, &holds, error);

	if (status || !holds || !str_eq(name, timer))
		return status;
	if (payload.n && !str_int64(payload, &from))
		from = 0;
	if ((status = may_gather(&p->retention, edit, &may, error)) ||
	    (may && (status = gather(&p->retention, edit, from, &found, error))) ||
	    (status = look_again(call, edit, &found, error)))
		return status;
	return found.count ? make(p, edit, &found, error) : OK;
}

const struct behaviour behaviour_retention = {
    .name = "retention", .load = load, .derive = derive, .check = check, .after = after, .due = due};

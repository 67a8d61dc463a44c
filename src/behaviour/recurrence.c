/* recurrence: what is due again and again is a record each time, so that it has an owner, can be late and is proof: the
 * evidence that another party owes, a message of the communication programme.
 *
 * Parameters: every: a choice of day, week, month, quarter, year; next: the date on which the next one is due; when:
 * the condition under which it recurs; ahead: how long before its date the record is made (default: on the day itself);
 * make: its type; as: its reference to this record; due: its date, or date and time; set, copy: what else it says
 * (record/assign.h).
 *
 * `next` moves on by itself. What fell due while the program stood still is made up for, each with its own date. An
 * empty `every` or `next` makes none, so a thing that is wanted once has its record made by hand. */
#include "behaviour/behaviours.h"

#include "base/period.h"
#include "record/assign.h"
#include "record/lookup.h"

struct recurrence {
	const struct field *every, *next, *as, *due;
	const struct query *when;
	int64_t ahead; /* ms */
	const struct type *make;
	struct assignments assignments;
};

/* --- parameters --- */

static enum status load_times(struct behaviour_loading *loading, struct recurrence *p, struct error *error)
{
	struct duration ahead;
	enum status status;

	if ((status = load_periods(loading, "every", &p->every, error)) ||
	    (status = load_field(loading, "next", true, &p->next, error)) ||
	    (status = load_duration(loading, "ahead", false, &ahead, error)))
		return status;
	p->ahead = duration_ms(ahead);
	if (p->next->value != VALUE_DATE)
		return load_fail(loading, "next", N_("The field must be a date"), NULL, error);
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"every", "next", "when", "ahead", "make", "as", "due", "set", "copy", NULL};
	struct recurrence *p = arena_one(loading->arena, struct recurrence);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_times(loading, p, error)) ||
	    (status = load_expression(loading, "when", true, &p->when, error)) ||
	    (status = load_type(loading, "make", true, &p->make, error)) ||
	    (status = load_reference(loading, "as", p->make, loading->type, &p->as, error)) ||
	    (status = load_field_of(loading, "due", p->make, &p->due, error)))
		return status;
	if ((p->due->value != VALUE_DATE && p->due->value != VALUE_TIME))
		return load_fail(loading, "due", N_("The field must be a date"), NULL, error);
	return load_assignments(loading, p->make, &p->assignments, error);
}

/* --- when --- */

/* INSTANT_NONE: it does not recur now. */
static enum status falls_due(const struct recurrence *p, struct edit *edit, instant *at, struct error *error)
{
	struct value next = edit_value(edit, p->next);
	bool holds;
	enum status status = edit_holds(edit, p->when, &holds, error);

	*at = INSTANT_NONE;
	if (!status && holds && next.kind == VALUE_DATE && !value_is_empty(edit_value(edit, p->every)))
		*at = lookup_agreement_day((int32_t)next.number) - p->ahead;
	return status;
}

/* A type may have several, told apart by the field of their date. */
static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct recurrence *p = call->parameters;
	instant at, now = edit_now(edit);
	enum status status = falls_due(p, edit, &at, error);

	if (status)
		return status;
	return at == INSTANT_NONE ? edit_timer_clear(edit, call, p->next->name, error)
				  : edit_timer(edit, call, p->next->name, at > now ? at : now, (struct str){0}, error);
}

/* --- the record --- */

static enum status make(const struct recurrence *p, struct edit *edit, struct error *error)
{
	struct field_input *fields = arena_many(edit_arena(edit), struct field_input, p->assignments.count + 2);
	struct edit_request request = {.type = p->make, .fields = fields, .via = VIA_JOB};
	struct edit_result result;
	enum status status = assignments_make(edit, &p->assignments, fields, &request.field_count, error);

	if (status)
		return status;
	fields[request.field_count++] = (struct field_input){p->as, value_record(edit_after(edit)->identity)};
	fields[request.field_count++] = (struct field_input){
	    p->due, lookup_dated(p->due, lookup_agreement_day((int32_t)edit_value(edit, p->next).number))};
	return edit_follow_up(edit, &request, &result, error);
}

/* The same day of the next unit. */
static int32_t next_day(enum period_unit unit, int32_t day)
{
	static const struct period_length lengths[PERIOD_UNITS] = {
	    [PERIOD_DAY] = {.days = 1},       [PERIOD_WEEK] = {.days = 7},    [PERIOD_MONTH] = {.months = 1},
	    [PERIOD_QUARTER] = {.months = 3}, [PERIOD_YEAR] = {.months = 12},
	};

	return period_after(day, lengths[unit]);
}

static enum status move_on(const struct recurrence *p, struct edit *edit, struct error *error)
{
	struct field_input field = {p->next, {0}};
	struct edit_request request = {
	    .record = edit_after(edit)->identity, .fields = &field, .field_count = 1, .via = VIA_JOB};
	struct edit_result result;
	enum period_unit unit;

	if (!period_parse(edit_value(edit, p->every).text, &unit))
		return OK;
	field.value = value_number(VALUE_DATE, next_day(unit, (int32_t)edit_value(edit, p->next).number));
	return edit_follow_up(edit, &request, &result, error);
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	const struct recurrence *p = call->parameters;
	instant at;
	enum status status;

	(void)payload;
	if (!str_eq(name, p->next->name))
		return OK;
	if ((status = falls_due(p, edit, &at, error)) || at == INSTANT_NONE)
		return status;
	if (at > edit_now(edit))
		return edit_timer(edit, call, name, at, (struct str){0}, error);
	status = make(p, edit, error);
	return status ? status : move_on(p, edit, error);
}

const struct behaviour behaviour_recurrence = {.name = "recurrence", .load = load, .after = after, .due = due};

/* reminder: tells people again and again that something is overdue, as long as it is (8.1.4-e, 8.1.6-b).
 *
 * Parameters: name; since: date and time from which it is counted, or a date that is over then; every: how long, as a
 * duration or by a duration field of the record (empty: not at all); when: the condition under which it matters;
 * notify: whom it tells; says: {en, ja}; clock: one of the record's clocks, whose calendar then counts the time, so
 * that nobody is reminded at night.
 *
 * It comes at since + every, and after each further `every`, until since moves on or the condition no longer holds.
 * What has been overdue when the condition begins to hold is told at once. */
#include "behaviour/behaviours.h"

#include "record/clocks.h"
#include "record/lookup.h"

struct reminder {
	struct str name, clock;
	const struct field *since, *every_field;
	struct duration every;
	const struct query *when;
	const struct addressee *addressees;
	size_t addressee_count;
	struct label says;
};

static enum status load_every(struct behaviour_loading *loading, struct reminder *p, struct error *error)
{
	struct str text;
	enum status status = load_text(loading, "every", true, &text, error);

	if (status)
		return status;
	p->every_field = type_field(loading->type, text);
	if (p->every_field)
		return p->every_field->value == VALUE_DURATION
			   ? OK
			   : load_fail(loading, "every", N_("The field must be a duration"), NULL, error);
	if ((status = load_duration(loading, "every", true, &p->every, error)))
		return status;
	return duration_ms(p->every) > 0
		   ? OK
		   : load_fail(loading, "every", N_("\"%s\" is no duration"), str_c(loading->arena, text), error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"name", "since", "every", "when", "notify", "says", "clock", NULL};
	struct reminder *p = arena_one(loading->arena, struct reminder);
	struct addressee *addressees;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_text(loading, "name", true, &p->name, error)) ||
	    (status = load_text(loading, "clock", false, &p->clock, error)) ||
	    (status = load_field(loading, "since", true, &p->since, error)) ||
	    (status = load_every(loading, p, error)) ||
	    (status = load_expression(loading, "when", true, &p->when, error)) ||
	    (status = load_addressees(loading, "notify", &addressees, &p->addressee_count, error)) ||
	    (status = load_label(loading, "says", true, &p->says, error)))
		return status;
	p->addressees = addressees;
	if (p->since->value != VALUE_TIME && p->since->value != VALUE_DATE)
		return load_fail(loading, "since", N_("The field must be a date and time"), NULL, error);
	return p->addressee_count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "notify", error);
}

/* --- when --- */

static enum status calendar_for(const struct reminder *p, struct edit *edit, const struct calendar **calendar,
				struct error *error)
{
	struct record_clock clock = {0};
	bool found = false;
	enum status status = OK;

	*calendar = calendar_always();
	if (p->clock.n)
		status = edit_clock(edit, p->clock, &clock, &found, error);
	return status || !found
		   ? status
		   : calendar_of_record(edit_kernel(edit), edit_connection(edit), clock.calendar, calendar, error);
}

static int64_t interval(const struct reminder *p, const struct edit *edit, const struct calendar *calendar)
{
	struct value value = p->every_field ? edit_value(edit, p->every_field) : (struct value){0};

	if (!p->every_field)
		return calendar_target(calendar, p->every);
	return value.kind == VALUE_DURATION ? value.number : 0;
}

static struct value since_of(const struct reminder *p, const struct edit *edit)
{
	struct value since = edit_value(edit, p->since);

	return since.kind == VALUE_DATE ? value_time(lookup_agreement_day((int32_t)since.number + 1)) : since;
}

/* The first moment, a whole number of intervals after `since`, that is not before `from`; INSTANT_NONE: never. */
static enum status next_after(const struct reminder *p, struct edit *edit, instant from, instant *next,
			      struct error *error)
{
	struct value since = since_of(p, edit);
	const struct calendar *calendar;
	int64_t every, passed;
	bool holds;
	enum status status = edit_holds(edit, p->when, &holds, error);

	*next = INSTANT_NONE;
	if (status || !holds || since.kind != VALUE_TIME || (status = calendar_for(p, edit, &calendar, error)))
		return status;
	every = interval(p, edit, calendar);
	if (every <= 0)
		return OK;
	passed = calendar_between(calendar, since.number, from);
	*next = calendar_add(calendar, since.number, (passed / every + 1) * every);
	return OK;
}

/* Moved by what it counts from; what is overdue already when it begins to matter is due now. */
static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct reminder *p = call->parameters;
	struct value since = since_of(p, edit);
	instant now = edit_now(edit), next, due = INSTANT_NONE;
	bool moved =
	    edit_is_new(edit) || edit_changes(edit, p->since) || (p->every_field && edit_changes(edit, p->every_field));
	enum status status;

	if ((status = next_after(p, edit, since.kind == VALUE_TIME ? since.number : now, &next, error)))
		return status;
	if (next == INSTANT_NONE)
		return edit_timer_clear(edit, call, p->name, error);
	if (!moved && (status = edit_timer_due(edit, call, p->name, &due, error)))
		return status;
	return due != INSTANT_NONE ? OK
				   : edit_timer(edit, call, p->name, next > now ? next : now, (struct str){0}, error);
}

static enum status tell(const struct reminder *p, struct edit *edit, struct error *error)
{
	struct edit_note note = {.kind = S("reminder"), .says = p->says};
	struct edit_request request = {.record = edit_after(edit)->identity, .via = VIA_JOB, .note = &note};
	struct edit_result result;
	int64_t *people;
	enum status status = people_addressed(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->addressees,
					      p->addressee_count, edit_after(edit), &people, &note.people_count, error);

	note.people = people;
	note.data = str_format(edit_arena(edit), "{\"reminder\":\"%.*s\"}", STR_ARG(p->name));
	if (status || (status = edit_notify(edit, &note, error)))
		return status;
	return edit_follow_up(edit, &request, &result, error);
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	const struct reminder *p = call->parameters;
	instant next;
	enum status status;

	(void)payload;
	if (!str_eq(name, p->name))
		return OK;
	if ((status = next_after(p, edit, edit_now(edit), &next, error)) || next == INSTANT_NONE)
		return status;
	if ((status = tell(p, edit, error)))
		return status;
	return edit_timer(edit, call, p->name, next, (struct str){0}, error);
}

const struct behaviour behaviour_reminder = {.name = "reminder", .load = load, .after = after, .due = due};

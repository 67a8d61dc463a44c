/* clock: a service level timer of the record (DESIGN section 6).
 *
 * Parameters: name; target: a table of the model, choice -> duration; by: the choice field that picks from it (default:
 * the field that priority_matrix derives, else "priority"); own: a duration field of the record, which goes before all
 * else where it is filled; agreement: reference whose rows {clock, priority, target} go before the table and whose
 * calendar counts; terms: what the clock is called in those rows (default: its name); calendar: reference that counts
 * without an agreement (else the first calendar there is, else always); start ("created" or an expression; default
 * "created"), pause, stop: expressions.
 *
 * Each edit adds to the timeline what its moment changed; the clock is then evaluated whole. Stop goes before pause;
 * leaving the stop condition starts it again on top of what had passed. Without a target the timeline goes on being
 * kept, so that no pause is lost when there is one again. A clock that has stopped keeps the terms that it stopped
 * under, unless the record itself is given others. */
#include "behaviour/behaviours.h"

#include "record/clocks.h"
#include "record/lookup.h"

struct clock {
	struct str name, terms;
	const struct target_table *table; /* NULL: none */
	const struct field *by, *own, *agreement, *calendar;
	const struct field *targets, *agreement_calendar; /* of the agreement's type; NULL: it has none */
	const struct query *start, *pause, *stop;         /* start NULL: from creation */
};

/* --- parameters --- */

static const struct field *default_by(const struct type *type)
{
	for (size_t i = 0; i < type->field_count; i++)
		if (str_is(type->fields[i]->derived_by, "priority_matrix"))
			return type->fields[i];
	return type_field(type, S("priority"));
}

static void find_agreement_fields(const struct model *model, struct clock *p)
{
	const struct type *type = p->agreement->to, *calendar = model->acting[ACTS_CALENDAR];

	p->targets = type_field(type, S("targets"));
	if (p->targets && p->targets->kind != FIELD_ROWS)
		p->targets = NULL;
	for (size_t i = 0; i < type->field_count && !p->agreement_calendar; i++)
		if (type->fields[i]->kind == FIELD_REFERENCE && type->fields[i]->to == calendar)
			p->agreement_calendar = type->fields[i];
}

static enum status load_references(struct behaviour_loading *loading, struct clock *p, struct error *error)
{
	enum status status;

	if ((status = load_field(loading, "by", false, &p->by, error)) ||
	    (status = load_field(loading, "own", false, &p->own, error)) ||
	    (status = load_field(loading, "agreement", false, &p->agreement, error)) ||
	    (status = load_field(loading, "calendar", false, &p->calendar, error)))
		return status;
	if (!p->by)
		p->by = default_by(loading->type);
	if (p->own && p->own->kind != FIELD_DURATION)
		return load_fail(loading, "own", N_("The field must be a duration"), NULL, error);
	if ((p->table || p->agreement) && (!p->by || p->by->kind != FIELD_CHOICE))
		return load_fail(loading, "by", N_("The behaviour needs \"%s\""), "by", error);
	if (p->agreement && !p->agreement->to)
		return load_fail(loading, "agreement", N_("The field must be a reference"), NULL, error);
	if (p->calendar && p->calendar->to != loading->model->acting[ACTS_CALENDAR])
		return load_fail(loading, "calendar", N_("The field must refer to the type that acts as calendar"),
				 NULL, error);
	if (p->agreement)
		find_agreement_fields(loading->model, p);
	return OK;
}

static enum status load_conditions(struct behaviour_loading *loading, struct clock *p, struct error *error)
{
	struct str start;
	enum status status;

	if ((status = load_text(loading, "start", false, &start, error)) ||
	    (status = load_expression(loading, "pause", false, &p->pause, error)) ||
	    (status = load_expression(loading, "stop", true, &p->stop, error)))
		return status;
	return start.n && !str_is(start, "created") ? load_expression(loading, "start", true, &p->start, error) : OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"name",  "label",    "target", "by",    "own",  "agreement",
					   "terms", "calendar", "start",  "pause", "stop", NULL};
	struct clock *p = arena_one(loading->arena, struct clock);
	struct str table;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_text(loading, "name", true, &p->name, error)) ||
	    (status = load_text(loading, "terms", false, &p->terms, error)) ||
	    (status = load_text(loading, "target", false, &table, error)))
		return status;
	if (!p->terms.n)
		p->terms = p->name;
	p->table = table.n ? map_get(&loading->model->targets_by_name, table) : NULL;
	if (table.n && !p->table)
		return load_fail(loading, "target", N_("There is no table of targets \"%s\""),
				 str_c(loading->arena, table), error);
	if ((status = load_references(loading, p, error)) || (status = load_conditions(loading, p, error)))
		return status;
	return p->table || p->own || p->agreement
		   ? OK
		   : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "target", error);
}

/* --- the timeline --- */

enum progress { NOT_STARTED, RUNNING, PAUSED, STOPPED };

static enum progress progress_of(const struct record_clock *clock)
{
	static const enum progress moves[] = {
	    [CLOCK_START] = RUNNING, [CLOCK_PAUSE] = PAUSED, [CLOCK_RESUME] = RUNNING, [CLOCK_STOP] = STOPPED};

	return clock->timeline_count ? moves[clock->timeline[clock->timeline_count - 1].kind] : NOT_STARTED;
}

static void append(struct edit *edit, struct record_clock *clock, enum clock_event_kind kind, instant at)
{
	struct clock_event *timeline = arena_many(edit_arena(edit), struct clock_event, clock->timeline_count + 1);

	for (size_t i = 0; i < clock->timeline_count; i++)
		timeline[i] = clock->timeline[i];
	timeline[clock->timeline_count++] = (struct clock_event){at, kind};
	clock->timeline = timeline;
}

static enum status holds(struct edit *edit, const struct query *query, bool *is, struct error *error)
{
	*is = false;
	return query ? edit_holds(edit, query, is, error) : OK;
}

static enum status note(const struct clock *p, struct edit *edit, struct record_clock *clock, struct error *error)
{
	bool starts = true, pauses, stops;
	enum progress progress = progress_of(clock);
	instant now = edit_now(edit);
	enum status status;

	if ((p->start && progress != RUNNING && progress != PAUSED &&
	     (status = holds(edit, p->start, &starts, error))) ||
	    (status = holds(edit, p->stop, &stops, error)) || (status = holds(edit, p->pause, &pauses, error)))
		return status;
	if ((progress == NOT_STARTED && starts) || (progress == STOPPED && !stops && starts)) {
		append(edit, clock, CLOCK_START,
		       progress == NOT_STARTED && !p->start ? edit_after(edit)->created_at : now);
		progress = RUNNING;
	}
	if (progress == NOT_STARTED || progress == STOPPED)
		return OK;
	if (stops)
		append(edit, clock, CLOCK_STOP, now);
	else if (progress == RUNNING && pauses)
		append(edit, clock, CLOCK_PAUSE, now);
	else if (progress == PAUSED && !pauses)
		append(edit, clock, CLOCK_RESUME, now);
	return OK;
}

/* --- target and calendar --- */

/* The target of the record itself, of the agreement, of the table: the first there is. */
static void choose_target(const struct clock *p, const struct edit *edit, const struct clock_terms *terms,
			  const struct calendar *calendar, struct record_clock *clock)
{
	struct value own = p->own ? edit_value(edit, p->own) : (struct value){0};
	struct value code = p->by ? edit_value(edit, p->by) : (struct value){0};

	clock->has_target = own.kind == VALUE_DURATION || terms->has_target;
	if (own.kind == VALUE_DURATION) /* days as service days: docs/decisions/0011 */
		clock->target =
		    calendar_target(calendar, (struct duration){.days = own.number / DAY, .ms = own.number % DAY});
	else if (terms->has_target)
		clock->target = calendar_target(calendar, terms->target);
	for (size_t i = 0; p->table && code.kind == VALUE_CHOICE && i < p->table->count && !clock->has_target; i++)
		if (str_eq(p->table->codes[i], code.text)) {
			clock->target = calendar_target(calendar, p->table->durations[i]);
			clock->has_target = true;
		}
}

static enum status look_up(const struct clock *p, struct edit *edit, struct record_clock *clock, struct error *error)
{
	struct value code = p->by ? edit_value(edit, p->by) : (struct value){0},
		     own = p->calendar ? edit_value(edit, p->calendar) : (struct value){0};
	struct value agreement = p->agreement ? edit_value(edit, p->agreement) : (struct value){0};
	struct clock_terms terms = {.calendar = own.kind == VALUE_RECORD ? own.number : 0};
	const struct calendar *calendar;
	enum status status = OK;

	clock->agreement = 0;
	if (agreement.kind == VALUE_RECORD && code.kind == VALUE_CHOICE)
		status = lookup_terms(edit_kernel(edit), edit_connection(edit), edit_arena(edit), agreement.number,
				      p->targets, p->agreement_calendar, p->terms, code.text, &terms, error);
	if (!status && !terms.calendar)
		status = lookup_first_calendar(edit_kernel(edit), edit_connection(edit), &terms.calendar, error);
	if (status ||
	    (status = calendar_of_record(edit_kernel(edit), edit_connection(edit), terms.calendar, &calendar, error)))
		return status;
	clock->calendar = terms.calendar;
	choose_target(p, edit, &terms, calendar, clock);
	if (terms.has_target)
		clock->agreement = agreement.number;
	return OK;
}

static bool same(const struct record_clock *a, const struct record_clock *b)
{
	return a->timeline_count == b->timeline_count && a->has_target == b->has_target && a->target == b->target &&
	       a->calendar == b->calendar && a->agreement == b->agreement;
}

/* It has been stopped before this edit and stays so, and nobody gives the record other terms: what is agreed anew comes
 * too late for it. */
static bool is_measured(const struct clock *p, const struct edit *edit, const struct record_clock *stored,
			const struct record_clock *clock)
{
	if (progress_of(stored) != STOPPED || stored->timeline_count != clock->timeline_count)
		return false;
	return edit_request_of(edit)->reconsider ||
	       (!(p->by && edit_changes(edit, p->by)) && !(p->own && edit_changes(edit, p->own)) &&
		!(p->agreement && edit_changes(edit, p->agreement)) &&
		!(p->calendar && edit_changes(edit, p->calendar)));
}

static enum status measure(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct clock *p = call->parameters;
	struct record_clock stored = {.record = edit_after(edit)->identity, .name = p->name}, clock;
	bool found = false;
	enum status status = OK;

	status = edit_clock(edit, p->name, &stored, &found, error);
	clock = stored;
	if (status || (status = note(p, edit, &clock, error)))
		return status;
	if (!clock.timeline_count || (found && is_measured(p, edit, &stored, &clock)))
		return OK;
	if ((status = look_up(p, edit, &clock, error)))
		return status;
	if (found && same(&stored, &clock) && !edit_request_of(edit)->reconsider)
		return OK;
	return edit_clock_save(edit, &clock, error);
}

const struct behaviour behaviour_clock = {.name = "clock", .load = load, .measure = measure};

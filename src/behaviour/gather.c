/* gather: signs of trouble come and go by themselves; together they make a record that people work on. An alert of a
 * monitoring system is such a sign.
 *
 * Parameters: type: of the groups: signs of one group have one open record at most; into: reference of the sign to
 * that record; children: link by which records that a storm gathers hang below its own; ended_at: time of the record
 * since when it is over; unknown: {en, ja} what is said when no item is found; quiet: list of planned work that
 * explains signs: type, when (a condition), until, items, service (fields of it); steps: list of
 * at: opens | storm (set, copy: what the new record says), reopens | recovers (take: the transition, says, set, copy).
 *
 * The sign's own fields, those of its source and those of the group are known by their names (gather_load.c).
 *
 * What is told again is counted and changes nothing, unless its record was closed meanwhile. A recovery counts when it
 * has lasted as long as the source's setting says, and the record's when the last of its signs has recovered. When more
 * groups begin within a time than the source's setting says, the rest go into one record, and those before hang below
 * it. Everything happens in the transaction of the edit: the writer is one, so that two posts cannot open two. */
#include "behaviour/gather.h"

#include "record/read.h"

static const struct str firing = {"firing", 6}, suppressed = {"suppressed", 10}, resolved = {"resolved", 8};
static const struct str recovery_timer = {"recovery", 8}, quiet_timer = {"quiet", 5};

struct value gather_own(const struct gathering *gathering, enum gather_own which)
{
	return edit_value(gathering->edit, gathering->rule->own[which]);
}

struct value gather_source(const struct gathering *gathering, enum gather_source which)
{
	return record_value(gathering->source, gathering->rule->source[which]);
}

enum status gather_set(const struct gathering *gathering, enum gather_own which, struct value value,
		       struct error *error)
{
	return edit_set(gathering->edit, gathering->rule->own[which], value, error);
}

static enum status begin(const struct behaviour_call *call, struct edit *edit, struct gathering *gathering,
			 struct error *error)
{
	struct value source;

	*gathering = (struct gathering){.rule = call->parameters, .edit = edit};
	source = gather_own(gathering, OWN_SOURCE);
	if (source.kind != VALUE_RECORD)
		return OK;
	return record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), source.number, false,
			   &gathering->source, error);
}

static bool is(const struct gathering *gathering, struct str status)
{
	struct value value = gather_own(gathering, OWN_STATUS);

	return value.kind == VALUE_CHOICE && str_eq(value.text, status);
}

static bool was(const struct gathering *gathering, struct str status)
{
	const struct record *before = edit_before(gathering->edit);
	struct value value = before ? record_value(before, gathering->rule->own[OWN_STATUS]) : (struct value){0};

	return value.kind == VALUE_CHOICE && str_eq(value.text, status);
}

/* --- what it says now --- */

/* Nothing new is told: what was told first stays, but for the fields that are named. */
static enum status keep(const struct gathering *gathering, const struct field *const *but, size_t count,
			struct error *error)
{
	const struct record *before = edit_before(gathering->edit);
	enum status status = OK;

	for (size_t i = 0; i < before->type->field_count && !status; i++) {
		const struct field *field = before->type->fields[i];
		bool stays = edit_changes(gathering->edit, field);

		for (size_t k = 0; k < count; k++)
			stays = stays && field != but[k];
		if (stays)
			status = edit_set(gathering->edit, field, record_value(before, field), error);
	}
	return status;
}

static enum status has_open_record(const struct gathering *gathering, bool *has, struct error *error)
{
	struct edit *edit = gathering->edit;
	struct value into = edit_value(edit, gathering->rule->into);
	struct record *record = NULL;
	enum status status = OK;

	if (into.kind == VALUE_RECORD)
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), into.number, false,
				     &record, error);
	*has = record && record->state && record->state->phase != PHASE_DONE;
	return status;
}

/* The same beginning, told again after its end: a message that was late. */
static bool is_late(const struct gathering *gathering)
{
	const struct field *started = gathering->rule->own[OWN_STARTED_AT];
	struct value now = edit_value(gathering->edit, started);

	return was(gathering, resolved) && now.kind == VALUE_TIME &&
	       value_eq(now, record_value(edit_before(gathering->edit), started));
}

static enum status fire(const struct gathering *gathering, struct error *error)
{
	bool quiet = false;
	enum status status;

	if ((status = gather_facts(gathering, &quiet, error)) ||
	    (status = gather_set(gathering, OWN_ENDED_AT, (struct value){0}, error)) ||
	    (status = gather_set(gathering, OWN_RECOVERED_AT, (struct value){0}, error)))
		return status;
	if (quiet)
		return gather_set(gathering, OWN_STATUS, value_choice(suppressed), error);
	return gather_open(gathering, error);
}

static enum status hear_firing(const struct gathering *gathering, struct error *error)
{
	const struct field *severity = gathering->rule->own[OWN_SEVERITY], *told = gathering->rule->own[OWN_STATUS];
	bool open = false;
	enum status status;

	if (is_late(gathering))
		return keep(gathering, NULL, 0, error);
	if (was(gathering, suppressed)) /* told again, or its planned work is over */
		return (status = keep(gathering, &told, 1, error)) ? status : fire(gathering, error);
	if (!was(gathering, firing) || edit_changes(gathering->edit, severity))
		return fire(gathering, error);
	if ((status = keep(gathering, NULL, 0, error)) || (status = has_open_record(gathering, &open, error)) || open)
		return status;
	return fire(gathering, error);
}

static enum status hear_resolved(const struct gathering *gathering, struct error *error)
{
	const struct field *told[] = {gathering->rule->own[OWN_STATUS], gathering->rule->own[OWN_ENDED_AT],
				      gathering->rule->own[OWN_RECOVERED_AT]};
	enum status status = OK;

	if (was(gathering, resolved))
		return keep(gathering, NULL, 0, error);
	if (edit_before(gathering->edit) && (status = keep(gathering, told, 3, error)))
		return status;
	return gather_set(gathering, OWN_RECOVERED_AT, value_time(edit_now(gathering->edit)), error);
}

/* Counted here, before anybody knows whether the sign changes: counting is no change of the source. */
static enum status hear(const struct gathering *gathering, struct error *error)
{
	const struct gather *rule = gathering->rule;
	struct edit *edit = gathering->edit;
	int64_t source = gathering->source->identity;
	enum status status = edit_tally(edit, rule->source[SOURCE_RECEIVED], source, 1, error);

	return status ? status : edit_tally(edit, rule->source[SOURCE_HEARD], source, edit_now(edit), error);
}

static bool is_told(const struct gathering *gathering)
{
	return gathering->source &&
	       (edit_is_new(gathering->edit) || edit_overrides(gathering->edit, gathering->rule->own[OWN_STATUS]));
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	struct gathering gathering;
	enum status status = begin(call, edit, &gathering, error);

	if (status || !is_told(&gathering))
		return status;
	if (!edit_actor(edit)->is_system && (status = hear(&gathering, error)))
		return status;
	return is(&gathering, resolved) ? hear_resolved(&gathering, error) : hear_firing(&gathering, error);
}

/* --- what follows from it --- */

static enum status lay_aside(const struct gathering *gathering, const struct behaviour_call *call, struct error *error)
{
	struct edit *edit = gathering->edit;
	instant until;
	enum status status = gather_quiet_until(gathering, &until, error);

	if (status || until == INSTANT_NONE)
		return status;
	return edit_timer(edit, call, quiet_timer, until > edit_now(edit) ? until : edit_now(edit), (struct str){0},
			  error);
}

static enum status begin_recovery(const struct gathering *gathering, const struct behaviour_call *call,
				  struct error *error)
{
	struct edit *edit = gathering->edit;
	struct value delay = gather_source(gathering, SOURCE_DELAY);

	if (delay.kind != VALUE_DURATION || delay.number <= 0)
		return gather_recover(gathering, edit_who(edit), error);
	return edit_timer(edit, call, recovery_timer, edit_now(edit) + delay.number, (struct str){0}, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	struct gathering gathering;
	enum status status = begin(call, edit, &gathering, error);

	if (status || !gathering.source || !edit_changes(edit, gathering.rule->own[OWN_STATUS]))
		return status;
	if (!edit_is_new(edit) && ((status = edit_timer_clear(edit, call, recovery_timer, error)) ||
				   (status = edit_timer_clear(edit, call, quiet_timer, error))))
		return status;
	if (is(&gathering, suppressed))
		return lay_aside(&gathering, call, error);
	return is(&gathering, resolved) && !edit_is_new(edit) ? begin_recovery(&gathering, call, error) : OK;
}

/* The planned work is over, and still it fires: it is judged again. */
static enum status judge_again(const struct gathering *gathering, struct error *error)
{
	struct field_input input = {gathering->rule->own[OWN_STATUS], value_choice(firing)};
	struct edit_request request = {
	    .record = edit_after(gathering->edit)->identity, .fields = &input, .field_count = 1, .via = VIA_JOB};
	struct edit_result result;

	return edit_follow_up(gathering->edit, &request, &result, error);
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	struct gathering gathering;
	enum status status = begin(call, edit, &gathering, error);

	(void)payload;
	if (status || !gathering.source)
		return status;
	if (str_eq(name, recovery_timer) && is(&gathering, resolved))
		return gather_recover(&gathering, edit_after(edit)->updated_by, error);
	return str_eq(name, quiet_timer) && is(&gathering, suppressed) ? judge_again(&gathering, error) : OK;
}

const struct behaviour behaviour_gather = {
    .name = "gather", .load = gather_load, .derive = derive, .after = after, .due = due};

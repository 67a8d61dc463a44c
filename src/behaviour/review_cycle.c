/* review_cycle: a record is looked at again in good time, again and again (4.1.2.1-s14, 4.3.2-s1, -s2, -h).
 *
 * Parameters: next: the date of its next review; reviewed: date and time of the last one; every: how long between them,
 * as a duration or by a duration field of the record (empty: at_most); at_most: longer than this is refused; on:
 * transitions that begin a new cycle; call: transitions that ask for a review at once; when: the condition under which
 * it is reviewed; ahead: how long before its day a review is opened (30d); make: the type of a review; as: its
 * reference to this record; due: its date or time; closed: its state that ends it; outcome: its choice; set, copy: what
 * else it says (record/assign.h); revise: {CODE: TRANSITION}: what is taken here when a review ends so. busy: {of:
 * TYPE, by: REFERENCE, more_than: N, at_least: DURATION}: where there have been more than N such records since the last
 * review, half the time has to do, but never less than at_least.
 *
 * A review is opened by a timer, unless one is open. This record learns of its end by reconsider, at the review. */
#include "behaviour/behaviours.h"

#include "model/node.h"
#include "record/assign.h"
#include "record/lookup.h"
#include "record/read.h"

#include <stdio.h>

static const struct str timer = {"review", 6};

struct review_cycle {
	const struct field *next, *reviewed, *every_field, *as, *due, *outcome;
	struct duration every, at_most, ahead, busy_least;
	const struct transition **on, **call, *revise;
	size_t on_count, call_count;
	struct str revise_code;
	const struct query *when;
	const struct type *make;
	const struct state *closed;
	const struct field *busy_by; /* NULL: nothing makes it come sooner */
	int64_t busy_more;
	struct assignments assignments;
};

/* --- parameters --- */

static enum status load_every(struct behaviour_loading *loading, struct review_cycle *p, struct error *error)
{
	struct str text;
	enum status status;

	if ((status = load_duration(loading, "at_most", true, &p->at_most, error)) ||
	    (status = load_text(loading, "every", true, &text, error)))
		return status;
	p->every_field = type_field(loading->type, text);
	if (p->every_field)
		return p->every_field->value == VALUE_DURATION
			   ? OK
			   : load_fail(loading, "every", N_("The field must be a duration"), NULL, error);
	return load_duration(loading, "every", true, &p->every, error);
}

static enum status load_review(struct behaviour_loading *loading, struct review_cycle *p, struct error *error)
{
	const struct node *revise = load_node(loading, "revise");
	struct str closed;
	enum status status;

	if ((status = load_type(loading, "make", true, &p->make, error)) ||
	    (status = load_reference(loading, "as", p->make, loading->type, &p->as, error)) ||
	    (status = load_field_of(loading, "due", p->make, &p->due, error)) ||
	    (status = load_field_of(loading, "outcome", p->make, &p->outcome, error)) ||
	    (status = load_text(loading, "closed", true, &closed, error)))
		return status;
	p->closed = type_state(p->make, closed);
	if (!p->closed)
		return load_fail(loading, "closed", N_("There is no state \"%s\""), str_c(loading->arena, closed),
				 error);
	if (revise && (revise->kind != NODE_MAPPING || revise->count != 1 || p->outcome->value != VALUE_CHOICE ||
		       !choice_find(p->outcome->choices, revise->keys[0]) ||
		       !(p->revise = type_transition(loading->type, revise->items[0]->text))))
		return load_fail(loading, "revise", N_("\"%s\" is {CODE OF THE OUTCOME: TRANSITION}"), "revise", error);
	p->revise_code = revise ? revise->keys[0] : (struct str){0};
	return load_assignments(loading, p->make, &p->assignments, error);
}

static enum status load_busy(struct behaviour_loading *loading, struct review_cycle *p, struct error *error)
{
	const struct node *node = load_node(loading, "busy");
	struct behaviour_use use = {.name = loading->use->name, .parameters = node, .place = loading->use->place};
	static const char *const keys[] = {"of", "by", "more_than", "at_least", NULL};
	struct behaviour_loading part = *loading;
	const struct type *of;
	struct str more;
	enum status status;

	part.use = &use;
	if (!node)
		return OK;
	if ((status = load_keys(&part, keys, error)) || (status = load_type(&part, "of", true, &of, error)) ||
	    (status = load_reference(&part, "by", of, loading->type, &p->busy_by, error)) ||
	    (status = load_text(&part, "more_than", true, &more, error)) ||
	    (status = load_duration(&part, "at_least", true, &p->busy_least, error)))
		return status;
	return str_int64(more, &p->busy_more) && p->busy_more >= 0
		   ? OK
		   : load_fail(&part, "more_than", N_("\"%s\" must be a whole number"), "more_than", error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"next", "reviewed", "every", "at_most", "on",     "call",
					   "when", "make",     "as",    "due",     "closed", "outcome",
					   "set",  "copy",     "busy",  "revise",  "ahead",  NULL};
	struct review_cycle *p = arena_one(loading->arena, struct review_cycle);
	enum status status;

	*parameters = p;
	p->ahead = (struct duration){.days = 30};
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "next", true, &p->next, error)) ||
	    (status = load_field(loading, "reviewed", true, &p->reviewed, error)) ||
	    (status = load_every(loading, p, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_transitions(loading, "call", &p->call, &p->call_count, error)) ||
	    (status = load_expression(loading, "when", true, &p->when, error)) ||
	    (load_node(loading, "ahead") && (status = load_duration(loading, "ahead", true, &p->ahead, error))) ||
	    (status = load_review(loading, p, error)))
		return status;
	if (p->next->value != VALUE_DATE)
		return load_fail(loading, "next", N_("The field must be a date"), NULL, error);
	if (p->reviewed->value != VALUE_TIME)
		return load_fail(loading, "reviewed", N_("The field must be a date and time"), NULL, error);
	return load_busy(loading, p, error);
}

/* --- how long --- */

static enum status is_busy(const struct review_cycle *p, struct edit *edit, bool *busy, struct error *error)
{
	struct value since = edit_before(edit) ? record_value(edit_before(edit), p->reviewed) : (struct value){0};
	int64_t *records, many = 0;
	size_t count;
	enum status status;

	*busy = false;
	if (!p->busy_by || since.kind != VALUE_TIME)
		return OK;
	status = lookup_referring(edit_connection(edit), edit_arena(edit), p->busy_by, edit_after(edit)->identity, true,
				  &records, &count, error);
	while (!status && count-- > 0 && many <= p->busy_more) {
		struct record *record;

		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), records[count], false,
				     &record, error);
		if (status || !record || record->created_at <= since.number)
			break;
		many++;
	}
	*busy = many > p->busy_more;
	return status;
}

static int64_t wanted(const struct review_cycle *p, const struct edit *edit)
{
	struct value every = p->every_field ? edit_value(edit, p->every_field) : (struct value){0};

	if (every.kind == VALUE_DURATION && every.number > 0)
		return every.number;
	return duration_ms(p->every_field ? p->at_most : p->every);
}

static enum status begin_cycle(const struct review_cycle *p, struct edit *edit, struct error *error)
{
	int64_t every = wanted(p, edit), least = duration_ms(p->busy_least);
	bool busy;
	enum status status = is_busy(p, edit, &busy, error);

	if (status)
		return status;
	if (busy && every > least)
		every = every / 2 > least ? every / 2 : least;
	if (!edit_overrides(edit, p->next) &&
	    (status = edit_set(edit, p->next, value_number(VALUE_DATE, lookup_day_of(edit_now(edit) + every)), error)))
		return status;
	return edit_set(edit, p->reviewed, value_time(edit_now(edit)), error);
}

/* The newest review that has come to its end since this record last heard of one; NULL: there is none. */
static enum status newly_closed(const struct review_cycle *p, struct edit *edit, struct record **found,
				struct error *error)
{
	struct value since = edit_before(edit) ? record_value(edit_before(edit), p->reviewed) : (struct value){0};
	int64_t *records;
	size_t count;
	enum status status = lookup_referring(edit_connection(edit), edit_arena(edit), p->as,
					      edit_after(edit)->identity, true, &records, &count, error);

	*found = NULL;
	while (!status && count-- > 0 && !*found) {
		struct record *record;

		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), records[count], false,
				     &record, error);
		if (!status && record && record->state == p->closed &&
		    (since.kind != VALUE_TIME || record->updated_at > since.number))
			*found = record;
	}
	return status;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct review_cycle *p = call->parameters;
	struct record *review = NULL;
	enum status status;

	if (edit_takes(edit, p->on, p->on_count))
		return begin_cycle(p, edit, error);
	if (!edit_request_of(edit)->reconsider || (status = newly_closed(p, edit, &review, error)) || !review)
		return edit_request_of(edit)->reconsider ? status : OK;
	return begin_cycle(p, edit, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct review_cycle *p = call->parameters;
	int64_t most = duration_ms(p->at_most);
	struct value next = edit_value(edit, p->next);
	char days[24];
	enum status status = OK;

	snprintf(days, sizeof(days), "%lld", (long long)(most / DAY));
	if (p->every_field && edit_changes(edit, p->every_field) && wanted(p, edit) > most)
		status = error_fail_at(error, E_INVALID, p->every_field->name, "review_cycle",
				       N_("At most %s days may pass between two reviews"), days);
	if (edit_changes(edit, p->next) && next.kind == VALUE_DATE &&
	    next.number > lookup_day_of(edit_now(edit) + most) && !edit_actor(edit)->is_system)
		status = error_fail_at(error, E_INVALID, p->next->name, "review_cycle",
				       N_("At most %s days may pass between two reviews"), days);
	return status;
}

/* --- opening a review --- */

static enum status open_review(const struct review_cycle *p, struct edit *edit, instant due, struct error *error)
{
	struct field_input *fields = arena_many(edit_arena(edit), struct field_input, p->assignments.count + 2);
	struct edit_request request = {.type = p->make, .fields = fields, .via = VIA_JOB};
	struct edit_result result;
	int64_t *open;
	size_t count;
	bool holds;
	enum status status = edit_holds(edit, p->when, &holds, error);

	if (status || !holds ||
	    (status = lookup_dependants(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->as,
					edit_after(edit)->identity, &open, &count, error)) ||
	    count || (status = assignments_make(edit, &p->assignments, fields, &request.field_count, error)))
		return status;
	fields[request.field_count++] = (struct field_input){p->as, value_record(edit_after(edit)->identity)};
	fields[request.field_count++] = (struct field_input){p->due, lookup_dated(p->due, due)};
	return edit_follow_up(edit, &request, &result, error);
}

static enum status set_timer(const struct review_cycle *p, const struct behaviour_call *call, struct edit *edit,
			     struct error *error)
{
	struct value next = edit_value(edit, p->next);
	instant day = next.kind == VALUE_DATE ? lookup_agreement_day((int32_t)next.number) : INSTANT_NONE, at;
	bool holds;
	enum status status = edit_holds(edit, p->when, &holds, error);

	if (status || !holds || day == INSTANT_NONE)
		return status ? status : edit_timer_clear(edit, call, timer, error);
	at = day - duration_ms(p->ahead);
	return at <= edit_now(edit) ? open_review(p, edit, day, error)
				    : edit_timer(edit, call, timer, at, (struct str){0}, error);
}

/* A review that ends with "to be revised" opens what is revised; what of it cannot be taken now waits for people. */
static enum status revise(const struct review_cycle *p, struct edit *edit, struct error *error)
{
	struct edit_request request = {.record = edit_after(edit)->identity, .transition = p->revise, .via = VIA_JOB};
	struct record *review;
	struct edit_result result;
	struct value outcome;
	char number[NUMBER_TEXT];
	bool may;
	enum status status = newly_closed(p, edit, &review, error);

	if (status || !review || !p->revise)
		return status;
	outcome = record_value(review, p->outcome);
	if (outcome.kind != VALUE_CHOICE || !str_eq(outcome.text, p->revise_code) ||
	    (status = edit_could_take(edit, request.record, p->revise, NULL, &may, error)) || !may)
		return status;
	request.comment =
	    str_format(edit_arena(edit), "%s %.*s", kernel_number(edit_kernel(edit), review->identity, number),
		       STR_ARG(read_headline(review, edit_actor(edit)->language)));
	return edit_follow_up(edit, &request, &result, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct review_cycle *p = call->parameters;
	const struct record *before = edit_before(edit);
	struct value next = edit_value(edit, p->next);
	enum status status;

	if (edit_request_of(edit)->reconsider && edit_changes(edit, p->reviewed) && (status = revise(p, edit, error)))
		return status;
	if (edit_takes(edit, p->call, p->call_count)) {
		instant soon = edit_now(edit) + duration_ms(p->ahead),
			day = next.kind == VALUE_DATE ? lookup_agreement_day((int32_t)next.number) : soon;

		return open_review(p, edit, day < soon ? day : soon, error);
	}
	if (!before || before->state != edit_after(edit)->state || edit_changes(edit, p->next))
		return set_timer(p, call, edit, error);
	return OK;
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	const struct review_cycle *p = call->parameters;
	struct value next = edit_value(edit, p->next);

	(void)name, (void)payload;
	return next.kind == VALUE_DATE ? open_review(p, edit, lookup_agreement_day((int32_t)next.number), error) : OK;
}

const struct behaviour behaviour_review_cycle = {
    .name = "review_cycle", .load = load, .derive = derive, .check = check, .after = after, .due = due};

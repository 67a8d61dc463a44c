/* approval: others decide whether a record goes on, each in a record of their own, and nobody on what is their own.
 *
 * Parameters: state: in which decisions are waited for; make: the type of a decision, which has `decision`; as: its
 * reference to this record; approver: its person field; yes, no: states of a decision; approved, rejected: transitions
 * of this record; withdraw: the transition of a decision that is no longer needed; never: paths to
 * people who are not asked (nor is whoever made the record).
 *
 * Who is asked stands here, or in each of `stages`, which are asked one after the other, those whose `when` holds:
 * ask: roles, persons and groups; or a list {when, whom}: of the first whose condition holds (of `every` one, if so),
 * whom is a path to a person, a group or a role; otherwise: who is asked when nobody of those may be; quorum: how many
 * must agree, a number, majority or all (default: the first decision counts); all_when: a condition under which all
 * must; within: how long there is, after which what is open is `late` (a transition of a decision), `escalate` are
 * asked for those who did not answer, and then the record is taken by `expired` (default: as rejected).
 *
 * content: fields at whose change everybody is asked anew; reopen: the transition that is taken when they change once
 * the record stands approved; vacant: where nobody can be asked, whoever may take `approved` does.
 *
 * Entering the state asks, leaving it withdraws. Whoever is asked by hand besides can refuse, and is waited for, but
 * cannot agree in the place of those who must be asked. Who is asked may take `approved` or `rejected` of the record
 * itself: that is their decision, and is kept as such, but does not go before the decisions of others.
 *
 * shows: fields that whoever is asked outside, who may not read the record, is shown: as they stood then, in the
 * `content` of the decision.
 *
 * A decision has the field title and perhaps title_ja, stage, round (integers), due (a time) and escalated. Decisions
 * bring this record to look again (reconsider). Files: approval_load.c, approval_people.c, approval_shown.c,
 * approval_tally.c. */
#include "behaviour/approval.h"

#include "behaviour/approval_tally.h"
#include "behaviour/behaviours.h"

static const struct str timer = {"due", 3};

/* --- asking --- */

static struct value headline(const struct edit *edit, const struct field *field)
{
	return field ? edit_value(edit, field) : (struct value){0};
}

struct question { /* what a decision is told of itself */
	int64_t round, stage;
	instant due;
	bool escalated;
};

static void add_input(struct edit_request *request, struct field_input *fields, const struct field *field,
		      struct value value)
{
	if (field)
		fields[request->field_count++] = (struct field_input){field, value};
}

static enum status ask(const struct approval *p, struct edit *edit, int64_t person, const struct question *question,
		       struct error *error)
{
	const struct type *type = edit_after(edit)->type;
	struct field_input fields[10];
	struct edit_request request = {.type = p->make, .fields = fields, .via = VIA_JOB};
	struct edit_result result;
	struct value shown[LANGUAGES];
	enum status status = approval_shown(p, edit, person, shown, error);

	if (status)
		return status;
	if (shown[ENGLISH].kind == VALUE_TEXT)
		add_input(&request, fields, p->shown, shown[ENGLISH]);
	if (shown[JAPANESE].kind == VALUE_TEXT)
		add_input(&request, fields, p->shown->in_japanese, shown[JAPANESE]);
	add_input(&request, fields, p->as, value_record(edit_after(edit)->identity));
	add_input(&request, fields, p->approver, value_record(person));
	add_input(&request, fields, type_field(p->make, S("title")), headline(edit, type->headline));
	add_input(&request, fields, type_field(p->make, S("title_ja")), headline(edit, type->headline_ja));
	add_input(&request, fields, p->round, value_integer(question->round));
	add_input(&request, fields, p->stage, value_integer(question->stage));
	if (question->due != INSTANT_NONE)
		add_input(&request, fields, p->due, value_time(question->due));
	if (question->escalated)
		add_input(&request, fields, p->escalated, value_boolean(true));
	return edit_follow_up(edit, &request, &result, error);
}

static enum status ask_people(const struct behaviour_call *call, struct edit *edit, const struct people *people,
			      struct question *question, struct error *error)
{
	const struct approval *p = call->parameters;
	const struct stage *stage = &p->stages[question->stage - 1];
	enum status status;

	question->due = stage->has_within ? edit_now(edit) + duration_ms(stage->within) : INSTANT_NONE;
	status = question->due == INSTANT_NONE ? edit_timer_clear(edit, call, timer, error)
					       : edit_timer(edit, call, timer, question->due,
							    question->escalated ? S("escalated") : S(""), error);
	for (size_t i = 0; i < people->count && !status; i++)
		status = ask(p, edit, people->items[i], question, error);
	return status;
}

static enum status nobody(struct error *error)
{
	return error_fail(error, E_CONFLICT, "state", "approver",
			  N_("There is nobody who could approve this: everybody named is among those who ask for it"));
}

/* The first stage from `from` on that is asked, and whom; 0: there is none. */
static enum status find_stage(const struct approval *p, const struct subject *subject, size_t from, int64_t *stage,
			      struct people *people, struct error *error)
{
	enum status status = OK;

	*stage = 0;
	for (size_t i = from; i < p->stage_count && !*stage; i++) {
		size_t needed = 0;
		bool holds;

		if ((status = subject_holds(subject, p->stages[i].when, &holds, error)))
			return status;
		if (!holds)
			continue;
		if ((status = approval_whom(p, subject, &p->stages[i], people, error)))
			return status;
		if (!people->count && p->vacant)
			continue;
		if (!people->count)
			return nobody(error);
		if ((status = approval_needed(&p->stages[i], subject, people->count, &needed, error)))
			return status;
		if (needed > people->count)
			return error_fail(error, E_CONFLICT, "state", "quorum",
					  N_("More must agree than there are people who may be asked"));
		*stage = (int64_t)i + 1;
	}
	return status;
}

/* Of every stage, so that nobody agrees in vain. */
static enum status look_ahead(const struct approval *p, const struct subject *subject, int64_t stage,
			      struct error *error)
{
	struct people people;
	enum status status = OK;

	while (stage && !status)
		status = find_stage(p, subject, (size_t)stage, &stage, &people, error);
	return status;
}

static enum status ask_first(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct approval *p = call->parameters;
	struct subject subject = subject_of_edit(edit);
	struct question question = {0};
	struct people people;
	struct approval_tally tally;
	enum status status;

	if ((status = find_stage(p, &subject, 0, &question.stage, &people, error)) || !question.stage ||
	    (status = look_ahead(p, &subject, question.stage, error)) ||
	    (status = approval_count(p, &subject, &tally, error)))
		return status;
	question.round = tally.round + 1;
	return ask_people(call, edit, &people, &question, error);
}

/* --- deciding --- */

static enum status take(struct edit *edit, int64_t record, const struct transition *transition, struct error *error)
{
	struct edit_request request = {.record = record, .transition = transition, .via = VIA_JOB};
	struct edit_result result;

	return edit_follow_up(edit, &request, &result, error);
}

static const struct record *newest_in(const struct approval_tally *tally, const struct state *state)
{
	const struct record *newest = NULL;

	for (size_t i = 0; i < tally->count; i++)
		if (tally->all[i]->state == state && (!newest || tally->all[i]->updated_at >= newest->updated_at))
			newest = tally->all[i];
	return newest;
}

static bool wants_comment(const struct transition *transition)
{
	for (size_t i = 0; i < transition->requires_count; i++)
		if (transition->requires[i].comment)
			return true;
	return false;
}

/* What was decided happens to the record as the doing of whoever decided it last. */
static enum status conclude(const struct approval *p, struct edit *edit, const struct approval_tally *tally,
			    const struct state *by, const struct transition *transition, struct error *error)
{
	const struct field *decided_by = type_field(p->make, S("decided_by"));
	const struct record *decision = newest_in(tally, by);
	struct edit_request request = {.record = edit_after(edit)->identity, .transition = transition, .via = VIA_JOB};
	struct value who = decision && decided_by ? record_value(decision, decided_by) : (struct value){0};
	char number[NUMBER_TEXT];
	struct edit_result result;

	if (decision && who.kind != VALUE_RECORD)
		who = record_value(decision, p->approver);
	if (decision && by != (p->late ? p->late->to : NULL))
		request.on_behalf = who.number;
	if (decision && wants_comment(transition))
		request.comment = str_format(edit_arena(edit), "%s: %.*s / %.*s",
					     kernel_number(edit_kernel(edit), decision->identity, number),
					     STR_ARG(by->label.text[JAPANESE]), STR_ARG(by->label.text[ENGLISH]));
	return edit_follow_up(edit, &request, &result, error);
}

static enum status withdraw_open(const struct approval *p, struct edit *edit, struct error *error)
{
	struct subject subject = subject_of_edit(edit);
	struct approval_tally tally;
	enum status status = approval_count(p, &subject, &tally, error);

	for (size_t i = 0; i < tally.count && !status; i++)
		if (approval_is_open(p, tally.all[i]))
			status = take(edit, tally.all[i]->identity, p->withdraw, error);
	return status;
}

static enum status decide(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct approval *p = call->parameters;
	struct subject subject = subject_of_edit(edit);
	struct question question = {0};
	struct people people;
	struct approval_tally tally;
	size_t needed;
	enum status status = approval_count(p, &subject, &tally, error);

	if (status || !tally.round ||
	    (status = approval_needed(approval_stage(p, &tally), &subject, tally.asked, &needed, error)))
		return status;
	if (approval_is_refused(approval_stage(p, &tally), &tally, needed))
		return conclude(p, edit, &tally, p->no, p->rejected, error);
	if (!approval_is_agreed(&tally, needed))
		return OK;
	if ((status = find_stage(p, &subject, (size_t)tally.stage, &question.stage, &people, error)))
		return status;
	if (!question.stage)
		return conclude(p, edit, &tally, p->yes, p->approved, error);
	question.round = tally.round; /* asked first: what is withdrawn brings this here again, to the new stage */
	status = ask_people(call, edit, &people, &question, error);
	for (size_t i = 0; i < tally.count && !status; i++)
		if (approval_is_open(p, tally.all[i]))
			status = take(edit, tally.all[i]->identity, p->withdraw, error);
	return status;
}

/* --- by a step of the record itself --- */

static bool is_asked(const struct approval *p, const struct record *decision, int64_t person)
{
	const struct field *deputy = type_field(p->make, S("deputy"));

	return approval_is_open(p, decision) && (record_value(decision, p->approver).number == person ||
						 (deputy && record_value(decision, deputy).number == person));
}

static struct record *own_decision(const struct approval *p, const struct approval_tally *tally, int64_t person)
{
	for (size_t i = 0; i < tally->count; i++)
		if (is_asked(p, tally->all[i], person) && approval_is_current(p, tally->all[i], tally))
			return tally->all[i];
	return NULL;
}

static bool was_waiting(const struct approval *p, const struct edit *edit)
{
	return edit_before(edit) && edit_before(edit)->state == p->state;
}

static enum status may_last(const struct approval *p, const struct subject *subject, const struct approval_tally *tally,
			    struct error *error)
{
	struct people people;
	int64_t next;
	size_t needed;
	enum status status;

	if ((status = approval_needed(approval_stage(p, tally), subject, tally->asked, &needed, error)) ||
	    (status = find_stage(p, subject, (size_t)tally->stage, &next, &people, error)))
		return status;
	if (approval_is_agreed(tally, needed) && !next)
		return OK;
	return error_fail(error, E_CONFLICT, "state", "approval",
			  N_("Others have to approve this too: decide in the approval that you were asked for, and it "
			     "goes on by itself"));
}

/* Whether a person may take `approved` of the record itself now. The step is offered by this rule, and refused by it.
 */
static enum status may_approve(const struct approval *p, const struct subject *subject, int64_t person,
			       struct error *error)
{
	struct approval_tally tally;
	bool may = true;
	enum status status = approval_count(p, subject, &tally, error);

	if (status || !tally.round)
		return status;
	if (own_decision(p, &tally, person)) {
		tally.open--;
	} else {
		for (size_t i = 0; i < tally.count; i++)
			if (!approval_is_by_hand(tally.all[i]) && approval_is_current(p, tally.all[i], &tally)) {
				status = approval_may_decide(p, subject, tally.all[i], person, &may, error);
				break;
			}
		if (status || !may)
			return status ? status
				      : error_fail(error, E_DENIED, "state", "approval",
						   N_("Only those who are asked for their approval decide on this"));
		tally.asked++;
	}
	tally.yes++;
	return may_last(p, subject, &tally, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct approval *p = call->parameters;
	struct subject subject = subject_of_edit(edit);

	if (edit_actor(edit)->is_system || edit_transition(edit) != p->approved || !was_waiting(p, edit))
		return OK;
	return may_approve(p, &subject, edit_who(edit), error);
}

static enum status allows(const struct behaviour_call *call, const struct subject *subject, const struct actor *actor,
			  const struct transition *transition, bool *may, struct error *error)
{
	const struct approval *p = call->parameters;
	struct error refused = {0};
	enum status status;

	if (transition != p->approved || subject->record->state != p->state)
		return OK;
	status = may_approve(p, subject, actor->person, &refused);
	*may = !status;
	if (!status || status == E_DENIED || status == E_CONFLICT)
		return OK;
	*error = refused;
	return status;
}

/* A step of the record by whoever is asked is their decision. */
static enum status keep_decision(const struct approval *p, struct edit *edit, struct error *error)
{
	const struct edit_request *taken = edit_request_of(edit);
	bool yes = edit_transition(edit) == p->approved;
	struct subject subject = subject_of_edit(edit);
	struct edit_request request = {.via = taken->via, .on_behalf = edit_who(edit), .comment = taken->comment};
	struct edit_result result;
	struct record *own;
	struct approval_tally tally;
	enum status status;

	if (edit_actor(edit)->is_system || !edit_who(edit) || (!yes && edit_transition(edit) != p->rejected))
		return OK;
	if ((status = approval_count(p, &subject, &tally, error)))
		return status;
	own = own_decision(p, &tally, edit_who(edit));
	for (size_t i = 0; own && i < p->make->transition_count && !request.transition; i++)
		if (p->make->transitions[i]->to == (yes ? p->yes : p->no))
			request.transition = p->make->transitions[i];
	if (!own || !request.transition || (!yes && !request.comment.n))
		return OK;
	request.record = own->identity;
	return edit_follow_up(edit, &request, &result, error);
}

/* --- what changes --- */

static bool content_changes(const struct approval *p, const struct edit *edit)
{
	for (size_t i = 0; i < p->content_count; i++)
		if (edit_changes(edit, p->content[i]))
			return true;
	return false;
}

static enum status after_content(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct approval *p = call->parameters;
	enum status status;
	bool could = false;

	if (was_waiting(p, edit))
		return (status = withdraw_open(p, edit, error)) ? status : ask_first(call, edit, error);
	if (!p->reopen || edit_after(edit)->state != p->approved->to)
		return OK;
	if ((status = edit_could_take(edit, edit_after(edit)->identity, p->reopen, NULL, &could, error)) || !could)
		return status;
	return take(edit, edit_after(edit)->identity, p->reopen, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct approval *p = call->parameters;
	const struct state *is = edit_after(edit)->state, *was = edit_before(edit) ? edit_before(edit)->state : NULL;
	enum status status;

	if (is == p->state && was != is)
		return ask_first(call, edit, error);
	if (was == p->state && is != was) {
		if ((status = keep_decision(p, edit, error)) || (status = edit_timer_clear(edit, call, timer, error)))
			return status;
		return withdraw_open(p, edit, error);
	}
	if (was == is && content_changes(p, edit))
		return after_content(call, edit, error);
	return is == p->state && edit_request_of(edit)->reconsider ? decide(call, edit, error) : OK;
}

/* --- not decided in time --- */

static enum status expire(const struct approval *p, struct edit *edit, const struct approval_tally *tally,
			  struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < tally->count && !status; i++)
		if (approval_is_open(p, tally->all[i]) && approval_is_current(p, tally->all[i], tally))
			status = take(edit, tally->all[i]->identity, p->late, error);
	return status;
}

static void leave_out_late(const struct approval *p, const struct approval_tally *tally, struct people *people)
{
	size_t kept = 0;

	for (size_t i = 0; i < people->count; i++) {
		bool was_asked = false;

		for (size_t d = 0; d < tally->count; d++)
			was_asked = was_asked || (approval_is_current(p, tally->all[d], tally) &&
						  record_value(tally->all[d], p->approver).number == people->items[i]);
		if (!was_asked)
			people->items[kept++] = people->items[i];
	}
	people->count = kept;
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	const struct approval *p = call->parameters;
	struct subject subject = subject_of_edit(edit);
	struct people people = {0};
	struct approval_tally tally;
	enum status status;

	(void)name;
	if (edit_after(edit)->state != p->state)
		return OK;
	if ((status = approval_count(p, &subject, &tally, error)))
		return status;
	if (!payload.n && (status = approval_whom_then(p, &subject, approval_stage(p, &tally), &people, error)))
		return status;
	leave_out_late(p, &tally, &people);
	if ((status = expire(p, edit, &tally, error)))
		return status;
	if (people.count) {
		struct question question = {.round = tally.round, .stage = tally.stage, .escalated = true};

		return ask_people(call, edit, &people, &question, error);
	}
	if ((status = approval_count(p, &subject, &tally, error)))
		return status;
	return conclude(p, edit, &tally, p->late->to, p->expired ? p->expired : p->rejected, error);
}

const struct behaviour behaviour_approval = {.name = "approval",
					     .load = approval_load,
					     .check = check,
					     .allows = allows,
					     .after = after,
					     .judge = approval_judge,
					     .due = due};

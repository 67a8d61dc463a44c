/* escalation: what happens while a clock runs towards its target and beyond (DESIGN section 6, 8.1.3.2).
 *
 * Parameters: clock: a clock above in the list; counts: integer that counts what was escalated; next: the groups' field
 * that names the next line ("escalates_to"); takes, empties: the transition that a record takes when it goes to another
 * group, where its state allows it, and the fields that are emptied then; steps, each with
 * - at: its trigger: 75% of the target, -30m before its end, +1h after (base/mark.h); 0% is the start of the clock;
 * - kind: functional (to who knows more) or hierarchical (to who decides more);
 * - by_hand: the transition by which people invoke it, whoever may take that one; or nobody. It does at once what the
 *   step does, and the step still comes at its mark;
 * - notify: whom it tells; raise: groups that go to the next line, choices that go one rank up;
 * - on_call: true: outside their hours the group's person on call is told as well;
 * - when: a condition; name: when two steps have the same mark.
 *
 * A step is done once the service time used passes its mark, and once only: pausing and reopening change nothing, for
 * used time never grows less. Only other terms (a longer target, other hours) can put the mark of a step that is done
 * ahead again; then it is waited for again. The clock keeps which steps are done and when the next one comes, so there
 * is one timer a clock, set anew whenever the clock moves, and none while it is paused or has stopped. A mark that
 * other terms have put into the past is due at once.
 *
 * Who may not read the record is not told. A step for the person on call alone leaves no event within their hours. */
#include "behaviour/escalation.h"

#include "record/clocks.h"
#include "record/read.h"
#include "record/rotas.h"

/* --- which steps are done --- */

static bool is_passed(const struct record_clock *clock, struct str name)
{
	struct str rest = clock->passed, part;

	while (rest.n && str_cut(&rest, ' ', &part))
		if (str_eq(part, name))
			return true;
	return false;
}

static void set_passed(struct arena *arena, struct record_clock *clock, struct str name, bool passed)
{
	struct str rest = clock->passed, part;
	struct buf text = buf_new(arena);

	while (rest.n && str_cut(&rest, ' ', &part))
		if (part.n && !str_eq(part, name))
			buf_format(&text, "%.*s ", STR_ARG(part));
	if (passed)
		buf_format(&text, "%.*s ", STR_ARG(name));
	clock->passed = buf_str(&text);
}

/* --- when the next one comes --- */

struct next_step {
	const struct escalation_step *step; /* NULL: none is waited for */
	instant at;                         /* its moment; may lie in the past */
};

static struct clock_result reach(const struct record_clock *clock, int64_t amount, const struct calendar *calendar,
				 instant now)
{
	return clock_evaluate(clock->timeline, clock->timeline_count, amount, calendar, now);
}

/* Forgets that steps are done whose mark lies ahead again, and finds the earliest of those that are to come. */
static enum status find_next(const struct escalation *p, struct edit *edit, struct record_clock *clock,
			     struct next_step *next, struct error *error)
{
	const struct calendar *calendar;
	enum status status =
	    calendar_of_record(edit_kernel(edit), edit_connection(edit), clock->calendar, &calendar, error);

	*next = (struct next_step){.at = INSTANT_NONE};
	for (size_t i = 0; i < p->step_count && !status && clock->has_target; i++) {
		const struct escalation_step *step = &p->steps[i];
		int64_t amount = mark_amount(&step->mark, clock->target, calendar);
		struct clock_result result = reach(clock, amount, calendar, edit_now(edit));
		bool holds = true;

		if (result.stopped)
			break;
		if (result.elapsed < amount && is_passed(clock, step->name))
			set_passed(edit_arena(edit), clock, step->name, false);
		if (!result.running || result.due_at == INSTANT_NONE || is_passed(clock, step->name) ||
		    (next->step && next->at <= result.due_at))
			continue;
		if (step->when && (status = edit_holds(edit, step->when, &holds, error)))
			return status;
		if (holds)
			*next = (struct next_step){step, result.due_at};
	}
	return status;
}

static enum status find_on_call(struct edit *edit, const struct escalation_step *step, const struct record_clock *clock,
				int64_t *person, struct error *error)
{
	struct value group = {0};
	const struct type *type = edit_after(edit)->type;

	*person = 0;
	if (!step->on_call)
		return OK;
	for (size_t i = 0; i < type->field_count && group.kind != VALUE_RECORD; i++)
		if (type->fields[i]->kind == FIELD_GROUP)
			group = edit_value(edit, type->fields[i]);
	return rota_person_outside_hours(edit_kernel(edit), edit_connection(edit), edit_arena(edit),
					 group.kind == VALUE_RECORD ? group.number : 0, clock->calendar, edit_now(edit),
					 person, error);
}

/* As find_next(), past those that have come and do nothing: their person on call is at work, and nobody else is told.
 * They need no waking. */
static enum status advance(const struct escalation *p, struct edit *edit, struct record_clock *clock,
			   struct next_step *next, struct error *error)
{
	for (;;) {
		const struct escalation_step *step;
		int64_t on_call;
		enum status status = find_next(p, edit, clock, next, error);

		step = next->step;
		if (status || !step || next->at > edit_now(edit) || step->addressee_count || step->raise_count)
			return status;
		if ((status = find_on_call(edit, step, clock, &on_call, error)) || on_call)
			return status;
		set_passed(edit_arena(edit), clock, step->name, true);
	}
}

/* Sets the clock's timer to the next step, when it is not set so already. */
static enum status arm(const struct behaviour_call *call, struct edit *edit, struct record_clock *clock,
		       struct error *error)
{
	const struct escalation *p = call->parameters;
	struct record_clock stored = *clock;
	struct next_step next;
	enum status status = advance(p, edit, clock, &next, error);

	if (status)
		return status;
	clock->wakes_at = next.step && next.at < edit_now(edit) ? edit_now(edit) : next.at;
	if (stored.wakes_at != INSTANT_NONE && clock->wakes_at == edit_now(edit) && stored.wakes_at < clock->wakes_at)
		clock->wakes_at = stored.wakes_at; /* it is waited for since then, and only late */
	if (clock->wakes_at == stored.wakes_at && str_eq(clock->passed, stored.passed))
		return OK;
	edit_clock_save_steps(edit, clock);
	if (clock->wakes_at == stored.wakes_at)
		return OK;
	if (!next.step)
		return edit_timer_clear(edit, call, p->clock, error);
	return edit_timer(edit, call, p->clock, clock->wakes_at, (struct str){0}, error);
}

static enum status load_clock(const struct escalation *p, struct edit *edit, struct record_clock *clock, bool *found,
			      struct error *error)
{
	return edit_clock(edit, p->clock, clock, found, error);
}

/* --- what a step does to the record --- */

struct raising {
	struct field_input *fields;
	size_t count;
	bool leaves_group;
	int64_t from, to; /* groups */
	struct label to_name;
	int64_t to_level;
};

static enum status next_line(const struct escalation *p, struct edit *edit, const struct field *field,
			     struct raising *raising, struct error *error)
{
	struct value group = edit_value(edit, field), next, level;
	struct record *from = NULL, *to = NULL;
	enum status status = OK;

	if (group.kind == VALUE_RECORD)
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), group.number, false,
				     &from, error);
	next = from ? record_value(from, p->next) : (struct value){0};
	if (!status && next.kind == VALUE_RECORD)
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), next.number, false,
				     &to, error);
	if (status || !to)
		return status;
	level = p->level ? record_value(to, p->level) : (struct value){0};
	raising->from = from->identity;
	raising->to = to->identity;
	raising->to_name = (struct label){{read_headline(to, ENGLISH), read_headline(to, JAPANESE)}};
	raising->to_level = level.kind == VALUE_INTEGER ? level.number : 0;
	raising->leaves_group = true;
	raising->fields[raising->count++] = (struct field_input){field, next};
	return OK;
}

static void one_rank_up(struct edit *edit, const struct field *field, struct raising *raising)
{
	struct value now = edit_value(edit, field);

	for (size_t i = 1; now.kind == VALUE_CHOICE && i < field->choices->count; i++)
		if (str_eq(field->choices->choices[i].code, now.text))
			raising->fields[raising->count++] =
			    (struct field_input){field, value_choice(field->choices->choices[i - 1].code)};
}

/* What the step changes: written into the edit at hand, and told as inputs for another one. */
static enum status raise(const struct escalation *p, const struct escalation_step *step, struct edit *edit,
			 struct raising *raising, struct error *error)
{
	enum status status = OK;

	*raising = (struct raising){
	    .fields = arena_many(edit_arena(edit), struct field_input, step->raise_count + p->empty_count + 2)};
	for (size_t i = 0; i < step->raise_count && !status; i++) {
		if (step->raises[i]->kind == FIELD_GROUP)
			status = next_line(p, edit, step->raises[i], raising, error);
		else
			one_rank_up(edit, step->raises[i], raising);
	}
	for (size_t i = 0; raising->leaves_group && i < p->empty_count; i++)
		raising->fields[raising->count++] = (struct field_input){p->empties[i], {0}};
	if (p->counts) {
		struct value count = edit_value(edit, p->counts);

		raising->fields[raising->count++] =
		    (struct field_input){p->counts, value_integer(count.kind == VALUE_INTEGER ? count.number + 1 : 1)};
	}
	for (size_t i = 0; i < raising->count && !status; i++)
		status = edit_set(edit, raising->fields[i].field, raising->fields[i].value, error);
	return status;
}

/* --- what it says --- */

static struct str span_words(struct arena *arena, enum language language, struct duration span)
{
	int64_t ms = span.ms;
	struct buf text = buf_new(arena);

	if (span.days)
		buf_format(&text, tr(language, N_("%lld d")), (long long)span.days);
	if (ms / HOUR)
		buf_format(&text, tr(language, N_("%s%lld h")), text.n ? " " : "", (long long)(ms / HOUR));
	if (ms % HOUR / MINUTE)
		buf_format(&text, tr(language, N_("%s%lld min")), text.n ? " " : "", (long long)(ms % HOUR / MINUTE));
	return buf_str(&text);
}

static void say_mark(struct buf *text, enum language language, const struct mark *mark)
{
	struct str span = span_words(text->arena, language, mark->offset);

	if (mark->is_share && mark->percent == 0)
		buf_add_c(text, tr(language, N_("the time has begun to run")));
	else if (mark->is_share && mark->percent == 100)
		buf_add_c(text, tr(language, N_("the target time is used up")));
	else if (mark->is_share)
		buf_format(text, tr(language, N_("%d %% of the target time is used")), mark->percent);
	else if (mark->sign < 0)
		buf_format(text, tr(language, N_("%.*s are left of the target time")), STR_ARG(span));
	else
		buf_format(text, tr(language, N_("%.*s over the target time")), STR_ARG(span));
}

static struct str say(const struct escalation *p, const struct escalation_step *step, struct edit *edit,
		      const struct raising *raising, bool by_hand, enum language language)
{
	struct buf text = buf_new(edit_arena(edit));

	if (by_hand) {
		buf_add_c(&text, tr(language, step->is_functional ? N_("Escalated to the next line")
								  : N_("Escalated to management")));
	} else {
		buf_add(&text, label_in(&p->clock_words, language));
		buf_add_c(&text, tr(language, N_(": ")));
		say_mark(&text, language, &step->mark);
	}
	if (raising->to && raising->to_level)
		buf_format(&text, tr(language, N_("; handed to %.*s (line %lld)")),
			   STR_ARG(label_in(&raising->to_name, language)), (long long)raising->to_level);
	else if (raising->to)
		buf_format(&text, tr(language, N_("; handed to %.*s")), STR_ARG(label_in(&raising->to_name, language)));
	return buf_str(&text);
}

static void add_member(struct buf *json, const char *name, struct str text)
{
	buf_format(json, ",\"%s\":", name);
	buf_add_json_string(json, text);
}

static void add_number(struct buf *json, struct edit *edit, const char *name, int64_t identity)
{
	char number[NUMBER_TEXT];

	if (identity)
		add_member(json, name, str_of(kernel_number(edit_kernel(edit), identity, number)));
}

static struct str data_of(const struct escalation *p, const struct escalation_step *step, struct edit *edit,
			  const struct raising *raising, instant planned, int64_t on_call)
{
	struct buf json = buf_new(edit_arena(edit));
	char time[TIME_TEXT];

	buf_add(&json, S("{\"clock\":"));
	buf_add_json_string(&json, p->clock);
	add_member(&json, "step", step->name);
	add_member(&json, "kind", step->is_functional ? S("functional") : S("hierarchical"));
	if (step->mark.is_share)
		buf_format(&json, ",\"percentage\":%d", step->mark.percent);
	add_member(&json, "planned", str_of(time_format(planned, time)));
	add_number(&json, edit, "from", raising->from);
	add_number(&json, edit, "to", raising->to);
	if (raising->to_level)
		buf_format(&json, ",\"level\":%lld", (long long)raising->to_level);
	add_number(&json, edit, "on_call", on_call);
	buf_add_char(&json, '}');
	return buf_str(&json);
}

/* --- whom it tells --- */

static enum status find_people(struct edit *edit, const struct escalation_step *step, int64_t on_call,
			       struct edit_note *note, struct error *error)
{
	int64_t *people, *all;
	size_t count;
	enum status status =
	    people_addressed(edit_kernel(edit), edit_connection(edit), edit_arena(edit), step->addressees,
			     step->addressee_count, edit_after(edit), &people, &count, error);

	if (status)
		return status;
	all = arena_many(edit_arena(edit), int64_t, count + 1);
	note->people = all;
	note->people_count = 0;
	if (on_call)
		all[note->people_count++] = on_call;
	for (size_t i = 0; i < count; i++)
		if (people[i] != on_call)
			all[note->people_count++] = people[i];
	return OK;
}

static bool is_told(const struct edit_note *note, int64_t person)
{
	for (size_t i = 0; i < note->people_count; i++)
		if (note->people[i] == person)
			return true;
	return false;
}

static void fill_words(const struct escalation *p, const struct escalation_step *step, struct edit *edit,
		       const struct raising *raising, bool by_hand, struct edit_note *note)
{
	note->kind = S("escalation");
	for (enum language language = ENGLISH; language < LANGUAGES; language++)
		note->says.text[language] = say(p, step, edit, raising, by_hand, language);
}

/* --- by the clock --- */

static bool may_take(const struct transition *transition, const struct state *state)
{
	for (size_t i = 0; i < transition->from_count; i++)
		if (transition->from[i] == state)
			return true;
	return !transition->from_count;
}

static enum status fire(const struct escalation *p, const struct escalation_step *step, struct edit *edit,
			struct record_clock *clock, instant planned, struct error *error)
{
	struct edit_note note = {0};
	struct edit_request request = {.record = edit_after(edit)->identity, .via = VIA_JOB, .note = &note};
	struct edit_result result;
	struct raising raising;
	int64_t on_call;
	enum status status;

	if ((status = find_on_call(edit, step, clock, &on_call, error)) ||
	    (status = raise(p, step, edit, &raising, error)) ||
	    (status = find_people(edit, step, on_call, &note, error)))
		return status;
	fill_words(p, step, edit, &raising, false, &note);
	if ((status = edit_notify(edit, &note, error)))
		return status;
	note.data = data_of(p, step, edit, &raising, planned, is_told(&note, on_call) ? on_call : 0);
	request.fields = raising.fields;
	request.field_count = raising.count;
	if (raising.leaves_group && p->transition && may_take(p->transition, edit_after(edit)->state))
		request.transition = p->transition;
	return edit_follow_up(edit, &request, &result, error);
}

/* One step at a time, so that the next one finds the record as this one leaves it. */
static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	const struct escalation *p = call->parameters;
	struct record_clock clock;
	struct next_step next;
	instant planned;
	bool found, comes;
	enum status status;

	if (!str_eq(name, p->clock))
		return OK;
	if ((status = load_clock(p, edit, &clock, &found, error)) || !found ||
	    (status = advance(p, edit, &clock, &next, error)))
		return status;
	planned = clock.wakes_at;
	comes = next.step && next.at <= edit_now(edit);
	if (comes)
		set_passed(edit_arena(edit), &clock, next.step->name, true);
	clock.wakes_at = INSTANT_NONE; /* the timer is gone */
	edit_clock_save_steps(edit, &clock);
	if (!comes)
		return arm(call, edit, &clock, error);
	return fire(p, next.step, edit, &clock, planned == INSTANT_NONE ? edit_now(edit) : planned, error);
}

/* --- by people --- */

static const struct escalation_step *invoked(const struct escalation *p, const struct edit *edit,
					     const struct record_clock *clock)
{
	const struct escalation_step *found = NULL;

	for (size_t i = 0; i < p->step_count && edit_transition(edit); i++)
		if (p->steps[i].by_hand == edit_transition(edit)) {
			found = &p->steps[i];
			if (!is_passed(clock, found->name))
				return found;
		}
	return found;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct escalation *p = call->parameters;
	const struct escalation_step *step;
	struct record_clock clock = {0};
	struct raising raising;
	bool found, groups = false;
	enum status status = OK;

	if (edit_is_new(edit) || !invoked(p, edit, &clock))
		return OK;
	if ((status = load_clock(p, edit, &clock, &found, error)))
		return status;
	step = invoked(p, edit, &clock);
	if ((status = raise(p, step, edit, &raising, error)))
		return status;
	for (size_t i = 0; i < step->raise_count; i++)
		groups = groups || step->raises[i]->kind == FIELD_GROUP;
	return !groups || raising.leaves_group
		   ? OK
		   : error_fail(error, E_CONFLICT, "", "line", N_("This group has no next line to escalate to"));
}

/* What derive has done is told when it is written. */
static enum status tell_invoked(const struct escalation *p, const struct escalation_step *step, struct edit *edit,
				const struct record_clock *clock, struct error *error)
{
	struct edit_note note = {0};
	struct raising raising = {0};
	int64_t on_call;
	enum status status;

	if ((status = find_on_call(edit, step, clock, &on_call, error)) ||
	    (status = find_people(edit, step, on_call, &note, error)))
		return status;
	fill_words(p, step, edit, &raising, true, &note);
	return edit_notify(edit, &note, error);
}

static enum status measure(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	struct record_clock clock = {0};
	bool found;
	enum status status = load_clock(call->parameters, edit, &clock, &found, error);

	return status || !found ? status : arm(call, edit, &clock, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct escalation *p = call->parameters;
	struct record_clock clock = {0};
	bool found;
	enum status status;

	if (edit_is_new(edit) || !invoked(p, edit, &clock))
		return OK;
	status = load_clock(p, edit, &clock, &found, error);
	return status ? status : tell_invoked(p, invoked(p, edit, &clock), edit, &clock, error);
}

const struct behaviour behaviour_escalation = {
    .name = "escalation", .load = escalation_load, .derive = derive, .measure = measure, .after = after, .due = due};

/* decision: one person's answer to what an approval or a joint signature asks, or the answer of who stands in for them.
 *
 * Parameters: approver: the person who is asked; on: transitions that decide; deputy: a person field, filled while
 * somebody stands in; decided_by: a person field, filled with who decided; stand_ins: a type whose records say who
 * stands in for whom, in person fields of the same names as approver and deputy, on the days from `from` until `until`,
 * as long as they are not done, while `while` holds of them; says: {en, ja}: what whoever is asked is told.
 *
 * Whoever is asked is told, and so is a deputy. At the moment of deciding it is looked at once more: whether the record
 * still asks this person (the role, the group or the agreement may have been lost since), whether the deputy still
 * stands in, and that it is nobody's own. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"
#include "record/read.h"
#include "record/subject.h"

static const struct str timer = {"deputy", 6};

struct decision {
	const struct field *approver, *deputy, *decided_by;
	const struct transition **on;
	size_t on_count;
	const struct type *stand_ins; /* NULL: nobody stands in */
	const struct query *counts;   /* which of them; NULL: all */
	const struct field *of, *to, *from, *until;
	struct label says;
};

static enum status load_stand_ins(struct behaviour_loading *loading, struct decision *p, struct error *error)
{
	enum status status = load_type(loading, "stand_ins", false, &p->stand_ins, error);

	if (status || !p->stand_ins)
		return status;
	if (!p->deputy)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "deputy", error);
	p->of = type_field(p->stand_ins, p->approver->name);
	p->to = type_field(p->stand_ins, p->deputy->name);
	if (!p->of || p->of->kind != FIELD_PERSON || !p->to || p->to->kind != FIELD_PERSON)
		return load_fail(loading, "stand_ins", N_("There is no reference \"%s\""),
				 str_c(loading->arena, p->of ? p->deputy->name : p->approver->name), error);
	if ((status = load_expression_of(loading, "while", p->stand_ins, &p->counts, error)) ||
	    (status = load_field_of(loading, "from", p->stand_ins, &p->from, error)) ||
	    (status = load_field_of(loading, "until", p->stand_ins, &p->until, error)))
		return status;
	return p->from->kind == FIELD_DATE && p->until->kind == FIELD_DATE
		   ? OK
		   : load_fail(loading, "from", N_("The field must be a date"), NULL, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"approver", "deputy", "decided_by", "on",   "stand_ins",
					   "while",    "from",   "until",      "says", NULL};
	struct decision *p = arena_one(loading->arena, struct decision);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "approver", true, &p->approver, error)) ||
	    (status = load_field(loading, "deputy", false, &p->deputy, error)) ||
	    (status = load_field(loading, "decided_by", false, &p->decided_by, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_label(loading, "says", false, &p->says, error)))
		return status;
	if (p->approver->kind != FIELD_PERSON || (p->deputy && p->deputy->kind != FIELD_PERSON) ||
	    (p->decided_by && p->decided_by->kind != FIELD_PERSON))
		return load_fail(loading, "approver", N_("The field must be a person"), NULL, error);
	if (!p->on_count)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "on", error);
	return load_stand_ins(loading, p, error);
}

/* --- who stands in --- */

struct standing {
	int64_t deputy; /* 0: nobody */
	instant next;   /* when this may change; INSTANT_NONE: not by itself */
};

static void note_next(struct standing *standing, instant at, instant now)
{
	if (at > now && (standing->next == INSTANT_NONE || at < standing->next))
		standing->next = at;
}

static void look_at(const struct decision *p, const struct record *delegation, int64_t approver, instant now,
		    struct standing *standing)
{
	struct value from = record_value(delegation, p->from), until = record_value(delegation, p->until),
		     to = record_value(delegation, p->to);
	instant begins = from.kind == VALUE_DATE ? lookup_agreement_day((int32_t)from.number) : 0;
	instant ends = until.kind == VALUE_DATE ? lookup_agreement_day((int32_t)until.number + 1) : INSTANT_NONE;

	if (to.kind != VALUE_RECORD || to.number == approver)
		return;
	note_next(standing, begins, now);
	if (ends != INSTANT_NONE)
		note_next(standing, ends, now);
	if (begins <= now && (ends == INSTANT_NONE || now < ends))
		standing->deputy = to.number; /* the newest one */
}

static enum status who_stands_in(const struct decision *p, struct edit *edit, struct standing *standing,
				 struct error *error)
{
	struct value approver = edit_value(edit, p->approver);
	int64_t *records;
	size_t count = 0;
	enum status status = OK;

	*standing = (struct standing){.next = INSTANT_NONE};
	if (p->stand_ins && approver.kind == VALUE_RECORD)
		status = lookup_referring(edit_connection(edit), edit_arena(edit), p->of, approver.number, false,
					  &records, &count, error);
	for (size_t i = 0; i < count && !status; i++) {
		struct record *delegation;
		bool counts = true;

		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), records[i], false,
				     &delegation, error);
		if (!status && p->counts)
			status = read_holds(edit_kernel(edit), edit_connection(edit), edit_arena(edit), actor_system(),
					    delegation, p->counts, edit_now(edit), &counts, error);
		if (!status && counts)
			look_at(p, delegation, approver.number, edit_now(edit), standing);
	}
	return status;
}

static bool is_open(const struct edit *edit)
{
	return edit_after(edit)->state == edit_after(edit)->type->initial;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct decision *p = call->parameters;
	struct standing standing;
	enum status status;

	if (p->decided_by && edit_takes(edit, p->on, p->on_count))
		return edit_set(edit, p->decided_by, edit_who(edit) ? value_record(edit_who(edit)) : (struct value){0},
				error);
	if (!p->deputy || !is_open(edit))
		return OK;
	if ((status = who_stands_in(p, edit, &standing, error)))
		return status;
	return edit_set(edit, p->deputy, standing.deputy ? value_record(standing.deputy) : (struct value){0}, error);
}

/* --- whether it may be decided --- */

static enum status check_deputy(const struct decision *p, struct edit *edit, int64_t who, struct error *error)
{
	struct standing standing;
	enum status status;

	if (!p->deputy || who == edit_value(edit, p->approver).number)
		return OK;
	if ((status = who_stands_in(p, edit, &standing, error)) || standing.deputy == who)
		return status;
	return error_fail(error, E_DENIED, "state", "deputy", N_("You do not stand in for this person any more"));
}

static enum status judge(const struct subject *subject, struct judging *judging, struct error *error)
{
	const struct attached_behaviour *at = subject->kernel->behaviours[subject->record->type->index];
	enum status status = OK;

	for (; at && at->behaviour && !status; at++) {
		struct behaviour_call call = {.parameters = at->parameters, .attached = at};

		if (at->behaviour->judge)
			status = at->behaviour->judge(&call, subject, judging, error);
	}
	return status;
}

static enum status check_subject(const struct decision *p, struct edit *edit, const struct field *as,
				 struct error *error)
{
	struct value of = edit_value(edit, as), approver = edit_value(edit, p->approver);
	struct subject subject = subject_of_edit(edit);
	struct record *record = NULL;
	struct judging judging = {
	    .as = as, .decision = edit_after(edit), .asked = approver.number, .who = edit_who(edit), .may = true};
	enum status status;

	if (as->kind != FIELD_REFERENCE || of.kind != VALUE_RECORD)
		return OK;
	if ((status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), of.number, true, &record,
				  error)))
		return status;
	subject.edit = NULL;
	subject.record = record;
	if ((status = judge(&subject, &judging, error)))
		return status;
	if (judging.own)
		return error_fail(error, E_DENIED, "state", "own",
				  N_("Nobody decides on what they asked for themselves"));
	return judging.may
		   ? OK
		   : error_fail(error, E_DENIED, "state", "asked",
				N_("This is no longer yours to decide: you were asked in a role or group that you do "
				   "not have any more"));
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct decision *p = call->parameters;
	const struct type *type = edit_after(edit)->type;
	enum status status;

	if (edit_actor(edit)->is_system || !edit_takes(edit, p->on, p->on_count))
		return OK;
	status = check_deputy(p, edit, edit_actor(edit)->person, error);
	for (size_t i = 0; i < type->field_count && !status; i++)
		status = check_subject(p, edit, type->fields[i], error);
	return status;
}

/* --- telling --- */

static enum status tell(const struct decision *p, struct edit *edit, const int64_t *people, size_t count,
			struct error *error)
{
	static const char message[] = N_("Your approval is asked for");
	struct edit_note note = {.kind = S("approval"), .says = p->says, .people = people, .people_count = count};

	for (int language = 0; language < LANGUAGES && !p->says.text[ENGLISH].n; language++)
		note.says.text[language] = str_of(tr((enum language)language, message));
	return edit_notify(edit, &note, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct decision *p = call->parameters;
	struct value approver = edit_value(edit, p->approver),
		     deputy = p->deputy ? edit_value(edit, p->deputy) : (struct value){0};
	int64_t people[2];
	size_t count = 0;
	struct standing standing;
	enum status status;

	if (!is_open(edit))
		return p->deputy ? edit_timer_clear(edit, call, timer, error) : OK;
	if (edit_is_new(edit) && approver.kind == VALUE_RECORD)
		people[count++] = approver.number;
	if (deputy.kind == VALUE_RECORD && (edit_is_new(edit) || edit_changes(edit, p->deputy)))
		people[count++] = deputy.number;
	if (count && (status = tell(p, edit, people, count, error)))
		return status;
	if (!p->deputy)
		return OK;
	if ((status = who_stands_in(p, edit, &standing, error)))
		return status;
	return standing.next == INSTANT_NONE ? edit_timer_clear(edit, call, timer, error)
					     : edit_timer(edit, call, timer, standing.next, (struct str){0}, error);
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	struct edit_request request = {.record = edit_after(edit)->identity, .reconsider = true, .via = VIA_JOB};
	struct edit_result result;

	(void)call, (void)name, (void)payload;
	return edit_follow_up(edit, &request, &result, error);
}

const struct behaviour behaviour_decision = {
    .name = "decision", .load = load, .derive = derive, .check = check, .after = after, .due = due};

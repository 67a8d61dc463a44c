/* closure_confirmation: whoever reported confirms that it is solved; silence counts as consent after a while (8.1.2).
 *
 * Parameters: state: in which confirmation is waited for; transition: taken after the silence; silence: how long;
 * counts_as: boolean field that tells such an end from a confirmed one; by: person field whose language is spoken.
 * policy: the record type of closing policies (optional). The one in policy_state ("published") whose `for` names this
 * type then says silence, remind_after and reopen_within; into: reference field that keeps which one it was;
 * reopen_until: datetime field that follows from it. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"

struct policy_fields { /* of the policies' type; NULL: it has none such */
	const struct field *of, *silence, *remind_after, *reopen_within;
};

struct closure_confirmation {
	const struct state *state;
	const struct transition *transition;
	const struct field *counts_as, *by, *into, *reopen_until;
	struct duration silence;
	const struct type *policy;
	const struct state *in_force;
	struct policy_fields fields;
};

struct terms {                                                /* of one record */
	int64_t policy, silence, remind_after, reopen_within; /* ms; 0: none */
};

enum { POLICIES_MOST = 1000 };

static const struct str silence_timer = {"silence", 7}, reminder_timer = {"reminder", 8};

static const struct field *field_of(const struct type *type, const char *name, enum value_kind value)
{
	const struct field *field = type_field(type, str_of(name));

	return field && field->value == value ? field : NULL;
}

static enum status load_policy(struct behaviour_loading *loading, struct closure_confirmation *p, struct error *error)
{
	struct str in_force;
	enum status status;

	if ((status = load_type(loading, "policy", false, &p->policy, error)) ||
	    (status = load_text(loading, "policy_state", false, &in_force, error)) || !p->policy)
		return status;
	p->in_force = type_state(p->policy, in_force.n ? in_force : S("published"));
	p->fields = (struct policy_fields){
	    .of = field_of(p->policy, "for", VALUE_CHOICE),
	    .silence = field_of(p->policy, "silence", VALUE_DURATION),
	    .remind_after = field_of(p->policy, "remind_after", VALUE_DURATION),
	    .reopen_within = field_of(p->policy, "reopen_within", VALUE_DURATION),
	};
	return OK;
}

static enum status load_step(struct behaviour_loading *loading, struct closure_confirmation *p, struct error *error)
{
	struct str state;
	enum status status = load_text(loading, "state", true, &state, error);

	if (status)
		return status;
	p->state = type_state(loading->type, state);
	if (!p->state)
		return load_fail(loading, "state", N_("There is no state \"%s\""), str_c(loading->arena, state), error);
	return load_transition(loading, "transition", true, loading->type, &p->transition, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"state",  "transition",   "silence", "counts_as",    "by",
					   "policy", "policy_state", "into",    "reopen_until", NULL};
	struct closure_confirmation *p = arena_one(loading->arena, struct closure_confirmation);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_step(loading, p, error)) ||
	    (status = load_duration(loading, "silence", true, &p->silence, error)) ||
	    (status = load_field(loading, "counts_as", false, &p->counts_as, error)) ||
	    (status = load_field(loading, "by", false, &p->by, error)) ||
	    (status = load_field(loading, "into", false, &p->into, error)) ||
	    (status = load_field(loading, "reopen_until", false, &p->reopen_until, error)) ||
	    (status = load_policy(loading, p, error)))
		return status;
	if (p->into && p->into->to != p->policy)
		return load_fail(loading, "into", N_("The field must be a reference"), NULL, error);
	if (p->reopen_until && p->reopen_until->value != VALUE_TIME)
		return load_fail(loading, "reopen_until", N_("The field must be a date and time"), NULL, error);
	if (p->counts_as && p->counts_as->kind != FIELD_BOOLEAN)
		return load_fail(loading, "counts_as", N_("The field must be yes or no"), NULL, error);
	if (p->by && p->by->kind != FIELD_PERSON)
		return load_fail(loading, "by", N_("The field must be a person"), NULL, error);
	return OK;
}

/* --- the policy --- */

static int64_t duration_in(const struct record *policy, const struct field *field, int64_t otherwise)
{
	struct value value = field ? record_value(policy, field) : (struct value){0};

	return value.kind == VALUE_DURATION ? value.number : otherwise;
}

static bool applies(const struct closure_confirmation *p, const struct edit *edit, const struct record *policy)
{
	struct value of = p->fields.of ? record_value(policy, p->fields.of) : (struct value){0};

	return policy->state == p->in_force && (value_is_empty(of) || str_eq(of.text, edit_after(edit)->type->name));
}

/* Of several in force the latest counts. */
static enum status find_terms(const struct closure_confirmation *p, struct edit *edit, struct terms *terms,
			      struct error *error)
{
	struct record **policies = NULL;
	size_t count = 0;
	enum status status = OK;

	*terms = (struct terms){.silence = duration_ms(p->silence)};
	if (p->policy)
		status = lookup_all(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->policy,
				    POLICIES_MOST, &policies, &count, error);
	for (size_t i = 0; i < count && !status; i++)
		if (applies(p, edit, policies[i]))
			*terms = (struct terms){
			    .policy = policies[i]->identity,
			    .silence = duration_in(policies[i], p->fields.silence, duration_ms(p->silence)),
			    .remind_after = duration_in(policies[i], p->fields.remind_after, 0),
			    .reopen_within = duration_in(policies[i], p->fields.reopen_within, 0),
			};
	return status;
}

static bool begins(const struct closure_confirmation *p, const struct edit *edit)
{
	return edit_after(edit)->state == p->state && (!edit_before(edit) || edit_before(edit)->state != p->state);
}

static enum status note_policy(const struct closure_confirmation *p, struct edit *edit, struct error *error)
{
	struct terms terms;
	enum status status = find_terms(p, edit, &terms, error);

	if (!status && p->into)
		status = edit_set(edit, p->into, terms.policy ? value_record(terms.policy) : (struct value){0}, error);
	if (!status && p->reopen_until)
		status = edit_set(
		    edit, p->reopen_until,
		    terms.reopen_within ? value_time(edit_now(edit) + terms.reopen_within) : (struct value){0}, error);
	return status;
}

/* A confirmation, by whom ever, is one: the mark of silence is taken off again. */
static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct closure_confirmation *p = call->parameters;
	enum status status;

	if (begins(p, edit) && (status = note_policy(p, edit, error)))
		return status;
	if (!p->counts_as || edit_is_new(edit) || edit_overrides(edit, p->counts_as) || !edit_transition(edit) ||
	    !edit_value(edit, p->counts_as).boolean)
		return OK;
	return edit_set(edit, p->counts_as, value_boolean(false), error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct closure_confirmation *p = call->parameters;
	const struct state *was = edit_before(edit) ? edit_before(edit)->state : NULL, *is = edit_after(edit)->state;
	struct terms terms;
	enum status status;

	if (was == is)
		return OK;
	if (was == p->state && ((status = edit_timer_clear(edit, call, silence_timer, error)) ||
				(status = edit_timer_clear(edit, call, reminder_timer, error))))
		return status;
	if (is != p->state)
		return OK;
	if ((status = find_terms(p, edit, &terms, error)) ||
	    (status = edit_timer(edit, call, silence_timer, edit_now(edit) + terms.silence, (struct str){0}, error)))
		return status;
	return terms.remind_after && terms.remind_after < terms.silence
		   ? edit_timer(edit, call, reminder_timer, edit_now(edit) + terms.remind_after, (struct str){0}, error)
		   : OK;
}

/* --- speaking --- */

static enum status person_language(const struct closure_confirmation *p, struct edit *edit, bool *known,
				   enum language *language, struct error *error)
{
	struct value person = p->by ? edit_value(edit, p->by) : (struct value){0}, code;
	const struct field *field;
	struct record *record = NULL;
	enum status status = OK;

	*known = false;
	if (person.kind == VALUE_RECORD)
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), person.number, false,
				     &record, error);
	field = record ? type_field(record->type, S("language")) : NULL;
	code = field ? record_value(record, field) : (struct value){0};
	*known = code.kind == VALUE_CHOICE;
	*language = *known ? language_parse(code.text, ENGLISH) : ENGLISH;
	return status;
}

/* In the person's language; in both when it is not known. */
static enum status say(const struct closure_confirmation *p, struct edit *edit, const char *message, struct str *text,
		       struct error *error)
{
	enum language language;
	bool known;
	enum status status = person_language(p, edit, &known, &language, error);

	if (known)
		*text = str_of(tr(language, message));
	else
		*text = str_format(edit_arena(edit), "%s\n\n%s", tr(JAPANESE, message), tr(ENGLISH, message));
	return status;
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	const struct closure_confirmation *p = call->parameters;
	bool ends = str_eq(name, silence_timer);
	const char *message = ends ? N_("Nobody told us that this is not solved, so we closed it. If the trouble is "
					"still there, reopen it.")
				   : N_("We believe that this is solved. Please confirm it, or tell us if it is not.");
	struct field_input mark = {p->counts_as, value_boolean(true)};
	struct edit_request request = {.type = edit_after(edit)->type,
				       .record = edit_after(edit)->identity,
				       .comment_is_public = true,
				       .via = VIA_JOB};
	struct edit_result result;
	enum status status;
	bool may;

	if (edit_after(edit)->state != p->state)
		return OK;
	if (ends && ((status = edit_could_take(edit, edit_after(edit)->identity, p->transition, NULL, &may, error)) ||
		     !may)) /* it cannot end yet, as while a review is open: another day it may */
		return status ? status
			      : edit_timer(edit, call, silence_timer, edit_now(edit) + DAY, (struct str){0}, error);
	if (ends) {
		request.transition = p->transition;
		request.fields = &mark;
		request.field_count = p->counts_as ? 1 : 0;
	}
	if ((status = say(p, edit, message, &request.comment, error)))
		return status;
	return edit_follow_up(edit, &request, &result, error);
}

const struct behaviour behaviour_closure_confirmation = {
    .name = "closure_confirmation", .load = load, .derive = derive, .after = after, .due = due};

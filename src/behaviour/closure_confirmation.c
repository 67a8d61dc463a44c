/* closure_confirmation: whoever reported confirms that it is solved; silence counts as consent after a while (8.1.2).
 *
 * Parameters: state: in which confirmation is waited for; transition: taken after the silence; silence: how long;
 * counts_as: boolean field that tells such an end from a confirmed one; by: person field whose language is spoken. */
#include "behaviour/behaviours.h"

struct closure_confirmation {
	const struct state *state;
	const struct transition *transition;
	const struct field *counts_as, *by;
	struct duration silence;
};

static const struct str timer = {"silence", 7};

static enum status load_step(struct behaviour_loading *loading, struct closure_confirmation *p, struct error *error)
{
	struct str state, transition;
	enum status status;

	if ((status = load_text(loading, "state", true, &state, error)) ||
	    (status = load_text(loading, "transition", true, &transition, error)))
		return status;
	p->state = type_state(loading->type, state);
	p->transition = type_transition(loading->type, transition);
	if (!p->state)
		return load_fail(loading, "state", N_("There is no state \"%s\""), str_c(loading->arena, state), error);
	if (!p->transition)
		return load_fail(loading, "transition", N_("There is no transition \"%s\""),
				 str_c(loading->arena, transition), error);
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"state", "transition", "silence", "counts_as", "by", NULL};
	struct closure_confirmation *p = arena_one(loading->arena, struct closure_confirmation);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_step(loading, p, error)) ||
	    (status = load_duration(loading, "silence", true, &p->silence, error)) ||
	    (status = load_field(loading, "counts_as", false, &p->counts_as, error)) ||
	    (status = load_field(loading, "by", false, &p->by, error)))
		return status;
	if (p->counts_as && p->counts_as->kind != FIELD_BOOLEAN)
		return load_fail(loading, "counts_as", N_("The field must be yes or no"), NULL, error);
	if (p->by && p->by->kind != FIELD_PERSON)
		return load_fail(loading, "by", N_("The field must be a person"), NULL, error);
	return OK;
}

/* A confirmation, by whom ever, is one: the mark of silence is taken off again. */
static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct closure_confirmation *p = call->parameters;

	if (!p->counts_as || edit_is_new(edit) || edit_overrides(edit, p->counts_as) || !edit_transition(edit) ||
	    !edit_value(edit, p->counts_as).boolean)
		return OK;
	return edit_set(edit, p->counts_as, value_boolean(false), error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct closure_confirmation *p = call->parameters;
	const struct state *was = edit_before(edit) ? edit_before(edit)->state : NULL, *is = edit_after(edit)->state;

	if (was == is)
		return OK;
	if (is == p->state)
		return edit_timer(edit, call, timer, edit_now(edit) + duration_ms(p->silence), (struct str){0}, error);
	return was == p->state ? edit_timer_clear(edit, call, timer, error) : OK;
}

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

static enum status farewell(const struct closure_confirmation *p, struct edit *edit, struct str *text,
			    struct error *error)
{
	static const char message[] =
	    N_("Nobody told us that this is not solved, so we closed it. If the trouble is still there, reopen it.");
	enum language language;
	bool known;
	enum status status = person_language(p, edit, &known, &language, error);

	if (known)
		*text = str_of(tr(language, message));
	else
		*text = str_format(edit_arena(edit), "%s\n\n%s", tr(JAPANESE, message), message);
	return status;
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	const struct closure_confirmation *p = call->parameters;
	struct field_input mark = {p->counts_as, value_boolean(true)};
	struct edit_request request = {.type = edit_after(edit)->type,
				       .record = edit_after(edit)->identity,
				       .transition = p->transition,
				       .fields = &mark,
				       .field_count = p->counts_as ? 1 : 0,
				       .comment_is_public = true,
				       .via = VIA_JOB};
	struct edit_result result;
	enum status status;

	if (edit_after(edit)->state != p->state)
		return OK;
	if ((status = farewell(p, edit, &request.comment, error)))
		return status;
	return edit_follow_up(edit, &request, &result, error);
}

const struct behaviour behaviour_closure_confirmation = {
    .name = "closure_confirmation", .load = load, .derive = derive, .after = after, .due = due};

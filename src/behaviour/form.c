/* form: a record answers the form that another record declares (record/questions.h).
 *
 * Parameters: of: reference to the record that declares it; questions: its rows field; answers: the rows field of this
 * type; version: an integer of this name on both, copied; in_state: what was chosen and answered may change only there.
 *
 * Whoever makes the record must answer all that is asked; faults stand at "answers.NAME". When the reference is set
 * later (a desk finds what was meant), questions may stay open until somebody answers them. The answers carry their
 * questions along, so that a newer version of the form changes nothing here. */
#include "behaviour/form.h"

#include "behaviour/behaviours.h"

#include "record/questions.h"

const struct form *form_of_type(const struct kernel *kernel, const struct type *type)
{
	return behaviour_parameters(kernel, type, &behaviour_form);
}

/* --- parameters --- */

static enum status load_other(struct behaviour_loading *loading, struct form *p, struct error *error)
{
	struct str questions, version;
	enum status status;

	if ((status = load_field(loading, "of", true, &p->of, error)) ||
	    (status = load_text(loading, "questions", true, &questions, error)) ||
	    (status = load_text(loading, "version", false, &version, error)))
		return status;
	if (p->of->kind != FIELD_REFERENCE)
		return load_fail(loading, "of", N_("The field must be a reference"), NULL, error);
	p->questions = type_field(p->of->to, questions);
	if (!p->questions || p->questions->kind != FIELD_ROWS)
		return load_fail(loading, "questions", N_("The field must be a table of rows"), NULL, error);
	if (!version.n)
		return OK;
	p->version = type_field(loading->type, version);
	p->was = type_field(p->of->to, version);
	return p->version && p->was && p->version->kind == FIELD_INTEGER && p->was->kind == FIELD_INTEGER
		   ? OK
		   : load_fail(loading, "version", N_("The field must be an integer"), NULL, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"of", "questions", "answers", "version", "in_state", NULL};
	struct form *p = arena_one(loading->arena, struct form);
	struct str state;
	enum status status;

	*parameters = p;
	p->model = loading->model;
	if ((status = load_keys(loading, keys, error)) || (status = load_other(loading, p, error)) ||
	    (status = load_field(loading, "answers", true, &p->answers, error)) ||
	    (status = load_text(loading, "in_state", false, &state, error)))
		return status;
	if (p->answers->kind != FIELD_ROWS)
		return load_fail(loading, "answers", N_("The field must be a table of rows"), NULL, error);
	p->until = state.n ? type_state(loading->type, state) : NULL;
	return p->until || !state.n ? OK
				    : load_fail(loading, "in_state", N_("There is no state \"%s\""),
						str_c(loading->arena, state), error);
}

/* --- what is asked --- */

/* Of the record that declares the form, when it is chosen; otherwise as they stood when they were answered. */
static enum status find_questions(const struct form *p, struct edit *edit, bool chosen, struct questions *questions,
				  struct error *error)
{
	struct value of = edit_value(edit, p->of), rows = {0};
	struct record *record = NULL;
	enum status status = OK;

	if (!chosen)
		rows = edit_before(edit) ? record_value(edit_before(edit), p->answers) : rows;
	else if (of.kind == VALUE_RECORD)
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), of.number, false,
				     &record, error);
	if (record)
		rows = record_value(record, p->questions);
	if (!status && chosen && p->version)
		status = edit_set(edit, p->version, record ? record_value(record, p->was) : (struct value){0}, error);
	return status ? status
		      : questions_read(edit_arena(edit), p->model, rows, p->answers->name, p->answers->name, questions,
				       error);
}

static enum status check_answer(struct edit *edit, const struct question *question, struct str text,
				struct error *error)
{
	const struct field *field = &question->field;
	struct value value;
	enum status status;

	if ((status = field_parse(edit_kernel(edit), edit_connection(edit), edit_arena(edit), field, text,
				  edit_actor(edit)->zone, &value, error)) ||
	    (status = field_check(edit_arena(edit), edit_kernel(edit), field, &value, error)))
		return status;
	if (value.kind == VALUE_RECORD)
		return edit_check_reference(edit, field->name, field->to, value.number, error);
	return OK;
}

/* Texts of what is not asked go. */
static enum status check_answers(struct edit *edit, const struct questions *questions, struct str *texts,
				 struct error *error)
{
	bool *shown = arena_many(edit_arena(edit), bool, questions->count + 1);
	enum status status = answers_shown(questions, texts, edit_now(edit), shown, error), failed;

	for (size_t i = 0; i < questions->count && !(status && !error->count); i++) {
		const struct question *question = &questions->items[i];

		failed = OK;
		texts[i] = shown[i] ? str_trim(texts[i]) : (struct str){0};
		if (texts[i].n)
			failed = check_answer(edit, question, texts[i], error);
		status = status ? status : failed;
	}
	return status;
}

static enum status check_complete(struct edit *edit, const struct questions *questions, const struct str *texts,
				  struct error *error)
{
	bool *shown = arena_many(edit_arena(edit), bool, questions->count + 1);
	enum status status = answers_shown(questions, texts, edit_now(edit), shown, error);

	for (size_t i = 0; i < questions->count && !(status && !error->count); i++)
		if (shown[i] && !texts[i].n && questions->items[i].field.required)
			status = error_fail_at(error, E_INVALID, questions->items[i].field.name, "required",
					       N_("A value is needed"));
	return status;
}

static bool must_answer(const struct form *p, const struct edit *edit)
{
	return edit_is_new(edit) ||
	       (edit_overrides(edit, p->answers) && (edit_changes(edit, p->of) || edit_changes(edit, p->answers)));
}

/* --- edits --- */

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct form *p = call->parameters;
	bool chosen = edit_is_new(edit) || edit_changes(edit, p->of), answered = edit_overrides(edit, p->answers);
	struct value given = answered ? edit_value(edit, p->answers) : (struct value){0};
	struct questions questions;
	struct str *texts;
	enum status status, missing;

	if (!chosen && !(answered && edit_changes(edit, p->answers)))
		return OK;
	if ((status = find_questions(p, edit, chosen, &questions, error)))
		return status;
	texts = arena_many(edit_arena(edit), struct str, questions.count + 1);
	if ((status = answers_read(edit_arena(edit), &questions, given, p->answers->name, texts, error)))
		return status;
	if ((status = check_answers(edit, &questions, texts, error))) { /* all that is wrong is told at once */
		missing = error->count && must_answer(p, edit) ? check_complete(edit, &questions, texts, error) : OK;
		return missing ? missing : status;
	}
	return edit_set(edit, p->answers, answers_rows(edit_arena(edit), &questions, texts), error);
}

static enum status stays(const struct field *field, struct edit *edit, struct error *error)
{
	if (!edit_changes(edit, field))
		return OK;
	return error_fail_at(error, E_CONFLICT, field->name, "closed",
			     N_("What was ordered stays as it is: cancel this and order anew"));
}

/* What stands there now, with the questions that it answers. */
static enum status check_given(const struct form *p, struct edit *edit, struct error *error)
{
	struct value rows = edit_value(edit, p->answers);
	struct questions questions;
	struct str *texts;
	enum status status;

	if (!must_answer(p, edit))
		return OK;
	if ((status = questions_read(edit_arena(edit), p->model, rows, p->answers->name, p->answers->name, &questions,
				     error)))
		return status;
	texts = arena_many(edit_arena(edit), struct str, questions.count + 1);
	status = answers_read(edit_arena(edit), &questions, rows, p->answers->name, texts, error);
	return status ? status : check_complete(edit, &questions, texts, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct form *p = call->parameters;
	enum status status, failed;

	if ((status = check_given(p, edit, error)))
		return status;
	if (!p->until || edit_is_new(edit) || edit_before(edit)->state == p->until || edit_actor(edit)->is_system)
		return OK;
	status = stays(p->of, edit, error);
	failed = stays(p->answers, edit, error);
	return status ? status : failed;
}

const struct behaviour behaviour_form = {.name = "form", .load = load, .derive = derive, .check = check};

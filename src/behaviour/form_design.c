/* form_design: a form that people declare in a rows field can be asked: short names are names, choices are there,
 * conditions speak of what was asked before (record/questions.h).
 *
 * Parameters: questions: the rows field. */
#include "behaviour/behaviours.h"

#include "record/questions.h"

struct form_design {
	const struct model *model;
	const struct field *questions;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"questions", NULL};
	struct form_design *p = arena_one(loading->arena, struct form_design);
	enum status status;

	*parameters = p;
	p->model = loading->model;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "questions", true, &p->questions, error)))
		return status;
	return p->questions->kind == FIELD_ROWS
		   ? OK
		   : load_fail(loading, "questions", N_("The field must be a table of rows"), NULL, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct form_design *p = call->parameters;
	struct questions questions;

	if (!edit_changes(edit, p->questions))
		return OK;
	return questions_read(edit_arena(edit), p->model, edit_value(edit, p->questions), p->questions->name,
			      p->questions->name, &questions, error);
}

const struct behaviour behaviour_form_design = {.name = "form_design", .load = load, .check = check};

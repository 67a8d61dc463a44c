/* expression: a text field that holds a condition in the expression language, so that people can write rules as
 * records.
 *
 * Parameters: field: the text field; of: the choice of a record type that the condition speaks of. A condition
 * that cannot be understood is refused at its field, with the column. */
#include "behaviour/behaviours.h"

struct expression {
	const struct field *field, *of;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"field", "of", NULL};
	struct expression *p = arena_one(loading->arena, struct expression);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "field", true, &p->field, error)) ||
	    (status = load_field(loading, "of", true, &p->of, error)))
		return status;
	if (p->field->kind != FIELD_TEXT)
		return load_fail(loading, "field", N_("The field must be a text"), NULL, error);
	return p->of->kind == FIELD_CHOICE ? OK
					   : load_fail(loading, "of", N_("The field must be a choice"), NULL, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct expression *p = call->parameters;
	struct value of = edit_value(edit, p->of), text = edit_value(edit, p->field);
	const struct type *type = value_is_empty(of) ? NULL : model_type(edit_kernel(edit)->model, of.text);
	const struct query *query;
	struct error fault;
	char why[400];

	if (value_is_empty(text))
		return OK;
	if (!type)
		return error_fail_at(error, E_INVALID, p->of->name, "required", N_("A value is needed"));
	error_clear(&fault);
	if (!query_parse(edit_arena(edit), type->query, text.text, &query, &fault))
		return OK;
	error_text(&fault, why, sizeof(why));
	return error_fail_at(error, E_INVALID, p->field->name, "expression",
			     N_("The expression cannot be understood: %s"), why);
}

const struct behaviour behaviour_expression = {.name = "expression", .load = load, .check = check};

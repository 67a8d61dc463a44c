/* naming_scheme: texts of a kind are called as the organisation's scheme says: procedures ITSM-PR-03.
 *
 * Parameters: field: a text; by: a choice; schemes: {CODE: PATTERN}. In a pattern # stands for a digit, @ for a capital
 * letter, * for anything; all else for itself. A code without a pattern is free, and so is an empty text. Looked at
 * when the text or the choice is new. */
#include "behaviour/behaviours.h"

struct naming_scheme {
	const struct field *field, *by;
	const struct node *schemes;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"field", "by", "schemes", NULL};
	struct naming_scheme *p = arena_one(loading->arena, struct naming_scheme);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "field", true, &p->field, error)) ||
	    (status = load_field(loading, "by", true, &p->by, error)))
		return status;
	p->schemes = load_node(loading, "schemes");
	if (p->field->value != VALUE_TEXT || !p->by->choices)
		return load_fail(loading, "by", N_("There is no field \"%s\""), "by", error);
	if (!p->schemes || p->schemes->kind != NODE_MAPPING)
		return load_fail(loading, "schemes", N_("\"schemes\" is written as code: pattern"), NULL, error);
	for (size_t i = 0; i < p->schemes->count; i++) {
		bool found = false;

		for (size_t k = 0; k < p->by->choices->count && !found; k++)
			found = str_eq(p->by->choices->choices[k].code, p->schemes->keys[i]);
		if (!found || p->schemes->items[i]->kind != NODE_SCALAR)
			return load_fail(loading, "schemes", N_("\"schemes\" is written as code: pattern"), NULL,
					 error);
	}
	return OK;
}

/* Behind a * each place is tried: a scheme has few of them, and a text is short. */
static bool matches(struct str pattern, struct str text)
{
	for (; pattern.n; pattern.p++, pattern.n--, text.p++, text.n--) {
		if (*pattern.p == '*') {
			for (struct str rest = {pattern.p + 1, pattern.n - 1};; text.p++, text.n--) {
				if (matches(rest, text))
					return true;
				if (!text.n)
					return false;
			}
		}
		if (!text.n || (*pattern.p == '#'   ? *text.p < '0' || *text.p > '9'
				: *pattern.p == '@' ? *text.p < 'A' || *text.p > 'Z'
						    : *text.p != *pattern.p))
			return false;
	}
	return !text.n;
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct naming_scheme *p = call->parameters;
	struct value text = edit_value(edit, p->field), by = edit_value(edit, p->by);

	if (text.kind != VALUE_TEXT || by.kind != VALUE_CHOICE ||
	    (!edit_is_new(edit) && !edit_changes(edit, p->field) && !edit_changes(edit, p->by)))
		return OK;
	for (size_t i = 0; i < p->schemes->count; i++)
		if (str_eq(p->schemes->keys[i], by.text) && !matches(p->schemes->items[i]->text, text.text))
			return error_fail_at(error, E_INVALID, p->field->name, "scheme",
					     N_("It is to be called by the scheme %s (# a digit, @ a letter)"),
					     str_c(edit_arena(edit), p->schemes->items[i]->text));
	return OK;
}

const struct behaviour behaviour_naming_scheme = {.name = "naming_scheme", .load = load, .check = check};

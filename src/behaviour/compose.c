/* compose: a text that is made of others: the name of a person of its parts, in the order of a language.
 *
 * Parameters: into: the text; of: the texts that it is made of, in their order; between: what stands between them
 * (default: a blank); unless_latin leaves it empty where all of them are in Latin letters, whose order is not that of
 * the language. While one of them is empty, the text is what people write there, or, where it is internal, empty; from
 * when all are known it follows them, and who wants it changed changes them. */
#include "behaviour/behaviours.h"

struct compose {
	const struct field *into, **of;
	size_t count;
	struct str between;
	bool unless_latin;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"into", "of", "between", "unless_latin", NULL};
	struct compose *p = arena_one(loading->arena, struct compose);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "into", true, &p->into, error)) ||
	    (status = load_fields(loading, "of", &p->of, &p->count, error)) ||
	    (status = load_text(loading, "between", false, &p->between, error)) ||
	    (status = load_flag(loading, "unless_latin", &p->unless_latin, error)))
		return status;
	if (!p->between.n)
		p->between = S(" ");
	if (p->into->kind != FIELD_TEXT)
		return load_fail(loading, "into", N_("The field must be a text"), NULL, error);
	for (size_t i = 0; i < p->count; i++)
		if (p->of[i]->kind != FIELD_TEXT)
			return load_fail(loading, "of", N_("The field must be a text"), NULL, error);
	return p->count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "of", error);
}

/* By the first letter of any other writing. Letters with marks (é, ő) begin with the bytes 0xc3 to 0xc9. */
static bool is_latin(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] > 0xc9)
			return false;
	return true;
}

/* Empty while a part is missing, or erased. */
static struct str composed(const struct compose *p, const struct edit *edit)
{
	struct buf text = buf_new(edit_arena(edit));
	bool latin = true;

	for (size_t i = 0; i < p->count; i++) {
		struct value part = edit_value(edit, p->of[i]);

		if (part.kind != VALUE_TEXT || !part.text.n || value_is_erased(part))
			return (struct str){0};
		if (i)
			buf_add(&text, p->between);
		buf_add(&text, part.text);
		latin = latin && is_latin(part.text);
	}
	return p->unless_latin && latin ? (struct str){0} : buf_str(&text);
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct compose *p = call->parameters;
	struct value now = edit_value(edit, p->into);
	struct str text = composed(p, edit);
	bool parts_change = edit_is_new(edit);

	if (!text.n && p->into->internal && !value_is_empty(now) && !value_is_erased(now))
		return edit_set(edit, p->into, (struct value){0}, error);
	if (!text.n || (now.kind == VALUE_TEXT && str_eq(now.text, text)))
		return OK;
	for (size_t i = 0; i < p->count; i++)
		parts_change = parts_change || edit_changes(edit, p->of[i]);
	if (!parts_change && edit_changes(edit, p->into) && !edit_actor(edit)->is_system)
		return error_fail_at(error, E_INVALID, p->into->name, "composed",
				     N_("This is made of its parts: change those"));
	return edit_set(edit, p->into, value_text(text), error);
}

const struct behaviour behaviour_compose = {.name = "compose", .load = load, .derive = derive};

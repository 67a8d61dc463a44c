/* compose: a text that is made of others: the name of a person of its parts, in the order of a language.
 *
 * Parameters: into: the text; of: the texts that it is made of, in their order; between: what stands between them
 * (default: a blank). Of parts that are all in Latin letters the order may be another: unless_latin leaves the text
 * empty then; other_writing is the order of those that are not. While one of them is empty, the text is what people
 * write there, or, where it is internal, empty; from when all are known it follows them, and who wants it changed
 * changes them. */
#include "behaviour/behaviours.h"

struct compose {
	const struct field *into, **of, **other; /* other: of parts in another writing than Latin; NULL: the same */
	size_t count, other_count;
	struct str between;
	bool unless_latin;
};

static bool is_among(const struct compose *p, const struct field *field)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->of[i] == field)
			return true;
	return false;
}

/* The same parts in another order. */
static enum status load_other(struct behaviour_loading *loading, struct compose *p, struct error *error)
{
	enum status status;

	if (!load_node(loading, "other_writing"))
		return OK;
	if ((status = load_fields(loading, "other_writing", &p->other, &p->other_count, error)))
		return status;
	for (size_t i = 0; i < p->other_count; i++)
		if (!is_among(p, p->other[i]))
			return load_fail(loading, "other_writing", N_("The same fields are needed"), NULL, error);
	return p->other_count == p->count
		   ? OK
		   : load_fail(loading, "other_writing", N_("The same fields are needed"), NULL, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"into", "of", "between", "unless_latin", "other_writing", NULL};
	struct compose *p = arena_one(loading->arena, struct compose);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "into", true, &p->into, error)) ||
	    (status = load_fields(loading, "of", &p->of, &p->count, error)) ||
	    (status = load_text(loading, "between", false, &p->between, error)) ||
	    (status = load_flag(loading, "unless_latin", &p->unless_latin, error)) ||
	    (status = load_other(loading, p, error)))
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

/* Whether a part is missing, or erased; and in which writing they are. */
static bool has_parts(const struct compose *p, const struct edit *edit, bool *latin)
{
	*latin = true;
	for (size_t i = 0; i < p->count; i++) {
		struct value part = edit_value(edit, p->of[i]);

		if (part.kind != VALUE_TEXT || !part.text.n || value_is_erased(part))
			return false;
		*latin = *latin && is_latin(part.text);
	}
	return true;
}

/* Empty while a part is missing. */
static struct str composed(const struct compose *p, const struct edit *edit)
{
	struct buf text = buf_new(edit_arena(edit));
	bool latin;

	if (!has_parts(p, edit, &latin) || (latin && p->unless_latin))
		return (struct str){0};
	for (size_t i = 0; i < p->count; i++) {
		if (i)
			buf_add(&text, p->between);
		buf_add(&text, edit_value(edit, (p->other && !latin ? p->other : p->of)[i]).text);
	}
	return buf_str(&text);
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

/* outline: the parts that a text of its kind has, kept as records so that an organisation can change them.
 *
 * Parameters: rows: a rows field with the columns key, heading and text; of: the type of the parts, with the fields for
 * (text), key, title, title_ja, required and position; prefix, kind: the parts whose `for` is "PREFIX.KIND" are meant,
 * kind being a path to a choice; on: transitions at which no part that is required may be missing or empty;
 * told: {KEY: FIELD}: yes or no, whether the part of that key says something.
 *
 * A record that has no rows yet begins with the parts of its kind. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"
#include "record/path.h"
#include "record/rows.h"

enum { PARTS_MOST = 1000 };

struct told {
	struct str key;
	const struct field *field;
};

struct outline {
	const struct field *rows;
	const struct type *of;
	const struct field *key, *title, *title_ja, *required, *position, *of_kind;
	struct str prefix;
	struct path kind;
	const struct transition **on;
	size_t on_count;
	struct told *told;
	size_t told_count;
};

struct parts {
	struct record **items;
	size_t count;
};

static enum status load_parts_type(struct behaviour_loading *loading, struct outline *p, struct error *error)
{
	const struct {
		const char *name;
		const struct field **field;
		enum value_kind value;
	} fields[] = {{"for", &p->of_kind, VALUE_TEXT},          {"key", &p->key, VALUE_TEXT},
		      {"title", &p->title, VALUE_TEXT},          {"title_ja", &p->title_ja, VALUE_TEXT},
		      {"required", &p->required, VALUE_BOOLEAN}, {"position", &p->position, VALUE_INTEGER}};
	enum status status = load_type(loading, "of", true, &p->of, error);

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields) && !status; i++) {
		*fields[i].field = type_field(p->of, str_of(fields[i].name));
		if (!*fields[i].field || (*fields[i].field)->value != fields[i].value)
			status = load_fail(loading, "of", N_("There is no field \"%s\""), fields[i].name, error);
	}
	return status;
}

static enum status load_told(struct behaviour_loading *loading, struct outline *p, struct error *error)
{
	const struct node *told = node_get(loading->use->parameters, "told");

	if (!told)
		return OK;
	if (told->kind != NODE_MAPPING)
		return load_fail(loading, "told", N_("\"told\" is written as key: field"), NULL, error);
	p->told = arena_many(loading->arena, struct told, told->count + 1);
	for (size_t i = 0; i < told->count; i++) {
		struct str name = told->items[i]->kind == NODE_SCALAR ? told->items[i]->text : S("");
		const struct field *field = type_field(loading->type, name);

		if (!field || field->value != VALUE_BOOLEAN)
			return load_fail(loading, "told", N_("There is no field \"%s\""), str_c(loading->arena, name),
					 error);
		p->told[p->told_count++] = (struct told){told->keys[i], field};
	}
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"rows", "of", "prefix", "kind", "on", "told", NULL};
	struct outline *p = arena_one(loading->arena, struct outline);
	struct str kind;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "rows", true, &p->rows, error)) ||
	    (status = load_text(loading, "prefix", true, &p->prefix, error)) ||
	    (status = load_text(loading, "kind", true, &kind, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_parts_type(loading, p, error)) || (status = load_told(loading, p, error)))
		return status;
	if (p->rows->kind != FIELD_ROWS)
		return load_fail(loading, "rows", N_("The field must hold rows"), NULL, error);
	return path_read(loading->arena, loading->type, kind, &p->kind) && path_end(&p->kind)->value == VALUE_CHOICE
		   ? OK
		   : load_fail(loading, "kind", N_("There is no field \"%s\""), str_c(loading->arena, kind), error);
}

static int64_t position(const struct outline *p, const struct record *part)
{
	struct value value = record_value(part, p->position);

	return value.kind == VALUE_INTEGER ? value.number : 0;
}

static struct str text_in(const struct record *part, const struct field *field)
{
	struct value value = record_value(part, field);

	return value.kind == VALUE_TEXT ? value.text : (struct str){0};
}

/* Those of the record's kind, by their position. */
static enum status find_parts(const struct outline *p, struct edit *edit, struct parts *parts, struct error *error)
{
	struct value kind;
	struct record **all;
	struct str wanted;
	size_t count;
	enum status status = path_value(edit_kernel(edit), edit_connection(edit), edit_arena(edit), edit_after(edit),
					&p->kind, &kind, error);

	*parts = (struct parts){0};
	if (status || kind.kind != VALUE_CHOICE)
		return status;
	wanted = str_format(edit_arena(edit), "%.*s.%.*s", STR_ARG(p->prefix), STR_ARG(kind.text));
	status = lookup_all(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->of, PARTS_MOST, &all, &count,
			    error);
	parts->items = arena_many(edit_arena(edit), struct record *, count + 1);
	for (size_t i = 0; i < count && !status; i++) {
		size_t at = parts->count;

		if (!str_eq(text_in(all[i], p->of_kind), wanted))
			continue;
		for (; at && position(p, parts->items[at - 1]) > position(p, all[i]); at--)
			parts->items[at] = parts->items[at - 1];
		parts->items[at] = all[i];
		parts->count++;
	}
	return status;
}

static struct str heading(const struct outline *p, const struct edit *edit, const struct record *part)
{
	struct str japanese = text_in(part, p->title_ja);
	enum language language = edit_actor(edit)->is_system ? JAPANESE : edit_actor(edit)->language;

	return language == JAPANESE && japanese.n ? japanese : text_in(part, p->title);
}

static enum status begin_with_parts(const struct outline *p, struct edit *edit, struct error *error)
{
	struct buf json = buf_new(edit_arena(edit));
	struct parts parts;
	enum status status;

	if (!edit_is_new(edit) || !value_is_empty(edit_value(edit, p->rows)))
		return OK;
	if ((status = find_parts(p, edit, &parts, error)) || !parts.count)
		return status;
	for (size_t i = 0; i < parts.count; i++) {
		buf_add_c(&json, i ? ",{\"key\":" : "[{\"key\":");
		buf_add_json_string(&json, text_in(parts.items[i], p->key));
		buf_add_c(&json, ",\"heading\":");
		buf_add_json_string(&json, heading(p, edit, parts.items[i]));
		buf_add_char(&json, '}');
	}
	buf_add_char(&json, ']');
	return edit_set(edit, p->rows, (struct value){.kind = VALUE_ROWS, .text = buf_str(&json)}, error);
}

static struct str text_of_part(const struct outline *p, struct edit *edit, struct str key)
{
	struct str keys[] = {S("key")}, codes[] = {key};

	return str_trim(rows_cell(edit_arena(edit), edit_value(edit, p->rows), keys, codes, 1, S("text")));
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct outline *p = call->parameters;
	enum status status = begin_with_parts(p, edit, error);

	for (size_t i = 0; i < p->told_count && !status; i++)
		status =
		    edit_set(edit, p->told[i].field, value_boolean(text_of_part(p, edit, p->told[i].key).n > 0), error);
	return status;
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct outline *p = call->parameters;
	struct parts parts;
	enum status status;

	if (!edit_takes(edit, p->on, p->on_count))
		return OK;
	if ((status = find_parts(p, edit, &parts, error)))
		return status;
	for (size_t i = 0; i < parts.count; i++) {
		if (!record_is_set(parts.items[i], "required") ||
		    text_of_part(p, edit, text_in(parts.items[i], p->key)).n)
			continue;
		status = error_fail_at(error, E_INVALID, p->rows->name, "outline", N_("This part is empty: %s"),
				       str_c(edit_arena(edit), heading(p, edit, parts.items[i])));
	}
	return status;
}

const struct behaviour behaviour_outline = {.name = "outline", .load = load, .derive = derive, .check = check};

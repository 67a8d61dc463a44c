/* name_exclusion: texts that name nobody else: the scope of a management system is its owner's own (4.5.1-s6).
 *
 * Parameters: fields: texts; of: a list {type: TYPE, names: [text fields]}: whose names are looked for; except:
 * references and links whose records may be named. Upper and lower case, full and half width are the same. */
#include "behaviour/behaviours.h"

#include "base/fold.h"
#include "record/lookup.h"

#include <ctype.h>

enum { PARTIES_MOST = 10000, NAME_LEAST = 2 };

struct named_type {
	const struct type *type;
	const struct field **names;
	size_t count;
};

struct name_exclusion {
	const struct field **fields, **except;
	size_t field_count, except_count;
	struct named_type *of;
	size_t of_count;
};

static enum status load_named(struct behaviour_loading *loading, struct named_type *of, struct error *error)
{
	static const char *const keys[] = {"type", "names", NULL};
	struct behaviour_loading there = *loading;
	enum status status;

	if ((status = load_keys(loading, keys, error)) || (status = load_type(loading, "type", true, &of->type, error)))
		return status;
	there.type = of->type;
	if ((status = load_fields(&there, "names", &of->names, &of->count, error)))
		return status;
	return of->count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "names", error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"fields", "of", "except", NULL};
	struct name_exclusion *p = arena_one(loading->arena, struct name_exclusion);
	struct behaviour_loading *parts;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_fields(loading, "fields", &p->fields, &p->field_count, error)) ||
	    (status = load_fields(loading, "except", &p->except, &p->except_count, error)) ||
	    (status = load_parts(loading, "of", &parts, &p->of_count, error)))
		return status;
	p->of = arena_many(loading->arena, struct named_type, p->of_count + 1);
	for (size_t i = 0; i < p->of_count && !status; i++)
		status = load_named(&parts[i], &p->of[i], error);
	if (status || p->field_count)
		return status;
	return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "fields", error);
}

static bool may_be_named(const struct name_exclusion *p, const struct edit *edit, int64_t identity)
{
	for (size_t i = 0; i < p->except_count; i++) {
		struct value value = edit_value(edit, p->except[i]);

		if (value.kind == VALUE_RECORD && value.number == identity)
			return true;
		for (size_t k = 0; value.kind == VALUE_LIST && k < value.list.count; k++)
			if (value.list.items[k].number == identity)
				return true;
	}
	return false;
}

/* A name of Latin letters is a word of its own: "Acme" is not in "acmeist". */
static bool stands_alone(struct str text, size_t from, size_t to)
{
	bool before = from && isalnum((unsigned char)text.p[from - 1]) && isalnum((unsigned char)text.p[from]);
	bool behind = to < text.n && isalnum((unsigned char)text.p[to]) && isalnum((unsigned char)text.p[to - 1]);

	return !before && !behind;
}

static bool names(struct str text, struct str name)
{
	size_t from = 0, at;

	while (name.n && str_find(str_sub(text, from, text.n), name, &at)) {
		if (stands_alone(text, from + at, from + at + name.n))
			return true;
		from += at + 1;
	}
	return false;
}

static enum status look_for(const struct named_type *of, const struct record *party, struct edit *edit,
			    const struct field *field, struct str text, struct error *error)
{
	for (size_t i = 0; i < of->count; i++) {
		struct value name = record_value(party, of->names[i]);

		if (name.kind == VALUE_TEXT && name.text.n >= NAME_LEAST &&
		    names(text, fold_text(edit_arena(edit), str_trim(name.text))))
			return error_fail_at(error, E_INVALID, field->name, "name_exclusion",
					     N_("This names %s: other parties are left out here"),
					     str_c(edit_arena(edit), name.text));
	}
	return OK;
}

static enum status check_type(const struct name_exclusion *p, const struct named_type *of, struct edit *edit,
			      struct error *error)
{
	struct record **parties;
	size_t count;
	enum status status = lookup_all(edit_kernel(edit), edit_connection(edit), edit_arena(edit), of->type,
					PARTIES_MOST, &parties, &count, error),
		    failed;

	if (status)
		return status;
	for (size_t f = 0; f < p->field_count; f++) {
		struct value value = edit_value(edit, p->fields[f]);
		struct str text = value.kind == VALUE_TEXT || value.kind == VALUE_ROWS
				      ? fold_text(edit_arena(edit), value.text)
				      : (struct str){0};

		if (!edit_changes(edit, p->fields[f]))
			continue;
		for (size_t i = 0; text.n && i < count; i++) {
			failed = may_be_named(p, edit, parties[i]->identity)
				     ? OK
				     : look_for(of, parties[i], edit, p->fields[f], text, error);
			status = status ? status : failed;
		}
	}
	return status;
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct name_exclusion *p = call->parameters;
	bool changed = false;
	enum status status = OK, failed;

	for (size_t i = 0; i < p->field_count; i++)
		changed = changed || edit_changes(edit, p->fields[i]);
	for (size_t i = 0; changed && i < p->of_count; i++) {
		failed = check_type(p, &p->of[i], edit, error);
		status = status ? status : failed;
	}
	return status;
}

const struct behaviour behaviour_name_exclusion = {.name = "name_exclusion", .load = load, .check = check};

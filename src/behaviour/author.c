/* author: who made a record, or last wrote certain fields of it.
 *
 * Parameters: into: a person; when_changed: fields (default: none, so that it stays whoever made the record). What the
 * program changes by itself has no author and changes none. */
#include "behaviour/behaviours.h"

struct author {
	const struct field *into;
	const struct field **fields;
	size_t count;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"into", "when_changed", NULL};
	struct author *p = arena_one(loading->arena, struct author);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "into", true, &p->into, error)) ||
	    (status = load_fields(loading, "when_changed", &p->fields, &p->count, error)))
		return status;
	return p->into->kind == FIELD_PERSON
		   ? OK
		   : load_fail(loading, "into", N_("The field must be a person"), NULL, error);
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct author *p = call->parameters;
	int64_t who = edit_after(edit)->updated_by;
	bool writes = edit_is_new(edit);

	for (size_t i = 0; i < p->count && !writes; i++)
		writes = edit_changes(edit, p->fields[i]);
	if (!writes || !who || edit_overrides(edit, p->into))
		return OK;
	return edit_set(edit, p->into, value_record(who), error);
}

const struct behaviour behaviour_author = {.name = "author", .load = load, .derive = derive};

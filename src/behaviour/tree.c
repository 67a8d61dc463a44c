/* tree: records of one type under one another, each with the path from the top: "network/vpn".
 *
 * Parameters: parent: reference to the same type; path: internal text field. The path is made of the keys; when one
 * changes or moves, what is below follows. Filter a whole branch with: path starts "network/". */
#include "behaviour/behaviours.h"

#include "record/lookup.h"

struct tree {
	const struct field *parent, *path, *key;
};

enum { TREE_DEPTH = 12 };

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"parent", "path", NULL};
	struct tree *p = arena_one(loading->arena, struct tree);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "parent", true, &p->parent, error)) ||
	    (status = load_field(loading, "path", true, &p->path, error)))
		return status;
	p->key = loading->type->key;
	if (!p->key)
		return load_fail(loading, NULL, N_("The behaviour needs a type with a key"), NULL, error);
	if (p->parent->kind != FIELD_REFERENCE || p->parent->to != loading->type)
		return load_fail(loading, "parent", N_("The field must refer to records of the same type"), NULL,
				 error);
	return p->path->kind == FIELD_TEXT ? OK
					   : load_fail(loading, "path", N_("The field must be a text"), NULL, error);
}

/* Up to the top: a record that meets itself there, or does not end, is refused. */
static enum status check_ancestors(const struct tree *p, struct edit *edit, struct record *parent, struct error *error)
{
	for (int depth = 1; parent; depth++) {
		struct value up = record_value(parent, p->parent);
		enum status status = OK;

		if (parent->identity == edit_after(edit)->identity || depth == TREE_DEPTH)
			return error_fail_at(error, E_INVALID, p->parent->name, "tree",
					     parent->identity == edit_after(edit)->identity
						 ? N_("This would put the record below itself")
						 : N_("The tree would become too deep"));
		parent = NULL;
		if (up.kind == VALUE_RECORD)
			status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), up.number,
					     false, &parent, error);
		if (status)
			return status;
	}
	return OK;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct tree *p = call->parameters;
	struct value up = edit_value(edit, p->parent), key = edit_value(edit, p->key);
	struct record *parent = NULL;
	struct str path = key.text;
	enum status status = OK;

	if (up.kind == VALUE_RECORD)
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), up.number, false,
				     &parent, error);
	if (status || (status = check_ancestors(p, edit, parent, error)))
		return status;
	if (parent)
		path = str_format(edit_arena(edit), "%.*s/%.*s", STR_ARG(record_value(parent, p->path).text),
				  STR_ARG(key.text));
	return edit_set(edit, p->path, value_text(path), error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct tree *p = call->parameters;
	int64_t *below;
	size_t count;
	enum status status;

	if (edit_is_new(edit) || !edit_changes(edit, p->path))
		return OK;
	status = lookup_dependants(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->parent,
				   edit_after(edit)->identity, &below, &count, error);
	for (size_t i = 0; i < count && !status; i++) {
		struct edit_request request = {.record = below[i], .reconsider = true, .via = VIA_JOB};
		struct edit_result result;

		status = edit_follow_up(edit, &request, &result, error);
	}
	return status;
}

const struct behaviour behaviour_tree = {.name = "tree", .load = load, .derive = derive, .after = after};

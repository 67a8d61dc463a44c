#include "job/import_mapping.h"

#include <fnmatch.h>
#include <string.h>

bool import_name_fits(struct str pattern, const char *path)
{
	char text[256];
	const char *name = strrchr(path, '/');

	if (!pattern.n || pattern.n >= sizeof(text))
		return false;
	memcpy(text, pattern.p, pattern.n);
	text[pattern.n] = '\0';
	return !fnmatch(text, name ? name + 1 : path, 0);
}

static enum status find_state(struct import_loading *loading, const struct type *type, struct place place,
			      struct str name, const struct state **state)
{
	*state = name.n ? type_state(type, name) : NULL;
	return *state || !name.n ? OK : import_fault(loading, place, N_("There is no state \"%s\""), name);
}

static enum status find_type(struct import_loading *loading, const struct node *node, const struct type **type)
{
	struct str name;
	enum status status = import_text(loading, node, "record", true, &name);

	if (status)
		return status;
	*type = model_type(loading->model, name);
	return *type ? OK : import_fault(loading, node->place, N_("There is no record type \"%s\""), name);
}

static enum status find_text_field(struct import_loading *loading, struct place place, const struct type *type,
				   struct str name, const struct field **field)
{
	*field = type_field(type, name);
	if (*field && (*field)->value == VALUE_TEXT && (*field)->kind != FIELD_COMPUTED)
		return OK;
	return import_fault(loading, place, N_("There is no text field \"%s\""), name);
}

/* --- references --- */

static enum status load_reference(struct import_loading *loading, struct str name, const struct node *node,
				  struct import_reference *reference)
{
	struct str by, state;
	enum status status;

	*reference = (struct import_reference){
	    .name = name, .index = loading->mapping->reference_count, .made = true, .place = node->place};
	if ((status = import_keys(loading, node, "record by state create fields")) ||
	    (status = find_type(loading, node, &reference->type)) ||
	    (status = import_text(loading, node, "by", true, &by)) ||
	    (status = find_text_field(loading, node->place, reference->type, by, &reference->by)) ||
	    (status = import_text(loading, node, "state", false, &state)) ||
	    (status = find_state(loading, reference->type, node->place, state, &reference->state)) ||
	    (status = import_text(loading, node, "create", false, &state)))
		return status;
	reference->made = !str_is(state, "false");
	return import_load_fields(loading, node_get(node, "fields"), reference->type, &reference->fields);
}

static enum status load_references(struct import_loading *loading, const struct node *node)
{
	if (!node)
		return OK;
	if (node->kind != NODE_MAPPING)
		return import_fault(loading, node->place, N_("Names with values are expected here"), (struct str){0});
	loading->mapping->references = arena_many(loading->arena, struct import_reference, node->count + 1);
	for (size_t i = 0; i < node->count; i++) {
		enum status status =
		    load_reference(loading, node->keys[i], node->items[i], &loading->mapping->references[i]);

		if (status)
			return status;
		loading->mapping->reference_count++;
	}
	return OK;
}

/* --- activities --- */

static enum status load_state_rule(struct import_loading *loading, const struct node *node, const struct type *type,
				   struct import_kind *kind)
{
	const struct node *state = node_get(node, "state");
	const struct str *from = NULL;
	struct str to;
	enum status status;

	if (!state)
		return OK;
	if (state->kind == NODE_SCALAR)
		return find_state(loading, type, state->place, state->text, &kind->to);
	if ((status = import_keys(loading, state, "to from")) ||
	    (status = import_text(loading, state, "to", true, &to)) ||
	    (status = find_state(loading, type, state->place, to, &kind->to)) ||
	    (status = import_list(loading, state, "from", &from, &kind->from_count)))
		return status;
	kind->from = arena_many(loading->arena, const struct state *, kind->from_count + 1);
	for (size_t i = 0; i < kind->from_count; i++)
		if ((status = find_state(loading, type, state->place, from[i], &kind->from[i])))
			return status;
	return OK;
}

static enum status load_one_kind(struct import_loading *loading, const struct node *node, const struct type *type,
				 struct import_kind *kind)
{
	enum status status;

	if ((status = import_keys(loading, node, "fields state comment")) ||
	    (status = load_state_rule(loading, node, type, kind)) ||
	    (status = import_load_source_at(loading, node, "comment", &kind->comment)))
		return status;
	return import_load_fields(loading, node_get(node, "fields"), type, &kind->fields);
}

static enum status load_kinds(struct import_loading *loading, const struct node *node, const struct type *type,
			      struct import_activities *activities)
{
	const struct node *kinds = node_get(node, "kinds"), *otherwise = node_get(node, "otherwise");
	size_t declared = kinds && kinds->kind == NODE_MAPPING ? kinds->count : 0;
	enum status status;

	if (kinds && kinds->kind != NODE_MAPPING)
		return import_fault(loading, kinds->place, N_("Names with values are expected here"), (struct str){0});
	activities->kinds = arena_many(loading->arena, struct import_kind, declared + 1);
	for (size_t i = 0; i < declared; i++) {
		activities->kinds[i].name = kinds->keys[i];
		if ((status = load_one_kind(loading, kinds->items[i], type, &activities->kinds[i])))
			return status;
	}
	activities->kind_count = declared;
	if (!otherwise)
		return OK;
	activities->otherwise = &activities->kinds[activities->kind_count++];
	return load_one_kind(loading, otherwise, type, &activities->kinds[declared]);
}

static enum status load_activities(struct import_loading *loading, const struct node *node, struct import_pass *pass,
				   const struct import_format *base)
{
	struct import_activities *activities;
	enum status status;

	if (!node)
		return OK;
	pass->activities = activities = arena_one(loading->arena, struct import_activities);
	activities->place = node->place;
	if (!pass->key)
		return import_fault(loading, node->place, N_("Activities need the key of their records"),
				    (struct str){0});
	if ((status = import_keys(loading, node, "file format key at kind kinds otherwise")) ||
	    (status = import_text(loading, node, "file", true, &activities->file)) ||
	    (status = import_load_format(loading, node_get(node, "format"), base, &activities->format)) ||
	    (status = import_text(loading, node, "key", true, &activities->key)) ||
	    (status = import_text(loading, node, "at", true, &activities->at)) ||
	    (status = import_text(loading, node, "kind", true, &activities->kind)))
		return status;
	return load_kinds(loading, node, pass->type, activities);
}

/* --- passes --- */

static enum status load_skips(struct import_loading *loading, const struct node *node, struct import_pass *pass)
{
	if (!node)
		return OK;
	if (node->kind != NODE_SEQUENCE)
		return import_fault(loading, node->place, N_("\"%s\" is a list"), S("skip"));
	pass->skips = arena_many(loading->arena, struct import_skip, node->count + 1);
	for (size_t i = 0; i < node->count; i++) {
		struct import_skip *skip = &pass->skips[pass->skip_count++];
		struct str empty;
		enum status status;

		if ((status = import_keys(loading, node->items[i], "column empty equals reason")) ||
		    (status = import_text(loading, node->items[i], "column", true, &skip->column)) ||
		    (status = import_text(loading, node->items[i], "empty", false, &empty)) ||
		    (status = import_list(loading, node->items[i], "equals", &skip->equals, &skip->equal_count)) ||
		    (status = import_text(loading, node->items[i], "reason", true, &skip->reason)))
			return status;
		skip->when_empty = str_is(empty, "true");
	}
	return OK;
}

static enum status load_ensures(struct import_loading *loading, const struct node *node, struct import_pass *pass)
{
	if (!node)
		return OK;
	if (node->kind != NODE_SEQUENCE)
		return import_fault(loading, node->place, N_("\"%s\" is a list"), S("ensure"));
	pass->ensures = arena_many(loading->arena, struct import_source, node->count + 1);
	for (size_t i = 0; i < node->count; i++) {
		enum status status = import_load_source(loading, node->items[i], &pass->ensures[pass->ensure_count]);

		if (status)
			return status;
		if (!pass->ensures[pass->ensure_count++].reference)
			return import_fault(loading, node->items[i]->place, N_("\"%s\" is missing"), S("reference"));
	}
	return OK;
}

static enum status load_ends(struct import_loading *loading, const struct node *node, struct import_pass *pass)
{
	enum status status;

	if (!node)
		return OK;
	pass->ends = arena_one(loading->arena, struct import_ends);
	if ((status = import_keys(loading, node, "at state fields")) ||
	    (status = import_text(loading, node, "at", false, &pass->ends->at)) ||
	    (status = import_load_source_at(loading, node, "state", &pass->ends->state)))
		return status;
	return import_load_fields(loading, node_get(node, "fields"), pass->type, &pass->ends->fields);
}

static enum status load_where(struct import_loading *loading, const struct node *node, const struct type *type,
			      struct import_check *check)
{
	struct error own = {0};
	char text[ERROR_STORE];
	struct str where;
	enum status status;

	if ((status = import_text(loading, node, "column", true, &check->column)) ||
	    (status = import_text(loading, node, "is", false, &check->is)) ||
	    (status = import_text(loading, node, "where", true, &where)))
		return status;
	if (!query_parse(loading->arena, type->query, where, &check->where, &own))
		return OK;
	error_text(&own, text, sizeof(text));
	return import_fault(loading, node->place, "%s", str_of(text));
}

static enum status load_check(struct import_loading *loading, const struct node *node, const struct type *type,
			      struct import_check *check)
{
	enum status status;

	check->place = node->place;
	if ((status = import_keys(loading, node, "count equals column is where label")) ||
	    (status = import_text(loading, node, "label", true, &check->label)))
		return status;
	if (node_get(node, "where"))
		return load_where(loading, node, type, check);
	status = import_text(loading, node, "count", true, &check->count);
	return status ? status : import_text(loading, node, "equals", true, &check->equals);
}

static enum status load_checks(struct import_loading *loading, const struct node *node, struct import_pass *pass)
{
	if (!node)
		return OK;
	if (node->kind != NODE_SEQUENCE)
		return import_fault(loading, node->place, N_("\"%s\" is a list"), S("reconcile"));
	pass->checks = arena_many(loading->arena, struct import_check, node->count + 1);
	for (size_t i = 0; i < node->count; i++) {
		enum status status =
		    load_check(loading, node->items[i], pass->type, &pass->checks[pass->check_count++]);

		if (status)
			return status;
	}
	return OK;
}

static enum status load_key(struct import_loading *loading, const struct node *node, struct import_pass *pass)
{
	if (!node)
		return OK;
	if (node->kind != NODE_MAPPING || node->count != 1 || node->items[0]->kind != NODE_SCALAR)
		return import_fault(loading, node->place, N_("A key is one field and its column"), (struct str){0});
	pass->key_column = node->items[0]->text;
	return find_text_field(loading, node->place, pass->type, node->keys[0], &pass->key);
}

static enum status load_pass(struct import_loading *loading, const struct node *node, const struct import_format *base,
			     struct import_pass *pass)
{
	enum status status;

	pass->place = node->place;
	if ((status = import_keys(
		 loading, node,
		 "file format record key skip at on_behalf state fields ensure ends activities reconcile")) ||
	    (status = import_text(loading, node, "file", true, &pass->file)) ||
	    (status = import_load_format(loading, node_get(node, "format"), base, &pass->format)) ||
	    (status = load_skips(loading, node_get(node, "skip"), pass)) ||
	    (status = load_ensures(loading, node_get(node, "ensure"), pass)))
		return status;
	if (!node_get(node, "record"))
		return pass->ensure_count ? OK
					  : import_fault(loading, node->place, N_("\"%s\" is missing"), S("record"));
	if ((status = find_type(loading, node, &pass->type)) ||
	    (status = load_key(loading, node_get(node, "key"), pass)) ||
	    (status = import_text(loading, node, "at", false, &pass->at)) ||
	    (status = import_load_source_at(loading, node, "on_behalf", &pass->on_behalf)) ||
	    (status = import_load_source_at(loading, node, "state", &pass->state)) ||
	    (status = import_load_fields(loading, node_get(node, "fields"), pass->type, &pass->fields)) ||
	    (status = load_ends(loading, node_get(node, "ends"), pass)) ||
	    (status = load_activities(loading, node_get(node, "activities"), pass, base)))
		return status;
	return load_checks(loading, node_get(node, "reconcile"), pass);
}

enum status import_mapping_load(struct arena *arena, const struct model *model, const char *file, struct str text,
				const struct import_mapping **out, struct error *error)
{
	struct import_mapping *mapping = arena_one(arena, struct import_mapping);
	struct import_loading loading = {.arena = arena, .model = model, .mapping = mapping, .error = error};
	struct import_format base = {.zone = zone_open(S("UTC"))}, format;
	const struct node *files;
	struct node *root;
	enum status status;

	if ((status = node_parse(arena, file, text, &root, error)) ||
	    (status = import_keys(&loading, root, "format references files")) ||
	    (status = import_load_format(&loading, node_get(root, "format"), &base, &format)) ||
	    (status = load_references(&loading, node_get(root, "references"))))
		return status;
	files = node_get(root, "files");
	if (!files || files->kind != NODE_SEQUENCE || !files->count)
		return import_fault(&loading, root->place, N_("\"%s\" is missing"), S("files"));
	mapping->passes = arena_many(arena, struct import_pass, files->count);
	for (size_t i = 0; i < files->count; i++)
		if ((status = load_pass(&loading, files->items[i], &format, &mapping->passes[mapping->pass_count++])))
			return status;
	*out = mapping;
	return OK;
}

/* inherit: what a record leaves empty is taken from a record that it names, or from the nearest one above that.
 *
 * Parameters: from: reference (a category); parent: the reference by which its type forms a tree (optional); fields:
 * {own field: field there}. Looked at when the record is new and when the reference changes; what people have said
 * themselves stays. A links field takes a single reference as well. */
#include "behaviour/behaviours.h"

#include "model/node.h"
#include "record/lookup.h"

struct inheritance {
	const struct field *into, *of;
};

struct inherit {
	const struct field *from, *parent;
	struct inheritance *items;
	size_t count;
};

static bool fits(const struct field *into, const struct field *of)
{
	if (into->kind == FIELD_LINKS)
		return of->to == into->to && (of->value == VALUE_RECORD || of->value == VALUE_LIST);
	return into->value == of->value && into->to == of->to && into->choices == of->choices;
}

static enum status load_items(struct behaviour_loading *loading, struct inherit *p, struct error *error)
{
	const struct node *node = loading->use->parameters ? node_get(loading->use->parameters, "fields") : NULL;

	if (!node || node->kind != NODE_MAPPING || !node->count)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "fields", error);
	p->items = arena_many(loading->arena, struct inheritance, node->count);
	for (size_t i = 0; i < node->count; i++) {
		struct inheritance *item = &p->items[p->count++];

		item->into = type_field(loading->type, node->keys[i]);
		item->of = type_field(p->from->to, node->items[i]->text);
		if (!item->into || !item->of)
			return load_fail(loading, "fields", N_("There is no field \"%s\""),
					 str_c(loading->arena, item->into ? node->items[i]->text : node->keys[i]),
					 error);
		if (!fits(item->into, item->of))
			return load_fail(loading, "fields", N_("\"%s\" holds something else there"),
					 str_c(loading->arena, node->keys[i]), error);
	}
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"from", "parent", "fields", NULL};
	struct inherit *p = arena_one(loading->arena, struct inherit);
	struct str parent;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "from", true, &p->from, error)) ||
	    (status = load_text(loading, "parent", false, &parent, error)))
		return status;
	if (!p->from->to || p->from->kind == FIELD_LINKS)
		return load_fail(loading, "from", N_("The field must be a reference"), NULL, error);
	if (parent.n) {
		p->parent = type_field(p->from->to, parent);
		if (!p->parent || p->parent->to != p->from->to)
			return load_fail(loading, "parent", N_("There is no field \"%s\""),
					 str_c(loading->arena, parent), error);
	}
	return load_items(loading, p, error);
}

static struct value as_list(struct arena *arena, struct value value)
{
	struct value *items = arena_one(arena, struct value);

	*items = value;
	return (struct value){.kind = VALUE_LIST, .list = {.items = items, .count = 1}};
}

static enum status take(struct edit *edit, const struct inherit *p, const struct inheritance *item, int64_t source,
			struct error *error)
{
	struct value there;
	enum status status;

	if (!value_is_empty(edit_value(edit, item->into)) || edit_overrides(edit, item->into))
		return OK;
	status = lookup_inherited(edit_kernel(edit), edit_connection(edit), edit_arena(edit), source, p->parent,
				  item->of, &there, error);
	if (status || value_is_empty(there))
		return status;
	if (item->into->kind == FIELD_LINKS && there.kind == VALUE_RECORD)
		there = as_list(edit_arena(edit), there);
	return edit_set(edit, item->into, there, error);
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct inherit *p = call->parameters;
	struct value from = edit_value(edit, p->from);
	enum status status = OK;

	if (from.kind != VALUE_RECORD || (!edit_is_new(edit) && !edit_changes(edit, p->from)))
		return OK;
	for (size_t i = 0; i < p->count && !status; i++)
		status = take(edit, p, &p->items[i], from.number, error);
	return status;
}

const struct behaviour behaviour_inherit = {.name = "inherit", .load = load, .derive = derive};

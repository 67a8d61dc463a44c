/* What a type suggests to whoever writes one of its records: similar ones, and answers that are known. */
#include "model/load.h"

/* Values of both can be the same: they refer to one type, or choose from one set. */
static bool is_alike(const struct field *mine, const struct field *theirs)
{
	if (mine->to)
		return mine->to == theirs->to;
	return mine->kind == FIELD_CHOICE && theirs->kind == FIELD_CHOICE && mine->choices == theirs->choices;
}

static void read_same(struct load *load, const struct type *type, const struct node *node,
		      struct suggestion *suggestion)
{
	size_t count;
	const struct node **names = read_items(load, node, "same", &count);

	suggestion->mine = arena_many(load->arena, const struct field *, count);
	suggestion->theirs = arena_many(load->arena, const struct field *, count);
	for (size_t i = 0; i < count; i++) {
		const struct field *mine = field_named(load, type, names[i]->text, names[i]->place);
		const struct field *theirs =
		    mine ? field_named(load, suggestion->to, names[i]->text, names[i]->place) : NULL;

		if (!theirs)
			continue;
		if (!is_alike(mine, theirs)) {
			fault(load, names[i]->place, "\"%s\" cannot be the same in both types",
			      text_of(load, names[i]->text));
			continue;
		}
		suggestion->mine[suggestion->same_count] = mine;
		suggestion->theirs[suggestion->same_count++] = theirs;
	}
}

static bool is_tie(const struct link_kind *link, const struct field *field, const struct type *to)
{
	return (link && link->to == to) || (field && field->kind == FIELD_REFERENCE && field->to == to);
}

/* A link, or a reference field. */
static void read_link(struct load *load, const struct type *type, const struct node *node,
		      struct suggestion *suggestion)
{
	const struct node *given = node_get(node, "link");
	struct str name = read_text(load, node, "link"), all = {0};
	const struct link_kind *link = type_link(type, name);
	const struct field *field = link ? NULL : type_field(type, name);

	if (!given)
		return;
	if (is_tie(link, field, suggestion->to)) {
		suggestion->link = link;
		suggestion->sets = field;
		return;
	}
	for (size_t i = 0; i < type->link_count; i++)
		if (is_tie(type->links[i], NULL, suggestion->to))
			all = words_add(load, all, type->links[i]->name);
	for (size_t i = 0; i < type->field_count; i++)
		if (is_tie(NULL, type->fields[i], suggestion->to))
			all = words_add(load, all, type->fields[i]->name);
	fault_unknown(load, given->place, "link", name, all);
}

static void read_suggestion(struct load *load, struct type *type, const struct node *node)
{
	struct suggestion *suggestion = &type->suggestions[type->suggestion_count];
	const struct node *shows = node_get(node, "shows");
	struct str name, all = {0};

	if (!read_mapping(load, node, "A suggestion"))
		return;
	read_keys(load, node, "type when same link shows");
	name = read_text(load, node, "type");
	suggestion->place = node->place;
	suggestion->to = map_get(&load->model->types_by_name, name);
	if (!suggestion->to) {
		for (size_t i = 0; i < load->types.count; i++)
			all = words_add(load, all, load->types.items[i]->name);
		fault_unknown(load, node->place, "record type", name, all);
		return;
	}
	type->suggestion_count++;
	suggestion->when = read_expression(load, suggestion->to, node, "when");
	read_same(load, type, node, suggestion);
	read_link(load, type, node, suggestion);
	if (shows)
		suggestion->shows = field_named(load, suggestion->to, read_text(load, node, "shows"), shows->place);
	if (suggestion->shows)
		suggestion->shows_ja =
		    type_field(suggestion->to, str_format(load->arena, "%.*s_ja", STR_ARG(suggestion->shows->name)));
	if (suggestion->shows && suggestion->shows->value != VALUE_TEXT)
		fault(load, shows->place, "\"%s\" must be a text", text_of(load, suggestion->shows->name));
}

void resolve_suggestions(struct load *load, struct draft *draft)
{
	const struct node *list = node_get(draft->node, "suggests");

	if (!list)
		return;
	if (list->kind != NODE_SEQUENCE) {
		fault(load, list->place, "\"%s\" must be a list", "suggests");
		return;
	}
	draft->type->suggestions = arena_many(load->arena, struct suggestion, list->count);
	for (size_t i = 0; i < list->count; i++)
		read_suggestion(load, draft->type, list->items[i]);
}

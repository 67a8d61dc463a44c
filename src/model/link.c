#include "model/load.h"

static struct link_kind *add_link(struct load *load, struct draft *draft, struct str name, struct place place)
{
	struct link_kind *link;

	for (size_t i = 0; i < draft->type->link_count; i++)
		if (str_eq(draft->type->links[i]->name, name)) {
			fault(load, place, "The link \"%s\" is declared twice", text_of(load, name));
			return NULL;
		}
	link = arena_one(load->arena, struct link_kind);
	link->name = name;
	link->kind = str_format(load->arena, "%.*s.%.*s", STR_ARG(draft->type->name), STR_ARG(name));
	link->from = draft->type;
	link->place = place;
	draft->type->links =
	    arena_grow(load->arena, draft->type->links, draft->type->link_count * sizeof(struct link_kind *),
		       (draft->type->link_count + 1) * sizeof(struct link_kind *));
	draft->type->links[draft->type->link_count++] = link;
	return link;
}

/* Both ends learn of the link, in their own words: has link(caused_by) here, has link(caused_incidents) there. */
static void connect(struct load *load, struct link_kind *link, const struct node *node)
{
	struct draft *here = &load->drafts.items[link->from->index], *there = &load->drafts.items[link->to->index];
	struct str back_name = read_text(load, node, "back_name");
	struct query_link *forth = arena_one(load->arena, struct query_link),
			  *back = arena_one(load->arena, struct query_link);
	struct type *target = there->type;

	if (back_name.n)
		name_is_good(load, back_name, node_get(node, "back_name")->place, "link");
	else
		back_name = str_format(load->arena, "%.*s_%.*s", STR_ARG(link->from->name), STR_ARG(link->name));
	*forth = (struct query_link){.name = link->name, .kind = link->kind, .to = there->query};
	*back = (struct query_link){.name = back_name, .kind = link->kind, .to = here->query, .backwards = true};
	if (map_get(&here->query->links, forth->name))
		fault(load, link->place, "Another link is called \"%s\" here", text_of(load, forth->name));
	map_put(&here->query->links, forth->name, forth);
	if (map_get(&there->query->links, back->name))
		fault(load, link->place, "Another link is called \"%s\" at the other end: give it a back_name",
		      text_of(load, back->name));
	map_put(&there->query->links, back->name, back);
	target->back_links =
	    arena_grow(load->arena, target->back_links, target->back_link_count * sizeof(struct link_kind *),
		       (target->back_link_count + 1) * sizeof(struct link_kind *));
	target->back_links[target->back_link_count++] = link;
}

static void resolve_link(struct load *load, struct draft *draft, struct str name, struct place place,
			 const struct node *node)
{
	struct link_kind *link;
	struct str to, all = {0};

	if (!name_is_good(load, name, place, "link") || !read_mapping(load, node, "A link"))
		return;
	read_keys(load, node, "to label back back_name one public");
	link = add_link(load, draft, name, place);
	if (!link)
		return;
	to = read_text(load, node, "to");
	link->to = map_get(&load->model->types_by_name, to);
	link->label = read_label_or_name(load, node, "label", name);
	link->back = read_label_or_name(load, node, "back", name);
	link->one = read_flag(load, node, "one", false);
	link->is_public = read_flag(load, node, "public", false);
	for (size_t i = 0; !link->to && i < load->types.count; i++)
		all = words_add(load, all, load->types.items[i]->name);
	if (!to.n)
		fault(load, place, "A link needs \"to\"");
	else if (!link->to)
		fault_unknown(load, node_get(node, "to")->place, "record type", to, all);
	else
		connect(load, link, node);
}

static void resolve_links_field(struct load *load, struct draft *draft, struct field *field, const struct node *node)
{
	struct str name = read_text(load, node, "name");
	struct link_kind *link;

	if (!field->to || (name.n && !name_is_good(load, name, node_get(node, "name")->place, "link")))
		return;
	link = add_link(load, draft, name.n ? name : field->name, field->place);
	if (!link)
		return;
	link->to = field->to;
	link->label = field->label;
	link->back = read_label_or_name(load, node, "back", field->type->name);
	link->is_public = field->is_public;
	link->field = field;
	field->link = link->kind;
	connect(load, link, node);
}

void resolve_links(struct load *load, struct draft *draft)
{
	const struct node *mapping = node_get(draft->node, "links"), *fields = node_get(draft->node, "fields");

	for (size_t i = 0; i < draft->type->field_count; i++) {
		struct field *field = draft->type->fields[i];

		if (field->kind == FIELD_LINKS)
			resolve_links_field(load, draft, field, node_get(fields, text_of(load, field->name)));
	}
	if (!mapping || !read_mapping(load, mapping, "\"links\""))
		return;
	for (size_t i = 0; i < mapping->count; i++)
		resolve_link(load, draft, mapping->keys[i], mapping->key_places[i], mapping->items[i]);
}

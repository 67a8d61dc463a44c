/* How far the failure of a record spreads: through what depends on it, to what that supports, and how grave it is
 * there. */
#include "model/load.h"

static const struct link_kind *own_link(struct load *load, const struct type *type, const struct node *node)
{
	struct str name = read_text(load, node, "through"), all = {0};
	const struct link_kind *link = name.n ? type_link(type, name) : NULL;

	if (!name.n || (link && link->to == type))
		return link;
	for (size_t i = 0; i < type->link_count; i++)
		if (type->links[i]->to == type)
			all = words_add(load, all, type->links[i]->name);
	fault_unknown(load, node_get(node, "through")->place, "link", name, all);
	return NULL;
}

/* proposes: {of: impact, vital: critical, ...}: for each code of the ranking choices one of the proposed set. */
static void read_proposals(struct load *load, const struct node *node, struct spread *spread)
{
	const struct node *given = node_get(node, "proposes");
	const struct choice_set *ranks = spread->by->choices;
	struct str name;

	if (!given || !read_mapping(load, given, "\"proposes\"")) {
		fault(load, spread->place, "\"spreads\" needs \"%s\"", "proposes");
		return;
	}
	name = read_text(load, given, "of");
	spread->of = map_get(&load->model->choices_by_name, name);
	if (!spread->of) {
		fault_unknown(load, given->place, "set of choices", name, (struct str){0});
		return;
	}
	spread->codes = arena_many(load->arena, struct str, ranks->count);
	for (size_t i = 0; i < ranks->count; i++) {
		spread->codes[i] = read_text(load, given, text_of(load, ranks->choices[i].code));
		if (!choice_find(spread->of, spread->codes[i]))
			fault(load, given->place, "\"proposes\" must say a choice of \"%s\" for \"%s\"",
			      text_of(load, name), text_of(load, ranks->choices[i].code));
	}
}

static bool read_ends(struct load *load, const struct type *type, const struct node *node, struct spread *spread)
{
	const struct node *to = node_get(node, "to"), *by = node_get(node, "by");

	if (!to || !by) {
		fault(load, spread->place, "\"spreads\" needs \"%s\"", to ? "by" : "to");
		return false;
	}
	spread->reaches = field_named(load, type, read_text(load, node, "to"), to->place);
	if (!spread->reaches)
		return false;
	if (spread->reaches->kind != FIELD_LINKS) {
		fault(load, to->place, "\"%s\" must be a field of links", "to");
		return false;
	}
	spread->by = field_named(load, spread->reaches->to, read_text(load, node, "by"), by->place);
	if (spread->by && spread->by->kind != FIELD_CHOICE) {
		fault(load, by->place, "\"%s\" must be a choice", "by");
		return false;
	}
	return spread->by != NULL;
}

void resolve_spread(struct load *load, struct draft *draft)
{
	const struct node *node = node_get(draft->node, "spreads");
	const struct type *agreement = load->model->acting[ACTS_AGREEMENT];
	struct spread *spread = arena_one(load->arena, struct spread);

	if (!node || !read_mapping(load, node, "\"spreads\""))
		return;
	read_keys(load, node, "through to by proposes agreed");
	spread->place = node->place;
	spread->through = own_link(load, draft->type, node);
	if (!read_ends(load, draft->type, node, spread))
		return;
	read_proposals(load, node, spread);
	if (agreement)
		spread->agreed = read_expression(load, agreement, node, "agreed");
	draft->type->spread = spread;
}

/* `like: TYPE`: a record type that is declared as another one is, and says only what differs.
 *
 * It takes over fields, states, transitions, links, behaviours, lists and access; what the other is called, what it
 * acts as and what refers to it alone stays there. What the declaration says itself is laid over that as an overlay is
 * laid over a process, but for behaviours: those that it names take the place of the other's of the same name, and
 * further ones follow. */
#include "model/load.h"

enum { LIKE_DEPTH = 8 };

static const char *const own_keys[] = {"prefix", "collection", "label",   "plural",   "help",   "clause",
				       "jump",   "was",        "acts_as", "seeds",    "portal", "mail",
				       "number", "figures",    "answers", "suggests", "spreads"};

static const struct node *declared(const struct load *load, struct str name)
{
	for (size_t i = 0; i < load->documents.count; i++) {
		const struct node *records = node_get(load->documents.items[i], "records");

		for (size_t k = 0; records && records->kind == NODE_MAPPING && k < records->count; k++)
			if (str_eq(records->keys[k], name) && records->items[k]->kind == NODE_MAPPING)
				return records->items[k];
	}
	return NULL;
}

static struct str behaviour_name(const struct node *node)
{
	return node->kind == NODE_SCALAR                        ? node->text
	       : node->kind == NODE_MAPPING && node->count == 1 ? node->keys[0]
								: (struct str){0};
}

static bool names(const struct node *list, size_t until, struct str name)
{
	for (size_t i = 0; i < until; i++)
		if (str_eq(behaviour_name(list->items[i]), name))
			return true;
	return false;
}

static void add_named(struct node *list, const struct node *from, struct str name)
{
	for (size_t i = 0; i < from->count; i++)
		if (str_eq(behaviour_name(from->items[i]), name))
			list->items[list->count++] = from->items[i];
}

static const struct node *join(struct load *load, const struct node *base, const struct node *own)
{
	struct node *joined = arena_one(load->arena, struct node);

	*joined = *own;
	joined->count = 0;
	joined->items = arena_many(load->arena, const struct node *, base->count + own->count + 1);
	for (size_t i = 0; i < base->count; i++) {
		struct str name = behaviour_name(base->items[i]);

		if (!names(own, own->count, name))
			joined->items[joined->count++] = base->items[i];
		else if (!names(base, i, name))
			add_named(joined, own, name);
	}
	for (size_t i = 0; i < own->count; i++)
		if (!names(base, base->count, behaviour_name(own->items[i])))
			joined->items[joined->count++] = own->items[i];
	return joined;
}

static const struct node *with(struct load *load, const struct node *mapping, const char *key, const struct node *value)
{
	struct node *over = arena_one(load->arena, struct node);

	*over = (struct node){.kind = NODE_MAPPING, .place = value->place, .count = 1};
	over->keys = arena_many(load->arena, struct str, 1);
	over->key_places = arena_many(load->arena, struct place, 1);
	over->items = arena_many(load->arena, const struct node *, 1);
	over->keys[0] = str_of(key);
	over->key_places[0] = value->place;
	over->items[0] = value;
	return node_merge(load->arena, node_without(load->arena, mapping, key), over);
}

static const struct node *liken(struct load *load, const struct node *node, unsigned depth)
{
	const struct node *like = node_get(node, "like"), *base, *behaviours, *own = node_get(node, "behaviours");

	if (!like)
		return node;
	node = node_without(load->arena, node, "like");
	base = like->kind == NODE_SCALAR ? declared(load, like->text) : NULL;
	if (!base || depth > LIKE_DEPTH) {
		fault(load, like->place,
		      base ? "\"like\" leads round in a circle" : "\"like\" names no record type: \"%s\"",
		      like->kind == NODE_SCALAR ? text_of(load, like->text) : "");
		return node;
	}
	base = liken(load, base, depth + 1);
	for (size_t i = 0; i < sizeof(own_keys) / sizeof(*own_keys); i++)
		base = node_without(load->arena, base, own_keys[i]);
	behaviours = node_get(base, "behaviours");
	node = node_merge(load->arena, base, node);
	if (behaviours && own && behaviours->kind == NODE_SEQUENCE && own->kind == NODE_SEQUENCE)
		node = with(load, node, "behaviours", join(load, behaviours, own));
	return node;
}

const struct node *type_node(struct load *load, const struct node *node)
{
	return node->kind == NODE_MAPPING ? liken(load, node, 0) : node;
}

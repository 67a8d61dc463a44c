#include "model/node.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/map.h"

enum { MOST_BYTES = 1 << 20, MOST_DEPTH = 32 };

struct reader {
	struct arena *arena;
	const char *file;
	yaml_parser_t *parser;
	struct error *error;
};

#define PARSER __attribute__((cleanup(yaml_parser_delete))) yaml_parser_t
#define EVENT __attribute__((cleanup(yaml_event_delete))) yaml_event_t

static enum status refuse(struct reader *r, size_t line, const char *message, const char *argument)
{
	struct str field = str_format(r->arena, "%s:%zu", r->file, line);

	return error_fail_at(r->error, E_SYNTAX, field, "yaml", message, argument);
}

static enum status next_event(struct reader *r, yaml_event_t *event)
{
	if (yaml_parser_parse(r->parser, event))
		return OK;
	return refuse(r, r->parser->problem_mark.line + 1, "This is no valid YAML: %s",
		      r->parser->problem ? r->parser->problem : "unreadable");
}

static size_t line_of(const yaml_event_t *event)
{
	return event->start_mark.line + 1;
}

static bool tag_is_core(const yaml_char_t *tag)
{
	static const char prefix[] = "tag:yaml.org,2002:";

	return !tag || !strcmp((const char *)tag, "!") || !strncmp((const char *)tag, prefix, sizeof(prefix) - 1);
}

/* Names for parts of the document would let one line stand for many: what is declared must stand where it is read. */
static enum status check_event(struct reader *r, const yaml_event_t *event, unsigned depth)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	if (event->type == YAML_SCALAR_EVENT) {
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
	} else if (event->type == YAML_ALIAS_EVENT) {
		return refuse(r, line_of(event), "Aliases are not allowed: write the part out", NULL);
	}
	if (anchor)
		return refuse(r, line_of(event), "Anchors are not allowed: write the part out", NULL);
	if (!tag_is_core(tag))
		return refuse(r, line_of(event), "The tag \"%s\" is not allowed", (const char *)tag);
	if (depth > MOST_DEPTH)
		return refuse(r, line_of(event), "Parts are nested too deeply", NULL);
	return OK;
}

static enum status read_node(struct reader *r, yaml_event_t *event, unsigned depth, struct node **out);

static enum status read_sequence(struct reader *r, struct node *node, unsigned depth)
{
	VEC(const struct node *) items = {0};

	for (;;) {
		EVENT event = {0};
		struct node *item = NULL;
		enum status status = next_event(r, &event);

		if (status)
			return status;
		if (event.type == YAML_SEQUENCE_END_EVENT)
			break;
		status = read_node(r, &event, depth + 1, &item);
		if (status)
			return status;
		vec_push(r->arena, &items, item);
	}
	node->items = items.items;
	node->count = items.count;
	return OK;
}

static enum status read_entry(struct reader *r, yaml_event_t *event, unsigned depth, struct map *seen,
			      struct node **key, struct node **value)
{
	EVENT after = {0};
	enum status status;

	if (event->type != YAML_SCALAR_EVENT && event->type != YAML_ALIAS_EVENT)
		return refuse(r, line_of(event), "A key must be plain text", NULL);
	status = read_node(r, event, depth + 1, key);
	if (status)
		return status;
	if (map_get(seen, (*key)->text))
		return refuse(r, line_of(event), "The key \"%s\" stands here twice", str_c(r->arena, (*key)->text));
	map_put(seen, (*key)->text, *key);
	status = next_event(r, &after);
	if (status)
		return status;
	status = read_node(r, &after, depth + 1, value);
	/* A block begins on the line after its key; people look for the key. */
	if (!status && (*value)->kind != NODE_SCALAR)
		(*value)->place = (*key)->place;
	return status;
}

static enum status read_mapping(struct reader *r, struct node *node, unsigned depth)
{
	VEC(const struct node *) items = {0};
	VEC(struct str) keys = {0};
	VEC(struct place) places = {0};
	struct map seen = map_new(r->arena);

	for (;;) {
		EVENT event = {0};
		struct node *key = NULL, *value = NULL;
		enum status status = next_event(r, &event);

		if (status)
			return status;
		if (event.type == YAML_MAPPING_END_EVENT)
			break;
		status = read_entry(r, &event, depth, &seen, &key, &value);
		if (status)
			return status;
		vec_push(r->arena, &keys, key->text);
		vec_push(r->arena, &places, key->place);
		vec_push(r->arena, &items, value);
	}
	node->keys = keys.items;
	node->key_places = places.items;
	node->items = items.items;
	node->count = items.count;
	return OK;
}

static enum status read_node(struct reader *r, yaml_event_t *event, unsigned depth, struct node **out)
{
	struct node *node = arena_one(r->arena, struct node);
	enum status status = check_event(r, event, depth);

	if (status)
		return status;
	node->place = (struct place){r->file, (unsigned)line_of(event)};
	*out = node;
	if (event->type == YAML_SEQUENCE_START_EVENT) {
		node->kind = NODE_SEQUENCE;
		return read_sequence(r, node, depth);
	}
	if (event->type == YAML_MAPPING_START_EVENT) {
		node->kind = NODE_MAPPING;
		return read_mapping(r, node, depth);
	}
	node->kind = NODE_SCALAR;
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	node->text = str_dup(r->arena, (struct str){(const char *)event->data.scalar.value, event->data.scalar.length});
	return OK;
}

static enum status read_document(struct reader *r, struct node **out)
{
	*out = NULL;
	for (;;) {
		EVENT event = {0};
		enum status status = next_event(r, &event);

		if (status)
			return status;
		if (event.type == YAML_STREAM_END_EVENT)
			break;
		if (event.type == YAML_STREAM_START_EVENT || event.type == YAML_DOCUMENT_START_EVENT ||
		    event.type == YAML_DOCUMENT_END_EVENT)
			continue;
		if (*out)
			return refuse(r, line_of(&event), "A file holds one document only", NULL);
		status = read_node(r, &event, 1, out);
		if (status)
			return status;
	}
	return *out ? OK : refuse(r, 1, "The file is empty", NULL);
}

enum status node_parse(struct arena *arena, const char *file, struct str text, struct node **node, struct error *error)
{
	PARSER parser;
	struct reader reader = {.arena = arena, .file = file, .parser = &parser, .error = error};

	*node = NULL;
	/* An empty slice may have no pointer, which libyaml does not take. */
	if (!yaml_parser_initialize(&parser))
		return refuse(&reader, 1, "The YAML library cannot start", NULL);
	if (text.n > MOST_BYTES)
		return refuse(&reader, 1, "The file is larger than 1 MB", NULL);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)(text.n ? text.p : ""), text.n);
	return read_document(&reader, node);
}

const struct node *node_get(const struct node *mapping, const char *key)
{
	if (!mapping || mapping->kind != NODE_MAPPING)
		return NULL;
	for (size_t i = 0; i < mapping->count; i++)
		if (str_is(mapping->keys[i], key))
			return mapping->items[i];
	return NULL;
}

static bool node_removes(const struct node *node)
{
	return node->kind == NODE_SCALAR && !node->quoted &&
	       (node->text.n == 0 || str_is(node->text, "~") || str_is(node->text, "null"));
}

/* Where the key stands; the mapping's count when it does not. */
static size_t find(const struct node *mapping, struct str key)
{
	size_t at = 0;

	while (at < mapping->count && !str_eq(mapping->keys[at], key))
		at++;
	return at;
}

static void put(struct node *mapping, const struct node *from, size_t i, const struct node *value)
{
	size_t at = find(mapping, from->keys[i]);

	mapping->keys[at] = from->keys[i];
	mapping->key_places[at] = from->key_places[i];
	mapping->items[at] = value;
	if (at == mapping->count)
		mapping->count++;
}

const struct node *node_merge(struct arena *arena, const struct node *base, const struct node *over)
{
	struct node *merged;

	if (base->kind != NODE_MAPPING || over->kind != NODE_MAPPING)
		return over;
	merged = arena_one(arena, struct node);
	*merged = *base;
	merged->count = 0;
	merged->keys = arena_many(arena, struct str, base->count + over->count);
	merged->key_places = arena_many(arena, struct place, base->count + over->count);
	merged->items = arena_many(arena, const struct node *, base->count + over->count);
	for (size_t i = 0; i < base->count; i++) {
		size_t at = find(over, base->keys[i]);

		if (at == over->count || !node_removes(over->items[at]))
			put(merged, base, i, base->items[i]);
	}
	for (size_t i = 0; i < over->count; i++) {
		const struct node *value = over->items[i];
		size_t at = find(base, over->keys[i]);

		if (!node_removes(value))
			put(merged, over, i, at < base->count ? node_merge(arena, base->items[at], value) : value);
	}
	return merged;
}

const struct node *node_without(struct arena *arena, const struct node *mapping, const char *key)
{
	struct node *less = arena_one(arena, struct node);

	*less = *mapping;
	less->count = 0;
	less->keys = arena_many(arena, struct str, mapping->count);
	less->key_places = arena_many(arena, struct place, mapping->count);
	less->items = arena_many(arena, const struct node *, mapping->count);
	for (size_t i = 0; i < mapping->count; i++)
		if (!str_is(mapping->keys[i], key))
			put(less, mapping, i, mapping->items[i]);
	return less;
}

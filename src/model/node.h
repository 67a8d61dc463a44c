/* node: a YAML document as a tree that remembers where each part stood. */
#ifndef MODEL_NODE_H
#define MODEL_NODE_H

#include "base/error.h"

struct arena;

struct place { /* where something was declared */
	const char *file;
	unsigned line; /* from 1 */
};

enum node_kind { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING };

struct node {
	enum node_kind kind;
	struct place place;
	struct str text;  /* scalar */
	bool quoted;      /* scalar: written with quotes, so "1" is text and no number */
	struct str *keys; /* mapping, in the order of the file */
	struct place *key_places;
	const struct node **items; /* sequence and mapping values */
	size_t count;
};

/* Parses one document. Errors carry "file:line: ..." (field = "file:line"). Aliases, anchors, tags other than the core
 * ones, duplicate keys and nesting over 32 are refused. */
MUST enum status node_parse(struct arena *arena, const char *file, struct str text, struct node **node,
			    struct error *error);
const struct node *node_get(const struct node *mapping, const char *key); /* NULL when absent */
/* Base with over merged in: mappings key by key, a null (~) removes the key, anything else replaces. Neither is
 * changed; the result shares the parts that it takes over as they are, so nodes are left alone once they have been
 * read. */
const struct node *node_merge(struct arena *arena, const struct node *base, const struct node *over);
/* The same mapping without a key; it shares the rest. */
const struct node *node_without(struct arena *arena, const struct node *mapping, const char *key);

#endif

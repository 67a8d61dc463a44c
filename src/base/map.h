/* map: from text to a pointer, in insertion order. Lives in an arena; keys are not copied. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"
#include "base/str.h"

struct map_entry {
	struct str key;
	void *value;
};

struct map {
	struct arena *arena;
	struct map_entry *entries; /* in insertion order */
	size_t count, capacity;
	uint32_t *slots; /* index + 1 into entries, 0 = free */
	size_t slot_count;
};

struct map map_new(struct arena *arena);
void *map_get(const struct map *map, struct str key);       /* NULL when absent */
void map_put(struct map *map, struct str key, void *value); /* replaces */

#endif

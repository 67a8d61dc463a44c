#include "base/map.h"

#include <string.h>

enum { FEWEST_SLOTS = 16 };

struct map map_new(struct arena *arena)
{
	return (struct map){.arena = arena};
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	__uint128_t product = (__uint128_t)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Keys come from outside as well; the address of the arena, which differs with every run, seeds the hash so that
 * nobody can prepare keys that collide. */
static uint64_t hash_key(const struct map *map, struct str key)
{
	uint64_t hash = (uint64_t)(uintptr_t)map->arena ^ 0x9E3779B97F4A7C15u;
	for (size_t i = 0; i < key.n; i += 8) {
		uint64_t word = 0;
		memcpy(&word, key.p + i, key.n - i < 8 ? key.n - i : 8);
		hash = mix(hash ^ word, 0xD6E8FEB86659FD93u);
	}
	return mix(hash ^ key.n, 0xA0761D6478BD642Fu);
}

/* The slot that holds the key, or the free one where it belongs. */
static uint32_t *find_slot(const struct map *map, struct str key)
{
	size_t mask = map->slot_count - 1;
	for (size_t i = hash_key(map, key) & mask;; i = (i + 1) & mask) {
		uint32_t *slot = &map->slots[i];
		if (*slot == 0 || str_eq(map->entries[*slot - 1].key, key))
			return slot;
	}
}

void *map_get(const struct map *map, struct str key)
{
	if (map->count == 0)
		return NULL;
	uint32_t slot = *find_slot(map, key);
	return slot ? map->entries[slot - 1].value : NULL;
}

static void grow(struct map *map)
{
	map->slot_count = map->slot_count ? map->slot_count * 2 : FEWEST_SLOTS;
	map->slots = arena_many(map->arena, uint32_t, map->slot_count);
	for (size_t i = 0; i < map->count; i++)
		*find_slot(map, map->entries[i].key) = (uint32_t)i + 1;
}

void map_put(struct map *map, struct str key, void *value)
{
	if ((map->count + 1) * 4 > map->slot_count * 3)
		grow(map);
	uint32_t *slot = find_slot(map, key);
	if (*slot) {
		map->entries[*slot - 1].value = value;
		return;
	}
	if (map->count == map->capacity) {
		size_t capacity = map->capacity ? map->capacity * 2 : 8;
		map->entries = arena_grow(map->arena, map->entries, map->capacity * sizeof(*map->entries),
					  capacity * sizeof(*map->entries));
		map->capacity = capacity;
	}
	map->entries[map->count++] = (struct map_entry){key, value};
	*slot = (uint32_t)map->count;
}

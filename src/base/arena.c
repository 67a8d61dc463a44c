#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_GUARDED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_GUARDED 1
#endif
#endif

#ifdef ARENA_GUARDED
#include <sanitizer/asan_interface.h>
/* A poisoned gap after every allocation, so that writing past its end is seen at once. */
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
enum { GAP = 0 };
#endif

enum {
	FIRST_BLOCK = 64 << 10,
	LARGEST_BLOCK = 1 << 20,
	ALIGNMENT = _Alignof(max_align_t),
};

struct block {
	struct block *next;
	size_t capacity, used;
	_Alignas(max_align_t) char data[];
};

struct deferred {
	struct deferred *next;
	void (*release)(void *);
	void *thing;
};

struct arena {
	struct block *blocks; /* the one in use first, the first block last */
	struct block *large;  /* allocations with a block of their own */
	struct deferred *deferred;
	char *last; /* the allocation that can grow in place, always at the end of blocks->used */
	size_t used;
};

static _Noreturn void out_of_memory(size_t bytes)
{
	fprintf(stderr, "kaname: out of memory (asked for %zu bytes)\n", bytes);
	abort();
}

static size_t round_up(size_t bytes)
{
	return (bytes + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
}

/* What an allocation takes from its block: never nothing, so that every address is given out once. */
static size_t footprint(size_t bytes)
{
	return round_up(bytes ? bytes : 1) + GAP;
}

static struct block *block_new(size_t capacity, struct block *next)
{
	struct block *block = malloc(sizeof(*block) + capacity);
	if (!block)
		out_of_memory(capacity);
	*block = (struct block){.next = next, .capacity = capacity};
	ASAN_POISON_MEMORY_REGION(block->data, capacity);
	return block;
}

static void block_free(struct block *block)
{
	ASAN_UNPOISON_MEMORY_REGION(block->data, block->capacity);
	free(block);
}

struct arena *arena_new(void)
{
	struct arena *arena = malloc(sizeof(*arena));
	if (!arena)
		out_of_memory(sizeof(*arena));
	*arena = (struct arena){.blocks = block_new(FIRST_BLOCK, NULL)};
	return arena;
}

void arena_reset(struct arena *arena)
{
	while (arena->deferred) {
		struct deferred *deferred = arena->deferred;
		arena->deferred = deferred->next;
		deferred->release(deferred->thing);
	}
	while (arena->large) {
		struct block *block = arena->large;
		arena->large = block->next;
		block_free(block);
	}
	while (arena->blocks->next) {
		struct block *block = arena->blocks;
		arena->blocks = block->next;
		block_free(block);
	}
	arena->blocks->used = 0;
	ASAN_POISON_MEMORY_REGION(arena->blocks->data, arena->blocks->capacity);
	arena->last = NULL;
	arena->used = 0;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	arena_reset(arena);
	block_free(arena->blocks);
	free(arena);
}

void arena_freep(struct arena **arena)
{
	arena_free(*arena);
	*arena = NULL;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}

static void *take(struct block *block, size_t bytes)
{
	char *p = block->data + block->used;
	block->used += footprint(bytes);
	ASAN_UNPOISON_MEMORY_REGION(p, bytes);
	return p;
}

void *arena_room(struct arena *arena, size_t bytes)
{
	if (bytes > SIZE_MAX / 4)
		out_of_memory(bytes);
	arena->used += bytes;
	size_t needed = footprint(bytes);
	if (needed > FIRST_BLOCK / 4) {
		arena->large = block_new(needed, arena->large);
		return take(arena->large, bytes);
	}
	if (arena->blocks->capacity - arena->blocks->used < needed) {
		size_t capacity = arena->blocks->capacity * 2;
		arena->blocks = block_new(capacity < LARGEST_BLOCK ? capacity : LARGEST_BLOCK, arena->blocks);
	}
	arena->last = take(arena->blocks, bytes);
	return arena->last;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	return memset(arena_room(arena, bytes), 0, bytes);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes))
		out_of_memory(SIZE_MAX);
	return arena_alloc(arena, bytes);
}

/* True when the allocation could be made longer where it stands. */
static bool grown_in_place(struct arena *arena, char *old, size_t old_bytes, size_t new_bytes)
{
	struct block *block = arena->blocks;
	if (old != arena->last || new_bytes > FIRST_BLOCK / 4)
		return false;
	size_t from = (size_t)(old - block->data);
	if (block->capacity - from < footprint(new_bytes))
		return false;
	block->used = from + footprint(new_bytes);
	ASAN_UNPOISON_MEMORY_REGION(old, new_bytes);
	arena->used += new_bytes - old_bytes;
	return true;
}

void *arena_grow_room(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes)
{
	if (!old)
		return arena_room(arena, new_bytes);
	if (new_bytes <= old_bytes || grown_in_place(arena, old, old_bytes, new_bytes))
		return old;
	return memcpy(arena_room(arena, new_bytes), old, old_bytes);
}

void *arena_grow(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes)
{
	size_t kept = old ? old_bytes : 0;
	char *grown = arena_grow_room(arena, old, old_bytes, new_bytes);

	if (new_bytes > kept)
		memset(grown + kept, 0, new_bytes - kept);
	return grown;
}

void arena_defer(struct arena *arena, void (*release)(void *), void *thing)
{
	struct deferred *deferred = arena_one(arena, struct deferred);
	*deferred = (struct deferred){.next = arena->deferred, .release = release, .thing = thing};
	arena->deferred = deferred;
}

/* arena: memory that is given back all at once.
 *
 * One arena per request, job and test, passed explicitly; the model has its own. Nothing in an arena is freed alone.
 * Running out of memory ends the process with a clear line (docs/decisions/0003): what was acknowledged is on disk,
 * and no half-done work survives. An arena is used by one thread at a time. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);
void arena_freep(struct arena **arena);
void arena_reset(struct arena *arena); /* keeps the first block */
size_t arena_used(const struct arena *arena);

/* Zeroed, aligned for any type. Never NULL. */
void *arena_alloc(struct arena *arena, size_t bytes);
void *arena_array(struct arena *arena, size_t count, size_t size); /* checks the product */
/* Grows the block that starts at old from old_bytes to new_bytes, in place when it was the last one. */
void *arena_grow(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes);
/* The same without zeros: for bytes that are written before they are read. */
void *arena_room(struct arena *arena, size_t bytes);
void *arena_grow_room(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes);
/* Gives back when the arena goes (for what libraries allocate). */
void arena_defer(struct arena *arena, void (*release)(void *), void *thing);

#define arena_one(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_many(arena, type, count) ((type *)arena_array((arena), (count), sizeof(type)))
#define ARENA __attribute__((cleanup(arena_freep))) struct arena * /* freed at the end of the block */

/* A growing array of pointers or small structs: VEC(struct str) names; vec_push(arena, &names, value). */
#define VEC(type)                                                                                                      \
	struct {                                                                                                       \
		type *items;                                                                                           \
		size_t count, capacity;                                                                                \
	}
#define vec_push(arena, vec, ...)                                                                                      \
	do {                                                                                                           \
		if ((vec)->count == (vec)->capacity) {                                                                 \
			size_t grown_ = (vec)->capacity ? (vec)->capacity * 2 : 8;                                     \
			(vec)->items = arena_grow((arena), (vec)->items, (vec)->capacity * sizeof(*(vec)->items),      \
						  grown_ * sizeof(*(vec)->items));                                     \
			(vec)->capacity = grown_;                                                                      \
		}                                                                                                      \
		(vec)->items[(vec)->count++] = (__VA_ARGS__);                                                          \
	} while (0)

#endif

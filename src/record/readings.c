#include "record/readings.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "record/cache.h"

enum { WAITING_MOST = 65536, RECENT = 4096 };

struct readings {
	pthread_mutex_t lock;
	struct reading *items;
	size_t count, room, lost;
	struct reading recent[RECENT]; /* by their hash: what need not be told again; what falls out is */
};

struct str reading_surface_code(enum reading_surface surface)
{
	static const char *const codes[] = {
	    [READ_PAGE] = "page", [READ_PAPER] = "paper", [READ_FILE] = "file", [READ_API] = "api"};

	return str_of(codes[surface]);
}

struct readings *readings_new(void)
{
	struct readings *readings = calloc(1, sizeof(*readings));

	if (!readings)
		abort();
	pthread_mutex_init(&readings->lock, NULL);
	return readings;
}

void readings_free(struct readings *readings)
{
	if (!readings)
		return;
	pthread_mutex_destroy(&readings->lock);
	free(readings->items);
	free(readings);
}

static bool is_told(struct readings *readings, const struct reading *reading)
{
	uint64_t hash = ((uint64_t)reading->record * 31 + (uint64_t)reading->person) * 31 + (uint64_t)reading->surface;
	struct reading *recent = &readings->recent[(hash * 0x9e3779b97f4a7c15u >> 32) % RECENT];

	if (recent->record == reading->record && recent->person == reading->person &&
	    recent->surface == reading->surface && reading->at >= recent->at && reading->at - recent->at < READING_ONCE)
		return true;
	*recent = *reading;
	return false;
}

static void put(struct readings *readings, const struct reading *reading)
{
	if (readings->count == readings->room && readings->room < WAITING_MOST) {
		size_t room = readings->room ? 2 * readings->room : 64;
		struct reading *items = realloc(readings->items, room * sizeof(*items));

		if (items) {
			readings->items = items;
			readings->room = room;
		}
	}
	if (readings->count < readings->room)
		readings->items[readings->count++] = *reading;
	else
		readings->lost++;
}

void kernel_note_reading(struct kernel *kernel, const struct reading *reading)
{
	struct readings *readings = kernel->cache->readings;

	pthread_mutex_lock(&readings->lock);
	if (!is_told(readings, reading))
		put(readings, reading);
	pthread_mutex_unlock(&readings->lock);
}

size_t kernel_take_readings(struct kernel *kernel, struct arena *arena, struct reading **taken, size_t *lost)
{
	struct readings *readings = kernel->cache->readings;
	size_t count;

	pthread_mutex_lock(&readings->lock);
	count = readings->count;
	*taken = arena_many(arena, struct reading, count + 1);
	if (count)
		memcpy(*taken, readings->items, count * sizeof(**taken));
	*lost = readings->lost;
	readings->count = readings->lost = 0;
	pthread_mutex_unlock(&readings->lock);
	return count;
}

void kernel_return_readings(struct kernel *kernel, const struct reading *returned, size_t count)
{
	struct readings *readings = kernel->cache->readings;

	pthread_mutex_lock(&readings->lock);
	for (size_t i = 0; i < count; i++)
		put(readings, &returned[i]);
	pthread_mutex_unlock(&readings->lock);
}

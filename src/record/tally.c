#include "record/tally.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "record/cache.h"

/* Records that may wait at once: beyond, what is looked at is not counted until the next writing. */
enum { WAITING_MOST = 4096 };

struct waiting {
	const struct field *field; /* NULL: a free place */
	int64_t identity, count;
};

struct tally_cache {
	pthread_mutex_t lock;
	size_t used;
	struct waiting places[WAITING_MOST * 2]; /* by identity and field, the next free one when taken */
};

struct tally_cache *tally_cache_new(void)
{
	struct tally_cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		abort();
	pthread_mutex_init(&cache->lock, NULL);
	return cache;
}

void tally_cache_free(struct tally_cache *cache)
{
	if (!cache)
		return;
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

static struct waiting *place_of(struct tally_cache *cache, const struct field *field, int64_t identity)
{
	size_t most = sizeof(cache->places) / sizeof(*cache->places);
	size_t at = ((uint64_t)identity * 0x9e3779b97f4a7c15u + field->index) % most;

	while (cache->places[at].field && (cache->places[at].identity != identity || cache->places[at].field != field))
		at = (at + 1) % most;
	return &cache->places[at];
}

void kernel_count(struct kernel *kernel, const struct field *field, int64_t identity)
{
	struct tally_cache *cache = kernel->cache->tallies;
	struct waiting *place;

	pthread_mutex_lock(&cache->lock);
	place = place_of(cache, field, identity);
	if (place->field) {
		place->count++;
	} else if (cache->used < WAITING_MOST) {
		*place = (struct waiting){.field = field, .identity = identity, .count = 1};
		cache->used++;
	}
	pthread_mutex_unlock(&cache->lock);
}

enum status tally_add(struct connection *connection, struct arena *arena, const struct field *field, int64_t identity,
		      int64_t by, struct error *error)
{
	struct str table = layout_table(arena, field->type), column = layout_column(arena, field);
	bool is_time = field->value == VALUE_TIME;
	struct str sql =
	    is_time
		? str_format(arena, "UPDATE %.*s SET %.*s = CASE WHEN %.*s >= ? THEN %.*s ELSE ? END WHERE \"id\" = ?",
			     STR_ARG(table), STR_ARG(column), STR_ARG(column), STR_ARG(column))
		: str_format(arena, "UPDATE %.*s SET %.*s = COALESCE(%.*s, 0) + ? WHERE \"id\" = ?", STR_ARG(table),
			     STR_ARG(column), STR_ARG(column));
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, sql, &statement, error);

	if (status)
		return status;
	bind_int(statement, by);
	if (is_time)
		bind_int(statement, by);
	bind_int(statement, identity);
	return store_run(statement, error);
}

struct writing {
	struct arena *arena;
	struct waiting *items;
	size_t count;
};

static enum status write_all(void *context, struct connection *connection, struct error *error)
{
	struct writing *writing = context;
	enum status status = OK;

	for (size_t i = 0; i < writing->count && !status; i++) {
		const struct waiting *item = &writing->items[i];

		status = tally_add(connection, writing->arena, item->field, item->identity, item->count, error);
	}
	return status;
}

static void take_all(struct tally_cache *cache, struct writing *writing)
{
	pthread_mutex_lock(&cache->lock);
	writing->items = arena_many(writing->arena, struct waiting, cache->used + 1);
	for (size_t i = 0; i < sizeof(cache->places) / sizeof(*cache->places); i++)
		if (cache->places[i].field)
			writing->items[writing->count++] = cache->places[i];
	memset(cache->places, 0, sizeof(cache->places));
	cache->used = 0;
	pthread_mutex_unlock(&cache->lock);
}

/* What could not be written is counted again. */
static void put_back(struct kernel *kernel, const struct writing *writing)
{
	for (size_t i = 0; i < writing->count; i++)
		for (int64_t n = 0; n < writing->items[i].count; n++)
			kernel_count(kernel, writing->items[i].field, writing->items[i].identity);
}

enum status kernel_write_counts(struct kernel *kernel, struct error *error)
{
	struct tally_cache *cache = kernel->cache->tallies;
	struct writing writing = {0};
	enum status status = OK;
	bool any;

	pthread_mutex_lock(&cache->lock);
	any = cache->used > 0;
	pthread_mutex_unlock(&cache->lock);
	if (!any)
		return OK;
	writing.arena = arena_new();
	take_all(cache, &writing);
	if ((status = store_write_wait(kernel->store, write_all, &writing, error)))
		put_back(kernel, &writing);
	arena_free(writing.arena);
	return status;
}

/* --- how something stands --- */

struct saying {
	int64_t identity;
	const struct tally_saying *items;
	size_t count;
};

static enum status say_one(struct connection *connection, struct arena *arena, int64_t identity,
			   const struct tally_saying *item, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection,
					   str_format(arena, "UPDATE %.*s SET %.*s = ? WHERE \"id\" = ?",
						      STR_ARG(layout_table(arena, item->field->type)),
						      STR_ARG(layout_column(arena, item->field))),
					   &statement, error);

	if (status)
		return status;
	if (value_is_empty(item->value))
		bind_null(statement);
	else if (item->value.kind == VALUE_TEXT)
		bind_text(statement, item->value.text);
	else
		bind_int(statement, item->value.number);
	bind_int(statement, identity);
	return store_run(statement, error);
}

static enum status say_all(void *context, struct connection *connection, struct error *error)
{
	ARENA arena = arena_new();
	const struct saying *saying = context;
	enum status status = OK;

	for (size_t i = 0; i < saying->count && !status; i++)
		status = say_one(connection, arena, saying->identity, &saying->items[i], error);
	return status;
}

enum status kernel_say(struct kernel *kernel, int64_t identity, const struct tally_saying *sayings, size_t count,
		       struct error *error)
{
	struct saying saying = {identity, sayings, count};

	for (size_t i = 0; i < count; i++)
		if (!sayings[i].field->is_counted)
			return error_fail_at(error, E_INTERNAL, sayings[i].field->name, "counted",
					     N_("A rule set a value of another kind"));
	return count ? store_write_wait(kernel->store, say_all, &saying, error) : OK;
}

/* Statements, prepared once per connection and text. Idle ones wait in a hash table and in a list by last use;
 * one that is taken is in neither, so that the same text can be prepared again while it is in use. */
#include "store/driver.h"

#include <stdlib.h>
#include <string.h>

static uint64_t text_hash(struct str text)
{
	uint64_t hash = text.n * UINT64_C(0x9e3779b97f4a7c15);
	size_t at = 0;

	for (; at + 8 <= text.n; at += 8) {
		uint64_t word;

		memcpy(&word, text.p + at, 8);
		hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
		hash ^= hash >> 32;
	}
	for (; at < text.n; at++)
		hash = (hash ^ (unsigned char)text.p[at]) * UINT64_C(0xff51afd7ed558ccd);
	return hash ^ hash >> 29;
}

static void statement_free(struct statement *statement)
{
	if (statement->native)
		statement->connection->store->driver->finalize(statement);
	free(statement);
}

static void cache_remove(struct statement_cache *cache, struct statement *statement)
{
	struct statement **link = &cache->buckets[statement->hash % STATEMENT_BUCKETS];

	while (*link != statement)
		link = &(*link)->same_bucket;
	*link = statement->same_bucket;
	if (statement->older)
		statement->older->newer = statement->newer;
	else
		cache->oldest = statement->newer;
	if (statement->newer)
		statement->newer->older = statement->older;
	else
		cache->newest = statement->older;
	statement->older = statement->newer = statement->same_bucket = NULL;
	cache->idle--;
}

static void cache_add(struct statement_cache *cache, struct statement *statement)
{
	struct statement **bucket = &cache->buckets[statement->hash % STATEMENT_BUCKETS];

	statement->same_bucket = *bucket;
	*bucket = statement;
	statement->older = cache->newest;
	if (cache->newest)
		cache->newest->newer = statement;
	else
		cache->oldest = statement;
	cache->newest = statement;
	if (++cache->idle > STATEMENTS_KEPT) {
		struct statement *oldest = cache->oldest;

		cache_remove(cache, oldest);
		statement_free(oldest);
	}
}

void statement_cache_clear(struct connection *connection)
{
	while (connection->cache.oldest) {
		struct statement *oldest = connection->cache.oldest;

		cache_remove(&connection->cache, oldest);
		statement_free(oldest);
	}
}

enum status store_prepare(struct connection *connection, struct str sql, struct statement **statement,
			  struct error *error)
{
	uint64_t hash = text_hash(sql);
	struct statement *made = connection->cache.buckets[hash % STATEMENT_BUCKETS];

	*statement = NULL;
	while (made && (made->hash != hash || !str_eq(made->sql, sql)))
		made = made->same_bucket;
	if (made) {
		cache_remove(&connection->cache, made);
		*statement = made;
		return OK;
	}
	made = calloc(1, sizeof(*made) + sql.n + 1);
	if (!made)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	memcpy(made + 1, sql.p, sql.n);
	made->sql = (struct str){(const char *)(made + 1), sql.n};
	made->hash = hash;
	made->connection = connection;
	enum status status = connection->store->driver->prepare(made, error);
	if (status != OK) {
		statement_free(made);
		return status;
	}
	*statement = made;
	return OK;
}

void store_release(struct statement **statement)
{
	if (!*statement)
		return;
	store_rewind(*statement);
	cache_add(&(*statement)->connection->cache, *statement);
	*statement = NULL;
}

static const struct store_driver *driver_of(const struct statement *statement)
{
	return statement->connection->store->driver;
}

void bind_int(struct statement *statement, int64_t number)
{
	if (!driver_of(statement)->bind_int(statement, ++statement->bound, number))
		statement->unbound = true;
}

void bind_text(struct statement *statement, struct str text)
{
	if (!driver_of(statement)->bind_text(statement, ++statement->bound, text))
		statement->unbound = true;
}

void bind_blob(struct statement *statement, struct str bytes)
{
	if (!driver_of(statement)->bind_blob(statement, ++statement->bound, bytes))
		statement->unbound = true;
}

void bind_null(struct statement *statement)
{
	if (!driver_of(statement)->bind_null(statement, ++statement->bound))
		statement->unbound = true;
}

enum status store_step(struct statement *statement, bool *row, struct error *error)
{
	*row = false;
	if (!statement->running && statement->bound != statement->parameters)
		statement->unbound = true;
	statement->running = true;
	if (statement->unbound)
		return error_fail(error, E_INTERNAL, "", "database", N_("The values do not fit the statement: %s"),
				  statement->sql.p);
	return driver_of(statement)->step(statement, row, error);
}

void store_rewind(struct statement *statement)
{
	driver_of(statement)->rewind(statement);
	statement->bound = 0;
	statement->unbound = false;
	statement->running = false;
}

enum status store_run(struct statement *statement, struct error *error)
{
	const struct store_driver *driver = driver_of(statement);
	bool row = true, taken = false, whole = !statement->unbound && statement->bound == statement->parameters;
	enum status status = OK;

	if (driver->run_change && whole && !statement->running)
		status = driver->run_change(statement, &taken, error);
	while (status == OK && row && !taken)
		status = store_step(statement, &row, error);
	store_rewind(statement);
	return status;
}

int64_t column_int(struct statement *statement, int column)
{
	return driver_of(statement)->column_int(statement, column);
}

struct str column_text(struct statement *statement, int column)
{
	return driver_of(statement)->column_text(statement, column);
}

struct str column_blob(struct statement *statement, int column)
{
	return driver_of(statement)->column_blob(statement, column);
}

bool column_is_null(struct statement *statement, int column)
{
	return driver_of(statement)->column_is_null(statement, column);
}

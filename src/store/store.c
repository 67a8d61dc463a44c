/* The store: which driver a URL means, the pool of readers, and the calls that go straight through. */
#include "store/counters.h"
#include "store/driver.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	READ_LIMIT = 10 * SECOND,
	CHECKED_AT_START = 256 << 20, /* bytes: a gigabyte takes some 5 s */
};

static const struct store_driver *const drivers[] = {&sqlite_driver, &postgres_driver, &postgres_short_driver};

static enum status driver_find(const char *url, const struct store_driver **driver, struct error *error)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++) {
		if (str_starts(str_of(url), str_of(drivers[i]->scheme))) {
			*driver = drivers[i];
			return OK;
		}
	}
	return error_fail(error, E_SYNTAX, "database", "url",
			  N_("%s is no database; use sqlite:PATH or postgresql://..."), url);
}

static enum status readers_open(struct store *store, unsigned wanted, struct error *error)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	enum status status = OK;

	if (!wanted)
		wanted = (unsigned)(processors > 0 ? processors : 1) + 2;
	for (unsigned i = 0; i < wanted && status == OK; i++) {
		struct connection *reader = NULL;

		status = store->driver->connect(store, false, &reader, error);
		if (status != OK)
			break;
		reader->limit = READ_LIMIT;
		reader->next = store->free_readers;
		store->free_readers = reader;
		store->reader_count++;
	}
	return status;
}

enum status store_make(const struct store_options *options, struct store **store, struct error *error)
{
	const struct store_driver *driver = NULL;
	enum status status = driver_find(options->url, &driver, error);

	*store = NULL;
	if (status == OK)
		status = driver->open(options, store, error);
	if (status != OK)
		return status;
	(*store)->driver = driver;
	(*store)->reader_waits.bounds = histogram_microseconds;
	pthread_mutex_init(&(*store)->lock, NULL);
	pthread_cond_init(&(*store)->freed, NULL);
	return OK;
}

enum status store_open(const struct store_options *options, struct store **store, struct error *error)
{
	struct store *made = NULL;
	enum status status = store_make(options, &made, error);

	*store = NULL;
	if (status != OK)
		return status;
	/* The writer first: it makes the database when there is none. */
	status = ears_new(made, error);
	if (status == OK)
		status = writer_start(made, &made->writer, error);
	if (status == OK)
		status = readers_open(made, options->readers, error);
	if (status != OK) {
		store_close(made);
		return status;
	}
	*store = made;
	return OK;
}

void store_disconnect(struct connection *connection)
{
	statement_cache_clear(connection);
	news_free(connection);
	connection->store->driver->disconnect(connection);
}

void store_close(struct store *store)
{
	if (!store)
		return;
	replicas_free(store->replicas);
	if (store->driver->deafen)
		store->driver->deafen(store);
	writer_stop(store->writer);
	ears_free(store->ears);
	pthread_mutex_lock(&store->lock);
	while (store->reader_count) {
		struct connection *reader = store->free_readers;

		if (!reader) {
			pthread_cond_wait(&store->freed, &store->lock);
			continue;
		}
		store->free_readers = reader->next;
		store->reader_count--;
		store_disconnect(reader);
	}
	pthread_mutex_unlock(&store->lock);
	pthread_mutex_destroy(&store->lock);
	pthread_cond_destroy(&store->freed);
	store->driver->close(store);
}

static void wait_for_reader(struct store *store)
{
	struct timespec from, to;

	clock_gettime(CLOCK_MONOTONIC, &from);
	while (!store->free_readers)
		pthread_cond_wait(&store->freed, &store->lock);
	clock_gettime(CLOCK_MONOTONIC, &to);
	histogram_add(&store->reader_waits,
		      (to.tv_sec - from.tv_sec) * (int64_t)1000000 + (to.tv_nsec - from.tv_nsec) / 1000);
}

enum status store_reader(struct store *store, struct connection **connection, struct error *error)
{
	pthread_mutex_lock(&store->lock);
	if (!store->free_readers)
		wait_for_reader(store);
	*connection = store->free_readers;
	store->free_readers = (*connection)->next;
	store->lent++;
	pthread_mutex_unlock(&store->lock);
	if (!store->driver->revive)
		return OK;
	enum status status = store->driver->revive(*connection, error);
	if (status != OK)
		store_reader_done(connection);
	return status;
}

void store_reader_done(struct connection **connection)
{
	struct connection *reader = *connection;

	if (!reader)
		return;
	*connection = NULL;
	store_snapshot_end(reader);
	reader->limit = READ_LIMIT;
	struct store *store = reader->store;
	pthread_mutex_lock(&store->lock);
	reader->next = store->free_readers; /* the one used last has the warmest cache */
	store->free_readers = reader;
	store->lent--;
	pthread_cond_signal(&store->freed);
	pthread_mutex_unlock(&store->lock);
}

void store_reader_hurry(struct connection *connection, int64_t ms)
{
	connection->limit = ms;
}

void store_reader_calm(struct connection *connection)
{
	connection->limit = READ_LIMIT;
}

bool store_took_too_long(const struct error *error)
{
	return error->status == E_UNAVAILABLE && error->count && strcmp(error->items[0].rule, "too_long") == 0;
}

enum status moment_check(const struct connection *connection, struct error *error)
{
	const struct store *store = connection->store;

	if (!store->version ||
	    (connection->moment.oldest <= store->version && connection->moment.breaks == store->breaks))
		return OK;
	error->wait_seconds = 10;
	return error_fail(
	    error, E_UNAVAILABLE, "", "outdated",
	    N_("Another node has brought the database to a later version, which this one does not know; it "
	       "must be exchanged"));
}

enum status store_snapshot_begin(struct connection *connection, struct error *error)
{
	enum status status = connection->store->driver->snapshot_begin(connection, error);

	connection->snapshot = status == OK;
	return status;
}

enum status store_snapshot_renew(struct connection *connection, struct error *error)
{
	store_snapshot_end(connection);
	return store_snapshot_begin(connection, error);
}

enum status store_glance_begin(struct connection *connection, struct error *error)
{
	const struct store_driver *driver = connection->store->driver;

	if (!driver->glance_begin)
		return store_snapshot_begin(connection, error);
	enum status status = driver->glance_begin(connection, error);
	connection->snapshot = status == OK;
	return status;
}

void store_snapshot_end(struct connection *connection)
{
	if (connection->snapshot)
		connection->store->driver->snapshot_end(connection);
	connection->snapshot = false;
}

enum status store_check_copy(const struct store *store, struct error *error)
{
	if (store->driver->copy)
		return OK;
	return error_fail(
	    error, E_CONFLICT, "database", "copy",
	    N_("PostgreSQL keeps its own backups: use pg_dump, or pg_basebackup with its archive of the log"));
}

enum status store_copy(struct connection *connection, store_copy_put *put, void *context, struct error *error)
{
	enum status status = store_check_copy(connection->store, error);

	return status == OK ? connection->store->driver->copy(connection, put, context, error) : status;
}

int64_t store_changes(struct connection *connection)
{
	return connection->store->driver->changes(connection);
}

enum status store_execute(struct connection *connection, struct str sql, struct error *error)
{
	char *text = strndup(sql.p, sql.n);

	if (!text)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	enum status status = connection->store->driver->execute(connection, text, error);
	free(text);
	return status;
}

struct store *connection_store(struct connection *connection)
{
	return connection->store;
}

static enum status touch(void *context, struct connection *connection, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection,
					   S("INSERT INTO kaname_meta (name, value) VALUES ('touched', ?) "
					     "ON CONFLICT (name) DO UPDATE SET value = excluded.value"),
					   &statement, error);
	char text[TIME_TEXT];

	if (status != OK)
		return status;
	bind_text(statement, str_of(time_format(*(const instant *)context, text)));
	return store_run(statement, error);
}

enum status store_is_writable(struct store *store, struct error *error)
{
	instant now = time_now();

	return store_write_wait(store, touch, &now, error);
}

enum status store_size(struct store *store, int64_t *bytes, struct error *error)
{
	READER connection = NULL;
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_reader(store, &connection, error);

	*bytes = 0;
	if (status || (status = store_prepare(connection, str_of(store->driver->size), &statement, error)))
		return status;
	if (!(status = store_step(statement, &row, error)) && row)
		*bytes = column_int(statement, 0);
	return status;
}

static enum status ask_next(struct connection *connection, int64_t counter, int64_t first, int64_t *next,
			    struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(connection,
					   S("INSERT INTO kaname_serial (type, last) VALUES (?, ?) ON CONFLICT (type) "
					     "DO UPDATE SET last = kaname_serial.last + 1 RETURNING last"),
					   &statement, error);

	if (status != OK)
		return status;
	bind_int(statement, counter);
	bind_int(statement, first);
	if ((status = store_step(statement, &row, error)) == OK)
		*next = column_int(statement, 0);
	return status;
}

enum status store_next(struct connection *connection, int64_t counter, int64_t first, int64_t *next,
		       struct error *error)
{
	struct counters *counters = connection->store->driver->counters(connection);
	enum status status;

	if (counters && counters_next(counters, counter, next))
		return OK;
	status = ask_next(connection, counter, first, next, error);
	if (status == OK && counters)
		counters_learn(counters, counter, *next);
	return status;
}

enum status store_epoch(struct connection *connection, int64_t *epoch, struct error *error)
{
	const struct store_driver *driver = connection->store->driver;

	*epoch = 0;
	return driver->epoch ? driver->epoch(connection, epoch, error) : OK;
}

enum status store_epoch_advance(struct connection *connection, struct error *error)
{
	const struct store_driver *driver = connection->store->driver;

	return driver->epoch_advance ? driver->epoch_advance(connection, error) : OK;
}

bool store_is_behind(const struct store *store)
{
	return store->behind;
}

const char *store_direction(const struct store *store, bool descending, bool never_empty)
{
	const struct store_driver *driver = store->driver;

	if (never_empty)
		return descending ? " DESC" : "";
	return descending ? driver->nulls_last : driver->nulls_first;
}

enum status store_table_columns(struct connection *connection, struct arena *arena, struct str table,
				struct column **columns, size_t *count, struct error *error)
{
	return connection->store->driver->table_columns(connection, arena, table, columns, count, error);
}

const char *store_column_type(struct store *store, enum column_kind kind)
{
	return store->driver->column_types[kind];
}

enum status store_search_put(struct connection *connection, enum search_index index, int64_t document,
			     const struct search_terms *old, const struct search_terms *now, struct error *error)
{
	return connection->store->driver->search_put(connection, index, document, old, now, error);
}

struct str store_search_condition(struct arena *arena, struct store *store, enum search_index index,
				  const char *document, bool public_only)
{
	return store->driver->search_condition(arena, index, document, public_only);
}

struct str store_search_row(struct arena *arena, struct store *store, enum search_index index, const char *document)
{
	return store->driver->search_row(arena, index, document);
}

struct str store_search_newest(struct store *store, enum search_index index)
{
	return store->driver->search_newest(index);
}

struct str store_search_oldest(struct store *store, enum search_index index)
{
	return store->driver->search_oldest ? store->driver->search_oldest(index) : (struct str){0};
}

struct str store_search_expression(struct arena *arena, struct store *store, const struct fold_phrase *phrases,
				   size_t count, bool public_only)
{
	return store->driver->search_expression(arena, phrases, count, public_only);
}

enum status read_columns(struct connection *connection, struct arena *arena, const struct column_source *source,
			 struct str table, struct column **columns, size_t *count, struct error *error)
{
	STATEMENT statement = NULL;
	VEC(struct column) found = {0};
	bool row = false;
	enum status status = store_prepare(connection, source->sql, &statement, error);

	*columns = NULL;
	*count = 0;
	if (status != OK)
		return status;
	bind_text(statement, table);
	while ((status = store_step(statement, &row, error)) == OK && row) {
		struct column column = {.name = str_dup(arena, column_text(statement, 0)),
					.kind = source->kind_of(column_text(statement, 1))};

		vec_push(arena, &found, column);
	}
	*columns = found.items;
	*count = found.count;
	return status;
}

enum status store_check(struct store *store, bool thorough, struct error *error)
{
	READER reader = NULL;
	int64_t bytes = 0;
	enum status status = OK;

	if (!store->driver->check)
		return OK;
	if (!thorough)
		status = store_size(store, &bytes, error);
	if (status != OK || bytes > CHECKED_AT_START)
		return status;
	status = store_reader(store, &reader, error);
	if (status != OK)
		return status;
	reader->limit = 0;
	return store->driver->check(reader, thorough, error);
}

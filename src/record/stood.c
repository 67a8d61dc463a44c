#include "record/stood.h"

#include <stdlib.h>

static enum status read_all(struct statement *statement, struct arena *arena, struct stood **items, size_t *count,
			    struct error *error)
{
	VEC(struct stood) read = {0};
	enum status status;
	bool row;

	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &read,
			 ((struct stood){.subject = str_dup(arena, column_text(statement, 0)),
					 .word = str_dup(arena, column_text(statement, 1)),
					 .since = column_int(statement, 2)}));
	*items = read.items;
	*count = read.count;
	return status;
}

static int by_subject(const void *a, const void *b)
{
	return str_cmp(((const struct stood *)a)->subject, ((const struct stood *)b)->subject);
}

enum status stood_read(struct connection *connection, struct arena *arena, instant at, struct stood **items,
		       size_t *count, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    S("SELECT s.subject, s.word, s.since FROM kaname_stood s JOIN (SELECT subject, MAX(since) AS since FROM "
	      "kaname_stood WHERE since <= ? GROUP BY subject) l ON l.subject = s.subject AND l.since = s.since"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, at);
	status = read_all(statement, arena, items, count, error);
	if (!status && *count)
		qsort(*items, *count, sizeof(**items), by_subject);
	return status;
}

enum status stood_history(struct connection *connection, struct arena *arena, struct str subject, size_t limit,
			  struct stood **items, size_t *count, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    S("SELECT subject, word, since FROM kaname_stood WHERE subject = ? ORDER BY since DESC LIMIT ?"),
	    &statement, error);

	if (status)
		return status;
	bind_text(statement, subject);
	bind_int(statement, (int64_t)limit);
	return read_all(statement, arena, items, count, error);
}

enum status stood_begun(struct connection *connection, instant *begun, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, S("SELECT MIN(since) FROM kaname_stood"), &statement, error);
	bool row = false;

	*begun = INSTANT_NONE;
	if (status || (status = store_step(statement, &row, error)))
		return status;
	if (row && !column_is_null(statement, 0))
		*begun = column_int(statement, 0);
	return OK;
}

/* --- writing --- */

struct writing {
	const struct stood *items;
	size_t count;
	instant now;
};

static enum status write_one(struct connection *connection, const struct stood *item, instant now, struct error *error)
{
	STATEMENT insert = NULL;
	enum status status =
	    store_prepare(connection,
			  S("INSERT INTO kaname_stood (subject, since, word) VALUES (?, ?, ?) ON CONFLICT "
			    "(subject, since) DO UPDATE SET word = excluded.word"),
			  &insert, error);

	if (status)
		return status;
	bind_text(insert, item->subject);
	bind_int(insert, now);
	bind_text(insert, item->word);
	return store_run(insert, error);
}

/* Whoever else computes the same writes it once: the writer does one after the other. */
static enum status write_all(void *context, struct connection *connection, struct error *error)
{
	const struct writing *writing = context;
	ARENA arena = arena_new();
	struct map known = map_new(arena);
	struct stood *items;
	size_t count;
	enum status status = stood_read(connection, arena, INT64_MAX, &items, &count, error);

	for (size_t i = 0; i < count && !status; i++)
		map_put(&known, items[i].subject, &items[i]);
	for (size_t i = 0; i < writing->count && !status; i++) {
		const struct stood *last = map_get(&known, writing->items[i].subject);

		if (!last || !str_eq(last->word, writing->items[i].word))
			status = write_one(connection, &writing->items[i], writing->now, error);
	}
	return status;
}

enum status stood_write(struct kernel *kernel, const struct stood *items, size_t count, instant now,
			struct error *error)
{
	struct writing writing = {.items = items, .count = count, .now = now};

	return count ? store_write_wait(kernel->store, write_all, &writing, error) : OK;
}

const struct stood *stood_find(const struct stood *items, size_t count, struct str subject)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (str_cmp(items[middle].subject, subject) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && str_eq(items[low].subject, subject) ? &items[low] : NULL;
}

/* Full text over all types. */
#include "record/list.h"

#include <time.h>

#include "record/cache.h"
#include "record/meters.h"

static enum status search_type(struct kernel *kernel, struct connection *connection, struct arena *arena,
			       const struct actor *actor, const struct type *type, struct str text, size_t limit,
			       struct search_hit *hits, size_t *count, struct error *error)
{
	struct list_request request = {
	    .type = type, .search = text, .limit = limit, .as_of = INSTANT_NONE, .newest_will_do = true};
	struct sort newest = {.field = map_get(&type->query->fields, S("updated_at")), .descending = true};
	struct list_result result;
	enum status status;

	request.sort = &newest;
	request.sort_count = newest.field != NULL;
	if ((status = read_list(kernel, connection, arena, actor, &request, &result, error)))
		return status;
	for (size_t i = 0; i < result.count; i++) {
		const struct record *record = result.records[i];

		hits[(*count)++] = (struct search_hit){.identity = record->identity,
						       .type = type,
						       .record = record,
						       .updated_at = record->updated_at,
						       .headline = read_headline(record, actor->language)};
	}
	return OK;
}

static void sort_hits(struct search_hit *hits, size_t count)
{
	for (size_t i = 1; i < count; i++) /* few: at most the limit times the types */
		for (size_t j = i; j > 0 && hits[j].updated_at > hits[j - 1].updated_at; j--) {
			struct search_hit hit = hits[j];

			hits[j] = hits[j - 1];
			hits[j - 1] = hit;
		}
}

/* --- which types have the words at all --- */

static void mark_type(struct kernel *kernel, int64_t identity, bool *has)
{
	const struct type *type = kernel_type_of(kernel, identity);

	if (type)
		has[type->index] = true;
}

/* One document of each type is asked for, from the type with the lowest code up, or from the highest down. */
static enum status mark_records(struct kernel *kernel, struct connection *connection, struct arena *arena,
				struct str words, bool *has, struct error *error)
{
	struct str up = store_search_oldest(kernel->store, SEARCH_RECORDS);
	struct str sql = up.n ? up : store_search_newest(kernel->store, SEARCH_RECORDS);
	int64_t lowest = 0, highest = INT64_MAX;

	for (;;) {
		STATEMENT statement = NULL;
		bool row;
		enum status status = store_prepare(connection, sql, &statement, error);

		if (status)
			return status;
		bind_text(statement, words);
		bind_int(statement, lowest);
		bind_int(statement, highest);
		bind_int(statement, 1);
		if ((status = store_step(statement, &row, error)) || !row)
			return status;
		mark_type(kernel, column_int(statement, 0), has);
		if (up.n)
			lowest = IDENTITY_MAKE(IDENTITY_CODE(column_int(statement, 0)) + 1, 0);
		else
			highest = IDENTITY_MAKE(IDENTITY_CODE(column_int(statement, 0)), 0) - 1;
	}
}

/* The records of the newest comments; *all when there are more, of which nothing is known. */
static enum status mark_comments(struct kernel *kernel, struct connection *connection, struct arena *arena,
				 struct str words, bool *has, bool *all, struct error *error)
{
	enum { MOST = 1000 };
	STATEMENT statement = NULL;
	int64_t count = 0;
	bool row;
	enum status status = store_prepare(
	    connection,
	    str_format(arena, "SELECT e.record FROM kaname_event e WHERE e.id IN (SELECT document FROM (%.*s) q)",
		       STR_ARG(store_search_newest(kernel->store, SEARCH_EVENTS))),
	    &statement, error);

	if (status)
		return status;
	bind_text(statement, words);
	bind_int(statement, 0);
	bind_int(statement, INT64_MAX);
	bind_int(statement, MOST);
	for (; !(status = store_step(statement, &row, error)) && row; count++)
		mark_type(kernel, column_int(statement, 0), has);
	*all = count == MOST;
	return status;
}

static enum status search_all(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      const struct actor *actor, struct str text, size_t limit, bool each,
			      struct search_hit **hits, size_t *count, struct error *error)
{
	const struct model *model = kernel->model;
	bool *has = arena_many(arena, bool, model->type_count + 1), all = false;
	struct str words = selection_words(kernel, arena, actor, text);
	enum status status;

	*count = 0;
	if (limit < 1 || limit > 200)
		return error_fail(error, E_SYNTAX, "limit", "range", N_("A limit from 1 to 200 is expected"));
	*hits = arena_many(arena, struct search_hit, limit * model->type_count + 1);
	if (!words.n) /* nothing asked for, nothing found */
		return OK;
	if ((status = mark_records(kernel, connection, arena, words, has, error)) ||
	    (status = mark_comments(kernel, connection, arena, words, has, &all, error)))
		return status;
	for (size_t i = 0; i < model->type_count && !status; i++)
		if ((has[i] || all) && access_reads_type(kernel, actor, model->types[i]))
			status = search_type(kernel, connection, arena, actor, model->types[i], text, limit, *hits,
					     count, error);
	if (status)
		return status;
	sort_hits(*hits, *count);
	if (!each && *count > limit)
		*count = limit;
	return OK;
}

static enum status search_measured(struct kernel *kernel, struct connection *connection, struct arena *arena,
				   const struct actor *actor, struct str text, size_t limit, bool each,
				   struct search_hit **hits, size_t *count, struct error *error)
{
	struct timespec from, to;

	clock_gettime(CLOCK_MONOTONIC, &from);
	enum status status = search_all(kernel, connection, arena, actor, text, limit, each, hits, count, error);
	clock_gettime(CLOCK_MONOTONIC, &to);
	histogram_add(&kernel->cache->meters->searches,
		      (to.tv_sec - from.tv_sec) * (int64_t)1000000 + (to.tv_nsec - from.tv_nsec) / 1000);
	return status;
}

enum status read_search(struct kernel *kernel, struct connection *connection, struct arena *arena,
			const struct actor *actor, struct str text, size_t limit, struct search_hit **hits,
			size_t *count, struct error *error)
{
	return search_measured(kernel, connection, arena, actor, text, limit, false, hits, count, error);
}

enum status read_search_each(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct actor *actor, struct str text, size_t limit, struct search_hit **hits,
			     size_t *count, struct error *error)
{
	return search_measured(kernel, connection, arena, actor, text, limit, true, hits, count, error);
}

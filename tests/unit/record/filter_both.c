#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "filter_both.h"

const struct query *world_parse(struct arena *arena, struct world *world, enum world_type type, struct str text)
{
	struct error error = {0};
	const struct query *query = NULL;
	if (query_parse(arena, &world->types[type], text, &query, &error)) {
		char message[512];
		error_text(&error, message, sizeof(message));
		fail_msg("%.*s\n%s", STR_ARG(text), message);
	}
	return query;
}

struct filter_sql world_compile(struct arena *arena, struct world *world, const struct query *query)
{
	struct error error = {0};
	struct filter_sql filter = {0};
	assert_int_equal(filter_compile(arena, world->store, query, &world->actor, &filter, &error), OK);
	return filter;
}

struct str world_selected_in_memory(struct arena *arena, struct world *world, enum world_type type,
				    const struct query *query, size_t *count)
{
	struct buf ids = buf_new(arena);
	for (size_t i = 0; i < world->counts[type]; i++) {
		bool matches = false;
		assert_int_equal(query_matches(query, &world->records[type][i], &world->environment, &matches), OK);
		if (matches)
			buf_format(&ids, "%zu ", i + 1);
		*count += matches;
	}
	return buf_str(&ids);
}

struct str world_selected_by_sql(struct arena *arena, struct connection *connection, const struct filter_sql *filter,
				 const char *table)
{
	struct buf ids = buf_new(arena);
	struct error error = {0};
	STATEMENT statement = NULL;
	bool row = false;
	struct str sql = str_format(arena, "SELECT r.\"id\" FROM \"%s\" r WHERE (%.*s) ORDER BY r.\"id\"", table,
				    STR_ARG(filter->sql));
	enum status status = store_prepare(connection, sql, &statement, &error);
	if (status == OK)
		filter_bind_all(statement, filter);
	while (status == OK && (status = store_step(statement, &row, &error)) == OK && row)
		buf_format(&ids, "%d ", (int)IDENTITY_SERIAL(column_int(statement, 0)));
	if (status) {
		char message[512];
		error_text(&error, message, sizeof(message));
		fail_msg("%.*s\n%s", STR_ARG(sql), message);
	}
	return buf_str(&ids);
}

/* Returns how many records the expression selects. */
size_t world_agrees(struct arena *arena, struct world *world, struct connection *connection, enum world_type type,
		    struct str text)
{
	size_t count = 0;
	const struct query *query = world_parse(arena, world, type, text);
	struct filter_sql filter = world_compile(arena, world, query);
	struct str here = world_selected_in_memory(arena, world, type, query, &count);
	struct str there = world_selected_by_sql(arena, connection, &filter, (char *)world->types[type].name.p);
	if (!str_eq(here, there))
		fail_msg("%.*s\nin memory: %.*s\nby SQL:    %.*s\n%.*s", STR_ARG(text), STR_ARG(here), STR_ARG(there),
			 STR_ARG(filter.sql));
	return count;
}

#include "record/census.h"

#include <stdlib.h>
#include <string.h>

#include "store/schema.h"

/* What is evidence; what comes and goes by itself (sessions, timers) is left out. */
static const char *const kernel_tables[] = {"kaname_attachment", "kaname_blob",   "kaname_checkpoint",
					    "kaname_clock",      "kaname_event",  "kaname_link",
					    "kaname_credential", "kaname_notice", "kaname_watcher"};

static enum status count_one(struct connection *connection, struct arena *arena, struct census_line *line,
			     struct error *error)
{
	struct buf sql = buf_new(arena);
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	buf_add_c(&sql, "SELECT count(*) FROM ");
	schema_name(&sql, line->name);
	if (!(status = store_prepare(connection, buf_str(&sql), &statement, error)) &&
	    !(status = store_step(statement, &row, error)))
		line->count = column_int(statement, 0);
	return status;
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(((const struct census_line *)a)->name, ((const struct census_line *)b)->name);
}

enum status census_take(struct connection *connection, struct arena *arena, struct census *census, struct error *error)
{
	VEC(struct census_line) lines = {0};
	STATEMENT types = NULL;
	bool row;
	enum status status = store_prepare(connection, S("SELECT name FROM kaname_type"), &types, error);

	while (!status && !(status = store_step(types, &row, error)) && row)
		vec_push(arena, &lines, (struct census_line){.name = str_dup(arena, column_text(types, 0))});
	for (size_t i = 0; i < sizeof(kernel_tables) / sizeof(*kernel_tables); i++)
		vec_push(arena, &lines, (struct census_line){.name = str_of(kernel_tables[i])});
	for (size_t i = 0; i < lines.count && !status; i++)
		status = count_one(connection, arena, &lines.items[i], error);
	qsort(lines.items, lines.count, sizeof(*lines.items), by_name);
	*census = (struct census){lines.items, lines.count};
	return status;
}

void census_write(struct buf *out, const struct census *census)
{
	for (size_t i = 0; i < census->count; i++)
		buf_format(out, "%.*s %lld\n", STR_ARG(census->lines[i].name), (long long)census->lines[i].count);
}

bool census_parse(struct arena *arena, struct str text, struct census *census)
{
	VEC(struct census_line) lines = {0};
	struct str rest = text, line;

	while (rest.n && str_cut(&rest, '\n', &line)) {
		struct census_line made = {0};

		if (!str_cut(&line, ' ', &made.name) || !str_int64(line, &made.count))
			return false;
		vec_push(arena, &lines, made);
	}
	*census = (struct census){lines.items, lines.count};
	return true;
}

const struct census_line *census_differs(const struct census *told, const struct census *found)
{
	for (size_t i = 0; i < told->count || i < found->count; i++) {
		const struct census_line *a = i < told->count ? &told->lines[i] : NULL,
					 *b = i < found->count ? &found->lines[i] : NULL;

		if (!a || !b || !str_eq(a->name, b->name) || a->count != b->count)
			return a ? a : b;
	}
	return NULL;
}

int64_t census_of(const struct census *census, const char *name)
{
	for (size_t i = 0; i < census->count; i++)
		if (str_is(census->lines[i].name, name))
			return census->lines[i].count;
	return 0;
}

int64_t census_records(const struct census *census)
{
	int64_t records = 0;

	for (size_t i = 0; i < census->count; i++)
		if (!str_starts(census->lines[i].name, S("kaname_")))
			records += census->lines[i].count;
	return records;
}

enum status census_end(struct connection *connection, struct history_end *end, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection, S("SELECT id, recorded_at FROM kaname_event ORDER BY id DESC LIMIT 1"), &statement, error);

	*end = (struct history_end){0};
	if (!status && !(status = store_step(statement, &row, error)) && row)
		*end = (struct history_end){column_int(statement, 0), column_int(statement, 1)};
	return status;
}

enum status census_between(struct connection *connection, int64_t after, int64_t until, int64_t *count,
			   struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(connection, S("SELECT count(*) FROM kaname_event WHERE id > ? AND id <= ?"),
					   &statement, error);

	if (status)
		return status;
	bind_int(statement, after);
	bind_int(statement, until);
	if (!(status = store_step(statement, &row, error)))
		*count = column_int(statement, 0);
	return status;
}

#include "store/scan.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/schema.h"

enum {
	PAGE_ROWS = 200,
	PAGE_FILES = 4, /* rows that hold a file are large */
	NUMBER = 24,    /* bytes of a number as text */
};

/* --- what a table is --- */

static enum status names_read(struct connection *connection, struct arena *arena, const char *sql,
			      const struct str *value, struct str **names, size_t *count, struct error *error)
{
	VEC(struct str) found = {0};
	STATEMENT statement = NULL;
	bool row = false;
	enum status status = store_prepare(connection, str_of(sql), &statement, error);

	if (status == OK && value)
		bind_text(statement, *value);
	while (status == OK && (status = store_step(statement, &row, error)) == OK && row)
		vec_push(arena, &found, str_dup(arena, column_text(statement, 0)));
	*names = found.items;
	*count = found.count;
	return status;
}

enum status table_names(struct connection *connection, struct arena *arena, struct str **names, size_t *count,
			struct error *error)
{
	return names_read(connection, arena, connection->store->driver->list_tables, NULL, names, count, error);
}

static int by_name(const void *left, const void *right)
{
	return str_cmp(((const struct column *)left)->name, ((const struct column *)right)->name);
}

/* The number of a record is made by the database. */
static size_t without_made(const struct table *table, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (str_starts(table->name, S("kaname_")) || !str_is(table->columns[i].name, "number"))
			table->columns[kept++] = table->columns[i];
	return kept;
}

enum status table_describe(struct connection *connection, struct arena *arena, struct str name, struct table *table,
			   struct error *error)
{
	struct buf quoted = buf_new(arena);
	struct str *keys = NULL;
	enum status status;

	schema_name(&quoted, name);
	*table = (struct table){.name = name, .quoted = buf_str(&quoted)};
	if ((status = store_table_columns(connection, arena, name, &table->columns, &table->count, error)) ||
	    (status = names_read(connection, arena, connection->store->driver->list_keys, &name, &keys,
				 &table->key_count, error)))
		return status;
	if (!table->key_count)
		return error_fail(error, E_INTERNAL, str_c(arena, name), "key",
				  N_("This table has no primary key, so its rows cannot be put in order"));
	table->count = without_made(table, table->count);
	qsort(table->columns, table->count, sizeof(*table->columns), by_name);
	table->keys = arena_many(arena, size_t, table->key_count);
	for (size_t k = 0; k < table->key_count; k++)
		while (table->keys[k] < table->count && !str_eq(table->columns[table->keys[k]].name, keys[k]))
			table->keys[k]++;
	return OK;
}

/* --- reading it --- */

static size_t page_rows(const struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		if (str_is(table->columns[i].name, "bytes"))
			return PAGE_FILES;
	return PAGE_ROWS;
}

static void add_keys(struct buf *sql, const struct table *table, bool as_values)
{
	for (size_t k = 0; k < table->key_count; k++) {
		if (k)
			buf_add_c(sql, ", ");
		if (as_values)
			buf_add_char(sql, '?');
		else
			schema_name(sql, table->columns[table->keys[k]].name);
	}
}

static struct str page_sql(struct arena *arena, const struct table *table, struct str where, bool first)
{
	struct buf sql = buf_new(arena);

	buf_add_c(&sql, "SELECT ");
	for (size_t i = 0; i < table->count; i++) {
		if (i)
			buf_add_c(&sql, ", ");
		schema_name(&sql, table->columns[i].name);
	}
	buf_format(&sql, " FROM %.*s", STR_ARG(table->quoted));
	if (where.n || !first)
		buf_add_c(&sql, " WHERE ");
	buf_add(&sql, where);
	if (!first) {
		buf_add_c(&sql, where.n ? " AND (" : "(");
		add_keys(&sql, table, false);
		buf_add_c(&sql, ") > (");
		add_keys(&sql, table, true);
		buf_add_char(&sql, ')');
	}
	buf_add_c(&sql, " ORDER BY ");
	add_keys(&sql, table, false);
	buf_format(&sql, " LIMIT %zu", page_rows(table));
	return buf_str(&sql);
}

void scan_open(struct scan *scan, struct arena *arena, struct connection *connection, const struct table *table,
	       struct str where)
{
	*scan = (struct scan){.connection = connection,
			      .table = table,
			      .pages = {arena_new(), arena_new()},
			      .first_sql = page_sql(arena, table, where, true),
			      .next_sql = page_sql(arena, table, where, false)};
}

void scan_close(struct scan *scan)
{
	arena_freep(&scan->pages[0]);
	arena_freep(&scan->pages[1]);
}

static void bind_last(struct scan *scan, struct statement *statement)
{
	const struct table *table = scan->table;

	for (size_t k = 0; k < table->key_count; k++) {
		const struct cell *cell = &scan->last[table->keys[k]];

		if (table->columns[table->keys[k]].kind == COLUMN_INTEGER)
			bind_int(statement, cell->number);
		else if (table->columns[table->keys[k]].kind == COLUMN_TEXT)
			bind_text(statement, cell->bytes);
		else
			bind_blob(statement, cell->bytes);
	}
}

static struct cell cell_read(struct statement *statement, struct arena *arena, enum column_kind kind, size_t at)
{
	int column = (int)at;

	if (column_is_null(statement, column))
		return (struct cell){.is_null = true};
	if (kind == COLUMN_INTEGER)
		return (struct cell){.number = column_int(statement, column)};
	return (struct cell){.bytes = str_dup(arena, kind == COLUMN_TEXT ? column_text(statement, column)
									 : column_blob(statement, column))};
}

/* The hash so far, which values are there, and the values: numbers as text, so that it is the same on any machine. */
static void hash_row(struct scan *scan, struct arena *arena, const struct cell *cells)
{
	const struct table *table = scan->table;
	struct str *parts = arena_many(arena, struct str, table->count + 2);
	char *there = arena_alloc(arena, table->count + 1), *numbers = arena_alloc(arena, table->count * NUMBER);

	parts[0] = (struct str){(const char *)scan->hash.bytes, HASH_BYTES};
	parts[1] = (struct str){there, table->count};
	for (size_t i = 0; i < table->count; i++) {
		there[i] = cells[i].is_null ? '-' : '+';
		parts[i + 2] = cells[i].bytes;
		if (!cells[i].is_null && table->columns[i].kind == COLUMN_INTEGER) {
			char *number = numbers + i * NUMBER;

			parts[i + 2] =
			    (struct str){number, (size_t)snprintf(number, NUMBER, "%lld", (long long)cells[i].number)};
		}
		scan->bytes += cells[i].bytes.n;
	}
	scan->hash = hash_parts(parts, table->count + 2);
}

enum status scan_next(struct scan *scan, struct cell **cells, size_t *rows, struct error *error)
{
	const struct table *table = scan->table;
	/* Files are large: one by one. */
	struct arena *arena = scan->pages[scan->turn ^= 1];
	STATEMENT statement = NULL;
	bool row = false;
	enum status status =
	    store_prepare(scan->connection, scan->last ? scan->next_sql : scan->first_sql, &statement, error);

	arena_reset(arena);
	*cells = arena_many(arena, struct cell, table->count * page_rows(table));
	*rows = 0;
	scan->bytes = 0;
	if (status == OK && scan->last)
		bind_last(scan, statement);
	while (status == OK && (status = store_step(statement, &row, error)) == OK && row) {
		struct cell *at = *cells + *rows * table->count;

		for (size_t i = 0; i < table->count; i++)
			at[i] = cell_read(statement, arena, table->columns[i].kind, i);
		hash_row(scan, arena, at);
		scan->last = at;
		++*rows;
	}
	scan->rows += (int64_t)*rows;
	scan->over = status == OK && !*rows;
	return status;
}

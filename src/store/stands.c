/* Which program and which model the tables that stand are of. While nodes are exchanged one after the other, some are a
 * step ahead of the rest; those behind go on, and may start anew, because tables only grow. What a rename or a schema
 * without that promise has ended is told to stop (docs/decisions/0038). */
#include "store/migrate.h"

#include <stdlib.h>

enum { LINES_MOST = 32 }; /* layouts that are remembered */

static enum status read_rows(struct connection *connection, struct arena *arena, struct standing *standing,
			     struct error *error)
{
	STATEMENT statement = NULL;
	bool row = false;
	enum status status = store_prepare(
	    connection,
	    S("SELECT name, value FROM kaname_meta WHERE name IN ('layout', 'layout_was', 'layout_oldest')"),
	    &statement, error);

	while (status == OK && (status = store_step(statement, &row, error)) == OK && row) {
		struct str name = column_text(statement, 0), value = str_dup(arena, column_text(statement, 1));

		if (str_is(name, "layout"))
			standing->layout = value;
		else if (str_is(name, "layout_was"))
			standing->was = value;
		else
			standing->oldest = strtoll(str_c(arena, value), NULL, 10);
	}
	standing->version = standing->layout.n ? strtoll(str_c(arena, standing->layout), NULL, 10) : 0;
	return status;
}

enum status standing_read(struct connection *connection, struct arena *arena, struct standing *standing,
			  struct error *error)
{
	struct column *columns = NULL;
	size_t count = 0;
	enum status status = store_table_columns(connection, arena, S("kaname_meta"), &columns, &count, error);

	*standing = (struct standing){0};
	return status == OK && count ? read_rows(connection, arena, standing, error) : status;
}

/* The sign before a layout that was there once, '\0' when it was not. */
static char sign_of(struct str was, struct str layout)
{
	struct str line;

	while (str_cut(&was, '\n', &line))
		if (line.n > 1 && str_eq(str_sub(line, 1, line.n), layout))
			return line.p[0];
	return '\0';
}

enum status standing_judge(const struct standing *standing, struct str ours, bool joins, bool *serves,
			   struct error *error)
{
	bool later = standing->version > SCHEMA_VERSION;
	char sign = sign_of(standing->was, ours);

	*serves = str_eq(standing->layout, ours) || (sign == '+' && (joins || later));
	if (later && (standing->oldest > SCHEMA_VERSION || !*serves))
		return error_fail(error, E_CONFLICT, "database", "later",
				  N_("The database is of a later version of this program; use that one"));
	if (joins && sign == '-')
		return error_fail(
		    error, E_CONFLICT, "database", "renamed",
		    N_("Another node has brought the database to a later model, in which something was renamed; "
		       "start with that one, or bring the database to this one with kaname init"));
	return OK;
}

static enum status put(struct migration *migration, const char *name, struct str value, struct error *error)
{
	return MIGRATION_RUN(migration,
			     S("INSERT INTO kaname_meta (name, value) VALUES (?, ?) "
			       "ON CONFLICT (name) DO UPDATE SET value = excluded.value"),
			     error, TEXT_VALUE(str_of(name)), TEXT_VALUE(value));
}

/* The newest first, without ours. */
static struct str earlier(const struct migration *migration, const struct standing *before, struct str ours)
{
	struct buf lines = buf_new(migration->arena);
	struct str rest = before->was, line;

	if (before->layout.n && !str_eq(before->layout, ours))
		buf_format(&lines, "%c%.*s\n", migration->breaks ? '-' : '+', STR_ARG(before->layout));
	for (int i = 0; i < LINES_MOST && str_cut(&rest, '\n', &line); i++)
		if (line.n > 1 && !str_eq(str_sub(line, 1, line.n), ours))
			buf_format(&lines, "%c%.*s\n", migration->breaks ? '-' : line.p[0], (int)line.n - 1,
				   line.p + 1);
	return buf_str(&lines);
}

enum status standing_write(struct migration *migration, const struct standing *before, struct str ours,
			   struct error *error)
{
	enum status status;

	if ((status = put(migration, "layout", ours, error)) ||
	    (status = put(migration, "layout_was", earlier(migration, before, ours), error)) ||
	    (status = put(migration, "layout_oldest", str_format(migration->arena, "%d", SCHEMA_OLDEST), error)) ||
	    !migration->driver->demand)
		return status;
	return migration->driver->demand(migration->connection, SCHEMA_OLDEST, migration->breaks, error);
}

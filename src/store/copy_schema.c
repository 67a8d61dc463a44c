/* The tables of a copy: those that the model declares as the model has them, and what the source keeps beyond it (types
 * and fields that are no longer declared) as it is there. Indexes come when the model is laid out over the rows. */
#include "store/copy_schema.h"

#include "store/copy.h"
#include "store/migrate.h"
#include "store/scan.h"

struct beginning {
	struct copy *copy;
	struct str *names; /* tables of the source */
	size_t count;
};

static enum status execute(struct connection *connection, const struct buf *sql, struct error *error)
{
	return store_execute(connection, buf_str(sql), error);
}

static void add_column(struct buf *sql, const struct store_driver *driver, const struct column *column)
{
	schema_name(sql, column->name);
	buf_format(sql, " %s", driver->column_types[column->kind]);
}

/* --- tables that the model does not declare --- */

/* "INC-6", prefix and width, of a type that was declared once; empty when nobody knows. */
static enum status number_kind(struct copy *copy, struct str table, struct str *kind, struct error *error)
{
	STATEMENT statement = NULL;
	bool row = false;
	enum status status = store_prepare(copy->source,
					   S("SELECT c.kind FROM kaname_column c JOIN kaname_type t ON t.code = c.type "
					     "WHERE t.name = ? AND c.field = 'number'"),
					   &statement, error);

	*kind = S("");
	if (status)
		return status;
	bind_text(statement, table);
	if (!(status = store_step(statement, &row, error)) && row)
		*kind = str_dup(copy->arena, column_text(statement, 0));
	return status;
}

static enum status add_number(struct copy *copy, struct str table, struct buf *sql, struct error *error)
{
	struct str kind;
	int64_t width;
	size_t hyphen;
	enum status status = number_kind(copy, table, &kind, error);

	if (!status && str_find_char(kind, '-', &hyphen) && str_int64(str_sub(kind, hyphen + 1, kind.n), &width)) {
		copy->target->driver->number_column(sql, str_sub(kind, 0, hyphen), (unsigned)width);
		buf_add_c(sql, ", ");
	}
	return status;
}

static enum status make_as_it_is(struct copy *copy, struct connection *connection, const struct table *table,
				 struct error *error)
{
	struct buf sql = buf_new(copy->arena);
	enum status status;

	buf_format(&sql, "CREATE TABLE %.*s (", STR_ARG(table->quoted));
	for (size_t i = 0; i < table->count; i++) {
		add_column(&sql, copy->target->driver, &table->columns[i]);
		buf_add_c(&sql, ", ");
	}
	if ((status = add_number(copy, table->name, &sql, error)))
		return status;
	buf_add_c(&sql, "PRIMARY KEY (");
	for (size_t k = 0; k < table->key_count; k++) {
		if (k)
			buf_add_c(&sql, ", ");
		schema_name(&sql, table->columns[table->keys[k]].name);
	}
	buf_add_c(&sql, "))");
	return execute(connection, &sql, error);
}

/* --- columns that the model does not declare --- */

static bool has_column(const struct column *columns, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(columns[i].name, name))
			return true;
	return false;
}

static enum status add_columns(struct copy *copy, struct connection *connection, const struct table *table,
			       struct error *error)
{
	struct column *stand = NULL;
	size_t count = 0;
	enum status status = store_table_columns(connection, copy->arena, table->name, &stand, &count, error);

	for (size_t i = 0; i < table->count && !status; i++) {
		struct buf sql = buf_new(copy->arena);

		if (has_column(stand, count, table->columns[i].name))
			continue;
		buf_format(&sql, "ALTER TABLE %.*s ADD COLUMN ", STR_ARG(table->quoted));
		add_column(&sql, copy->target->driver, &table->columns[i]);
		status = execute(connection, &sql, error);
	}
	return status;
}

static enum status make_table(struct copy *copy, struct connection *connection, struct str name, struct error *error)
{
	const struct type *type = model_type(copy->model, name);
	struct column *stand = NULL;
	size_t count = 0;
	struct table table;
	enum status status;

	if ((status = table_describe(copy->source, copy->arena, name, &table, error)))
		return status;
	if (type && (status = store_execute(connection, schema_create(copy->arena, copy->target->driver, type), error)))
		return status;
	if ((status = store_table_columns(connection, copy->arena, name, &stand, &count, error)))
		return status;
	return count ? add_columns(copy, connection, &table, error) : make_as_it_is(copy, connection, &table, error);
}

/* --- beginning and end --- */

static enum status refuse_unless_empty(struct copy *copy, struct connection *connection, struct error *error)
{
	struct str *names;
	size_t count;
	enum status status = table_names(connection, copy->arena, &names, &count, error);

	if (status || !count)
		return status;
	return error_fail(error, E_CONFLICT, "to", "not_empty",
			  N_("The target is not empty: it has the table %s. A copy goes into an empty database only"),
			  str_c(copy->arena, names[0]));
}

static enum status begin(void *context, struct connection *connection, struct error *error)
{
	struct beginning *beginning = context;
	struct copy *copy = beginning->copy;
	struct migration migration = {
	    .arena = copy->arena, .model = copy->model, .driver = copy->target->driver, .connection = connection};
	enum status status;

	if ((status = refuse_unless_empty(copy, connection, error)) || (status = migrate_own_tables(&migration, error)))
		return status;
	for (size_t i = 0; i < beginning->count && !status; i++)
		status = make_table(copy, connection, beginning->names[i], error);
	return status
		   ? status
		   : store_execute(connection,
				   S("INSERT INTO kaname_meta (name, value) VALUES ('" COPY_MARK "', 'begun')"), error);
}

static enum status ask(struct connection *connection, struct str sql, int64_t value, int64_t *answer,
		       struct error *error)
{
	STATEMENT statement = NULL;
	bool row = false;
	enum status status = store_prepare(connection, sql, &statement, error);

	if (status)
		return status;
	bind_int(statement, value);
	if (!(status = store_step(statement, &row, error)))
		*answer = column_int(statement, 0);
	return status;
}

enum status copy_begin(struct copy *copy, struct error *error)
{
	struct beginning beginning = {.copy = copy};
	enum status status;

	if ((status = ask(copy->source, S("SELECT COALESCE(max(id), 0) FROM kaname_event WHERE id > ?"), 0,
			  &copy->last_event, error)) ||
	    (status = table_names(copy->source, copy->arena, &beginning.names, &beginning.count, error)))
		return status;
	return store_write_wait(copy->target, begin, &beginning, error);
}

enum status copy_count_later(const struct copy *copy, int64_t *events, struct error *error)
{
	READER now = NULL;
	enum status status = store_reader(connection_store(copy->source), &now, error);

	return status ? status
		      : ask(now, S("SELECT count(*) FROM kaname_event WHERE id > ?"), copy->last_event, events, error);
}

static enum status finish(void *context, struct connection *connection, struct error *error)
{
	const char *const *sql = connection->store->driver->after_copy;
	enum status status = OK;

	(void)context;
	for (; sql && *sql && !status; sql++)
		status = store_execute(connection, str_of(*sql), error);
	return status ? status
		      : store_execute(connection, S("DELETE FROM kaname_meta WHERE name = '" COPY_MARK "'"), error);
}

enum status copy_finish(struct copy *copy, struct error *error)
{
	return store_write_wait(copy->target, finish, NULL, error);
}

enum status copy_check_finished(struct store *store, struct error *error)
{
	ARENA arena = arena_new();
	READER reader = NULL;
	struct column *columns = NULL;
	size_t count = 0;
	bool row = false;
	STATEMENT statement = NULL;
	enum status status;

	if ((status = store_reader(store, &reader, error)) ||
	    (status = store_table_columns(reader, arena, S("kaname_meta"), &columns, &count, error)) || !count)
		return status;
	if ((status = store_prepare(reader, S("SELECT 1 FROM kaname_meta WHERE name = '" COPY_MARK "'"), &statement,
				    error)) ||
	    (status = store_step(statement, &row, error)) || !row)
		return status;
	return error_fail(error, E_CONFLICT, "database", "unfinished",
			  N_("This database is a copy that was not finished; remove it and copy again"));
}

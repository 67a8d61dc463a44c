/* The rows of a copy. They are written in jobs of bounded size: one change of the whole would need as much room beside
 * the database as the database has. The mark makes up for it. */
#include "store/copy.h"

#include "store/copy_schema.h"
#include "store/scan.h"

enum {
	INSERT_ROWS = 32, /* in one statement */
	INSERT_VALUES = 30000,
	JOB_ROWS = 20000,
	JOB_BYTES = 16 << 20,
};

/* What says which database this is, and not what it holds, is not copied. */
static struct str condition_of(struct str table)
{
	return str_is(table, "kaname_meta")
		   ? S("name NOT IN ('layout', 'layout_was', 'layout_oldest', 'touched', '" COPY_MARK "')")
		   : S("");
}

/* --- writing --- */

struct writing {
	struct copy *copy;
	const struct table *table;
	struct scan scan;
	size_t at_once; /* rows in one statement */
	struct str many, one;
};

static struct str insert_sql(struct arena *arena, const struct table *table, size_t rows)
{
	struct buf sql = buf_new(arena);

	buf_format(&sql, "INSERT INTO %.*s (", STR_ARG(table->quoted));
	for (size_t i = 0; i < table->count; i++) {
		if (i)
			buf_add_c(&sql, ", ");
		schema_name(&sql, table->columns[i].name);
	}
	buf_add_c(&sql, ") VALUES ");
	for (size_t r = 0; r < rows; r++) {
		buf_add_c(&sql, r ? ", (" : "(");
		for (size_t i = 0; i < table->count; i++)
			buf_add_c(&sql, i ? ", ?" : "?");
		buf_add_char(&sql, ')');
	}
	return buf_str(&sql);
}

static void bind_cell(struct statement *statement, enum column_kind kind, const struct cell *cell)
{
	if (cell->is_null)
		bind_null(statement);
	else if (kind == COLUMN_INTEGER)
		bind_int(statement, cell->number);
	else if (kind == COLUMN_TEXT)
		bind_text(statement, cell->bytes);
	else
		bind_blob(statement, cell->bytes);
}

static enum status insert_rows(const struct writing *writing, struct connection *connection, const struct cell *cells,
			       size_t rows, struct error *error)
{
	const struct table *table = writing->table;
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, rows == 1 ? writing->one : writing->many, &statement, error);

	if (status != OK)
		return status;
	for (size_t i = 0; i < rows * table->count; i++)
		bind_cell(statement, table->columns[i % table->count].kind, &cells[i]);
	return store_run(statement, error);
}

static enum status insert_page(const struct writing *writing, struct connection *connection, const struct cell *cells,
			       size_t rows, struct error *error)
{
	enum status status = OK;

	for (size_t at = 0, now; at < rows && status == OK; at += now) {
		now = rows - at < writing->at_once ? 1 : writing->at_once;
		status = insert_rows(writing, connection, cells + at * writing->table->count, now, error);
	}
	return status;
}

/* A job: pages, until there are enough. */
static enum status write_some(void *context, struct connection *connection, struct error *error)
{
	struct writing *writing = context;
	struct scan *scan = &writing->scan;
	int64_t enough = scan->rows + JOB_ROWS;
	size_t bytes = 0;
	enum status status = OK;

	while (!status && !scan->over && scan->rows < enough && bytes < JOB_BYTES) {
		struct cell *cells;
		size_t rows;

		if (!(status = scan_next(scan, &cells, &rows, error)))
			status = insert_page(writing, connection, cells, rows, error);
		bytes += scan->bytes;
	}
	return status;
}

static enum status copy_table(struct copy *copy, struct copied_table *copied, struct error *error)
{
	struct table table;
	struct writing writing = {.copy = copy, .table = &table};
	enum status status = table_describe(copy->source, copy->arena, copied->name, &table, error);

	if (status)
		return status;
	writing.at_once = INSERT_VALUES / table.count < INSERT_ROWS ? INSERT_VALUES / table.count : INSERT_ROWS;
	writing.many = insert_sql(copy->arena, &table, writing.at_once);
	writing.one = insert_sql(copy->arena, &table, 1);
	scan_open(&writing.scan, copy->arena, copy->source, &table, condition_of(copied->name));
	while (!status && !writing.scan.over) {
		status = store_write_wait(copy->target, write_some, &writing, error);
		if (copy->progress)
			copy->progress(copy->context, copied->name, writing.scan.rows);
	}
	copied->rows = writing.scan.rows;
	copied->hash = writing.scan.hash;
	copy->rows += copied->rows;
	scan_close(&writing.scan);
	return status;
}

enum status copy_tables(struct copy *copy, struct error *error)
{
	struct str *names;
	enum status status = table_names(copy->source, copy->arena, &names, &copy->table_count, error);

	copy->tables = arena_many(copy->arena, struct copied_table, copy->table_count + 1);
	for (size_t i = 0; i < copy->table_count && !status; i++) {
		copy->tables[i].name = names[i];
		status = copy_table(copy, &copy->tables[i], error);
	}
	return status;
}

/* --- comparing --- */

static enum status compare_table(struct copy *copy, struct connection *connection, const struct copied_table *copied,
				 struct error *error)
{
	struct table table;
	struct scan scan;
	enum status status = table_describe(connection, copy->arena, copied->name, &table, error);

	if (status)
		return status;
	scan_open(&scan, copy->arena, connection, &table, condition_of(copied->name));
	while (!status && !scan.over) {
		struct cell *cells;
		size_t rows;

		status = scan_next(&scan, &cells, &rows, error);
		if (copy->progress)
			copy->progress(copy->context, copied->name, scan.rows);
	}
	if (!status && (scan.rows != copied->rows || !hash_eq(scan.hash, copied->hash)))
		status = error_fail(error, E_INTERNAL, "", "copy", N_("The rows of %s are not those of the source"),
				    str_c(copy->arena, copied->name));
	scan_close(&scan);
	return status;
}

enum status copy_compare(struct copy *copy, struct error *error)
{
	READER connection = NULL;
	enum status status = store_reader(copy->target, &connection, error);

	for (size_t i = 0; i < copy->table_count && !status; i++)
		status = compare_table(copy, connection, &copy->tables[i], error);
	return status;
}

/* From the schema that stands to the one that the model wants. Nothing that holds data is dropped or narrowed: fields
 * and types that are no longer declared keep their columns and tables. */
#include "store/migrate.h"

#include <stdio.h>

#include "base/map.h"

enum status migration_run(struct migration *migration, struct str sql, const struct migration_value *values,
			  size_t count, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(migration->connection, sql, &statement, error);

	if (status != OK)
		return status;
	for (size_t i = 0; i < count; i++) {
		if (values[i].text.p)
			bind_text(statement, values[i].text);
		else
			bind_int(statement, values[i].number);
	}
	return store_run(statement, error);
}

const char *migration_place(struct migration *migration, struct place place)
{
	return str_c(migration->arena, str_format(migration->arena, "%s:%u", place.file ? place.file : "", place.line));
}

static struct str name(struct migration *migration, struct str text)
{
	struct buf buf = buf_new(migration->arena);

	schema_name(&buf, text);
	return buf_str(&buf);
}

static struct str joined(struct migration *migration, struct str type, struct str field)
{
	return str_format(migration->arena, "%.*s.%.*s", STR_ARG(type), STR_ARG(field));
}

static enum status execute(struct migration *migration, struct error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static enum status execute(struct migration *migration, struct error *error, const char *format, ...)
{
	struct buf sql = buf_new(migration->arena);
	va_list arguments;

	va_start(arguments, format);
	buf_vformat(&sql, format, arguments);
	va_end(arguments);
	return store_execute(migration->connection, buf_str(&sql), error);
}

enum status migrate_type_name(struct migration *migration, const struct type *type, struct error *error)
{
	struct str old = name(migration, type->was), new = name(migration, type->name);
	struct str prefix = joined(migration, type->was, S(""));
	migration->breaks = true;
	enum status status = execute(migration, error, "ALTER TABLE %.*s RENAME TO %.*s", STR_ARG(old), STR_ARG(new));

	if (status != OK)
		return status;
	return MIGRATION_RUN(migration,
			     S("UPDATE kaname_link SET kind = ? || substr(kind, ?) WHERE substr(kind, 1, ?) = ?"),
			     error, TEXT_VALUE(joined(migration, type->name, S(""))),
			     NUMBER_VALUE((int64_t)prefix.n + 1), NUMBER_VALUE((int64_t)prefix.n), TEXT_VALUE(prefix));
}

/* --- the fields of one type --- */

struct table {
	const struct type *type;
	struct str name; /* quoted */
	int64_t code;
	struct map columns; /* that stand; name -> itself */
	struct map kinds;   /* that are remembered; field -> text */
};

static enum status table_read(struct migration *migration, struct table *table, struct error *error)
{
	struct column *columns = NULL;
	size_t count = 0;
	bool row = false;
	STATEMENT statement = NULL;
	enum status status =
	    store_table_columns(migration->connection, migration->arena, table->type->name, &columns, &count, error);

	table->columns = map_new(migration->arena);
	table->kinds = map_new(migration->arena);
	for (size_t i = 0; i < count; i++)
		map_put(&table->columns, columns[i].name, &columns[i]);
	if (status == OK)
		status = store_prepare(migration->connection, S("SELECT field, kind FROM kaname_column WHERE type = ?"),
				       &statement, error);
	if (status != OK)
		return status;
	bind_int(statement, table->code);
	while ((status = store_step(statement, &row, error)) == OK && row)
		map_put(&table->kinds, str_dup(migration->arena, column_text(statement, 0)),
			str_c(migration->arena, column_text(statement, 1)));
	return status;
}

static enum status remember(struct migration *migration, const struct table *table, struct str field, struct str kind,
			    struct error *error)
{
	return MIGRATION_RUN(migration,
			     S("INSERT INTO kaname_column (type, field, kind) VALUES (?, ?, ?) "
			       "ON CONFLICT (type, field) DO UPDATE SET kind = excluded.kind"),
			     error, NUMBER_VALUE(table->code), TEXT_VALUE(field), TEXT_VALUE(kind));
}

/* What was of one kind and is to be read as another without touching the rows. */
static bool kind_fits(struct str was, struct str is)
{
	return str_eq(was, is) || (str_is(was, "choice") && str_is(is, "text"));
}

static enum status rename_field(struct migration *migration, const struct table *table, const struct field *field,
				struct error *error)
{
	enum status status = OK;

	migration->breaks = true;
	if (!layout_has_column(field))
		status = MIGRATION_RUN(migration, S("UPDATE kaname_link SET kind = ? WHERE kind = ?"), error,
				       TEXT_VALUE(field->link),
				       TEXT_VALUE(joined(migration, table->type->name, field->was)));
	else
		status = execute(migration, error, "ALTER TABLE %.*s RENAME COLUMN %.*s TO %.*s", STR_ARG(table->name),
				 STR_ARG(name(migration, field->was)), STR_ARG(name(migration, field->name)));
	if (status == OK && field->value == VALUE_MONEY)
		status =
		    execute(migration, error, "ALTER TABLE %.*s RENAME COLUMN \"%.*s_currency\" TO \"%.*s_currency\"",
			    STR_ARG(table->name), STR_ARG(field->was), STR_ARG(field->name));
	if (status == OK)
		status =
		    MIGRATION_RUN(migration, S("UPDATE kaname_column SET field = ? WHERE type = ? AND field = ?"),
				  error, TEXT_VALUE(field->name), NUMBER_VALUE(table->code), TEXT_VALUE(field->was));
	return status;
}

static enum status add_field(struct migration *migration, const struct table *table, const struct field *field,
			     struct error *error)
{
	struct str definitions[2];
	size_t count = schema_columns(migration->arena, migration->driver, field, definitions);
	enum status status = OK;

	/* A table that was made just now has the columns already. */
	if (map_get(&table->columns, field->name))
		return OK;
	for (size_t i = 0; i < count && status == OK; i++)
		status = execute(migration, error, "ALTER TABLE %.*s ADD COLUMN %.*s", STR_ARG(table->name),
				 STR_ARG(definitions[i]));
	return status;
}

/* A text becomes a choice where all that stands in it are codes of the choice. A value that is none; else empty. */
static enum status find_stray(struct migration *migration, const struct table *table, const struct field *field,
			      struct str column, struct str *stray, struct error *error)
{
	struct buf sql = buf_new(migration->arena);
	const struct choice_set *set = field->choices;
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	buf_format(&sql, "SELECT %.*s FROM %.*s WHERE %.*s NOT IN (''", STR_ARG(column), STR_ARG(table->name),
		   STR_ARG(column));
	for (size_t i = 0; i < set->count; i++)
		buf_add(&sql, S(", ?"));
	buf_add(&sql, S(") LIMIT 1"));
	*stray = (struct str){0};
	if ((status = store_prepare(migration->connection, buf_str(&sql), &statement, error)))
		return status;
	for (size_t i = 0; i < set->count; i++)
		bind_text(statement, set->choices[i].code);
	if (!(status = store_step(statement, &row, error)) && row)
		*stray = str_dup(migration->arena, column_text(statement, 0));
	return status;
}

static enum status refuse_strays(struct migration *migration, const struct table *table, const struct field *field,
				 struct str column, struct error *error)
{
	struct str stray;
	enum status status = find_stray(migration, table, field, name(migration, column), &stray, error);

	if (status || !stray.n)
		return status;
	return error_fail(error, E_CONFLICT, migration_place(migration, field->place), "kind",
			  N_("%s has a record with \"%s\", which is none of its choices"),
			  str_c(migration->arena, joined(migration, table->type->name, field->name)),
			  str_c(migration->arena, stray));
}

static enum status migrate_field(struct migration *migration, const struct table *table, const struct field *field,
				 struct error *error)
{
	struct str is = str_of(schema_kind(field));
	const char *was = map_get(&table->kinds, field->name);
	bool renamed = false;
	enum status status = OK;

	if (!was && field->was.n && !type_field(table->type, field->was)) {
		was = map_get(&table->kinds, field->was);
		renamed = was != NULL;
	}
	if (was && str_is(str_of(was), "text") && str_is(is, "choice"))
		status = refuse_strays(migration, table, field, renamed ? field->was : field->name, error);
	else if (was && !kind_fits(str_of(was), is))
		return error_fail(error, E_CONFLICT, migration_place(migration, field->place), "kind",
				  N_("%s is kept as %s and cannot become %s; declare a new field instead"),
				  str_c(migration->arena, joined(migration, table->type->name, field->name)), was,
				  is.p);
	if (status == OK && renamed)
		status = rename_field(migration, table, field, error);
	else if (!was)
		status = add_field(migration, table, field, error);
	if (status == OK && (!was || !str_is(is, was)))
		status = remember(migration, table, field->name, is, error);
	return status;
}

/* --- clocks, number and states --- */

/* The rows of a table that stood before its columns of this clock get what the clock has. */
static enum status migrate_clock(struct migration *migration, const struct table *table, struct str clock,
				 struct error *error)
{
	struct str due = layout_clock_column(migration->arena, clock, CLOCK_DUE_AT),
		   state = layout_clock_column(migration->arena, clock, CLOCK_STATE), definitions[2];
	enum status status = OK;

	if (map_get(&table->columns, str_sub(due, 1, due.n - 1)))
		return OK;
	schema_clock_columns(migration->arena, migration->driver, clock, definitions);
	for (size_t i = 0; i < 2 && status == OK; i++)
		status = execute(migration, error, "ALTER TABLE %.*s ADD COLUMN %.*s", STR_ARG(table->name),
				 STR_ARG(definitions[i]));
	if (status != OK)
		return status;
	return MIGRATION_RUN(
	    migration,
	    str_format(
		migration->arena,
		"UPDATE %.*s SET %.*s = COALESCE(c.due_at, " LAYOUT_NEVER
		"), %.*s = NULLIF(c.state, 'none') FROM kaname_clock c WHERE c.record = %.*s.\"id\" AND c.name = ?",
		STR_ARG(table->name), STR_ARG(due), STR_ARG(state), STR_ARG(table->name)),
	    error, TEXT_VALUE(clock));
}

static enum status migrate_number(struct migration *migration, const struct table *table, bool made,
				  struct error *error)
{
	struct str is = schema_number_kind(migration->arena, table->type);
	const char *was = map_get(&table->kinds, S("number"));
	enum status status = OK;

	if (was && str_is(is, was))
		return OK;
	if (!made) { /* it is generated, so nothing is lost */
		migration->breaks = true;
		struct buf column = buf_new(migration->arena);

		migration->driver->number_column(&column, table->type->prefix, table->type->number_width);
		status = execute(migration, error, "ALTER TABLE %.*s DROP COLUMN \"number\"", STR_ARG(table->name));
		if (status == OK)
			status = execute(migration, error, "ALTER TABLE %.*s ADD COLUMN %.*s", STR_ARG(table->name),
					 STR_ARG(buf_str(&column)));
	}
	return status == OK ? remember(migration, table, S("number"), is, error) : status;
}

static enum status migrate_states(struct migration *migration, const struct table *table, struct error *error)
{
	const struct type *type = table->type;
	struct str update =
	    str_format(migration->arena, "UPDATE %.*s SET \"state\" = ? WHERE \"state\" = ?", STR_ARG(table->name));
	enum status status = OK;

	if (type->state_count && !map_get(&table->columns, S("state"))) {
		status = execute(migration, error, "ALTER TABLE %.*s ADD COLUMN \"state\" %s", STR_ARG(table->name),
				 migration->driver->column_types[COLUMN_TEXT]);
		if (status == OK)
			status = MIGRATION_RUN(
			    migration,
			    str_format(migration->arena, "UPDATE %.*s SET \"state\" = ?", STR_ARG(table->name)), error,
			    TEXT_VALUE(type->initial->name));
		return status;
	}
	for (size_t i = 0; i < type->state_count && status == OK; i++) {
		const struct state *state = type->states[i];

		if (!state->was.n || type_state(type, state->was))
			continue;
		status = MIGRATION_RUN(migration, update, error, TEXT_VALUE(state->name), TEXT_VALUE(state->was));
		migration->breaks = migration->breaks || store_changes(migration->connection) > 0;
	}
	return status;
}

enum status migrate_type(struct migration *migration, const struct type *type, struct error *error)
{
	struct table table = {
	    .type = type, .name = layout_table(migration->arena, type), .code = migration->code_of[type->index]};
	const struct map *clocks = &type->query->clocks;
	enum status status = table_read(migration, &table, error);
	bool made = status == OK && !table.columns.count;

	if (made) {
		status = store_execute(migration->connection, schema_create(migration->arena, migration->driver, type),
				       error);
		if (status == OK)
			status = table_read(migration, &table, error);
	}
	if (status == OK)
		status = migrate_number(migration, &table, made, error);
	enum status first = status;
	for (size_t i = 0; i < type->field_count && first == OK; i++) {
		enum status one = migrate_field(migration, &table, type->fields[i], error);

		if (status == OK)
			status = one;
		if (one != OK && one != E_CONFLICT)
			break;
	}
	for (size_t i = 0; i < clocks->count && status == OK; i++)
		status = migrate_clock(migration, &table, clocks->entries[i].key, error);
	return status == OK ? migrate_states(migration, &table, error) : status;
}

/* --- indexes --- */

static enum status index_make(struct migration *migration, const struct type *type, const struct layout_index *index,
			      struct error *error)
{
	struct str table = layout_table(migration->arena, type);
	struct str definition = migration->driver->index_definition
				    ? migration->driver->index_definition(migration->arena, index->definition)
				    : index->definition;
	struct error inner;

	error_clear(&inner);
	enum status status = execute(migration, &inner, "CREATE %s IF NOT EXISTS \"%.*s\" ON %.*s %.*s",
				     index->unique ? "UNIQUE INDEX" : "INDEX", STR_ARG(index->name), STR_ARG(table),
				     STR_ARG(definition));
	if (status == E_CONFLICT)
		return error_fail(error, E_CONFLICT, migration_place(migration, index->place), "unique",
				  N_("%s cannot become unique: some records have the same value"),
				  str_c(migration->arena, joined(migration, type->name, index->lead)));
	if (status != OK)
		error_fail(error, status, inner.items[0].field, inner.items[0].rule, N_("An index cannot be made"));
	return status;
}

/* Drops our indexes that nothing wants any more, as after a rename; an index holds no data of its own. */
static enum status indexes_drop(struct migration *migration, const struct map *wanted, struct error *error)
{
	VEC(struct str) unwanted = {0};
	enum status status;
	bool row = false;

	{
		STATEMENT statement = NULL;

		status =
		    store_prepare(migration->connection, str_of(migration->driver->list_indexes), &statement, error);
		while (status == OK && (status = store_step(statement, &row, error)) == OK && row) {
			struct str found = column_text(statement, 0);

			if (str_starts(found, S(SCHEMA_INDEX)) && !map_get(wanted, found))
				vec_push(migration->arena, &unwanted, str_dup(migration->arena, found));
		}
	}
	for (size_t i = 0; i < unwanted.count && status == OK; i++)
		status = execute(migration, error, "DROP INDEX %.*s", STR_ARG(name(migration, unwanted.items[i])));
	return status;
}

enum status migrate_indexes(struct migration *migration, struct error *error)
{
	const struct model *model = migration->model;
	struct map wanted = map_new(migration->arena);
	struct layout_index **indexes = arena_many(migration->arena, struct layout_index *, model->type_count + 1);
	size_t *counts = arena_many(migration->arena, size_t, model->type_count + 1);

	for (size_t i = 0; i < model->type_count; i++) {
		layout_indexes(migration->arena, model, model->types[i], &indexes[i], &counts[i]);
		for (size_t k = 0; k < counts[i]; k++)
			map_put(&wanted, indexes[i][k].name, &indexes[i][k]);
	}
	enum status status = indexes_drop(migration, &wanted, error);
	for (size_t i = 0; i < model->type_count && status == OK; i++) {
		for (size_t k = 0; k < counts[i] && status == OK; k++)
			status = index_make(migration, model->types[i], &indexes[i][k], error);
	}
	return status;
}

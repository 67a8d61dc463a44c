/* Preparing the database for a model. All in one job of the writer: either the whole schema fits the model afterwards,
 * or nothing has changed. */
#include "store/migrate.h"

#include "base/map.h"

struct preparation {
	struct arena *arena;
	struct store *store;
	const struct model *model;
	struct str digest; /* of the model and of our own tables */
};

static enum status meta_read(struct connection *connection, struct arena *arena, struct str *digest,
			     struct error *error)
{
	struct column *columns = NULL;
	size_t count = 0;
	bool row = false;
	STATEMENT statement = NULL;
	enum status status = store_table_columns(connection, arena, S("kaname_meta"), &columns, &count, error);

	*digest = S("");
	if (status != OK || !count)
		return status;
	status = store_prepare(connection, S("SELECT value FROM kaname_meta WHERE name = 'layout'"), &statement, error);
	if (status == OK)
		status = store_step(statement, &row, error);
	if (status == OK && row)
		*digest = str_dup(arena, column_text(statement, 0));
	return status;
}

static enum status codes_read(struct connection *connection, struct arena *arena, struct map *codes, int32_t *highest,
			      struct error *error)
{
	STATEMENT statement = NULL;
	bool row = false;
	enum status status =
	    store_prepare(connection, S("SELECT code, name FROM kaname_type ORDER BY code"), &statement, error);

	*codes = map_new(arena);
	*highest = 0;
	while (status == OK && (status = store_step(statement, &row, error)) == OK && row) {
		int32_t *code = arena_one(arena, int32_t);

		*code = (int32_t)column_int(statement, 0);
		*highest = *code;
		map_put(codes, str_dup(arena, column_text(statement, 1)), code);
	}
	return status;
}

/* --- inside the job --- */

static enum status add_column(struct migration *migration, const struct schema_addition *addition, struct error *error)
{
	struct column *columns = NULL;
	size_t count = 0;
	enum status status = store_table_columns(migration->connection, migration->arena, str_of(addition->table),
						 &columns, &count, error);

	for (size_t i = 0; i < count; i++)
		if (str_is(columns[i].name, addition->column))
			return status;
	if (status != OK)
		return status;
	return store_execute(migration->connection,
			     str_format(migration->arena, "ALTER TABLE %s ADD COLUMN %s %.*s", addition->table,
					addition->column,
					STR_ARG(schema_expand(migration->arena, migration->driver, addition->type))),
			     error);
}

enum status migrate_own_tables(struct migration *migration, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; schema_tables[i] && status == OK; i++)
		status = store_execute(migration->connection,
				       schema_expand(migration->arena, migration->driver, schema_tables[i]), error);
	for (size_t i = 0; schema_additions[i].table && status == OK; i++)
		status = add_column(migration, &schema_additions[i], error);
	for (size_t i = 0; migration->driver->own_schema[i] && status == OK; i++)
		status = store_execute(migration->connection, str_of(migration->driver->own_schema[i]), error);
	return status;
}

/* A type is known by its name, or by its former one when that is no longer declared. */
static enum status type_code(struct migration *migration, const struct map *codes, const struct type *type,
			     struct error *error)
{
	const int32_t *known = map_get(codes, type->name);
	enum status status;

	if (!known && type->was.n && !model_type(migration->model, type->was))
		known = map_get(codes, type->was);
	if (known) {
		migration->code_of[type->index] = *known;
		if (map_get(codes, type->name))
			return OK;
		status = MIGRATION_RUN(migration, S("UPDATE kaname_type SET name = ? WHERE code = ?"), error,
				       TEXT_VALUE(type->name), NUMBER_VALUE(*known));
		return status == OK ? migrate_type_name(migration, type, error) : status;
	}
	migration->code_of[type->index] = ++migration->highest;
	return MIGRATION_RUN(migration, S("INSERT INTO kaname_type (code, name) VALUES (?, ?)"), error,
			     NUMBER_VALUE(migration->highest), TEXT_VALUE(type->name));
}

/* Events that were written before they were counted: see store_next(). */
static enum status count_events(struct migration *migration, struct error *error)
{
	return MIGRATION_RUN(migration,
			     S("INSERT INTO kaname_serial (type, last) SELECT ?, COALESCE(max(id), 0) FROM "
			       "kaname_event WHERE true ON CONFLICT (type) DO NOTHING"),
			     error, NUMBER_VALUE(COUNTER_EVENTS));
}

static enum status prepare(void *context, struct connection *connection, struct error *error)
{
	const struct preparation *preparation = context;
	const struct model *model = preparation->model;
	struct migration migration = {
	    .arena = preparation->arena,
	    .model = model,
	    .driver = preparation->store->driver,
	    .connection = connection,
	    .code_of = arena_many(preparation->arena, int32_t, model->type_count + 1),
	};
	struct map codes;
	enum status status = migrate_own_tables(&migration, error);

	if (status == OK)
		status = count_events(&migration, error);
	if (status == OK)
		status = codes_read(connection, preparation->arena, &codes, &migration.highest, error);
	for (size_t i = 0; i < model->type_count && status == OK; i++)
		status = type_code(&migration, &codes, model->types[i], error);
	/* All types are looked at, so that every fault is told at once. */
	enum status first = status;
	for (size_t i = 0; i < model->type_count && first == OK; i++) {
		enum status one = migrate_type(&migration, model->types[i], error);

		if (status == OK)
			status = one;
	}
	if (status == OK)
		status = migrate_indexes(&migration, error);
	if (status != OK)
		return status;
	store_tell(connection, NEWS_SCHEMA, 0, 0);
	return MIGRATION_RUN(&migration,
			     S("INSERT INTO kaname_meta (name, value) VALUES ('layout', ?) "
			       "ON CONFLICT (name) DO UPDATE SET value = excluded.value"),
			     error, TEXT_VALUE(preparation->digest));
}

/* --- outside --- */

static enum status codes_fill(const struct preparation *preparation, struct type_codes *codes, struct error *error)
{
	const struct model *model = preparation->model;
	struct arena *arena = preparation->arena;
	READER reader = NULL;
	struct map known;
	enum status status = store_reader(preparation->store, &reader, error);

	if (status == OK)
		status = codes_read(reader, arena, &known, &codes->highest, error);
	if (status != OK)
		return status;
	codes->model = model;
	codes->code_of = arena_many(arena, int32_t, model->type_count + 1);
	codes->type_of = arena_many(arena, const struct type *, (size_t)codes->highest + 1);
	for (size_t i = 0; i < model->type_count; i++) {
		const int32_t *code = map_get(&known, model->types[i]->name);

		if (!code)
			return error_fail_at(error, E_INTERNAL, model->types[i]->name, "layout",
					     N_("The database does not know this type"));
		codes->code_of[i] = *code;
		codes->type_of[*code] = model->types[i];
	}
	return OK;
}

enum status layout_prepare(struct arena *arena, struct store *store, const struct model *model,
			   struct type_codes *codes, struct error *error)
{
	struct preparation preparation = {
	    .arena = arena,
	    .store = store,
	    .model = model,
	    .digest = str_format(arena, SCHEMA_VERSION " %s", model->digest.hex),
	};
	struct str stands = {0};
	READER reader = NULL;
	enum status status = store_reader(store, &reader, error);

	if (status == OK)
		status = meta_read(reader, arena, &stands, error);
	store_reader_done(&reader);
	if (status == OK && !str_eq(stands, preparation.digest))
		status = store_write_wait(store, prepare, &preparation, error);
	return status == OK ? codes_fill(&preparation, codes, error) : status;
}

/* Preparing the database for a model. All in one job of the writer: either the whole schema fits the model afterwards,
 * or nothing has changed. */
#include "store/migrate.h"

#include "base/map.h"

struct preparation {
	struct arena *arena;
	struct store *store;
	const struct model *model;
	struct str ours; /* the version of our own tables, and the digest of the model */
	bool joins;
};

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

/* To a table of an earlier version; one that is not there yet is made with it. */
static enum status add_column(struct migration *migration, const struct schema_addition *addition, struct error *error)
{
	struct column *columns = NULL;
	size_t count = 0;
	enum status status = store_table_columns(migration->connection, migration->arena, str_of(addition->table),
						 &columns, &count, error);

	for (size_t i = 0; i < count; i++)
		if (str_is(columns[i].name, addition->column))
			return status;
	if (status != OK || !count)
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

	for (size_t i = 0; schema_additions[i].table && status == OK; i++)
		status = add_column(migration, &schema_additions[i], error);
	for (size_t i = 0; schema_tables[i] && status == OK; i++)
		status = store_execute(migration->connection,
				       schema_expand(migration->arena, migration->driver, schema_tables[i]), error);
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
	struct standing before;
	struct map codes;
	bool serves;
	enum status status = standing_read(connection, preparation->arena, &before, error);

	if (status != OK || (status = standing_judge(&before, preparation->ours, preparation->joins, &serves, error)) ||
	    serves) /* another node was quicker */
		return status;
	if ((status = migrate_own_tables(&migration, error)) == OK)
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
	return standing_write(&migration, &before, preparation->ours, error);
}

/* --- outside --- */

static enum status codes_fill(const struct preparation *preparation, struct connection *reader,
			      struct type_codes *codes, struct error *error)
{
	const struct model *model = preparation->model;
	struct arena *arena = preparation->arena;
	struct map known;
	enum status status = codes_read(reader, arena, &known, &codes->highest, error);

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

/* In one snapshot: whether the tables serve us, and if so, what we found them to be. */
static enum status take_up(const struct preparation *preparation, struct type_codes *codes, bool *serves,
			   struct error *error)
{
	struct store *store = preparation->store;
	struct standing standing;
	READER reader = NULL;
	enum status status;

	store->version = 0; /* what was taken up before counts no more */
	if ((status = store_reader(store, &reader, error)) || (status = store_snapshot_begin(reader, error)) ||
	    (status = standing_read(reader, preparation->arena, &standing, error)) ||
	    (status = standing_judge(&standing, preparation->ours, preparation->joins, serves, error)) || !*serves ||
	    (status = codes_fill(preparation, reader, codes, error)))
		return status;
	store->behind = !str_eq(standing.layout, preparation->ours);
	store->breaks = reader->moment.breaks;
	store->version = SCHEMA_VERSION;
	return OK;
}

static struct str layout_of(struct arena *arena, const struct model *model)
{
	return str_format(arena, "%d %s", SCHEMA_VERSION, model->digest.hex);
}

enum status layout_look(struct store *store, const struct model *model, bool *behind, struct error *error)
{
	ARENA arena = arena_new();
	struct standing standing;
	READER reader = NULL;
	enum status status;

	if ((status = store_reader(store, &reader, error)) || (status = standing_read(reader, arena, &standing, error)))
		return status;
	*behind = !str_eq(standing.layout, layout_of(arena, model));
	store->behind = *behind;
	return OK;
}

enum status layout_prepare(struct arena *arena, struct store *store, const struct model *model, bool joins,
			   struct type_codes *codes, struct error *error)
{
	const struct preparation preparation = {
	    .arena = arena,
	    .store = store,
	    .model = model,
	    .ours = layout_of(arena, model),
	    .joins = joins && store->driver->demand, /* where there is one program at a time, none is held up */
	};
	bool serves = false;
	enum status status = take_up(&preparation, codes, &serves, error);

	/* Another node may change it again before we look; it does not go on doing so. */
	for (int attempts = 0; status == OK && !serves && attempts < 3; attempts++)
		if ((status = store_write_wait(store, prepare, (void *)(uintptr_t)&preparation, error)) == OK)
			status = take_up(&preparation, codes, &serves, error);
	if (status == OK && !serves)
		status = error_fail(error, E_CONFLICT, "", "layout",
				    N_("Other nodes bring the database to other models at the same time"));
	return status;
}

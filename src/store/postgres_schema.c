/* The parts of the schema that only PostgreSQL knows. */
#include "store/postgres.h"

#include <stdio.h>
#include <string.h>

#include "store/schema.h"

/* terms: " public ones \n internal ones ", for phrases; words: each of them once, for the index. */
#define SEARCH_TABLE(name)                                                                                             \
	"CREATE TABLE IF NOT EXISTS " name " (document BIGINT PRIMARY KEY, terms TEXT COLLATE \"C\" NOT NULL, "        \
	"words TSVECTOR NOT NULL)",                                                                                    \
	    "CREATE INDEX IF NOT EXISTS " name "_words ON " name " USING GIN (words)"

const char *const pg_own_schema[] = {
    SEARCH_TABLE("kaname_search_records"),
    SEARCH_TABLE("kaname_search_events"),
    "CREATE OR REPLACE FUNCTION kaname_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'history cannot be altered' USING ERRCODE = '23000'; END $$",
    "CREATE OR REPLACE TRIGGER kaname_event_no_change BEFORE UPDATE ON kaname_event "
    "FOR EACH ROW WHEN (" SCHEMA_ALTERS_HISTORY ") EXECUTE FUNCTION kaname_refuse()",
    "CREATE OR REPLACE TRIGGER kaname_event_no_delete BEFORE DELETE ON kaname_event "
    "FOR EACH ROW EXECUTE FUNCTION kaname_refuse()",
    "CREATE OR REPLACE TRIGGER kaname_event_no_truncate BEFORE TRUNCATE ON kaname_event "
    "FOR EACH STATEMENT EXECUTE FUNCTION kaname_refuse()",
    NULL,
};

/* --- what every session relies on --- */

static const char *const foundation[] = {
    "CREATE TABLE IF NOT EXISTS kaname_epoch (epoch BIGINT NOT NULL)",
    "ALTER TABLE kaname_epoch ADD COLUMN IF NOT EXISTS turn BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE kaname_epoch ADD COLUMN IF NOT EXISTS reign TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE kaname_epoch ADD COLUMN IF NOT EXISTS oldest BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE kaname_epoch ADD COLUMN IF NOT EXISTS breaks BIGINT NOT NULL DEFAULT 0",
    /* Which tables the last turns have changed; "*": any. */
    "CREATE TABLE IF NOT EXISTS kaname_turn (slot INTEGER PRIMARY KEY, turn BIGINT NOT NULL, tables TEXT NOT NULL) "
    "WITH (fillfactor = 50)",
    "INSERT INTO kaname_epoch (epoch) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM kaname_epoch)",
    "CREATE OR REPLACE FUNCTION instr(t text, part text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE "
    "AS $$ SELECT strpos(t, part) $$",
    NULL,
};

static enum status send_all(struct pg_connection *connection, const char *const *texts, struct error *error)
{
	enum status status = OK;

	for (; *texts && status == OK; texts++)
		status = pg_send(connection, *texts, PG_COMMAND, error);
	return status;
}

static enum status found(struct pg_connection *connection, struct error *error)
{
	enum status status;

	if ((status = pg_send(connection, "BEGIN", PG_COMMAND, error)) ||
	    (status = pg_send(connection, connection->lock, PG_COMMAND, error)) ||
	    (status = send_all(connection, pg_fold_functions, error)) ||
	    (status = send_all(connection, foundation, error)) || (status = pg_run(connection, "COMMIT", NULL, error)))
		pg_try(connection, "ROLLBACK");
	return status;
}

/* reign: this database, by what its copies have in common, and its timeline, which changes when a copy is promoted. So
 * turns are only compared where they count the same changes. */
static const char take_reign[] =
    "UPDATE kaname_epoch SET reign = now.reign, turn = turn + 1 FROM (SELECT concat_ws('/', "
    "(SELECT system_identifier FROM pg_control_system()), "
    "(SELECT oid FROM pg_database WHERE datname = current_database()), 'kaname_epoch'::regclass::oid, "
    "left(pg_walfile_name(pg_current_wal_lsn()), 8)) AS reign) now WHERE kaname_epoch.reign <> now.reign";

enum status pg_foundation(struct pg_connection *connection, struct error *error)
{
	struct pg_store *store = (struct pg_store *)connection->connection.store;
	PGresult *result;
	/* One lock for each schema of the database: whoever writes into it. */
	enum status status = pg_run(
	    connection,
	    "SELECT 'SELECT pg_advisory_xact_lock(1801545070, ' || hashtext(COALESCE(current_schema(), '')) || ')', "
	    "(SELECT attnum FROM pg_attribute WHERE attrelid = to_regclass('kaname_epoch') AND attname = 'breaks'), "
	    "quote_ident('kaname_' || COALESCE(current_schema(), ''))",
	    &result, error);

	if (status != OK)
		return status;
	snprintf(connection->lock, sizeof(connection->lock), "%s", PQgetvalue(result, 0, 0));
	if (!*store->channel)
		snprintf(store->channel, sizeof(store->channel), "%s", PQgetvalue(result, 0, 2));
	bool stands = !PQgetisnull(result, 0, 1);
	PQclear(result);
	status = stands ? OK : found(connection, error);
	return status == OK ? pg_run(connection, take_reign, NULL, error) : status;
}

/* --- tables --- */

void pg_number_column(struct buf *sql, struct str prefix, unsigned width)
{
	buf_add_c(sql, "\"number\" TEXT COLLATE \"C\" GENERATED ALWAYS AS ('");
	for (size_t i = 0; i < prefix.n; i++) {
		if (prefix.p[i] == '\'')
			buf_add_char(sql, '\'');
		buf_add_char(sql, prefix.p[i]);
	}
	buf_format(sql,
		   "-' || lpad((\"id\" & 1099511627775)::text, greatest(%u, length((\"id\" & 1099511627775)::text)), "
		   "'0')) STORED",
		   width ? width : 1);
}

static enum column_kind kind_of(struct str type)
{
	if (str_is(type, "bigint") || str_is(type, "integer"))
		return COLUMN_INTEGER;
	return str_is(type, "bytea") ? COLUMN_BLOB : COLUMN_TEXT;
}

enum status pg_table_columns(struct connection *connection, struct arena *arena, struct str table,
			     struct column **columns, size_t *count, struct error *error)
{
	static const struct column_source source = {S("SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
						      "WHERE attrelid = to_regclass(quote_ident(?)) "
						      "AND attnum > 0 AND NOT attisdropped ORDER BY attnum"),
						    kind_of};

	return read_columns(connection, arena, &source, table, columns, count, error);
}

/* --- for copies of whole databases --- */

const char pg_list_tables[] =
    "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') "
    "AND relnamespace = to_regnamespace(quote_ident(current_schema())) AND left(relname, 14) <> 'kaname_search_' "
    "AND relname NOT IN ('kaname_epoch', 'kaname_turn') ORDER BY relname COLLATE \"C\"";

const char pg_list_keys[] =
    "SELECT a.attname FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place) "
    "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number "
    "WHERE i.indrelid = to_regclass(quote_ident(?)) AND i.indisprimary ORDER BY k.place";

/* Identities go on behind the highest one; and the planner learns what there is now. */
const char *const pg_after_copy[] = {
    "DO $$ DECLARE t text; BEGIN "
    "FOR t IN SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() "
    "AND column_name = 'id' AND is_identity = 'YES' LOOP "
    "EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, ''id''), COALESCE((SELECT max(id) FROM %I), 0) + 1, "
    "false)', quote_ident(t), t); END LOOP; END $$",
    "ANALYZE",
    NULL,
};

/* --- indexes --- */

/* Columns that hold a value in every row: PostgreSQL's own order of NULL serves, and the primary key with it. */
static bool is_never_empty(struct str key)
{
	static const char *const names[] = {"id",         "version",    "state",      "created_at", "updated_at",
					    "created_by", "updated_by", "restricted", NULL};
	struct str before, name;

	if (!str_cut(&key, '"', &before) || !str_cut(&key, '"', &name))
		return false;
	for (size_t i = 0; names[i]; i++)
		if (str_is(name, names[i]))
			return true;
	return str_starts(name, S("clock_")) && str_ends(name, S("_due_at"));
}

/* One key: an expression in brackets, and where NULL stands: as in SQLite, before everything. */
static void add_key(struct buf *out, struct str key)
{
	struct str turned = S(" DESC");
	bool descending = str_ends(key, turned), plain;
	size_t at;

	key = str_trim(key);
	if (descending)
		key = str_sub(key, 0, key.n - turned.n);
	plain = str_starts(key, S("\"")) && str_find_char(str_sub(key, 1, key.n), '"', &at) && at + 2 == key.n;
	buf_format(out, plain ? "%.*s%s" : "(%.*s)%s", STR_ARG(key), descending ? " DESC" : "");
	if (!is_never_empty(key))
		buf_add_c(out, descending ? " NULLS LAST" : " NULLS FIRST");
}

/* "(a, b DESC) WHERE c" as PostgreSQL wants it. */
struct str pg_index_definition(struct arena *arena, struct str definition)
{
	struct buf out = buf_new(arena);
	size_t depth = 1, start = 1, at = 1;

	buf_add_char(&out, '(');
	for (; at < definition.n && depth; at++) {
		char c = definition.p[at];

		depth += c == '(';
		depth -= c == ')';
		if (!depth || (depth == 1 && c == ',')) {
			add_key(&out, str_sub(definition, start, at));
			buf_add_char(&out, c);
			start = at + 1;
		}
	}
	buf_add(&out, str_sub(definition, at, definition.n));
	return buf_str(&out);
}

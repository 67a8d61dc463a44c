/* The PostgreSQL driver: opening, connecting, and connecting anew. PostgreSQL stands behind these files and nowhere
 * else. What is told to people never holds the URL, which may hold a password. */
#include "store/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	PAUSE_FIRST = 100, /* ms until the next attempt to connect; doubles */
	PAUSE_MOST = 5000,
	TURN_MOST = 500, /* ms that one waits for the attempt of another */
};

struct pg_connection *pg_own(struct connection *connection)
{
	return (struct pg_connection *)connection;
}

int64_t pg_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- sessions --- */

/* What is silent for a quarter of a minute is taken for dead. The URL may say otherwise, but for the encoding. */
PGconn *pg_dial(const char *url, const char *database)
{
	const char *names[] = {"application_name", "connect_timeout",
			       "keepalives_idle",  "keepalives_interval",
			       "keepalives_count", "tcp_user_timeout",
			       "dbname",           "client_encoding",
			       "dbname",           NULL};
	const char *values[] = {"kaname", "5", "10", "5", "2", "15000", url, "UTF8", database, NULL};

	if (!database)
		names[8] = NULL;
	return PQconnectdbParams(names, values, 1);
}

static const char *const settings[] = {
    "SET client_min_messages = warning",
    "SET standard_conforming_strings = on",
    "SET bytea_output = hex",
    "SET jit = off", /* it pays for queries of seconds, and is taken for shorter ones by mistake */
    "SET lock_timeout = '10s'",
    /* A node that hangs within a change must not keep the others from theirs. */
    "SET idle_in_transaction_session_timeout = '60s'",
    NULL,
};

/* A confirmed change is on the disk, whatever is usual on that server; stronger settings stay. */
static const char confirm[] = "SELECT set_config('synchronous_commit', 'on', false) "
			      "WHERE current_setting('synchronous_commit') = 'off'";

/* What is sent again and again, so that the server need not read the texts each time. */
static const struct {
	const char *name, *sql;
	bool writes;
} named[] = {
    {PG_COMMIT, "COMMIT", false},
    {PG_SNAPSHOT, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", false},
    /* The end of a transaction that writes something is the end of all before it. */
    {PG_SETTLE, "SELECT pg_logical_emit_message(true, 'kaname', '')", false},
    {PG_GROUP, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", true},
    {PG_OPEN, pg_opening, true},
    {PG_CLOSE, pg_closing, true},
};

static const char moment[] = "SELECT " PG_MOMENT_COLUMNS " FROM kaname_epoch";
/* A replica that was promoted goes ways of its own. */
static const char replica_moment[] = "SELECT " PG_MOMENT_COLUMNS " FROM kaname_epoch WHERE pg_is_in_recovery()";

static enum status prepare(struct pg_connection *connection, const char *name, const char *sql, struct error *error)
{
	return pg_sent(connection, PQsendPrepare(connection->db, name, sql, 0, NULL), PG_COMMAND, 64, error);
}

static enum status prepare_named(struct pg_connection *connection, struct error *error)
{
	enum status status =
	    prepare(connection, PG_ASK_MOMENT, connection->connection.store->follows ? replica_moment : moment, error);

	for (size_t i = 0; i < sizeof(named) / sizeof(*named) && status == OK; i++)
		if (connection->writes || !named[i].writes)
			status = prepare(connection, named[i].name, named[i].sql, error);
	if (status == OK && connection->writes)
		status = prepare(connection, PG_LOCK, connection->lock, error);
	return status == OK ? pg_finish(connection, NULL, error) : status;
}

static enum status greet(struct pg_connection *connection, struct error *error)
{
	enum status status = OK;

	if (!PQenterPipelineMode(connection->db))
		return pg_fail(connection, NULL, error);
	for (size_t i = 0; settings[i] && status == OK; i++)
		status = pg_send(connection, settings[i], PG_COMMAND, error);
	/* What a reader sends together without a BEGIN is a snapshot, too: pg_glance_begin(). */
	if (status == OK && !connection->writes)
		status = pg_send(connection,
				 "SELECT set_config('default_transaction_isolation', 'repeatable read', false), "
				 "set_config('default_transaction_read_only', 'on', false)",
				 PG_COMMAND, error);
	if (status == OK)
		status = pg_run(connection, confirm, NULL, error);
	if (status == OK && connection->writes)
		status = pg_foundation(connection, error);
	return status == OK ? prepare_named(connection, error) : status;
}

void pg_shut(struct pg_connection *connection)
{
	PQfinish(connection->db);
	connection->db = NULL;
	connection->unread_count = 0;
	connection->unread_bytes = 0;
	connection->doomed_count = 0;
	connection->failed = false;
	connection->in_turn = false;
	connection->turn = -1;
	pg_memo_forget(connection);
}

static enum status reach(struct pg_connection *connection, struct error *error)
{
	const struct pg_store *store = (const struct pg_store *)connection->connection.store;

	pg_shut(connection);
	connection->session++;
	connection->timeout = -1;
	connection->db = pg_dial(store->url, NULL);
	if (PQstatus(connection->db) != CONNECTION_OK)
		return pg_fail_connect(connection->db, error);
	return greet(connection, error);
}

static bool is_alive(struct pg_connection *connection)
{
	char next;

	if (!connection->db || PQstatus(connection->db) == CONNECTION_BAD)
		return false;
	/* Looks, without waiting, whether the server has hung up, which may lie behind its last words. */
	if (!PQconsumeInput(connection->db) || recv(PQsocket(connection->db), &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
		return false;
	return PQstatus(connection->db) != CONNECTION_BAD;
}

static bool is_connected(struct connection *connection)
{
	return is_alive(pg_own(connection));
}

/* While the server is away, nobody waits for what another finds out; while it is there, that is soon known. */
static bool may_try(struct pg_store *store)
{
	struct timespec until;
	int code = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (until.tv_nsec + TURN_MOST * 1000000) / 1000000000;
	until.tv_nsec = (until.tv_nsec + TURN_MOST * 1000000) % 1000000000;
	pthread_mutex_lock(&store->gate);
	while (store->trying && !store->pause && !code)
		code = pthread_cond_clockwait(&store->tried, &store->gate, CLOCK_MONOTONIC, &until);
	bool may = !store->trying && pg_milliseconds() >= store->retry_at;
	if (may)
		store->trying = true;
	pthread_mutex_unlock(&store->gate);
	return may;
}

/* How long the next attempt has to wait, in ms. */
static int64_t has_tried(struct pg_store *store, bool good)
{
	pthread_mutex_lock(&store->gate);
	int64_t pause = good ? 0 : store->pause ? store->pause * 2 : PAUSE_FIRST;
	if (pause > PAUSE_MOST)
		pause = PAUSE_MOST;
	store->pause = pause;
	store->retry_at = pg_milliseconds() + pause;
	store->trying = false;
	pthread_cond_broadcast(&store->tried);
	pthread_mutex_unlock(&store->gate);
	return pause;
}

enum status pg_revive(struct pg_connection *connection, struct error *error)
{
	struct pg_store *store = (struct pg_store *)connection->connection.store;
	enum status status;

	if (is_alive(connection))
		return OK;
	if (!may_try(store)) {
		error->wait_seconds = 1;
		return error_fail(error, E_UNAVAILABLE, "", "connection",
				  N_("The database does not answer at the moment; try again"));
	}
	status = reach(connection, error);
	int64_t pause = has_tried(store, status == OK);
	if (status == OK)
		return OK;
	pg_shut(connection);
	error->wait_seconds = (unsigned)(pause / 1000) + 1;
	return E_UNAVAILABLE;
}

static enum status revive(struct connection *connection, struct error *error)
{
	return pg_revive(pg_own(connection), error);
}

/* --- the database --- */

/* Made in the C order of bytes, as SQLite's: the columns ask for it anyway. */
static enum status make_database(const char *url, const char *name, struct error *error)
{
	PGconn *db = pg_dial(url, "postgres");
	enum status status = OK;
	char *quoted = PQstatus(db) == CONNECTION_OK ? PQescapeIdentifier(db, name, strlen(name)) : NULL;
	char sql[256];

	if (quoted && snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8'", quoted) <
			  (int)sizeof(sql)) {
		PGresult *result = PQexec(db, sql);
		const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

		/* Somebody else may have made it just now. */
		if (PQresultStatus(result) != PGRES_COMMAND_OK && (!state || strcmp(state, "42P04") != 0))
			status = pg_fail_connect(db, error);
		PQclear(result);
	} else {
		status = pg_fail_connect(db, error);
	}
	PQfreemem(quoted);
	PQfinish(db);
	return status;
}

static enum status connect_first(struct pg_connection *made, struct error *error)
{
	const struct pg_store *store = (const struct pg_store *)made->connection.store;
	enum status status = reach(made, error);

	if (status != OK && store->create && made->db && pg_is_absent(made->db)) {
		error_clear(error);
		status = make_database(store->url, PQdb(made->db), error);
		if (status == OK)
			status = reach(made, error);
	}
	return status;
}

static enum status pg_connect(struct store *store, bool writes, struct connection **connection, struct error *error)
{
	struct pg_connection *made = calloc(1, sizeof(*made));

	if (!made)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	made->connection.store = store;
	made->writes = writes;
	made->epoch = made->turn = -1;
	enum status status = connect_first(made, error);
	if (status != OK) {
		pg_shut(made);
		free(made);
		return status;
	}
	*connection = &made->connection;
	return OK;
}

static void pg_disconnect(struct connection *connection)
{
	pg_shut(pg_own(connection));
	pg_memo_free(pg_own(connection));
	pg_rows_free(pg_own(connection));
	free(connection);
}

static void pg_close(struct store *store)
{
	struct pg_store *own = (struct pg_store *)store;

	pthread_mutex_destroy(&own->gate);
	pthread_cond_destroy(&own->tried);
	free(own->url);
	free(own);
}

static enum status pg_open(const struct store_options *options, struct store **store, struct error *error)
{
	char *fault = NULL;
	PQconninfoOption *parts = PQconninfoParse(options->url, &fault);
	struct pg_store *made = calloc(1, sizeof(*made));

	PQfreemem(fault); /* may repeat the URL */
	if (made)
		made->url = strdup(options->url);
	if (!parts || !made || !made->url) {
		free(made);
		PQconninfoFree(parts);
		return error_fail(error, E_SYNTAX, "database", "url",
				  N_("This is no address of a PostgreSQL database: postgresql://USER@HOST/NAME"));
	}
	PQconninfoFree(parts);
	pthread_mutex_init(&made->gate, NULL);
	pthread_cond_init(&made->tried, NULL);
	made->create = options->create;
	if (getrandom(&made->node, sizeof(made->node), 0) != sizeof(made->node))
		made->node = (uint64_t)pg_milliseconds() << 20 ^ (uint64_t)getpid();
	*store = &made->store;
	return OK;
}

#define POSTGRES(prefix)                                                                                               \
	{                                                                                                              \
		.scheme = prefix, .open = pg_open, .close = pg_close, .connect = pg_connect,                           \
		.disconnect = pg_disconnect, .revive = revive, .is_alive = is_connected, .prepare = pg_prepare,        \
		.finalize = pg_finalize, .bind_int = pg_bind_int, .bind_text = pg_bind_text,                           \
		.bind_blob = pg_bind_blob, .bind_null = pg_bind_null, .step = pg_step, .run_change = pg_run_change,    \
		.rewind = pg_rewind, .column_int = pg_column_int, .column_text = pg_column_text,                       \
		.column_blob = pg_column_blob, .column_is_null = pg_column_is_null, .changes = pg_changes,             \
		.execute = pg_execute, .snapshot_begin = pg_snapshot_begin, .snapshot_end = pg_snapshot_end,           \
		.glance_begin = pg_glance_begin, .group_begin = pg_group_begin, .job_begin = pg_job_begin,             \
		.job_keep = pg_job_keep, .job_undo = pg_job_undo, .group_commit = pg_group_commit,                     \
		.group_rollback = pg_group_rollback, .settle = pg_settle, .epoch = pg_epoch, .counters = pg_counters,  \
		.epoch_advance = pg_epoch_advance, .demand = pg_demand, .hear = pg_hear, .deafen = pg_deafen,          \
		.call = pg_call, .table_columns = pg_table_columns,                                                    \
		.column_types = {"BIGINT", "TEXT COLLATE \"C\"", "BYTEA"},                                             \
		.identity_type = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", .keyed_table = "",             \
		.own_schema = pg_own_schema,                                                                           \
		.list_indexes = "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()",                \
		.list_tables = pg_list_tables, .list_keys = pg_list_keys, .after_copy = pg_after_copy,                 \
		.number_column = pg_number_column, .index_definition = pg_index_definition,                            \
		.size = "SELECT pg_database_size(current_database())", .nulls_first = " NULLS FIRST",                  \
		.nulls_last = " DESC NULLS LAST", .search_put = pg_search_put,                                         \
		.search_condition = pg_search_condition, .search_newest = pg_search_newest,                            \
		.search_row = pg_search_row, .search_expression = pg_search_expression,                                \
	}

const struct store_driver postgres_driver = POSTGRES("postgresql:");
const struct store_driver postgres_short_driver = POSTGRES("postgres:"); /* libpq knows both schemes */

/* Transactions of the SQLite driver: the group of the writer and the snapshot of a reader.
 *
 * A group is BEGIN IMMEDIATE ... COMMIT (a deferred transaction that turns into a writing one fails under concurrency),
 * a job in it is a savepoint. What jobs put into the search tables is queued and written once, before the commit:
 * FTS5 writes its memory out at every savepoint, which would make one segment of the index per job. */
#include "store/sqlite.h"

static const char *const fixed_sql[FIXED] = {
    [FIX_BEGIN] = "BEGIN IMMEDIATE", [FIX_COMMIT] = "COMMIT",       [FIX_ROLLBACK] = "ROLLBACK",
    [FIX_SAVE] = "SAVEPOINT job",    [FIX_RELEASE] = "RELEASE job", [FIX_UNDO] = "ROLLBACK TO job",
    [FIX_SNAPSHOT] = "BEGIN",
};

static struct sqlite_connection *own(struct connection *connection)
{
	return (struct sqlite_connection *)connection;
}

static int run_code(struct sqlite_connection *connection, enum fixed fixed)
{
	sqlite3_stmt **statement = &connection->fixed[fixed];
	int code = *statement ? SQLITE_OK
			      : sqlite3_prepare_v3(connection->db, fixed_sql[fixed], -1, SQLITE_PREPARE_PERSISTENT,
						   statement, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_step(*statement);
	return sqlite3_reset(*statement);
}

static enum status run(struct sqlite_connection *connection, enum fixed fixed, struct error *error)
{
	int code = run_code(connection, fixed);

	return code == SQLITE_OK ? OK : sqlite_fail(connection->db, code, error);
}

static void gate(struct sqlite_connection *connection, bool enter)
{
	if (connection->gated != enter)
		checkpointer_gate(((struct sqlite_store *)connection->connection.store)->checkpointer, enter);
	connection->gated = enter;
}

enum status sqlite_group_begin(struct connection *connection, struct error *error)
{
	own(connection)->counters.count = 0;
	gate(own(connection), true);
	enum status status = run(own(connection), FIX_BEGIN, error);
	if (status != OK)
		gate(own(connection), false);
	return status;
}

/* Between groups another program may give numbers (kaname mail-in beside the service). */
struct counters *sqlite_counters(struct connection *connection)
{
	return own(connection)->gated ? &own(connection)->counters : NULL;
}

static enum status write_counters(struct connection *connection, struct error *error)
{
	const struct counters *counters = &own(connection)->counters;
	enum status status = OK;

	for (size_t i = 0; i < counters->count && !status; i++) {
		STATEMENT statement = NULL;

		if (counters->items[i].last == counters->items[i].written)
			continue;
		if ((status = store_prepare(connection, S("UPDATE kaname_serial SET last = ? WHERE type = ?"),
					    &statement, error)))
			break;
		bind_int(statement, counters->items[i].last);
		bind_int(statement, counters->items[i].number);
		status = store_run(statement, error);
	}
	return status;
}

enum status sqlite_job_begin(struct connection *connection, bool trusted, struct error *error)
{
	struct sqlite_connection *writer = own(connection);

	counters_mark(&writer->counters);
	writer->mark = search_queue_mark(writer->queue);
	writer->trusted = trusted;
	writer->changes = sqlite3_total_changes64(writer->db);
	/* Of every page that a job with a savepoint changes, SQLite keeps a copy. */
	return trusted ? OK : run(writer, FIX_SAVE, error);
}

enum status sqlite_job_keep(struct connection *connection, struct error *error)
{
	return own(connection)->trusted ? OK : run(own(connection), FIX_RELEASE, error);
}

bool sqlite_job_undo(struct connection *connection)
{
	struct sqlite_connection *writer = own(connection);

	search_queue_cut(writer->queue, writer->mark);
	counters_undo(&writer->counters);
	/* A full disk and some other errors end the whole transaction at once. */
	if (sqlite3_get_autocommit(writer->db))
		return false;
	if (writer->trusted)
		return sqlite3_total_changes64(writer->db) == writer->changes;
	return run_code(writer, FIX_UNDO) == SQLITE_OK && run_code(writer, FIX_RELEASE) == SQLITE_OK;
}

void sqlite_group_rollback(struct connection *connection)
{
	search_queue_cut(own(connection)->queue, 0);
	if (!sqlite3_get_autocommit(own(connection)->db))
		run_code(own(connection), FIX_ROLLBACK);
	gate(own(connection), false);
}

enum status sqlite_group_commit(struct connection *connection, bool *refused, struct error *error)
{
	enum status status = search_queue_write(own(connection)->queue, connection, error);

	*refused = false;
	if (status == OK)
		status = write_counters(connection, error);
	if (status == OK)
		status = run(own(connection), FIX_COMMIT, error);
	if (status != OK)
		sqlite_group_rollback(connection);
	gate(own(connection), false);
	return status;
}

/* Also cheaper than statements on their own: each of those would lock the log and let it go again. */
enum status sqlite_snapshot_begin(struct connection *connection, struct error *error)
{
	enum status status = run(own(connection), FIX_SNAPSHOT, error);

	if (status == OK) { /* the moment is that of the first read */
		STATEMENT first = NULL;

		status = store_prepare(connection, S("SELECT 1 FROM sqlite_schema LIMIT 1"), &first, error);
		if (status == OK)
			status = store_run(first, error);
		if (status != OK)
			sqlite_snapshot_end(connection);
	}
	return status;
}

void sqlite_snapshot_end(struct connection *connection)
{
	if (!sqlite3_get_autocommit(own(connection)->db))
		run_code(own(connection), FIX_ROLLBACK);
}

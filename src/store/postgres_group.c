/* Transactions of the PostgreSQL driver: the group of the writer and the snapshot of a reader.
 *
 * Nodes take turns: a group holds an advisory lock from its beginning to its commit. So there is one writer at any
 * moment, as with SQLite; numbers, versions, chains, timers and everything that is looked at before it is changed need
 * no care of their own, and nothing can fail for having met another change. The price is one group at a time, which
 * group commit makes small; see docs/decisions. Each statement sees what was committed before (READ COMMITTED), so what
 * the turn before has written. */
#include "store/postgres.h"

#include <stdio.h>
#include <string.h>

enum {
	/* ms. The primary is waited for; instead of a replica that hangs there is somebody else to ask. */
	MOMENT_PATIENCE = 250,
	REPLICA_PATIENCE = 12000,
};

/* What other nodes have done is asked with the lock while they are about, and else only when it shows that they were.
 */
static enum status ask_what_stands(struct pg_connection *own, struct error *error)
{
	own->heard = false;
	return own->turn >= 0 && writer_has_company(&own->connection) ? pg_turn_begin(own, error)
								      : pg_ask_moment(own, error);
}

enum status pg_group_begin(struct connection *connection, struct error *error)
{
	struct pg_connection *own = pg_own(connection);
	enum status status = pg_revive(own, error);

	if (status != OK)
		return status;
	pg_give_up(own);
	if ((status = pg_send_named(own, PG_GROUP, PG_COMMAND, error)) ||
	    (status = pg_send_named(own, PG_LOCK, PG_COMMAND, error)) || (status = ask_what_stands(own, error)) ||
	    (status = pg_finish(own, NULL, error)) || (status = pg_memo_turn(own, connection->moment.turn, error))) {
		pg_group_rollback(connection);
		return status;
	}
	own->in_turn = true;
	own->changed = own->changed_all = false;
	return OK;
}

enum status pg_job_begin(struct connection *connection, bool trusted, struct error *error)
{
	struct pg_connection *own = pg_own(connection);

	counters_mark(&own->counters);
	own->trusted = trusted;
	own->job_changed = false;
	if (trusted)
		return OK;
	enum status status = pg_rows_send(own, error);
	return status == OK ? pg_send(own, "SAVEPOINT job", PG_COMMAND, error) : status;
}

/* What a trusted job has sent is on its way while the next one is thought about. */
enum status pg_job_keep(struct connection *connection, struct error *error)
{
	struct pg_connection *own = pg_own(connection);

	if (!own->trusted)
		return pg_run(own, "RELEASE SAVEPOINT job", NULL, error);
	return own->db && PQflush(own->db) >= 0 ? OK : pg_fail(own, NULL, error);
}

/* What was sent and not answered belongs to what is undone: its refusal is known or of no interest. A trusted job can
 * be undone while it has changed nothing, and nothing before it was refused. */
bool pg_job_undo(struct connection *connection)
{
	struct pg_connection *own = pg_own(connection);
	PGTransactionStatusType at = own->db ? PQtransactionStatus(own->db) : PQTRANS_UNKNOWN;

	if (own->trusted) {
		counters_undo(&own->counters);
		return !own->job_changed && !own->failed && (at == PQTRANS_INTRANS || at == PQTRANS_ACTIVE);
	}
	pg_memo_undo(own);
	return own->db && pg_try(own, "ROLLBACK TO SAVEPOINT job") && pg_try(own, "RELEASE SAVEPOINT job");
}

void pg_group_rollback(struct connection *connection)
{
	struct pg_connection *own = pg_own(connection);

	own->epoch = own->turn = -1;
	own->in_turn = false;
	pg_memo_forget(own);
	pg_rows_end(own, false);
	pg_turn_over(own, false);
	if (own->db && !pg_try(own, "ROLLBACK"))
		pg_shut(own);
}

/* When the line breaks after COMMIT was sent, nobody here knows what became of it. */
static enum status fail_commit(struct error *error)
{
	error_clear(error);
	error->wait_seconds = 1;
	return error_fail(
	    error, E_UNAVAILABLE, "", "unconfirmed",
	    N_("The connection to the database was lost before it confirmed the change, which may have been "
	       "made; look, or repeat it with the same idempotency key"));
}

/* While other nodes wait for their turn, it ends when what it has changed can be seen, and is brought to the disk while
 * they go on: pg_settle(). */
enum status pg_group_commit(struct connection *connection, bool *refused, struct error *error)
{
	struct pg_connection *own = pg_own(connection);
	PGresult *result = NULL;
	bool changes = own->changed, hastes = writer_has_company(connection);
	bool tells = changes || pg_counters_moved(own) || (connection->newsletter && connection->newsletter->count);
	enum status status = pg_rows_send(own, error);

	own->in_turn = false;
	if (status == OK && tells)
		status = pg_turn_end(own, hastes, error);
	if (status == OK && !(status = pg_send_named(own, PG_COMMIT, PG_COMMAND, error)))
		status = pg_finish(own, &result, error);
	if (status == OK && strcmp(PQcmdStatus(result), "COMMIT") != 0)
		status = error_fail(error, E_UNAVAILABLE, "", "group",
				    N_("The database gave up the changes that were being written; try again"));
	*refused = status != OK && own->db && PQstatus(own->db) == CONNECTION_OK;
	if (status != OK && !*refused)
		status = fail_commit(error);
	PQclear(result);
	if (status != OK) {
		pg_group_rollback(connection);
	} else {
		pg_rows_end(own, true);
		pg_turn_over(own, true);
		own->turn += tells;
	}
	own->epoch = -1;
	/* Who changes nothing may have looked at what another node has changed just now. */
	connection->unsettled = status == OK && (hastes || (connection->company && !changes));
	return status;
}

enum status pg_settle(struct connection *connection, struct error *error)
{
	struct pg_connection *own = pg_own(connection);
	enum status status = pg_revive(own, error);

	if (status == OK && !(status = pg_send_named(own, PG_SETTLE, PG_COMMAND, error)))
		status = pg_finish(own, NULL, error);
	return status == OK ? OK : fail_commit(error);
}

static enum status begin_snapshot(struct pg_connection *connection, struct error *error)
{
	enum status status;

	connection->begun = true;
	status = pg_send_named(connection, PG_SNAPSHOT, PG_COMMAND, error);
	return status == OK && connection->epoch < 0 ? pg_ask_moment(connection, error) : status;
}

/* Only a replica is waited for, which may lag behind. Else it begins with the first statement, and who asks nothing
 * costs nothing. */
enum status pg_snapshot_begin(struct connection *connection, struct error *error)
{
	struct pg_connection *own = pg_own(connection);
	enum status status;

	own->epoch = connection->moment.turn = -1;
	own->begun = false;
	own->patience = 0;
	if (!connection->store->follows)
		return OK;
	own->patience = MOMENT_PATIENCE;
	if ((status = begin_snapshot(own, error)) || (status = pg_finish(own, NULL, error))) {
		pg_snapshot_end(connection);
		return status;
	}
	own->patience = REPLICA_PATIENCE;
	return OK;
}

/* COMMIT and not ROLLBACK: settings of the session that were made meanwhile stay. Nobody waits for the answer. */
void pg_snapshot_end(struct connection *connection)
{
	struct pg_connection *own = pg_own(connection);
	struct error unused;

	bool begun = own->begun;

	own->epoch = -1;
	own->begun = own->glance = false;
	if (!own->db)
		return;
	for (size_t i = 0; i < own->unread_count; i++)
		if (own->unread[i] == PG_MOMENT) /* one that is over */
			own->unread[i] = PG_IGNORED;
	error_clear(&unused);
	if (begun && pg_send_named(own, PG_COMMIT, PG_IGNORED, &unused) != OK)
		return;
	pg_give_up(own); /* refused within a transaction that has failed, and so would COMMIT be after it */
	if (own->unread_count && own->unread[own->unread_count - 1] != PG_SYNC && PQpipelineSync(own->db))
		own->unread[own->unread_count++] = PG_SYNC;
}

/* Messages up to a Sync are one transaction without a BEGIN (PostgreSQL's protocol, "Pipelining"): two statements and a
 * way to the server less. Whoever asks further begins a snapshot then. */
enum status pg_glance_begin(struct connection *connection, struct error *error)
{
	struct pg_connection *own = pg_own(connection);
	enum status status = OK;

	if (connection->store->follows)
		return pg_snapshot_begin(connection, error);
	if (!pg_has_room(own))
		status = pg_finish(own, NULL, error);
	own->patience = 0;
	own->glance = true;
	if (status || (status = pg_ask_moment(own, error)))
		pg_snapshot_end(connection);
	return status;
}

enum status pg_snapshot_sure(struct pg_connection *connection, struct error *error)
{
	if (!connection->connection.snapshot || connection->begun || connection->glance)
		return OK;
	return begin_snapshot(connection, error);
}

enum status pg_epoch(struct connection *connection, int64_t *epoch, struct error *error)
{
	struct pg_connection *own = pg_own(connection);
	enum status status = OK;

	if (!own->db)
		return pg_fail(own, NULL, error);
	if (own->epoch < 0 && !(status = pg_snapshot_sure(own, error)) && own->unread_count) /* it may be on its way */
		status = pg_finish(own, NULL, error);
	if (status == OK && own->epoch < 0 && !(status = pg_ask_moment(own, error)))
		status = pg_finish(own, NULL, error);
	*epoch = own->epoch;
	return status;
}

enum status pg_demand(struct connection *connection, int64_t oldest, bool breaks, struct error *error)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "UPDATE kaname_epoch SET oldest = GREATEST(oldest, %lld), breaks = breaks + %d",
		 (long long)oldest, breaks);
	pg_own(connection)->changed = pg_own(connection)->job_changed = true;
	return pg_send(pg_own(connection), sql, PG_COMMAND, error);
}

/* By the clock, so that no epoch comes again after one that a crash has taken back. */
enum status pg_epoch_advance(struct connection *connection, struct error *error)
{
	pg_own(connection)->changed = pg_own(connection)->job_changed = true;
	return pg_send(pg_own(connection),
		       "UPDATE kaname_epoch SET epoch = GREATEST(epoch + 1, (extract(epoch FROM clock_timestamp()) * "
		       "1000000)::bigint)",
		       PG_COMMAND, error);
}

/* Transactions of the PostgreSQL driver: the group of the writer and the snapshot of a reader.
 *
 * Nodes take turns: a group holds an advisory lock from its beginning to its commit. So there is one writer at any
 * moment, as with SQLite; numbers, versions, chains, timers and everything that is looked at before it is changed need
 * no care of their own, and nothing can fail for having met another change. The price is one group at a time, which
 * group commit makes small; see docs/decisions. Each statement sees what was committed before (READ COMMITTED), so what
 * the turn before has written. */
#include "store/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* turn: counts the groups that changed something, of all nodes. reign: see pg_foundation(). */
static const char ask_moment[] = "SELECT epoch, turn, reign, oldest, breaks FROM kaname_epoch";
/* A replica that was promoted goes ways of its own. */
static const char ask_replica[] =
    "SELECT epoch, turn, reign, oldest, breaks FROM kaname_epoch WHERE pg_is_in_recovery()";

enum {
	/* ms. The primary is waited for; instead of a replica that hangs there is somebody else to ask. */
	MOMENT_PATIENCE = 250,
	REPLICA_PATIENCE = 12000,
};

static void read_moment(PGresult *result, struct moment *moment)
{
	*moment = (struct moment){.turn = -1};
	if (result && PQntuples(result) == 1) {
		moment->epoch = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
		moment->turn = strtoll(PQgetvalue(result, 0, 1), NULL, 10);
		moment->oldest = strtoll(PQgetvalue(result, 0, 3), NULL, 10);
		moment->breaks = strtoll(PQgetvalue(result, 0, 4), NULL, 10);
		snprintf(moment->reign, sizeof(moment->reign), "%s", PQgetvalue(result, 0, 2));
	}
	PQclear(result);
}

enum status pg_group_begin(struct connection *connection, struct error *error)
{
	struct pg_connection *own = pg_own(connection);
	PGresult *result = NULL;
	const struct moment *moment = &connection->moment;
	enum status status = pg_revive(own, error);

	if (status != OK)
		return status;
	pg_give_up(own);
	if ((status = pg_send(own, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", PG_COMMAND, error)) ||
	    (status = pg_send(own, own->lock, PG_COMMAND, error)) ||
	    (status = pg_run(own, ask_moment, &result, error))) {
		pg_group_rollback(connection);
		return status;
	}
	read_moment(result, &connection->moment);
	if ((status = moment_check(connection, error))) {
		pg_group_rollback(connection);
		return status;
	}
	own->epoch = moment->epoch;
	pg_memo_turn(own, moment->turn >= 0 && moment->turn == own->turn);
	own->turn = moment->turn;
	own->in_turn = true;
	own->changed = false;
	return OK;
}

enum status pg_job_begin(struct connection *connection, struct error *error)
{
	return pg_send(pg_own(connection), "SAVEPOINT job", PG_COMMAND, error);
}

enum status pg_job_keep(struct connection *connection, struct error *error)
{
	return pg_run(pg_own(connection), "RELEASE SAVEPOINT job", NULL, error);
}

/* What was sent and not answered belongs to what is undone: its refusal is known or of no interest. */
bool pg_job_undo(struct connection *connection)
{
	struct pg_connection *own = pg_own(connection);

	pg_memo_forget(own);
	return own->db && pg_try(own, "ROLLBACK TO SAVEPOINT job") && pg_try(own, "RELEASE SAVEPOINT job");
}

void pg_group_rollback(struct connection *connection)
{
	struct pg_connection *own = pg_own(connection);

	own->epoch = own->turn = -1;
	own->in_turn = false;
	pg_memo_forget(own);
	if (own->db && !pg_try(own, "ROLLBACK"))
		pg_shut(own);
}

/* When the line breaks after COMMIT was sent, nobody here knows what became of it. */
static enum status fail_commit(struct pg_connection *connection, struct error *error)
{
	if (connection->db && PQstatus(connection->db) == CONNECTION_OK)
		return error->status;
	error_clear(error);
	error->wait_seconds = 1;
	return error_fail(
	    error, E_UNAVAILABLE, "", "unconfirmed",
	    N_("The connection to the database was lost before it confirmed the change, which may have been "
	       "made; look, or repeat it with the same idempotency key"));
}

enum status pg_group_commit(struct connection *connection, struct error *error)
{
	struct pg_connection *own = pg_own(connection);
	PGresult *result = NULL;
	enum status status = OK;

	own->in_turn = false;
	if (own->changed)
		status = pg_send(own, "UPDATE kaname_epoch SET turn = turn + 1", PG_COMMAND, error);
	if (status == OK)
		status = pg_notify(own, error);
	if (status == OK)
		status = pg_run(own, "COMMIT", &result, error);

	if (status == OK && strcmp(PQcmdStatus(result), "COMMIT") != 0)
		status = error_fail(error, E_UNAVAILABLE, "", "group",
				    N_("The database gave up the changes that were being written; try again"));
	else if (status != OK)
		status = fail_commit(own, error);
	PQclear(result);
	if (status != OK)
		pg_group_rollback(connection);
	else
		own->turn += own->changed;
	own->epoch = -1;
	return status;
}

enum status pg_snapshot_begin(struct connection *connection, struct error *error)
{
	struct pg_connection *own = pg_own(connection);
	bool follows = connection->store->follows;
	PGresult *result = NULL;
	enum status status;

	own->patience = follows ? MOMENT_PATIENCE : 0;
	if ((status = pg_send(own, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", PG_COMMAND, error)) ||
	    (status = pg_run(own, follows ? ask_replica : ask_moment, &result, error))) {
		pg_snapshot_end(connection);
		return status;
	}
	own->patience = follows ? REPLICA_PATIENCE : 0;
	read_moment(result, &connection->moment);
	own->epoch = connection->moment.epoch;
	return OK;
}

/* COMMIT and not ROLLBACK: settings of the session that were made meanwhile stay. Nobody waits for the answer. */
void pg_snapshot_end(struct connection *connection)
{
	struct pg_connection *own = pg_own(connection);
	struct error unused;

	own->epoch = -1;
	if (!own->db)
		return;
	error_clear(&unused);
	pg_give_up(own);
	if (pg_send(own, "COMMIT", PG_IGNORED, &unused) == OK && PQpipelineSync(own->db))
		own->unread[own->unread_count++] = PG_SYNC;
}

enum status pg_epoch(struct connection *connection, int64_t *epoch, struct error *error)
{
	struct pg_connection *own = pg_own(connection);
	PGresult *result = NULL;
	enum status status;

	*epoch = own->epoch;
	if (own->epoch >= 0)
		return OK;
	if (!own->db)
		return pg_fail(own, NULL, error);
	struct moment moment = {0};
	if ((status = pg_run(own, ask_moment, &result, error)) == OK)
		read_moment(result, &moment);
	*epoch = moment.epoch;
	return status;
}

enum status pg_demand(struct connection *connection, int64_t oldest, bool breaks, struct error *error)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "UPDATE kaname_epoch SET oldest = GREATEST(oldest, %lld), breaks = breaks + %d",
		 (long long)oldest, breaks);
	pg_own(connection)->changed = true;
	return pg_send(pg_own(connection), sql, PG_COMMAND, error);
}

enum status pg_epoch_advance(struct connection *connection, struct error *error)
{
	pg_own(connection)->changed = true;
	return pg_send(pg_own(connection), "UPDATE kaname_epoch SET epoch = epoch + 1", PG_COMMAND, error);
}

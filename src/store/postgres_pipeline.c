/* Sending without waiting, and reading what came back. */
#include "store/postgres.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

/* Answers wait in the socket while more is sent; both sides must never be stuck with full buffers. */
enum { UNREAD_BYTES = 128 << 10 };

bool pg_has_room(const struct pg_connection *connection)
{
	return connection->unread_count + 8 < PG_UNREAD_MOST && connection->unread_bytes < UNREAD_BYTES;
}

enum status pg_sent(struct pg_connection *connection, int good, char letter, size_t bytes, struct error *error)
{
	if (!good || connection->unread_count == PG_UNREAD_MOST)
		return pg_fail(connection, NULL, error);
	connection->unread[connection->unread_count++] = letter;
	connection->unread_bytes += bytes;
	return OK;
}

enum status pg_send(struct pg_connection *connection, const char *sql, char letter, struct error *error)
{
	return pg_sent(connection, PQsendQueryParams(connection->db, sql, 0, NULL, NULL, NULL, NULL, 0), letter, 64,
		       error);
}

enum status pg_send_named(struct pg_connection *connection, const char *name, char letter, struct error *error)
{
	return pg_sent(connection, PQsendQueryPrepared(connection->db, name, 0, NULL, NULL, NULL, 0), letter, 64,
		       error);
}

static bool is_good(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

/* The first refusal is the cause; what follows it in the pipeline is only left out. */
static void note(struct pg_connection *connection, const PGresult *result, char letter)
{
	if (letter == PG_IGNORED || connection->failed)
		return;
	error_clear(&connection->fault);
	connection->fault.status = pg_fail(connection, result, &connection->fault);
	connection->failed = true;
}

/* Until PQgetResult would not wait. Who lets us wait too long is left: PQgetResult then finds that the line is dead. */
static void await_answer(struct pg_connection *connection)
{
	int64_t end = pg_milliseconds() + connection->patience;

	while (connection->patience && PQisBusy(connection->db)) {
		struct pollfd socket = {.fd = PQsocket(connection->db), .events = POLLIN};
		int64_t left = end - pg_milliseconds();

		if (PQflush(connection->db) > 0)
			socket.events |= POLLOUT;
		if (left <= 0 || !poll(&socket, 1, (int)left)) {
			shutdown(socket.fd, SHUT_RDWR);
			return;
		}
		if (!PQconsumeInput(connection->db))
			return;
	}
}

/* NULL: there is no more of what was sent. */
static PGresult *next_result(struct pg_connection *connection)
{
	await_answer(connection);
	return PQgetResult(connection->db);
}

/* All results of one thing that was sent; the last good one is returned. */
static PGresult *read_one(struct pg_connection *connection, char letter)
{
	PGresult *kept = NULL, *result;

	while ((result = next_result(connection))) {
		bool synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;

		if (!synced && !is_good(result))
			note(connection, result, letter);
		PQclear(kept);
		kept = synced || is_good(result) ? result : NULL;
		if (!kept)
			PQclear(result);
		if (synced || PQstatus(connection->db) == CONNECTION_BAD)
			break;
	}
	if (PQstatus(connection->db) == CONNECTION_BAD)
		note(connection, NULL, PG_COMMAND);
	return kept;
}

enum status pg_ask_moment(struct pg_connection *connection, struct error *error)
{
	connection->epoch = connection->connection.moment.turn = -1;
	return pg_send_named(connection, PG_ASK_MOMENT, PG_MOMENT, error);
}

/* What else was refused for a later version of the schema is explained by that. */
static void keep_moment(struct pg_connection *connection, const PGresult *result)
{
	struct moment *moment = &connection->connection.moment;
	struct store *store = connection->connection.store;
	struct error outdated;

	if (!result || PQntuples(result) != 1)
		return;
	connection->epoch = moment->epoch = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	moment->turn = strtoll(PQgetvalue(result, 0, 1), NULL, 10);
	snprintf(moment->reign, sizeof(moment->reign), "%s", PQgetvalue(result, 0, 2));
	moment->oldest = strtoll(PQgetvalue(result, 0, 3), NULL, 10);
	moment->breaks = strtoll(PQgetvalue(result, 0, 4), NULL, 10);
	if (!store->follows)
		atomic_store_explicit(&store->last_turn, moment->turn, memory_order_relaxed);
	error_clear(&outdated);
	if (moment_check(&connection->connection, &outdated)) {
		error_clear(&connection->fault);
		error_append(&connection->fault, &outdated);
		connection->failed = true;
	}
}

/* Answers that the driver itself has asked for. */
static void keep(struct pg_connection *connection, const PGresult *result, char letter)
{
	if (letter == PG_MOMENT)
		keep_moment(connection, result);
	else if (letter == PG_OPENING) {
		keep_moment(connection, result);
		pg_turn_hear(connection, result);
	}
}

enum status pg_finish(struct pg_connection *connection, PGresult **result, struct error *error)
{
	PGresult *last = NULL;

	connection->glance = false;
	if (result)
		*result = NULL;
	if (!connection->db || PQstatus(connection->db) == CONNECTION_BAD || !PQpipelineSync(connection->db))
		note(connection, NULL, PG_COMMAND);
	else
		connection->unread[connection->unread_count++] = PG_SYNC;
	for (size_t i = 0; i < connection->unread_count; i++) {
		PGresult *one = connection->db && PQstatus(connection->db) != CONNECTION_BAD
				    ? read_one(connection, connection->unread[i])
				    : NULL;

		if (connection->unread[i] == PG_COMMAND) {
			PQclear(last);
			last = one;
			continue;
		}
		keep(connection, one, connection->unread[i]);
		PQclear(one);
	}
	connection->unread_count = 0;
	connection->unread_bytes = 0;
	if (!connection->failed) {
		if (last)
			connection->changes = strtoll(PQcmdTuples(last), NULL, 10);
		if (result)
			*result = last;
		else
			PQclear(last);
		return OK;
	}
	PQclear(last);
	connection->failed = false;
	connection->timeout = -1;
	error_append(error, &connection->fault);
	return connection->fault.status;
}

enum status pg_run(struct pg_connection *connection, const char *sql, PGresult **result, struct error *error)
{
	enum status status = pg_send(connection, sql, PG_COMMAND, error);

	return status == OK ? pg_finish(connection, result, error) : status;
}

bool pg_try(struct pg_connection *connection, const char *sql)
{
	struct error unused;

	error_clear(&unused);
	enum status status = pg_finish(connection, NULL, &unused);
	return sql && connection->db ? pg_run(connection, sql, NULL, &unused) == OK : status == OK;
}

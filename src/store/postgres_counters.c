/* Counters: read once and then known, for within a node's turn nobody else takes numbers. What they have come to is
 * written when the group is committed, once for all its jobs. */
#include "store/postgres.h"

#include <stdio.h>
#include <stdlib.h>

enum { NUMBERS = PG_COUNTERS_MOST * 21 + 1 };

static struct pg_counter *find(struct pg_connection *connection, int64_t number)
{
	for (size_t i = 0; connection->in_turn && i < connection->counters.count; i++)
		if (connection->counters.items[i].number == number)
			return &connection->counters.items[i];
	return NULL;
}

enum status pg_next(struct connection *connection, int64_t number, bool *taken, int64_t *next, struct error *error)
{
	struct pg_counter *counter = find(pg_own(connection), number);

	(void)error;
	*taken = counter != NULL;
	if (counter)
		*next = ++counter->last;
	return OK;
}

void pg_next_was(struct connection *connection, int64_t number, int64_t last)
{
	struct pg_counters *counters = &pg_own(connection)->counters;

	if (pg_own(connection)->in_turn && counters->count < PG_COUNTERS_MOST)
		counters->items[counters->count++] = (struct pg_counter){number, last, last, last};
}

void pg_counters_mark(struct pg_connection *connection)
{
	struct pg_counters *counters = &connection->counters;

	counters->count_before = counters->count;
	for (size_t i = 0; i < counters->count; i++)
		counters->items[i].before = counters->items[i].last;
}

void pg_counters_undo(struct pg_connection *connection)
{
	struct pg_counters *counters = &connection->counters;

	if (counters->count > counters->count_before)
		counters->count = counters->count_before;
	for (size_t i = 0; i < counters->count; i++)
		counters->items[i].last = counters->items[i].before;
}

/* Not with what each session begins with: a new database has no counters yet. What is sent behind a refusal is not
 * done, so the names are new ones after that. */
static enum status prepare(struct pg_connection *connection, struct error *error)
{
	static const char *const statements[] = {
	    "SELECT type, last FROM kaname_serial WHERE type = ANY (string_to_array($1, ' ')::bigint[])",
	    "UPDATE kaname_serial s SET last = n.last FROM unnest(string_to_array($1, ' ')::bigint[], "
	    "string_to_array($2, ' ')::bigint[]) n (type, last) WHERE s.type = n.type"};
	struct pg_counters *counters = &connection->counters;
	enum status status = OK;
	char name[16];

	if (counters->prepared == connection->session)
		return OK;
	counters->prepared = connection->session;
	counters->fresh = true;
	counters->ask = connection->named + 1;
	counters->write = connection->named + 2;
	connection->named += 2;
	for (size_t i = 0; i < 2 && status == OK; i++)
		status = pg_sent(
		    connection,
		    PQsendPrepare(connection->db, pg_name(counters->ask + (unsigned)i, name), statements[i], 0, NULL),
		    PG_COMMAND, 64, error);
	return status;
}

void pg_counters_end(struct pg_connection *connection, bool kept)
{
	if (connection->counters.fresh && !kept)
		connection->counters.prepared = 0;
	connection->counters.fresh = false;
}

enum status pg_counters_ask(struct pg_connection *connection, struct error *error)
{
	const struct pg_counters *counters = &connection->counters;
	enum status status = prepare(connection, error);
	char numbers[NUMBERS] = "", name[16];
	const char *values[] = {numbers};
	size_t n = 0;

	for (size_t i = 0; i < counters->count; i++)
		n += (size_t)snprintf(numbers + n, sizeof(numbers) - n, "%s%lld", n ? " " : "",
				      (long long)counters->items[i].number);
	if (status != OK)
		return status;
	return pg_sent(connection,
		       PQsendQueryPrepared(connection->db, pg_name(counters->ask, name), 1, values, NULL, NULL, 0),
		       PG_COUNTERS, 64 * counters->count, error);
}

void pg_counters_read(struct pg_connection *connection, const PGresult *result)
{
	struct pg_counters *counters = &connection->counters;

	counters->count = 0;
	for (int i = 0; result && i < PQntuples(result) && i < PG_COUNTERS_MOST; i++) {
		int64_t last = strtoll(PQgetvalue(result, i, 1), NULL, 10);

		counters->items[counters->count++] =
		    (struct pg_counter){strtoll(PQgetvalue(result, i, 0), NULL, 10), last, last, last};
	}
}

enum status pg_counters_write(struct pg_connection *connection, struct error *error)
{
	char numbers[NUMBERS] = "", lasts[NUMBERS] = "", name[16];
	const char *values[] = {numbers, lasts};
	size_t n = 0, m = 0;

	for (size_t i = 0; i < connection->counters.count; i++) {
		struct pg_counter *counter = &connection->counters.items[i];

		if (counter->last == counter->written)
			continue;
		n += (size_t)snprintf(numbers + n, NUMBERS - n, "%s%lld", n ? " " : "", (long long)counter->number);
		m += (size_t)snprintf(lasts + m, NUMBERS - m, "%s%lld", m ? " " : "", (long long)counter->last);
		counter->written = counter->last;
	}
	enum status status = n ? prepare(connection, error) : OK;
	if (!n || status != OK)
		return status;
	return pg_sent(
	    connection,
	    PQsendQueryPrepared(connection->db, pg_name(connection->counters.write, name), 2, values, NULL, NULL, 0),
	    PG_COMMAND, n + m + 64, error);
}

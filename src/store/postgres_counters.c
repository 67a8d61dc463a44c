/* Counters: read once and then known, for within a node's turn nobody else takes numbers. What they have come to is
 * written when the group is committed, once for all its jobs. */
#include "store/postgres.h"

#include <stdio.h>

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

enum status pg_counters_write(struct pg_connection *connection, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < connection->counters.count && status == OK; i++) {
		struct pg_counter *counter = &connection->counters.items[i];
		char sql[96];

		if (counter->last == counter->written)
			continue;
		snprintf(sql, sizeof(sql), "UPDATE kaname_serial SET last = %lld WHERE type = %lld",
			 (long long)counter->last, (long long)counter->number);
		if (!pg_has_room(connection))
			status = pg_finish(connection, NULL, error);
		if (status == OK)
			status = pg_send(connection, sql, PG_COMMAND, error);
		counter->written = counter->last;
	}
	return status;
}

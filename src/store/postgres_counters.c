/* Counters: read once and then known, for within a node's turn nobody else takes numbers. What they have come to is
 * written when the group is committed, once for all its jobs. */
#include "store/postgres.h"

#include <stdio.h>
#include <stdlib.h>

struct counters *pg_counters(struct connection *connection)
{
	return pg_own(connection)->in_turn ? &pg_own(connection)->counters : NULL;
}

void pg_counters_name(const struct pg_connection *connection, char numbers[PG_NUMBERS_MOST])
{
	const struct counters *counters = &connection->counters;
	size_t n = 0;

	*numbers = '\0';
	for (size_t i = 0; i < counters->count; i++)
		n += (size_t)snprintf(numbers + n, PG_NUMBERS_MOST - n, "%s%lld", n ? " " : "",
				      (long long)counters->items[i].number);
}

void pg_counters_hear(struct pg_connection *connection, const char *text)
{
	struct counters *counters = &connection->counters;

	for (counters->count = 0; *text && counters->count < COUNTERS_MOST; counters->count++) {
		char *end;
		int64_t number = strtoll(text, &end, 10), last = strtoll(end, &end, 10);

		counters->items[counters->count] = (struct counter){number, last, last, last};
		text = end;
	}
}

bool pg_counters_moved(const struct pg_connection *connection)
{
	for (size_t i = 0; i < connection->counters.count; i++)
		if (connection->counters.items[i].last != connection->counters.items[i].written)
			return true;
	return false;
}

bool pg_counters_tell(struct pg_connection *connection, char numbers[PG_NUMBERS_MOST], char lasts[PG_NUMBERS_MOST])
{
	size_t n = 0, m = 0;

	for (size_t i = 0; i < connection->counters.count; i++) {
		struct counter *counter = &connection->counters.items[i];

		if (counter->last == counter->written)
			continue;
		n += (size_t)snprintf(numbers + n, PG_NUMBERS_MOST - n, "%s%lld", n ? " " : "",
				      (long long)counter->number);
		m += (size_t)snprintf(lasts + m, PG_NUMBERS_MOST - m, "%s%lld", m ? " " : "", (long long)counter->last);
		counter->written = counter->last;
	}
	return n > 0;
}

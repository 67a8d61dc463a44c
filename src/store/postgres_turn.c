/* The beginning and the end of a turn, one statement each: what it must know of the others, and what they must know of
 * it. A turn has but some changes, and every statement of its own costs each of them. */
#include "store/postgres.h"

#include <stdlib.h>

#define OPEN(counters)                                                                                                 \
	"SELECT " PG_MOMENT_COLUMNS ", turns, notes, " counters " FROM kaname_epoch, LATERAL (SELECT count(*) AS "     \
	"turns, string_agg(tables, ' ') AS notes FROM kaname_turn WHERE turn > $1::bigint) others"

/* $1: which tables it has changed; $2: what it tells other nodes; $3: whether its COMMIT waits for the disk. */
#define CLOSE(counters)                                                                                                \
	"WITH over AS (UPDATE kaname_epoch SET turn = turn + 1 RETURNING turn), noted AS (INSERT INTO kaname_turn "    \
	"(slot, turn, tables) SELECT turn % 64, turn, $1 FROM over ON CONFLICT (slot) DO UPDATE SET "                  \
	"turn = excluded.turn, tables = excluded.tables)" counters                                                     \
	" SELECT CASE WHEN $2::text <> '' THEN pg_notify(('kaname_' || COALESCE(current_schema(), ''))::name::text, "  \
	"$2::text) END, CASE WHEN $3::text <> '' THEN set_config('synchronous_commit', $3::text, true) END"

const char pg_opening[] = OPEN("NULL");
const char pg_closing[] = CLOSE("");

/* Not with what each session begins with: a new database has no counters yet. */
static const char open_with_counters[] =
    OPEN("(SELECT string_agg(type || ' ' || last, ' ') FROM kaname_serial WHERE type = ANY (string_to_array($2, ' ')"
	 "::bigint[]))");
static const char close_with_counters[] =
    CLOSE(", counted AS (UPDATE kaname_serial s SET last = n.last FROM unnest(string_to_array($4, ' ')::bigint[], "
	  "string_to_array($5, ' ')::bigint[]) n (type, last) WHERE s.type = n.type)");

enum { MOMENT_COLUMNS = 5 };

static enum status prepare(struct pg_connection *connection, unsigned number, const char *sql, struct error *error)
{
	char name[16];

	return pg_sent(connection, PQsendPrepare(connection->db, pg_name(number, name), sql, 0, NULL), PG_COMMAND, 64,
		       error);
}

/* What is sent behind a refusal is not done, so the names are new ones after that. */
static enum status prepare_both(struct pg_connection *connection, struct error *error)
{
	struct pg_counting *counting = &connection->counting;
	enum status status;

	if (counting->prepared == connection->session)
		return OK;
	counting->prepared = connection->session;
	counting->fresh = true;
	counting->open = ++connection->named;
	counting->close = ++connection->named;
	status = prepare(connection, counting->open, open_with_counters, error);
	return status == OK ? prepare(connection, counting->close, close_with_counters, error) : status;
}

void pg_turn_over(struct pg_connection *connection, bool kept)
{
	if (connection->counting.fresh && !kept)
		connection->counting.prepared = 0;
	connection->counting.fresh = false;
}

enum status pg_turn_begin(struct pg_connection *connection, struct error *error)
{
	bool counts = connection->counters.count;
	char since[24], numbers[PG_NUMBERS_MOST], name[16];
	const char *values[] = {since, numbers};
	enum status status = counts ? prepare_both(connection, error) : OK;

	if (status != OK)
		return status;
	snprintf(since, sizeof(since), "%lld", (long long)connection->turn);
	pg_counters_name(connection, numbers);
	connection->epoch = connection->connection.moment.turn = -1;
	return pg_sent(connection,
		       PQsendQueryPrepared(connection->db, counts ? pg_name(connection->counting.open, name) : PG_OPEN,
					   counts ? 2 : 1, values, NULL, NULL, 0),
		       PG_OPENING, 64 * (1 + connection->counters.count), error);
}

void pg_turn_hear(struct pg_connection *connection, const PGresult *result)
{
	if (!result || PQntuples(result) != 1)
		return;
	pg_memo_hear(connection, strtoll(PQgetvalue(result, 0, MOMENT_COLUMNS), NULL, 10),
		     str_of(PQgetvalue(result, 0, MOMENT_COLUMNS + 1)));
	pg_counters_hear(connection, PQgetvalue(result, 0, MOMENT_COLUMNS + 2));
}

enum status pg_turn_end(struct pg_connection *connection, bool hastes, struct error *error)
{
	char note[PG_NOTE_MOST], news[PG_MESSAGE_MOST], numbers[PG_NUMBERS_MOST], lasts[PG_NUMBERS_MOST], name[16];
	const char *values[] = {note, news, hastes ? "off" : "", numbers, lasts};
	bool counts = pg_counters_tell(connection, numbers, lasts);
	enum status status = counts ? prepare_both(connection, error) : OK;

	if (status != OK)
		return status;
	pg_memo_tell(connection, note);
	pg_write_news(connection, news);
	return pg_sent(connection,
		       PQsendQueryPrepared(connection->db,
					   counts ? pg_name(connection->counting.close, name) : PG_CLOSE,
					   counts ? 5 : 3, values, NULL, NULL, 0),
		       PG_COMMAND, PG_NUMBERS_MOST, error);
}

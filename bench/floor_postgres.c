/* The floor under writing to PostgreSQL: what the server and the line allow, with no logic on top.
 *
 * As floor_store, but one connection in pipeline mode writes the rows of all incidents that wait, and commits them in
 *one go. Prints creates per second for 8, 32 and 64 clients.
 *
 *	floor_postgres URL [SECONDS]          (the database must be empty)
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "floor_crowd.h"

enum { RECORD_COLUMNS = 30, EVENT_BYTES = 400, TERMS = 40, TERMS_BYTES = 1024, VALUES_MOST = 32 };

struct floor {
	PGconn *db;
	size_t sent;
	long created;
};

static void check(struct floor *bench, bool good)
{
	if (good)
		return;
	fprintf(stderr, "floor_postgres: %s\n", PQerrorMessage(bench->db));
	exit(1);
}

static void plain(struct floor *bench, const char *sql)
{
	PGresult *result = PQexec(bench->db, sql);

	check(bench, PQresultStatus(result) == PGRES_COMMAND_OK);
	PQclear(result);
}

static void prepare(struct floor *bench, const char *name, const char *sql)
{
	PGresult *result = PQprepare(bench->db, name, sql, 0, NULL);

	check(bench, PQresultStatus(result) == PGRES_COMMAND_OK);
	PQclear(result);
}

static void prepare_all(struct floor *bench)
{
	char create[2048], insert[512];
	size_t n = (size_t)snprintf(create, sizeof(create), "CREATE TABLE record (id BIGINT PRIMARY KEY");
	size_t m = (size_t)snprintf(insert, sizeof(insert), "INSERT INTO record VALUES ($1");

	for (int i = 1; i < RECORD_COLUMNS; i++) {
		n += (size_t)snprintf(create + n, sizeof(create) - n, ", c%d %s", i, i % 2 ? "BIGINT" : "TEXT");
		m += (size_t)snprintf(insert + m, sizeof(insert) - m, ", $%d", i + 1);
	}
	snprintf(create + n, sizeof(create) - n, ")");
	snprintf(insert + m, sizeof(insert) - m, ")");
	plain(bench, "SET client_min_messages = error");
	plain(bench, "DROP TABLE IF EXISTS record, event, clock, search");
	plain(bench, create);
	plain(bench, "CREATE INDEX ON record (c1)");
	plain(bench, "CREATE INDEX ON record (c2)");
	plain(bench, "CREATE INDEX ON record (c3)");
	plain(bench, "CREATE INDEX ON record (c5)");
	plain(bench,
	      "CREATE TABLE event (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, record BIGINT, seq BIGINT, "
	      "at BIGINT, fields TEXT, hash BYTEA, UNIQUE (record, seq))");
	plain(bench, "CREATE TABLE clock (record BIGINT, name TEXT, state TEXT, target BIGINT, elapsed BIGINT, due_at "
		     "BIGINT, timeline TEXT, PRIMARY KEY (record, name))");
	plain(bench, "CREATE INDEX ON clock (name, state, due_at)");
	plain(bench, "CREATE TABLE search (document BIGINT PRIMARY KEY, terms TEXT, words TSVECTOR)");
	plain(bench, "CREATE INDEX ON search USING GIN (words)");
	prepare(bench, "record", insert);
	prepare(bench, "event",
		"INSERT INTO event (record, seq, at, fields, hash) VALUES ($1, 1, $2, $3, $4::text::bytea)");
	prepare(bench, "clock", "INSERT INTO clock VALUES ($1, $2, 'running', 14400000, 0, $3, '[]')");
	prepare(bench, "search", "INSERT INTO search VALUES ($1, $2, array_to_tsvector(string_to_array($2, ' ')))");
	check(bench, PQenterPipelineMode(bench->db));
}

static void drain(struct floor *bench)
{
	PGresult *result;

	check(bench, PQpipelineSync(bench->db));
	for (; bench->sent; bench->sent--)
		while ((result = PQgetResult(bench->db))) {
			check(bench, PQresultStatus(result) == PGRES_COMMAND_OK);
			PQclear(result);
		}
	PQclear(PQgetResult(bench->db));
}

static void send(struct floor *bench, const char *name, int count, const char *const *values)
{
	check(bench, name ? PQsendQueryPrepared(bench->db, name, count, values, NULL, NULL, 0)
			  : PQsendQueryParams(bench->db, values[0], 0, NULL, NULL, NULL, NULL, 0));
	if (++bench->sent > 100)
		drain(bench);
}

static void write_one(struct floor *bench, struct job *job)
{
	const char *values[VALUES_MOST];
	char id[24], due[2][24], numbers[RECORD_COLUMNS][12], fields[EVENT_BYTES + 1], terms[TERMS_BYTES];
	size_t n = 0;

	snprintf(id, sizeof(id), "%ld", ++bench->created);
	values[0] = id;
	for (int i = 1; i < RECORD_COLUMNS; i++) {
		snprintf(numbers[i], sizeof(numbers[i]), "%d", rand_r(&job->seed) % 1000);
		values[i] = i % 2 ? numbers[i] : "in_progress";
	}
	send(bench, "record", RECORD_COLUMNS, values);
	memset(fields, 'f', EVENT_BYTES);
	fields[EVENT_BYTES] = '\0';
	send(bench, "event", 4, (const char *[]){id, id, fields, "01234567890123456789012345678901"});
	for (int i = 0; i < 2; i++) {
		snprintf(due[i], sizeof(due[i]), "%ld", bench->created * 1000 + i);
		send(bench, "clock", 3, (const char *[]){id, i ? "response" : "resolution", due[i]});
	}
	for (int i = 0; i < TERMS; i++)
		n += (size_t)snprintf(terms + n, sizeof(terms) - n, "%s%x", i ? " " : "",
				      (unsigned)rand_r(&job->seed) % 20000);
	send(bench, "search", 2, (const char *[]){id, terms});
}

static void commit(void *floor, struct job *jobs)
{
	struct floor *bench = floor;

	send(bench, NULL, 0, (const char *[]){"BEGIN"});
	for (struct job *job = jobs; job; job = job->next)
		write_one(bench, job);
	send(bench, NULL, 0, (const char *[]){"COMMIT"});
	drain(bench);
}

static void measure(const char *url, int clients, unsigned seconds)
{
	struct floor bench = {0};

	bench.db = PQconnectdb(url);
	check(&bench, PQstatus(bench.db) == CONNECTION_OK);
	prepare_all(&bench);
	crowd_measure(&bench, commit, &bench.created, clients, seconds);
	PQfinish(bench.db);
}

int main(int count, char **arguments)
{
	int seconds = count > 2 ? atoi(arguments[2]) : 5;

	if (count < 2 || seconds < 1) {
		fprintf(stderr, "usage: floor_postgres URL [SECONDS]\n");
		return 2;
	}
	measure(arguments[1], 8, (unsigned)seconds);
	measure(arguments[1], 32, (unsigned)seconds);
	measure(arguments[1], 64, (unsigned)seconds);
	return 0;
}

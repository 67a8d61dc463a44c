/* floor_rows: the rows of one incident in SQLite, with no logic on top: what the floors under writing share.
 *
 * Per incident: a record of 30 columns with four indexes, an event with the hash of 400 bytes, two clocks, and 40 terms
 * of full text. synchronous=FULL; the log is never moved into the database. */
#ifndef BENCH_FLOOR_ROWS_H
#define BENCH_FLOOR_ROWS_H

#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "floor_crowd.h"

enum { RECORD_COLUMNS = 30, EVENT_BYTES = 400, TERMS = 40, TERMS_BYTES = 1024 };

static const char schema[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-32768; PRAGMA "
    "temp_store=MEMORY;"
    "CREATE TABLE event (id INTEGER PRIMARY KEY, record INTEGER, seq INTEGER, at INTEGER, fields TEXT, hash BLOB, "
    "UNIQUE (record, seq));"
    "CREATE TABLE clock (record INTEGER, name TEXT, state TEXT, target INTEGER, elapsed INTEGER, due_at INTEGER, "
    "timeline TEXT, PRIMARY KEY (record, name)) WITHOUT ROWID;"
    "CREATE INDEX clock_due ON clock (name, state, due_at);"
    "CREATE VIRTUAL TABLE search USING fts5(public_terms, internal_terms, content='', columnsize=0, tokenize=ascii)";

struct floor {
	sqlite3 *db;
	sqlite3_stmt *record, *event, *clock, *search, *begin, *commit;
	long created;
};

static void check(struct floor *bench, int code)
{
	if (code == SQLITE_OK || code == SQLITE_DONE)
		return;
	fprintf(stderr, "floor_store: %s\n", sqlite3_errmsg(bench->db));
	exit(1);
}

static sqlite3_stmt *prepared(struct floor *bench, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	check(bench, sqlite3_prepare_v2(bench->db, sql, -1, &statement, NULL));
	return statement;
}

static void run(struct floor *bench, sqlite3_stmt *statement)
{
	check(bench, sqlite3_step(statement));
	check(bench, sqlite3_reset(statement));
}

static inline void prepare_all(struct floor *bench)
{
	char create[2048], insert[512];
	size_t n = (size_t)snprintf(create, sizeof(create), "CREATE TABLE record (id INTEGER PRIMARY KEY");
	size_t m = (size_t)snprintf(insert, sizeof(insert), "INSERT INTO record VALUES (?");

	for (int i = 1; i < RECORD_COLUMNS; i++) {
		n += (size_t)snprintf(create + n, sizeof(create) - n, ", c%d %s", i, i % 2 ? "INTEGER" : "TEXT");
		m += (size_t)snprintf(insert + m, sizeof(insert) - m, ", ?");
	}
	snprintf(create + n, sizeof(create) - n,
		 "); CREATE INDEX i1 ON record (c1); CREATE INDEX i2 ON record (c2); CREATE INDEX i3 ON record (c3); "
		 "CREATE INDEX i5 ON record (c5)");
	snprintf(insert + m, sizeof(insert) - m, ")");
	check(bench, sqlite3_exec(bench->db, schema, NULL, NULL, NULL));
	check(bench, sqlite3_exec(bench->db, create, NULL, NULL, NULL));
	bench->record = prepared(bench, insert);
	bench->event = prepared(bench, "INSERT INTO event (record, seq, at, fields, hash) VALUES (?, 1, ?, ?, ?)");
	bench->clock = prepared(bench, "INSERT INTO clock VALUES (?, ?, 'running', 14400000, 0, ?, '[]')");
	bench->search = prepared(bench, "INSERT INTO search (rowid, public_terms, internal_terms) VALUES (?, ?, ?)");
	bench->begin = prepared(bench, "BEGIN IMMEDIATE");
	bench->commit = prepared(bench, "COMMIT");
}

static void write_search(struct floor *bench, long id, unsigned *seed)
{
	char terms[TERMS_BYTES];
	size_t n = 0;

	for (int i = 0; i < TERMS; i++)
		n += (size_t)snprintf(terms + n, sizeof(terms) - n, "%s%x", i ? " " : "",
				      (unsigned)rand_r(seed) % 20000);
	sqlite3_bind_int64(bench->search, 1, id);
	sqlite3_bind_text(bench->search, 2, terms, (int)n, SQLITE_STATIC);
	sqlite3_bind_text(bench->search, 3, "", 0, SQLITE_STATIC);
	run(bench, bench->search);
}

static inline void write_one(struct floor *bench, struct job *job)
{
	unsigned char hash[32], fields[EVENT_BYTES];
	long id = ++bench->created;

	sqlite3_bind_int64(bench->record, 1, id);
	for (int i = 2; i <= RECORD_COLUMNS; i++) {
		if (i % 2 == 0)
			sqlite3_bind_int64(bench->record, i, rand_r(&job->seed) % 1000);
		else
			sqlite3_bind_text(bench->record, i, "in_progress", -1, SQLITE_STATIC);
	}
	run(bench, bench->record);
	memset(fields, 'f', sizeof(fields));
	memcpy(fields, &id, sizeof(id));
	crypto_generichash(hash, sizeof(hash), fields, sizeof(fields), NULL, 0);
	memset(fields, 'f', sizeof(id));
	sqlite3_bind_int64(bench->event, 1, id);
	sqlite3_bind_int64(bench->event, 2, id);
	sqlite3_bind_text(bench->event, 3, (const char *)fields, sizeof(fields), SQLITE_STATIC);
	sqlite3_bind_blob(bench->event, 4, hash, sizeof(hash), SQLITE_STATIC);
	run(bench, bench->event);
	for (int i = 0; i < 2; i++) {
		sqlite3_bind_int64(bench->clock, 1, id);
		sqlite3_bind_text(bench->clock, 2, i ? "response" : "resolution", -1, SQLITE_STATIC);
		sqlite3_bind_int64(bench->clock, 3, id * 1000 + i);
		run(bench, bench->clock);
	}
	write_search(bench, id, &job->seed);
}

static inline void files_remove(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char name[4096];

	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
}

/* Empty, with its tables. */
static inline void floor_open(struct floor *bench, const char *path)
{
	files_remove(path);
	check(bench, sqlite3_open(path, &bench->db));
	prepare_all(bench);
}

static inline void floor_close(struct floor *bench, const char *path)
{
	sqlite3_stmt *statements[] = {bench->record, bench->event, bench->clock,
				      bench->search, bench->begin, bench->commit};

	for (size_t i = 0; i < sizeof(statements) / sizeof(*statements); i++)
		sqlite3_finalize(statements[i]);
	sqlite3_close(bench->db);
	files_remove(path);
}

#endif

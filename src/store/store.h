/* store: a database behind a const vtable, embedded SQLite or PostgreSQL.
 *
 * Reading: take a reader, prepare, bind, step, give it back. Readers see what was committed before they began.
 * Writing: hand a job to the writer. It runs in a transaction of its own (a savepoint inside a group); jobs that wait
 * together are committed together with one fsync, and only after that commit is `done` called. A job that returns an
 * error leaves nothing behind and does not disturb its neighbours.
 *
 * SQL is standard, placeholders are `?` in order (or ?1), identifiers are quoted with "". Text compares by bytes, and
 * numbers are whole. Two functions beyond the standard are there in any database: instr(text, part), and
 * kaname_fold(text) as base/fold.h folds. What else differs between databases has a function here. SQL is never built
 * from values. Only store/ and record/ contain SQL.
 *
 * A sign before a column (+r.title) keeps a database that listens from beginning there.
 *
 * After an error within a job nothing more can be read in it: the job ends with that error. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/histogram.h"
#include "base/time.h"
#include "base/value.h"

struct store;
struct connection; /* a reader, or the writer inside a job; one thread at a time */
struct statement;

struct store_options {
	const char *url;    /* "sqlite:PATH" or "postgresql://..." */
	bool create;        /* make the database when it is absent */
	unsigned readers;   /* connections; 0: one per processor + 2 */
	bool keeps_journal; /* store_journal_start() will follow (store/journal.h) */
};

MUST enum status store_open(const struct store_options *options, struct store **store, struct error *error);
void store_close(struct store *store); /* finishes what was accepted first */

/* --- statements: prepared once per connection and text (the text must be a constant or live in the model) --- */
/* A statement is used by one caller at a time; preparing the same text while it is in use gives another one. */
MUST enum status store_prepare(struct connection *connection, struct str sql, struct statement **statement,
			       struct error *error);
void store_release(struct statement **statement); /* back to the cache; NULL is fine */
#define STATEMENT __attribute__((cleanup(store_release))) struct statement *

void bind_int(struct statement *statement, int64_t number); /* binds the next placeholder */
void bind_text(struct statement *statement,
	       struct str text); /* the bytes must live until the statement is released or rebound */
void bind_blob(struct statement *statement, struct str bytes);
void bind_null(struct statement *statement);
/* Runs to the next row: OK and *row true, OK and false at the end. Errors: E_UNAVAILABLE, E_CONFLICT (unique),
 * E_INTERNAL. */
MUST enum status store_step(struct statement *statement, bool *row, struct error *error);
MUST enum status store_run(struct statement *statement,
			   struct error *error); /* to the end, rows ignored; ready to be bound again */
void store_rewind(struct statement *statement);  /* ready to be bound again */
int64_t column_int(struct statement *statement, int column);
struct str column_text(struct statement *statement, int column); /* valid until the next step */
struct str column_blob(struct statement *statement, int column);
bool column_is_null(struct statement *statement, int column);
int64_t store_changes(struct connection *connection); /* rows of the last insert, update or delete */

/* One statement without rows or results, for schema work. Its fault may be told by a later call of the same job. */
MUST enum status store_execute(struct connection *connection, struct str sql, struct error *error);

/* --- reading --- */
MUST enum status store_reader(struct store *store, struct connection **connection,
			      struct error *error); /* waits for a free one */
void store_reader_done(struct connection **connection);
#define READER __attribute__((cleanup(store_reader_done))) struct connection *
/* A step of a reader's statement may take 10 s; from now on, and until the reader is given back, as many milliseconds.
 */
void store_reader_hurry(struct connection *connection, int64_t ms);
void store_reader_calm(struct connection *connection); /* as it was before */
/* An error of a step that took longer than that. Where databases have sessions, the snapshot is over with it: who goes
 * on with the reader begins another one. */
bool store_took_too_long(const struct error *error);
MUST enum status store_snapshot_renew(struct connection *connection, struct error *error);
/* Several statements on one snapshot: between begin and end a reader sees one moment, that of the first of them at the
 * latest. */
MUST enum status store_snapshot_begin(struct connection *connection, struct error *error);
/* For those who will hardly ask more than one thing: the first statement may show an earlier moment than all that
 * follow, which see one and the same; store_epoch() may be that of the first. */
MUST enum status store_glance_begin(struct connection *connection, struct error *error);
void store_snapshot_end(struct connection *connection);

/* --- replicas: copies that the database keeps of itself, and that may be behind it --- */
enum { REPLICAS_MOST = 8 };
/* From now on these serve readers as well, and no others. They need not be there yet, and may go and come: nothing is
 * asked of those that do not answer. E_INVALID: no address, or a database that has none. */
MUST enum status store_follow(struct store *store, const char *const *urls, size_t count, struct error *error);
/* For those who will read much: exchanges a reader that has read something in a snapshot for one of a replica, if there
 * is one that shows all that the snapshot shows, and the same rights (epoch); it is given some milliseconds to come up
 * to that. So what is read there is never older than what the snapshot showed. True: it was exchanged; its statements
 * may then fail with E_UNAVAILABLE where the database's own would not. */
bool store_relieve(struct connection **connection);

struct replica_figures {
	uint64_t reads;    /* readers that it took */
	uint64_t behind;   /* that it could not take, as it did not show enough */
	bool is_there;     /* it answered when it was last asked */
	int64_t lag_turns; /* groups of changes that it did not show then */
	int64_t lag_ms;    /* since it last showed everything */
};
/* In the order of their addresses; returns how many. *own: readers that stayed with the database. */
size_t store_replicas(struct store *store, struct replica_figures figures[REPLICAS_MOST], uint64_t *own);

/* --- writing --- */
struct write_job {
	enum status (*run)(void *context, struct connection *connection,
			   struct error *error); /* on the writer's thread */
	void (*done)(void *context, enum status status,
		     const struct error *error); /* after the commit, on a thread of the store */
	void *context;
	bool repeatable;        /* run may be called again, after all that it changed was undone */
	struct write_job *next; /* the store's */
};
/* Never blocks on the database. E_UNAVAILABLE when closing or when too many jobs wait (then done is not called). */
MUST enum status store_write(struct store *store, struct write_job *job, struct error *error);
/* Waits for the commit. store_write_repeatable: the same of what may be run again. */
MUST enum status store_write_wait(struct store *store,
				  enum status (*run)(void *context, struct connection *connection, struct error *error),
				  void *context, struct error *error);
MUST enum status store_write_repeatable(struct store *store,
					enum status (*run)(void *context, struct connection *connection,
							   struct error *error),
					void *context, struct error *error);

struct store_figures {
	uint64_t jobs, groups, failed; /* since start */
	uint64_t waiting;
	uint64_t largest_group;
	const struct histogram *group_sizes, *commits; /* jobs of a group; microseconds until it was durable */
	uint64_t readers, readers_lent;
	const struct histogram *reader_waits; /* microseconds of those who found no reader free */
};
struct store_figures store_figures(struct store *store);
MUST enum status store_size(struct store *store, int64_t *bytes, struct error *error); /* of tables and indexes */
MUST enum status store_is_writable(struct store *store, struct error *error); /* for /healthz: commits something tiny */

/* --- news: what was changed is told at once, to this process and to the other nodes --- */
enum news_kind {
	NEWS_RECORD,  /* subject: the record; detail: its version now */
	NEWS_TIMER,   /* subject: the record; detail: when the timer is due */
	NEWS_SCHEMA,  /* the tables were brought to another model */
	NEWS_MISSED,  /* anything may have happened: too much at once, or the line was away */
	NEWS_PRESENT, /* subject: the record that somebody is at; detail: see api/elsewhere.h. By store_call() only */
};
struct news {
	enum news_kind kind;
	int64_t subject, detail;
	bool foreign;  /* another node did it: */
	uint64_t node; /* this one */
};
/* In a job: is told when, and only if, the job has been committed. */
void store_tell(struct connection *connection, enum news_kind kind, int64_t subject, int64_t detail);
/* Calls something to the other nodes at once, outside of any job. Nobody hears it where there are none, or while the
 * line is away, or when too much is called: what counts is to be called again. */
void store_call(struct store *store, enum news_kind kind, int64_t subject, int64_t detail);
bool store_has_others(const struct store *store); /* there may be other nodes */
/* heard gets the news of one commit, on a thread of the store, which waits: it does little, and never uses the store.
 * News of other nodes come a moment after their commit, when it can be read; each of them comes, or NEWS_MISSED
 * does. */
struct ear;
MUST enum status store_listen(struct store *store, void (*heard)(void *context, const struct news *news, size_t count),
			      void *context, struct ear **ear, struct error *error);
void store_unlisten(struct store *store, struct ear **ear); /* afterwards heard is called no more; NULL is fine */

/* --- copying --- */
/* Is given the whole database as its file would hold it, piece by piece, in any order and some of it twice: what comes
 * later counts. */
typedef enum status store_copy_put(void *context, uint64_t offset, struct str bytes, struct error *error);
/* A copy of an embedded database as of the connection's snapshot, while others write; memory stays bounded. The log
 * grows as long as it takes. E_CONFLICT for a database that keeps its own. */
MUST enum status store_check_copy(const struct store *store, struct error *error); /* that E_CONFLICT, beforehand */
MUST enum status store_copy(struct connection *connection, store_copy_put *put, void *context, struct error *error);

/* Whether the database's own structure is sound: E_INTERNAL when it is damaged. thorough: reads all of it, however long
 * that takes; else what takes a second or so, which is all of a small database. */
MUST enum status store_check(struct store *store, bool thorough, struct error *error);

/* What was erased must not be found in the database's files either. later: in the job that erases. scrub: when that is
 * committed, by whoever has the time; nothing is done unless something was erased. It works in many small jobs. */
MUST enum status store_scrub_later(struct connection *connection, struct error *error);
MUST enum status store_scrub_wanted(struct store *store, bool *wanted, struct error *error);
MUST enum status store_scrub(struct store *store, struct error *error);

/* In a job: the next number of a counter, which begins with `first`. Taken back with the job. Counters are the codes of
 * types, whose records they number, and COUNTER_EVENTS. Nobody else writes where they stand (kaname_serial). */
enum { COUNTER_EVENTS = 0 };
MUST enum status store_next(struct connection *connection, int64_t counter, int64_t first, int64_t *next,
			    struct error *error);

/* --- other nodes --- */
/* Counts the changes of what nodes keep in memory (people and their rights): whoever remembers something asks for the
 * epoch with the connection by which it was read, and forgets it when a later one is seen. Always 0 where there is one
 * process only. */
MUST enum status store_epoch(struct connection *connection, int64_t *epoch, struct error *error);
MUST enum status store_epoch_advance(struct connection *connection, struct error *error); /* in a job */

/* Another node has brought the tables on to a later program or model, of which this one knows nothing; it goes on. */
bool store_is_behind(const struct store *store);

/* --- what differs between databases --- */
/* What stands behind a key of ORDER BY, so that NULL comes before everything. never_empty: of a column that holds a
 * value in every row, as its index says it, too. */
const char *store_direction(const struct store *store, bool descending, bool never_empty);

enum column_kind { COLUMN_INTEGER, COLUMN_TEXT, COLUMN_BLOB };
struct column {
	struct str name;
	enum column_kind kind;
};
MUST enum status store_table_columns(struct connection *connection, struct arena *arena, struct str table,
				     struct column **columns, size_t *count,
				     struct error *error);                 /* none: no such table */
const char *store_column_type(struct store *store, enum column_kind kind); /* "INTEGER", "BIGINT"... */

/* Full text: documents of terms (base/fold.h), each with a public and an internal part, in one of two indexes. */
enum search_index { SEARCH_RECORDS /* document = record identity */, SEARCH_EVENTS /* document = event id */ };
struct search_terms {
	struct str public_terms, internal_terms; /* internal holds everything that is not public */
};
/* old: what was put before (recomputed), NULL for a new document. */
MUST enum status store_search_put(struct connection *connection, enum search_index index, int64_t document,
				  const struct search_terms *old, const struct search_terms *now, struct error *error);
/* SQL condition with one placeholder, true when the document named by the SQL expression `document` matches; bind
 * store_search_expression(). public_only restricts to public terms. */
struct str store_search_condition(struct arena *arena, struct store *store, enum search_index index,
				  const char *document, bool public_only);
/* The same, but looks one document up instead of reading all that match into a set. */
struct str store_search_row(struct arena *arena, struct store *store, enum search_index index, const char *document);
/* A SELECT, as "document", of the newest documents of a range that match, newest first: what it costs hangs on how many
 * are asked for, not on how many match. Placeholders: the expression, the first and the last document, how many. */
struct str store_search_newest(struct store *store, enum search_index index);
/* The oldest likewise, oldest first, where it costs nothing to pass what is before the range; else empty. */
struct str store_search_oldest(struct store *store, enum search_index index);
struct fold_phrase;
struct str store_search_expression(struct arena *arena, struct store *store, const struct fold_phrase *phrases,
				   size_t count, bool public_only);

struct store *connection_store(struct connection *connection);

#endif

/* postgres: what the files of the PostgreSQL driver share.
 *
 * Every connection stays in pipeline mode: what is sent is remembered in `unread`, and pg_finish() reads all answers in
 * one go. So BEGIN, SAVEPOINT and changes whose result nobody waits for travel with the next statement, or with the end
 * of the job: one way to the server and back instead of many. */
#ifndef STORE_POSTGRES_H
#define STORE_POSTGRES_H

#include <libpq-fe.h>

#include "store/counters.h"
#include "store/driver.h"

enum { PG_UNREAD_MOST = 256, PG_DOOMED_MOST = 64, PG_MENTIONS = 4 };

struct pg_memo;
struct pg_rows;

struct pg_store {
	struct store store;
	char *url;
	bool create;
	/* One attempt to connect at a time: see pg_revive(). */
	pthread_mutex_t gate; /* guards what follows */
	pthread_cond_t tried;
	bool trying;
	int64_t retry_at; /* monotonic ms */
	int64_t pause;    /* ms between attempts; 0: the last one was good */
	/* News of other nodes come through a channel of PostgreSQL: postgres_news.c. */
	char channel[128]; /* quoted; set by the first writer */
	uint64_t node;     /* by which this one knows its own */
	struct pg_listener *listener;
};

/* The statements by which counters are asked for and written: postgres_turn.c. */
struct pg_counting {
	unsigned prepared;    /* the session that has them... */
	unsigned open, close; /* their names */
	bool fresh;           /* ...which may have been refused with the group that runs */
};

struct pg_connection {
	struct connection connection;
	PGconn *db; /* NULL or broken: see pg_revive() */
	bool writes;
	unsigned session; /* counts connects: statements of an earlier one must be prepared again */
	unsigned named;   /* statements so far */
	int64_t timeout;  /* ms, statement_timeout of the session; -1: unknown */
	int64_t epoch;    /* as of the snapshot or the group; -1: not read */
	int64_t patience; /* ms that an answer may take before the line is taken for dead; 0: any */
	int64_t changes;
	bool begun;               /* a snapshot, by BEGIN... */
	bool glance;              /* ...or what is sent up to the next answer is one by itself */
	struct pg_memo *memo;     /* of a writer: postgres_memo.c */
	struct pg_rows *rows;     /* of a writer: postgres_rows.c */
	struct counters counters; /* of a writer, in its turns */
	struct pg_counting counting;
	bool in_turn;     /* within a group of jobs... */
	bool changed;     /* ...that has changed something */
	bool changed_all; /* ...that may have changed any table */
	bool trusted;     /* the job at hand has no savepoint... */
	bool job_changed; /* ...and has changed something */
	int64_t turn;     /* that was this node's last; -1: unknown */
	bool heard;       /* what other nodes have changed since then */
	char lock[96];    /* the statement by which a writer takes its turn; prepared as PG_LOCK */

	char unread[PG_UNREAD_MOST]; /* a letter for each thing that was sent and not answered: see pg_finish() */
	size_t unread_count;
	size_t unread_bytes; /* about */
	bool failed;         /* one of them was refused: told by the next pg_finish() */
	struct error fault;

	unsigned doomed[PG_DOOMED_MOST]; /* names of statements to be given up at the next rest */
	size_t doomed_count;
};

/* What the server has answered, shared by those who read it. */
struct pg_answer {
	PGresult *result;
	unsigned users;
};

struct pg_statement {
	unsigned session, name;
	bool sent;
	bool is_change; /* INSERT, UPDATE or DELETE without RETURNING */
	bool is_no_row; /* and not one whose rows can wait: postgres_rows.c */
	char *sql;      /* with $1 for ? */
	struct pg_answer *answer;
	PGresult *result; /* of the answer */
	int row, rows;
	uint64_t mentions[PG_MENTIONS]; /* of the tables that postgres_memo.c knows, those in its text */
	size_t tables_looked_at;
	int room; /* places for values, at least one */
	const char **values;
	int *lengths, *formats;
	char (*numbers)[24];
};

/* postgres.c */
struct pg_connection *pg_own(struct connection *connection);
int64_t pg_milliseconds(void);                          /* monotonic */
PGconn *pg_dial(const char *url, const char *database); /* database: NULL: that of the URL */
/* Makes sure that there is a session. E_UNAVAILABLE, at once, while the pause after a failed attempt lasts, and soon
 * when the attempt of somebody else takes its time. */
MUST enum status pg_revive(struct pg_connection *connection, struct error *error);
void pg_shut(struct pg_connection *connection);

/* postgres_pipeline.c. Letters of `unread`. */
enum {
	PG_COMMAND = 'c',
	PG_IGNORED = 'i', /* its errors, too */
	PG_MOMENT = 'e',
	PG_OPENING = 'o',
	PG_SYNC = 's'
};
MUST enum status pg_sent(struct pg_connection *connection, int good, char letter, size_t bytes, struct error *error);
MUST enum status pg_send(struct pg_connection *connection, const char *sql, char letter, struct error *error);
/* One of those that each session has prepared: postgres.c. */
#define PG_SNAPSHOT "snapshot"
#define PG_GROUP "group"
#define PG_LOCK "lock"
#define PG_COMMIT "commit"
#define PG_SETTLE "settle"
#define PG_OPEN "open"
#define PG_CLOSE "close"
#define PG_ASK_MOMENT "moment"
MUST enum status pg_send_named(struct pg_connection *connection, const char *name, char letter, struct error *error);
/* Reads all answers. The last one is given to the caller, who clears it, unless result is NULL. */
MUST enum status pg_finish(struct pg_connection *connection, PGresult **result, struct error *error);
MUST enum status pg_run(struct pg_connection *connection, const char *sql, PGresult **result, struct error *error);
/* Reads all answers, and then that of sql (NULL: none), and says only whether that was good. */
bool pg_try(struct pg_connection *connection, const char *sql);
bool pg_has_room(const struct pg_connection *connection);
/* Asks which moment is shown, which pg_finish() keeps. */
MUST enum status pg_ask_moment(struct pg_connection *connection, struct error *error);

MUST enum status pg_demand(struct connection *connection, int64_t oldest, bool breaks, struct error *error);

/* postgres_news.c */
enum status pg_hear(struct store *store, struct error *error);
void pg_deafen(struct store *store);
void pg_call(struct store *store, const struct news *news);
enum { PG_MESSAGE_MOST = 7968 };
/* What the group has told, for other nodes; empty: nothing. */
void pg_write_news(const struct pg_connection *connection, char message[PG_MESSAGE_MOST]);
size_t pg_read_news(const char *text, uint64_t self, struct news *news, size_t most);

/* postgres_error.c */
MUST enum status pg_fail(const struct pg_connection *connection, const PGresult *result, struct error *error);
MUST enum status pg_fail_connect(PGconn *db, struct error *error);
bool pg_is_absent(PGconn *db); /* there is no such database */

/* postgres_statement.c */
enum status pg_prepare(struct statement *statement, struct error *error);
void pg_finalize(struct statement *statement);
bool pg_bind_int(struct statement *statement, int index, int64_t number);
bool pg_bind_text(struct statement *statement, int index, struct str text);
bool pg_bind_blob(struct statement *statement, int index, struct str bytes);
bool pg_bind_null(struct statement *statement, int index);
enum status pg_step(struct statement *statement, bool *row, struct error *error);
enum status pg_run_change(struct statement *statement, bool *taken, struct error *error);
void pg_rewind(struct statement *statement);
const char *pg_name(unsigned number, char name[16]); /* of a prepared statement */
void pg_give_up(struct pg_connection *connection);   /* the doomed statements */
int64_t pg_column_int(struct statement *statement, int column);
struct str pg_column_text(struct statement *statement, int column);
struct str pg_column_blob(struct statement *statement, int column);
bool pg_column_is_null(struct statement *statement, int column);
int64_t pg_changes(struct connection *connection);
enum status pg_execute(struct connection *connection, const char *sql, struct error *error);

/* postgres_memo.c: what the writer has read and nobody has changed since. */
/* A turn begins, after that of the number: what other nodes have changed since our last one is forgotten. */
MUST enum status pg_memo_turn(struct pg_connection *connection, int64_t turn, struct error *error);
/* What others have changed in so many turns, as each of these has noted it. */
void pg_memo_hear(struct pg_connection *connection, int64_t turns, struct str tables);
/* The turn is over: which tables this one has changed. */
enum { PG_NOTE_MOST = 8000 };
void pg_memo_tell(struct pg_connection *connection, char note[PG_NOTE_MOST]);
void pg_memo_change(struct pg_connection *connection, struct str sql); /* a statement that changes something is sent */
void pg_memo_forget(struct pg_connection *connection);                 /* counters, too: not while some have moved */
void pg_memo_forget_answers(struct pg_connection *connection);
void pg_memo_undo(struct pg_connection *connection); /* the job at hand is undone */
void pg_memo_free(struct pg_connection *connection);
size_t pg_memo_bytes(const struct pg_connection *connection); /* that answers take */
/* NULL: it must be asked. Whoever gets an answer releases it. */
struct pg_answer *pg_memo_find(struct pg_connection *connection, const struct statement *statement);
/* Takes the result; NULL when there is no memory. */
struct pg_answer *pg_memo_keep(struct pg_connection *connection, const struct statement *statement, PGresult *result);
void pg_answer_release(struct pg_answer **answer);
bool pg_mentions(struct str sql, struct str table);

/* postgres_rows.c: rows that wait to be written together. */
/* *taken: it is a row that may wait, and does. A change as of pg_memo_change(). */
MUST enum status pg_rows_add(struct pg_connection *connection, const struct statement *statement, bool *taken,
			     struct error *error);
/* Sends what waits. */
MUST enum status pg_rows_send(struct pg_connection *connection, struct error *error);
/* Before the statement is sent: sends what waits when it could tell the difference. */
MUST enum status pg_rows_before(struct pg_connection *connection, const struct statement *statement,
				struct error *error);
bool pg_rows_told(const struct pg_connection *connection);     /* the last change was a row that waits, or waited */
void pg_rows_end(struct pg_connection *connection, bool kept); /* the group; what waits is dropped */
void pg_rows_free(struct pg_connection *connection);
/* postgres_counters.c */
struct counters *pg_counters(struct connection *connection);
enum { PG_NUMBERS_MOST = COUNTERS_MOST * 21 + 1 };
void pg_counters_name(const struct pg_connection *connection, char numbers[PG_NUMBERS_MOST]); /* those known */
/* Where other nodes have brought them: "number last number last". */
void pg_counters_hear(struct pg_connection *connection, const char *text);
bool pg_counters_moved(const struct pg_connection *connection);
/* Those that have moved; false: none has. */
bool pg_counters_tell(struct pg_connection *connection, char numbers[PG_NUMBERS_MOST], char lasts[PG_NUMBERS_MOST]);

/* postgres_turn.c: what a turn asks at its beginning and tells at its end. */
/* turn: counts the groups that changed something, of all nodes. reign: see pg_foundation(). */
#define PG_MOMENT_COLUMNS "epoch, kaname_epoch.turn, reign, oldest, breaks"
extern const char pg_opening[], pg_closing[];
/* Which moment it is, what other nodes have changed since our last turn, and where they have brought counters; told to
 * the memo and the counters by pg_finish(). */
MUST enum status pg_turn_begin(struct pg_connection *connection, struct error *error);
void pg_turn_hear(struct pg_connection *connection, const PGresult *result);
/* hastes: its COMMIT does not wait for the disk. */
MUST enum status pg_turn_end(struct pg_connection *connection, bool hastes, struct error *error);
void pg_turn_over(struct pg_connection *connection, bool kept); /* the group is over */

/* postgres_group.c */
enum status pg_group_begin(struct connection *connection, struct error *error);
enum status pg_job_begin(struct connection *connection, bool trusted, struct error *error);
enum status pg_job_keep(struct connection *connection, struct error *error);
bool pg_job_undo(struct connection *connection);
enum status pg_group_commit(struct connection *connection, bool *refused, struct error *error);
void pg_group_rollback(struct connection *connection);
enum status pg_settle(struct connection *connection, struct error *error);
enum status pg_snapshot_begin(struct connection *connection, struct error *error);
void pg_snapshot_end(struct connection *connection);
enum status pg_glance_begin(struct connection *connection, struct error *error);
/* Before a statement: its snapshot has been begun, or is. */
MUST enum status pg_snapshot_sure(struct pg_connection *connection, struct error *error);
enum status pg_epoch(struct connection *connection, int64_t *epoch, struct error *error);
enum status pg_epoch_advance(struct connection *connection, struct error *error);

/* postgres_schema.c */
extern const char *const pg_own_schema[], *const pg_after_copy[];
extern const char pg_list_tables[], pg_list_keys[];
/* What every session relies on: functions and the epoch. Made by whoever comes first. */
MUST enum status pg_foundation(struct pg_connection *connection, struct error *error);
void pg_number_column(struct buf *sql, struct str prefix, unsigned width);
struct str pg_index_definition(struct arena *arena, struct str definition);
enum status pg_table_columns(struct connection *connection, struct arena *arena, struct str table,
			     struct column **columns, size_t *count, struct error *error);

/* postgres_fold.c */
extern const char *const pg_fold_functions[]; /* kaname_fold(t), and what it needs; ends with NULL */

/* postgres_search.c */
enum status pg_search_put(struct connection *connection, enum search_index index, int64_t document,
			  const struct search_terms *old, const struct search_terms *now, struct error *error);
struct str pg_search_condition(struct arena *arena, enum search_index index, const char *document, bool public_only);
struct str pg_search_newest(enum search_index index);
struct str pg_search_row(struct arena *arena, enum search_index index, const char *document);
struct str pg_search_expression(struct arena *arena, const struct fold_phrase *phrases, size_t count, bool public_only);

#endif

/* sqlite: what the files of the SQLite driver share. */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>

#include "store/counters.h"
#include "store/driver.h"

struct checkpointer;   /* sqlite_checkpoint.c */
struct sqlite_journal; /* sqlite_journal.c */
struct search_queue;   /* sqlite_search.c */

/* Statements of the group commit, kept apart from the cache because every job runs them. */
enum fixed { FIX_BEGIN, FIX_COMMIT, FIX_ROLLBACK, FIX_SAVE, FIX_RELEASE, FIX_UNDO, FIX_SNAPSHOT, FIXED };

struct sqlite_store {
	struct store store;
	char *path;
	int flags; /* of sqlite3_open_v2 */
	struct checkpointer *checkpointer;
	bool keeps_journal;
	struct sqlite_journal *journal; /* NULL: not started */
};

struct sqlite_connection {
	struct connection connection;
	sqlite3 *db;
	int64_t deadline; /* monotonic ms; 0: none */
	bool writes;
	bool gated; /* holds the checkpointer's gate */
	sqlite3_stmt *fixed[FIXED];
	struct search_queue *queue; /* of the writer */
	size_t mark;                /* of the queue, where the job began */
	bool trusted;               /* the job at hand has no savepoint... */
	sqlite3_int64 changes;      /* ...and how many rows had been changed before it */
	struct counters counters;   /* of the writer, in its groups */
};

/* Turns a result code into an error. Returns its status. */
enum status sqlite_fail(sqlite3 *db, int code, struct error *error);
/* Opens a connection with the settings that all of them share. */
enum status sqlite_connect(const struct sqlite_store *store, int cache_kilobytes, sqlite3 **db, struct error *error);
enum { JOURNAL_CACHE = 64 };
int64_t sqlite_milliseconds(void); /* monotonic, coarse */

/* sqlite_pages.c: before SQLite is initialised. */
void sqlite_pages_configure(void);

/* sqlite_files.c: how SQLite's files are opened. */
extern const char sqlite_files_system[];
void sqlite_files_register(void); /* once */

/* sqlite_group.c */
enum status sqlite_group_begin(struct connection *connection, struct error *error);
enum status sqlite_job_begin(struct connection *connection, bool trusted, struct error *error);
enum status sqlite_job_keep(struct connection *connection, struct error *error);
bool sqlite_job_undo(struct connection *connection);
enum status sqlite_group_commit(struct connection *connection, bool *refused, struct error *error);
void sqlite_group_rollback(struct connection *connection);
struct counters *sqlite_counters(struct connection *connection);
enum status sqlite_snapshot_begin(struct connection *connection, struct error *error);
void sqlite_snapshot_end(struct connection *connection);

/* sqlite_checkpoint.c: the log of changes is moved into the database by a thread of its own. */
enum status checkpointer_start(struct sqlite_store *store, struct checkpointer **checkpointer, struct error *error);
void checkpointer_stop(struct checkpointer *checkpointer);
void checkpointer_watch(struct checkpointer *checkpointer, sqlite3 *db); /* the writer's; NULL: it is gone */
void checkpointer_gate(struct checkpointer *checkpointer, bool enter);   /* the writer begins (waits) or has ended */
void checkpointer_keep(struct checkpointer *checkpointer, struct sqlite_journal *journal); /* looks for it from now */

/* sqlite_journal.c */
enum status sqlite_journal_start(struct store *store, const struct journal_options *options, struct error *error);
enum status sqlite_journal_take(struct store *store, struct journal_part **parts, bool *begins, struct error *error);
bool sqlite_journal_mark(struct store *store, struct journal_mark *mark, instant *at);
void sqlite_journal_note(struct sqlite_journal *journal, int frames); /* the writer has committed */
void sqlite_journal_refresh(struct sqlite_journal *journal);          /* reads all that there is, if there is room */
void sqlite_journal_free(struct sqlite_journal *journal);

/* sqlite_search.c */
struct search_queue *search_queue_new(void);
void search_queue_free(struct search_queue *queue);
size_t search_queue_mark(const struct search_queue *queue);
void search_queue_cut(struct search_queue *queue, size_t mark); /* forgets what came after the mark */
enum status search_queue_write(struct search_queue *queue, struct connection *connection, struct error *error);
enum status sqlite_search_put(struct connection *connection, enum search_index index, int64_t document,
			      const struct search_terms *old, const struct search_terms *now, struct error *error);
struct str sqlite_search_condition(struct arena *arena, enum search_index index, const char *document,
				   bool public_only);
struct str sqlite_search_newest(enum search_index index);
struct str sqlite_search_oldest(enum search_index index);
struct str sqlite_search_row(struct arena *arena, enum search_index index, const char *document);
struct str sqlite_search_expression(struct arena *arena, const struct fold_phrase *phrases, size_t count,
				    bool public_only);

enum status sqlite_scrub(struct connection *connection, bool begins, bool *over, struct error *error);

/* sqlite_copy.c */
enum status sqlite_copy(struct connection *connection, store_copy_put *put, void *context, struct error *error);

/* sqlite_check.c */
enum status sqlite_check(struct connection *connection, bool thorough, struct error *error);

/* sqlite_schema.c */
extern const char *const sqlite_own_schema[];
void sqlite_number_column(struct buf *sql, struct str prefix, unsigned width);
enum status sqlite_table_columns(struct connection *connection, struct arena *arena, struct str table,
				 struct column **columns, size_t *count, struct error *error);

#endif

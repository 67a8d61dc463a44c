/* The SQLite driver: opening, statements and errors. SQLite stands behind these files and nowhere else. */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fold.h"

/* No mmap: measured on 350 MB of rows it made point reads no faster, and let the process look 270 MB large. */
enum {
	WRITER_CACHE = 32 << 10,     /* KB */
	READER_CACHE = 4 << 10,      /* 2, 4 and 8 MB measured alike: the system's cache stands behind it */
	BUSY_WAIT = 10 * SECOND,     /* for another process that writes */
	STEPS_BETWEEN_LOOKS = 20000, /* of SQLite's machine: about a millisecond */
};

int64_t sqlite_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum status constraint_fail(sqlite3 *db, int code, struct error *error)
{
	struct str text = str_of(sqlite3_errmsg(db)), column = {0};
	size_t at;

	if (code != SQLITE_CONSTRAINT_UNIQUE && code != SQLITE_CONSTRAINT_PRIMARYKEY && code != SQLITE_CONSTRAINT_ROWID)
		return error_fail(error, E_CONFLICT, "", "constraint", N_("The database refuses this: %s"), text.p);
	/* "UNIQUE constraint failed: person.account": the field, when it is one alone. */
	if (!str_find_char(text, ',', &at) && str_find_char(text, '.', &at))
		column = str_sub(text, at + 1, text.n);
	return error_fail_at(error, E_CONFLICT, column, "unique", N_("This value is in use already"));
}

enum status sqlite_fail(sqlite3 *db, int code, struct error *error)
{
	const char *text = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);

	switch (code & 0xff) {
	case SQLITE_CONSTRAINT:
		return constraint_fail(db, sqlite3_extended_errcode(db), error);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return error_fail(error, E_UNAVAILABLE, "", "busy", N_("The database is busy; try again"));
	case SQLITE_INTERRUPT:
		return error_fail(error, E_UNAVAILABLE, "", "too_long", N_("The query took too long and was stopped"));
	case SQLITE_FULL:
		return error_fail(error, E_UNAVAILABLE, "", "disk_full",
				  N_("The disk of the database is full; nothing was changed"));
	case SQLITE_IOERR:
		return error_fail(error, E_UNAVAILABLE, "", "disk",
				  N_("The disk of the database cannot be read or written: %s"), text);
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return error_fail(error, E_UNAVAILABLE, "", "disk", N_("The database cannot be opened or written: %s"),
				  text);
	case SQLITE_NOMEM:
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return error_fail(error, E_INTERNAL, "", "corrupt", N_("The database is damaged: %s"), text);
	case SQLITE_TOOBIG:
		return error_fail(error, E_TOO_LARGE, "", "too_large", N_("Too large for the database"));
	default:
		return error_fail(error, E_INTERNAL, "", "database", N_("Database error: %s"), text);
	}
}

/* --- connections --- */

static void sql_fold(sqlite3_context *context, int count, sqlite3_value **values)
{
	if (sqlite3_value_type(values[0]) == SQLITE_NULL)
		return;
	struct str text = {(const char *)sqlite3_value_text(values[0]), (size_t)sqlite3_value_bytes(values[0])};
	ARENA arena = arena_new();
	struct str folded = fold_text(arena, text);
	sqlite3_result_text64(context, folded.n ? folded.p : "", folded.n, SQLITE_TRANSIENT, SQLITE_UTF8);
}

enum status sqlite_connect(const struct sqlite_store *store, int cache_kilobytes, sqlite3 **db, struct error *error)
{
	char pragmas[256];
	int code = sqlite3_open_v2(store->path, db, store->flags, sqlite_files_system);

	sqlite3_snprintf(
	    sizeof(pragmas), pragmas,
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY;"
	    "PRAGMA secure_delete=ON;" /* nothing that was erased stays behind */
	    "PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-%d",
	    cache_kilobytes);
	if (code == SQLITE_OK) {
		sqlite3_extended_result_codes(*db, 1);
		sqlite3_busy_timeout(*db, BUSY_WAIT);
		code = sqlite3_exec(*db, pragmas, NULL, NULL, NULL);
	}
	if (code == SQLITE_OK && store->keeps_journal) /* the log stays, so that the journal can be gone on with */
		code = sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_create_function_v2(*db, "kaname_fold", 1,
						  SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, sql_fold,
						  NULL, NULL, NULL);
	if (code == SQLITE_OK)
		return OK;
	enum status status = sqlite_fail(*db, code, error);
	sqlite3_close_v2(*db);
	*db = NULL;
	return status;
}

static int look_at_clock(void *context)
{
	const struct sqlite_connection *connection = context;

	return connection->deadline && sqlite_milliseconds() > connection->deadline;
}

static enum status sqlite_open_connection(struct store *store, bool writes, struct connection **connection,
					  struct error *error)
{
	struct sqlite_store *own = (struct sqlite_store *)store;
	struct sqlite_connection *made = calloc(1, sizeof(*made));

	if (!made)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	made->connection.store = store;
	made->writes = writes;
	enum status status = sqlite_connect(own, writes ? WRITER_CACHE : READER_CACHE, &made->db, error);
	if (status == OK && !writes) {
		int code =
		    sqlite3_exec(made->db, "PRAGMA query_only=1", NULL, NULL, NULL); /* a fault here writes nothing */

		status = code == SQLITE_OK ? OK : sqlite_fail(made->db, code, error);
	}
	if (status == OK && writes && !own->checkpointer)
		status = checkpointer_start(own, &own->checkpointer, error);
	if (status != OK) {
		sqlite3_close_v2(made->db);
		free(made);
		return status;
	}
	if (writes) {
		made->queue = search_queue_new();
		checkpointer_watch(own->checkpointer, made->db);
	} else {
		sqlite3_progress_handler(made->db, STEPS_BETWEEN_LOOKS, look_at_clock, made);
	}
	*connection = &made->connection;
	return OK;
}

static void sqlite_disconnect(struct connection *connection)
{
	struct sqlite_connection *own = (struct sqlite_connection *)connection;

	if (own->writes)
		checkpointer_watch(((struct sqlite_store *)connection->store)->checkpointer, NULL);
	for (size_t i = 0; i < FIXED; i++)
		sqlite3_finalize(own->fixed[i]);
	search_queue_free(own->queue);
	sqlite3_close_v2(own->db);
	free(own);
}

/* --- the store --- */

static pthread_once_t configured = PTHREAD_ONCE_INIT;

static void configure(void)
{
	/* Without its statistics SQLite's allocator needs no lock that all threads share. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite_pages_configure();
	sqlite3_initialize();
	sqlite_files_register();
}

/* The database holds everything that an organisation knows: nobody else on the machine reads the file. */
static enum status file_make(const char *path, struct error *error)
{
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (file < 0)
		return error_fail(error, E_UNAVAILABLE, "database", "disk", N_("%s cannot be opened: %s"), path,
				  strerror(errno));
	close(file);
	return OK;
}

static void sqlite_close(struct store *store)
{
	struct sqlite_store *own = (struct sqlite_store *)store;

	checkpointer_stop(own->checkpointer);
	sqlite_journal_free(own->journal);
	free(own->path);
	free(own);
}

static enum status sqlite_open(const struct store_options *options, struct store **store, struct error *error)
{
	const char *path = options->url + strlen("sqlite:");

	pthread_once(&configured, configure);
	if (!*path || *path == ':')
		return error_fail(error, E_SYNTAX, "database", "url", N_("%s names no file"), options->url);
	if (options->create) {
		enum status status = file_make(path, error);

		if (status != OK)
			return status;
	} else if (access(path, F_OK) != 0) {
		return error_fail(error, E_UNAVAILABLE, "database", "absent", N_("There is no database at %s"), path);
	}
	struct sqlite_store *made = calloc(1, sizeof(*made));
	if (made)
		made->path = strdup(path);
	if (!made || !made->path) {
		free(made);
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	}
	/* One thread at a time uses a connection, so SQLite need not lock it. */
	made->flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	made->keeps_journal = options->keeps_journal;
	*store = &made->store;
	return OK;
}

/* --- statements --- */

static sqlite3_stmt *native(const struct statement *statement)
{
	return statement->native;
}

static sqlite3 *database(const struct statement *statement)
{
	return ((struct sqlite_connection *)statement->connection)->db;
}

static enum status sqlite_prepare(struct statement *statement, struct error *error)
{
	sqlite3_stmt *made = NULL;
	int code = sqlite3_prepare_v3(database(statement), statement->sql.p, (int)statement->sql.n + 1,
				      SQLITE_PREPARE_PERSISTENT, &made, NULL);

	if (code != SQLITE_OK)
		return sqlite_fail(database(statement), code, error);
	if (!made)
		return error_fail(error, E_INTERNAL, "", "database", N_("An empty statement"));
	statement->native = made;
	statement->parameters = sqlite3_bind_parameter_count(made);
	return OK;
}

static void sqlite_finalize(struct statement *statement)
{
	sqlite3_finalize(native(statement));
}

static bool sqlite_bind_int(struct statement *statement, int index, int64_t number)
{
	return sqlite3_bind_int64(native(statement), index, number) == SQLITE_OK;
}

static bool sqlite_bind_text(struct statement *statement, int index, struct str text)
{
	return sqlite3_bind_text64(native(statement), index, text.n ? text.p : "", text.n, SQLITE_STATIC,
				   SQLITE_UTF8) == SQLITE_OK;
}

static bool sqlite_bind_blob(struct statement *statement, int index, struct str bytes)
{
	return sqlite3_bind_blob64(native(statement), index, bytes.n ? bytes.p : "", bytes.n, SQLITE_STATIC) ==
	       SQLITE_OK;
}

static bool sqlite_bind_null(struct statement *statement, int index)
{
	return sqlite3_bind_null(native(statement), index) == SQLITE_OK;
}

static enum status sqlite_step(struct statement *statement, bool *row, struct error *error)
{
	struct sqlite_connection *connection = (struct sqlite_connection *)statement->connection;
	int64_t limit = connection->connection.limit;

	connection->deadline = limit ? sqlite_milliseconds() + limit : 0;
	int code = sqlite3_step(native(statement));
	if (code == SQLITE_ROW || code == SQLITE_DONE) {
		*row = code == SQLITE_ROW;
		return OK;
	}
	enum status status = sqlite_fail(connection->db, code, error);
	sqlite3_reset(native(statement));
	return status;
}

static void sqlite_rewind(struct statement *statement)
{
	sqlite3_reset(native(statement));
}

static int64_t sqlite_column_int(struct statement *statement, int column)
{
	return sqlite3_column_int64(native(statement), column);
}

static struct str sqlite_column_text(struct statement *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(native(statement), column);

	return (struct str){text, (size_t)sqlite3_column_bytes(native(statement), column)};
}

static struct str sqlite_column_blob(struct statement *statement, int column)
{
	const char *bytes = sqlite3_column_blob(native(statement), column);

	return (struct str){bytes, (size_t)sqlite3_column_bytes(native(statement), column)};
}

static bool sqlite_column_is_null(struct statement *statement, int column)
{
	return sqlite3_column_type(native(statement), column) == SQLITE_NULL;
}

static int64_t sqlite_changes(struct connection *connection)
{
	return sqlite3_changes64(((struct sqlite_connection *)connection)->db);
}

static enum status sqlite_execute(struct connection *connection, const char *sql, struct error *error)
{
	sqlite3 *db = ((struct sqlite_connection *)connection)->db;
	int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? OK : sqlite_fail(db, code, error);
}

const struct store_driver sqlite_driver = {
    .scheme = "sqlite:",
    .open = sqlite_open,
    .close = sqlite_close,
    .connect = sqlite_open_connection,
    .disconnect = sqlite_disconnect,
    .prepare = sqlite_prepare,
    .finalize = sqlite_finalize,
    .bind_int = sqlite_bind_int,
    .bind_text = sqlite_bind_text,
    .bind_blob = sqlite_bind_blob,
    .bind_null = sqlite_bind_null,
    .step = sqlite_step,
    .rewind = sqlite_rewind,
    .column_int = sqlite_column_int,
    .column_text = sqlite_column_text,
    .column_blob = sqlite_column_blob,
    .column_is_null = sqlite_column_is_null,
    .changes = sqlite_changes,
    .execute = sqlite_execute,
    .snapshot_begin = sqlite_snapshot_begin,
    .snapshot_end = sqlite_snapshot_end,
    .copy = sqlite_copy,
    .journal_start = sqlite_journal_start,
    .journal_take = sqlite_journal_take,
    .journal_mark = sqlite_journal_mark,
    .group_begin = sqlite_group_begin,
    .job_begin = sqlite_job_begin,
    .job_keep = sqlite_job_keep,
    .job_undo = sqlite_job_undo,
    .group_commit = sqlite_group_commit,
    .group_rollback = sqlite_group_rollback,
    .counters = sqlite_counters,
    .check = sqlite_check,
    .table_columns = sqlite_table_columns,
    .column_types = {"INTEGER", "TEXT", "BLOB"},
    .identity_type = "INTEGER PRIMARY KEY",
    .keyed_table = " WITHOUT ROWID",
    .own_schema = sqlite_own_schema,
    .list_indexes = "SELECT name FROM sqlite_schema WHERE type = 'index'",
    .list_tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' "
		   "AND substr(name, 1, 14) <> 'kaname_search_' ORDER BY name",
    .list_keys = "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk",
    .number_column = sqlite_number_column,
    .size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    .nulls_first = "", /* NULL stands there anyway */
    .nulls_last = " DESC",
    .scrub = sqlite_scrub,
    .search_put = sqlite_search_put,
    .search_condition = sqlite_search_condition,
    .search_newest = sqlite_search_newest,
    .search_oldest = sqlite_search_oldest,
    .search_row = sqlite_search_row,
    .search_expression = sqlite_search_expression,
};

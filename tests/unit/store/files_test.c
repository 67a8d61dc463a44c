/* The log and the database as SQLite sees them, beside a plain array of bytes, and what of them has reached the system.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite.h"

enum { ROOM = 1 << 20, LARGEST = 131000, STEPS = 4000 };

static char folder[] = "/tmp/kaname-files-XXXXXX", database[64], log_path[64], index_path[64];
static const char *path; /* of the one that is open */
static sqlite3 *owner;   /* of the one that is open */
static sqlite3_file *file;
static char expected[ROOM], seen[ROOM];
static int size; /* of what is expected */

static sqlite3 *connect_to(const char *pragmas)
{
	sqlite3 *db;

	assert_int_equal(
	    sqlite3_open_v2(database, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, sqlite_files_system), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, pragmas, NULL, NULL, NULL), SQLITE_OK);
	return db;
}

/* One of a connection that does nothing else. */
static void open_file(bool is_log)
{
	owner = connect_to("CREATE TABLE some (id INTEGER)");
	path = is_log ? log_path : database;
	assert_int_equal(sqlite3_file_control(owner, "main",
					      is_log ? SQLITE_FCNTL_JOURNAL_POINTER : SQLITE_FCNTL_FILE_POINTER, &file),
			 SQLITE_OK);
	assert_int_equal(sqlite3_db_config(owner, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL), SQLITE_OK);
	assert_int_equal(file->pMethods->xTruncate(file, 0), SQLITE_OK);
	size = 0;
}

static void remove_files(void)
{
	unlink(index_path);
	unlink(log_path);
	unlink(database);
}

static int bytes_in_system(void)
{
	int descriptor = open(path, O_RDONLY);
	ssize_t n = pread(descriptor, seen, sizeof(seen), 0);

	close(descriptor);
	return (int)n;
}

static void is_in_system(void)
{
	assert_int_equal(bytes_in_system(), size);
	assert_memory_equal(seen, expected, (size_t)size);
}

static void close_file(void)
{
	assert_int_equal(file->pMethods->xSync(file, SQLITE_SYNC_NORMAL), SQLITE_OK);
	is_in_system();
	assert_int_equal(sqlite3_close(owner), SQLITE_OK);
	remove_files();
}

static void put(int at, int count, char fill)
{
	static char bytes[LARGEST];

	memset(bytes, fill, (size_t)count);
	memset(expected + at, fill, (size_t)count);
	if (at + count > size)
		size = at + count;
	assert_int_equal(file->pMethods->xWrite(file, bytes, count, at), SQLITE_OK);
}

static void look(int at, int count)
{
	memset(seen, 1, (size_t)count);
	assert_int_equal(file->pMethods->xRead(file, seen, count, at), SQLITE_OK);
	assert_memory_equal(seen, expected + at, (size_t)count);
}

static void sync_file(void)
{
	assert_int_equal(file->pMethods->xSync(file, SQLITE_SYNC_NORMAL), SQLITE_OK);
	is_in_system();
}

static void the_database_is_written_at_once(void **state)
{
	(void)state;
	open_file(false);
	for (int i = 0; i < 20; i++) {
		put(size, 4096, (char)('a' + i));
		is_in_system();
	}
	close_file();
}

/* Heads and pages, as a commit brings them. */
static void what_follows_is_written_at_once(void **state)
{
	(void)state;
	open_file(true);
	put(0, 32, 'h');
	for (int i = 0; i < 20; i++) {
		put(size, 24, 'f');
		put(size, 4096, (char)('a' + i));
	}
	assert_int_equal(bytes_in_system(), 0);
	sync_file();
	close_file();
}

static void one_step(void)
{
	sqlite3_int64 told;
	int at, count = (int)(rand() % 3 ? rand() % 5000 : rand() % LARGEST);

	switch (rand() % 8) {
	case 0:
		sync_file();
		return;
	case 1:
		assert_int_equal(file->pMethods->xFileSize(file, &told), SQLITE_OK);
		assert_int_equal(told, size);
		return;
	case 2:
		size = size ? rand() % size : 0;
		memset(expected + size, 0, (size_t)(ROOM - size));
		assert_int_equal(file->pMethods->xTruncate(file, size), SQLITE_OK);
		return;
	case 3:
		at = size ? rand() % size : 0;
		look(at, count < size - at ? count : size - at);
		return;
	case 4:
		at = size ? rand() % size : 0; /* over what is there */
		break;
	default:
		at = size;
	}
	if (at + count <= ROOM)
		put(at, count, (char)rand());
}

static void they_hold_what_an_array_holds(void **state)
{
	(void)state;
	srand(7);
	for (int is_log = 0; is_log < 2; is_log++) {
		memset(expected, 0, sizeof(expected));
		open_file(is_log);
		for (int i = 0; i < STEPS; i++)
			one_step();
		close_file();
	}
}

/* --- SQLite upon them --- */

enum { ROWS = 200, HALF = ROWS / 2, TURNS = 600, PEOPLE = 3 };

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static void make_rows(sqlite3 *db)
{
	run(db, "DROP TABLE IF EXISTS item; CREATE TABLE item (id INTEGER PRIMARY KEY, value INTEGER, filler BLOB)");
	for (int i = 0; i < ROWS; i++)
		run(db, "INSERT INTO item (value, filler) VALUES (0, zeroblob(3000))");
}

static void holds(sqlite3 *db, const int *values)
{
	sqlite3_stmt *statement;
	int count = 0;

	assert_int_equal(sqlite3_prepare_v2(db, "SELECT value FROM item ORDER BY id", -1, &statement, NULL), SQLITE_OK);
	for (; sqlite3_step(statement) == SQLITE_ROW; count++)
		assert_int_equal(sqlite3_column_int(statement, 0), values[count]);
	assert_int_equal(count, ROWS);
	assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
}

static void is_whole(sqlite3 *db)
{
	sqlite3_stmt *statement;

	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), "ok");
	assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
}

/* Changes more than fits into a connection's memory; then keeps it, or takes it back. */
static void change_many(sqlite3 *db, int *values, int value)
{
	int from = rand() % ROWS, until = from + rand() % (ROWS - from), keeps = rand() % 2;
	char sql[128];

	snprintf(sql, sizeof(sql), "BEGIN; UPDATE item SET value = %d WHERE id > %d AND id <= %d", value, from, until);
	run(db, sql);
	run(db, keeps ? "COMMIT" : "ROLLBACK");
	for (int i = from; keeps && i < until; i++)
		values[i] = value;
}

/* What one of them takes back must not come over what another keeps, whoever moves the log meanwhile. */
static void they_change_in_turns(void **state)
{
	sqlite3 *people[PEOPLE];
	int values[ROWS] = {0};

	(void)state;
	srand(11);
	for (int i = 0; i < PEOPLE; i++)
		people[i] = connect_to("PRAGMA cache_size=10");
	make_rows(people[0]);
	for (int i = 1; i <= TURNS; i++) {
		change_many(people[rand() % PEOPLE], values, i);
		if (rand() % 16 == 0)
			assert_int_equal(
			    sqlite3_wal_checkpoint_v2(people[rand() % PEOPLE], NULL, rand() % 4, NULL, NULL),
			    SQLITE_OK);
		holds(people[rand() % PEOPLE], values);
	}
	for (int i = 0; i < PEOPLE; i++) {
		is_whole(people[i]);
		assert_int_equal(sqlite3_close(people[i]), SQLITE_OK);
	}
}

typedef ssize_t writer(int, const void *, size_t, off_t);

static writer *write_really;
static sqlite3 *onlooker; /* NULL: nobody looks */
static int seen_values[ROWS], looks;

/* Somebody else reads just before a piece of the database is written. */
static ssize_t write_watched(int descriptor, const void *bytes, size_t count, off_t at)
{
	struct stat written, main;
	sqlite3 *looker = onlooker;

	if (looker && fstat(descriptor, &written) == 0 && stat(database, &main) == 0 && written.st_ino == main.st_ino) {
		onlooker = NULL;
		holds(looker, seen_values);
		onlooker = looker;
		looks++;
	}
	return write_really(descriptor, bytes, count, at);
}

/* A reader who began before keeps the log from being moved to its end: then SQLite says what was moved without a sync.
 */
static void others_see_all_while_the_log_is_moved(void **state)
{
	sqlite3_vfs *system = sqlite3_vfs_find(NULL);
	const char *name = system->xGetSystemCall(system, "pwrite64") ? "pwrite64" : "pwrite";
	sqlite3 *change = connect_to(""), *slow = connect_to(""), *mover = connect_to("");
	int pages, moved;

	(void)state;
	make_rows(change);
	assert_int_equal(sqlite3_wal_checkpoint_v2(mover, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL), SQLITE_OK);
	run(change, "UPDATE item SET value = 1");
	run(slow, "BEGIN; SELECT count(*) FROM item");
	run(change, "UPDATE item SET value = 2 WHERE id > 100");
	for (int i = 0; i < ROWS; i++)
		seen_values[i] = i < HALF ? 1 : 2;
	onlooker = connect_to("PRAGMA cache_size=10");
	write_really = (writer *)system->xGetSystemCall(system, name);
	assert_int_equal(system->xSetSystemCall(system, name, (sqlite3_syscall_ptr)write_watched), SQLITE_OK);
	assert_int_equal(sqlite3_wal_checkpoint_v2(mover, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved), SQLITE_OK);
	assert_int_equal(system->xSetSystemCall(system, name, NULL), SQLITE_OK);
	assert_true(moved > 0 && moved < pages && looks > 0);
	run(slow, "COMMIT");
	holds(onlooker, seen_values);
	assert_int_equal(sqlite3_close(onlooker), SQLITE_OK);
	onlooker = NULL;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(sqlite3_close((sqlite3 *[]){change, slow, mover}[i]), SQLITE_OK);
}

/* A full disk fails the change at hand, and none that comes when there is room again. */
static void what_was_told_at_once_is_not_told_again(void **state)
{
	struct rlimit all, none;

	(void)state;
	open_file(true);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = all.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	put(0, 4096, 'a');
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_not_equal(file->pMethods->xWrite(file, expected, 4096, 8192), SQLITE_OK);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
	put(0, 4096, 'b');
	sync_file();
	close_file();
}

static int begin(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(database, sizeof(database), "%s/a.db", folder);
	snprintf(log_path, sizeof(log_path), "%s/a.db-wal", folder);
	snprintf(index_path, sizeof(index_path), "%s/a.db-shm", folder);
	sqlite3_initialize();
	sqlite_files_register();
	return 0;
}

static int end(void **state)
{
	(void)state;
	remove_files();
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_follows_is_written_at_once),
	    cmocka_unit_test(they_hold_what_an_array_holds),
	    cmocka_unit_test(the_database_is_written_at_once),
	    cmocka_unit_test(they_change_in_turns),
	    cmocka_unit_test(others_see_all_while_the_log_is_moved),
	    cmocka_unit_test(what_was_told_at_once_is_not_told_again),
	};

	return cmocka_run_group_tests(tests, begin, end);
}

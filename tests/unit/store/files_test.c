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
#include <unistd.h>

#include "store/sqlite.h"

enum { ROOM = 1 << 20, LARGEST = 131000, STEPS = 4000 };

static char folder[] = "/tmp/kaname-files-XXXXXX", database[64], log_path[64];
static const char *path; /* of the one that is open */
static sqlite3_file *file;
static char expected[ROOM], seen[ROOM];
static int size; /* of what is expected */

static void open_file(bool is_log)
{
	sqlite3_vfs *system = sqlite3_vfs_find(sqlite_files_system);
	int given;

	assert_non_null(system);
	file = calloc(1, (size_t)system->szOsFile);
	assert_non_null(file);
	path = is_log ? log_path : database;
	assert_int_equal(
	    system->xOpen(system, path, file,
			  (is_log ? SQLITE_OPEN_WAL : SQLITE_OPEN_MAIN_DB) | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
			  &given),
	    SQLITE_OK);
	assert_int_equal(file->pMethods->xTruncate(file, 0), SQLITE_OK);
	size = 0;
}

static void close_file(void)
{
	assert_int_equal(file->pMethods->xClose(file), SQLITE_OK);
	free(file);
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
		is_in_system();
	}
}

static void lock_index(int flags)
{
	assert_int_equal(file->pMethods->xShmLock(file, 1, 1, flags | SQLITE_SHM_EXCLUSIVE), SQLITE_OK);
}

static void move_pages(void)
{
	void volatile *index;

	open_file(false);
	assert_int_equal(file->pMethods->xShmMap(file, 0, 1 << 15, 1, &index), SQLITE_OK);
	lock_index(SQLITE_SHM_LOCK);
	for (int i = 0; i < 10; i++)
		put(size, 4096, (char)('a' + i));
	assert_int_equal(bytes_in_system(), 0);
}

/* Whoever stops moving the log lets another do it, whose pages are later ones. */
static void nothing_is_held_back_from_others(void **state)
{
	(void)state;
	move_pages();
	lock_index(SQLITE_SHM_UNLOCK);
	is_in_system();
	assert_int_equal(file->pMethods->xShmUnmap(file, 1), SQLITE_OK);
	close_file();
}

static void what_was_not_written_is_told_with_the_sync(void **state)
{
	struct rlimit all, none;

	(void)state;
	move_pages();
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = all.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	(void)file->pMethods->xShmLock(file, 1, 1,
				       SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE); /* nobody asks how it went */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
	assert_int_not_equal(file->pMethods->xSync(file, SQLITE_SYNC_NORMAL), SQLITE_OK);
	assert_int_equal(file->pMethods->xSync(file, SQLITE_SYNC_NORMAL), SQLITE_OK);
	assert_int_equal(file->pMethods->xShmUnmap(file, 1), SQLITE_OK);
	close_file();
}

/* A full disk fails the change at hand, and none that comes when there is room again. */
static void what_was_told_at_once_is_not_told_again(void **state)
{
	struct rlimit all, none;

	(void)state;
	open_file(true);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = all.rlim_max};
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
	close(open(database, O_CREAT | O_RDWR, 0600)); /* whose permissions the log takes over */
	sqlite3_initialize();
	sqlite_files_register();
	return 0;
}

static int end(void **state)
{
	(void)state;
	unlink(log_path);
	unlink(database);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_follows_is_written_at_once),
	    cmocka_unit_test(they_hold_what_an_array_holds),
	    cmocka_unit_test(nothing_is_held_back_from_others),
	    cmocka_unit_test(what_was_not_written_is_told_with_the_sync),
	    cmocka_unit_test(what_was_told_at_once_is_not_told_again),
	};

	return cmocka_run_group_tests(tests, begin, end);
}

/* The log's file as SQLite sees it, beside a plain array of bytes, and what of it has reached the system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/sqlite.h"

enum { ROOM = 1 << 20, LARGEST = 131000, STEPS = 4000 };

static char folder[] = "/tmp/kaname-log-XXXXXX", database[64], path[64];
static sqlite3_file *file;
static char expected[ROOM], seen[ROOM];
static int size; /* of what is expected */

static void open_log(void)
{
	sqlite3_vfs *system = sqlite3_vfs_find(sqlite_log_system);
	int given;

	assert_non_null(system);
	file = calloc(1, (size_t)system->szOsFile);
	assert_non_null(file);
	assert_int_equal(
	    system->xOpen(system, path, file, SQLITE_OPEN_WAL | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &given),
	    SQLITE_OK);
	size = 0;
}

static void close_log(void)
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

static void sync_log(void)
{
	assert_int_equal(file->pMethods->xSync(file, SQLITE_SYNC_NORMAL), SQLITE_OK);
	is_in_system();
}

/* Heads and pages, as a commit brings them. */
static void what_follows_is_written_at_once(void **state)
{
	(void)state;
	open_log();
	put(0, 32, 'h');
	for (int i = 0; i < 20; i++) {
		put(size, 24, 'f');
		put(size, 4096, (char)('a' + i));
	}
	assert_int_equal(bytes_in_system(), 0);
	sync_log();
	close_log();
}

static void one_step(void)
{
	sqlite3_int64 told;
	int at, count = (int)(rand() % 3 ? rand() % 5000 : rand() % LARGEST);

	switch (rand() % 8) {
	case 0:
		sync_log();
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

static void it_holds_what_an_array_holds(void **state)
{
	(void)state;
	srand(7);
	memset(expected, 0, sizeof(expected));
	open_log();
	assert_int_equal(file->pMethods->xTruncate(file, 0), SQLITE_OK);
	for (int i = 0; i < STEPS; i++)
		one_step();
	close_log();
	is_in_system();
}

static int begin(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(database, sizeof(database), "%s/a.db", folder);
	snprintf(path, sizeof(path), "%s/a.db-wal", folder);
	close(open(database, O_CREAT | O_RDWR, 0600)); /* whose permissions the log takes over */
	sqlite3_initialize();
	sqlite_log_register();
	return 0;
}

static int end(void **state)
{
	(void)state;
	unlink(path);
	unlink(database);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_follows_is_written_at_once),
	    cmocka_unit_test(it_holds_what_an_array_holds),
	};

	return cmocka_run_group_tests(tests, begin, end);
}

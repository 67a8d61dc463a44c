/* The page cache drops what lies beyond a database's end, and looks for it only when there may be something. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/sqlite.h"

enum { ROWS = 400, TURNS = 200 };

static sqlite3_pcache_methods2 real;
static int looks; /* through all that a cache holds */
static sqlite3 *db;
static char folder[] = "/tmp/kaname-pages-XXXXXX", path[64];

static void look(sqlite3_pcache *cache, unsigned from)
{
	looks++;
	real.xTruncate(cache, from);
}

static void run(const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static int64_t number(const char *sql)
{
	sqlite3_stmt *statement;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t found = sqlite3_column_int64(statement, 0);
	assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
	return found;
}

static void add_rows(int count)
{
	for (int i = 0; i < count; i++)
		run("INSERT INTO item (word, filler) VALUES (hex(randomblob(100)), randomblob(300))");
}

/* Words come in no order, so that the trees are balanced again and again. */
static void what_grows_is_not_looked_through(void **state)
{
	(void)state;
	add_rows(ROWS);
	looks = 0;
	add_rows(TURNS);
	assert_int_equal(looks, 0);
	assert_int_equal(number("SELECT count(*) FROM item"), ROWS + TURNS);
}

static void what_was_cut_off_is_not_seen_again(void **state)
{
	int64_t pages = number("PRAGMA page_count"), sum;

	(void)state;
	add_rows(ROWS);
	looks = 0;
	run("DELETE FROM item WHERE id > 20; VACUUM");
	assert_true(number("PRAGMA page_count") < pages && looks > 0);
	run("UPDATE item SET filler = zeroblob(300), word = id");
	for (int i = 0; i < ROWS; i++)
		run("INSERT INTO item (word, filler) VALUES ((SELECT max(id) + 1 FROM item), zeroblob(300))");
	sum = number("SELECT sum(length(ltrim(hex(filler), '0'))) FROM item");
	assert_int_equal(sum, 0);
	assert_int_equal(number("SELECT count(*) FROM item WHERE word = id"), ROWS + 20);
	assert_int_equal(number("SELECT quick_check = 'ok' FROM pragma_quick_check"), 1);
}

static int begin(void **state)
{
	static sqlite3_pcache_methods2 watched;

	(void)state;
	sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &real);
	watched = real;
	watched.xTruncate = look;
	sqlite3_config(SQLITE_CONFIG_PCACHE2, &watched);
	sqlite_pages_configure();
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/a.db", folder);
	if (sqlite3_open(path, &db) != SQLITE_OK)
		return -1;
	run("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; CREATE TABLE item (id INTEGER PRIMARY KEY, word INTEGER, "
	    "filler BLOB); CREATE INDEX by_word ON item "
	    "(word)");
	return 0;
}

static int end(void **state)
{
	(void)state;
	if (sqlite3_close(db) != SQLITE_OK)
		return -1;
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_grows_is_not_looked_through),
	    cmocka_unit_test(what_was_cut_off_is_not_seen_again),
	};

	return cmocka_run_group_tests(tests, begin, end);
}

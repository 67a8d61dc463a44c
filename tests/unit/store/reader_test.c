/* What readers see, over either database: snapshots, glances, hurries. */
#include "store/driver.h"
#include "support.h"

static int64_t count_rows(struct bench *bench, struct connection *reader)
{
	STATEMENT statement = NULL;
	bool row;

	must(bench, store_prepare(reader, S("SELECT count(*) FROM t"), &statement, &bench->error));
	must(bench, store_step(statement, &row, &bench->error));
	return column_int(statement, 0);
}

static void test_a_snapshot_is_one_moment(void **state)
{
	struct bench *bench = *state;
	READER reader = NULL;

	sql(bench, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
	sql(bench, "INSERT INTO t (id, v) VALUES (1, 'a')");
	must(bench, store_reader(bench->store, &reader, &bench->error));
	must(bench, store_snapshot_begin(reader, &bench->error));
	assert_int_equal(count_rows(bench, reader), 1);
	sql(bench, "INSERT INTO t (id, v) VALUES (2, 'b')");
	assert_int_equal(count_rows(bench, reader), 1);
	sql(bench, "INSERT INTO t (id, v) VALUES (3, 'c')");
	assert_int_equal(count_rows(bench, reader), 1);
	store_snapshot_end(reader);
	assert_int_equal(count_rows(bench, reader), 3);
}

/* On SQLite it is a snapshot. */
static void test_a_glance_sees_two_moments_at_most(void **state)
{
	struct bench *bench = *state;
	int64_t second;

	sql(bench, "CREATE TABLE t (v TEXT)");
	for (int i = 0; i < 100; i++) { /* answers that nobody reads do not pile up */
		READER idle = NULL;

		must(bench, store_reader(bench->store, &idle, &bench->error));
		must(bench, store_glance_begin(idle, &bench->error));
		if (!i) /* from then on the session knows the statement */
			assert_int_equal(count_rows(bench, idle), 0);
	}
	for (int i = 0; i < 3; i++) {
		READER reader = NULL;

		must(bench, store_reader(bench->store, &reader, &bench->error));
		must(bench, store_glance_begin(reader, &bench->error));
		assert_int_equal(count_rows(bench, reader), 3 * i);
		sql(bench, "INSERT INTO t (v) VALUES ('a')");
		second = count_rows(bench, reader);
		assert_int_equal(second, 3 * i + on_postgres());
		sql(bench, "INSERT INTO t (v) VALUES ('b')");
		assert_int_equal(count_rows(bench, reader), second);
		if (i)
			store_snapshot_end(reader);
		sql(bench, "INSERT INTO t (v) VALUES ('c')");
		assert_int_equal(count_rows(bench, reader), i ? 3 * i + 3 : second);
	}
}

static void test_a_forgotten_snapshot_ends_with_its_reader(void **state)
{
	struct bench *bench = *state;

	sql(bench, "CREATE TABLE t (v TEXT)");
	for (int i = 0; i < 4; i++) {
		READER reader = NULL;

		must(bench, store_reader(bench->store, &reader, &bench->error));
		must(bench, store_snapshot_begin(reader, &bench->error));
		assert_int_equal(count_rows(bench, reader), i);
		sql(bench, "INSERT INTO t (v) VALUES ('a')");
	}
}

static void test_an_endless_query_is_stopped(void **state)
{
	struct bench *bench = *state;
	READER reader = NULL;
	STATEMENT statement = NULL;
	bool row;

	must(bench, store_reader(bench->store, &reader, &bench->error));
	store_reader_hurry(reader, 20);
	must(bench, store_prepare(reader,
				  S("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
				    "SELECT count(*) FROM n WHERE i < ?"),
				  &statement, &bench->error));
	bind_int(statement, 1);
	assert_int_equal(store_step(statement, &row, &bench->error), E_UNAVAILABLE);
	assert_string_equal(bench->error.items[0].rule, "too_long");
	assert_true(store_took_too_long(&bench->error));
	error_clear(&bench->error);
	error_fail(&bench->error, E_UNAVAILABLE, "", "busy", "Busy");
	assert_false(store_took_too_long(&bench->error));
	store_release(&statement);
	store_reader_done(&reader);
	assert_string_equal(ask(bench, "SELECT 1"), "1");
}

/* Takes some 100 ms: refused of a reader in a hurry, and not of whoever gets the reader after it. */
static void test_a_hurry_ends_with_its_reader(void **state)
{
	struct bench *bench = *state;
	enum status told[3];

	for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++) {
		READER reader = NULL;
		STATEMENT statement = NULL;
		bool row;

		error_clear(&bench->error);
		must(bench, store_reader(bench->store, &reader, &bench->error));
		must(bench, store_snapshot_begin(reader, &bench->error));
		if (i != 1)
			store_reader_hurry(reader, 2);
		must(bench, store_prepare(reader,
					  S("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
					    "200000) SELECT count(*) FROM n WHERE i > ?"),
					  &statement, &bench->error));
		bind_int(statement, 0);
		told[i] = store_step(statement, &row, &bench->error);
	}
	assert_int_equal(told[0], E_UNAVAILABLE);
	assert_int_equal(told[1], OK);
	assert_int_equal(told[2], E_UNAVAILABLE);
}

static void test_a_reader_writes_nothing(void **state)
{
	struct bench *bench = *state;
	READER reader = NULL;

	must(bench, store_reader(bench->store, &reader, &bench->error));
	must(bench, store_snapshot_begin(reader, &bench->error));
	assert_int_not_equal(store_execute(reader, S("CREATE TABLE written_by_a_reader (x INTEGER)"), &bench->error),
			     OK);
	store_reader_done(&reader);
	error_clear(&bench->error);
	must(bench, store_reader(bench->store, &reader, &bench->error));
	must(bench, store_glance_begin(reader, &bench->error));
	assert_int_not_equal(store_execute(reader, S("CREATE TABLE written_by_a_reader (x INTEGER)"), &bench->error),
			     OK);
}

#define READER_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    READER_TEST(test_a_snapshot_is_one_moment),
	    READER_TEST(test_a_glance_sees_two_moments_at_most),
	    READER_TEST(test_a_forgotten_snapshot_ends_with_its_reader),
	    READER_TEST(test_an_endless_query_is_stopped),
	    READER_TEST(test_a_hurry_ends_with_its_reader),
	    READER_TEST(test_a_reader_writes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

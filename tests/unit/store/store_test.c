/* The store, over either database: groups, errors, statements, snapshots. */
#include <pthread.h>
#include <sys/stat.h>

#include "store/driver.h"
#include "support.h"

/* --- writing --- */

struct latch { /* counts answers, and holds a job back until it is let go */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open;
	size_t good, bad;
};

static void latch_wait(struct latch *latch, size_t answers)
{
	pthread_mutex_lock(&latch->lock);
	while (latch->good + latch->bad < answers)
		pthread_cond_wait(&latch->changed, &latch->lock);
	pthread_mutex_unlock(&latch->lock);
}

struct insert {
	struct latch *latch;
	int64_t number;
	bool fails, waits, idles /* fails before it changes anything */, counts;
	int64_t given; /* to one that counts */
	enum status status;
	char rule[32];
	struct write_job job;
};

static enum status insert_row(struct connection *connection, int64_t number, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, S("INSERT INTO t (id, v) VALUES (?, 'x')"), &statement, error);

	if (status != OK)
		return status;
	bind_int(statement, number);
	return store_run(statement, error);
}

static enum status insert_run(void *context, struct connection *connection, struct error *error)
{
	struct insert *insert = context;
	enum status status = insert->idles ? OK : insert_row(connection, insert->number, error);

	if (status == OK && insert->counts)
		status =
		    store_next(connection, insert->number % 2, 1 + insert->number % 2 * 100, &insert->given, error);
	if (insert->waits) {
		pthread_mutex_lock(&insert->latch->lock);
		while (!insert->latch->open)
			pthread_cond_wait(&insert->latch->changed, &insert->latch->lock);
		pthread_mutex_unlock(&insert->latch->lock);
	}
	if (status == OK && insert->fails)
		status = error_fail(error, E_INVALID, "number", "odd", N_("Refused"));
	return status;
}

static void insert_done(void *context, enum status status, const struct error *error)
{
	struct insert *insert = context;

	insert->status = status;
	if (status != OK)
		snprintf(insert->rule, sizeof(insert->rule), "%s", error->items[0].rule);
	pthread_mutex_lock(&insert->latch->lock);
	if (status == OK)
		insert->latch->good++;
	else
		insert->latch->bad++;
	pthread_cond_broadcast(&insert->latch->changed);
	pthread_mutex_unlock(&insert->latch->lock);
}

static struct latch *latch_new(struct bench *bench)
{
	struct latch *latch = arena_one(bench->arena, struct latch);

	pthread_mutex_init(&latch->lock, NULL);
	pthread_cond_init(&latch->changed, NULL);
	return latch;
}

static struct insert *insert_new(struct bench *bench, struct latch *latch, int64_t number)
{
	struct insert *insert = arena_one(bench->arena, struct insert);

	insert->latch = latch;
	insert->number = number;
	insert->job = (struct write_job){.run = insert_run, .done = insert_done, .context = insert};
	return insert;
}

enum { THREADS = 8, EACH = 40 };

struct client {
	struct bench *bench;
	int64_t first;
	size_t acknowledged;
	pthread_t thread;
};

static enum status client_run(void *context, struct connection *connection, struct error *error)
{
	return insert_row(connection, *(int64_t *)context, error);
}

static void *client_main(void *argument)
{
	struct client *client = argument;
	struct error error;

	for (int64_t i = 0; i < EACH; i++) {
		int64_t number = client->first + i;

		error_clear(&error);
		if (store_write_wait(client->bench->store, client_run, &number, &error) == OK)
			client->acknowledged++;
	}
	return NULL;
}

static void test_every_acknowledged_write_is_there(void **state)
{
	struct bench *bench = *state;
	struct client clients[THREADS];
	size_t acknowledged = 0;

	sql(bench, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
	for (int i = 0; i < THREADS; i++) {
		clients[i] = (struct client){.bench = bench, .first = i * EACH};
		assert_int_equal(pthread_create(&clients[i].thread, NULL, client_main, &clients[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(clients[i].thread, NULL);
		acknowledged += clients[i].acknowledged;
	}
	assert_int_equal(acknowledged, THREADS * EACH);
	store_close(bench->store);
	bench_open(bench);
	assert_string_equal(ask(bench, "SELECT count(*) FROM t"), "320");
}

enum { JOBS = 31 };

/* The first one holds the writer until all are there. */
static void run_together(struct bench *bench, struct latch *latch, struct insert *inserts[JOBS])
{
	inserts[0]->waits = true;
	for (int i = 0; i < JOBS; i++)
		must(bench, store_write(bench->store, &inserts[i]->job, &bench->error));
	pthread_mutex_lock(&latch->lock);
	latch->open = true;
	pthread_cond_broadcast(&latch->changed);
	pthread_mutex_unlock(&latch->lock);
	latch_wait(latch, JOBS);
}

static void test_waiting_jobs_share_a_commit_and_a_failing_one_disturbs_nobody(void **state)
{
	struct bench *bench = *state;
	struct latch *latch = latch_new(bench);
	struct insert *inserts[JOBS];

	sql(bench, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
	for (int i = 0; i < JOBS; i++) {
		inserts[i] = insert_new(bench, latch, i);
		inserts[i]->fails = i % 3 == 1;
	}
	run_together(bench, latch, inserts);
	assert_int_equal(latch->good, 21);
	assert_int_equal(latch->bad, 10);
	assert_int_equal(inserts[1]->status, E_INVALID);
	assert_string_equal(inserts[1]->rule, "odd");
	assert_string_equal(ask(bench, "SELECT count(*) FROM t"), "21");
	assert_string_equal(ask(bench, "SELECT count(*) FROM t WHERE id % 3 = 1"), "0");
	struct store_figures figures = store_figures(bench->store);
	assert_int_equal(figures.jobs, 32);
	assert_int_equal(figures.failed, 10);
	assert_int_equal(figures.waiting, 0);
	assert_true(figures.groups < figures.jobs);
	assert_true(figures.largest_group > 1);
}

/* However late it is known that one is refused, and whatever it had done by then. */
static void test_jobs_that_may_be_repeated_fail_alone_as_well(void **state)
{
	static const char *const rules[] = {"odd", "unique", "odd"};
	struct bench *bench = *state;
	struct latch *latch = latch_new(bench);
	struct insert *inserts[JOBS];

	sql(bench, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
	for (int i = 0; i < JOBS; i++) {
		bool bad = i % 3 == 1;
		int way = i / 3 % 3;

		inserts[i] = insert_new(bench, latch, bad && way == 1 ? 0 : i);
		inserts[i]->job.repeatable = true;
		inserts[i]->fails = bad && way != 1;
		inserts[i]->idles = bad && way == 2;
	}
	run_together(bench, latch, inserts);
	assert_int_equal(latch->good, 21);
	for (int i = 1; i < JOBS; i += 3)
		assert_string_equal(inserts[i]->rule, rules[i / 3 % 3]);
	assert_string_equal(ask(bench, "SELECT count(*) FROM t"), "21");
	assert_string_equal(ask(bench, "SELECT count(*) FROM t WHERE id % 3 = 1"), "0");
	assert_int_equal(store_figures(bench->store).failed, 10);
}

static void count_once(struct bench *bench, struct store *store, int64_t number, int64_t expected)
{
	struct latch *latch = latch_new(bench);
	struct insert *insert = insert_new(bench, latch, number);

	insert->counts = true;
	must(bench, store_write(store, &insert->job, &bench->error));
	latch_wait(latch, 1);
	assert_int_equal(insert->given, expected);
}

/* Two counters, of even numbers and of odd ones, and a second program that counts as well. */
static void test_numbers_follow_each_other_whatever_fails(void **state)
{
	struct bench *bench = *state;
	struct store_options options = {.url = bench->url, .readers = 1};
	struct latch *latch = latch_new(bench);
	struct insert *inserts[JOBS];
	int64_t last[2] = {0, 100};
	struct store *other;

	sql(bench, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
	sql(bench, "CREATE TABLE kaname_serial (type BIGINT PRIMARY KEY, last BIGINT NOT NULL)");
	for (int i = 0; i < JOBS; i++) {
		inserts[i] = insert_new(bench, latch, i);
		inserts[i]->counts = true;
		inserts[i]->fails = i == 1 || i % 3 == 2; /* the first that asks, too */
	}
	run_together(bench, latch, inserts);
	assert_int_equal(latch->bad, 11);
	for (int i = 0; i < JOBS; i++)
		if (!inserts[i]->fails)
			assert_int_equal(inserts[i]->given, ++last[i % 2]);
	assert_true(store_figures(bench->store).largest_group > 1);
	must(bench, store_open(&options, &other, &bench->error));
	for (int64_t i = JOBS; i < JOBS + 9; i++)
		count_once(bench, i % 3 ? bench->store : other, i, ++last[i % 2]);
	store_close(other);
	store_close(bench->store);
	bench_open(bench);
	count_once(bench, bench->store, 100, last[0] + 1);
}

struct seen {
	struct bench *bench;
	struct latch *latch;
	char count[16];
};

static enum status seen_run(void *context, struct connection *connection, struct error *error)
{
	return insert_row(connection, 1, error);
}

static void seen_done(void *context, enum status status, const struct error *error)
{
	struct seen *seen = context;

	snprintf(seen->count, sizeof(seen->count), "%s", ask(seen->bench, "SELECT count(*) FROM t"));
	pthread_mutex_lock(&seen->latch->lock);
	seen->latch->good++;
	pthread_cond_broadcast(&seen->latch->changed);
	pthread_mutex_unlock(&seen->latch->lock);
}

static void test_done_sees_what_was_committed(void **state)
{
	struct bench *bench = *state;
	struct seen seen = {.bench = bench, .latch = latch_new(bench)};
	struct write_job job = {.run = seen_run, .done = seen_done, .context = &seen};

	sql(bench, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
	must(bench, store_write(bench->store, &job, &bench->error));
	latch_wait(seen.latch, 1);
	assert_string_equal(seen.count, "1");
}

/* A full disk ends SQLite's whole transaction; the answers must say so, and the next group must work. */
static void test_a_full_disk_is_told_and_survived(void **state)
{
	struct bench *bench = *state;

	sql(bench, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
	sql(bench, "PRAGMA max_page_count = 20");
	assert_int_equal(try_sql(bench, "INSERT INTO t (v) VALUES (hex(zeroblob(400000)))"), E_UNAVAILABLE);
	assert_string_equal(bench->error.items[0].rule, "disk_full");
	sql(bench, "PRAGMA max_page_count = 100000");
	sql(bench, "INSERT INTO t (v) VALUES ('fits')");
	assert_string_equal(ask(bench, "SELECT count(*) FROM t"), "1");
}

static void test_a_value_twice_is_a_conflict_at_its_field(void **state)
{
	struct bench *bench = *state;

	sql(bench, "CREATE TABLE person (id INTEGER PRIMARY KEY, account TEXT UNIQUE)");
	sql(bench, "INSERT INTO person (id, account) VALUES (1, 'desk')");
	assert_int_equal(try_sql(bench, "INSERT INTO person (id, account) VALUES (2, 'desk')"), E_CONFLICT);
	assert_string_equal(bench->error.items[0].field, "account");
	assert_string_equal(bench->error.items[0].rule, "unique");
}

static void test_writable_says_so(void **state)
{
	struct bench *bench = *state;

	error_clear(&bench->error);
	assert_int_not_equal(store_is_writable(bench->store, &bench->error), OK);
	sql(bench, "CREATE TABLE kaname_meta (name TEXT PRIMARY KEY, value TEXT)");
	error_clear(&bench->error);
	must(bench, store_is_writable(bench->store, &bench->error));
	must(bench, store_is_writable(bench->store, &bench->error));
	assert_string_equal(ask(bench, "SELECT count(*) FROM kaname_meta"), "1");
}

/* --- statements --- */

static void test_statements_are_kept_and_given_twice(void **state)
{
	struct bench *bench = *state;
	READER reader = NULL;
	struct statement *first = NULL, *second = NULL, *again = NULL;
	bool row;

	must(bench, store_reader(bench->store, &reader, &bench->error));
	must(bench, store_prepare(reader, S("SELECT ?"), &first, &bench->error));
	must(bench, store_prepare(reader, S("SELECT ?"), &second, &bench->error));
	assert_ptr_not_equal(first, second);
	bind_int(first, 1);
	bind_int(second, 2);
	must(bench, store_step(first, &row, &bench->error));
	must(bench, store_step(second, &row, &bench->error));
	assert_int_equal(column_int(first, 0), 1);
	assert_int_equal(column_int(second, 0), 2);
	struct statement *released = first;
	store_release(&first);
	assert_null(first);
	must(bench, store_prepare(reader, S("SELECT ?"), &again, &bench->error));
	assert_ptr_equal(again, released);
	bind_text(again, S("fresh"));
	must(bench, store_step(again, &row, &bench->error));
	assert_true(str_is(column_text(again, 0), "fresh"));
	store_release(&again);
	store_release(&second);
	store_release(&second);
}

static void test_more_statements_than_are_kept(void **state)
{
	struct bench *bench = *state;
	READER reader = NULL;

	must(bench, store_reader(bench->store, &reader, &bench->error));
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 400; i++) {
			STATEMENT statement = NULL;
			bool row;

			must(bench, store_prepare(reader, str_format(bench->arena, "SELECT %d + ?", i), &statement,
						  &bench->error));
			bind_int(statement, round);
			must(bench, store_step(statement, &row, &bench->error));
			assert_int_equal(column_int(statement, 0), i + round);
		}
	}
}

static void test_missing_and_surplus_values_are_errors(void **state)
{
	struct bench *bench = *state;
	READER reader = NULL;
	bool row;

	must(bench, store_reader(bench->store, &reader, &bench->error));
	STATEMENT statement = NULL;
	must(bench, store_prepare(reader,
				  str_format(bench->arena, "SELECT ?, CAST(? AS %s)",
					     store_column_type(bench->store, COLUMN_BLOB)),
				  &statement, &bench->error));
	bind_int(statement, 1);
	assert_int_equal(store_step(statement, &row, &bench->error), E_INTERNAL);
	store_rewind(statement);
	for (int i = 0; i < 3; i++)
		bind_null(statement);
	assert_int_equal(store_step(statement, &row, &bench->error), E_INTERNAL);
	store_rewind(statement);
	bind_null(statement);
	bind_blob(statement, S("\0\1"));
	error_clear(&bench->error);
	must(bench, store_step(statement, &row, &bench->error));
	assert_true(row && column_is_null(statement, 0) && !column_is_null(statement, 1));
	assert_int_equal(column_blob(statement, 1).n, 2);
	store_release(&statement);
	assert_int_equal(store_prepare(reader, S("SELEKT"), &statement, &bench->error), E_INTERNAL);
}

static void test_columns_are_listed(void **state)
{
	struct bench *bench = *state;
	READER reader = NULL;
	struct column *columns = NULL;
	size_t count = 9;

	sql(bench, either("CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT GENERATED ALWAYS AS ('T-' || id) VIRTUAL, "
			  "b BLOB)",
			  "CREATE TABLE t (id BIGINT PRIMARY KEY, n TEXT GENERATED ALWAYS AS ('T-' || id) STORED, "
			  "b BYTEA)"));
	must(bench, store_reader(bench->store, &reader, &bench->error));
	must(bench, store_table_columns(reader, bench->arena, S("t"), &columns, &count, &bench->error));
	assert_int_equal(count, 3);
	assert_true(str_is(columns[0].name, "id") && columns[0].kind == COLUMN_INTEGER);
	assert_true(str_is(columns[1].name, "n") && columns[1].kind == COLUMN_TEXT);
	assert_true(str_is(columns[2].name, "b") && columns[2].kind == COLUMN_BLOB);
	must(bench, store_table_columns(reader, bench->arena, S("nothing"), &columns, &count, &bench->error));
	assert_int_equal(count, 0);
	assert_string_equal(store_column_type(bench->store, COLUMN_INTEGER), either("INTEGER", "BIGINT"));
}

/* --- the file --- */

/* 120 MB pass through the log, which must begin again and again while the writer never rests. */
static void test_the_log_does_not_grow_without_bound(void **state)
{
	struct bench *bench = *state;
	char path[128];
	struct stat log;

	sql(bench, "CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)");
	sql(bench, "INSERT INTO t (v) VALUES (zeroblob(1000000))");
	for (int i = 0; i < 120; i++)
		sql(bench, "UPDATE t SET v = zeroblob(1000000)");
	snprintf(path, sizeof(path), "%s/k.db-wal", bench->directory);
	assert_int_equal(stat(path, &log), 0);
	assert_true(log.st_size < 100 << 20);
	assert_string_equal(ask(bench, "SELECT length(v) FROM t"), "1000000");
}

static void test_folding_in_sql(void **state)
{
	struct bench *bench = *state;

	assert_string_equal(ask_with(bench, "SELECT kaname_fold(?)", "ＭＡＩＬ"), "mail");
	assert_string_equal(ask(bench, "SELECT kaname_fold(NULL)"), "(null)");
}

static void test_unknown_databases_are_refused(void **state)
{
	struct bench *bench = *state;
	struct store *store = NULL;
	struct store_options options = {.url = "postgresql://localhost/k?host=/nowhere/at/all"};

	assert_int_equal(store_open(&options, &store, &bench->error), E_UNAVAILABLE);
	assert_null(store);
	error_clear(&bench->error);
	options.url = "mysql://localhost";
	assert_int_equal(store_open(&options, &store, &bench->error), E_SYNTAX);
	error_clear(&bench->error);
	options.url = "sqlite:";
	assert_int_equal(store_open(&options, &store, &bench->error), E_SYNTAX);
	error_clear(&bench->error);
	options.url = "sqlite:/nowhere/at/all.db";
	assert_int_equal(store_open(&options, &store, &bench->error), E_UNAVAILABLE);
	assert_string_equal(bench->error.items[0].rule, "absent");
	error_clear(&bench->error);
	options.create = true;
	assert_int_equal(store_open(&options, &store, &bench->error), E_UNAVAILABLE);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int main(void)
{
	const struct CMUnitTest of_sqlite[] = {
	    STORE_TEST(test_a_full_disk_is_told_and_survived),
	    STORE_TEST(test_the_log_does_not_grow_without_bound),
	};
	const struct CMUnitTest tests[] = {
	    STORE_TEST(test_every_acknowledged_write_is_there),
	    STORE_TEST(test_waiting_jobs_share_a_commit_and_a_failing_one_disturbs_nobody),
	    STORE_TEST(test_jobs_that_may_be_repeated_fail_alone_as_well),
	    STORE_TEST(test_numbers_follow_each_other_whatever_fails),
	    STORE_TEST(test_done_sees_what_was_committed),
	    STORE_TEST(test_a_value_twice_is_a_conflict_at_its_field),
	    STORE_TEST(test_writable_says_so),
	    STORE_TEST(test_statements_are_kept_and_given_twice),
	    STORE_TEST(test_more_statements_than_are_kept),
	    STORE_TEST(test_missing_and_surplus_values_are_errors),
	    STORE_TEST(test_columns_are_listed),
	    STORE_TEST(test_folding_in_sql),
	    STORE_TEST(test_unknown_databases_are_refused),
	};

	int failed = on_postgres() ? 0 : cmocka_run_group_tests(of_sqlite, NULL, NULL);
	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}

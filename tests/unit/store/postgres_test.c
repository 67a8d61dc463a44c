/* What only PostgreSQL has to prove: that it folds as we do, survives a lost connection and lets nodes take turns.
 * Needs a server: the stage "postgres" of the test command runs it. */
#include <pthread.h>
#include <unicode/uchar.h>

#include "base/fold.h"
#include "store/postgres.h"
#include "support.h"

/* PostgreSQL 15 knows Unicode 14; what came later has no case there that matters. */
static bool is_young(struct str text)
{
	size_t at = 1;
	UVersionInfo age;

	u_charAge((UChar32)str_next_char(text, &at), age);
	return age[0] > 14;
}

/* Each character between letters, where composition and what follows a letter matter. */
static void test_folding_is_that_of_the_program(void **state)
{
	struct bench *bench = *state;
	READER reader = NULL;
	STATEMENT statement = NULL;
	size_t different = 0;
	bool row;

	must(bench, store_reader(bench->store, &reader, &bench->error));
	reader->limit = 0;
	must(bench,
	     store_prepare(reader,
			   S("SELECT 'a' || chr(i) || 'B', kaname_fold('a' || chr(i) || 'B') FROM "
			     "generate_series(CAST(? AS int), CAST(? AS int)) i WHERE i NOT BETWEEN 55296 AND 57343"),
			   &statement, &bench->error));
	for (int64_t from = 1; from < 0x30000; from += 0x8000) {
		bind_int(statement, from);
		bind_int(statement, from + 0x7FFF);
		while (store_step(statement, &row, &bench->error) == OK && row) {
			ARENA arena = arena_new();
			struct str text = column_text(statement, 0), folded = fold_text(arena, text);

			if (!str_eq(folded, column_text(statement, 1)) && !is_young(text) && different++ < 20)
				print_error("%.*s: %.*s, %.*s\n", STR_ARG(text), STR_ARG(folded),
					    STR_ARG(column_text(statement, 1)));
		}
		store_rewind(statement);
	}
	assert_int_equal(different, 0);
	assert_string_equal(ask_with(bench, "SELECT kaname_fold(?)", "ΟΔΟΣ ΣΑΣ ᾳ Straße ｻｰﾊﾞｰ ば"),
			    "οδοσ σασ αι strasse サーバー バ");
	assert_string_equal(ask_with(bench, "SELECT instr(?, 'a')", "bbaa"), "3");
}

static void test_indexes_have_null_first(void **state)
{
	struct bench *bench = *state;
	struct str definition = pg_index_definition(
	    bench->arena,
	    S("(\"due\", CASE \"level\" WHEN 'a' THEN 0 END DESC, \"title\" DESC, \"id\", \"state\") WHERE "
	      "\"state\" IN ('new')"));

	assert_string_equal(
	    str_c(bench->arena, definition),
	    "(\"due\" NULLS FIRST,(CASE \"level\" WHEN 'a' THEN 0 END) DESC NULLS LAST,\"title\" DESC NULLS "
	    "LAST,\"id\",\"state\") WHERE \"state\" IN ('new')");
}

static int64_t epoch_of(struct bench *bench, struct connection *connection)
{
	int64_t epoch;

	must(bench, store_epoch(connection, &epoch, &bench->error));
	return epoch;
}

static enum status advance(void *context, struct connection *connection, struct error *error)
{
	return store_epoch_advance(connection, error);
}

static enum status take_back(void *context, struct connection *connection, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, S("UPDATE kaname_epoch SET epoch = ?"), &statement, error);

	if (status)
		return status;
	bind_int(statement, *(const int64_t *)context);
	return store_run(statement, error);
}

/* What another node has committed is seen with the next snapshot, and with none that is older. */
static void test_the_epoch_of_another_node(void **state)
{
	struct bench *bench = *state;
	struct store_options options = {.url = bench->url, .readers = 2};
	struct store *other = NULL;
	READER reader = NULL;
	int64_t before, after;

	must(bench, store_open(&options, &other, &bench->error));
	must(bench, store_reader(bench->store, &reader, &bench->error));
	before = epoch_of(bench, reader);
	must(bench, store_snapshot_begin(reader, &bench->error));
	assert_int_equal(epoch_of(bench, reader), before);
	must(bench, store_write_wait(other, advance, NULL, &bench->error));
	assert_int_equal(epoch_of(bench, reader), before);
	store_snapshot_end(reader);
	after = epoch_of(bench, reader);
	assert_true(after > before);
	/* A crash of the database took it back, and something else is changed: no epoch comes again. */
	must(bench, store_write_wait(other, take_back, &before, &bench->error));
	must(bench, store_write_wait(other, advance, NULL, &bench->error));
	must(bench, store_snapshot_begin(reader, &bench->error));
	assert_true(epoch_of(bench, reader) > after);
	store_snapshot_end(reader);
	store_close(other);
}

enum { OF_EACH = 25 };

static enum status take_next(void *context, struct connection *connection, struct error *error)
{
	STATEMENT look = NULL;
	STATEMENT write = NULL;
	bool row;
	enum status status;

	if ((status = store_prepare(connection, S("SELECT COALESCE(max(id), 0) + 1 FROM t"), &look, error)) ||
	    (status = store_step(look, &row, error)) ||
	    (status = store_prepare(connection, S("INSERT INTO t (id) VALUES (?)"), &write, error)))
		return status;
	bind_int(write, column_int(look, 0));
	return store_run(write, error);
}

static void *take_many(void *argument)
{
	struct store *store = argument;
	struct error error;
	uintptr_t good = 0;

	for (int i = 0; i < OF_EACH; i++) {
		error_clear(&error);
		good += store_write_wait(store, take_next, NULL, &error) == OK;
	}
	return (void *)good; /* NOLINT(performance-no-int-to-ptr): a count */
}

/* Looking and then writing is safe: nobody writes between. */
static void test_nodes_take_turns(void **state)
{
	struct bench *bench = *state;
	struct store_options options = {.url = bench->url, .readers = 1};
	struct store *other = NULL;
	pthread_t threads[2];
	void *good[2];

	sql(bench, "CREATE TABLE t (id BIGINT PRIMARY KEY)");
	must(bench, store_open(&options, &other, &bench->error));
	assert_int_equal(pthread_create(&threads[0], NULL, take_many, bench->store), 0);
	assert_int_equal(pthread_create(&threads[1], NULL, take_many, other), 0);
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], &good[i]);
		assert_int_equal((uintptr_t)good[i], OF_EACH);
	}
	assert_string_equal(ask(bench, "SELECT count(*) || ' ' || max(id) FROM t"), "50 50");
	store_close(other);
}

/* --- what a node remembers --- */

enum { KEYS = 6, ROUNDS = 600 };

/* What must be read, kept beside the database. */
struct play {
	int64_t values[KEYS], counter;  /* as committed */
	int64_t own[KEYS], own_counter; /* as the job that runs leaves them */
	unsigned seed;
	bool fails;
};

static enum status read_key(struct connection *connection, int64_t key, int64_t wanted, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(connection, S("SELECT v FROM a_table WHERE k = ?"), &statement, error);

	if (status)
		return status;
	bind_int(statement, key);
	if ((status = store_step(statement, &row, error)))
		return status;
	assert_true(row);
	assert_int_equal(column_int(statement, 0), wanted);
	return OK;
}

static enum status read_sum(struct connection *connection, const int64_t *values, struct error *error)
{
	STATEMENT statement = NULL;
	int64_t sum = 0;
	bool row;
	enum status status = store_prepare(connection, S("SELECT sum(v) FROM \"a_table\""), &statement, error);

	for (size_t i = 0; i < KEYS; i++)
		sum += values[i];
	if (status || (status = store_step(statement, &row, error)))
		return status;
	assert_int_equal(column_int(statement, 0), sum);
	return OK;
}

static enum status write_key(struct connection *connection, int64_t key, int64_t value, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, S("UPDATE a_table SET v = ? WHERE k = ?"), &statement, error);

	if (status)
		return status;
	bind_int(statement, value);
	bind_int(statement, key);
	return store_run(statement, error);
}

static enum status play(void *context, struct connection *connection, struct error *error)
{
	struct play *play = context;
	enum status status = OK;

	memcpy(play->own, play->values, sizeof(play->own));
	play->own_counter = play->counter;
	for (int step = 0; step < 5 && !status; step++) {
		int64_t key = rand_r(&play->seed) % KEYS, next;

		switch (rand_r(&play->seed) % 4) {
		case 0:
			play->own[key] = rand_r(&play->seed) % 1000;
			status = write_key(connection, key, play->own[key], error);
			break;
		case 1:
			status = store_next(connection, 7, 1, &next, error);
			assert_int_equal(next, ++play->own_counter);
			break;
		case 2:
			status = read_sum(connection, play->own, error);
			break;
		default:
			status = read_key(connection, key, play->own[key], error);
			break;
		}
	}
	if (!status && play->fails)
		return error_fail(error, E_CONFLICT, "", "test", N_("Only tried"));
	return status;
}

/* Nodes read what they have read before, and yet always what stands: whoever has written it, and whether it was taken
 * back. */
static void test_what_is_remembered_is_what_stands(void **state)
{
	struct bench *bench = *state;
	struct store_options options = {.url = bench->url, .readers = 1};
	struct store *nodes[2] = {bench->store, NULL};
	struct play around = {.seed = 4711};

	sql(bench, "CREATE TABLE a_table (k BIGINT PRIMARY KEY, v BIGINT NOT NULL)");
	sql(bench, "CREATE TABLE kaname_serial (type BIGINT PRIMARY KEY, last BIGINT NOT NULL)");
	for (int i = 0; i < KEYS; i++) {
		char text[80];

		snprintf(text, sizeof(text), "INSERT INTO a_table (k, v) VALUES (%d, 0)", i);
		sql(bench, text);
	}
	must(bench, store_open(&options, &nodes[1], &bench->error));
	for (int i = 0; i < ROUNDS; i++) {
		enum status status;

		around.fails = rand_r(&around.seed) % 4 == 0;
		error_clear(&bench->error);
		status = store_write_wait(nodes[rand_r(&around.seed) % 8 == 0], play, &around, &bench->error);
		if (around.fails)
			assert_int_equal(status, E_CONFLICT);
		else
			must(bench, status);
		if (status)
			continue;
		memcpy(around.values, around.own, sizeof(around.own));
		around.counter = around.own_counter;
	}
	assert_true(around.counter > ROUNDS / 2);
	store_close(nodes[1]);
}

static enum status read_first_key(void *context, struct connection *connection, struct error *error)
{
	return read_key(connection, 0, *(const int64_t *)context, error);
}

static enum status write_first_key(void *context, struct connection *connection, struct error *error)
{
	return write_key(connection, 0, *(const int64_t *)context, error);
}

static enum status write_elsewhere(void *context, struct connection *connection, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, S("UPDATE b_table SET v = v + 1"), &statement, error);

	(void)context;
	return status ? status : store_run(statement, error);
}

/* What a table holds is asked again though its change lies farther back than the turns whose tables are kept. */
static void test_a_node_that_has_missed_many_turns(void **state)
{
	struct bench *bench = *state;
	struct store_options options = {.url = bench->url, .readers = 1};
	int64_t before = 1, after = 2;
	struct store *other;

	sql(bench, "CREATE TABLE a_table (k BIGINT PRIMARY KEY, v BIGINT NOT NULL)");
	sql(bench, "CREATE TABLE b_table (v BIGINT NOT NULL)");
	sql(bench, "INSERT INTO a_table (k, v) VALUES (0, 1)");
	must(bench, store_open(&options, &other, &bench->error));
	for (int i = 0; i < 2; i++) { /* the second time it knows of the other node */
		must(bench, store_write_wait(bench->store, write_elsewhere, NULL, &bench->error));
		must(bench, store_write_wait(other, read_first_key, &before, &bench->error));
	}
	must(bench, store_write_wait(bench->store, write_first_key, &after, &bench->error));
	for (int i = 0; i < 70; i++)
		must(bench, store_write_wait(bench->store, write_elsewhere, NULL, &bench->error));
	must(bench, store_write_wait(other, read_first_key, &after, &bench->error));
	store_close(other);
}

static enum status read_long(void *context, struct connection *connection, struct error *error)
{
	size_t *most = context;
	enum status status = OK;

	for (int64_t i = 0; i < 400 && !status; i++) {
		STATEMENT statement = NULL;
		bool row;

		if ((status = store_prepare(connection, S("SELECT repeat('x', 100000), CAST(? AS BIGINT)"), &statement,
					    error)))
			return status;
		bind_int(statement, i);
		status = store_step(statement, &row, error);
		assert_int_equal(column_text(statement, 0).n, 100000);
		if (pg_memo_bytes(pg_own(connection)) > *most)
			*most = pg_memo_bytes(pg_own(connection));
	}
	return status;
}

static void test_what_is_remembered_is_bounded(void **state)
{
	struct bench *bench = *state;
	size_t most = 0;

	must(bench, store_write_wait(bench->store, read_long, &most, &bench->error));
	assert_in_range(most, 1 << 20, 4 << 20);
}

#define POSTGRES_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    POSTGRES_TEST(test_folding_is_that_of_the_program),
	    POSTGRES_TEST(test_indexes_have_null_first),
	    POSTGRES_TEST(test_the_epoch_of_another_node),
	    POSTGRES_TEST(test_nodes_take_turns),
	    POSTGRES_TEST(test_a_node_that_has_missed_many_turns),
	    POSTGRES_TEST(test_what_is_remembered_is_what_stands),
	    POSTGRES_TEST(test_what_is_remembered_is_bounded),
	};

	if (!on_postgres()) {
		print_error("There is no server: set KANAME_TEST_DATABASE, as tools/with-postgres does\n");
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

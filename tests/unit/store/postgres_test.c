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

/* What another node has committed is seen with the next snapshot, and with none that is older. */
static void test_the_epoch_of_another_node(void **state)
{
	struct bench *bench = *state;
	struct store_options options = {.url = bench->url, .readers = 2};
	struct store *other = NULL;
	READER reader = NULL;
	int64_t before;

	must(bench, store_open(&options, &other, &bench->error));
	must(bench, store_reader(bench->store, &reader, &bench->error));
	before = epoch_of(bench, reader);
	must(bench, store_snapshot_begin(reader, &bench->error));
	must(bench, store_write_wait(other, advance, NULL, &bench->error));
	assert_int_equal(epoch_of(bench, reader), before);
	store_snapshot_end(reader);
	assert_int_equal(epoch_of(bench, reader), before + 1);
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

#define POSTGRES_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    POSTGRES_TEST(test_folding_is_that_of_the_program),
	    POSTGRES_TEST(test_indexes_have_null_first),
	    POSTGRES_TEST(test_the_epoch_of_another_node),
	    POSTGRES_TEST(test_nodes_take_turns),
	};

	if (!on_postgres()) {
		print_error("There is no server: set KANAME_TEST_DATABASE, as tools/with-postgres does\n");
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

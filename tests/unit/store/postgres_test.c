/* What only PostgreSQL has to prove: that it folds as we do, survives a lost connection and lets nodes take turns. Runs
 * only where there is a server. */
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

#define POSTGRES_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    POSTGRES_TEST(test_folding_is_that_of_the_program),
	};

	return on_postgres() ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}

/* Full text: what is put is found, by phrase and prefix, in the columns that one may see, and gone after its removal.
 */
#include "base/fold.h"
#include "store/schema.h"
#include "support.h"

struct document {
	struct bench *bench;
	int64_t number;
	const char *old_public, *old_internal, *now_public, *now_internal; /* old_public NULL: new */
	const char *then; /* another version put in the same job, or NULL */
	bool fails;
};

static struct str terms_of(struct bench *bench, const char *text)
{
	return fold_terms(bench->arena, str_of(text));
}

static enum status put_run(void *context, struct connection *connection, struct error *error)
{
	struct document *document = context;
	struct bench *bench = document->bench;
	struct search_terms old = {0},
			    now = {terms_of(bench, document->now_public), terms_of(bench, document->now_internal)};

	if (document->old_public)
		old = (struct search_terms){terms_of(bench, document->old_public),
					    terms_of(bench, document->old_internal)};
	enum status status = store_search_put(connection, SEARCH_RECORDS, document->number,
					      document->old_public ? &old : NULL, &now, error);
	if (status == OK && document->then) {
		struct search_terms later = {terms_of(bench, document->then), S("")};

		status = store_search_put(connection, SEARCH_RECORDS, document->number, &now, &later, error);
	}
	if (status == OK && document->fails)
		status = error_fail(error, E_INVALID, "", "odd", N_("Refused"));
	return status;
}

static enum status put(struct document document)
{
	error_clear(&document.bench->error);
	return store_write_wait(document.bench->store, put_run, &document, &document.bench->error);
}

static int search_setup(void **state)
{
	bench_setup(state);
	struct bench *bench = *state;

	/* The search tables alone, without a model. */
	sql(bench, "CREATE TABLE kaname_event (id INTEGER PRIMARY KEY)");
	for (size_t i = 0; bench->store->driver->own_schema[i]; i++)
		sql(bench, bench->store->driver->own_schema[i]);
	sql(bench, "CREATE TABLE d (id BIGINT PRIMARY KEY)");
	sql(bench, "INSERT INTO d VALUES (1), (2), (3), (1099511627777)");
	return 0;
}

/* Documents that a search finds: "1 3". */
static const char *found_with(struct bench *bench, const struct fold_phrase *phrases, size_t count, bool public_only)
{
	struct str condition = store_search_condition(bench->arena, bench->store, SEARCH_RECORDS, "d.id", public_only);
	struct str expression = store_search_expression(bench->arena, bench->store, phrases, count, public_only);
	struct str text = str_format(
	    bench->arena,
	    either("SELECT coalesce(group_concat(id, ' '), '') FROM (SELECT id FROM d WHERE %.*s ORDER BY id)",
		   "SELECT coalesce(string_agg(id::text, ' ' ORDER BY id), '') FROM d WHERE %.*s"),
	    STR_ARG(condition));

	return ask_with(bench, str_c(bench->arena, text), str_c(bench->arena, expression));
}

static const char *found_in(struct bench *bench, const char *query, bool public_only)
{
	struct fold_phrase *phrases = NULL;
	size_t count = 0;

	fold_query(bench->arena, str_of(query), &phrases, &count);
	return found_with(bench, phrases, count, public_only);
}

static const char *found(struct bench *bench, const char *query)
{
	return found_in(bench, query, false);
}

static const char *found_terms(struct bench *bench, const char *terms, bool prefix)
{
	struct fold_phrase phrase = {.terms = str_of(terms), .prefix = prefix};

	return found_with(bench, &phrase, 1, false);
}

static void test_japanese_and_words(void **state)
{
	struct bench *bench = *state;

	must(bench, put((struct document){bench, 1, NULL, NULL, "サーバ障害発生 mail-01", "パスワード123"}));
	must(bench, put((struct document){bench, 2, NULL, NULL, "障子の害虫", ""}));
	must(bench, put((struct document){bench, INT64_C(1099511627777), NULL, NULL, "ガラス", "Mailbox"}));
	assert_string_equal(found(bench, "障害"), "1");
	assert_string_equal(found(bench, "バ障害発"), "1");
	assert_string_equal(found(bench, "障"), "1 2");
	assert_string_equal(found(bench, "害"), "1 2");
	assert_string_equal(found(bench, "生"), "1");
	assert_string_equal(found(bench, "子"), "2");
	assert_string_equal(found(bench, "ス"), "1 1099511627777");
	assert_string_equal(found(bench, "\"障害発生 mail\""), "1");
	assert_string_equal(found(bench, "\"障害 mail\""), "");
	assert_string_equal(found(bench, "ｻｰﾊﾞ"), "1");
	assert_string_equal(found(bench, "サーパ"), "");
	assert_string_equal(found(bench, "ガラ"), "1099511627777");
	assert_string_equal(found(bench, "カラ"), "");
	assert_string_equal(found(bench, "mai"), "1 1099511627777");
	assert_string_equal(found(bench, "\"mail 01\""), "1");
	assert_string_equal(found(bench, "\"01 mail\""), "");
	assert_string_equal(found(bench, "害虫 障子"), "2");
	assert_string_equal(found(bench, "害虫 サーバ"), "");
}

static enum status put_as_they_are(void *context, struct connection *connection, struct error *error)
{
	struct search_terms terms = {S("サー ーバ バ障 がき 4月 ポート 80 é ß 𠮟る ー"), S("c++ a_b x'y 100%")};

	return store_search_put(connection, SEARCH_RECORDS, 1, NULL, &terms, error);
}

/* Terms are taken as they are, whatever the folding lets through. */
static void test_terms_as_they_are(void **state)
{
	struct bench *bench = *state;

	must(bench, store_write_wait(bench->store, put_as_they_are, NULL, &bench->error));
	static const char *const terms[] = {
	    "サー ーバ バ障", "がき", "4月", "80", "é", "ß", "𠮟る", "ー", "c++", "a_b", "x'y", "100%", "c++ a_b"};
	for (size_t i = 0; i < sizeof(terms) / sizeof(*terms); i++)
		assert_string_equal(found_terms(bench, terms[i], false), "1");
	static const char *const others[] = {"サー バ障", "かき", "月", "8",   "e",       "ss",
					     "る",        "c",    "a",  "a+b", "c++ axb", "10%"};
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_string_equal(found_terms(bench, others[i], false), "");
	assert_string_equal(found_terms(bench, "8", true), "1");
	assert_string_equal(found_terms(bench, "x\"y) OR (é", false), "");
	assert_string_equal(found_terms(bench, "", false), "");
	assert_string_equal(found_with(bench, NULL, 0, true), "");
}

static void test_internal_terms_are_not_public(void **state)
{
	struct bench *bench = *state;

	must(bench, put((struct document){bench, 1, NULL, NULL, "printer broken", "root cause firmware"}));
	assert_string_equal(found(bench, "firmware"), "1");
	assert_string_equal(found(bench, "printer firmware"), "1");
	assert_string_equal(found_in(bench, "firmware", true), "");
	assert_string_equal(found_in(bench, "printer firmware", true), "");
	assert_string_equal(found_in(bench, "printer broken", true), "1");
	/* No phrase runs from one part into the other. */
	assert_string_equal(found(bench, "\"broken root\""), "");
}

static void test_changes_and_removal(void **state)
{
	struct bench *bench = *state;

	must(bench, put((struct document){bench, 3, NULL, NULL, "alpha", "one"}));
	must(bench, put((struct document){bench, 2, NULL, NULL, "alpha", "", .then = "beta"}));
	assert_string_equal(found(bench, "alpha"), "3");
	assert_string_equal(found(bench, "beta"), "2");
	must(bench, put((struct document){bench, 3, "alpha", "one", "gamma", "one"}));
	assert_string_equal(found(bench, "alpha"), "");
	assert_string_equal(found(bench, "gamma one"), "3");
	must(bench, put((struct document){bench, 3, "gamma", "one", "", ""}));
	assert_string_equal(found(bench, "gamma"), "");
	assert_string_equal(found(bench, "one"), "");
	must(bench, put((struct document){bench, 3, "", "", "delta", ""}));
	assert_string_equal(found(bench, "delta"), "3");
	sql(bench, either("INSERT INTO kaname_search_records (kaname_search_records) VALUES ('optimize')",
			  "SELECT gin_clean_pending_list('kaname_search_records_words')"));
	assert_string_equal(found(bench, "alpha"), "");
	assert_string_equal(found(bench, "delta"), "3");
}

static void test_a_failing_job_puts_nothing(void **state)
{
	struct bench *bench = *state;

	must(bench, put((struct document){bench, 1, NULL, NULL, "kept", ""}));
	assert_int_equal(put((struct document){bench, 1, "kept", "", "lost", "", .fails = true}), E_INVALID);
	assert_string_equal(found(bench, "lost"), "");
	assert_string_equal(found(bench, "kept"), "1");
}

#define SEARCH_TEST(name) cmocka_unit_test_setup_teardown(name, search_setup, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SEARCH_TEST(test_japanese_and_words),
	    SEARCH_TEST(test_terms_as_they_are),
	    SEARCH_TEST(test_internal_terms_are_not_public),
	    SEARCH_TEST(test_changes_and_removal),
	    SEARCH_TEST(test_a_failing_job_puts_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

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

	/* The kernel's tables alone, without a model. */
	for (size_t i = 0; schema_tables[i]; i++)
		sql(bench, str_c(bench->arena, schema_expand(bench->arena, bench->store->driver, schema_tables[i])));
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

/* --- the newest --- */

enum { MANY = 6500, FEW = 300 }; /* documents of one range, and of one above it */
static const int64_t many_from = INT64_C(1) << 40, few_from = INT64_C(2) << 40;

struct word {
	const char *text;
	int64_t every, up_to; /* it is in each such document, until then; 0: in all */
};
static const struct word words[] = {{"all", 1, 0},      {"third", 3, 0},  {"tenth", 10, 0},
				    {"seldom", 500, 0}, {"old", 1, 3000}, {"never", MANY * 2, 0}};
enum { WORDS = sizeof(words) / sizeof(*words) };

static bool has_word(const struct word *word, int64_t i)
{
	return i % word->every == 0 && (!word->up_to || i <= word->up_to);
}

static enum status put_many(void *context, struct connection *connection, struct error *error)
{
	enum status status = OK;

	for (int64_t i = 1; i <= MANY + FEW && status == OK; i++) {
		char text[100] = "document";
		struct search_terms terms = {0};

		for (size_t w = 0; w < WORDS; w++)
			if (has_word(&words[w], i <= MANY ? i : i - MANY))
				snprintf(text + strlen(text), sizeof(text) - strlen(text), " %s", words[w].text);
		/* Every other one says it only inside. */
		*(i % 2 ? &terms.public_terms : &terms.internal_terms) = str_of(text);
		status = store_search_put(connection, SEARCH_RECORDS, i <= MANY ? many_from + i : few_from + i - MANY,
					  NULL, &terms, error);
	}
	return status;
}

static bool is_expected(int64_t document, const struct word *word, bool public_only)
{
	int64_t i = document < few_from ? document - many_from : document - few_from;
	int64_t put_as = document < few_from ? i : i + MANY;

	return i >= 1 && i <= (document < few_from ? MANY : FEW) && has_word(word, i) && (put_as % 2 || !public_only);
}

/* Compares with a walk over all numbers. */
static void check_newest(struct bench *bench, struct connection *reader, const struct word *word, int64_t low,
			 int64_t high, int64_t most, bool public_only)
{
	struct fold_phrase phrase = {.terms = str_of(word->text)};
	STATEMENT statement = NULL;
	int64_t expected = high < few_from + FEW ? high : few_from + FEW, count = 0;
	bool row;

	must(bench,
	     store_prepare(reader, store_search_newest(bench->store, SEARCH_RECORDS), &statement, &bench->error));
	bind_text(statement, store_search_expression(bench->arena, bench->store, &phrase, 1, public_only));
	bind_int(statement, low);
	bind_int(statement, high);
	bind_int(statement, most);
	if (low <= many_from) /* there is nothing below */
		low = many_from + 1;
	for (;; count++, expected--) {
		while (expected >= low && count < most && !is_expected(expected, word, public_only))
			expected =
			    expected > many_from + MANY && expected <= few_from ? many_from + MANY : expected - 1;
		must(bench, store_step(statement, &row, &bench->error));
		if (expected < low || count == most)
			break;
		if (!row || column_int(statement, 0) != expected)
			fail_msg("%s: number %d of %d from %lld to %lld", word->text, (int)count, (int)most,
				 (long long)low, (long long)high);
	}
	if (row)
		fail_msg("%s: more than %d of %d", word->text, (int)count, (int)most);
}

static void test_the_newest_of_many(void **state)
{
	static const int64_t most[] = {1, 50, 204, 1000, 3000};
	struct bench *bench = *state;
	const struct {
		int64_t low, high;
	} ranges[] = {{0, INT64_MAX},
		      {many_from, few_from - 1},
		      {few_from, INT64_MAX},
		      {many_from + 1000, many_from + 3500},
		      {many_from + MANY + 1, few_from}};
	READER reader = NULL;

	must(bench, store_write_wait(bench->store, put_many, NULL, &bench->error));
	must(bench, store_reader(bench->store, &reader, &bench->error));
	for (size_t w = 0; w < WORDS; w++)
		for (size_t r = 0; r < sizeof(ranges) / sizeof(*ranges); r++)
			for (size_t m = 0; m < sizeof(most) / sizeof(*most); m++)
				check_newest(bench, reader, &words[w], ranges[r].low, ranges[r].high, most[m],
					     (w + r + m) % 2);
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
	    SEARCH_TEST(test_the_newest_of_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

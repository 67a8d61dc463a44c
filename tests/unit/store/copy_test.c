/* A database copied into an empty one: nothing is lost on the way, and whatever differs is noticed. */
#include "store/copy.h"
#include "support.h"

static const char small_model[] = "process: resolution\n"
				  "clause: \"8.1\"\n"
				  "group: resolve\n"
				  "label: {en: Resolution, ja: 解決}\n"
				  "purpose: {en: Restore service., ja: 回復する。}\n"
				  "roles:\n"
				  "  desk: {label: {en: Desk, ja: 窓口}}\n"
				  "records:\n"
				  "  incident:\n"
				  "    prefix: INC\n"
				  "    collection: incidents\n"
				  "    label: {en: Incident, ja: インシデント}\n"
				  "    headline: title\n"
				  "    fields:\n"
				  "      title: {type: text, max: 200, required: true, label: {en: Title, ja: 件名}}\n"
				  "      detail: {type: text, label: {en: Detail, ja: 内容}}\n"
				  "      effort: {type: integer, label: {en: Effort, ja: 工数}}\n";

enum { ROWS = 450 }; /* more than two pages, and no multiple of what goes in at once */

struct copying {
	struct bench source, target;
	const struct model *model;
	struct connection *reader;
	struct copy copy;
};

static enum status fill(void *context, struct connection *connection, struct error *error)
{
	enum status status = OK;

	(void)context;
	for (int i = 0; i < ROWS && !status; i++) {
		STATEMENT statement = NULL;
		char bytes[] = {(char)i, '\0', (char)(i / 2), '\'', '\\', (char)0xff};

		status = store_prepare(connection, S("INSERT INTO kaname_blob (hash, size, bytes) VALUES (?, ?, ?)"),
				       &statement, error);
		if (status)
			break;
		bind_blob(statement, (struct str){bytes, sizeof(bytes)});
		bind_int(statement, -i);
		bind_blob(statement, (struct str){bytes, i % 7 ? sizeof(bytes) : 0});
		status = store_run(statement, error);
	}
	return status;
}

static void fill_incidents(struct bench *bench)
{
	for (int i = 1; i <= ROWS; i++)
		sql(bench, str_c(bench->arena,
				 str_format(bench->arena,
					    "INSERT INTO incident (id, version, created_at, updated_at, created_by, "
					    "updated_by, title, detail, effort, colour) VALUES (%lld, 1, %d, 2, 0, 0, "
					    "'障害 %d \"quoted\" ''and'' \\ 100%%', %s, %s, 'red')",
					    (1LL << 40) + i, i, i, i % 3 ? "NULL" : "''",
					    i % 5 ? "NULL" : "-9223372036854775807")));
}

static struct bench *second_bench(struct bench *target)
{
	directory_make(target->directory);
	database_url(target->url, target->directory, "copy.db");
	target->arena = arena_new();
	bench_open(target);
	return target;
}

static int copy_setup(void **state)
{
	struct copying *copying = calloc(1, sizeof(*copying));
	struct model_source text = {.file = "small.yaml", .text = str_of(small_model)};
	struct type_codes unused;
	void *made = NULL;

	bench_setup(&made);
	copying->source = *(struct bench *)made;
	free(made);
	struct bench *source = &copying->source;

	error_clear(&source->error);
	must(source, model_load(source->arena, &text, 1, &copying->model, &source->error));
	must(source, layout_prepare(source->arena, source->store, copying->model, false, &unused, &source->error));
	/* What the model of today does not know: a field, a type. */
	sql(source, "ALTER TABLE incident ADD COLUMN colour TEXT");
	sql(source, either("CREATE TABLE \"machine\" (id INTEGER PRIMARY KEY, name TEXT)",
			   "CREATE TABLE \"machine\" (id BIGINT PRIMARY KEY, name TEXT COLLATE \"C\")"));
	sql(source, "INSERT INTO machine (id, name) VALUES (5497558138881, 'coffee'), (5497558138882, NULL)");
	sql(source, "INSERT INTO kaname_type (code, name) VALUES (5, 'machine')");
	sql(source, "INSERT INTO kaname_column (type, field, kind) VALUES (5, 'number', 'MCH-4')");
	sql(source, "INSERT INTO kaname_link (id, kind, source, target, since) VALUES (70, 'a.b', 1, 2, 3)");
	sql(source, "INSERT INTO kaname_preference (person, name, value) VALUES (1, 'b', 'x'), (1, 'あ', ''), "
		    "(1, 'B', NULL), (2, 'a', 'y')");
	must(source, store_write_wait(source->store, fill, NULL, &source->error));
	fill_incidents(source);

	second_bench(&copying->target);
	must(source, store_reader(source->store, &copying->reader, &source->error));
	must(source, store_snapshot_begin(copying->reader, &source->error));
	copying->copy = (struct copy){.arena = source->arena,
				      .model = copying->model,
				      .source = copying->reader,
				      .target = copying->target.store};
	*state = copying;
	return 0;
}

static int copy_teardown(void **state)
{
	struct copying *copying = *state;
	struct bench *benches[] = {&copying->source, &copying->target};

	store_reader_done(&copying->reader);
	for (size_t i = 0; i < 2; i++) {
		store_close(benches[i]->store);
		database_remove(benches[i]->url);
		rmdir(benches[i]->directory);
		arena_free(benches[i]->arena);
	}
	free(copying);
	return 0;
}

static void copy_rows(struct copying *copying)
{
	error_clear(&copying->source.error);
	must(&copying->source, copy_begin(&copying->copy, &copying->source.error));
	must(&copying->source, copy_tables(&copying->copy, &copying->source.error));
}

static enum status compare(struct copying *copying)
{
	error_clear(&copying->source.error);
	return copy_compare(&copying->copy, &copying->source.error);
}

static enum status check_finished(struct copying *copying)
{
	error_clear(&copying->target.error);
	return copy_check_finished(copying->target.store, &copying->target.error);
}

static void test_everything_arrives(void **state)
{
	struct copying *copying = *state;
	struct bench *target = &copying->target;
	struct type_codes codes;

	copy_rows(copying);
	must(target, layout_prepare(target->arena, target->store, copying->model, false, &codes, &target->error));
	must(&copying->source, compare(copying));
	must(&copying->source, copy_finish(&copying->copy, &copying->source.error));
	must(&copying->source, compare(copying));
	assert_string_equal(ask(target, "SELECT count(*) FROM incident"), "450");
	assert_string_equal(ask(target, "SELECT title FROM incident WHERE created_at = 450"),
			    "障害 450 \"quoted\" 'and' \\ 100%");
	assert_string_equal(ask(target, "SELECT number FROM incident WHERE created_at = 450"), "INC-450");
	assert_string_equal(ask(target, "SELECT colour FROM incident WHERE created_at = 450"), "red");
	assert_string_equal(ask(target, "SELECT count(*) FROM incident WHERE detail = ''"), "150");
	assert_string_equal(ask(target, "SELECT number FROM machine WHERE name = 'coffee'"), "MCH-0001");
	assert_string_equal(ask(target, "SELECT count(*) FROM kaname_blob WHERE length(bytes) = 6"), "385");
	assert_int_equal(codes.highest, 5);
	/* Rows that number themselves go on behind the last one. */
	sql(target, "INSERT INTO kaname_link (kind, source, target, since) VALUES ('a.b', 5, 6, 7)");
	assert_string_equal(ask(target, "SELECT max(id) FROM kaname_link"), "71");
}

static void test_only_into_an_empty_database(void **state)
{
	struct copying *copying = *state;
	struct error *error = &copying->source.error;

	sql(&copying->target, "CREATE TABLE theirs (a INTEGER)");
	assert_int_equal(copy_begin(&copying->copy, error), E_CONFLICT);
	assert_string_equal(error->items[0].rule, "not_empty");
	sql(&copying->target, "DROP TABLE theirs");
	copy_rows(copying);
	error_clear(error);
	assert_int_equal(copy_begin(&copying->copy, error), E_CONFLICT);
}

static void test_unfinished_until_it_is_finished(void **state)
{
	struct copying *copying = *state;
	struct error *error = &copying->source.error;

	assert_int_equal(check_finished(copying), OK); /* nothing there at all */
	must(&copying->source, copy_begin(&copying->copy, error));
	assert_int_equal(check_finished(copying), E_CONFLICT);
	must(&copying->source, copy_tables(&copying->copy, error));
	assert_int_equal(check_finished(copying), E_CONFLICT);
	must(&copying->source, copy_finish(&copying->copy, error));
	assert_int_equal(check_finished(copying), OK);
	error_clear(&copying->source.error);
	assert_int_equal(copy_check_finished(copying->source.store, error), OK);
}

static void test_what_differs_is_noticed(void **state)
{
	struct copying *copying = *state;
	static const char *const changes[][3] = {
	    {"UPDATE incident SET effort = effort + 1 WHERE created_at = 445",
	     "UPDATE incident SET effort = effort - 1 WHERE created_at = 445", "incident"},
	    {"UPDATE incident SET detail = '' WHERE created_at = 1",
	     "UPDATE incident SET detail = NULL WHERE created_at = 1", "incident"},
	    {"UPDATE machine SET name = 'tea' WHERE name = 'coffee'",
	     "UPDATE machine SET name = 'coffee' WHERE name = 'tea'", "machine"},
	    {"DELETE FROM kaname_preference WHERE name = 'B'",
	     "INSERT INTO kaname_preference (person, name, value) VALUES (1, 'B', NULL)", "kaname_preference"},
	    {"INSERT INTO kaname_serial (type, last) VALUES (77, 1)", "DELETE FROM kaname_serial WHERE type = 77",
	     "kaname_serial"},
	};

	copy_rows(copying);
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		sql(&copying->target, changes[i][0]);
		assert_int_equal(compare(copying), E_INTERNAL);
		assert_string_equal(copying->source.error.items[0].arguments[0], changes[i][2]);
		sql(&copying->target, changes[i][1]);
		must(&copying->source, compare(copying));
	}
}

static void test_what_comes_later_is_counted(void **state)
{
	struct copying *copying = *state;
	int64_t later = -1;

	copy_rows(copying);
	sql(&copying->source,
	    either("INSERT INTO kaname_event (record, seq, at, recorded_at, actor, via, kind, public, "
		   "hash) VALUES (1, 1, 1, 1, 0, 'job', 'edit', 0, x'00'), "
		   "(1, 2, 1, 1, 0, 'job', 'edit', 0, x'00')",
		   "INSERT INTO kaname_event (record, seq, at, recorded_at, actor, via, kind, public, "
		   "hash) VALUES (1, 1, 1, 1, 0, 'job', 'edit', 0, '\\x00'), "
		   "(1, 2, 1, 1, 0, 'job', 'edit', 0, '\\x00')"));
	must(&copying->source, copy_count_later(&copying->copy, &later, &copying->source.error));
	assert_int_equal(later, 2);
}

#define COPY_TEST(test) cmocka_unit_test_setup_teardown(test, copy_setup, copy_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    COPY_TEST(test_everything_arrives),
	    COPY_TEST(test_only_into_an_empty_database),
	    COPY_TEST(test_unfinished_until_it_is_finished),
	    COPY_TEST(test_what_differs_is_noticed),
	    COPY_TEST(test_what_comes_later_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

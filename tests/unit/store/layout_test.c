/* The schema made from a model, and every kind of change to it with the data kept. */
#include "store/layout.h"
#include "support.h"

#define NO_HASH "(SELECT hash FROM bytes)"

static const char first_model[] =
    "process: resolution\n"
    "clause: \"8.1\"\n"
    "group: resolve\n"
    "label: {en: Resolution, ja: 解決}\n"
    "purpose: {en: Restore service., ja: 回復する。}\n"
    "roles:\n"
    "  desk: {label: {en: Desk, ja: 窓口}}\n"
    "choices:\n"
    "  level: {label: {en: Level, ja: 程度}, values: {high: {en: High, ja: 高}, low: {en: Low, ja: 低}}}\n"
    "records:\n"
    "  person:\n"
    "    prefix: PER\n"
    "    collection: people\n"
    "    acts_as: person\n"
    "    label: {en: Person, ja: 人}\n"
    "    headline: account\n"
    "    key: account\n"
    "    fields:\n"
    "      account: {type: text, max: 60, required: true, label: {en: Account, ja: アカウント}}\n"
    "  incident:\n"
    "    prefix: INC\n"
    "    collection: incidents\n"
    "    label: {en: Incident, ja: インシデント}\n"
    "    headline: title\n"
    "    fields:\n"
    "      title: {type: text, max: 200, required: true, label: {en: Title, ja: 件名}}\n"
    "      detail: {type: text, label: {en: Detail, ja: 内容}}\n"
    "      level: {type: choice, of: level, label: {en: Level, ja: 程度}}\n"
    "      cost: {type: money, label: {en: Cost, ja: 費用}}\n"
    "      effort: {type: integer, label: {en: Effort, ja: 工数}}\n"
    "      caller: {type: person, label: {en: Caller, ja: 申告者}}\n"
    "      assignee: {type: person, label: {en: Assignee, ja: 担当者}}\n"
    "      related: {type: links, to: incident, label: {en: Related, ja: 関連}}\n"
    "    states:\n"
    "      new: {phase: open, label: {en: New, ja: 新規}}\n"
    "      closed: {phase: done, label: {en: Closed, ja: 完了}}\n"
    "    transitions:\n"
    "      close: {from: new, to: closed, by: [desk], label: {en: Close, ja: 完了}}\n"
    "    links:\n"
    "      part_of: {to: incident, label: {en: Parent, ja: 親}, back: {en: Children, ja: 子}}\n"
    "    views:\n"
    "      mine: {label: {en: Mine, ja: 自分}, filter: \"assignee = me and state.phase != done\", sort: "
    "[-created_at]}\n";

/* The model with every occurrence of the first text of each pair replaced by the second; NULL ends the pairs. */
static const struct model *model_with(struct bench *bench, ...) __attribute__((sentinel));
static const struct model *model_with(struct bench *bench, ...)
{
	struct str text = str_of(first_model);
	const struct model *model = NULL;
	va_list pairs;

	va_start(pairs, bench);
	for (const char *from; (from = va_arg(pairs, const char *));) {
		const char *to = va_arg(pairs, const char *);
		struct buf changed = buf_new(bench->arena);
		size_t at;

		while (str_find(text, str_of(from), &at)) {
			buf_add(&changed, str_sub(text, 0, at));
			buf_add_c(&changed, to);
			text = str_sub(text, at + strlen(from), text.n);
		}
		assert_true(changed.n > 0);
		buf_add(&changed, text);
		text = buf_str(&changed);
	}
	va_end(pairs);
	struct model_source source = {.file = "first.yaml", .text = text};
	error_clear(&bench->error);
	must(bench, model_load(bench->arena, &source, 1, &model, &bench->error));
	return model;
}

static enum status prepare(struct bench *bench, const struct model *model, struct type_codes *codes)
{
	struct type_codes unused;

	error_clear(&bench->error);
	return layout_prepare(bench->arena, bench->store, model, false, codes ? codes : &unused, &bench->error);
}

static const char *indexes_like(struct bench *bench, const char *pattern)
{
	return ask_with(bench,
			either("SELECT count(*) FROM sqlite_schema WHERE name LIKE ?",
			       "SELECT count(*) FROM pg_indexes WHERE indexname LIKE ?"),
			pattern);
}

static int layout_setup(void **state)
{
	bench_setup(state);
	struct bench *bench = *state;

	must(bench, prepare(bench, model_with(bench, NULL), NULL));
	sql(bench, "INSERT INTO incident (id, version, state, created_at, updated_at, created_by, updated_by, title, "
		   "detail, level, "
		   "cost, cost_currency, effort, assignee) VALUES "
		   "(2199023255559, 1, 'new', 1, 2, 0, 0, 'Mail', 'slow', 'high', 12500000, 'JPY', 3, 1099511627777)");
	sql(bench, "INSERT INTO kaname_link (kind, source, target, since) VALUES ('incident.related', 1, 2, 3), "
		   "('incident.part_of', 1, 3, 3), ('incidental.related', 4, 5, 6)");
	return 0;
}

static uint64_t jobs(struct bench *bench)
{
	return store_figures(bench->store).jobs;
}

/* Of a type whose states are all done nothing is open. */
static void test_no_states_at_all_are_a_condition(void **state)
{
	struct bench *bench = *state;
	struct str none = layout_states(bench->arena, "state", NULL, 0);

	sql(bench, "CREATE TABLE t (state TEXT)");
	sql(bench,
	    str_c(bench->arena, str_format(bench->arena, "CREATE INDEX i ON t (state) WHERE %.*s", STR_ARG(none))));
	sql(bench, "INSERT INTO t (state) VALUES ('closed')");
	assert_string_equal(ask(bench, str_c(bench->arena, str_format(bench->arena, "SELECT count(*) FROM t WHERE %.*s",
								      STR_ARG(none)))),
			    "0");
}

static void test_the_schema_of_a_model(void **state)
{
	struct bench *bench = *state;
	struct type_codes codes;
	const struct model *model = model_with(bench, NULL);
	uint64_t before = jobs(bench);

	must(bench, prepare(bench, model, &codes));
	assert_int_equal(jobs(bench), before); /* unchanged: nothing is written */
	const struct type *incident = model_type(model, S("incident"));
	assert_int_equal(codes.code_of[incident->index], 2);
	assert_ptr_equal(codes.type_of[2], incident);
	assert_int_equal(codes.highest, 2);
	assert_string_equal(ask(bench, "SELECT number FROM incident"), "INC-7");
	assert_string_equal(ask(bench, "SELECT restricted FROM incident"), "0");
	assert_string_equal(
	    /* Nine characters at the end tell what the index is made of. */
	    ask(bench,
		either(
		    "SELECT group_concat(substr(name, 1, length(name) - 9), ' ') FROM (SELECT name FROM sqlite_schema "
		    "WHERE type = 'index' AND tbl_name IN ('incident', 'person') ORDER BY name)",
		    "SELECT string_agg(substr(indexname, 1, length(indexname) - 9), ' ' ORDER BY indexname COLLATE "
		    "\"C\") "
		    "FROM pg_indexes WHERE tablename IN ('incident', 'person') AND indexname LIKE 'kaname%'")),
	    "kaname_i_incident_assignee kaname_i_incident_created_at kaname_i_incident_id kaname_i_incident_updated_at "
	    "kaname_i_incident_updated_at kaname_i_person_account kaname_i_person_updated_at "
	    "kaname_i_unique_person_account");
	assert_string_equal(
	    ask(bench, either("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'kaname_i_incident_assignee%' "
			      "AND sql LIKE '%WHERE (\"state\" = ''new'')'",
			      "SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'kaname_i_incident_assignee%' "
			      "AND indexdef LIKE '%WHERE (state = ''new''::text)'")),
	    "1");
	assert_string_equal(
	    ask(bench, either("SELECT count(*) FROM pragma_table_xinfo('incident') WHERE name = 'related'",
			      "SELECT count(*) FROM pg_attribute WHERE attrelid = 'incident'::regclass "
			      "AND attname = 'related'")),
	    "0");
	store_close(bench->store);
	bench_open(bench);
	must(bench, prepare(bench, model, &codes));
	assert_int_equal(jobs(bench), 0);
	assert_int_equal(codes.code_of[incident->index], 2);
}

static void test_history_cannot_be_altered(void **state)
{
	struct bench *bench = *state;

	sql(bench, either("CREATE TABLE bytes AS SELECT x'00' AS hash",
			  "CREATE TABLE bytes AS SELECT '\\x00'::bytea AS hash"));
	sql(bench, "INSERT INTO kaname_event (record, seq, at, recorded_at, actor, via, kind, public, hash) VALUES "
		   "(1, 1, 1, 1, 0, 'test', 'create', 0, " NO_HASH ")");
	assert_int_equal(try_sql(bench, "UPDATE kaname_event SET comment = 'x'"), E_CONFLICT);
	assert_int_equal(try_sql(bench, "DELETE FROM kaname_event"), E_CONFLICT);
	assert_int_equal(
	    try_sql(bench, "INSERT INTO kaname_event (record, seq, at, recorded_at, actor, via, kind, public, hash) "
			   "VALUES (1, 1, 1, 1, 0, 'test', 'edit', 0, " NO_HASH ")"),
	    E_CONFLICT);
	assert_string_equal(ask(bench, "SELECT count(*) || coalesce(max(comment), '') FROM kaname_event"), "1");
}

static void test_one_link_stands_once(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(
	    try_sql(bench,
		    "INSERT INTO kaname_link (kind, source, target, since) VALUES ('incident.related', 1, 2, 9)"),
	    E_CONFLICT);
	sql(bench, "UPDATE kaname_link SET until = 8 WHERE kind = 'incident.related'");
	sql(bench, "INSERT INTO kaname_link (kind, source, target, since) VALUES ('incident.related', 1, 2, 9)");
}

static void test_added_fields_types_and_indexes(void **state)
{
	struct bench *bench = *state;
	struct type_codes codes;
	const struct model *model =
	    model_with(bench, "      effort: {",
		       "      price: {type: money, label: {en: Price, ja: 価格}}\n"
		       "      tag: {type: text, unique: true, label: {en: Tag, ja: 札}}\n      effort: {",
		       NULL);

	must(bench, prepare(bench, model, &codes));
	sql(bench, "UPDATE incident SET price = 1, price_currency = 'EUR', tag = 'a'");
	assert_string_equal(ask(bench, "SELECT title || effort || price_currency FROM incident"), "Mail3EUR");
	assert_int_equal(
	    try_sql(bench, "INSERT INTO incident (id, version, state, created_at, updated_at, created_by, updated_by, "
			   "tag) VALUES (9, 1, 'new', 1, 2, 0, 0, 'a')"),
	    E_CONFLICT);
	model = model_with(
	    bench, "  person:\n",
	    "  asset:\n    prefix: AST\n    collection: assets\n    label: {en: Asset, ja: 資産}\n    headline: name\n"
	    "    fields:\n      name: {type: text, label: {en: Name, ja: 名}}\n  person:\n",
	    NULL);
	must(bench, prepare(bench, model, &codes));
	assert_int_equal(codes.code_of[model_type(model, S("asset"))->index], 3);
	assert_int_equal(codes.code_of[model_type(model, S("incident"))->index], 2);
	/* The field that is no longer declared keeps its column. */
	assert_string_equal(ask(bench, "SELECT tag FROM incident"), "a");
}

static void test_renamed_fields(void **state)
{
	struct bench *bench = *state;

	must(bench, prepare(bench, model_with(bench, "      cost: {", "      price: {was: cost, ", NULL), NULL));
	assert_string_equal(ask(bench, "SELECT price || price_currency FROM incident"), "12500000JPY");
	must(bench,
	     prepare(bench, model_with(bench, "      related: {", "      similar: {was: related, ", NULL), NULL));
	assert_string_equal(ask(bench, "SELECT count(*) FROM kaname_link WHERE kind = 'incident.similar'"), "1");
	assert_string_equal(ask(bench, "SELECT count(*) FROM kaname_link WHERE kind = 'incident.part_of'"), "1");
	/* An indexed column. */
	must(bench, prepare(bench,
			    model_with(bench, "assignee: {", "resolver: {was: assignee, ", "assignee = me",
				       "resolver = me", NULL),
			    NULL));
	assert_string_equal(ask(bench, "SELECT resolver & 255 FROM incident"), "1");
	assert_string_equal(indexes_like(bench, "kaname_i_incident_resolver%"), "1");
	assert_string_equal(indexes_like(bench, "kaname_i_incident_assignee%"), "0");
}

static void test_added_clocks(void **state)
{
	struct bench *bench = *state;

	sql(bench, "INSERT INTO incident (id, version, state, created_at, updated_at, created_by, updated_by) VALUES "
		   "(2199023255560, 1, 'new', 1, 2, 0, 0)");
	sql(bench,
	    "INSERT INTO kaname_clock (record, name, state, due_at) VALUES (2199023255559, 'repair', 'running', 55)");
	must(bench,
	     prepare(bench,
		     model_with(bench, "    transitions:\n      close: {",
				"    behaviours:\n      - clock: {name: repair}\n    transitions:\n      close: {",
				NULL),
		     NULL));
	assert_string_equal(
	    ask(bench, "SELECT clock_repair_due_at || clock_repair_state FROM incident WHERE id & 255 = 7"),
	    "55running");
	assert_string_equal(ask(bench, "SELECT count(*) FROM incident WHERE clock_repair_due_at = " LAYOUT_NEVER
				       " AND clock_repair_state IS NULL AND id & 255 = 8"),
			    "1");
}

static void test_renamed_type(void **state)
{
	struct bench *bench = *state;
	struct type_codes codes;
	const struct model *model =
	    model_with(bench, "  incident:\n    prefix: INC", "  trouble:\n    was: incident\n    prefix: TRB",
		       "to: incident", "to: trouble", NULL);

	must(bench, prepare(bench, model, &codes));
	assert_int_equal(codes.code_of[model_type(model, S("trouble"))->index], 2);
	assert_string_equal(ask(bench, "SELECT number || title FROM trouble"), "TRB-7Mail");
	assert_string_equal(
	    ask(bench, either("SELECT group_concat(kind, ' ') FROM (SELECT kind FROM kaname_link ORDER BY kind)",
			      "SELECT string_agg(kind, ' ' ORDER BY kind) FROM kaname_link")),
	    "incidental.related trouble.part_of trouble.related");
	assert_string_equal(indexes_like(bench, "kaname_i_incident_%"), "0");
	must(bench, prepare(bench, model, &codes));
}

static void test_renamed_state_and_number(void **state)
{
	struct bench *bench = *state;

	must(bench,
	     prepare(bench, model_with(bench, "new: {phase", "open: {was: new, phase", "from: new", "from: open", NULL),
		     NULL));
	assert_string_equal(ask(bench, "SELECT state FROM incident"), "open");
	must(bench,
	     prepare(bench, model_with(bench, "    prefix: INC\n", "    prefix: IN\n    number: {width: 5}\n", NULL),
		     NULL));
	assert_string_equal(ask(bench, "SELECT number FROM incident"), "IN-00007");
	assert_string_equal(ask(bench, "SELECT title || cost FROM incident"), "Mail12500000");
}

static void test_kinds_that_fit_and_kinds_that_do_not(void **state)
{
	struct bench *bench = *state;
	const char *line = strstr(first_model, "      effort:");
	unsigned number = 1;
	char place[32];

	must(bench, prepare(bench, model_with(bench, "detail: {type: text", "detail: {type: markdown", NULL), NULL));
	must(bench,
	     prepare(bench, model_with(bench, "level: {type: choice, of: level", "level: {type: text", NULL), NULL));
	assert_string_equal(ask(bench, "SELECT detail || level FROM incident"), "slowhigh");
	for (const char *p = first_model; p < line; p++)
		number += *p == '\n';
	snprintf(place, sizeof(place), "first.yaml:%u", number);
	const struct model *model = model_with(bench, "effort: {type: integer", "effort: {type: decimal", NULL);
	assert_int_equal(prepare(bench, model, NULL), E_CONFLICT);
	assert_int_equal(bench->error.count, 1);
	assert_string_equal(bench->error.items[0].field, place);
	assert_string_equal(bench->error.items[0].rule, "kind");
	assert_string_equal(ask(bench, "SELECT effort FROM incident"), "3");
	assert_string_equal(ask(bench, "SELECT kind FROM kaname_column WHERE field = 'effort'"), "integer");
}

/* Only where every record has one of the choices, or nothing. */
static void test_text_becomes_a_choice(void **state)
{
	struct bench *bench = *state;
	const struct model *model = model_with(bench, "detail: {type: text", "detail: {type: choice, of: level", NULL);

	assert_int_equal(prepare(bench, model, NULL), E_CONFLICT);
	assert_string_equal(bench->error.items[0].rule, "kind");
	assert_non_null(strstr(bench->error.items[0].arguments[1], "slow"));
	assert_string_equal(ask(bench, "SELECT kind FROM kaname_column WHERE field = 'detail'"), "text");
	sql(bench, "UPDATE incident SET detail = 'low'");
	must(bench, prepare(bench, model, NULL));
	assert_string_equal(ask(bench, "SELECT kind FROM kaname_column WHERE field = 'detail'"), "choice");
}

static void test_text_becomes_a_choice_of_another_name(void **state)
{
	struct bench *bench = *state;
	const struct model *model =
	    model_with(bench, "detail: {type: text", "memo: {was: detail, type: choice, of: level", NULL);

	assert_int_equal(prepare(bench, model, NULL), E_CONFLICT);
	assert_string_equal(ask(bench, "SELECT detail FROM incident"), "slow");
	sql(bench, "UPDATE incident SET detail = NULL");
	must(bench, prepare(bench, model, NULL));
	assert_string_equal(ask(bench, "SELECT kind FROM kaname_column WHERE field = 'memo'"), "choice");
}

static void test_what_is_not_unique_cannot_become_so(void **state)
{
	struct bench *bench = *state;
	const struct model *model = model_with(bench, "detail: {type: text", "detail: {type: text, unique: true", NULL);

	sql(bench,
	    "INSERT INTO incident (id, version, state, created_at, updated_at, created_by, updated_by, detail) VALUES "
	    "(9, 1, 'new', 1, 2, 0, 0, 'slow')");
	assert_int_equal(prepare(bench, model, NULL), E_CONFLICT);
	assert_string_equal(bench->error.items[0].rule, "unique");
	sql(bench, "UPDATE incident SET detail = 'quick' WHERE id = 9");
	must(bench, prepare(bench, model, NULL));
}

#define LAYOUT_TEST(name) cmocka_unit_test_setup_teardown(name, layout_setup, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    LAYOUT_TEST(test_no_states_at_all_are_a_condition),
	    LAYOUT_TEST(test_the_schema_of_a_model),
	    LAYOUT_TEST(test_history_cannot_be_altered),
	    LAYOUT_TEST(test_one_link_stands_once),
	    LAYOUT_TEST(test_added_fields_types_and_indexes),
	    LAYOUT_TEST(test_added_clocks),
	    LAYOUT_TEST(test_renamed_fields),
	    LAYOUT_TEST(test_renamed_type),
	    LAYOUT_TEST(test_renamed_state_and_number),
	    LAYOUT_TEST(test_kinds_that_fit_and_kinds_that_do_not),
	    LAYOUT_TEST(test_text_becomes_a_choice),
	    LAYOUT_TEST(test_text_becomes_a_choice_of_another_name),
	    LAYOUT_TEST(test_what_is_not_unique_cannot_become_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

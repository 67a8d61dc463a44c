/* The expression language alone: what its errors say and where, precedence, limits, and evaluation in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "query/complete.h"
#include "query/query.h"

#include "query_schema.h"

/* --- errors --- */

static void error_is(const char *text, const char *expected)
{
	ARENA arena = arena_new();
	struct error error = {0};
	const struct query *query = NULL;
	char message[512];
	assert_int_equal(query_parse(arena, query_schema(arena), str_of(text), &query, &error), E_SYNTAX);
	assert_int_equal(error.count, 1);
	assert_string_equal(error.items[0].field, "filter");
	error_item_text(&error.items[0], error.items[0].message, message, sizeof(message));
	assert_string_equal(message, expected);
}

static void test_errors_name_their_column(void **state)
{
	error_is("priorty = P1", "Column 1: there is no field 'priorty' here; did you mean 'priority'?");
	error_is("count = 1 and weather = 2", "Column 15: there is no field 'weather' here");
	error_is("service.nam = 'x'", "Column 9: there is no field 'nam' here; did you mean 'name'?");
	error_is("count.x = 1", "Column 7: 'count' refers to nothing, so no name can follow it");
	error_is("number.x = 1", "Column 8: 'number' refers to nothing, so no name can follow it");
	error_is("priority = P8", "Column 12: there is no value 'P8' here; did you mean 'P1'?");
	error_is("priority = urgent", "Column 12: 'urgent' is no value of 'priority'");
	error_is("state.phase = closed", "Column 15: a phase is open, waiting or done");
	error_is("state.phase < done", "Column 13: 'phase' has no order; use = or !=");
	error_is("title < 'a'", "Column 7: 'title' has no order; use = or !=");
	error_is("title = mail", "Column 9: 'title' is compared with text in quotes");
	error_is("count = 1.5", "Column 9: 'count' is compared with a whole number");
	error_is("count = 99999999999999999999", "Column 9: 'count' is compared with a whole number");
	error_is("weight = 1.1234567", "Column 10: 'weight' is compared with a number");
	error_is("security = 1", "Column 12: 'security' is compared with true or false");
	error_is("due_on = 2026-02-30", "Column 10: 'due_on' is compared with a date such as 2026-11-23 or today");
	error_is("created_at > 7d",
		 "Column 14: 'created_at' is compared with a time such as 2026-11-23T09:00:00Z or now - 7d");
	error_is("effort > 5", "Column 10: 'effort' is compared with a duration such as 4h");
	error_is("cost > 'much'", "Column 8: 'cost' is compared with an amount such as 1000 or 1000 JPY");
	error_is("service = INC-4", "Column 11: 'service' is compared with a record: its number, or its key in quotes");
	error_is("service = assignee", "Column 9: 'service' and 'assignee' cannot be compared");
	error_is("group = my.groups", "Column 9: write: in my.groups");
	error_is("my.boss = me", "Column 4: 'my' is followed by .groups or .customer");
	error_is("1 = 2", "Column 1: a field is expected on one side");
	error_is("title", "Column 1: 'title' is no condition by itself; compare it with something");
	error_is("count contains 'x'", "Column 7: 'count' is no text");
	error_is("title contains 4", "Column 16: text in quotes is expected here");
	error_is("title is blank", "Column 10: 'empty' or 'not empty' is expected after 'is'");
	error_is("count in 1", "Column 10: a list in brackets, or my.groups, is expected after 'in'");
	error_is("now - 7 < created_at", "Column 7: a duration such as 7d or 2h30m is expected here");
	error_is("due_on < today + 2h", "Column 18: only whole days can be added to today; use now instead");
	error_is("created_at < now + 9999999w", "Column 20: this duration is too long");
	error_is("clock(resoluton) is met", "Column 7: there is no clock 'resoluton' here; did you mean 'resolution'?");
	error_is("clock(resolution) is late", "Column 22: a clock is running, paused, met or breached");
	error_is("clock(resolution) = 1",
		 "Column 1: a clock is followed by 'is' and a state, or by .due_at, .used or .used_percent");
	error_is("clock(resolution).elapsed > 1h",
		 "Column 19: of a clock, .due_at, .used and .used_percent can be compared");
	error_is("has link(causedby)", "Column 10: there is no link 'causedby' here; did you mean 'caused_by'?");
	error_is("has link(caused_by where impact = high)", "Column 26: there is no field 'impact' here");
	error_is("has link caused_by", "Column 10: write: has link(name)");
	error_is("changed(service.name)", "Column 9: a field of the record itself is expected here");
	error_is("changed(titel)", "Column 9: there is no field 'titel' here; did you mean 'title'?");
}

static void test_broken_sentences(void **state)
{
	error_is("count =", "Column 8: the expression ends too early");
	error_is("count = 1 and", "Column 14: the expression ends too early");
	error_is("(count = 1", "Column 11: a closing bracket is missing");
	error_is("count = 1)", "Column 10: ')' is not expected here");
	error_is("count = 1 count = 2", "Column 11: 'count' is not expected here");
	error_is("count = 1 AND major", "Column 11: 'AND' is not expected here");
	error_is("or major", "Column 1: 'or' is not expected here");
	error_is("title = 'abc", "Column 9: this quote is not closed");
	error_is("count ; 1", "Column 7: ';' means nothing here");
	error_is("title = '障害' and cuont = 1", "Column 18: there is no field 'cuont' here; did you mean 'count'?");
	error_is("title = '\xff'", "Column 1: the expression is not valid UTF-8");
}

/* --- the tree --- */

static const struct query *parse(struct arena *arena, const char *text)
{
	struct error error = {0};
	const struct query *query = NULL;
	if (query_parse(arena, query_schema(arena), str_of(text), &query, &error)) {
		char message[512];
		error_text(&error, message, sizeof(message));
		fail_msg("%s\n%s", text, message);
	}
	return query;
}

static void show(struct buf *out, const struct query_node *node)
{
	static const char *const names[] = {
	    [QUERY_AND] = "and", [QUERY_OR] = "or",         [QUERY_NOT] = "not",   [QUERY_EQUAL] = "=",
	    [QUERY_LESS] = "<",  [QUERY_LESS_EQUAL] = "<=", [QUERY_GREATER] = ">", [QUERY_GREATER_EQUAL] = ">=",
	    [QUERY_IN] = "in",   [QUERY_EMPTY] = "empty",   [QUERY_LIST] = "list",
	};
	if (node->op == QUERY_PATH) {
		buf_add(out, node->steps[node->step_count - 1]->name);
	} else if (node->op == QUERY_LITERAL && (node->kind == VALUE_CHOICE || node->kind == VALUE_TEXT)) {
		buf_add(out, node->literal.text);
	} else if (node->op == QUERY_LITERAL && node->kind == VALUE_BOOLEAN) {
		buf_add_c(out, node->literal.boolean ? "true" : "false");
	} else if (node->op == QUERY_LITERAL) {
		buf_add_int(out, node->literal.number);
	} else {
		buf_format(out, "(%s", names[node->op]);
		for (size_t i = 0; i < node->count; i++) {
			buf_add_char(out, ' ');
			show(out, node->children[i]);
		}
		buf_add_char(out, ')');
	}
}

static void tree_is(const char *text, const char *expected)
{
	ARENA arena = arena_new();
	struct buf shown = buf_new(arena);
	show(&shown, parse(arena, text)->root);
	assert_string_equal(str_c(arena, buf_str(&shown)), expected);
}

static void test_precedence(void **state)
{
	tree_is("count = 1 or count = 2 and count = 3", "(or (= count 1) (and (= count 2) (= count 3)))");
	tree_is("(count = 1 or count = 2) and count = 3", "(and (or (= count 1) (= count 2)) (= count 3))");
	tree_is("not count = 1 and major", "(and (not (= count 1)) (= major true))");
	tree_is("not (count = 1 and major)", "(not (and (= count 1) (= major true)))");
	tree_is("not not major", "(= major true)");
	tree_is("count != 1", "(not (= count 1))");
	tree_is("2 < count", "(> count 2)");
	tree_is("major and (security and count = 1)", "(and (= major true) (= security true) (= count 1))");
	tree_is("major　and　security", "(and (= major true) (= security true))");
}

static void test_sets_of_codes(void **state)
{
	tree_is("priority <= P2", "(in priority (list P1 P2))");
	tree_is("priority > P2", "(in priority (list P3))");
	tree_is("P2 > priority", "(in priority (list P1))");
	tree_is("priority != P2", "(not (in priority (list P2)))");
	tree_is("priority not in ('P1', P3)", "(not (in priority (list P1 P3)))");
	tree_is("state.phase != done", "(in state (list new waiting))");
	tree_is("state != closed", "(in state (list new waiting))");
	tree_is("state.phase in (open, waiting)", "(in state (list new waiting))");
	tree_is("parent.state.phase != done", "(not (in state (list closed)))");
}

static void test_values(void **state)
{
	tree_is("created_at > 2026-11-23", "(> created_at 20780)");
	tree_is("created_at > '2026-11-23T01:00:00+09:00'", "(> created_at 1795363200000)");
	tree_is("created_at > 2026-11-23T01:00:00+09:00", "(> created_at 1795363200000)");
	tree_is("due_on = 2026-11-23", "(= due_on 20780)");
	tree_is("effort > 2h30m", "(> effort 9000000)");
	tree_is("effort > PT4H", "(> effort 14400000)");
	tree_is("effort > '1d 4h'", "(> effort 100800000)");
	tree_is("weight = -12.5", "(= weight -12500000)");
	tree_is("cost >= 1000 JPY", "(>= cost 1000000000)");
	tree_is("service in (SVC-4, \"SVC-5\", 'Mail')", "(in service (list 4 5 Mail))");
	tree_is("title = 'it''s'", "(= title it's)");
	tree_is("title = \"か\xe3\x82\x99\"", "(= title が)"); /* text is composed, as it is stored */
}

/* --- limits --- */

static struct str repeated(struct arena *arena, const char *first, const char *part, size_t times, const char *last)
{
	struct buf text = buf_new(arena);
	buf_add_c(&text, first);
	for (size_t i = 0; i < times; i++)
		buf_add_c(&text, part);
	buf_add_c(&text, last);
	return buf_str(&text);
}

static void limit_is(const char *first, const char *part, size_t times, const char *last, const char *message)
{
	ARENA arena = arena_new();
	struct error error = {0};
	const struct query *query = NULL;
	struct str text = repeated(arena, first, part, times, last);
	enum status status = query_parse(arena, query_schema(arena), text, &query, &error);
	if (!message) {
		assert_int_equal(status, OK);
		return;
	}
	assert_int_equal(status, E_SYNTAX);
	assert_string_equal(error.items[0].message, message);
}

static void test_limits(void **state)
{
	const char *deep = "Column %s: the expression is nested too deep";
	limit_is("major", " ", 4091, "", NULL);
	limit_is("major", " ", 4092, "", "Column %s: the expression is too long");
	limit_is("not not", " not", 61, " (major)", NULL);
	limit_is("not not", " not", 62, " (major)", deep);
	limit_is("", "(", 65, "major", deep);
	limit_is("", "(", 4096, "", deep);
	limit_is("", "has link(part_of where ", 4, "major))))", NULL);
	limit_is("", "has link(part_of where ", 5, "major)))))", deep);
	limit_is("count in (1", ",1", 999, ")", NULL);
	limit_is("count in (1", ",1", 1000, ")", "Column %s: this list is too long");
	limit_is("x", " or x", 499, "", NULL);
	limit_is("x", " or x", 700, "", "Column %s: the expression has too many parts");
	limit_is("", "parent.", 7, "count = 1", NULL);
	limit_is("", "parent.", 8, "count = 1", "Column %s: this path is too long");
}

/* --- evaluation: what both evaluators promise, on one record (record/filter_test.c compares them at length) --- */

static enum status get(void *context, const void *record, const struct query_field *field, struct value *value)
{
	if (str_is(field->name, "title"))
		*value = value_text(S("ＭＡＩＬサーバ障害"));
	else if (str_is(field->name, "count"))
		*value = value_integer(3);
	else if (str_is(field->name, "created_at"))
		*value = value_time(INT64_C(1795392000000));
	else if (str_is(field->name, "assignee"))
		*value = value_record(7);
	else if (str_is(field->name, "weight"))
		return E_UNAVAILABLE;
	return OK;
}

static enum status follow(void *context, const struct query_type *type, int64_t identity, const void **record)
{
	*record = context;
	return OK;
}

static bool holds(const char *text)
{
	ARENA arena = arena_new();
	int record = 0;
	bool matches = false;
	struct query_environment environment = {
	    .context = &record, .now = INT64_C(1795392000000) + HOUR, .me = 7, .get = get, .follow = follow};
	assert_int_equal(query_matches(parse(arena, text), &record, &environment, &matches), OK);
	return matches;
}

static void test_evaluation(void **state)
{
	assert_true(holds(""));
	assert_true(holds("count = 3 and count >= 3 and count <= 3"));
	assert_false(holds("count < 3 or count > 3"));
	assert_true(holds("title contains 'mail' and title contains 'さーば' and title starts with 'ｍ'"));
	assert_false(holds("title = 'mailサーバ障害'"));
	assert_true(holds("assignee = me and created_by != me"));
	assert_false(holds("created_by = me or priority = P1 or priority in (P2)"));
	assert_true(holds("priority != P1 and priority not in (P2) and priority is empty"));
	assert_true(holds("created_at >= today and created_at < now and created_at > now - 61m"));
	assert_true(holds("created_at = 2026-11-23 and not created_at != today"));
	assert_true(holds("assignee.name is empty"));
}

static void test_failing_environment(void **state)
{
	ARENA arena = arena_new();
	int record = 0;
	bool matches = true;
	struct query_environment environment = {.context = &record, .get = get, .follow = follow};
	assert_int_equal(query_matches(parse(arena, "not weight = 1"), &record, &environment, &matches), E_UNAVAILABLE);
	assert_false(matches);
}

/* --- what may follow --- */

static const char *const complete_ones[] = {
    "priority <= P2 and state.phase != done and service = me",
    "not (title contains \"\" or title starts \"\") and security",
    "created_at > now - 7d and (group in my.groups or assignee = my.customer)",
    "service.owner = me and due_on < today + 30d or x = false",
    "related is not empty and changed(priority) and has link(caused_by where title is empty)",
    "clock(resolution) is not breached or clock(response).due_at < now + 2h",
    "priority in (P1, P3) and effort >= 4h and count != 10 and cost < 10000 JPY and title not in (\"\")",
    "parent.parent.state = closed and related.assignee is empty and number = me",
};

static struct str accepted(struct arena *arena, const struct query_completion *completion, size_t i)
{
	return str_format(arena, "%.*s%.*s", STR_ARG(completion->before), STR_ARG(completion->candidates[i].text));
}

static bool parses(struct arena *arena, const struct query_type *type, struct str text)
{
	const struct query *query;
	struct error error = {0};
	return text.n && query_parse(arena, type, text, &query, &error) == OK;
}

/* Whether taking what is offered, and nothing else, leads to something that parses: one of each kind is tried. */
static bool leads_on(struct arena *arena, const struct query_type *type, struct str text, unsigned depth)
{
	struct query_completion completion;
	const struct query_candidate *before = NULL;
	if (parses(arena, type, text))
		return true;
	text = str_format(arena, "%.*s ", STR_ARG(text));
	query_complete(arena, type, text, &completion);
	for (size_t i = 0; depth && i < completion.count; i++)
		if (parses(arena, type, accepted(arena, &completion, i)))
			return true;
	for (size_t i = 0; depth && i < completion.count; before = &completion.candidates[i++])
		if ((!before || before->what != completion.candidates[i].what || before->what == OFFER_WORD ||
		     before->what == OFFER_FIELD) &&
		    leads_on(arena, type, accepted(arena, &completion, i), depth - 1))
			return true;
	return false;
}

static void test_whatever_is_taken_leads_on(void **state)
{
	ARENA kept = arena_new();
	const struct query_type *type = query_schema(kept);
	size_t taken = 0;
	for (size_t e = 0; e < sizeof(complete_ones) / sizeof(*complete_ones); e++) {
		struct str whole = str_of(complete_ones[e]);
		for (size_t n = 0; n <= whole.n; n++) {
			ARENA arena = arena_new();
			struct query_completion completion;
			query_complete(arena, type, str_sub(whole, 0, n), &completion);
			for (size_t i = 0; i < completion.count; i++, taken++) {
				struct str text = accepted(arena, &completion, i);
				if (!leads_on(arena, type, text, 5))
					fail_msg("'%.*s' leads nowhere (%.*s|)", STR_ARG(text),
						 STR_ARG(str_sub(whole, 0, n)));
			}
		}
	}
	assert_true(taken > 4000);
}

/* Each expression can be had word by word from what is offered. */
static void test_all_that_is_understood_is_offered(void **state)
{
	ARENA kept = arena_new();
	const struct query_type *type = query_schema(kept);
	for (size_t e = 0; e < sizeof(complete_ones) / sizeof(*complete_ones); e++) {
		struct str whole = str_of(complete_ones[e]);
		for (size_t n = 0; n < whole.n;) {
			ARENA arena = arena_new();
			struct query_completion completion;
			size_t longest = 0;
			assert_true(parses(arena, type, whole));
			query_complete(arena, type, str_sub(whole, 0, n), &completion);
			for (size_t i = 0; i < completion.count; i++) {
				struct str text = accepted(arena, &completion, i);
				if (text.n > longest && str_starts(whole, text))
					longest = text.n;
			}
			if (longest <= n)
				fail_msg("nothing leads from '%.*s' to '%.*s'", STR_ARG(str_sub(whole, 0, n)),
					 STR_ARG(str_sub(whole, n, whole.n)));
			n = longest;
			n += n < whole.n && whole.p[n] == ' ';
		}
	}
}

static void completes(const char *text, const char *expected)
{
	ARENA arena = arena_new();
	struct query_completion completion;
	struct buf found = buf_new(arena);
	query_complete(arena, query_schema(arena), str_of(text), &completion);
	for (size_t i = 0; i < completion.count; i++)
		if (str_starts(completion.candidates[i].text, completion.begun))
			buf_format(&found, "%s%.*s", found.n ? "|" : "", STR_ARG(completion.candidates[i].text));
	assert_string_equal(str_c(arena, buf_str(&found)), expected);
}

static void test_completion(void **state)
{
	completes("prio", "priority");
	completes(
	    "state",
	    "state|state.phase|state =|state !=|state <|state <=|state >|state >=|state in|state not in|state is empty"
	    "|state is not empty");
	completes("priority <= P", "P1|P2|P3");
	completes("priority <= P2", "P2|P2 and|P2 or");
	completes("(priority <= P2", "P2|P2 and|P2 or|P2)");
	completes("priority in (P1", "P1|P1,|P1)");
	completes("priority in (P1, ", "P1|P2|P3");
	completes("state.phase = ", "open|waiting|done");
	completes("service.ow", "owner");
	completes("service.owner = m", "me|my.customer");
	completes("title ", "=|!=|contains|starts|in|not in|is empty|is not empty");
	completes("title contains \"abc", "");
	completes("title = \"abc\"", "\"abc\" and|\"abc\" or");
	completes("clock(re", "response)|resolution)");
	completes("clock(response) is ", "breached|running|paused|met|not");
	completes("has li", "link(");
	completes("has link(caused_by", "caused_by|caused_by where|caused_by)");
	completes("created_at < no", "now|now - 1d|now - 7d|now + 2h");
	completes("priority = P8 and ", ""); /* what is wrong before is to be mended first */
	completes("nonsense nonsense", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_errors_name_their_column),
	    cmocka_unit_test(test_broken_sentences),
	    cmocka_unit_test(test_precedence),
	    cmocka_unit_test(test_sets_of_codes),
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_evaluation),
	    cmocka_unit_test(test_failing_environment),
	    cmocka_unit_test(test_whatever_is_taken_leads_on),
	    cmocka_unit_test(test_all_that_is_understood_is_offered),
	    cmocka_unit_test(test_completion),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

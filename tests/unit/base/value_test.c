#include "base/value.h"

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static struct value list_of(const struct value *items, size_t count)
{
	return (struct value){.kind = VALUE_LIST, .list = {items, count}};
}

static struct value money(const char *currency, int64_t number)
{
	struct value value = value_number(VALUE_MONEY, number);
	strcpy(value.currency, currency);
	return value;
}

/* One list in the order that value_cmp promises; equals share a rank. */
static void values_are_in_order(void **state)
{
	static const struct value records[] = {{.kind = VALUE_RECORD, .number = 1},
					       {.kind = VALUE_RECORD, .number = 2}};
	const struct {
		int rank;
		struct value value;
	} cases[] = {
	    {0, {.kind = VALUE_NONE}},
	    {0, value_text(S(""))},
	    {0, value_choice((struct str){NULL, 0})},
	    {0, list_of(NULL, 0)},
	    {0, {.kind = VALUE_ROWS, .text = S("[]")}},
	    {1, value_boolean(false)},
	    {2, value_boolean(true)},
	    {3, value_integer(INT64_MIN)},
	    {4, value_integer(-1)},
	    {5, value_integer(INT64_MAX)},
	    {6, value_number(VALUE_DECIMAL, 12500000)},
	    {7, money("EUR", 9000000)},
	    {8, money("JPY", -1)},
	    {9, money("JPY", 1)},
	    {10, value_text(S("a"))},
	    {10, value_text(S("a"))},
	    {11, value_text(S("ab"))},
	    {12, value_text(S("障害"))},
	    {13, value_choice(S("a"))},
	    {14, value_number(VALUE_DATE, 3)},
	    {15, value_time(0)},
	    {16, value_number(VALUE_DURATION, 0)},
	    {17, value_record(5)},
	    {18, list_of(records, 1)},
	    {19, list_of(records, 2)},
	    {20, list_of(records + 1, 1)},
	    {21, {.kind = VALUE_ROWS, .text = S("[{}]")}},
	};
	const size_t count = sizeof(cases) / sizeof(cases[0]);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			int expected = (cases[i].rank > cases[j].rank) - (cases[i].rank < cases[j].rank);
			if (value_cmp(cases[i].value, cases[j].value) != expected)
				fail_msg("case %zu with case %zu", i, j);
			assert_int_equal(value_eq(cases[i].value, cases[j].value), expected == 0);
			assert_int_equal(value_is_empty(cases[i].value), cases[i].rank == 0);
		}
}

static void copies_own_their_content(void **state)
{
	ARENA source = arena_new();
	ARENA target = arena_new();
	struct value *items = arena_many(source, struct value, 2);
	items[0] = value_text(str_dup(source, S("text")));
	items[1] = list_of(items, 1);
	struct value copy = value_copy(target, list_of(items, 2)), same = value_copy(target, list_of(items, 2));
	memset((char *)items[0].text.p, 'x', 4);
	arena_reset(source);
	assert_true(str_is(copy.list.items[0].text, "text"));
	assert_true(str_is(copy.list.items[1].list.items[0].text, "text"));
	assert_true(value_eq(copy, same));
	assert_true(value_eq(value_copy(target, money("JPY", 5)), money("JPY", 5)));
}

static void decimals_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t millionths;
	} cases[] = {
	    {"0", 0},
	    {"12.50", 12500000},
	    {"-0.000001", -1},
	    {"-0", 0},
	    {"00012", 12000000},
	    {"9223372036854.775807", INT64_MAX},
	    {"-9223372036854.775808", INT64_MIN},
	};
	static const char *const wrong[] = {"",
					    "-",
					    ".",
					    "1.",
					    ".5",
					    "+1",
					    "1.0000000",
					    "1,5",
					    " 1",
					    "1 ",
					    "1e3",
					    "--1",
					    "1.2.3",
					    "1.-5",
					    "x",
					    "9223372036854.775808",
					    "-9223372036854.775809",
					    "99999999999999999999999999"};
	int64_t millionths;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(decimal_parse(str_of(cases[i].text), &millionths) && millionths == cases[i].millionths);
	millionths = 7;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (decimal_parse(str_of(wrong[i]), &millionths))
			fail_msg("%s", wrong[i]);
	assert_int_equal(millionths, 7);
}

static void decimals_are_written(void **state)
{
	static const struct {
		int64_t millionths;
		int least;
		const char *text;
	} cases[] = {
	    {0, 0, "0"},
	    {0, 2, "0.00"},
	    {12500000, 0, "12.5"},
	    {12500000, 2, "12.50"},
	    {12345678, 2, "12.345678"},
	    {100000000, 0, "100"},
	    {-1, 0, "-0.000001"},
	    {-500000, 9, "-0.500000"},
	    {INT64_MIN, 0, "-9223372036854.775808"},
	    {INT64_MAX, 6, "9223372036854.775807"},
	};
	char text[DECIMAL_TEXT];
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(decimal_format(cases[i].millionths, cases[i].least, text), cases[i].text);
}

static void decimals_go_round(void **state)
{
	unsigned seed = 9;
	char text[DECIMAL_TEXT];
	for (int i = 0; i < 100000; i++) {
		uint64_t random =
		    (uint64_t)rand_r(&seed) << 62 | (uint64_t)rand_r(&seed) << 31 | (uint64_t)rand_r(&seed);
		int64_t number = (int64_t)random >> i % 64, again;
		if (!decimal_parse(str_of(decimal_format(number, i % 7, text)), &again) || again != number)
			fail_msg("%s", text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_are_in_order), cmocka_unit_test(copies_own_their_content),
	    cmocka_unit_test(decimals_are_read),   cmocka_unit_test(decimals_are_written),
	    cmocka_unit_test(decimals_go_round),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "base/error.h"

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

static void the_first_status_stays_and_items_add_up(void **state)
{
	struct error error = {0};
	char text[200];
	assert_int_equal(error_fail(&error, E_INVALID, "title", "required", "A value is needed"), E_INVALID);
	assert_int_equal(error_fail(&error, E_DENIED, NULL, NULL, "%s may not", "user"), E_DENIED);
	assert_int_equal(error_fail_at(&error, E_INVALID, str_sub(S("rows"), 0, 3), "choice", "%s is not %s", "x", "y"),
			 E_INVALID);
	assert_int_equal(error.status, E_INVALID);
	assert_int_equal(error.count, 3);
	assert_string_equal(error.items[0].rule, "required");
	assert_null(error.items[0].arguments[0]);
	assert_string_equal(error.items[1].field, "");
	error_text(&error, text, sizeof(text));
	assert_string_equal(text, "title: A value is needed; user may not; row: x is not y");
	error_clear(&error);
	assert_int_equal(error.count, 0);
	assert_int_equal(error.status, OK);
	error_text(&error, text, sizeof(text));
	assert_string_equal(text, "");
	assert_int_equal(error_fail(NULL, E_STALE, "", "", "x"), E_STALE);
}

static void arguments_are_copied(void **state)
{
	struct error error = {0};
	char argument[] = "before", text[20];
	error_fail(&error, E_INVALID, argument, argument, "%s", argument);
	strcpy(argument, "after!");
	error_text(&error, text, sizeof(text));
	assert_string_equal(text, "before: before");
	assert_string_equal(error.items[0].rule, "before");
}

static void placeholders_are_filled(void **state)
{
	static const struct {
		const char *message, *text;
	} cases[] = {
	    {"%s", "one"},
	    {"%s, %s, %s", "one, two, three"},
	    {"%s%s%s%s|", "onetwothree|"},
	    {"%2$s %1$s %3$s", "two one three"},
	    {"%9$s|", "|"},
	    {"100%% of %s", "100% of one"},
	    {"50% %d %", "50% %d %"},
	    {"", ""},
	};
	struct error error = {0};
	error_fail(&error, E_INVALID, "", "", "%s %s %s", "one", "two", "three");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[64];
		error_item_text(&error.items[0], cases[i].message, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
}

static void long_texts_are_cut_between_characters(void **state)
{
	struct error error = {0};
	char text[9];
	error_fail(&error, E_INVALID, "", "", "%s%s", "障害障害", "x");
	error_item_text(&error.items[0], "%s%s", text, sizeof(text));
	assert_string_equal(text, "障害");
	error_item_text(&error.items[0], "%s", text, 1);
	assert_string_equal(text, "");
	memset(text, 'x', sizeof(text));
	error_item_text(&error.items[0], "%s", text, 0);
	assert_int_equal(text[0], 'x');
}

static void more_than_fits_is_dropped_safely(void **state)
{
	struct error error = {0};
	char many[600], text[8192];
	for (size_t i = 0; i + 3 < sizeof(many); i += 3)
		memcpy(many + i, "障", 3);
	many[sizeof(many) - 3] = 0;
	for (int i = 0; i < ERROR_ITEMS * 2; i++)
		error_fail(&error, E_INVALID, "field", "rule", "%s", many);
	assert_int_equal(error.count, ERROR_ITEMS);
	assert_true(error.used <= ERROR_STORE);
	assert_string_equal(error.items[ERROR_ITEMS - 1].field, "");
	assert_string_equal(error.items[ERROR_ITEMS - 1].arguments[0], "");
	error_text(&error, text, sizeof(text));
	assert_true(str_is_utf8(str_of(text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_status_stays_and_items_add_up),
	    cmocka_unit_test(arguments_are_copied),
	    cmocka_unit_test(placeholders_are_filled),
	    cmocka_unit_test(long_texts_are_cut_between_characters),
	    cmocka_unit_test(more_than_fits_is_dropped_safely),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

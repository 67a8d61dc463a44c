/* What conditions leave, at moments that the test states. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h> /* needs those above */

#include "record/leavings.h"

static const instant now = 1800000000000;

static uint64_t name_of(int64_t group)
{
	struct filter_bind bind = {.kind = FILTER_INTEGER, .number = group};
	struct filter_sql filter = {.binds = &bind, .bind_count = 1};

	return leavings_name(S("\"incident\""), S("r.\"group\" = ?"), &filter);
}

static void many_rows_are_remembered_for_a_minute(void **state)
{
	struct leavings *leavings = leavings_new();
	int64_t count = -1;

	assert_false(leavings_know(leavings, name_of(1), now, 4000, &count));
	leavings_learn(leavings, name_of(1), now, 4000, 1200);
	assert_true(leavings_know(leavings, name_of(1), now + MINUTE - 1, 4000, &count));
	assert_int_equal(count, 1200);
	assert_true(leavings_know(leavings, name_of(1), now, 500, &count));
	assert_int_equal(count, 500);
	assert_false(leavings_know(leavings, name_of(2), now, 4000, &count)); /* another value */
	assert_false(leavings_know(leavings, name_of(1), now + MINUTE, 4000, &count));
	leavings_free(leavings);
}

static void what_was_not_counted_to_its_end_is_known_to_be_as_many(void **state)
{
	struct leavings *leavings = leavings_new();
	int64_t count = -1;

	leavings_learn(leavings, name_of(1), now, 1000, 1000);
	assert_true(leavings_know(leavings, name_of(1), now, 900, &count));
	assert_int_equal(count, 900);
	assert_false(leavings_know(leavings, name_of(1), now, 4000, &count));
	leavings_free(leavings);
}

static void few_rows_are_counted_anew_each_time(void **state)
{
	struct leavings *leavings = leavings_new();
	int64_t count = -1;

	leavings_learn(leavings, name_of(1), now, 4000, LEAVINGS_LEAST - 1);
	leavings_learn(leavings, name_of(2), now, 4000, 0);
	assert_false(leavings_know(leavings, name_of(1), now, 4000, &count));
	assert_false(leavings_know(leavings, name_of(2), now, 4000, &count));
	leavings_free(leavings);
}

static void it_holds_thousands_and_no_more_memory(void **state)
{
	struct leavings *leavings = leavings_new();
	int64_t count, known = 0;

	for (int64_t i = 0; i < 100000; i++)
		leavings_learn(leavings, name_of(i), now + i / 1000, 4000, 1000);
	for (int64_t i = 99000; i < 100000; i++)
		known += leavings_know(leavings, name_of(i), now + 100, 4000, &count);
	assert_true(known > 900); /* the latest, but for those that share a place */
	leavings_free(leavings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(many_rows_are_remembered_for_a_minute),
	    cmocka_unit_test(what_was_not_counted_to_its_end_is_known_to_be_as_many),
	    cmocka_unit_test(few_rows_are_counted_anew_each_time),
	    cmocka_unit_test(it_holds_thousands_and_no_more_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "base/mark.h"

#include <setjmp.h>

#include <cmocka.h>

static void marks_are_amounts_of_service_time(void **state)
{
	static const struct {
		const char *text;
		int64_t target, amount;
	} cases[] = {
	    {"0%", 8 * HOUR, 0},
	    {"75%", 8 * HOUR, 6 * HOUR},
	    {"100%", 8 * HOUR, 8 * HOUR},
	    {"150%", 8 * HOUR, 12 * HOUR},
	    {"33%", 1000, 330},
	    {"99%", 1, 0},
	    {"1000%", INT64_MAX, INT64_MAX},
	    {"100%", INT64_MAX, INT64_MAX},
	    {"-30m", 8 * HOUR, 8 * HOUR - 30 * MINUTE},
	    {"-9h", 8 * HOUR, 0},
	    {"+1h", 8 * HOUR, 9 * HOUR},
	    {"+1d", 8 * HOUR, 32 * HOUR}, /* always open: a service day is 24 hours */
	    {"-PT15M", HOUR, 45 * MINUTE},
	    {"+1h", INT64_MAX, INT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mark mark;

		assert_true(mark_parse(str_of(cases[i].text), &mark));
		if (mark_amount(&mark, cases[i].target, calendar_always()) != cases[i].amount)
			fail_msg("%s of %lld", cases[i].text, (long long)cases[i].target);
	}
}

static void what_is_no_mark_is_refused(void **state)
{
	static const char *const wrong[] = {"", "%", "75", "-1%", "1001%", "7.5%", "30m", "+", "-", "+soon", "75 %"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct mark mark;

		if (mark_parse(str_of(wrong[i]), &mark))
			fail_msg("\"%s\" was read", wrong[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(marks_are_amounts_of_service_time),
	    cmocka_unit_test(what_is_no_mark_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

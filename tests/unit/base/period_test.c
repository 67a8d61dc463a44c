#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/period.h"

static int32_t on(const char *text)
{
	int32_t day;

	assert_true(day_parse(str_of(text), &day));
	return day;
}

static void units_begin_where_the_calendar_says(void **state)
{
	static const struct {
		const char *unit, *day;
		int shift;
		const char *start;
	} cases[] = {
	    {"day", "2026-11-26", 0, "2026-11-26"},     {"day", "2026-02-28", 1, "2026-03-01"},
	    {"week", "2026-11-26", 0, "2026-11-23"},    {"week", "2026-11-23", -1, "2026-11-16"},
	    {"month", "2026-11-30", 0, "2026-11-01"},   {"month", "2026-01-31", -13, "2024-12-01"},
	    {"month", "2026-11-15", 14, "2028-01-01"},  {"quarter", "2026-11-26", 0, "2026-10-01"},
	    {"quarter", "2026-11-26", 1, "2027-01-01"}, {"quarter", "2026-01-01", -1, "2025-10-01"},
	    {"year", "2026-12-31", 0, "2026-01-01"},    {"year", "2026-01-01", -1, "2025-01-01"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		enum period_unit unit;

		assert_true(period_parse(str_of(cases[i].unit), &unit));
		assert_int_equal(period_start(unit, on(cases[i].day), cases[i].shift), on(cases[i].start));
	}
}

static void lengths_are_of_the_calendar(void **state)
{
	static const struct {
		const char *day, *length, *after;
	} cases[] = {
	    {"2026-11-27", "30d", "2026-12-27"}, {"2026-11-27", "2w", "2026-12-11"}, {"2026-01-31", "1m", "2026-02-28"},
	    {"2026-11-30", "15m", "2028-02-29"}, {"2024-02-29", "1y", "2025-02-28"}, {"2026-11-27", "1y", "2027-11-27"},
	};
	static const char *const bad[] = {"", "d", "0d", "-1d", "1", "1h", "1 y", "99999y"};
	struct period_length length;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_true(period_length_parse(str_of(cases[i].length), &length));
		assert_int_equal(period_after(on(cases[i].day), length), on(cases[i].after));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(period_length_parse(str_of(bad[i]), &length));
}

static void other_words_are_no_units(void **state)
{
	enum period_unit unit;

	assert_false(period_parse(S("fortnight"), &unit) || period_parse(S(""), &unit));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(units_begin_where_the_calendar_says),
	    cmocka_unit_test(lengths_are_of_the_calendar),
	    cmocka_unit_test(other_words_are_no_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

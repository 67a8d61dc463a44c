#include "base/time.h"

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* One day after another by the rules alone, from the first year to the last that can be written. */
static void civil_dates_follow_one_another(void **state)
{
	int year = 1, month = 1, day_of_month = 1, weekday = 0; /* 0001-01-01 was a Monday */
	int32_t day = day_from_civil(1, 1, 1);
	assert_int_equal(day, -719162);
	for (; year <= 9999; day++) {
		int y, m, d;
		day_to_civil(day, &y, &m, &d);
		if (y != year || m != month || d != day_of_month || day_from_civil(year, month, day_of_month) != day ||
		    day_of_week(day) != weekday || !day_is_valid(year, month, day_of_month))
			fail_msg("%d-%d-%d", year, month, day_of_month);
		weekday = (weekday + 1) % 7;
		static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
		bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		if (++day_of_month > lengths[month - 1] + (month == 2 && leap)) {
			if (day_is_valid(year, month, day_of_month))
				fail_msg("%d-%d-%d is valid", year, month, day_of_month);
			day_of_month = 1;
			if (++month > 12) {
				month = 1;
				year++;
			}
		}
	}
	assert_int_equal(day, day_from_civil(10000, 1, 1));
}

static void known_days_are_right(void **state)
{
	int year, month, day;
	assert_int_equal(day_from_civil(1970, 1, 1), 0);
	assert_int_equal(day_from_civil(2026, 11, 23), 20780);
	assert_int_equal(day_of_week(20780), 0);
	day_to_civil(day_from_civil(0, 2, 29), &year, &month, &day);
	assert_true(year == 0 && month == 2 && day == 29);
	day_to_civil(day_from_civil(-401, 12, 31), &year, &month, &day);
	assert_true(year == -401 && month == 12 && day == 31);
	assert_false(day_is_valid(0, 1, 1) || day_is_valid(10000, 1, 1) || day_is_valid(2026, 0, 1) ||
		     day_is_valid(2026, 13, 1) || day_is_valid(2026, 1, 0) || day_is_valid(1900, 2, 29));
}

static void times_are_read(void **state)
{
	static const struct {
		const char *text;
		instant at;
	} cases[] = {
	    {"1970-01-01T00:00:00Z", 0},
	    {"2026-11-23T05:00:00Z", 1795410000000},
	    {"2026-11-23t05:00:00z", 1795410000000},
	    {"2026-11-23T14:00:00+09:00", 1795410000000},
	    {"2026-11-22T23:30:00-05:30", 1795410000000},
	    {"2026-11-23T05:00:00-00:00", 1795410000000},
	    {"2026-11-23T05:00:00.1Z", 1795410000100},
	    {"2026-11-23T05:00:00.0129999999Z", 1795410000012},
	    {"1969-12-31T23:59:59.999Z", -1},
	    {"0001-01-01T00:00:00Z", -62135596800000},
	    {"9999-12-31T23:59:59.999Z", 253402300799999},
	    {"2024-02-29T23:59:59+23:59", 1709164859000},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		instant at = 0;
		if (!time_parse(str_of(cases[i].text), &at) || at != cases[i].at)
			fail_msg("%s gives %lld", cases[i].text, (long long)at);
	}
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const wrong[] = {
	    "",
	    "2026-11-23",
	    "2026-11-23T05:00:00",
	    "2026-11-23 05:00:00Z",
	    "2026-11-23T05:00Z",
	    "2026-11-23T5:00:00Z",
	    "2026-11-23T24:00:00Z",
	    "2026-11-23T23:59:60Z",
	    "2026-11-23T23:60:00Z",
	    "2026-11-31T00:00:00Z",
	    "2025-02-29T00:00:00Z",
	    "2026-13-01T00:00:00Z",
	    "2026-00-01T00:00:00Z",
	    "0000-01-01T00:00:00Z",
	    "12026-01-01T00:00:00Z",
	    "+2026-01-01T00:00:00Z",
	    "2026-11-23T05:00:00.Z",
	    "2026-11-23T05:00:00,5Z",
	    "2026-11-23T05:00:00+0900",
	    "2026-11-23T05:00:00+09",
	    "2026-11-23T05:00:00+24:00",
	    "2026-11-23T05:00:00+09:60",
	    "2026-11-23T05:00:00Z ",
	    " 2026-11-23T05:00:00Z",
	    "2026-11-23T05:00:00ZZ",
	    "20261123T050000Z",
	    "0001-01-01T00:00:00+00:01",
	    "9999-12-31T23:59:59-00:01",
	    "9999-12-31T23:59:00-00:01",
	};
	instant at = 7;
	int32_t day = 7;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (time_parse(str_of(wrong[i]), &at))
			fail_msg("%s", wrong[i]);
	assert_int_equal(at, 7);
	assert_false(day_parse(S("2026-11-23T"), &day) || day_parse(S("2026-1-23"), &day) ||
		     day_parse(S("2026-02-29"), &day) || day_parse(S(""), &day));
	assert_int_equal(day, 7);
	assert_true(day_parse(S("2026-11-23"), &day) && day == 20780);
}

static void times_go_round(void **state)
{
	unsigned seed = 4;
	char text[TIME_TEXT];
	for (int i = 0; i < 200000; i++) {
		uint64_t random = (uint64_t)rand_r(&seed) << 31 | (uint64_t)rand_r(&seed);
		instant at = -62135596800000 + (instant)(random % (253402300800000 + 62135596800000)), again;
		if (i % 2)
			at -= at % SECOND;
		time_format(at, text);
		if (!time_parse(str_of(text), &again) || again != at)
			fail_msg("%s", text);
		assert_int_equal(strlen(text), at % SECOND ? 24 : 20);
		int32_t day = (int32_t)(at / DAY), day_again;
		assert_true(day_parse(str_of(day_format(day, text)), &day_again) && day_again == day);
	}
	assert_string_equal(time_format(INSTANT_NONE, text), "0001-01-01T00:00:00Z");
	assert_string_equal(time_format(INT64_MAX, text), "9999-12-31T23:59:59.999Z");
	assert_string_equal(day_format(INT32_MIN, text), "0001-01-01");
	assert_string_equal(day_format(INT32_MAX, text), "9999-12-31");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(civil_dates_follow_one_another),
	    cmocka_unit_test(known_days_are_right),
	    cmocka_unit_test(times_are_read),
	    cmocka_unit_test(what_is_no_time_is_refused),
	    cmocka_unit_test(times_go_round),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

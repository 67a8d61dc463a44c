#include "base/duration.h"

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>

static void both_forms_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t days, ms;
	} cases[] = {
	    {"PT8H", 0, 8 * HOUR},
	    {"PT1H30M", 0, 90 * MINUTE},
	    {"P2D", 2, 0},
	    {"P2W", 14, 0},
	    {"P1W2DT3H4M5S", 9, 3 * HOUR + 4 * MINUTE + 5 * SECOND},
	    {"PT26H", 0, 26 * HOUR},
	    {"PT0S", 0, 0},
	    {"PT1.5S", 0, 1500},
	    {"PT0.5H", 0, 30 * MINUTE},
	    {"PT1M0.0019S", 0, 60001},
	    {"90m", 0, 90 * MINUTE},
	    {"2h", 0, 2 * HOUR},
	    {"1d 4h", 1, 4 * HOUR},
	    {"1d4h", 1, 4 * HOUR},
	    {"1w 1d  1h 1m 1s", 8, HOUR + MINUTE + SECOND},
	    {"1.5h", 0, 90 * MINUTE},
	    {"0s", 0, 0},
	    {"007m", 0, 7 * MINUTE},
	    {"P106751991167D", 106751991167, 0},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct duration duration = {-1, -1};
		if (!duration_parse(str_of(cases[i].text), &duration) || duration.days != cases[i].days ||
		    duration.ms != cases[i].ms)
			fail_msg("%s: %lld d %lld ms", cases[i].text, (long long)duration.days, (long long)duration.ms);
		assert_int_equal(duration_ms(duration), cases[i].days * DAY + cases[i].ms);
	}
}

static void what_is_no_duration_is_refused(void **state)
{
	static const char *const wrong[] = {"",
					    "P",
					    "PT",
					    "P1DT",
					    "1",
					    "P1",
					    "PT1",
					    "H",
					    "P1H",
					    "PT1D",
					    "P1M",
					    "P1Y",
					    "PT1M1H",
					    "PT1H1H",
					    "1h 1d",
					    "1h 1h",
					    "-PT1H",
					    "PT-1H",
					    "P T1H",
					    " 1h",
					    "1h ",
					    "1 h",
					    "1h,2m",
					    "1H",
					    "pt1h",
					    "PT1h",
					    "1.5d",
					    "P1.5D",
					    "PT1.H",
					    "PT.5H",
					    "PT1.5H1M",
					    "1h1",
					    "PT1HT1M",
					    "P9223372036854775808D",
					    "P106751991168D",
					    "PT9223372036854775807H",
					    "PT2562047788015H12M56S"};
	struct duration duration = {7, 7};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (duration_parse(str_of(wrong[i]), &duration))
			fail_msg("%s", wrong[i]);
	assert_int_equal(duration.days, 7);
}

static void durations_are_written(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
	    {0, "PT0S"},
	    {26 * HOUR, "PT26H"},
	    {90 * MINUTE, "PT1H30M"},
	    {HOUR + 1, "PT1H0.001S"},
	    {1500, "PT1.5S"},
	    {-90 * MINUTE, "-PT1H30M"},
	    {INT64_MAX, "PT2562047788015H12M55.807S"},
	    {INT64_MIN, "-PT2562047788015H12M55.808S"},
	};
	char text[DURATION_TEXT];
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(duration_format(cases[i].ms, text), cases[i].text);
}

static void durations_go_round(void **state)
{
	unsigned seed = 8;
	char text[DURATION_TEXT];
	for (int i = 0; i < 100000; i++) {
		int64_t ms = (int64_t)(((uint64_t)rand_r(&seed) << 31 | (uint64_t)rand_r(&seed)) >> (i % 60));
		struct duration duration;
		if (!duration_parse(str_of(duration_format(ms, text)), &duration) || duration_ms(duration) != ms)
			fail_msg("%s", text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_forms_are_read),
	    cmocka_unit_test(what_is_no_duration_is_refused),
	    cmocka_unit_test(durations_are_written),
	    cmocka_unit_test(durations_go_round),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

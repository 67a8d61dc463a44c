/* The calendar: what it refuses, days of known length, and sums against a walk minute by minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "minute_oracle.h"

#include <stdio.h>
#include <string.h>

enum { ORACLES = 160, QUESTIONS = 40 };

static const struct span office[] = {{9 * HOUR, 12 * HOUR}, {13 * HOUR, 18 * HOUR}};
static const struct span saturday[] = {{9 * HOUR, 13 * HOUR}};

static struct calendar_specification office_hours(struct str zone)
{
	struct calendar_specification specification = {.zone = zone};
	for (size_t i = 0; i < 5; i++) {
		specification.week[i].spans = office;
		specification.week[i].count = 2;
	}
	return specification;
}

static const struct calendar *build(struct arena *arena, const struct calendar_specification *specification)
{
	const struct calendar *calendar = NULL;
	struct error error = {0};
	if (calendar_build(arena, specification, &calendar, &error) != OK) {
		char text[512];
		error_text(&error, text, sizeof(text));
		fail_msg("%s", text);
	}
	return calendar;
}

static instant at(const char *text)
{
	instant out = 0;
	assert_true(time_parse(str_of(text), &out));
	return out;
}

static int32_t on(const char *text)
{
	int32_t out = 0;
	assert_true(day_parse(str_of(text), &out));
	return out;
}

static void test_spans_are_read_strictly(void **state)
{
	struct span span = {0};
	assert_true(span_parse(S("09:00-12:30"), &span));
	assert_int_equal(span.from, 9 * HOUR);
	assert_int_equal(span.to, 12 * HOUR + 30 * MINUTE);
	assert_true(span_parse(S("00:00-24:00"), &span));
	assert_int_equal(span.to, DAY);
	static const char *const wrong[] = {"",
					    "09:00",
					    "9:00-12:00",
					    "09:00-09:00",
					    "12:00-09:00",
					    "09:00-24:01",
					    "09:60-12:00",
					    "09:00-12:00 ",
					    "09:00+12:00",
					    "09-00-12:00",
					    "24:00-24:00",
					    "0x:00-12:00",
					    "-1:00-12:00"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (span_parse(str_of(wrong[i]), &span))
			fail_msg("\"%s\" was taken", wrong[i]);
}

/* Builds and expects one fault. */
static void refuse(const struct calendar_specification *specification, const char *field, const char *rule)
{
	ARENA arena = arena_new();
	const struct calendar *calendar = NULL;
	struct error error = {0};
	assert_int_equal(calendar_build(arena, specification, &calendar, &error), E_INVALID);
	assert_null(calendar);
	assert_int_equal(error.count, 1);
	assert_string_equal(error.items[0].field, field);
	assert_string_equal(error.items[0].rule, rule);
}

static void test_faults_are_named(void **state)
{
	struct calendar_specification zone = office_hours(S("Asia/Atlantis"));
	refuse(&zone, "zone", "unknown");
	struct calendar_specification nowhere = office_hours(S(""));
	refuse(&nowhere, "zone", "unknown");

	static const struct span overlapping[] = {{13 * HOUR, 18 * HOUR}, {9 * HOUR, 13 * HOUR + 1}};
	struct calendar_specification week = office_hours(S("UTC"));
	week.week[2].spans = overlapping;
	refuse(&week, "week.wed", "overlap");

	static const struct span outside[][1] = {
	    {{-1, HOUR}}, {{HOUR, HOUR}}, {{HOUR, DAY + 1}}, {{INT64_MIN, INT64_MAX}}};
	for (size_t i = 0; i < 4; i++) {
		struct calendar_specification range = office_hours(S("UTC"));
		range.week[6].spans = outside[i];
		range.week[6].count = 1;
		refuse(&range, "week.sun", "range");
	}

	const int32_t holidays[] = {on("2026-11-23"), on("2026-11-03"), on("2026-11-23")};
	struct calendar_specification twice = office_hours(S("UTC"));
	twice.holidays = holidays;
	twice.holiday_count = 3;
	refuse(&twice, "holidays", "duplicate");

	const struct calendar_exception exceptions[] = {
	    {.day = 5}, {.day = 4, .spans = office, .count = 2}, {.day = 5}};
	struct calendar_specification exception = office_hours(S("UTC"));
	exception.exceptions = exceptions;
	exception.exception_count = 3;
	refuse(&exception, "exceptions", "duplicate");

	struct calendar_specification day = office_hours(S("UTC"));
	day.service_day = DAY + 1;
	refuse(&day, "service_day", "range");
	day.service_day = -1;
	refuse(&day, "service_day", "range");
}

static void test_all_faults_are_reported_at_once(void **state)
{
	ARENA arena = arena_new();
	static const struct span backwards[] = {{2, 1}};
	struct calendar_specification specification = office_hours(S("Nowhere"));
	specification.week[0].spans = backwards;
	specification.week[0].count = 1;
	specification.service_day = -1;
	specification.holidays = (const int32_t[]){5, 5};
	specification.holiday_count = 2;
	const struct calendar *calendar = NULL;
	struct error error = {0};
	assert_int_equal(calendar_build(arena, &specification, &calendar, &error), E_INVALID);
	assert_int_equal(error.count, 4);
}

static void test_days_of_a_target_are_service_days(void **state)
{
	ARENA arena = arena_new();
	struct calendar_specification specification = office_hours(S("Asia/Tokyo"));
	const struct calendar *weekdays = build(arena, &specification);
	assert_int_equal(calendar_service_day(weekdays), 8 * HOUR);
	assert_int_equal(calendar_target(weekdays, (struct duration){.days = 2, .ms = HOUR}), 17 * HOUR);
	specification.week[5].spans = saturday;
	specification.week[5].count = 1;
	assert_int_equal(calendar_service_day(build(arena, &specification)), 26400 * SECOND);
	specification.week[5].spans = office;
	specification.week[6].spans = &(struct span){0, 1}; /* 48 h and 1 ms over 7 days */
	specification.week[5].count = 2;
	specification.week[6].count = 1;
	assert_int_equal(calendar_service_day(build(arena, &specification)), 24685714);
	specification.service_day = 7 * HOUR;
	assert_int_equal(calendar_service_day(build(arena, &specification)), 7 * HOUR);
	assert_int_equal(calendar_service_day(calendar_always()), DAY);
	assert_int_equal(calendar_service_day(build(arena, &(struct calendar_specification){.zone = S("UTC")})), DAY);
	assert_int_equal(calendar_target(weekdays, (struct duration){.days = INT64_MAX / 2}), INT64_MAX);
}

static void test_holidays_and_exceptions(void **state)
{
	ARENA arena = arena_new();
	const int32_t holidays[] = {on("2026-11-23"), on("2026-11-03"), on("2026-11-28")};
	const struct calendar_exception exceptions[] = {
	    {.day = on("2026-11-28"), .spans = saturday, .count = 1}, /* stronger than the holiday */
	    {.day = on("2026-11-25")},                                /* closed */
	};
	struct calendar_specification specification = office_hours(S("Asia/Tokyo"));
	specification.holidays = holidays;
	specification.holiday_count = 3;
	specification.exceptions = exceptions;
	specification.exception_count = 2;
	const struct calendar *calendar = build(arena, &specification);
	instant monday = at("2026-11-23T00:00:00+09:00");
	assert_int_equal(calendar_between(calendar, monday, monday + DAY), 0);
	assert_int_equal(calendar_between(calendar, monday + DAY, monday + 2 * DAY), 8 * HOUR);
	assert_int_equal(calendar_between(calendar, monday + 2 * DAY, monday + 3 * DAY), 0);
	assert_int_equal(calendar_between(calendar, monday, monday + 7 * DAY), 28 * HOUR);
	assert_int_equal(calendar_between(calendar, monday + 7 * DAY, monday), 0);
	assert_true(calendar_is_open(calendar, at("2026-11-28T09:00:00+09:00")));
	assert_false(calendar_is_open(calendar, at("2026-11-28T13:00:00+09:00")));
	assert_false(calendar_is_open(calendar, at("2026-11-23T09:00:00+09:00")));
	assert_false(calendar_is_open(calendar, at("2026-11-24T12:00:00+09:00")));
	assert_true(calendar_is_open(calendar, at("2026-11-24T11:59:59.999+09:00")));
	/* Used up at the end of a day's hours, not at the next opening. */
	assert_int_equal(calendar_add(calendar, monday, 8 * HOUR), at("2026-11-24T18:00:00+09:00"));
	assert_int_equal(calendar_add(calendar, monday, 8 * HOUR + 1), at("2026-11-26T09:00:00.001+09:00"));
	assert_int_equal(calendar_add(calendar, monday, 0), monday);
	assert_int_equal(calendar_add(calendar, monday, -5), monday);
}

static void test_days_that_the_zone_changes(void **state)
{
	static const struct {
		const char *zone, *day;
		struct span span;
		int64_t minutes;
	} cases[] = {
	    {"America/New_York", "2026-11-01", {0, DAY}, 25 * 60},
	    {"America/New_York", "2026-11-01", {HOUR, 3 * HOUR}, 3 * 60},
	    {"America/New_York", "2026-11-01", {75 * MINUTE, 105 * MINUTE}, 30},
	    {"America/New_York", "2026-11-01", {75 * MINUTE, 2 * HOUR}, 105},
	    {"America/New_York", "2026-03-08", {0, DAY}, 23 * 60},
	    {"America/New_York", "2026-03-08", {HOUR, 3 * HOUR}, 60},
	    {"America/New_York", "2026-03-08", {135 * MINUTE, 165 * MINUTE}, 0},
	    {"America/New_York", "2026-03-08", {105 * MINUTE, 165 * MINUTE}, 15},
	    {"Europe/London", "2026-10-25", {0, 9 * HOUR}, 10 * 60},
	    {"Australia/Lord_Howe", "2026-04-05", {HOUR, 3 * HOUR}, 150},
	    {"Australia/Lord_Howe", "2026-10-04", {HOUR, 3 * HOUR}, 90},
	    {"America/Sao_Paulo", "2018-11-04", {0, 9 * HOUR}, 8 * 60},    /* midnight itself is skipped */
	    {"America/Sao_Paulo", "2018-02-17", {22 * HOUR, DAY}, 3 * 60}, /* the hour before it comes twice */
	    {"America/St_Johns", "2005-10-29", {23 * HOUR, DAY}, 60},      /* back over midnight */
	    {"America/St_Johns", "2005-10-30", {0, 9 * HOUR}, 10 * 60},
	    {"Pacific/Apia", "2011-12-30", {0, DAY}, 0}, /* a date that never was */
	    {"Pacific/Apia", "2011-12-31", {0, DAY}, 24 * 60},
	    {"America/Boa_Vista", "2000-10-08", {0, 9 * HOUR}, 8 * 60}, /* and back six days later */
	    {"America/Boa_Vista", "2000-10-14", {22 * HOUR, DAY}, 3 * 60},
	    {"Asia/Tokyo", "2026-11-01", {0, DAY}, 24 * 60},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ARENA arena = arena_new();
		struct calendar_specification specification = {.zone = str_of(cases[i].zone)};
		int32_t day = on(cases[i].day);
		specification.week[day_of_week(day)].spans = &cases[i].span;
		specification.week[day_of_week(day)].count = 1;
		const struct calendar *calendar = build(arena, &specification);
		int64_t got = calendar_between(calendar, (day - 2) * DAY, (day + 3) * DAY);
		if (got != cases[i].minutes * MINUTE)
			fail_msg("%s %s (%zu): %lld minutes", cases[i].zone, cases[i].day, i,
				 (long long)(got / MINUTE));
	}
}

/* In St. John's clocks went back at one minute past midnight: for an hour the wall shows the evening before, but the
 * new day's service has begun. */
static void test_a_day_that_begins_twice(void **state)
{
	ARENA arena = arena_new();
	static const struct span night[] = {{0, 9 * HOUR}};
	struct calendar_specification specification = {.zone = S("America/St_Johns")};
	specification.week[6].spans = night;
	specification.week[6].count = 1;
	const struct calendar *calendar = build(arena, &specification);
	instant midnight = at("2005-10-30T00:00:00-02:30");
	assert_int_equal(zone_day(zone_open(specification.zone), midnight + 30 * MINUTE), on("2005-10-29"));
	assert_int_equal(calendar_between(calendar, midnight - DAY, midnight + 30 * MINUTE), 30 * MINUTE);
	assert_int_equal(calendar_between(calendar, midnight + 30 * MINUTE, midnight + DAY), 570 * MINUTE);
	assert_true(calendar_is_open(calendar, midnight + 30 * MINUTE));
	assert_int_equal(calendar_add(calendar, midnight + 30 * MINUTE, HOUR), midnight + 90 * MINUTE);
}

static void test_always(void **state)
{
	const struct calendar *always = calendar_always();
	instant now = at("2026-11-23T05:00:00.123Z");
	assert_int_equal(calendar_between(always, -5 * DAY - 1, now), now + 5 * DAY + 1);
	assert_int_equal(calendar_add(always, now, 100 * DAY + 7), now + 100 * DAY + 7);
	assert_int_equal(calendar_add(always, -DAY - 3, DAY), -3);
	assert_true(calendar_is_open(always, now));
}

static void test_time_that_never_comes(void **state)
{
	ARENA arena = arena_new();
	struct calendar_specification specification = {.zone = S("Asia/Tokyo")};
	const struct calendar_exception once[] = {{.day = on("2030-01-01"), .spans = office, .count = 2}};
	const struct calendar *closed = build(arena, &specification);
	instant now = at("2026-11-23T05:00:00Z");
	assert_int_equal(calendar_add(closed, now, 1), INSTANT_NONE);
	assert_int_equal(calendar_between(closed, now, now + 10000 * DAY), 0);
	specification.exceptions = once;
	specification.exception_count = 1;
	const struct calendar *open_once = build(arena, &specification);
	assert_int_equal(calendar_add(open_once, now, 8 * HOUR), at("2030-01-01T18:00:00+09:00"));
	assert_int_equal(calendar_add(open_once, now, 8 * HOUR + 1), INSTANT_NONE);
	assert_int_equal(calendar_add(open_once, at("1970-01-01T00:00:00Z"), 8 * HOUR),
			 INSTANT_NONE); /* 60 years off */
	assert_int_equal(calendar_add(calendar_always(), now, INT64_MAX), INSTANT_NONE);
}

/* Far from the years whose changes are followed, and over their edges, sums still fit together. */
static void test_any_distance_adds_up(void **state)
{
	ARENA arena = arena_new();
	static const char *const zones[] = {"Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "Africa/Monrovia"};
	uint64_t seed = 20261123;
	for (size_t i = 0; i < 4; i++) {
		struct calendar_specification specification = office_hours(str_of(zones[i]));
		const struct calendar *calendar = build(arena, &specification);
		for (int k = 0; k < 500; k++) {
			instant a = chance(&seed, 150000) * DAY / 2 - 10000 * DAY + chance(&seed, DAY);
			instant b = a + chance(&seed, k % 2 ? 40 : 60000) * DAY / 2 + chance(&seed, DAY);
			instant c = b + chance(&seed, 40 * DAY);
			int64_t ab = calendar_between(calendar, a, b), bc = calendar_between(calendar, b, c);
			assert_true(ab >= 0 && ab <= b - a);
			assert_int_equal(calendar_between(calendar, a, c), ab + bc);
			int64_t some = 1 + chance(&seed, 300 * (int64_t)HOUR);
			instant then = calendar_add(calendar, a, some);
			assert_int_equal(calendar_between(calendar, a, then), some);
			assert_int_equal(calendar_between(calendar, a, then - 1), some - 1);
		}
		assert_int_equal(calendar_between(calendar, INT64_MIN, INT64_MIN + 1), 0);
		assert_true(calendar_between(calendar, INT64_MIN, INT64_MAX) > 0);
		const struct zone *zone = zone_open(str_of(zones[i]));
		instant first = zone_instant(zone, on("1970-01-05"), 0);
		instant last = zone_instant(zone, on("1970-01-05") + 5000 * 7, 0);
		assert_int_equal(calendar_between(calendar, first, last), (int64_t)5000 * 40 * HOUR);
	}
}

static void ask(const struct oracle *oracle, const struct calendar *calendar, uint64_t *seed, int number)
{
	int64_t length = oracle_end(oracle) - oracle->origin;
	instant from = oracle->origin + chance(seed, length), to = oracle->origin + chance(seed, length);
	int64_t expected = to > from ? oracle_until(oracle, to) - oracle_until(oracle, from) : 0;
	int64_t got = calendar_between(calendar, from, to);
	char begin[TIME_TEXT], end[TIME_TEXT];
	if (got != expected)
		fail_msg("oracle %d, %.*s: between %s and %s: %lld, expected %lld", number,
			 STR_ARG(oracle->specification.zone), time_format(from, begin), time_format(to, end),
			 (long long)got, (long long)expected);
	if (calendar_is_open(calendar, from) != oracle->open[(from - oracle->origin) / MINUTE])
		fail_msg("oracle %d, %.*s: open at %s", number, STR_ARG(oracle->specification.zone),
			 time_format(from, begin));
	int64_t ms = expected > 0 && chance(seed, 2) ? expected : chance(seed, 60 * (int64_t)HOUR);
	instant due = from; /* the slow way: minute by minute until it is used up */
	for (int64_t left = ms; left > 0 && due < oracle_end(oracle);) {
		int64_t minute = (due - oracle->origin) / MINUTE;
		instant next = oracle->origin + (minute + 1) * MINUTE;
		int64_t step = oracle->open[minute] ? (next - due < left ? next - due : left) : 0;
		left -= step;
		due = left > 0 ? next : due + step;
	}
	got = calendar_add(calendar, from, ms);
	bool beyond = oracle_until(oracle, oracle_end(oracle)) - oracle_until(oracle, from) < ms;
	if (beyond ? got != INSTANT_NONE && got <= oracle_end(oracle) : got != due)
		fail_msg("oracle %d, %.*s: %s and %lld ms: not %s", number, STR_ARG(oracle->specification.zone),
			 time_format(from, begin), (long long)ms,
			 got == INSTANT_NONE ? "never" : time_format(got, end));
}

static void test_against_a_walk_by_minutes(void **state)
{
	static struct oracle oracle;
	uint64_t seed = 8;
	for (int i = 0; i < ORACLES; i++) {
		ARENA arena = arena_new();
		oracle_random(&oracle, &seed);
		const struct calendar *calendar = build(arena, &oracle.specification);
		for (int k = 0; k < QUESTIONS; k++)
			ask(&oracle, calendar, &seed, i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_spans_are_read_strictly),
	    cmocka_unit_test(test_faults_are_named),
	    cmocka_unit_test(test_all_faults_are_reported_at_once),
	    cmocka_unit_test(test_days_of_a_target_are_service_days),
	    cmocka_unit_test(test_holidays_and_exceptions),
	    cmocka_unit_test(test_days_that_the_zone_changes),
	    cmocka_unit_test(test_a_day_that_begins_twice),
	    cmocka_unit_test(test_always),
	    cmocka_unit_test(test_time_that_never_comes),
	    cmocka_unit_test(test_any_distance_adds_up),
	    cmocka_unit_test(test_against_a_walk_by_minutes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

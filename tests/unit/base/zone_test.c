#include "base/time.h"

#include <setjmp.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/uenum.h>
#include <unicode/ustring.h>

static const char *const names[] = {"Asia/Tokyo",        "America/New_York", "Australia/Lord_Howe", "Europe/London",
				    "America/Sao_Paulo", "Pacific/Apia",     "Africa/Casablanca",   "UTC"};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

static UCalendar *icu_open(const char *name)
{
	UChar wide[64];
	UErrorCode status = U_ZERO_ERROR;
	u_uastrcpy(wide, name);
	UCalendar *calendar = ucal_open(wide, -1, "en", UCAL_GREGORIAN, &status);
	assert_true(U_SUCCESS(status));
	ucal_setGregorianChange(calendar, -1e17, &status); /* proleptic, as ours */
	return calendar;
}

static int64_t icu_offset(UCalendar *calendar, instant at)
{
	UErrorCode status = U_ZERO_ERROR;
	ucal_setMillis(calendar, (UDate)at, &status);
	return ucal_get(calendar, UCAL_ZONE_OFFSET, &status) + ucal_get(calendar, UCAL_DST_OFFSET, &status);
}

static instant random_instant(unsigned *seed)
{
	uint64_t random = (uint64_t)rand_r(seed) << 31 | (uint64_t)rand_r(seed);
	return -2208988800000 + (instant)(random % (2 * 2208988800000 + 1900000000000)); /* 1900 to 2100 */
}

static void offsets_are_those_of_icu(void **state)
{
	unsigned seed = 5;
	for (size_t z = 0; z < NAMES; z++) {
		const struct zone *zone = zone_open(str_of(names[z]));
		UCalendar *calendar = icu_open(names[z]);
		assert_non_null(zone);
		for (int i = 0; i < 20000; i++) {
			instant at = random_instant(&seed);
			if (zone_offset(zone, at) != icu_offset(calendar, at))
				fail_msg("%s at %lld", names[z], (long long)at);
		}
		/* On both sides of every change as well. */
		UErrorCode status = U_ZERO_ERROR;
		UDate at = -2208988800000.0;
		ucal_setMillis(calendar, at, &status);
		while (ucal_getTimeZoneTransitionDate(calendar, UCAL_TZ_TRANSITION_NEXT, &at, &status) &&
		       at < 4102444800000.0) {
			assert_int_equal(zone_offset(zone, (instant)at), icu_offset(calendar, (instant)at));
			assert_int_equal(zone_offset(zone, (instant)at - 1), icu_offset(calendar, (instant)at - 1));
			ucal_setMillis(calendar, at, &status);
		}
		ucal_close(calendar);
	}
}

static void civil_times_are_those_of_icu(void **state)
{
	unsigned seed = 6;
	for (size_t z = 0; z < NAMES; z++) {
		const struct zone *zone = zone_open(str_of(names[z]));
		UCalendar *calendar = icu_open(names[z]);
		for (int i = 0; i < 5000; i++) {
			UErrorCode status = U_ZERO_ERROR;
			instant at = random_instant(&seed);
			struct civil civil = zone_civil(zone, at);
			ucal_setMillis(calendar, (UDate)at, &status);
			assert_int_equal(civil.year, ucal_get(calendar, UCAL_YEAR, &status));
			assert_int_equal(civil.month, ucal_get(calendar, UCAL_MONTH, &status) + 1);
			assert_int_equal(civil.day, ucal_get(calendar, UCAL_DATE, &status));
			assert_int_equal(civil.hour, ucal_get(calendar, UCAL_HOUR_OF_DAY, &status));
			assert_int_equal(civil.minute, ucal_get(calendar, UCAL_MINUTE, &status));
			assert_int_equal(civil.second, ucal_get(calendar, UCAL_SECOND, &status));
			assert_int_equal(civil.millisecond, ucal_get(calendar, UCAL_MILLISECOND, &status));
			assert_int_equal(zone_day(zone, at), day_from_civil(civil.year, civil.month, civil.day));
		}
		ucal_close(calendar);
	}
}

static void local_times_become_instants(void **state)
{
	static const struct {
		const char *zone, *day;
		int64_t time_of_day;
		const char *at;
	} cases[] = {
	    {"Asia/Tokyo", "2026-11-23", 9 * HOUR, "2026-11-23T00:00:00Z"},
	    {"Asia/Tokyo", "2026-11-23", 24 * HOUR, "2026-11-23T15:00:00Z"},
	    /* skipped: 02:00 to 03:00 */
	    {"America/New_York", "2026-03-08", 2 * HOUR - 1, "2026-03-08T06:59:59.999Z"},
	    {"America/New_York", "2026-03-08", 2 * HOUR, "2026-03-08T07:00:00Z"},
	    {"America/New_York", "2026-03-08", 2 * HOUR + 30 * MINUTE, "2026-03-08T07:00:00Z"},
	    {"America/New_York", "2026-03-08", 3 * HOUR, "2026-03-08T07:00:00Z"},
	    {"America/New_York", "2026-03-08", 3 * HOUR + 1, "2026-03-08T07:00:00.001Z"},
	    /* repeated: 01:00 to 02:00 */
	    {"America/New_York", "2026-11-01", 1 * HOUR, "2026-11-01T05:00:00Z"},
	    {"America/New_York", "2026-11-01", 2 * HOUR - 1, "2026-11-01T05:59:59.999Z"},
	    {"America/New_York", "2026-11-01", 2 * HOUR, "2026-11-01T07:00:00Z"},
	    /* half an hour */
	    {"Australia/Lord_Howe", "2026-10-04", 2 * HOUR + 15 * MINUTE, "2026-10-03T15:30:00Z"},
	    {"Australia/Lord_Howe", "2026-04-05", 1 * HOUR + 45 * MINUTE, "2026-04-04T14:45:00Z"},
	    /* no midnight, and a day that never was */
	    {"America/Sao_Paulo", "2018-11-04", 0, "2018-11-04T03:00:00Z"},
	    {"Pacific/Apia", "2011-12-30", 12 * HOUR, "2011-12-30T10:00:00Z"},
	    {"Pacific/Apia", "2011-12-31", 0, "2011-12-30T10:00:00Z"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int32_t day;
		char text[TIME_TEXT];
		assert_true(day_parse(str_of(cases[i].day), &day));
		time_format(zone_instant(zone_open(str_of(cases[i].zone)), day, cases[i].time_of_day), text);
		if (strcmp(text, cases[i].at) != 0)
			fail_msg("%s %s %lld ms: %s", cases[i].zone, cases[i].day, (long long)cases[i].time_of_day,
				 text);
	}
}

/* By the definition: the first instant of all whose wall clock shows the reading or a later one. Around every change
 * the candidates are tried minute by minute. */
static void instants_are_the_first_of_their_reading(void **state)
{
	for (size_t z = 0; z < NAMES; z++) {
		const struct zone *zone = zone_open(str_of(names[z]));
		for (instant at = 946684800000; at < 1893456000000; at += 6 * HOUR) {
			if (zone_offset(zone, at) == zone_offset(zone, at + 6 * HOUR))
				continue;
			instant from = at - 3 * HOUR, to = at + 9 * HOUR;
			for (instant wall = from + zone_offset(zone, at); wall < to + zone_offset(zone, at);
			     wall += 7 * MINUTE) {
				instant slow = from - 30 * HOUR;
				while (slow + zone_offset(zone, slow) < wall)
					slow += MINUTE;
				int32_t day = (int32_t)(wall / DAY);
				if (zone_instant(zone, day, wall - day * DAY) != slow)
					fail_msg("%s %lld", names[z], (long long)wall);
			}
		}
	}
}

static void instants_and_readings_go_round(void **state)
{
	unsigned seed = 7;
	for (size_t z = 0; z < NAMES; z++) {
		const struct zone *zone = zone_open(str_of(names[z]));
		for (int i = 0; i < 20000; i++) {
			instant at = random_instant(&seed);
			int32_t day = zone_day(zone, at);
			instant first = zone_instant(zone, day, at + zone_offset(zone, at) - day * DAY);
			/* The first of two with the same reading. */
			assert_true(first <= at);
			assert_int_equal(first + zone_offset(zone, first), at + zone_offset(zone, at));
		}
	}
}

static void only_known_names_open(void **state)
{
	static const char *const wrong[] = {
	    "",         "Asia/Atlantis", "Etc/Unknown",
	    "GMT+9:30", "asia/tokyo",    "Asia/Tokyo ",
	    "東京",     "\x01",          "Asia/Tokyo/Tokyo/Tokyo/Tokyo/Tokyo/Tokyo/Tokyo/Tokyo/Tokyo/Tokyo/Tokyo"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (zone_open(str_of(wrong[i])))
			fail_msg("%s", wrong[i]);
	assert_null(zone_open(S("Asia/Tokyo\0x")));
	const struct zone *tokyo = zone_open(S("Asia/Tokyo"));
	assert_ptr_equal(tokyo, zone_open(str_sub(S("Asia/Tokyo...."), 0, 10)));
	assert_true(str_is(zone_name(tokyo), "Asia/Tokyo"));
}

static void every_zone_of_icu_opens(void **state)
{
	UErrorCode status = U_ZERO_ERROR;
	UEnumeration *list = ucal_openTimeZones(&status);
	const char *name;
	int32_t n;
	int count = 0;
	while ((name = uenum_next(list, &n, &status))) {
		const struct zone *zone = zone_open((struct str){name, (size_t)n});
		if (strcmp(name, "Etc/Unknown") == 0)
			continue;
		if (!zone || llabs(zone_offset(zone, 1795410000000)) > 15 * HOUR)
			fail_msg("%s", name);
		count++;
	}
	uenum_close(list);
	assert_true(count > 400);
}

static void the_ends_of_time_do_no_harm(void **state)
{
	for (size_t z = 0; z < NAMES; z++) {
		const struct zone *zone = zone_open(str_of(names[z]));
		zone_civil(zone, INT64_MIN);
		zone_civil(zone, INT64_MAX);
		assert_true(zone_day(zone, INT64_MIN) < -700000 && zone_day(zone, INT64_MAX) > 2900000);
		assert_true(zone_offset(zone, INT64_MAX) == zone_offset(zone, 9000000000000));
		assert_true(zone_instant(zone, INT32_MIN, 0) < zone_instant(zone, INT32_MAX, 24 * HOUR));
	}
}

static void *open_all(void *wanted)
{
	const struct zone **zones = wanted;
	for (int round = 0; round < 200; round++)
		for (size_t z = 0; z < NAMES; z++) {
			zones[z] = zone_open(str_of(names[NAMES - 1 - z]));
			zone_offset(zones[z], round * 1000 * DAY / 10);
		}
	return NULL;
}

static void threads_get_the_same_zones(void **state)
{
	enum { THREADS = 8 };
	pthread_t threads[THREADS];
	const struct zone *zones[THREADS][NAMES];
	for (int t = 0; t < THREADS; t++)
		assert_int_equal(pthread_create(&threads[t], NULL, open_all, zones[t]), 0);
	for (int t = 0; t < THREADS; t++)
		pthread_join(threads[t], NULL);
	for (int t = 1; t < THREADS; t++)
		assert_memory_equal(zones[0], zones[t], sizeof(zones[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(threads_get_the_same_zones), /* first: while none is open */
	    cmocka_unit_test(offsets_are_those_of_icu),       cmocka_unit_test(civil_times_are_those_of_icu),
	    cmocka_unit_test(local_times_become_instants),    cmocka_unit_test(instants_are_the_first_of_their_reading),
	    cmocka_unit_test(instants_and_readings_go_round), cmocka_unit_test(only_known_names_open),
	    cmocka_unit_test(every_zone_of_icu_opens),        cmocka_unit_test(the_ends_of_time_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* minute_oracle: service time the slow way, to check the calendar and the clock against.
 *
 * It walks a window minute by minute, asks what a clock on the wall there shows, and looks the time up in the
 * specification. Where the wall goes back over minutes that it has shown before, service stays what it was at that
 * moment; minutes that the wall skips never come up. Nothing here uses the calendar's sums or zone_instant(). */
#ifndef TESTS_MINUTE_ORACLE_H
#define TESTS_MINUTE_ORACLE_H

#include "base/clock.h"

enum { ORACLE_WARM_UP = 2 * 1440, ORACLE_MINUTES = 16 * 1440, ORACLE_SPANS = 4, ORACLE_DATES = 6 };

/* --- Chance, the same in every run ------------------------------------------------------------------------------- */

static inline uint64_t chance_next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static inline int64_t chance(uint64_t *seed, int64_t below)
{
	return (int64_t)(chance_next(seed) % (uint64_t)below);
}

/* --- A random calendar and its window ---------------------------------------------------------------------------- */

struct oracle {
	struct calendar_specification specification;
	struct span spans[7 + ORACLE_DATES][ORACLE_SPANS];
	int32_t holidays[ORACLE_DATES];
	struct calendar_exception exceptions[ORACLE_DATES];
	instant origin;
	bool open[ORACLE_MINUTES];
	int64_t open_before[ORACLE_MINUTES + 1]; /* minutes */
};

static inline bool oracle_in_spans(const struct span *spans, size_t count, int64_t time_of_day)
{
	for (size_t i = 0; i < count; i++)
		if (time_of_day >= spans[i].from && time_of_day < spans[i].to)
			return true;
	return false;
}

static inline bool oracle_wall_is_open(const struct calendar_specification *specification, int32_t day,
				       int64_t time_of_day)
{
	for (size_t i = 0; i < specification->exception_count; i++)
		if (specification->exceptions[i].day == day)
			return oracle_in_spans(specification->exceptions[i].spans, specification->exceptions[i].count,
					       time_of_day);
	for (size_t i = 0; i < specification->holiday_count; i++)
		if (specification->holidays[i] == day)
			return false;
	size_t weekday = (size_t)day_of_week(day);
	return oracle_in_spans(specification->week[weekday].spans, specification->week[weekday].count, time_of_day);
}

static inline void oracle_walk(struct oracle *oracle)
{
	const struct zone *zone = zone_open(oracle->specification.zone);
	int64_t latest = INT64_MIN;
	bool open = false;
	for (int64_t i = -ORACLE_WARM_UP; i < ORACLE_MINUTES; i++) {
		struct civil wall = zone_civil(zone, oracle->origin + i * MINUTE);
		int32_t day = day_from_civil(wall.year, wall.month, wall.day);
		int64_t time_of_day = ((int64_t)wall.hour * 60 + wall.minute) * MINUTE;
		if (day * DAY + time_of_day > latest) {
			latest = day * DAY + time_of_day;
			open = oracle_wall_is_open(&oracle->specification, day, time_of_day);
		}
		if (i < 0)
			continue;
		oracle->open[i] = open;
		oracle->open_before[i + 1] = oracle->open_before[i] + open;
	}
}

/* Up to three spans of whole minutes, apart or touching, sorted; often in the small hours, where DST changes. */
static inline size_t oracle_random_spans(uint64_t *seed, struct span spans[ORACLE_SPANS])
{
	int64_t kind = chance(seed, 8), cuts[6];
	if (kind == 0)
		return 0;
	if (kind == 1) {
		spans[0] = (struct span){0, DAY};
		return 1;
	}
	int64_t range = kind <= 3 ? 300 : 1440;
	size_t count = 1 + (size_t)chance(seed, 3);
	for (size_t i = 0; i < 2 * count; i++) { /* insertion sort */
		int64_t cut = chance(seed, 4) == 0 ? chance(seed, range / 30 + 1) * 30 : chance(seed, range + 1);
		size_t at = i;
		for (; at > 0 && cuts[at - 1] > cut; at--)
			cuts[at] = cuts[at - 1];
		cuts[at] = cut;
	}
	bool touching = chance(seed, 4) == 0;
	size_t used = 0;
	for (size_t i = 0; i + 1 < 2 * count; i += touching ? 1 : 2)
		if (cuts[i] < cuts[i + 1] && used < ORACLE_SPANS)
			spans[used++] = (struct span){cuts[i] * MINUTE, cuts[i + 1] * MINUTE};
	return used;
}

static inline void oracle_random_dates(struct oracle *oracle, uint64_t *seed, int32_t first)
{
	size_t holidays = 0, exceptions = 0;
	for (int32_t day = first - 1; day < first + 18; day++) {
		if (holidays < ORACLE_DATES && chance(seed, 8) == 0)
			oracle->holidays[holidays++] = day;
		if (exceptions < ORACLE_DATES && chance(seed, 8) == 0) {
			struct span *spans = oracle->spans[7 + exceptions];
			size_t count = oracle_random_spans(seed, spans);
			oracle->exceptions[exceptions++] = (struct calendar_exception){day, spans, count};
		}
	}
	oracle->specification.holidays = oracle->holidays;
	oracle->specification.holiday_count = holidays;
	oracle->specification.exceptions = oracle->exceptions;
	oracle->specification.exception_count = exceptions;
}

/* A moment in 1990 to 2089; mostly some days before a change of the zone's offset, if the year has one. */
static inline instant oracle_random_origin(const struct zone *zone, uint64_t *seed)
{
	instant at = day_from_civil(1990 + (int)chance(seed, 100), 1, 1) * DAY + chance(seed, 365) * DAY;
	if (chance(seed, 5) > 0)
		for (int64_t i = 0; i < 366; i++)
			if (zone_offset(zone, at + i * DAY) != zone_offset(zone, at + (i + 1) * DAY)) {
				at += (i - chance(seed, 15)) * DAY;
				break;
			}
	return at + chance(seed, 1440) * MINUTE;
}

static inline void oracle_random(struct oracle *oracle, uint64_t *seed)
{
	static const char *const zones[] = {"Asia/Tokyo",          "America/New_York",  "Europe/London",
					    "Australia/Lord_Howe", "Asia/Kathmandu",    "UTC",
					    "America/St_Johns",    "America/Sao_Paulo", "Africa/Casablanca"};
	*oracle = (struct oracle){0};
	oracle->specification.zone = str_of(zones[chance(seed, sizeof(zones) / sizeof(*zones))]);
	for (size_t i = 0; i < 7; i++) {
		oracle->specification.week[i].count = oracle_random_spans(seed, oracle->spans[i]);
		oracle->specification.week[i].spans = oracle->spans[i];
	}
	oracle->origin = oracle_random_origin(zone_open(oracle->specification.zone), seed);
	oracle_random_dates(oracle, seed, (int32_t)(oracle->origin / DAY));
	oracle_walk(oracle);
}

static inline instant oracle_end(const struct oracle *oracle)
{
	return oracle->origin + ORACLE_MINUTES * (int64_t)MINUTE;
}

/* Service time from the origin to an instant of the window. */
static inline int64_t oracle_until(const struct oracle *oracle, instant at)
{
	int64_t minute = (at - oracle->origin) / MINUTE, rest = (at - oracle->origin) % MINUTE;
	return oracle->open_before[minute] * MINUTE + (rest > 0 && oracle->open[minute] ? rest : 0);
}

#endif

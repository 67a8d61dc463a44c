/* year_oracle: what the clocks of a year's tickets must show, found the slow way.
 *
 * Service time is a table with one entry for each minute, filled by looking at the wall; a clock is walked from minute
 * to minute over what happened to its ticket. Nothing of base/calendar.c, base/clock.c or base/mark.c is used. */
#ifndef TESTS_YEAR_ORACLE_H
#define TESTS_YEAR_ORACLE_H

#include "base/clock.h"

enum { YEAR_MINUTES = 540 * 1440, YEAR_MARKS = 4, YEAR_EVENTS = 64 };

/* --- calendars --- */

struct year_hours { /* of a weekday or a date, whole minutes; from == to: closed */
	int from, to;
};

enum { YEAR_DATES = 64 };

struct year_calendar {
	const char *zone;
	struct year_hours week[7];
	int32_t dates[YEAR_DATES]; /* days with hours of their own */
	struct year_hours date_hours[YEAR_DATES];
	size_t date_count;
	int64_t identity; /* of its record */
	bool *open;       /* YEAR_MINUTES of them, from the origin of the year */
};

static inline struct year_hours year_hours_of(const struct year_calendar *calendar, int32_t day)
{
	for (size_t i = 0; i < calendar->date_count; i++)
		if (calendar->dates[i] == day)
			return calendar->date_hours[i];
	return calendar->week[day_of_week(day)];
}

/* Where the wall goes back over minutes that it has shown before, service stays what it was at that moment. */
static inline void year_fill(struct year_calendar *calendar, instant origin)
{
	const struct zone *zone = zone_open(str_of(calendar->zone));
	int64_t latest = INT64_MIN, offset = 0, day = INT64_MIN;
	struct year_hours hours = {0, 0};
	bool open = false;

	for (int64_t i = -2 * 1440; i < YEAR_MINUTES; i++) {
		instant at = origin + i * MINUTE;
		int64_t wall;

		if (i % 15 == 0 || i < 0) /* offsets change on quarters of an hour */
			offset = zone_offset(zone, at);
		wall = (at + offset) / MINUTE;
		if (wall > latest) {
			latest = wall;
			if (wall / 1440 != day)
				hours = year_hours_of(calendar, (int32_t)(day = wall / 1440));
			open = wall % 1440 >= hours.from && wall % 1440 < hours.to;
		}
		if (i >= 0)
			calendar->open[i] = open;
	}
}

/* Hours of a week over open weekdays. */
static inline int64_t year_service_day(const struct year_calendar *calendar)
{
	int64_t minutes = 0, days = 0;

	for (size_t i = 0; i < 7; i++) {
		minutes += calendar->week[i].to - calendar->week[i].from;
		days += calendar->week[i].to > calendar->week[i].from;
	}
	return minutes * MINUTE / days;
}

/* --- clocks --- */

struct year_clock {
	struct clock_event timeline[YEAR_EVENTS];
	size_t count;
	bool running, stopped;
	int64_t target;
	const struct year_calendar *calendar;
	/* found by year_walk(), as of `now` */
	enum clock_state state;
	int64_t elapsed;
	instant due_at;
	instant
	    reached[YEAR_MARKS]; /* when the used time reached, or will reach, the share; INSTANT_NONE: not so far */
};

static const int year_shares[YEAR_MARKS] = {0, 50, 80, 100}; /* per cent */

static inline void year_note(struct year_clock *clock, enum clock_event_kind kind, instant at)
{
	clock->timeline[clock->count++] = (struct clock_event){at, kind};
	clock->running = kind == CLOCK_START || kind == CLOCK_RESUME;
	clock->stopped = kind == CLOCK_STOP;
}

static inline void year_reach(struct year_clock *clock, int64_t elapsed, instant at)
{
	for (size_t i = 0; i < YEAR_MARKS; i++) {
		int64_t amount = clock->target / 100 * year_shares[i] + clock->target % 100 * year_shares[i] / 100;

		if (clock->reached[i] == INSTANT_NONE && elapsed >= amount)
			clock->reached[i] = at - (elapsed - amount);
	}
}

static inline instant year_least(instant a, instant b)
{
	return a < b ? a : b;
}

/* From event to event and from minute to minute; while it runs, on beyond now until the target is used up. */
static inline void year_walk(struct year_clock *clock, instant origin, instant now)
{
	instant at = clock->timeline[0].at, end = origin + YEAR_MINUTES * (int64_t)MINUTE;
	int64_t elapsed = 0;
	bool running = false;
	size_t next = 0;

	for (size_t i = 0; i < YEAR_MARKS; i++)
		clock->reached[i] = INSTANT_NONE;
	while (at < end) {
		int64_t minute = (at - origin) / MINUTE;
		instant until = origin + (minute + 1) * MINUTE;

		for (; next < clock->count && clock->timeline[next].at == at; next++)
			running =
			    clock->timeline[next].kind == CLOCK_START || clock->timeline[next].kind == CLOCK_RESUME;
		if (running)
			year_reach(clock, elapsed, at);
		if (at == now)
			clock->elapsed = elapsed;
		if (at >= now && (!running || clock->reached[YEAR_MARKS - 1] != INSTANT_NONE))
			break;
		if (next < clock->count)
			until = year_least(until, clock->timeline[next].at);
		if (at < now)
			until = year_least(until, now);
		if (running && clock->calendar->open[minute]) {
			elapsed += until - at;
			year_reach(clock, elapsed, until);
		}
		at = until;
	}
	if (clock->stopped)
		clock->state = clock->elapsed <= clock->target ? CLOCK_MET : CLOCK_BREACHED;
	else if (clock->elapsed >= clock->target)
		clock->state = CLOCK_BREACHED;
	else
		clock->state = clock->running ? CLOCK_RUNNING : CLOCK_PAUSED;
	clock->due_at =
	    clock->state == CLOCK_MET || clock->state == CLOCK_PAUSED ? INSTANT_NONE : clock->reached[YEAR_MARKS - 1];
}

#endif

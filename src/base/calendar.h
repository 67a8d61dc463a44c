/* calendar: which time is service time.
 *
 * Weekly hours in a named zone, holidays (closed all day) and exceptions (a date with hours of its own, stronger than
 * a holiday). Immutable after building, so any thread may use it. All sums are in milliseconds of real (elapsed) time:
 * an hour that DST repeats counts twice, an hour that it skips does not count.
 *
 * A span of a day is the time from the first instant at which a wall clock there shows its beginning to the first at
 * which it shows its end (zone_instant). So when clocks are put back, service stays for the repeated time what it was
 * just before: 01:00-03:00 has three hours on the day on which 01:00-02:00 comes twice, 01:15-01:45 has its half hour
 * once. Spans that meet (09:00-12:00, 12:00-13:00) are the same as the one that they make together, on such days too.
 *
 * Changes of the zone's offset are followed from 1970 to 2099; before and after, the offset of that edge holds. */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "base/arena.h"
#include "base/duration.h"

struct span { /* of a day: ms since local midnight, from < to <= 24 h */
	int64_t from, to;
};

struct calendar_exception {
	int32_t day;
	const struct span *spans; /* apart, in any order; none: closed */
	size_t count;
};

struct calendar_specification {
	struct str zone;
	struct {
		const struct span *spans;
		size_t count;
	} week[7]; /* Monday first; spans apart, in any order */
	const int32_t *holidays;
	size_t holiday_count;
	const struct calendar_exception *exceptions;
	size_t exception_count;
	int64_t service_day; /* ms that "1 day" of a target stands for; 0: weekly hours over open weekdays */
};

struct calendar;

/* Copies what it keeps. Errors, all that there are, at the fields "zone", "week.mon" ... "week.sun", "holidays",
 * "exceptions" and "service_day": unknown zone, spans that overlap or are out of range, a date twice in one list, a
 * service day that is negative or longer than 24 h. */
MUST enum status calendar_build(struct arena *arena, const struct calendar_specification *specification,
				const struct calendar **calendar, struct error *error);
const struct calendar *calendar_always(void); /* 24 hours, every day, UTC */

/* Service time between two instants; 0 when to <= from. Cheap however far apart they are. */
int64_t calendar_between(const struct calendar *calendar, instant from, instant to);
/* The earliest instant t >= from with calendar_between(from, t) == ms; INSTANT_NONE when there is none within 50 years.
 * So what is used up by the end of a day's hours ends there, not at the next opening. ms <= 0 gives from. */
instant calendar_add(const struct calendar *calendar, instant from, int64_t ms);
bool calendar_is_open(const struct calendar *calendar, instant at);
/* What "1 day" of a target stands for, rounded down to ms; 24 h when no weekday is ever open (docs/decisions/0010). */
int64_t calendar_service_day(const struct calendar *calendar);
/* A target in service time: days count calendar_service_day() each. INT64_MAX when it does not fit. */
int64_t calendar_target(const struct calendar *calendar, struct duration target);

/* "09:00-12:00" -> span. "24:00" ends a day. False unless from < to. */
bool span_parse(struct str text, struct span *span);

#endif

/* time: instants, dates and zones.
 *
 * instant: milliseconds since 1970-01-01T00:00:00Z. Every instant and every duration in Kaname is in milliseconds.
 * day: days since 1970-01-01, a calendar date without zone. Time is passed in; only time_now() reads the clock. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include "base/error.h"

typedef int64_t instant;

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
#define DAY ((int64_t)24 * HOUR)
#define INSTANT_NONE INT64_MIN

instant time_now(void);

struct civil { /* a date and a time of day as written on a wall */
	int year, month, day, hour, minute, second, millisecond;
};

int32_t day_from_civil(int year, int month, int day); /* proleptic Gregorian */
void day_to_civil(int32_t day, int *year, int *month, int *day_of_month);
int day_of_week(int32_t day); /* 0 Monday ... 6 Sunday */
bool day_is_valid(int year, int month, int day_of_month);

/* RFC 3339 with an offset or Z; milliseconds kept, finer digits cut. */
bool time_parse(struct str text, instant *out);
bool day_parse(struct str text, int32_t *out); /* 2026-11-23 */
/* Times of day, as ms since midnight: "09:00, 17:30". False, and nothing written, when the text is anything else, or
 * holds more than TIMES_MOST. */
enum { TIMES_MOST = 12 };
bool times_of_day_parse(struct str text, int64_t times[TIMES_MOST], size_t *count);
enum { TIME_TEXT = 32 };
/* "2026-11-23T05:00:00Z"; milliseconds only when they are not zero. Returns out. */
char *time_format(instant at, char out[TIME_TEXT]);
char *day_format(int32_t day, char out[TIME_TEXT]);

/* Time zones, by IANA name, from ICU. A zone is immutable and lives for the process; opening one twice gives the
 * same pointer. Safe from any thread. NULL for an unknown name. */
struct zone;
const struct zone *zone_open(struct str name);
/* All that people choose from, sorted: one name for each place, without aliases. */
struct arena;
const struct str *zone_names(struct arena *arena, size_t *count);
struct str zone_name(const struct zone *zone);
int64_t zone_offset(const struct zone *zone, instant at); /* ms to add to UTC */
/* When the offset that holds at a moment ends: the next change, or INT64_MAX. */
instant zone_next_change(const struct zone *zone, instant at);
struct civil zone_civil(const struct zone *zone, instant at);
int32_t zone_day(const struct zone *zone, instant at); /* the local date */
/* The instant of a local time of day (ms since local midnight, may be 24 h). In the hour that DST skips, the instant
 * of the change; in the hour that it repeats, the first. */
instant zone_instant(const struct zone *zone, int32_t day, int64_t time_of_day);

#endif

#include "base/time.h"

#include "base/arena.h"

#include <pthread.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/uenum.h>

enum { LONGEST_NAME = 63 };

/* The table begins before any zone left its local mean time, and ends where rules are guesses anyway. */
#define TABLE_FROM (-5364662400 * SECOND) /* 1800-01-01 */
#define TABLE_TO (4133980800 * SECOND)    /* 2101-01-01 */

struct change {
	instant from;
	int64_t offset;
};

struct zone {
	struct zone *next;
	struct str name;
	const struct change *changes; /* sorted; the first holds since ever, the last for ever */
	size_t count;
};

/* Opened zones live as long as the process, because calendars and sessions of any thread keep pointers to them. There
 * are never more of them than ICU knows names. */
static struct {
	pthread_mutex_t lock;
	struct arena *arena;
	struct zone *first;
} opened = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ICU reads an unknown name as GMT, and "GMT+9" as a zone made up on the spot: only names of its own list count. */
static bool name_to_utf16(struct str name, UChar out[LONGEST_NAME + 1])
{
	if (name.n == 0 || name.n > LONGEST_NAME || str_is(name, "Etc/Unknown"))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		if (c <= ' ' || c >= 0x7F)
			return false;
		out[i] = c;
	}
	out[name.n] = 0;
	UChar canonical[LONGEST_NAME + 1];
	UBool system = false;
	UErrorCode status = U_ZERO_ERROR;
	ucal_getCanonicalTimeZoneID(out, (int32_t)name.n, canonical, LONGEST_NAME + 1, &system, &status);
	return U_SUCCESS(status) && system;
}

static int64_t offset_now(const UCalendar *calendar, UErrorCode *status)
{
	return (int64_t)ucal_get(calendar, UCAL_ZONE_OFFSET, status) + ucal_get(calendar, UCAL_DST_OFFSET, status);
}

typedef VEC(struct change) changes;

static void read_changes(struct arena *arena, UCalendar *calendar, changes *found, UErrorCode *status)
{
	UDate at = (UDate)TABLE_FROM;
	ucal_setMillis(calendar, at, status);
	struct change change = {INT64_MIN, offset_now(calendar, status)};
	vec_push(arena, found, change);
	while (ucal_getTimeZoneTransitionDate(calendar, UCAL_TZ_TRANSITION_NEXT, &at, status) && U_SUCCESS(*status) &&
	       at < (UDate)TABLE_TO) {
		ucal_setMillis(calendar, at, status);
		change = (struct change){(instant)at, offset_now(calendar, status)};
		if (change.offset != found->items[found->count - 1].offset)
			vec_push(arena, found, change);
	}
}

static struct zone *load(struct arena *arena, struct str name)
{
	UChar wide[LONGEST_NAME + 1];
	if (!name_to_utf16(name, wide))
		return NULL;
	UErrorCode status = U_ZERO_ERROR;
	UCalendar *calendar = ucal_open(wide, (int32_t)name.n, "en", UCAL_GREGORIAN, &status);
	if (U_FAILURE(status))
		return NULL;
	ARENA scratch = arena_new();
	changes found = {0};
	read_changes(scratch, calendar, &found, &status);
	ucal_close(calendar);
	if (U_FAILURE(status))
		return NULL;
	struct zone *zone = arena_one(arena, struct zone);
	struct change *kept = arena_many(arena, struct change, found.count);
	memcpy(kept, found.items, found.count * sizeof(*kept));
	*zone = (struct zone){.name = str_dup(arena, name), .changes = kept, .count = found.count};
	return zone;
}

const struct zone *zone_open(struct str name)
{
	pthread_mutex_lock(&opened.lock);
	struct zone *zone = opened.first;
	while (zone && !str_eq(zone->name, name))
		zone = zone->next;
	if (!zone) {
		if (!opened.arena)
			opened.arena = arena_new();
		zone = load(opened.arena, name);
		if (zone) {
			zone->next = opened.first;
			opened.first = zone;
		}
	}
	pthread_mutex_unlock(&opened.lock);
	return zone;
}

const struct str *zone_names(struct arena *arena, size_t *count)
{
	VEC(struct str) names = {0};
	UErrorCode status = U_ZERO_ERROR;
	UEnumeration *all = ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION, NULL, NULL, &status);
	const char *name;
	int32_t length;

	while (all && (name = uenum_next(all, &length, &status)) && U_SUCCESS(status))
		vec_push(arena, &names, str_dup(arena, ((struct str){name, (size_t)length})));
	uenum_close(all);
	*count = names.count;
	return names.items;
}

struct str zone_name(const struct zone *zone)
{
	return zone->name;
}

/* The last change at or before the instant. */
static size_t change_at(const struct zone *zone, instant at)
{
	size_t low = 0, high = zone->count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (zone->changes[middle].from <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

int64_t zone_offset(const struct zone *zone, instant at)
{
	return zone->changes[change_at(zone, at)].offset;
}

instant zone_next_change(const struct zone *zone, instant at)
{
	size_t next = change_at(zone, at) + 1;

	return next < zone->count ? zone->changes[next].from : INT64_MAX;
}

/* The reading of the wall clock as ms since 1970-01-01, kept to days that a day number can hold. */
static int64_t wall_clock(const struct zone *zone, instant at, int32_t *day)
{
	const instant most = (INT32_MAX - 2) * DAY;
	if (at > most)
		at = most;
	if (at < -most)
		at = -most;
	at += zone_offset(zone, at);
	*day = (int32_t)(at / DAY - (at % DAY < 0));
	return at - *day * DAY;
}

struct civil zone_civil(const struct zone *zone, instant at)
{
	struct civil civil;
	int32_t day;
	int rest = (int)wall_clock(zone, at, &day);
	day_to_civil(day, &civil.year, &civil.month, &civil.day);
	civil.hour = rest / HOUR;
	civil.minute = rest % HOUR / MINUTE;
	civil.second = rest % MINUTE / SECOND;
	civil.millisecond = rest % SECOND;
	return civil;
}

int32_t zone_day(const struct zone *zone, instant at)
{
	int32_t day;
	wall_clock(zone, at, &day);
	return day;
}

/* The first instant at which the wall clock shows this reading or, where it jumps over it, a later one. */
instant zone_instant(const struct zone *zone, int32_t day, int64_t time_of_day)
{
	int64_t wall = day * DAY + time_of_day;
	/* No offset is longer than a day, so nothing before this can be the answer. */
	for (size_t i = change_at(zone, wall - DAY);; i++) {
		const struct change *change = &zone->changes[i];
		instant at = wall - change->offset;
		if (at < change->from)
			at = change->from;
		if (i + 1 == zone->count || at < zone->changes[i + 1].from)
			return at;
	}
}

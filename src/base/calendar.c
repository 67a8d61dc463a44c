/* Service time as sums over days.
 *
 * A calendar counts weeks arithmetically and corrects the sum by the days that differ from their weekday: holidays,
 * exceptions and days on which the zone's offset changes. Those "odd" days are found once, at building, and kept
 * sorted with running sums, so that a question costs two binary searches whatever the distance. */
#include "base/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_DAY = 0,            /* 1970-01-01 */
	LAST_DAY = 47482,         /* 2100-01-01, itself outside */
	PROBE_STEP = 4,           /* days; since 1970 no zone changed and changed back within less than 6.9 days */
	MONDAY_BEFORE_EPOCH = -3, /* 1969-12-29 */
	SEARCH_DAYS = 18263,      /* 50 years */
};

struct hours { /* of one day */
	const struct span *spans;
	size_t count;
};

struct odd_day {
	int32_t day;
	struct hours hours;
	int64_t surplus; /* service time over its weekday's, summed over all odd days before this one */
};

struct calendar {
	const struct zone *zone; /* NULL: UTC */
	instant first, last;     /* local midnight of FIRST_DAY and LAST_DAY */
	struct hours week[7];
	int64_t week_before[8];    /* nominal service time of a week before its nth day; [7]: of the whole week */
	const struct odd_day *odd; /* sorted by day; one more at the end, which holds the whole surplus only */
	size_t odd_count;
	int64_t service_day;
};

static const struct span whole_day[] = {{0, DAY}};
static const struct odd_day no_odd_day[] = {{0}};

/* clang-format off */
static const struct calendar always = {
	.week = {{whole_day, 1}, {whole_day, 1}, {whole_day, 1}, {whole_day, 1}, {whole_day, 1}, {whole_day, 1},
		 {whole_day, 1}},
	.week_before = {0, DAY, 2 * DAY, 3 * DAY, 4 * DAY, 5 * DAY, 6 * DAY, 7 * DAY},
	.odd = no_odd_day,
	.service_day = DAY,
};
/* clang-format on */

const struct calendar *calendar_always(void)
{
	return &always;
}

/* --- Days and instants -------------------------------------------------------------------------------------------- */

static int64_t floor_div(int64_t number, int64_t by)
{
	return number / by - (number % by < 0);
}

static instant local_instant(const struct calendar *calendar, int64_t day, int64_t time_of_day)
{
	if (!calendar->zone)
		return day * DAY + time_of_day;
	if (day < FIRST_DAY)
		return calendar->first + (day - FIRST_DAY) * DAY + time_of_day;
	if (day >= LAST_DAY)
		return calendar->last + (day - LAST_DAY) * DAY + time_of_day;
	return zone_instant(calendar->zone, (int32_t)day, time_of_day);
}

/* The last day that has begun at this instant. That is the local date but for the minutes after clocks were put back
 * over midnight (St. John's, until 2011): the new day has begun then, though the wall shows the old one again. */
static int64_t local_day(const struct calendar *calendar, instant at)
{
	if (!calendar->zone)
		return floor_div(at, DAY);
	if (at < calendar->first)
		return FIRST_DAY + floor_div(at - calendar->first, DAY);
	if (at >= calendar->last)
		return LAST_DAY + floor_div(at - calendar->last, DAY);
	int64_t day = zone_day(calendar->zone, at);
	while (day + 1 < LAST_DAY && local_instant(calendar, day + 1, 0) <= at)
		day++;
	return day;
}

/* How far the sums are good for; far beyond any date that can be written. */
static instant clamp(instant at)
{
	const instant limit = (instant)1 << 60;
	return at < -limit ? -limit : at > limit ? limit : at;
}

/* --- Sums --------------------------------------------------------------------------------------------------------- */

static size_t odd_before(const struct calendar *calendar, int64_t day)
{
	size_t low = 0, high = calendar->odd_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (calendar->odd[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t weekday(int64_t day)
{
	int64_t since = day - MONDAY_BEFORE_EPOCH;
	return (size_t)(since - floor_div(since, 7) * 7);
}

/* Service time of all days before this one, counted from an arbitrary but fixed beginning. */
static int64_t sum_before(const struct calendar *calendar, int64_t day)
{
	int64_t weeks = floor_div(day - MONDAY_BEFORE_EPOCH, 7);
	return weeks * calendar->week_before[7] + calendar->week_before[weekday(day)] +
	       calendar->odd[odd_before(calendar, day)].surplus;
}

/* One day's hours and how to turn its times of day into instants. */
struct open_day {
	const struct calendar *calendar;
	struct hours hours;
	int64_t day;
	instant midnight;
	bool odd;
};

static struct open_day open_day(const struct calendar *calendar, int64_t day)
{
	size_t at = odd_before(calendar, day);
	bool odd = at < calendar->odd_count && calendar->odd[at].day == day;
	return (struct open_day){
	    .calendar = calendar,
	    .hours = odd ? calendar->odd[at].hours : calendar->week[weekday(day)],
	    .day = day,
	    .midnight = local_instant(calendar, day, 0),
	    .odd = odd,
	};
}

static instant open_day_instant(const struct open_day *day, int64_t time_of_day)
{
	return day->odd ? local_instant(day->calendar, day->day, time_of_day) : day->midnight + time_of_day;
}

static int64_t position(const struct calendar *calendar, instant at)
{
	struct open_day day = open_day(calendar, local_day(calendar, at));
	int64_t sum = sum_before(calendar, day.day);
	for (size_t i = 0; i < day.hours.count; i++) {
		instant from = open_day_instant(&day, day.hours.spans[i].from);
		if (at <= from)
			break;
		instant to = open_day_instant(&day, day.hours.spans[i].to);
		sum += (at < to ? at : to) - from;
	}
	return sum;
}

int64_t calendar_between(const struct calendar *calendar, instant from, instant to)
{
	if (to <= from)
		return 0;
	return position(calendar, clamp(to)) - position(calendar, clamp(from));
}

instant calendar_add(const struct calendar *calendar, instant from, int64_t ms)
{
	if (ms <= 0)
		return from;
	from = clamp(from);
	int64_t wanted = 0;
	if (__builtin_add_overflow(position(calendar, from), ms, &wanted))
		return INSTANT_NONE;
	int64_t low = local_day(calendar, from), high = low + SEARCH_DAYS;
	if (sum_before(calendar, high + 1) < wanted)
		return INSTANT_NONE;
	while (low < high) { /* the first day by whose end the sum is reached */
		int64_t middle = low + (high - low) / 2;
		if (sum_before(calendar, middle + 1) < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	struct open_day day = open_day(calendar, low);
	int64_t left = wanted - sum_before(calendar, low);
	for (size_t i = 0; i < day.hours.count; i++) {
		instant begin = open_day_instant(&day, day.hours.spans[i].from);
		int64_t length = open_day_instant(&day, day.hours.spans[i].to) - begin;
		if (left <= length)
			return begin + left;
		left -= length;
	}
	return INSTANT_NONE;
}

bool calendar_is_open(const struct calendar *calendar, instant at)
{
	at = clamp(at);
	struct open_day day = open_day(calendar, local_day(calendar, at));
	for (size_t i = 0; i < day.hours.count; i++)
		if (at >= open_day_instant(&day, day.hours.spans[i].from) &&
		    at < open_day_instant(&day, day.hours.spans[i].to))
			return true;
	return false;
}

int64_t calendar_service_day(const struct calendar *calendar)
{
	return calendar->service_day;
}

int64_t calendar_target(const struct calendar *calendar, struct duration target)
{
	int64_t ms = 0;
	if (__builtin_mul_overflow(target.days, calendar->service_day, &ms) ||
	    __builtin_add_overflow(ms, target.ms, &ms))
		return INT64_MAX;
	return ms;
}

/* --- Building ----------------------------------------------------------------------------------------------------- */

static int span_order(const void *a, const void *b)
{
	const struct span *left = a, *right = b;
	return (left->from > right->from) - (left->from < right->from);
}

static int odd_order(const void *a, const void *b)
{
	const struct odd_day *left = a, *right = b;
	return (left->day > right->day) - (left->day < right->day);
}

static struct hours take_hours(struct arena *arena, const struct span *spans, size_t count, const char *field,
			       struct error *error)
{
	size_t faults = error->count;
	struct span *copy = arena_many(arena, struct span, count);
	if (count > 0)
		memcpy(copy, spans, count * sizeof(*copy));
	qsort(copy, count, sizeof(*copy), span_order);
	for (size_t i = 0; i < count; i++) {
		if (copy[i].from < 0 || copy[i].from >= copy[i].to || copy[i].to > DAY)
			error_fail(error, E_INVALID, field, "range",
				   N_("Hours must begin before they end, within one day"));
		else if (i > 0 && copy[i].from < copy[i - 1].to)
			error_fail(error, E_INVALID, field, "overlap", N_("Hours of one day overlap"));
	}
	return (struct hours){copy, error->count == faults ? count : 0};
}

static void take_week(struct arena *arena, struct calendar *calendar,
		      const struct calendar_specification *specification, struct error *error)
{
	static const char *const fields[7] = {"week.mon", "week.tue", "week.wed", "week.thu",
					      "week.fri", "week.sat", "week.sun"};
	int64_t open_weekdays = 0;
	for (size_t i = 0; i < 7; i++) {
		calendar->week[i] =
		    take_hours(arena, specification->week[i].spans, specification->week[i].count, fields[i], error);
		int64_t sum = 0;
		for (size_t k = 0; k < calendar->week[i].count; k++)
			sum += calendar->week[i].spans[k].to - calendar->week[i].spans[k].from;
		calendar->week_before[i + 1] = calendar->week_before[i] + sum;
		open_weekdays += sum > 0;
	}
	calendar->service_day = specification->service_day;
	if (specification->service_day < 0 || specification->service_day > DAY)
		error_fail(error, E_INVALID, "service_day", "range", N_("A service day has at most 24 hours"));
	else if (specification->service_day == 0)
		calendar->service_day = open_weekdays ? calendar->week_before[7] / open_weekdays : DAY;
}

struct odd_days {
	VEC(struct odd_day);
};

static void add_odd(struct arena *arena, struct odd_days *odd, int32_t day, struct hours hours)
{
	vec_push(arena, odd, (struct odd_day){.day = day, .hours = hours});
}

/* Sorts what was added since the start and reports dates that come twice. */
static void sort_dates(struct odd_days *odd, size_t start, const char *field, struct error *error)
{
	if (odd->count == start)
		return;
	qsort(odd->items + start, odd->count - start, sizeof(*odd->items), odd_order);
	for (size_t i = start + 1; i < odd->count; i++) {
		char date[TIME_TEXT];
		if (odd->items[i].day == odd->items[i - 1].day)
			error_fail(error, E_INVALID, field, "duplicate", N_("The date %s is listed twice"),
				   day_format(odd->items[i].day, date));
	}
}

/* Among the first so many, which are sorted. */
static bool is_listed(const struct odd_days *odd, size_t count, int32_t day)
{
	struct odd_day key = {.day = day};
	return count > 0 && bsearch(&key, odd->items, count, sizeof(key), odd_order);
}

/* Days whose length is not 24 hours, unless they are listed. */
static void add_changes(struct arena *arena, const struct calendar *calendar, struct odd_days *odd)
{
	size_t listed = odd->count;
	int32_t done = FIRST_DAY - 1;
	int64_t before = zone_offset(calendar->zone, FIRST_DAY * DAY);
	for (int32_t probe = FIRST_DAY + PROBE_STEP; probe < LAST_DAY + PROBE_STEP; probe += PROBE_STEP) {
		int64_t after = zone_offset(calendar->zone, probe * DAY);
		if (after == before)
			continue;
		before = after;
		/* The probes are midnights in UTC, up to a day away from the local ones. */
		int32_t day = probe - PROBE_STEP - 2;
		for (day = day > done ? day : done + 1; day <= probe + 1 && day < LAST_DAY; day++) {
			done = day;
			if (local_instant(calendar, day + 1, 0) - local_instant(calendar, day, 0) != DAY &&
			    !is_listed(odd, listed, day))
				add_odd(arena, odd, day, calendar->week[weekday(day)]);
		}
	}
}

static void sum_surplus(struct calendar *calendar, struct odd_day *odd)
{
	int64_t surplus = 0;
	for (size_t i = 0; i < calendar->odd_count; i++) {
		odd[i].surplus = surplus;
		size_t nth = weekday(odd[i].day);
		surplus -= calendar->week_before[nth + 1] - calendar->week_before[nth];
		for (size_t k = 0; k < odd[i].hours.count; k++) {
			const struct span *span = &odd[i].hours.spans[k];
			surplus += local_instant(calendar, odd[i].day, span->to) -
				   local_instant(calendar, odd[i].day, span->from);
		}
	}
	odd[calendar->odd_count].surplus = surplus;
}

/* The exceptions, and the holidays that are not exceptions. */
static struct odd_days listed_days(struct arena *arena, const struct calendar_specification *specification,
				   struct error *error)
{
	struct odd_days odd = {0};
	for (size_t i = 0; i < specification->exception_count; i++) {
		const struct calendar_exception *exception = &specification->exceptions[i];
		add_odd(arena, &odd, exception->day,
			take_hours(arena, exception->spans, exception->count, "exceptions", error));
	}
	sort_dates(&odd, 0, "exceptions", error);
	size_t exceptions = odd.count;
	for (size_t i = 0; i < specification->holiday_count; i++)
		add_odd(arena, &odd, specification->holidays[i], (struct hours){0});
	sort_dates(&odd, exceptions, "holidays", error);
	size_t kept = exceptions;
	for (size_t i = exceptions; i < odd.count; i++)
		if (!is_listed(&odd, exceptions, odd.items[i].day))
			odd.items[kept++] = odd.items[i];
	odd.count = kept;
	return odd;
}

static void keep_odd_days(struct arena *arena, struct calendar *calendar, struct odd_days *odd)
{
	add_odd(arena, odd, INT32_MAX, (struct hours){0});
	qsort(odd->items, odd->count, sizeof(*odd->items), odd_order);
	add_changes(arena, calendar, odd);
	qsort(odd->items, odd->count, sizeof(*odd->items), odd_order);
	calendar->odd = odd->items;
	calendar->odd_count = odd->count - 1;
	sum_surplus(calendar, odd->items);
}

enum status calendar_build(struct arena *arena, const struct calendar_specification *specification,
			   const struct calendar **calendar, struct error *error)
{
	size_t faults = error->count;
	if (faults == ERROR_ITEMS) /* new ones could not be told from none */
		return error->status;
	struct calendar *built = arena_one(arena, struct calendar);
	built->zone = zone_open(specification->zone);
	if (built->zone) {
		built->first = zone_instant(built->zone, FIRST_DAY, 0);
		built->last = zone_instant(built->zone, LAST_DAY, 0);
	} else {
		char name[64];
		snprintf(name, sizeof(name), "%.*s", STR_ARG(specification->zone));
		error_fail(error, E_INVALID, "zone", "unknown", N_("There is no time zone \"%s\""), name);
	}
	take_week(arena, built, specification, error);
	struct odd_days odd = listed_days(arena, specification, error);
	if (error->count != faults)
		return error->status;
	keep_odd_days(arena, built, &odd);
	*calendar = built;
	return OK;
}

static bool take_time(struct str text, int64_t *out)
{
	if (text.n != 5 || text.p[2] != ':')
		return false;
	int digits[4] = {text.p[0] - '0', text.p[1] - '0', text.p[3] - '0', text.p[4] - '0'};
	for (size_t i = 0; i < 4; i++)
		if (digits[i] < 0 || digits[i] > 9)
			return false;
	int hour = digits[0] * 10 + digits[1], minute = digits[2] * 10 + digits[3];
	*out = hour * (int64_t)HOUR + minute * (int64_t)MINUTE;
	return minute < 60 && *out <= DAY;
}

bool span_parse(struct str text, struct span *span)
{
	struct str from = str_sub(text, 0, 5), to = str_sub(text, 6, text.n);
	return text.n == 11 && text.p[5] == '-' && take_time(from, &span->from) && take_time(to, &span->to) &&
	       span->from < span->to;
}

#include "job/holidays.h"

#include <errno.h>
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/csv.h"

enum { FILE_MOST = 8 << 20, HOLIDAYS_MOST = 10000, DAYS_MOST = 366, ROUNDS_MOST = 100000 };

struct reading {
	struct arena *arena;
	const char *name;
	int32_t from, to;
	VEC(struct holiday) found;
	struct error *error;
};

static enum status fail_at(struct reading *reading, unsigned line, const char *message, struct str argument)
{
	const char *at = str_c(reading->arena, str_format(reading->arena, "%s:%u", reading->name, line));

	return error_fail(reading->error, E_INVALID, at, "holidays", message, str_c(reading->arena, argument));
}

static enum status add(struct reading *reading, int32_t day, struct str name)
{
	if (day < reading->from || day > reading->to)
		return OK;
	if (reading->found.count == HOLIDAYS_MOST)
		return error_fail(reading->error, E_TOO_LARGE, reading->name, "holidays",
				  N_("There are more than 10000 holidays"));
	vec_push(reading->arena, &reading->found, (struct holiday){day, str_dup(reading->arena, name)});
	return OK;
}

/* --- CSV --- */

/* 2026-11-23, 2026/11/23, 2026/1/1 */
static bool day_of(struct str text, int32_t *day)
{
	char copy[16];
	int year, month, date, used = 0;

	if (day_parse(text, day))
		return true;
	if (text.n >= sizeof(copy))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	if (sscanf(copy, "%4d/%2d/%2d%n", &year, &month, &date, &used) != 3 || (size_t)used != text.n ||
	    !day_is_valid(year, month, date))
		return false;
	*day = day_from_civil(year, month, date);
	return true;
}

static enum status parse_csv(struct reading *reading, struct str bytes)
{
	const struct csv_format format = {0};
	CSV reader = NULL;
	struct csv_row row;
	bool more = true;
	enum status status = csv_open_bytes(reading->arena, reading->name, bytes, &format, &reader, reading->error);

	if (status || (status = csv_header(reader, &row, reading->error)))
		return status;
	for (;;) {
		struct str date;
		int32_t day;

		if ((status = csv_next(reader, &row, &more, reading->error)) || !more)
			return status;
		if (csv_is_blank(&row))
			continue;
		date = str_trim(csv_cell(&row, 0));
		if (!day_of(date, &day))
			return fail_at(reading, row.line, N_("'%s' is no date"), date);
		if ((status = add(reading, day, str_trim(csv_cell(&row, 1)))))
			return status;
	}
}

/* --- iCalendar --- */

static int32_t ical_day(struct icaltimetype time)
{
	return day_from_civil(time.year, time.month, time.day);
}

static bool is_excluded(icalcomponent *event, int32_t day)
{
	for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_EXDATE_PROPERTY); p;
	     p = icalcomponent_get_next_property(event, ICAL_EXDATE_PROPERTY))
		if (ical_day(icalproperty_get_exdate(p)) == day)
			return true;
	return false;
}

static enum status add_days(struct reading *reading, icalcomponent *event, int32_t first, int32_t days)
{
	const char *summary = icalcomponent_get_summary(event);
	enum status status = OK;

	if (is_excluded(event, first))
		return OK;
	for (int32_t i = 0; i < days && !status; i++)
		status = add(reading, first + i, str_trim(str_of(summary)));
	return status;
}

static enum status add_repeated(struct reading *reading, icalcomponent *event, struct icaltimetype start, int32_t days,
				icalproperty *rule)
{
	icalrecur_iterator *iterator = icalrecur_iterator_new(icalproperty_get_rrule(rule), start);
	enum status status = OK;

	if (!iterator)
		return fail_at(reading, 1, N_("A repetition cannot be understood: %s"),
			       str_of(icalcomponent_get_summary(event)));
	for (int i = 0; i < ROUNDS_MOST && !status; i++) {
		struct icaltimetype next = icalrecur_iterator_next(iterator);

		if (icaltime_is_null_time(next) || ical_day(next) > reading->to)
			break;
		status = add_days(reading, event, ical_day(next), days);
	}
	icalrecur_iterator_free(iterator);
	return status;
}

static enum status add_event(struct reading *reading, icalcomponent *event)
{
	struct icaltimetype start = icalcomponent_get_dtstart(event), end = icalcomponent_get_dtend(event);
	icalproperty *rule = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
	int32_t days;
	enum status status;

	if (icaltime_is_null_time(start) || !start.is_date)
		return OK;
	start.zone = NULL;
	days = icaltime_is_null_time(end) ? 1 : ical_day(end) - ical_day(start);
	days = days < 1 ? 1 : days > DAYS_MOST ? DAYS_MOST : days;
	status =
	    rule ? add_repeated(reading, event, start, days, rule) : add_days(reading, event, ical_day(start), days);
	for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY); p && !status;
	     p = icalcomponent_get_next_property(event, ICAL_RDATE_PROPERTY))
		status = add_days(reading, event, ical_day(icalproperty_get_rdate(p).time), days);
	return status;
}

static enum status parse_ical(struct reading *reading, struct str bytes)
{
	icalcomponent *calendar = icalparser_parse_string(str_c(reading->arena, bytes));
	enum status status = OK;

	if (!calendar)
		return error_fail(reading->error, E_INVALID, reading->name, "holidays",
				  N_("This is no iCalendar file"));
	for (icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
	     event && !status; event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT))
		status = add_event(reading, event);
	icalcomponent_free(calendar);
	return status;
}

/* --- both --- */

struct ordered {
	struct holiday holiday;
	size_t position; /* in the file */
};

static int by_day(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;

	if (x->holiday.day != y->holiday.day)
		return x->holiday.day < y->holiday.day ? -1 : 1;
	return (x->position > y->position) - (x->position < y->position);
}

static void settle(struct reading *reading, struct holiday **holidays, size_t *count)
{
	size_t found = reading->found.count, kept = 0;
	struct ordered *ordered = arena_many(reading->arena, struct ordered, found + 1);

	for (size_t i = 0; i < found; i++)
		ordered[i] = (struct ordered){reading->found.items[i], i};
	qsort(ordered, found, sizeof(*ordered), by_day);
	for (size_t i = 0; i < found; i++)
		if (!kept || reading->found.items[kept - 1].day != ordered[i].holiday.day)
			reading->found.items[kept++] = ordered[i].holiday;
	*holidays = reading->found.items;
	*count = kept;
}

enum status holidays_parse(struct arena *arena, const char *name, struct str bytes, int first_year, int last_year,
			   struct holiday **holidays, size_t *count, struct error *error)
{
	struct reading reading = {.arena = arena,
				  .name = name,
				  .error = error,
				  .from = day_from_civil(first_year, 1, 1),
				  .to = day_from_civil(last_year, 12, 31)};
	struct str head = str_trim(str_sub(bytes, str_starts(bytes, S("\xef\xbb\xbf")) ? 3 : 0, bytes.n));
	bool ical = str_eq_nocase(str_sub(head, 0, 15), S("BEGIN:VCALENDAR"));
	enum status status = ical ? parse_ical(&reading, head) : parse_csv(&reading, bytes);

	if (!status)
		settle(&reading, holidays, count);
	return status;
}

enum status holidays_read(struct arena *arena, const char *path, int first_year, int last_year,
			  struct holiday **holidays, size_t *count, struct error *error)
{
	FILE *file = fopen(path, "rbe");
	char *bytes;
	size_t n;

	if (!file)
		return error_fail(error, errno == ENOENT ? E_NOT_FOUND : E_UNAVAILABLE, path, "file",
				  N_("The file cannot be read: %s"), strerror(errno));
	bytes = arena_alloc(arena, FILE_MOST);
	n = fread(bytes, 1, FILE_MOST, file);
	fclose(file);
	if (n == FILE_MOST)
		return error_fail(error, E_TOO_LARGE, path, "file", N_("The file is too large"));
	return holidays_parse(arena, path, (struct str){bytes, n}, first_year, last_year, holidays, count, error);
}

struct str holidays_json(struct arena *arena, const struct holiday *holidays, size_t count)
{
	struct buf buf = buf_new(arena);
	char day[TIME_TEXT];

	buf_add_char(&buf, '[');
	for (size_t i = 0; i < count; i++) {
		buf_add_c(&buf, i ? ",{\"date\":" : "{\"date\":");
		buf_add_json_string(&buf, str_of(day_format(holidays[i].day, day)));
		buf_add_c(&buf, ",\"name\":");
		buf_add_json_string(&buf, holidays[i].name);
		buf_add_char(&buf, '}');
	}
	buf_add_char(&buf, ']');
	return buf_str(&buf);
}

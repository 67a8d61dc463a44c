/* Calendars out of calendar records, built once per version and kept: they are asked on every page and edit. */
#include <pthread.h>
#include <stdlib.h>

#include "record/cache.h"
#include "record/clocks.h"
#include "record/rows.h"

enum { SPANS_MOST = 24 };

struct kept_calendar {
	struct kept_calendar *next;
	int64_t identity, version;
	const struct calendar *calendar;
};

/* Calendars stay until the cache goes, replaced versions too: somebody may still count with one. */
struct calendar_cache {
	pthread_mutex_t lock;
	struct arena *arena;
	struct kept_calendar *first;
};

struct calendar_cache *calendar_cache_new(void)
{
	struct calendar_cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		abort();
	pthread_mutex_init(&cache->lock, NULL);
	cache->arena = arena_new();
	return cache;
}

void calendar_cache_free(struct calendar_cache *cache)
{
	if (!cache)
		return;
	arena_free(cache->arena);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

void calendar_cache_forget(struct calendar_cache *cache)
{
	pthread_mutex_lock(&cache->lock);
	cache->first = NULL;
	pthread_mutex_unlock(&cache->lock);
}

static const struct calendar *recall(struct calendar_cache *cache, int64_t identity, int64_t version)
{
	const struct calendar *found = NULL;

	pthread_mutex_lock(&cache->lock);
	for (const struct kept_calendar *kept = cache->first; kept && !found; kept = kept->next)
		if (kept->identity == identity && kept->version == version)
			found = kept->calendar;
	pthread_mutex_unlock(&cache->lock);
	return found;
}

/* --- specification out of a record --- */

/* "09:00-12:00, 13:00-18:00". Unreadable parts are left out here; edits of the record refuse them
 * (calendar_check_record). */
static bool read_spans(struct arena *arena, struct str text, const struct span **spans, size_t *count)
{
	struct span *read = arena_many(arena, struct span, SPANS_MOST);
	struct str part;
	bool good = true;

	*count = 0;
	while (str_cut(&text, ',', &part)) {
		part = str_trim(part);
		if (!part.n)
			continue;
		if (*count == SPANS_MOST || !span_parse(part, &read[*count]))
			good = false;
		else
			++*count;
	}
	*spans = read;
	return good;
}

static struct str json_text(const json_t *row, const char *key)
{
	const json_t *text = json_object_get(row, key);

	return json_is_string(text) ? (struct str){json_string_value(text), json_string_length(text)} : (struct str){0};
}

static void read_holidays(struct arena *arena, const json_t *rows, struct calendar_specification *specification)
{
	int32_t *days = arena_many(arena, int32_t, json_array_size(rows) + 1);

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *date = json_object_get(json_array_get(rows, i), "date");

		if (json_is_integer(date))
			days[specification->holiday_count++] = (int32_t)json_integer_value(date);
	}
	specification->holidays = days;
}

static struct str holiday_name(struct arena *arena, const json_t *row, enum language language)
{
	struct str name = language == JAPANESE ? json_text(row, "name_ja") : (struct str){0};

	return str_dup(arena, name.n ? name : json_text(row, "name"));
}

void calendar_name_holidays(struct arena *arena, const struct record *record, enum language language, int32_t first,
			    size_t count, struct str *names)
{
	json_t *rows = rows_list(record_named(record, "holidays"));

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i), *date = json_object_get(row, "date");
		int64_t at = json_is_integer(date) ? json_integer_value(date) - first : -1;

		if (at >= 0 && at < (int64_t)count)
			names[at] = holiday_name(arena, row, language);
	}
	json_decref(rows);
}

static bool read_exceptions(struct arena *arena, const json_t *rows, struct calendar_specification *specification)
{
	struct calendar_exception *read = arena_many(arena, struct calendar_exception, json_array_size(rows) + 1);
	bool good = true;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i), *date = json_object_get(row, "date");
		struct calendar_exception *exception = &read[specification->exception_count];

		if (!json_is_integer(date))
			continue;
		exception->day = (int32_t)json_integer_value(date);
		good = read_spans(arena, json_text(row, "hours"), &exception->spans, &exception->count) && good;
		specification->exception_count++;
	}
	specification->exceptions = read;
	return good;
}

static enum status build(struct arena *arena, const struct record *record, const struct calendar **calendar,
			 struct error *error)
{
	static const char *const days[7] = {"monday", "tuesday",  "wednesday", "thursday",
					    "friday", "saturday", "sunday"};
	struct calendar_specification specification = {.zone = record_named(record, "zone").text};
	struct value service_day = record_named(record, "service_day");
	json_t *holidays = rows_list(record_named(record, "holidays")),
	       *exceptions = rows_list(record_named(record, "exceptions"));
	enum status status = OK;

	for (int i = 0; i < 7; i++) {
		struct value text = record_named(record, days[i]);

		if (text.kind == VALUE_TEXT &&
		    !read_spans(arena, text.text, &specification.week[i].spans, &specification.week[i].count))
			status = error_fail(error, E_INVALID, days[i], "hours",
					    N_("Hours are written as 09:00-12:00, 13:00-18:00"));
	}
	if (service_day.kind == VALUE_DURATION)
		specification.service_day = service_day.number;
	read_holidays(arena, holidays, &specification);
	if (!read_exceptions(arena, exceptions, &specification))
		status = error_fail(error, E_INVALID, "exceptions", "hours",
				    N_("Hours are written as 09:00-12:00, 13:00-18:00"));
	json_decref(holidays);
	json_decref(exceptions);
	return status ? status : calendar_build(arena, &specification, calendar, error);
}

enum status calendar_check_record(struct arena *arena, const struct record *record, struct error *error)
{
	const struct calendar *calendar;

	return build(arena, record, &calendar, error);
}

/* --- the cache --- */

static enum status version_of(struct kernel *kernel, struct connection *connection, const struct type *type,
			      int64_t identity, int64_t *version, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(connection, kernel->sql[type->index].version, &statement, error);

	*version = 0;
	if (status)
		return status;
	bind_int(statement, identity);
	if (!(status = store_step(statement, &row, error)) && row)
		*version = column_int(statement, 0);
	return status;
}

static enum status keep(struct kernel *kernel, struct connection *connection, int64_t identity,
			const struct calendar **calendar, struct error *error)
{
	struct calendar_cache *cache = kernel->cache->calendars;
	ARENA scratch = arena_new();
	struct record *record;
	enum status status = record_load(kernel, connection, scratch, identity, false, &record, error);

	*calendar = calendar_always();
	if (status || !record)
		return status;
	pthread_mutex_lock(&cache->lock);
	if (!(status = build(cache->arena, record, calendar, error))) {
		struct kept_calendar *kept = arena_one(cache->arena, struct kept_calendar);

		*kept = (struct kept_calendar){cache->first, identity, record->version, *calendar};
		cache->first = kept;
	}
	pthread_mutex_unlock(&cache->lock);
	return status;
}

enum status calendar_of_record(struct kernel *kernel, struct connection *connection, int64_t identity,
			       const struct calendar **calendar, struct error *error)
{
	const struct type *type = kernel_type_of(kernel, identity);
	int64_t version;
	enum status status;

	*calendar = calendar_always();
	if (!identity || !type || type != kernel->model->acting[ACTS_CALENDAR])
		return OK;
	if ((status = version_of(kernel, connection, type, identity, &version, error)) || !version)
		return status;
	*calendar = recall(kernel->cache->calendars, identity, version);
	return *calendar ? OK : keep(kernel, connection, identity, calendar, error);
}

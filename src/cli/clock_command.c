#include "cli/clock_command.h"

#include "base/clock.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static void json_release(json_t **json)
{
	json_decref(*json);
}
#define JSON __attribute__((cleanup(json_release))) json_t *

/* --- Reading a case ---------------------------------------------------------------------------------------------- */

struct reader { /* what every step of reading one case needs; faults are collected */
	struct arena *arena;
	struct error *error;
};

static struct str text_of(const json_t *json)
{
	return (struct str){json_string_value(json), json_string_length(json)};
}

static const char *path(struct reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *path(struct reader *reader, const char *format, ...)
{
	struct buf buf = buf_new(reader->arena);
	va_list arguments;
	va_start(arguments, format);
	buf_vformat(&buf, format, arguments);
	va_end(arguments);
	return str_c(reader->arena, buf_str(&buf));
}

static void wrong(struct reader *reader, const char *field, const char *message)
{
	error_fail(reader->error, E_INVALID, field, "format", "%s", message);
}

/* False unless json is an object; keys of it that are not listed are faults too. */
static bool is_object(struct reader *reader, json_t *json, const char *field, const char *const *keys)
{
	if (!json_is_object(json)) {
		wrong(reader, field, json ? "must be an object" : "is missing");
		return false;
	}
	const char *key = NULL;
	json_t *value = NULL;
	json_object_foreach(json, key, value)
	{
		size_t i = 0;
		while (keys[i] && strcmp(keys[i], key) != 0)
			i++;
		if (!keys[i])
			wrong(reader, *field ? path(reader, "%s.%s", field, key) : key, "is not known here");
	}
	return true;
}

static bool is_array(struct reader *reader, json_t *json, const char *field)
{
	if (!json_is_array(json))
		wrong(reader, field, json ? "must be an array" : "is missing");
	return json_is_array(json);
}

static bool take_instant(struct reader *reader, json_t *json, const char *field, instant *at)
{
	if (json_is_string(json) && time_parse(text_of(json), at))
		return true;
	wrong(reader, field, json ? "must be a time as in \"2026-11-20T05:00:00Z\"" : "is missing");
	return false;
}

static bool take_duration(struct reader *reader, json_t *json, const char *field, struct duration *duration)
{
	struct str text = text_of(json);
	/* The contract is ISO 8601; the short form ("2h") is for people. */
	if (str_starts(text, S("P")) && duration_parse(text, duration) && duration->days >= 0 && duration->ms >= 0)
		return true;
	wrong(reader, field, json ? "must be a duration as in \"PT8H\", \"P2D\" or \"P1DT4H\"" : "is missing");
	return false;
}

static size_t take_spans(struct reader *reader, json_t *json, const char *field, const struct span **spans)
{
	if (!is_array(reader, json, field))
		return 0;
	size_t count = json_array_size(json);
	struct span *taken = arena_many(reader->arena, struct span, count);
	for (size_t i = 0; i < count; i++)
		if (!span_parse(text_of(json_array_get(json, i)), &taken[i]))
			wrong(reader, path(reader, "%s[%zu]", field, i), "must be hours as in \"09:00-12:00\"");
	*spans = taken;
	return count;
}

static void take_week(struct reader *reader, json_t *json, struct calendar_specification *specification)
{
	static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
	if (!json || !is_object(reader, json, "calendar.week", days))
		return;
	for (size_t i = 0; i < 7; i++) {
		json_t *day = json_object_get(json, days[i]);
		if (day)
			specification->week[i].count = take_spans(
			    reader, day, path(reader, "calendar.week.%s", days[i]), &specification->week[i].spans);
	}
}

static void take_holidays(struct reader *reader, json_t *json, struct calendar_specification *specification)
{
	if (!json || !is_array(reader, json, "calendar.holidays"))
		return;
	size_t count = json_array_size(json);
	int32_t *days = arena_many(reader->arena, int32_t, count);
	for (size_t i = 0; i < count; i++)
		if (!day_parse(text_of(json_array_get(json, i)), &days[i]))
			wrong(reader, path(reader, "calendar.holidays[%zu]", i), "must be a date as in \"2026-11-23\"");
	specification->holidays = days;
	specification->holiday_count = count;
}

static void take_exceptions(struct reader *reader, json_t *json, struct calendar_specification *specification)
{
	if (!json)
		return;
	if (!json_is_object(json)) {
		wrong(reader, "calendar.exceptions", "must be an object");
		return;
	}
	struct calendar_exception *taken = arena_many(reader->arena, struct calendar_exception, json_object_size(json));
	const char *date = NULL;
	json_t *spans = NULL;
	json_object_foreach(json, date, spans)
	{
		struct calendar_exception *exception = &taken[specification->exception_count++];
		const char *field = path(reader, "calendar.exceptions.%s", date);
		if (!day_parse(str_of(date), &exception->day))
			wrong(reader, field, "must be a date as in \"2026-11-23\"");
		exception->count = take_spans(reader, spans, field, &exception->spans);
	}
	specification->exceptions = taken;
}

static const struct calendar *take_calendar(struct reader *reader, json_t *json)
{
	static const char *const keys[] = {"zone", "week", "holidays", "exceptions", "service_day", NULL};
	struct calendar_specification specification = {0};
	if (!is_object(reader, json, "calendar", keys))
		return NULL;
	json_t *zone = json_object_get(json, "zone"), *day = json_object_get(json, "service_day");
	if (!json_is_string(zone))
		wrong(reader, "calendar.zone", zone ? "must be a text" : "is missing");
	specification.zone = text_of(zone);
	take_week(reader, json_object_get(json, "week"), &specification);
	take_holidays(reader, json_object_get(json, "holidays"), &specification);
	take_exceptions(reader, json_object_get(json, "exceptions"), &specification);
	struct duration service_day = {0};
	if (day && take_duration(reader, day, "calendar.service_day", &service_day)) {
		specification.service_day = service_day.ms;
		if (service_day.days > 0 || service_day.ms == 0)
			wrong(reader, "calendar.service_day", "must be hours, more than none");
	}
	if (reader->error->count > 0)
		return NULL;
	const struct calendar *calendar = NULL;
	struct error faults = {0};
	if (calendar_build(reader->arena, &specification, &calendar, &faults) == OK)
		return calendar;
	for (size_t i = 0; i < faults.count; i++) {
		char text[256];
		error_item_text(&faults.items[i], faults.items[i].message, text, sizeof(text));
		wrong(reader, path(reader, "calendar.%s", faults.items[i].field), text);
	}
	return NULL;
}

static bool take_kind(struct str name, enum clock_event_kind *kind)
{
	static const struct {
		const char *name;
		enum clock_event_kind kind;
	} kinds[] = {{"start", CLOCK_START}, {"pause", CLOCK_PAUSE}, {"resume", CLOCK_RESUME}, {"stop", CLOCK_STOP}};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_is(name, kinds[i].name)) {
			*kind = kinds[i].kind;
			return true;
		}
	return false;
}

static struct clock_event *take_timeline(struct reader *reader, json_t *json, size_t *count)
{
	static const char *const keys[] = {"at", "event", NULL};
	if (!is_array(reader, json, "timeline"))
		return NULL;
	*count = json_array_size(json);
	struct clock_event *events = arena_many(reader->arena, struct clock_event, *count);
	for (size_t i = 0; i < *count; i++) {
		json_t *event = json_array_get(json, i), *kind = json_object_get(event, "event");
		const char *field = path(reader, "timeline[%zu]", i);
		if (!is_object(reader, event, field, keys))
			continue;
		const char *at = path(reader, "%s.at", field);
		if (take_instant(reader, json_object_get(event, "at"), at, &events[i].at) && i > 0 &&
		    events[i].at < events[i - 1].at)
			wrong(reader, at, "is before the event in front of it");
		if (!json_is_string(kind) || !take_kind(text_of(kind), &events[i].kind))
			wrong(reader, path(reader, "%s.event", field), "must be start, pause, resume or stop");
	}
	return events;
}

/* --- Answering --------------------------------------------------------------------------------------------------- */

static void add_seconds(struct buf *out, int64_t ms)
{
	char fraction[8] = "";
	int64_t size = ms < 0 ? -ms : ms;
	if (size % SECOND) {
		snprintf(fraction, sizeof(fraction), ".%03d", (int)(size % SECOND));
		for (size_t n = strlen(fraction); n && fraction[n - 1] == '0'; n--)
			fraction[n - 1] = '\0';
	}
	buf_format(out, "\"%sPT%lld%sS\"", ms < 0 ? "-" : "", (long long)(size / SECOND), fraction);
}

static void add_answer(struct buf *out, struct clock_result result)
{
	char due[TIME_TEXT];
	buf_format(out, "{\"state\": \"%s\", \"elapsed\": ", clock_state_name(result.state));
	add_seconds(out, result.elapsed);
	buf_add_c(out, ", \"remaining\": ");
	add_seconds(out, result.remaining);
	if (result.due_at == INSTANT_NONE)
		buf_add_c(out, ", \"due_at\": null}");
	else
		buf_format(out, ", \"due_at\": \"%s\"}", time_format(result.due_at, due));
}

static void answer_case(struct arena *arena, json_t *question, struct buf *out)
{
	static const char *const keys[] = {"calendar", "duration", "timeline", "now", NULL};
	struct error error = {0};
	struct reader reader = {arena, &error};
	if (is_object(&reader, question, "", keys)) {
		struct duration duration = {0};
		instant now = 0;
		size_t count = 0;
		const struct calendar *calendar = take_calendar(&reader, json_object_get(question, "calendar"));
		take_duration(&reader, json_object_get(question, "duration"), "duration", &duration);
		struct clock_event *events = take_timeline(&reader, json_object_get(question, "timeline"), &count);
		take_instant(&reader, json_object_get(question, "now"), "now", &now);
		if (error.count == 0) {
			int64_t target = calendar_target(calendar, duration);
			add_answer(out, clock_evaluate(events, count, target, calendar, now));
			return;
		}
	}
	char text[ERROR_STORE * 2];
	error_text(&error, text, sizeof(text));
	buf_add_c(out, "{\"error\": ");
	buf_add_json_string(out, str_of(text));
	buf_add_char(out, '}');
}

static void answer_all(json_t *questions)
{
	ARENA arena = arena_new();
	size_t count = json_array_size(questions);
	fputs(count ? "[\n" : "[", stdout);
	for (size_t i = 0; i < count; i++) {
		struct buf answer = buf_new(arena);
		answer_case(arena, json_array_get(questions, i), &answer);
		fwrite(answer.p, 1, answer.n, stdout);
		fputs(i + 1 < count ? ",\n" : "\n", stdout);
		arena_reset(arena);
	}
	fputs("]\n", stdout);
}

int clock_command(int argc, char **argv)
{
	if (argc > 0) {
		fprintf(stderr, "kaname clock: unexpected argument \"%s\"; see kaname clock --help\n", argv[0]);
		return 2;
	}
	json_error_t fault;
	JSON questions = json_loadf(stdin, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &fault);
	if (!questions) {
		fprintf(stderr, "kaname clock: the input is not JSON: line %d: %s\n", fault.line, fault.text);
		return 1;
	}
	if (!json_is_array(questions)) {
		fputs("kaname clock: the input must be a JSON array of cases\n", stderr);
		return 1;
	}
	answer_all(questions);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fputs("kaname clock: the answers could not be written\n", stderr);
		return 1;
	}
	return 0;
}

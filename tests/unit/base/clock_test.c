/* The clock: the cases of tests/tables/clock.json, and random timelines against a walk minute by minute.
 *
 * The table has the form that `kaname clock` reads, with a name and the expected answer added to each case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "minute_oracle.h"

#include <jansson.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ORACLES = 100, TIMELINES = 40, EVENTS = 12 };

/* --- The table
 * -------------------------------------------------------------------------------------------------------- */

/* Finds the table beside this source: __FILE__ is absolute, or relative to the directory of the build, in which the
 * test programs lie three directories down and from which they are usually run. */
static json_t *table(void)
{
	char source[PATH_MAX], program[PATH_MAX] = "", path[PATH_MAX * 3];
	snprintf(source, sizeof(source), "%s", __FILE__);
	const char *tests = dirname(dirname(dirname(source)));
	snprintf(path, sizeof(path), "%s/tables/clock.json", tests);
	if (access(path, R_OK) != 0) {
		assert_true(readlink("/proc/self/exe", program, sizeof(program) - 1) > 0);
		snprintf(path, sizeof(path), "%s/../../../%s/tables/clock.json", dirname(program), tests);
	}
	json_error_t fault;
	json_t *cases = json_load_file(path, JSON_REJECT_DUPLICATES, &fault);
	if (!cases)
		fail_msg("%s:%d: %s", path, fault.line, fault.text);
	return cases;
}

static struct str text_at(json_t *object, const char *key)
{
	return str_of(json_string_value(json_object_get(object, key)));
}

static instant instant_of(struct str text)
{
	instant out = 0;
	if (!time_parse(text, &out))
		fail_msg("no time: %.*s", STR_ARG(text));
	return out;
}

static int32_t day_of(const char *text)
{
	int32_t out = 0;
	if (!day_parse(str_of(text), &out))
		fail_msg("no date: %s", text);
	return out;
}

static struct duration duration_of(struct str text)
{
	struct duration out = {0};
	if (!duration_parse(text, &out))
		fail_msg("no duration: %.*s", STR_ARG(text));
	return out;
}

static size_t spans_of(struct arena *arena, json_t *json, const struct span **spans)
{
	struct span *out = arena_many(arena, struct span, json_array_size(json));
	for (size_t i = 0; i < json_array_size(json); i++)
		assert_true(span_parse(str_of(json_string_value(json_array_get(json, i))), &out[i]));
	*spans = out;
	return json_array_size(json);
}

static const struct calendar *calendar_of(struct arena *arena, json_t *json)
{
	static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	struct calendar_specification specification = {.zone = text_at(json, "zone")};
	for (size_t i = 0; i < 7; i++)
		specification.week[i].count = spans_of(arena, json_object_get(json_object_get(json, "week"), days[i]),
						       &specification.week[i].spans);
	json_t *holidays = json_object_get(json, "holidays"), *exceptions = json_object_get(json, "exceptions");
	int32_t *closed = arena_many(arena, int32_t, json_array_size(holidays));
	for (size_t i = 0; i < json_array_size(holidays); i++)
		closed[i] = day_of(json_string_value(json_array_get(holidays, i)));
	specification.holidays = closed;
	specification.holiday_count = json_array_size(holidays);
	struct calendar_exception *other = arena_many(arena, struct calendar_exception, json_object_size(exceptions));
	specification.exceptions = other;
	const char *date = NULL;
	json_t *spans = NULL;
	json_object_foreach(exceptions, date, spans)
	{
		struct calendar_exception *exception = &other[specification.exception_count++];
		exception->day = day_of(date);
		exception->count = spans_of(arena, spans, &exception->spans);
	}
	if (json_object_get(json, "service_day"))
		specification.service_day = duration_of(text_at(json, "service_day")).ms;
	const struct calendar *calendar = NULL;
	struct error error = {0};
	assert_int_equal(calendar_build(arena, &specification, &calendar, &error), OK);
	return calendar;
}

static struct clock_event *timeline_of(struct arena *arena, json_t *json)
{
	static const char *const kinds[] = {"start", "pause", "resume", "stop"};
	struct clock_event *events = arena_many(arena, struct clock_event, json_array_size(json));
	for (size_t i = 0; i < json_array_size(json); i++) {
		json_t *event = json_array_get(json, i);
		size_t kind = 0;
		while (kind < 4 && !str_is(text_at(event, "event"), kinds[kind]))
			kind++;
		assert_true(kind < 4);
		events[i] = (struct clock_event){instant_of(text_at(event, "at")), (enum clock_event_kind)kind};
	}
	return events;
}

static int64_t signed_ms_of(struct str text)
{
	bool negative = str_starts(text, S("-"));
	int64_t ms = duration_ms(duration_of(str_sub(text, negative, text.n)));
	return negative ? -ms : ms;
}

static bool check(struct arena *arena, json_t *entry)
{
	json_t *expect = json_object_get(entry, "expect"), *timeline = json_object_get(entry, "timeline");
	const struct calendar *calendar = calendar_of(arena, json_object_get(entry, "calendar"));
	int64_t target = calendar_target(calendar, duration_of(text_at(entry, "duration")));
	struct clock_result got = clock_evaluate(timeline_of(arena, timeline), json_array_size(timeline), target,
						 calendar, instant_of(text_at(entry, "now")));
	instant due =
	    json_is_null(json_object_get(expect, "due_at")) ? INSTANT_NONE : instant_of(text_at(expect, "due_at"));
	if (str_is(text_at(expect, "state"), clock_state_name(got.state)) && got.due_at == due &&
	    got.elapsed == signed_ms_of(text_at(expect, "elapsed")) &&
	    got.remaining == signed_ms_of(text_at(expect, "remaining")))
		return true;
	char text[TIME_TEXT];
	print_error("%s: %s, elapsed %lld ms, remaining %lld ms, due %s\n",
		    json_string_value(json_object_get(entry, "name")), clock_state_name(got.state),
		    (long long)got.elapsed, (long long)got.remaining,
		    got.due_at == INSTANT_NONE ? "never" : time_format(got.due_at, text));
	return false;
}

static void test_table(void **state)
{
	json_t *cases = table();
	size_t wrong = 0;
	assert_true(json_array_size(cases) >= 60);
	for (size_t i = 0; i < json_array_size(cases); i++) {
		ARENA arena = arena_new();
		wrong += !check(arena, json_array_get(cases, i));
	}
	json_decref(cases);
	assert_int_equal(wrong, 0);
}

/* --- Beyond the table
 * ------------------------------------------------------------------------------------------------- */

static void test_running_and_stopped_are_told_apart_from_the_state(void **state)
{
	const struct clock_event timeline[] = {
	    {0, CLOCK_START}, {10, CLOCK_PAUSE}, {20, CLOCK_RESUME}, {30, CLOCK_STOP}, {40, CLOCK_START}};
	static const struct {
		instant now;
		enum clock_state state;
		bool running, stopped;
	} expected[] = {
	    {-1, CLOCK_PAUSED, false, false},  {5, CLOCK_RUNNING, true, false},   {15, CLOCK_PAUSED, false, false},
	    {25, CLOCK_BREACHED, true, false}, {35, CLOCK_BREACHED, false, true}, {45, CLOCK_BREACHED, true, false},
	};
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		struct clock_result got = clock_evaluate(timeline, 5, 12, calendar_always(), expected[i].now);
		assert_int_equal(got.state, expected[i].state);
		assert_int_equal(got.running, expected[i].running);
		assert_int_equal(got.stopped, expected[i].stopped);
	}
}

static void test_events_out_of_order_count_as_together(void **state)
{
	const struct clock_event timeline[] = {{100, CLOCK_START}, {50, CLOCK_PAUSE}, {60, CLOCK_RESUME}};
	struct clock_result got = clock_evaluate(timeline, 3, 1000, calendar_always(), 150);
	assert_int_equal(got.elapsed, 50);
	assert_int_equal(got.due_at, 1100);
}

static void test_negative_target_is_zero(void **state)
{
	const struct clock_event start = {100, CLOCK_START};
	struct clock_result got = clock_evaluate(&start, 1, -5, calendar_always(), 150);
	assert_int_equal(got.state, CLOCK_BREACHED);
	assert_int_equal(got.remaining, -50);
	assert_int_equal(got.due_at, 100);
}

/* --- Random timelines
 * ------------------------------------------------------------------------------------------------- */

struct slow_clock { /* three plain facts and a count */
	bool started, paused, stopped;
	int64_t elapsed;
	instant reached;
};

static void heed(struct slow_clock *clock, enum clock_event_kind kind)
{
	bool counting = clock->started && !clock->paused && !clock->stopped;
	if (kind == CLOCK_START && (!clock->started || clock->stopped))
		*clock = (struct slow_clock){.started = true, .elapsed = clock->elapsed, .reached = clock->reached};
	else if (kind == CLOCK_STOP && clock->started && !clock->stopped)
		clock->stopped = true;
	else if (kind == CLOCK_PAUSE && counting)
		clock->paused = true;
	else if (kind == CLOCK_RESUME && !clock->stopped)
		clock->paused = false;
}

static void count_minute(struct slow_clock *clock, bool open, instant at, int64_t target)
{
	if (!clock->started || clock->paused || clock->stopped)
		return;
	if (clock->reached == INSTANT_NONE && (target == 0 || (open && clock->elapsed + MINUTE >= target)))
		clock->reached = at + (target - clock->elapsed);
	clock->elapsed += open ? MINUTE : 0;
}

/* All events and now are on whole minutes of the window. */
static struct clock_result slow_evaluate(const struct oracle *oracle, const struct clock_event *timeline, size_t count,
					 int64_t target, instant now)
{
	struct slow_clock clock = {.reached = INSTANT_NONE};
	struct clock_result result = {.due_at = INSTANT_NONE};
	size_t next = 0;
	for (int64_t i = 0; i < ORACLE_MINUTES; i++) {
		instant at = oracle->origin + i * MINUTE;
		for (; next < count && timeline[next].at <= at && at <= now; next++)
			heed(&clock, timeline[next].kind);
		if (at == now) {
			bool over = clock.started && (clock.stopped ? clock.elapsed > target : clock.elapsed >= target);
			result.running = clock.started && !clock.paused && !clock.stopped;
			result.stopped = clock.stopped;
			result.elapsed = clock.elapsed;
			result.remaining = target - clock.elapsed;
			result.state = over             ? CLOCK_BREACHED
				       : clock.stopped  ? CLOCK_MET
				       : result.running ? CLOCK_RUNNING
							: CLOCK_PAUSED;
		}
		count_minute(&clock, oracle->open[i], at, target);
	}
	if (result.state == CLOCK_BREACHED || result.state == CLOCK_RUNNING)
		result.due_at = clock.reached;
	return result;
}

static size_t random_timeline(struct clock_event *timeline, const struct oracle *oracle, uint64_t *seed)
{
	static const enum clock_event_kind likely[] = {CLOCK_START,  CLOCK_PAUSE, CLOCK_RESUME, CLOCK_PAUSE,
						       CLOCK_RESUME, CLOCK_STOP,  CLOCK_START};
	size_t count = (size_t)chance(seed, EVENTS + 1);
	bool any = chance(seed, 2) == 0; /* all mixed up, or as a record would have it */
	for (size_t i = 0; i < count; i++) {
		instant when = oracle->origin + chance(seed, ORACLE_MINUTES) * MINUTE;
		size_t at = i;
		for (; at > 0 && timeline[at - 1].at > when; at--)
			timeline[at].at = timeline[at - 1].at;
		timeline[at].at = when;
		timeline[i].kind = any ? (enum clock_event_kind)chance(seed, 4) : likely[i % 7];
	}
	return count;
}

static bool same(struct clock_result got, struct clock_result expected, instant end)
{
	bool due = got.due_at == expected.due_at;
	if (expected.state == CLOCK_RUNNING && expected.due_at == INSTANT_NONE) /* not within the window */
		due = got.due_at == INSTANT_NONE || got.due_at > end;
	return due && got.state == expected.state && got.running == expected.running &&
	       got.stopped == expected.stopped && got.elapsed == expected.elapsed &&
	       got.remaining == expected.remaining;
}

static void try_timeline(const struct oracle *oracle, const struct calendar *calendar, uint64_t *seed, int number)
{
	struct clock_event timeline[EVENTS];
	size_t count = random_timeline(timeline, oracle, seed);
	instant now = oracle->origin + chance(seed, ORACLE_MINUTES) * MINUTE;
	if (count > 0 && chance(seed, 4) == 0)
		now = timeline[chance(seed, (int64_t)count)].at;
	int64_t target =
	    chance(seed, 8) == 0 ? 0 : chance(seed, 40 * 60) * MINUTE + chance(seed, 2) * chance(seed, MINUTE);
	if (chance(seed, 4) == 0) /* a target that is just used up */
		target = slow_evaluate(oracle, timeline, count, 0, now).elapsed;
	struct clock_result expected = slow_evaluate(oracle, timeline, count, target, now);
	struct clock_result got = clock_evaluate(timeline, count, target, calendar, now);
	if (same(got, expected, oracle_end(oracle)))
		return;
	char text[TIME_TEXT];
	print_error("%.*s, target %lld, now %s\n", STR_ARG(oracle->specification.zone), (long long)target,
		    time_format(now, text));
	for (size_t i = 0; i < count; i++)
		print_error("  %s %d\n", time_format(timeline[i].at, text), (int)timeline[i].kind);
	fail_msg("oracle %d: %s, elapsed %lld, due %lld; expected %s, elapsed %lld, due %lld", number,
		 clock_state_name(got.state), (long long)got.elapsed, (long long)got.due_at,
		 clock_state_name(expected.state), (long long)expected.elapsed, (long long)expected.due_at);
}

static void test_against_a_walk_by_minutes(void **state)
{
	static struct oracle oracle;
	uint64_t seed = 6;
	for (int i = 0; i < ORACLES; i++) {
		ARENA arena = arena_new();
		const struct calendar *calendar = NULL;
		struct error error = {0};
		oracle_random(&oracle, &seed);
		assert_int_equal(calendar_build(arena, &oracle.specification, &calendar, &error), OK);
		for (int k = 0; k < TIMELINES; k++)
			try_timeline(&oracle, calendar, &seed, i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_running_and_stopped_are_told_apart_from_the_state),
	    cmocka_unit_test(test_events_out_of_order_count_as_together),
	    cmocka_unit_test(test_negative_target_is_zero),
	    cmocka_unit_test(test_against_a_walk_by_minutes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

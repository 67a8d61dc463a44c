/* Groups, days and clocks for insights, against a recount of every record in memory. */
#include "record_world.h"

#include <stdlib.h>

#include "record/access.h"

enum { THINGS = 80 };

static struct connection *reader(struct world *world)
{
	struct connection *connection = NULL;

	must_do(world, store_reader(world->store, &connection, &world->error));
	return connection;
}

static const char *const sizes[] = {"", "large", "medium", "small"};
static const char *const flags[] = {"", "true", "false"};

static const struct query_field *field_of(const struct type *type, const char *name)
{
	const struct query_field *field = map_get(&type->query->fields, str_of(name));

	assert_non_null(field);
	return field;
}

static struct value value_of(const struct record *record, const struct group_key *key)
{
	struct value value = {0};

	if (!key->field)
		return value;
	if (key->field->is_state)
		return value_choice(record->state->name);
	if (str_is(key->field->name, "created_at"))
		value = value_time(record->created_at);
	else
		value = record_value(record, key->field->owner);
	if (key->zone && value.kind)
		value = value_number(VALUE_DATE, zone_day(key->zone, value.number));
	return value;
}

static bool falls_into(const struct record *record, const struct group_request *request, const struct group_row *row)
{
	for (int i = 0; i < 2; i++)
		if (!value_eq(value_of(record, &request->by[i]), row->by[i]))
			return false;
	return true;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void compare_row(struct record **all, const struct group_request *request, const struct group_row *row)
{
	int64_t amounts[THINGS], count = 0, sum = 0;
	size_t with = 0;

	for (int i = 0; i < THINGS; i++) {
		struct value value = request->of ? record_value(all[i], request->of->owner) : (struct value){0};

		if (all[i]->identity < request->least || !falls_into(all[i], request, row))
			continue;
		count++;
		if (value_is_empty(value))
			continue;
		amounts[with++] = value.number;
		sum += value.number;
	}
	qsort(amounts, with, sizeof(*amounts), by_size);
	assert_int_equal(row->count, request->percentile ? (int64_t)with : count);
	assert_int_equal(row->with, with);
	assert_int_equal(row->figure,
			 request->percentile ? amounts[(with * (size_t)request->percentile + 99) / 100 - 1] : sum);
}

/* From March to April 2026, in which New York's clocks go forward, or to before 1970. */
static instant some_time(uint64_t *seed)
{
	instant from = chance(seed, 8) ? at("2026-03-01T00:00:00Z") : at("1969-12-20T00:00:00Z");

	return from + (instant)chance(seed, 20 * 24 * 60) * MINUTE;
}

static void make_things(struct world *world, uint64_t *seed, struct record **all)
{
	for (int i = 0; i < THINGS; i++) {
		char amount[16], span[16], moment[TIME_TEXT];

		snprintf(amount, sizeof(amount), "%d", (int)chance(seed, 40) - 5);
		snprintf(span, sizeof(span), "PT%dS", (int)chance(seed, 9));
		time_format(some_time(seed), moment);
		all[i] = look(
		    world, import(world, "thing", at("2026-03-01T00:00:00Z") + (instant)chance(seed, 30) * DAY, "title",
				  "x", "size", sizes[chance(seed, 4)], "flag", flags[chance(seed, 3)], "holder",
				  chance(seed, 2) ? "desk" : "", "amount", chance(seed, 4) ? amount : "", "span",
				  chance(seed, 4) ? span : "", "moment", chance(seed, 5) ? moment : "", NULL));
	}
}

static void groups_are_what_a_hand_counts(void **state)
{
	static const int percentiles[] = {0, 1, 50, 90, 99};
	struct world *world = *state;
	const struct type *type = type_of(world, "thing");
	const struct zone *york = zone_open(S("America/New_York")), *tokyo = zone_open(S("Asia/Tokyo"));
	struct record *all[THINGS];
	uint64_t seed = 40;
	const struct group_key keys[] = {{0},
					 {.field = field_of(type, "size")},
					 {.field = field_of(type, "flag")},
					 {.field = field_of(type, "holder")},
					 {.field = field_of(type, "state")},
					 {.field = field_of(type, "amount")},
					 {.field = field_of(type, "moment"), .zone = york},
					 {.field = field_of(type, "created_at"), .zone = tokyo}};
	const struct query_field *figures[] = {NULL, field_of(type, "amount"), field_of(type, "span")};

	make_things(world, &seed, all);
	for (int i = 0; i < 120; i++) {
		struct group_request request = {.type = type,
						.by = {keys[chance(&seed, 8)], keys[chance(&seed, 8)]},
						.of = figures[chance(&seed, 3)],
						.from = at("2026-02-01T00:00:00Z"),
						.to = at("2026-12-01T00:00:00Z"),
						.now = world->now};
		struct group_row *rows;
		size_t count;
		int64_t total = 0;
		int newest = chance(&seed, 3) ? THINGS : 1 + (int)chance(&seed, THINGS);
		READER connection = reader(world);

		request.least = newest == THINGS ? 0 : all[THINGS - newest]->identity;

		request.percentile = request.of ? percentiles[chance(&seed, 5)] : 0;
		must_do(world, read_groups(world->kernel, connection, world->arena, actor_system(), &request, &rows,
					   &count, &world->error));
		for (size_t r = 0; r < count; r++) {
			compare_row(all, &request, &rows[r]);
			total += rows[r].count;
		}
		if (!request.percentile)
			assert_int_equal(total, newest);
	}
}

static enum status try(struct world *world, int64_t person, const struct group_request *request)
{
	const struct actor *actor = person ? as(world, person) : actor_system();
	struct group_row *rows;
	size_t count;
	READER connection = reader(world);

	return read_groups(world->kernel, connection, world->arena, actor, request, &rows, &count, &world->error);
}

static void groups_refuse_what_cannot_be_grouped(void **state)
{
	struct world *world = *state;
	const struct type *type = type_of(world, "thing");
	struct group_request request = {.type = type, .of = field_of(type, "title"), .now = world->now};

	assert_int_equal(try(world, 0, &request), E_SYNTAX);
	request.of = NULL;
	request.by[0].field = field_of(type, "inner");
	assert_int_equal(try(world, world->user, &request), E_SYNTAX);
	request.by[0].field = field_of(type, "created_by");
	assert_int_equal(try(world, world->user, &request), E_SYNTAX);
	request.by[0].field = field_of(type, "state");
	assert_int_equal(try(world, world->user, &request), OK);
	request.by[0].field = field_of(type, "parts");
	assert_int_equal(try(world, 0, &request), E_SYNTAX);
	request.by[0] = (struct group_key){.field = field_of(type, "size"), .zone = zone_open(S("Asia/Tokyo"))};
	assert_int_equal(try(world, 0, &request), E_SYNTAX);
}

/* --- clocks: P1 to P6 reported at nine, resolved one hour later each, or never --- */

enum { INCIDENTS = 12 };

static void make_incidents(struct world *world, int64_t *made_here)
{
	static const char *const impacts[] = {"critical", "high", "medium", "low"};

	for (int i = 0; i < INCIDENTS; i++) {
		instant begin = at("2026-11-02T09:00:00+09:00");

		made_here[i] = import(world, "incident", begin, "title", "x", "caller", "user", "impact",
				      impacts[i % 4], "urgency", "high", NULL);
		if (i % 3 == 2)
			continue;
		alter(world, made_here[i], begin + MINUTE, "state", "start", "group", "desk", "assignee", "desk",
		      "category", "mail", "security", "false", "ci_unknown_reason", "x", NULL);
		alter(world, made_here[i], begin + (i + 1) * (instant)HOUR / 2, "state", "resolve", "resolution", "x",
		      "closing_code", "solved", NULL);
	}
}

static void clocks_are_grouped_as_they_stand_now(void **state)
{
	struct world *world = *state;
	int64_t incidents[INCIDENTS], total = 0;
	struct group_request request = {.type = world->incident,
					.by = {{.clock = S("resolution")}},
					.of_clock = S("resolution"),
					.now = at("2026-11-02T15:30:00+09:00")};
	struct group_row *rows;
	size_t count;

	make_incidents(world, incidents);
	{
		READER connection = reader(world);

		must_do(world, read_groups(world->kernel, connection, world->arena, actor_system(), &request, &rows,
					   &count, &world->error));
	}
	for (size_t r = 0; r < count; r++) {
		int64_t expected = 0, used = 0;

		for (int i = 0; i < INCIDENTS; i++) {
			struct record_clock clock = clock_named(world, incidents[i], "resolution", request.now);

			if (!str_is(rows[r].by[0].text, clock_state_name(clock.result.state)))
				continue;
			expected++;
			used += clock.result.stopped ? clock.result.elapsed : 0;
		}
		assert_int_equal(rows[r].count, expected);
		assert_int_equal(rows[r].figure, used);
		total += expected;
	}
	assert_int_equal(total, INCIDENTS);
	assert_true(count >= 3); /* met, breached, running */
}

static void clocks_over_target_come_first(void **state)
{
	struct world *world = *state;
	int64_t incidents[INCIDENTS];
	struct clock_request request = {.type = world->incident,
					.clock = S("resolution"),
					.limit = INCIDENTS,
					.now = at("2026-11-03T16:00:00+09:00")};
	struct clock_row *rows;
	size_t count;

	make_incidents(world, incidents);
	request.filter = expression(world, world->incident, "clock(resolution) is breached");
	{
		READER connection = reader(world);

		must_do(world, read_clock_rows(world->kernel, connection, world->arena, actor_system(), &request, &rows,
					       &count, &world->error));
	}
	assert_true(count >= 4);
	for (size_t i = 0; i < count; i++) {
		struct record_clock clock = clock_named(world, rows[i].record, "resolution", request.now);

		assert_int_equal(clock.result.state, CLOCK_BREACHED);
		assert_int_equal(rows[i].elapsed, clock.result.elapsed);
		assert_int_equal(rows[i].target, clock.target);
		if (i)
			assert_true(rows[i - 1].elapsed - rows[i - 1].target >= rows[i].elapsed - rows[i].target);
	}
}

#define PROBE_TEST(name) cmocka_unit_test_setup_teardown(name, probe_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PROBE_TEST(groups_are_what_a_hand_counts),
	    PROBE_TEST(groups_refuse_what_cannot_be_grouped),
	    PROBE_TEST(clocks_are_grouped_as_they_stand_now),
	    PROBE_TEST(clocks_over_target_come_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

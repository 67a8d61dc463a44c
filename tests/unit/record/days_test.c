/* Days in expressions: tests/tables/days.yaml, in memory and in SQL; and when days begin, for any day of odd zones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "filter_both.h"

#include "model/node.h"

static struct value *field_of(struct world *world, size_t i, const char *name)
{
	const struct map *fields = &world->types[INCIDENT].fields;

	for (size_t f = 0; f < fields->count; f++)
		if (str_is(fields->entries[f].key, name))
			return &world->records[INCIDENT][i].values[f];
	fail_msg("there is no field %s", name);
	return NULL;
}

static void asks_from(struct world *world, struct str zone, instant now)
{
	world->environment.zone = world->actor.zone = zone_open(zone);
	world->environment.now = world->actor.now = now;
	assert_non_null(world->actor.zone);
}

/* --- the table --- */

static const struct node *table(struct arena *arena)
{
	static char text[16384];
	struct error error = {0};
	struct node *node;
	FILE *file = fopen(TABLES "/days.yaml", "r");
	size_t n;

	assert_non_null(file);
	n = fread(text, 1, sizeof(text), file);
	fclose(file);
	assert_true(n < sizeof(text));
	assert_int_equal(node_parse(arena, "days.yaml", (struct str){text, n}, &node, &error), OK);
	return node_get(node, "cases");
}

static instant time_of(const struct node *node)
{
	instant at = 0;

	if (!time_parse(node->text, &at))
		fail_msg("days.yaml:%u: no time", node->place.line);
	return at;
}

static void set_record(struct world *world, size_t i, const struct node *one)
{
	const struct node *due = node_get(one, "due_on"), *resolved = node_get(one, "resolved_at");
	int32_t day = 0;

	if (due)
		assert_true(day_parse(due->text, &day));
	*field_of(world, i, "due_on") = due ? value_number(VALUE_DATE, day) : (struct value){0};
	*field_of(world, i, "resolved_at") = resolved ? value_time(time_of(resolved)) : (struct value){0};
}

static void judge(struct arena *arena, struct world *world, struct connection *connection, size_t i,
		  const struct node *one)
{
	struct str when = node_get(one, "when")->text;
	const struct query *query = world_parse(arena, world, INCIDENT, when);
	bool expected = str_is(node_get(one, "holds")->text, "yes"), holds;

	asks_from(world, node_get(one, "zone")->text, time_of(node_get(one, "now")));
	world_agrees(arena, world, connection, INCIDENT, when);
	assert_int_equal(query_matches(query, &world->records[INCIDENT][i], &world->environment, &holds), OK);
	if (holds != expected)
		fail_msg("days.yaml:%u: %.*s", one->place.line, STR_ARG(when));
}

static void test_table(void **state)
{
	ARENA arena = arena_new();
	struct world *world = world_make(arena, 5);
	const struct node *cases = table(arena);
	struct error error = {0};

	assert_in_range(cases->count, 20, world->counts[INCIDENT]);
	for (size_t i = 0; i < cases->count; i++)
		set_record(world, i, cases->items[i]);
	world_store(world);
	READER connection = NULL;
	assert_int_equal(store_reader(world->store, &connection, &error), OK);
	for (size_t i = 0; i < cases->count; i++)
		judge(arena, world, connection, i, cases->items[i]);
	store_reader_done(&connection);
	world_unstore(world);
}

/* --- any day --- */

/* Moments at which some day begins, and just beside. */
static void moments(struct arena *arena, struct world *world, struct connection *connection)
{
	static const char *const texts[] = {"due_on < now", "due_on <= now", "due_on = now", "due_on > now",
					    "due_on >= now"};

	for (size_t i = 0; i < 30; i++) {
		world->environment.now = world->actor.now = field_of(world, i, "resolved_at")->number;
		for (size_t t = 0; t < sizeof(texts) / sizeof(*texts); t++)
			world_agrees(arena, world, connection, INCIDENT, str_of(texts[t]));
	}
}

static void test_when_days_begin(void **state)
{
	static const struct str zones[] = {
	    S("Asia/Tokyo"),     S("Europe/Berlin"),    S("America/Sao_Paulo"), S("Pacific/Apia"),
	    S("Asia/Kathmandu"), S("America/St_Johns"), S("Antarctica/Troll"),  S("UTC")};
	const int32_t from = day_from_civil(1850, 1, 1), to = day_from_civil(2110, 1, 1);
	ARENA arena = arena_new();
	struct world *world = world_make(arena, 11);
	struct error error = {0};
	size_t count = world->counts[INCIDENT];

	for (size_t i = 0; i < count; i++) { /* half of them where clocks change, and the day before and after */
		const struct zone *zone = zone_open(zones[i % (sizeof(zones) / sizeof(*zones))]);
		int32_t day = from + (int32_t)world_random(world, (uint64_t)(to - from));

		if (i % 2 && zone_next_change(zone, day * DAY) != INT64_MAX)
			day = zone_day(zone, zone_next_change(zone, day * DAY)) + (int32_t)world_random(world, 3) - 1;
		*field_of(world, i, "due_on") = value_number(VALUE_DATE, day);
		*field_of(world, i, "resolved_at") =
		    value_time(query_midnight(zone, day) + (int64_t)world_random(world, 3) - 1);
	}
	world_store(world);
	READER connection = NULL;
	assert_int_equal(store_reader(world->store, &connection, &error), OK);
	for (size_t z = 0; z < sizeof(zones) / sizeof(*zones); z++) {
		asks_from(world, zones[z], WORLD_NOW);
		world_agrees(arena, world, connection, INCIDENT, S("resolved_at >= due_on"));
		world_agrees(arena, world, connection, INCIDENT, S("due_on = resolved_at"));
		assert_true(world_agrees(arena, world, connection, INCIDENT, S("due_on > resolved_at")) > 0);
		moments(arena, world, connection);
	}
	store_reader_done(&connection);
	world_unstore(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_when_days_begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

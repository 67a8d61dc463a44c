/* Reading: groups, counts, full text, and what history tells to whom. */
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

/* --- groups --- */

static const char *const sizes[] = {"", "large", "medium", "small"};
static const char *const flags[] = {"", "true", "false"};

static bool falls_into(const struct record *record, const struct field *const by[2], const struct group_row *row)
{
	for (int i = 0; i < 2; i++)
		if (by[i] && !value_eq(record_value(record, by[i]), row->by[i]))
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
		struct value value = request->of ? record_value(all[i], request->of) : (struct value){0};

		if (!falls_into(all[i], request->by, row))
			continue;
		count++;
		if (value_is_empty(value))
			continue;
		amounts[with++] = value.number;
		sum += value.number;
	}
	qsort(amounts, with, sizeof(*amounts), by_size);
	assert_int_equal(row->count, request->percentile ? (int64_t)with : count);
	assert_int_equal(row->figure,
			 request->percentile ? amounts[(with * (size_t)request->percentile + 99) / 100 - 1] : sum);
}

static void groups_are_what_a_hand_counts(void **state)
{
	static const int percentiles[] = {0, 1, 50, 90, 99};
	struct world *world = *state;
	const struct type *type = type_of(world, "thing");
	struct record *all[THINGS];
	uint64_t seed = 40;
	const struct field *fields[] = {NULL, type_field(type, S("size")), type_field(type, S("flag")),
					type_field(type, S("holder"))};
	const struct field *figures[] = {NULL, type_field(type, S("amount")), type_field(type, S("span"))};

	for (int i = 0; i < THINGS; i++) {
		char amount[16], span[16];

		snprintf(amount, sizeof(amount), "%d", (int)chance(&seed, 40) - 5);
		snprintf(span, sizeof(span), "PT%dS", (int)chance(&seed, 9));
		all[i] = look(world,
			      import(world, "thing", world->now, "title", "x", "size", sizes[chance(&seed, 4)], "flag",
				     flags[chance(&seed, 3)], "holder", chance(&seed, 2) ? "desk" : "", "amount",
				     chance(&seed, 4) ? amount : "", "span", chance(&seed, 4) ? span : "", NULL));
	}
	for (int i = 0; i < 60; i++) {
		struct group_request request = {.type = type,
						.by = {fields[chance(&seed, 4)], fields[chance(&seed, 4)]},
						.of = figures[chance(&seed, 3)],
						.now = world->now};
		struct group_row *rows;
		size_t count;
		int64_t total = 0;
		READER connection = reader(world);

		request.percentile = request.of ? percentiles[chance(&seed, 5)] : 0;
		must_do(world, read_groups(world->kernel, connection, world->arena, actor_system(), &request, &rows,
					   &count, &world->error));
		for (size_t r = 0; r < count; r++) {
			compare_row(all, &request, &rows[r]);
			total += rows[r].count;
		}
		if (!request.percentile)
			assert_int_equal(total, THINGS);
	}
}

static void groups_refuse_what_cannot_be_summed(void **state)
{
	struct world *world = *state;
	const struct type *type = type_of(world, "thing");
	struct group_request request = {.type = type, .of = type_field(type, S("title")), .now = world->now};
	struct group_row *rows;
	size_t count;
	READER connection = reader(world);

	assert_int_equal(read_groups(world->kernel, connection, world->arena, actor_system(), &request, &rows, &count,
				     &world->error),
			 E_SYNTAX);
	request.of = NULL;
	request.by[0] = type_field(type, S("inner"));
	assert_int_equal(read_groups(world->kernel, connection, world->arena, as(world, world->user), &request, &rows,
				     &count, &world->error),
			 E_SYNTAX);
}

/* --- full text --- */

static size_t hits(struct world *world, int64_t person, const char *text)
{
	const struct actor *actor = as(world, person);
	struct search_hit *found;
	size_t count;
	READER connection = reader(world);

	must_do(world, read_search(world->kernel, connection, world->arena, actor, str_of(text), 50, &found, &count,
				   &world->error));
	for (size_t i = 1; i < count; i++)
		assert_true(found[i - 1].updated_at >= found[i].updated_at);
	return count;
}

static void searching_finds_what_one_may_read(void **state)
{
	struct world *world = *state;
	int64_t thing = import(world, "thing", world->now, "title", "サーバ障害発生", "customer", "CUS-1", "inner",
			       "firmware", NULL);

	alter(world, thing, world->now + 1, "comment", "geheim", NULL);
	alter(world, thing, world->now + 2, "public comment", "offen", NULL);
	import(world, "thing", world->now + 3, "title", "障害", "customer", "CUS-2", NULL);
	assert_int_equal(hits(world, world->admin, "障害"), 2);
	assert_int_equal(hits(world, world->admin, "生"), 1);
	assert_int_equal(hits(world, world->user, "障害"), 1);
	assert_int_equal(hits(world, world->user2, "発生"), 0);
	assert_int_equal(hits(world, world->admin, "firmware"), 1);
	assert_int_equal(hits(world, world->user, "firmware"), 0);
	assert_int_equal(hits(world, world->admin, "geheim"), 1);
	assert_int_equal(hits(world, world->user, "geheim"), 0);
	assert_int_equal(hits(world, world->user, "offen"), 1);
	assert_int_equal(hits(world, world->desk, "障害"), 0);
	assert_int_equal(hits(world, world->admin, ""), 0);
	assert_int_equal(hits(world, world->admin, " 。"), 0);
	alter(world, thing, world->now + 4, "secret", "true", NULL);
	assert_int_equal(hits(world, world->admin, "障害"), 1);
	assert_int_equal(hits(world, world->admin, "geheim"), 0);
}

/* --- history --- */

static size_t told(struct world *world, int64_t person, int64_t record, struct event **events)
{
	const struct actor *actor = as(world, person);
	size_t count;
	READER connection = reader(world);

	struct record *whose;
	assert_int_equal(read_record(world->kernel, connection, world->arena, actor, record, &whose, &world->error),
			 OK);
	must_do(world, read_history(world->kernel, connection, world->arena, actor, whose, 0, 50, events, &count,
				    &world->error));
	return count;
}

static void history_tells_each_their_part(void **state)
{
	struct world *world = *state;
	int64_t thing = import(world, "thing", world->now, "title", "One", "customer", "CUS-1", "inner", "x", NULL);
	int64_t hidden = import(world, "thing", world->now, "title", "Hidden", "secret", "true", NULL);
	struct event *events;
	struct link_end *ends;
	size_t count;

	alter(world, thing, world->now + 1, "comment", "within", "file", "a.txt", NULL);
	alter(world, thing, world->now + 2, "inner", "y", NULL);
	alter(world, thing, world->now + 3, "size", "large", "inner", "z", "public comment", "without", NULL);
	alter(world, thing, world->now + 4, "link near", number_of(world, hidden), "parts", number_of(world, hidden),
	      NULL);
	assert_int_equal(told(world, world->user, thing, &events), 2);
	assert_int_equal(events[0].change_count, 1);
	assert_true(str_is(events[0].comment, "without"));
	assert_int_equal(events[1].sequence, 1);
	for (size_t i = 0; i < events[1].change_count; i++)
		assert_true(!events[1].changes[i].field || events[1].changes[i].field->is_public);
	assert_int_equal(told(world, world->admin, thing, &events), 5);
	assert_int_equal(events[0].link_count, 0); /* not even administrators see the other end */
	assert_int_equal(events[0].changes[0].after.kind, VALUE_NONE);
	assert_int_equal(events[3].attachment_count, 1);
	assert_true(str_is(events[3].comment, "within"));
	READER connection = reader(world);
	struct record *whose_2;
	assert_int_equal(read_record(world->kernel, connection, world->arena, as(world, world->admin), thing, &whose_2,
				     &world->error),
			 OK);
	must_do(world, read_links(world->kernel, connection, world->arena, as(world, world->admin), whose_2,
				  INSTANT_NONE, &ends, &count, &world->error));
	assert_int_equal(count, 0);
	/* Whoever may not read a record cannot ask for what belongs to it either. */
	struct record *unseen;
	assert_int_equal(read_record(world->kernel, connection, world->arena, as(world, world->user2), thing, &unseen,
				     &world->error),
			 E_NOT_FOUND);
}

#define PROBE_TEST(name) cmocka_unit_test_setup_teardown(name, probe_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PROBE_TEST(groups_are_what_a_hand_counts),
	    PROBE_TEST(groups_refuse_what_cannot_be_summed),
	    PROBE_TEST(searching_finds_what_one_may_read),
	    PROBE_TEST(history_tells_each_their_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

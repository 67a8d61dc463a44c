/* Reading: full text, and what history tells to whom. */
#include "record_world.h"

#include "record/access.h"

static struct connection *reader(struct world *world)
{
	struct connection *connection = NULL;

	must_do(world, store_reader(world->store, &connection, &world->error));
	return connection;
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

/* --- words that many have --- */

enum { COMMON = 30 }; /* more than the newest that are looked at first for a page of one or two */

/* All pages of two, newest first; the words are in each record but those whose comment alone has them. */
static void page_through(struct world *world, const struct type *type, const int64_t *made, size_t count)
{
	struct connection *connection = reader(world);
	struct list_request request = {.type = type, .search = S("障害"), .limit = 2, .as_of = INSTANT_NONE};
	struct list_result result;
	size_t seen = 0;

	do {
		must_do(world, read_list(world->kernel, connection, world->arena, actor_system(), &request, &result,
					 &world->error));
		for (size_t i = 0; i < result.count; i++)
			assert_int_equal(result.records[i]->identity, made[count - ++seen]);
		request.after = result.next;
	} while (result.next.n);
	assert_int_equal(seen, count);
	store_reader_done(&connection);
}

static void common_words_page_as_rare_ones(void **state)
{
	static const struct {
		const char *type, *headline; /* of types with codes that follow each other */
	} types[] = {{"service", "name"}, {"incident", "title"}, {"thing", "title"}, {"customer", "name"}};
	struct world *world = *state;
	int64_t made[COMMON];

	for (size_t t = 0; t < sizeof(types) / sizeof(*types); t++) {
		struct search_hit *hits;
		size_t count;

		for (size_t i = 0; i < COMMON; i++) {
			char *title = str_c(world->arena, str_format(world->arena, "障害 %s %zu", types[t].type, i));

			made[i] = i % 5 ? import(world, types[t].type, world->now, types[t].headline, title, NULL)
					: import(world, types[t].type, world->now, types[t].headline,
						 title + strlen("障害 "), "comment", "障害", NULL);
		}
		page_through(world, type_of(world, types[t].type), made, COMMON);
		struct connection *connection = reader(world);
		must_do(world, read_search(world->kernel, connection, world->arena, actor_system(), S("障害"), 1, &hits,
					   &count, &world->error));
		assert_int_equal(count, 1);
		store_reader_done(&connection);
	}
}

/* --- several at once --- */

enum { THINGS = 40, LEAFLETS = 5, MADE = THINGS + LEAFLETS, WANTED_MOST = 60 };

static void make_linked(struct world *world, uint64_t *seed, int64_t made[MADE])
{
	for (size_t i = 0; i < MADE; i++) {
		bool thing = i < THINGS;
		const char *name = str_c(world->arena, str_format(world->arena, "Number %zu", i));
		const char *parts = i ? number_of(world, made[chance(seed, i < THINGS ? i : THINGS)]) : "";

		if (thing && i > 1 && i % 2)
			parts = str_c(world->arena,
				      str_format(world->arena, "%s, %s", parts, number_of(world, made[i - 1])));
		made[i] =
		    thing ? import(world, "thing", world->now, "title", name, "parts", i % 3 ? parts : "", NULL)
			  : import(world, "leaflet", world->now, "title", name, "for_customers", "CUS-1, CUS-2", NULL);
	}
}

static void same_record(const struct record *one, const struct record *other)
{
	assert_int_equal(one == NULL, other == NULL);
	if (!one)
		return;
	assert_int_equal(one->identity, other->identity);
	assert_int_equal(one->version, other->version);
	for (size_t i = 0; i < one->type->field_count; i++)
		assert_true(value_eq(one->values[i], other->values[i]));
}

/* As each by itself, whatever is asked for: of several types, twice, what does not exist, more than a statement takes.
 */
static void several_are_read_as_each_alone(void **state)
{
	struct world *world = *state;
	struct connection *connection;
	uint64_t seed = 2026;
	int64_t made[MADE], wanted[WANTED_MOST];
	struct record *found[WANTED_MOST], *alone;

	make_linked(world, &seed, made);
	connection = reader(world);
	for (int round = 0; round < 60; round++) {
		size_t count = chance(&seed, WANTED_MOST + 1), links = 0;

		for (size_t i = 0; i < count; i++) {
			uint64_t which = chance(&seed, MADE + 4);

			wanted[i] = which < MADE        ? made[which]
				    : which == MADE     ? 0
				    : which == MADE + 1 ? made[0] + 100000
							: world->desk;
		}
		must_do(world,
			record_load_many(world->kernel, connection, world->arena, wanted, count, found, &world->error));
		for (size_t i = 0; i < count; i++) {
			must_do(world, record_load(world->kernel, connection, world->arena, wanted[i], false, &alone,
						   &world->error));
			same_record(found[i], alone);
		}
		for (size_t i = 0; i < count; i++)
			if (wanted[i] >= made[0] && wanted[i] <= made[THINGS - 1] && found[i])
				found[links++] = record_copy(world->arena, found[i]);
		must_do(world,
			record_load_all_links(world->kernel, connection, world->arena, found, links, &world->error));
		for (size_t i = 0; i < links; i++) {
			must_do(world, record_load(world->kernel, connection, world->arena, found[i]->identity, true,
						   &alone, &world->error));
			same_record(found[i], alone);
		}
	}
	store_reader_done(&connection);
}

#define PROBE_TEST(name) cmocka_unit_test_setup_teardown(name, probe_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PROBE_TEST(searching_finds_what_one_may_read),
	    PROBE_TEST(history_tells_each_their_part),
	    PROBE_TEST(common_words_page_as_rare_ones),
	    PROBE_TEST(several_are_read_as_each_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Access: what SQL selects is what memory allows, for any actor and record. */
#include "record_world.h"

#include <stdlib.h>

#include "record/access.h"
#include "record/list.h"

enum { THINGS = 120, ACTORS = 300 };

static const char *pick(uint64_t *seed, const char *const *texts, size_t count)
{
	return texts[chance(seed, count)];
}

static void fill(struct world *world, uint64_t *seed)
{
	static const char *const customers[] = {"", "CUS-1", "CUS-2"};
	static const char *const holders[] = {"", "desk", "resolver", "security", "user", "user2"};
	static const char *const teams[] = {"", "desk", "network"};
	static const char *const secrets[] = {"", "false", "true"};

	for (int i = 0; i < THINGS; i++)
		import(world, "thing", world->now, "title", "Thing", "customer", pick(seed, customers, 3), "holder",
		       pick(seed, holders, 6), "team", pick(seed, teams, 3), "secret", pick(seed, secrets, 3), NULL);
}

static struct actor *some_actor(struct world *world, uint64_t *seed, size_t more_groups)
{
	const int64_t people[] = {world->desk, world->resolver, world->secured, world->user, world->user2};
	const int64_t customers[] = {0, 0, 0, world->acme, world->globex};
	struct actor *actor = arena_one(world->arena, struct actor);
	bool *roles = arena_many(world->arena, bool, world->model->role_count);
	int64_t *groups = arena_many(world->arena, int64_t, more_groups + 2);

	actor->person = people[chance(seed, 5)];
	actor->customer = customers[chance(seed, 5)];
	actor->administers = chance(seed, 8) == 0;
	for (size_t i = 0; i < world->model->role_count; i++)
		roles[i] = chance(seed, 4) == 0;
	if (chance(seed, 2))
		groups[actor->group_count++] = world->group;
	if (chance(seed, 2))
		groups[actor->group_count++] = world->other_group;
	for (size_t i = 0; i < more_groups; i++) { /* that nobody knows */
		groups[actor->group_count] = world->other_group + 1 + (int64_t)i;
		actor->group_count++;
	}
	actor->roles = roles;
	actor->groups = groups;
	return actor;
}

/* Identities that the scope selects, as a set of serial numbers. */
static void select_scope(struct world *world, const struct actor *actor, const struct type *type, bool *selected)
{
	struct list_request request = {.type = type, .limit = 1000, .as_of = INSTANT_NONE, .now = world->now};
	struct list_result result;
	READER connection = NULL;

	must_do(world, store_reader(world->store, &connection, &world->error));
	if (!access_reads_type(world->kernel, actor, type))
		return;
	must_do(world, read_list(world->kernel, connection, world->arena, actor, &request, &result, &world->error));
	for (size_t i = 0; i < result.count; i++)
		selected[IDENTITY_SERIAL(result.records[i]->identity)] = true;
}

static void agree(struct world *world, const struct actor *actor, int64_t first, struct record **records)
{
	bool selected[THINGS + 1] = {0};

	select_scope(world, actor, records[0]->type, selected);
	for (int64_t i = 1; i <= THINGS; i++) {
		bool reads = access_reads_record(world->kernel, actor, records[i - 1]);

		if (reads != selected[i])
			fail_msg("THG-%lld: memory %d, SQL %d (person %llx customer %llx administers %d groups %zu)",
				 (long long)i, reads, selected[i], (long long)actor->person, (long long)actor->customer,
				 actor->administers, actor->group_count);
	}
}

static void scope_agrees_with_memory(void **state)
{
	struct world *world = *state;
	uint64_t seed = 20;
	struct record *records[THINGS];
	int64_t first;

	fill(world, &seed);
	first = kernel_identity(world->kernel, type_of(world, "thing"), 1);
	for (int i = 0; i < THINGS; i++)
		records[i] = look(world, first + i);
	for (int i = 0; i < ACTORS; i++)
		agree(world, some_actor(world, &seed, i % 20 == 19 ? 100 : 0), first, records);
}

static enum status sorted(struct world *world, const struct actor *actor, const char *keys)
{
	struct list_request request = {
	    .type = type_of(world, "thing"), .limit = 1, .as_of = INSTANT_NONE, .now = world->now};
	struct list_result result;
	struct sort *sort;
	READER connection = NULL;

	error_clear(&world->error);
	must_do(world, store_reader(world->store, &connection, &world->error));
	must_do(world, sort_parse(world->arena, request.type, str_of(keys), &sort, &request.sort_count, &world->error));
	request.sort = sort;
	return read_list(world->kernel, connection, world->arena, actor, &request, &result, &world->error);
}

/* The order of a list, and its cursors, would tell what the fields do not. */
static void nobody_sorts_by_what_they_may_not_read(void **state)
{
	struct world *world = *state;

	import(world, "thing", world->now, "title", "One", "customer", "CUS-1", "inner", "hidden", NULL);
	import(world, "thing", world->now, "title", "Two", "customer", "CUS-1", "inner", "well", NULL);
	assert_int_equal(sorted(world, as(world, world->user), "title,-updated_at,number,customer"), OK);
	assert_int_equal(sorted(world, as(world, world->user), "inner"), E_SYNTAX);
	assert_true(has_fault(world, "sort", "unknown"));
	assert_int_equal(sorted(world, as(world, world->user), "title,holder"), E_SYNTAX);
	assert_int_equal(sorted(world, as(world, world->user), "updated_by"), E_SYNTAX);
	assert_int_equal(sorted(world, as(world, world->admin), "inner,holder,updated_by"), OK);
}

static enum status filtered(struct world *world, const struct actor *actor, const char *filter)
{
	int64_t count;
	READER connection = NULL;
	const struct type *type = type_of(world, "thing");
	const struct query *query = expression(world, type, filter);

	must_do(world, store_reader(world->store, &connection, &world->error));
	return read_count(world->kernel, connection, world->arena, actor, type, query, world->now, &count,
			  &world->error);
}

static void nobody_filters_by_what_they_may_not_read(void **state)
{
	static const char *const closed[] = {"inner = 'x'",     "service.owner = me",
					     "has link(near)",  "changed(title)",
					     "updated_by = me", "holder is empty",
					     "not (flag)",      "title = 'x' or inner is empty",
					     "parts is empty",  "has link(wholes where title = 'x')"};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(closed) / sizeof(*closed); i++) {
		if (filtered(world, as(world, world->user), closed[i]) != E_SYNTAX)
			fail_msg("%s", closed[i]);
		assert_int_equal(filtered(world, as(world, world->admin), closed[i]), OK);
	}
	assert_int_equal(filtered(world, as(world, world->user), "title = 'x' and service.name = 'y'"), OK);
}

#define PROBE_TEST(name) cmocka_unit_test_setup_teardown(name, probe_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PROBE_TEST(scope_agrees_with_memory),
	    PROBE_TEST(nobody_sorts_by_what_they_may_not_read),
	    PROBE_TEST(nobody_filters_by_what_they_may_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

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
	static const char *const sizes[] = {"", "large", "medium", "small"};
	static const char *const amounts[] = {"", "2", "3"};
	static const char *const lists[] = {"", "CUS-1", "CUS-2", "CUS-1,CUS-2"};

	for (int i = 0; i < THINGS; i++) {
		int64_t sheet;

		import(world, "thing", world->now, "title", "Thing", "customer", pick(seed, customers, 3), "holder",
		       pick(seed, holders, 6), "team", pick(seed, teams, 3), "secret", pick(seed, secrets, 3), NULL);
		sheet = import(world, "sheet", world->now, "title", "Sheet", "customer", pick(seed, customers, 3),
			       "size", pick(seed, sizes, 4), "holder", pick(seed, holders, 6), "team",
			       pick(seed, teams, 3), "secret", pick(seed, secrets, 3), NULL);
		if (chance(seed, 2))
			alter(world, sheet, world->now, "state", "show", NULL);
		import(world, "slip", world->now, "title", chance(seed, 2) ? "ＴＨＩＮＧ" : "Slip", "customer",
		       pick(seed, customers, 3), "size", pick(seed, sizes, 4), "holder", pick(seed, holders, 6), "team",
		       pick(seed, teams, 3), "amount", pick(seed, amounts, 3), NULL);
		import(world, "leaflet", world->now, "title", "Leaflet", "for_customers", pick(seed, lists, 4),
		       "for_teams", pick(seed, teams, 3), NULL);
	}
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

static void agree(struct world *world, const struct actor *actor, struct record **records)
{
	bool selected[THINGS + 1] = {0};

	select_scope(world, actor, records[0]->type, selected);
	for (int64_t i = 1; i <= THINGS; i++) {
		bool reads = access_reads_record(world->kernel, actor, records[i - 1]);

		if (reads != selected[i])
			fail_msg("%s: memory %d, SQL %d (person %llx customer %llx administers %d groups %zu)",
				 number_of(world, records[i - 1]->identity), reads, selected[i],
				 (long long)actor->person, (long long)actor->customer, actor->administers,
				 actor->group_count);
	}
}

static void scope_agrees_with_memory(void **state)
{
	struct world *world = *state;
	uint64_t seed = 20;
	static const char *const types[] = {"thing", "sheet", "slip", "leaflet"};
	struct record *records[4][THINGS];

	fill(world, &seed);
	for (int t = 0; t < 4; t++)
		for (int i = 0; i < THINGS; i++)
			records[t][i] = look(world, kernel_identity(world->kernel, type_of(world, types[t]), i + 1));
	for (int i = 0; i < ACTORS; i++) {
		const struct actor *actor = some_actor(world, &seed, i % 20 == 19 ? 100 : 0);

		for (int t = 0; t < 4; t++)
			agree(world, actor, records[t]);
	}
}

static enum status reads(struct world *world, int64_t person, int64_t identity, instant as_of)
{
	struct record *record;
	READER connection = NULL;

	error_clear(&world->error);
	must_do(world, store_reader(world->store, &connection, &world->error));
	if (as_of != INSTANT_NONE)
		return read_record_as_of(world->kernel, connection, world->arena, as(world, person), identity, as_of,
					 &record, &world->error);
	return read_record(world->kernel, connection, world->arena, as(world, person), identity, &record,
			   &world->error);
}

static size_t history_of(struct world *world, int64_t person, int64_t identity)
{
	struct event *events;
	struct record *record;
	size_t count;
	READER connection = NULL;

	must_do(world, store_reader(world->store, &connection, &world->error));
	must_do(world, read_record(world->kernel, connection, world->arena, as(world, person), identity, &record,
				   &world->error));
	must_do(world, read_history(world->kernel, connection, world->arena, as(world, person), record, 0, 10, &events,
				    &count, &world->error));
	return count;
}

/* Neither what it was before it was theirs to see, nor how it came about. */
static void the_past_of_what_customers_see_is_not_theirs(void **state)
{
	struct world *world = *state;
	instant now = world->now;
	int64_t sheet = import(world, "sheet", now, "title", "First thoughts", "size", "large", NULL);

	assert_int_equal(reads(world, world->user, sheet, INSTANT_NONE), E_NOT_FOUND);
	alter(world, sheet, now + 1000, "title", "Second thoughts", NULL);
	alter(world, sheet, now + 2000, "state", "show", NULL);
	assert_int_equal(reads(world, world->user, sheet, INSTANT_NONE), OK);
	assert_int_equal(reads(world, world->user, sheet, now + 500), E_NOT_FOUND);
	assert_int_equal(reads(world, world->user, sheet, now + 2500), OK);
	assert_int_equal(history_of(world, world->user, sheet), 0);
	assert_int_equal(history_of(world, world->admin, sheet), 3);
	alter(world, sheet, now + 3000, "state", "hide", NULL);
	assert_int_equal(reads(world, world->user, sheet, now + 2500), E_NOT_FOUND);
}

/* What may not be seen cannot be named either. */
static void nobody_refers_to_what_they_may_not_see(void **state)
{
	struct world *world = *state;
	int64_t hidden = import(world, "sheet", world->now, "title", "Hidden", "size", "large", NULL);
	int64_t shown_one = import(world, "sheet", world->now, "title", "Shown", "size", "large", NULL);

	alter(world, shown_one, world->now, "state", "show", NULL);
	assert_int_equal(
	    create_by(world, as(world, world->user), "slip", "title", "A", "sheet", number_of(world, hidden), NULL),
	    E_INVALID);
	assert_true(has_fault(world, "sheet", "reference"));
	assert_int_equal(
	    create_by(world, as(world, world->user), "slip", "title", "A", "sheet", number_of(world, shown_one), NULL),
	    OK);
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

/* --- what is one's own --- */

enum { OWN = 60 };

struct own { /* an expression, the order of its page, and what both mean */
	const char *type, *filter, *sort;
	bool (*is_own)(const struct actor *actor, const struct record *record);
	bool by_due; /* else the last changed first */
};

static bool names(const struct record *record, const char *field, int64_t person)
{
	return person && record_named(record, field).number == person;
}

static bool is_callers(const struct actor *actor, const struct record *record)
{
	return names(record, "caller", actor->person);
}

static bool is_for(const struct actor *actor, const struct record *record)
{
	return is_callers(actor, record) || names(record, "requested_for", actor->person);
}

static bool is_work(const struct actor *actor, const struct record *record)
{
	return names(record, "assignee", actor->person) ||
	       (record_named(record, "group").number && actor_in_group(actor, record_named(record, "group").number));
}

static const struct own owns[] = {
    {"incident", "(caller = me) and state.phase != done", "-updated_at", is_callers, false},
    {"service_request", "(caller = me or requested_for = me) and state.phase != done", "-updated_at", is_for, false},
    {"incident", "(assignee = me or group in my.groups) and state.phase != done", "clock(resolution).due_at", is_work,
     true},
};

static void fill_own(struct world *world, uint64_t *seed)
{
	static const char *const people[] = {"desk", "resolver", "security", "user", "user2"};
	static const char *const all[] = {"", "desk", "resolver", "user", "user2"};
	static const char *const teams[] = {"", "desk", "network"};
	static const char *const secrets[] = {"", "false", "true"}, *const degrees[] = {"high", "medium", "low"};

	for (int i = 0; i < OWN; i++) {
		instant when = world->now - (instant)chance(seed, 8) * HOUR; /* several at once */
		int64_t incident = import(world, "incident", when, "title", "Own", "caller", pick(seed, people, 5),
					  "group", pick(seed, teams, 3), "assignee", pick(seed, all, 3), "security",
					  pick(seed, secrets, 3), "impact", pick(seed, degrees, 3), NULL);
		int64_t request =
		    import(world, "service_request", when, "title", "Own", "caller", pick(seed, people, 5),
			   "requested_for", pick(seed, all, 5), "security", pick(seed, secrets, 3), NULL);

		if (chance(seed, 3) == 0)
			alter(world, incident, when, "state", "cancel", "comment", "Twice", NULL);
		if (chance(seed, 3) == 0)
			alter(world, request, when, "state", "cancel", "comment", "Twice", NULL);
	}
}

struct placed {
	int64_t place, identity;
};

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	return x->place != y->place ? (x->place > y->place ? 1 : -1)
				    : (x->identity > y->identity) - (x->identity < y->identity);
}

/* The slow way: every record there is, whether it may be seen and is one's own, in order. */
static size_t look_for_own(struct world *world, const struct actor *actor, const struct own *own,
			   struct record *const *records, struct placed *wanted)
{
	size_t count = 0;

	for (int i = 0; i < OWN; i++) {
		struct record_clock clock = {0};
		bool counts;

		if (records[i]->state->phase == PHASE_DONE || !own->is_own(actor, records[i]) ||
		    !access_reads_record(world->kernel, actor, records[i]))
			continue;
		if (own->by_due)
			clock = clock_named(world, records[i]->identity, "resolution", world->now);
		counts = clock.name.n && (clock.result.state == CLOCK_RUNNING || clock.result.state == CLOCK_BREACHED);
		wanted[count++] = own->by_due
				      ? (struct placed){counts ? clock.result.due_at : INT64_MAX, records[i]->identity}
				      : (struct placed){-records[i]->updated_at, -records[i]->identity};
	}
	qsort(wanted, count, sizeof(*wanted), by_place);
	return count;
}

/* Page after page; the reader is given back before anything is compared, as a failed test would keep it. */
static size_t page_through(struct world *world, const struct actor *actor, const struct own *own, uint64_t *seed,
			   int64_t *found, int64_t *total)
{
	const struct type *type = type_of(world, own->type);
	struct list_request request = {.type = type,
				       .filter = expression(world, type, own->filter),
				       .as_of = INSTANT_NONE,
				       .now = world->now,
				       .count = true};
	struct list_result result;
	struct sort *sort;
	size_t count = 0;
	READER connection = NULL;

	must_do(world, store_reader(world->store, &connection, &world->error));
	must_do(world, sort_parse(world->arena, type, str_of(own->sort), &sort, &request.sort_count, &world->error));
	request.sort = sort;
	do {
		request.limit = 1 + chance(seed, 6);
		must_do(world,
			read_list(world->kernel, connection, world->arena, actor, &request, &result, &world->error));
		for (size_t i = 0; i < result.count && count < 2 * (size_t)OWN; i++)
			found[count++] = result.records[i]->identity;
		request.after = result.next;
	} while (request.after.n && count < 2 * (size_t)OWN);
	*total = result.total;
	return count;
}

static void compare_own(struct world *world, const struct actor *actor, const struct own *own,
			struct record *const *records, uint64_t *seed)
{
	struct placed wanted[OWN];
	int64_t found[2 * OWN], total;
	size_t count = look_for_own(world, actor, own, records, wanted),
	       shown = page_through(world, actor, own, seed, found, &total);

	for (size_t i = 0; i < count && i < shown; i++)
		if (found[i] != llabs(wanted[i].identity))
			fail_msg("%s: %s at %zu", own->filter, number_of(world, found[i]), i);
	assert_int_equal(shown, count);
	assert_int_equal(total, count);
}

/* What the portal shows as one's own, and My work as next: each way in which it may be that is looked up by itself. */
static void what_is_ones_own_is_all_of_it_once(void **state)
{
	struct world *world = *state;
	uint64_t seed = 64;
	struct record *records[3][OWN];

	fill_own(world, &seed);
	for (int k = 0; k < 3; k++)
		for (int i = 0; i < OWN; i++)
			records[k][i] =
			    look(world, kernel_identity(world->kernel, type_of(world, owns[k].type), i + 1));
	for (int i = 0; i < 80; i++) {
		const struct actor *actor = some_actor(world, &seed, i % 20 == 19 ? 40 : 0);

		for (int k = 0; k < 3; k++)
			if (access_reads_type(world->kernel, actor, type_of(world, owns[k].type)) &&
			    (!owns[k].by_due || actor_is_staff(actor)))
				compare_own(world, actor, &owns[k], records[k], &seed);
	}
}

#define PROBE_TEST(name) cmocka_unit_test_setup_teardown(name, probe_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PROBE_TEST(scope_agrees_with_memory),
	    PROBE_TEST(the_past_of_what_customers_see_is_not_theirs),
	    PROBE_TEST(nobody_refers_to_what_they_may_not_see),
	    PROBE_TEST(nobody_sorts_by_what_they_may_not_read),
	    PROBE_TEST(nobody_filters_by_what_they_may_not_read),
	    PROBE_TEST(what_is_ones_own_is_all_of_it_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

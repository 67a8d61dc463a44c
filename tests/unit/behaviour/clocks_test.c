/* Clocks through edits with stated times, and what makes them be looked at again. Office hours are 09:00-17:00 in
 * Tokyo, so a service day has 8 hours. */
#include "edit_world.h"

#include "record/cache.h"

static int64_t reported(struct world *world)
{
	return made(world, "incident", "title", "Mail is down", "caller", "user", "category", "mail", NULL);
}

static void on(struct world *world, const char *time)
{
	world->now = at(time);
}

static void a_clock_starts_with_the_record(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world); /* P4: response 2h, resolution 2d */
	struct record_clock resolution = clock_named(world, incident, "resolution", at("2026-11-02T10:00:00+09:00"));

	assert_int_equal(resolution.target, 16 * HOUR);
	assert_int_equal(resolution.calendar, world->calendar);
	assert_int_equal(resolution.agreement, 0);
	assert_int_equal(resolution.result.state, CLOCK_RUNNING);
	assert_int_equal(resolution.result.elapsed, HOUR);
	assert_int_equal(resolution.result.due_at, at("2026-11-03T17:00:00+09:00"));
	assert_int_equal(clock_named(world, incident, "response", world->now).result.due_at,
			 at("2026-11-02T11:00:00+09:00"));
}

static void waiting_for_the_customer_pauses(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);
	struct record_clock clock;

	on(world, "2026-11-02T10:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "start", "group", "desk", "assignee",
				 "desk", "security", "false", "ci_unknown_reason", "none", NULL),
			 OK);
	assert_int_equal(clock_named(world, incident, "response", world->now).result.state, CLOCK_MET);
	on(world, "2026-11-02T11:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "wait", "waiting_for", "customer",
				 "comment", "Asked", NULL),
			 OK);
	clock = clock_named(world, incident, "resolution", at("2026-11-04T12:00:00+09:00"));
	assert_int_equal(clock.result.state, CLOCK_PAUSED);
	assert_int_equal(clock.result.elapsed, 2 * HOUR);
	on(world, "2026-11-04T12:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->user), incident, "comment", "Here", NULL), OK);
	on(world, "2026-11-04T13:30:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "resolve", "resolution", "Done",
				 "closing_code", "solved", NULL),
			 OK);
	clock = clock_named(world, incident, "resolution", at("2026-11-20T12:00:00+09:00"));
	assert_int_equal(clock.result.state, CLOCK_MET);
	assert_int_equal(clock.result.elapsed, 3 * HOUR + 30 * MINUTE);
	assert_int_equal(clock.timeline_count, 4);
}

static void reopening_goes_on_counting(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);
	struct record_clock clock;

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "start", "group", "desk", "assignee",
				 "desk", "security", "false", "ci_unknown_reason", "none", NULL),
			 OK);
	on(world, "2026-11-02T10:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "resolve", "resolution", "Done",
				 "closing_code", "solved", NULL),
			 OK);
	on(world, "2026-11-03T09:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->user), incident, "state", "reopen", "comment", "No", NULL),
			 OK);
	clock = clock_named(world, incident, "resolution", at("2026-11-03T10:00:00+09:00"));
	assert_int_equal(clock.result.state, CLOCK_RUNNING);
	assert_int_equal(clock.result.elapsed, 2 * HOUR);
}

static void another_priority_looks_at_the_whole_again(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	on(world, "2026-11-02T12:00:00+09:00");
	assert_int_equal(
	    edit_by(world, as(world, world->desk), incident, "impact", "critical", "urgency", "high", NULL), OK);
	assert_int_equal(clock_named(world, incident, "resolution", world->now).target, 2 * HOUR);
	assert_int_equal(clock_named(world, incident, "resolution", world->now).result.state, CLOCK_BREACHED);
	assert_int_equal(clock_named(world, incident, "resolution", world->now).result.due_at,
			 at("2026-11-02T11:00:00+09:00"));
}

static int64_t agreed(struct world *world)
{
	return made(world, "sla", "title", "Gold", "customer", "CUS-1", "calendar", "CAL-1", "valid_from", "2026-01-01",
		    "targets", "[{\"clock\":\"resolution\",\"priority\":\"P4\",\"target\":\"PT4H\"}]", NULL);
}

static void an_agreement_in_force_gives_the_target(void **state)
{
	struct world *world = *state;
	int64_t before = reported(world), agreement = agreed(world), events;
	struct record_clock clock;

	assert_int_equal(clock_named(world, before, "resolution", world->now).target, 16 * HOUR);
	on(world, "2026-11-02T10:00:00+09:00");
	assert_int_equal(edit_by(world, actor_system(), agreement, "state", "activate", NULL), OK);
	clock = clock_named(world, before, "resolution", world->now);
	assert_int_equal(clock.target, 4 * HOUR);
	assert_int_equal(clock.agreement, agreement);
	assert_int_equal(clock.result.due_at, at("2026-11-02T13:00:00+09:00"));
	assert_string_equal(shown(world, before, "agreement"), "SLA-1");
	assert_int_equal(clock_named(world, before, "response", world->now).target, 2 * HOUR);

	events = count_rows(world, "SELECT count(*) FROM kaname_event WHERE record = ?", before);
	assert_int_equal(edit_by(world, actor_system(), agreement, "targets",
				 "[{\"clock\":\"resolution\",\"priority\":\"P4\",\"target\":\"PT6H\"}]", NULL),
			 OK);
	assert_int_equal(clock_named(world, before, "resolution", world->now).target, 6 * HOUR);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_event WHERE record = ?", before), events);

	assert_int_equal(edit_by(world, actor_system(), agreement, "state", "end", "comment", "Over", NULL), OK);
	assert_int_equal(clock_named(world, before, "resolution", world->now).target, 16 * HOUR);
	assert_string_equal(shown(world, before, "agreement"), "");
}

static void a_day_of_an_agreement_is_a_service_day(void **state)
{
	struct world *world = *state;
	int64_t agreement = agreed(world), incident = reported(world);

	assert_int_equal(edit_by(world, actor_system(), agreement, "state", "activate", "targets",
				 "[{\"clock\":\"resolution\",\"priority\":\"P4\",\"target\":\"P1DT4H\"}]", NULL),
			 OK);
	assert_int_equal(clock_named(world, incident, "resolution", world->now).target, 12 * HOUR);
}

static void the_agreement_for_the_service_goes_first(void **state)
{
	struct world *world = *state;
	int64_t general = agreed(world), special, incident;

	special = made(world, "sla", "title", "Mail", "customer", "CUS-1", "service", "SVC-1", "calendar", "CAL-1",
		       "valid_from", "2026-01-01", NULL);
	assert_int_equal(edit_by(world, actor_system(), general, "state", "activate", NULL), OK);
	assert_int_equal(edit_by(world, actor_system(), special, "state", "activate", NULL), OK);
	incident = reported(world);
	assert_string_equal(shown(world, incident, "agreement"), "SLA-1");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "service", "SVC-1", NULL), OK);
	assert_string_equal(shown(world, incident, "agreement"), "SLA-2");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "caller", "user2", NULL), OK);
	assert_string_equal(shown(world, incident, "agreement"), "");
}

static void run_timers(struct world *world)
{
	instant next;
	size_t ran;

	assert_int_equal(kernel_run_timers(world->kernel, world->now, 100, &ran, &next, &world->error), OK);
}

static void an_agreement_counts_from_its_first_day_to_its_last(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world), agreement = agreed(world);

	assert_int_equal(edit_by(world, actor_system(), agreement, "state", "activate", "valid_from", "2026-11-04",
				 "valid_to", "2026-11-05", NULL),
			 OK);
	assert_int_equal(clock_named(world, incident, "resolution", world->now).target, 16 * HOUR);
	on(world, "2026-11-03T23:59:59.999+09:00");
	run_timers(world);
	assert_int_equal(clock_named(world, incident, "resolution", world->now).target, 16 * HOUR);
	on(world, "2026-11-04T00:00:00+09:00");
	run_timers(world);
	assert_int_equal(clock_named(world, incident, "resolution", world->now).target, 4 * HOUR);
	assert_string_equal(shown(world, incident, "agreement"), "SLA-1");
	on(world, "2026-11-06T00:00:00+09:00");
	run_timers(world);
	assert_int_equal(clock_named(world, incident, "resolution", world->now).target, 16 * HOUR);
	assert_string_equal(shown(world, incident, "agreement"), "");
}

static int open_without_p5(void **state)
{
	return world_open_with(state, "process: incident_and_service_request\ntargets: {resolution: {P5: ~}}\n");
}

static void without_a_target_the_timeline_is_kept(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "start", "group", "desk", "assignee",
				 "desk", "security", "false", "ci_unknown_reason", "none", NULL),
			 OK);
	on(world, "2026-11-02T10:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "impact", "low", NULL), OK);
	assert_string_equal(shown(world, incident, "priority"), "P5");
	assert_int_equal(clock_named(world, incident, "resolution", world->now).timeline_count, 0);
	on(world, "2026-11-02T11:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "wait", "waiting_for", "customer",
				 "comment", "Asked", NULL),
			 OK);
	on(world, "2026-11-02T14:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "impact", "medium", NULL), OK);
	assert_int_equal(clock_named(world, incident, "resolution", world->now).result.elapsed, 2 * HOUR);
	assert_int_equal(clock_named(world, incident, "resolution", world->now).result.state, CLOCK_PAUSED);
}

static void what_was_measured_stays(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world), agreement = agreed(world);
	struct record_clock clock;

	assert_int_equal(edit_by(world, actor_system(), agreement, "state", "activate", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "start", "group", "desk", "assignee",
				 "desk", "security", "false", "ci_unknown_reason", "none", NULL),
			 OK);
	on(world, "2026-11-02T12:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "resolve", "resolution", "Done",
				 "closing_code", "solved", NULL),
			 OK);
	assert_int_equal(edit_by(world, actor_system(), agreement, "targets",
				 "[{\"clock\":\"resolution\",\"priority\":\"P4\",\"target\":\"PT1H\"}]", NULL),
			 OK);
	assert_int_equal(edit_by(world, actor_system(), world->calendar, "monday", "09:00-10:00", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "comment", "By the way", NULL), OK);
	clock = clock_named(world, incident, "resolution", at("2026-11-10T12:00:00+09:00"));
	assert_int_equal(clock.result.state, CLOCK_MET);
	assert_int_equal(clock.result.elapsed, 3 * HOUR);
	assert_int_equal(clock.target, 4 * HOUR);
	assert_int_equal(edit_by(world, as(world, world->user), incident, "state", "reopen", "comment", "No", NULL),
			 OK);
	clock = clock_named(world, incident, "resolution", world->now);
	assert_int_equal(clock.result.state, CLOCK_BREACHED); /* running again, under what is agreed now */
	assert_int_equal(clock.target, HOUR);
}

static void other_hours_move_the_due_time(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, actor_system(), world->calendar, "exceptions",
				 "[{\"date\":\"2026-11-02\",\"hours\":\"09:00-12:00\"}]", NULL),
			 OK);
	assert_int_equal(
	    count_rows(world, "SELECT due_at FROM kaname_clock WHERE name = 'resolution' AND record = ?", incident),
	    at("2026-11-04T14:00:00+09:00"));
	assert_int_equal(edit_by(world, actor_system(), world->calendar, "service_day", "PT4H", "exceptions", "", NULL),
			 OK);
	assert_int_equal(clock_named(world, incident, "resolution", world->now).target, 8 * HOUR);
}

static void a_trial_of_other_hours_leaves_no_trace(void **state)
{
	struct world *world = *state;
	const struct type *type = type_of(world, "calendar");
	struct field_input input = {type_field(type, S("monday")), value_text(S("09:00-10:00"))};
	struct edit_request request = {.type = type, .record = world->calendar, .fields = &input, .field_count = 1};
	struct edit_batch batch = {.actor = actor_system(),
				   .requests = &request,
				   .count = 1,
				   .results = &world->result,
				   .now = world->now,
				   .dry_run = true};
	int64_t incident = reported(world);

	error_clear(&world->error);
	assert_int_equal(kernel_edit(world->kernel, &batch, &world->error), OK);
	assert_int_equal(edit_by(world, actor_system(), world->calendar, "monday", "09:00-11:00", NULL), OK);
	assert_int_equal(clock_named(world, incident, "response", world->now).result.due_at,
			 at("2026-11-02T11:00:00+09:00"));
	assert_int_equal(clock_named(world, incident, "resolution", at("2026-11-02T18:00:00+09:00")).result.elapsed,
			 2 * HOUR);
}

/* Incidents from this one on whose rows say that a clock runs. */
static int64_t rows_that_run(struct world *world, int64_t first)
{
	READER connection = NULL;
	STATEMENT statement = NULL;
	bool row;

	must(world, store_reader(world->store, &connection, &world->error));
	must(world,
	     store_prepare(connection,
			   S("SELECT count(*) FROM incident WHERE id >= ? AND clock_resolution_state = 'running' "
			     "AND clock_response_state = 'running'"),
			   &statement, &world->error));
	bind_int(statement, first);
	must(world, store_step(statement, &row, &world->error));
	return column_int(statement, 0);
}

/* How much the writer takes for a batch of so many incidents, each with clocks. */
static size_t taken_by_batch(struct world *world, size_t count)
{
	const struct type *type = type_of(world, "incident");
	struct field_input fields[] = {{type_field(type, S("title")), value_text(S("Mail is down"))},
				       {type_field(type, S("caller")), value_record(world->user)}};
	struct edit_request *requests = arena_many(world->arena, struct edit_request, count);
	struct edit_batch batch = {.actor = actor_system(),
				   .requests = requests,
				   .count = count,
				   .results = arena_many(world->arena, struct edit_result, count),
				   .now = world->now};

	for (size_t i = 0; i < count; i++)
		requests[i] = (struct edit_request){.type = type, .fields = fields, .field_count = 2};
	assert_int_equal(kernel_edit(world->kernel, &batch, &world->error), OK);
	assert_int_equal(rows_that_run(world, batch.results[0].record), count);
	return arena_used(world->kernel->cache->writing);
}

static void what_a_batch_takes_grows_as_it_does(void **state)
{
	struct world *world = *state;
	size_t few = taken_by_batch(world, 50), many = taken_by_batch(world, 800);

	assert_in_range(many / few, 10, 20); /* 16 */
}

/* What a page of a list shows is what each record shows; of some that have
					      no clocks, and one that is there twice. */
static void clocks_of_many_are_those_of_each(void **state)
{
	enum { SHOWN = 37 };
	struct world *world = *state;
	struct record *records[SHOWN];
	struct clock_list lists[SHOWN];
	READER connection = NULL;
	int64_t incidents[SHOWN];

	for (int i = 0; i < SHOWN; i++) {
		on(world, i % 2 ? "2026-11-02T10:00:00+09:00" : "2026-11-02T13:00:00+09:00");
		incidents[i] = i % 6 == 5 ? world->desk : i % 6 == 4 ? incidents[i - 1] : reported(world);
		if (i % 6 == 3)
			assert_int_equal(edit_by(world, as(world, world->desk), incidents[i], "state", "start", "group",
						 "desk", "assignee", "desk", "security", "false", "ci_unknown_reason",
						 "none", NULL),
					 OK);
	}
	on(world, "2026-11-03T15:00:00+09:00");
	must(world, store_reader(world->kernel->store, &connection, &world->error));
	must(world,
	     record_load_many(world->kernel, connection, world->arena, incidents, SHOWN, records, &world->error));
	must(world, clocks_of_records(world->kernel, connection, world->arena, records, SHOWN, world->now, lists,
				      &world->error));
	for (int i = 0; i < SHOWN; i++) {
		struct record_clock *alone;
		size_t count;

		must(world, clocks_of(world->kernel, connection, world->arena, incidents[i], world->now, &alone, &count,
				      &world->error));
		assert_int_equal(lists[i].count, count);
		assert_int_equal(count > 0, i % 6 != 5);
		for (size_t c = 0; c < count; c++) {
			const struct record_clock *clock = &lists[i].items[c];

			assert_int_equal(clock->record, incidents[i]);
			assert_true(str_eq(clock->name, alone[c].name));
			assert_int_equal(clock->result.state, alone[c].result.state);
			assert_int_equal(clock->result.elapsed, alone[c].result.elapsed);
			assert_int_equal(clock->result.due_at, alone[c].result.due_at);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
	    TEST(a_clock_starts_with_the_record),
	    TEST(waiting_for_the_customer_pauses),
	    TEST(reopening_goes_on_counting),
	    TEST(another_priority_looks_at_the_whole_again),
	    TEST(an_agreement_in_force_gives_the_target),
	    TEST(a_day_of_an_agreement_is_a_service_day),
	    TEST(the_agreement_for_the_service_goes_first),
	    TEST(an_agreement_counts_from_its_first_day_to_its_last),
	    cmocka_unit_test_setup_teardown(without_a_target_the_timeline_is_kept, open_without_p5, world_close),
	    TEST(what_was_measured_stays),
	    TEST(clocks_of_many_are_those_of_each),
	    TEST(other_hours_move_the_due_time),
	    TEST(a_trial_of_other_hours_leaves_no_trace),
	    TEST(what_a_batch_takes_grows_as_it_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

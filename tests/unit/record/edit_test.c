/* The edit pipeline against the shipped processes: values, steps, refusals, time. */
#include "edit_world.h"

#include "record/event.h"
#include "record/verify.h"

static int64_t reported(struct world *world)
{
	assert_int_equal(create_by(world, as(world, world->user), "incident", "title", "Mail is down", NULL), OK);
	return world->result.record;
}

static int64_t taken_up(struct world *world)
{
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "start", "group", "desk", "assignee",
				 "desk", "category", "mail", "security", "false", "ci_unknown_reason", "none", NULL),
			 OK);
	return incident;
}

static int64_t solved(struct world *world)
{
	int64_t incident = taken_up(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "resolve", "resolution", "Restarted",
				 "closing_code", "solved", NULL),
			 OK);
	return incident;
}

static void creating_fills_what_can_be_known(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_string_equal(shown(world, incident, "caller"), "PER-5");
	assert_string_equal(shown(world, incident, "customer"), "CUS-1");
	assert_string_equal(shown(world, incident, "impact"), "medium");
	assert_string_equal(shown(world, incident, "priority"), "P4");
	assert_string_equal(shown(world, incident, "reopen_count"), "0");
	assert_string_equal(shown(world, incident, "state"), "new");
	assert_int_equal(look(world, incident)->version, 1);
	assert_int_equal(look(world, incident)->created_at, world->now);
	assert_int_equal(look(world, incident)->created_by, world->user);
	assert_int_equal(IDENTITY_SERIAL(incident), 1);
	assert_int_equal(IDENTITY_SERIAL(reported(world)), 2);
}

static void missing_values_are_told_together(void **state)
{
	struct world *world = *state;

	assert_int_equal(create_by(world, as(world, world->desk), "incident", "impact", "", "urgency", "", NULL),
			 E_INVALID);
	assert_true(has_fault(world, "title", "required"));
	assert_true(has_fault(world, "impact", "required"));
	assert_true(has_fault(world, "urgency", "required"));
	assert_int_equal(count_rows(world, "SELECT count(*) FROM incident WHERE id <> ?", 0), 0);
	assert_int_equal(count_rows(world,
				    "SELECT count(*) FROM kaname_event WHERE kind = 'create' AND record >> 40 = ?",
				    IDENTITY_CODE(kernel_identity(world->kernel, world->incident, 1))),
			 0);
}

static void an_edit_that_changes_nothing_writes_nothing(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "title", "Mail is down", NULL), OK);
	assert_int_equal(world->result.event, 0);
	assert_int_equal(world->result.version, 1);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "title", "Mail is slow", NULL), OK);
	assert_true(world->result.event > 0);
	assert_int_equal(world->result.version, 2);
	assert_string_equal(shown(world, incident, "title"), "Mail is slow");
}

static void what_somebody_else_changed_is_stale(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);
	struct field_input input = {type_field(world->incident, S("title")), value_text(S("Other"))};
	struct edit_request request = {
	    .type = world->incident, .record = incident, .if_version = 1, .fields = &input, .field_count = 1};
	struct edit_batch batch = {
	    .actor = as(world, world->desk), .requests = &request, .count = 1, .results = &world->result};

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "title", "First", NULL), OK);
	error_clear(&world->error);
	assert_int_equal(kernel_edit(world->kernel, &batch, &world->error), E_STALE);
	assert_true(has_fault(world, "version", "stale"));
	request.if_version = 2;
	error_clear(&world->error);
	assert_int_equal(kernel_edit(world->kernel, &batch, &world->error), OK);
	assert_string_equal(shown(world, incident, "title"), "Other");
}

static void steps_are_taken_from_their_states_only(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "confirm", NULL), E_CONFLICT);
	assert_true(has_fault(world, "state", "state"));
	assert_string_equal(world->error.items[0].arguments[0], "Resolved");
	assert_string_equal(shown(world, incident, "state"), "new");
}

static void steps_ask_for_all_that_they_require(void **state)
{
	struct world *world = *state;
	int64_t incident = taken_up(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "resolve", NULL), E_INVALID);
	assert_true(has_fault(world, "resolution", "required"));
	assert_true(has_fault(world, "closing_code", "required"));
	assert_int_equal(
	    edit_by(world, as(world, world->desk), incident, "state", "wait", "waiting_for", "parts", NULL), E_INVALID);
	assert_true(has_fault(world, "comment", "required"));
	assert_string_equal(shown(world, incident, "state"), "in_progress");
}

static void a_guard_is_judged_before_the_step(void **state)
{
	struct world *world = *state;
	int64_t incident = solved(world);

	world->now += 15 * DAY;
	assert_int_equal(edit_by(world, as(world, world->user), incident, "state", "reopen", "comment", "Again", NULL),
			 E_CONFLICT);
	assert_true(has_fault(world, "state", "guard"));
	world->now -= 2 * DAY;
	assert_int_equal(edit_by(world, as(world, world->user), incident, "state", "reopen", "comment", "Again", NULL),
			 OK);
	assert_string_equal(shown(world, incident, "state"), "in_progress");
	assert_string_equal(shown(world, incident, "reopen_count"), "1");
}

static void a_button_is_shown_when_its_step_can_be_taken(void **state)
{
	struct world *world = *state;
	int64_t incident = solved(world);
	struct record *record = look(world, incident);
	const struct transition *reopen = type_transition(world->incident, S("reopen"));
	READER connection = NULL;
	bool may;

	assert_int_equal(store_reader(world->store, &connection, &world->error), OK);
	assert_int_equal(edit_may_transition(world->kernel, connection, world->arena, as(world, world->user), record,
					     reopen, world->now, &may, &world->error),
			 OK);
	assert_true(may);
	assert_int_equal(edit_may_transition(world->kernel, connection, world->arena, as(world, world->user), record,
					     reopen, world->now + 15 * DAY, &may, &world->error),
			 OK);
	assert_false(may);
	assert_int_equal(edit_may_transition(world->kernel, connection, world->arena, as(world, world->user2), record,
					     reopen, world->now, &may, &world->error),
			 OK);
	assert_false(may);
}

static void the_callers_answer_gets_things_moving(void **state)
{
	struct world *world = *state;
	int64_t incident = taken_up(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "wait", "waiting_for", "customer",
				 "public comment", "Which floor?", NULL),
			 OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "public comment", "Still waiting", NULL), OK);
	assert_string_equal(shown(world, incident, "state"), "waiting");
	assert_int_equal(edit_by(world, as(world, world->user), incident, "comment", "The third", NULL), OK);
	assert_string_equal(shown(world, incident, "state"), "in_progress");
	assert_int_equal(count_rows(world, "SELECT public FROM kaname_event WHERE id = ?", world->result.event), 1);
}

static void closed_records_stay_as_they_are(void **state)
{
	struct world *world = *state;
	int64_t incident = solved(world);

	assert_int_equal(edit_by(world, as(world, world->user), incident, "state", "confirm", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "title", "Rewritten", NULL), E_CONFLICT);
	assert_true(has_fault(world, "title", "closed"));
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "comment", "Noted", NULL), OK);
}

static void an_assignee_outside_the_new_group_stays_behind(void **state)
{
	struct world *world = *state;
	int64_t incident = taken_up(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "group", "network", NULL), OK);
	assert_string_equal(shown(world, incident, "assignee"), "");
	assert_string_equal(shown(world, incident, "reassignment_count"), "1");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "assignee", "resolver", NULL), OK);
	assert_int_equal(
	    edit_by(world, as(world, world->desk), incident, "group", "desk", "assignee", "resolver", NULL), OK);
	assert_string_not_equal(shown(world, incident, "assignee"), "");
}

static void a_path_is_followed_again_when_its_base_changes(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "caller", "user2", NULL), OK);
	assert_string_equal(shown(world, incident, "customer"), "CUS-2");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "customer", "CUS-1", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "title", "Other", NULL), OK);
	assert_string_equal(shown(world, incident, "customer"), "CUS-1");
}

static void unique_values_are_taken_once(void **state)
{
	struct world *world = *state;

	assert_int_equal(create_by(world, as(world, world->admin), "person", "account", "desk", "name", "Other",
				   "language", "en", NULL),
			 E_INVALID);
	assert_true(has_fault(world, "account", "unique"));
}

static void hours_that_cannot_be_read_are_refused(void **state)
{
	struct world *world = *state;

	assert_int_equal(create_by(world, as(world, world->admin), "calendar", "name", "Odd", "monday", "9 to 5", NULL),
			 E_INVALID);
	assert_true(has_fault(world, "monday", "hours"));
}

static void only_the_system_states_a_past_time(void **state)
{
	struct world *world = *state;
	struct field_input input = {type_field(world->incident, S("title")), value_text(S("Old"))};
	struct edit_request request = {.type = world->incident,
				       .fields = &input,
				       .field_count = 1,
				       .via = VIA_IMPORT,
				       .at = at("2020-01-06T09:00:00Z"),
				       .on_behalf = world->resolver,
				       .state = type_state(world->incident, S("closed"))};
	struct edit_batch batch = {
	    .actor = as(world, world->admin), .requests = &request, .count = 1, .results = &world->result};
	struct record *record;

	error_clear(&world->error);
	assert_int_equal(kernel_edit(world->kernel, &batch, &world->error), E_DENIED);
	batch.actor = actor_system();
	error_clear(&world->error);
	assert_int_equal(kernel_edit(world->kernel, &batch, &world->error), OK);
	record = look(world, world->result.record);
	assert_int_equal(record->created_at, request.at);
	assert_int_equal(record->created_by, world->resolver);
	assert_true(str_is(record->state->name, "closed"));
	assert_true(count_rows(world, "SELECT recorded_at - at FROM kaname_event WHERE id = ?", world->result.event) >
		    365 * DAY);

	request = (struct edit_request){.type = world->incident,
					.record = world->result.record,
					.comment = S("Before it began"),
					.via = VIA_IMPORT,
					.at = at("2019-01-06T09:00:00Z")};
	error_clear(&world->error);
	assert_int_equal(kernel_edit(world->kernel, &batch, &world->error), E_INVALID);
	assert_true(has_fault(world, "at", "order"));
}

static void history_is_a_whole_chain(void **state)
{
	struct world *world = *state;
	struct verify_report report;

	solved(world);
	assert_int_equal(verify_history(world->kernel, world->arena, &report, NULL, NULL, &world->error), OK);
	assert_int_equal(report.broken.n, 0);
	assert_true(report.events > 10);
}

static void history_tells_what_changed(void **state)
{
	struct world *world = *state;
	int64_t incident = taken_up(world);
	struct event *events;
	READER connection = NULL;
	size_t count;

	assert_int_equal(store_reader(world->store, &connection, &world->error), OK);
	struct record *whose;
	assert_int_equal(read_record(world->kernel, connection, world->arena, as(world, world->desk), incident, &whose,
				     &world->error),
			 OK);
	assert_int_equal(read_history(world->kernel, connection, world->arena, as(world, world->desk), whose, 0, 10,
				      &events, &count, &world->error),
			 OK);
	assert_int_equal(count, 2);
	assert_true(str_is(events[0].transition->name, "start"));
	assert_int_equal(events[0].sequence, 2);
	assert_int_equal(events[0].actor, world->desk);
	assert_true(str_is(events[1].kind, "create"));
	for (size_t i = 0; i < events[0].change_count; i++)
		if (!events[0].changes[i].field) {
			assert_true(str_is(events[0].changes[i].before.text, "new"));
			assert_true(str_is(events[0].changes[i].after.text, "in_progress"));
		}
}

static int open_with_computed(void **state)
{
	return world_open_with(state, "process: incident_and_service_request\n"
				      "records:\n"
				      "  incident:\n"
				      "    fields:\n"
				      "      service_owner: {computed: service.owner, label: {en: Owner, ja: O}}\n"
				      "      urgent: {computed: \"priority <= P2\", label: {en: Urgent, ja: U}}\n"
				      "      cost: {type: money, label: {en: Cost, ja: C}}\n");
}

static void computed_fields_follow(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_string_equal(shown(world, incident, "service_owner"), "");
	assert_string_equal(shown(world, incident, "urgent"), "false");
	assert_int_equal(edit_by(world, actor_system(), world->service, "owner", "resolver", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "service", "SVC-1", "impact", "critical",
				 "urgency", "high", NULL),
			 OK);
	assert_string_equal(shown(world, incident, "service_owner"), "PER-2");
	assert_string_equal(shown(world, incident, "urgent"), "true");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "cost", "12.50 JPY", NULL), OK);
	assert_string_equal(shown(world, incident, "cost"), "[12500000,\"JPY\"]");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "cost", "", NULL), OK);
	assert_string_equal(shown(world, incident, "cost"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
	    TEST(creating_fills_what_can_be_known),
	    TEST(missing_values_are_told_together),
	    TEST(an_edit_that_changes_nothing_writes_nothing),
	    TEST(what_somebody_else_changed_is_stale),
	    TEST(steps_are_taken_from_their_states_only),
	    TEST(steps_ask_for_all_that_they_require),
	    TEST(a_guard_is_judged_before_the_step),
	    TEST(a_button_is_shown_when_its_step_can_be_taken),
	    TEST(the_callers_answer_gets_things_moving),
	    TEST(closed_records_stay_as_they_are),
	    TEST(an_assignee_outside_the_new_group_stays_behind),
	    TEST(a_path_is_followed_again_when_its_base_changes),
	    TEST(unique_values_are_taken_once),
	    TEST(hours_that_cannot_be_read_are_refused),
	    TEST(only_the_system_states_a_past_time),
	    TEST(history_is_a_whole_chain),
	    TEST(history_tells_what_changed),
	    cmocka_unit_test_setup_teardown(computed_fields_follow, open_with_computed, world_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

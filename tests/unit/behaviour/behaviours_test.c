/* Each behaviour as the shipped incident composes it. */
#include "edit_world.h"

#include "behaviour/behaviours.h"
#include "store/driver.h"

static int64_t reported(struct world *world)
{
	return made(world, "incident", "title", "Mail is down", "caller", "user", NULL);
}

static int64_t solved(struct world *world)
{
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "start", "group", "desk", "assignee",
				 "desk", "category", "mail", "security", "false", "ci_unknown_reason", "none", NULL),
			 OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "resolve", "resolution", "Restarted",
				 "closing_code", "solved", NULL),
			 OK);
	return incident;
}

static void run_timers(struct world *world, size_t expected)
{
	instant next;
	size_t ran;

	assert_int_equal(kernel_run_timers(world->kernel, world->now, 100, &ran, &next, &world->error), OK);
	assert_int_equal(ran, expected);
}

/* --- priority_matrix --- */

static void the_table_gives_the_priority(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_string_equal(shown(world, incident, "priority"), "P4");
	assert_int_equal(
	    edit_by(world, as(world, world->desk), incident, "impact", "critical", "urgency", "high", NULL), OK);
	assert_string_equal(shown(world, incident, "priority"), "P1");
}

static void another_priority_needs_a_reason(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "priority", "P1", NULL), E_INVALID);
	assert_true(has_fault(world, "priority_reason", "required"));
	assert_int_equal(
	    edit_by(world, as(world, world->desk), incident, "priority", "P1", "priority_reason", "The mayor", NULL),
	    OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "title", "Other", NULL), OK);
	assert_string_equal(shown(world, incident, "priority"), "P1");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "impact", "low", NULL), OK);
	assert_string_equal(shown(world, incident, "priority"), "P5");
	assert_string_equal(shown(world, incident, "priority_reason"), "");
}

/* --- requires, stamp, count --- */

static void major_incident_names_its_service(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "major", "true", NULL), E_INVALID);
	assert_true(has_fault(world, "service", "required"));
	assert_string_equal(shown(world, incident, "major"), "");
}

static void steps_are_stamped(void **state)
{
	struct world *world = *state;
	int64_t incident;
	char expected[24];

	world->now += 5 * MINUTE;
	incident = solved(world);
	snprintf(expected, sizeof(expected), "%lld", (long long)world->now);
	assert_string_equal(shown(world, incident, "resolved_at"), expected);
	assert_string_equal(shown(world, incident, "closed_at"), "");
}

static void only_real_changes_are_counted(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "group", "desk", NULL), OK);
	assert_string_equal(shown(world, incident, "reassignment_count"), "0");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "group", "network", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "group", "network", NULL), OK);
	assert_string_equal(shown(world, incident, "reassignment_count"), "1");
}

/* --- closure_confirmation --- */

static void silence_closes(void **state)
{
	struct world *world = *state;
	int64_t incident = solved(world);
	struct event *events;
	READER connection = NULL;
	size_t count;

	world->now += 5 * DAY - 1;
	run_timers(world, 1); /* the reminder */
	world->now += 1;
	run_timers(world, 1);
	assert_string_equal(shown(world, incident, "state"), "closed");
	assert_string_equal(shown(world, incident, "unconfirmed"), "true");
	assert_int_equal(look(world, incident)->updated_by, 0);
	run_timers(world, 0);
	assert_int_equal(store_reader(world->store, &connection, &world->error), OK);
	struct record *whose;
	assert_int_equal(read_record(world->kernel, connection, world->arena, as(world, world->user), incident, &whose,
				     &world->error),
			 OK);
	assert_int_equal(read_history(world->kernel, connection, world->arena, as(world, world->user), whose, 0, 1,
				      &events, &count, &world->error),
			 OK);
	assert_int_equal(count, 1);
	assert_true(events[0].comment.n > 0 && events[0].is_public && events[0].via == VIA_JOB);
}

static void a_confirmation_stops_the_waiting(void **state)
{
	struct world *world = *state;
	int64_t incident = solved(world);

	assert_int_equal(edit_by(world, as(world, world->user), incident, "state", "confirm", NULL), OK);
	assert_string_equal(shown(world, incident, "unconfirmed"), "false");
	world->now += 6 * DAY;
	run_timers(world, 0);
}

static void reopening_takes_the_mark_off(void **state)
{
	struct world *world = *state;
	int64_t incident = solved(world);

	world->now += 5 * DAY;
	run_timers(world, 2); /* reminder and end */
	assert_int_equal(edit_by(world, as(world, world->user), incident, "state", "reopen", "comment", "No", NULL),
			 OK);
	assert_string_equal(shown(world, incident, "unconfirmed"), "false");
}

static void the_next_timer_is_told(void **state)
{
	struct world *world = *state;
	instant next;
	size_t ran;

	solved(world);
	assert_int_equal(kernel_run_timers(world->kernel, world->now, 1, &ran, &next, &world->error), OK);
	assert_int_equal(ran, 0);
	assert_int_equal(next, world->now + 2 * DAY);
}

/* A database may tell of a refusal only when the job ends. */
static struct {
	const struct store_driver *real;
	struct store_driver driver;
	unsigned refusals;
} late;

static enum status keep_or_refuse(struct connection *connection, struct error *error)
{
	if (!late.refusals)
		return late.real->job_keep(connection, error);
	late.refusals--;
	return error_fail(error, E_CONFLICT, "", "test", N_("Only tried"));
}

static void refuse_late(struct world *world, unsigned times)
{
	late.real = world->store->driver;
	late.driver = *late.real;
	late.driver.job_keep = keep_or_refuse;
	late.refusals = times;
	world->store->driver = &late.driver;
}

static void timers_that_are_refused_late_run_one_by_one(void **state)
{
	struct world *world = *state;
	int64_t incident = solved(world);

	world->now += 5 * DAY;
	refuse_late(world, 1);
	run_timers(world, 2); /* reminder and end */
	world->store->driver = late.real;
	assert_string_equal(shown(world, incident, "state"), "closed");
}

static void a_timer_that_is_refused_late_comes_again(void **state)
{
	struct world *world = *state;

	solved(world);
	world->now += 2 * DAY;
	refuse_late(world, 2); /* with others, and alone */
	run_timers(world, 1);
	world->store->driver = late.real;
	run_timers(world, 0);
	world->now += HOUR;
	run_timers(world, 1); /* the reminder */
}

static int open_with_strict_end(void **state)
{
	return world_open_with(state, "process: incident_and_service_request\n"
				      "records:\n"
				      "  incident:\n"
				      "    transitions:\n"
				      "      confirm:\n"
				      "        guard: kind = ci_fault\n");
}

static void what_may_not_end_yet_is_looked_at_again_the_next_day(void **state)
{
	struct world *world = *state;
	int64_t incident = solved(world);
	instant next;
	size_t ran;

	world->now += 5 * DAY;
	assert_int_equal(kernel_run_timers(world->kernel, world->now, 100, &ran, &next, &world->error), OK);
	assert_int_equal(next, world->now + DAY);
	assert_string_equal(shown(world, incident, "state"), "resolved");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "kind", "ci_fault", NULL), OK);
	world->now += DAY;
	run_timers(world, 1);
	assert_string_equal(shown(world, incident, "state"), "closed");
}

/* --- loading --- */

static void faults_in_parameters_are_told_with_their_place(void **state)
{
	static const char overlay[] =
	    "process: incident_and_service_request\n"
	    "records:\n"
	    "  incident:\n"
	    "    behaviours:\n"
	    "      - priority_matrix: {rows: urgency, columns: impact, table: nowhere}\n"
	    "      - stamp: {field: title, on: [resolve]}\n"
	    "      - stamp: {field: resolved_at, on: [fly]}\n"
	    "      - count: {field: reopen_count, when: always}\n"
	    "      - requires: {when: \"nonsense = 1\", fields: [title]}\n"
	    "      - restricted_visibility: {when: security, to: [martians]}\n"
	    "      - telepathy\n"
	    "      - clock: {name: response, target: nowhere, stop: \"major\"}\n"
	    "      - clock: {name: resolution, target: resolution, stop: \"major\", by: title}\n";
	struct world *world = *state;
	struct model_source *sources = NULL, all[128];
	const struct model *model;
	struct error error;
	size_t count = 0, seen = 0;

	error_clear(&error);
	assert_int_equal(model_read_directory(world->arena, PROCESSES, false, &sources, &count, &error), OK);
	assert_true(count < sizeof(all) / sizeof(*all));
	memcpy(all, sources, count * sizeof(*all));
	all[count++] = (struct model_source){.file = "overlay.yaml", .text = str_of(overlay), .overlay = true};
	if (model_load(world->arena, all, count, &model, &error)) {
		char text[2048];

		error_text(&error, text, sizeof(text));
		fail_msg("%s", text);
	}
	assert_int_equal(kernel_check_behaviours(world->arena, model, behaviours, &error), E_INVALID);
	for (unsigned line = 5; line <= 13; line++) {
		char place[32];
		bool found = false;

		snprintf(place, sizeof(place), "overlay.yaml:%u", line);
		for (size_t i = 0; i < error.count; i++)
			found = found || !strcmp(error.items[i].field, place);
		if (!found)
			print_error("no fault at %s\n", place);
		seen += found;
	}
	assert_int_equal(seen, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
	    TEST(the_table_gives_the_priority),
	    TEST(another_priority_needs_a_reason),
	    TEST(major_incident_names_its_service),
	    TEST(steps_are_stamped),
	    TEST(only_real_changes_are_counted),
	    TEST(silence_closes),
	    TEST(a_confirmation_stops_the_waiting),
	    TEST(reopening_takes_the_mark_off),
	    TEST(the_next_timer_is_told),
	    TEST(timers_that_are_refused_late_run_one_by_one),
	    TEST(a_timer_that_is_refused_late_comes_again),
	    cmocka_unit_test_setup_teardown(what_may_not_end_yet_is_looked_at_again_the_next_day, open_with_strict_end,
					    world_close),
	    TEST(faults_in_parameters_are_told_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

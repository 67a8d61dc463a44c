/* Major incidents: who is called to them, what is to be done, and that nobody is left without word while one lasts. */
#include "edit_world.h"

#include "behaviour/behaviours.h"

static const char *number(struct world *world, int64_t record)
{
	return str_c(world->arena,
		     str_format(world->arena, "%s", kernel_number(world->kernel, record, (char[NUMBER_TEXT]){0})));
}

static int64_t leader(struct world *world)
{
	return made(world, "person", "account", "leader", "name", "Leader", "language", "en", "roles",
		    "incident_and_service_request.major_incident_manager", NULL);
}

static int64_t declared(struct world *world)
{
	int64_t incident = made(world, "incident", "title", "Mail is down", "caller", "user", "category", "mail",
				"service", number(world, world->service), "group", "desk", NULL);

	assert_int_equal(
	    edit_by(world, actor_system(), incident, "state", "declare_major", "major_reason", "Nobody has mail", NULL),
	    OK);
	return incident;
}

/* --- 8.1.4-e --- */

static void silence_over_the_interval_is_reminded_of(void **state)
{
	struct world *world = *state;
	int64_t chief = leader(world), incident = declared(world), update;

	assert_string_equal(shown(world, incident, "major_manager"), number(world, chief));
	run_until(world, "2026-11-02T09:29:59+09:00");
	assert_int_equal(told_of(world, chief, "reminder", incident), 0);
	run_until(world, "2026-11-02T09:31:00+09:00");
	assert_int_equal(told_of(world, chief, "reminder", incident), 1);

	world->now = at("2026-11-02T09:40:00+09:00");
	update = made(world, "communication", "subject", "Mail is down", "text", "We work on it", NULL);
	assert_int_equal(edit_by(world, actor_system(), update, "link speaks_of", number(world, incident), NULL), OK);
	assert_int_equal(edit_by(world, actor_system(), update, "state", "send", NULL), OK);
	run_until(world, "2026-11-02T10:09:59+09:00");
	assert_int_equal(told_of(world, chief, "reminder", incident), 1);
	run_until(world, "2026-11-02T10:10:00+09:00");
	assert_int_equal(told_of(world, chief, "reminder", incident), 2);

	assert_int_equal(edit_by(world, actor_system(), incident, "update_interval", "PT1H", NULL), OK);
	run_until(world, "2026-11-02T10:39:00+09:00");
	assert_int_equal(told_of(world, chief, "reminder", incident), 2);
	assert_int_equal(edit_by(world, actor_system(), incident, "state", "cancel", "comment", "A drill", NULL), OK);
	run_until(world, "2026-11-03T10:10:00+09:00");
	assert_int_equal(told_of(world, chief, "reminder", incident), 2);
}

/* --- 8.1.4-c, 8.1.4-d --- */

static int64_t rota(struct world *world, const char *of, const char *value, const char *person)
{
	return made(world, "oncall_rota", "name", value, of, value, "starts_on", "2026-10-26", "people",
		    str_c(world->arena, str_format(world->arena, "[{\"person\":\"%s\"}]", person)), NULL);
}

static int64_t task_of(struct world *world, int64_t incident, const char *key)
{
	return count_rows(
	    world,
	    str_c(world->arena,
		  str_format(world->arena, "SELECT coalesce(min(id), 0) FROM task WHERE incident = ? AND key = '%s'",
			     key)),
	    incident);
}

static void whose_turn_it_is_does_it(void **state)
{
	struct world *world = *state;
	int64_t chief = leader(world), incident, lead, restore;

	rota(world, "role", "incident_and_service_request.major_incident_manager", "security");
	rota(world, "group", "desk", "resolver");
	incident = declared(world);
	assert_string_equal(shown(world, incident, "major_manager"), number(world, world->secured));
	assert_int_equal(told_of(world, world->secured, "notice", incident), 1);
	assert_int_equal(told_of(world, chief, "notice", incident), 0);

	lead = task_of(world, incident, "lead");
	restore = task_of(world, incident, "restore");
	assert_string_equal(shown(world, lead, "assignee"), number(world, world->secured));
	assert_string_equal(shown(world, restore, "assignee"), number(world, world->resolver));
	assert_int_equal(told_of(world, world->secured, "notice", lead), 1);
	assert_int_equal(told_of(world, world->resolver, "notice", restore), 1);
	assert_int_equal(record_value(look(world, incident), type_field(world->incident, S("major_team"))).list.count,
			 2);
}

static void without_a_rota_who_alone_has_the_role_does_it(void **state)
{
	struct world *world = *state;
	int64_t chief = leader(world), incident = declared(world);

	assert_string_equal(shown(world, task_of(world, incident, "lead"), "assignee"), number(world, chief));
	assert_string_equal(shown(world, task_of(world, incident, "restore"), "assignee"), "");
	assert_string_equal(shown(world, task_of(world, incident, "restore"), "group"), number(world, world->group));
	made(world, "person", "account", "second", "name", "Second", "roles",
	     "incident_and_service_request.major_incident_manager", NULL);
	assert_string_equal(shown(world, task_of(world, declared(world), "lead"), "assignee"), "");
}

static void a_rota_of_a_role_serves_no_group(void **state)
{
	struct world *world = *state;
	int64_t incident;

	rota(world, "role", "incident_and_service_request.major_incident_manager", "security");
	world->now = at("2026-11-03T03:00:00+09:00");
	incident = made(world, "incident", "title", "All is down", "group", "desk", "impact", "critical", "urgency",
			"high", NULL);
	run_until(world, "2026-11-03T03:00:00+09:00");
	assert_int_equal(told_of(world, world->secured, "escalation", incident), 0);
}

static void tasks_come_in_order_once_and_end_with_the_incident(void **state)
{
	struct world *world = *state;
	int64_t incident = declared(world), verify = task_of(world, incident, "verify"), all;
	static const char counted[] = "SELECT count(*) FROM task WHERE incident = ?";

	all = count_rows(world, counted, incident);
	assert_int_equal(all, 4);
	assert_string_equal(shown(world, verify, "state"), "planned");
	assert_int_equal(edit_by(world, actor_system(), task_of(world, incident, "restore"), "state", "complete", NULL),
			 OK);
	assert_string_equal(shown(world, verify, "state"), "ready");
	assert_int_equal(
	    edit_by(world, actor_system(), incident, "state", "withdraw_major", "comment", "One mailbox", NULL), OK);
	assert_int_equal(
	    edit_by(world, actor_system(), incident, "state", "declare_major", "major_reason", "All after all", NULL),
	    OK);
	assert_int_equal(count_rows(world, counted, incident), all);
	assert_int_equal(edit_by(world, actor_system(), incident, "state", "cancel", "comment", "A drill", NULL), OK);
	assert_string_equal(shown(world, verify, "state"), "cancelled");
	assert_string_equal(shown(world, task_of(world, incident, "restore"), "state"), "done");
}

static void the_newest_published_plan_counts(void **state)
{
	struct world *world = *state;
	int64_t plan = made(world, "task_plan", "title", "Ours", "topic", "major_incident", "tasks",
			    "[{\"key\":\"call\",\"title\":\"Call the plant\"}]", NULL);

	assert_int_equal(task_of(world, declared(world), "call"), 0);
	assert_int_equal(edit_by(world, actor_system(), plan, "state", "publish", NULL), OK);
	assert_int_not_equal(task_of(world, declared(world), "call"), 0);
	assert_int_equal(edit_by(world, actor_system(), plan, "state", "withdraw", "comment", "Old", NULL), OK);
	assert_int_equal(task_of(world, declared(world), "call"), 0);
	assert_int_equal(create_by(world, actor_system(), "task_plan", "title", "x", "topic", "major_incident", "tasks",
				   "[{\"key\":\"a\",\"title\":\"A\",\"after\":\"b\"}]", NULL),
			 E_INVALID);
	assert_true(has_fault(world, "tasks", "row"));
}

/* --- 8.1.3.1-s7 --- */

static void a_security_incident_has_its_own_tasks(void **state)
{
	struct world *world = *state;
	int64_t incident =
	    made(world, "incident", "title", "Odd mail", "caller", "user", "category", "mail", "group", "desk", NULL);
	int64_t other = made(world, "person", "account", "other", "name", "Other", "language", "en", NULL), task;
	READER connection = NULL;
	struct record *seen;

	assert_int_equal(task_of(world, incident, "assess"), 0);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "security", "true", NULL), OK);
	task = task_of(world, incident, "contain");
	assert_int_not_equal(task, 0);
	assert_string_equal(shown(world, task_of(world, incident, "assess"), "assignee"),
			    number(world, world->secured));
	assert_int_equal(store_reader(world->store, &connection, &world->error), OK);
	for (size_t i = 0; i < 2; i++) {
		int64_t record = i ? task : incident;

		assert_int_equal(read_record(world->kernel, connection, world->arena, as(world, other), record, &seen,
					     &world->error),
				 E_NOT_FOUND);
		assert_int_equal(read_record(world->kernel, connection, world->arena, as(world, world->secured), record,
					     &seen, &world->error),
				 OK);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(silence_over_the_interval_is_reminded_of),
	    TEST(whose_turn_it_is_does_it),
	    TEST(without_a_rota_who_alone_has_the_role_does_it),
	    TEST(a_rota_of_a_role_serves_no_group),
	    TEST(tasks_come_in_order_once_and_end_with_the_incident),
	    TEST(the_newest_published_plan_counts),
	    TEST(a_security_incident_has_its_own_tasks),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

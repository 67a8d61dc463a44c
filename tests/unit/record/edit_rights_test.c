/* Who may do what, and what does not exist for whom. */
#include "edit_world.h"

#include "record/access.h"

static int64_t reported(struct world *world)
{
	assert_int_equal(create_by(world, as(world, world->user), "incident", "title", "Mail is down", NULL), OK);
	return world->result.record;
}

static void customers_report_for_themselves(void **state)
{
	struct world *world = *state;

	assert_int_equal(create_by(world, as(world, world->user), "incident", "title", "Mine", "caller", "user2", NULL),
			 E_INVALID);
	assert_true(has_fault(world, "caller", "reference"));
	assert_int_equal(
	    create_by(world, as(world, world->user), "incident", "title", "Mine", "customer", "CUS-2", NULL),
	    E_INVALID);
	assert_true(has_fault(world, "customer", "reference"));
	assert_int_equal(create_by(world, as(world, world->user), "incident", "title", "Mine", "group", "desk", NULL),
			 E_DENIED);
	assert_true(has_fault(world, "group", "denied"));
	assert_int_equal(create_by(world, as(world, world->user), "configuration_item", "name", "Mine", NULL),
			 E_DENIED);
}

static void what_others_reported_does_not_exist(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->user2), incident, "comment", "Hello", NULL), E_NOT_FOUND);
	assert_int_equal(edit_by(world, as(world, world->user2), incident + 5, "comment", "Hello", NULL), E_NOT_FOUND);
}

static void customers_comment_in_public_and_change_nothing(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->user), incident, "comment", "Any news?", NULL), OK);
	assert_int_equal(count_rows(world, "SELECT public FROM kaname_event WHERE id = ?", world->result.event), 1);
	assert_int_equal(edit_by(world, as(world, world->user), incident, "title", "Other", NULL), E_DENIED);
	assert_int_equal(edit_by(world, as(world, world->user), incident, "state", "resolve", NULL), E_DENIED);
}

static void customers_do_not_decide_the_priority(void **state)
{
	struct world *world = *state;

	assert_int_equal(create_by(world, as(world, world->user), "incident", "title", "Mine", "priority", "P1", NULL),
			 E_DENIED);
	assert_true(has_fault(world, "priority", "denied"));
	assert_int_equal(create_by(world, as(world, world->user), "incident", "title", "Mine", "urgency", "high",
				   "customer", "CUS-1", NULL),
			 OK);
	assert_string_equal(shown(world, world->result.record, "priority"), "P3");
}

static void what_the_system_keeps_is_not_set(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "resolved_at", "2026-11-01T00:00:00Z", NULL),
			 E_INVALID);
	assert_true(has_fault(world, "resolved_at", "read_only"));
}

static void a_token_that_reads_changes_nothing(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);
	struct actor reader = *as(world, world->admin);

	reader.read_only = true;
	assert_int_equal(edit_by(world, &reader, incident, "comment", "Hello", NULL), E_DENIED);
	assert_int_equal(create_by(world, &reader, "incident", "title", "Hello", NULL), E_DENIED);
}

static void security_incidents_are_seen_by_few(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "security", "true", NULL), OK);
	assert_true(look(world, incident)->restricted);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "comment", "Lost", NULL), E_NOT_FOUND);
	assert_int_equal(edit_by(world, as(world, world->admin), incident, "comment", "Lost", NULL), E_NOT_FOUND);
	assert_int_equal(edit_by(world, as(world, world->user), incident, "comment", "Mine", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->secured), incident, "group", "desk", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "comment", "Back", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->secured), incident, "security", "false", NULL), OK);
	assert_false(look(world, incident)->restricted);
}

static void hidden_records_cannot_be_pointed_at(void **state)
{
	struct world *world = *state;
	int64_t hidden = reported(world), open = reported(world);

	assert_int_equal(edit_by(world, as(world, world->secured), hidden, "security", "true", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), open, "link related_to", "INC-1", NULL), E_INVALID);
	assert_true(has_fault(world, "related_to", "reference"));
	assert_int_equal(edit_by(world, as(world, world->secured), open, "link related_to", "INC-1", NULL), OK);
}

static void roles_count_from_the_edit_that_gives_them(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->secured), incident, "state", "cancel", "comment", "No", NULL),
			 E_DENIED);
	assert_int_equal(edit_by(world, as(world, world->admin), world->secured, "roles",
				 "information_security.security_team, incident_and_service_request.service_desk", NULL),
			 OK);
	assert_int_equal(edit_by(world, as(world, world->secured), incident, "state", "cancel", "comment", "No", NULL),
			 OK);
}

static void every_declared_role_has_its_record(void **state)
{
	struct world *world = *state;

	assert_int_equal(count_rows(world, "SELECT count(*) FROM role WHERE id > ?", 0), world->model->role_count);
}

/* One event tells both: that it begins, and the step. */
static void only_the_system_begins_a_record_with_a_step(void **state)
{
	struct world *world = *state;
	const struct actor *desk = as(world, world->desk);
	int64_t incident;

	assert_int_equal(create_by(world, desk, "incident", "title", "Mail is down", "caller", "user", "group", "desk",
				   "assignee", "desk", "state", "start", NULL),
			 E_CONFLICT);
	assert_true(has_fault(world, "state", "state"));
	assert_int_equal(create_by(world, actor_system(), "incident", "title", "Mail is down", "caller", "user",
				   "state", "confirm", NULL),
			 E_CONFLICT);
	assert_true(has_fault(world, "state", "state"));
	incident =
	    made(world, "incident", "title", "Mail is down", "caller", "user", "group", "desk", "assignee", "desk",
		 "category", "mail", "security", "false", "ci_unknown_reason", "none", "state", "start", NULL);
	assert_string_equal(shown(world, incident, "state"), "in_progress");
	assert_int_equal(count_rows(world,
				    "SELECT COUNT(*) FROM kaname_event WHERE record = ? AND kind = 'create' AND "
				    "transition = 'start'",
				    incident),
			 1);
	assert_int_equal(look(world, incident)->version, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
	    TEST(customers_report_for_themselves),
	    TEST(what_others_reported_does_not_exist),
	    TEST(customers_comment_in_public_and_change_nothing),
	    TEST(customers_do_not_decide_the_priority),
	    TEST(what_the_system_keeps_is_not_set),
	    TEST(a_token_that_reads_changes_nothing),
	    TEST(security_incidents_are_seen_by_few),
	    TEST(hidden_records_cannot_be_pointed_at),
	    TEST(roles_count_from_the_edit_that_gives_them),
	    TEST(every_declared_role_has_its_record),
	    TEST(only_the_system_begins_a_record_with_a_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

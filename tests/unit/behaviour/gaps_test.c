/* Skills that work requires: who lacks one has a gap, with an action that stays until it is closed; what a person has
 * while a record of it holds (linked_while), and how much all that is given to them comes to (total). */
#include "edit_world.h"

#include "behaviour/behaviours.h"

static int64_t skill(struct world *world, const char *key)
{
	return made(world, "skill", "key", key, "name", key, NULL);
}

static int64_t role(struct world *world)
{
	READER connection = NULL;
	int64_t identity = 0;

	assert_int_equal(kernel_reader(world->kernel, &connection, &world->error), OK);
	assert_int_equal(record_find(world->kernel, connection, type_of(world, "role"),
				     S("incident_and_service_request.resolver"), &identity, &world->error),
			 OK);
	return identity;
}

static int64_t open_gaps(struct world *world, int64_t person)
{
	return count_rows(world, "SELECT count(*) FROM competence_gap WHERE person = ? AND state = 'open'", person);
}

static int64_t gap_of(struct world *world, int64_t person)
{
	return count_rows(world, "SELECT coalesce(max(id), 0) FROM competence_gap WHERE person = ?", person);
}

static int64_t action_of(struct world *world, int64_t gap)
{
	return count_rows(
	    world, "SELECT coalesce(max(source), 0) FROM kaname_link WHERE target = ? AND kind = 'action.corrects'",
	    gap);
}

static int64_t newcomer(struct world *world)
{
	return made(world, "person", "account", "new", "name", "Newcomer", "language", "en", NULL);
}

static void change(struct world *world, int64_t record, const char *field, const char *value)
{
	assert_int_equal(edit_by(world, actor_system(), record, field, value, NULL), OK);
}

/* A.10-8 */
static void who_gets_a_role_without_its_skill_has_a_gap_and_an_action(void **state)
{
	struct world *world = *state;
	int64_t person = newcomer(world), gap, action;

	skill(world, "diagnosis");
	change(world, role(world), "skills", "diagnosis");
	assert_int_equal(open_gaps(world, person), 0);
	change(world, person, "roles", "incident_and_service_request.resolver");
	assert_int_equal(open_gaps(world, person), 1);
	gap = gap_of(world, person);
	assert_string_equal(shown(world, gap, "title"), "Newcomer: diagnosis");
	action = action_of(world, gap);
	assert_string_equal(shown(world, action, "state"), "open");
	assert_string_equal(shown(world, action, "title"), "Close the gap: Newcomer: diagnosis");
	assert_string_equal(shown(world, action, "due"), "20849"); /* 2027-01-31, 90 days on */

	assert_int_equal(edit_by(world, actor_system(), action, "state", "cancel", "comment", "No time", NULL),
			 E_CONFLICT);
	assert_int_equal(edit_by(world, actor_system(), action, "state", "finish", "result", "Trained", NULL),
			 E_CONFLICT);
	change(world, person, "skills", "diagnosis");
	assert_int_equal(open_gaps(world, person), 0);
	assert_string_equal(shown(world, gap, "state"), "closed");
	assert_int_equal(edit_by(world, actor_system(), action, "state", "finish", "result", "Trained", NULL), OK);
}

static void a_gap_is_there_once_and_goes_with_what_required_it(void **state)
{
	struct world *world = *state;
	int64_t person = newcomer(world);

	skill(world, "diagnosis");
	skill(world, "routers");
	change(world, role(world), "skills", "diagnosis");
	change(world, world->other_group, "skills", "diagnosis, routers");
	assert_int_equal(edit_by(world, actor_system(), person, "roles", "incident_and_service_request.resolver",
				 "groups", "network", NULL),
			 OK);
	assert_int_equal(open_gaps(world, person), 2);
	change(world, person, "name", "Another name");
	assert_int_equal(open_gaps(world, person), 2);
	change(world, person, "groups", "");
	assert_int_equal(open_gaps(world, person), 1);
	change(world, person, "roles", "");
	assert_int_equal(open_gaps(world, person), 0);
}

static void a_new_requirement_concerns_who_is_there(void **state)
{
	struct world *world = *state;
	int64_t person = newcomer(world);

	skill(world, "routers");
	change(world, person, "groups", "network");
	assert_int_equal(open_gaps(world, person), 0);
	change(world, world->other_group, "skills", "routers");
	assert_int_equal(open_gaps(world, person), 1);
	change(world, world->other_group, "skills", "");
	assert_int_equal(open_gaps(world, person), 0);
}

/* --- linked_while --- */

static bool has_skill(struct world *world, int64_t person, int64_t skill)
{
	return strstr(shown(world, person, "skills"),
		      str_c(world->arena, str_format(world->arena, "%lld", (long long)skill)));
}

static int64_t skill_record(struct world *world, int64_t person, const char *of)
{
	return made(world, "skill_record", "person", number_of(world, person), "skill", of, "level", "3", "kind",
		    "experience", "evidence", "Two years of it", "next_review", "2027-06-30", NULL);
}

static int64_t skills_of(struct world *world, int64_t person)
{
	return count_rows(
	    world, "SELECT count(*) FROM kaname_link WHERE source = ? AND kind = 'person.skills' AND until IS NULL",
	    person);
}

/* 4.4.2.2-s4 */
static void a_skill_is_held_until_no_record_holds_it(void **state)
{
	struct world *world = *state;
	int64_t person = newcomer(world), other = made(world, "person", "account", "old", "name", "Old", NULL), one,
		two, routers;

	skill(world, "diagnosis");
	routers = skill(world, "routers");
	assert_int_equal(skills_of(world, person), 0);
	one = skill_record(world, person, "diagnosis");
	two = skill_record(world, person, "diagnosis");
	assert_int_equal(skills_of(world, person), 1);
	take_step(world, one, "lapse");
	assert_int_equal(skills_of(world, person), 1); /* the second holds it still */
	change(world, two, "skill", "routers");
	assert_int_equal(skills_of(world, person), 1);
	assert_true(has_skill(world, person, routers));
	change(world, two, "person", number_of(world, other));
	assert_int_equal(skills_of(world, person), 0);
	assert_true(has_skill(world, other, routers));
	take_step(world, two, "lapse");
	assert_int_equal(skills_of(world, other), 0);
}

/* --- total --- */

static int64_t assignment(struct world *world, int64_t person, const char *process, const char *share)
{
	return made(world, "assignment", "role", "incident_and_service_request.resolver", "person",
		    number_of(world, person), "process", process, "share", share, NULL);
}

/* 4.4.2.2-s6 */
static void what_is_given_to_a_person_is_added_up_until_it_is_done(void **state)
{
	struct world *world = *state;
	int64_t person = newcomer(world), other = made(world, "person", "account", "old", "name", "Old", NULL);
	int64_t one = assignment(world, person, "problem", "60"), two;

	assert_string_equal(shown(world, one, "load"), "60");
	assignment(world, other, "problem", "30");
	two = assignment(world, person, "change", "70");
	assert_string_equal(shown(world, two, "load"), "130"); /* without the other's */
	take_step(world, one, "drop");
	change(world, two, "share", "50");
	assert_string_equal(shown(world, two, "load"), "50");
	change(world, two, "person", number_of(world, other));
	assert_string_equal(shown(world, two, "load"), "80");
	assert_string_equal(shown(world, one, "load"), "60"); /* as it was when it was dropped */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(who_gets_a_role_without_its_skill_has_a_gap_and_an_action),
	    TEST(a_gap_is_there_once_and_goes_with_what_required_it),
	    TEST(a_new_requirement_concerns_who_is_there),
	    TEST(a_skill_is_held_until_no_record_holds_it),
	    TEST(what_is_given_to_a_person_is_added_up_until_it_is_done),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

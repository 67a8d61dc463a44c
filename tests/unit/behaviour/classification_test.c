/* Categories as a tree, what follows from them, and to whom new work goes. */
#include "edit_world.h"

#include "behaviour/behaviours.h"

static int64_t category(struct world *world, const char *key)
{
	READER connection = NULL;
	int64_t identity = 0;

	assert_int_equal(kernel_reader(world->kernel, &connection, &world->error), OK);
	assert_int_equal(
	    record_find(world->kernel, connection, type_of(world, "category"), str_of(key), &identity, &world->error),
	    OK);
	assert_true(identity != 0);
	return identity;
}

static void change(struct world *world, int64_t record, const char *field, const char *value)
{
	assert_int_equal(edit_by(world, actor_system(), record, field, value, NULL), OK);
}

static const char *number(struct world *world, int64_t record)
{
	return str_c(world->arena,
		     str_format(world->arena, "%s", kernel_number(world->kernel, record, (char[NUMBER_TEXT]){0})));
}

/* --- seeds and tree --- */

static void a_new_database_has_the_categories(void **state)
{
	struct world *world = *state;

	assert_string_equal(shown(world, category(world, "network"), "path"), "network");
	assert_string_equal(shown(world, category(world, "vpn"), "path"), "network/vpn");
	assert_string_equal(shown(world, category(world, "vpn"), "name_ja"), "リモートアクセス");
}

static void what_is_below_moves_along(void **state)
{
	struct world *world = *state;
	int64_t token = made(world, "category", "key", "token", "name", "Tokens", "parent", "vpn", NULL);

	assert_string_equal(shown(world, token, "path"), "network/vpn/token");
	change(world, category(world, "vpn"), "parent", "access");
	assert_string_equal(shown(world, token, "path"), "access/vpn/token");
	change(world, category(world, "access"), "key", "accounts");
	assert_string_equal(shown(world, token, "path"), "accounts/vpn/token");
}

static void nothing_stands_below_itself(void **state)
{
	struct world *world = *state;

	assert_int_equal(edit_by(world, actor_system(), category(world, "network"), "parent", "vpn", NULL), E_INVALID);
	assert_true(has_fault(world, "parent", "tree"));
	assert_string_equal(shown(world, category(world, "network"), "path"), "network");
}

/* --- inherit --- */

static void a_category_tells_service_and_item(void **state)
{
	struct world *world = *state;
	int64_t item = made(world, "configuration_item", "name", "vpn-gw", NULL), incident;

	change(world, category(world, "network"), "service", number(world, world->service));
	change(world, category(world, "vpn"), "configuration_item", number(world, item));
	incident = made(world, "incident", "title", "No tunnel", "caller", "user", "category", "vpn", NULL);
	assert_string_equal(shown(world, incident, "service"), number(world, world->service));
	assert_int_equal(look(world, incident)
			     ->values[type_field(world->incident, S("configuration_items"))->index]
			     .list.items[0]
			     .number,
			 item);
}

static void what_people_say_stays(void **state)
{
	struct world *world = *state;
	int64_t other = made(world, "service", "name", "Other", NULL), incident;

	change(world, category(world, "network"), "service", number(world, world->service));
	incident = made(world, "incident", "title", "No tunnel", "caller", "user", "category", "vpn", "service",
			number(world, other), NULL);
	assert_string_equal(shown(world, incident, "service"), number(world, other));
	change(world, incident, "category", "lan");
	assert_string_equal(shown(world, incident, "service"), number(world, other));
}

/* --- assignment --- */

static void the_owner_of_the_item_gets_it(void **state)
{
	struct world *world = *state;
	int64_t item =
	    made(world, "configuration_item", "name", "sw-1", "owner_group", number(world, world->other_group), NULL);
	int64_t first = made(world, "incident", "title", "Down", "configuration_items", number(world, item), NULL),
		second;

	assert_string_equal(shown(world, first, "group"), number(world, world->other_group));
	change(world, item, "owner_group", number(world, world->group));
	second = made(world, "incident", "title", "Down", "configuration_items", number(world, item), NULL);
	assert_string_equal(shown(world, second, "group"), number(world, world->group));
	assert_string_equal(shown(world, first, "group"), number(world, world->other_group));
}

static void a_branch_hands_its_group_down(void **state)
{
	struct world *world = *state;
	int64_t incident;

	change(world, category(world, "network"), "group", number(world, world->other_group));
	incident = made(world, "incident", "title", "Down", "category", "vpn", NULL);
	assert_string_equal(shown(world, incident, "group"), number(world, world->other_group));
	assert_string_equal(shown(world, incident, "assignment_rule"), "");
}

static int64_t rule(struct world *world, const char *rank, const char *field, const char *value, int64_t group)
{
	return made(world, "assignment_rule", "title", "x", "rank", rank, field, value, "group", number(world, group),
		    NULL);
}

/* Each condition: fits, and does not. */
static void every_condition_counts(void **state)
{
	struct world *world = *state;
	static const struct {
		const char *field, *value, *fits[2], *not [2];
	} cases[] = {
	    {"category", "network", {"category", "vpn"}, {"category", "mail"}},
	    {"category", "vpn", {"category", "vpn"}, {"category", "network"}},
	    {"service", "SERVICE", {"service", "SERVICE"}, {"title", "y"}},
	    {"customer", "ACME", {"caller", "user"}, {"caller", "user2"}},
	    {"language", "en", {"caller", "user2"}, {"caller", "user"}},
	};

	change(world, world->user2, "language", "en");
	change(world, world->user, "language", "ja");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *value = cases[i].value, *said = cases[i].fits[1];
		int64_t made_rule, fits, not ;

		if (!strcmp(value, "SERVICE"))
			value = said = number(world, world->service);
		if (!strcmp(value, "ACME"))
			value = number(world, world->acme);
		made_rule = rule(world, "10", cases[i].field, value, world->other_group);
		fits = made(world, "incident", "title", "x", cases[i].fits[0], said, NULL);
		not = made(world, "incident", "title", "x", cases[i].not [0], cases[i].not [1], NULL);
		assert_string_equal(shown(world, fits, "group"), number(world, world->other_group));
		assert_string_equal(shown(world, fits, "assignment_rule"), number(world, made_rule));
		assert_string_equal(shown(world, not, "assignment_rule"), "");
		change(world, made_rule, "active", "false");
	}
}

static void the_time_of_day_counts(void **state)
{
	struct world *world = *state;
	const char *group = number(world, world->other_group);

	made(world, "assignment_rule", "title", "Night", "rank", "1", "hours", "outside", "calendar",
	     number(world, world->calendar), "group", group, NULL);
	assert_string_not_equal(shown(world, made(world, "incident", "title", "Day", NULL), "group"), group);
	world->now = at("2026-11-03T03:00:00+09:00");
	assert_string_equal(shown(world, made(world, "incident", "title", "Night", NULL), "group"), group);
}

static void a_condition_is_an_expression(void **state)
{
	struct world *world = *state;

	assert_int_equal(create_by(world, actor_system(), "assignment_rule", "title", "x", "for", "incident",
				   "condition", "impct = high", "group", number(world, world->group), NULL),
			 E_INVALID);
	assert_true(has_fault(world, "condition", "expression"));
	assert_int_equal(create_by(world, actor_system(), "assignment_rule", "title", "x", "condition", "impact = high",
				   "group", number(world, world->group), NULL),
			 E_INVALID);
	assert_true(has_fault(world, "for", "required"));
	made(world, "assignment_rule", "title", "x", "for", "incident", "condition",
	     "impact = critical and urgency = high", "group", number(world, world->other_group), NULL);
	assert_string_equal(
	    shown(world, made(world, "incident", "title", "x", "impact", "critical", "urgency", "high", NULL), "group"),
	    number(world, world->other_group));
	assert_string_not_equal(shown(world, made(world, "incident", "title", "x", "impact", "low", NULL), "group"),
				number(world, world->other_group));
}

static void the_lowest_rank_wins(void **state)
{
	struct world *world = *state;

	rule(world, "20", "category", "network", world->group);
	rule(world, "10", "category", "vpn", world->other_group);
	rule(world, "15", "category", "vpn", world->group);
	assert_string_equal(shown(world, made(world, "incident", "title", "x", "category", "vpn", NULL), "group"),
			    number(world, world->other_group));
}

static void the_least_loaded_with_the_skill_gets_it(void **state)
{
	struct world *world = *state;
	const char *group = number(world, world->group);
	int64_t first, second;

	made(world, "skill", "key", "db", "name", "Databases", NULL);
	change(world, world->desk, "groups", group);
	change(world, world->resolver, "groups", group);
	change(world, world->admin, "groups", group);
	change(world, world->desk, "skills", "db");
	change(world, world->resolver, "skills", "db");
	made(world, "assignment_rule", "title", "x", "group", group, "choose", "least_loaded", "skill", "db", NULL);
	first = made(world, "incident", "title", "x", NULL);
	second = made(world, "incident", "title", "x", NULL);
	assert_string_equal(shown(world, first, "assignee"), number(world, world->desk));
	assert_string_equal(shown(world, second, "assignee"), number(world, world->resolver));
}

static void the_first_line_takes_what_nobody_is_known_for(void **state)
{
	struct world *world = *state;

	assert_string_equal(shown(world, made(world, "incident", "title", "x", NULL), "group"), "");
	change(world, world->group, "level", "1");
	assert_string_equal(shown(world, made(world, "incident", "title", "x", NULL), "group"),
			    number(world, world->group));
}

/* --- bouncing --- */

static void coming_back_counts(void **state)
{
	struct world *world = *state;
	int64_t incident = made(world, "incident", "title", "x", "group", number(world, world->group), NULL);

	change(world, incident, "group", number(world, world->other_group));
	assert_string_equal(shown(world, incident, "bounce_count"), "0");
	change(world, incident, "group", number(world, world->group));
	change(world, incident, "group", number(world, world->other_group));
	assert_string_equal(shown(world, incident, "bounce_count"), "2");
	assert_string_equal(shown(world, incident, "reassignment_count"), "3");
}

/* --- classified before work begins (8.1.3.1) --- */

static enum status start(struct world *world, int64_t incident, const char *field, const char *value)
{
	return edit_by(world, as(world, world->desk), incident, "state", "start", "assignee", "desk", field, value,
		       NULL);
}

static void work_begins_with_what_is_classified(void **state)
{
	struct world *world = *state;
	int64_t incident = made(world, "incident", "title", "x", "group", number(world, world->group), NULL);

	assert_int_equal(start(world, incident, "title", "y"), E_INVALID);
	assert_true(has_fault(world, "category", "required"));
	assert_true(has_fault(world, "security", "required"));
	assert_true(has_fault(world, "configuration_items", "required"));
	assert_int_equal(world->error.count, 3); /* each is told once */
	change(world, incident, "category", "mail");
	change(world, incident, "security", "false");
	assert_int_equal(start(world, incident, "title", "y"), E_INVALID);
	assert_false(has_fault(world, "category", "required"));
	assert_int_equal(start(world, incident, "ci_unknown_reason", "Reported by a visitor"), OK);
	assert_string_equal(shown(world, incident, "state"), "in_progress");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_new_database_has_the_categories),
	    TEST(what_is_below_moves_along),
	    TEST(nothing_stands_below_itself),
	    TEST(a_category_tells_service_and_item),
	    TEST(what_people_say_stays),
	    TEST(the_owner_of_the_item_gets_it),
	    TEST(a_branch_hands_its_group_down),
	    TEST(every_condition_counts),
	    TEST(the_time_of_day_counts),
	    TEST(a_condition_is_an_expression),
	    TEST(the_lowest_rank_wins),
	    TEST(the_least_loaded_with_the_skill_gets_it),
	    TEST(the_first_line_takes_what_nobody_is_known_for),
	    TEST(coming_back_counts),
	    TEST(work_begins_with_what_is_classified),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Priorities as they are agreed with a customer. */
#include "edit_world.h"

#include "behaviour/behaviours.h"
#include "record/lookup.h"

static const char *number(struct world *world, int64_t record)
{
	return str_c(world->arena,
		     str_format(world->arena, "%s", kernel_number(world->kernel, record, (char[NUMBER_TEXT]){0})));
}

static int64_t agreement(struct world *world)
{
	return made(world, "sla", "title", "Acme", "customer", number(world, world->acme), "calendar",
		    number(world, world->calendar), "valid_from", "2026-01-01", NULL);
}

static struct str table(struct world *world, int64_t sla)
{
	return record_value(look(world, sla), type_field(type_of(world, "sla"), S("incident_priorities"))).text;
}

static const char *replaced(struct world *world, const char *rows, const char *old, const char *new)
{
	struct str text = str_of(rows);
	struct buf changed = buf_new(world->arena);
	size_t n = strlen(old);

	for (size_t i = 0; i < text.n;)
		if (i + n <= text.n && !memcmp(text.p + i, old, n)) {
			buf_add_c(&changed, new);
			i += n;
		} else {
			buf_add_char(&changed, text.p[i++]);
		}
	return str_c(world->arena, buf_str(&changed));
}

/* The stored table with one priority replaced by another. */
static const char *with(struct world *world, int64_t sla, const char *old, const char *new)
{
	return replaced(world, str_c(world->arena, table(world, sla)), old, new);
}

static int64_t report(struct world *world, const char *caller)
{
	return made(world, "incident", "title", "x", "caller", caller, "impact", "critical", "urgency", "high", NULL);
}

static void a_new_agreement_begins_with_the_general_table(void **state)
{
	struct world *world = *state;
	int64_t sla = agreement(world);

	assert_int_equal(
	    rows_count(record_value(look(world, sla), type_field(type_of(world, "sla"), S("incident_priorities")))),
	    12);
	assert_int_equal(edit_by(world, actor_system(), sla, "state", "activate", NULL), OK);
	assert_string_equal(shown(world, report(world, "user"), "priority"), "P1");
}

static void without_a_table_nothing_comes_into_force(void **state)
{
	struct world *world = *state;
	int64_t sla = agreement(world);

	assert_int_equal(edit_by(world, actor_system(), sla, "incident_priorities", "", NULL), OK);
	assert_int_equal(edit_by(world, actor_system(), sla, "state", "activate", NULL), E_INVALID);
	assert_true(has_fault(world, "incident_priorities", "required"));
	sla = agreement(world);
	assert_int_equal(edit_by(world, actor_system(), sla, "request_priorities", "", NULL), OK);
	assert_int_equal(edit_by(world, actor_system(), sla, "state", "activate", NULL), E_INVALID);
	assert_true(has_fault(world, "request_priorities", "required"));
	sla = agreement(world);
	assert_int_equal(edit_by(world, actor_system(), sla, "state", "activate", "agreed_by", "user", NULL), OK);
	assert_string_equal(shown(world, sla, "agreed_by"), number(world, world->user));
	assert_string_equal(shown(world, sla, "priorities_version"), "1");
}

static int64_t ordered(struct world *world)
{
	return made(world, "service_request", "title", "x", "caller", "user", "impact", "critical", "urgency", "high",
		    NULL);
}

static void requests_have_a_table_of_their_own(void **state)
{
	struct world *world = *state;
	int64_t sla = agreement(world);
	const struct field *field = type_field(type_of(world, "sla"), S("request_priorities"));
	const char *rows = str_c(world->arena, record_value(look(world, sla), field).text);

	assert_string_equal(shown(world, ordered(world), "priority"), "P2");
	assert_non_null(strstr(rows, "P2"));
	assert_int_equal(
	    edit_by(world, actor_system(), sla, "request_priorities", replaced(world, rows, "P2", "P5"), NULL), OK);
	assert_string_equal(shown(world, sla, "priorities_version"), "2");
	assert_int_equal(edit_by(world, actor_system(), sla, "state", "activate", NULL), OK);
	assert_string_equal(shown(world, ordered(world), "priority"), "P5");
	assert_string_equal(shown(world, report(world, "user"), "priority"), "P1");
}

static void a_table_is_whole(void **state)
{
	struct world *world = *state;
	int64_t sla = agreement(world);

	assert_int_equal(edit_by(world, actor_system(), sla, "incident_priorities",
				 "[{\"urgency\":\"high\",\"impact\":\"low\",\"priority\":\"P1\"}]", NULL),
			 E_INVALID);
	assert_true(has_fault(world, "incident_priorities", "matrix"));
	assert_int_equal(edit_by(world, actor_system(), sla, "incident_priorities",
				 with(world, sla, "\"urgency\":\"low\"", "\"urgency\":\"high\""), NULL),
			 E_INVALID);
	assert_true(has_fault(world, "incident_priorities", "matrix"));
}

static void the_customers_own_table_counts(void **state)
{
	struct world *world = *state;
	int64_t sla = agreement(world), before, after;

	assert_int_equal(edit_by(world, actor_system(), sla, "state", "activate", NULL), OK);
	before = report(world, "user");
	assert_int_equal(edit_by(world, actor_system(), sla, "incident_priorities", with(world, sla, "P1", "P3"), NULL),
			 OK);
	assert_string_equal(shown(world, sla, "priorities_version"), "2");
	after = report(world, "user");
	assert_string_equal(shown(world, after, "priority"), "P3");
	assert_string_equal(shown(world, before, "priority"), "P1"); /* it was agreed otherwise then */
	assert_string_equal(shown(world, report(world, "user2"), "priority"), "P1");
	assert_int_equal(edit_by(world, as(world, world->desk), before, "urgency", "medium", NULL), OK);
	assert_string_equal(shown(world, before, "priority"), "P2");
}

static void another_priority_than_agreed_needs_a_reason(void **state)
{
	struct world *world = *state;
	int64_t sla = agreement(world), incident;

	assert_int_equal(edit_by(world, actor_system(), sla, "incident_priorities", with(world, sla, "P1", "P3"), NULL),
			 OK);
	assert_int_equal(edit_by(world, actor_system(), sla, "state", "activate", NULL), OK);
	incident = report(world, "user");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "priority", "P3", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "priority", "P1", NULL), E_INVALID);
	assert_true(has_fault(world, "priority_reason", "required"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_new_agreement_begins_with_the_general_table),
	    TEST(without_a_table_nothing_comes_into_force),
	    TEST(requests_have_a_table_of_their_own),
	    TEST(a_table_is_whole),
	    TEST(the_customers_own_table_counts),
	    TEST(another_priority_than_agreed_needs_a_reason),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

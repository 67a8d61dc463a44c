/* What times a call and what a mark does, as the shipped contact composes them. */
#include "edit_world.h"

#include "behaviour/behaviours.h"

static enum status call(struct world *world, const char *started, const char *mark)
{
	return create_by(world, as(world, world->desk), "interaction", "title", "How do I print?", "caller", "user",
			 "started_at", started, "first_call", mark, NULL);
}

static void a_contact_that_is_saved_ends(void **state)
{
	struct world *world = *state;

	assert_int_equal(call(world, "2026-11-01T23:56:30Z", "false"), OK); /* it is 09:00 in Tokyo */
	assert_string_equal(shown(world, world->result.record, "handle_time"), "210000");
	assert_string_equal(shown(world, world->result.record, "state"), "open");
	assert_int_equal(
	    edit_by(world, as(world, world->desk), world->result.record, "ended_at", "2026-11-01T23:57:30Z", NULL), OK);
	assert_string_equal(shown(world, world->result.record, "handle_time"), "60000");
	world->now += HOUR;
	assert_int_equal(edit_by(world, as(world, world->desk), world->result.record, "title", "Printing", NULL), OK);
	assert_string_equal(shown(world, world->result.record, "handle_time"), "60000");
}

static void it_begins_when_it_is_made_unless_it_says(void **state)
{
	struct world *world = *state;
	char now[24];

	assert_int_equal(create_by(world, as(world, world->desk), "interaction", "title", "A question", NULL), OK);
	snprintf(now, sizeof(now), "%lld", (long long)world->now);
	assert_string_equal(shown(world, world->result.record, "started_at"), now);
	assert_string_equal(shown(world, world->result.record, "ended_at"), now);
	assert_string_equal(shown(world, world->result.record, "handle_time"), "0");
}

static void a_stated_length_stands(void **state)
{
	struct world *world = *state;

	assert_int_equal(create_by(world, as(world, world->desk), "interaction", "title", "A question", "started_at",
				   "2026-11-01T08:00:00Z", "handle_time", "4m", NULL),
			 OK);
	assert_string_equal(shown(world, world->result.record, "handle_time"), "240000");
	assert_string_equal(shown(world, world->result.record, "ended_at"), "");
}

static void it_does_not_end_before_it_begins(void **state)
{
	struct world *world = *state;

	assert_int_equal(create_by(world, as(world, world->desk), "interaction", "title", "A question", "started_at",
				   "2026-11-01T08:00:00Z", "ended_at", "2026-11-01T07:00:00Z", NULL),
			 E_INVALID);
	assert_true(has_fault(world, "ended_at", "order"));
}

static void what_was_solved_at_once_closes_itself(void **state)
{
	struct world *world = *state;
	int64_t contact;

	assert_int_equal(call(world, "2026-11-01T23:56:30Z", "true"), E_INVALID);
	assert_true(has_fault(world, "resolution", "required"));
	assert_int_equal(create_by(world, as(world, world->desk), "interaction", "title", "How do I print?",
				   "first_call", "true", "resolution", "Press Print", "closing_code", "user_error",
				   NULL),
			 OK);
	contact = world->result.record;
	assert_string_equal(shown(world, contact, "state"), "closed");
	assert_int_equal(look(world, contact)->updated_by, world->desk);
	assert_int_equal(edit_by(world, as(world, world->desk), contact, "state", "reopen", "comment", "Not so", NULL),
			 OK);
	assert_string_equal(shown(world, contact, "state"), "open");
	assert_int_equal(edit_by(world, as(world, world->desk), contact, "title", "Printing", NULL), OK);
	assert_string_equal(shown(world, contact, "state"), "open"); /* the mark is old */
}

static void faults_in_parameters_are_told(void **state)
{
	static const char overlay[] = "process: incident_and_service_request\n"
				      "records:\n"
				      "  interaction:\n"
				      "    behaviours:\n"
				      "      - timed: {from: title, until: ended_at, into: handle_time}\n"
				      "      - timed: {from: started_at, until: ended_at, into: first_call}\n"
				      "      - timed: {from: started_at, until: title, into: handle_time}\n"
				      "      - step_when: {field: title, transition: close}\n"
				      "      - step_when: {field: first_call, transition: fly}\n";
	struct world *world = *state;
	struct model_source *sources = NULL, all[128];
	const struct model *model;
	struct error error = {0};
	size_t count = 0;

	assert_int_equal(model_read_directory(world->arena, PROCESSES, false, &sources, &count, &error), OK);
	memcpy(all, sources, count * sizeof(*all));
	all[count++] = (struct model_source){.file = "overlay.yaml", .text = str_of(overlay), .overlay = true};
	assert_int_equal(model_load(world->arena, all, count, &model, &error), OK);
	assert_int_equal(kernel_check_behaviours(world->arena, model, behaviours, &error), E_INVALID);
	for (unsigned line = 5; line <= 9; line++) {
		char place[32];
		bool found = false;

		snprintf(place, sizeof(place), "overlay.yaml:%u", line);
		for (size_t i = 0; i < error.count; i++)
			found = found || !strcmp(error.items[i].field, place);
		assert_true(found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
	    TEST(a_contact_that_is_saved_ends),
	    TEST(it_begins_when_it_is_made_unless_it_says),
	    TEST(a_stated_length_stands),
	    TEST(it_does_not_end_before_it_begins),
	    TEST(what_was_solved_at_once_closes_itself),
	    TEST(faults_in_parameters_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

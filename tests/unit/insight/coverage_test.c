/* Agreements whose priorities have no target are named, one by one (8.1.3.1-s10). */
#include "edit_world.h"

#include "behaviour/behaviours.h"
#include "insight/insights.h"

static int open_without_p5(void **state)
{
	return world_open_with(state, "process: incident_and_service_request\n"
				      "targets:\n"
				      "  fulfilment: {P5: ~}\n");
}

static int64_t agreement(struct world *world)
{
	int64_t sla = made(world, "sla", "title", "Acme", "customer", "CUS-1", "calendar", "CAL-1", "valid_from",
			   "2026-01-01", NULL);

	assert_int_equal(edit_by(world, actor_system(), sla, "state", "activate", NULL), OK);
	return sla;
}

static struct figure_result alignment(struct world *world)
{
	READER connection = NULL;
	struct figures figures;
	struct figure_request request = {.now = world->now, .zone = zone_open(S("UTC"))};
	struct figure_result result;

	assert_int_equal(kernel_reader(world->kernel, &connection, &world->error), OK);
	assert_int_equal(figures_load(world->arena, world->model, &figures, &world->error), OK);
	request.figure = figures_find(&figures, type_of(world, "sla"), S("agreement_alignment"));
	assert_int_equal(
	    figure_compute(world->kernel, connection, world->arena, actor_system(), &request, &result, &world->error),
	    OK);
	return result;
}

static void general_targets_cover_what_an_agreement_leaves_out(void **state)
{
	agreement(*state);
	assert_int_equal(alignment(*state).total.cells[0].value, 0);
}

static void a_priority_without_a_target_is_listed(void **state)
{
	struct world *world = *state;
	int64_t sla = agreement(world);
	struct figure_result found = alignment(world);

	assert_int_equal(found.row_count, 1);
	assert_true(str_is(found.rows[0].key, "fulfilment.P5"));
	assert_int_equal(found.rows[0].cells[0].value, 1);
	assert_int_equal(found.total.cells[0].value, 1);
	assert_int_equal(found.record_count, 1);
	assert_int_equal(found.records[0].record, sla);
	assert_int_equal(edit_by(world, actor_system(), sla, "targets",
				 "[{\"clock\":\"fulfilment\",\"priority\":\"P5\",\"target\":\"P5D\"}]", NULL),
			 OK);
	assert_int_equal(alignment(world).total.cells[0].value, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(general_targets_cover_what_an_agreement_leaves_out, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(a_priority_without_a_target_is_listed, open_without_p5, world_close),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is missing is named, one by one: priorities of agreements without a target (8.1.3.1-s10), and parts of the
 * management system for which nobody is accountable, beside who is for which (4.4.2.1, 4.5.2.3), and interfaces over
 * which nothing passes (4.2.5). */
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

static struct figure_result figure_of(struct world *world, const char *type, const char *name)
{
	READER connection = NULL;
	struct figures figures;
	struct figure_request request = {.now = world->now, .zone = zone_open(S("UTC"))};
	struct figure_result result;

	assert_int_equal(kernel_reader(world->kernel, &connection, &world->error), OK);
	assert_int_equal(figures_load(world->arena, world->model, &figures, &world->error), OK);
	request.figure = figures_find(&figures, type_of(world, type), str_of(name));
	assert_int_equal(
	    figure_compute(world->kernel, connection, world->arena, actor_system(), &request, &result, &world->error),
	    OK);
	return result;
}

static struct figure_result alignment(struct world *world)
{
	return figure_of(world, "sla", "agreement_alignment");
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

/* --- raci, raci_gaps --- */

static const struct figure_row *row_called(const struct figure_result *result, const char *key)
{
	for (size_t i = 0; i < result->row_count; i++)
		if (str_is(result->rows[i].key, key))
			return &result->rows[i];
	return NULL;
}

static int64_t cell_of(const struct figure_result *result, const struct figure_row *row, const char *column)
{
	for (size_t i = 0; i < result->column_count; i++)
		if (strcmp(result->columns[i].name, column) == 0)
			return row->cells[i].value;
	fail_msg("no column %s", column);
	return -1;
}

static const char *top = "management_responsibility.top_management";

static int64_t entry(struct world *world, const char *object, const char *accountable)
{
	return made(world, "raci", "title", object, "object", object, "accountable", accountable, "responsible",
		    "incident_and_service_request.owner", "informed", "change.change_manager, change.approver", NULL);
}

static void each_role_is_told_in_how_much_it_has_which_part(void **state)
{
	struct world *world = *state;
	struct figure_result found = figure_of(world, "raci", "raci");
	int64_t one;

	assert_int_equal(found.row_count, 0);
	one = entry(world, "sms", top);
	entry(world, "requirement", top);
	found = figure_of(world, "raci", "raci");
	assert_int_equal(found.row_count, 4);
	for (size_t i = 0; i < found.row_count; i++) {
		const struct figure_row *row = &found.rows[i];
		bool is_top = cell_of(&found, row, "accountable") > 0;

		assert_int_equal(cell_of(&found, row, "count"), 2);
		assert_int_equal(cell_of(&found, row, "accountable"), is_top ? 2 : 0);
		assert_int_equal(cell_of(&found, row, "consulted"), 0);
		assert_int_equal(cell_of(&found, row, "responsible") + cell_of(&found, row, "informed"),
				 is_top ? 0 : 2);
	}
	assert_int_equal(cell_of(&found, &found.total, "accountable"),
			 2); /* what all of them have is what stands in the rows */
	assert_int_equal(cell_of(&found, &found.total, "informed"), 4);
	assert_int_equal(cell_of(&found, &found.total, "count"), 8);
	take_step(world, one, "withdraw");
	found = figure_of(world, "raci", "raci");
	assert_int_equal(cell_of(&found, &found.rows[0], "count"), 1); /* those in force only */
}

static void what_nobody_several_or_a_vacant_role_is_accountable_for_is_a_gap(void **state)
{
	struct world *world = *state;
	struct figure_result found = figure_of(world, "raci", "raci_gaps");
	const struct figure_row *row = row_called(&found, "sms.");
	int64_t before = found.total.cells[found.main].value, second;

	assert_non_null(row);
	assert_int_equal(cell_of(&found, row, "missing"), 1);
	assert_int_equal(before, (int64_t)found.row_count);

	entry(world, "sms", top);
	found = figure_of(world, "raci", "raci_gaps");
	row = row_called(&found, "sms.");
	assert_non_null(row);
	assert_int_equal(cell_of(&found, row, "missing"), 0);
	assert_int_equal(cell_of(&found, row, "vacant"), 1); /* nobody holds that role */

	must(world, edit_by(world, actor_system(), world->desk, "roles", top, NULL));
	found = figure_of(world, "raci", "raci_gaps");
	assert_null(row_called(&found, "sms."));
	assert_int_equal(found.total.cells[found.main].value, before - 1);

	entry(world, "requirement", top);
	second = made(world, "raci", "title", "Again", "object", "requirement", "activity", "verify", "accountable",
		      "incident_and_service_request.owner", NULL);
	found = figure_of(world, "raci", "raci_gaps");
	row = row_called(&found, "requirement.");
	assert_non_null(row);
	assert_int_equal(cell_of(&found, row, "several"), 1);
	take_step(world, second, "withdraw");
	found = figure_of(world, "raci", "raci_gaps");
	assert_null(row_called(&found, "requirement."));
}

/* --- interfaces (interface_gaps) --- */

static int64_t silent(struct world *world, const char *process)
{
	struct figure_result found = figure_of(world, "scope", "interface_gaps");
	const struct figure_row *row = row_called(&found, process);

	assert_non_null(row);
	assert_true(cell_of(&found, row, "count") >=
		    cell_of(&found, row, "carried")); /* not all of them are carried by records */
	return cell_of(&found, row, "silent");
}

/* What has passed once is silent again when nothing followed for a year; the newest record counts. */
static void an_interface_is_silent_while_nothing_passes(void **state)
{
	static const char *const ends[] = {"configuration", "incident_and_service_request"};
	struct world *world = *state;
	int64_t before[2], other = silent(world, "supplier_management");

	for (size_t i = 0; i < 2; i++)
		before[i] = silent(world, ends[i]);
	made(world, "configuration_item", "name", "srv-1", "owner_group", "desk", NULL);
	made(world, "incident", "title", "Down", "caller", "user", "configuration_items", "CI-1", NULL);
	for (size_t i = 0; i < 2; i++)
		assert_true(silent(world, ends[i]) < before[i]);
	assert_int_equal(silent(world, "supplier_management"), other);
	world->now += 400 * (instant)DAY;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(silent(world, ends[i]), before[i]);
	made(world, "incident", "title", "Down again", "caller", "user", "configuration_items", "CI-1", NULL);
	for (size_t i = 0; i < 2; i++)
		assert_true(silent(world, ends[i]) < before[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(general_targets_cover_what_an_agreement_leaves_out, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(a_priority_without_a_target_is_listed, open_without_p5, world_close),
	    cmocka_unit_test_setup_teardown(each_role_is_told_in_how_much_it_has_which_part, world_open, world_close),
	    cmocka_unit_test_setup_teardown(what_nobody_several_or_a_vacant_role_is_accountable_for_is_a_gap,
					    world_open, world_close),
	    cmocka_unit_test_setup_teardown(an_interface_is_silent_while_nothing_passes, world_open, world_close),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

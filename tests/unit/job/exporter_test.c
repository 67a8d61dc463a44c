/* Lists that are written while nobody waits: through whose eyes, how long the file stays, and what becomes of one that
 * nobody finished. */
#include "edit_world.h"

#include "job/exporter.h"
#include "record/export_file.h"

static int64_t wish(struct world *world, const char *asker, const char *collection, const char *filter)
{
	return made(world, "list_export", "title", "Incidents", "asker", asker, "collection", collection, "filter",
		    filter, "sort", "number", "columns", "number,title", "format", "csv", "language", "ja", NULL);
}

/* Steps until there is nothing more to do. */
static void work_at(struct world *world, const char *time)
{
	struct exporter *exporter;
	instant next;

	world->now = at(time);
	assert_int_equal(exporter_new(world->kernel, &exporter, &world->error), OK);
	do
		exporter_step(exporter, world->now, &next);
	while (next == world->now);
	exporter_free(exporter);
}

static struct str file_of(struct world *world, int64_t record)
{
	READER connection = NULL;
	struct str bytes;

	assert_int_equal(kernel_reader(world->kernel, &connection, &world->error), OK);
	assert_int_equal(export_file_part(connection, world->arena, record, 0, &bytes, &world->error), OK);
	return bytes;
}

static bool holds(struct str text, const char *part)
{
	size_t at;

	return str_find(text, str_of(part), &at);
}

static void a_list_is_written_and_told(void **state)
{
	struct world *world = *state;
	int64_t record;

	made(world, "incident", "title", "Printer", "impact", "low", "urgency", "low", NULL);
	made(world, "incident", "title", "Mail", "impact", "high", "urgency", "low", NULL);
	record = wish(world, "desk", "incidents", "impact = high");
	work_at(world, "2026-11-02T01:00:00Z");
	assert_string_equal(shown(world, record, "state"), "ready");
	assert_string_equal(shown(world, record, "total"), "1");
	assert_string_equal(shown(world, record, "written"), "1");
	assert_true(str_starts(file_of(world, record), S("\xef\xbb\xbf番号,")));
	assert_true(holds(file_of(world, record), "Mail"));
	assert_false(holds(file_of(world, record), "Printer"));
	assert_int_equal(told_of(world, world->desk, "notice", record), 1);
}

static void the_rights_of_the_moment_count(void **state)
{
	struct world *world = *state;
	int64_t record = wish(world, "desk", "incidents", "");

	assert_int_equal(edit_by(world, actor_system(), world->desk, "active", "false", NULL), OK);
	work_at(world, "2026-11-02T01:00:00Z");
	assert_string_equal(shown(world, record, "state"), "failed");
	assert_int_equal(file_of(world, record).n, 0);
	record = wish(world, "resolver", "no-such-thing", "");
	work_at(world, "2026-11-02T01:00:01Z");
	assert_string_equal(shown(world, record, "state"), "failed");
	assert_true(*shown(world, record, "reason"));
	assert_int_equal(told_of(world, world->resolver, "notice", record), 1);
}

static void a_file_stays_for_a_day(void **state)
{
	struct world *world = *state;
	int64_t record = wish(world, "desk", "incidents", "");

	work_at(world, "2026-11-02T01:00:00Z");
	work_at(world, "2026-11-03T00:59:59Z");
	assert_string_equal(shown(world, record, "state"), "ready");
	assert_true(file_of(world, record).n > 0);
	work_at(world, "2026-11-03T01:01:00Z");
	assert_string_equal(shown(world, record, "state"), "removed");
	assert_int_equal(file_of(world, record).n, 0);
}

static void what_is_discarded_goes_at_once(void **state)
{
	struct world *world = *state;
	int64_t record = wish(world, "desk", "incidents", "");

	work_at(world, "2026-11-02T01:00:00Z");
	assert_int_equal(edit_by(world, as(world, world->resolver), record, "state", "discard", NULL), E_NOT_FOUND);
	assert_int_equal(edit_by(world, as(world, world->desk), record, "state", "discard", NULL), OK);
	work_at(world, "2026-11-02T01:01:00Z");
	assert_int_equal(file_of(world, record).n, 0);
	assert_string_equal(shown(world, record, "state"), "removed");
}

static void what_nobody_finished_is_begun_again(void **state)
{
	struct world *world = *state;
	int64_t record = wish(world, "desk", "incidents", "");

	world->now = at("2026-11-02T01:00:00Z");
	assert_int_equal(edit_by(world, actor_system(), record, "state", "begin", NULL), OK);
	work_at(world, "2026-11-02T01:04:00Z");
	assert_string_equal(shown(world, record, "state"), "running");
	work_at(world, "2026-11-02T01:05:01Z");
	assert_string_equal(shown(world, record, "state"), "ready");
	assert_true(file_of(world, record).n > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_list_is_written_and_told, world_open, world_close),
	    cmocka_unit_test_setup_teardown(the_rights_of_the_moment_count, world_open, world_close),
	    cmocka_unit_test_setup_teardown(a_file_stays_for_a_day, world_open, world_close),
	    cmocka_unit_test_setup_teardown(what_is_discarded_goes_at_once, world_open, world_close),
	    cmocka_unit_test_setup_teardown(what_nobody_finished_is_begun_again, world_open, world_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Backups that are taken by themselves, at stated times: when, how many are kept, what is tried, and what is told when
 * it goes wrong. */
#include "edit_world.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../database.h"
#include "behaviour/behaviours.h"
#include "job/keeper.h"
#include "record/lookup.h"

struct stage {
	struct world *world;
	char folder[96], copy[96], database[128];
	struct keeper *keeper;
	instant next;
};

/* --- the stage --- */

static void open_stage(struct stage *stage, struct world *world)
{
	*stage = (struct stage){.world = world};
	snprintf(stage->folder, sizeof(stage->folder), "%s/backups", world->directory);
	snprintf(stage->copy, sizeof(stage->copy), "%s/elsewhere", world->directory);
	snprintf(stage->database, sizeof(stage->database), "sqlite:%s/k.db", world->directory);
	assert_int_equal(mkdir(stage->folder, 0700), 0);
	assert_int_equal(mkdir(stage->copy, 0700), 0);
}

static void hire(struct stage *stage)
{
	struct keeper_options options = {.kernel = stage->world->kernel,
					 .secret = {.bytes = S("a key of thirty-two bytes, at least")},
					 .folder = stage->folder,
					 .copy = stage->copy,
					 .scratch = stage->world->directory,
					 .database = stage->database,
					 .every = 6 * (int64_t)HOUR,
					 .trial_every = 7 * DAY,
					 .keep = 3,
					 .trial_model = stage->world->kernel->model, /* nobody else is there */
					 .kernel_options = {.behaviours = behaviours}};

	keeper_free(stage->keeper);
	must(stage->world, keeper_new(&options, &stage->keeper, &stage->world->error));
}

static void step(struct stage *stage, const char *time)
{
	stage->world->now = at(time);
	keeper_step(stage->keeper, stage->world->now, &stage->next);
}

/* Names in a folder, in order, each with a blank behind it. */
static char *names_in(struct stage *stage, const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, alphasort);
	struct buf names = buf_new(stage->world->arena);

	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.')
			buf_format(&names, "%s ", entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return str_c(stage->world->arena, buf_str(&names));
}

static void empty(const char *folder)
{
	DIR *open = opendir(folder);
	char path[400];

	for (struct dirent *entry; open && (entry = readdir(open));) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	if (open)
		closedir(open);
	rmdir(folder);
}

static void close_stage(struct stage *stage)
{
	keeper_free(stage->keeper);
	empty(stage->folder);
	empty(stage->copy);
}

/* Records of a type, the newest first. */
static struct list_result all_of(struct stage *stage, const char *type)
{
	struct world *world = stage->world;
	READER connection = NULL;
	struct list_request request = {
	    .type = type_of(world, type), .limit = 100, .as_of = INSTANT_NONE, .now = world->now};
	struct list_result list;
	struct sort *sort;

	must(world,
	     sort_parse(world->arena, request.type, S("-created_at"), &sort, &request.sort_count, &world->error));
	request.sort = sort;
	must(world, kernel_reader(world->kernel, &connection, &world->error));
	must(world, read_list(world->kernel, connection, world->arena, actor_system(), &request, &list, &world->error));
	return list;
}

static const char *newest(struct stage *stage, const char *type, const char *field)
{
	struct list_result list = all_of(stage, type);

	assert_true(list.count > 0);
	return shown(stage->world, list.records[0]->identity, field);
}

/* --- tests --- */

static void they_come_in_time_and_the_oldest_goes(void **state)
{
	struct stage stage;

	open_stage(&stage, *state);
	hire(&stage);
	step(&stage, "2026-11-26T00:00:00Z");
	assert_int_equal(stage.next, at("2026-11-26T06:00:00Z"));
	step(&stage, "2026-11-26T05:59:59Z"); /* too early */
	assert_string_equal(names_in(&stage, stage.folder), "kaname-20261126T000000Z.backup ");
	step(&stage, "2026-11-26T06:00:00Z");
	hire(&stage); /* who is new knows from the folder what there is */
	step(&stage, "2026-11-26T11:00:00Z");
	assert_int_equal(stage.next, at("2026-11-26T12:00:00Z"));
	step(&stage, "2026-11-26T12:00:00Z");
	step(&stage, "2026-11-26T18:00:00Z");
	assert_string_equal(
	    names_in(&stage, stage.folder),
	    "kaname-20261126T060000Z.backup kaname-20261126T120000Z.backup kaname-20261126T180000Z.backup ");
	assert_string_equal(names_in(&stage, stage.copy), names_in(&stage, stage.folder));
	assert_int_equal(all_of(&stage, "backup").count, 4);
	assert_string_equal(newest(&stage, "backup", "outcome"), "done");
	assert_string_equal(newest(&stage, "backup", "copy"), stage.copy);
	close_stage(&stage);
}

static void a_trial_leaves_evidence(void **state)
{
	struct stage stage;
	struct list_result tests;

	open_stage(&stage, *state);
	hire(&stage);
	made(stage.world, "incident", "title", "Before the backup", NULL);
	step(&stage, "2026-11-26T00:00:00Z");
	tests = all_of(&stage, "restore_test");
	assert_int_equal(tests.count, 1);
	assert_string_equal(newest(&stage, "restore_test", "outcome"), "passed");
	assert_string_equal(newest(&stage, "restore_test", "file"), "kaname-20261126T000000Z.backup");
	assert_int_equal(record_named(tests.records[0], "backup").number,
			 all_of(&stage, "backup").records[0]->identity);
	assert_int_equal(record_named(tests.records[0], "records").number,
			 record_named(all_of(&stage, "backup").records[0], "records").number);
	assert_int_equal(record_named(tests.records[0], "taken_at").number, at("2026-11-26T00:00:00Z"));
	/* Nobody keeps a journal here, so the record of the backup itself would be lost with the database. */
	assert_int_equal(record_named(tests.records[0], "lost_changes").number, 1);
	assert_true(record_named(tests.records[0], "reached_at").number > 0);
	hire(&stage); /* known from the record */
	step(&stage, "2026-12-02T23:59:00Z");
	assert_int_equal(all_of(&stage, "restore_test").count, 1);
	step(&stage, "2026-12-03T00:01:00Z");
	assert_int_equal(all_of(&stage, "restore_test").count, 2);
	assert_string_equal(newest(&stage, "restore_test", "file"), "kaname-20261202T235900Z.backup");
	close_stage(&stage);
}

static void what_was_altered_is_found_and_told(void **state)
{
	struct stage stage;
	struct keeper_figures figures;
	char path[200];

	open_stage(&stage, *state);
	int64_t manager = made(stage.world, "person", "account", "keeper", "name", "Keeper", "roles",
			       "continuity_availability.continuity_manager", NULL);
	hire(&stage);
	snprintf(path, sizeof(path), "%s/kaname-20261125T230000Z.backup", stage.folder);
	FILE *file = fopen(path, "we");
	fputs("kaname backup 1\n", file);
	fclose(file);
	step(&stage, "2026-11-26T00:00:00Z"); /* no backup is due, but a trial is */
	assert_string_equal(newest(&stage, "restore_test", "outcome"), "failed");
	assert_non_null(strstr(newest(&stage, "restore_test", "reason"), "is damaged"));
	assert_int_equal(told_of(stage.world, manager, "notice", all_of(&stage, "restore_test").records[0]->identity),
			 1);
	keeper_figures(stage.keeper, &figures);
	assert_int_equal(figures.trials, 1);
	assert_int_equal(figures.failed_trials, 1);
	step(&stage, "2026-11-26T06:00:00Z"); /* with the next backup it is tried again */
	assert_string_equal(newest(&stage, "restore_test", "outcome"), "passed");
	close_stage(&stage);
}

static void a_failure_is_told_and_tried_again(void **state)
{
	struct stage stage;
	struct keeper_figures figures;

	open_stage(&stage, *state);
	int64_t manager = made(stage.world, "person", "account", "keeper", "name", "Keeper", "roles",
			       "configuration.configuration_manager", NULL);
	hire(&stage);
	assert_int_equal(rmdir(stage.copy), 0);
	step(&stage, "2026-11-26T00:00:00Z");
	assert_string_equal(newest(&stage, "backup", "outcome"), "not_copied");
	assert_int_equal(told_of(stage.world, manager, "notice", all_of(&stage, "backup").records[0]->identity), 1);
	assert_int_equal(stage.next, at("2026-11-26T01:00:00Z"));
	step(&stage, "2026-11-26T01:00:00Z"); /* who is concerned knows; the backup is well and not taken again */
	assert_int_equal(all_of(&stage, "backup").count, 1);
	assert_string_equal(names_in(&stage, stage.folder), "kaname-20261126T000000Z.backup ");
	assert_int_equal(mkdir(stage.copy, 0700), 0);
	step(&stage, "2026-11-26T02:00:00Z");
	assert_int_equal(all_of(&stage, "backup").count, 1);
	assert_string_equal(newest(&stage, "backup", "outcome"), "done");
	assert_string_equal(newest(&stage, "backup", "copy"), stage.copy);
	assert_string_equal(names_in(&stage, stage.folder), "kaname-20261126T000000Z.backup ");
	assert_string_equal(names_in(&stage, stage.copy), names_in(&stage, stage.folder));
	assert_int_equal(stage.next, at("2026-11-26T06:00:00Z"));
	assert_int_equal(chmod(stage.folder, 0500), 0);
	if (geteuid() != 0) {
		step(&stage, "2026-11-26T06:00:00Z");
		assert_string_equal(newest(&stage, "backup", "outcome"), "failed");
	}
	assert_int_equal(chmod(stage.folder, 0700), 0);
	keeper_figures(stage.keeper, &figures);
	assert_int_equal(figures.failed_backups, geteuid() ? 3 : 2);
	close_stage(&stage);
}

static void what_the_second_place_lacks_is_brought_there(void **state)
{
	struct stage stage;

	open_stage(&stage, *state);
	hire(&stage);
	assert_int_equal(rmdir(stage.copy), 0);
	step(&stage, "2026-11-26T00:00:00Z");
	step(&stage, "2026-11-26T06:00:00Z");
	hire(&stage); /* who is new does not know what is there, and looks at once */
	assert_int_equal(mkdir(stage.copy, 0700), 0);
	step(&stage, "2026-11-26T07:00:00Z");
	assert_string_equal(names_in(&stage, stage.copy),
			    "kaname-20261126T000000Z.backup kaname-20261126T060000Z.backup ");
	assert_string_equal(names_in(&stage, stage.folder), names_in(&stage, stage.copy));
	assert_string_equal(newest(&stage, "backup", "outcome"), "done");
	close_stage(&stage);
}

/* What others keep in the folder is not ours to remove. */
static void other_files_are_left_alone(void **state)
{
	static const char *const others[] = {"kaname-20200101T000000Z.backup.gz", "kaname-20201301T000000Z.backup",
					     "notes.part"};
	struct stage stage;
	char path[200];

	open_stage(&stage, *state);
	hire(&stage);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		snprintf(path, sizeof(path), "%s/%s", stage.folder, others[i]);
		fclose(fopen(path, "we"));
	}
	snprintf(path, sizeof(path), "%s/kaname-20261125T000000Z.backup.part", stage.folder); /* broken off */
	fclose(fopen(path, "we"));
	step(&stage, "2026-11-26T00:00:00Z");
	assert_string_equal(names_in(&stage, stage.folder),
			    "kaname-20200101T000000Z.backup.gz kaname-20201301T000000Z.backup "
			    "kaname-20261126T000000Z.backup notes.part ");
	close_stage(&stage);
}

static void another_database_says_who_backs_it_up(void **state)
{
	struct stage stage;

	open_stage(&stage, *state);
	hire(&stage);
	step(&stage, "2026-11-26T00:00:00Z");
	assert_string_equal(newest(&stage, "backup", "outcome"), "failed");
	assert_non_null(strstr(newest(&stage, "backup", "reason"), "pg_dump"));
	assert_string_equal(names_in(&stage, stage.folder), "");
	close_stage(&stage);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
	const struct CMUnitTest tests[] = {
	    TEST(they_come_in_time_and_the_oldest_goes),        TEST(a_trial_leaves_evidence),
	    TEST(what_was_altered_is_found_and_told),           TEST(a_failure_is_told_and_tried_again),
	    TEST(what_the_second_place_lacks_is_brought_there), TEST(other_files_are_left_alone),
	};
	const struct CMUnitTest on_a_server[] = {TEST(another_database_says_who_backs_it_up)};

	return on_postgres() ? cmocka_run_group_tests(on_a_server, NULL, NULL)
			     : cmocka_run_group_tests(tests, NULL, NULL);
}

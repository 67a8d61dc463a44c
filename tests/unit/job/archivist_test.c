/* The journal kept beside backups: any moment is restored exactly as it was, whatever happened in between; and what
 * cannot be restored is said. */
#include "edit_world.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../database.h"
#include "backup/backup.h"
#include "behaviour/behaviours.h"
#include "job/archivist.h"
#include "record/lookup.h"

enum { MOMENTS = 64 };

struct stage {
	struct world *world;
	char folder[96], copy[96], database[128], url[160], restored[128];
	struct archivist *archivist;
	struct backup_secret secret;
	unsigned wanted;   /* backups */
	unsigned reported; /* failures */
	struct {
		instant at;
		struct hash hash;
	} moments[MOMENTS];
	size_t count;
	uint64_t random;
};

static uint64_t draw(struct stage *stage, uint64_t below)
{
	stage->random = stage->random * 6364136223846793005u + 1442695040888963407u;
	return (stage->random >> 33) % below;
}

/* Of the world and not of the stage: the store goes on asking when a test is over. */
static instant world_clock(void *context)
{
	return ((struct world *)context)->now;
}

static void want(void *context)
{
	((struct stage *)context)->wanted++;
}

static void report(void *context, instant now, const struct error *error)
{
	((struct stage *)context)->reported++;
}

/* --- the stage --- */

static void hire(struct stage *stage)
{
	struct archivist_options options = {.store = stage->world->store,
					    .secret = stage->secret,
					    .folder = stage->folder,
					    .copy = stage->copy,
					    .wants_backup = want,
					    .report = report,
					    .context = stage,
					    .journal = {.clock = world_clock, .context = stage->world}};

	must(stage->world, archivist_new(&options, &stage->archivist, &stage->world->error));
	archivist_step(stage->archivist, stage->world->now);
}

static void open_world(struct stage *stage)
{
	struct store_options store = {.url = stage->url, .readers = 2, .keeps_journal = true};
	struct kernel_options kernel = {.behaviours = behaviours};
	struct world *world = stage->world;

	must(world, store_open(&store, &world->store, &world->error));
	must(world, kernel_open(world->model, world->store, &kernel, &world->kernel, &world->error));
}

static void close_world(struct stage *stage)
{
	archivist_free(stage->archivist);
	stage->archivist = NULL;
	kernel_close(stage->world->kernel);
	store_close(stage->world->store);
}

static void open_stage(struct stage *stage, struct world *world)
{
	*stage = (struct stage){.world = world, .random = 20261126};
	stage->secret.bytes = S("a key of thirty-two bytes, at least");
	snprintf(stage->folder, sizeof(stage->folder), "%s/backups", world->directory);
	snprintf(stage->copy, sizeof(stage->copy), "%s/elsewhere", world->directory);
	snprintf(stage->database, sizeof(stage->database), "%s/test.db", world->directory);
	snprintf(stage->url, sizeof(stage->url), "sqlite:%s", stage->database);
	snprintf(stage->restored, sizeof(stage->restored), "%s/restored.db", world->directory);
	assert_int_equal(mkdir(stage->folder, 0700), 0);
	assert_int_equal(mkdir(stage->copy, 0700), 0);
	close_world(stage);
	open_world(stage);
	hire(stage);
}

static void close_stage(struct stage *stage)
{
	archivist_free(stage->archivist);
}

static void take_backup(struct stage *stage)
{
	struct world *world = stage->world;
	char name[NAME_TEXT];
	struct seal_options seal = {.secret = &stage->secret, .now = world->now};
	struct backup_facts facts;
	struct str path = str_format(world->arena, "%s/%s", stage->folder, backup_name(world->now, name));

	seal.path = str_c(world->arena, path);
	must(world, backup_write(world->arena, world->store, &seal, NULL, &facts, &world->error));
}

/* --- what a database holds --- */

static void add_rows(struct buf *text, sqlite3 *db, const char *table)
{
	char sql[200];
	sqlite3_stmt *rows;

	snprintf(sql, sizeof(sql), "SELECT * FROM \"%s\"", table);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
	while (sqlite3_step(rows) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(rows); i++) {
			const void *bytes = sqlite3_column_blob(rows, i);
			int n = sqlite3_column_bytes(rows, i);

			buf_format(text, "%d %d ", sqlite3_column_type(rows, i), n);
			buf_add(text, (struct str){bytes, (size_t)n});
		}
		buf_add_char(text, '\n');
	}
	sqlite3_finalize(rows);
}

/* Of all tables, those of the search included. */
static struct hash hash_of(const char *path)
{
	ARENA arena = arena_new();
	struct buf text = buf_new(arena);
	sqlite3_stmt *tables;
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
					    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE "
					    "'CREATE VIRTUAL%' ORDER BY name",
					    -1, &tables, NULL),
			 SQLITE_OK);
	while (sqlite3_step(tables) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(tables, 0);

		buf_format(&text, "table %s\n", name);
		add_rows(&text, db, name);
	}
	sqlite3_finalize(tables);
	sqlite3_close(db);
	return hash_bytes(buf_str(&text));
}

/* A copy made by SQLite's own means is the measure. */
static void remember(struct stage *stage)
{
	char sql[300], path[160];
	sqlite3 *db;

	snprintf(path, sizeof(path), "%s/oracle.db", stage->world->directory);
	snprintf(sql, sizeof(sql), "VACUUM INTO '%s'", path);
	assert_int_equal(sqlite3_open(stage->database, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_true(stage->count < MOMENTS);
	stage->moments[stage->count].at = stage->world->now;
	stage->moments[stage->count++].hash = hash_of(path);
	unlink(path);
}

static void edit_something(struct stage *stage)
{
	struct world *world = stage->world;
	char title[80];

	world->now += 1 + (instant)draw(stage, 20000);
	snprintf(title, sizeof(title), "Something is amiss %llu 障害", (unsigned long long)draw(stage, 1000000));
	made(world, "incident", "title", title, NULL);
}

static void checkpoint(struct stage *stage)
{
	struct journal_mark mark;
	instant at;
	sqlite3 *db;

	store_journal_mark(stage->world->store, &mark, &at);
	assert_int_equal(sqlite3_open(stage->database, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	store_journal_mark(stage->world->store, &mark, &at);
}

/* --- restoring --- */

static void remove_restored(struct stage *stage)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", ".part", ".part-wal", ".part-shm"};
	char path[160];

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		snprintf(path, sizeof(path), "%s%s", stage->restored, suffixes[i]);
		unlink(path);
	}
}

static enum status restore(struct stage *stage, const char *place, const char *name, instant moment)
{
	struct world *world = stage->world;
	SHELF shelf = NULL;
	struct restore_facts facts;

	error_clear(&world->error);
	remove_restored(stage);
	must(world, shelf_open(place, NULL, &shelf, &world->error));
	struct restore_options options = {.shelf = shelf,
					  .name = name,
					  .moment = moment,
					  .secret = &stage->secret,
					  .path = stage->restored,
					  .model = world->model,
					  .kernel = {.behaviours = behaviours}};
	return backup_restore(world->arena, &options, &facts, &world->error);
}

static void expect_moment(struct stage *stage, size_t i, const char *place)
{
	must(stage->world, restore(stage, place, NULL, stage->moments[i].at));
	if (!hash_eq(hash_of(stage->restored), stage->moments[i].hash))
		fail_msg("moment %zu of %zu was restored as another", i, stage->count);
}

static void refused(struct stage *stage, const char *name, instant moment, const char *says)
{
	char text[512];

	if (!restore(stage, stage->folder, name, moment))
		fail_msg("it was restored though: %s", says);
	error_text(&stage->world->error, text, sizeof(text));
	if (!strstr(text, says))
		fail_msg("not \"%s\" is said but \"%s\"", says, text);
	assert_int_not_equal(access(stage->restored, F_OK), 0);
}

/* --- tests --- */

static void every_moment_is_restored_as_it_was(void **state)
{
	struct stage stage;
	size_t edits = getenv("KANAME_LONG") ? MOMENTS : 24;

	open_stage(&stage, *state);
	stage.world->now += SECOND;
	take_backup(&stage);
	for (size_t i = 0; i < edits; i++) {
		edit_something(&stage);
		remember(&stage);
		if (!draw(&stage, 3))
			archivist_step(stage.archivist, stage.world->now);
		if (!draw(&stage, 4))
			checkpoint(&stage);
		if (i == edits / 3) {
			stage.world->now += 2000;
			take_backup(&stage);
		}
		if (i == edits / 2) { /* the server is started anew */
			archivist_step(stage.archivist, stage.world->now);
			close_world(&stage);
			open_world(&stage);
			stage.world->now += 5000;
			hire(&stage);
			stage.world->now += 5000;
		}
	}
	archivist_step(stage.archivist, stage.world->now);
	assert_int_equal(stage.wanted, 1); /* the first */
	for (size_t i = 0; i < edits; i += getenv("KANAME_LONG") ? 1 : 1 + draw(&stage, 3))
		expect_moment(&stage, i, stage.folder);
	must(stage.world, restore(&stage, stage.folder, NULL, MOMENT_LATEST));
	assert_true(hash_eq(hash_of(stage.restored), stage.moments[edits - 1].hash));
	expect_moment(&stage, edits / 2, stage.folder);
	close_stage(&stage);
}

/* Names of a folder that end so, in order. */
static size_t names_in(struct stage *stage, const char *folder, const char *end, char *names[MOMENTS])
{
	struct dirent **entries;
	int found = scandir(folder, &entries, NULL, alphasort);
	size_t count = 0;

	for (int i = 0; i < found; i++) {
		struct str name = str_of(entries[i]->d_name);

		if (str_ends(name, str_of(end)))
			names[count++] = str_c(stage->world->arena,
					       str_format(stage->world->arena, "%s/%s", folder, entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	return count;
}

static int64_t size_of(const char *path)
{
	struct stat stat_;

	assert_int_equal(stat(path, &stat_), 0);
	return stat_.st_size;
}

static void move(const char *from, const char *to)
{
	assert_int_equal(rename(from, to), 0);
}

static void flip(const char *path)
{
	FILE *file = fopen(path, "r+e");

	assert_non_null(file);
	assert_int_equal(fseek(file, -40, SEEK_END), 0);
	int c = fgetc(file);
	assert_int_equal(fseek(file, -40, SEEK_END), 0);
	fputc(c ^ 1, file);
	fclose(file);
}

static void what_is_wrong_is_named(void **state)
{
	struct stage stage;
	char *files[MOMENTS], aside[200];

	open_stage(&stage, *state);
	refused(&stage, NULL, stage.world->now, "There is no backup in");
	stage.world->now += SECOND;
	instant before = stage.world->now - MINUTE;
	take_backup(&stage);
	for (int i = 0; i < 6; i++) {
		edit_something(&stage);
		remember(&stage);
		archivist_step(stage.archivist, stage.world->now);
	}
	instant last = stage.moments[5].at;
	refused(&stage, NULL, before, "is after that moment");
	refused(&stage, NULL, last + MINUTE, "goes up to");
	expect_moment(&stage, 3, stage.folder);

	snprintf(aside, sizeof(aside), "%s/aside", stage.world->directory);
	assert_int_equal(names_in(&stage, stage.folder, ".journal", files), 7);
	move(files[3], aside);
	refused(&stage, NULL, last, "File 0000000004 of the journal of changes is missing");
	expect_moment(&stage, 1, stage.folder); /* which lies before that */
	move(files[4], files[3]);               /* exchanged */
	refused(&stage, NULL, last, "does not follow");
	move(files[3], files[4]);
	move(aside, files[3]);
	flip(files[4]);
	refused(&stage, NULL, last, "is damaged");
	flip(files[4]);
	move(files[6], aside); /* the end is cut off */
	refused(&stage, NULL, last, "goes up to");
	move(aside, files[6]);
	expect_moment(&stage, 5, stage.folder);
	close_stage(&stage);
}

/* Somebody changes the database while nobody keeps the journal. */
static void a_gap_is_named(void **state)
{
	struct stage stage;
	struct archivist_figures figures;

	open_stage(&stage, *state);
	stage.world->now += SECOND;
	take_backup(&stage);
	edit_something(&stage);
	remember(&stage);
	archivist_step(stage.archivist, stage.world->now);
	close_world(&stage);
	sqlite3 *db;
	assert_int_equal(sqlite3_open(stage.database, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "INSERT INTO kaname_meta (name, value) VALUES ('other', 'x')", NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	stage.world->now += HOUR;
	open_world(&stage);
	hire(&stage);
	assert_int_equal(stage.wanted, 2);
	archivist_figures(stage.archivist, &figures);
	assert_int_equal(figures.gaps, 1);
	stage.world->now += SECOND;
	take_backup(&stage);
	edit_something(&stage);
	remember(&stage);
	archivist_step(stage.archivist, stage.world->now);
	expect_moment(&stage, 0, stage.folder);
	expect_moment(&stage, 1, stage.folder);
	refused(&stage, NULL, stage.moments[0].at + MINUTE, "Nothing is kept between");
	close_stage(&stage);
}

/* A killed process leaves changes whose moments nobody knows: they are restored as a whole or not. */
static void what_a_killed_process_left_is_whole(void **state)
{
	struct stage stage;

	open_stage(&stage, *state);
	stage.world->now += SECOND;
	take_backup(&stage);
	edit_something(&stage);
	remember(&stage);
	archivist_step(stage.archivist, stage.world->now);
	edit_something(&stage);
	instant lost = stage.world->now;
	edit_something(&stage);
	close_world(&stage); /* without a last step */
	stage.world->now += MINUTE;
	open_world(&stage);
	hire(&stage);
	remember(&stage);
	archivist_step(stage.archivist, stage.world->now);
	assert_int_equal(stage.wanted, 1);
	expect_moment(&stage, 0, stage.folder);
	expect_moment(&stage, 1, stage.folder);
	refused(&stage, NULL, lost, "Nothing is kept between");
	close_stage(&stage);
}

static void the_second_place_catches_up(void **state)
{
	struct stage stage;
	struct archivist_figures figures;
	char *ours[MOMENTS], *theirs[MOMENTS], away[200];

	open_stage(&stage, *state);
	snprintf(away, sizeof(away), "%s/away", stage.world->directory);
	move(stage.copy, away);
	for (int i = 0; i < 3; i++) {
		edit_something(&stage);
		archivist_step(stage.archivist, stage.world->now);
	}
	archivist_figures(stage.archivist, &figures);
	assert_true(figures.copy_failures > 0);
	assert_int_equal(figures.failures, 0);
	move(away, stage.copy);
	archivist_step(stage.archivist, stage.world->now);
	size_t count = names_in(&stage, stage.folder, ".journal", ours);
	assert_int_equal(count, 4);
	assert_int_equal(names_in(&stage, stage.copy, ".journal", theirs), count);

	/* What was cut off there while nobody could look counts for nothing. */
	int64_t size = size_of(theirs[1]);
	assert_int_equal(truncate(theirs[1], size - 100), 0);
	close_world(&stage);
	open_world(&stage);
	hire(&stage);
	archivist_step(stage.archivist, stage.world->now);
	assert_int_equal(size_of(theirs[1]), size);

	move(stage.folder, away); /* the first place is out of reach: what waits is written later */
	edit_something(&stage);
	archivist_step(stage.archivist, stage.world->now);
	edit_something(&stage);
	archivist_step(stage.archivist, stage.world->now);
	move(away, stage.folder);
	stage.world->now += SECOND;
	archivist_step(stage.archivist, stage.world->now);
	archivist_figures(stage.archivist, &figures);
	assert_int_equal(figures.failures, 2);
	assert_int_equal(figures.gaps, 0);
	assert_int_equal(figures.until, stage.world->now);
	assert_int_equal(names_in(&stage, stage.folder, ".journal", ours), 6);
	close_stage(&stage);
}

static void who_is_concerned_is_told_once(void **state)
{
	struct stage stage;
	char away[200];

	open_stage(&stage, *state);
	snprintf(away, sizeof(away), "%s/away", stage.world->directory);
	for (int round = 1; round <= 2; round++) {
		move(stage.folder, away);
		for (int i = 0; i < 20; i++) {
			edit_something(&stage);
			stage.world->now += MINUTE;
			archivist_step(stage.archivist, stage.world->now);
			if (i < 3 || i > 5) /* five minutes */
				assert_int_equal(stage.reported, round - (i < 3));
		}
		move(away, stage.folder);
		archivist_step(stage.archivist, stage.world->now);
	}
	close_stage(&stage);
}

/* The journal goes back as far as the oldest backup, and one file further. */
static void the_journal_goes_with_its_backup(void **state)
{
	struct stage stage;
	SHELF shelf = NULL;
	char *files[MOMENTS];

	open_stage(&stage, *state);
	for (int i = 0; i < 4; i++) {
		stage.world->now += HOUR;
		take_backup(&stage);
		stage.world->now += HOUR;
		edit_something(&stage);
		remember(&stage);
		archivist_step(stage.archivist, stage.world->now);
	}
	must(stage.world, shelf_open(stage.folder, NULL, &shelf, &stage.world->error));
	must(stage.world, shelf_keep(shelf, 2, &stage.world->error));
	assert_int_equal(names_in(&stage, stage.folder, ".backup", files), 2);
	assert_int_equal(names_in(&stage, stage.folder, ".journal", files), 3);
	expect_moment(&stage, 2, stage.folder);
	expect_moment(&stage, 3, stage.folder);
	refused(&stage, NULL, stage.moments[1].at, "is after that moment");
	close_stage(&stage);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
	const struct CMUnitTest tests[] = {
	    TEST(every_moment_is_restored_as_it_was),
	    TEST(what_is_wrong_is_named),
	    TEST(a_gap_is_named),
	    TEST(what_a_killed_process_left_is_whole),
	    TEST(the_second_place_catches_up),
	    TEST(the_journal_goes_with_its_backup),
	    TEST(who_is_concerned_is_told_once),
	};

	return on_postgres() ? 0 : cmocka_run_group_tests(tests, NULL, NULL);
}

/* The journal: of a copy and what was committed since, the database as of every commit can be made; across starts of
 * the log, of the store, and when nobody takes anything for a long time. */
#include "support.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "store/journal.h"

enum { MOMENTS = 400 };

struct scene {
	struct bench *bench;
	instant now;
	uint64_t random;
	struct journal_part *parts, **end; /* all that was taken, one after another */
	struct {                           /* what the database was like */
		instant at;
		struct hash hash;
	} moments[MOMENTS];
	size_t count;
	unsigned woken;
	struct journal_mark mark; /* of the last part */
};

static uint64_t draw(struct scene *scene, uint64_t below)
{
	scene->random = scene->random * 6364136223846793005u + 1442695040888963407u;
	return (scene->random >> 33) % below;
}

static instant scene_clock(void *context)
{
	return ((struct scene *)context)->now;
}

static void scene_wake(void *context)
{
	((struct scene *)context)->woken++;
}

/* --- the stage --- */

static void open_keeping(struct bench *bench)
{
	struct store_options options = {.url = bench->url, .readers = 2, .keeps_journal = true};

	must(bench, store_open(&options, &bench->store, &bench->error));
}

/* In the bench's arena: threads of the store ask for its clock until the store has been closed. */
static struct scene *scene_begin(struct bench *bench, uint64_t seed)
{
	struct scene *scene = arena_one(bench->arena, struct scene);

	*scene = (struct scene){.bench = bench, .now = 1795000000000, .random = seed};
	scene->end = &scene->parts;
	sql(bench, "CREATE TABLE kaname_meta (name TEXT PRIMARY KEY, value TEXT)");
	sql(bench, "CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)");
	store_close(bench->store);
	open_keeping(bench);
	return scene;
}

static void start_with(struct scene *scene, const struct journal_mark *from, size_t memory, uint64_t log)
{
	struct journal_options options = {
	    .clock = scene_clock, .wake = scene_wake, .context = scene, .from = from, .memory = memory, .log = log};

	must(scene->bench, store_journal_start(scene->bench->store, &options, &scene->bench->error));
}

/* True: the journal begins anew. */
static bool take(struct scene *scene)
{
	bool begins;

	must(scene->bench, store_journal_take(scene->bench->store, scene->end, &begins, &scene->bench->error));
	for (; *scene->end; scene->end = &(*scene->end)->next)
		scene->mark = (*scene->end)->end;
	return begins;
}

static char *path_of(struct bench *bench, const char *suffix)
{
	return str_c(bench->arena, str_format(bench->arena, "%s%s", bench->url + strlen("sqlite:"), suffix));
}

/* By another connection, as another process would. What stands in the log makes way before and after, as it does for
 * the checkpointer. */
static void checkpoint(struct scene *scene)
{
	struct journal_mark mark;
	instant at;
	sqlite3 *db;

	store_journal_mark(scene->bench->store, &mark, &at);
	assert_int_equal(sqlite3_open(path_of(scene->bench, ""), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "SELECT 1 FROM t LIMIT 1", NULL, NULL, NULL), SQLITE_OK); /* finds the log */
	assert_int_equal(sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	store_journal_mark(scene->bench->store, &mark, &at);
}

/* All rows of the database in a file. */
static struct hash hash_of(struct bench *bench, const char *path)
{
	struct buf text = buf_new(bench->arena);
	sqlite3_stmt *rows;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db, "SELECT id, hex(v) FROM t UNION ALL SELECT 0, value FROM kaname_meta ORDER BY 1, 2",
			       -1, &rows, NULL),
	    SQLITE_OK);
	int code;
	while ((code = sqlite3_step(rows)) == SQLITE_ROW)
		buf_format(&text, "%lld %s\n", (long long)sqlite3_column_int64(rows, 0), sqlite3_column_text(rows, 1));
	assert_int_equal(code, SQLITE_DONE);
	sqlite3_finalize(rows);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return hash_bytes(buf_str(&text));
}

static void remember(struct scene *scene)
{
	assert_true(scene->count < MOMENTS);
	scene->moments[scene->count].at = scene->now;
	scene->moments[scene->count++].hash = hash_of(scene->bench, path_of(scene->bench, ""));
}

static void change(struct scene *scene)
{
	static const char *const changes[] = {"INSERT INTO t (v) SELECT randomblob(%d) FROM (VALUES (1), (2), (3))",
					      "UPDATE t SET v = randomblob(%d) WHERE id %% 7 = 1",
					      "DELETE FROM t WHERE id %% 5 = %d %% 5",
					      "INSERT INTO t (v) VALUES (zeroblob(%d * 40))"};
	char text[160];

	snprintf(text, sizeof(text), changes[draw(scene, 4)], (int)(1 + draw(scene, 3000)));
	scene->now += 1 + (instant)draw(scene, 500);
	sql(scene->bench, text);
	remember(scene);
}

/* --- the copy, and what is made of it --- */

static enum status put_copy(void *context, uint64_t offset, struct str bytes, struct error *error)
{
	assert_int_equal(pwrite(*(int *)context, bytes.p, bytes.n, (off_t)offset), bytes.n);
	return OK;
}

static void copy_database(struct scene *scene, const char *path, struct journal_mark *mark, instant *at)
{
	struct bench *bench = scene->bench;
	READER reader = NULL;
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(bench, store_reader(bench->store, &reader, &bench->error));
	must(bench, store_snapshot_begin(reader, &bench->error));
	assert_true(store_journal_mark(bench->store, mark, at));
	must(bench, store_copy(reader, put_copy, &file, &bench->error));
	close(file);
}

static const struct journal_part *part_with(const struct scene *scene, const struct journal_mark *mark)
{
	const struct journal_part *part = scene->parts;

	while (part && (memcmp(part->end.generation, mark->generation, WAL_GENERATION) != 0 ||
			mark->frames < part->from || mark->frames > part->end.frames))
		part = part->next;
	return part;
}

static void make(struct scene *scene, const char *copy, const char *path, const struct journal_mark *mark,
		 instant moment)
{
	const struct journal_part *part = part_with(scene, mark);
	char command[300];
	bool later = false;

	snprintf(command, sizeof(command), "cp %s %s", copy, path);
	assert_int_equal(system(command), 0);
	int file = open(path, O_RDWR | O_CLOEXEC);
	for (; part && !later; part = part->next)
		must(scene->bench, journal_apply(part, moment, file, &later, &scene->bench->error));
	close(file);
}

static void remove_made(struct bench *bench)
{
	static const char *const names[] = {".copy", ".copy-wal", ".copy-shm", ".made", ".made-wal", ".made-shm"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlink(path_of(bench, names[i]));
}

static size_t check_moments(struct scene *scene, const struct journal_mark *mark, instant from)
{
	const char *copy = path_of(scene->bench, ".copy"), *path = path_of(scene->bench, ".made");
	size_t checked = 0;

	for (size_t i = 0; i < scene->count; i++) {
		bool shares = i + 1 < scene->count && scene->moments[i + 1].at == scene->moments[i].at;

		if (scene->moments[i].at < from || shares)
			continue;
		make(scene, copy, path, mark, scene->moments[i].at);
		if (!hash_eq(hash_of(scene->bench, path), scene->moments[i].hash))
			fail_msg("moment %zu of %zu is another", i, scene->count);
		checked++;
	}
	remove_made(scene->bench);
	return checked;
}

static void scene_end(struct scene *scene)
{
	store_journal_free(scene->parts);
	remove_made(scene->bench);
}

static size_t generations(const struct scene *scene)
{
	size_t count = 0;

	for (const struct journal_part *part = scene->parts; part; part = part->next)
		count += !part->next || memcmp(part->end.generation, part->next->end.generation, WAL_GENERATION) != 0;
	return count;
}

/* --- tests --- */

static void any_moment_can_be_made_again(void **state)
{
	struct scene *scene;
	struct journal_mark mark = {0};
	instant from = 0;

	uint64_t seeds = getenv("KANAME_LONG") ? 20 : 1;

	for (uint64_t seed = 1; seed <= seeds; seed++) {
		scene = scene_begin(*state, seed);
		start_with(scene, NULL, 0, 0);
		assert_true(take(scene));
		for (size_t i = 0; i < 90; i++) {
			if (i == 30)
				copy_database(scene, path_of(*state, ".copy"), &mark, &from);
			change(scene);
			if (!draw(scene, 4))
				assert_false(take(scene));
			if (!draw(scene, 6))
				checkpoint(scene);
		}
		assert_false(take(scene));
		assert_true(generations(scene) > 3);
		assert_true(scene->woken + 1 >= generations(scene));
		assert_int_equal(check_moments(scene, &mark, from), 61); /* the copy's own, and each later one */
		scene_end(scene);
		sql(*state, "DROP TABLE t");
		sql(*state, "DROP TABLE kaname_meta");
	}
}

/* The store is closed, or its process killed: SQLite goes on with the log that was left, and so does the journal. */
static void it_goes_on_over_an_end(void **state)
{
	struct bench *bench = *state;
	struct scene *scene;
	struct journal_mark mark;
	instant from;
	size_t known;

	scene = scene_begin(bench, 7);
	start_with(scene, NULL, 0, 0);
	take(scene);
	copy_database(scene, path_of(bench, ".copy"), &mark, &from);
	for (int round = 0; round < 6; round++) {
		for (int i = 0; i < 5; i++)
			change(scene);
		assert_false(take(scene));
		known = scene->count;
		for (int i = 0; i < round; i++) /* after the last take: still in the log that is left */
			change(scene);
		store_close(bench->store);
		open_keeping(bench);
		change(scene);
		scene->moments[known] = scene->moments[scene->count - 1]; /* only the last one's moment is known */
		scene->count = known + 1;
		start_with(scene, &scene->mark, 0, 0);
		assert_false(take(scene));
		checkpoint(scene);
		take(scene);
	}
	assert_int_equal(check_moments(scene, &mark, from), scene->count);
	scene_end(scene);
}

/* Somebody opens and closes it meanwhile, so that the log is gone: what he wrote cannot be known. */
static void it_says_when_it_begins_anew(void **state)
{
	struct bench *bench = *state;
	struct scene *scene;

	scene = scene_begin(bench, 8);
	start_with(scene, NULL, 0, 0);
	take(scene);
	change(scene);
	take(scene);
	store_close(bench->store);
	sqlite3 *db;
	assert_int_equal(sqlite3_open(path_of(bench, ""), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DELETE FROM t", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	open_keeping(bench);
	start_with(scene, &scene->mark, 0, 0);
	struct journal_part **last = scene->end;
	assert_true(take(scene));
	assert_true((*last)->begins);
	assert_false(take(scene));
	change(scene);
	assert_false(take(scene));
	scene_end(scene);
}

/* Nobody takes anything: memory stays bounded, nothing is lost as long as the log may grow, and the writer goes on. */
static void when_nobody_takes_it_waits_and_then_lets_go(void **state)
{
	enum { MEMORY = 200000, LOG = 2000000 };
	struct scene *scene;
	struct journal_mark mark;
	instant from;
	struct stat log;

	scene = scene_begin(*state, 9);
	start_with(scene, NULL, MEMORY, LOG);
	take(scene);
	copy_database(scene, path_of(*state, ".copy"), &mark, &from);
	for (int i = 0; i < 30; i++) {
		change(scene);
		checkpoint(scene);
	}
	assert_true(scene->woken > generations(scene) + 10); /* somebody was asked to take what fills the memory */
	for (int i = 0; i < 40; i++)                         /* more than memory takes at once */
		assert_false(take(scene));
	assert_int_equal(check_moments(scene, &mark, from), 30);
	do {
		for (int i = 0; i < 4; i++)
			sql(*state, "INSERT INTO t (v) VALUES (randomblob(100000))");
		store_journal_mark(scene->bench->store, &mark, &from); /* looks at the log, as the checkpointer does */
		assert_int_equal(stat(path_of(*state, "-wal"), &log), 0);
	} while (log.st_size < MEMORY + 2 * LOG);
	assert_true(take(scene));
	change(scene);
	assert_false(take(scene));
	scene_end(scene);
}

/* A change of another process is there, too, as made when it was seen. */
static void others_may_write(void **state)
{
	struct scene *scene;
	struct journal_mark mark;
	instant from;
	sqlite3 *db;

	scene = scene_begin(*state, 10);
	start_with(scene, NULL, 0, 0);
	take(scene);
	copy_database(scene, path_of(*state, ".copy"), &mark, &from);
	assert_int_equal(sqlite3_open(path_of(*state, ""), &db), SQLITE_OK);
	for (int i = 0; i < 10; i++) {
		scene->now += 1000;
		assert_int_equal(sqlite3_exec(db, "INSERT INTO t (v) VALUES (randomblob(9000))", NULL, NULL, NULL),
				 SQLITE_OK);
		sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
		take(scene);
		remember(scene);
		if (i % 3 == 0)
			change(scene);
	}
	sqlite3_close(db);
	assert_false(take(scene));
	assert_true(check_moments(scene, &mark, from) >= 10);
	scene_end(scene);
}

/* What was committed while the log was being read was not there before it was. */
static void a_commit_has_its_own_moment(void **state)
{
	struct scene *scene;
	struct journal_part **last;

	scene = scene_begin(*state, 11);
	start_with(scene, NULL, 0, 0);
	take(scene);
	last = scene->end;
	scene->now += 1000;
	sql(*state, "INSERT INTO t (v) VALUES (randomblob(10))");
	scene->now -= 500; /* as it was when the reading began */
	take(scene);
	assert_int_equal((*last)->commit_count, 1);
	assert_int_equal((*last)->commits[0].at, scene->now + 500);
	assert_int_equal((*last)->until, scene->now + 500);
	scene_end(scene);
}

/* More commits than there are notes: those that share one count as made with the last of them, never before. */
static void many_commits_share_moments(void **state)
{
	enum { COMMITS = 1300 };
	struct scene *scene;
	struct journal_part **last;
	size_t exact = 0;

	scene = scene_begin(*state, 12);
	start_with(scene, NULL, 0, 0);
	take(scene);
	last = scene->end;
	for (int i = 0; i < COMMITS; i++) {
		scene->now++;
		sql(*state, "INSERT INTO t (v) VALUES (1)");
	}
	while (!take(scene) && *scene->end)
		;
	instant first = scene->now - COMMITS + 1;
	for (const struct journal_part *part = *last; part; part = part->next)
		for (size_t i = 0; i < part->commit_count; i++, exact++)
			assert_true(part->commits[i].at >= first + (instant)exact);
	assert_true(exact >= 1000);
	scene_end(scene);
}

int main(void)
{
	assert_true(hash_start());
#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(any_moment_can_be_made_again),
	    TEST(it_goes_on_over_an_end),
	    TEST(it_says_when_it_begins_anew),
	    TEST(when_nobody_takes_it_waits_and_then_lets_go),
	    TEST(others_may_write),
	    TEST(a_commit_has_its_own_moment),
	    TEST(many_commits_share_moments),
	};

	return on_postgres() ? 0 : cmocka_run_group_tests(tests, NULL, NULL);
}

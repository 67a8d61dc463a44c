/* erase: what is erased is nowhere any more, what is not stays, and the history proves itself all the while. */
#include "record_world.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "record/erase.h"
#include "record/verify.h"

static void whole(struct world *world)
{
	struct verify_report report;

	error_clear(&world->error);
	must_do(world, verify_history(world->kernel, world->arena, &report, NULL, NULL, &world->error));
	if (report.broken.n)
		fail_msg("%.*s", STR_ARG(report.broken));
}

static struct erasure_counts erased(struct world *world, const struct erasure *erasure, instant now)
{
	struct erasure_counts counts;

	error_clear(&world->error);
	must_do(world, kernel_erase(world->kernel, erasure, now, &counts, &world->error));
	return counts;
}

static struct record *as_of(struct world *world, int64_t record, instant moment)
{
	READER connection = NULL;
	struct record *found = NULL;

	error_clear(&world->error);
	must_do(world, store_reader(world->store, &connection, &world->error));
	if (read_record_as_of(world->kernel, connection, world->arena, actor_system(), record, moment, &found,
			      &world->error))
		found = NULL;
	return found;
}

/* --- what a record says of its past --- */

static struct event *events_of(struct world *world, int64_t record, size_t *count)
{
	READER connection = NULL;
	struct record *found = look(world, record);
	struct event *events = NULL;

	must_do(world, store_reader(world->store, &connection, &world->error));
	must_do(world, read_history(world->kernel, connection, world->arena, actor_system(), found, 0, 50, &events,
				    count, &world->error));
	return events;
}

static void history_tells_erased_from_empty(void **state)
{
	struct world *world = *state;
	instant now = world->now;
	int64_t thing = import(world, "thing", now, "title", "Plain", NULL);
	struct erasure erasure = {.records = &thing, .record_count = 1, .says = {{S("Gone"), S("消去")}}};
	struct erasure_counts counts;
	struct event *events;
	size_t count;

	alter(world, thing, now + 1000, "note", "first", "comment", "said", NULL);
	alter(world, thing, now + 2000, "note", "second", "size", "large", NULL);
	alter(world, thing, now + 3000, "note", "", "file", "scan.txt", NULL);
	alter(world, thing, now + 4000, "note", "third", NULL);
	counts = erased(world, &erasure, now + 5000);
	assert_int_equal(counts.records, 1);
	assert_int_equal(counts.values, 1 + 1 + 2 + 1 + 1);
	assert_int_equal(counts.comments, 1);
	assert_int_equal(counts.files, 1);
	whole(world);

	assert_true(value_is_erased(record_named(look(world, thing), "note")));
	assert_true(value_is_empty(record_named(as_of(world, thing, now + 500), "note")));
	assert_true(value_is_erased(record_named(as_of(world, thing, now + 1500), "note")));
	assert_true(value_is_erased(record_named(as_of(world, thing, now + 2500), "note")));
	assert_true(value_is_empty(record_named(as_of(world, thing, now + 3500), "note")));
	assert_true(str_is(record_named(as_of(world, thing, now + 2500), "size").text, "large"));

	events = events_of(world, thing, &count);
	assert_int_equal(count, 6);
	assert_true(str_is(events[0].kind, ERASURE));
	assert_true(str_is(events[0].note->data, "{\"personal\":[2,3,4,5],\"comment\":[2],\"files\":[4]}"));
	assert_true(value_is_erased(events[0].changes[0].before) && value_is_erased(events[0].changes[0].after));
	assert_true(events[2].files_are_erased && !events[2].attachment_count);
	assert_true(value_is_erased(events[2].changes[0].before) && value_is_empty(events[2].changes[0].after));
	assert_true(events[4].comment_is_erased && !events[4].comment.n);

	alter(world, thing, now + 6000, "note", "fourth", NULL);
	assert_true(value_is_erased(record_named(as_of(world, thing, now + 5500), "note")));
	assert_true(str_is(record_named(look(world, thing), "note").text, "fourth"));
	whole(world);
	counts = erased(world, &erasure, now + 7000);
	assert_int_equal(counts.values, 1 + 1);
	counts = erased(world, &erasure, now + 8000);
	assert_int_equal(counts.records, 0);
	whole(world);
}

static bool has_comment(struct world *world, const char *text)
{
	return count_rows(world,
			  str_c(world->arena, str_format(world->arena,
							 "SELECT count(*) FROM kaname_event WHERE id > ? AND comment = "
							 "'%s'",
							 text)),
			  0) > 0;
}

static enum status put_mail(void *context, struct connection *connection, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(connection, S("INSERT INTO kaname_outbox (at, kind, record, raw) VALUES (0, 'notice', ?, ?)"),
			  &statement, error);

	if (status)
		return status;
	bind_int(statement, *(const int64_t *)context);
	bind_blob(statement, S("Subject: Printer"));
	return store_run(statement, error);
}

/* A mail about a record, as it was sent. */
static void mailed(struct world *world, int64_t record)
{
	must(world, store_write_wait(world->store, put_mail, &record, &world->error));
}

static void what_a_person_wrote_elsewhere_goes_when_it_is_asked(void **state)
{
	struct world *world = *state;
	int64_t incident = made(world, "incident", "title", "Printer", "caller", "user2", NULL);
	struct erasure erasure = {.person = world->resolver, .says = {{S("Gone"), S("消去")}}};

	must(world, edit_by(world, as(world, world->resolver), incident, "comment", "by the resolver", NULL));
	must(world, edit_by(world, as(world, world->desk), incident, "comment", "by the desk", NULL));
	mailed(world, incident);
	erased(world, &erasure, world->now + 1000);
	assert_true(has_comment(world, "by the resolver"));
	assert_int_equal(
	    count_rows(world, "SELECT count(*) FROM kaname_outbox WHERE raw IS NOT NULL AND record = ?", incident), 1);
	erasure.written = true;
	erased(world, &erasure, world->now + 2000);
	assert_false(has_comment(world, "by the resolver"));
	assert_true(has_comment(world, "by the desk"));
	assert_int_equal(
	    count_rows(world, "SELECT count(*) FROM kaname_outbox WHERE raw IS NOT NULL AND record = ?", incident), 0);
	assert_true(str_is(record_named(look(world, incident), "title").text, "Printer"));
	assert_true(value_is_erased(record_named(look(world, world->resolver), "name")));
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_notice WHERE person = ?", world->resolver), 0);
	whole(world);
}

/* --- any history, any erasure --- */

enum { STEPS = 160, THINGS = 12, WORDS = STEPS * 3, LETTERS = 14 };

struct said { /* a word that nobody else says */
	char word[LETTERS + 1];
	int64_t record;
	bool gone;
};

struct play {
	struct world *world;
	uint64_t seed;
	int64_t things[THINGS];
	size_t count;
	struct said said[WORDS];
	size_t said_count;
	instant now;
};

static const char *say(struct play *play, int64_t record)
{
	struct said *said = &play->said[play->said_count++];

	for (size_t i = 0; i < LETTERS; i++)
		said->word[i] = (char)('a' + chance(&play->seed, 26));
	said->record = record;
	return said->word;
}

static void play_edit(struct play *play)
{
	struct world *world = play->world;
	const char *const holders[] = {number_of(world, world->user), number_of(world, world->user2), ""};
	const char *holder = holders[chance(&play->seed, 3)];
	int64_t thing = play->things[chance(&play->seed, play->count ? play->count : 1)];
	size_t first = play->said_count;

	if (play->count < THINGS && !chance(&play->seed, 4)) {
		thing = import(world, "thing", play->now, "title", "Thing", "holder", holder, "note", say(play, 0),
			       "comment", say(play, 0), NULL);
		play->things[play->count++] = thing;
		for (size_t i = first; i < play->said_count; i++)
			play->said[i].record = thing;
	} else if (play->count) {
		switch (chance(&play->seed, 5)) {
		case 0:
			alter(world, thing, play->now, "note", say(play, thing), NULL);
			break;
		case 1:
			alter(world, thing, play->now, "note", "", "size", "large", "comment", say(play, thing), NULL);
			break;
		case 2:
			alter(world, thing, play->now, "public file", say(play, thing), "size", "small", NULL);
			break;
		case 3:
			alter(world, thing, play->now, "holder", holder, "note", say(play, thing), "public comment",
			      say(play, thing), NULL);
			break;
		default:
			alter(world, thing, play->now, "amount", chance(&play->seed, 2) ? "7" : "8", NULL);
		}
	}
}

/* What was empty stays so, what was filled reads as erased, and all else is as it was. */
static void compare_past(struct world *world, const struct record *before, const struct record *after, bool covered)
{
	assert_non_null(after);
	for (size_t i = 0; i < before->type->field_count; i++) {
		const struct field *field = before->type->fields[i];
		struct value was = before->values[i], is = after->values[i];

		if (covered && field->is_personal && !value_is_empty(was))
			assert_true(value_is_erased(is));
		else
			assert_true(value_eq(was, is));
	}
}

static void play_erasure(struct play *play)
{
	struct world *world = play->world;
	int64_t picked = play->things[chance(&play->seed, play->count)], person = 0;
	struct record *past[THINGS];
	instant moments[THINGS];
	struct erasure erasure = {.says = {{S("Gone"), S("消去")}}};

	if (chance(&play->seed, 3)) {
		erasure.records = &picked;
		erasure.record_count = 1;
	} else {
		erasure.person = person = chance(&play->seed, 2) ? world->user : world->user2;
	}
	for (size_t i = 0; i < play->count; i++) {
		moments[i] = world->now + (instant)chance(&play->seed, (uint64_t)(play->now - world->now));
		past[i] = as_of(world, play->things[i], moments[i]);
	}
	bool covered[THINGS];
	for (size_t i = 0; i < play->count; i++) {
		struct value holder = record_named(look(world, play->things[i]), "holder");

		covered[i] =
		    play->things[i] == picked ? !person || holder.number == person : person && holder.number == person;
		for (size_t s = 0; s < play->said_count; s++)
			play->said[s].gone |= covered[i] && play->said[s].record == play->things[i];
	}
	erased(world, &erasure, play->now);
	whole(world);
	for (size_t i = 0; i < play->count; i++)
		if (past[i])
			compare_past(world, past[i], as_of(world, play->things[i], moments[i]), covered[i]);
}

static bool is_found(struct world *world, const char *word)
{
	READER connection = NULL;
	struct search_hit *hits;
	size_t count;

	must_do(world, store_reader(world->store, &connection, &world->error));
	must_do(world, read_search(world->kernel, connection, world->arena, actor_system(), str_of(word), 5, &hits,
				   &count, &world->error));
	return count > 0;
}

/* The whole file in memory, in the arena. */
static struct str file_of(struct world *world, const char *suffix)
{
	char *path = str_c(world->arena, str_format(world->arena, "%s/test.db%s", world->directory, suffix));
	FILE *file = fopen(path, "rb");
	struct buf bytes = buf_new_max(world->arena, (size_t)256 << 20);
	char piece[65536];
	size_t n;

	while (file && (n = fread(piece, 1, sizeof(piece), file)))
		buf_add(&bytes, (struct str){piece, n});
	if (file)
		fclose(file);
	return buf_str(&bytes);
}

static bool holds(struct str file, const char *word)
{
	return file.n && memmem(file.p, file.n, word, strlen(word));
}

static void move_log(struct world *world)
{
	sqlite3 *database = NULL;

	assert_int_equal(
	    sqlite3_open(str_c(world->arena, str_format(world->arena, "%s/test.db", world->directory)), &database),
	    SQLITE_OK);
	/* What has read nothing yet does not know of the log. */
	assert_int_equal(sqlite3_exec(database, "SELECT count(*) FROM kaname_event", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_wal_checkpoint_v2(database, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
}

static void add_rows(struct buf *bytes, PGconn *server, const char *table)
{
	char copy[256], *row;
	int n;

	snprintf(copy, sizeof(copy), "COPY %s TO STDOUT (FORMAT binary)", table);
	PQclear(PQexec(server, copy));
	while ((n = PQgetCopyData(server, &row, 0)) > 0) {
		buf_add(bytes, (struct str){row, (size_t)n});
		PQfreemem(row);
	}
	assert_int_equal(n, -1);
	PQclear(PQgetResult(server));
}

/* All that a server's tables hold, as bytes: what its files hold is its own affair. */
static struct str rows_of(struct world *world)
{
	PGconn *server = PQconnectdb(world->url);
	PGresult *tables = PQexec(server, "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND "
					  "relnamespace = 'public'::regnamespace");
	struct buf bytes = buf_new_max(world->arena, (size_t)256 << 20);

	assert_true(PQntuples(tables) > 0);
	for (int i = 0; i < PQntuples(tables); i++)
		add_rows(&bytes, server, PQgetvalue(tables, i, 0));
	PQclear(tables);
	PQfinish(server);
	return buf_str(&bytes);
}

static void nothing_is_left(struct play *play)
{
	struct world *world = play->world;
	struct str files[2] = {{0}};
	size_t gone = 0, kept = 0;

	for (size_t i = 0; i < play->said_count; i += 5)
		if (play->said[i].gone)
			assert_false(is_found(world, play->said[i].word));
	must_do(world, store_scrub(world->store, &world->error));
	whole(world);
	if (on_postgres()) {
		files[0] = rows_of(world);
	} else {
		move_log(world);
		files[0] = file_of(world, "");
		files[1] = file_of(world, "-wal");
	}
	for (size_t i = 0; i < play->said_count; i++) {
		const struct said *said = &play->said[i];
		/* An index keeps of a word only what differs from the one before. */
		bool found = holds(files[0], said->word) || holds(files[1], said->word) ||
			     holds(files[0], said->word + 4) || holds(files[1], said->word + 4);

		gone += said->gone;
		kept += found;
		if (found == said->gone)
			fail_msg("seed: word %s of %s is %s", said->word, number_of(world, said->record),
				 found ? "still there" : "gone without being erased");
	}
	assert_true(gone && kept); /* else nothing was proven */
}

static void of_any_history_nothing_erased_is_left(void **state)
{
	unsigned games = getenv("KANAME_LONG") ? 40 : 2;

	for (unsigned game = 0; game < games; game++) {
		struct play *play;

		if (game) {
			world_close(state);
			probe_open(state);
		}
		play = arena_one(((struct world *)*state)->arena, struct play);
		play->world = *state;
		play->seed = 20261126 + game;
		play->now = play->world->now;
		for (size_t step = 0; step < STEPS; step++) {
			play->now += 1000;
			play_edit(play);
			if (step > 30 && step < 110 && step % 20 == 0)
				play_erasure(play);
		}
		nothing_is_left(play);
	}
}

#define ERASE_TEST(name) cmocka_unit_test_setup_teardown(name, probe_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ERASE_TEST(history_tells_erased_from_empty),
	    ERASE_TEST(what_a_person_wrote_elsewhere_goes_when_it_is_asked),
	    ERASE_TEST(of_any_history_nothing_erased_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

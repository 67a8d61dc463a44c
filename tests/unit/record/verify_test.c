/* verify: whatever somebody alters behind the program's back is named. */
#include "record_world.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "behaviour/behaviours.h"
#include "record/event.h"
#include "record/verify.h"

static char *text_of(struct world *world, const char *name, const char *kind)
{
	return str_c(world->arena, str_format(world->arena, "%s/%s%s", world->directory, name, kind));
}

/* Opens the database again, with another process and a key for checkpoints. */
static void reopen(struct world *world, const char *process, const char *key)
{
	struct model_source *sources = NULL, *all;
	struct kernel_options options = {.behaviours = behaviours, .key_path = text_of(world, key, ".key")};
	struct store_options store = {.create = true, .readers = 2};
	size_t count = 0;

	kernel_close(world->kernel);
	store_close(world->store);
	must_do(world, model_read_directory(world->arena, PROCESSES, false, &sources, &count, &world->error));
	all = arena_many(world->arena, struct model_source, count + 1);
	memcpy(all, sources, count * sizeof(*all));
	all[count++] = (struct model_source){.file = "probe.yaml", .text = str_of(process), .overlay = true};
	must_do(world, model_load(world->arena, all, count, &world->model, &world->error));
	store.url = str_c(world->arena, str_format(world->arena, "sqlite:%s", text_of(world, "test", ".db")));
	must_do(world, store_open(&store, &world->store, &world->error));
	must_do(world, kernel_open(world->model, world->store, &options, &world->kernel, &world->error));
}

static struct verify_report verified(struct world *world)
{
	struct verify_report report;

	error_clear(&world->error);
	must_do(world, verify_history(world->kernel, world->arena, &report, NULL, NULL, &world->error));
	return report;
}

static void whole(struct world *world)
{
	struct verify_report report = verified(world);

	if (report.broken.n)
		fail_msg("%.*s", STR_ARG(report.broken));
	assert_int_equal(report.broken_record, 0);
}

/* By another program that knows no rules. */
static void tamper(struct world *world, const char *sql)
{
	sqlite3 *database = NULL;
	char *message = NULL;

	assert_int_equal(sqlite3_open(text_of(world, "test", ".db"), &database), SQLITE_OK);
	sqlite3_busy_timeout(database, 5000);
	if (sqlite3_exec(database,
			 "DROP TRIGGER IF EXISTS kaname_event_no_update; DROP TRIGGER IF EXISTS kaname_event_no_delete",
			 NULL, NULL, &message) ||
	    sqlite3_exec(database, sql, NULL, NULL, &message))
		fail_msg("%s: %s", sql, message);
	assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

static const char one[] = "(SELECT id FROM thing WHERE number = 'THG-1')";
static const char two[] = "(SELECT id FROM thing WHERE number = 'THG-2')";

static void write_history(struct world *world)
{
	instant now = world->now;
	int64_t first = import(world, "thing", now, "title", "One", "price", "12.50 JPY", "lines",
			       "[{\"what\":\"a\",\"much\":1.5,\"kind\":\"large\"}]", NULL);

	import(world, "thing", now + 1000, "title", "Two", "parts", "THG-1", "link near", "THG-1", NULL);
	import(world, "thing", now + 1000, "title", "Three", "secret", "true", "back near", "THG-2", NULL);
	alter(world, first, now + 2000, "size", "large", "flag", "true", "state", "use", "comment", "Hello", NULL);
	alter(world, first, now + 3000, "size", "small", "price", "9 EUR", "file", "a.txt", NULL);
	alter(world, first, now + 4000, "link near", "THG-3", "rate", "1.25", "public file", "b.txt", NULL);
	alter(world, first, now + 5000, "unlink near", "THG-3", "size", "", NULL);
	alter(world, first, now + 6000, "state", "end", "note", "Ende gut\n\n\"quoted\" 障害", NULL);
}

static int verify_open(void **state)
{
	probe_open(state);
	write_history(*state);
	return 0;
}

static void history_as_written_is_whole(void **state)
{
	struct world *world = *state;
	struct verify_report report = verified(world);

	whole(world);
	assert_int_equal(report.attachments, 2);
	assert_int_equal(report.records,
			 count_rows(world, "SELECT count(DISTINCT record) FROM kaname_event WHERE id > ?", 0));
	assert_int_equal(report.events, count_rows(world, "SELECT count(*) FROM kaname_event WHERE id > ?", 0));
}

/* Longer than what is read at once, twice. */
static void long_histories_are_read_to_their_end(void **state)
{
	enum { EDITS = 1100, FILES = 20 };
	struct world *world = *state;
	int64_t first = kernel_identity(world->kernel, type_of(world, "thing"), 1);

	for (int i = 0; i < EDITS; i++)
		alter(world, first, world->now + 10000 + i, "title", i % 2 ? "Odd" : "Even", i < FILES ? "file" : NULL,
		      "a.txt", NULL);
	whole(world);
	assert_int_equal(verified(world).attachments, 2 + FILES);
	assert_int_equal(verified(world).events,
			 count_rows(world, "SELECT count(*) FROM kaname_event WHERE id > ?", 0));
	tamper(world, "UPDATE kaname_event SET at = at + 1 WHERE id = (SELECT max(id) FROM kaname_event)");
	assert_true(verified(world).broken.n > 0);
	tamper(world, "UPDATE kaname_event SET at = at - 1 WHERE id = (SELECT max(id) FROM kaname_event)");
	whole(world);
	tamper(world, "UPDATE kaname_blob SET bytes = x'00' WHERE hash = (SELECT hash FROM kaname_attachment ORDER BY "
		      "id DESC LIMIT 1)");
	assert_true(verified(world).broken.n > 0);
}

static void what_is_altered_is_named(void **state)
{
	static const struct {
		const char *sql, *told; /* %s of the SQL: THG-1's identity */
	} cases[] = {
	    {"UPDATE kaname_event SET comment = 'Bye' WHERE comment = 'Hello'", "THG-1: event 2 "},
	    {"UPDATE kaname_event SET comment = 'Put in' WHERE record = ID AND seq = 3", "THG-1: event 3 "},
	    {"UPDATE kaname_event SET public = 1 WHERE comment = 'Hello'", "THG-1: event 2 "},
	    {"UPDATE kaname_event SET comment = NULL WHERE comment = 'Hello'",
	     "THG-1: somebody removed the comment of event 2"},
	    {"UPDATE kaname_event SET comment = NULL, comment_seal = NULL WHERE comment = 'Hello'",
	     "THG-1: event 2 was changed"},
	    {"UPDATE kaname_event SET comment_seal = zeroblob(32) WHERE comment = 'Hello'",
	     "THG-1: event 2 was changed"},
	    {"UPDATE kaname_event SET comment_seal = NULL WHERE comment = 'Hello'", "THG-1: event 2 was changed"},
	    {"UPDATE kaname_event SET personal = replace(personal, 'Ende', 'Alles') WHERE record = ID AND seq = 6",
	     "THG-1: event 6 was changed"},
	    {"UPDATE kaname_event SET personal = NULL WHERE record = ID AND seq = 6",
	     "THG-1: somebody removed the personal values of event 6"},
	    {"UPDATE kaname_event SET changes = replace(changes, '-+', '++') WHERE record = ID AND seq = 6",
	     "THG-1: event 6 was changed"},
	    {"UPDATE kaname_event SET files = NULL WHERE record = ID AND seq = 3",
	     "THG-1: somebody removed the files of event 3"},
	    {"UPDATE thing SET note = char(26) WHERE id = ID", "THG-1: field note "},
	    {"UPDATE thing SET note = NULL WHERE id = ID", "THG-1: field note "},
	    {"UPDATE kaname_event SET at = at + 1 WHERE record = ID AND seq = 4", "THG-1: event 4 "},
	    {"UPDATE kaname_event SET actor = 77 WHERE record = ID AND seq = 4", "THG-1: event 4 "},
	    {"UPDATE kaname_event SET via = 'web' WHERE record = ID AND seq = 4", "THG-1: event 4 "},
	    {"UPDATE kaname_event SET transition = 'end' WHERE record = ID AND seq = 2", "THG-1: event 2 "},
	    {"UPDATE kaname_event SET changes = replace(changes, 'large', 'medium') WHERE record = ID AND seq = 2",
	     "THG-1: event 2 "},
	    {"UPDATE kaname_event SET fields = ',title,' WHERE record = ID AND seq = 3", "THG-1: event 3 "},
	    {"UPDATE kaname_event SET fields = NULL WHERE record = ID AND seq = 3", "THG-1: event 3 "},
	    {"UPDATE kaname_event SET hash = zeroblob(32) WHERE record = ID AND seq = 6", "THG-1: event 6 "},
	    {"DELETE FROM kaname_event WHERE record = ID AND seq = 3", "THG-1: event 3 is missing"},
	    {"DELETE FROM kaname_event WHERE record = ID AND seq = 1", "THG-1: event 1 is missing"},
	    {"DELETE FROM kaname_event WHERE record = ID AND seq = 6", "THG-1 is at version 6"},
	    {"DELETE FROM kaname_event WHERE record = ID", "THG-1 has no history"},
	    {"INSERT INTO kaname_event (record, seq, at, recorded_at, actor, via, kind, public, hash) SELECT record, "
	     "7, at, "
	     "recorded_at, actor, via, kind, public, hash FROM kaname_event WHERE record = ID AND seq = 6",
	     "THG-1: event 7 "},
	    {"UPDATE kaname_event SET seq = 99 WHERE record = ID AND seq = 3; UPDATE kaname_event SET seq = 3 WHERE "
	     "record = "
	     "ID AND seq = 4; UPDATE kaname_event SET seq = 4 WHERE seq = 99",
	     "THG-1: event 3 "},
	    {"UPDATE thing SET title = 'Uno' WHERE id = ID", "THG-1: field title "},
	    {"UPDATE thing SET price = price + 1 WHERE id = ID", "THG-1: field price "},
	    {"UPDATE thing SET price_currency = 'USD' WHERE id = ID", "THG-1: field price "},
	    {"UPDATE thing SET size = 'large' WHERE id = ID", "THG-1: field size "},
	    {"UPDATE thing SET flag = 0 WHERE id = ID", "THG-1: field flag "},
	    {"UPDATE thing SET lines = replace(lines, '1500000', '2500000') WHERE id = ID", "THG-1: field lines "},
	    {"UPDATE thing SET state = 'used' WHERE id = ID", "THG-1: state "},
	    {"UPDATE thing SET state = 'nowhere' WHERE id = ID", "THG-1: state "},
	    {"UPDATE thing SET restricted = 1 WHERE id = ID", "THG-1: who "},
	    {"UPDATE thing SET restricted = 0 WHERE number = 'THG-3'", "THG-3: who "},
	    {"UPDATE thing SET created_by = 5 WHERE id = ID", "THG-1: who "},
	    {"UPDATE thing SET updated_at = updated_at - 1 WHERE id = ID", "THG-1: who "},
	    {"UPDATE thing SET version = 7 WHERE id = ID", "THG-1 is at version 7"},
	    {"DELETE FROM thing WHERE id = ID", "THG-1 has history but its row is gone"},
	    {"INSERT INTO thing (id, version, state, created_at, updated_at, created_by, updated_by, title) SELECT id "
	     "+ 50, 1, "
	     "state, 1, 1, 0, 0, 'New' FROM thing WHERE id = ID",
	     "THG-51 has no history"},
	    {"DELETE FROM kaname_link WHERE kind = 'thing.parts'", "THG-2: its links "},
	    {"UPDATE kaname_link SET target = TWO WHERE kind = 'thing.parts'", "THG-2: its links "},
	    {"UPDATE kaname_link SET until = since WHERE kind = 'thing.parts'", "THG-2: its links "},
	    {"DELETE FROM kaname_link WHERE kind = 'thing.near' AND source = TWO AND target = ID", "THG-2: its links "},
	    {"DELETE FROM kaname_link WHERE kind = 'thing.near' AND source = TWO AND target <> ID",
	     "THG-2: its links "},
	    {"UPDATE kaname_link SET until = NULL WHERE until IS NOT NULL AND kind = 'thing.near'",
	     "THG-1: its links "},
	    {"INSERT INTO kaname_link (kind, source, target, since) VALUES ('thing.near', ID, TWO, 1)",
	     "THG-1: its links "},
	    {"INSERT INTO kaname_link (kind, source, target, since) VALUES ('thing.parts', ID, TWO, 1)",
	     "THG-1: its links "},
	    {"UPDATE kaname_link SET since = since - 1 WHERE kind = 'thing.near' AND source = TWO AND target = ID",
	     "THG-2: its links "},
	    {"UPDATE kaname_blob SET bytes = 'x' WHERE bytes = CAST('a.txt' AS BLOB)", "THG-1: the file a.txt "},
	    {"DELETE FROM kaname_blob WHERE bytes = CAST('a.txt' AS BLOB)", "THG-1: the file a.txt "},
	    {"DELETE FROM kaname_attachment WHERE name = 'a.txt'", "THG-1: its files "},
	    {"UPDATE kaname_attachment SET public = 1 WHERE name = 'a.txt'", "THG-1: its files "},
	    {"UPDATE kaname_attachment SET name = 'c.txt' WHERE name = 'a.txt'", "THG-1: its files "},
	    {"UPDATE kaname_attachment SET hash = (SELECT hash FROM kaname_attachment WHERE name = 'b.txt') WHERE name "
	     "= "
	     "'a.txt'",
	     "THG-1: its files "},
	    {"INSERT INTO kaname_attachment (record, name, media_type, size, hash, public, created_at, created_by) "
	     "SELECT record, "
	     "'z.txt', media_type, size, hash, 1, 1, 0 FROM kaname_attachment WHERE name = 'a.txt'",
	     "THG-1: its files "},
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf sql = buf_new(world->arena);
		struct verify_report report;

		tamper(world, str_c(world->arena,
				    str_format(world->arena, "VACUUM INTO '%s'", text_of(world, "kept", ".db"))));
		for (const char *c = cases[i].sql; *c; c++)
			if (!strncmp(c, "ID", 2) && (c[2] == ' ' || c[2] == ',' || !c[2] || c[2] == ')')) {
				buf_add_c(&sql, one);
				c++;
			} else if (!strncmp(c, "TWO", 3)) {
				buf_add_c(&sql, two);
				c += 2;
			} else {
				buf_add_char(&sql, *c);
			}
		tamper(world, str_c(world->arena, buf_str(&sql)));
		report = verified(world);
		if (!str_starts(report.broken, str_of(cases[i].told)))
			print_error("%s: \"%.*s\"\n", cases[i].sql, STR_ARG(report.broken));
		assert_true(str_starts(report.broken, str_of(cases[i].told)));
		kernel_close(world->kernel);
		store_close(world->store);
		assert_int_equal(remove(text_of(world, "test", ".db")), 0);
		remove(text_of(world, "test", ".db-wal"));
		remove(text_of(world, "test", ".db-shm"));
		assert_int_equal(rename(text_of(world, "kept", ".db"), text_of(world, "test", ".db")), 0);
		must_do(world,
			store_open(&(struct store_options){.url = str_c(world->arena,
									str_format(world->arena, "sqlite:%s",
										   text_of(world, "test", ".db"))),
							   .readers = 2},
				   &world->store, &world->error));
		must_do(world,
			kernel_open(world->model, world->store, &(struct kernel_options){.behaviours = behaviours},
				    &world->kernel, &world->error));
	}
	whole(world);
}

static void newest_with(struct world *world, enum event_place place, struct event_row *row)
{
	READER connection = NULL;
	STATEMENT statement = NULL;
	bool found;

	must_do(world, store_reader(world->store, &connection, &world->error));
	must_do(world, store_prepare(connection,
				     str_format(world->arena,
						"SELECT %s FROM kaname_event e JOIN thing t ON t.id = e.record WHERE "
						"t.number = 'THG-1' AND e.%s IS NOT NULL ORDER BY e.seq",
						event_columns, event_place_name(place)),
				     &statement, &world->error));
	must_do(world, store_step(statement, &found, &world->error));
	assert_true(found);
	event_from_row(world->arena, statement, row);
}

static void put(struct world *world, const struct event_row *row, enum event_place place, const char *value,
		struct hash seal)
{
	const char *name = event_place_name(place);
	char hex[HASH_BYTES * 2 + 1];

	hash_hex(seal, hex);
	tamper(world, str_c(world->arena,
			    str_format(world->arena, "UPDATE kaname_event SET %s = %s, %s_seal = x'%s' WHERE id = %lld",
				       name, value, name, hex, (long long)row->id)));
}

/* Whoever knows how it is done, and takes a value away as an erasure would. */
static void what_no_erasure_tells_of_was_removed(void **state)
{
	static const char *const lost[EVENT_PLACES] = {"personal values of event 6", "comment of event 2",
						       "files of event 3"};
	struct world *world = *state;

	for (int place = 0; place < EVENT_PLACES; place++) {
		struct event_row row;
		struct hash salt;
		size_t at;

		newest_with(world, place, &row);
		memcpy(salt.bytes, row.seals[place].p, HASH_BYTES);
		put(world, &row, place, "NULL", event_commitment(&row, place));
		assert_true(str_find(verified(world).broken, str_of(lost[place]), &at));
		put(world, &row, place,
		    str_c(world->arena, str_format(world->arena, "'%.*s'", STR_ARG(row.places[place]))), salt);
		whole(world);
	}
}

/* A links field can be changed from its other end too. */
static void links_made_from_the_other_end_are_whole(void **state)
{
	struct world *world = *state;
	int64_t first = kernel_identity(world->kernel, type_of(world, "thing"), 1);

	alter(world, first, world->now + 7000, "back parts", "THG-3", NULL);
	whole(world);
	alter(world, first, world->now + 8000, "unback parts", "THG-2", NULL);
	whole(world);
	alter(world, first + 1, world->now + 9000, "parts", "THG-1, THG-3", NULL);
	alter(world, first + 2, world->now + 9000, "parts", "", NULL);
	whole(world);
	tamper(world, "DELETE FROM kaname_link WHERE kind = 'thing.parts' AND until IS NULL AND target = (SELECT id "
		      "FROM thing WHERE number = 'THG-1')");
	assert_true(str_starts(verified(world).broken, S("THG-2: its links ")));
}

static bool signs(struct world *world, instant now)
{
	bool written;

	error_clear(&world->error);
	must_do(world, checkpoint_write(world->kernel, now, &written, &world->error));
	return written;
}

static void checkpoints_find_what_chains_cannot(void **state)
{
	struct world *world = *state;
	struct verify_report report;
	bool written;

	assert_int_equal(checkpoint_write(world->kernel, world->now, &written, &world->error), E_CONFLICT);
	reopen(world, probe_process, "first");
	assert_true(signs(world, world->now));
	assert_false(signs(world, world->now));
	alter(world, kernel_identity(world->kernel, type_of(world, "thing"), 2), world->now + 7000, "title", "Deux",
	      NULL);
	assert_true(signs(world, world->now + 8000));
	whole(world);
	assert_int_equal(verified(world).checkpoints, 2);
	/* The newest event goes, and the row is made to fit. */
	tamper(world, "DELETE FROM kaname_event WHERE id = (SELECT max(id) FROM kaname_event);"
		      "UPDATE thing SET version = 1, title = 'Two', updated_at = created_at WHERE number = 'THG-2'");
	report = verified(world);
	assert_true(str_starts(report.broken, S("History up to event ")));
	/* What was altered is not signed again. */
	alter(world, kernel_identity(world->kernel, type_of(world, "thing"), 2), world->now + 7000, "title", "Zwei",
	      NULL);
	error_clear(&world->error);
	assert_int_equal(checkpoint_write(world->kernel, world->now + 9000, &written, &world->error), E_INTERNAL);
	assert_false(written);
}

static void checkpoints_are_not_forged(void **state)
{
	struct world *world = *state;

	reopen(world, probe_process, "first");
	assert_true(signs(world, world->now));
	whole(world);
	tamper(world, "UPDATE kaname_checkpoint SET at = at + 1");
	assert_true(str_starts(verified(world).broken, S("Checkpoint 1 is not signed ")));
	tamper(world, "UPDATE kaname_checkpoint SET at = at - 1");
	whole(world);
	tamper(world, "UPDATE kaname_checkpoint SET heads = heads + 1");
	assert_true(str_starts(verified(world).broken, S("Checkpoint 1 is not signed ")));
	tamper(world, "UPDATE kaname_checkpoint SET heads = heads - 1");
	/* Signed well, by somebody else. */
	reopen(world, probe_process, "second");
	assert_true(str_starts(verified(world).broken, S("Checkpoint 1 is not signed ")));
}

static const char renamed_process[] =
    "process: probe\n"
    "clause: '8.1'\n"
    "group: resolve\n"
    "label: {en: Probe, ja: 試験}\n"
    "purpose: {en: Try what records can do., ja: 記録を試す。}\n"
    "roles: {reader: {label: {en: Reader, ja: 閲覧者}}}\n"
    "choices:\n"
    "  size: {values: {large: {en: Large, ja: 大}, medium: {en: Medium, ja: 中}, small: {en: Small, ja: 小}}}\n"
    "records:\n"
    "  item:\n"
    "    was: thing\n"
    "    prefix: THG\n"
    "    collection: items\n"
    "    label: {en: Item, ja: 品}\n"
    "    headline: name\n"
    "    fields:\n"
    "      name: {type: text, was: title, required: true}\n"
    "      cost: {type: money, was: price}\n"
    "      size: {type: choice, of: size}\n"
    "      pieces: {type: links, to: item, was: parts, back_name: wholes}\n"
    "      rate: {type: decimal}\n"
    "      note: {type: markdown}\n"
    "      fresh: {type: integer, default: 3}\n"
    "    states:\n"
    "      fresh: {phase: open}\n"
    "      busy: {phase: waiting, was: used}\n"
    "      over: {phase: done, was: gone}\n"
    "    transitions:\n"
    "      end: {from: [fresh, busy], to: over, by: [staff]}\n"
    "    links:\n"
    "      near: {to: item, label: {en: Near, ja: 近く}, back: {en: Near, ja: 近く}, back_name: nearby}\n"
    "    access: {read: [staff], create: [reader], edit: [reader], comment: [reader]}\n";

static void what_was_renamed_is_still_whole(void **state)
{
	struct world *world = *state;
	const struct type *item;
	struct record *record = NULL;
	struct event *events;
	size_t count;
	int64_t first, second;

	tamper(
	    world,
	    "UPDATE thing SET restricted = restricted"); /* leaves the triggers dropped: the store makes them again */
	reopen(world, renamed_process, "first");
	whole(world);
	item = type_of(world, "item");
	first = kernel_identity(world->kernel, item, 1);
	second = kernel_identity(world->kernel, item, 2);
	{
		READER connection = NULL;

		must_do(world, store_reader(world->store, &connection, &world->error));
		must_do(world, read_record_as_of(world->kernel, connection, world->arena, actor_system(), first,
						 world->now + 2500, &record, &world->error));
		assert_string_equal(record->state->name.p, "busy");
		assert_true(
		    str_is(record_value(record, type_field(item, S("cost"))).kind == VALUE_MONEY ? S("money") : S(""),
			   "money"));
		assert_int_equal(record_value(record, type_field(item, S("cost"))).number, 12500000);
		struct record *whose;
		assert_int_equal(
		    read_record(world->kernel, connection, world->arena, actor_system(), first, &whose, &world->error),
		    OK);
		must_do(world, read_history(world->kernel, connection, world->arena, actor_system(), whose, 0, 50,
					    &events, &count, &world->error));
		assert_int_equal(count, 6);
		assert_ptr_equal(events[5].changes[0].field, type_field(item, S("name")));
		assert_true(str_is(events[0].changes[events[0].change_count - 1].after.text, "over"));
		assert_ptr_equal(events[1].links[0].link, type_link(item, S("near")));
	}
	alter(world, second, world->now + 7000, "name", "Due", "pieces", "", "unlink near", "THG-1", NULL);
	alter(world, second, world->now + 8000, "pieces", "THG-3", "state", "end", NULL);
	whole(world);
	tamper(world, "UPDATE item SET cost = cost + 1 WHERE number = 'THG-1'");
	assert_true(str_starts(verified(world).broken, S("THG-1: field cost ")));
}

#define VERIFY_TEST(name) cmocka_unit_test_setup_teardown(name, verify_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    VERIFY_TEST(history_as_written_is_whole),
	    VERIFY_TEST(long_histories_are_read_to_their_end),
	    VERIFY_TEST(what_is_altered_is_named),
	    VERIFY_TEST(what_no_erasure_tells_of_was_removed),
	    VERIFY_TEST(links_made_from_the_other_end_are_whole),
	    VERIFY_TEST(checkpoints_find_what_chains_cannot),
	    VERIFY_TEST(checkpoints_are_not_forged),
	    VERIFY_TEST(what_was_renamed_is_still_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The demonstration: the same twice, whole, believable, and everybody can sign in. One month of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../database.h"
#include "app/demo.h"
#include "app/program.h"
#include "base/hash.h"
#include "record/account.h"
#include "record/outbox.h"
#include "record/read.h"
#include "record/verify.h"

struct world {
	char directory[64], database[128], key[128];
	struct program program;
	struct demo_summary summary;
};

static instant until(void)
{
	instant at = 0;

	assert_true(time_parse(S("2026-11-20T05:00:00Z"), &at));
	return at;
}

static enum status fill(struct world *world, struct error *error)
{
	struct demo_options options = {.figures = &world->program.figures, .months = 1, .until = until()};

	return demo_fill(world->program.kernel, &options, &world->summary, error);
}

static void world_open(struct world *world)
{
	struct error error = {0};
	struct demo_options options = {.months = 1, .until = until()};
	struct settings settings = {.founded = demo_founding(&options)};

	directory_make(world->directory);
	snprintf(world->database, sizeof(world->database), "sqlite:%s/demo.db", world->directory);
	snprintf(world->key, sizeof(world->key), "%s/demo.key", world->directory);
	settings.database = world->database;
	settings.key = world->key;
	assert_int_equal(program_open(&settings, true, &world->program, &error), OK);
	if (fill(world, &error)) {
		char text[1024];

		error_text(&error, text, sizeof(text));
		fail_msg("%s", text);
	}
}

static void world_close(struct world *world)
{
	static const char *const files[] = {"demo.db", "demo.db-wal", "demo.db-shm", "demo.key"};

	program_close(&world->program);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char path[160];

		snprintf(path, sizeof(path), "%s/%s", world->directory, files[i]);
		unlink(path);
	}
	rmdir(world->directory);
}

static int setup(void **state)
{
	struct world *worlds = calloc(2, sizeof(*worlds));

	if (!worlds || !hash_start())
		return -1;
	world_open(&worlds[0]);
	world_open(&worlds[1]);
	*state = worlds;
	return 0;
}

static int teardown(void **state)
{
	struct world *worlds = *state;

	world_close(&worlds[0]);
	world_close(&worlds[1]);
	free(worlds);
	return 0;
}

/* --- all that a database holds, as one hash; what tells when it was recorded is left out --- */

static void add_record(struct buf *out, const struct record *record)
{
	buf_format(out, "%lld %lld %lld %lld %lld %.*s", (long long)record->identity, (long long)record->version,
		   (long long)record->created_at, (long long)record->updated_at, (long long)record->updated_by,
		   STR_ARG(record->state ? record->state->name : S("-")));
	for (size_t i = 0; i < record->type->field_count; i++)
		value_write_json(out, record->type->fields[i], record->values[i]);
}

static void add_history(struct world *world, struct connection *connection, struct arena *arena, struct buf *out,
			int64_t identity)
{
	struct error error = {0};
	struct event *events;
	size_t count;

	struct record *whose;
	assert_int_equal(
	    read_record(world->program.kernel, connection, arena, actor_system(), identity, &whose, &error), OK);
	assert_int_equal(read_history(world->program.kernel, connection, arena, actor_system(), whose, 0, 200, &events,
				      &count, &error),
			 OK);
	for (size_t i = 0; i < count; i++)
		buf_format(out, "%lld %lld %.*s %.*s %zu %zu\n", (long long)events[i].at, (long long)events[i].actor,
			   STR_ARG(events[i].kind), STR_ARG(events[i].comment), events[i].change_count,
			   events[i].attachment_count);
}

static void add_type(struct world *world, struct connection *connection, const struct type *type, struct buf *digests)
{
	ARENA arena = arena_new();
	struct list_request request = {
	    .type = type, .limit = 1000, .as_of = INSTANT_NONE, .now = until(), .with_links = true};
	struct error error = {0};
	struct list_result result;

	do {
		struct buf out = buf_new(arena);

		assert_int_equal(
		    read_list(world->program.kernel, connection, arena, actor_system(), &request, &result, &error), OK);
		for (size_t i = 0; i < result.count; i++) {
			add_record(&out, result.records[i]);
			if (type->acts_as != ACTS_ROLE)
				add_history(world, connection, arena, &out, result.records[i]->identity);
		}
		char hex[HASH_BYTES * 2 + 1];

		hash_hex(hash_bytes(buf_str(&out)), hex);
		buf_add_c(digests, hex);
		request.after = result.next;
	} while (result.next.n);
}

static struct str digest(struct arena *arena, struct world *world)
{
	const struct model *model = world->program.model;
	struct buf digests = buf_new(arena);
	struct error error = {0};
	READER connection = NULL;

	assert_int_equal(store_reader(world->program.store, &connection, &error), OK);
	for (size_t i = 0; i < model->type_count; i++)
		if (model->types[i]->acts_as != ACTS_ROLE && !model->types[i]->seeds) /* made when the database was */
			add_type(world, connection, model->types[i], &digests);
	return buf_str(&digests);
}

static void same_twice(void **state)
{
	struct world *worlds = *state;
	ARENA arena = arena_new();
	struct str first = digest(arena, &worlds[0]), second = digest(arena, &worlds[1]);

	assert_true(first.n > 8 * HASH_BYTES);
	assert_true(str_eq(first, second));
}

static void history_is_whole(void **state)
{
	struct world *world = *state;
	ARENA arena = arena_new();
	struct verify_report report;
	struct error error = {0};

	assert_int_equal(verify_history(world->program.kernel, arena, &report, NULL, NULL, &error), OK);
	assert_int_equal(report.broken.n, 0);
	assert_int_equal(report.checkpoints, 1);
	assert_true(report.events > 2000);
	assert_true(report.attachments > 0);
}

static void only_once(void **state)
{
	struct world *world = *state;
	struct error error = {0};
	struct demo_summary kept = world->summary;

	assert_int_equal(fill(world, &error), E_CONFLICT);
	assert_int_equal(error.count, 1);
	assert_string_equal(error.items[0].rule, "not_empty");
	world->summary = kept;
}

static int64_t count_of(struct world *world, const char *name, const char *filter)
{
	ARENA arena = arena_new();
	const struct type *type = model_type(world->program.model, str_of(name));
	const struct query *query = NULL;
	struct error error = {0};
	READER connection = NULL;
	int64_t found = -1;

	assert_int_equal(store_reader(world->program.store, &connection, &error), OK);
	assert_int_equal(query_parse(arena, type->query, str_of(filter), &query, &error), OK);
	assert_int_equal(
	    read_count(world->program.kernel, connection, arena, actor_system(), type, query, until(), &found, &error),
	    OK);
	return found;
}

static int64_t count(struct world *world, const char *filter)
{
	return count_of(world, "incident", filter);
}

static void assert_between(int64_t found, int64_t least, int64_t most, const char *what)
{
	if (found < least || found > most)
		fail_msg("%s: %lld is not between %lld and %lld", what, (long long)found, (long long)least,
			 (long long)most);
}

static void shares_are_believable(void **state)
{
	struct world *world = *state;
	int64_t all = world->summary.incidents, closed = count(world, "state = closed");

	assert_between(all, 350, 750, "incidents");
	assert_between(world->summary.open, 90, 200, "open");
	assert_between(world->summary.breached * 100 / all, 4, 14, "late, percent");
	assert_between(world->summary.unconfirmed * 100 / closed, 12, 35, "unconfirmed, percent");
	assert_between(world->summary.cancelled, 1, all / 20, "cancelled");
	assert_between(world->summary.reopened, 1, all / 15, "reopened");
	assert_between(world->summary.security, 1, all / 15, "security");
	assert_between(count(world, "has link(part_of)"), 40, 90, "children");
	assert_int_equal(count(world, "major"), 4); /* one of them in the scenes */
	assert_int_equal(count(world, "customer is not empty and agreement is empty and created_at > 2026-11-01"), 0);
	assert_int_equal(count(world, "created_at > 2026-11-20T05:00:00Z"), 0);
}

static void users_answer(void **state)
{
	struct world *world = *state;
	int64_t asked = count_of(world, "survey_response", ""),
		answered = count_of(world, "survey_response", "state = answered"),
		good = count_of(world, "survey_response", "score <= good");

	assert_between(answered * 100 / asked, 35, 75, "answered, percent");
	assert_between(good * 100 / answered, 50, 90, "satisfied, percent");
	assert_true(count_of(world, "survey_response", "score >= poor") > 0);
	assert_int_equal(count_of(world, "survey_response", "answered_at <= created_at"), 0);
	assert_int_equal(count_of(world, "survey_response", "answered_at > 2026-11-20T05:00:00Z"), 0);
}

static void work_stands_open(void **state)
{
	static const char *const states[] = {"new", "assigned", "in_progress", "waiting", "resolved"};
	struct world *world = *state;
	char filter[200];

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		snprintf(filter, sizeof(filter), "state = %s", states[i]);
		assert_between(count(world, filter), 5, 80, states[i]);
	}
	assert_between(count(world, "assignee = \"desk\" and state.phase != done"), 8, 40, "desk");
	assert_between(count(world, "assignee = \"resolver\" and state.phase != done"), 10, 50, "resolver");
	assert_between(count(world, "assignee is empty and state.phase != done"), 10, 60, "unassigned");
	assert_between(count(world, "clock(resolution) is breached and state.phase != done"), 5, 40, "overdue");
	assert_between(count(world, "clock(resolution) is running and clock(resolution).due_at < now + 4h"), 4, 60,
		       "due soon");
}

/* Pages have something to show, and nothing of it calls out, whoever serves it. */
static void nothing_calls_out(void **state)
{
	struct world *world = *state;
	struct error error = {0};
	struct outbox_figures waiting;
	READER connection = NULL;

	assert_int_equal(count_of(world, "webhook", ""), 4);
	assert_int_equal(count_of(world, "webhook", "active"), 0);
	assert_int_equal(count_of(world, "webhook", "not url contains \".example/\""), 0);
	assert_int_equal(count_of(world, "mailbox", "active"), 1);
	assert_int_equal(count_of(world, "mailbox", "active and fetch_from is not empty"), 0);
	assert_int_equal(count_of(world, "mail", "state = held"), 2);
	assert_true(count_of(world, "mail", "outcome = bounced") > 0);
	assert_int_equal(count_of(world, "alert", "status = firing and incident is not empty"), 2);
	assert_int_equal(count_of(world, "alert_source", "received > 1"), 2);
	assert_int_equal(store_reader(world->program.store, &connection, &error), OK);
	assert_int_equal(outbox_figures(connection, &waiting, &error), OK);
	assert_int_equal(waiting.waiting, 0);
	assert_true(waiting.dead > 0);
}

static bool is_latin(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= 0x80)
			return false;
	return text.n > 0;
}

/* How many are not called something in both languages, or in English with letters that are not of it. */
static int unnamed(struct world *world, const char *name, const char *of)
{
	ARENA arena = arena_new();
	const struct type *type = model_type(world->program.model, str_of(name));
	const struct field *field = type_field(type, str_of(of));
	struct list_request request = {.type = type, .limit = 100, .as_of = INSTANT_NONE, .now = until()};
	struct list_result result = {0};
	struct error error = {0};
	READER connection = NULL;
	int count = 0;

	if (!field->in_japanese || store_reader(world->program.store, &connection, &error) ||
	    read_list(world->program.kernel, connection, arena, actor_system(), &request, &result, &error))
		return -1;
	for (size_t i = 0; i < result.count; i++) {
		struct str english = record_value(result.records[i], field).text,
			   japanese = record_value(result.records[i], field->in_japanese).text;

		if (is_latin(english) && japanese.n)
			continue;
		print_error("%s: \"%.*s\", \"%.*s\"\n", name, STR_ARG(english), STR_ARG(japanese));
		count++;
	}
	return result.count ? count : -1;
}

/* What was set up for the organisation is called in both languages; what people wrote stands in their own. */
static void names_are_in_both_languages(void **state)
{
	static const char *const named[][2] = {
	    {"group", "name"},          {"calendar", "name"}, {"service", "name"},
	    {"service", "description"}, {"sla", "title"},     {"agreement_signature", "title"},
	    {"limitation", "title"},    {"category", "name"}, {"change", "title"}};
	int count = 0;

	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		count += unnamed(*state, named[i][0], named[i][1]) != 0;
	assert_int_equal(count, 0);
}

static void everybody_signs_in(void **state)
{
	struct world *world = *state;
	struct session session;

	for (size_t i = 0; demo_accounts[i]; i++) {
		struct error error = {0};

		assert_int_equal(session_start(world->program.kernel, str_of(demo_accounts[i]), str_of(demo_password),
					       S("127.0.0.1"), until(), &session, &error),
				 OK);
	}
	struct error refused = {0};

	assert_int_equal(
	    session_start(world->program.kernel, S("desk"), S("other"), S("127.0.0.1"), until(), &session, &refused),
	    E_SIGN_IN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(same_twice),
	    cmocka_unit_test(history_is_whole),
	    cmocka_unit_test(only_once),
	    cmocka_unit_test(shares_are_believable),
	    cmocka_unit_test(users_answer),
	    cmocka_unit_test(work_stands_open),
	    cmocka_unit_test(everybody_signs_in),
	    cmocka_unit_test(nothing_calls_out),
	    cmocka_unit_test(names_are_in_both_languages),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

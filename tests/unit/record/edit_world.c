#include "edit_world.h"

#include <stdlib.h>
#include <unistd.h>

#include "behaviour/behaviours.h"
#include "record/notices.h"

instant at(const char *time)
{
	instant parsed;

	assert_true(time_parse(str_of(time), &parsed));
	return parsed;
}

void must(struct world *world, enum status status)
{
	char text[1024];

	if (!status)
		return;
	error_text(&world->error, text, sizeof(text));
	fail_msg("%s", text);
}

const struct type *type_of(struct world *world, const char *name)
{
	const struct type *type = model_type(world->model, str_of(name));

	assert_non_null(type);
	return type;
}

/* --- edits --- */

struct wish {
	struct edit_request request;
	struct field_input fields[40];
	struct link_input links[8];
};

static const struct link_kind *link_of(const struct type *type, const char *name)
{
	const struct link_kind *link = type_link(type, str_of(name));

	assert_non_null(link);
	return link;
}

static void take_link(struct world *world, struct wish *wish, const char *name, const char *number, bool remove)
{
	struct link_input *link = &wish->links[wish->request.link_count++];

	*link = (struct link_input){.link = link_of(wish->request.type, name), .remove = remove};
	assert_true(kernel_parse_number(world->kernel, str_of(number), &link->other));
}

static enum status take_word(struct world *world, struct wish *wish, struct connection *connection, const char *name,
			     const char *text)
{
	struct edit_request *request = &wish->request;
	const struct field *field;
	struct field_input *input;

	if (!strcmp(name, "comment") || !strcmp(name, "public comment")) {
		request->comment = str_of(text);
		request->comment_is_public = *name == 'p';
	} else if (!strcmp(name, "state")) {
		request->transition = type_transition(request->type, str_of(text));
		assert_non_null(request->transition);
	} else if (!strncmp(name, "link ", 5)) {
		take_link(world, wish, name + 5, text, false);
	} else if (!strncmp(name, "unlink ", 7)) {
		take_link(world, wish, name + 7, text, true);
	} else {
		field = type_field(request->type, str_of(name));
		assert_non_null(field);
		input = &wish->fields[request->field_count++];
		input->field = field;
		return field_parse(world->kernel, connection, world->arena, field, str_of(text),
				   zone_open(S("Asia/Tokyo")), &input->value, &world->error);
	}
	return OK;
}

static enum status edit_words(struct world *world, const struct actor *actor, const struct type *type, int64_t record,
			      va_list words)
{
	struct wish wish = {.request = {.type = type, .record = record, .via = VIA_API}};
	struct edit_batch batch = {
	    .actor = actor, .requests = &wish.request, .count = 1, .results = &world->result, .now = world->now};
	enum status status = OK;
	const char *name;

	error_clear(&world->error);
	wish.request.fields = wish.fields;
	wish.request.links = wish.links;
	{
		READER connection = NULL;

		must(world, store_reader(world->kernel->store, &connection, &world->error));
		while (!status && (name = va_arg(words, const char *)))
			status = take_word(world, &wish, connection, name, va_arg(words, const char *));
	}
	return status ? status : kernel_edit(world->kernel, &batch, &world->error);
}

enum status edit_by(struct world *world, const struct actor *actor, int64_t record, ...)
{
	va_list words;
	enum status status;

	va_start(words, record);
	status = edit_words(world, actor, kernel_type_of(world->kernel, record), record, words);
	va_end(words);
	return status;
}

enum status create_by(struct world *world, const struct actor *actor, const char *type, ...)
{
	va_list words;
	enum status status;

	va_start(words, type);
	status = edit_words(world, actor, type_of(world, type), 0, words);
	va_end(words);
	return status;
}

int64_t made(struct world *world, const char *type, ...)
{
	va_list words;

	va_start(words, type);
	must(world, edit_words(world, actor_system(), type_of(world, type), 0, words));
	va_end(words);
	assert_true(world->result.created);
	return world->result.record;
}

/* --- looking --- */

struct record *look(struct world *world, int64_t identity)
{
	READER connection = NULL;
	struct record *record = NULL;

	must(world, store_reader(world->kernel->store, &connection, &world->error));
	must(world, record_load(world->kernel, connection, world->arena, identity, true, &record, &world->error));
	assert_non_null(record);
	return record;
}

const char *shown(struct world *world, int64_t identity, const char *name)
{
	struct record *record = look(world, identity);
	const struct field *field = type_field(record->type, str_of(name));
	struct buf buf = buf_new(world->arena);
	struct value value;

	if (!strcmp(name, "state"))
		return str_c(world->arena, record->state->name);
	assert_non_null(field);
	value = record_value(record, field);
	if (value_is_empty(value))
		return "";
	if (value.kind == VALUE_TEXT || value.kind == VALUE_CHOICE)
		return str_c(world->arena, value.text);
	if (value.kind == VALUE_RECORD) {
		char *number = arena_alloc(world->arena, NUMBER_TEXT);

		return kernel_number(world->kernel, value.number, number);
	}
	value_write_json(&buf, field, value);
	return str_c(world->arena, buf_str(&buf));
}

struct record_clock clock_named(struct world *world, int64_t record, const char *name, instant moment)
{
	READER connection = NULL;
	struct record_clock *clocks;
	size_t count;

	must(world, store_reader(world->kernel->store, &connection, &world->error));
	must(world, clocks_of(world->kernel, connection, world->arena, record, moment, &clocks, &count, &world->error));
	for (size_t i = 0; i < count; i++)
		if (str_is(clocks[i].name, name))
			return clocks[i];
	return (struct record_clock){0};
}

int64_t count_rows(struct world *world, const char *sql, int64_t argument)
{
	READER connection = NULL;
	STATEMENT statement = NULL;
	bool row;

	must(world, store_reader(world->kernel->store, &connection, &world->error));
	must(world, store_prepare(connection, str_of(sql), &statement, &world->error));
	bind_int(statement, argument);
	must(world, store_step(statement, &row, &world->error));
	return row ? column_int(statement, 0) : -1;
}

size_t events_noted(struct world *world, int64_t record, const char *kind)
{
	READER connection = NULL;
	struct event *events;
	size_t count, found = 0;

	must(world, kernel_reader(world->kernel, &connection, &world->error));
	must(world, read_history(world->kernel, connection, world->arena, actor_system(), look(world, record), 0, 100,
				 &events, &count, &world->error));
	for (size_t i = 0; i < count; i++)
		found += str_is(events[i].kind, kind) && events[i].note;
	return found;
}

bool has_fault(const struct world *world, const char *field, const char *rule)
{
	for (size_t i = 0; i < world->error.count; i++)
		if (!strcmp(world->error.items[i].field, field) && !strcmp(world->error.items[i].rule, rule))
			return true;
	for (size_t i = 0; i < world->error.count; i++)
		print_message("fault: %s %s\n", world->error.items[i].field, world->error.items[i].rule);
	return false;
}

const struct actor *as(struct world *world, int64_t person)
{
	const struct actor *actor = NULL;

	must(world, actor_of_person(world->kernel, world->arena, person, &actor, &world->error));
	return actor;
}

/* --- opening --- */

/* Where a test begins. Loading the processes, making tables for them and hiring take longer than most tests, so each
 * program does it once for an overlay, and every test begins with the database that came of it. */
struct pattern {
	struct world world; /* its arena holds this, and the model */
	const char *overlay;
	bool is_empty;
	struct pattern *next;
};

static struct pattern *patterns;

static void load_model(struct world *world, const char *overlay)
{
	struct model_source *sources = NULL, *all;
	size_t count = 0;

	must(world, model_read_directory(world->arena, PROCESSES, false, &sources, &count, &world->error));
	all = arena_many(world->arena, struct model_source, count + 1);
	memcpy(all, sources, count * sizeof(*all));
	if (overlay)
		all[count++] = (struct model_source){.file = "overlay.yaml", .text = str_of(overlay), .overlay = true};
	must(world, model_load(world->arena, all, count, &world->model, &world->error));
}

static void open_kernel(struct world *world)
{
	struct kernel_options options = {.behaviours = behaviours};
	struct store_options store = {.url = world->url, .create = true, .readers = 2};

	must(world, store_open(&store, &world->store, &world->error));
	must(world, kernel_open(world->model, world->store, &options, &world->kernel, &world->error));
}

static void close_kernel(struct world *world)
{
	kernel_close(world->kernel);
	store_close(world->store);
}

static void remove_directory(const struct world *world)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r '%s'", world->directory);
	assert_int_equal(system(command), 0);
}

static int64_t person(struct world *world, const char *account, const char *role, const char *groups,
		      const char *customer)
{
	return made(world, "person", "account", account, "name", account, "language", "en", "roles", role, "groups",
		    groups, "customer", customer, NULL);
}

static void populate(struct world *world)
{
	world->group = made(world, "group", "key", "desk", "name", "Service desk", NULL);
	world->other_group = made(world, "group", "key", "network", "name", "Network", NULL);
	world->acme = made(world, "customer", "name", "Acme", NULL);
	world->globex = made(world, "customer", "name", "Globex", NULL);
	world->calendar =
	    made(world, "calendar", "name", "Office hours", "monday", "09:00-17:00", "tuesday", "09:00-17:00",
		 "wednesday", "09:00-17:00", "thursday", "09:00-17:00", "friday", "09:00-17:00", NULL);
	world->service = made(world, "service", "name", "Mail", NULL);
	world->desk = person(world, "desk",
			     "incident_and_service_request.service_desk,"
			     "incident_and_service_request.major_incident_declarer",
			     "desk", "");
	world->resolver = person(world, "resolver", "incident_and_service_request.resolver", "network", "");
	world->secured = person(world, "security", "information_security.security_team", "", "");
	world->admin = person(world, "admin", "resource_management.administrator", "", "");
	world->user = person(world, "user", "", "", "CUS-1");
	world->user2 = person(world, "user2", "", "", "CUS-2");
}

static void forget_patterns(void)
{
	while (patterns) {
		struct pattern *pattern = patterns;

		patterns = pattern->next;
		database_remove(pattern->world.url);
		remove_directory(&pattern->world);
		arena_free(pattern->world.arena);
	}
}

static struct pattern *make_pattern(const char *overlay, bool is_empty)
{
	struct arena *arena = arena_new();
	struct pattern *pattern = arena_one(arena, struct pattern);
	struct world *world = &pattern->world;

	world->arena = arena;
	world->now = at("2026-11-02T09:00:00+09:00");
	pattern->overlay = overlay ? str_c(arena, str_of(overlay)) : NULL;
	pattern->is_empty = is_empty;
	load_model(world, pattern->overlay);
	world->incident = type_of(world, "incident");
	directory_make(world->directory);
	database_url(world->url, world->directory, "test.db");
	open_kernel(world);
	if (!is_empty)
		populate(world);
	close_kernel(world);
	database_keep(world->url);
	if (!patterns)
		assert_int_equal(atexit(forget_patterns), 0);
	pattern->next = patterns;
	patterns = pattern;
	return pattern;
}

static struct pattern *pattern_of(const char *overlay, bool is_empty)
{
	const char *wanted = overlay ? overlay : "";
	struct pattern *pattern = patterns;

	while (pattern &&
	       (pattern->is_empty != is_empty || strcmp(pattern->overlay ? pattern->overlay : "", wanted) != 0))
		pattern = pattern->next;
	return pattern ? pattern : make_pattern(overlay, is_empty);
}

static int open_like(void **state, const char *overlay, bool is_empty)
{
	assert_true(hash_start());

	struct pattern *pattern = pattern_of(overlay, is_empty);
	struct arena *arena = arena_new();
	struct world *world = arena_one(arena, struct world);

	*world = pattern->world;
	world->arena = arena;
	error_clear(&world->error);
	directory_make(world->directory);
	database_again(pattern->world.url, world->directory, "test.db", world->url);
	open_kernel(world);
	*state = world;
	return 0;
}

int world_open(void **state)
{
	return open_like(state, NULL, false);
}

int world_open_with(void **state, const char *overlay)
{
	return open_like(state, overlay, false);
}

int world_open_empty(void **state)
{
	return open_like(state, NULL, true);
}

int world_close(void **state)
{
	struct world *world = *state;

	close_kernel(world);
	database_leave(world->url);
	remove_directory(world);
	arena_free(world->arena);
	return 0;
}

size_t run_until(struct world *world, const char *time)
{
	instant end = at(time), next = world->now;
	size_t ran, all = 0;

	while (next != INSTANT_NONE && next <= end) {
		world->now = next > world->now ? next : world->now;
		must(world, kernel_run_timers(world->kernel, world->now, 100, &ran, &next, &world->error));
		all += ran;
	}
	world->now = end;
	return all;
}

size_t told_of(struct world *world, int64_t person, const char *kind, int64_t record)
{
	READER connection = NULL;
	struct notice *notices;
	size_t count, told = 0;

	must(world, store_reader(world->store, &connection, &world->error));
	must(world, notices_of(world->kernel, connection, world->arena, as(world, person), false, 0, 100, INT64_MAX,
			       &notices, &count, &world->error));
	for (size_t i = 0; i < count; i++)
		told += str_is(notices[i].kind, kind) && (!record || notices[i].record == record);
	return told;
}

void take_step(struct world *world, int64_t record, const char *step)
{
	must(world, edit_by(world, actor_system(), record, "state", step, "comment", "Because", NULL));
}

int64_t newest_made(struct world *world, const char *type)
{
	char sql[80];

	snprintf(sql, sizeof(sql), "SELECT coalesce(max(id), 0) FROM %s WHERE id > ?", type);
	return count_rows(world, sql, 0);
}

const char *number_of(struct world *world, int64_t record)
{
	return kernel_number(world->kernel, record, arena_alloc(world->arena, NUMBER_TEXT));
}

/* A small import: records with their history, references, refusals by line, twice the same, and only tried. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "edit_world.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/import.h"
#include "job/scheduler.h"
#include "record/read.h"

static const char mapping_text[] =
    "format: {separator: ';', decimal: comma, zone: Europe/Amsterdam, times: ['d/M/yyyy H:mm:ss', 'yyyy-MM-dd HH:mm'], "
    "nothing: ['#N/B']}\n"
    "references:\n"
    "  team: {record: group, by: key, fields: {name: value}}\n"
    "  component: {record: service, by: name, state: live}\n"
    "  ci:\n"
    "    record: configuration_item\n"
    "    by: name\n"
    "    fields:\n"
    "      ci_type: {column: kind, map: {app: application}, else: other}\n"
    "      supports: {column: component, reference: component, create: false}\n"
    "files:\n"
    "  - file: inc*.csv\n"
    "    record: incident\n"
    "    key: {source_reference: Nr}\n"
    "    skip: [{column: Nr, empty: true, reason: No number}]\n"
    "    at: Opened\n"
    "    fields:\n"
    "      title: {template: '{Nr} on {CI}'}\n"
    "      impact: {column: Impact, map: {'1': critical, '4': low}}\n"
    "      category: {constant: other}\n"
    "      service: {column: WBS, reference: component}\n"
    "      configuration_items: [{column: CI, reference: ci, with: {kind: Type, component: WBS}}]\n"
    "    activities:\n"
    "      file: act*.csv\n"
    "      format: {separator: ','}\n"
    "      key: Nr\n"
    "      at: When\n"
    "      kind: What\n"
    "      kinds:\n"
    "        Open:\n"
    "          state: {to: assigned, from: [new]}\n"
    "          fields: {group: {column: Team, reference: team}}\n"
    "        Reassignment:\n"
    "          fields: {group: {column: Team, reference: team}, reassignment_count: {count: Reassignment}}\n"
    "          comment: {template: 'To {Team}'}\n"
    "      otherwise: {comment: {template: '{What} ({Team})'}}\n"
    "    ends:\n"
    "      at: Closed\n"
    "      state: {column: Status, map: {Closed: closed, Open: assigned}}\n"
    "      fields: {closed_at: Closed, closing_code: {constant: solved}}\n"
    "    reconcile: [{count: Reassignment, equals: Moves, label: Moves agree}]\n";

static const char incidents[] = "CI;Type;WBS;Nr;Status;Impact;Moves;Opened;Closed\n"
				"APP1;app;W1;IM1;Closed;1;2;1/10/2013 10:00:00;3/10/2013 09:30:00\n"
				"DSK1;disk;W1;IM2;Open;4;5;1/11/2013 8:00:00;\n"
				";;;;;;;;\n"
				"APP1;app;W1;IM3;Closed;9;0;1/10/2013 10:00:00;\n"
				"APP1;app;W1;IM4;Closed;4;0;31/2/2013 10:00:00;\n";
static const char activities[] = "Nr,What,When,Team\n"
				 "IM1,Reassignment,2013-10-02 08:00,TEAM2\n"
				 "IM1,Reassignment,2013-10-02 08:00,TEAM1\n"
				 "IM1,Open,2013-10-01 10:00,TEAM1\n"
				 "IM1,Phone call,2013-10-01 12:00,TEAM1\n"
				 "IM2,Open,2013-10-31 07:00,TEAM2\n"
				 "IM9,Open,2013-10-31 07:00,TEAM2\n"
				 "IM1,Open,yesterday,TEAM2\n";

struct bench {
	struct world *world;
	struct arena *arena;
	char incidents[128], activities[128];
	const struct model *model;
	struct store *store;
	struct kernel *kernel;
	struct import_report report;
	struct error error;
};

static void well(struct bench *bench, enum status status)
{
	char text[1024];

	if (!status)
		return;
	error_text(&bench->error, text, sizeof(text));
	fail_msg("%s", text);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int open_bench(void **state)
{
	void *opened = NULL;

	world_open_empty(&opened);

	struct world *world = opened;
	struct bench *bench = arena_one(world->arena, struct bench);

	*bench = (struct bench){.world = world,
				.arena = world->arena,
				.model = world->model,
				.store = world->store,
				.kernel = world->kernel};
	snprintf(bench->incidents, sizeof(bench->incidents), "%s/incidents.csv", world->directory);
	snprintf(bench->activities, sizeof(bench->activities), "%s/activities.csv", world->directory);
	write_file(bench->incidents, incidents);
	write_file(bench->activities, activities);
	*state = bench;
	return 0;
}

static int close_bench(void **state)
{
	struct bench *bench = *state;
	void *opened = bench->world;

	return world_close(&opened);
}

static struct import_passed *import(struct bench *bench, bool dry_run, FILE *told)
{
	const char *files[] = {bench->incidents, bench->activities};
	struct import_request request = {
	    .kernel = bench->kernel, .files = files, .file_count = 2, .dry_run = dry_run, .told = told};

	well(bench, import_mapping_load(bench->arena, bench->model, "m.yaml", str_of(mapping_text), &request.mapping,
					&bench->error));
	well(bench, import_run(bench->arena, &request, &bench->report, &bench->error));
	assert_int_equal(bench->report.pass_count, 1);
	return &bench->report.passes[0];
}

static void assert_figures(const struct import_figures *figures, int lines, int taken, int unchanged, int refused)
{
	assert_int_equal(figures->lines, lines);
	assert_int_equal(figures->taken, taken);
	assert_int_equal(figures->unchanged, unchanged);
	assert_int_equal(figures->refused, refused);
}

static struct list_result list(struct bench *bench, struct connection *connection, const char *type)
{
	struct list_request request = {.type = model_type(bench->model, str_of(type)),
				       .limit = 100,
				       .as_of = INSTANT_NONE,
				       .now = time_now(),
				       .with_links = true};
	struct list_result result;

	well(bench,
	     read_list(bench->kernel, connection, bench->arena, actor_system(), &request, &result, &bench->error));
	return result;
}

static const struct record *find(struct bench *bench, struct connection *connection, const char *key)
{
	struct list_result result = list(bench, connection, "incident");

	for (size_t i = 0; i < result.count; i++)
		if (str_is(record_value(result.records[i], type_field(result.records[i]->type, S("source_reference")))
			       .text,
			   key))
			return result.records[i];
	fail_msg("there is no %s", key);
	return NULL;
}

static struct value get(const struct record *record, const char *field)
{
	return record_value(record, type_field(record->type, str_of(field)));
}

static void assert_time(instant at, const char *expected)
{
	char text[TIME_TEXT];

	assert_string_equal(time_format(at, text), expected);
}

static void takes_records_with_their_history(void **state)
{
	static const char *const times[] = {"2013-10-01T08:00:00Z", "2013-10-01T08:00:00Z", "2013-10-01T10:00:00Z",
					    "2013-10-02T06:00:00Z", "2013-10-02T06:00:00Z", "2013-10-03T07:30:00Z"};
	static const char *const comments[] = {"", "", "Phone call (TEAM1)", "To TEAM2", "To TEAM1", ""};
	struct bench *bench = *state;
	struct import_passed *passed = import(bench, false, NULL);
	READER connection = NULL;
	struct event *events;
	size_t count;

	assert_figures(&passed->records, 5, 2, 0, 3);
	assert_figures(&passed->activities, 7, 5, 0, 2);
	assert_int_equal(passed->records.reasons.count, 3);
	assert_true(str_is(passed->records.reasons.items[0].text, "No number"));
	assert_int_equal(passed->earlier, 1);
	assert_int_equal(passed->checks[0].of, 2);
	assert_int_equal(passed->checks[0].equal, 1);
	well(bench, store_reader(bench->store, &connection, &bench->error));
	const struct record *record = find(bench, connection, "IM1");
	assert_true(str_is(record->state->name, "closed"));
	assert_true(str_is(get(record, "title").text, "IM1 on APP1"));
	assert_true(str_is(get(record, "impact").text, "critical"));
	assert_int_equal(get(record, "reassignment_count").number, 2);
	assert_int_equal(get(record, "configuration_items").list.count, 1);
	assert_time(record->created_at, times[0]);
	struct record *whose;
	assert_int_equal(read_record(bench->kernel, connection, bench->arena, actor_system(), record->identity, &whose,
				     &bench->error),
			 OK);
	well(bench, read_history(bench->kernel, connection, bench->arena, actor_system(), whose, 0, 100, &events,
				 &count, &bench->error));
	assert_int_equal(count, 6);
	for (size_t i = 0; i < 6; i++) {
		const struct event *event = &events[5 - i];

		assert_time(event->at, times[i]);
		assert_true(event->recorded_at > event->at && event->via == VIA_IMPORT && !event->is_public);
		assert_string_equal(str_c(bench->arena, event->comment), comments[i]);
	}
	assert_time(find(bench, connection, "IM2")->created_at, "2013-10-31T06:00:00Z");
	assert_int_equal(list(bench, connection, "group").count, 2);
	assert_int_equal(list(bench, connection, "service").count, 1);
	assert_int_equal(list(bench, connection, "configuration_item").count, 2);
}

static void changes_nothing_the_second_time(void **state)
{
	struct bench *bench = *state;
	struct import_passed *passed;

	import(bench, false, NULL);
	passed = import(bench, false, NULL);
	assert_figures(&passed->records, 5, 0, 2, 3);
	assert_figures(&passed->activities, 7, 0, 5, 2);
	assert_int_equal(passed->records.updated, 0);
	assert_int_equal(bench->report.references[0] + bench->report.references[1] + bench->report.references[2], 0);
}

static void brings_up_to_date(void **state)
{
	struct bench *bench = *state;
	struct import_passed *passed;
	READER connection = NULL;

	import(bench, false, NULL);
	write_file(bench->incidents, "CI;Type;WBS;Nr;Status;Impact;Moves;Opened;Closed\n"
				     "DSK1;disk;W1;IM2;Closed;1;5;1/11/2013 8:00:00;2/11/2013 9:00:00\n");
	write_file(bench->activities,
		   "Nr,What,When,Team\nIM2,Open,2013-10-31 07:00,TEAM2\nIM2,Reassignment,2013-11-01 09:00,TEAM1\n");
	passed = import(bench, false, NULL);
	assert_figures(&passed->records, 1, 0, 0, 0);
	assert_int_equal(passed->records.updated, 1);
	assert_figures(&passed->activities, 2, 1, 1, 0);
	well(bench, store_reader(bench->store, &connection, &bench->error));
	assert_true(str_is(find(bench, connection, "IM2")->state->name, "closed"));
	assert_true(str_is(get(find(bench, connection, "IM2"), "impact").text, "critical"));
	assert_int_equal(get(find(bench, connection, "IM2"), "reassignment_count").number, 1);
}

static void tries_only(void **state)
{
	struct bench *bench = *state;
	struct import_passed *passed = import(bench, true, NULL);
	READER connection = NULL;

	assert_figures(&passed->records, 5, 2, 0, 3);
	assert_figures(&passed->activities, 7, 5, 0, 2);
	assert_int_equal(bench->report.references[0], 2);
	well(bench, store_reader(bench->store, &connection, &bench->error));
	assert_int_equal(list(bench, connection, "incident").count, 0);
	assert_int_equal(list(bench, connection, "group").count, 0);
	assert_int_equal(list(bench, connection, "service").count, 0);
}

static void names_lines(void **state)
{
	struct bench *bench = *state;
	char *told = NULL, expected[600];
	size_t n = 0;
	FILE *file = open_memstream(&told, &n);

	import(bench, false, file);
	fclose(file);
	snprintf(expected, sizeof(expected), "%s:5: impact: The mapping does not say what '9' stands for\n",
		 bench->incidents);
	assert_non_null(strstr(told, expected));
	snprintf(expected, sizeof(expected), "%s:6: Opened: '31/2/2013 10:00:00' is no time", bench->incidents);
	assert_non_null(strstr(told, expected));
	snprintf(expected, sizeof(expected), "%s:8: When: 'yesterday' is no time", bench->activities);
	assert_non_null(strstr(told, expected));
	free(told);
}

/* A refusal by the kernel stands alone: what is beside it in the batch is taken. */
static void takes_what_is_beside_a_refusal(void **state)
{
	struct bench *bench = *state;
	struct buf rows = buf_new(bench->arena);
	struct import_passed *passed;
	char *told = NULL, expected[200];
	size_t n = 0;
	FILE *file = open_memstream(&told, &n);

	buf_add_c(&rows, "CI;Type;WBS;Nr;Status;Impact;Moves;Opened;Closed\n");
	for (int i = 0; i < 20; i++)
		buf_format(&rows, "C;app;W;N%0*d;Open;1;0;1/10/2013 10:00:00;\n", i == 7 ? 300 : 3, i);
	write_file(bench->incidents, str_c(bench->arena, buf_str(&rows)));
	passed = import(bench, false, file);
	fclose(file);
	assert_figures(&passed->records, 20, 19, 0, 1);
	assert_int_equal(passed->records.reasons.items[0].count, 1);
	snprintf(expected, sizeof(expected), "%s:9: title: ", bench->incidents);
	assert_non_null(strstr(told, expected));
	free(told);
}

/* Timers that are long due wait for no import: a record must not be theirs before its end has been taken. */
struct impatience {
	struct kernel *kernel;
	atomic_bool over;
};

static void *run_timers(void *context)
{
	struct impatience *impatience = context;

	while (!atomic_load(&impatience->over)) {
		struct error error;
		instant next;
		size_t ran;

		error_clear(&error);
		if (kernel_run_timers(impatience->kernel, time_now(), 100, &ran, &next, &error))
			abort();
	}
	return NULL;
}

static const char scene_mapping[] =
    "references:\n"
    "  role: {record: role, by: key, create: false}\n"
    "  calendar: {record: calendar, by: name, fields: {tuesday: {constant: '09:00-18:00'}}}\n"
    "files:\n"
    "  - file: managers.csv\n"
    "    record: person\n"
    "    key: {account: Account}\n"
    "    fields: {account: Account, name: Account, roles: [{column: Role, reference: role}]}\n"
    "  - file: services.csv\n"
    "    record: service\n"
    "    key: {name: Service}\n"
    "    fields: {name: Service, calendar: {column: Hours, reference: calendar}}\n";

/* Service hours, so that clocks run, and somebody whom escalations tell. */
static void set_scene(struct bench *bench)
{
	char managers[128], services[128];
	const char *files[] = {managers, services};
	struct import_request request = {.kernel = bench->kernel, .files = files, .file_count = 2};

	snprintf(managers, sizeof(managers), "%s/managers.csv", bench->world->directory);
	snprintf(services, sizeof(services), "%s/services.csv", bench->world->directory);
	write_file(managers, "Account,Role\nmanager,incident_and_service_request.manager\n");
	write_file(services, "Service,Hours\nW1,Tuesdays\n");
	well(bench, import_mapping_load(bench->arena, bench->model, "m.yaml", str_of(scene_mapping), &request.mapping,
					&bench->error));
	well(bench, import_run(bench->arena, &request, &bench->report, &bench->error));
	assert_int_equal(bench->report.passes[0].records.taken, 1);
	assert_int_equal(bench->report.passes[1].records.taken, 1);
}

static void takes_records_whole(void **state)
{
	struct bench *bench = *state;
	struct impatience impatience = {.kernel = bench->kernel};
	int64_t taken = 0;
	pthread_t thread;

	set_scene(bench);
	assert_int_equal(pthread_create(&thread, NULL, run_timers, &impatience), 0);
	for (int i = 0; i < 10; i++) {
		write_file(
		    bench->incidents,
		    str_c(bench->arena, str_format(bench->arena,
						   "CI;Type;WBS;Nr;Status;Impact;Moves;Opened;Closed\n"
						   "C;app;W1;N%d;Closed;1;0;1/10/2013 10:00:00;3/10/2013 10:00:00\n",
						   i)));
		taken += import(bench, false, NULL)->records.taken;
	}
	atomic_store(&impatience.over, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(taken, 10);
}

/* With hundreds of timers due, the scheduler ends when it is told to, and leaves the rest to its next start. */
static void a_backlog_does_not_hold_up_the_end(void **state)
{
	struct bench *bench = *state;
	struct scheduler_options options = {.kernel = bench->kernel};
	struct buf rows = buf_new(bench->arena);
	struct scheduler *scheduler;
	instant next;
	size_t ran;

	set_scene(bench);
	buf_add_c(&rows, "CI;Type;WBS;Nr;Status;Impact;Moves;Opened;Closed\n");
	for (int i = 0; i < 300; i++)
		buf_format(&rows, "C;app;W1;N%d;Open;1;0;1/10/2013 10:00:00;\n", i);
	write_file(bench->incidents, str_c(bench->arena, buf_str(&rows)));
	assert_int_equal(import(bench, false, NULL)->records.taken, 300);
	well(bench, scheduler_start(&options, &scheduler, &bench->error));
	scheduler_stop(scheduler);
	well(bench, kernel_run_timers(bench->kernel, time_now(), 100, &ran, &next, &bench->error));
	assert_int_equal(ran, 100);
}

/* --- lines that name records of another file --- */

static const char calls_mapping[] = "format: {separator: ';', zone: UTC, times: ['d-M-yyyy H:mm']}\n"
				    "references:\n"
				    "  incident: {record: incident, by: source_reference, create: false}\n"
				    "files:\n"
				    "  - file: inc*.csv\n"
				    "    record: incident\n"
				    "    key: {source_reference: Nr}\n"
				    "    fields: {title: Nr}\n"
				    "  - file: call*.csv\n"
				    "    record: interaction\n"
				    "    key: {source_reference: Nr}\n"
				    "    at: Opened\n"
				    "    fields:\n"
				    "      title: Nr\n"
				    "      started_at: Opened\n"
				    "      handle_time: {column: Seconds, unit: seconds}\n"
				    "      incidents:\n"
				    "        - column: Became\n"
				    "          reference: incident\n"
				    "          create: false\n"
				    "          missing: It is not there\n"
				    "          leave_out: {'#MANY': There are several}\n"
				    "    ends:\n"
				    "      at: Closed\n"
				    "      state: {column: Became, map: {'': closed}, else: handed_over}\n"
				    "      fields: {first_call: {column: First, map: {'Y': 'true', 'N': 'false'}}}\n"
				    "    reconcile:\n"
				    "      - {label: At first contact, column: First, is: 'Y', where: first_call}\n"
				    "      - {label: Became incidents, column: Became, where: has link(led_to)}\n";
static const char calls[] = "Nr;First;Seconds;Opened;Closed;Became\n"
			    "SD1;Y;90;1-10-2013 9:00;1-10-2013 9:02;\n"
			    "SD2;N;30;1-10-2013 9:10;3-10-2013 9:00;IM1\n"
			    "SD3;N;30;1-10-2013 9:20;3-10-2013 9:00;IM1\n"
			    "SD4;N;45;1-10-2013 9:30;4-10-2013 9:00;IM7\n"
			    "SD5;N;45;1-10-2013 9:40;4-10-2013 9:00;#MANY\n"
			    "SD6;Y;10;1-10-2013 9:50;1-10-2013 9:50;\n";

static struct import_passed *import_calls(struct bench *bench, bool with_incidents, bool dry_run)
{
	char file[128];
	const char *files[] = {file, bench->incidents};
	struct import_request request = {
	    .kernel = bench->kernel, .files = files, .file_count = 1 + with_incidents, .dry_run = dry_run};

	snprintf(file, sizeof(file), "%s/calls.csv", bench->world->directory);
	write_file(file, calls);
	write_file(bench->incidents, "Nr\nIM1\nIM2\n");
	well(bench, import_mapping_load(bench->arena, bench->model, "m.yaml", str_of(calls_mapping), &request.mapping,
					&bench->error));
	well(bench, import_run(bench->arena, &request, &bench->report, &bench->error));
	assert_int_equal(bench->report.pass_count, 2);
	return &bench->report.passes[1];
}

static void assert_checked(const struct import_passed *passed, size_t check, int lines, int records)
{
	assert_int_equal(passed->checks[check].of, lines);
	assert_int_equal(passed->checks[check].equal, records);
}

static void assert_left_out(const struct import_passed *passed, const char *reason, int times)
{
	for (size_t i = 0; i < passed->left_out.count; i++)
		if (str_is(passed->left_out.items[i].text, reason)) {
			assert_int_equal(passed->left_out.items[i].count, times);
			return;
		}
	assert_int_equal(times, 0);
}

static void calls_are_taken_with_what_became_of_them(void **state)
{
	struct bench *bench = *state;
	struct import_passed *passed = import_calls(bench, true, false);
	READER connection = NULL;
	struct list_result result;

	assert_figures(&passed->records, 6, 6, 0, 0);
	assert_checked(passed, 0, 2, 2);
	assert_checked(passed, 1, 4, 2);
	assert_left_out(passed, "incidents: It is not there", 1);
	assert_left_out(passed, "incidents: There are several", 1);
	well(bench, store_reader(bench->store, &connection, &bench->error));
	result = list(bench, connection, "interaction");
	assert_int_equal(result.count, 6);
	for (size_t i = 0; i < 6; i++) {
		const struct record *record = result.records[i];
		bool first = get(record, "first_call").boolean,
		     became = str_starts(record->state->name, S("handed_over"));

		assert_true(first != became);
		assert_true(get(record, "ended_at").kind == VALUE_NONE && get(record, "handle_time").number >= 10000);
		assert_int_equal(record->version, 2);
	}
	passed = import_calls(bench, true, false);
	assert_figures(&passed->records, 6, 0, 6, 0);
}

/* The file of calls alone finds no incidents; when they have come, the same file links them. */
static void calls_alone_are_linked_when_incidents_come(void **state)
{
	struct bench *bench = *state;
	struct import_passed *passed = import_calls(bench, false, false);

	assert_figures(&passed->records, 6, 6, 0, 0);
	assert_checked(passed, 1, 4, 0);
	assert_left_out(passed, "incidents: It is not there", 3);
	passed = import_calls(bench, true, false);
	assert_figures(&passed->records, 6, 0, 4, 0);
	assert_int_equal(passed->records.updated, 2);
	assert_checked(passed, 1, 4, 2);
}

static void calls_tried_only_count_lines(void **state)
{
	struct bench *bench = *state;
	struct import_passed *passed = import_calls(bench, true, true);

	assert_checked(passed, 0, 2, -1);
	assert_left_out(passed, "incidents: It is not there", 1);
}

static void refuses_bad_mappings(void **state)
{
	static const struct {
		const char *text, *where;
	} cases[] = {
	    {"files: []\n", "m.yaml:1"},
	    {"files:\n  - {file: a, record: nothing}\n", "m.yaml:2"},
	    {"files:\n  - {file: a, record: incident, fields: {nope: X}}\n", "m.yaml:2"},
	    {"files:\n  - {file: a, record: incident, wrong: X}\n", "m.yaml:2"},
	    {"files:\n  - file: a\n    record: incident\n    fields:\n      title: {column: A, constant: B}\n",
	     "m.yaml:5"},
	    {"files:\n  - {file: a, record: incident, fields: {group: {column: A, reference: team}}}\n", "m.yaml:2"},
	    {"format: {zone: Nowhere}\nfiles: []\n", "m.yaml:1"},
	    {"format: {separator: xx}\nfiles: []\n", "m.yaml:1"},
	    {"references:\n  r: {record: group, by: active}\nfiles: []\n", "m.yaml:2"},
	    {"files:\n  - file: a\n    record: incident\n    reconcile: [{label: L, column: A, where: nope = 1}]\n",
	     "m.yaml:4"},
	    {"files:\n  - file: a\n    record: incident\n    activities: {file: b, key: A, at: B, kind: C}\n",
	     "m.yaml:4"},
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct import_mapping *mapping;

		error_clear(&bench->error);
		assert_int_equal(import_mapping_load(bench->arena, bench->model, "m.yaml", str_of(cases[i].text),
						     &mapping, &bench->error),
				 E_INVALID);
		assert_string_equal(bench->error.items[0].field, cases[i].where);
	}
}

static void refuses_files_that_do_not_fit(void **state)
{
	struct bench *bench = *state;
	char other[128];
	const char *files[] = {other, bench->incidents};
	struct import_request request = {.kernel = bench->kernel, .files = files, .file_count = 1};

	snprintf(other, sizeof(other), "%s/other.csv", bench->world->directory);
	well(bench, import_mapping_load(bench->arena, bench->model, "m.yaml", str_of(mapping_text), &request.mapping,
					&bench->error));
	assert_int_equal(import_run(bench->arena, &request, &bench->report, &bench->error), E_INVALID);
	error_clear(&bench->error);
	write_file(bench->incidents, "CI;Type;WBS;Nr;Status;Impact;Moves;Opened\n");
	request.files = files + 1;
	assert_int_equal(import_run(bench->arena, &request, &bench->report, &bench->error), E_INVALID);
	assert_string_equal(bench->error.items[0].arguments[0], "Closed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(takes_records_with_their_history, open_bench, close_bench),
	    cmocka_unit_test_setup_teardown(changes_nothing_the_second_time, open_bench, close_bench),
	    cmocka_unit_test_setup_teardown(brings_up_to_date, open_bench, close_bench),
	    cmocka_unit_test_setup_teardown(tries_only, open_bench, close_bench),
	    cmocka_unit_test_setup_teardown(names_lines, open_bench, close_bench),
	    cmocka_unit_test_setup_teardown(takes_what_is_beside_a_refusal, open_bench, close_bench),
	    cmocka_unit_test_setup_teardown(takes_records_whole, open_bench, close_bench),
	    cmocka_unit_test_setup_teardown(a_backlog_does_not_hold_up_the_end, open_bench, close_bench),
	    cmocka_unit_test_setup_teardown(calls_are_taken_with_what_became_of_them, open_bench, close_bench),
	    cmocka_unit_test_setup_teardown(calls_alone_are_linked_when_incidents_come, open_bench, close_bench),
	    cmocka_unit_test_setup_teardown(calls_tried_only_count_lines, open_bench, close_bench),
	    cmocka_unit_test_setup_teardown(refuses_bad_mappings, open_bench, close_bench),
	    cmocka_unit_test_setup_teardown(refuses_files_that_do_not_fit, open_bench, close_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

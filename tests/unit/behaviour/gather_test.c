/* gather: signs that come and go in time: recoveries that last or do not, planned work that ends, storms that pass. */
#include "edit_world.h"

#include "record/verify.h"

struct signs { /* of one source */
	struct world *world;
	int64_t source, monitor;
};

static struct signs signs_of(struct world *world, const char *storm_groups)
{
	int64_t monitor = made(world, "person", "account", "monitor", "name", "Monitor", "roles",
			       "incident_and_service_request.monitoring", NULL);
	char number[NUMBER_TEXT];
	int64_t source =
	    made(world, "alert_source", "key", "test", "name", "Test", "service",
		 kernel_number(world->kernel, world->service, number), "category", "hardware", "recovery_delay", "5m",
		 "flap_window", "1h", "storm_groups", storm_groups, "storm_within", "5m", "group_by", "host", NULL);

	return (struct signs){world, source, monitor};
}

static struct field_input input(struct signs *signs, const char *name, const char *text)
{
	const struct field *field = type_field(type_of(signs->world, "alert"), str_of(name));
	struct field_input input = {.field = field};
	READER connection = NULL;

	assert_non_null(field);
	must(signs->world, kernel_reader(signs->world->kernel, &connection, &signs->world->error));
	must(signs->world, field_parse(signs->world->kernel, connection, signs->world->arena, field, str_of(text),
				       zone_open(S("UTC")), &input.value, &signs->world->error));
	return input;
}

/* As the intake hands it in: by its key, whether it is known or not. */
static int64_t tell(struct signs *signs, const char *time, const char *host, const char *name, const char *status)
{
	struct world *world = signs->world;
	char labels[100], number[NUMBER_TEXT];
	struct field_input fields[7];
	struct edit_result result;
	struct edit_request request = {
	    .type = type_of(world, "alert"), .fields = fields, .field_count = 7, .via = VIA_API};
	struct edit_batch batch = {
	    .actor = as(world, signs->monitor), .requests = &request, .count = 1, .results = &result};

	request.key = str_format(world->arena, "test/%s/%s", host, name);
	snprintf(labels, sizeof(labels), "[{\"name\":\"host\",\"value\":\"%s\"}]", host);
	fields[0] = input(signs, "identifier", str_c(world->arena, request.key));
	fields[1] = input(signs, "source", kernel_number(world->kernel, signs->source, number));
	fields[2] = input(signs, "fingerprint", name);
	fields[3] = input(signs, "summary", name);
	fields[4] = input(signs, "status", status);
	fields[5] = input(signs, "labels", labels);
	fields[6] = input(signs, "started_at", str_is(str_of(status), "firing") ? time : "2026-11-02T00:00:00Z");
	batch.now = world->now = at(time);
	must(world, kernel_edit(world->kernel, &batch, &world->error));
	return result.record;
}

static int64_t opened_by(struct signs *signs, int64_t alert)
{
	struct record *record = look(signs->world, alert);
	struct value value = record_value(record, type_field(record->type, S("incident")));

	return value.kind == VALUE_RECORD ? value.number : 0;
}

static void is(struct signs *signs, int64_t record, const char *state)
{
	assert_string_equal(shown(signs->world, record, "state"), state);
}

static void a_recovery_counts_when_it_has_lasted(void **state)
{
	struct world *world = *state;
	struct signs signs = signs_of(world, "20");
	int64_t disk = tell(&signs, "2026-11-02T00:10:00Z", "web1", "disk", "firing"),
		load = tell(&signs, "2026-11-02T00:11:00Z", "web1", "load", "firing"),
		incident = opened_by(&signs, disk);

	assert_int_equal(opened_by(&signs, load), incident);
	tell(&signs, "2026-11-02T00:12:00Z", "web1", "disk", "resolved");
	run_until(world, "2026-11-02T00:16:59Z");
	tell(&signs, "2026-11-02T00:16:59Z", "web1", "disk", "firing"); /* flaps: it has never ended */
	run_until(world, "2026-11-02T00:30:00Z");
	is(&signs, incident, "new");
	tell(&signs, "2026-11-02T00:30:00Z", "web1", "disk", "resolved");
	tell(&signs, "2026-11-02T00:33:00Z", "web1", "load", "resolved");
	run_until(world, "2026-11-02T00:37:59Z"); /* that of the disk counts, that of the load does not yet */
	is(&signs, incident, "new");
	run_until(world, "2026-11-02T00:38:00Z");
	is(&signs, incident, "resolved");
	assert_string_equal(shown(world, incident, "closing_code"), "restored");
	tell(&signs, "2026-11-02T01:37:00Z", "web1", "load", "firing"); /* within the hour */
	is(&signs, incident, "in_progress");
	assert_int_equal(opened_by(&signs, load), incident);
}

static void what_comes_back_late_is_new(void **state)
{
	struct world *world = *state;
	struct signs signs = signs_of(world, "20");
	int64_t disk = tell(&signs, "2026-11-02T00:10:00Z", "web1", "disk", "firing"), first = opened_by(&signs, disk);

	tell(&signs, "2026-11-02T00:12:00Z", "web1", "disk", "resolved");
	run_until(world, "2026-11-02T00:17:00Z");
	is(&signs, first, "resolved");
	tell(&signs, "2026-11-02T01:17:01Z", "web1", "disk", "firing");
	is(&signs, first, "resolved");
	assert_int_not_equal(opened_by(&signs, disk), first);
}

static void a_major_incident_is_resolved_by_people_only(void **state)
{
	struct world *world = *state;
	struct signs signs = signs_of(world, "20");
	int64_t disk = tell(&signs, "2026-11-02T00:10:00Z", "web1", "disk", "firing"),
		incident = opened_by(&signs, disk);

	must(world, edit_by(world, as(world, world->admin), incident, "state", "declare_major", "major_reason",
			    "All of it", NULL));
	tell(&signs, "2026-11-02T00:12:00Z", "web1", "disk", "resolved");
	run_until(world, "2026-11-02T00:17:00Z");
	is(&signs, incident, "new");
	assert_int_equal(
	    count_rows(world, "SELECT count(*) FROM kaname_event WHERE record = ? AND kind = 'recovery'", incident), 1);
}

static void planned_work_suppresses_until_it_ends(void **state)
{
	struct world *world = *state;
	struct signs signs = signs_of(world, "20");
	char number[NUMBER_TEXT];
	int64_t item = made(world, "configuration_item", "name", "web1", NULL),
		change = made(world, "change", "title", "Firmware", "reason", "Old", "risk", "low",
			      "configuration_items", kernel_number(world->kernel, item, number), "planned_start",
			      "2026-11-02T00:00:00Z", "planned_end", "2026-11-02T01:00:00Z", NULL);
	int64_t alert, passing;

	must(world, edit_by(world, as(world, world->admin), change, "state", "request", NULL));
	must(world, edit_by(world, as(world, world->admin), change, "state", "approve", "comment", "Go", NULL));
	alert = tell(&signs, "2026-11-02T00:10:00Z", "web1", "disk", "firing");
	passing = tell(&signs, "2026-11-02T00:11:00Z", "web1", "load", "firing");
	assert_string_equal(shown(world, alert, "status"), "suppressed");
	assert_int_equal(opened_by(&signs, alert), 0);
	assert_int_not_equal(opened_by(&signs, tell(&signs, "2026-11-02T00:12:00Z", "web2", "disk", "firing")), 0);
	tell(&signs, "2026-11-02T00:30:00Z", "web1", "load", "resolved");
	run_until(world, "2026-11-02T00:59:59Z");
	assert_string_equal(shown(world, alert, "status"), "suppressed");
	run_until(world, "2026-11-02T01:00:00Z"); /* nobody has told it again */
	assert_string_equal(shown(world, alert, "status"), "firing");
	assert_int_not_equal(opened_by(&signs, alert), 0);
	assert_int_equal(opened_by(&signs, passing), 0);
}

static void work_on_a_whole_service_suppresses(void **state)
{
	struct world *world = *state;
	struct signs signs = signs_of(world, "20");
	char number[NUMBER_TEXT];
	int64_t change = made(world, "change", "title", "New release", "reason", "Old", "risk", "low", "service",
			      kernel_number(world->kernel, world->service, number), "planned_start",
			      "2026-11-02T00:00:00Z", "planned_end", "2026-11-02T01:00:00Z", NULL);
	const char *early;

	early = shown(world, tell(&signs, "2026-11-02T00:05:00Z", "web1", "disk", "firing"), "status");
	assert_string_equal(early, "firing"); /* nobody has approved it yet */
	must(world, edit_by(world, as(world, world->admin), change, "state", "request", NULL));
	must(world, edit_by(world, as(world, world->admin), change, "state", "approve", "comment", "Go", NULL));
	assert_string_equal(shown(world, tell(&signs, "2026-11-02T00:10:00Z", "web2", "disk", "firing"), "status"),
			    "suppressed");
	assert_string_equal(shown(world, tell(&signs, "2026-11-02T01:00:00Z", "web3", "disk", "firing"), "status"),
			    "firing");
}

static void a_storm_passes(void **state)
{
	struct world *world = *state;
	struct signs signs = signs_of(world, "3");
	int64_t opened[6];

	opened[0] = opened_by(&signs, tell(&signs, "2026-11-02T00:10:00Z", "h0", "down", "firing"));
	opened[1] = opened_by(&signs, tell(&signs, "2026-11-02T00:11:00Z", "h1", "down", "firing"));
	opened[2] =
	    opened_by(&signs, tell(&signs, "2026-11-02T00:15:30Z", "h2", "down", "firing")); /* the first is past */
	assert_int_not_equal(opened[1], opened[2]);
	opened[3] = opened_by(&signs, tell(&signs, "2026-11-02T00:15:40Z", "h3", "down", "firing"));
	assert_int_not_equal(opened[2], opened[3]);
	opened[4] = opened_by(&signs, tell(&signs, "2026-11-02T00:15:50Z", "h4", "down", "firing"));
	opened[5] = opened_by(&signs, tell(&signs, "2026-11-02T00:15:55Z", "h5", "down", "firing"));
	assert_int_equal(opened[4], opened[5]);
	assert_string_equal(shown(world, opened[4], "title"), "Alert storm / アラート多発");
	assert_int_equal(
	    count_rows(world, "SELECT count(*) FROM kaname_link WHERE target = ? AND until IS NULL", opened[4]), 3);
	assert_int_not_equal(opened_by(&signs, tell(&signs, "2026-11-02T00:21:00Z", "h6", "down", "firing")),
			     opened[4]);
	assert_int_equal(opened_by(&signs, tell(&signs, "2026-11-02T00:22:00Z", "h5", "load", "firing")), opened[4]);
}

static enum status count_at(struct signs *signs, int64_t person, const char *time)
{
	struct world *world = signs->world;
	const struct type *type = type_of(world, "alert");
	struct tally_input tallies[] = {{type_field(type, S("count")), 1}, {type_field(type, S("last_at")), at(time)}};
	struct edit_request request = {
	    .type = type, .key = S("test/web1/disk"), .tallies = tallies, .tally_count = 2, .via = VIA_API};
	struct edit_result result;
	struct edit_batch batch = {.actor = as(world, person), .requests = &request, .count = 1, .results = &result};

	error_clear(&world->error);
	return kernel_edit(world->kernel, &batch, &world->error);
}

static void what_is_counted_is_no_edit(void **state)
{
	struct world *world = *state;
	struct signs signs = signs_of(world, "20");
	int64_t disk = tell(&signs, "2026-11-02T00:10:00Z", "web1", "disk", "firing");
	struct verify_report report;

	must(world, count_at(&signs, signs.monitor, "2026-11-02T00:20:00Z"));
	must(world, count_at(&signs, signs.monitor, "2026-11-02T00:15:00Z")); /* came late */
	assert_int_equal(count_at(&signs, world->resolver, "2026-11-02T00:30:00Z"), E_DENIED);
	assert_string_equal(shown(world, disk, "count"), "2");
	assert_int_equal(record_value(look(world, disk), type_field(type_of(world, "alert"), S("last_at"))).number,
			 at("2026-11-02T00:20:00Z"));
	assert_int_equal(look(world, disk)->version, 1);
	must(world, verify_history(world->kernel, world->arena, &report, NULL, NULL, &world->error));
	assert_int_equal(report.broken.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_recovery_counts_when_it_has_lasted, world_open, world_close),
	    cmocka_unit_test_setup_teardown(what_comes_back_late_is_new, world_open, world_close),
	    cmocka_unit_test_setup_teardown(a_major_incident_is_resolved_by_people_only, world_open, world_close),
	    cmocka_unit_test_setup_teardown(planned_work_suppresses_until_it_ends, world_open, world_close),
	    cmocka_unit_test_setup_teardown(work_on_a_whole_service_suppresses, world_open, world_close),
	    cmocka_unit_test_setup_teardown(what_is_counted_is_no_edit, world_open, world_close),
	    cmocka_unit_test_setup_teardown(a_storm_passes, world_open, world_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

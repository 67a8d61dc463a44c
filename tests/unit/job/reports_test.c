/* Reports at stated times, and what records measure by figures: when, which period they cover, and that each is made
 * once. The world's now is Monday 2026-11-02 09:00 in Tokyo. */
#include "edit_world.h"

#include "insight/frozen.h"
#include "job/measures.h"
#include "job/reports.h"
#include "record/lookup.h"
#include "record/notices.h"

static struct figures figures_of(struct world *world)
{
	struct figures figures;

	assert_int_equal(figures_load(world->arena, world->model, &figures, &world->error), OK);
	return figures;
}

static int64_t define(struct world *world, const char *period, const char *from, const char *zone)
{
	int64_t definition =
	    made(world, "report_definition", "name", period, "period", period, "next_from", from, "zone", zone, "owner",
		 "desk", "recipients", "resolver", "figures", "[{\"figure\":\"incident.volume\"}]", NULL);

	assert_int_equal(edit_by(world, actor_system(), definition, "state", "activate", NULL), OK);
	return definition;
}

static size_t issue_at(struct world *world, const char *time, size_t most)
{
	struct figures figures = figures_of(world);
	struct reports_run run = {.kernel = world->kernel, .figures = &figures, .most = most};

	run.now = world->now = at(time);
	error_clear(&world->error);
	assert_int_equal(reports_issue(&run, &world->error), OK);
	return run.issued;
}

/* All of a type, the first period first. */
static struct list_result in_order(struct world *world, const char *type)
{
	READER connection = NULL;
	struct list_request request = {
	    .type = type_of(world, type), .limit = 100, .as_of = INSTANT_NONE, .now = world->now};
	struct list_result list;
	struct sort *sort;

	assert_int_equal(
	    sort_parse(world->arena, request.type, S("first_day"), &sort, &request.sort_count, &world->error), OK);
	request.sort = sort;
	assert_int_equal(kernel_reader(world->kernel, &connection, &world->error), OK);
	assert_int_equal(
	    read_list(world->kernel, connection, world->arena, actor_system(), &request, &list, &world->error), OK);
	return list;
}

static struct list_result issued(struct world *world)
{
	return in_order(world, "report");
}

static void is_issued(struct world *world, const struct record *report, const char *from, const char *until,
		      const char *title)
{
	assert_int_equal(record_value(report, type_field(report->type, S("covers_from"))).number, at(from));
	assert_int_equal(record_value(report, type_field(report->type, S("covers_until"))).number, at(until));
	assert_string_equal(shown(world, report->identity, "title"), title);
}

static void a_month_ends_in_its_zone(void **state)
{
	struct world *world = *state;
	int64_t definition = define(world, "month", "2026-11-15", "Asia/Tokyo");
	struct list_result list;

	assert_int_equal(issue_at(world, "2026-11-30T14:59:59Z", 10), 0);
	assert_int_equal(issue_at(world, "2026-11-30T15:00:00Z", 10), 1);
	assert_int_equal(issue_at(world, "2026-11-30T15:00:01Z", 10), 0);
	list = issued(world);
	assert_int_equal(list.count, 1);
	is_issued(world, list.records[0], "2026-10-31T15:00:00Z", "2026-11-30T15:00:00Z", "month, 2026-11");
	assert_int_equal(
	    record_value(look(world, definition), type_field(type_of(world, "report_definition"), S("next_from")))
		.number,
	    day_from_civil(2026, 12, 1));
}

static void the_hour_of_summer_time_shifts_the_end(void **state)
{
	struct world *world = *state;
	struct list_result list;

	define(world, "quarter", "2026-01-01", "Europe/Berlin");
	assert_int_equal(issue_at(world, "2026-11-02T00:00:00Z", 10), 3);
	list = issued(world);
	is_issued(world, list.records[0], "2025-12-31T23:00:00Z", "2026-03-31T22:00:00Z", "quarter, 2026 Q1");
	is_issued(world, list.records[2], "2026-06-30T22:00:00Z", "2026-09-30T22:00:00Z", "quarter, 2026 Q3");
}

static void what_was_missed_is_issued_once(void **state)
{
	struct world *world = *state;
	int64_t definition = define(world, "day", "2026-10-28", "Asia/Tokyo");
	struct list_result list;

	/* Stopped in between, as by the end of the program: what is left comes at the next start. */
	assert_int_equal(issue_at(world, "2026-11-02T00:00:00Z", 2), 2);
	assert_int_equal(issue_at(world, "2026-11-02T00:00:00Z", 10), 3);
	list = issued(world);
	assert_int_equal(list.count, 5);
	is_issued(world, list.records[4], "2026-10-31T15:00:00Z", "2026-11-01T15:00:00Z", "day, 2026-11-01");
	/* Somebody sets the definition back: what was issued is not issued again, and it catches up. */
	assert_int_equal(edit_by(world, actor_system(), definition, "next_from", "2026-10-30", NULL), OK);
	assert_int_equal(issue_at(world, "2026-11-02T00:00:00Z", 10), 0);
	assert_int_equal(
	    record_value(look(world, definition), type_field(type_of(world, "report_definition"), S("next_from")))
		.number,
	    day_from_civil(2026, 11, 2));
	assert_int_equal(issued(world).count, 5);
}

/* Nobody's definition moves on past October without saying what it is for. */
static const char stubborn[] = "process: probe\n"
			       "clause: '6.2'\n"
			       "group: deliver\n"
			       "label: {en: Probe, ja: 試験}\n"
			       "purpose: {en: Try., ja: 試す。}\n"
			       "listens:\n"
			       "  report_definition:\n"
			       "    - requires: {when: 'next_from > 2026-10-31', fields: [purpose]}\n";

static int open_stubborn(void **state)
{
	return world_open_with(state, stubborn);
}

/* The report and the step to the next period are one transaction: when the one is refused, the other is not made. */
static void half_a_report_is_none(void **state)
{
	struct world *world = *state;
	int64_t definition = define(world, "week", "2026-10-26", "Asia/Tokyo");
	struct figures figures = figures_of(world);
	struct reports_run run = {
	    .kernel = world->kernel, .figures = &figures, .now = at("2026-11-02T00:00:00Z"), .most = 10};

	assert_int_equal(reports_issue(&run, &world->error), E_INVALID);
	assert_int_equal(issued(world).count, 0);
	assert_int_equal(edit_by(world, actor_system(), definition, "purpose", "To know", NULL), OK);
	assert_int_equal(issue_at(world, "2026-11-02T00:00:00Z", 10), 1);
	is_issued(world, issued(world).records[0], "2026-10-25T15:00:00Z", "2026-11-01T15:00:00Z",
		  "week, 2026-10-26 to 2026-11-01");
}

static size_t told(struct world *world, int64_t person)
{
	READER connection = NULL;
	struct notice *notices;
	size_t count;

	assert_int_equal(kernel_reader(world->kernel, &connection, &world->error), OK);
	assert_int_equal(notices_of(world->kernel, connection, world->arena, as(world, person), false, 0, 100,
				    INT64_MAX, &notices, &count, &world->error),
			 OK);
	return count;
}

static void those_are_told_whom_it_is_for(void **state)
{
	struct world *world = *state;

	define(world, "month", "2026-10-01", "Asia/Tokyo");
	assert_int_equal(issue_at(world, "2026-11-02T00:00:00Z", 10), 1);
	assert_int_equal(told(world, world->desk), 1);
	assert_int_equal(told(world, world->resolver), 1);
	assert_int_equal(told(world, world->secured), 0);
}

static struct frozen *read_back(struct world *world, const struct record *report, const struct figures *figures,
				size_t *count)
{
	struct thaw thaw = {.kernel = world->kernel,
			    .declared = figures,
			    .figures = record_value(report, type_field(report->type, S("figures"))),
			    .cases = record_value(report, type_field(report->type, S("cases"))),
			    .language = JAPANESE};
	struct frozen *frozen;

	*count = frozen_read(world->arena, &thaw, &frozen);
	return frozen;
}

/* What is restricted is in no report; the rest is counted as it stood when it was issued. */
static void figures_stay_as_they_were(void **state)
{
	struct world *world = *state;
	struct figures figures = figures_of(world);
	struct frozen *frozen;
	size_t count;

	define(world, "month", "2026-11-01", "Asia/Tokyo");
	made(world, "incident", "title", "Mail is down", "caller", "user", NULL);
	made(world, "incident", "title", "Attack", "caller", "user", "security", "true", NULL);
	assert_int_equal(issue_at(world, "2026-12-01T00:00:00Z", 10), 1);
	frozen = read_back(world, issued(world).records[0], &figures, &count);
	assert_int_equal(count, 1);
	assert_true(str_is(frozen->figure.label.text[JAPANESE], "インシデント：受付件数の推移"));
	assert_int_equal(frozen->result.row_count, 30);
	assert_int_equal(frozen->result.shape, SHAPE_TIME);
	assert_int_equal(frozen->result.total.cells[0].value, 1);
	assert_int_equal(frozen->result.rows[1].day, day_from_civil(2026, 11, 2));
	assert_int_equal(frozen->result.rows[1].cells[0].value, 1);
	assert_true(str_is(frozen->result.total.label, "合計"));
	/* Of a figure that is no longer declared the numbers are still read. */
	frozen = read_back(world, issued(world).records[0], &(struct figures){0}, &count);
	assert_int_equal(count, 1);
	assert_int_equal(frozen->result.total.cells[0].value, 1);
}

static void what_cannot_be_made_is_refused(void **state)
{
	struct world *world = *state;
	int64_t definition = define(world, "month", "2026-11-01", "Asia/Tokyo");

	assert_int_equal(edit_by(world, actor_system(), definition, "zone", "Mars/Olympus", NULL), E_INVALID);
	assert_true(has_fault(world, "zone", "zone"));
	assert_int_equal(edit_by(world, actor_system(), definition, "customer_copy", "true", NULL), E_INVALID);
	assert_true(has_fault(world, "customer", "required"));
	assert_int_equal(
	    edit_by(world, actor_system(), definition, "figures", "[{\"figure\":\"incident.nothing\"}]", NULL),
	    E_INVALID);
	assert_int_equal(edit_by(world, actor_system(), definition, "state", "retire", "comment", "Enough", NULL), OK);
	assert_int_equal(issue_at(world, "2026-12-02T00:00:00Z", 10), 0);
}

/* --- what is measured by itself --- */

static const char aims[] = "process: probe\n"
			   "clause: '4.1'\n"
			   "group: govern\n"
			   "label: {en: Probe, ja: 試験}\n"
			   "purpose: {en: Try., ja: 試す。}\n"
			   "records:\n"
			   "  aim:\n"
			   "    prefix: AIM\n"
			   "    collection: aims\n"
			   "    label: {en: Aim, ja: 狙い}\n"
			   "    plural: {en: Aims, ja: 狙い}\n"
			   "    headline: name\n"
			   "    fields:\n"
			   "      name: {type: text}\n"
			   "      figure: {type: choice, of: figure}\n"
			   "      every: {type: choice, of: report_period}\n"
			   "      first: {type: date, internal: true}\n"
			   "      due: {type: datetime, internal: true}\n"
			   "      unit: {type: text}\n"
			   "    states: {live: {phase: open}, over: {phase: done}}\n"
			   "    transitions: {end: {from: live, to: over}}\n"
			   "    behaviours:\n"
			   "      - kpi: {figure: figure, every: every, when: 'state = live', from: first, into: due, "
			   "make: sample, as: aim, at: "
			   "day, value: value}\n"
			   "  sample:\n"
			   "    prefix: SMP\n"
			   "    collection: samples\n"
			   "    label: {en: Sample, ja: 標本}\n"
			   "    plural: {en: Samples, ja: 標本}\n"
			   "    headline: occurrence\n"
			   "    fields:\n"
			   "      aim: {type: reference, to: aim, required: true}\n"
			   "      day: {type: date}\n"
			   "      value: {type: decimal}\n"
			   "      figure: {type: choice, of: figure, internal: true}\n"
			   "      first_day: {type: date, internal: true}\n"
			   "      last_day: {type: date, internal: true}\n"
			   "      counted: {type: text, max: 4000, format: page, internal: true}\n"
			   "      counted_at: {type: datetime, internal: true}\n"
			   "      left_out: {type: integer, internal: true}\n"
			   "      occurrence: {type: text, unique: true, internal: true}\n";

static int open_aims(void **state)
{
	return world_open_with(state, aims);
}

static size_t measure_at(struct world *world, const char *time, size_t most, bool adopts)
{
	struct figures figures = figures_of(world);
	struct measures_run run = {.kernel = world->kernel, .figures = &figures, .most = most, .adopts = adopts};

	run.now = world->now = at(time);
	error_clear(&world->error);
	assert_int_equal(measures_take(&run, &world->error), OK);
	return run.made;
}

/* "day value left_out" of each, the first period first. */
static const char *samples_of(struct world *world, int64_t aim)
{
	struct list_result list = in_order(world, "sample");
	struct buf said = buf_new(world->arena);

	for (size_t i = 0; i < list.count; i++) {
		const struct record *sample = list.records[i];
		char day[TIME_TEXT], value[DECIMAL_TEXT];

		if (record_named(sample, "aim").number == aim)
			buf_format(&said, "%s %s %d; ", day_format((int32_t)record_named(sample, "day").number, day),
				   decimal_format(record_named(sample, "value").number, 0, value),
				   (int)record_named(sample, "left_out").number);
	}
	return str_c(world->arena, buf_str(&said));
}

static const char *next_of(struct world *world, int64_t aim)
{
	struct value first = record_named(look(world, aim), "first");
	char day[TIME_TEXT];

	return first.kind == VALUE_DATE ? str_c(world->arena, str_of(day_format((int32_t)first.number, day))) : "";
}

static void a_figure_is_measured_once_a_period(void **state)
{
	struct world *world = *state;
	int64_t aim = made(world, "aim", "name", "Few", "figure", "incident.volume", "every", "day", NULL);

	made(world, "incident", "title", "Mail is down", "caller", "user", NULL);
	assert_int_equal(measure_at(world, "2026-11-02T14:59:59Z", 10, false), 0);
	assert_int_equal(measure_at(world, "2026-11-02T15:00:00Z", 10, false), 1);
	assert_int_equal(measure_at(world, "2026-11-02T15:00:00Z", 10, false), 0);
	assert_string_equal(samples_of(world, aim), "2026-11-02 1 0; ");
	/* What was missed is counted later, by the times that records bear; stopped in between, it goes on. */
	assert_int_equal(measure_at(world, "2026-11-05T15:00:00Z", 2, false), 2);
	assert_int_equal(measure_at(world, "2026-11-05T15:00:00Z", 10, false), 1);
	assert_string_equal(samples_of(world, aim), "2026-11-02 1 0; 2026-11-03 0 0; 2026-11-04 0 0; 2026-11-05 0 0; ");
	/* Set back, it catches up, and measures nothing twice. */
	assert_int_equal(edit_by(world, actor_system(), aim, "first", "2026-11-02", NULL), OK);
	assert_int_equal(measure_at(world, "2026-11-05T15:00:00Z", 10, false), 0);
	assert_string_equal(next_of(world, aim), "2026-11-06");
	/* Another figure begins with the period in which it is named, and nothing is measured of what is over. */
	assert_int_equal(edit_by(world, actor_system(), aim, "every", "month", NULL), OK);
	assert_string_equal(next_of(world, aim), "2026-11-01");
	assert_int_equal(edit_by(world, actor_system(), aim, "state", "end", NULL), OK);
	assert_string_equal(next_of(world, aim), "");
	assert_int_equal(measure_at(world, "2027-02-01T00:00:00Z", 10, true), 0);
}

static void what_cannot_be_counted_later_is_left_out_and_said(void **state)
{
	struct world *world = *state;
	int64_t backlog =
		    made(world, "aim", "name", "Backlog", "figure", "incident.backlog_by_group", "every", "day", NULL),
		share = made(world, "aim", "name", "Share", "figure", "incident.attainment", "every", "day", NULL),
		age = made(world, "aim", "name", "Time", "figure", "incident.time_to_resolve", "unit", "min", NULL);

	made(world, "incident", "title", "Mail is down", "caller", "user", NULL);
	assert_int_equal(measure_at(world, "2026-11-02T15:00:00Z", 10, false), 1); /* nothing was resolved */
	assert_int_equal(measure_at(world, "2026-11-06T00:00:00Z", 10, false), 1);
	assert_string_equal(samples_of(world, backlog), "2026-11-03 1 0; 2026-11-06 1 2; ");
	assert_string_equal(samples_of(world, share), "");
	assert_string_equal(samples_of(world, age), "");
	assert_string_equal(next_of(world, share), "2026-11-06");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_month_ends_in_its_zone, world_open, world_close),
	    cmocka_unit_test_setup_teardown(the_hour_of_summer_time_shifts_the_end, world_open, world_close),
	    cmocka_unit_test_setup_teardown(what_was_missed_is_issued_once, world_open, world_close),
	    cmocka_unit_test_setup_teardown(half_a_report_is_none, open_stubborn, world_close),
	    cmocka_unit_test_setup_teardown(those_are_told_whom_it_is_for, world_open, world_close),
	    cmocka_unit_test_setup_teardown(figures_stay_as_they_were, world_open, world_close),
	    cmocka_unit_test_setup_teardown(a_figure_is_measured_once_a_period, open_aims, world_close),
	    cmocka_unit_test_setup_teardown(what_cannot_be_counted_later_is_left_out_and_said, open_aims, world_close),
	    cmocka_unit_test_setup_teardown(what_cannot_be_made_is_refused, world_open, world_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

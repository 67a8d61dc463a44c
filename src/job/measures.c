#include "job/measures.h"

#include <string.h>

#include "base/log.h"
#include "behaviour/kpi.h"
#include "record/lookup.h"

enum { RECORDS_AT_ONCE = 100, FIELDS_MOST = 12 };

struct measuring { /* one period of one record */
	struct measures_run *run;
	struct arena *arena;
	struct connection *connection;
	const struct actor *actor;
	const struct kpi *kpi;
	const struct record *record;
	enum period_unit unit;
	int32_t first, next; /* days: of the period, and after it */
	int64_t left_out;
	struct figure_request request;
	struct figure_result result;
	struct field_input fields[FIELDS_MOST];
	size_t field_count;
};

/* --- which period --- */

/* The newest measurement of the record before this period. */
static enum status find_last(const struct measuring *m, struct record **last, struct error *error)
{
	const struct type *type = m->kpi->make;
	const struct field *day = type_field(type, S("first_day"));
	struct list_result found = {0};
	struct sort newest = {.field = map_get(&type->query->fields, S("first_day")), .descending = true};
	struct list_request request = {
	    .type = type, .limit = 1, .sort = &newest, .sort_count = 1, .as_of = INSTANT_NONE, .now = m->run->now};
	char number[NUMBER_TEXT], first[TIME_TEXT];
	enum status status;

	*last = NULL;
	if (!day || day->value != VALUE_DATE || !newest.field)
		return OK;
	status = query_parse(m->arena, type->query,
			     str_format(m->arena, "%.*s = \"%s\" and first_day < %s", STR_ARG(m->kpi->as->name),
					kernel_number(m->run->kernel, m->record->identity, number),
					day_format(m->first, first)),
			     &request.filter, error);
	if (!status)
		status = read_list(m->run->kernel, m->connection, m->arena, actor_system(), &request, &found, error);
	if (!status && found.count)
		*last = found.records[0];
	return status;
}

static int64_t periods_between(enum period_unit unit, int32_t from, int32_t to)
{
	int64_t count = 0;

	for (int32_t day = period_start(unit, from, 0); day < to; count++)
		day = period_start(unit, day, 1);
	return count;
}

static enum status choose_period(struct measuring *m, struct error *error)
{
	int32_t due = (int32_t)record_value(m->record, m->kpi->from).number;
	struct value last_day = {0};
	struct record *last;
	enum status status;

	m->unit = kpi_unit(record_value(m->record, m->kpi->every));
	m->first = period_start(m->unit, due, 0);
	if (!m->request.figure->period) /* as things stand: only what has just ended can be told */
		m->first = period_start(m->unit, zone_day(organisation_zone(), m->run->now), -1);
	if (m->first < due)
		m->first = period_start(m->unit, due, 0);
	m->next = period_start(m->unit, m->first, 1);
	if ((status = find_last(m, &last, error)))
		return status;
	if (last)
		last_day = record_named(last, "last_day");
	m->left_out =
	    periods_between(m->unit, last_day.kind == VALUE_DATE ? (int32_t)last_day.number + 1 : due, m->first);
	return OK;
}

/* --- what it came to --- */

static enum status compute(struct measuring *m, struct error *error)
{
	const struct zone *zone = organisation_zone();

	m->request.from = zone_instant(zone, m->first, 0);
	m->request.to = zone_instant(zone, m->next, 0);
	m->request.zone = zone;
	m->request.now = m->run->now;
	return figure_compute(m->run->kernel, m->connection, m->arena, m->actor, &m->request, &m->result, error);
}

static int64_t duration_unit(struct str word)
{
	static const struct {
		const char *word;
		int64_t length;
	} units[] = {{"s", SECOND},  {"秒", SECOND},   {"min", MINUTE},     {"minutes", MINUTE},
		     {"分", MINUTE}, {"d", 24 * HOUR}, {"days", 24 * HOUR}, {"日", 24 * HOUR}};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (str_is(word, units[i].word))
			return units[i].length;
	return HOUR;
}

static int64_t rounded(int64_t millionths)
{
	enum { HUNDREDTH = 10000 };

	return (millionths + (millionths < 0 ? -HUNDREDTH / 2 : HUNDREDTH / 2)) / HUNDREDTH * HUNDREDTH;
}

/* As a decimal: in millionths, to the hundredth. */
static int64_t number_of(const struct measuring *m, const struct figure_cell *cell)
{
	switch (m->result.columns[m->result.main].unit) {
	case UNIT_COUNT:
		return cell->value * 1000000;
	case UNIT_DURATION: {
		int64_t unit = duration_unit(record_text_of(m->record, "unit"));

		return rounded((int64_t)((double)cell->value * 1e6 / (double)unit));
	}
	default:
		return rounded(cell->value);
	}
}

/* --- the measurement --- */

static void set(struct measuring *m, const char *name, struct value value)
{
	const struct field *field = type_field(m->kpi->make, str_of(name));

	if (field && field->value == value.kind)
		m->fields[m->field_count++] = (struct field_input){field, value};
}

/* The list of what was counted; empty when nothing says it, or it takes too many words. */
static struct str counted(const struct measuring *m)
{
	const struct type *type = m->result.total.type ? m->result.total.type : m->request.figure->type;
	const struct field *field = type_field(m->kpi->make, S("counted"));
	struct str filter = m->result.total.filter, page;

	if (!filter.n || m->result.is_closed || !field)
		return (struct str){0};
	page = type_list_url(m->arena, type, filter);
	return (int64_t)page.n <= field->most ? page : (struct str){0};
}

static void set_fields(struct measuring *m, const struct figure_cell *cell)
{
	static const char *const units[PERIOD_UNITS] = {"day", "week", "month", "quarter", "year"};
	struct value figure = record_value(m->record, m->kpi->figure);
	bool as_it_stands = !m->request.figure->period;
	char number[NUMBER_TEXT], first[TIME_TEXT];
	struct str page = counted(m);

	m->fields[m->field_count++] = (struct field_input){m->kpi->as, value_record(m->record->identity)};
	m->fields[m->field_count++] = (struct field_input){
	    m->kpi->at,
	    value_number(VALUE_DATE, as_it_stands ? zone_day(organisation_zone(), m->run->now) : m->next - 1)};
	m->fields[m->field_count++] =
	    (struct field_input){m->kpi->value, value_number(VALUE_DECIMAL, number_of(m, cell))};
	set(m, "figure", figure);
	set(m, "first_day", value_number(VALUE_DATE, m->first));
	set(m, "last_day", value_number(VALUE_DATE, m->next - 1));
	set(m, "counted_at", value_time(m->run->now));
	set(m, "left_out", value_integer(m->left_out));
	if (page.n)
		set(m, "counted", value_text(page));
	set(m, "occurrence",
	    value_text(str_format(m->arena, "%s %.*s %s %s", kernel_number(m->run->kernel, m->record->identity, number),
				  STR_ARG(figure.text), units[m->unit], day_format(m->first, first))));
}

static bool was_measured(const struct error *error)
{
	return error->status == E_INVALID && error->count == 1 && !strcmp(error->items[0].rule, "unique");
}

/* The step to the next period and the measurement, or neither. */
static enum status write_measurement(struct measuring *m, bool tells, struct error *error)
{
	struct measures_run *run = m->run;
	struct field_input next = {m->kpi->from, value_number(VALUE_DATE, m->next)};
	struct edit_request requests[2] = {
	    {.record = m->record->identity,
	     .if_version = m->record->version,
	     .fields = &next,
	     .field_count = 1,
	     .via = VIA_JOB},
	    {.type = m->kpi->make, .fields = m->fields, .field_count = m->field_count, .via = VIA_JOB}};
	struct edit_result results[2];
	struct edit_batch batch = {
	    .actor = actor_system(), .requests = requests, .count = tells ? 2 : 1, .results = results, .now = run->now};
	enum status status = kernel_edit(run->kernel, &batch, error);

	if (was_measured(error)) { /* it was measured before something set the record back: that stays */
		error_clear(error);
		batch.count = 1;
		status = kernel_edit(run->kernel, &batch, error);
	}
	run->made += !status && batch.count == 2;
	run->passed += !status;
	return status;
}

static enum status look(struct measuring *m, struct error *error)
{
	struct kernel *kernel = m->run->kernel;
	READER connection = NULL;
	int64_t epoch;
	enum status status;

	if ((status = kernel_reader(kernel, &connection, error)))
		return status;
	if ((status = store_epoch(connection, &epoch, error)))
		return status;
	(void)kernel_relieve(&connection);
	m->connection = connection;
	if ((status = choose_period(m, error)))
		return status;
	return compute(m, error);
}

static enum status measure(struct measures_run *run, const struct actor *actor, const struct kpi *kpi,
			   const struct record *record, struct error *error)
{
	ARENA arena = arena_new();
	struct measuring m = {.run = run, .arena = arena, .actor = actor, .kpi = kpi, .record = record};
	const struct figure_cell *cell;
	enum status status;

	m.request.figure = figures_by_code(run->figures, run->kernel->model, record_value(record, kpi->figure).text);
	if (!m.request.figure) { /* no longer declared: there is nothing to tell until another is named */
		m.unit = kpi_unit(record_value(record, kpi->every));
		m.next = period_start(m.unit, zone_day(organisation_zone(), run->now), 0);
		status = write_measurement(&m, false, error);
		return status == E_STALE ? OK : status;
	}
	if ((status = look(&m, error)))
		return status;
	cell = &m.result.total.cells[m.result.main];
	if (cell->has)
		set_fields(&m, cell);
	status = write_measurement(&m, cell->has, error);
	return status == E_STALE ? OK : status; /* somebody was quicker, or changes it right now */
}

/* --- what is due --- */

static enum status find(const struct measures_run *run, struct arena *arena, const struct type *type,
			const struct kpi *kpi, struct str filter, struct list_result *due, struct error *error)
{
	struct sort oldest = {.field = map_get(&type->query->fields, kpi->into->name)};
	struct list_request request = {.type = type,
				       .limit = RECORDS_AT_ONCE,
				       .sort = &oldest,
				       .sort_count = 1,
				       .as_of = INSTANT_NONE,
				       .now = run->now};
	READER connection = NULL;
	enum status status = kernel_reader(run->kernel, &connection, error);

	if (status || (status = query_parse(arena, type->query, filter, &request.filter, error)))
		return status;
	return read_list(run->kernel, connection, arena, actor_system(), &request, due, error);
}

static enum status measure_due(struct measures_run *run, const struct actor *actor, const struct type *type,
			       const struct kpi *kpi, struct error *error)
{
	ARENA arena = arena_new();
	struct list_result due;
	char now[TIME_TEXT], number[NUMBER_TEXT], text[512];
	struct str filter = str_format(arena, "%.*s <= %s", STR_ARG(kpi->into->name), time_format(run->now, now));
	enum status status = find(run, arena, type, kpi, filter, &due, error);

	for (size_t i = 0; !status && i < due.count && run->passed < run->most; i++) {
		struct error own = {0};

		if (!measure(run, actor, kpi, due.records[i], &own))
			continue;
		error_text(&own, text, sizeof(text));
		log_error("%s was not measured: %s", kernel_number(run->kernel, due.records[i]->identity, number),
			  text);
		*error = own;
	}
	return status ? status : error->status;
}

/* Records that were there before the model had them measured: the rule looks at them again and says when. */
static enum status adopt(struct measures_run *run, const struct type *type, const struct kpi *kpi, struct error *error)
{
	ARENA arena = arena_new();
	struct str filter =
	    str_format(arena, "%.*s is empty and %.*s is not empty and (%.*s)", STR_ARG(kpi->into->name),
		       STR_ARG(kpi->figure->name), STR_ARG(kpi->when->source));
	struct list_result found;
	enum status status = find(run, arena, type, kpi, filter, &found, error);

	for (size_t i = 0; !status && i < found.count; i++) {
		struct edit_request request = {
		    .record = found.records[i]->identity, .reconsider = true, .via = VIA_JOB};
		struct edit_result result;
		struct edit_batch batch = {
		    .actor = actor_system(), .requests = &request, .count = 1, .results = &result, .now = run->now};

		status = kernel_edit(run->kernel, &batch, error);
	}
	return status;
}

enum status measures_take(struct measures_run *run, struct error *error)
{
	const struct model *model = run->kernel->model;
	ARENA arena = arena_new();
	const struct actor *actor = actor_of_counts(arena, model);
	enum status status = OK;

	run->made = run->passed = 0;
	for (size_t i = 0; i < model->type_count && !status; i++) {
		const struct kpi *kpi = kpi_of(run->kernel, model->types[i]);
		size_t before;

		if (!kpi)
			continue;
		if (run->adopts)
			status = adopt(run, model->types[i], kpi, error);
		do { /* one period of each record in a round */
			before = run->passed;
			if (!status)
				status = measure_due(run, actor, model->types[i], kpi, error);
		} while (!status && run->passed > before && run->passed < run->most);
	}
	return status;
}

#include "job/reports.h"

#include <string.h>

#include "base/log.h"
#include "base/period.h"
#include "insight/frozen.h"
#include "record/lookup.h"

enum { DEFINITIONS_AT_ONCE = 100, CASES_MOST = 1000, FIELDS_MOST = 20 };

struct issuing { /* of one report */
	struct reports_run *run;
	struct arena *arena;
	struct connection *connection;
	const struct actor *actor; /* through whose eyes figures are computed */
	const struct record *definition;
	const struct type *type; /* of reports */
	enum period_unit unit;
	const struct zone *zone;
	int32_t first, next; /* days: of the period, and after it */
	struct value figures, cases;
	size_t case_count;
	struct str csv[LANGUAGES];
	struct field_input fields[FIELDS_MOST];
	size_t field_count;
};

/* --- the period --- */

static bool take_period(struct issuing *issuing)
{
	struct value from = record_named(issuing->definition, "next_from"),
		     period = record_named(issuing->definition, "period"),
		     zone = record_named(issuing->definition, "zone");

	issuing->zone = zone.kind == VALUE_TEXT ? zone_open(zone.text) : NULL;
	if (!issuing->zone || from.kind != VALUE_DATE || period.kind != VALUE_CHOICE ||
	    !period_parse(period.text, &issuing->unit))
		return false;
	issuing->first = period_start(issuing->unit, (int32_t)from.number, 0);
	issuing->next = period_start(issuing->unit, (int32_t)from.number, 1);
	return true;
}

/* "2026-10", "2026 Q3"; 2026年10月 */
static struct str period_words(const struct issuing *issuing, enum language language)
{
	bool ja = language == JAPANESE;
	struct arena *arena = issuing->arena;
	char first[TIME_TEXT], last[TIME_TEXT];
	int year, month, day;

	day_to_civil(issuing->first, &year, &month, &day);
	switch (issuing->unit) {
	case PERIOD_YEAR:
		return str_format(arena, ja ? "%d年" : "%d", year);
	case PERIOD_QUARTER:
		return ja ? str_format(arena, "%d年%d月～%d月", year, month, month + 2)
			  : str_format(arena, "%d Q%d", year, (month + 2) / 3);
	case PERIOD_MONTH:
		return str_format(arena, ja ? "%d年%d月" : "%d-%02d", year, month);
	case PERIOD_WEEK:
		return str_format(arena, ja ? "%s～%s" : "%s to %s", day_format(issuing->first, first),
				  day_format(issuing->next - 1, last));
	default:
		return str_dup(arena, str_of(day_format(issuing->first, first)));
	}
}

/* --- the figures --- */

/* Which of a type's records are the customer's; NULL: all, or the type does not say whose they are. */
static enum status customer_filter(const struct issuing *issuing, const struct type *type, const struct query **filter,
				   struct error *error)
{
	const struct kernel *kernel = issuing->run->kernel;
	struct value customer = record_named(issuing->definition, "customer");
	const struct field *field = NULL;
	char number[NUMBER_TEXT];

	*filter = NULL;
	for (size_t i = 0; i < type->field_count && !field; i++)
		if (type->fields[i]->kind == FIELD_REFERENCE &&
		    type->fields[i]->to == kernel->model->acting[ACTS_CUSTOMER])
			field = type->fields[i];
	if (customer.kind != VALUE_RECORD || !field)
		return OK;
	return query_parse(issuing->arena, type->query,
			   str_format(issuing->arena, "%.*s = \"%s\"", STR_ARG(field->name),
				      kernel_number(kernel, customer.number, number)),
			   filter, error);
}

static enum status freeze_one(struct issuing *issuing, struct freezing *freezing, struct str code, struct error *error)
{
	struct reports_run *run = issuing->run;
	struct figure_request request = {
	    .figure = figures_by_code(run->figures, run->kernel->model, code),
	    .from = zone_instant(issuing->zone, issuing->first, 0),
	    .to = zone_instant(issuing->zone, issuing->next, 0),
	    .zone = issuing->zone,
	    .now = run->now,
	    .cases = CASES_MOST,
	};
	struct figure_result results[LANGUAGES];
	enum status status;

	if (!request.figure) /* no longer declared */
		return OK;
	if ((status = customer_filter(issuing, request.figure->type, &request.filter, error)))
		return status;
	for (enum language language = ENGLISH; language < LANGUAGES && !status; language++) {
		struct actor reader = *issuing->actor; /* to whom records are named in that language, too */

		request.language = reader.language = language;
		status = figure_compute(run->kernel, issuing->connection, issuing->arena, &reader, &request,
					&results[language], error);
	}
	if (!status)
		freezing_add(freezing, run->kernel, request.figure, code, results);
	return status;
}

static void write_csv(struct issuing *issuing)
{
	struct thaw thaw = {.kernel = issuing->run->kernel,
			    .declared = issuing->run->figures,
			    .figures = issuing->figures,
			    .cases = issuing->cases};

	for (enum language language = ENGLISH; language < LANGUAGES; language++) {
		struct frozen *frozen;
		size_t count;

		thaw.language = language;
		count = frozen_read(issuing->arena, &thaw, &frozen);
		issuing->csv[language] = reports_csv(issuing->arena, issuing->run->kernel, frozen, count, language);
	}
}

static enum status freeze(struct issuing *issuing, struct error *error)
{
	bool for_customer = record_named(issuing->definition, "customer_copy").boolean;
	struct freezing freezing = freezing_begin(issuing->arena, !for_customer);
	size_t count;
	struct str *codes =
	    rows_texts(issuing->arena, record_named(issuing->definition, "figures"), S("figure"), &count);
	enum status status = OK;

	for (size_t i = 0; i < count && !status; i++)
		status = freeze_one(issuing, &freezing, codes[i], error);
	freezing_end(&freezing, &issuing->figures, &issuing->cases);
	issuing->case_count = freezing.case_lines;
	if (!status)
		write_csv(issuing);
	return status;
}

/* --- the record --- */

static void set(struct issuing *issuing, const char *name, struct value value)
{
	const struct field *field = type_field(issuing->type, str_of(name));

	if (field && field->value == value.kind)
		issuing->fields[issuing->field_count++] = (struct field_input){field, value};
}

static void set_title(struct issuing *issuing)
{
	struct value name = record_named(issuing->definition, "name"),
		     ja = record_named(issuing->definition, "name_ja");

	if (value_is_empty(ja))
		ja = name;
	set(issuing, "title",
	    value_text(
		str_format(issuing->arena, "%.*s, %.*s", STR_ARG(name.text), STR_ARG(period_words(issuing, ENGLISH)))));
	set(issuing, "title_ja",
	    value_text(str_format(issuing->arena, "%.*s（%.*s）", STR_ARG(ja.text),
				  STR_ARG(period_words(issuing, JAPANESE)))));
}

/* Unique: no period of a definition is issued twice. */
static struct str occurrence(const struct issuing *issuing)
{
	static const char *const units[PERIOD_UNITS] = {"day", "week", "month", "quarter", "year"};
	char number[NUMBER_TEXT], first[TIME_TEXT];

	return str_format(issuing->arena, "%s %s %s",
			  kernel_number(issuing->run->kernel, issuing->definition->identity, number),
			  units[issuing->unit], day_format(issuing->first, first));
}

static void set_fields(struct issuing *issuing)
{
	set_title(issuing);
	set(issuing, "definition", value_record(issuing->definition->identity));
	set(issuing, "occurrence", value_text(occurrence(issuing)));
	set(issuing, "first_day", value_number(VALUE_DATE, issuing->first));
	set(issuing, "last_day", value_number(VALUE_DATE, issuing->next - 1));
	set(issuing, "covers_from", value_time(zone_instant(issuing->zone, issuing->first, 0)));
	set(issuing, "covers_until", value_time(zone_instant(issuing->zone, issuing->next, 0)));
	set(issuing, "issued_at", value_time(issuing->run->now));
	set(issuing, "zone", value_text(zone_name(issuing->zone)));
	set(issuing, "figures", issuing->figures);
	set(issuing, "cases", issuing->cases);
	set(issuing, "case_count", value_integer((int64_t)issuing->case_count));
	set(issuing, "customer", record_named(issuing->definition, "customer"));
	set(issuing, "customer_copy", value_boolean(record_named(issuing->definition, "customer_copy").boolean));
}

static bool was_issued(const struct error *error)
{
	return error->status == E_INVALID && error->count == 1 && !strcmp(error->items[0].rule, "unique");
}

/* The report and the step to the next period, or neither. */
static enum status write_report(struct issuing *issuing, struct error *error)
{
	const struct record *definition = issuing->definition;
	struct reports_run *run = issuing->run;
	struct field_input next = {type_field(definition->type, S("next_from")),
				   value_number(VALUE_DATE, issuing->next)};
	struct attachment_input files[LANGUAGES];
	struct edit_request requests[2] = {{.type = issuing->type,
					    .fields = issuing->fields,
					    .field_count = issuing->field_count,
					    .attachments = files,
					    .attachment_count = LANGUAGES,
					    .comment_is_public = true,
					    .via = VIA_JOB},
					   {.record = definition->identity,
					    .if_version = definition->version,
					    .fields = &next,
					    .field_count = 1,
					    .via = VIA_JOB}};
	struct edit_result results[2];
	struct edit_batch batch = {
	    .actor = actor_system(), .requests = requests, .count = 2, .results = results, .now = run->now};
	enum status status;

	for (enum language language = ENGLISH; language < LANGUAGES; language++)
		files[language] = (struct attachment_input){.name = str_format(issuing->arena, "%.*s.%s.csv",
									       STR_ARG(period_words(issuing, ENGLISH)),
									       language_code(language)),
							    .media_type = S("text/csv; charset=utf-8"),
							    .bytes = issuing->csv[language]};
	status = kernel_edit(run->kernel, &batch, error);
	if (was_issued(error)) { /* somebody set the definition back: what was issued stays as it is */
		error_clear(error);
		batch.requests = &requests[1];
		batch.count = 1;
		status = kernel_edit(run->kernel, &batch, error);
	}
	run->issued += !status && batch.count == 2;
	run->passed += !status;
	return status;
}

static enum status issue(struct reports_run *run, const struct actor *actor, const struct record *definition,
			 struct error *error)
{
	ARENA arena = arena_new();
	READER connection = NULL;
	struct issuing issuing = {.run = run,
				  .arena = arena,
				  .actor = actor,
				  .definition = definition,
				  .type = run->kernel->model->acting[ACTS_REPORT]};
	int64_t epoch;
	enum status status;

	if (!take_period(&issuing))
		return OK;
	if ((status = kernel_reader(run->kernel, &connection, error)))
		return status;
	if ((status = store_epoch(connection, &epoch, error))) /* what the snapshot shows is known once it was asked */
		return status;
	(void)kernel_relieve(&connection);
	issuing.connection = connection;
	if ((status = freeze(&issuing, error)))
		return status;
	store_reader_done(&connection);
	set_fields(&issuing);
	status = write_report(&issuing, error);
	return status == E_STALE ? OK : status; /* somebody was quicker, or changes it right now */
}

/* --- what is due --- */

static enum status find_due(const struct reports_run *run, struct arena *arena, struct list_result *due,
			    struct error *error)
{
	const struct type *type = run->kernel->model->acting[ACTS_REPORT_DEFINITION];
	READER connection = NULL;
	struct list_request request = {
	    .type = type, .limit = DEFINITIONS_AT_ONCE, .as_of = INSTANT_NONE, .now = run->now};
	struct query_field *at = map_get(&type->query->fields, S("next_at"));
	struct sort oldest = {.field = at};
	char now[TIME_TEXT];
	enum status status;

	request.sort = &oldest;
	request.sort_count = 1;
	if ((status = kernel_reader(run->kernel, &connection, error)) ||
	    (status = query_parse(arena, type->query, str_format(arena, "next_at <= %s", time_format(run->now, now)),
				  &request.filter, error)))
		return status;
	return read_list(run->kernel, connection, arena, actor_system(), &request, due, error);
}

static enum status issue_due(struct reports_run *run, const struct actor *actor, const struct list_result *due,
			     struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < due->count && run->passed < run->most; i++) {
		struct error own = {0};
		char number[NUMBER_TEXT], text[512];
		enum status failed = issue(run, actor, due->records[i], &own);

		if (!failed)
			continue;
		error_text(&own, text, sizeof(text));
		log_error("the report of %s was not issued: %s",
			  kernel_number(run->kernel, due->records[i]->identity, number), text);
		*error = own;
		status = failed;
	}
	return status;
}

enum status reports_issue(struct reports_run *run, struct error *error)
{
	const struct model *model = run->kernel->model;
	ARENA arena = arena_new();
	const struct actor *actor = actor_of_counts(arena, model);
	struct list_result due;
	size_t before;
	enum status status;

	run->issued = run->passed = 0;
	if (!model->acting[ACTS_REPORT_DEFINITION] || !model->acting[ACTS_REPORT])
		return OK;
	do { /* one period of each definition in a round */
		before = run->passed;
		if ((status = find_due(run, arena, &due, error)) || (status = issue_due(run, actor, &due, error)))
			return status;
	} while (run->passed > before && run->passed < run->most);
	return OK;
}

/* GET /insights: which figures there are; GET /insights/{collection}/{name}: one of them, as JSON or CSV. */
#include "api/operations.h"

#include "insight/insights.h"
#include "report/table.h"

/* --- which there are --- */

static const char *each_name(enum figure_each each)
{
	static const char *const names[] = {[EACH_DAY] = "day",
					    [EACH_WEEK] = "week",
					    [EACH_MONTH] = "month",
					    [EACH_YEAR] = "year",
					    [EACH_FITTING] = "fitting"};

	return names[each];
}

static void add_text(struct buf *json, const char *name, struct str text)
{
	buf_format(json, ",\"%s\":", name);
	if (text.n)
		buf_add_json_string(json, text);
	else
		buf_add(json, S("null"));
}

static struct str field_name(const struct query_field *field)
{
	return field ? field->name : (struct str){0};
}

static void add_declaration(struct call *call, struct buf *json, const struct figure *figure)
{
	enum language language = call->actor->language;

	buf_add(json, S("\"name\":"));
	buf_add_json_string(json, figure->name);
	add_text(json, "type", figure->type->name);
	add_text(json, "collection", figure->type->collection);
	add_text(json, "label", label_in(&figure->label, language));
	add_text(json, "help", figure->help.text[ENGLISH].n ? label_in(&figure->help, language) : S(""));
	add_text(json, "insight", str_of(figure->insight->name));
	add_text(json, "process", figure->process ? figure->process->name : S(""));
	add_text(json, "goal", figure->goal.text);
}

static enum status insights_json(struct call *call, struct buf *json)
{
	const struct figures *figures = call->surface->figures;
	bool first = true;

	if (!actor_is_staff(call->actor))
		return error_fail(&call->error, E_DENIED, "", "access", N_("You may not see these records"));
	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < figures->count; i++) {
		const struct figure *figure = &figures->items[i];

		if (!access_reads_type(call->kernel, call->actor, figure->type))
			continue;
		buf_add(json, first ? S("{") : S(",{"));
		first = false;
		add_declaration(call, json, figure);
		add_text(json, "in_period", field_name(figure->period));
		add_text(json, "by", field_name(figure->by));
		add_text(json, "each", figure->each ? str_of(each_name(figure->each)) : S(""));
		buf_format(json, ",\"url\":\"/api/v1/insights/%.*s/%.*s\"}", STR_ARG(figure->type->collection),
			   STR_ARG(figure->name));
	}
	buf_add(json, S("]}"));
	return OK;
}

void api_insights(struct http_request *request, struct http_response *response)
{
	static const char *const none[] = {NULL};
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	enum status status;

	if (!call_start(&call, request, response, CALL_ACTOR) || !call_allows(&call, none))
		return;
	if ((status = insights_json(&call, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}

/* --- what is asked --- */

static const struct figure *find_figure(struct call *call)
{
	struct str collection = http_parameter(call->request, "collection");
	const struct type *type = map_get(&call->kernel->model->types_by_collection, collection);

	if (!type)
		type = model_type(call->kernel->model, collection);
	if (!type || !access_reads_type(call->kernel, call->actor, type))
		return NULL;
	call->type = type;
	return figures_find(call->surface->figures, type, http_parameter(call->request, "name"));
}

static enum status read_field(struct call *call, const char *name, const struct query_field **field)
{
	struct str text = http_query(call->request, name);

	*field = text.n ? map_get(&call->type->query->fields, text) : NULL;
	return !text.n || *field ? OK
				 : error_fail(&call->error, E_SYNTAX, name, "unknown", N_("There is no such field"));
}

static enum status read_zone(struct call *call, const struct zone **zone)
{
	struct str name = http_query(call->request, "zone");

	*zone = name.n ? zone_open(name) : actor_zone(call->actor);
	return *zone ? OK : error_fail(&call->error, E_SYNTAX, "zone", "unknown", N_("There is no such time zone"));
}

static enum status read_request(struct call *call, struct figure_request *request)
{
	struct str filter = http_query(call->request, "filter"), each = http_query(call->request, "each");
	const struct figure_span_words words = {.period = http_query(call->request, "period"),
						.from = http_query(call->request, "from"),
						.to = http_query(call->request, "to"),
						.fiscal_month = call->kernel->model->fiscal_month};
	struct figure_span span;
	enum status status;

	*request = (struct figure_request){
	    .language = language_parse(http_query(call->request, "language"), call->actor->language), .now = call->now};
	if (!actor_is_staff(call->actor))
		return error_fail(&call->error, E_DENIED, "", "access", N_("You may not see these records"));
	if (!(request->figure = find_figure(call)))
		return error_fail(&call->error, E_NOT_FOUND, "", "not_found", N_("There is no such figure"));
	if ((status = read_zone(call, &request->zone)) ||
	    (status = figure_span_read(&words, request->zone, call->now, &span, &call->error)) ||
	    (status = read_field(call, "by", &request->by)) ||
	    (status = read_field(call, "in_period", &request->period)))
		return status;
	request->from = span.from;
	request->to = span.to;
	if (each.n && !figure_each_parse(each, &request->each))
		return error_fail(&call->error, E_SYNTAX, "each", "choice", N_("One of these is expected: %s"),
				  "day, week, month, year, fitting");
	return filter.n ? query_parse(call->arena, call->type->query, filter, &request->filter, &call->error) : OK;
}

/* --- JSON --- */

struct figure_writer {
	struct call *call;
	const struct figure_request *request;
	const struct figure_result *result;
	struct reference *references; /* of the records, in their order */
};

static void add_value(struct call *call, struct buf *json, enum figure_unit unit, const struct figure_cell *cell)
{
	struct str text = figure_cell_text(call->arena, unit, cell);

	if (!text.n)
		buf_add(json, S("null"));
	else if (unit == UNIT_DURATION)
		buf_add_json_string(json, text);
	else
		buf_add(json, text);
}

/* What opens the records behind a number, here. */
static void add_way(const struct figure_writer *writer, struct buf *json, const struct figure_row *row,
		    struct str filter)
{
	const struct call *call = writer->call;
	const struct type *type = row->type ? row->type : call->type;

	add_text(json, "filter", filter);
	buf_format(json, ",\"url\":\"/api/v1/%.*s?filter=%.*s\"", STR_ARG(type->collection),
		   STR_ARG(url_part(call->arena, filter)));
}

/* An empty filter opens all, but not where no expression says what a row counts: an hour, a week to come. */
static bool opens(const struct figure_result *result, struct str filter)
{
	return filter.n || (!result->is_closed && result->shape != SHAPE_RHYTHM && result->shape != SHAPE_FORECAST);
}

static void add_row(const struct figure_writer *writer, struct buf *json, const struct figure_row *row)
{
	const struct figure_result *result = writer->result;

	buf_add(json, S("{\"key\":"));
	if (row->key.n)
		buf_add_json_string(json, row->key);
	else
		buf_add(json, S("null"));
	add_text(json, "label", row->label);
	if (opens(result, row->filter))
		add_way(writer, json, row, row->filter);
	buf_add(json, S(",\"figures\":{"));
	for (size_t i = 0; i < result->column_count; i++) {
		buf_format(json, "%s\"%s\":{\"value\":", i ? "," : "", result->columns[i].name);
		add_value(writer->call, json, result->columns[i].unit, &row->cells[i]);
		if (row->cells[i].filter.n || (!row->filter.n && opens(result, row->cells[i].filter)))
			add_way(writer, json, row, row->cells[i].filter);
		buf_add_char(json, '}');
	}
	buf_add(json, S("}}"));
}

static void add_columns(const struct figure_writer *writer, struct buf *json)
{
	const struct figure_result *result = writer->result;

	buf_add(json, S(",\"columns\":["));
	for (size_t i = 0; i < result->column_count; i++) {
		buf_format(json, "%s{\"name\":\"%s\",\"label\":", i ? "," : "", result->columns[i].name);
		buf_add_json_string(json, str_of(translate(writer->request->language, result->columns[i].words)));
		buf_format(json, ",\"unit\":\"%s\"}", figure_unit_name(result->columns[i].unit));
	}
	buf_add_char(json, ']');
}

static void add_records(const struct figure_writer *writer, struct buf *json)
{
	const struct figure_result *result = writer->result;
	char text[DURATION_TEXT];

	buf_format(json, ",\"records_total\":%lld,\"records\":[", (long long)result->record_total);
	for (size_t i = 0; i < result->record_count; i++) {
		const struct figure_record *record = &result->records[i];

		buf_format(json, "%s{\"number\":\"%.*s\",\"headline\":", i ? "," : "",
			   STR_ARG(writer->references[i].shown));
		buf_add_json_string(json, writer->references[i].headline);
		if (record->row != SIZE_MAX)
			add_text(json, "row", result->rows[record->row].key);
		if (record->has_clock) {
			int64_t elapsed = record->elapsed - record->elapsed % SECOND; /* as the clocks of a record */

			buf_format(json, ",\"target\":\"%s\"", duration_format(record->target, text));
			buf_format(json, ",\"elapsed\":\"%s\"", duration_format(elapsed, text));
			buf_format(json, ",\"overrun\":\"%s\"", duration_format(elapsed - record->target, text));
		}
		buf_add_char(json, '}');
	}
	buf_add_char(json, ']');
}

static void write_json(const struct figure_writer *writer, struct buf *json)
{
	const struct figure_result *result = writer->result;
	const struct figure_request *request = writer->request;

	buf_add_char(json, '{');
	add_declaration(writer->call, json, request->figure);
	add_text(json, "by", field_name(result->by));
	add_text(json, "each", result->each ? str_of(each_name(result->each)) : S(""));
	buf_add(json, S(",\"period\":"));
	if (result->dated) {
		buf_add(json, S("{\"field\":"));
		buf_add_json_string(json, result->dated->name);
		buf_add(json, S(",\"from\":"));
		json_time(json, request->from);
		buf_add(json, S(",\"to\":"));
		json_time(json, request->to);
		add_text(json, "zone", zone_name(request->zone));
		buf_add_char(json, '}');
	} else {
		buf_add(json, S("null"));
	}
	if (request->figure->goal.op != QUERY_TRUE && result->total.cells[result->main].has)
		buf_add(json, result->reaches_goal ? S(",\"goal_reached\":true") : S(",\"goal_reached\":false"));
	if (result->sampled)
		buf_add(json, S(",\"sampled\":true"));
	add_columns(writer, json);
	buf_add(json, S(",\"rows\":["));
	for (size_t i = 0; i < result->row_count; i++) {
		if (i)
			buf_add_char(json, ',');
		add_row(writer, json, &result->rows[i]);
	}
	buf_add(json, S("],\"total\":"));
	add_row(writer, json, &result->total);
	add_records(writer, json);
	buf_add_char(json, '}');
}

/* --- CSV, for people: labels in their language, a byte order mark for their spreadsheet --- */

static void csv_row_of(const struct figure_writer *writer, struct buf *csv, const struct figure_row *row)
{
	const struct figure_result *result = writer->result;

	csv_put(csv, row->label, true, true);
	for (size_t i = 0; i < result->column_count; i++)
		csv_put(csv, figure_cell_text(writer->call->arena, result->columns[i].unit, &row->cells[i]), false,
			false);
	csv_end_row(csv);
}

static void write_table_csv(const struct figure_writer *writer, struct buf *csv)
{
	const struct figure_result *result = writer->result;
	enum language language = writer->request->language;

	csv_put(csv, label_in(&writer->request->figure->label, language), true, true);
	for (size_t i = 0; i < result->column_count; i++)
		csv_put(csv, str_of(translate(language, result->columns[i].words)), false, true);
	csv_end_row(csv);
	for (size_t i = 0; i < result->row_count; i++)
		csv_row_of(writer, csv, &result->rows[i]);
	csv_row_of(writer, csv, &result->total);
}

static void write_records_csv(const struct figure_writer *writer, struct buf *csv)
{
	static const char *const names[] = {N_("Number"), N_("Headline"), N_("Row"),
					    N_("Target"), N_("Used"),     N_("Over")};
	const struct figure_result *result = writer->result;
	char text[DURATION_TEXT];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		csv_put(csv, str_of(translate(writer->request->language, names[i])), i == 0, false);
	csv_end_row(csv);
	for (size_t i = 0; i < result->record_count; i++) {
		const struct figure_record *record = &result->records[i];
		int64_t spans[] = {record->target, record->elapsed, record->elapsed - record->target};

		csv_put(csv, writer->references[i].shown, true, true);
		csv_put(csv, writer->references[i].headline, false, true);
		csv_put(csv, record->row == SIZE_MAX ? S("") : result->rows[record->row].label, false, true);
		for (size_t s = 0; s < 3; s++)
			csv_put(csv, record->has_clock ? str_of(duration_format(spans[s], text)) : S(""), false, false);
		csv_end_row(csv);
	}
}

static void answer_csv(const struct figure_writer *writer, bool records)
{
	struct call *call = writer->call;
	struct buf csv = buf_new(call->arena);
	const struct figure *figure = writer->request->figure;

	buf_add_c(&csv, "\xef\xbb\xbf");
	if (records)
		write_records_csv(writer, &csv);
	else
		write_table_csv(writer, &csv);
	http_attachment(
	    call->response,
	    str_format(call->arena, "%.*s-%.*s.csv", STR_ARG(figure->type->collection), STR_ARG(figure->name)),
	    "text/csv; charset=utf-8", buf_str(&csv));
}

/* --- the operation --- */

static enum status compute(struct figure_writer *writer, struct figure_request *request, struct figure_result *result)
{
	struct call *call = writer->call;
	READER connection = NULL;
	enum status status;

	if ((status = call_reader(call, &connection)) ||
	    (status =
		 figure_compute(call->kernel, connection, call->arena, call->actor, request, result, &call->error)))
		return status;
	writer->references = arena_many(call->arena, struct reference, result->record_count + 1);
	for (size_t i = 0; i < result->record_count; i++)
		writer->references[i].identity = result->records[i].record;
	return read_references(call->kernel, connection, call->arena, call->actor, writer->references,
			       result->record_count, &call->error);
}

void api_insight(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"period", "from",      "to",     "zone",    "filter",   "by",
					      "each",   "in_period", "format", "records", "language", NULL};
	struct str format = http_query(request, "format"), records = http_query(request, "records");
	struct figure_request asked;
	struct figure_result result;
	CALL call = {0};
	struct figure_writer writer = {.call = &call, .request = &asked, .result = &result};
	struct buf json = buf_new(request->arena);
	bool csv = str_is(format, "csv") || (!format.n && str_starts(http_header(request, "Accept"), S("text/csv")));
	enum status status;

	if (!call_start(&call, request, response, CALL_ACTOR) || !call_allows(&call, allowed))
		return;
	if (format.n && !str_is(format, "csv") && !str_is(format, "json"))
		status = error_fail(&call.error, E_SYNTAX, "format", "choice", N_("One of these is expected: %s"),
				    "json, csv");
	else if (records.n && !str_is(records, "true") && !str_is(records, "false"))
		status = error_fail(&call.error, E_SYNTAX, "records", "boolean", N_("true or false is expected"));
	else if (!(status = read_request(&call, &asked)))
		status = compute(&writer, &asked, &result);
	if (status) {
		call_refuse(&call, status);
	} else if (csv) {
		answer_csv(&writer, str_is(records, "true"));
	} else {
		write_json(&writer, &json);
		call_answer(&call, 200, &json);
	}
}

/* POST /api/v1/{collection}/{number}/intake: alerts of a monitoring system, in the format of their source.
 *
 * The type that acts_as alert_source says how its alerts are read, the one that acts_as alert keeps them; their fields
 * are known by their names. Of the source: format, active, mapping. Of the alert: identifier (the key), source,
 * fingerprint, status, summary, description, severity, url, sender_group, labels, started_at, ended_at, and the counted
 * count and last_at. What an alert leads to is the matter of the type's behaviours.
 *
 * Each alert is an edit of its own: one that is refused leaves the others. Only a few of a message wait for the writer
 * at once, so that whoever works at the desk meanwhile waits behind those few and not behind thousands. */
#include "api/operations.h"

#include <pthread.h>
#include <stdio.h>

#include "alert/alert.h"
#include "base/log.h"
#include "record/rows.h"

enum { AT_ONCE = 8, FIELDS_MOST = 16, REASON = 240 };

struct item { /* one alert */
	const struct alert_told *told;
	struct edit_request request;
	struct edit_result result;
	struct edit_batch batch;
	struct edit_ticket ticket;
	struct intake *intake;
	enum status status;
	char reason[REASON];
};

struct intake {
	struct call call;
	const struct type *type; /* of alerts */
	const struct alert_told *told;
	struct item *items;
	size_t count;
	pthread_mutex_t lock; /* guards the rest; held while an edit is handed in, so that they go in their order */
	size_t next, done;
	bool over; /* whoever finds it so resumes the request, once, and touches nothing afterwards */
};

/* --- reading --- */

static const struct field *named(const struct type *type, const char *name)
{
	return type_field(type, str_of(name));
}

static struct str cell(struct arena *arena, const json_t *row, const char *name)
{
	return str_dup(arena, json_text(json_object_get(row, name)));
}

static void read_mapping(struct call *call, const struct record *source, struct alert_reading *reading)
{
	json_t *rows = rows_list(record_named(source, "mapping"));
	struct alert_pointer *pointers = arena_many(call->arena, struct alert_pointer, json_array_size(rows) + 1);

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		struct alert_pointer *pointer = &pointers[reading->pointer_count];

		pointer->pointer = cell(call->arena, row, "pointer");
		pointer->label = cell(call->arena, row, "label");
		if (alert_part_parse(json_text(json_object_get(row, "part")), &pointer->part))
			reading->pointer_count++;
	}
	reading->pointers = pointers;
	json_decref(rows);
}

static enum status read_source(struct call *call, struct connection *connection, struct alert_reading *reading)
{
	struct record *source;
	struct value format, active;
	enum status status = call_record(call, connection, &source);

	if (status)
		return status;
	format = record_named(source, "format");
	active = record_named(source, "active");
	if (!active.boolean)
		return error_fail(&call->error, E_CONFLICT, "active", "inactive",
				  N_("This source is not active: its alerts are not taken"));
	if (format.kind != VALUE_CHOICE || !alert_format_parse(format.text, &reading->format))
		return error_fail(&call->error, E_INTERNAL, "format", "format", N_("There is no such format"));
	read_mapping(call, source, reading);
	return OK;
}

/* --- from an alert to an edit --- */

static void set(struct item *item, const struct type *type, const char *name, struct value value)
{
	const struct field *field = named(type, name);
	struct field_input *fields = (struct field_input *)item->request.fields;

	if (field && field->value == value.kind && !value_is_empty(value))
		fields[item->request.field_count++] = (struct field_input){field, value};
}

static enum status set_labels(struct intake *intake, struct connection *connection, struct item *item)
{
	struct arena *arena = intake->call.arena;
	const struct field *field = named(intake->type, "labels");
	const struct alert_told *told = item->told;
	struct buf rows = buf_new(arena);
	struct value value;
	enum status status;

	if (!field || !told->label_count)
		return OK;
	for (size_t i = 0; i < told->label_count; i++) {
		buf_add_c(&rows, i ? ",{\"name\":" : "[{\"name\":");
		buf_add_json_string(&rows, told->labels[i].name);
		buf_add_c(&rows, ",\"value\":");
		buf_add_json_string(&rows, told->labels[i].value);
		buf_add_char(&rows, '}');
	}
	buf_add_char(&rows, ']');
	status = field_parse(intake->call.kernel, connection, arena, field, buf_str(&rows), intake->call.actor->zone,
			     &value, &intake->call.error);
	if (!status)
		set(item, intake->type, "labels", value);
	return status;
}

static struct value moment(instant at)
{
	return at == INSTANT_NONE ? (struct value){0} : value_time(at);
}

static void count(struct intake *intake, struct item *item)
{
	struct tally_input *tallies = arena_many(intake->call.arena, struct tally_input, 2);
	const struct field *times = named(intake->type, "count"), *last = named(intake->type, "last_at");

	item->request.tallies = tallies;
	if (times && times->is_counted)
		tallies[item->request.tally_count++] = (struct tally_input){times, 1};
	if (last && last->is_counted)
		tallies[item->request.tally_count++] = (struct tally_input){last, intake->call.now};
}

static enum status prepare(struct intake *intake, struct connection *connection, struct item *item)
{
	struct call *call = &intake->call;
	const struct type *type = intake->type;
	const struct alert_told *told = item->told;
	char number[NUMBER_TEXT];

	item->request = (struct edit_request){.type = type, .via = VIA_API, .at = INSTANT_NONE};
	item->request.fields = arena_many(call->arena, struct field_input, FIELDS_MOST);
	item->request.key = str_format(call->arena, "%s/%.*s", kernel_number(call->kernel, call->identity, number),
				       STR_ARG(told->fingerprint));
	set(item, type, "identifier", value_text(item->request.key));
	set(item, type, "source", value_record(call->identity));
	set(item, type, "fingerprint", value_text(told->fingerprint));
	set(item, type, "status", value_choice(told->resolved ? S("resolved") : S("firing")));
	set(item, type, "summary", value_text(told->summary));
	set(item, type, "description", value_text(told->description));
	set(item, type, "severity", value_text(told->severity));
	set(item, type, "url", value_text(told->url));
	set(item, type, "sender_group", value_text(told->group));
	set(item, type, "started_at", moment(told->started_at));
	set(item, type, "ended_at", moment(told->ended_at));
	count(intake, item);
	return set_labels(intake, connection, item);
}

/* --- handing them in, a few at a time --- */

static void finish(struct item *item, enum status status, const struct error *error)
{
	enum language language = item->intake->call.actor->language;

	char text[REASON];

	item->status = status;
	if (status == E_INTERNAL) {
		error_text(error, text, sizeof(text));
		log_error("an alert was not taken: %s", text);
	}
	if (status && error->count)
		error_item_text(&error->items[0], tr(language, error->items[0].message), item->reason, REASON);
}

/* Hands in the next one; false when there is none. What is refused before it is handed in is done at once. */
static bool start_next(struct intake *intake)
{
	while (intake->next < intake->count) {
		struct item *item = &intake->items[intake->next++];
		struct error error;
		enum status status;

		if (!item->told->fault) {
			error_clear(&error);
			status = kernel_edit_start(&item->ticket, &error);
			if (!status)
				return true;
			finish(item, status, &error);
		}
		intake->done++;
	}
	return false;
}

static void hand_in_some(struct intake *intake, size_t most, size_t done)
{
	struct http_request *request = intake->call.request;
	bool over;

	pthread_mutex_lock(&intake->lock);
	intake->done += done;
	while (most-- && start_next(intake))
		;
	over = !intake->over && intake->done == intake->count;
	intake->over = intake->over || over;
	pthread_mutex_unlock(&intake->lock);
	if (over)
		http_resume(request);
}

static void committed(void *context, enum status status, const struct error *error)
{
	struct item *item = context;

	finish(item, status, error);
	hand_in_some(item->intake, 1, 1);
}

static void drop_lock(void *lock)
{
	pthread_mutex_destroy(lock);
}

static http_handler answer;

static void hand_in(struct intake *intake)
{
	struct call *call = &intake->call;

	for (size_t i = 0; i < intake->count; i++) {
		struct item *item = &intake->items[i];

		item->batch = (struct edit_batch){.actor = call->actor,
						  .requests = &item->request,
						  .count = 1,
						  .results = &item->result,
						  .now = INSTANT_NONE};
		item->ticket = (struct edit_ticket){
		    .kernel = call->kernel, .batch = &item->batch, .done = committed, .context = item};
	}
	pthread_mutex_init(&intake->lock, NULL);
	arena_defer(call->arena, drop_lock, &intake->lock);
	call->request->data = intake;
	http_suspend(call->request, answer);
	hand_in_some(intake, AT_ONCE, 0);
}

/* --- what came of each --- */

static const char *outcome(const struct item *item, const struct record *alert)
{
	struct value status = alert ? record_named(alert, "status") : (struct value){0};

	if (item->status || item->told->fault)
		return "refused";
	if (!item->result.event)
		return "repeated";
	if (status.kind == VALUE_CHOICE && str_is(status.text, "suppressed"))
		return "suppressed";
	return item->told->resolved ? "recovered" : "new";
}

/* The reference to what people follow: the record that it led to. */
static const struct field *reference_of(const struct record *alert)
{
	for (size_t i = 0; i < alert->type->field_count; i++) {
		const struct field *field = alert->type->fields[i];

		if (field->kind == FIELD_REFERENCE && field->to->portal && field->to->portal->part == PORTAL_TICKET)
			return field;
	}
	return NULL;
}

static void add_reference(struct buf *json, const struct call *call, const char *name, int64_t identity)
{
	char number[NUMBER_TEXT];

	buf_format(json, ",\"%s\":", name);
	if (identity)
		buf_format(json, "\"%s\"", kernel_number(call->kernel, identity, number));
	else
		buf_add_c(json, "null");
}

static const char *reason_of(const struct item *item)
{
	return item->told->fault ? tr(item->intake->call.actor->language, item->told->fault) : item->reason;
}

static enum status add_item(struct call *call, struct connection *connection, const struct item *item, struct buf *json)
{
	struct record *alert = NULL;
	struct value led_to = {0};
	enum status status = OK;

	if (!item->status && !item->told->fault)
		status = read_record(call->kernel, connection, call->arena, call->actor, item->result.record, &alert,
				     &call->error);
	if (alert && reference_of(alert))
		led_to = record_value(alert, reference_of(alert));
	buf_add_c(json, "{\"fingerprint\":");
	buf_add_json_string(json, item->told->fingerprint);
	buf_format(json, ",\"outcome\":\"%s\"", outcome(item, alert));
	add_reference(json, call, "alert", alert ? alert->identity : 0);
	add_reference(json, call, "opened", led_to.kind == VALUE_RECORD ? led_to.number : 0);
	buf_add_c(json, ",\"reason\":");
	if (alert)
		buf_add_c(json, "null");
	else
		buf_add_json_string(json, str_of(reason_of(item)));
	buf_add_char(json, '}');
	return status;
}

/* All refused: the message was. One that the database had no room for makes the sender try again; what was taken then
 * is told again, which changes nothing. */
static enum status judge(struct intake *intake)
{
	struct call *call = &intake->call;
	size_t taken = 0;

	for (size_t i = 0; i < intake->count; i++) {
		const struct item *item = &intake->items[i];

		if (item->status == E_UNAVAILABLE)
			return error_fail(&call->error, E_UNAVAILABLE, "", "unavailable",
					  N_("Not everything could be taken: send it again"));
		taken += !item->status && !item->told->fault;
	}
	for (size_t i = 0; i < intake->count && !taken && i < ERROR_ITEMS; i++) {
		const struct item *item = &intake->items[i];
		char at[24];

		snprintf(at, sizeof(at), "%zu", i);
		(void)error_fail(&call->error, item->status && item->status != E_CONFLICT ? item->status : E_INVALID,
				 at, "refused", "%s", reason_of(item));
	}
	return call->error.status;
}

static void answer(struct http_request *request, struct http_response *response)
{
	struct intake *intake = request->data;
	struct call *call = &intake->call;
	struct buf json = buf_new(call->arena);
	READER connection = NULL;
	enum status status;

	call->response = response;
	if ((status = judge(intake)) || (status = call_reader(call, &connection))) {
		call_refuse(call, status);
		return;
	}
	buf_add(&json, S("{\"items\":["));
	for (size_t i = 0; i < intake->count && !status; i++) {
		if (i)
			buf_add_char(&json, ',');
		status = add_item(call, connection, &intake->items[i], &json);
	}
	buf_add(&json, S("]}"));
	if (status)
		call_refuse(call, status);
	else
		call_answer(call, 200, &json);
}

/* --- the operation --- */

static enum status read_items(struct intake *intake)
{
	struct call *call = &intake->call;
	struct alert_reading reading = {0};
	READER connection = NULL;
	struct alert_told *told;
	json_t *body;
	enum status status;

	if ((status = http_json_body(call->request, &body, &call->error)) ||
	    (status = call_reader(call, &connection)) || (status = read_source(call, connection, &reading)) ||
	    (status = alert_read(call->arena, &reading, body, &told, &intake->count, &call->error)))
		return status;
	intake->items = arena_many(call->arena, struct item, intake->count + 1);
	for (size_t i = 0; i < intake->count && !status; i++) {
		intake->items[i].intake = intake;
		intake->items[i].told = &told[i];
		if (!told[i].fault)
			status = prepare(intake, connection, &intake->items[i]);
	}
	return status;
}

static enum status may_post(struct call *call, struct intake *intake)
{
	intake->type = call->kernel->model->acting[ACTS_ALERT];
	if (!intake->type || call->type->acts_as != ACTS_ALERT_SOURCE)
		return error_fail(&call->error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
	if (call->actor->read_only || !access_may(call->kernel, call->actor, intake->type, ACCESS_CREATE, NULL))
		return error_fail(&call->error, E_DENIED, "", "denied", N_("You may not create such records"));
	return OK;
}

void api_intake(struct http_request *request, struct http_response *response)
{
	static const char *const none[] = {NULL};
	struct intake *intake = arena_one(request->arena, struct intake);
	CALL call = {0};
	enum status status;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, none))
		return;
	intake->call = call;
	call.early = NULL; /* the intake's now */
	if (!(status = may_post(&intake->call, intake)))
		status = read_items(intake);
	call_release(&intake->call);
	if (status) {
		call_refuse(&intake->call, status);
	} else if (!intake->count) {
		struct buf nothing = buf_new(request->arena);

		buf_add(&nothing, S("{\"items\":[]}"));
		call_answer(&intake->call, 200, &nothing);
	} else {
		hand_in(intake);
	}
}

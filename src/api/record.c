/* One record: read, change, transitions, comments. */
#include "api/operations.h"
#include "behaviour/log_reading.h"

static const char *const shape_parameters[] = {"fields", "expand", NULL};

/* RFC 5829: what was merged names the record that it went over into. */
static void tell_successor(struct call *call, const struct record *record)
{
	const struct field *successor = record->type->successor;
	struct value into = successor ? record_value(record, successor) : (struct value){0};
	char number[NUMBER_TEXT];

	if (into.kind == VALUE_RECORD)
		http_add_header(call->response, "Link",
				str_format(call->arena, "</api/v1/%.*s/%s>; rel=\"successor-version\"",
					   STR_ARG(record->type->collection),
					   kernel_number(call->kernel, into.number, number)));
}

static enum status record_json(struct call *call, instant as_of, const struct projection *projection, struct buf *json,
			       int64_t *version)
{
	READER connection = NULL;
	struct record *record;
	enum status status;

	if ((status = call_reader(call, &connection)))
		return status;
	status = as_of == INSTANT_NONE ? read_record(call->kernel, connection, call->arena, call->actor, call->identity,
						     &record, &call->error)
				       : read_record_as_of(call->kernel, connection, call->arena, call->actor,
							   call->identity, as_of, &record, &call->error);
	if (status)
		return status;
	*version = record->version;
	log_reading(call->kernel, connection, call->arena, call->actor, record, READ_API, call->now);
	tell_successor(call, record);
	return json_record_whole(call, connection, &record, 1, projection, json, &call->error);
}

void api_get(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"fields", "expand", "as_of", NULL};
	struct buf json = buf_new(request->arena);
	struct projection projection;
	CALL call = {0};
	struct str etag;
	instant as_of;
	int64_t version;
	enum status status;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, allowed) ||
	    !read_as_of(&call, &as_of) || !projection_read(&call, call.type, &projection))
		return;
	if ((status = record_json(&call, as_of, &projection, &json, &version))) {
		call_refuse(&call, status);
		return;
	}
	etag = str_format(call.arena, "\"%lld\"", (long long)version);
	http_add_header(response, "ETag", etag);
	if (!projection.expand_count && str_eq(http_header(request, "If-None-Match"), etag))
		http_status(response, 304);
	else
		call_answer(&call, 200, &json);
}

/* If-Match: the version that the client has seen, in quotes; "*" is any. */
static enum status read_if_match(struct call *call, int64_t *version)
{
	struct str match = http_header(call->request, "If-Match");

	*version = 0;
	if (!match.p || str_is(match, "*"))
		return OK;
	if (match.n < 3 || match.p[0] != '"' || match.p[match.n - 1] != '"' ||
	    !str_int64(str_sub(match, 1, match.n - 1), version) || *version < 1)
		return error_fail(&call->error, E_STALE, "If-Match", "stale",
				  N_("Somebody changed this in the meantime; load it again"));
	return OK;
}

static enum status read_edit(struct call *call, struct edit_batch *batch, bool body_required)
{
	struct edit_request *edit = batch_request(batch, 0);
	READER connection = NULL;
	json_t *object = NULL;
	enum status status;

	edit->type = call->type;
	edit->via = VIA_API;
	edit->at = INSTANT_NONE;
	if ((status = read_if_match(call, &edit->if_version)))
		return status;
	if (!body_required && !call->request->body.n) {
		edit->record = call->identity;
		return OK;
	}
	if ((status = http_json_body(call->request, &object, &call->error)) || (status = refuse_words(call, object)) ||
	    (status = call_reader(call, &connection)) || (status = edit_from_json(call, connection, object, edit)))
		return status;
	edit->record = call->identity;
	return OK;
}

static void answer_edited(struct call *call, struct edit_batch *batch)
{
	answer_records(call, batch, 200, false);
}

void api_patch(struct http_request *request, struct http_response *response)
{
	struct projection projection;
	struct edit_batch *batch;
	CALL call = {0};
	enum status status;

	if (!call_start_edit(&call, request, response, CALL_RECORD) || !call_allows(&call, shape_parameters) ||
	    !projection_read(&call, call.type, &projection))
		return;
	batch = batch_new(&call, 1);
	if ((status = read_edit(&call, batch, true)))
		call_refuse(&call, status);
	else
		call_edit(&call, batch, answer_edited);
}

void api_transition(struct http_request *request, struct http_response *response)
{
	struct projection projection;
	struct edit_batch *batch;
	CALL call = {0};
	enum status status;

	if (!call_start_edit(&call, request, response, CALL_RECORD) || !call_allows(&call, shape_parameters) ||
	    !projection_read(&call, call.type, &projection))
		return;
	batch = batch_new(&call, 1);
	status = read_edit(&call, batch, false);
	batch_request(batch, 0)->transition = type_transition(call.type, http_parameter(request, "name"));
	if (!status && !batch_request(batch, 0)->transition)
		status = error_fail(&call.error, E_NOT_FOUND, "", "not_found", N_("There is no such transition"));
	if (status)
		call_refuse(&call, status);
	else
		call_edit(&call, batch, answer_edited);
}

/* --- comments: {"text": "...", "public": true} --- */

static enum status read_comment_body(struct call *call, struct edit_batch *batch)
{
	struct edit_request *edit = batch_request(batch, 0);
	const json_t *text, *is_public;
	json_t *object;
	size_t known;
	enum status status = http_json_body(call->request, &object, &call->error);

	if (status)
		return status;
	text = json_object_get(object, "text");
	is_public = json_object_get(object, "public");
	known = (text != NULL) + (is_public != NULL);
	if (!json_is_string(text) || (is_public && !json_is_boolean(is_public)) || json_object_size(object) != known)
		return error_fail(&call->error, E_SYNTAX, "text", "kind",
				  N_("An object with text, and optionally public, is expected"));
	if (!str_trim(json_text(text)).n)
		return error_fail(&call->error, E_INVALID, "text", "required", N_("A value is needed"));
	*edit = (struct edit_request){.type = call->type,
				      .record = call->identity,
				      .via = VIA_API,
				      .at = INSTANT_NONE,
				      .comment = str_dup(call->arena, json_text(text)),
				      .comment_is_public = json_is_true(is_public)};
	return OK;
}

static void event_comment_json(struct buf *json, const struct shown *shown, const struct event *event)
{
	buf_format(json, "{\"id\":%lld,\"at\":", (long long)event->identity);
	json_time(json, event->at);
	buf_add(json, S(",\"by\":"));
	json_number(json, shown, event->actor);
	buf_format(json, ",\"public\":%s,\"text\":", event->is_public ? "true" : "false");
	buf_add_json_string(json, event->comment);
	buf_add_char(json, '}');
}

static enum status comments_json(struct call *call, int64_t only_event, struct buf *json)
{
	enum { HISTORY_MOST = 10000 };
	struct shown shown = shown_new(call->kernel, call->arena);
	READER connection = NULL;
	struct record *record;
	struct event *events;
	size_t count;
	bool first = true;
	enum status status;

	if ((status = call_reader(call, &connection)) || (status = call_record(call, connection, &record)) ||
	    (status = read_history(call->kernel, connection, call->arena, call->actor, record, 0,
				   only_event ? 50 : HISTORY_MOST, &events, &count, &call->error)))
		return status;
	for (size_t i = 0; i < count; i++)
		shown_need(&shown, events[i].actor);
	if ((status = shown_look_up(&shown, connection, call->actor, &call->error)))
		return status;
	if (!only_event)
		buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < count; i++) {
		if (!events[i].comment.n || (only_event && events[i].identity != only_event))
			continue;
		if (!first)
			buf_add_char(json, ',');
		first = false;
		event_comment_json(json, &shown, &events[i]);
	}
	if (!only_event)
		buf_add(json, S("]}"));
	return OK;
}

static void answer_comment(struct call *call, struct edit_batch *batch)
{
	struct buf json = buf_new(call->arena);
	enum status status = comments_json(call, batch->results[0].event, &json);

	if (status)
		call_refuse(call, status);
	else
		call_answer(call, 201, &json);
}

void api_comment(struct http_request *request, struct http_response *response)
{
	static const char *const none[] = {NULL};
	struct edit_batch *batch;
	CALL call = {0};
	enum status status;

	if (!call_start_edit(&call, request, response, CALL_RECORD) || !call_allows(&call, none))
		return;
	batch = batch_new(&call, 1);
	if ((status = read_comment_body(&call, batch)))
		call_refuse(&call, status);
	else
		call_edit(&call, batch, answer_comment);
}

void api_get_comments(struct http_request *request, struct http_response *response)
{
	static const char *const none[] = {NULL};
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	enum status status;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, none))
		return;
	if ((status = comments_json(&call, 0, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}

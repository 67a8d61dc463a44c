/* Lists, creation, bulk and search. */
#include "api/operations.h"
#include "behaviour/log_reading.h"

#include <stdio.h>

enum { PAGE_MOST = 1000, HITS_MOST = 200 };

/* --- GET /{collection} --- */

bool read_as_of(struct call *call, instant *as_of)
{
	struct str text = http_query(call->request, "as_of");

	*as_of = INSTANT_NONE;
	if (text.p && !time_parse(text, as_of)) {
		call_refuse(call, error_fail(&call->error, E_SYNTAX, "as_of", "time",
					     N_("A date and time is expected, as 2026-11-23T14:05:00Z")));
		return false;
	}
	return true;
}

static bool read_list_request(struct call *call, struct list_request *list)
{
	struct str filter = http_query(call->request, "filter"), sort = http_query(call->request, "sort"),
		   count = http_query(call->request, "count");
	struct sort *keys;

	*list = (struct list_request){.type = call->type,
				      .now = call->now,
				      .as_of = INSTANT_NONE,
				      .with_links = true,
				      .search = http_query(call->request, "q"),
				      .after = http_query(call->request, "after"),
				      .count = str_is(count, "true"),
				      .japanese = call->actor->language == JAPANESE};
	if (!call_limit(call, 50, PAGE_MOST, &list->limit) || !read_as_of(call, &list->as_of))
		return false;
	if (count.p && !str_is(count, "true") && !str_is(count, "false")) {
		call_refuse(call,
			    error_fail(&call->error, E_SYNTAX, "count", "boolean", N_("true or false is expected")));
		return false;
	}
	if (filter.n && query_parse(call->arena, call->type->query, filter, &list->filter, &call->error)) {
		call_refuse(call, E_SYNTAX);
		return false;
	}
	if (sort.n && sort_parse(call->arena, call->type, sort, &keys, &list->sort_count, &call->error)) {
		call_refuse(call, E_SYNTAX);
		return false;
	}
	if (sort.n)
		list->sort = keys;
	return true;
}

static enum status list_json(struct call *call, const struct list_request *list, const struct projection *projection,
			     struct buf *json)
{
	READER connection = NULL;
	struct list_result result;
	enum status status;

	if ((status = call_reader(call, &connection)) ||
	    (status = read_list(call->kernel, connection, call->arena, call->actor, list, &result, &call->error)))
		return status;
	for (size_t i = 0; i < result.count; i++)
		log_reading(call->kernel, connection, call->arena, call->actor, result.records[i], READ_API, call->now);
	buf_add(json, S("{\"items\":["));
	if ((status =
		 json_record_whole(call, connection, result.records, result.count, projection, json, &call->error)))
		return status;
	buf_add(json, S("],\"next\":"));
	if (result.next.n)
		buf_add_json_string(json, result.next);
	else
		buf_add(json, S("null"));
	if (list->count)
		buf_format(json, ",\"total\":%lld", (long long)result.total);
	buf_add_char(json, '}');
	return OK;
}

void api_list(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"filter", "sort",  "limit", "after", "fields",
					      "expand", "count", "as_of", "q",     NULL};
	struct projection projection;
	struct list_request list;
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	enum status status;

	if (!call_start(&call, request, response, CALL_TYPE) || !call_allows(&call, allowed) ||
	    !read_list_request(&call, &list) || !projection_read(&call, call.type, &projection))
		return;
	if ((status = list_json(&call, &list, &projection, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}

/* --- edits: from a JSON object to a request --- */

static const char *const edit_words[] = {"number", "version", "transition", "comment", "public", NULL};

static enum status read_comment(struct call *call, const json_t *object, struct edit_request *edit)
{
	const json_t *comment = json_object_get(object, "comment"), *is_public = json_object_get(object, "public");

	if ((comment && !json_is_string(comment)) || (is_public && !json_is_boolean(is_public)))
		return error_fail(&call->error, E_SYNTAX, "comment", "kind",
				  N_("comment is a text, public is true or false"));
	edit->comment = str_dup(call->arena, json_text(comment));
	edit->comment_is_public = json_is_true(is_public);
	return OK;
}

enum status edit_from_json(struct call *call, struct connection *connection, const json_t *object,
			   struct edit_request *edit)
{
	struct field_input *inputs;
	enum status status;

	if (!json_is_object(object))
		return error_fail(&call->error, E_SYNTAX, "", "object", N_("A JSON object is expected"));
	edit->type = call->type;
	edit->via = VIA_API;
	edit->at = INSTANT_NONE;
	if ((status = read_comment(call, object, edit)) ||
	    (status = json_fields(call, connection, call->type, object, edit_words, &inputs, &edit->field_count)))
		return status;
	edit->fields = inputs;
	return OK;
}

/* number, version and transition are for bulk only; elsewhere the path and If-Match say them. */
enum status refuse_words(struct call *call, const json_t *object)
{
	static const char *const words[] = {"number", "version", "transition"};

	for (size_t i = 0; i < 3; i++)
		if (json_object_get(object, words[i]))
			return error_fail(&call->error, E_SYNTAX, words[i], "unknown",
					  N_("There is no such field here"));
	return OK;
}

struct edit_batch *batch_new(struct call *call, size_t count)
{
	struct edit_batch *batch = arena_one(call->arena, struct edit_batch);
	struct str key = http_header(call->request, "Idempotency-Key");

	batch->actor = call->actor;
	batch->keep = call->arena;
	batch->count = count;
	batch->requests = arena_many(call->arena, struct edit_request, count);
	batch->results = arena_many(call->arena, struct edit_result, count);
	batch->now = INSTANT_NONE;
	if (key.n) {
		struct str parts[] = {call->request->target, call->request->body};

		batch->idempotency_key = key;
		batch->idempotency_content = hash_parts(parts, 2);
	}
	return batch;
}

struct edit_request *batch_request(struct edit_batch *batch, size_t at)
{
	return (struct edit_request *)&batch->requests[at]; /* made by batch_new, ours until it is handed in */
}

/* Whoever reports a restricted matter may be unable to see the record afterwards: then its number alone is told. */
static enum status add_edited(struct call *call, struct connection *connection, const struct edit_result *edited,
			      const struct projection *projection, struct buf *json)
{
	struct error unseen = {0};
	struct record *record = edited->written;
	char number[NUMBER_TEXT];
	enum status status =
	    record ? read_loaded(call->kernel, call->actor, record, &unseen)
		   : read_record(call->kernel, connection, call->arena, call->actor, edited->record, &record, &unseen);

	if (!status)
		return json_record_whole(call, connection, &record, 1, projection, json, &call->error);
	if (status != E_NOT_FOUND) {
		error_append(&call->error, &unseen);
		return status;
	}
	buf_format(json, "{\"number\":\"%s\"}", kernel_number(call->kernel, edited->record, number));
	return OK;
}

void answer_records(struct call *call, struct edit_batch *batch, unsigned status_code, bool as_list)
{
	struct projection projection;
	struct buf json = buf_new(call->arena);
	READER connection = NULL;
	enum status status;

	if (!projection_read(call, call->type, &projection))
		return;
	status = call_reader(call, &connection);
	if (as_list)
		buf_add(&json, S("{\"items\":["));
	for (size_t i = 0; i < batch->count && !status; i++) {
		if (i)
			buf_add_char(&json, ',');
		status = add_edited(call, connection, &batch->results[i], &projection, &json);
	}
	if (as_list)
		buf_add(&json, S("]}"));
	else if (batch->results[0].version)
		http_add_header(call->response, "ETag",
				str_format(call->arena, "\"%lld\"", (long long)batch->results[0].version));
	if (!as_list && *batch->results[0].warned)
		http_add_header(call->response, "Kaname-Warning", str_of(batch->results[0].warned));
	if (status)
		call_refuse(call, status);
	else
		call_answer(call, status_code, &json);
}

static void answer_created(struct call *call, struct edit_batch *batch)
{
	char number[NUMBER_TEXT];

	http_add_header(call->response, "Location",
			str_format(call->arena, "/api/v1/%.*s/%s", STR_ARG(call->type->collection),
				   kernel_number(call->kernel, batch->results[0].record, number)));
	answer_records(call, batch, 201, false);
}

static enum status read_creation(struct call *call, struct edit_batch *batch)
{
	READER connection = NULL;
	json_t *object;
	enum status status;

	if ((status = http_json_body(call->request, &object, &call->error)) || (status = refuse_words(call, object)) ||
	    (status = call_reader(call, &connection)))
		return status;
	return edit_from_json(call, connection, object, batch_request(batch, 0));
}

void api_create(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"fields", "expand", NULL};
	struct projection projection;
	struct edit_batch *batch;
	CALL call = {0};
	enum status status;

	if (!call_start_edit(&call, request, response, CALL_TYPE) || !call_allows(&call, allowed) ||
	    !projection_read(&call, call.type, &projection))
		return;
	batch = batch_new(&call, 1);
	if ((status = read_creation(&call, batch)))
		call_refuse(&call, status);
	else
		call_edit(&call, batch, answer_created);
}

/* --- POST /{collection}/bulk: creations, changes and transitions, all or nothing --- */

static enum status read_bulk_item(struct call *call, struct connection *connection, const json_t *item,
				  struct edit_request *edit)
{
	const json_t *number = json_object_get(item, "number"), *transition = json_object_get(item, "transition"),
		     *version = json_object_get(item, "version");
	enum status status = edit_from_json(call, connection, item, edit);

	if (status)
		return status;
	if (number && !json_is_string(number))
		return error_fail(&call->error, E_SYNTAX, "number", "kind", N_("A text is expected"));
	if (number) {
		if ((status = call_find(call, connection, call->type, json_text(number), &edit->record)))
			return status;
		if (!edit->record)
			return error_fail(&call->error, E_NOT_FOUND, "number", "not_found",
					  N_("There is no such record"));
	}
	if (version && !json_is_integer(version))
		return error_fail(&call->error, E_SYNTAX, "version", "number", N_("A whole number is expected"));
	edit->if_version = json_integer_value(version);
	if (transition && !json_is_string(transition))
		return error_fail(&call->error, E_SYNTAX, "transition", "kind", N_("A text is expected"));
	if (transition && !(edit->transition = type_transition(call->type, json_text(transition))))
		return error_fail(&call->error, E_SYNTAX, "transition", "unknown", N_("There is no such transition"));
	return OK;
}

static enum status read_bulk(struct call *call, struct edit_batch **batch)
{
	enum { BULK_MOST = 1000 };
	READER connection = NULL;
	const json_t *items;
	json_t *body;
	enum status status, first = OK;

	if ((status = http_json_body(call->request, &body, &call->error)) || (status = call_reader(call, &connection)))
		return status;
	items = json_object_get(body, "items");
	if (!json_is_array(items) || json_object_size(body) != 1 || !json_array_size(items))
		return error_fail(&call->error, E_SYNTAX, "items", "list",
				  N_("A JSON object with a list named items is expected"));
	if (json_array_size(items) > BULK_MOST)
		return error_fail(&call->error, E_TOO_LARGE, "items", "too_many",
				  N_("At most 1000 items fit in one request"));
	*batch = batch_new(call, json_array_size(items));
	for (size_t i = 0; i < (*batch)->count; i++) {
		size_t known = call->error.count;

		status = read_bulk_item(call, connection, json_array_get(items, i), batch_request(*batch, i));
		call_prefix_faults(call, known, i);
		first = first ? first : status;
	}
	return first;
}

static void answer_bulk(struct call *call, struct edit_batch *batch)
{
	answer_records(call, batch, 200, true);
}

void api_bulk(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"fields", "expand", NULL};
	struct edit_batch *batch = NULL;
	struct projection projection;
	CALL call = {0};
	enum status status;

	if (!call_start_edit(&call, request, response, CALL_TYPE) || !call_allows(&call, allowed) ||
	    !projection_read(&call, call.type, &projection))
		return;
	call.is_bulk = true;
	if ((status = read_bulk(&call, &batch)))
		call_refuse(&call, status);
	else
		call_edit(&call, batch, answer_bulk);
}

/* --- GET /search --- */

static enum status search_json(struct call *call, size_t limit, struct buf *json)
{
	READER connection = NULL;
	struct search_hit *hits;
	size_t count;
	enum status status;

	if ((status = call_reader(call, &connection)) ||
	    (status = read_search(call->kernel, connection, call->arena, call->actor, http_query(call->request, "q"),
				  limit, &hits, &count, &call->error)))
		return status;
	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < count; i++) {
		char number[NUMBER_TEXT];

		buf_format(json, "%s{\"number\":\"%s\",\"type\":", i ? "," : "",
			   kernel_number(call->kernel, hits[i].identity, number));
		buf_add_json_string(json, hits[i].type->name);
		buf_add(json, S(",\"headline\":"));
		buf_add_json_string(json, hits[i].headline);
		buf_add(json, S(",\"updated_at\":"));
		json_time(json, hits[i].updated_at);
		buf_add_char(json, '}');
	}
	buf_add(json, S("]}"));
	return OK;
}

void api_search(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"q", "limit", NULL};
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	size_t limit;
	enum status status;

	if (!call_start(&call, request, response, CALL_ACTOR) || !call_allows(&call, allowed) ||
	    !call_limit(&call, 50, HITS_MOST, &limit))
		return;
	if (!http_query(request, "q").n)
		status = error_fail(&call.error, E_SYNTAX, "q", "required", N_("Say what to search for"));
	else
		status = search_json(&call, limit, &json);
	if (status)
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}

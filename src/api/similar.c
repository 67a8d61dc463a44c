/* What is already known: GET /{collection}/similar of what is being written, /{collection}/{number}/similar of a
 * record. */
#include "api/operations.h"

#include "insight/similar.h"

static void words_json(struct buf *json, struct str words)
{
	struct str word;
	bool first = true;

	buf_add(json, S("\"words\":["));
	while (str_cut(&words, ' ', &word)) {
		if (!word.n)
			continue;
		if (!first)
			buf_add_char(json, ',');
		first = false;
		buf_add_json_string(json, word);
	}
	buf_add_char(json, ']');
}

static void item_json(struct call *call, struct buf *json, const struct similar_item *item)
{
	const struct suggestion *what = item->what;
	const struct record *record = item->hit.record;
	char number[NUMBER_TEXT];
	bool first = true;

	buf_format(json, "{\"number\":\"%s\",\"type\":", kernel_number(call->kernel, record->identity, number));
	buf_add_json_string(json, record->type->name);
	buf_add(json, S(",\"headline\":"));
	buf_add_json_string(json, item->headline);
	buf_add(json, S(",\"state\":"));
	if (record->state)
		buf_add_json_string(json, record->state->name);
	else
		buf_add(json, S("null"));
	buf_format(json, ",\"score\":%.2f,\"why\":{", item->hit.score);
	words_json(json, item->hit.words);
	buf_add(json, S(",\"same\":["));
	for (size_t i = 0; i < what->same_count; i++) {
		if (!item->hit.same[i])
			continue;
		if (!first)
			buf_add_char(json, ',');
		first = false;
		buf_add_json_string(json, what->mine[i]->name);
	}
	buf_add(json, S("]},\"link\":"));
	if ((what->link || what->sets) && actor_is_staff(call->actor))
		buf_add_json_string(json, what->link ? what->link->name : what->sets->name);
	else
		buf_add(json, S("null"));
	buf_add(json, S(",\"shows\":"));
	if (item->shows.n)
		buf_add_json_string(json, item->shows);
	else
		buf_add(json, S("null"));
	buf_add_char(json, '}');
}

static enum status answer_json(struct call *call, struct connection *connection, const struct similar_to *to,
			       struct buf *json)
{
	struct similar_item *items;
	size_t count;
	enum status status =
	    similar_of(call->kernel, connection, call->arena, call->actor, to, &items, &count, &call->error);

	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < count && !status; i++) {
		if (i)
			buf_add_char(json, ',');
		item_json(call, json, &items[i]);
	}
	buf_add(json, S("]}"));
	return status;
}

/* --- of what is being written --- */

static bool allows(struct call *call)
{
	const struct type *type = call->type;
	const char **names = arena_many(call->arena, const char *, type->field_count + 2);
	size_t count = 0;

	names[count++] = "limit";
	for (size_t i = 0; i < type->field_count; i++)
		if (similar_looks_at(type, type->fields[i]) && access_reads_field(call->actor, type->fields[i]))
			names[count++] = str_c(call->arena, type->fields[i]->name);
	return call_allows(call, names);
}

static enum status read_values(struct call *call, struct connection *connection, struct value *values)
{
	const struct type *type = call->type;

	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];
		struct str text = similar_looks_at(type, field)
				      ? http_query(call->request, str_c(call->arena, field->name))
				      : (struct str){0};
		enum status status = text.n ? json_value_of(call, connection, field, text, &values[i]) : OK;

		if (status)
			return status;
	}
	return OK;
}

static enum status written_json(struct call *call, size_t limit, struct buf *json)
{
	struct value *values = arena_many(call->arena, struct value, call->type->field_count + 1);
	struct similar_to to = {.type = call->type, .values = values, .limit = limit, .now = call->now};
	READER connection = NULL;
	enum status status;

	if ((status = call_reader(call, &connection)) || (status = read_values(call, connection, values)))
		return status;
	return answer_json(call, connection, &to, json);
}

void api_similar(struct http_request *request, struct http_response *response)
{
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	size_t limit;
	enum status status;

	if (!call_start(&call, request, response, CALL_TYPE) || !allows(&call) ||
	    !call_limit(&call, 5, SIMILAR_MOST, &limit))
		return;
	if ((status = written_json(&call, limit, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}

/* --- of a record --- */

static enum status record_json(struct call *call, size_t limit, struct buf *json)
{
	READER connection = NULL;
	struct record *record;
	enum status status;

	if ((status = call_reader(call, &connection)) || (status = call_record(call, connection, &record)))
		return status;
	struct similar_to to = {.type = call->type,
				.values = record->values,
				.identity = record->identity,
				.limit = limit,
				.now = call->now};

	return answer_json(call, connection, &to, json);
}

void api_similar_to(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"limit", NULL};
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	size_t limit;
	enum status status;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, allowed) ||
	    !call_limit(&call, 5, SIMILAR_MOST, &limit))
		return;
	if ((status = record_json(&call, limit, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}

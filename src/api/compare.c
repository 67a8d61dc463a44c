/* What differs between two records of one type: GET /{collection}/{number}/compare?with=NUMBER. */
#include "api/operations.h"

#include "insight/compare.h"

static enum status read_other(struct call *call, struct connection *connection, struct record **other)
{
	struct str with = http_query(call->request, "with");
	int64_t identity = 0;
	enum status status;

	if (!with.n)
		return error_fail(&call->error, E_SYNTAX, "with", "required", N_("A value is needed"));
	if (!kernel_parse_number(call->kernel, with, &identity) || kernel_type_of(call->kernel, identity) != call->type)
		return error_fail(&call->error, E_INVALID, "with", "reference", N_("There is no such record"));
	status = read_record(call->kernel, connection, call->arena, call->actor, identity, other, &call->error);
	return status;
}

static void parts_json(struct buf *json, const struct compared *compared)
{
	static const char *const signs[] = {"=", "-", "+"};

	buf_add(json, S(",\"parts\":["));
	for (size_t i = 0; i < compared->part_count; i++) {
		buf_format(json, "%s[\"%s\",", i ? "," : "", signs[compared->parts[i].kind]);
		buf_add_json_string(json, compared->parts[i].text);
		buf_add_char(json, ']');
	}
	buf_add_char(json, ']');
}

static void fields_json(struct buf *json, const struct shown *shown, const struct compared *compared, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buf_add_c(json, i ? ",{\"field\":" : "{\"field\":");
		buf_add_json_string(json, compared[i].field->name);
		buf_add(json, S(",\"before\":"));
		json_value(json, shown, compared[i].field, compared[i].before);
		buf_add(json, S(",\"after\":"));
		json_value(json, shown, compared[i].field, compared[i].after);
		if (compared[i].parts)
			parts_json(json, &compared[i]);
		buf_add_char(json, '}');
	}
}

static enum status compare_json(struct call *call, struct buf *json)
{
	struct shown shown = shown_new(call->kernel, call->arena);
	struct record *record, *other;
	struct compared *compared;
	READER connection = NULL;
	size_t count;
	enum status status;

	if ((status = call_reader(call, &connection)) || (status = call_record(call, connection, &record)) ||
	    (status = read_other(call, connection, &other)))
		return status;
	compared = compare_records(call->arena, call->actor, other, record, &count);
	shown_need_record(&shown, record);
	shown_need_record(&shown, other);
	shown_need(&shown, other->identity);
	if ((status = shown_look_up(&shown, connection, call->actor, &call->error)))
		return status;
	buf_add(json, S("{\"with\":"));
	json_number(json, &shown, other->identity);
	buf_add(json, S(",\"fields\":["));
	fields_json(json, &shown, compared, count);
	buf_add(json, S("]}"));
	return OK;
}

void api_compare(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"with", NULL};
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	enum status status;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, allowed))
		return;
	if ((status = compare_json(&call, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}

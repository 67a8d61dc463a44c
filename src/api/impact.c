/* What fails with it: GET /{collection}/impact of what is being written, /{collection}/{number}/impact of a record. */
#include "api/operations.h"

#include "insight/impact.h"

static void named(struct buf *json, const struct shown *shown, const char *start, int64_t identity, struct str headline)
{
	buf_add_c(json, start);
	json_number(json, shown, identity);
	buf_add(json, S(",\"headline\":"));
	buf_add_json_string(json, headline);
}

static void items_json(struct buf *json, const struct shown *shown, const struct impact *impact)
{
	bool first = true;

	buf_add(json, S("{\"needed_by\":["));
	for (size_t i = 0; i < impact->item_count; i++) {
		if (!impact->items[i].depth)
			continue;
		named(json, shown, first ? "{\"number\":" : ",{\"number\":", impact->items[i].identity,
		      impact->items[i].headline);
		buf_format(json, ",\"depth\":%d}", impact->items[i].depth);
		first = false;
	}
}

static void services_json(struct buf *json, const struct shown *shown, const struct impact *impact)
{
	buf_add(json, S("],\"services\":["));
	for (size_t i = 0; i < impact->service_count; i++) {
		const struct impact_service *service = &impact->services[i];

		named(json, shown, i ? ",{\"number\":" : "{\"number\":", service->identity, service->headline);
		buf_add(json, S(",\"rank\":"));
		if (service->rank.n)
			buf_add_json_string(json, service->rank);
		else
			buf_add(json, S("null"));
		buf_add(json, S(",\"because_of\":"));
		json_number(json, shown, service->because_of);
		buf_add_char(json, '}');
	}
}

static void customers_json(struct buf *json, const struct shown *shown, const struct impact *impact)
{
	buf_add(json, S("],\"customers\":["));
	for (size_t i = 0; i < impact->customer_count; i++) {
		const struct impact_customer *customer = &impact->customers[i];

		named(json, shown, i ? ",{\"number\":" : "{\"number\":", customer->identity, customer->headline);
		buf_add(json, S(",\"agreement\":"));
		json_number(json, shown, customer->agreement);
		buf_format(json, ",\"people\":%lld}", (long long)customer->people);
	}
}

static enum status impact_json(struct call *call, struct connection *connection, const struct impact *impact,
			       struct buf *json)
{
	struct shown shown = shown_new(call->kernel, call->arena);
	enum status status;

	for (size_t i = 0; i < impact->item_count; i++)
		shown_need(&shown, impact->items[i].identity);
	for (size_t i = 0; i < impact->service_count; i++)
		shown_need(&shown, impact->services[i].identity);
	for (size_t i = 0; i < impact->customer_count; i++) {
		shown_need(&shown, impact->customers[i].identity);
		shown_need(&shown, impact->customers[i].agreement);
	}
	if ((status = shown_look_up(&shown, connection, call->actor, &call->error)))
		return status;
	items_json(json, &shown, impact);
	services_json(json, &shown, impact);
	customers_json(json, &shown, impact);
	buf_add(json, S("],\"proposed\":"));
	if (impact->proposed.n)
		buf_add_json_string(json, impact->proposed);
	else
		buf_add(json, S("null"));
	buf_format(json, ",\"complete\":%s}", impact->cut ? "false" : "true");
	return OK;
}

/* How things depend on each other is for staff. */
static enum status check_type(struct call *call)
{
	const struct field *items, *service;

	if (!actor_is_staff(call->actor))
		return error_fail(&call->error, E_DENIED, "", "access", N_("You may not see these records"));
	return impact_of_type(call->type, &items, &service)
		   ? OK
		   : error_fail(&call->error, E_NOT_FOUND, "", "not_found", N_("Nothing fails with such records"));
}

static enum status read_value(struct call *call, struct connection *connection, const struct field *field,
			      struct value *values)
{
	struct str text = field ? http_query(call->request, str_c(call->arena, field->name)) : (struct str){0};

	return text.n ? json_value_of(call, connection, field, text, &values[field->index]) : OK;
}

static enum status written_json(struct call *call, struct buf *json)
{
	const struct field *items, *service;
	struct value *values = arena_many(call->arena, struct value, call->type->field_count + 1);
	struct impact impact;
	READER connection = NULL;
	enum status status = check_type(call);

	if (status || (status = call_reader(call, &connection)))
		return status;
	impact_of_type(call->type, &items, &service);
	if ((status = read_value(call, connection, items, values)) ||
	    (status = read_value(call, connection, service, values)) ||
	    (status = impact_of_values(call->kernel, connection, call->arena, call->actor, call->type, values, 0,
				       call->now, &impact, &call->error)))
		return status;
	return impact_json(call, connection, &impact, json);
}

static enum status record_json(struct call *call, struct buf *json)
{
	struct impact impact;
	struct record *record;
	READER connection = NULL;
	enum status status = check_type(call);

	if (status || (status = call_reader(call, &connection)) || (status = call_record(call, connection, &record)) ||
	    (status = impact_of_values(call->kernel, connection, call->arena, call->actor, call->type, record->values,
				       record->identity, call->now, &impact, &call->error)))
		return status;
	return impact_json(call, connection, &impact, json);
}

static void answer(struct call *call, enum status status, const struct buf *json)
{
	if (status)
		call_refuse(call, status);
	else
		call_answer(call, 200, json);
}

void api_impact(struct http_request *request, struct http_response *response)
{
	const char *allowed[3] = {NULL};
	const struct field *items, *service;
	struct buf json = buf_new(request->arena);
	size_t count = 0;
	CALL call = {0};

	if (!call_start(&call, request, response, CALL_TYPE))
		return;
	impact_of_type(call.type, &items, &service);
	if (items)
		allowed[count++] = str_c(call.arena, items->name);
	if (service)
		allowed[count++] = str_c(call.arena, service->name);
	if (call_allows(&call, allowed))
		answer(&call, written_json(&call, &json), &json);
}

void api_impact_of(struct http_request *request, struct http_response *response)
{
	static const char *const none[] = {NULL};
	struct buf json = buf_new(request->arena);
	CALL call = {0};

	if (call_start(&call, request, response, CALL_RECORD) && call_allows(&call, none))
		answer(&call, record_json(&call, &json), &json);
}

/* The operations of webhooks. */
#include "api/openapi.h"

static json_t *delivery_schema(void)
{
	json_t *properties =
	    json_pack("{s:{s:s},s:{s:s,s:s},s:o,s:{s:[s,s,s,s],s:s},s:{s:s},s:{s:s,s:s},s:{s:[s,s],s:s},s:{s:[s,s],s:s}"
		      ",s:{s:s,s:s},"
		      "s:{s:s},s:{s:s,s:s}}",
		      "id", "type", "integer", "event", "type", "integer", "description",
		      "What it tells of, as the history numbers it", "record", openapi_nullable_text(), "state", "enum",
		      "waiting", "done", "skipped", "failed", "description",
		      "skipped: whose eyes it goes through may not see it; failed: given up", "attempts", "type",
		      "integer", "queued_at", "type", "string", "format", "date-time", "due_at", "type", "string",
		      "null", "format", "date-time", "sent_at", "type", "string", "null", "format", "date-time", "code",
		      "type", "integer", "description", "Of the last answer; 0: none", "took_ms", "type", "integer",
		      "answer", "type", "string", "description", "What was answered, or why it failed");

	return json_pack("{s:s,s:o,s:b}", "type", "object", "properties", properties, "additionalProperties", 0);
}

static json_t *object_of(const char *name, json_t *schema, const char *other, json_t *other_schema)
{
	json_t *properties = json_object(), *required = json_array();

	json_object_set_new(properties, name, schema);
	json_array_append_new(required, json_string(name));
	if (other) {
		json_object_set_new(properties, other, other_schema);
		json_array_append_new(required, json_string(other));
	}
	return json_pack("{s:s,s:o,s:o,s:b}", "type", "object", "required", required, "properties", properties,
			 "additionalProperties", 0);
}

static json_t *moment(void)
{
	return json_pack("{s:s,s:s}", "type", "string", "format", "date-time");
}

static void add_list(struct writer *writer)
{
	openapi_add(
	    writer,
	    (struct operation){
		.method = "get",
		.path = "/{number}/deliveries",
		.id = "list_deliveries_",
		.summary = "What went there in the last seven days, newest first",
		.parameters = json_pack(
		    "[o,o]",
		    openapi_parameter("limit", "Items of a page",
				      json_pack("{s:s,s:i,s:i}", "type", "integer", "minimum", 1, "maximum", 100)),
		    openapi_parameter("after", "Cursor of the page before", openapi_text())),
		.success = "200",
		.response = openapi_answer("A page", openapi_items(delivery_schema(), "next", openapi_nullable_text())),
		.refusals = "400 401 404 "});
}

void openapi_webhook(struct writer *writer)
{
	json_t *since = json_pack("{s:s,s:s,s:s,s:b,s:o}", "name", "since", "in", "query", "description",
				  "At most the last seven days", "required", 1, "schema", moment());
	json_t *former = json_pack("{s:[s,s],s:s,s:s}", "type", "string", "null", "format", "date-time", "description",
				   "Until then the one before signs as well");

	add_list(writer);
	openapi_add(writer, (struct operation){.method = "post",
					       .path = "/{number}/deliveries/{delivery}/replay",
					       .id = "replay_delivery_",
					       .summary = "Send one again, under its identifier",
					       .success = "200",
					       .response = openapi_answer(
						   "It waits to be sent",
						   object_of("id", json_pack("{s:s}", "type", "integer"), NULL, NULL)),
					       .refusals = "400 401 403 404 "});
	openapi_add(writer, (struct operation){.method = "post",
					       .path = "/{number}/replay",
					       .id = "replay_",
					       .summary = "Send everything since a moment again",
					       .parameters = json_pack("[o]", since),
					       .success = "200",
					       .response = openapi_answer("It waits to be sent",
									  object_of("since", moment(), NULL, NULL)),
					       .refusals = "400 401 403 404 "});
	openapi_add(writer,
		    (struct operation){.method = "post",
				       .path = "/{number}/secret",
				       .id = "make_secret_",
				       .summary = "Make a secret, or exchange it; it is told this once",
				       .success = "201",
				       .response = openapi_answer(
					   "The secret", object_of("secret", openapi_text(), "former_until", former)),
				       .refusals = "400 401 403 404 "});
}

/* Operations, put together of pieces; and those that belong to no record type. */
#include "api/openapi.h"

#include <stdio.h>
#include <string.h>

/* --- pieces of an operation --- */

json_t *openapi_answer(const char *description, json_t *schema)
{
	return json_pack("{s:s,s:{s:{s:o}}}", "description", description, "content", "application/json", "schema",
			 schema);
}

json_t *openapi_items(json_t *schema, const char *extra, json_t *extra_schema)
{
	json_t *list = json_pack("{s:s,s:[s],s:{s:{s:s,s:o}},s:b}", "type", "object", "required", "items", "properties",
				 "items", "type", "array", "items", schema, "additionalProperties", 0);

	if (extra)
		json_object_set_new(json_object_get(list, "properties"), extra, extra_schema);
	return list;
}

json_t *openapi_nullable_text(void)
{
	return json_pack("{s:[s,s]}", "type", "string", "null");
}

/* Refusals that any operation may give, by reference. */
static void add_refusals(json_t *responses, const char *codes)
{
	for (const char *code = codes; *code; code += 4) { /* "400 401 " */
		char name[4] = {code[0], code[1], code[2], '\0'}, path[48];

		snprintf(path, sizeof(path), "#/components/responses/E%s", name);
		json_object_set_new(responses, name, json_pack("{s:s}", "$ref", path));
	}
}

json_t *openapi_parameter(const char *name, const char *description, json_t *schema)
{
	return json_pack("{s:s,s:s,s:s,s:b,s:o}", "name", name, "in", "query", "description", description, "required",
			 0, "schema", schema);
}

json_t *openapi_text(void)
{
	return json_pack("{s:s}", "type", "string");
}

/* Names in braces of a path, as parameters. */
static void add_path_parameters(json_t *parameters, const char *path)
{
	for (const char *open = strchr(path, '{'); open; open = strchr(open + 1, '{')) {
		const char *close = strchr(open, '}');
		char name[48];

		snprintf(name, sizeof(name), "%.*s", (int)(close - open - 1), open + 1);
		json_array_append_new(parameters, json_pack("{s:s,s:s,s:b,s:{s:s}}", "name", name, "in", "path",
							    "required", 1, "schema", "type", "string"));
	}
}

void openapi_add(struct writer *writer, struct operation operation)
{
	char path[200], id[120], type_name[96] = "";
	json_t *item, *parameters = json_array(), *responses = json_object(), *made;

	if (writer->type)
		openapi_name(writer->type, "", type_name);
	snprintf(path, sizeof(path), "/api/v1%s%s%s", writer->type ? "/" : "", writer->type ? writer->collection : "",
		 operation.path);
	snprintf(id, sizeof(id), "%s%s", operation.id, type_name);
	add_path_parameters(parameters, path);
	if (operation.parameters) {
		json_array_extend(parameters, operation.parameters);
		json_decref(operation.parameters);
	}
	json_object_set_new(responses, operation.success, operation.response);
	add_refusals(responses, operation.refusals);
	add_refusals(responses, "408 429 503 "); /* of the server, whatever is asked */
	made = json_pack("{s:s,s:s,s:s,s:[s],s:o,s:o}", "operationId", id, "summary", operation.summary, "description",
			 operation.summary, "tags", writer->type ? writer->collection : "about", "parameters",
			 parameters, "responses", responses);
	if (operation.body)
		json_object_set_new(made, "requestBody",
				    json_pack("{s:b,s:{s:{s:o}}}", "required", !operation.body_optional, "content",
					      operation.body_type ? operation.body_type : "application/json", "schema",
					      operation.body));
	item = json_object_get(writer->paths, path);
	if (!item) {
		item = json_object();
		json_object_set_new(writer->paths, path, item);
	}
	json_object_set_new(item, operation.method, made);
}

/* --- the operations of a type --- */

/* --- the operations of no type --- */

static void add_notices(struct writer *writer)
{
	json_t *flag = json_pack("{s:s}", "type", "boolean"),
	       *limit = json_pack("{s:s,s:i,s:i}", "type", "integer", "minimum", 1, "maximum", 200),
	       *up_to = json_pack("{s:s,s:i}", "type", "integer", "minimum", 1);

	openapi_add(writer, (struct operation){
				.method = "get",
				.path = "/notices",
				.id = "list_notices",
				.summary = "What the program told the person who asks, newest first",
				.parameters =
				    json_pack("[o,o,o]", openapi_parameter("unread", "Only what is not read yet", flag),
					      openapi_parameter("limit", "Notices", limit),
					      openapi_parameter("after", "Cursor of the page before", openapi_text())),
				.success = "200",
				.response = openapi_answer(
				    "Notices", openapi_items(reference_to("Notice"), "next", openapi_nullable_text())),
				.refusals = "400 401 "});
	openapi_add(writer,
		    (struct operation){.method = "post",
				       .path = "/notices/read",
				       .id = "read_notices",
				       .summary = "Mark all notices as read, or all up to one",
				       .parameters = json_pack(
					   "[o]", openapi_parameter("up_to", "The newest one to be marked", up_to)),
				       .success = "200",
				       .response = openapi_answer("How many are left", reference_to("Unread")),
				       .refusals = "400 401 403 "});
	openapi_add(writer, (struct operation){.method = "post",
					       .path = "/notices/{notice}/read",
					       .id = "read_notice",
					       .summary = "Mark a notice as read",
					       .success = "200",
					       .response = openapi_answer("How many are left", reference_to("Unread")),
					       .refusals = "400 401 403 404 "});
}

static const char stream_is[] =
    "Server-sent events. open: the stream has begun; missed: more happened since Last-Event-ID than is told, so read "
    "anew; change: its data are a StreamedChange; present: who else is at the record now. The id of each says where to "
    "go "
    "on: send it as Last-Event-ID";

static void add_stream(struct writer *writer)
{
	json_t *texts = json_pack("{s:s,s:{s:s}}", "type", "array", "items", "type", "string");

	openapi_add(
	    writer,
	    (struct operation){
		.method = "get",
		.path = "/stream",
		.id = "stream",
		.summary = "Which records change, told as it happens, of all that one may see",
		.parameters = json_pack(
		    "[o,o,o,o]",
		    openapi_parameter("collection", "Only records of this one; may come again", json_incref(texts)),
		    openapi_parameter("record", "Only this one, by its number, besides; may come again", texts),
		    openapi_parameter("present", "Stands for somebody at the one record; staff only",
				      json_pack("{s:s,s:[s,s]}", "type", "string", "enum", "reading", "editing")),
		    openapi_parameter("after", "As Last-Event-ID, where no header can be sent",
				      json_pack("{s:s}", "type", "integer"))),
		.success = "200",
		.response = json_pack("{s:s,s:{s:{s:{s:s}}}}", "description", stream_is, "content", "text/event-stream",
				      "schema", "type", "string"),
		.refusals = "400 401 403 404 "});
}

static void add_conformity(struct writer *writer)
{
	json_t *states = json_pack("{s:s,s:[s,s,s,s,s]}", "type", "string", "enum", "not_built", "met", "judgement",
				   "stale", "gap"),
	       *time = json_pack("{s:s,s:s}", "type", "string", "format", "date-time");

	openapi_add(
	    writer,
	    (struct operation){
		.method = "get",
		.path = "/conformity",
		.id = "conformity",
		.summary = "Every demand of the standard, how it stands, and where its evidence is",
		.parameters = json_pack(
		    "[o,o,o,o]", openapi_parameter("clause", "Only this clause and those below it", openapi_text()),
		    openapi_parameter("state", "Only those in this state", states),
		    openapi_parameter("fresh", "true: looked at now, and not as of the last minute",
				      json_pack("{s:s}", "type", "boolean")),
		    openapi_parameter("as_of", "How they stood at this time, as far as it was written down", time)),
		.success = "200",
		.response = openapi_answer("The demands, in the order of the standard", reference_to("Conformity")),
		.refusals = "400 401 403 404 "});
	openapi_add(writer,
		    (struct operation){.method = "get",
				       .path = "/processes",
				       .id = "processes",
				       .summary = "The processes of the management system, and what passes between "
						  "them, as far as records show it",
				       .success = "200",
				       .response = openapi_answer("The processes", reference_to("Processes")),
				       .refusals = "400 401 403 "});
	openapi_add(writer, (struct operation){.method = "get",
					       .path = "/conformity/{demand}",
					       .id = "demand",
					       .summary = "One demand, as it stands at this moment, how it stood "
							  "before, and what is being done about it",
					       .success = "200",
					       .response = openapi_answer("The demand", reference_to("Demand")),
					       .refusals = "400 401 403 404 "});
}

void openapi_about(struct writer *writer)
{
	writer->type = NULL;
	openapi_add(writer, (struct operation){.method = "get",
					       .path = "/me",
					       .id = "me",
					       .summary = "Who is asking",
					       .success = "200",
					       .response = openapi_answer("The person", reference_to("Me")),
					       .refusals = "400 401 "});
	add_conformity(writer);
	openapi_add(writer,
		    (struct operation){.method = "get",
				       .path = "/search",
				       .id = "search",
				       .summary = "Full text over everything that one may see",
				       .parameters = json_pack(
					   "[{s:s,s:s,s:s,s:b,s:{s:s}},o]", "name", "q", "in", "query", "description",
					   "What to search for", "required", 1, "schema", "type", "string",
					   openapi_parameter("limit", "Hits",
							     json_pack("{s:s,s:i,s:i}", "type", "integer", "minimum", 1,
								       "maximum", 200))),
				       .success = "200",
				       .response = openapi_answer("Hits, newest activity first",
								  openapi_items(reference_to("SearchHit"), NULL, NULL)),
				       .refusals = "400 401 "});
	add_notices(writer);
	add_stream(writer);
}

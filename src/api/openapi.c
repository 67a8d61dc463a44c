/* The document itself: paths of every record type. */
#include "api/openapi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "insight/impact.h"
#include "insight/similar.h"

struct writer {
	struct arena *arena;
	json_t *paths;
	const struct type *type; /* at hand; NULL for operations without one */
	char collection[96];
};

/* --- pieces of an operation --- */

static json_t *answer(const char *description, json_t *schema)
{
	return json_pack("{s:s,s:{s:{s:o}}}", "description", description, "content", "application/json", "schema",
			 schema);
}

static json_t *items_of(json_t *schema, const char *extra, json_t *extra_schema)
{
	json_t *list = json_pack("{s:s,s:[s],s:{s:{s:s,s:o}},s:b}", "type", "object", "required", "items", "properties",
				 "items", "type", "array", "items", schema, "additionalProperties", 0);

	if (extra)
		json_object_set_new(json_object_get(list, "properties"), extra, extra_schema);
	return list;
}

static json_t *nullable_text(void)
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

struct operation {
	const char *method, *path, *id, *summary;
	json_t *parameters;    /* of the query; may be NULL */
	json_t *body;          /* schema; NULL: none */
	const char *body_type; /* NULL: application/json */
	bool body_optional;
	const char *success; /* "200" */
	json_t *response;    /* the whole response object */
	const char *refusals;
};

static json_t *query_parameter(const char *name, const char *description, json_t *schema)
{
	return json_pack("{s:s,s:s,s:s,s:b,s:o}", "name", name, "in", "query", "description", description, "required",
			 0, "schema", schema);
}

static json_t *text_schema(void)
{
	return json_pack("{s:s}", "type", "string");
}

static json_t *shape_parameters(void)
{
	return json_pack("[o,o]", query_parameter("fields", "Only these, separated by commas", text_schema()),
			 query_parameter("expand", "References to put in whole, separated by commas", text_schema()));
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

static void add(struct writer *writer, struct operation operation)
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

static json_t *record_answer(const struct type *type, const char *description)
{
	char name[96];
	json_t *response = answer(description, reference_to(openapi_name(type, "", name)));

	json_object_set_new(response, "headers",
			    json_pack("{s:{s:s,s:{s:s}}}", "ETag", "description", "The version, in quotes", "schema",
				      "type", "string"));
	return response;
}

static json_t *list_parameters(void)
{
	json_t *parameters = json_pack(
	    "[o,o,o,o,o,o,o]",
	    query_parameter("filter", "Expression, as in: priority <= P2 and state.phase != done", text_schema()),
	    query_parameter("sort", "Keys, separated by commas; - before a key turns it round", text_schema()),
	    query_parameter(
		"limit", "Items of a page",
		json_pack("{s:s,s:i,s:i,s:i}", "type", "integer", "minimum", 1, "maximum", 1000, "default", 50)),
	    query_parameter("after", "Cursor of the page before", text_schema()),
	    query_parameter("count", "Also the total", json_pack("{s:s}", "type", "boolean")),
	    query_parameter("as_of", "As it stood at this moment",
			    json_pack("{s:s,s:s}", "type", "string", "format", "date-time")),
	    query_parameter("q", "Full text", text_schema()));
	json_t *shape = shape_parameters();

	json_array_extend(parameters, shape);
	json_decref(shape);
	return parameters;
}

static json_t *idempotency(void)
{
	return json_pack("{s:s,s:s,s:s,s:b,s:{s:s}}", "name", "Idempotency-Key", "in", "header", "description",
			 "The same key with the same content is done once", "required", 0, "schema", "type", "string");
}

static json_t *if_match(void)
{
	return json_pack("{s:s,s:s,s:s,s:b,s:{s:s}}", "name", "If-Match", "in", "header", "description",
			 "Refused unless the record still has this version", "required", 0, "schema", "type", "string");
}

static json_t *with(json_t *parameters, json_t *one)
{
	json_array_append_new(parameters, one);
	return parameters;
}

static json_t *list_schema(const char *schema)
{
	json_t *list = items_of(reference_to(schema), "next", nullable_text());

	json_object_set_new(json_object_get(list, "properties"), "total", json_pack("{s:s}", "type", "integer"));
	return list;
}

/* Fields as for creating, and what a bulk item may say besides. */
static json_t *bulk_schema(const struct type *type)
{
	json_t *item = schema_of_change(type), *properties = json_object_get(item, "properties");

	json_object_set_new(
	    properties, "number",
	    json_pack("{s:s,s:s}", "type", "string", "description", "Changes this record instead of making one"));
	json_object_set_new(
	    properties, "version",
	    json_pack("{s:s,s:s}", "type", "integer", "description", "Refused unless the record still has it"));
	json_object_set_new(properties, "transition",
			    json_pack("{s:s,s:s}", "type", "string", "description", "The transition to take"));
	return json_pack("{s:s,s:[s],s:{s:{s:s,s:i,s:i,s:o}},s:b}", "type", "object", "required", "items", "properties",
			 "items", "type", "array", "minItems", 1, "maxItems", 1000, "items", item,
			 "additionalProperties", 0);
}

static void add_collection(struct writer *writer)
{
	char name[96], create[96], change[96];
	const struct type *type = writer->type;

	openapi_name(type, "", name);
	openapi_name(type, "Create", create);
	openapi_name(type, "Change", change);
	add(writer, (struct operation){.method = "get",
				       .path = "",
				       .id = "list",
				       .summary = "List, filter, sort and search",
				       .parameters = list_parameters(),
				       .success = "200",
				       .response = answer("A page", list_schema(name)),
				       .refusals = "400 401 404 "});
	add(writer, (struct operation){.method = "post",
				       .path = "",
				       .id = "create",
				       .summary = "Create",
				       .parameters = with(shape_parameters(), idempotency()),
				       .body = reference_to(create),
				       .success = "201",
				       .response = record_answer(type, "What was made; Location tells where"),
				       .refusals = "400 401 403 404 409 413 422 "});
	add(writer,
	    (struct operation){.method = "post",
			       .path = "/bulk",
			       .id = "bulk",
			       .summary = "Create, change and move many, all or none",
			       .parameters = with(shape_parameters(), idempotency()),
			       .body = bulk_schema(type),
			       .success = "200",
			       .response = answer("The records, in order", items_of(reference_to(name), NULL, NULL)),
			       .refusals = "400 401 403 404 409 412 413 422 "});
	add(writer, (struct operation){
			.method = "get",
			.path = "/{number}",
			.id = "get",
			.summary = "Read one",
			.parameters = with(shape_parameters(), query_parameter("as_of", "As it stood at this moment",
									       json_pack("{s:s,s:s}", "type", "string",
											 "format", "date-time"))),
			.success = "200",
			.response = record_answer(type, "The record"),
			.refusals = "400 401 404 "});
	add(writer, (struct operation){.method = "patch",
				       .path = "/{number}",
				       .id = "change",
				       .summary = "Change fields",
				       .parameters = with(shape_parameters(), if_match()),
				       .body = reference_to(change),
				       .success = "200",
				       .response = record_answer(type, "The record as it is now"),
				       .refusals = "400 401 403 404 409 412 422 "});
}

static json_t *few(void)
{
	return query_parameter(
	    "limit", "Items of each type",
	    json_pack("{s:s,s:i,s:i,s:i}", "type", "integer", "minimum", 1, "maximum", 50, "default", 5));
}

static void add_suggestions(struct writer *writer)
{
	const struct type *type = writer->type;
	json_t *parameters = json_pack("[o]", few());

	for (size_t i = 0; i < type->field_count; i++)
		if (similar_looks_at(type, type->fields[i]))
			json_array_append_new(parameters, json_pack("{s:o,s:s,s:s,s:b,s:{s:s}}", "name",
								    json_of_text(type->fields[i]->name), "in", "query",
								    "description", "As in the record", "required", 0,
								    "schema", "type", "string"));
	add(writer, (struct operation){
			.method = "get",
			.path = "/similar",
			.id = "similar_to_new_",
			.summary = "What is already known about what is being written",
			.parameters = parameters,
			.success = "200",
			.response = answer("Most alike first, by type", items_of(reference_to("Similar"), NULL, NULL)),
			.refusals = "400 401 404 422 "});
	add(writer, (struct operation){
			.method = "get",
			.path = "/{number}/similar",
			.id = "similar_to_",
			.summary = "What is already known about this record",
			.parameters = json_pack("[o]", few()),
			.success = "200",
			.response = answer("Most alike first, by type", items_of(reference_to("Similar"), NULL, NULL)),
			.refusals = "400 401 404 "});
}

static void add_impact(struct writer *writer)
{
	const struct field *items, *service;
	json_t *parameters = json_array();

	if (!impact_of_type(writer->type, &items, &service)) {
		json_decref(parameters);
		return;
	}
	if (items)
		json_array_append_new(parameters, query_parameter(str_c(writer->arena, items->name),
								  "Numbers, separated by commas", text_schema()));
	if (service)
		json_array_append_new(parameters,
				      query_parameter(str_c(writer->arena, service->name), "A number", text_schema()));
	add(writer, (struct operation){.method = "get",
				       .path = "/impact",
				       .id = "impact_of_new_",
				       .summary = "What fails with what is being written about",
				       .parameters = parameters,
				       .success = "200",
				       .response = answer("What depends on it", reference_to("Impact")),
				       .refusals = "400 401 403 404 422 "});
	add(writer, (struct operation){.method = "get",
				       .path = "/{number}/impact",
				       .id = "impact_of_",
				       .summary = "What fails with this",
				       .success = "200",
				       .response = answer("What depends on it", reference_to("Impact")),
				       .refusals = "400 401 403 404 "});
}

static void add_transitions(struct writer *writer)
{
	for (size_t i = 0; i < writer->type->transition_count; i++) {
		const struct transition *transition = writer->type->transitions[i];
		char path[120], id[80], summary[160];

		snprintf(path, sizeof(path), "/{number}/transitions/%.*s", STR_ARG(transition->name));
		snprintf(id, sizeof(id), "take_%.*s_", STR_ARG(transition->name));
		snprintf(summary, sizeof(summary), "%.*s", STR_ARG(transition->label.text[ENGLISH]));
		add(writer, (struct operation){.method = "post",
					       .path = path,
					       .id = id,
					       .summary = summary,
					       .parameters = with(with(shape_parameters(), if_match()), idempotency()),
					       .body = schema_of_transition(writer->type, transition),
					       .body_optional = true,
					       .success = "200",
					       .response = record_answer(writer->type, "The record as it is now"),
					       .refusals = "400 401 403 404 409 412 422 "});
	}
}

static json_t *binary_answer(void)
{
	return json_pack("{s:s,s:{s:{s:{s:s}}}}", "description", "The file's bytes", "content",
			 "application/octet-stream", "schema", "type", "string");
}

static json_t *upload_schema(void)
{
	return json_pack("{s:s,s:[s],s:{s:{s:s,s:s},s:{s:s}}}", "type", "object", "required", "file", "properties",
			 "file", "type", "string", "contentMediaType", "application/octet-stream", "public", "type",
			 "boolean");
}

static void add_files(struct writer *writer)
{
	add(writer, (struct operation){.method = "post",
				       .path = "/{number}/attachments",
				       .id = "attach_",
				       .summary = "Add files",
				       .parameters = json_pack("[o]", idempotency()),
				       .body = upload_schema(),
				       .body_type = "multipart/form-data",
				       .success = "201",
				       .response = answer("The files that were added",
							  items_of(reference_to("Attachment"), NULL, NULL)),
				       .refusals = "400 401 403 404 409 413 422 "});
	add(writer, (struct operation){.method = "get",
				       .path = "/{number}/attachments/{attachment}",
				       .id = "download_",
				       .summary = "A file's content",
				       .success = "200",
				       .response = binary_answer(),
				       .refusals = "400 401 404 "});
}

static json_t *timeline_item(void)
{
	return json_pack("{s:s,s:[s,s],s:b,s:{s:o,s:o}}", "type", "object", "required", "record", "event",
			 "additionalProperties", 0, "properties", "record", text_schema(), "event",
			 reference_to("Event"));
}

static void add_pages(struct writer *writer, const char *path, const char *id, const char *summary, json_t *item)
{
	add(writer, (struct operation){
			.method = "get",
			.path = path,
			.id = id,
			.summary = summary,
			.parameters = json_pack("[o,o]",
						query_parameter("limit", "Items of a page",
								json_pack("{s:s,s:i,s:i}", "type", "integer", "minimum",
									  1, "maximum", 1000)),
						query_parameter("after", "Cursor of the page before", text_schema())),
			.success = "200",
			.response = answer("A page", items_of(item, "next", nullable_text())),
			.refusals = "400 401 404 "});
}

static void add_parts(struct writer *writer)
{
	const struct {
		const char *path, *id, *summary, *schema;
	} lists[] = {{"/{number}/comments", "list_comments_", "Comments, newest first", "Comment"},
		     {"/{number}/links", "list_links_", "Links both ways", "Link"},
		     {"/{number}/attachments", "list_attachments_", "Files", "Attachment"},
		     {"/{number}/clocks", "list_clocks_", "Service level clocks, evaluated now", "Clock"}};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		add(writer,
		    (struct operation){
			.method = "get",
			.path = lists[i].path,
			.id = lists[i].id,
			.summary = lists[i].summary,
			.parameters = i == 1 ? json_pack("[o]", query_parameter("as_of", "As it stood at this moment",
										json_pack("{s:s,s:s}", "type", "string",
											  "format", "date-time")))
					     : NULL,
			.success = "200",
			.response = answer("All of them", items_of(reference_to(lists[i].schema), NULL, NULL)),
			.refusals = "400 401 404 "});
	add_pages(writer, "/{number}/history", "list_history_", "Everything that happened, newest first",
		  reference_to("Event"));
	add_pages(writer, "/{number}/timeline", "list_timeline_",
		  "Everything that happened to it and to what came of it, newest first", timeline_item());
	add(writer, (struct operation){.method = "post",
				       .path = "/{number}/comments",
				       .id = "comment_",
				       .summary = "Comment",
				       .parameters = json_pack("[o]", idempotency()),
				       .body = reference_to("NewComment"),
				       .success = "201",
				       .response = answer("The comment", reference_to("Comment")),
				       .refusals = "400 401 403 404 409 422 "});
	add(writer, (struct operation){.method = "post",
				       .path = "/{number}/links",
				       .id = "link_",
				       .summary = "Link to another record",
				       .parameters = json_pack("[o]", idempotency()),
				       .body = reference_to("NewLink"),
				       .success = "200",
				       .response = answer("All links", items_of(reference_to("Link"), NULL, NULL)),
				       .refusals = "400 401 403 404 409 422 "});
	add(writer, (struct operation){
			.method = "delete",
			.path = "/{number}/links/{name}/{other}",
			.id = "unlink_",
			.summary = "Remove a link",
			.success = "200",
			.response = answer("The links that are left", items_of(reference_to("Link"), NULL, NULL)),
			.refusals = "400 401 403 404 409 422 "});
	add_files(writer);
}

static void add_watchers(struct writer *writer)
{
	const struct {
		const char *method, *id, *summary, *refusals;
	} operations[] = {{"get", "list_watchers_", "Who watches", "400 401 404 "},
			  {"post", "watch_", "Watch it", "400 401 403 404 409 "},
			  {"delete", "unwatch_", "Stop watching it", "400 401 403 404 409 "}};

	for (size_t i = 0; i < 3; i++)
		add(writer, (struct operation){.method = operations[i].method,
					       .path = "/{number}/watchers",
					       .id = operations[i].id,
					       .summary = operations[i].summary,
					       .success = "200",
					       .response = answer("Accounts", items_of(text_schema(), NULL, NULL)),
					       .refusals = operations[i].refusals});
}

/* --- the whole --- */

static void add_about(struct writer *writer)
{
	writer->type = NULL;
	add(writer, (struct operation){.method = "get",
				       .path = "/me",
				       .id = "me",
				       .summary = "Who is asking",
				       .success = "200",
				       .response = answer("The person", reference_to("Me")),
				       .refusals = "400 401 "});
	add(writer, (struct operation){
			.method = "get",
			.path = "/conformity",
			.id = "conformity",
			.summary = "Every demand of the standard, how it stands, and where its evidence is",
			.parameters = json_pack(
			    "[o,o]", query_parameter("clause", "Only this clause and those below it", text_schema()),
			    query_parameter("state", "Only those in this state",
					    json_pack("{s:s,s:[s,s,s,s,s]}", "type", "string", "enum", "not_built",
						      "judgement", "met", "attention", "gap"))),
			.success = "200",
			.response = answer("The demands, in the order of the standard",
					   items_of(reference_to("Demand"), NULL, NULL)),
			.refusals = "400 401 403 "});
	add(writer,
	    (struct operation){
		.method = "get",
		.path = "/search",
		.id = "search",
		.summary = "Full text over everything that one may see",
		.parameters = json_pack(
		    "[{s:s,s:s,s:s,s:b,s:{s:s}},o]", "name", "q", "in", "query", "description", "What to search for",
		    "required", 1, "schema", "type", "string",
		    query_parameter("limit", "Hits",
				    json_pack("{s:s,s:i,s:i}", "type", "integer", "minimum", 1, "maximum", 200))),
		.success = "200",
		.response = answer("Hits, newest activity first", items_of(reference_to("SearchHit"), NULL, NULL)),
		.refusals = "400 401 "});
}

static void add_notices(struct writer *writer)
{
	json_t *flag = json_pack("{s:s}", "type", "boolean"),
	       *limit = json_pack("{s:s,s:i,s:i}", "type", "integer", "minimum", 1, "maximum", 200),
	       *up_to = json_pack("{s:s,s:i}", "type", "integer", "minimum", 1);

	add(writer, (struct operation){
			.method = "get",
			.path = "/notices",
			.id = "list_notices",
			.summary = "What the program told the person who asks, newest first",
			.parameters = json_pack("[o,o,o]", query_parameter("unread", "Only what is not read yet", flag),
						query_parameter("limit", "Notices", limit),
						query_parameter("after", "Cursor of the page before", text_schema())),
			.success = "200",
			.response = answer("Notices", items_of(reference_to("Notice"), "next", nullable_text())),
			.refusals = "400 401 "});
	add(writer, (struct operation){
			.method = "post",
			.path = "/notices/read",
			.id = "read_notices",
			.summary = "Mark all notices as read, or all up to one",
			.parameters = json_pack("[o]", query_parameter("up_to", "The newest one to be marked", up_to)),
			.success = "200",
			.response = answer("How many are left", reference_to("Unread")),
			.refusals = "400 401 403 "});
	add(writer, (struct operation){.method = "post",
				       .path = "/notices/{notice}/read",
				       .id = "read_notice",
				       .summary = "Mark a notice as read",
				       .success = "200",
				       .response = answer("How many are left", reference_to("Unread")),
				       .refusals = "400 401 403 404 "});
}

static json_t *refusal_responses(void)
{
	const struct {
		const char *name, *description;
	} refusals[] = {{"E400", "It cannot be understood: malformed, or an unknown parameter, field or expression"},
			{"E401", "Nobody is signed in"},
			{"E403", "Not allowed"},
			{"E404", "Does not exist, or may not be seen"},
			{"E408", "The request was not complete in time"},
			{"E409", "The state of the record forbids it"},
			{"E412", "Somebody else changed it first"},
			{"E413", "Too large"},
			{"E422", "A value is wrong or missing"},
			{"E429", "Too many failed attempts, or too many connections of one address"},
			{"E503", "The server or its database does not answer at the moment"}};
	json_t *responses = json_object();

	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		json_object_set_new(responses, refusals[i].name,
				    json_pack("{s:s,s:{s:{s:o}}}", "description", refusals[i].description, "content",
					      "application/problem+json", "schema", reference_to("ProblemDetails")));
	for (size_t i = 0; i < 2; i++)
		json_object_set_new(json_object_get(responses, i ? "E429" : "E503"), "headers",
				    json_pack("{s:{s:s,s:{s:s}}}", "Retry-After", "description",
					      "Seconds after which to try again", "schema", "type", "integer"));
	return responses;
}

static void add_type_schemas(json_t *schemas, const struct type *type)
{
	char name[96];

	json_object_set_new(schemas, openapi_name(type, "", name), schema_of_record(type));
	json_object_set_new(schemas, openapi_name(type, "Create", name), schema_of_create(type));
	json_object_set_new(schemas, openapi_name(type, "Change", name), schema_of_change(type));
}

static void add_type(struct writer *writer, const struct type *type, json_t *tags)
{
	writer->type = type;
	snprintf(writer->collection, sizeof(writer->collection), "%.*s", STR_ARG(type->collection));
	add_collection(writer);
	if (type->suggestion_count)
		add_suggestions(writer);
	add_impact(writer);
	add_transitions(writer);
	add_parts(writer);
	add_watchers(writer);
	json_array_append_new(tags, json_pack("{s:s,s:o}", "name", writer->collection, "description",
					      json_of_text(type->plural.text[ENGLISH])));
}

static bool has_money(const struct model *model)
{
	for (size_t i = 0; i < model->type_count; i++)
		for (size_t f = 0; f < model->types[i]->field_count; f++) {
			const struct field *field = model->types[i]->fields[f];

			if (field->value == VALUE_MONEY)
				return true;
			for (size_t c = 0; c < field->column_count; c++)
				if (field->columns[c]->value == VALUE_MONEY)
					return true;
		}
	return false;
}

struct str api_openapi(struct arena *arena, const struct model *model, const char *version)
{
	struct writer writer = {.arena = arena, .paths = json_object()};
	json_t *schemas = common_schemas(),
	       *tags = json_pack("[{s:s,s:s}]", "name", "about", "description", "Who asks, and what there is"),
	       *document;
	struct str text;
	char *dump;

	for (size_t i = 0; i < model->type_count; i++) {
		add_type_schemas(schemas, model->types[i]);
		add_type(&writer, model->types[i], tags);
	}
	add_about(&writer);
	add_notices(&writer);
	if (!has_money(model))
		json_object_del(schemas, "Money");
	document = json_pack("{s:s,s:{s:s,s:s,s:s,s:{s:s,s:s},s:{s:s,s:s}},s:[{s:s}],s:[{s:[]}],s:o,s:o,s:{s:o,s:o,s:{"
			     "s:{s:s,s:s,s:s}}}}",
			     "openapi", "3.1.0", "info", "title", "Kaname", "version", version, "description",
			     "A service management system. Generated from the declared processes.", "contact", "name",
			     "Kaname", "url", "https://kaname.invalid/", "license", "name", "AGPL-3.0-or-later",
			     "identifier", "AGPL-3.0-or-later", "servers", "url", "/", "security", "token", "tags",
			     tags, "paths", writer.paths, "components", "schemas", schemas, "responses",
			     refusal_responses(), "securitySchemes", "token", "type", "http", "scheme", "bearer",
			     "description", "kaname token create");
	dump = json_dumps(document, JSON_COMPACT);
	text = str_dup(arena, str_of(dump ? dump : "{}"));
	free(dump);
	json_decref(document);
	return text;
}

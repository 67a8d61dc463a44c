/* The document itself: paths of every record type. */
#include "api/openapi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "insight/impact.h"
#include "insight/similar.h"

static json_t *shape_parameters(void)
{
	return json_pack(
	    "[o,o]", openapi_parameter("fields", "Only these, separated by commas", openapi_text()),
	    openapi_parameter("expand", "References to put in whole, separated by commas", openapi_text()));
}

static json_t *record_answer(const struct type *type, const char *description)
{
	char name[96];
	json_t *response = openapi_answer(description, reference_to(openapi_name(type, "", name)));

	json_object_set_new(response, "headers",
			    json_pack("{s:{s:s,s:{s:s}}}", "ETag", "description", "The version, in quotes", "schema",
				      "type", "string"));
	return response;
}

static json_t *list_parameters(void)
{
	json_t *parameters = json_pack(
	    "[o,o,o,o,o,o,o]",
	    openapi_parameter("filter", "Expression, as in: priority <= P2 and state.phase != done", openapi_text()),
	    openapi_parameter("sort", "Keys, separated by commas; - before a key turns it round", openapi_text()),
	    openapi_parameter(
		"limit", "Items of a page",
		json_pack("{s:s,s:i,s:i,s:i}", "type", "integer", "minimum", 1, "maximum", 1000, "default", 50)),
	    openapi_parameter("after", "Cursor of the page before", openapi_text()),
	    openapi_parameter("count", "Also the total", json_pack("{s:s}", "type", "boolean")),
	    openapi_parameter("as_of", "As it stood at this moment",
			      json_pack("{s:s,s:s}", "type", "string", "format", "date-time")),
	    openapi_parameter("q", "Full text", openapi_text()));
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
	json_t *list = openapi_items(reference_to(schema), "next", openapi_nullable_text());

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

static void add_create(struct writer *writer)
{
	char create[96];

	openapi_name(writer->type, "Create", create);
	openapi_add(writer,
		    (struct operation){.method = "post",
				       .path = "",
				       .id = "create",
				       .summary = "Create",
				       .parameters = with(shape_parameters(), idempotency()),
				       .body = reference_to(create),
				       .success = "201",
				       .response = record_answer(writer->type, "What was made; Location tells where"),
				       .refusals = "400 401 403 404 409 413 422 "});
}

static void add_collection(struct writer *writer)
{
	char name[96], change[96];
	const struct type *type = writer->type;

	openapi_name(type, "", name);
	openapi_name(type, "Change", change);
	openapi_add(writer, (struct operation){.method = "get",
					       .path = "",
					       .id = "list",
					       .summary = "List, filter, sort and search",
					       .parameters = list_parameters(),
					       .success = "200",
					       .response = openapi_answer("A page", list_schema(name)),
					       .refusals = "400 401 404 "});
	if (!access_for_nobody(type, ACCESS_CREATE))
		add_create(writer);
	openapi_add(writer,
		    (struct operation){.method = "post",
				       .path = "/bulk",
				       .id = "bulk",
				       .summary = "Create, change and move many, all or none",
				       .parameters = with(shape_parameters(), idempotency()),
				       .body = bulk_schema(type),
				       .success = "200",
				       .response = openapi_answer("The records, in order",
								  openapi_items(reference_to(name), NULL, NULL)),
				       .refusals = "400 401 403 404 409 412 413 422 "});
	openapi_add(writer,
		    (struct operation){.method = "get",
				       .path = "/{number}",
				       .id = "get",
				       .summary = "Read one",
				       .parameters = with(shape_parameters(),
							  openapi_parameter("as_of", "As it stood at this moment",
									    json_pack("{s:s,s:s}", "type", "string",
										      "format", "date-time"))),
				       .success = "200",
				       .response = record_answer(type, "The record"),
				       .refusals = "400 401 404 "});
	openapi_add(writer, (struct operation){.method = "patch",
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
	return openapi_parameter(
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
	openapi_add(writer,
		    (struct operation){.method = "get",
				       .path = "/similar",
				       .id = "similar_to_new_",
				       .summary = "What is already known about what is being written",
				       .parameters = parameters,
				       .success = "200",
				       .response = openapi_answer("Most alike first, by type",
								  openapi_items(reference_to("Similar"), NULL, NULL)),
				       .refusals = "400 401 404 422 "});
	openapi_add(writer,
		    (struct operation){.method = "get",
				       .path = "/{number}/similar",
				       .id = "similar_to_",
				       .summary = "What is already known about this record",
				       .parameters = json_pack("[o]", few()),
				       .success = "200",
				       .response = openapi_answer("Most alike first, by type",
								  openapi_items(reference_to("Similar"), NULL, NULL)),
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
		json_array_append_new(parameters, openapi_parameter(str_c(writer->arena, items->name),
								    "Numbers, separated by commas", openapi_text()));
	if (service)
		json_array_append_new(
		    parameters, openapi_parameter(str_c(writer->arena, service->name), "A number", openapi_text()));
	openapi_add(writer, (struct operation){.method = "get",
					       .path = "/impact",
					       .id = "impact_of_new_",
					       .summary = "What fails with what is being written about",
					       .parameters = parameters,
					       .success = "200",
					       .response = openapi_answer("What depends on it", reference_to("Impact")),
					       .refusals = "400 401 403 404 422 "});
	openapi_add(writer, (struct operation){.method = "get",
					       .path = "/{number}/impact",
					       .id = "impact_of_",
					       .summary = "What fails with this",
					       .success = "200",
					       .response = openapi_answer("What depends on it", reference_to("Impact")),
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
		openapi_add(writer,
			    (struct operation){.method = "post",
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
	openapi_add(writer, (struct operation){
				.method = "post",
				.path = "/{number}/attachments",
				.id = "attach_",
				.summary = "Add files",
				.parameters = json_pack("[o]", idempotency()),
				.body = upload_schema(),
				.body_type = "multipart/form-data",
				.success = "201",
				.response = openapi_answer("The files that were added",
							   openapi_items(reference_to("Attachment"), NULL, NULL)),
				.refusals = "400 401 403 404 409 413 422 "});
	openapi_add(writer, (struct operation){.method = "get",
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
			 "additionalProperties", 0, "properties", "record", openapi_text(), "event",
			 reference_to("Event"));
}

static void add_pages(struct writer *writer, const char *path, const char *id, const char *summary, int most,
		      json_t *item)
{
	openapi_add(
	    writer,
	    (struct operation){
		.method = "get",
		.path = path,
		.id = id,
		.summary = summary,
		.parameters = json_pack(
		    "[o,o]",
		    openapi_parameter("limit", "Items of a page",
				      json_pack("{s:s,s:i,s:i}", "type", "integer", "minimum", 1, "maximum", most)),
		    openapi_parameter("after", "Cursor of the page before", openapi_text())),
		.success = "200",
		.response = openapi_answer("A page", openapi_items(item, "next", openapi_nullable_text())),
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
		openapi_add(writer,
			    (struct operation){
				.method = "get",
				.path = lists[i].path,
				.id = lists[i].id,
				.summary = lists[i].summary,
				.parameters =
				    i == 1 ? json_pack("[o]", openapi_parameter("as_of", "As it stood at this moment",
										json_pack("{s:s,s:s}", "type", "string",
											  "format", "date-time")))
					   : NULL,
				.success = "200",
				.response = openapi_answer("All of them",
							   openapi_items(reference_to(lists[i].schema), NULL, NULL)),
				.refusals = "400 401 404 "});
	openapi_add(writer, (struct operation){
				.method = "get",
				.path = "/{number}/compare",
				.id = "compare_",
				.summary = "What differs from another record of its kind",
				.parameters = json_pack("[o]", openapi_parameter("with", "Its number", openapi_text())),
				.success = "200",
				.response = openapi_answer("What differs", reference_to("Comparison")),
				.refusals = "400 401 404 422 "});
	add_pages(writer, "/{number}/history", "list_history_", "Everything that happened, newest first", 1000,
		  reference_to("Event"));
	add_pages(writer, "/{number}/timeline", "list_timeline_",
		  "Everything that happened to it and to what came of it, newest first", 1000, timeline_item());
	add_pages(writer, "/{number}/mails", "list_mails_of_",
		  "What came in and went out by mail about it, newest first", 100, reference_to("MailTold"));
	openapi_add(writer, (struct operation){.method = "post",
					       .path = "/{number}/comments",
					       .id = "comment_",
					       .summary = "Comment",
					       .parameters = json_pack("[o]", idempotency()),
					       .body = reference_to("NewComment"),
					       .success = "201",
					       .response = openapi_answer("The comment", reference_to("Comment")),
					       .refusals = "400 401 403 404 409 422 "});
	openapi_add(writer, (struct operation){.method = "post",
					       .path = "/{number}/links",
					       .id = "link_",
					       .summary = "Link to another record",
					       .parameters = json_pack("[o]", idempotency()),
					       .body = reference_to("NewLink"),
					       .success = "200",
					       .response = openapi_answer(
						   "All links", openapi_items(reference_to("Link"), NULL, NULL)),
					       .refusals = "400 401 403 404 409 422 "});
	openapi_add(writer,
		    (struct operation){.method = "delete",
				       .path = "/{number}/links/{name}/{other}",
				       .id = "unlink_",
				       .summary = "Remove a link",
				       .success = "200",
				       .response = openapi_answer("The links that are left",
								  openapi_items(reference_to("Link"), NULL, NULL)),
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
		openapi_add(writer, (struct operation){.method = operations[i].method,
						       .path = "/{number}/watchers",
						       .id = operations[i].id,
						       .summary = operations[i].summary,
						       .success = "200",
						       .response = openapi_answer(
							   "Accounts", openapi_items(openapi_text(), NULL, NULL)),
						       .refusals = operations[i].refusals});
}

/* --- the whole --- */

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
	if (type->acts_as == ACTS_ALERT_SOURCE)
		openapi_intake(writer);
	if (type->acts_as == ACTS_WEBHOOK)
		openapi_webhook(writer);
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
	openapi_about(&writer);
	openapi_add_insights(writer.paths, schemas);
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

/* Schemas of record types and of what surrounds them. */
#include "api/openapi.h"

#include <stdio.h>

json_t *json_of_text(struct str text)
{
	return json_stringn(text.p ? text.p : "", text.n);
}

char *openapi_name(const struct type *type, const char *suffix, char out[96])
{
	size_t n = 0;
	bool upper = true;

	for (size_t i = 0; i < type->name.n && n < 60; i++) {
		char c = type->name.p[i];

		if (c == '_') {
			upper = true;
			continue;
		}
		out[n++] = upper && c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
		upper = false;
	}
	snprintf(out + n, 96 - n, "%s", suffix);
	return out;
}

json_t *reference_to(const char *schema)
{
	char path[160];

	snprintf(path, sizeof(path), "#/components/schemas/%s", schema);
	return json_pack("{s:s}", "$ref", path);
}

/* --- fields --- */

static json_t *codes_of(const struct field *field, bool nullable)
{
	json_t *codes = json_array();

	for (size_t i = 0; field->choices && i < field->choices->count; i++)
		json_array_append_new(codes, json_of_text(field->choices->choices[i].code));
	if (nullable)
		json_array_append_new(codes, json_null());
	return codes;
}

static json_t *plain(const char *type, const char *format, bool nullable)
{
	json_t *schema = nullable ? json_pack("{s:[s,s]}", "type", type, "null") : json_pack("{s:s}", "type", type);

	if (format)
		json_object_set_new(schema, "format", json_string(format));
	return schema;
}

static json_t *schema_of_value(const struct field *field, bool nullable, bool input)
{
	json_t *schema;

	switch (field->value) {
	case VALUE_BOOLEAN:
		return plain("boolean", NULL, nullable);
	case VALUE_INTEGER:
		return plain("integer", "int64", nullable);
	case VALUE_DECIMAL:
		schema = plain("string", NULL, nullable);
		json_object_set_new(schema, "pattern", json_string("^-?[0-9]+([.][0-9]{1,6})?$"));
		return schema;
	case VALUE_MONEY:
		return nullable ? json_pack("{s:[{s:s},{s:s}]}", "anyOf", "$ref", "#/components/schemas/Money", "type",
					    "null")
				: reference_to("Money");
	case VALUE_CHOICE:
		schema = plain("string", NULL, nullable);
		json_object_set_new(schema, "enum", codes_of(field, nullable));
		return schema;
	case VALUE_DATE:
		return plain("string", "date", nullable);
	case VALUE_TIME:
		return plain("string", "date-time", nullable);
	case VALUE_DURATION:
		return plain("string", "duration", nullable);
	case VALUE_LIST:
		return json_pack("{s:s,s:{s:s}}", "type", "array", "items", "type", "string");
	case VALUE_ROWS: {
		json_t *columns = json_object();

		for (size_t i = 0; i < field->column_count; i++)
			json_object_setn_new(columns, field->columns[i]->name.p, field->columns[i]->name.n,
					     schema_of_value(field->columns[i], true, input));
		return json_pack("{s:s,s:{s:s,s:o,s:b}}", "type", "array", "items", "type", "object", "properties",
				 columns, "additionalProperties", 0);
	}
	default:
		schema = plain("string", NULL, nullable);
		if (input && field->value == VALUE_TEXT && field->has_most)
			json_object_set_new(schema, "maxLength", json_integer(field->most));
		return schema;
	}
}

static json_t *described(json_t *schema, const struct field *field)
{
	char text[512];
	struct str label = field->label.text[ENGLISH], help = field->help.text[ENGLISH];

	if (json_object_get(schema, "$ref"))
		return schema;
	snprintf(text, sizeof(text), "%.*s%s%.*s%s%.*s", STR_ARG(label), help.n ? ". " : "", STR_ARG(help),
		 field->to ? ". Number of a record: " : "",
		 STR_ARG(field->to ? field->to->label.text[ENGLISH] : S("")));
	json_object_set_new(schema, "description", json_string(text));
	if (field->to) /* for programs: the collection that the numbers are of */
		json_object_set_new(schema, "x-refers-to", json_of_text(field->to->collection));
	return schema;
}

/* An expanded reference is the other record as an object, or null when it may not be seen. */
json_t *schema_of_field(const struct field *field)
{
	if (field->value == VALUE_RECORD)
		return described(json_pack("{s:[s,s,s]}", "type", "string", "object", "null"), field);
	if (field->value == VALUE_LIST)
		return described(
		    json_pack("{s:s,s:{s:[s,s,s]}}", "type", "array", "items", "type", "string", "object", "null"),
		    field);
	return described(schema_of_value(field, true, false), field);
}

json_t *schema_of_input(const struct field *field)
{
	return described(schema_of_value(field, true, true), field);
}

/* --- records --- */

static void put(json_t *properties, struct str name, json_t *schema)
{
	json_object_setn_new(properties, name.p, name.n, schema);
}

static json_t *states_of(const struct type *type)
{
	json_t *names = json_array();

	for (size_t i = 0; i < type->state_count; i++)
		json_array_append_new(names, json_of_text(type->states[i]->name));
	return json_pack("{s:s,s:o}", "type", "string", "enum", names);
}

json_t *schema_of_record(const struct type *type)
{
	json_t *properties = json_object();

	put(properties, S("number"),
	    json_pack("{s:s,s:s}", "type", "string", "description", "What people call the record by"));
	if (type->state_count)
		put(properties, S("state"), states_of(type));
	put(properties, S("version"),
	    json_pack("{s:s,s:i,s:s}", "type", "integer", "minimum", 1, "description", "Counts the edits; the ETag"));
	put(properties, S("created_at"), plain("string", "date-time", false));
	put(properties, S("updated_at"), plain("string", "date-time", false));
	put(properties, S("created_by"), plain("string", NULL, true));
	put(properties, S("updated_by"), plain("string", NULL, true));
	for (size_t i = 0; i < type->field_count; i++)
		put(properties, type->fields[i]->name, schema_of_field(type->fields[i]));
	put(properties, S("erased"),
	    json_pack("{s:s,s:{s:s},s:s}", "type", "array", "items", "type", "string", "description",
		      "Fields that are empty because what they held was erased; absent when there are none"));
	return json_pack("{s:s,s:o,s:b}", "type", "object", "properties", properties, "additionalProperties", 0);
}

static bool is_settable(const struct field *field)
{
	return !field->internal && field->kind != FIELD_COMPUTED;
}

static void put_comment(json_t *properties)
{
	put(properties, S("comment"),
	    json_pack("{s:s,s:s}", "type", "string", "description", "Markdown, put into the timeline with this edit"));
	put(properties, S("public"),
	    json_pack("{s:s,s:s}", "type", "boolean", "description", "Whether the customer sees the comment"));
}

json_t *schema_of_change(const struct type *type)
{
	json_t *properties = json_object();

	for (size_t i = 0; i < type->field_count; i++)
		if (is_settable(type->fields[i]))
			put(properties, type->fields[i]->name, schema_of_input(type->fields[i]));
	put_comment(properties);
	return json_pack("{s:s,s:o,s:b}", "type", "object", "properties", properties, "additionalProperties", 0);
}

json_t *schema_of_create(const struct type *type)
{
	json_t *schema = schema_of_change(type), *required = json_array();

	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];

		if (field->required && is_settable(field) && value_is_empty(field->preset) && !field->preset_now &&
		    !field->derived.n && !field->derived_by.n)
			json_array_append_new(required, json_of_text(field->name));
	}
	if (json_array_size(required))
		json_object_set(schema, "required", required);
	json_decref(required);
	return schema;
}

json_t *schema_of_transition(const struct type *type, const struct transition *transition)
{
	json_t *schema = schema_of_change(type), *required = json_array();
	char text[256];

	for (size_t i = 0; i < transition->requires_count; i++)
		if (transition->requires[i].comment)
			json_array_append_new(required, json_string("comment"));
	if (json_array_size(required))
		json_object_set(schema, "required", required);
	json_decref(required);
	if (transition->to)
		snprintf(text, sizeof(text), "%.*s: to state %.*s", STR_ARG(transition->label.text[ENGLISH]),
			 STR_ARG(transition->to->name));
	else
		snprintf(text, sizeof(text), "%.*s", STR_ARG(transition->label.text[ENGLISH]));
	json_object_set_new(schema, "description", json_string(text));
	return schema;
}

/* --- what every type shares --- */

static const char common_text[] =
    "{"
    "\"Money\":{\"type\":\"object\",\"required\":[\"amount\",\"currency\"],\"additionalProperties\":false,"
    "\"properties\":{"
    "\"amount\":{\"type\":\"string\"},\"currency\":{\"type\":\"string\",\"minLength\":3,\"maxLength\":3}}},"
    "\"ProblemDetails\":{\"type\":\"object\",\"description\":\"RFC "
    "9457\",\"required\":[\"title\",\"status\"],\"properties\":{"
    "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},\"detail\":{"
    "\"type\":\"string\"},"
    "\"request\":{\"type\":\"string\",\"description\":\"The name of the request, as in X-Request-Id and in the "
    "log.\"},"
    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"field\",\"code\",\"message\"],"
    "\"properties\":{"
    "\"field\":{\"type\":\"string\"},\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"}}}}}},"
    "\"Comment\":{\"type\":\"object\",\"required\":[\"id\",\"at\",\"by\",\"public\",\"text\"],\"additionalProperties\":"
    "false,\"properties\":{"
    "\"id\":{\"type\":\"integer\"},\"at\":{\"type\":\"string\",\"format\":\"date-time\"},\"by\":{\"type\":[\"string\","
    "\"null\"]},"
    "\"public\":{\"type\":\"boolean\"},\"text\":{\"type\":\"string\"}}},"
    "\"NewComment\":{\"type\":\"object\",\"required\":[\"text\"],\"additionalProperties\":false,\"properties\":{"
    "\"text\":{\"type\":\"string\",\"minLength\":1},\"public\":{\"type\":\"boolean\"}}},"
    "\"Link\":{\"type\":\"object\",\"required\":[\"link\",\"backwards\",\"to\"],\"additionalProperties\":false,"
    "\"properties\":{"
    "\"link\":{\"type\":\"string\"},\"backwards\":{\"type\":\"boolean\"},\"to\":{\"type\":\"string\"},\"headline\":{"
    "\"type\":\"string\"},"
    "\"state\":{\"type\":[\"string\",\"null\"]},\"since\":{\"type\":\"string\",\"format\":\"date-time\"}}},"
    "\"Comparison\":{\"type\":\"object\",\"required\":[\"with\",\"fields\"],\"additionalProperties\":false,"
    "\"properties\":{\"with\":{\"type\":\"string\"},\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"field\",\"before\",\"after\"],\"properties\":{\"field\":{\"type\":\"string\"},\"before\":{},"
    "\"after\":{},\"parts\":{\"type\":\"array\",\"description\":\"By words: =, - or +, and the text\",\"items\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}}}}},"
    "\"NewLink\":{\"type\":\"object\",\"required\":[\"link\",\"to\"],\"additionalProperties\":false,\"properties\":{"
    "\"link\":{\"type\":\"string\"},\"to\":{\"type\":\"string\"}}},"
    "\"Attachment\":{\"type\":\"object\",\"required\":[\"id\",\"name\",\"size\",\"hash\",\"url\"],"
    "\"additionalProperties\":false,\"properties\":{"
    "\"id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"},\"media_type\":{\"type\":\"string\"},\"size\":{"
    "\"type\":\"integer\"},"
    "\"hash\":{\"type\":\"string\"},\"public\":{\"type\":\"boolean\"},\"created_at\":{\"type\":\"string\",\"format\":"
    "\"date-time\"},"
    "\"created_by\":{\"type\":[\"string\",\"null\"]},\"url\":{\"type\":\"string\"}}},"
    "\"Clock\":{\"type\":\"object\",\"required\":[\"name\",\"state\",\"target\",\"elapsed\",\"remaining\",\"due_at\"],"
    "\"additionalProperties\":false,"
    "\"properties\":{\"name\":{\"type\":\"string\"},\"state\":{\"type\":\"string\",\"enum\":[\"running\",\"paused\","
    "\"met\",\"breached\"]},"
    "\"running\":{\"type\":\"boolean\"},\"target\":{\"type\":\"string\",\"format\":\"duration\"},"
    "\"elapsed\":{\"type\":\"string\",\"format\":\"duration\"},\"remaining\":{\"type\":\"string\"},"
    "\"due_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},\"calendar\":{\"type\":[\"string\",\"null\"]}"
    ","
    "\"agreement\":{\"type\":[\"string\",\"null\"]},\"timeline\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"properties\":{"
    "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},\"event\":{\"type\":\"string\",\"enum\":[\"start\","
    "\"pause\",\"resume\",\"stop\"]}}}}}},"
    "\"MailTold\":{\"type\":\"object\",\"required\":[\"direction\",\"at\",\"person\",\"state\",\"says\",\"reason\"],"
    "\"additionalProperties\":false,\"properties\":{\"direction\":{\"enum\":[\"in\",\"out\"]},"
    "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},\"person\":{\"type\":[\"string\",\"null\"],"
    "\"description\":\"Who sent it, or to whom it goes\"},\"mail\":{\"type\":\"string\",\"description\":\"Of what came "
    "in: the record that it is kept as\"},\"state\":{\"type\":\"string\",\"description\":\"What became of it: in: its "
    "outcome; out: waiting, sent, failed, needless, paused, bounced or discarded\"},\"settled_at\":{\"type\":"
    "[\"string\",\"null\"],\"format\":\"date-time\"},\"event\":{\"type\":\"string\",\"description\":\"The kind of "
    "notice\"},\"says\":{\"type\":\"string\"},\"reason\":{\"type\":\"string\",\"description\":\"Why, in the asker's "
    "language\"},\"authentication\":{\"type\":\"string\"}}},"
    "\"Event\":{\"type\":\"object\",\"required\":[\"id\",\"sequence\",\"at\",\"by\",\"via\",\"changes\"],"
    "\"additionalProperties\":false,\"properties\":{"
    "\"id\":{\"type\":\"integer\"},\"sequence\":{\"type\":\"integer\"},\"at\":{\"type\":\"string\",\"format\":\"date-"
    "time\"},"
    "\"recorded_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},\"by\":{\"type\":[\"string\",\"null\"]},"
    "\"via\":{\"type\":\"string\"},"
    "\"kind\":{\"type\":\"string\"},\"transition\":{\"type\":[\"string\",\"null\"]},\"changes\":{\"type\":\"array\","
    "\"items\":{\"type\":\"object\","
    "\"required\":[\"field\",\"old\",\"new\"],\"properties\":{\"field\":{\"type\":\"string\"},\"old\":{},\"new\":{},"
    "\"erased\":{\"type\":\"array\",\"items\":{\"enum\":[\"old\",\"new\"]}}}}},"
    "\"erased\":{\"type\":\"array\",\"items\":{\"enum\":[\"comment\",\"attachments\"]},\"description\":\"Was erased\"},"
    "\"links\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"link\":{\"type\":\"string\"},"
    "\"backwards\":{\"type\":\"boolean\"},"
    "\"removed\":{\"type\":\"boolean\"},\"to\":{\"type\":\"string\"}}}},\"comment\":{\"type\":[\"string\",\"null\"]},"
    "\"public\":{\"type\":\"boolean\"},"
    "\"note\":{\"type\":[\"object\",\"null\"],\"description\":\"What the system told by itself, and whom\","
    "\"required\":[\"text\",\"people\",\"data\"],\"additionalProperties\":false,\"properties\":{"
    "\"text\":{\"type\":\"string\"},\"people\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"data\":{\"type\":[\"object\",\"null\"]}}},"
    "\"attachments\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"name\",\"media_type\",\"size\","
    "\"public\"],"
    "\"additionalProperties\":false,\"properties\":{\"name\":{\"type\":\"string\"},\"media_type\":{\"type\":\"string\"}"
    ","
    "\"size\":{\"type\":\"integer\"},\"public\":{\"type\":\"boolean\"}}}},"
    "\"hash\":{\"type\":\"string\",\"description\":\"Covers the event and its predecessor's hash\"}}},"
    "\"Notice\":{\"type\":\"object\",\"required\":[\"id\",\"at\",\"kind\",\"record\",\"text\",\"read_at\"],"
    "\"additionalProperties\":false,\"properties\":{\"id\":{\"type\":\"integer\"},"
    "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},"
    "\"kind\":{\"type\":\"string\",\"description\":\"escalation, reminder, hand_over...\"},"
    "\"record\":{\"type\":\"string\",\"description\":\"Number of the record that it is about\"},"
    "\"text\":{\"type\":\"string\",\"description\":\"In the person's language\"},"
    "\"read_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}}},"
    "\"Unread\":{\"type\":\"object\",\"required\":[\"unread\"],\"additionalProperties\":false,"
    "\"properties\":{\"unread\":{\"type\":\"integer\"}}},"
    "\"StreamedChange\":{\"type\":\"object\",\"required\":[\"collection\",\"number\",\"version\",\"at\",\"by\"],"
    "\"additionalProperties\":false,\"description\":\"Data of an event named change\",\"properties\":{"
    "\"collection\":{\"type\":\"string\"},\"number\":{\"type\":\"string\"},"
    "\"version\":{\"type\":\"integer\",\"description\":\"That the record has since; the ETag\"},"
    "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},"
    "\"by\":{\"type\":[\"string\",\"null\"],\"description\":\"Who; null: the system, or not told\"}}},"
    "\"SearchHit\":{\"type\":\"object\",\"required\":[\"number\",\"type\",\"headline\"],\"additionalProperties\":false,"
    "\"properties\":{"
    "\"number\":{\"type\":\"string\"},\"type\":{\"type\":\"string\"},\"headline\":{\"type\":\"string\"},"
    "\"updated_at\":{\"type\":\"string\",\"format\":\"date-time\"}}},"
    "\"Impact\":{\"type\":\"object\",\"required\":[\"needed_by\",\"services\",\"customers\",\"proposed\",\"complete\"],"
    "\"additionalProperties\":false,\"properties\":{\"needed_by\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"number\",\"headline\",\"depth\"]}},\"services\":{\"type\":\"array\",\"items\":{\"type\":"
    "\"object\","
    "\"required\":[\"number\",\"headline\",\"rank\",\"because_of\"]}},\"customers\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"object\",\"required\":[\"number\",\"headline\",\"agreement\",\"people\"]}},"
    "\"proposed\":{\"type\":[\"string\",\"null\"],\"description\":\"By the gravest of the services\"},"
    "\"complete\":{\"type\":\"boolean\",\"description\":\"false: what is farther or more was left out\"}}},"
    "\"Similar\":{\"type\":\"object\",\"required\":[\"number\",\"type\",\"headline\",\"state\",\"score\",\"why\","
    "\"link\",\"shows\"],\"additionalProperties\":false,\"properties\":{\"number\":{\"type\":\"string\"},"
    "\"type\":{\"type\":\"string\"},\"headline\":{\"type\":\"string\"},\"state\":{\"type\":[\"string\",\"null\"]},"
    "\"score\":{\"type\":\"number\"},\"why\":{\"type\":\"object\",\"required\":[\"words\",\"same\"],"
    "\"description\":\"Words that both have, folded, and fields that say the same\",\"properties\":{"
    "\"words\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"same\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}},"
    "\"link\":{\"type\":[\"string\",\"null\"],\"description\":\"By which both may be joined\"},"
    "\"shows\":{\"type\":[\"string\",\"null\"],\"description\":\"What is worth reading at once, as a workaround\"}}},"
    "\"Demand\":{\"type\":\"object\",\"required\":[\"id\",\"clause\",\"kind\",\"demand\",\"state\",\"evidence\","
    "\"checks\"],\"additionalProperties\":false,\"properties\":{\"id\":{\"type\":\"string\"},\"clause\":{"
    "\"type\":\"string\"},\"kind\":{\"type\":\"string\"},\"demand\":{\"type\":\"string\"},\"state\":{"
    "\"type\":\"string\",\"enum\":[\"not_built\",\"met\",\"judgement\",\"stale\",\"gap\"]},"
    "\"nothing_yet\":{\"type\":\"boolean\",\"description\":\"A gap because there is nothing to judge yet\"},"
    "\"proven\":{"
    "\"type\":\"boolean\"},\"since\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},\"stale_since\":{"
    "\"type\":[\"string\",\"null\"],\"format\":\"date\"},\"process\":{\"type\":[\"string\",\"null\"]},\"owner\":{"
    "\"type\":[\"string\",\"null\"]},\"edition_2018\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"evidence\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"type\",\"count\",\"url\"],"
    "\"additionalProperties\":false,\"properties\":{\"type\":{\"type\":\"string\"},\"count\":{"
    "\"type\":\"integer\"},\"more\":{\"type\":\"boolean\",\"description\":\"There are more: they are counted no "
    "further\"},\"url\":{\"type\":\"string\"},\"newest\":{\"type\":[\"string\",\"null\"],"
    "\"format\":\"date-time\"}}}},\"checks\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":["
    "\"says\",\"holds\",\"outcome\",\"weight\",\"count\"],\"additionalProperties\":false,\"properties\":{"
    "\"says\":{\"type\":\"string\"},\"holds\":{\"type\":\"boolean\"},\"outcome\":{\"type\":\"string\",\"enum\":["
    "\"holds\",\"stale\",\"fails\"]},\"weight\":{\"type\":\"string\",\"enum\":[\"gap\",\"attention\"]},"
    "\"count\":{\"type\":\"integer\"},\"more\":{\"type\":\"boolean\",\"description\":\"There are more: they are "
    "counted no further\"},\"newest\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},"
    "\"stale_since\":{\"type\":[\"string\",\"null\"],\"format\":\"date\"},\"good_until\":{\"type\":[\"string\","
    "\"null\"],\"format\":\"date\"},\"role\":{\"type\":[\"string\",\"null\"]},\"collection\":{\"type\":["
    "\"string\",\"null\"]},\"filter\":{\"type\":[\"string\",\"null\"]},\"figure\":{\"type\":[\"string\","
    "\"null\"]},\"value\":{\"type\":[\"string\",\"null\"]}}}},\"history\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"object\",\"required\":[\"state\",\"since\"],\"additionalProperties\":false,\"properties\":{"
    "\"state\":{\"type\":\"string\",\"enum\":[\"not_built\",\"met\",\"judgement\",\"stale\",\"gap\"]},\"since\":{"
    "\"type\":\"string\",\"format\":\"date-time\"}}}},\"actions\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"object\",\"required\":[\"number\",\"title\",\"owner\",\"due\",\"done\"],"
    "\"additionalProperties\":false,\"properties\":{\"number\":{\"type\":\"string\"},\"title\":{"
    "\"type\":\"string\"},\"owner\":{\"type\":[\"string\",\"null\"]},\"due\":{\"type\":[\"string\",\"null\"],"
    "\"format\":\"date\"},\"done\":{\"type\":\"boolean\"}}}}}},\"Conformity\":{\"type\":\"object\",\"required\":["
    "\"as_of\",\"items\",\"counts\"],\"additionalProperties\":false,\"properties\":{\"as_of\":{"
    "\"type\":\"string\",\"format\":\"date-time\"},\"items\":{\"type\":\"array\",\"items\":{"
    "\"$ref\":\"#/components/schemas/Demand\"}},\"counts\":{\"type\":\"object\",\"required\":[\"all\","
    "\"not_built\",\"met\",\"judgement\",\"stale\",\"gap\"],\"additionalProperties\":false,\"properties\":{"
    "\"all\":{\"type\":\"integer\"},\"not_built\":{\"type\":\"integer\"},\"met\":{\"type\":\"integer\"},"
    "\"judgement\":{\"type\":\"integer\"},\"stale\":{\"type\":\"integer\"},\"gap\":{\"type\":\"integer\"}}}}},"
    "\"Processes\":{\"type\":\"object\",\"required\":[\"items\",\"at\"],\"additionalProperties\":false,"
    "\"properties\":{\"at\":{\"type\":\"string\",\"format\":\"date-time\","
    "\"description\":\"When what passes was counted\"},\"items\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"object\",\"required\":[\"name\",\"clause\",\"group\",\"label\",\"purpose\",\"outcomes\","
    "\"inputs\",\"outputs\",\"measures\",\"roles\",\"collections\",\"interfaces\"],"
    "\"additionalProperties\":false,\"properties\":{\"name\":{\"type\":\"string\"},\"clause\":{"
    "\"type\":\"string\"},\"group\":{\"type\":\"string\"},\"label\":{\"type\":\"string\"},\"purpose\":{\"type\":["
    "\"string\",\"null\"]},\"outcomes\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"inputs\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"outputs\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"string\"}},\"measures\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"roles\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"collections\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"string\"}},\"interfaces\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":["
    "\"id\",\"from\",\"to\",\"what\",\"by\",\"collection\",\"filter\",\"count\",\"newest\"],"
    "\"additionalProperties\":false,\"properties\":{\"id\":{\"type\":\"string\"},\"from\":{\"type\":\"string\"},"
    "\"to\":{\"type\":\"string\"},\"what\":{\"type\":[\"string\",\"null\"]},\"by\":{\"type\":[\"string\","
    "\"null\"]},\"collection\":{\"type\":[\"string\",\"null\"],"
    "\"description\":\"Of the records that carry it; null: none yet\"},\"filter\":{\"type\":[\"string\","
    "\"null\"]},\"count\":{\"type\":[\"integer\",\"null\"]},\"newest\":{\"type\":[\"string\",\"null\"],"
    "\"format\":\"date-time\"}}}}}}}}},"
    "\"Me\":{\"type\":\"object\",\"required\":[\"account\",\"name\",\"language\",\"groups\",\"roles\"],"
    "\"additionalProperties\":false,\"properties\":{"
    "\"account\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"},\"language\":{\"type\":\"string\"},\"customer\":{"
    "\"type\":[\"string\",\"null\"]},"
    "\"groups\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"roles\":{\"type\":\"array\",\"items\":{\"type\":"
    "\"string\"}}}}"
    "}";

json_t *common_schemas(void)
{
	json_error_t fault;

	return json_loads(common_text, 0, &fault);
}

#include "api/json.h"

#include <string.h>

#include "record/rows.h"
#include "record/said.h"

/* --- references looked up once --- */

struct shown shown_new(struct kernel *kernel, struct arena *arena)
{
	return (struct shown){.kernel = kernel, .arena = arena};
}

static size_t slot_of(const struct shown *shown, int64_t identity)
{
	size_t slot = (uint64_t)identity * 0x9E3779B97F4A7C15u >> 32 & (shown->slot_count - 1);

	while (shown->slots[slot] && shown->items[shown->slots[slot] - 1].identity != identity)
		slot = (slot + 1) & (shown->slot_count - 1);
	return slot;
}

static void grow(struct shown *shown)
{
	size_t capacity = shown->capacity ? shown->capacity * 2 : 16;

	shown->items = arena_grow(shown->arena, shown->items, shown->capacity * sizeof(*shown->items),
				  capacity * sizeof(*shown->items));
	shown->capacity = capacity;
	shown->slot_count = capacity * 2;
	shown->slots = arena_many(shown->arena, uint32_t, shown->slot_count);
	for (size_t i = 0; i < shown->count; i++)
		shown->slots[slot_of(shown, shown->items[i].identity)] = (uint32_t)i + 1;
}

void shown_need(struct shown *shown, int64_t identity)
{
	const struct type *type = identity ? kernel_type_of(shown->kernel, identity) : NULL;
	size_t slot;

	if (!type || !type->key || !type->key_is_shown)
		return;
	if (shown->count == shown->capacity)
		grow(shown);
	slot = slot_of(shown, identity);
	if (shown->slots[slot])
		return;
	shown->items[shown->count] = (struct reference){.identity = identity};
	shown->slots[slot] = (uint32_t)++shown->count;
}

void shown_need_record(struct shown *shown, const struct record *record)
{
	shown_need(shown, record->created_by);
	shown_need(shown, record->updated_by);
	for (size_t i = 0; i < record->type->field_count; i++) {
		struct value value = record->values[i];

		if (value.kind == VALUE_RECORD)
			shown_need(shown, value.number);
		for (size_t j = 0; value.kind == VALUE_LIST && j < value.list.count; j++)
			shown_need(shown, value.list.items[j].number);
	}
}

/* Of the asker it is known already how they are called. */
enum status shown_look_up(struct shown *shown, struct connection *connection, const struct actor *actor,
			  struct error *error)
{
	for (size_t i = 0; i < shown->count; i++)
		if (actor->person && shown->items[i].identity == actor->person)
			shown->items[i].shown = actor->account;
	return shown->count
		   ? read_references(shown->kernel, connection, shown->arena, actor, shown->items, shown->count, error)
		   : OK;
}

/* --- values --- */

void json_key(struct buf *json, struct str name)
{
	char last = json->n ? json->p[json->n - 1] : '{';

	if (last != '{' && last != '[')
		buf_add_char(json, ',');
	buf_add_json_string(json, name);
	buf_add_char(json, ':');
}

void json_time(struct buf *json, instant at)
{
	char text[TIME_TEXT];

	if (at == INSTANT_NONE)
		buf_add(json, S("null"));
	else
		buf_format(json, "\"%s\"", time_format(at, text));
}

void json_number(struct buf *json, const struct shown *shown, int64_t identity)
{
	char number[NUMBER_TEXT];

	if (!identity) {
		buf_add(json, S("null"));
		return;
	}
	if (shown->slot_count) {
		uint32_t found = shown->slots[slot_of(shown, identity)];

		if (found && shown->items[found - 1].shown.n) {
			buf_add_json_string(json, shown->items[found - 1].shown);
			return;
		}
	}
	buf_format(json, "\"%s\"", kernel_number(shown->kernel, identity, number));
}

static void json_list(struct buf *json, const struct shown *shown, struct value value)
{
	buf_add_char(json, '[');
	for (size_t i = 0; value.kind == VALUE_LIST && i < value.list.count; i++) {
		if (i)
			buf_add_char(json, ',');
		json_number(json, shown, value.list.items[i].number);
	}
	buf_add_char(json, ']');
}

static void json_rows(struct buf *json, const struct shown *shown, const struct field *field, struct value value)
{
	json_t *rows = rows_list(value);

	buf_add_char(json, '[');
	for (size_t i = 0; i < json_array_size(rows); i++) {
		buf_add_c(json, i ? ",{" : "{");
		for (size_t c = 0; c < field->column_count; c++) {
			const struct field *column = field->columns[c];

			json_key(json, column->name);
			json_value(json, shown, column, rows_value(json->arena, json_array_get(rows, i), column));
		}
		buf_add_char(json, '}');
	}
	buf_add_char(json, ']');
	json_decref(rows);
}

void json_value(struct buf *json, const struct shown *shown, const struct field *field, struct value value)
{
	char text[DURATION_TEXT];

	if (field->value == VALUE_LIST || field->value == VALUE_ROWS) {
		if (field->value == VALUE_LIST)
			json_list(json, shown, value);
		else
			json_rows(json, shown, field, value);
		return;
	}
	switch (value.kind) {
	case VALUE_NONE:
	case VALUE_LIST:
	case VALUE_ROWS:
		buf_add(json, S("null"));
		break;
	case VALUE_BOOLEAN:
		buf_add_c(json, value.boolean ? "true" : "false");
		break;
	case VALUE_INTEGER:
		buf_add_int(json, value.number);
		break;
	case VALUE_DECIMAL:
		buf_format(json, "\"%s\"", decimal_format(value.number, 0, text));
		break;
	case VALUE_MONEY:
		buf_format(json, "{\"amount\":\"%s\",\"currency\":\"%s\"}", decimal_format(value.number, 0, text),
			   value.currency);
		break;
	case VALUE_TEXT:
	case VALUE_CHOICE:
		if (value_is_erased(value))
			buf_add(json, S("null"));
		else if (field->is_message)
			buf_add_json_string(json, said_in(json->arena, ENGLISH, value.text));
		else
			buf_add_json_string(json, value.text);
		break;
	case VALUE_DATE:
		buf_format(json, "\"%s\"", day_format((int32_t)value.number, text));
		break;
	case VALUE_TIME:
		json_time(json, value.number);
		break;
	case VALUE_DURATION:
		buf_format(json, "\"%s\"", duration_format(value.number, text));
		break;
	case VALUE_RECORD:
		json_number(json, shown, value.number);
		break;
	}
}

/* --- which members --- */

static bool take_built_in(struct projection *projection, struct str name)
{
	const struct {
		const char *name;
		bool *flag;
	} members[] = {{"number", &projection->number},         {"state", &projection->state},
		       {"version", &projection->version},       {"created_at", &projection->created_at},
		       {"updated_at", &projection->updated_at}, {"created_by", &projection->created_by},
		       {"updated_by", &projection->updated_by}};

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (str_is(name, members[i].name)) {
			*members[i].flag = true;
			return true;
		}
	return false;
}

static bool is_among(const struct field **fields, size_t count, const struct field *field)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i] == field)
			return true;
	return false;
}

static bool read_names(struct call *call, const struct type *type, const char *parameter, struct projection *projection,
		       const struct field ***fields, size_t *count)
{
	struct str list = http_query(call->request, parameter), part;
	bool expands = str_is(str_of(parameter), "expand");

	*fields = arena_many(call->arena, const struct field *, type->field_count + 1);
	while (str_cut(&list, ',', &part)) {
		const struct field *field = type_field(type, str_trim(part));
		bool known = field && access_reads_field(call->actor, field) &&
			     (!expands || field->value == VALUE_RECORD || field->value == VALUE_LIST);

		if (!known && !expands && take_built_in(projection, str_trim(part)))
			continue;
		if (!known) {
			call_refuse(call, error_fail(&call->error, E_SYNTAX, parameter, "unknown",
						     N_("There is no field '%s' here"), str_c(call->arena, part)));
			return false;
		}
		if (!is_among(*fields, *count, field))
			(*fields)[(*count)++] = field;
	}
	return true;
}

bool projection_read(struct call *call, const struct type *type, struct projection *projection)
{
	*projection = (struct projection){0};
	projection->names_only = http_query(call->request, "fields").p != NULL;
	if (projection->names_only &&
	    !read_names(call, type, "fields", projection, &projection->fields, &projection->field_count))
		return false;
	if (!projection->names_only)
		projection->number = projection->state = projection->version = projection->created_at =
		    projection->updated_at = projection->created_by = projection->updated_by = true;
	return read_names(call, type, "expand", projection, &projection->expand, &projection->expand_count);
}

/* --- records --- */

static void json_built_in(struct buf *json, const struct shown *shown, const struct record *record,
			  const struct projection *projection)
{
	char number[NUMBER_TEXT];

	if (projection->number) {
		json_key(json, S("number"));
		buf_format(json, "\"%s\"", kernel_number(shown->kernel, record->identity, number));
	}
	if (projection->state && record->type->state_count) {
		json_key(json, S("state"));
		if (record->state)
			buf_add_json_string(json, record->state->name);
		else
			buf_add(json, S("null"));
	}
	if (projection->version) {
		json_key(json, S("version"));
		buf_add_int(json, record->version);
	}
	if (projection->created_at) {
		json_key(json, S("created_at"));
		json_time(json, record->created_at);
	}
	if (projection->updated_at) {
		json_key(json, S("updated_at"));
		json_time(json, record->updated_at);
	}
	if (projection->created_by) {
		json_key(json, S("created_by"));
		json_number(json, shown, record->created_by);
	}
	if (projection->updated_by) {
		json_key(json, S("updated_by"));
		json_number(json, shown, record->updated_by);
	}
}

static void json_member(struct buf *json, const struct shown *shown, const struct actor *actor,
			const struct record *record, const struct projection *projection, const struct field *field)
{
	if (!access_reads_field(actor, field) || is_among(projection->expand, projection->expand_count, field))
		return;
	json_key(json, field->name);
	json_value(json, shown, field, record_value(record, field));
}

/* What is null because it was erased, and not because nobody filled it. */
static void json_erased(struct buf *json, const struct actor *actor, const struct record *record)
{
	bool any = false;

	for (size_t i = 0; i < record->type->field_count; i++) {
		const struct field *field = record->type->fields[i];

		if (!value_is_erased(record->values[i]) || !access_reads_field(actor, field))
			continue;
		if (!any)
			json_key(json, S("erased"));
		buf_add_c(json, any ? ",\"" : "[\"");
		buf_add(json, field->name);
		buf_add_char(json, '"');
		any = true;
	}
	if (any)
		buf_add_char(json, ']');
}

/* Without the closing brace, so that expansions can follow. */
static void json_open_record(struct buf *json, const struct shown *shown, const struct actor *actor,
			     const struct record *record, const struct projection *projection)
{
	buf_add_char(json, '{');
	json_built_in(json, shown, record, projection);
	if (projection->names_only)
		for (size_t i = 0; i < projection->field_count; i++)
			json_member(json, shown, actor, record, projection, projection->fields[i]);
	else
		for (size_t i = 0; i < record->type->field_count; i++)
			json_member(json, shown, actor, record, projection, record->type->fields[i]);
	json_erased(json, actor, record);
}

void json_record(struct buf *json, const struct shown *shown, const struct actor *actor, const struct record *record,
		 const struct projection *projection)
{
	json_open_record(json, shown, actor, record, projection);
	buf_add_char(json, '}');
}

const struct projection projection_whole = {.number = true,
					    .state = true,
					    .version = true,
					    .created_at = true,
					    .updated_at = true,
					    .created_by = true,
					    .updated_by = true};

/* The other record whole when it may be read; else null, as if it did not exist. */
static enum status json_other(struct call *call, struct connection *connection, int64_t identity, struct buf *json,
			      struct error *error)
{
	struct shown shown = shown_new(call->kernel, call->arena);
	struct error unseen = {0};
	struct record *record;
	enum status status =
	    read_record(call->kernel, connection, call->arena, call->actor, identity, &record, &unseen);

	if (status == E_NOT_FOUND) {
		buf_add(json, S("null"));
		return OK;
	}
	if (status) {
		error_append(error, &unseen);
		return status;
	}
	shown_need_record(&shown, record);
	if ((status = shown_look_up(&shown, connection, call->actor, error)))
		return status;
	json_record(json, &shown, call->actor, record, &projection_whole);
	return OK;
}

static enum status json_expansion(struct call *call, struct connection *connection, const struct record *record,
				  const struct field *field, struct buf *json, struct error *error)
{
	struct value value = record_value(record, field);
	enum status status = OK;

	json_key(json, field->name);
	if (value.kind == VALUE_RECORD)
		return json_other(call, connection, value.number, json, error);
	if (field->value != VALUE_LIST) {
		buf_add(json, S("null"));
		return OK;
	}
	buf_add_char(json, '[');
	for (size_t i = 0; value.kind == VALUE_LIST && i < value.list.count && !status; i++) {
		if (i)
			buf_add_char(json, ',');
		status = json_other(call, connection, value.list.items[i].number, json, error);
	}
	buf_add_char(json, ']');
	return status;
}

enum status json_record_whole(struct call *call, struct connection *connection, struct record **records, size_t count,
			      const struct projection *projection, struct buf *json, struct error *error)
{
	struct shown shown = shown_new(call->kernel, call->arena);
	enum status status;

	for (size_t i = 0; i < count; i++)
		shown_need_record(&shown, records[i]);
	if ((status = shown_look_up(&shown, connection, call->actor, error)))
		return status;
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(json, ',');
		json_open_record(json, &shown, call->actor, records[i], projection);
		for (size_t e = 0; e < projection->expand_count; e++)
			if ((status = json_expansion(call, connection, records[i], projection->expand[e], json, error)))
				return status;
		buf_add_char(json, '}');
	}
	return OK;
}

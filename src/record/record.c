#include "record/record.h"

#include <stdio.h>
#include <stdlib.h>

static void add_column(struct buf *buf, const struct field *field)
{
	buf_format(buf, ", r.\"%.*s\"", STR_ARG(field->name));
	if (field->kind == FIELD_MONEY)
		buf_format(buf, ", r.\"%.*s_currency\"", STR_ARG(field->name));
}

static struct str make_columns(struct arena *arena, const struct type *type)
{
	struct buf buf = buf_new(arena);

	buf_add(&buf,
		S("r.\"id\", r.\"version\", r.\"created_at\", r.\"updated_at\", r.\"created_by\", r.\"updated_by\", "
		  "r.\"restricted\""));
	if (type->state_count)
		buf_add(&buf, S(", r.\"state\""));
	for (size_t i = 0; i < type->field_count; i++)
		if (layout_has_column(type->fields[i]))
			add_column(&buf, type->fields[i]);
	return buf_str(&buf);
}

/* Of the links fields; empty when there are none. */
static struct str make_links(struct arena *arena, const struct type *type, const char *places)
{
	struct buf buf = buf_new(arena);
	size_t count = 0;

	buf_format(&buf, "SELECT source, kind, target FROM kaname_link WHERE source IN (%s) AND kind IN (", places);
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i]->kind == FIELD_LINKS)
			buf_format(&buf, "%s'%.*s'", count++ ? ", " : "", STR_ARG(type->fields[i]->link));
	buf_add(&buf, S(") AND until IS NULL ORDER BY source, kind, target"));
	return count ? buf_str(&buf) : (struct str){0};
}

void record_prepare(struct kernel *kernel)
{
	const struct model *model = kernel->model;

	kernel->sql = arena_many(kernel->arena, struct type_sql, model->type_count);
	for (size_t i = 0; i < model->type_count; i++) {
		const struct type *type = model->types[i];
		struct str table = layout_table(kernel->arena, type);
		struct type_sql *sql = &kernel->sql[i];

		sql->columns = make_columns(kernel->arena, type);
		sql->by_id = str_format(kernel->arena, "SELECT %.*s FROM %.*s r WHERE r.\"id\" = ?",
					STR_ARG(sql->columns), STR_ARG(table));
		sql->by_ids = str_format(kernel->arena, "SELECT %.*s FROM %.*s r WHERE r.\"id\" IN (%s)",
					 STR_ARG(sql->columns), STR_ARG(table), RECORD_PLACES);
		sql->links_of_one = make_links(kernel->arena, type, "?");
		sql->links_of_many = make_links(kernel->arena, type, RECORD_PLACES);
		sql->exists = str_format(kernel->arena, "SELECT 1 FROM %.*s WHERE \"id\" = ?", STR_ARG(table));
		sql->version =
		    str_format(kernel->arena, "SELECT \"version\" FROM %.*s WHERE \"id\" = ?", STR_ARG(table));
		sql->first = str_format(kernel->arena, "SELECT min(\"id\") FROM %.*s", STR_ARG(table));
		if (type->key)
			sql->by_key = str_format(kernel->arena, "SELECT \"id\" FROM %.*s WHERE \"%.*s\" = ?",
						 STR_ARG(table), STR_ARG(type->key->name));
	}
}

struct str record_columns(const struct kernel *kernel, const struct type *type)
{
	return kernel->sql[type->index].columns;
}

struct value record_value(const struct record *record, const struct field *field)
{
	return record->values[field->index];
}

struct value record_named(const struct record *record, const char *name)
{
	const struct field *field = type_field(record->type, str_of(name));

	return field ? record_value(record, field) : (struct value){0};
}

struct str record_text_of(const struct record *record, const char *name)
{
	struct value value = record_named(record, name);

	return value.kind == VALUE_TEXT || value.kind == VALUE_CHOICE ? value.text : (struct str){0};
}

int64_t record_number_of(const struct record *record, const char *name)
{
	struct value value = record_named(record, name);

	return value.kind == VALUE_RECORD ? value.number : 0;
}

bool record_is_set(const struct record *record, const char *name)
{
	struct value value = record_named(record, name);

	return value.kind == VALUE_BOOLEAN && value.boolean;
}

struct record *record_copy(struct arena *arena, const struct record *record)
{
	struct record *copy = arena_one(arena, struct record);

	*copy = *record;
	copy->values = arena_many(arena, struct value, record->type->field_count);
	for (size_t i = 0; i < record->type->field_count; i++)
		copy->values[i] = record->values[i];
	return copy;
}

struct record *record_keep(struct arena *arena, const struct record *record)
{
	struct record *copy = record_copy(arena, record);

	for (size_t i = 0; i < record->type->field_count; i++)
		copy->values[i] =
		    value_is_empty(record->values[i]) ? (struct value){0} : value_copy(arena, record->values[i]);
	return copy;
}

static struct value read_value(struct arena *arena, const struct field *field, struct statement *statement, int *column)
{
	int at = (*column)++;

	if (field->kind == FIELD_MONEY)
		(*column)++;
	if (column_is_null(statement, at))
		return (struct value){0};
	switch (field->value) {
	case VALUE_TEXT:
	case VALUE_CHOICE:
	case VALUE_ROWS:
		return (struct value){.kind = field->value, .text = str_dup(arena, column_text(statement, at))};
	case VALUE_BOOLEAN:
		return value_boolean(column_int(statement, at) != 0);
	case VALUE_MONEY: {
		struct value money = value_number(VALUE_MONEY, column_int(statement, at));
		struct str currency = column_text(statement, at + 1);

		snprintf(money.currency, sizeof(money.currency), "%.*s", STR_ARG(currency));
		return money;
	}
	default:
		return value_number(field->value, column_int(statement, at));
	}
}

struct record *record_from_row(struct kernel *kernel, struct arena *arena, const struct type *type,
			       struct statement *statement)
{
	struct record *record = arena_one(arena, struct record);
	int column = 7;

	*record = (struct record){
	    .type = type,
	    .identity = column_int(statement, 0),
	    .version = column_int(statement, 1),
	    .created_at = column_int(statement, 2),
	    .updated_at = column_int(statement, 3),
	    .created_by = column_int(statement, 4),
	    .updated_by = column_int(statement, 5),
	    .restricted = column_int(statement, 6) != 0,
	};
	if (type->state_count)
		record->state = type_state(type, column_text(statement, column++));
	record->values = arena_many(arena, struct value, type->field_count);
	for (size_t i = 0; i < type->field_count; i++)
		if (layout_has_column(type->fields[i]))
			record->values[i] = read_value(arena, type->fields[i], statement, &column);
	return record;
}

enum status record_load_links(struct connection *connection, struct arena *arena, struct record *record,
			      const struct field *field, struct error *error)
{
	STATEMENT statement = NULL;
	VEC(struct value) ends = {0};
	bool row;
	enum status status =
	    store_prepare(connection,
			  S("SELECT target FROM kaname_link WHERE kind = ? AND source = ? AND until IS NULL "
			    "ORDER BY target"),
			  &statement, error);

	if (status)
		return status;
	bind_text(statement, field->link);
	bind_int(statement, record->identity);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &ends, value_record(column_int(statement, 0)));
	if (ends.count)
		record->values[field->index] =
		    (struct value){.kind = VALUE_LIST, .list = {.items = ends.items, .count = ends.count}};
	return status;
}

enum status record_load_telling_links(struct connection *connection, struct arena *arena, struct record *record,
				      struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < record->type->field_count && !status; i++)
		if (record->type->fields[i]->tells_who_sees && record->type->fields[i]->kind == FIELD_LINKS)
			status = record_load_links(connection, arena, record, record->type->fields[i], error);
	return status;
}

enum status record_load(struct kernel *kernel, struct connection *connection, struct arena *arena, int64_t identity,
			bool with_links, struct record **record, struct error *error)
{
	const struct type *type = kernel_type_of(kernel, identity);
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	*record = NULL;
	if (!type)
		return OK;
	if ((status = store_prepare(connection, kernel->sql[type->index].by_id, &statement, error)))
		return status;
	bind_int(statement, identity);
	if ((status = store_step(statement, &row, error)) || !row)
		return status;
	*record = record_from_row(kernel, arena, type, statement);
	if (!with_links)
		return record_load_telling_links(connection, arena, *record, error);
	return record_load_all_links(kernel, connection, arena, record, 1, error);
}

enum status record_find(struct kernel *kernel, struct connection *connection, const struct type *type, struct str text,
			int64_t *identity, struct error *error)
{
	STATEMENT statement = NULL;
	int64_t parsed;
	bool row, by_number = kernel_parse_number(kernel, text, &parsed) && kernel_type_of(kernel, parsed) == type;
	const struct type_sql *sql = &kernel->sql[type->index];
	enum status status;

	*identity = 0;
	if (!by_number && !sql->by_key.n)
		return OK;
	if ((status = store_prepare(connection, by_number ? sql->exists : sql->by_key, &statement, error)))
		return status;
	if (by_number)
		bind_int(statement, parsed);
	else
		bind_text(statement, text);
	if (!(status = store_step(statement, &row, error)) && row)
		*identity = by_number ? parsed : column_int(statement, 0);
	return status;
}

static void write_list(struct buf *buf, struct value value)
{
	buf_add_char(buf, '[');
	for (size_t i = 0; i < value.list.count; i++) {
		if (i)
			buf_add_char(buf, ',');
		buf_add_int(buf, value.list.items[i].number);
	}
	buf_add_char(buf, ']');
}

void value_write_json(struct buf *buf, const struct field *field, struct value value)
{
	switch (value.kind) {
	case VALUE_NONE:
		buf_add(buf, S("null"));
		break;
	case VALUE_BOOLEAN:
		buf_add_c(buf, value.boolean ? "true" : "false");
		break;
	case VALUE_TEXT:
	case VALUE_CHOICE:
		buf_add_json_string(buf, value.text);
		break;
	case VALUE_ROWS:
		buf_add(buf, value.text);
		break;
	case VALUE_LIST:
		write_list(buf, value);
		break;
	case VALUE_MONEY:
		buf_format(buf, "[%lld,\"%s\"]", (long long)value.number, value.currency);
		break;
	default:
		buf_add_int(buf, value.number);
	}
}

/* Cells as the API writes them, so that an import can read them again: codes, numbers and keys of records, times in
 * UTC. */
#include "report/export_inside.h"

#include "record/rows.h"
#include "record/said.h"

static struct str text_of(struct export_page *page, const struct field *field, struct value value);

/* What stands inside rows is not looked up: its number. */
static struct str key_of(struct export_page *page, int64_t identity)
{
	const struct reference *reference = export_shown(page, identity);
	char number[NUMBER_TEXT];

	if (reference)
		return reference->shown;
	return str_dup(page->arena, str_of(kernel_number(page->export->kernel, identity, number)));
}

static struct str keys_of(struct export_page *page, struct value value)
{
	struct buf list = buf_new(page->arena);

	for (size_t i = 0; i < value.list.count; i++) {
		if (i)
			buf_add_char(&list, ',');
		buf_add(&list, key_of(page, value.list.items[i].number));
	}
	return buf_str(&list);
}

static void add_row(struct export_page *page, const struct field *field, const json_t *row, struct buf *out)
{
	bool first = true;

	buf_add_char(out, '{');
	for (size_t i = 0; i < field->column_count; i++) {
		const struct field *column = field->columns[i];
		struct value value = rows_value(page->arena, row, column);

		if (value.kind == VALUE_NONE)
			continue;
		if (!first)
			buf_add_char(out, ',');
		first = false;
		buf_add_json_string(out, column->name);
		buf_add_char(out, ':');
		buf_add_json_string(out, text_of(page, column, value));
	}
	buf_add_char(out, '}');
}

static struct str rows_text(struct export_page *page, const struct field *field, struct value value)
{
	json_t *rows = rows_list(value);
	struct buf out = buf_new(page->arena);

	buf_add_char(&out, '[');
	for (size_t i = 0; i < json_array_size(rows); i++) {
		if (i)
			buf_add_char(&out, ',');
		add_row(page, field, json_array_get(rows, i), &out);
	}
	buf_add_char(&out, ']');
	json_decref(rows);
	return buf_str(&out);
}

static struct str text_of(struct export_page *page, const struct field *field, struct value value)
{
	char text[DURATION_TEXT + TIME_TEXT + DECIMAL_TEXT];

	if (value_is_erased(value))
		return S("(erased)");
	switch (value.kind) {
	case VALUE_BOOLEAN:
		return value.boolean ? S("true") : S("false");
	case VALUE_INTEGER:
		return str_format(page->arena, "%lld", (long long)value.number);
	case VALUE_DECIMAL:
		return str_dup(page->arena, str_of(decimal_format(value.number, 0, text)));
	case VALUE_MONEY:
		return str_format(page->arena, "%s %s", decimal_format(value.number, 0, text), value.currency);
	case VALUE_TEXT:
	case VALUE_CHOICE:
		return field && field->is_message ? said_in(page->arena, ENGLISH, value.text) : value.text;
	case VALUE_ROWS:
		return rows_text(page, field, value);
	case VALUE_DATE:
		return str_dup(page->arena, str_of(day_format((int32_t)value.number, text)));
	case VALUE_TIME:
		return str_dup(page->arena, str_of(time_format(value.number, text)));
	case VALUE_DURATION:
		return str_dup(page->arena, str_of(duration_format(value.number, text)));
	case VALUE_RECORD:
		return key_of(page, value.number);
	case VALUE_LIST:
		return keys_of(page, value);
	case VALUE_NONE:
		break;
	}
	return (struct str){0};
}

static struct value value_of(const struct record *record, const struct export_column *column)
{
	switch (column->what) {
	case EXPORT_VERSION:
		return value_integer(record->version);
	case EXPORT_CREATED:
		return value_time(record->created_at);
	case EXPORT_UPDATED:
		return value_time(record->updated_at);
	case EXPORT_CREATED_BY:
		return record->created_by ? value_record(record->created_by) : (struct value){0};
	case EXPORT_FIELD:
		return record_value(record, column->field);
	default:
		return (struct value){0};
	}
}

/* Numbers may begin with a minus; what people wrote may not look like a formula. */
void export_natural_cell(struct export_page *page, const struct record *record, const struct export_column *column,
			 struct table_cell *cell)
{
	struct value value = value_of(record, column);
	bool is_text = value.kind == VALUE_TEXT || value.kind == VALUE_CHOICE || value.kind == VALUE_ROWS ||
		       value.kind == VALUE_RECORD || value.kind == VALUE_LIST;
	char number[NUMBER_TEXT];

	*cell = (struct table_cell){.kind = is_text ? TABLE_TEXT : TABLE_PLAIN};
	if (column->what == EXPORT_NUMBER)
		cell->text =
		    str_dup(page->arena, str_of(kernel_number(page->export->kernel, record->identity, number)));
	else if (column->what == EXPORT_STATE)
		cell->text = record->state ? record->state->name : (struct str){0};
	else
		cell->text = text_of(page, column->field, value);
}

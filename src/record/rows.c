#include "record/rows.h"

#include "record/event.h"

json_t *rows_list(struct value rows)
{
	return rows.kind == VALUE_ROWS ? json_loadb(rows.text.p, rows.text.n, 0, NULL) : NULL;
}

struct value rows_value(struct arena *arena, const json_t *row, const struct field *column)
{
	struct value value;
	struct error broken;

	error_clear(&broken);
	return event_value(arena, column, json_object_getn(row, column->name.p, column->name.n), &value, &broken)
		   ? (struct value){0}
		   : value;
}

bool rows_says(const json_t *row, const char *key, struct str text)
{
	const json_t *value = json_object_get(row, key);

	return json_is_string(value) && json_string_length(value) == text.n && str_is(text, json_string_value(value));
}

static bool matches(const json_t *row, struct arena *arena, const struct str *keys, const struct str *codes,
		    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!rows_says(row, str_c(arena, keys[i]), codes[i]))
			return false;
	return true;
}

struct str rows_cell(struct arena *arena, struct value rows, const struct str *keys, const struct str *codes,
		     size_t count, struct str wanted)
{
	json_t *list = rows_list(rows);
	struct str text = {0};

	for (size_t i = 0; i < json_array_size(list) && !text.n; i++) {
		const json_t *row = json_array_get(list, i), *cell = json_object_get(row, str_c(arena, wanted));

		if (json_is_string(cell) && matches(row, arena, keys, codes, count))
			text = str_dup(arena, str_of(json_string_value(cell)));
	}
	json_decref(list);
	return text;
}

size_t rows_count(struct value rows)
{
	json_t *list = rows_list(rows);
	size_t count = json_array_size(list);

	json_decref(list);
	return count;
}

struct str *rows_texts(struct arena *arena, struct value rows, struct str column, size_t *count)
{
	json_t *list = rows_list(rows);
	struct str *texts = arena_many(arena, struct str, json_array_size(list) + 1);

	*count = json_array_size(list);
	for (size_t i = 0; i < *count; i++) {
		const json_t *cell = json_object_getn(json_array_get(list, i), column.p, column.n);

		if (json_is_string(cell))
			texts[i] = str_dup(arena, (struct str){json_string_value(cell), json_string_length(cell)});
	}
	json_decref(list);
	return texts;
}

void rows_add_cell(struct buf *json, bool *first, const struct field *column, struct value value)
{
	if (value_is_empty(value))
		return;
	buf_add_c(json, *first ? "" : ",");
	buf_add_json_string(json, column->name);
	buf_add_char(json, ':');
	value_write_json(json, column, value);
	*first = false;
}

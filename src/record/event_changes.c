/* What the changes of an event tell: written apart from personal values, read together with them. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/event.h"

/* --- writing --- */

static char fullness(struct value value)
{
	return value_is_empty(value) ? '-' : value_is_erased(value) ? 'x' : '+';
}

/* An erasing change keeps nothing of what it found: it would be erased at once. */
static void add_personal(struct buf *changes, struct buf *personal, const struct field *field, struct value before,
			 struct value after)
{
	const struct value *sides[] = {&before, &after};
	char full[] = {'"', fullness(before), fullness(after), '"', 0};

	buf_add_c(changes, full);
	for (size_t i = 0; i < 2 && !value_is_erased(after); i++) {
		if (fullness(*sides[i]) != '+')
			continue;
		buf_add_char(personal, personal->n ? ',' : '[');
		value_write_json(personal, field, *sides[i]);
	}
}

void event_add_change(struct buf *changes, struct buf *personal, const struct field *field, struct value before,
		      struct value after)
{
	buf_add_char(changes, changes->n ? ',' : '[');
	buf_add_char(changes, '[');
	buf_add_json_string(changes, field ? field->name : S("state"));
	buf_add_char(changes, ',');
	if (field && field->is_personal) {
		add_personal(changes, personal, field, before, after);
	} else {
		value_write_json(changes, field, before);
		buf_add_char(changes, ',');
		value_write_json(changes, field, after);
	}
	buf_add_char(changes, ']');
}

/* --- reading --- */

static json_t *parse(struct str text)
{
	json_error_t fault;

	return text.n ? json_loadb(text.p, text.n, 0, &fault) : NULL;
}

void event_changes_open(const struct event_row *row, struct event_changes *changes)
{
	*changes = (struct event_changes){
	    .told = parse(row->changes),
	    .personal = parse(row->places[PLACE_PERSONAL]),
	    .erased = json_string(value_erased(VALUE_TEXT).text.p),
	};
}

/* Of what was erased only that it was there is known. */
static const json_t *personal_value(struct event_changes *changes, char full, bool is_kept)
{
	if (full == '-')
		return NULL;
	if (full == 'x' || !is_kept || !changes->personal)
		return changes->erased;
	return json_array_get(changes->personal, changes->taken++);
}

bool event_changes_next(struct event_changes *changes, struct event_change *change)
{
	const json_t *told = json_array_get(changes->told, changes->at++);
	const char *name = json_string_value(json_array_get(told, 0)),
		   *full = json_array_size(told) == 2 ? json_string_value(json_array_get(told, 1)) : NULL;

	if (!told)
		return false;
	*change = (struct event_change){
	    .name = str_of(name ? name : ""), .before = json_array_get(told, 1), .after = json_array_get(told, 2)};
	if (full && strlen(full) == 2) {
		change->before = personal_value(changes, full[0], full[1] != 'x');
		change->after = personal_value(changes, full[1], true);
	}
	return true;
}

void event_changes_close(struct event_changes *changes)
{
	json_decref(changes->told);
	json_decref(changes->personal);
	json_decref(changes->erased);
}

/* --- stored values --- */

static enum status broken(struct error *error, const struct field *field)
{
	return error_fail_at(error, E_INTERNAL, field ? field->name : S("state"), "history",
			     N_("The history holds a value that cannot be read"));
}

static enum status read_list(struct arena *arena, const struct field *field, const json_t *stored, struct value *value,
			     struct error *error)
{
	size_t count = json_array_size(stored);
	struct value *items = arena_many(arena, struct value, count + 1);

	if (!json_is_array(stored))
		return broken(error, field);
	for (size_t i = 0; i < count; i++)
		items[i] = value_record(json_integer_value(json_array_get(stored, i)));
	*value =
	    count ? (struct value){.kind = VALUE_LIST, .list = {.items = items, .count = count}} : (struct value){0};
	return OK;
}

static enum status read_money(const struct field *field, const json_t *stored, struct value *value, struct error *error)
{
	const char *currency = json_string_value(json_array_get(stored, 1));

	if (!currency)
		return broken(error, field);
	*value = value_number(VALUE_MONEY, json_integer_value(json_array_get(stored, 0)));
	snprintf(value->currency, sizeof(value->currency), "%s", currency);
	return OK;
}

static enum status read_rows(struct arena *arena, const struct field *field, const json_t *stored, struct value *value,
			     struct error *error)
{
	char *text = json_dumps(stored, JSON_COMPACT | JSON_ENCODE_ANY);

	if (!text)
		return broken(error, field);
	*value = (struct value){.kind = VALUE_ROWS, .text = str_dup(arena, str_of(text))};
	free(text);
	return OK;
}

enum status event_value(struct arena *arena, const struct field *field, const struct json_t *stored,
			struct value *value, struct error *error)
{
	enum value_kind kind = field ? field->value : VALUE_CHOICE;

	*value = (struct value){0};
	if (!stored || json_is_null(stored))
		return OK;
	switch (kind) {
	case VALUE_BOOLEAN:
		*value = value_boolean(json_is_true(stored));
		return json_is_boolean(stored) ? OK : broken(error, field);
	case VALUE_TEXT:
	case VALUE_CHOICE:
		if (!json_is_string(stored))
			return broken(error, field);
		*value = (struct value){
		    .kind = kind,
		    .text = str_dup(arena, (struct str){json_string_value(stored), json_string_length(stored)})};
		return OK;
	case VALUE_MONEY:
		return read_money(field, stored, value, error);
	case VALUE_LIST:
		return read_list(arena, field, stored, value, error);
	case VALUE_ROWS:
		return read_rows(arena, field, stored, value, error);
	default:
		*value = value_number(kind, json_integer_value(stored));
		return json_is_integer(stored) ? OK : broken(error, field);
	}
}

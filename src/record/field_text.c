/* Values from text, and what can be judged from a value alone. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "record/record.h"

enum { TEXT_MOST = 500, MARKDOWN_MOST = 100000, ROWS_MOST = 1000 };

static enum status refuse(struct error *error, const struct field *field, const char *rule, const char *message)
{
	return error_fail_at(error, E_INVALID, field->name, rule, message);
}

/* --- text -> value, by kind --- */

/* Exactly two digits, up to most. */
static bool two_digits(struct str text, size_t at, int64_t most, int64_t *number)
{
	if (at + 2 > text.n || text.p[at] < '0' || text.p[at] > '9' || text.p[at + 1] < '0' || text.p[at + 1] > '9')
		return false;
	*number = (text.p[at] - '0') * 10 + (text.p[at + 1] - '0');
	return *number <= most;
}

/* "14:05" or "14:05:30" */
static bool parse_time_of_day(struct str text, int64_t *ms)
{
	int64_t hour, minute, second = 0;

	if ((text.n != 5 && text.n != 8) || text.p[2] != ':' || !two_digits(text, 0, 23, &hour) ||
	    !two_digits(text, 3, 59, &minute) ||
	    (text.n == 8 && (text.p[5] != ':' || !two_digits(text, 6, 59, &second))))
		return false;
	*ms = hour * HOUR + minute * MINUTE + second * SECOND;
	return true;
}

static bool parse_time(struct str text, const struct zone *zone, instant *at)
{
	int32_t day;
	int64_t time_of_day = 0;

	if (time_parse(text, at))
		return true;
	if (!zone || text.n < 10 || !day_parse(str_sub(text, 0, 10), &day))
		return false;
	/* "2026-11-23T14:05" or with a blank, with or without seconds, in the person's zone */
	if (text.n > 10 &&
	    ((text.p[10] != 'T' && text.p[10] != ' ') || !parse_time_of_day(str_sub(text, 11, text.n), &time_of_day)))
		return false;
	*at = zone_instant(zone, day, time_of_day);
	return true;
}

static bool parse_money(struct str text, struct value *value)
{
	size_t blank;

	if (!str_find_char(text, ' ', &blank) || text.n - blank - 1 != 3 ||
	    !decimal_parse(str_sub(text, 0, blank), &value->number))
		return false;
	for (int i = 0; i < 3; i++) {
		char c = text.p[blank + 1 + (size_t)i];

		if (c < 'A' || c > 'Z')
			return false;
		value->currency[i] = c;
	}
	value->kind = VALUE_MONEY;
	return true;
}

enum status field_refers_to_none(const struct field *field, struct str text, struct error *error)
{
	char shown[80];

	text = str_head(text, sizeof(shown) - 1);
	snprintf(shown, sizeof(shown), "%.*s", STR_ARG(text));
	return error_fail_at(error, E_INVALID, field->name, "reference", N_("There is no '%s' to refer to"), shown);
}

static enum status parse_reference(struct kernel *kernel, struct connection *connection, const struct field *field,
				   struct str text, struct value *value, struct error *error)
{
	int64_t identity;
	enum status status = record_find(kernel, connection, field->to, text, &identity, error);

	if (status)
		return status;
	if (!identity)
		return field_refers_to_none(field, text, error);
	*value = value_record(identity);
	return OK;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = ((const struct value *)a)->number, y = ((const struct value *)b)->number;

	return (x > y) - (x < y);
}

/* Identities sorted and without repetition, as links fields hold them. */
static struct value list_of(struct value *ends, size_t count)
{
	size_t kept = 0;

	if (count)
		qsort(ends, count, sizeof(*ends), by_number);
	for (size_t i = 0; i < count; i++)
		if (!kept || ends[kept - 1].number != ends[i].number)
			ends[kept++] = ends[i];
	return kept ? (struct value){.kind = VALUE_LIST, .list = {.items = ends, .count = kept}} : (struct value){0};
}

static enum status parse_list(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      const struct field *field, struct str text, struct value *value, struct error *error)
{
	VEC(struct value) ends = {0};
	struct str part;

	while (str_cut(&text, ',', &part)) {
		struct value end;
		enum status status;

		part = str_trim(part);
		if (!part.n)
			continue;
		if ((status = parse_reference(kernel, connection, field, part, &end, error)))
			return status;
		vec_push(arena, &ends, end);
	}
	*value = list_of(ends.items, ends.count);
	return OK;
}

static enum status parse_row(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct field *field, const json_t *row, const struct zone *zone, struct buf *out,
			     struct error *error)
{
	const char *key;
	json_t *cell;
	size_t known = 0;
	bool first = true;

	buf_add_char(out, '{');
	for (size_t i = 0; i < field->column_count; i++) {
		const struct field *column = field->columns[i];
		struct value value = {0};
		enum status status;

		cell = json_object_get(row, str_c(arena, column->name));
		known += cell != NULL;
		if (cell && !json_is_null(cell)) {
			struct str text = json_is_string(cell)
					      ? (struct str){json_string_value(cell), json_string_length(cell)}
					      : str_of(json_dumps(cell, JSON_ENCODE_ANY | JSON_COMPACT));
			status = field_parse(kernel, connection, arena, column, text, zone, &value, error);
			if (!json_is_string(cell))
				free((char *)text.p);
			if (status)
				return status;
		}
		if ((status = field_check(arena, kernel, column, &value, error)))
			return status;
		if (column->required && value_is_empty(value))
			return refuse(error, column, "required", N_("A value is needed"));
		if (value_is_empty(value))
			continue;
		if (!first)
			buf_add_char(out, ',');
		first = false;
		buf_add_json_string(out, column->name);
		buf_add_char(out, ':');
		value_write_json(out, column, value);
	}
	buf_add_char(out, '}');
	if (known != json_object_size(row)) {
		json_object_foreach((json_t *)row, key, cell)
		{
			bool found = false;

			for (size_t i = 0; i < field->column_count; i++)
				found = found || str_is(field->columns[i]->name, key);
			if (!found)
				return error_fail_at(error, E_INVALID, field->name, "unknown",
						     N_("There is no column '%s' here"), key);
		}
	}
	return OK;
}

static enum status parse_rows(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      const struct field *field, struct str text, const struct zone *zone, struct value *value,
			      struct error *error)
{
	json_error_t fault;
	json_t *rows = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &fault);
	struct buf out = buf_new(arena);
	enum status status = OK;

	if (!json_is_array(rows) || json_array_size(rows) > ROWS_MOST) {
		json_decref(rows);
		return refuse(error, field, "rows", N_("A list of rows is expected"));
	}
	buf_add_char(&out, '[');
	for (size_t i = 0; i < json_array_size(rows) && !status; i++) {
		const json_t *row = json_array_get(rows, i);

		if (i)
			buf_add_char(&out, ',');
		status = json_is_object(row) ? parse_row(kernel, connection, arena, field, row, zone, &out, error)
					     : refuse(error, field, "rows", N_("A list of rows is expected"));
	}
	buf_add_char(&out, ']');
	if (!status && json_array_size(rows))
		*value = (struct value){.kind = VALUE_ROWS, .text = buf_str(&out)};
	json_decref(rows);
	return status;
}

static enum status parse_scalar(const struct field *field, struct str text, const struct zone *zone,
				struct value *value, struct error *error)
{
	struct duration duration;
	int32_t day;
	int64_t number;

	switch (field->value) {
	case VALUE_BOOLEAN:
		if (!str_is(text, "true") && !str_is(text, "false"))
			return refuse(error, field, "boolean", N_("true or false is expected"));
		*value = value_boolean(str_is(text, "true"));
		return OK;
	case VALUE_INTEGER:
		if (!str_int64(text, &number))
			return refuse(error, field, "number", N_("A whole number is expected"));
		break;
	case VALUE_DECIMAL:
		if (!decimal_parse(text, &number))
			return refuse(error, field, "number", N_("A number with at most six decimals is expected"));
		break;
	case VALUE_MONEY:
		if (!parse_money(text, value))
			return refuse(error, field, "money",
				      N_("An amount with its currency is expected, as 12.50 JPY"));
		return OK;
	case VALUE_DATE:
		if (!day_parse(text, &day))
			return refuse(error, field, "date", N_("A date is expected, as 2026-11-23"));
		number = day;
		break;
	case VALUE_TIME:
		if (!parse_time(text, zone, &number))
			return refuse(error, field, "time", N_("A date and time is expected, as 2026-11-23T14:05:00Z"));
		break;
	case VALUE_DURATION:
		if (!duration_parse(text, &duration))
			return refuse(error, field, "duration", N_("A duration is expected, as 2h 30m or PT2H30M"));
		number = duration_ms(duration);
		break;
	default:
		return refuse(error, field, "kind", N_("This cannot be set"));
	}
	*value = value_number(field->value, number);
	return OK;
}

enum status field_parse(struct kernel *kernel, struct connection *connection, struct arena *arena,
			const struct field *field, struct str text, const struct zone *zone, struct value *value,
			struct error *error)
{
	*value = (struct value){0};
	if (!str_is_utf8(text))
		return refuse(error, field, "utf8", N_("This is not UTF-8 text"));
	if (!str_trim(text).n)
		return OK;
	switch (field->value) {
	case VALUE_TEXT:
		*value = value_text(str_dup(arena, field->kind == FIELD_MARKDOWN ? text : str_trim(text)));
		return OK;
	case VALUE_CHOICE:
		*value = value_choice(str_dup(arena, str_trim(text)));
		return OK;
	case VALUE_RECORD:
		return parse_reference(kernel, connection, field, str_trim(text), value, error);
	case VALUE_LIST:
		return parse_list(kernel, connection, arena, field, text, value, error);
	case VALUE_ROWS:
		return parse_rows(kernel, connection, arena, field, text, zone, value, error);
	default:
		return parse_scalar(field, str_trim(text), zone, value, error);
	}
}

/* --- bounds --- */

static size_t characters(struct str text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.n; i++)
		count += ((unsigned char)text.p[i] & 0xC0) != 0x80;
	return count;
}

static bool has_control(struct str text, bool lines)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if ((c < 0x20 && !(lines && (c == '\n' || c == '\t' || c == '\r'))) || c == 0x7f)
			return true;
	}
	return false;
}

/* Nothing but white space, the wide kind that Japanese keyboards give included. */
static bool is_blank(struct str text)
{
	for (size_t at = 0; at < text.n;) {
		uint32_t c = str_next_char(text, &at);

		if (c != ' ' && (c < '\t' || c > '\r') && c != 0xA0 && c != 0x3000)
			return false;
	}
	return true;
}

static enum status check_text(struct arena *arena, const struct field *field, struct value *value, struct error *error)
{
	bool markdown = field->kind == FIELD_MARKDOWN;
	int64_t most = field->has_most ? field->most : markdown ? MARKDOWN_MOST : TEXT_MOST;
	int64_t times[TIMES_MOST];
	size_t count;
	char text[24];

	if (!str_is_utf8(value->text))
		return refuse(error, field, "utf8", N_("This is not UTF-8 text"));
	if (is_blank(value->text)) {
		*value = (struct value){0};
		return OK;
	}
	if (has_control(value->text, markdown))
		return refuse(error, field, "control", N_("Control characters are not allowed here"));
	value->text = fold_nfc(arena, value->text);
	if (field->is_zone && !zone_open(value->text))
		return refuse(error, field, "zone",
			      N_("There is no such time zone; a name such as Asia/Tokyo is expected"));
	if (field->is_times && !times_of_day_parse(value->text, times, &count))
		return refuse(error, field, "times", N_("Times of day are expected, as 09:00, 17:30"));
	if (value->text.n <= (size_t)most || characters(value->text) <= (size_t)most)
		return OK;
	snprintf(text, sizeof(text), "%lld", (long long)most);
	return error_fail_at(error, E_INVALID, field->name, "too_long", N_("At most %s characters fit here"), text);
}

static enum status check_choice(struct arena *arena, const struct field *field, struct value value, struct error *error)
{
	struct buf codes = buf_new(arena);

	if (choice_find(field->choices, value.text))
		return OK;
	for (size_t i = 0; i < field->choices->count && i < 20; i++) {
		if (i)
			buf_add(&codes, S(", "));
		buf_add(&codes, field->choices->choices[i].code);
	}
	return error_fail_at(error, E_INVALID, field->name, "choice", N_("One of these is expected: %s"),
			     str_c(arena, buf_str(&codes)));
}

static enum status check_bounds(const struct field *field, int64_t number, struct error *error)
{
	char text[DECIMAL_TEXT];
	int64_t bound = field->has_least && number < field->least ? field->least : field->most;

	if ((!field->has_least || number >= field->least) && (!field->has_most || number <= field->most))
		return OK;
	if (field->value == VALUE_DECIMAL || field->value == VALUE_MONEY)
		decimal_format(bound, 0, text);
	else
		snprintf(text, sizeof(text), "%lld", (long long)bound);
	if (bound == field->least && number < bound)
		return error_fail_at(error, E_INVALID, field->name, "too_small", N_("At least %s is expected"), text);
	return error_fail_at(error, E_INVALID, field->name, "too_large", N_("At most %s is expected"), text);
}

enum status field_check(struct arena *arena, const struct kernel *kernel, const struct field *field,
			struct value *value, struct error *error)
{
	if (value_is_empty(*value)) {
		*value = (struct value){0};
		return OK;
	}
	if (value->kind != field->value)
		return refuse(error, field, "kind", N_("This kind of value does not fit here"));
	switch (value->kind) {
	case VALUE_TEXT:
		return check_text(arena, field, value, error);
	case VALUE_CHOICE:
		return check_choice(arena, field, *value, error);
	case VALUE_RECORD:
		if (kernel_type_of(kernel, value->number) != field->to)
			return refuse(error, field, "reference", N_("This refers to another kind of record"));
		return OK;
	case VALUE_LIST:
		for (size_t i = 0; i < value->list.count; i++)
			if (kernel_type_of(kernel, value->list.items[i].number) != field->to)
				return refuse(error, field, "reference", N_("This refers to another kind of record"));
		return OK;
	case VALUE_INTEGER:
	case VALUE_DECIMAL:
	case VALUE_MONEY:
		return check_bounds(field, value->number, error);
	default:
		return OK;
	}
}

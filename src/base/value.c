#include "base/value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool holds_text(enum value_kind kind)
{
	return kind == VALUE_TEXT || kind == VALUE_CHOICE || kind == VALUE_ROWS;
}

bool value_is_empty(struct value value)
{
	switch (value.kind) {
	case VALUE_NONE:
		return true;
	case VALUE_TEXT:
	case VALUE_CHOICE:
		return value.text.n == 0;
	case VALUE_ROWS:
		return value.text.n == 0 || str_is(value.text, "[]");
	case VALUE_LIST:
		return value.list.count == 0;
	default:
		return false;
	}
}

static const struct str erased_text = S("\x1A"), erased_rows = S("\"\\u001A\"");

bool value_is_erased(struct value value)
{
	return (value.kind == VALUE_TEXT && str_starts(value.text, erased_text)) ||
	       (value.kind == VALUE_ROWS && str_eq(value.text, erased_rows));
}

struct value value_erased(enum value_kind kind)
{
	return (struct value){.kind = kind, .text = kind == VALUE_ROWS ? erased_rows : erased_text};
}

bool value_eq(struct value a, struct value b)
{
	return value_cmp(a, b) == 0;
}

static int order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int cmp_lists(struct value a, struct value b)
{
	for (size_t i = 0; i < a.list.count && i < b.list.count; i++) {
		int found = value_cmp(a.list.items[i], b.list.items[i]);
		if (found)
			return found;
	}
	return order((int64_t)a.list.count, (int64_t)b.list.count);
}

int value_cmp(struct value a, struct value b)
{
	bool a_empty = value_is_empty(a), b_empty = value_is_empty(b);
	if (a_empty || b_empty)
		return b_empty - a_empty;
	if (a.kind != b.kind)
		return order(a.kind, b.kind);
	if (holds_text(a.kind))
		return str_cmp(a.text, b.text);
	if (a.kind == VALUE_LIST)
		return cmp_lists(a, b);
	if (a.kind == VALUE_BOOLEAN)
		return a.boolean - b.boolean;
	if (a.kind == VALUE_MONEY) {
		int currency = str_cmp(str_of(a.currency), str_of(b.currency));
		if (currency)
			return currency;
	}
	return order(a.number, b.number);
}

struct value value_copy(struct arena *arena, struct value value)
{
	if (holds_text(value.kind)) {
		value.text = str_dup(arena, value.text);
	} else if (value.kind == VALUE_LIST) {
		struct value *items = arena_many(arena, struct value, value.list.count);
		for (size_t i = 0; i < value.list.count; i++)
			items[i] = value_copy(arena, value.list.items[i]);
		value.list.items = items;
	}
	return value;
}

struct value value_boolean(bool boolean)
{
	return (struct value){.kind = VALUE_BOOLEAN, .boolean = boolean};
}

struct value value_integer(int64_t number)
{
	return value_number(VALUE_INTEGER, number);
}

struct value value_text(struct str text)
{
	return (struct value){.kind = VALUE_TEXT, .text = text};
}

struct value value_choice(struct str code)
{
	return (struct value){.kind = VALUE_CHOICE, .text = code};
}

struct value value_time(instant at)
{
	return value_number(VALUE_TIME, at);
}

struct value value_record(int64_t identity)
{
	return value_number(VALUE_RECORD, identity);
}

struct value value_number(enum value_kind kind, int64_t number)
{
	return (struct value){.kind = kind, .number = number};
}

enum { DECIMALS = 6, ONE = 1000000 };

bool decimal_parse(struct str text, int64_t *millionths)
{
	bool negative = text.n && text.p[0] == '-';
	struct str digits = str_sub(text, negative, text.n);
	size_t point = digits.n;
	struct str whole = digits, fraction = {NULL, 0};
	if (str_find_char(digits, '.', &point)) {
		whole = str_sub(digits, 0, point);
		fraction = str_sub(digits, point + 1, digits.n);
		if (fraction.n == 0 || fraction.n > DECIMALS)
			return false;
	}
	if (whole.n == 0)
		return false;
	int64_t number = 0;
	for (size_t i = 0; i < whole.n + DECIMALS; i++) {
		char c = i < whole.n ? whole.p[i] : i - whole.n < fraction.n ? fraction.p[i - whole.n] : '0';
		int digit = c - '0';
		if (digit < 0 || digit > 9)
			return false;
		/* Downwards for negative numbers, whose range is one longer. */
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, negative ? -digit : digit, &number))
			return false;
	}
	*millionths = number;
	return true;
}

char *decimal_format(int64_t millionths, int least_decimals, char out[DECIMAL_TEXT])
{
	uint64_t size = millionths < 0 ? -(uint64_t)millionths : (uint64_t)millionths;
	int n = snprintf(out, DECIMAL_TEXT, "%s%" PRIu64 ".%06u", millionths < 0 ? "-" : "", size / ONE,
			 (unsigned)(size % ONE));
	int decimals = DECIMALS;
	while (decimals > 0 && decimals > least_decimals && out[n - 1] == '0') {
		n--;
		decimals--;
	}
	if (decimals == 0)
		n--; /* the point */
	out[n] = 0;
	return out;
}

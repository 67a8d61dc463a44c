/* value: what a field holds, in memory.
 *
 * One tagged union serves the expression language, the kernel and the surfaces. Text inside a value lives in the
 * arena of whoever made it. */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include "base/arena.h"
#include "base/str.h"
#include "base/time.h"

enum value_kind {
	VALUE_NONE, /* empty */
	VALUE_BOOLEAN,
	VALUE_INTEGER,
	VALUE_DECIMAL,  /* number in millionths: 12.5 is 12500000 */
	VALUE_MONEY,    /* number in millionths, and currency */
	VALUE_TEXT,     /* text */
	VALUE_CHOICE,   /* text: the code */
	VALUE_DATE,     /* number: days since 1970-01-01 */
	VALUE_TIME,     /* number: instant */
	VALUE_DURATION, /* number: ms */
	VALUE_RECORD,   /* number: identity of a record */
	VALUE_LIST,     /* list: of records (links) */
	VALUE_ROWS,     /* text: canonical JSON array of objects */
};

struct value {
	enum value_kind kind;
	char currency[4]; /* ISO 4217, NUL-terminated; money only */
	union {
		bool boolean;
		int64_t number;
		struct str text;
		struct {
			const struct value *items;
			size_t count;
		} list;
	};
};

bool value_is_empty(struct value value); /* none, or text, list or rows ("[]") without content */
/* What stands where a text or rows were erased for good: neither empty nor a text that anybody can give, as its first
 * character is SUBSTITUTE. Of a unique field the text goes on with a number, so that each differs. */
bool value_is_erased(struct value value);
struct value value_erased(enum value_kind kind); /* VALUE_TEXT or VALUE_ROWS */
bool value_eq(struct value a, struct value b);
/* Orders values of one kind: numbers by size, text by bytes; empty first, and all that
 * is empty is equal. Money of different currencies by currency. Values of different kinds are never equal. */
int value_cmp(struct value a, struct value b);
struct value value_copy(struct arena *arena, struct value value);

struct value value_boolean(bool boolean);
struct value value_integer(int64_t number);
struct value value_text(struct str text);
struct value value_choice(struct str code);
struct value value_time(instant at);
struct value value_record(int64_t identity);
struct value value_number(enum value_kind kind, int64_t number);

/* Decimal text <-> millionths: "12.50" <-> 12500000. False when it has more than six decimals or does not fit. */
bool decimal_parse(struct str text, int64_t *millionths);
enum { DECIMAL_TEXT = 32 };
char *decimal_format(int64_t millionths, int least_decimals, char out[DECIMAL_TEXT]);

#endif

/* token: an expression cut into words, before anybody asks what they mean. Private to query/. */
#ifndef QUERY_TOKEN_H
#define QUERY_TOKEN_H

#include "base/arena.h"
#include "base/error.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,     /* a name, a keyword, a code, PT4H */
	TOKEN_NUMBER,   /* 12, 12.50 */
	TOKEN_TEXT,     /* 'text' or "text"; text is without its quotes */
	TOKEN_RECORD,   /* SVC-4 */
	TOKEN_DATE,     /* 2026-11-23 */
	TOKEN_TIME,     /* 2026-11-23T05:00:00Z */
	TOKEN_DURATION, /* 7d, 2h30m */
	TOKEN_SYMBOL,   /* ( ) , . = != < <= > >= + - */
};

struct token {
	enum token_kind kind;
	struct str text;
	uint32_t column;   /* in characters, from 1 */
	size_t begin, end; /* in bytes of the source, quotes included */
};

/* Ends with a TOKEN_END. The text must be UTF-8. */
MUST enum status token_split(struct arena *arena, struct str source, struct token **tokens, struct error *error);

/* Adds an error of the expression at a column. The message's first %s is the column; second and third are left out when
 * NULL and shortened when long. */
enum status expression_fail(struct error *error, uint32_t column, const char *message, const struct str *second,
			    const struct str *third);

#endif

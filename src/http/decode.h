/* decode: what clients wrap their text in: percent encoding, queries, cookies. Strict: what is malformed is refused,
 * never guessed at. All results are valid UTF-8 without NUL. */
#ifndef HTTP_DECODE_H
#define HTTP_DECODE_H

#include "base/arena.h"
#include "base/error.h"

struct http_pair {
	struct str name, value;
};

struct http_pairs { /* in the order in which they came; names may come again */
	const struct http_pair *items;
	size_t count;
};

enum { HTTP_PAIRS_MAX = 2000 };

struct str http_pair_find(const struct http_pairs *pairs, struct str name); /* the first; p == NULL when absent */

/* Undoes %XX, and "+" for a blank when plus. A text without either is not copied. False: a broken %XX, NUL, no UTF-8.
 */
MUST bool http_decode(struct arena *arena, struct str encoded, bool plus, struct str *out);

/* "a=1&b=&c" of a query or a form. Empty pieces are passed over. E_SYNTAX at the name, E_TOO_LARGE. */
MUST enum status http_decode_pairs(struct arena *arena, struct str encoded, struct http_pairs *pairs,
				   struct error *error);

/* The first cookie of that name in a Cookie header, without quotes around it; p == NULL when absent. */
struct str http_cookie_find(struct str header, struct str name);

/* A parameter of a header such as Content-Type or Content-Disposition: of "form-data; name=\"a b\"" name is "a b".
 * A quoted text may hold \" and \\. p == NULL when absent or malformed. */
struct str http_header_parameter(struct arena *arena, struct str header, const char *name);
/* "text/html; charset=utf-8" -> "text/html" (its case as sent) */
struct str http_media_type(struct str header);

#endif

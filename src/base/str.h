/* str: slices of text, and one builder with a ceiling.
 *
 * A slice is a pointer and a length; it owns nothing and need not end with NUL. All text is UTF-8. The empty slice
 * may have a NULL pointer. Lengths are checked once, at the edge, and carried in the slice from there on. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct str {
	const char *p;
	size_t n;
};

#define S(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_ARG(s) (int)(s).n, (s).p /* for "%.*s" */

struct str str_of(const char *c_string);                  /* NULL gives the empty slice */
struct str str_sub(struct str s, size_t from, size_t to); /* clamped to the slice */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *c_string);
bool str_eq_nocase(struct str a, struct str b); /* ASCII */
int str_cmp(struct str a, struct str b);        /* by bytes, as memcmp */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_find(struct str s, struct str needle, size_t *at);
bool str_find_char(struct str s, char c, size_t *at);
struct str str_head(struct str s, size_t most);  /* at most so many bytes, and no character cut in two */
struct str str_first(struct str s, size_t most); /* at most so many characters */
struct str str_trim(struct str s);               /* ASCII white space off both ends */
/* Cuts the text before the next separator off the front of *rest; false when *rest was exhausted (p == NULL). */
bool str_cut(struct str *rest, char separator, struct str *part);
/* Whole slice as a decimal integer; false when it is none or does not fit. */
bool str_int64(struct str s, int64_t *out);
bool str_is_utf8(struct str s);
uint32_t str_next_wide(struct str s, size_t *at); /* as str_next_char() */
/* Decodes the code point at *at and advances; U+FFFD and one byte for what is not UTF-8. */
static inline uint32_t str_next_char(struct str s, size_t *at)
{
	return *at < s.n && (unsigned char)s.p[*at] < 0x80 ? (uint32_t)s.p[(*at)++] : str_next_wide(s, at);
}

/* Writes a number with at least that many digits (1 to 20), zeros in front, and no NUL; returns the byte behind it. */
char *digits_put(char *out, uint64_t number, unsigned least);

struct str str_dup(struct arena *arena, struct str s);
char *str_c(struct arena *arena, struct str s); /* NUL-terminated copy */
struct str str_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A sentence with its one %s replaced: for text that is not known to the compiler, such as a translation. */
struct str str_fill(struct arena *arena, struct str sentence, struct str with);

/* Percent-encoded, but for letters, digits and what is plain (RFC 3986). */
struct str percent_encode(struct arena *arena, struct str text, const char *plain);
/* FNV-1a, going on from a hash before (STR_HASH at first): for places in memory of a fixed size, where an enemy who
 * finds two alike wins nothing. */
static const uint64_t STR_HASH = 0xcbf29ce484222325u;
uint64_t str_hash(uint64_t from, const void *bytes, size_t count);
struct str url_part(struct arena *arena, struct str text); /* as one part of a path or a query: -._~/ are plain */

/* The builder. Grows in its arena up to max bytes; past that it sets failed and drops what is added, so that a
 * long piece of code checks once at its end. */
struct buf {
	struct arena *arena;
	char *p;
	size_t n, capacity, max;
	bool failed;
};

enum { BUF_DEFAULT_MAX = 64 << 20 };

struct buf buf_new(struct arena *arena);
struct buf buf_new_max(struct arena *arena, size_t max);
void buf_add(struct buf *buf, struct str s);
void buf_add_c(struct buf *buf, const char *c_string);
void buf_add_char(struct buf *buf, char c);
void buf_add_int(struct buf *buf, int64_t number);
void buf_add_utf8(struct buf *buf, uint32_t code_point);
void buf_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vformat(struct buf *buf, const char *format, va_list arguments);
/* Text as a JSON string with its quotes. Invalid UTF-8 becomes U+FFFD. */
void buf_add_json_string(struct buf *buf, struct str s);
struct str buf_str(const struct buf *buf);

#endif

#include "base/str.h"

#include "base/arena.h"

#include <string.h>

enum { REPLACEMENT = 0xFFFD };

struct str str_of(const char *c_string)
{
	return c_string ? (struct str){c_string, strlen(c_string)} : (struct str){NULL, 0};
}

struct str str_sub(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return s.p ? (struct str){s.p + from, to - from} : s;
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(struct str a, const char *c_string)
{
	return str_eq(a, str_of(c_string));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;
	if (order)
		return order < 0 ? -1 : 1;
	return (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq((struct str){s.p, prefix.n}, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_sub(s, s.n - suffix.n, s.n), suffix);
}

bool str_find(struct str s, struct str needle, size_t *at)
{
	if (needle.n == 0) {
		*at = 0;
		return true;
	}
	const char *found = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	if (found)
		*at = (size_t)(found - s.p);
	return found;
}

bool str_find_char(struct str s, char c, size_t *at)
{
	const char *found = s.n ? memchr(s.p, c, s.n) : NULL;
	if (found)
		*at = (size_t)(found - s.p);
	return found;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_head(struct str s, size_t most)
{
	if (s.n <= most)
		return s;
	while (most && ((unsigned char)s.p[most] & 0xc0) == 0x80)
		most--;
	return str_sub(s, 0, most);
}

struct str str_first(struct str s, size_t most)
{
	size_t at = 0;

	for (size_t i = 0; i < most && at < s.n; i++)
		(void)str_next_char(s, &at);
	return str_sub(s, 0, at);
}

struct str str_trim(struct str s)
{
	while (s.n && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool str_cut(struct str *rest, char separator, struct str *part)
{
	size_t at;
	if (!rest->p)
		return false;
	if (str_find_char(*rest, separator, &at)) {
		*part = str_sub(*rest, 0, at);
		*rest = str_sub(*rest, at + 1, rest->n);
	} else {
		*part = *rest;
		*rest = (struct str){NULL, 0};
	}
	return true;
}

bool str_int64(struct str s, int64_t *out)
{
	bool negative = s.n && s.p[0] == '-';
	int64_t number = 0;
	if (s.n == (size_t)negative)
		return false;
	for (size_t i = negative; i < s.n; i++) {
		int digit = s.p[i] - '0';
		if (digit < 0 || digit > 9)
			return false;
		/* Downwards for negative numbers, whose range is one longer. */
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, negative ? -digit : digit, &number))
			return false;
	}
	*out = number;
	return true;
}

/* Length of the well-formed UTF-8 sequence at p (n > 0 bytes left), 0 when there is none. */
static size_t decode(const unsigned char *p, size_t n, uint32_t *code_point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	if (p[0] < 0x80) {
		*code_point = p[0];
		return 1;
	}
	if ((p[0] & 0xF0) == 0xE0 && n >= 3 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80) { /* Japanese */
		uint32_t c = (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
		*code_point = c;
		return c >= 0x800 && (c < 0xD800 || c > 0xDFFF) ? 3 : 0;
	}
	size_t length = p[0] >= 0xF8 ? 0 : p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : p[0] >= 0xC0 ? 2 : 0;
	if (length == 0 || length > n)
		return 0;
	uint32_t c = p[0] & (0x7Fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3F);
	}
	if (c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*code_point = c;
	return length;
}

bool str_is_utf8(struct str s)
{
	uint32_t code_point;
	for (size_t i = 0, length; i < s.n; i += length) {
		length =
		    (unsigned char)s.p[i] < 0x80 ? 1 : decode((const unsigned char *)s.p + i, s.n - i, &code_point);
		if (!length)
			return false;
	}
	return true;
}

uint32_t str_next_wide(struct str s, size_t *at)
{
	uint32_t code_point;
	if (*at >= s.n)
		return REPLACEMENT;
	size_t length = decode((const unsigned char *)s.p + *at, s.n - *at, &code_point);
	*at += length ? length : 1;
	return length ? code_point : REPLACEMENT;
}

struct str str_dup(struct arena *arena, struct str s)
{
	return (struct str){str_c(arena, s), s.n};
}

char *str_c(struct arena *arena, struct str s)
{
	char *copy = arena_room(arena, s.n + 1);
	if (s.n)
		memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return copy;
}

char *digits_put(char *out, uint64_t number, unsigned least)
{
	char text[20];
	unsigned count = 0;

	do
		text[count++] = (char)('0' + number % 10);
	while (number /= 10);
	while (count < least && count < sizeof(text))
		text[count++] = '0';
	while (count)
		*out++ = text[--count];
	return out;
}

struct str str_format(struct arena *arena, const char *format, ...)
{
	struct buf buf = buf_new(arena);
	va_list arguments;
	va_start(arguments, format);
	buf_vformat(&buf, format, arguments);
	va_end(arguments);
	return buf_str(&buf);
}

struct str str_fill(struct arena *arena, struct str sentence, struct str with)
{
	size_t at;

	if (!str_find(sentence, S("%s"), &at))
		return sentence;
	return str_format(arena, "%.*s%.*s%.*s", STR_ARG(str_sub(sentence, 0, at)), STR_ARG(with),
			  STR_ARG(str_sub(sentence, at + 2, sentence.n)));
}

struct str percent_encode(struct arena *arena, struct str text, const char *plain)
{
	static const char hex[] = "0123456789ABCDEF";
	struct buf buf = buf_new(arena);

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c && strchr(plain, c))) {
			buf_add_char(&buf, (char)c);
		} else {
			buf_add_char(&buf, '%');
			buf_add_char(&buf, hex[c >> 4]);
			buf_add_char(&buf, hex[c & 15]);
		}
	}
	return buf_str(&buf);
}

uint64_t str_hash(uint64_t from, const void *bytes, size_t count)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < count; i++)
		from = (from ^ at[i]) * 0x100000001b3u;
	return from;
}

struct str url_part(struct arena *arena, struct str text)
{
	return percent_encode(arena, text, "-._~/");
}

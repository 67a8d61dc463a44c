#include "base/arena.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>

enum { SMALLEST = 128 };

struct buf buf_new(struct arena *arena)
{
	return buf_new_max(arena, BUF_DEFAULT_MAX);
}

struct buf buf_new_max(struct arena *arena, size_t max)
{
	return (struct buf){.arena = arena, .max = max};
}

/* Makes room for extra more bytes and one NUL after them (which vsnprintf writes). */
static bool reserve(struct buf *buf, size_t extra)
{
	if (buf->failed || extra > buf->max - buf->n) {
		buf->failed = true;
		return false;
	}
	size_t needed = buf->n + extra + 1;
	if (needed <= buf->capacity)
		return true;
	size_t capacity = buf->capacity ? buf->capacity * 2 : SMALLEST;
	if (capacity < needed)
		capacity = needed;
	buf->p = arena_grow_room(buf->arena, buf->p, buf->capacity, capacity);
	buf->capacity = capacity;
	return true;
}

void buf_add(struct buf *buf, struct str s)
{
	if (s.n == 0 || !reserve(buf, s.n))
		return;
	memcpy(buf->p + buf->n, s.p, s.n);
	buf->n += s.n;
	buf->p[buf->n] = '\0';
}

void buf_add_c(struct buf *buf, const char *c_string)
{
	buf_add(buf, str_of(c_string));
}

void buf_add_char(struct buf *buf, char c)
{
	if (!reserve(buf, 1))
		return;
	buf->p[buf->n++] = c;
	buf->p[buf->n] = '\0';
}

static void add_unsigned(struct buf *buf, uint64_t number, bool negative)
{
	char text[24];
	size_t at = sizeof(text);

	do
		text[--at] = (char)('0' + number % 10);
	while (number /= 10);
	if (negative)
		text[--at] = '-';
	buf_add(buf, (struct str){text + at, sizeof(text) - at});
}

void buf_add_int(struct buf *buf, int64_t number)
{
	add_unsigned(buf, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, number < 0);
}

void buf_add_utf8(struct buf *buf, uint32_t c)
{
	char text[4];
	size_t n = 0;
	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = 0xFFFD;
	if (c < 0x80) {
		text[n++] = (char)c;
	} else if (c < 0x800) {
		text[n++] = (char)(0xC0 | c >> 6);
		text[n++] = (char)(0x80 | (c & 0x3F));
	} else if (c < 0x10000) {
		text[n++] = (char)(0xE0 | c >> 12);
		text[n++] = (char)(0x80 | (c >> 6 & 0x3F));
		text[n++] = (char)(0x80 | (c & 0x3F));
	} else {
		text[n++] = (char)(0xF0 | c >> 18);
		text[n++] = (char)(0x80 | (c >> 12 & 0x3F));
		text[n++] = (char)(0x80 | (c >> 6 & 0x3F));
		text[n++] = (char)(0x80 | (c & 0x3F));
	}
	buf_add(buf, (struct str){text, n});
}

/* One hole of those that almost every format is made of: %s, %.*s, %d, %u, %zu, %lld, %llu, %c and %%. Pages and
 * answers are full of them, and the C library's way costs several times as much (it was a sixth of a record page).
 * NULL: it is another one. */
static const char *add_plain(struct buf *buf, const char *p, va_list *arguments)
{
	int number;

	switch (*p) {
	case 's':
		buf_add_c(buf, va_arg(*arguments, const char *));
		return p + 1;
	case '.':
		if (p[1] != '*' || p[2] != 's')
			return NULL;
		number = va_arg(*arguments, int);
		buf_add(buf, (struct str){va_arg(*arguments, const char *), number > 0 ? (size_t)number : 0});
		return p + 3;
	case 'd':
		buf_add_int(buf, va_arg(*arguments, int));
		return p + 1;
	case 'u':
		add_unsigned(buf, va_arg(*arguments, unsigned), false);
		return p + 1;
	case 'z':
		if (p[1] != 'u')
			return NULL;
		add_unsigned(buf, va_arg(*arguments, size_t), false);
		return p + 2;
	case 'l':
		if (p[1] != 'l' || (p[2] != 'd' && p[2] != 'u'))
			return NULL;
		if (p[2] == 'd')
			buf_add_int(buf, va_arg(*arguments, long long));
		else
			add_unsigned(buf, va_arg(*arguments, unsigned long long), false);
		return p + 3;
	case 'c':
		buf_add_char(buf, (char)va_arg(*arguments, int));
		return p + 1;
	case '%':
		buf_add_char(buf, '%');
		return p + 1;
	default:
		return NULL;
	}
}

/* False, with nothing added, when a hole is of another kind. */
static bool format_plain(struct buf *buf, const char *format, va_list *arguments)
{
	size_t start = buf->n;

	for (const char *p = format; *p;) {
		const char *hole = strchrnul(p, '%');

		buf_add(buf, (struct str){p, (size_t)(hole - p)});
		p = *hole ? add_plain(buf, hole + 1, arguments) : hole;
		if (!p) {
			buf->n = start;
			return false;
		}
	}
	return true;
}

static void format_any(struct buf *buf, const char *format, va_list arguments)
{
	va_list again;
	va_copy(again, arguments);
	size_t room = buf->capacity - buf->n;
	int n = vsnprintf(buf->p ? buf->p + buf->n : NULL, room, format, arguments);
	if (n < 0)
		buf->failed = true;
	else if (reserve(buf, (size_t)n)) {
		if ((size_t)n >= room)
			vsnprintf(buf->p + buf->n, (size_t)n + 1, format, again);
		buf->n += (size_t)n;
	}
	va_end(again);
}

void buf_vformat(struct buf *buf, const char *format, va_list arguments)
{
	va_list own;

	va_copy(own, arguments); /* a parameter cannot be pointed to: on some machines it is an array */
	if (!format_plain(buf, format, &own))
		format_any(buf, format, arguments);
	va_end(own);
}

void buf_format(struct buf *buf, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	buf_vformat(buf, format, arguments);
	va_end(arguments);
}

static void add_json_escape(struct buf *buf, unsigned char c)
{
	switch (c) {
	case '"':
		buf_add(buf, S("\\\""));
		break;
	case '\\':
		buf_add(buf, S("\\\\"));
		break;
	case '\n':
		buf_add(buf, S("\\n"));
		break;
	case '\r':
		buf_add(buf, S("\\r"));
		break;
	case '\t':
		buf_add(buf, S("\\t"));
		break;
	default:
		buf_format(buf, "\\u%04x", c);
	}
}

/* Bytes of a character that stands as it is, of those that are told at a glance; 0: others. A byte of 0xE1 to 0xEF but
 * 0xED begins a character with whatever two that follow upon a beginning (RFC 3629 4). */
static size_t plain_bytes(const unsigned char *p, size_t left)
{
	if (p[0] < 0x80)
		return p[0] >= 0x20 && p[0] != '"' && p[0] != '\\' && p[0] != 0x7F;
	if (left > 2 && p[0] > 0xE0 && p[0] < 0xF0 && p[0] != 0xED && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80)
		return 3;
	return left > 1 && p[0] >= 0xC2 && p[0] < 0xE0 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
}

void buf_add_json_string(struct buf *buf, struct str s)
{
	size_t plain = 0, step; /* start of the run that can be copied as it stands */
	buf_add_char(buf, '"');
	for (size_t at = 0; at < s.n;) {
		if ((step = plain_bytes((const unsigned char *)s.p + at, s.n - at))) {
			at += step;
			continue;
		}
		size_t start = at;
		unsigned char c = (unsigned char)s.p[at];
		bool special = c < 0x80;
		/* A U+FFFD of one byte is no U+FFFD of the text. */
		bool broken = !special && str_next_char(s, &at) == 0xFFFD && at - start == 1;
		if (special)
			at++;
		if (!special && !broken)
			continue;
		buf_add(buf, str_sub(s, plain, start));
		if (special)
			add_json_escape(buf, c);
		else
			buf_add_utf8(buf, 0xFFFD);
		plain = at;
	}
	buf_add(buf, str_sub(s, plain, s.n));
	buf_add_char(buf, '"');
}

struct str buf_str(const struct buf *buf)
{
	return (struct str){buf->p, buf->n};
}

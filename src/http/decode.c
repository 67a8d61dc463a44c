#include "http/decode.h"

#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool is_plain(struct str encoded, bool plus)
{
	for (size_t i = 0; i < encoded.n; i++) {
		unsigned char c = (unsigned char)encoded.p[i];
		if (c == '%' || (plus && c == '+') || c == 0 || c >= 0x80)
			return false;
	}
	return true;
}

bool http_decode(struct arena *arena, struct str encoded, bool plus, struct str *out)
{
	if (is_plain(encoded, plus)) {
		*out = encoded;
		return true;
	}
	char *text = arena_alloc(arena, encoded.n);
	size_t n = 0;
	for (size_t i = 0; i < encoded.n; i++) {
		char c = encoded.p[i];
		if (c == '%') {
			int high = i + 2 < encoded.n ? hex_digit(encoded.p[i + 1]) : -1;
			int low = i + 2 < encoded.n ? hex_digit(encoded.p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		} else if (plus && c == '+') {
			c = ' ';
		}
		if (c == 0)
			return false;
		text[n++] = c;
	}
	*out = (struct str){text, n};
	return str_is_utf8(*out);
}

struct str http_pair_find(const struct http_pairs *pairs, struct str name)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (str_eq(pairs->items[i].name, name))
			return pairs->items[i].value;
	return (struct str){NULL, 0};
}

enum status http_decode_pairs(struct arena *arena, struct str encoded, struct http_pairs *pairs, struct error *error)
{
	VEC(struct http_pair) found = {};
	*pairs = (struct http_pairs){};
	struct str rest = encoded, piece;
	while (rest.p && str_cut(&rest, '&', &piece)) {
		if (piece.n == 0)
			continue;
		struct str value = piece, name;
		str_cut(&value, '=', &name);
		struct http_pair pair;
		if (!http_decode(arena, name, true, &pair.name))
			return error_fail(error, E_SYNTAX, "", "encoding", N_("The address is not encoded correctly"));
		if (!http_decode(arena, value.p ? value : S(""), true, &pair.value))
			return error_fail_at(error, E_SYNTAX, pair.name, "encoding",
					     N_("The value is not encoded correctly"));
		if (found.count == HTTP_PAIRS_MAX)
			return error_fail(error, E_TOO_LARGE, "", "count", N_("There are too many parameters"));
		vec_push(arena, &found, pair);
	}
	*pairs = (struct http_pairs){found.items, found.count};
	return OK;
}

struct str http_cookie_find(struct str header, struct str name)
{
	struct str rest = header, piece;
	while (rest.p && str_cut(&rest, ';', &piece)) {
		struct str value = str_trim(piece), key;
		str_cut(&value, '=', &key);
		if (!value.p || !str_eq(str_trim(key), name))
			continue;
		value = str_trim(value);
		if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
			value = str_sub(value, 1, value.n - 1);
		return value;
	}
	return (struct str){NULL, 0};
}

struct str http_media_type(struct str header)
{
	size_t end;
	return str_trim(str_find_char(header, ';', &end) ? str_sub(header, 0, end) : header);
}

/* Reads a token or a quoted text at *at. False when a quote is never closed. */
static bool parameter_value(struct arena *arena, struct str header, size_t *at, struct str *value)
{
	size_t i = *at;
	if (i >= header.n || header.p[i] != '"') {
		while (i < header.n && header.p[i] != ';')
			i++;
		*value = str_trim(str_sub(header, *at, i));
		*at = i;
		return true;
	}
	char *text = arena_alloc(arena, header.n);
	size_t n = 0;
	for (i++; i < header.n && header.p[i] != '"'; i++) {
		/* Only these two are escapes: browsers of old sent Windows paths as they were. */
		if (header.p[i] == '\\' && i + 1 < header.n && (header.p[i + 1] == '"' || header.p[i + 1] == '\\'))
			i++;
		text[n++] = header.p[i];
	}
	*value = (struct str){text, n};
	*at = i + 1;
	return i < header.n;
}

struct str http_header_parameter(struct arena *arena, struct str header, const char *name)
{
	size_t at;
	if (!str_find_char(header, ';', &at))
		return (struct str){NULL, 0};
	while (at < header.n) {
		size_t start = ++at;
		while (at < header.n && header.p[at] != '=' && header.p[at] != ';')
			at++;
		struct str key = str_trim(str_sub(header, start, at));
		struct str value = S("");
		if (at < header.n && header.p[at] == '=') {
			at++;
			while (at < header.n && header.p[at] == ' ')
				at++;
			if (!parameter_value(arena, header, &at, &value))
				break;
		}
		if (str_eq_nocase(key, str_of(name)))
			return value;
		while (at < header.n && header.p[at] != ';')
			at++;
	}
	return (struct str){NULL, 0};
}

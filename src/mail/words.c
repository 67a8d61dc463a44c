#include "mail/words.h"

#include "mail/charset.h"

struct words { /* in the reading */
	struct arena *arena;
	struct buf text;
	struct str label; /* of what waits to be converted */
	struct buf waiting;
};

struct word {
	struct str label, text;
	char encoding;
	size_t end; /* of the whole, from its beginning */
};

static int hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
				      : -1;
}

static void add_quoted(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		int high = text.p[i] == '=' && i + 2 < text.n ? hex(text.p[i + 1]) : -1;
		int low = high >= 0 ? hex(text.p[i + 2]) : -1;

		if (low >= 0) {
			buf_add_char(out, (char)(high << 4 | low));
			i += 2;
		} else {
			buf_add_char(out, text.p[i] == '_' ? ' ' : text.p[i]);
		}
	}
}

static int base64(char c)
{
	return c >= 'A' && c <= 'Z'   ? c - 'A'
	       : c >= 'a' && c <= 'z' ? c - 'a' + 26
	       : c >= '0' && c <= '9' ? c - '0' + 52
	       : c == '+'             ? 62
	       : c == '/'             ? 63
				      : -1;
}

static void add_base64(struct buf *out, struct str text)
{
	unsigned held = 0;
	int bits = 0;

	for (size_t i = 0; i < text.n; i++) {
		int six = base64(text.p[i]);

		if (six < 0)
			continue;
		held = (held << 6 | (unsigned)six) & 0xffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			buf_add_char(out, (char)(held >> bits & 0xff));
		}
	}
}

/* Longer ones than anybody writes are none, so that looking for their end takes no time. */
enum { WORD_MOST = 8000 };

/* "=?label?B?text?=" at the beginning. */
static bool take_word(struct str rest, struct word *word)
{
	size_t label, end;
	struct str inside;

	rest = str_sub(rest, 0, WORD_MOST);
	if (!str_starts(rest, S("=?")) || !str_find_char(str_sub(rest, 2, rest.n), '?', &label) || !label)
		return false;
	word->label = str_sub(rest, 2, 2 + label);
	inside = str_sub(rest, 3 + label, rest.n);
	if (inside.n < 2 || inside.p[1] != '?' || !str_find(str_sub(inside, 2, inside.n), S("?="), &end))
		return false;
	word->encoding = (char)(inside.p[0] & ~0x20);
	word->text = str_sub(inside, 2, 2 + end);
	word->end = 3 + label + 2 + end + 2;
	if (str_find_char(word->label, '*', &label)) /* RFC 2231: a language after it */
		word->label = str_sub(word->label, 0, label);
	return word->encoding == 'B' || word->encoding == 'Q';
}

static void flush(struct words *words)
{
	if (words->waiting.n)
		buf_add(&words->text, charset_to_utf8(words->arena, buf_str(&words->waiting), words->label));
	words->waiting = buf_new(words->arena);
}

static void add_word(struct words *words, const struct word *word)
{
	if (words->waiting.n && !str_eq_nocase(word->label, words->label))
		flush(words);
	words->label = word->label;
	if (word->encoding == 'B')
		add_base64(&words->waiting, word->text);
	else
		add_quoted(&words->waiting, word->text);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t blanks(struct str text)
{
	size_t n = 0;

	while (n < text.n && is_blank(text.p[n]))
		n++;
	return n;
}

/* What stands there without any encoding, up to the next word. */
static size_t plain(struct str rest)
{
	struct word next;
	size_t n = 1;

	while (n < rest.n && !(rest.p[n] == '=' && take_word(str_sub(rest, n, rest.n), &next)))
		n++;
	return n;
}

/* What turns the order of letters around (U+202A to U+202E, U+2066 to U+2069): "fdp.exe" is to look like it. */
static bool turns(struct str text, size_t at)
{
	unsigned char last = at + 2 < text.n ? (unsigned char)text.p[at + 2] : 0;

	return (str_starts(str_sub(text, at, text.n), S("\xe2\x80")) && last >= 0xaa && last <= 0xae) ||
	       (str_starts(str_sub(text, at, text.n), S("\xe2\x81")) && last >= 0xa6 && last <= 0xa9);
}

struct str words_on_one_line(struct arena *arena, struct str text)
{
	struct buf out = buf_new(arena);

	for (size_t i = 0; i < text.n; i++)
		if (turns(text, i))
			i += 2;
		else if (!is_blank(text.p[i]))
			buf_add_char(&out, text.p[i]);
		else if (out.n && out.p[out.n - 1] != ' ')
			buf_add_char(&out, ' ');
	return str_trim(buf_str(&out));
}

struct str words_decode(struct arena *arena, struct str value)
{
	struct words words = {.arena = arena, .text = buf_new(arena), .waiting = buf_new(arena)};
	struct word word;
	struct str rest = value;

	while (rest.n) {
		size_t gap = blanks(rest);

		if (words.waiting.n && take_word(str_sub(rest, gap, rest.n), &word)) { /* the gap only separates */
			add_word(&words, &word);
			rest = str_sub(rest, gap + word.end, rest.n);
		} else if (take_word(rest, &word)) {
			add_word(&words, &word);
			rest = str_sub(rest, word.end, rest.n);
		} else {
			size_t n = plain(rest);

			flush(&words);
			buf_add(&words.text, charset_to_utf8(arena, str_sub(rest, 0, n), S("")));
			rest = str_sub(rest, n, rest.n);
		}
	}
	flush(&words);
	return words_on_one_line(arena, buf_str(&words.text));
}

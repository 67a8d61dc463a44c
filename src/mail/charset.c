#include "mail/charset.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

enum { NAME_MOST = 60, SURE_ENOUGH = 30 };

/* Labels that stand for more than they say, or that ICU knows otherwise. */
static const struct {
	const char *label, *means; /* NULL: nothing */
} aliases[] = {
    {"us-ascii", NULL},
    {"ascii", NULL},
    {"8bit", NULL},
    {"unknown", NULL},
    {"unknown-8bit", NULL},
    {"x-unknown", NULL},
    {"default", NULL},
    {"utf8", "utf-8"},
    {"shift_jis", "windows-31j"},
    {"shift-jis", "windows-31j"},
    {"x-sjis", "windows-31j"},
    {"sjis", "windows-31j"},
    {"cp932", "windows-31j"},
    {"iso-2022-jp-ms", "iso-2022-jp"},
    {"iso-2022-jp-1", "iso-2022-jp"},
    {"csiso2022jp", "iso-2022-jp"},
    {"cp50220", "iso-2022-jp"},
    {"cp50221", "iso-2022-jp"},
    {"gb2312", "gb18030"},
    {"gbk", "gb18030"},
    {"ks_c_5601-1987", "windows-949"},
    {"ks_c_5601", "windows-949"},
    {"euc-kr", "windows-949"},
    {"iso-8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
};

/* Lower case, and what the alias means; empty when the label says nothing. */
static struct str plain_label(struct arena *arena, struct str label)
{
	char *name;

	label = str_trim(label);
	if (!label.n || label.n > NAME_MOST)
		return (struct str){0};
	name = str_c(arena, label);
	for (size_t i = 0; i < label.n; i++)
		if (name[i] >= 'A' && name[i] <= 'Z')
			name[i] = (char)(name[i] + ('a' - 'A'));
	for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++)
		if (!strcmp(name, aliases[i].label))
			return str_of(aliases[i].means);
	return str_of(name);
}

/* --- ISO-2022-JP, by way of Shift_JIS --- */

static void add_double(struct buf *out, unsigned char row, unsigned char cell)
{
	unsigned lead = (row - 0x21u) / 2 + 0x81, trail = row % 2 ? cell + 0x1fu + (cell >= 0x60) : cell + 0x7eu;

	buf_add_char(out, (char)(lead > 0x9f ? lead + 0x40 : lead));
	buf_add_char(out, (char)trail);
}

static bool in_94(unsigned char c)
{
	return c >= 0x21 && c <= 0x7e;
}

enum jis { JIS_ASCII, JIS_KANA, JIS_DOUBLE };

/* The escape sequence that stands there; 0 when it is none that is known. */
static size_t jis_escape(struct str bytes, size_t at, enum jis *set)
{
	static const struct {
		const char *sequence;
		enum jis set;
	} known[] = {{"\x1b$B", JIS_DOUBLE}, {"\x1b$@", JIS_DOUBLE}, {"\x1b$(B", JIS_DOUBLE}, {"\x1b$(@", JIS_DOUBLE},
		     {"\x1b(B", JIS_ASCII},  {"\x1b(J", JIS_ASCII},  {"\x1b(I", JIS_KANA}};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_starts(str_sub(bytes, at, bytes.n), str_of(known[i].sequence))) {
			*set = known[i].set;
			return strlen(known[i].sequence);
		}
	return 0;
}

static struct str jis_to_sjis(struct arena *arena, struct str bytes)
{
	struct buf out = buf_new(arena);
	enum jis set = JIS_ASCII;

	for (size_t i = 0; i < bytes.n;) {
		unsigned char c = (unsigned char)bytes.p[i];
		size_t escape = c == 0x1b ? jis_escape(bytes, i, &set) : 0;

		if (escape) {
			i += escape;
		} else if (set == JIS_DOUBLE && in_94(c) && i + 1 < bytes.n && in_94((unsigned char)bytes.p[i + 1])) {
			add_double(&out, c, (unsigned char)bytes.p[i + 1]);
			i += 2;
		} else {
			buf_add_char(&out, set == JIS_KANA && in_94(c) ? (char)(c | 0x80) : (char)c);
			if (c == '\n')
				set = JIS_ASCII; /* each line begins in ASCII, even where a mailer forgot to say so */
			i++;
		}
	}
	return buf_str(&out);
}

static bool looks_jis(struct str bytes)
{
	enum jis set = JIS_ASCII;
	bool found = false;

	for (size_t i = 0; i < bytes.n; i++) {
		if (bytes.p[i] & (char)0x80)
			return false;
		found = found || (bytes.p[i] == 0x1b && jis_escape(bytes, i, &set) && set != JIS_ASCII);
	}
	return found;
}

/* --- by ICU --- */

static struct str from_utf16(struct arena *arena, const UChar *units, int32_t count)
{
	struct buf out = buf_new(arena);

	for (int32_t i = 0; i < count;) {
		UChar32 c;

		U16_NEXT(units, i, count, c);
		buf_add_utf8(&out, U_IS_SURROGATE(c) ? 0xfffd : (uint32_t)c);
	}
	return buf_str(&out);
}

/* Without memory nothing is to be read otherwise than it is: then the process ends, as with our own (base/arena.h). */
static bool has_failed(UErrorCode code)
{
	if (code == U_MEMORY_ALLOCATION_ERROR)
		abort();
	return U_FAILURE(code);
}

static bool convert(struct arena *arena, struct str bytes, const char *name, struct str *text)
{
	UErrorCode code = U_ZERO_ERROR;
	UConverter *converter = ucnv_open(name, &code);
	UChar *units;
	int32_t count;

	if (has_failed(code))
		return false;
	if (bytes.n > INT32_MAX / 4) {
		ucnv_close(converter);
		return false;
	}
	units = arena_many(arena, UChar, bytes.n * 2 + 2);
	count = ucnv_toUChars(converter, units, (int32_t)(bytes.n * 2 + 2), bytes.p, (int32_t)bytes.n, &code);
	ucnv_close(converter);
	if (has_failed(code))
		return false;
	*text = from_utf16(arena, units, count);
	return true;
}

static size_t unreadable(struct str text)
{
	size_t count = 0, at = 0;

	while (at < text.n)
		count += str_next_char(text, &at) == 0xfffd;
	return count;
}

static bool is_kana(uint32_t c)
{
	return c >= 0x3041 && c <= 0x30fe;
}

/* Short texts are too little for a detector, but nothing else looks like kana. */
static bool reads_japanese(struct arena *arena, struct str bytes, const char *name, struct str *text)
{
	size_t at = 0;

	if (!convert(arena, bytes, name, text) || unreadable(*text))
		return false;
	while (at < text->n)
		if (is_kana(str_next_char(*text, &at)))
			return true;
	return false;
}

static struct str detect(struct arena *arena, struct str bytes)
{
	UErrorCode code = U_ZERO_ERROR;
	UCharsetDetector *detector;
	const UCharsetMatch *match;
	const char *name = "windows-1252";
	struct str text = {0};

	if (looks_jis(bytes))
		return convert(arena, jis_to_sjis(arena, bytes), "windows-31j", &text) ? text : bytes;
	if (str_is_utf8(bytes))
		return bytes;
	if (reads_japanese(arena, bytes, "EUC-JP", &text) || reads_japanese(arena, bytes, "windows-31j", &text))
		return text;
	detector = ucsdet_open(&code);
	ucsdet_setText(detector, bytes.p, (int32_t)bytes.n, &code);
	match = ucsdet_detect(detector, &code);
	if (!has_failed(code) && match && ucsdet_getConfidence(match, &code) >= SURE_ENOUGH)
		name = ucsdet_getName(match, &code);
	if (!strcmp(name, "Shift_JIS"))
		name = "windows-31j";
	if (!convert(arena, bytes, name, &text))
		convert(arena, bytes, "windows-1252", &text);
	ucsdet_close(detector);
	return text;
}

static bool as_labelled(struct arena *arena, struct str bytes, struct str label, struct str *text)
{
	if (str_is(label, "utf-8")) {
		*text = bytes;
		return str_is_utf8(bytes);
	}
	if (str_is(label, "iso-2022-jp"))
		return convert(arena, jis_to_sjis(arena, bytes), "windows-31j", text);
	return convert(arena, bytes, str_c(arena, label), text);
}

/* Of Unicode's own (C1), too. */
static bool is_control(uint32_t c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
}

static struct str without_controls(struct arena *arena, struct str text)
{
	struct buf out = buf_new(arena);

	for (size_t at = 0; at < text.n;) {
		size_t begins = at;
		uint32_t c = str_next_char(text, &at);

		if (c == '\r') {
			buf_add_char(&out, '\n');
			at += at < text.n && text.p[at] == '\n';
		} else if (c == 0xfffd) {
			buf_add_utf8(&out, c);
		} else if (!is_control(c)) {
			buf_add(&out, str_sub(text, begins, at));
		}
	}
	return buf_str(&out);
}

struct str charset_to_utf8(struct arena *arena, struct str bytes, struct str label)
{
	struct str name = plain_label(arena, label), text, seen;

	if (str_starts(bytes, S("\xef\xbb\xbf")))
		bytes = str_sub(bytes, 3, bytes.n);
	if (!name.n || !as_labelled(arena, bytes, name, &text)) {
		text = detect(arena, bytes);
	} else if (unreadable(text)) {
		seen = detect(arena, bytes);
		text = unreadable(seen) < unreadable(text) ? seen : text;
	}
	return without_controls(arena, text);
}

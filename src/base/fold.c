#include "base/fold.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

/* A word longer than this is a digest or an encoded file; an index of no database takes terms of any length. */
enum { LONGEST_TERM = 256 };

struct wide {
	UChar *p;
	int32_t n;
};

/* Characters that are stored as they are and fold to one other of the basic plane, whatever stands before and behind
 * them, save marks: nearly all of Japanese and English. ICU is asked about the rest. */
static bool is_plain(uint32_t c)
{
	return c < 0x80 || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3041 && c <= 0x3096) ||
	       (c >= 0x30A1 && c <= 0x30FE) || (c >= 0x3000 && c <= 0x3002) || (c >= 0x300C && c <= 0x300F) ||
	       (c >= 0xFF01 && c <= 0xFF5E);
}

static uint32_t fold_plain(uint32_t c)
{
	if (c >= 0x3041 && c <= 0x3096)
		return c + 0x60; /* katakana */
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFF01 - '!'; /* wide forms */
	return c == 0x3000 ? ' ' : c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static size_t after_plain(struct str text, size_t at)
{
	for (size_t next = at; at < text.n && is_plain(str_next_char(text, &next)); at = next)
		;
	return at;
}

static struct wide to_wide(struct arena *arena, struct str text)
{
	UErrorCode status = U_ZERO_ERROR;
	struct wide wide = {arena_room(arena, (text.n + 1) * sizeof(UChar)), 0};
	/* Never more UTF-16 units than UTF-8 bytes; what is not UTF-8 becomes U+FFFD. */
	u_strFromUTF8WithSub(wide.p, (int32_t)text.n + 1, &wide.n, text.p, (int32_t)text.n, 0xFFFD, NULL, &status);
	return wide;
}

static struct str to_utf8(struct arena *arena, struct wide wide)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t room = wide.n * 3 + 1, n = 0;
	char *text = arena_room(arena, (size_t)room);
	u_strToUTF8WithSub(text, room, &n, wide.p, wide.n, 0xFFFD, NULL, &status);
	return (struct str){text, (size_t)n};
}

/* Input of more than INT32_MAX / 4 bytes does not come here (limits of the surfaces); ICU counts in 32 bits. */
static struct wide normalize(struct arena *arena, const UNormalizer2 *normalizer, struct wide text)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t room = text.n + text.n / 8 + 32;
	struct wide out = {arena_many(arena, UChar, (size_t)room), 0};
	out.n = unorm2_normalize(normalizer, text.p, text.n, out.p, room, &status);
	if (status == U_BUFFER_OVERFLOW_ERROR) {
		status = U_ZERO_ERROR;
		room = out.n + 1;
		out.p = arena_many(arena, UChar, (size_t)room);
		out.n = unorm2_normalize(normalizer, text.p, text.n, out.p, room, &status);
	}
	return U_SUCCESS(status) ? out : text;
}

/* Canonical composition; most text has it already. */
static struct wide compose(struct arena *arena, struct wide text)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
	if (unorm2_quickCheck(nfc, text.p, text.n, &status) == UNORM_YES)
		return text;
	return normalize(arena, nfc, text);
}

struct str fold_nfc(struct arena *arena, struct str text)
{
	if (after_plain(text, 0) == text.n)
		return text;
	struct wide wide = to_wide(arena, text), composed = compose(arena, wide);
	if (composed.p == wide.p && str_is_utf8(text))
		return text;
	return to_utf8(arena, composed);
}

static void hiragana_to_katakana(struct wide text)
{
	for (int32_t i = 0; i < text.n; i++)
		if ((text.p[i] >= 0x3041 && text.p[i] <= 0x3096) || text.p[i] == 0x309D || text.p[i] == 0x309E)
			text.p[i] += 0x60;
}

static struct str fold_odd(struct arena *arena, struct str text)
{
	UErrorCode status = U_ZERO_ERROR;
	/* Composed first, because folding makes letters of some marks, which then can no more be put in order. */
	struct wide wide = compose(arena, to_wide(arena, text));
	/* Before, because some katakana have a voiced form that their hiragana lack; after, because some
	 * compatibility characters stand for words in hiragana. */
	hiragana_to_katakana(wide);
	wide = normalize(arena, unorm2_getNFKCCasefoldInstance(&status), wide);
	hiragana_to_katakana(wide);
	return to_utf8(arena, wide);
}

/* One plain character from `at` on, of which nothing is longer folded. */
static char *put_plain(char *out, struct str text, size_t *at)
{
	uint32_t c = fold_plain(str_next_char(text, at));

	if (c < 0x80) {
		*out = (char)c;
		return out + 1;
	}
	out[0] = (char)(0xE0 | c >> 12);
	out[1] = (char)(0x80 | (c >> 6 & 0x3F));
	out[2] = (char)(0x80 | (c & 0x3F));
	return out + 3;
}

/* The plain characters from `at` on, save the last where others follow, which may be marks on it. */
static struct str take_plain(struct arena *arena, struct str text, size_t *at)
{
	size_t end = after_plain(text, *at);
	char *folded = arena_room(arena, end - *at + 1), *put = folded;

	if (end < text.n && end > *at)
		while ((text.p[--end] & 0xC0) == 0x80)
			;
	while (*at < end)
		put = put_plain(put, text, at);
	return (struct str){folded, (size_t)(put - folded)};
}

/* One character, and after it all that are not plain. */
static struct str take_odd(struct arena *arena, struct str text, size_t *at)
{
	size_t from = *at, next = *at;

	(void)str_next_char(text, &next);
	do
		*at = next;
	while (*at < text.n && !is_plain(str_next_char(text, &next)));
	return fold_odd(arena, str_sub(text, from, *at));
}

struct str fold_text(struct arena *arena, struct str text)
{
	size_t at = 0;
	struct str plain = take_plain(arena, text, &at);

	if (at == text.n)
		return plain;
	struct buf out = buf_new(arena);
	buf_add(&out, plain);
	while (at < text.n) {
		buf_add(&out, take_odd(arena, text, &at));
		buf_add(&out, take_plain(arena, text, &at));
	}
	return buf_str(&out);
}

enum kind { SEPARATOR, WORD, CJK, MARK };

static enum kind kind_of(UChar32 c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ? WORD : SEPARATOR;
	if ((c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x30A1 && c <= 0x30FA) || c == 0x30FC) /* nearly all of Japanese */
		return CJK;
	if (c >= 0x3000 && c <= 0x3002) /* its blank, comma and full stop */
		return SEPARATOR;
	uint32_t category = U_GET_GC_MASK(c);
	if (category & U_GC_M_MASK)
		return MARK;
	if (!(category & (U_GC_L_MASK | U_GC_N_MASK)))
		return SEPARATOR;
	UErrorCode status = U_ZERO_ERROR;
	UScriptCode script = uscript_getScript(c, &status);
	if (script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA)
		return CJK;
	/* Hangul as well: Korean puts blanks between words. */
	return WORD;
}

/* The character that comes next, from `at` up to `end`. */
struct place {
	size_t at, end;
	enum kind kind;
};

static void next_place(struct str text, struct place *place)
{
	place->at = place->end;
	if (place->at < text.n)
		place->kind = kind_of((UChar32)str_next_char(text, &place->end));
}

/* Takes what comes next: one separator, one word, or one CJK character, each with the marks on it. */
static enum kind take_piece(struct str text, struct place *place, struct str *piece)
{
	size_t start = place->at;
	enum kind kind = place->kind == MARK ? SEPARATOR : place->kind; /* a mark on nothing */
	do
		next_place(text, place);
	while (place->at < text.n && (place->kind == MARK || (kind == WORD && place->kind == WORD)));
	*piece = str_sub(text, start, place->at);
	return kind;
}

static struct str cut_term(struct str term)
{
	size_t n = LONGEST_TERM;
	if (term.n <= n)
		return term;
	while ((term.p[n] & 0xC0) == 0x80)
		n--;
	return str_sub(term, 0, n);
}

struct last_term {
	bool word, single; /* a word; a CJK character that stands alone */
};

static void add_term(struct buf *out, struct str first, struct str second)
{
	if (out->n)
		buf_add_char(out, ' ');
	if (first.p + first.n == second.p && first.n + second.n <= LONGEST_TERM) { /* as nearly always */
		buf_add(out, (struct str){first.p, first.n + second.n});
		return;
	}
	buf_add(out, cut_term(first));
	buf_add(out, cut_term(second));
}

/* Adds the terms of text, which is folded already. The last character of a run stands alone once more behind the run's
 * bigrams, so that one character is found there, too. Where a query ends in a run, more may follow in what it looks
 * for: then the run does not end here (open_end). */
static struct last_term add_terms(struct buf *out, struct str text, bool open_end)
{
	struct last_term last = {0};
	struct str before = {NULL, 0}; /* the CJK character before, as long as the run lasts */
	struct str tail = {NULL, 0};   /* of the run that ended last, as long as nothing stands behind it */
	bool paired = false;           /* before is in a bigram already */
	struct place place = {0};
	for (next_place(text, &place); place.at < text.n;) {
		struct str piece;
		enum kind kind = take_piece(text, &place, &piece);
		if (before.n && kind != CJK && paired) {
			tail = before;
		} else if (before.n && kind != CJK) {
			add_term(out, before, S(""));
			last = (struct last_term){.single = true};
		}
		if (tail.n && (kind == CJK || kind == WORD)) {
			add_term(out, tail, S(""));
			tail = S("");
		}
		if (kind == CJK && before.n) {
			add_term(out, before, piece);
			last = (struct last_term){0};
		}
		paired = kind == CJK && before.n;
		before = kind == CJK ? piece : S("");
		if (kind == WORD) {
			add_term(out, piece, S(""));
			last = (struct last_term){.word = true};
		}
	}
	if (before.n && !paired) {
		add_term(out, before, S(""));
		last = (struct last_term){.single = true};
	} else if (!open_end && (before.n || tail.n)) {
		add_term(out, before.n ? before : tail, S(""));
	}
	return last;
}

struct str fold_terms(struct arena *arena, struct str text)
{
	struct buf out = buf_new(arena);
	add_terms(&out, fold_text(arena, text), false);
	return buf_str(&out);
}

static bool is_blank_at(struct str text, size_t at)
{
	return u_isUWhiteSpace((UChar32)str_next_char(text, &at));
}

/* Takes one word or quoted part off the text; false at its end. *open: nothing closed it, it may still be typed. */
static bool take_part(struct str text, size_t *at, struct str *part, bool *open)
{
	while (*at < text.n && is_blank_at(text, *at))
		str_next_char(text, at);
	if (*at == text.n)
		return false;
	bool quoted = text.p[*at] == '"';
	size_t start = *at + quoted;
	*at = start;
	while (*at < text.n && text.p[*at] != '"' && (quoted || !is_blank_at(text, *at)))
		str_next_char(text, at);
	*part = str_sub(text, start, *at);
	*open = *at == text.n;
	if (quoted && !*open)
		++*at; /* the closing quote */
	return true;
}

void fold_query(struct arena *arena, struct str text, struct fold_phrase **phrases, size_t *count)
{
	VEC(struct fold_phrase) found = {0};
	struct str folded = fold_text(arena, text), part;
	bool open;
	for (size_t at = 0; take_part(folded, &at, &part, &open);) {
		struct buf terms = buf_new(arena);
		struct last_term last = add_terms(&terms, part, true);
		struct fold_phrase phrase = {buf_str(&terms), last.single || (last.word && open)};
		if (phrase.terms.n)
			vec_push(arena, &found, phrase);
	}
	*phrases = found.items;
	*count = found.count;
}

#include "base/fold.h"

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

static void texts_compare_equal_whatever_their_width_case_and_kana(void **state)
{
	static const struct {
		const char *text, *folded;
	} cases[] = {
	    {"", ""},
	    {"Mail-01", "mail-01"},
	    {"ＡＢＣ", "abc"},
	    {"ｻｰﾊﾞ", "サーバ"},
	    {"サーバ", "サーバ"},
	    {"さーば", "サーバ"},
	    {"ｳﾞｧｲｵﾘﾝ", "ヴァイオリン"},
	    {"ゔぁいおりん", "ヴァイオリン"},
	    {"ﾊﾟｽﾜｰﾄﾞ", "パスワード"},
	    {"は\u3099", "バ"},
	    {"わ\u3099", "ヷ"},
	    {"ゝゞヽヾ", "ヽヾヽヾ"},
	    {"ゕゖ", "ヵヶ"},
	    {"㌔", "キロ"},
	    {"①②", "12"},
	    {"ﬁle", "file"},
	    {"Straße", "strasse"},
	    {"ÀÉ", "àé"},
	    {"A\u0301", "á"},
	    {"ΣΊΣΥΦΟΣ", "σίσυφοσ"},
	    {"障害\u3000対応", "障害 対応"},
	    {"株式会社", "株式会社"},
	    {"㈱", "(株)"},
	    {"soft\u00adhyphen", "softhyphen"},
	    {"葛\U000e0100", "葛"},
	    {"한국어", "한국어"},
	    {"😀", "😀"},
	    {"\U0001f200", "ホカ"},
	};
	ARENA arena = arena_new();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str folded = fold_text(arena, str_of(cases[i].text));
		if (!str_is(folded, cases[i].folded))
			fail_msg("%s: %.*s", cases[i].text, STR_ARG(folded));
	}
}

static struct str random_text(struct arena *arena, unsigned *seed)
{
	static const uint32_t ranges[][2] = {{0x20, 0x7E},     {0x3041, 0x3099},   {0x30A0, 0x30FF}, {0xFF00, 0xFFEF},
					     {0x4E00, 0x9FFF}, {0xC0, 0x24F},      {0x300, 0x36F},   {0xAC00, 0xD7A3},
					     {0x3099, 0x309A}, {0x20000, 0x2A000}, {0x3300, 0x33FF}, {0x22, 0x22},
					     {0x20, 0x20},     {0x1F200, 0x1F2FF}, {0x0E00, 0x0E7F}, {0, 0x10FFFF}};
	struct buf buf = buf_new(arena);
	for (int n = rand_r(seed) % 12; n > 0; n--) {
		const uint32_t *range = ranges[(size_t)rand_r(seed) % (sizeof(ranges) / sizeof(ranges[0]))];
		buf_add_utf8(&buf, range[0] + (uint32_t)rand_r(seed) % (range[1] - range[0] + 1));
		if (rand_r(seed) % 200 == 0)
			buf_add_char(&buf, (char)rand_r(seed)); /* seldom valid */
	}
	return buf_str(&buf);
}

static void folding_twice_changes_nothing(void **state)
{
	ARENA arena = arena_new();
	unsigned seed = 10;
	for (int i = 0; i < 40000; i++) {
		struct str text = random_text(arena, &seed), once = fold_text(arena, text);
		assert_true(str_is_utf8(once));
		if (!str_eq(fold_text(arena, once), once))
			fail_msg("seed 10, round %d: %.*s: %.*s", i, STR_ARG(text), STR_ARG(once));
		struct str stored = fold_nfc(arena, text);
		assert_true(str_is_utf8(stored));
		assert_true(str_eq(fold_nfc(arena, stored), stored));
		assert_true(str_eq(fold_text(arena, stored), once));
		if (i % 256 == 255)
			arena_reset(arena);
	}
}

/* What ICU makes of a text as a whole: the forms as they are defined, with nothing known beforehand. */
static struct str by_icu(struct arena *arena, struct str text, bool stored)
{
	UErrorCode status = U_ZERO_ERROR;
	enum { ROOM = 4096 };
	UChar *from = arena_many(arena, UChar, ROOM), *to = arena_many(arena, UChar, ROOM);
	char *out = arena_alloc(arena, ROOM * 3);
	int32_t n = 0;

	u_strFromUTF8WithSub(from, ROOM, &n, text.p, (int32_t)text.n, 0xFFFD, NULL, &status);
	n = unorm2_normalize(unorm2_getNFCInstance(&status), from, n, to, ROOM, &status);
	for (int round = 0; round < 2 && !stored; round++) {
		for (int32_t i = 0; i < n; i++)
			to[i] += (to[i] >= 0x3041 && to[i] <= 0x3096) || to[i] == 0x309D || to[i] == 0x309E ? 0x60 : 0;
		if (round == 0) {
			memcpy(from, to, (size_t)n * sizeof(UChar));
			n = unorm2_normalize(unorm2_getNFKCCasefoldInstance(&status), from, n, to, ROOM, &status);
		}
	}
	u_strToUTF8WithSub(out, ROOM * 3, &n, to, n, 0xFFFD, NULL, &status);
	assert_true(U_SUCCESS(status));
	return (struct str){out, (size_t)n};
}

static void check_by_icu(struct arena *arena, struct str text)
{
	struct str folded = fold_text(arena, text), expected = by_icu(arena, text, false);

	if (!str_eq(folded, expected))
		fail_msg("%.*s: \"%.*s\", expected \"%.*s\"", STR_ARG(text), STR_ARG(folded), STR_ARG(expected));
	if (!str_eq(fold_nfc(arena, text), by_icu(arena, text, true)))
		fail_msg("stored: %.*s", STR_ARG(text));
}

static void every_character_is_folded_as_icu_does(void **state)
{
	static const uint32_t beside[] = {'a', 0x304B, 0x30AB, 0x6F22, 0xFF76, 0x301, 0x3099, 0x309A, 0xE0100};
	ARENA arena = arena_new();

	for (uint32_t c = 1; c <= 0x10FFFF; c++) {
		struct buf text = buf_new(arena);

		buf_add_utf8(&text, c);
		for (size_t i = 0; c < 0x11000 && i < sizeof(beside) / sizeof(*beside); i++) {
			buf_add_utf8(&text, beside[i]);
			buf_add_utf8(&text, c);
		}
		check_by_icu(arena, buf_str(&text));
		arena_reset(arena);
	}
}

static void texts_are_folded_as_icu_does(void **state)
{
	ARENA arena = arena_new();
	unsigned seed = 11;

	for (int i = 0; i < 40000; i++) {
		check_by_icu(arena, random_text(arena, &seed));
		arena_reset(arena);
	}
}

static void stored_text_is_nfc(void **state)
{
	ARENA arena = arena_new();
	assert_true(str_is(fold_nfc(arena, S("か\u3099")), "が"));
	assert_true(str_is(fold_nfc(arena, S("ＡＢＣ ｻｰﾊﾞ")), "ＡＢＣ ｻｰﾊﾞ"));
	assert_true(str_is(fold_nfc(arena, S("e\u0301")), "é"));
	assert_true(str_is(fold_nfc(arena, S("a\xff")), "a\uFFFD"));
	assert_int_equal(fold_nfc(arena, (struct str){NULL, 0}).n, 0);
}

static void texts_become_terms(void **state)
{
	static const struct {
		const char *text, *terms;
	} cases[] = {
	    {"", ""},
	    {" -、。「」!？", ""},
	    {"サーバ障害 mail-01", "サー ーバ バ障 障害 害 mail 01"},
	    {"サーバ障害発生", "サー ーバ バ障 障害 害発 発生 生"},
	    {"障害", "障害 害"},
	    {"障害、発生。", "障害 害 発生 生"},
	    {"障", "障"},
	    {"障、害", "障 害"},
	    {"障a害", "障 a 害"},
	    {"Mail01", "mail01"},
	    {"user@example.com", "user example com"},
	    {"a_b", "a b"},
	    {"第2四半期", "第 2 四半 半期 期"},
	    {"東京都ＡＢＣ", "東京 京都 都 abc"},
	    {"日々〇々", "日々 々〇 〇々 々"},
	    {"ハ\u309Aン", "パン ン"},
	    {"セ\u309Aン", "セ\u309Aン ン"},
	    {"セ\u309A", "セ\u309A"},
	    {"한국어 문서", "한국어 문서"},
	    {"naïve e\u0301té", "naïve été"},
	    {"\u0301 x", "x"},
	    {"😀障😀害", "障 害"},
	    {"𠮷野家", "𠮷野 野家 家"},
	    {"3.14", "3 14"},
	};
	ARENA arena = arena_new();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str terms = fold_terms(arena, str_of(cases[i].text));
		if (!str_is(terms, cases[i].terms))
			fail_msg("%s: \"%.*s\"", cases[i].text, STR_ARG(terms));
	}
}

static void a_term_has_a_greatest_length(void **state)
{
	ARENA arena = arena_new();
	struct buf text = buf_new(arena);
	for (int i = 0; i < 1000; i++)
		buf_add_c(&text, "é");
	buf_add_c(&text, " x");
	assert_int_equal(fold_terms(arena, buf_str(&text)).n, 256 + 2);
}

static void queries_become_phrases(void **state)
{
	static const struct {
		const char *query;
		const char *phrases; /* each with its terms, '*' for prefix, separated by | */
	} cases[] = {
	    {"", ""},
	    {"  、 \"\" ", ""},
	    {"障害", "障害"},
	    {"障害発生", "障害 害発 発生"},
	    {"障", "障*"},
	    {"mail", "mail*"},
	    {"mail ", "mail"},
	    {"mail server", "mail|server*"},
	    {"Mail-01 障害", "mail 01|障害"},
	    {"\"mail server\" down", "mail server|down*"},
	    {"\"mail server\"", "mail server"},
	    {"\"mail ser", "mail ser*"},
	    {"サーバ障害\u3000ＡＢＣ", "サー ーバ バ障 障害|abc*"},
	    {"障 害 x", "障*|害*|x*"},
	    {"a\"b c\"d", "a|b c|d*"},
	    {"＂b c＂ d", "b c|d*"},
	    {"server01障", "server01 障*"},
	    {"障害01", "障害 害 01*"},
	    {"\"障害、発生。\"", "障害 害 発生"},
	    {"\"サーバ障害 mail\"", "サー ーバ バ障 障害 害 mail"},
	};
	ARENA arena = arena_new();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fold_phrase *phrases;
		size_t count;
		struct buf shown = buf_new(arena);
		fold_query(arena, str_of(cases[i].query), &phrases, &count);
		for (size_t p = 0; p < count; p++)
			buf_format(&shown, "%s%.*s%s", p ? "|" : "", STR_ARG(phrases[p].terms),
				   phrases[p].prefix ? "*" : "");
		if (!str_is(buf_str(&shown), cases[i].phrases))
			fail_msg("%s: \"%.*s\"", cases[i].query, STR_ARG(buf_str(&shown)));
	}
}

/* Whether a phrase's terms stand in the text's terms one after another. */
static bool holds(struct arena *arena, struct str terms, struct fold_phrase phrase)
{
	size_t at;
	struct str hay = str_format(arena, " %.*s ", STR_ARG(terms));
	struct str needle = str_format(arena, " %.*s%s", STR_ARG(phrase.terms), phrase.prefix ? "" : " ");
	return str_find(hay, needle, &at);
}

static bool finds(struct arena *arena, const char *query, const char *text)
{
	struct fold_phrase *phrases;
	size_t count;
	fold_query(arena, str_of(query), &phrases, &count);
	bool all = count > 0;
	for (size_t i = 0; i < count; i++)
		all = all && holds(arena, fold_terms(arena, str_of(text)), phrases[i]);
	return all;
}

static void queries_find_texts(void **state)
{
	ARENA arena = arena_new();
	assert_true(finds(arena, "障害", "サーバ障害発生"));
	assert_true(finds(arena, "さーば", "ｻｰﾊﾞ障害"));
	assert_true(finds(arena, "ｓｅｒｖｅｒ", "SERVER-01 is down"));
	assert_true(finds(arena, "障", "サーバ障害発生"));
	assert_true(finds(arena, "生", "サーバ障害発生"));
	assert_true(finds(arena, "生", "サーバ障害発生01"));
	assert_true(finds(arena, "生01", "障害発生01"));
	assert_true(finds(arena, "\"障害 mail\"", "サーバ障害 mail"));
	assert_true(finds(arena, "\"障害 発生\"", "障害、発生時"));
	assert_false(finds(arena, "障害01", "障害発生01"));
	assert_true(finds(arena, "down serv", "server down"));
	assert_true(finds(arena, "サーバ01", "サーバ01障害"));
	assert_false(finds(arena, "害障", "サーバ障害発生"));
	assert_false(finds(arena, "障害発", "障害、発生"));
	assert_false(finds(arena, "serv ", "server"));
	assert_false(finds(arena, "\"server down\"", "down server"));
}

/* A run of CJK anywhere in a text is found by each of its parts. */
static void every_part_of_a_run_is_found(void **state)
{
	ARENA arena = arena_new();
	unsigned seed = 11;
	for (int round = 0; round < 300; round++) {
		struct buf text = buf_new(arena);
		int n = 2 + rand_r(&seed) % 8;
		for (int i = 0; i < n; i++)
			buf_add_utf8(&text, 0x4E00 + (uint32_t)rand_r(&seed) % 6);
		struct str terms = fold_terms(arena, str_format(arena, "a%.*s.", STR_ARG(buf_str(&text))));
		for (int from = 0; from < n; from++)
			for (int to = from + 1; to <= n; to++) {
				struct fold_phrase *phrases;
				size_t count;
				fold_query(arena, str_sub(buf_str(&text), (size_t)from * 3, (size_t)to * 3), &phrases,
					   &count);
				assert_int_equal(count, 1);
				assert_true(holds(arena, terms, phrases[0]));
			}
	}
}

static void any_text_gives_clean_terms(void **state)
{
	ARENA arena = arena_new();
	unsigned seed = 12;
	for (int i = 0; i < 40000; i++) {
		struct str text = random_text(arena, &seed), terms = fold_terms(arena, text), rest = terms, part;
		assert_true(str_is_utf8(terms));
		while (terms.n && str_cut(&rest, ' ', &part))
			assert_true(part.n > 0);
		struct fold_phrase *phrases;
		size_t count;
		fold_query(arena, text, &phrases, &count);
		for (size_t p = 0; p < count; p++)
			assert_true(phrases[p].terms.n > 0);
		if (i % 256 == 255)
			arena_reset(arena);
	}
}

/* So that a text's terms may be kept, and put together with those of others. */
static void terms_of_two_texts_are_those_of_each(void **state)
{
	unsigned seed = 5;
	for (int i = 0; i < 20000; i++) {
		ARENA arena = arena_new();
		struct str one = random_text(arena, &seed), other = random_text(arena, &seed);
		struct str both = fold_terms(arena, str_format(arena, "%.*s\n%.*s", STR_ARG(one), STR_ARG(other)));
		struct str first = fold_terms(arena, one), second = fold_terms(arena, other);
		struct str joined =
		    str_format(arena, "%.*s%s%.*s", STR_ARG(first), first.n && second.n ? " " : "", STR_ARG(second));
		if (!str_eq(both, joined))
			fail_msg("%.*s | %.*s: %.*s, not %.*s", STR_ARG(one), STR_ARG(other), STR_ARG(joined),
				 STR_ARG(both));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_compare_equal_whatever_their_width_case_and_kana),
	    cmocka_unit_test(folding_twice_changes_nothing),
	    cmocka_unit_test(every_character_is_folded_as_icu_does),
	    cmocka_unit_test(texts_are_folded_as_icu_does),
	    cmocka_unit_test(stored_text_is_nfc),
	    cmocka_unit_test(texts_become_terms),
	    cmocka_unit_test(a_term_has_a_greatest_length),
	    cmocka_unit_test(queries_become_phrases),
	    cmocka_unit_test(queries_find_texts),
	    cmocka_unit_test(every_part_of_a_run_is_found),
	    cmocka_unit_test(any_text_gives_clean_terms),
	    cmocka_unit_test(terms_of_two_texts_are_those_of_each),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

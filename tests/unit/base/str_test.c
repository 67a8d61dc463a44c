#include "base/str.h"

#include "base/arena.h"

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/utf8.h>

static const struct str EMPTY = {NULL, 0};

#define assert_str(actual, expected)                                                                                   \
	do {                                                                                                           \
		struct str actual_ = (actual);                                                                         \
		const char *expected_ = (expected);                                                                    \
		if (!str_is(actual_, expected_))                                                                       \
			fail_msg("\"%.*s\" is not \"%s\"", STR_ARG(actual_), expected_);                               \
	} while (0)

static void slices_compare(void **state)
{
	assert_true(str_eq(EMPTY, S("")));
	assert_true(str_eq(str_of(NULL), EMPTY));
	assert_true(str_eq(S("a\0b"), S("a\0b")));
	assert_false(str_eq(S("a\0b"), S("a\0c")));
	assert_false(str_eq(S("ab"), S("abc")));
	assert_true(str_eq_nocase(S("Content-TYPE"), S("cONTENT-type")));
	assert_false(str_eq_nocase(S("["), S("{")));
	assert_false(str_eq_nocase(S("a"), S("ab")));
	assert_int_equal(str_cmp(EMPTY, EMPTY), 0);
	assert_int_equal(str_cmp(EMPTY, S("a")), -1);
	assert_int_equal(str_cmp(S("ab"), S("a")), 1);
	assert_int_equal(str_cmp(S("\xff"), S("a")), 1);
	assert_true(str_starts(S("abc"), S("ab")) && str_starts(S("abc"), EMPTY) && !str_starts(S("a"), S("ab")));
	assert_true(str_ends(S("abc"), S("bc")) && str_ends(EMPTY, EMPTY) && !str_ends(S("c"), S("bc")));
}

static void parts_are_found(void **state)
{
	size_t at = 99;
	assert_str(str_sub(S("abcdef"), 2, 4), "cd");
	assert_str(str_sub(S("abc"), 2, 99), "c");
	assert_str(str_sub(S("abc"), 9, 99), "");
	assert_str(str_sub(S("abc"), 2, 1), "");
	assert_int_equal(str_sub(EMPTY, 0, 5).n, 0);
	assert_true(str_find(S("one two"), S("two"), &at) && at == 4);
	assert_true(str_find(S("one"), EMPTY, &at) && at == 0);
	assert_false(str_find(EMPTY, S("a"), &at));
	assert_true(str_find_char(S("a=b=c"), '=', &at) && at == 1);
	assert_false(str_find_char(EMPTY, 'a', &at));
	assert_str(str_trim(S(" \t\r\n a b \v\f")), "a b");
	assert_str(str_trim(S("   ")), "");
	assert_int_equal(str_trim(EMPTY).n, 0);
}

static void texts_are_cut_at_separators(void **state)
{
	static const char *const parts[] = {"a", "", "bc", ""};
	struct str rest = S("a,,bc,"), part;
	for (size_t i = 0; i < 4; i++) {
		assert_true(str_cut(&rest, ',', &part));
		assert_str(part, parts[i]);
	}
	assert_false(str_cut(&rest, ',', &part));
	rest = EMPTY;
	assert_false(str_cut(&rest, ',', &part));
	rest = S("");
	assert_true(str_cut(&rest, ',', &part) && part.n == 0);
	assert_false(str_cut(&rest, ',', &part));
}

static void integers_are_whole_and_in_range(void **state)
{
	static const char *const wrong[] = {"",    "-",
					    "+1",  " 1",
					    "1 ",  "1.0",
					    "0x1", "9223372036854775808",
					    "--1", "-9223372036854775809",
					    "1e3", "99999999999999999999999"};
	int64_t number = 7;
	assert_true(str_int64(S("0"), &number) && number == 0);
	assert_true(str_int64(S("-0"), &number) && number == 0);
	assert_true(str_int64(S("007"), &number) && number == 7);
	assert_true(str_int64(S("9223372036854775807"), &number) && number == INT64_MAX);
	assert_true(str_int64(S("-9223372036854775808"), &number) && number == INT64_MIN);
	number = 7;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(str_int64(str_of(wrong[i]), &number));
	assert_int_equal(number, 7);
}

static void every_code_point_goes_through_utf8(void **state)
{
	ARENA arena = arena_new();
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		char bytes[8];
		struct buf buf = {.arena = arena, .p = bytes, .capacity = sizeof(bytes), .max = 7};
		buf_add_utf8(&buf, c);
		bool surrogate = c >= 0xD800 && c <= 0xDFFF;
		size_t at = 0;
		if (str_next_char(buf_str(&buf), &at) != (surrogate ? 0xFFFD : c) || at != buf.n ||
		    !str_is_utf8(buf_str(&buf)))
			fail_msg("U+%04X", c);
	}
}

/* Random bytes, mostly from the edges of the ranges that UTF-8 is made of, judged by ICU. */
static void any_bytes_are_judged_as_icu_does(void **state)
{
	static const unsigned char edges[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2,
					      0xDF, 0xE0, 0xE3, 0xED, 0xEF, 0xF0, 0xF3, 0xF4, 0xF5, 0xF8, 0xFE, 0xFF};
	unsigned seed = 2;
	for (int round = 0; round < 200000; round++) {
		unsigned char bytes[12];
		size_t n = (size_t)rand_r(&seed) % sizeof(bytes);
		for (size_t i = 0; i < n; i++)
			bytes[i] = rand_r(&seed) % 4 ? edges[(size_t)rand_r(&seed) % sizeof(edges)]
						     : (unsigned char)rand_r(&seed);
		struct str s = {(const char *)bytes, n};
		bool good = true;
		for (int32_t at = 0; at < (int32_t)n;) {
			int32_t start = at;
			UChar32 expected;
			U8_NEXT(bytes, at, (int32_t)n, expected);
			good = good && expected >= 0;
			size_t mine = (size_t)start;
			uint32_t c = str_next_char(s, &mine);
			assert_int_equal(c, expected < 0 ? 0xFFFD : (uint32_t)expected);
			assert_int_equal(mine, expected < 0 ? start + 1 : at);
			at = (int32_t)mine;
		}
		assert_int_equal(str_is_utf8(s), good);
	}
	size_t at = 3;
	assert_int_equal(str_next_char(S("abc"), &at), 0xFFFD);
	assert_int_equal(at, 3);
}

static void copies_are_terminated(void **state)
{
	ARENA arena = arena_new();
	struct str original = str_sub(S("abcdef"), 1, 3);
	struct str copy = str_dup(arena, original);
	assert_ptr_not_equal(copy.p, original.p);
	assert_string_equal(copy.p, "bc");
	assert_string_equal(str_c(arena, EMPTY), "");
	assert_str(str_format(arena, "%s-%d", "INC", 123), "INC-123");
	assert_int_equal(str_format(arena, "%5000d", 1).n, 5000);
}

static void the_builder_grows(void **state)
{
	ARENA arena = arena_new();
	struct buf buf = buf_new(arena);
	assert_int_equal(buf_str(&buf).n, 0);
	for (int i = 0; i < 50000; i++) {
		buf_add_int(&buf, i);
		buf_add_char(&buf, ' ');
	}
	buf_add(&buf, EMPTY);
	buf_add_c(&buf, NULL);
	buf_add_int(&buf, INT64_MIN);
	buf_format(&buf, " %0300d", 0);
	assert_false(buf.failed);
	struct str rest = buf_str(&buf), part;
	for (int i = 0; i < 50000; i++) {
		int64_t number;
		assert_true(str_cut(&rest, ' ', &part) && str_int64(part, &number) && number == i);
	}
	assert_true(str_cut(&rest, ' ', &part));
	assert_str(part, "-9223372036854775808");
	assert_int_equal(rest.n, 300);
}

static void the_builder_stops_at_its_ceiling(void **state)
{
	ARENA arena = arena_new();
	struct buf buf = buf_new_max(arena, 10);
	buf_add(&buf, S("12345"));
	buf_format(&buf, "%s", "67890");
	assert_false(buf.failed);
	buf_add_char(&buf, 'x');
	assert_true(buf.failed);
	assert_str(buf_str(&buf), "1234567890");
	buf = buf_new_max(arena, 10);
	buf_add(&buf, S("12345678"));
	buf_format(&buf, "%s", "abc");
	assert_true(buf.failed);
	buf_add_char(&buf, 'x'); /* would fit, but after a gap */
	assert_str(buf_str(&buf), "12345678");
}

static void json_strings_are_escaped(void **state)
{
	static const struct {
		struct str text;
		const char *json;
	} cases[] = {
	    {{NULL, 0}, "\"\""},
	    {S("plain"), "\"plain\""},
	    {S("a\"b\\c/d"), "\"a\\\"b\\\\c/d\""},
	    {S("\n\r\t\b\x01\x1f\x7f"), "\"\\n\\r\\t\\u0008\\u0001\\u001f\\u007f\""},
	    {S("a\0b"), "\"a\\u0000b\""},
	    {S("障害😀"), "\"障害😀\""},
	    {S("\xef\xbf\xbd"), "\"\xef\xbf\xbd\""},
	    {S("a\xff"
	       "b\xe3\x81"),
	     "\"a\xef\xbf\xbd"
	     "b\xef\xbf\xbd\xef\xbf\xbd\""},
	    {S("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	};
	ARENA arena = arena_new();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf buf = buf_new(arena);
		buf_add_json_string(&buf, cases[i].text);
		assert_str(buf_str(&buf), cases[i].json);
	}
}

static void heads_break_no_character(void **state)
{
	struct str text = S("aé障");

	assert_true(str_eq(str_head(text, 6), text));
	assert_true(str_eq(str_head(text, 100), text));
	assert_true(str_eq(str_head(text, 5), S("aé")));
	assert_true(str_eq(str_head(text, 3), S("aé")));
	assert_true(str_eq(str_head(text, 2), S("a")));
	assert_true(str_eq(str_head(text, 0), S("")));
	assert_int_equal(str_head((struct str){0}, 3).n, 0);
	assert_true(str_eq(str_first(text, 2), S("aé")));
	assert_true(str_eq(str_first(text, 4), text));
	assert_int_equal(str_first(text, 0).n, 0);
}

static void sentences_are_filled(void **state)
{
	ARENA arena = arena_new();

	assert_str(str_fill(arena, S("of %s made"), S("one")), "of one made");
	assert_str(str_fill(arena, S("%s"), S("100 %s")), "100 %s");
	assert_str(str_fill(arena, S("%s and %s"), EMPTY), " and %s");
	assert_str(str_fill(arena, S("nothing to fill"), S("x")), "nothing to fill");
}

/* One character after the other, each decoded. */
static void escape_slowly(struct buf *buf, struct str s)
{
	buf_add_char(buf, '"');
	for (size_t at = 0; at < s.n;) {
		size_t start = at;
		uint32_t c = str_next_char(s, &at);
		if (c == '"' || c == '\\')
			buf_format(buf, "\\%c", (char)c);
		else if (c == '\n' || c == '\r' || c == '\t')
			buf_format(buf, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
		else if (c < 0x20 || c == 0x7F)
			buf_format(buf, "\\u%04x", c);
		else if (c == 0xFFFD)
			buf_add_utf8(buf, c);
		else
			buf_add(buf, str_sub(s, start, at));
	}
	buf_add_char(buf, '"');
}

static void json_strings_are_what_characters_make_them(void **state)
{
	static const unsigned char bytes[] = {0x00, '\n', '"',  '\\', 'a',  0x7F, 0x80, 0xBF, 0xC0,
					      0xC2, 0xDF, 0xE0, 0xE1, 0xE3, 0xEC, 0xED, 0xEE, 0xEF,
					      0xF0, 0xF4, 0xF5, 0xFF, 0xBD, 0x9F, 0x8F, 0x90};
	char text[12];
	ARENA arena = arena_new();

	(void)state;
	srand(5);
	for (int i = 0; i < 300000; i++) {
		size_t n = (size_t)(rand() % (int)sizeof(text));
		for (size_t k = 0; k < n; k++)
			text[k] = (char)(rand() % 3 ? bytes[(size_t)rand() % sizeof(bytes)] : 0x80 + rand() % 0x40);
		struct buf slow = buf_new(arena), quick = buf_new(arena);
		escape_slowly(&slow, (struct str){text, n});
		buf_add_json_string(&quick, (struct str){text, n});
		assert_int_equal(quick.n, slow.n);
		assert_memory_equal(quick.p, slow.p, slow.n);
		if (i % 1000 == 0)
			arena_reset(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(heads_break_no_character),
	    cmocka_unit_test(slices_compare),
	    cmocka_unit_test(parts_are_found),
	    cmocka_unit_test(texts_are_cut_at_separators),
	    cmocka_unit_test(sentences_are_filled),
	    cmocka_unit_test(integers_are_whole_and_in_range),
	    cmocka_unit_test(every_code_point_goes_through_utf8),
	    cmocka_unit_test(any_bytes_are_judged_as_icu_does),
	    cmocka_unit_test(copies_are_terminated),
	    cmocka_unit_test(the_builder_grows),
	    cmocka_unit_test(the_builder_stops_at_its_ceiling),
	    cmocka_unit_test(json_strings_are_escaped),
	    cmocka_unit_test(json_strings_are_what_characters_make_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

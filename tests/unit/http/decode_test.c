#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h> /* needs those above */

#include "http/decode.h"

#define assert_str(actual, expected)                                                                                   \
	do {                                                                                                           \
		struct str actual_ = (actual);                                                                         \
		assert_int_equal(actual_.n, strlen(expected));                                                         \
		assert_memory_equal(actual_.p ? actual_.p : "", expected, actual_.n);                                  \
	} while (0)

static void percent_encoding(void **state)
{
	static const struct {
		struct str in;
		bool plus;
		const char *out; /* NULL: refused */
	} cases[] = {
	    {S("plain"), true, "plain"},
	    {S(""), true, ""},
	    {S("a+b%20c"), true, "a b c"},
	    {S("a+b%2Bc"), false, "a+b+c"},
	    {S("%e9%9a%9c%E5%AE%B3"), false, "障害"},
	    {S("障害"), false, "障害"},
	    {S("a%2Fb%00"), false, NULL},
	    {S("a\0b"), false, NULL},
	    {S("%"), false, NULL},
	    {S("%4"), false, NULL},
	    {S("%4g"), false, NULL},
	    {S("%-1"), false, NULL},
	    {S("%41%"), false, NULL},
	    {S("%ff"), false, NULL},
	    {S("%c0%80"), false, NULL},
	    {S("%ed%a0%80"), false, NULL},
	    {S("\xE9\x9A"), false, NULL},
	    {S("%2541"), false, "%41"},
	};
	ARENA arena = arena_new();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str out;
		bool fine = http_decode(arena, cases[i].in, cases[i].plus, &out);
		assert_int_equal(fine, cases[i].out != NULL);
		if (fine)
			assert_str(out, cases[i].out);
	}
}

static void pairs_in_order(void **state)
{
	ARENA arena = arena_new();
	struct http_pairs pairs;
	struct error error = {};
	assert_int_equal(http_decode_pairs(arena, S("a=1&b&a=2+3&&=x&c=%3D&d==&"), &pairs, &error), OK);
	static const char *const expected[][2] = {{"a", "1"}, {"b", ""},  {"a", "2 3"},
						  {"", "x"},  {"c", "="}, {"d", "="}};
	assert_int_equal(pairs.count, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_str(pairs.items[i].name, expected[i][0]);
		assert_str(pairs.items[i].value, expected[i][1]);
	}
	assert_str(http_pair_find(&pairs, S("a")), "1");
	assert_non_null(http_pair_find(&pairs, S("b")).p);
	assert_null(http_pair_find(&pairs, S("nothing")).p);
	assert_int_equal(http_decode_pairs(arena, S(""), &pairs, &error), OK);
	assert_int_equal(pairs.count, 0);
}

static void pairs_refused(void **state)
{
	ARENA arena = arena_new();
	struct http_pairs pairs;
	struct error error = {};
	assert_int_equal(http_decode_pairs(arena, S("a=1&filter=%zz"), &pairs, &error), E_SYNTAX);
	assert_string_equal(error.items[0].field, "filter");
	error_clear(&error);
	assert_int_equal(http_decode_pairs(arena, S("%ff=1"), &pairs, &error), E_SYNTAX);
	struct buf many = buf_new(arena);
	for (int i = 0; i < HTTP_PAIRS_MAX; i++)
		buf_add_c(&many, "a&");
	assert_int_equal(http_decode_pairs(arena, buf_str(&many), &pairs, &error), OK);
	buf_add_c(&many, "a");
	assert_int_equal(http_decode_pairs(arena, buf_str(&many), &pairs, &error), E_TOO_LARGE);
}

static void cookies(void **state)
{
	struct str header = S("theme=dark; session=abc=; session=second; quoted=\"q v\"; empty=; bare; =x");
	assert_str(http_cookie_find(header, S("theme")), "dark");
	assert_str(http_cookie_find(header, S("session")), "abc=");
	assert_str(http_cookie_find(header, S("quoted")), "q v");
	assert_str(http_cookie_find(header, S("empty")), "");
	assert_non_null(http_cookie_find(header, S("empty")).p);
	assert_null(http_cookie_find(header, S("bare")).p);
	assert_null(http_cookie_find(header, S("sess")).p);
	assert_null(http_cookie_find(header, S("Theme")).p);
	assert_null(http_cookie_find((struct str){NULL, 0}, S("a")).p);
}

static void header_parameters(void **state)
{
	ARENA arena = arena_new();
	struct str header = S("form-data; name=\"a \\\"b\\\" c;d\"; filename=\"C:\\dir\\x.txt\" ; plain = t ; last");
	assert_str(http_media_type(header), "form-data");
	assert_str(http_header_parameter(arena, header, "name"), "a \"b\" c;d");
	assert_str(http_header_parameter(arena, header, "FILENAME"), "C:\\dir\\x.txt");
	assert_str(http_header_parameter(arena, header, "plain"), "t");
	assert_non_null(http_header_parameter(arena, header, "last").p);
	assert_null(http_header_parameter(arena, header, "other").p);
	assert_null(http_header_parameter(arena, S("x; name=\"open"), "name").p);
	assert_null(http_header_parameter(arena, S("x; a=\"open; name=b"), "name").p);
	assert_null(http_header_parameter(arena, S(""), "name").p);
	assert_str(http_media_type(S(" text/html ;charset=utf-8")), "text/html");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(percent_encoding), cmocka_unit_test(pairs_in_order),    cmocka_unit_test(pairs_refused),
	    cmocka_unit_test(cookies),          cmocka_unit_test(header_parameters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h> /* needs those above */

#include "http/form.h"

#define MULTIPART S("multipart/form-data; boundary=X-1")

static void assert_str(struct str actual, const char *expected)
{
	assert_int_equal(actual.n, strlen(expected));
	assert_memory_equal(actual.p ? actual.p : "", expected, actual.n);
}

static void urlencoded(void **state)
{
	ARENA arena = arena_new();
	struct http_form form;
	struct error error = {};
	assert_int_equal(form_parse(arena, S("application/x-www-form-urlencoded; charset=UTF-8"),
				    S("title=a+b&note=%E9%9A%9C&title=c"), &form, &error),
			 OK);
	assert_int_equal(form.count, 3);
	assert_str(http_form_value(&form, "title"), "a b");
	assert_str(http_form_value(&form, "note"), "障");
	assert_null(form.fields[0].file_name.p);
	assert_null(http_form_value(&form, "nothing").p);
}

static void multipart(void **state)
{
	ARENA arena = arena_new();
	struct http_form form;
	struct error error = {};
	struct str body = S("--X-1\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\na\r\n--X-2\r\nb\r\n"
			    "--X-1\r\ncontent-disposition: form-data; name=empty\r\n\r\n\r\n"
			    "--X-1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"障.bin\"\r\n"
			    "Content-Type: application/octet-stream\r\n\r\n\0\xFF\r\n\r\n"
			    "--X-1\r\nContent-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n"
			    "--X-1--\r\n");
	assert_int_equal(form_parse(arena, MULTIPART, body, &form, &error), OK);
	assert_int_equal(form.count, 4);
	assert_str(form.fields[0].name, "title");
	assert_str(form.fields[0].value, "a\r\n--X-2\r\nb");
	assert_null(form.fields[0].file_name.p);
	assert_str(form.fields[1].value, "");
	assert_str(form.fields[2].file_name, "障.bin");
	assert_str(form.fields[2].media_type, "application/octet-stream");
	assert_int_equal(form.fields[2].value.n, 4);
	assert_memory_equal(form.fields[2].value.p, "\0\xFF\r\n", 4);
	assert_non_null(form.fields[3].file_name.p);
	assert_int_equal(form.fields[3].file_name.n, 0);
}

static void multipart_without_parts(void **state)
{
	ARENA arena = arena_new();
	struct http_form form;
	struct error error = {};
	assert_int_equal(form_parse(arena, MULTIPART, S("--X-1--\r\n"), &form, &error), OK);
	assert_int_equal(form.count, 0);
}

static void malformed(void **state)
{
	static const struct str bodies[] = {
	    S(""),
	    S("--X-"),
	    S("--X-1"),
	    S("--X-1\r\n"),
	    S("--X-1\r\n\r\n\r\n--X-1--"),
	    S("--X-1\r\nContent-Disposition: form-data; name=a\r\n\r\nno end"),
	    S("--X-1\r\nContent-Disposition: form-data; name=a\r\n\r\nv\r\n--X-1"),
	    S("--X-1\r\nContent-Disposition: form-data; name=a\r\n\r\nv\r\n--X-1 "),
	    S("--X-1\r\nContent-Disposition: form-data; name=a\r\nv\r\n--X-1--"),
	    S("--X-1\r\nContent-Disposition: form-data\r\n\r\nv\r\n--X-1--"),
	    S("--X-1\r\nContent-Disposition: attachment; name=a\r\n\r\nv\r\n--X-1--"),
	    S("--X-1\r\nContent-Disposition: form-data; name=\"\xFF\"\r\n\r\nv\r\n--X-1--"),
	    S("--X-1\r\nContent-Disposition: form-data; name=a\r\n\r\n\xFF\r\n--X-1--"),
	    S("--X-1\r\nContent-Disposition: form-data; name=a\r\n\r\nv\0\r\n--X-1--"),
	    S("preamble\r\n--X-1\r\nContent-Disposition: form-data; name=a\r\n\r\nv\r\n--X-1--"),
	};
	ARENA arena = arena_new();
	struct http_form form;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct error error = {};
		/* A copy of its own, so that reading past the end is seen. */
		assert_int_equal(form_parse(arena, MULTIPART, str_dup(arena, bodies[i]), &form, &error), E_SYNTAX);
		assert_int_equal(form.count, 0);
	}
}

static void media_types(void **state)
{
	ARENA arena = arena_new();
	struct http_form form;
	static const char *const types[] = {NULL,
					    "",
					    "application/json",
					    "multipart/form-data",
					    "multipart/form-data; boundary=",
					    "text/plain; boundary=X-1"};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct error error = {};
		assert_int_equal(form_parse(arena, str_of(types[i]), S("--X-1--"), &form, &error), E_SYNTAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(urlencoded), cmocka_unit_test(multipart),   cmocka_unit_test(multipart_without_parts),
	    cmocka_unit_test(malformed),  cmocka_unit_test(media_types),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

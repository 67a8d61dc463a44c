#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those above */

#include "http/negotiate.h"

static void encodings(void **state)
{
	enum { GZIP = 1 << HTTP_GZIP, BROTLI = 1 << HTTP_BROTLI };
	static const struct {
		const char *header;
		unsigned available;
		enum http_encoding chosen;
	} cases[] = {
	    {NULL, GZIP | BROTLI, HTTP_PLAIN},
	    {"", GZIP | BROTLI, HTTP_PLAIN},
	    {"gzip, deflate, br", GZIP | BROTLI, HTTP_BROTLI},
	    {"gzip, deflate, br", GZIP, HTTP_GZIP},
	    {"gzip, deflate, br", 0, HTTP_PLAIN},
	    {"deflate, zstd", GZIP | BROTLI, HTTP_PLAIN},
	    {"GZip", GZIP, HTTP_GZIP},
	    {"x-gzip", GZIP, HTTP_GZIP},
	    {"gzip;q=0", GZIP, HTTP_PLAIN},
	    {"gzip;q=0.001", GZIP, HTTP_GZIP},
	    {"gzip;q=1.0, br;q=0.9", GZIP | BROTLI, HTTP_GZIP},
	    {"gzip ; q=0.5 , br ; q=0.5", GZIP | BROTLI, HTTP_BROTLI},
	    {"gzip;q=0.5, identity", GZIP, HTTP_PLAIN},
	    {"*", GZIP, HTTP_GZIP},
	    {"*;q=0", GZIP, HTTP_PLAIN},
	    {"br;q=0, *", GZIP | BROTLI, HTTP_GZIP},
	    {"identity;q=0", GZIP, HTTP_PLAIN},
	    {"gzip;q=1.5", GZIP, HTTP_PLAIN},
	    {"gzip;q=", GZIP, HTTP_PLAIN},
	    {"gzip;q=0.1234", GZIP, HTTP_PLAIN},
	    {"gzip;q=-1", GZIP, HTTP_PLAIN},
	    {"gzipped", GZIP, HTTP_PLAIN},
	    {",,;,gzip", GZIP, HTTP_GZIP},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(http_encoding_choose(str_of(cases[i].header), cases[i].available), cases[i].chosen);
}

static void entity_tags(void **state)
{
	static const struct {
		const char *list, *etag;
		bool weak, strong; /* what each comparison says */
	} cases[] = {
	    {"\"a\"", "\"a\"", true, true},
	    {"\"a\"", "\"b\"", false, false},
	    {"W/\"a\"", "\"a\"", true, false},
	    {"\"a\"", "W/\"a\"", true, false},
	    {"W/\"a\"", "W/\"a\"", true, false},
	    {"\"x\", \"a\"", "\"a\"", true, true},
	    {"\"x\",W/\"a\",\"a\"", "\"a\"", true, true},
	    {"\"x, \\\"a\"", "\"a\"", false, false},
	    {"*", "\"a\"", true, true},
	    {" * ", "", true, true},
	    {"", "\"a\"", false, false},
	    {"a", "\"a\"", false, false},
	    {"\"a", "\"a\"", false, false},
	    {"\"", "\"", false, false},
	    {"W/", "\"a\"", false, false},
	    {"\"a,b\"", "\"a,b\"", true, true},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(http_etag_listed(str_of(cases[i].list), str_of(cases[i].etag), true), cases[i].weak);
		assert_int_equal(http_etag_listed(str_of(cases[i].list), str_of(cases[i].etag), false),
				 cases[i].strong);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(encodings), cmocka_unit_test(entity_tags)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

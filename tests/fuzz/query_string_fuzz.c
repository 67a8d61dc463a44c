/* Any bytes as what a client wraps its text in: a query, a path segment, a cookie, a header with parameters, a form, a
 * list of encodings or of entity tags. Whatever comes out is clean text from inside the limits. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/decode.h"
#include "http/form.h"
#include "http/negotiate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_)
{
	if (!true_)
		abort();
}

static void must_be_clean(struct str text)
{
	must(str_is_utf8(text) && (text.n == 0 || !memchr(text.p, 0, text.n)));
}

static void decode_all(struct arena *arena, struct str text)
{
	struct str out;
	for (int plus = 0; plus < 2; plus++)
		if (http_decode(arena, text, plus, &out)) {
			must_be_clean(out);
			must(out.n <= text.n);
		}
	struct http_pairs pairs;
	struct error error = {};
	enum status status = http_decode_pairs(arena, text, &pairs, &error);
	must(status == error.status && (status == OK || pairs.count == 0));
	for (size_t i = 0; i < pairs.count; i++) {
		must_be_clean(pairs.items[i].name);
		must_be_clean(pairs.items[i].value);
		must(http_pair_find(&pairs, pairs.items[i].name).p);
	}
}

static void read_headers(struct arena *arena, struct str text)
{
	must(http_cookie_find(text, S("session")).n <= text.n);
	must(http_media_type(text).n <= text.n);
	must(http_header_parameter(arena, text, "name").n <= text.n);
	enum http_encoding encoding = http_encoding_choose(text, 1u << HTTP_GZIP);
	must(encoding == HTTP_PLAIN || encoding == HTTP_GZIP);
	/* What matches strongly also matches weakly. */
	must(!http_etag_listed(text, S("\"a\""), false) || http_etag_listed(text, S("\"a\""), true));
}

static void read_form(struct arena *arena, struct str type, struct str body)
{
	struct http_form form;
	struct error error = {};
	enum status status = form_parse(arena, type, body, &form, &error);
	must(status == error.status && (status == OK || form.count == 0));
	for (size_t i = 0; i < form.count; i++) {
		const struct http_field *field = &form.fields[i];
		must_be_clean(field->name);
		must_be_clean(field->file_name);
		must_be_clean(field->media_type);
		must(field->value.n <= body.n);
		if (!field->file_name.p)
			must_be_clean(field->value);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA arena = arena_new();
	/* A copy, so that the arena's guard is behind its end. */
	struct str text = str_dup(arena, (struct str){(const char *)data, size});
	decode_all(arena, text);
	read_headers(arena, text);
	read_form(arena, S("application/x-www-form-urlencoded"), text);
	read_form(arena, S("multipart/form-data; boundary=x"), text);
	read_form(arena, text, S("--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--x--"));
	return 0;
}

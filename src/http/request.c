/* What a request shows of its headers, its pairs and its JSON. */
#include "http/inside.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { JSON_DEPTH = 64 };

struct str http_header(const struct http_request *request, const char *name)
{
	const struct exchange *exchange =
	    (const struct exchange *)((const char *)request - offsetof(struct exchange, request));
	return str_of(MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name));
}

struct str http_cookie(const struct http_request *request, const char *name)
{
	return http_cookie_find(http_header(request, "Cookie"), str_of(name));
}

struct str http_parameter(const struct http_request *request, const char *name)
{
	return http_pair_find(&request->parameters, str_of(name));
}

struct str http_query(const struct http_request *request, const char *name)
{
	return http_pair_find(&request->query, str_of(name));
}

/* The library below stops at a depth of 2048, which those who walk the tree afterwards need not stand. */
static bool is_shallow(struct str text)
{
	unsigned depth = 0;
	bool quoted = false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (quoted) {
			i += c == '\\';
			quoted = c != '"';
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_DEPTH)
				return false;
		} else if ((c == '}' || c == ']') && depth) {
			depth--;
		}
	}
	return true;
}

static void release_json(void *json)
{
	json_decref(json);
}

enum status http_json_body(struct http_request *request, json_t **json, struct error *error)
{
	*json = NULL;
	struct str type = http_media_type(http_header(request, "Content-Type"));
	if (request->body.n == 0)
		return error_fail(error, E_SYNTAX, "", "required", N_("A JSON body is needed"));
	if (!str_eq_nocase(type, S("application/json")) &&
	    !(type.n > 5 && str_eq_nocase(str_sub(type, type.n - 5, type.n), S("+json"))))
		return error_fail(error, E_SYNTAX, "", "media_type",
				  N_("The body must be JSON (Content-Type: application/json)"));
	if (!is_shallow(request->body))
		return error_fail(error, E_SYNTAX, "", "depth", N_("The JSON is nested too deeply"));
	json_error_t fault;
	*json = json_loadb(request->body.p, request->body.n, JSON_REJECT_DUPLICATES, &fault);
	if (!*json) {
		char line[16], column[16];
		snprintf(line, sizeof(line), "%d", fault.line);
		snprintf(column, sizeof(column), "%d", fault.column);
		return error_fail(error, E_SYNTAX, "", "json", N_("The JSON is malformed at line %s, column %s: %s"),
				  line, column, fault.text);
	}
	arena_defer(request->arena, release_json, *json);
	return OK;
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h> /* needs those above */

#include "http/router.h"

static void handler(struct http_request *request, struct http_response *response)
{
}

static const struct http_route routes[] = {
    {"GET", "/", handler},
    {"GET", "/api/v1/{collection}", handler},
    {"POST", "/api/v1/{collection}", handler},
    {"GET", "/api/v1/search", handler},
    {"GET", "/api/v1/{collection}/{number}", handler},
    {"PATCH", "/api/v1/{collection}/{number}", handler},
    {"POST", "/api/v1/{collection}/bulk", handler},
    {"POST", "/api/v1/{collection}/{number}/transitions/{name}", handler},
    {"GET", "/assets/{path...}", handler},
    {"GET", "/{any}", handler},
    {"GET", "/a/{x}/c", handler},
    {"GET", "/a/b/{y}/d", handler},
};

struct built {
	struct arena *arena;
	const struct router *router;
};

static int set_up(void **state)
{
	static struct built built;
	struct error error = {};
	built.arena = arena_new();
	*state = &built;
	return (int)router_build(built.arena, routes, sizeof(routes) / sizeof(routes[0]), &built.router, &error);
}

static int tear_down(void **state)
{
	arena_free(((struct built *)*state)->arena);
	return 0;
}

/* "pattern name=value name=value", "400", "404" or "405 GET, HEAD" */
static char *match(struct built *built, enum http_method method, struct str path)
{
	struct route_match match;
	struct buf text = buf_new(built->arena);
	switch (router_match(built->router, built->arena, method, path, &match)) {
	case ROUTE_FOUND:
		buf_add_c(&text, match.route->pattern);
		for (size_t i = 0; i < match.parameters.count; i++)
			buf_format(&text, " %.*s=%.*s", STR_ARG(match.parameters.items[i].name),
				   STR_ARG(match.parameters.items[i].value));
		break;
	case ROUTE_BAD_PATH:
		buf_add_c(&text, "400");
		break;
	case ROUTE_NO_PATH:
		buf_add_c(&text, "404");
		break;
	case ROUTE_NO_METHOD:
		buf_add_c(&text, "405 ");
		buf_add(&text, http_method_list(built->arena, match.allowed));
		break;
	}
	return str_c(built->arena, buf_str(&text));
}

static void matches(void **state)
{
	static const struct {
		enum http_method method;
		struct str path;
		const char *found;
	} cases[] = {
	    {HTTP_GET, S("/"), "/"},
	    {HTTP_HEAD, S("/"), "/"},
	    {HTTP_GET, S("/INC-1"), "/{any} any=INC-1"},
	    {HTTP_GET, S("/api/v1/incidents"), "/api/v1/{collection} collection=incidents"},
	    {HTTP_GET, S("/api/v1/search"), "/api/v1/search"},
	    {HTTP_POST, S("/api/v1/search"), "/api/v1/{collection} collection=search"},
	    {HTTP_GET, S("/api/v1/incidents/INC-1"), "/api/v1/{collection}/{number} collection=incidents number=INC-1"},
	    {HTTP_GET, S("/api/v1/incidents/bulk"), "/api/v1/{collection}/{number} collection=incidents number=bulk"},
	    {HTTP_POST, S("/api/v1/incidents/bulk"), "/api/v1/{collection}/bulk collection=incidents"},
	    {HTTP_POST, S("/api/v1/incidents/INC-1/transitions/resolve"),
	     "/api/v1/{collection}/{number}/transitions/{name} collection=incidents number=INC-1 name=resolve"},
	    {HTTP_GET, S("/assets/js/a%20b.js"), "/assets/{path...} path=js/a b.js"},
	    {HTTP_GET, S("/assets/"), "/assets/{path...} path="},
	    {HTTP_GET, S("/assets"), "/{any} any=assets"},
	    {HTTP_GET, S("/a%2Fb"), "/{any} any=a/b"},
	    {HTTP_GET, S("/%E9%9A%9C"), "/{any} any=障"},
	    {HTTP_GET, S("/%61pi/v1/search"), "/api/v1/search"},
	    {HTTP_GET, S("/a/b/c"), "/a/{x}/c x=b"}, /* the literal branch leads nowhere */
	    {HTTP_GET, S("/a/b/c/d"), "/a/b/{y}/d y=c"},
	    {HTTP_GET, S("/assets/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18"),
	     "/assets/{path...} path=1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18"},
	    {HTTP_GET, S("/api/v1/"), "404"},
	    {HTTP_GET, S("//"), "404"},
	    {HTTP_GET, S("/api/v1/incidents/"), "404"},
	    {HTTP_GET, S("/x/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18"), "404"},
	    {HTTP_GET, S("*"), "404"},
	    {HTTP_GET, S(""), "404"},
	    {HTTP_GET, S("/%"), "400"},
	    {HTTP_GET, S("/a/%00"), "400"},
	    {HTTP_GET, S("/%ff/b"), "400"},
	    {HTTP_DELETE, S("/"), "405 GET, HEAD"},
	    {HTTP_PUT, S("/api/v1/incidents/bulk"), "405 GET, HEAD, POST, PATCH"},
	    {HTTP_OTHER, S("/api/v1/incidents"), "405 GET, HEAD, POST"},
	    {HTTP_HEAD, S("/api/v1/incidents/INC-1/transitions/resolve"), "405 POST"},
	};
	struct built *built = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(match(built, cases[i].method, cases[i].path), cases[i].found);
}

static void bad_tables(void **state)
{
	static const struct http_route bad[] = {
	    {"FETCH", "/", handler},
	    {"HEAD", "/", handler},
	    {"GET", "relative", handler},
	    {"GET", "/{open", handler},
	    {"GET", "/{tail...}/more", handler},
	    {"GET", "/", NULL},
	    {"GET", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", handler},
	};
	static const struct http_route twice[] = {{"GET", "/{a}", handler}, {"GET", "/{b}", handler}};
	ARENA arena = arena_new();
	const struct router *router;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct error error = {};
		assert_int_equal(router_build(arena, &bad[i], 1, &router, &error), E_INVALID);
		assert_string_equal(error.items[0].field, "routes");
	}
	struct error error = {};
	assert_int_equal(router_build(arena, twice, 2, &router, &error), E_INVALID);
	assert_string_equal(error.items[0].rule, "double");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(matches, set_up, tear_down),
					   cmocka_unit_test(bad_tables)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

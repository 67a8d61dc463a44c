/* router: from a method and a path to a route. Built once from the table, then only read. */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "http/http.h"

struct router;

enum { ROUTE_SEGMENTS = 16 };

enum route_result {
	ROUTE_FOUND,
	ROUTE_BAD_PATH, /* encoded wrongly */
	ROUTE_NO_PATH,
	ROUTE_NO_METHOD,
};

struct route_match {
	const struct http_route *route;
	struct http_pairs parameters;
	unsigned allowed; /* bits 1 << method, for ROUTE_NO_METHOD */
};

MUST enum status router_build(struct arena *arena, const struct http_route *routes, size_t count,
			      const struct router **router, struct error *error);
enum route_result router_match(const struct router *router, struct arena *arena, enum http_method method,
			       struct str path, struct route_match *match);

enum http_method http_method_of(struct str name);
/* "GET, HEAD, POST" for an Allow header */
struct str http_method_list(struct arena *arena, unsigned methods);

#endif

/* What the request line and the headers say, and all that can be refused on their account. */
#include "http/inside.h"

#include <stdlib.h>
#include <string.h>

struct framing {
	unsigned lengths, codings;
	bool strange; /* a coding other than chunked, or a name that another reader might take for one of the two */
};

static enum MHD_Result count_framing(void *state, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct framing *framing = state;
	framing->strange |= strpbrk(name, " \t") != NULL;
	if (str_eq_nocase(str_of(name), S("Content-Length"))) {
		framing->lengths++;
	} else if (str_eq_nocase(str_of(name), S("Transfer-Encoding"))) {
		framing->codings++;
		framing->strange |= !str_eq_nocase(str_of(value), S("chunked"));
	}
	return MHD_YES;
}

bool head_is_ambiguous(struct MHD_Connection *connection)
{
	struct framing framing = {};
	MHD_get_connection_values(connection, MHD_HEADER_KIND, count_framing, &framing);
	return framing.lengths + framing.codings > 1 || framing.strange;
}

/* Proxies ask with a whole address: "http://host/path". */
static struct str without_origin(struct str target)
{
	size_t at;
	if (str_starts(target, S("/")) || !str_find(target, S("://"), &at))
		return target;
	struct str rest = str_sub(target, at + 3, target.n);
	return str_find_char(rest, '/', &at) ? str_sub(rest, at, rest.n) : S("/");
}

static bool read_target(struct http_request *request, struct error *error)
{
	struct str query = without_origin(request->target);
	size_t at;
	str_cut(&query, '?', &request->path);
	if (str_find_char(request->target, ' ', &at))
		return error_fail(error, E_SYNTAX, "", "encoding", N_("The address is not encoded correctly")) == OK;
	return !query.p || http_decode_pairs(request->arena, query, &request->query, error) == OK;
}

static bool refuse(unsigned *status, unsigned code)
{
	*status = code;
	return false;
}

static bool find_route(struct exchange *exchange, unsigned *status, struct error *error)
{
	struct http_request *request = &exchange->request;
	struct route_match match;
	enum route_result result =
	    router_match(exchange->server->router, request->arena, request->method, request->path, &match);
	request->route = match.route;
	request->parameters = match.parameters;
	exchange->allowed = match.allowed;
	switch (result) {
	case ROUTE_FOUND:
		return true;
	case ROUTE_BAD_PATH:
		error_fail(error, E_SYNTAX, "", "encoding", N_("The address is not encoded correctly"));
		return refuse(status, 400);
	case ROUTE_NO_METHOD:
		error_fail(error, E_NOT_FOUND, "", "method", N_("This address does not have this method"));
		return refuse(status, 405);
	case ROUTE_NO_PATH:
		break;
	}
	error_fail(error, E_NOT_FOUND, "", "not_found", N_("There is nothing at this address"));
	return refuse(status, 404);
}

/* The library has checked that the length is a number that fits. */
static bool fits(struct exchange *exchange)
{
	struct str length = http_header(&exchange->request, "Content-Length");
	return !length.p || strtoull(length.p, NULL, 10) <= exchange->body_limit;
}

static bool is_short(struct exchange *exchange, unsigned *status, struct error *error)
{
	const union MHD_ConnectionInfo *size =
	    MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	size_t limit = exchange->server->options.header_limit, of_target = exchange->request.target.n;
	if (of_target > limit) {
		error_fail(error, E_TOO_LARGE, "", "address", N_("The address is longer than the server takes"));
		return refuse(status, 414);
	}
	if (size && size->header_size > limit + of_target) {
		error_fail(error, E_TOO_LARGE, "", "headers", N_("The headers are longer than the server takes"));
		return refuse(status, 431);
	}
	return true;
}

static bool is_welcome(struct exchange *exchange, unsigned *status, struct error *error)
{
	if (exchange->link->surplus == SURPLUS_OF_ADDRESS) {
		error_fail(error, E_TOO_MANY, "", "connections", N_("Your address has too many connections"));
	} else if (exchange->link->surplus == SURPLUS || atomic_load(&exchange->server->closed)) {
		error_fail(error, E_UNAVAILABLE, "", "busy", N_("The server is busy; try again in a moment"));
	} else {
		return true;
	}
	error->wait_seconds = 1;
	return refuse(status, http_status_of(error->status));
}

static bool names_its_host(struct exchange *exchange, const char *version)
{
	return strcmp(version, "HTTP/1.1") != 0 || http_header(&exchange->request, "Host").p;
}

bool head_read(struct exchange *exchange, const char *method, const char *version, unsigned *status,
	       struct error *error)
{
	struct http_request *request = &exchange->request;
	struct http_server *server = exchange->server;
	exchange->body_limit = server->options.body_limit;
	request->method = http_method_of(str_of(method));
	peer_describe(exchange);
	note_name_of_proxy(exchange);
	if (!read_target(request, error))
		return refuse(status, http_status_of(error->status));
	if (!is_short(exchange, status, error))
		return false;
	if (!names_its_host(exchange, version)) {
		error_fail(error, E_SYNTAX, "", "host", N_("The request does not name its host"));
		return refuse(status, 400);
	}
	if (!is_welcome(exchange, status, error))
		return false;
	if (!find_route(exchange, status, error))
		return false;
	if (request->route->body_limit)
		exchange->body_limit = request->route->body_limit;
	if (!fits(exchange)) {
		error_fail(error, E_TOO_LARGE, "", "body", N_("What was sent is larger than the server takes"));
		return refuse(status, 413);
	}
	return true;
}

/* What is remembered of an answer: figures by route, and a line in the log. The route's pattern stands for the address,
 * which can name persons and carry what they typed. */
#include "http/inside.h"

#include <string.h>
#include <sys/random.h>

#include "base/log.h"

enum { ID_MOST = 64 };

void note_start(struct http_server *server)
{
	uint64_t random = 0;

	/* So that nodes and restarts do not give the same names. Nothing hangs on nobody being able to guess them. */
	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		random = (uint64_t)(uintptr_t)server;
	server->id_prefix = (uint32_t)random;
	server->latencies.bounds = histogram_microseconds;
	server->routes = arena_many(server->arena, struct route_note, server->options.route_count + 1);
}

static bool is_name(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.", text.p[i]))
			return false;
	return text.n && text.n <= ID_MOST;
}

void note_request(struct exchange *exchange)
{
	struct http_server *server = exchange->server;
	uint32_t serial = (uint32_t)atomic_fetch_add_explicit(&server->next_id, 1, memory_order_relaxed);

	exchange->request.id = str_format(exchange->request.arena, "%08x%08x", server->id_prefix, serial);
	exchange->response.request_id = exchange->request.id;
}

void note_name_of_proxy(struct exchange *exchange)
{
	struct str name = http_header(&exchange->request, "X-Request-Id");

	if (!exchange->link->trusted || !is_name(name))
		return;
	exchange->request.id = str_dup(exchange->request.arena, name);
	exchange->response.request_id = exchange->request.id;
}

static void count_route(struct exchange *exchange, int64_t took_us)
{
	const struct http_route *route = exchange->request.route;

	if (!route)
		return;
	struct route_note *note = &exchange->server->routes[route - exchange->server->options.routes];
	count_up(&note->count, 1);
	count_up(&note->time_us, (uint64_t)took_us);
}

static enum log_level level_of(unsigned status)
{
	if (status < 500)
		return LOG_DEBUG;
	return status == 503 ? LOG_WARNING : LOG_ERROR;
}

void note_answer(struct exchange *exchange, int64_t took_us)
{
	static const char *const methods[] = {
	    [HTTP_GET] = "GET",     [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",   [HTTP_PUT] = "PUT",
	    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OTHER] = "other",
	};
	const struct http_request *request = &exchange->request;
	const struct http_response *response = &exchange->response;
	enum log_level level = level_of(response->status);

	count_route(exchange, took_us);
	if (!log_wants(level))
		return;
	const struct log_field fields[] = {
	    {.name = "request", .text = str_c(request->arena, request->id)},
	    {.name = "method", .text = methods[request->method]},
	    {.name = "route", .text = request->route ? request->route->pattern : ""},
	    {.name = "status", .number = response->status},
	    {.name = "took_us", .number = took_us},
	    {.name = "bytes", .number = (int64_t)response->body.n},
	    {.name = "fault", .text = response->fault},
	};
	log_fields(level, level == LOG_DEBUG ? "answered" : "a request failed", fields,
		   sizeof(fields) / sizeof(*fields) - (response->fault ? 0 : 1));
}

void http_fault(struct http_response *response, const struct error *error)
{
	enum { FAULT_BYTES = 1024 };
	char *text = arena_alloc(response->arena, FAULT_BYTES);

	error_text(error, text, FAULT_BYTES);
	response->fault = text;
}

size_t http_server_routes(struct http_server *server, struct arena *arena, struct http_route_metrics **metrics)
{
	const struct http_options *options = &server->options;
	struct http_route_metrics *all = arena_many(arena, struct http_route_metrics, options->route_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < options->route_count; i++) {
		uint64_t answers = atomic_load_explicit(&server->routes[i].count, memory_order_relaxed);

		if (answers)
			all[count++] = (struct http_route_metrics){
			    .route = &options->routes[i],
			    .answers = answers,
			    .time_us = atomic_load_explicit(&server->routes[i].time_us, memory_order_relaxed)};
	}
	*metrics = all;
	return count;
}

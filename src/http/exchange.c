/* The steps of a request, as libmicrohttpd calls for them: target, headers, body, handler, answer, end. */
#include "http/inside.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BODY_FIRST = 4096 };

static int64_t clock_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Arenas belong to requests rather than to connections: idle ones cost no more than they must. */
static struct arena *take_arena(struct http_server *server)
{
	struct arena *arena = NULL;
	pthread_mutex_lock(&server->lock);
	if (server->spare_count)
		arena = server->spare_arenas[--server->spare_count];
	pthread_mutex_unlock(&server->lock);
	return arena ? arena : arena_new();
}

static void give_arena(struct http_server *server, struct arena *arena)
{
	arena_reset(arena);
	pthread_mutex_lock(&server->lock);
	bool kept = server->spare_count < SPARE_ARENAS;
	if (kept)
		server->spare_arenas[server->spare_count++] = arena;
	pthread_mutex_unlock(&server->lock);
	if (!kept)
		arena_free(arena);
}

static void link_open(struct worker *worker, struct MHD_Connection *connection, void **state)
{
	const union MHD_ConnectionInfo *socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct link *link = socket ? calloc(1, sizeof(*link)) : NULL;
	if (!link)
		return;
	struct http_server *server = worker->server;
	link->server = server;
	link->worker = worker;
	link->fd = socket->connect_fd;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (info && info->client_addr)
		link->peer = address_of(info->client_addr);
	peer_text(&link->peer, link->remote);
	link->trusted = networks_hold(&server->trusted, &link->peer);
	links_add(server, link);
	*state = link;
}

void exchange_link(void *worker, struct MHD_Connection *connection, void **state,
		   enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		link_open(worker, connection, state);
		return;
	}
	struct link *link = *state;
	*state = NULL;
	if (link)
		links_remove(link->server, link);
	free(link);
}

enum MHD_Result exchange_accept(void *of_server, const struct sockaddr *address, socklen_t length)
{
	struct in6_addr peer = address_of(address);
	return links_have_room(of_server, &peer) ? MHD_YES : MHD_NO;
}

void *exchange_target(void *of_server, const char *target, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct link *link = info ? info->socket_context : NULL;
	if (!link || !link_begins(link))
		return NULL;
	struct http_server *server = of_server;
	struct exchange *exchange = &link->exchange;
	struct arena *arena = take_arena(server);
	*exchange = (struct exchange){.server = server, .link = link, .connection = connection};
	exchange->request.arena = arena;
	exchange->request.context = server->options.context;
	exchange->request.target = str_dup(arena, str_of(target));
	exchange->response = (struct http_response){.arena = arena, .status = 200};
	note_request(exchange);
	return exchange;
}

void exchange_completed(void *of_server, struct MHD_Connection *connection, void **state,
			enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *state;
	*state = NULL;
	if (!exchange)
		return;
	struct http_server *server = of_server;
	if (exchange->response.stream) {
		stream_close(exchange->response.stream);
		http_stream_drop(exchange->response.stream);
	}
	give_arena(server, exchange->request.arena);
	link_rests(exchange->link);
	/* A parked request whose client has left ends here without its continuation. */
	if (exchange->handling)
		atomic_fetch_sub(&server->handling, 1);
	exchange->handling = false;
	bool counted = exchange->counted;
	exchange->counted = false;
	if (counted)
		atomic_fetch_sub(&server->in_flight, 1);
}

static enum MHD_Result answer(struct exchange *exchange)
{
	int64_t took = 0;
	if (exchange->started_us) {
		took = clock_us() - exchange->started_us;
		histogram_add(&exchange->server->latencies, took);
	}
	exchange->stage = STAGE_ANSWERED;
	struct link *link = exchange->link;
	const struct http_response *response = &exchange->response;
	bool wanted = response->stream ? link_works(link) : link_answers(link, response->body.n);
	enum MHD_Result result = wanted ? exchange_send(exchange) : MHD_NO;
	note_answer(exchange, took);
	if (exchange->handling)
		atomic_fetch_sub(&exchange->server->handling, 1);
	exchange->handling = false;
	return result;
}

static enum MHD_Result answer_refusal(struct exchange *exchange)
{
	struct http_request *request = &exchange->request;
	struct http_response *response = &exchange->response;
	http_status(response, exchange->refusal_status);
	if (exchange->refusal_status == 405)
		http_add_header(response, "Allow", http_method_list(request->arena, exchange->allowed));
	if (exchange->link->surplus)
		http_add_header(response, "Connection", S("close"));
	if (exchange->server->options.refused)
		exchange->server->options.refused(request, response, exchange->refusal);
	else
		http_problem_as(response, exchange->refusal_status, exchange->refusal, ENGLISH);
	return answer(exchange);
}

static void refuse(struct exchange *exchange, unsigned status, const struct error *error)
{
	struct error *kept = arena_one(exchange->request.arena, struct error);
	exchange->refusal = kept;
	exchange->refusal_status = status;
	/* Items point into the store of their error, so it is said anew rather than copied. */
	error_add(kept, error->status, error->count ? error->items[0].field : "",
		  error->count ? error->items[0].rule : "", error->count ? error->items[0].message : "", NULL);
	kept->wait_seconds = error->wait_seconds;
}

/* A body that turns out to be too large while it comes. The library takes no answer before its end, which may never be.
 */
static enum MHD_Result cut(struct exchange *exchange)
{
	if (link_works(exchange->link))
		link_tell(exchange->link, exchange->server->too_large);
	return MHD_NO;
}

static enum MHD_Result run(struct exchange *exchange, http_handler *handler)
{
	for (;;) {
		atomic_store(&exchange->parking, PARKING_NONE);
		handler(&exchange->request, &exchange->response);
		if (atomic_load(&exchange->parking) == PARKING_NONE)
			return answer(exchange);
		if (exchange_must_wait(exchange))
			return MHD_YES;
		handler = exchange->continue_with;
	}
}

static enum MHD_Result begin_handler(struct exchange *exchange)
{
	struct http_server *server = exchange->server;
	if (!link_works(exchange->link))
		return MHD_NO;
	exchange->request.body.p = exchange->body ? exchange->body : "";
	count_up(&server->bytes_in, exchange->request.body.n);
	if (!exchange->refusal) {
		/* Counted first and looked at second, as http_server_stop does it the other way round. */
		exchange->handling = true;
		atomic_fetch_add(&server->handling, 1);
		if (atomic_load(&server->closed)) {
			struct error error = {};
			error_fail(&error, E_UNAVAILABLE, "", "busy", N_("The server is stopping"));
			error.wait_seconds = 1;
			refuse(exchange, 503, &error);
		}
	}
	exchange->stage = STAGE_HANDLER;
	exchange->started_us = clock_us();
	return exchange->refusal ? answer_refusal(exchange) : run(exchange, exchange->request.route->handler);
}

static enum MHD_Result take_body(struct exchange *exchange, const char *upload, size_t bytes)
{
	struct str *body = &exchange->request.body;
	atomic_fetch_add_explicit(&exchange->link->bytes, bytes, memory_order_relaxed);
	if (!exchange->refusal && bytes > exchange->body_limit - body->n)
		return cut(exchange);
	if (exchange->refusal) {
		exchange->drained += bytes;
		return exchange->drained <= DRAIN_LIMIT ? MHD_YES : cut(exchange);
	}
	size_t needed = body->n + bytes, capacity = exchange->body_capacity;
	if (needed > capacity) {
		for (capacity = capacity ? capacity : BODY_FIRST; capacity < needed;)
			capacity *= 2;
		exchange->body =
		    arena_grow_room(exchange->request.arena, exchange->body, exchange->body_capacity, capacity);
		exchange->body_capacity = capacity;
	}
	memcpy(exchange->body + body->n, upload, bytes);
	body->n = needed;
	return MHD_YES;
}

/* Answering here makes the library close the connection, so it is done only where that is wanted: where the client
 * waits to be told whether to send a body, or sends more than is worth reading. */
static bool must_answer_early(struct exchange *exchange)
{
	struct str length = http_header(&exchange->request, "Content-Length");
	return exchange->refusal_status == 413 || http_header(&exchange->request, "Expect").p ||
	       (length.p && strtoull(length.p, NULL, 10) > DRAIN_LIMIT);
}

static enum MHD_Result answer_early(struct exchange *exchange)
{
	exchange->link->lingers = true;
	return answer_refusal(exchange);
}

static enum MHD_Result begin(struct exchange *exchange, const char *method, const char *version)
{
	exchange->stage = STAGE_BODY;
	exchange->counted = true;
	atomic_fetch_add(&exchange->server->in_flight, 1);
	unsigned status = 400;
	struct error error;
	error_clear(&error);
	bool ambiguous = head_is_ambiguous(exchange->connection);
	if (!head_read(exchange, method, version, &status, &error) && !ambiguous) {
		refuse(exchange, status, &error);
		return must_answer_early(exchange) ? answer_early(exchange) : MHD_YES;
	}
	if (ambiguous) {
		error_clear(&error);
		error_fail(&error, E_SYNTAX, "", "framing", N_("The length of the request is not clear"));
		refuse(exchange, 400, &error);
		http_add_header(&exchange->response, "Connection", S("close"));
		return answer_early(exchange);
	}
	return MHD_YES;
}

enum MHD_Result exchange_step(void *of_server, struct MHD_Connection *connection, const char *url, const char *method,
			      const char *version, const char *upload, size_t *upload_bytes, void **state)
{
	struct exchange *exchange = *state;
	if (!exchange)
		return MHD_NO;
	switch (exchange->stage) {
	case STAGE_HEAD:
		return begin(exchange, method, version);
	case STAGE_BODY:
		if (*upload_bytes) {
			size_t bytes = *upload_bytes;
			*upload_bytes = 0;
			return take_body(exchange, upload, bytes);
		}
		return begin_handler(exchange);
	case STAGE_HANDLER:
		return run(exchange, exchange->continue_with);
	case STAGE_ANSWERED:
		break;
	}
	*upload_bytes = 0;
	return MHD_YES;
}

/* From a response to the library's: the headers that every answer carries, compression, counting. */
#include "http/inside.h"

#include <string.h>

static const char html_policy[] =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

static bool is_compressible(struct str media_type)
{
	struct str type = http_media_type(media_type);
	return str_starts(type, S("text/")) || str_is(type, "application/json") || str_ends(type, S("+json")) ||
	       str_ends(type, S("+xml")) || str_is(type, "application/javascript") || str_is(type, "application/yaml");
}

static void shrink(struct exchange *exchange)
{
	struct http_response *response = &exchange->response;
	if (response->body.n < exchange->server->options.compress_from || response->no_compression ||
	    response->constant || response->encoding || response->stream ||
	    !is_compressible(str_of(response->media_type)))
		return;
	http_add_header(response, "Vary", S("Accept-Encoding"));
	struct str wanted = http_header(&exchange->request, "Accept-Encoding"), smaller;
	if (http_encoding_choose(wanted, 1u << HTTP_GZIP) != HTTP_GZIP ||
	    !compress_body(exchange->server, response->arena, response->body, &smaller))
		return;
	response->body = smaller;
	response->encoding = "gzip";
}

/* What a handler made of a broken header is not sent: the fault is ours. */
static void mend(struct exchange *exchange)
{
	struct error error;
	error_clear(&error);
	error_fail(&error, E_INTERNAL, "", "header", N_("The answer could not be written"));
	struct http_response *response = &exchange->response;
	struct http_stream *stream = response->stream;
	*response = (struct http_response){.arena = exchange->request.arena, .request_id = exchange->request.id};
	if (stream) {
		stream_close(stream);
		http_stream_drop(stream);
	}
	http_problem(response, &error, ENGLISH);
}

static bool add(struct MHD_Response *answer, const char *name, const char *value)
{
	return !value || MHD_add_response_header(answer, name, value) == MHD_YES;
}

static bool add_headers(struct exchange *exchange, struct MHD_Response *answer)
{
	const struct http_response *response = &exchange->response;
	const char *type = response->media_type;
	bool html = type && strncmp(type, "text/html", 9) == 0;
	bool fine =
	    add(answer, "Content-Type", type) && add(answer, "Content-Encoding", response->encoding) &&
	    add(answer, "Cache-Control", response->cache_control ? response->cache_control : "no-store") &&
	    add(answer, "X-Content-Type-Options", "nosniff") && add(answer, "Referrer-Policy", "same-origin") &&
	    (!html || add(answer, "Content-Security-Policy", response->policy ? response->policy : html_policy));
	if (fine && response->request_id.n)
		fine = add(answer, "X-Request-Id", str_c(response->arena, response->request_id));
	if (fine && exchange->request.secure)
		fine = add(answer, "Strict-Transport-Security", "max-age=31536000");
	if (fine && atomic_load(&exchange->server->stopping))
		fine = add(answer, "Connection", "close");
	for (size_t i = 0; fine && i < response->headers.count; i++)
		fine = add(answer, response->headers.items[i].name, response->headers.items[i].value);
	return fine;
}

struct str refusal_text(struct arena *arena, unsigned status, const struct error *error)
{
	struct http_response response = {.arena = arena};
	struct buf out = buf_new(arena);
	http_problem_as(&response, status, error, ENGLISH);
	buf_format(&out,
		   "HTTP/1.1 %u %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n"
		   "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n",
		   status, MHD_get_reason_phrase_for(status), response.media_type, response.body.n);
	for (size_t i = 0; i < response.headers.count; i++)
		buf_format(&out, "%s: %s\r\n", response.headers.items[i].name, response.headers.items[i].value);
	buf_add_c(&out, "\r\n");
	buf_add(&out, response.body);
	return buf_str(&out);
}

enum MHD_Result exchange_send(struct exchange *exchange)
{
	struct http_response *response = &exchange->response;
	if (response->broken)
		mend(exchange);
	shrink(exchange);
	struct MHD_Response *answer =
	    response->stream
		? stream_answer(response->stream, exchange)
		: MHD_create_response_from_buffer(response->body.n,
						  (void *)(uintptr_t)(response->body.n ? response->body.p : ""),
						  MHD_RESPMEM_PERSISTENT);
	if (!answer)
		return MHD_NO;
	enum MHD_Result result = MHD_NO;
	if (add_headers(exchange, answer))
		result = MHD_queue_response(exchange->connection, response->status, answer);
	MHD_destroy_response(answer);
	if (result == MHD_YES) {
		unsigned class = response->status / 100;
		count_up(&exchange->server->answers[class < HTTP_CLASSES ? class : 5], 1);
		if (exchange->request.method != HTTP_HEAD)
			count_up(&exchange->server->bytes_out, response->body.n);
	}
	return result;
}

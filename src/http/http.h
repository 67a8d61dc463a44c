/* http: transport. A server over libmicrohttpd that knows requests, routes and answers, and nothing of what they mean.
 *
 * A handler runs on one of the server's threads once the whole request, its body included, has arrived. It fills the
 * response and returns, or it parks the request and lets any other thread wake it:
 *
 *	static void committed(struct http_request *request, struct http_response *response)
 *	{
 *		http_body(response, "application/json", S("{}"));
 *	}
 *
 *	static void change(struct http_request *request, struct http_response *response)
 *	{
 *		http_suspend(request, committed);
 *		queue_push(request->context, request); // its thread calls http_resume(request) once
 *	}
 *
 *	static const struct http_route routes[] = {
 *		{"GET", "/api/v1/{collection}/{number}", show},
 *		{"POST", "/api/v1/{collection}", change},
 *	};
 *	struct http_options options = {.listen = "127.0.0.1:8080", .routes = routes, .route_count = 2};
 *	struct http_server *server;
 *	if (http_server_start(&options, &server, &error) != OK)
 *		...
 *
 * Ownership. Everything that a request shows lives until its answer has been sent; so does its arena, in which the
 * answer is made. Bodies are never copied: they lie in that arena or are constant. No thread waits for a client: slow
 * ones cost a connection and the bytes that have come, nothing else, and not for ever.
 *
 * Refused before any handler runs, as application/problem+json or by options.refused:
 *	400	paths, queries, bodies and lengths that are malformed or unclear; HTTP/1.1 without Host
 *	404	paths without a route
 *	405	methods that the path does not have, with Allow
 *	408	requests that are not complete in time
 *	413	bodies over the limit: at once when Content-Length says so, else as soon as they grow over it
 *	414	an address over header_limit
 *	429	connections over what one address may have
 *	431	headers over header_limit
 *	503	connections over the limit, when none that is idle can make room
 *
 * 408, and 413 of a body without Content-Length, are written past the library, always in English; over TLS, where that
 * cannot be, the connection just ends. After an early answer the connection closes; what the client still sends is
 * dropped for a moment, so that a reset does not take the answer away. An answer that its client does not read in time
 * is given up; a stream is not.
 *
 * What stays with the library below, which has no way to change it. A plain page instead of problem+json: for an
 * address and headers that together are over twice header_limit, for header lines that are none, for a Content-Length
 * that is not a number or does not fit in 64 bits, and for broken chunks. A connection that ends without a word: for a
 * first line that is none. None of these reaches a route.
 *
 * Memory is bounded: a connection takes twice header_limit and some 6 KB at most while it is idle, a request the body
 * that has come so far and 64 KB.
 *
 * Every answer carries X-Request-Id, the name by which the log tells of it and a problem's member "request"; nosniff
 *and Referrer-Policy, HTML a strict Content-Security-Policy, and what is not marked otherwise Cache-Control: no-store.
 *HEAD is answered by the route of GET, without its body. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <jansson.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/histogram.h"
#include "base/language.h"
#include "base/str.h"
#include "http/decode.h"
#include "http/negotiate.h"

struct http_server;
struct http_request;
struct http_response;

typedef void http_handler(struct http_request *request, struct http_response *response);

/* ---- the server ---- */

struct http_route {
	const char *method; /* "GET", "POST", "PUT", "PATCH" or "DELETE" */
	/* Segments that stand for themselves or, as "{number}", for one segment that is not empty; "{path...}" at the
	 * end stands for all that is left. Where several patterns fit, segments that stand for themselves win from left
	 * to right, whatever the order of the table. */
	const char *pattern;
	http_handler *handler;
	size_t body_limit; /* 0: the server's */
};

struct http_options {
	const char *listen;  /* "127.0.0.1:8080", "[::1]:8080"; port 0 takes a free one */
	int listener;        /* a socket that listens already, in place of listen; 0: none. It stays open for others. */
	unsigned threads;    /* 0: one a processor */
	size_t body_limit;   /* bytes of a body; 0: 10 MB */
	size_t header_limit; /* bytes of the address, and of the headers; 0: 16 KB */
	/* 0: 2000. The descriptors that the process may have can lower it, which is logged; the soft limit of them is
	 * raised to the hard one. When all are taken, whoever has been idle longest is closed. */
	unsigned connection_limit;
	unsigned connections_per_address; /* an IPv6 /64 is one, trusted peers have no limit; 0: half of all, and one */
	unsigned idle_seconds;            /* without a byte, or until the first line of a request is whole; 0: 30 */
	unsigned request_seconds;         /* for a whole request, and for reading its answer; 0: 60 */
	size_t slowest_rate;              /* bytes a second: each such portion gives a second more; 0: 16 KB */
	size_t compress_from;             /* bytes from which an answer is compressed; 0: 1024; SIZE_MAX: never */
	const struct http_route *routes;
	size_t route_count;
	void *context; /* request->context */
	/* Writes the answer to what is refused before a handler; http_response_status() and headers such as Allow are
	 * set. The request may be incomplete: what could not be read is empty. NULL: http_problem_as in English. */
	void (*refused)(struct http_request *request, struct http_response *response, const struct error *error);
	/* Peers whose X-Forwarded-For and X-Forwarded-Proto are believed: "127.0.0.1, ::1, 10.0.0.0/8"; NULL: none. */
	const char *trusted_peers;
	const char *certificate, *key; /* PEM texts; both set: the server speaks TLS only */
};

/* Errors: E_INVALID at "listen", "routes" and "trusted_peers"; E_UNAVAILABLE when the address cannot be had. */
MUST enum status http_server_start(const struct http_options *options, struct http_server **server,
				   struct error *error);
/* Whether one could be started with these, but for the address and its routes. */
MUST enum status http_options_check(const struct http_options *options, struct error *error);
/* Listens at an address, for options.listener. */
MUST enum status http_listen(const char *address, int *fd, struct error *error);
/* The port that a socket listens at, which the system chose when 0 was asked for. */
bool http_bound_port(int fd, unsigned *port);
unsigned http_server_port(const struct http_server *server);
/* A copy of the socket it listens at, for whoever serves after it: http_server_stop() then leaves to them who waits
 * there. -1: there can be none. */
int http_server_hand_on(struct http_server *server);
/* Takes what has been connected so far and accepts no more, ends waiting streams, lets what runs finish for at most
 * grace_ms, then closes and frees. False when a handler or a parked request was not done by then: the server is left as
 * it is, answers what is resumed, and refuses what comes; stop again, or end the process. */
bool http_server_stop(struct http_server *server, int64_t grace_ms);

enum { HTTP_CLASSES = 6 };

struct http_metrics {
	uint64_t answers[HTTP_CLASSES];    /* by hundreds of the status: [2] is 2xx */
	uint64_t bytes_in, bytes_out;      /* of bodies */
	uint64_t in_flight;                /* requests whose answer is not yet sent */
	uint64_t connections;              /* not yet closed */
	const struct histogram *latencies; /* microseconds from complete request to answer ready */
};
void http_server_metrics(struct http_server *server, struct http_metrics *metrics);

struct http_route_metrics { /* of handlers; what was refused before has no route */
	const struct http_route *route;
	uint64_t answers, time_us;
};
/* Those that have answered. */
size_t http_server_routes(struct http_server *server, struct arena *arena, struct http_route_metrics **metrics);

/* ---- requests ---- */

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OTHER,
};

struct http_request {
	struct arena *arena;
	struct str id; /* its name in answer and log: X-Request-Id, from a trusted peer or new */
	enum http_method method;
	struct str target; /* as it was sent: path and query, encoded */
	struct str path;   /* its path, encoded */
	const struct http_route *route;
	struct http_pairs parameters; /* of the pattern, decoded, in order */
	struct http_pairs query;      /* decoded, in order, names may come again */
	struct str body;
	struct str remote; /* the client's address, as told by trusted peers */
	bool secure;       /* it came over TLS, as told by trusted peers */
	void *context;     /* of the options */
	void *data;        /* the handler's own, for its continuation */
	bool again;        /* the handler runs for the second time: see http_again() */
};

/* Empty slices (p == NULL) when absent. Header names in any case. */
struct str http_header(const struct http_request *request, const char *name);
struct str http_cookie(const struct http_request *request, const char *name);
struct str http_parameter(const struct http_request *request, const char *name);
struct str http_query(const struct http_request *request, const char *name); /* the first of that name */

/* Parks the request after the handler returns; continue_with runs on a server thread after http_resume. Whoever resumes
 * does so once, from any thread, even before the handler has returned, and does not touch the request afterwards. The
 * continuation may suspend again. What else the handler writes to the response stays for the continuation. When the
 * client has left meanwhile, the request ends without it: what has to be given back belongs to the arena (arena_defer).
 */
void http_suspend(struct http_request *request, http_handler *continue_with);
void http_resume(struct http_request *request);

/* Lets the route's handler begin anew after it returns, once: when what it asked first was lost, and there is somebody
 * else to ask. Headers that it has added stay. False: it has done so already. */
bool http_again(struct http_request *request);

/* The body as a JSON object or array; freed with the request. E_SYNTAX: no body, another media type than JSON,
 * malformed, doubled names, nesting beyond 64. */
MUST enum status http_json_body(struct http_request *request, json_t **json, struct error *error);

/* The body as a form (urlencoded or multipart): fields in order. E_SYNTAX as above. */
struct http_field {
	struct str name;
	struct str value;      /* text, or the file's bytes */
	struct str file_name;  /* p == NULL: no file. A file input left empty has a name of no length */
	struct str media_type; /* of a file; may be empty */
};
struct http_form {
	const struct http_field *fields;
	size_t count;
};
MUST enum status http_form_body(struct http_request *request, struct http_form *form, struct error *error);
struct str http_form_value(const struct http_form *form, const char *name); /* p == NULL when absent */

/* ---- responses ---- */

/* Status is 200 until set. The same header may be added several times; Content-Type, Content-Length and Date are not
 * headers to add here. A name or value with control characters turns the answer into a 500. */
void http_status(struct http_response *response, unsigned status);
unsigned http_response_status(const struct http_response *response);
void http_add_header(struct http_response *response, const char *name, struct str value);
void http_cache(struct http_response *response, const char *cache_control); /* a literal */
void http_body(struct http_response *response, const char *media_type, struct str body);
/* A file to keep under this name (RFC 6266): never shown inside a page of ours, whatever it claims to be. */
void http_attachment(struct http_response *response, struct str name, const char *media_type, struct str body);
void http_keep_as(struct http_response *response, struct str name); /* the same of a stream */
/* Never compresses this answer: for secrets beside text that an attacker chose. */
void http_no_compression(struct http_response *response);
/* Replaces the Content-Security-Policy of HTML (a literal). */
void http_policy(struct http_response *response, const char *policy);

void http_redirect(struct http_response *response, struct str location); /* 303 */
void http_retry_after(struct http_response *response, unsigned seconds);
/* HttpOnly, SameSite=Lax, Path=/. max_age in seconds; 0 removes the cookie, negative lasts as long as the browser. */
void http_set_cookie(struct http_response *response, const char *name, struct str value, int64_t max_age, bool secure);

/* application/problem+json (RFC 9457); the status from the error's, or given. */
void http_problem(struct http_response *response, const struct error *error, enum language language);
void http_problem_as(struct http_response *response, unsigned status, const struct error *error,
		     enum language language);
/* What the log tells of an answer whose status is 500 or more; a problem notes it by itself. */
void http_fault(struct http_response *response, const struct error *error);
unsigned http_status_of(enum status status);
const char *http_status_title(unsigned status); /* English source text */

/* A constant file in the variants that were made of it; empty ones do not exist. Answers 304 to If-None-Match, chooses
 * by Accept-Encoding. lasting: its address names its content, so it is kept for a year. */
struct http_asset {
	const char *media_type;
	struct str plain, gzip, brotli;
	struct str etag; /* with its quotes; may be empty */
	bool lasting;
};
void http_send_asset(struct http_request *request, struct http_response *response, const struct http_asset *asset);

/* An answer of unknown length, made piece by piece on server threads, never on two at once. The reader writes at most n
 * bytes and returns how many, or: */
enum {
	HTTP_STREAM_END = -1,    /* all is said; 0 bytes mean the same */
	HTTP_STREAM_FAILED = -2, /* cut the connection, so that the client sees that it is incomplete */
	HTTP_STREAM_WAIT = -3,   /* nothing to say until http_stream_wake */
};
typedef ssize_t http_stream_reader(void *state, char *out, size_t n);
struct http_stream;
/* release, if any, is called once: at the end, or when the client is gone, before the request's arena goes. When the
 * server stops, a stream that would wait ends instead. The stream belongs to the response. */
struct http_stream *http_stream(struct http_response *response, const char *media_type, http_stream_reader *reader,
				void *state, void (*release)(void *state));
/* For wakers: a stream that is held may be woken from any thread, also when it has long ended. A waiting stream does
 * not notice that its client is gone until it is woken. */
struct http_stream *http_stream_hold(struct http_stream *stream);
void http_stream_drop(struct http_stream *stream);
void http_stream_wake(struct http_stream *stream);
bool http_stream_is_left(struct http_stream *stream); /* its client has gone, though it may not be closed yet */

#endif

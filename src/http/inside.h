/* inside: what the files of this layer share; nobody else includes it.
 *
 * A link is one connection and lives as long. It has one arena, used for one request after the other. An exchange is a
 * request with its response; one at a time on a link. */
#ifndef HTTP_INSIDE_H
#define HTTP_INSIDE_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <zlib.h>

#include "base/network.h"
#include "http/crowd.h"
#include "http/http.h"
#include "http/router.h"

enum {
	REMOTE_TEXT = INET6_ADDRSTRLEN,
	DRAIN_LIMIT =
	    1 << 20, /* bytes of a refused body that are read and dropped, so that the connection stays of use */
	LINGERING_MOST = 64,     /* connections at a time that may go on sending after their answer, */
	LINGER_MS = 3000,        /* each so long */
	LINGER_BYTES = 16 << 20, /* and so much */
	REST_GRACE_MS = 1000,    /* the library's own clock comes first */
	SPARE_ARENAS = 64,
};

struct header {
	const char *name;
	const char *value;
};

struct http_response {
	struct arena *arena;
	unsigned status;
	VEC(struct header) headers;
	const char *media_type, *encoding, *cache_control, *policy;
	struct str body;
	struct http_stream *stream;
	struct str request_id;
	const char *fault; /* for the log; NULL: none */
	bool no_compression, constant, broken;
};

enum stage {
	STAGE_HEAD,    /* nothing but the target is known */
	STAGE_BODY,    /* takes the body */
	STAGE_HANDLER, /* a handler runs, or the request is parked */
	STAGE_ANSWERED,
};

/* Who comes first, the server that parks or the other thread that resumes: see suspend.c. */
enum parking { PARKING_NONE, PARKING_ASKED, PARKING_PARKED, PARKING_RESUMED };

struct exchange {
	struct http_request request;
	struct http_response response;
	struct http_server *server;
	struct link *link;
	struct MHD_Connection *connection;
	enum stage stage;
	bool counted;  /* in server->in_flight */
	bool handling; /* in server->handling */
	http_handler *continue_with;
	_Atomic int parking;

	char *body;
	size_t body_capacity, body_limit;
	uint64_t drained;
	const struct error *refusal; /* answered with when the body has been dropped */
	unsigned refusal_status;
	unsigned allowed;
	int64_t started_us;
};

enum link_state {
	LINK_RESTS,   /* waits for a request */
	LINK_ASKS,    /* a request is coming in */
	LINK_WORKS,   /* its handler runs, it is parked, or it gets a stream */
	LINK_LISTENS, /* an answer goes out */
	LINK_ENDED,   /* told to go */
};

enum surplus { NO_SURPLUS, SURPLUS, SURPLUS_OF_ADDRESS };

struct link {
	struct http_server *server;
	struct worker *worker;
	struct exchange exchange;
	struct in6_addr peer;
	char remote[REMOTE_TEXT];
	bool trusted;
	int fd;
	enum surplus surplus; /* over a limit: its request is refused */
	bool lingers;         /* may go on sending for a moment when it is closed */
	bool counts;          /* in the crowd */
	/* Of links.c, under its lock: */
	enum link_state state;
	int64_t since_ms;
	int64_t unread_ms;    /* when it was first seen that what it asks has not been read; 0: nothing waits */
	_Atomic size_t bytes; /* of the body that came, or of the answer that goes */
	struct link *next, *previous;
};

struct link_list {
	struct link *first, *last;
};

struct lingering {
	int fd;
	int64_t until_ms, rests_until_ms;
	size_t left;
};

struct links {
	pthread_mutex_t lock;
	struct link_list resting; /* whoever rests longest comes first */
	struct link_list busy;
	size_t existing, open; /* open: without those that were told to go */
	struct crowd *crowd;
	struct lingering lingering[LINGERING_MOST];
	size_t lingering_count;
	pthread_t watcher;
	int wake;
	bool watched, ending;
};

struct deflater { /* kept for the next answer: setting one up costs more than most answers */
	struct deflater *next;
	z_stream stream;
};

struct route_note { /* of its answers */
	_Atomic uint64_t count, time_us;
};

struct worker { /* a thread that serves connections, see worker.c */
	struct http_server *server;
	struct MHD_Daemon *daemon;
	int events; /* of the library: readable when something is due */
	int bell;   /* an eventfd: something was resumed, or the server stops */
	pthread_t thread;
	bool runs;
};

struct http_server {
	struct http_options options;
	struct arena *arena;
	const struct router *router;
	struct networks trusted;
	struct workers *workers;
	unsigned port;
	int listener;
	bool handed_on;             /* others listen there after us */
	_Atomic bool stopping;      /* ends streams and keep-alive */
	_Atomic bool closed;        /* runs no more handlers */
	_Atomic uint64_t accepting; /* workers that let connections in */
	/* Whoever counts down touches the server no more, so that it can go when all are zero. */
	_Atomic uint64_t in_flight, handling, resuming;
	struct links links;
	struct str too_slow, too_busy, too_large; /* whole answers, for what is refused past the library */
	pthread_mutex_t lock;                     /* of what follows */
	struct http_stream *streams;
	struct deflater *deflaters;
	struct arena *spare_arenas[SPARE_ARENAS];
	size_t spare_count;

	uint32_t id_prefix; /* of the names of requests */
	_Atomic uint64_t next_id;
	struct route_note *routes; /* as options.routes */
	_Atomic uint64_t answers[HTTP_CLASSES], bytes_in, bytes_out;
	struct histogram latencies;
};

static inline void count_up(_Atomic uint64_t *counter, uint64_t by)
{
	atomic_fetch_add_explicit(counter, by, memory_order_relaxed);
}

/* listen.c */
MUST enum status listen_open(const struct http_options *options, int *fd, unsigned *port, struct error *error);

/* worker.c */
/* Of a connection of this worker that is suspended; on any thread. */
void worker_resume(struct worker *worker, struct MHD_Connection *connection);
MUST bool workers_start(struct http_server *server); /* false: none runs */
void workers_close(struct http_server *server);      /* they let nobody in any more as soon as `accepting` is 0 */
void workers_end(struct http_server *server);        /* waits for them, and closes all connections */

/* peer.c */
void peer_text(const struct in6_addr *address, char out[REMOTE_TEXT]);
/* Fills remote and secure of the request from its link, and from X-Forwarded-* when that is trusted. */
void peer_describe(struct exchange *exchange);

/* links.c */
size_t links_most(const struct http_options *options); /* that can exist at a time */
bool links_have_room(struct http_server *server, const struct in6_addr *peer);
void links_add(struct http_server *server, struct link *link);
void links_remove(struct http_server *server, struct link *link);
size_t links_count(struct http_server *server);
void links_end_late(struct http_server *server);
/* What a link does next; false when it has been told to go. */
bool link_begins(struct link *link);
bool link_works(struct link *link);
bool link_answers(struct link *link, size_t bytes);
void link_rests(struct link *link);
/* Says this past the library, which is about to close the connection. False when that cannot be. */
bool link_tell(struct link *link, struct str answer);

/* watch.c */
MUST bool watch_start(struct http_server *server);
void watch_stop(struct http_server *server);
void watch_wake(struct http_server *server);

/* exchange.c: libmicrohttpd's callbacks */
void *exchange_target(void *server, const char *target, struct MHD_Connection *connection);
enum MHD_Result exchange_step(void *server, struct MHD_Connection *connection, const char *url, const char *method,
			      const char *version, const char *upload, size_t *upload_bytes, void **state);
void exchange_completed(void *server, struct MHD_Connection *connection, void **state,
			enum MHD_RequestTerminationCode code);
void exchange_link(void *worker, struct MHD_Connection *connection, void **state,
		   enum MHD_ConnectionNotificationCode code);
enum MHD_Result exchange_accept(void *server, const struct sockaddr *address, socklen_t length);

/* head.c: all that can be refused once the headers are there. False: refused, with status and error set. */
bool head_read(struct exchange *exchange, const char *method, const char *version, unsigned *status,
	       struct error *error);
/* Whether what follows the headers cannot be told from the next request, so that the connection has to end. */
bool head_is_ambiguous(struct MHD_Connection *connection);

/* suspend.c */
/* Parks what asked for it. False when it was resumed meanwhile. Once true, the exchange may run on another thread. */
bool exchange_must_wait(struct exchange *exchange);

/* note.c */
void note_start(struct http_server *server);
void note_request(struct exchange *exchange);       /* names it */
void note_name_of_proxy(struct exchange *exchange); /* the name that a trusted peer has given it counts instead */
void note_answer(struct exchange *exchange, int64_t took_us);

/* send.c */
enum MHD_Result exchange_send(struct exchange *exchange);
/* A refusal as the bytes that go over the wire, made once. */
struct str refusal_text(struct arena *arena, unsigned status, const struct error *error);

/* compress.c: false when it does not pay */
bool compress_body(struct http_server *server, struct arena *arena, struct str body, struct str *out);
void compress_free(struct http_server *server);

/* stream.c */
struct MHD_Response *stream_answer(struct http_stream *stream, struct exchange *exchange);
void stream_close(struct http_stream *stream);
void stream_end_all(struct http_server *server);

#endif

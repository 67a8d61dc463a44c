#include "http/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

enum {
	BODY_LIMIT = 10 << 20,
	HEADER_LIMIT = 16 << 10,
	CONNECTION_LIMIT = 2000,
	IDLE_SECONDS = 30,
	REQUEST_SECONDS = 60,
	BUSY_WAIT_SECONDS = 5,
	SLOWEST_RATE = 16 << 10,
	OTHER_DESCRIPTORS = 64 + LINGERING_MOST, /* databases, logs, lingering connections */
	COMPRESS_FROM = 1024,
	/* For which a stopping server waits without a request: */
	SETTLE_MS = 100,
	HAND_ON_MS = 500,
	EMPTY_MS = 10, /* when nobody is connected: somebody may just have been let in */
	POLL_MS = 2,   /* how often a stopping server looks whether all is quiet */
};

static void server_free(struct http_server *server)
{
	watch_stop(server);
	compress_free(server);
	while (server->spare_count)
		arena_free(server->spare_arenas[--server->spare_count]);
	pthread_mutex_destroy(&server->lock);
	arena_free(server->arena);
	free(server);
}

static size_t or_default(size_t value, size_t fallback)
{
	return value ? value : fallback;
}

static unsigned processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);
	return count > 0 ? (unsigned)count : 1;
}

/* A connection needs a descriptor. The soft limit is for programs that cannot handle many; this one takes what it may.
 */
static void have_descriptors(struct http_options *options)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	if (limit.rlim_cur < limit.rlim_max) {
		struct rlimit raised = {limit.rlim_max, limit.rlim_max};
		if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
			limit = raised;
	}
	unsigned wanted = options->connection_limit;
	while (options->connection_limit > 1 && links_most(options) + OTHER_DESCRIPTORS > limit.rlim_cur)
		options->connection_limit -= options->connection_limit / 16 + 1;
	if (options->connection_limit < wanted)
		log_warning("the limit of descriptors (%llu) allows %u connections, not %u",
			    (unsigned long long)limit.rlim_cur, options->connection_limit, wanted);
}

/* What is told past the library. */
static void prepare_refusals(struct http_server *server)
{
	struct error slow = {}, busy = {}, large = {};
	error_fail(&slow, E_UNAVAILABLE, "", "slow", N_("The request was not complete in time"));
	server->too_slow = refusal_text(server->arena, 408, &slow);
	busy.wait_seconds = BUSY_WAIT_SECONDS;
	error_fail(&busy, E_UNAVAILABLE, "", "busy", N_("The server is busy; try again in a moment"));
	server->too_busy = refusal_text(server->arena, 503, &busy);
	error_fail(&large, E_TOO_LARGE, "", "body", N_("What was sent is larger than the server takes"));
	server->too_large = refusal_text(server->arena, 413, &large);
}

/* The options with their defaults filled in, and what is made of them. */
static enum status prepare(const struct http_options *options, struct http_server *server, struct error *error)
{
	struct http_options *own = &server->options;
	*own = *options;
	own->threads = own->threads ? own->threads : processors();
	own->body_limit = or_default(own->body_limit, BODY_LIMIT);
	own->header_limit = or_default(own->header_limit, HEADER_LIMIT);
	own->connection_limit = (unsigned)or_default(own->connection_limit, CONNECTION_LIMIT);
	own->idle_seconds = (unsigned)or_default(own->idle_seconds, IDLE_SECONDS);
	own->request_seconds = (unsigned)or_default(own->request_seconds, REQUEST_SECONDS);
	have_descriptors(own);
	own->connections_per_address =
	    (unsigned)or_default(own->connections_per_address, own->connection_limit / 2 + 1);
	prepare_refusals(server);
	note_start(server);
	own->slowest_rate = or_default(own->slowest_rate, SLOWEST_RATE);
	own->compress_from = or_default(own->compress_from, COMPRESS_FROM);
	enum status status =
	    networks_parse(server->arena, own->trusted_peers, "trusted_peers", &server->trusted, error);
	if (status != OK)
		return status;
	return router_build(server->arena, own->routes, own->route_count, &server->router, error);
}

enum status http_server_start(const struct http_options *options, struct http_server **started, struct error *error)
{
	*started = NULL;
	struct http_server *server = calloc(1, sizeof(*server));
	if (!server)
		return error_fail(error, E_INTERNAL, "", "memory", N_("Out of memory"));
	server->arena = arena_new();
	pthread_mutex_init(&server->lock, NULL);
	json_object_seed(0); /* so that nobody can choose names that collide */
	enum status status = prepare(options, server, error);
	if (status == OK)
		status = listen_open(options, &server->listener, &server->port, error);
	if (status == OK) {
		*started = server; /* the first request may be there before this returns, and look for it */
		if (!watch_start(server) || !workers_start(server)) {
			close(server->listener);
			status =
			    error_fail(error, E_UNAVAILABLE, "listen", "start", N_("The web server cannot start: %s"),
				       options->certificate ? N_("certificate and key do not fit")
							    : N_("too few threads or descriptors"));
		}
	}
	if (status != OK) {
		server_free(server);
		*started = NULL;
	}
	return status;
}

enum status http_options_check(const struct http_options *options, struct error *error)
{
	ARENA arena = arena_new();
	struct networks trusted;

	return networks_parse(arena, options->trusted_peers, "trusted_peers", &trusted, error);
}

unsigned http_server_port(const struct http_server *server)
{
	return server->port;
}

int http_server_hand_on(struct http_server *server)
{
	int fd = fcntl(server->listener, F_DUPFD_CLOEXEC, 0);
	server->handed_on = fd >= 0;
	return fd;
}

static int64_t clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wait_for_zero(_Atomic uint64_t *counter, int64_t until_ms)
{
	static const struct timespec pause = {0, POLL_MS * 1000000};
	while (atomic_load(counter) && clock_ms() < until_ms)
		nanosleep(&pause, NULL);
}

/* Whoever is connected already is let in; then it refuses at once, unless others hold the socket as well. */
static void close_door(struct http_server *server, int64_t until_ms)
{
	workers_close(server);
	wait_for_zero(&server->accepting, until_ms);
	if (!server->options.listener && !server->handed_on)
		shutdown(server->listener, SHUT_RDWR);
}

/* Answers close their connections by now, so whoever asks again and again asks for the last time. A request can be on
 * its way all the same: quiet is when for a while none has come. Where somebody goes on at this socket, whoever is slow
 * to ask again gets more time: they will find the place open again. */
static void wait_until_quiet(struct http_server *server, int64_t until_ms)
{
	static const struct timespec pause = {0, POLL_MS * 1000000};
	int64_t quiet_from = clock_ms(), settle = server->handed_on ? HAND_ON_MS : SETTLE_MS;
	for (int64_t now = quiet_from; now < until_ms; now = clock_ms()) {
		if (atomic_load(&server->in_flight))
			quiet_from = now;
		else if (now - quiet_from >= (links_count(server) ? settle : EMPTY_MS))
			return;
		nanosleep(&pause, NULL);
	}
}

bool http_server_stop(struct http_server *server, int64_t grace_ms)
{
	int64_t until = clock_ms() + grace_ms;
	atomic_store(&server->stopping, true);
	close_door(server, until);
	stream_end_all(server);
	wait_until_quiet(server, until);
	atomic_store(&server->closed, true);
	/* Handlers that began before they could see that the server is closed. */
	if (atomic_load(&server->handling))
		return false;
	stream_end_all(server);
	wait_for_zero(&server->resuming, INT64_MAX);
	workers_end(server);
	close(server->listener);
	server_free(server);
	return true;
}

void http_server_metrics(struct http_server *server, struct http_metrics *metrics)
{
	for (int i = 0; i < HTTP_CLASSES; i++)
		metrics->answers[i] = atomic_load_explicit(&server->answers[i], memory_order_relaxed);
	metrics->bytes_in = atomic_load_explicit(&server->bytes_in, memory_order_relaxed);
	metrics->bytes_out = atomic_load_explicit(&server->bytes_out, memory_order_relaxed);
	metrics->in_flight = atomic_load_explicit(&server->in_flight, memory_order_relaxed);
	metrics->connections = links_count(server);
	metrics->latencies = &server->latencies;
}

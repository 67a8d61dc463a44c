/* The server that the loopback tests drive, with a handler for each thing that a server can do. */
#ifndef TEST_HTTP_SERVER_FIXTURE_H
#define TEST_HTTP_SERVER_FIXTURE_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those above */

#include "client.h"
#include "http/http.h"

enum { QUEUE = 64, RESUMERS = 2, LARGE = 20000 };

struct work { /* requests that wait for one of the resuming threads */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct http_request *requests[QUEUE];
	size_t count;
	bool held; /* requests stay until this is false */
	bool ended;
	struct http_stream *stream; /* held; its reader waits until ticks */
	unsigned ticks;
	unsigned released;
	pthread_t threads[RESUMERS];
};

struct fixture {
	struct http_server *server;
	struct work work;
	unsigned port;
};

/* Starts with these options; the routes are filled in. Both return 0. */
int fixture_start(struct fixture *fixture, struct http_options options);
int fixture_stop(struct fixture *fixture);
void work_set_held(struct work *work, bool held);
void work_await(struct work *work, size_t count); /* until so many requests are parked */
struct str fixture_large(void);                   /* what /large answers with */

#endif

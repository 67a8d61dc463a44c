/* The thread that looks after connections: ends late ones, and lets those linger that were answered before they had
 * sent everything.
 *
 * Closing a socket into which the other side still writes makes the kernel send a reset, which can overtake the answer
 * that explains it. So a second descriptor is kept open for a moment, and what comes is dropped unread: a piece at a
 * time with rests between, so that a hasty client has to wait, and reads the answer before all is used up that it may
 * send. */
#include "http/inside.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 250, PIECE = 1 << 20, REST_MS = 20 };

static int64_t clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* False when this one is done. */
static bool drop_bytes(struct lingering *lingering, bool ready, int64_t now_ms)
{
	if (now_ms >= lingering->until_ms)
		return false;
	if (!ready)
		return true;
	/* MSG_TRUNC: the kernel throws the bytes away without copying them. */
	ssize_t came = recv(lingering->fd, NULL, PIECE, MSG_TRUNC | MSG_DONTWAIT);
	if (came <= 0 || (size_t)came >= lingering->left)
		return false;
	lingering->left -= (size_t)came;
	lingering->rests_until_ms = now_ms + REST_MS;
	return true;
}

/* Only this thread takes lingerers away, others append: the first `count` are those that were polled. */
static void serve_lingering(struct links *links, const struct pollfd *polled, size_t count)
{
	int64_t now_ms = clock_ms();
	pthread_mutex_lock(&links->lock);
	size_t kept = 0;
	for (size_t i = 0; i < links->lingering_count; i++) {
		struct lingering lingering = links->lingering[i];
		if (drop_bytes(&lingering, i < count && polled[i].revents, now_ms))
			links->lingering[kept++] = lingering;
		else
			close(lingering.fd);
	}
	links->lingering_count = kept;
	pthread_mutex_unlock(&links->lock);
}

/* What is to be polled, and how long at most; *ending when it is time to stop. */
static size_t collect(struct links *links, struct pollfd *polled, int *timeout, bool *ending)
{
	int64_t now_ms = clock_ms();
	pthread_mutex_lock(&links->lock);
	size_t count = links->lingering_count;
	*timeout = count == 0 && links->existing == 0 ? -1 : LOOK_MS;
	for (size_t i = 0; i < count; i++) {
		bool rests = now_ms < links->lingering[i].rests_until_ms;
		polled[i] = (struct pollfd){.fd = rests ? -1 : links->lingering[i].fd, .events = POLLIN};
		if (rests)
			*timeout = REST_MS;
	}
	*ending = links->ending;
	pthread_mutex_unlock(&links->lock);
	return count;
}

static void *watch(void *of_server)
{
	struct http_server *server = of_server;
	struct links *links = &server->links;
	struct pollfd polled[LINGERING_MOST + 1];
	int64_t looked_ms = clock_ms();
	for (;;) {
		bool ending;
		int timeout;
		size_t count = collect(links, polled, &timeout, &ending);
		if (ending)
			return NULL;
		polled[count] = (struct pollfd){.fd = links->wake, .events = POLLIN};
		poll(polled, count + 1, timeout);
		eventfd_t wakings;
		if (polled[count].revents)
			eventfd_read(links->wake, &wakings);
		if (clock_ms() - looked_ms >= LOOK_MS) {
			links_end_late(server);
			looked_ms = clock_ms();
		}
		serve_lingering(links, polled, count);
	}
}

void watch_wake(struct http_server *server)
{
	eventfd_write(server->links.wake, 1);
}

bool watch_start(struct http_server *server)
{
	struct links *links = &server->links;
	pthread_mutex_init(&links->lock, NULL);
	links->crowd = crowd_new(links_most(&server->options));
	links->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	links->watched = links->wake >= 0 && pthread_create(&links->watcher, NULL, watch, server) == 0;
	return links->watched;
}

void watch_stop(struct http_server *server)
{
	struct links *links = &server->links;
	if (!links->crowd)
		return;
	if (links->watched) {
		pthread_mutex_lock(&links->lock);
		links->ending = true;
		pthread_mutex_unlock(&links->lock);
		watch_wake(server);
		pthread_join(links->watcher, NULL);
	}
	for (size_t i = 0; i < links->lingering_count; i++)
		close(links->lingering[i].fd);
	if (links->wake >= 0)
		close(links->wake);
	crowd_free(links->crowd);
	pthread_mutex_destroy(&links->lock);
}

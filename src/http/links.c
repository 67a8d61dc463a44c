/* The connections that are open: how many there may be, and how long each may take.
 *
 * The library ends a connection that is silent. It does not end one that sends a byte a second, nor does it choose whom
 * to end when all places are taken; both happen here. A link that is told to go is shut down, which wakes the library's
 * thread, and that closes it; until then its descriptor exists, since exchange_link() unlists it before. */
#include "http/inside.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

enum { UNREAD_MS = 10000 };

static int64_t clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- the two lists; all of it under the lock --- */

static struct link_list *list_of(struct links *links, const struct link *link)
{
	return link->state == LINK_RESTS ? &links->resting : &links->busy;
}

static void append(struct links *links, struct link *link, enum link_state state)
{
	link->state = state;
	link->since_ms = clock_ms();
	struct link_list *list = list_of(links, link);
	link->next = NULL;
	link->previous = list->last;
	if (list->last)
		list->last->next = link;
	else
		list->first = link;
	list->last = link;
}

static void take_out(struct links *links, struct link *link)
{
	struct link_list *list = list_of(links, link);
	if (link->previous)
		link->previous->next = link->next;
	else
		list->first = link->next;
	if (link->next)
		link->next->previous = link->previous;
	else
		list->last = link->previous;
}

static void end(struct links *links, struct link *link)
{
	take_out(links, link);
	link->state = LINK_ENDED;
	links->open--;
	shutdown(link->fd, SHUT_RDWR);
}

/* --- how many --- */

/* Beyond the limit there is some room for those that are told so, and for those that have been told to go but are not
 * gone; beyond that connections are closed without a word. */
static size_t with_room(size_t limit)
{
	return limit + limit / 2 + 64;
}

size_t links_most(const struct http_options *options)
{
	return with_room(options->connection_limit);
}

static bool counts(const struct http_server *server, const struct in6_addr *peer)
{
	return !networks_hold(&server->trusted, peer);
}

bool links_have_room(struct http_server *server, const struct in6_addr *peer)
{
	struct links *links = &server->links;
	pthread_mutex_lock(&links->lock);
	bool room = links->existing < links_most(&server->options) &&
		    (!counts(server, peer) ||
		     crowd_count(links->crowd, *peer) < with_room(server->options.connections_per_address));
	pthread_mutex_unlock(&links->lock);
	return room;
}

void links_add(struct http_server *server, struct link *link)
{
	struct links *links = &server->links;
	unsigned limit = server->options.connection_limit, limit_of_address = server->options.connections_per_address;
	link->counts = counts(server, &link->peer);
	pthread_mutex_lock(&links->lock);
	bool first = links->existing++ == 0;
	links->open++;
	if (link->counts && crowd_enter(links->crowd, link->peer) > limit_of_address)
		link->surplus = SURPLUS_OF_ADDRESS;
	else if (links->open > limit && links->resting.first)
		end(links, links->resting.first); /* whoever has been idle longest makes room */
	else if (links->open > limit)
		link->surplus = SURPLUS;
	append(links, link, LINK_RESTS);
	pthread_mutex_unlock(&links->lock);
	if (first)
		watch_wake(server);
}

/* The descriptor is still open, and will be until this returns. */
void links_remove(struct http_server *server, struct link *link)
{
	struct links *links = &server->links;
	pthread_mutex_lock(&links->lock);
	if (link->state != LINK_ENDED) {
		take_out(links, link);
		links->open--;
	}
	links->existing--;
	if (link->counts)
		crowd_leave(links->crowd, link->peer);
	bool lingers = link->lingers && links->lingering_count < LINGERING_MOST;
	int fd = lingers ? fcntl(link->fd, F_DUPFD_CLOEXEC, 0) : -1;
	if (fd >= 0)
		links->lingering[links->lingering_count++] =
		    (struct lingering){.fd = fd, .until_ms = clock_ms() + LINGER_MS, .left = LINGER_BYTES};
	pthread_mutex_unlock(&links->lock);
	if (fd >= 0)
		watch_wake(server);
}

size_t links_count(struct http_server *server)
{
	pthread_mutex_lock(&server->links.lock);
	size_t count = server->links.existing;
	pthread_mutex_unlock(&server->links.lock);
	return count;
}

/* --- how long --- */

static bool turn(struct link *link, enum link_state state, size_t bytes)
{
	struct links *links = &link->server->links;
	pthread_mutex_lock(&links->lock);
	bool alive = link->state != LINK_ENDED;
	if (alive) {
		take_out(links, link);
		append(links, link, state);
		atomic_store_explicit(&link->bytes, bytes, memory_order_relaxed);
	}
	pthread_mutex_unlock(&links->lock);
	return alive;
}

bool link_begins(struct link *link)
{
	return turn(link, LINK_ASKS, 0);
}

bool link_works(struct link *link)
{
	return turn(link, LINK_WORKS, 0);
}

bool link_answers(struct link *link, size_t bytes)
{
	return turn(link, LINK_LISTENS, bytes);
}

void link_rests(struct link *link)
{
	turn(link, LINK_RESTS, 0);
}

/* Over TLS there is no way to say anything past the library. */
bool link_tell(struct link *link, struct str answer)
{
	link->lingers = true;
	if (link->server->options.certificate)
		return false;
	count_up(&link->server->answers[4], 1);
	return send(link->fd, answer.p, answer.n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)answer.n;
}

static bool is_late(const struct http_options *options, const struct link *link, int64_t now_ms)
{
	size_t bytes = atomic_load_explicit(&link->bytes, memory_order_relaxed);
	int64_t for_bytes = (int64_t)(bytes * 1000 / options->slowest_rate);
	if (link->state == LINK_WORKS)
		return false;
	return now_ms - link->since_ms > (int64_t)options->request_seconds * 1000 + for_bytes;
}

/* What a client has sent stays unread while all threads are kept by a slow database. Who has waited long is told to
 * come back: that is no fault of theirs, and nothing of it has been done. */
static bool waits_too_long(struct link *link, int64_t now_ms)
{
	int unread = 0;
	if (ioctl(link->fd, FIONREAD, &unread) != 0 || !unread)
		link->unread_ms = 0;
	else if (!link->unread_ms)
		link->unread_ms = now_ms;
	return link->unread_ms && now_ms - link->unread_ms > UNREAD_MS;
}

static void shed(struct http_server *server, int64_t now_ms)
{
	struct links *links = &server->links;
	struct link *link, *next;
	for (link = links->resting.first; link; link = next) {
		next = link->next;
		if (!waits_too_long(link, now_ms))
			continue;
		link_tell(link, server->too_busy);
		end(links, link);
	}
}

/* Those that rest stand in the order of their time. A silent one has been ended by the library before: who is still
 * here has sent a part of a request line. */
void links_end_late(struct http_server *server)
{
	struct links *links = &server->links;
	int64_t now_ms = clock_ms(), longest_rest = (int64_t)server->options.idle_seconds * 1000 + REST_GRACE_MS;
	struct link *link, *next;
	pthread_mutex_lock(&links->lock);
	shed(server, now_ms);
	while ((link = links->resting.first) && now_ms - link->since_ms > longest_rest) {
		link_tell(link, server->too_slow);
		end(links, link);
	}
	for (link = links->busy.first; link; link = next) {
		next = link->next;
		if (!is_late(&server->options, link, now_ms))
			continue;
		if (link->state == LINK_ASKS)
			link_tell(link, server->too_slow);
		end(links, link);
	}
	pthread_mutex_unlock(&links->lock);
}

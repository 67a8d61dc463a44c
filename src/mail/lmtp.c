/* The socket of LMTP, and who is connected to it. */
#include "mail/lmtp.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "http/http.h"
#include "mail/lmtp_session.h"

enum { CONNECTIONS_MOST = 20 }; /* what Postfix opens at most, unless told otherwise */

struct seat { /* of one connection */
	struct lmtp *lmtp;
	int fd; /* -1: it is free */
};

struct lmtp {
	struct kernel *kernel;
	int listener, wake;
	unsigned port;
	struct sockaddr_un file; /* sun_path empty: at an address */
	pthread_t thread;
	bool started;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t left;
	struct seat seats[CONNECTIONS_MOST];
	size_t taken;
	bool stops;
};

/* --- the socket --- */

static enum status no_address(const char *address, struct error *error)
{
	return error_fail(error, E_INVALID, "lmtp_listen", "address",
			  N_("“%s” is neither a path nor a loopback address and a port such as 127.0.0.1:2424"),
			  address);
}

enum status lmtp_check(const char *address, struct error *error)
{
	struct str text = str_of(address);
	bool is_loopback =
	    str_starts(text, S("127.")) || str_starts(text, S("[::1]:")) || str_starts(text, S("localhost:"));
	size_t at;

	if (str_starts(text, S("/")))
		return text.n < sizeof(((struct sockaddr_un *)NULL)->sun_path) ? OK : no_address(address, error);
	return is_loopback && str_find_char(text, ':', &at) ? OK : no_address(address, error);
}

static enum status cannot_listen(const char *address, int cause, struct error *error)
{
	char text[128];

	return error_fail(error, E_UNAVAILABLE, "lmtp_listen", "address", N_("Cannot listen at %s: %s"), address,
			  strerror_r(cause, text, sizeof(text)));
}

/* A socket that nobody listens at any more is left from a process that was killed. */
static void clear_away(const struct sockaddr_un *file)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (const struct sockaddr *)file, sizeof(*file)) && errno == ECONNREFUSED)
		unlink(file->sun_path);
	if (fd >= 0)
		close(fd);
}

static enum status open_file(struct lmtp *lmtp, const char *path, struct error *error)
{
	lmtp->file.sun_family = AF_UNIX;
	memcpy(lmtp->file.sun_path, path, strlen(path) + 1); /* lmtp_check() has looked at its length */
	clear_away(&lmtp->file);
	lmtp->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (lmtp->listener >= 0 && !bind(lmtp->listener, (struct sockaddr *)&lmtp->file, sizeof(lmtp->file)) &&
	    !chmod(path, 0660) && !listen(lmtp->listener, CONNECTIONS_MOST))
		return OK;
	return cannot_listen(path, errno, error);
}

static enum status open_address(struct lmtp *lmtp, const char *address, struct error *error)
{
	enum status status = http_listen(address, &lmtp->listener, error);

	if (status)
		return status;
	return http_bound_port(lmtp->listener, &lmtp->port) ? OK : cannot_listen(address, errno, error);
}

/* --- who is connected --- */

static struct seat *take_seat(struct lmtp *lmtp, int fd)
{
	struct seat *seat = NULL;

	pthread_mutex_lock(&lmtp->lock);
	for (size_t i = 0; i < CONNECTIONS_MOST && !seat && !lmtp->stops; i++)
		if (lmtp->seats[i].fd < 0)
			seat = &lmtp->seats[i];
	if (seat) {
		*seat = (struct seat){lmtp, fd};
		lmtp->taken++;
	}
	pthread_mutex_unlock(&lmtp->lock);
	return seat;
}

static void leave_seat(struct seat *seat)
{
	struct lmtp *lmtp = seat->lmtp;

	pthread_mutex_lock(&lmtp->lock);
	close(seat->fd);
	seat->fd = -1;
	lmtp->taken--;
	pthread_cond_signal(&lmtp->left);
	pthread_mutex_unlock(&lmtp->lock);
}

static void *sit(void *context)
{
	struct seat *seat = context;

	lmtp_session(seat->lmtp->kernel, seat->fd);
	leave_seat(seat);
	return NULL;
}

static void send_away(int fd)
{
	static const char busy[] = "421 4.3.2 Too many connections; come again\r\n";
	ssize_t sent = send(fd, busy, sizeof(busy) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);

	(void)sent;
	close(fd);
}

static void welcome(struct lmtp *lmtp, int fd)
{
	struct seat *seat = take_seat(lmtp, fd);
	pthread_attr_t detached;
	pthread_t thread;
	int code;

	if (!seat) {
		send_away(fd);
		return;
	}
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	code = pthread_create(&thread, &detached, sit, seat);
	pthread_attr_destroy(&detached);
	if (code)
		leave_seat(seat);
}

/* Whoever hands mail over can wait a moment for a processor, and so does all that this thread brings up: connections
 * and readers. They interrupt neither the writer nor those who answer people (sched(7)). Where that is refused, they
 * do. */
static void yield_to_people(void)
{
	const struct sched_param none = {0};

	(void)sched_setscheduler(0, SCHED_BATCH, &none);
}

static void *accept_all(void *context)
{
	struct lmtp *lmtp = context;
	struct pollfd ends[] = {{lmtp->listener, POLLIN, 0}, {lmtp->wake, POLLIN, 0}};

	yield_to_people();
	while (!ends[1].revents) {
		int fd;

		if (poll(ends, 2, -1) < 0 && errno != EINTR)
			break;
		fd = ends[0].revents ? accept4(lmtp->listener, NULL, NULL, SOCK_CLOEXEC) : -1;
		if (fd >= 0)
			welcome(lmtp, fd);
		else if (ends[0].revents && (errno == EMFILE || errno == ENFILE))
			poll(&ends[1], 1, 100); /* until somebody has closed something */
	}
	return NULL;
}

/* --- its life --- */

static void discard(struct lmtp *lmtp)
{
	if (lmtp->listener >= 0)
		close(lmtp->listener);
	if (lmtp->wake >= 0)
		close(lmtp->wake);
	pthread_cond_destroy(&lmtp->left);
	pthread_mutex_destroy(&lmtp->lock);
	free(lmtp);
}

enum status lmtp_start(struct kernel *kernel, const char *address, struct lmtp **started, struct error *error)
{
	struct lmtp *lmtp;
	enum status status = lmtp_check(address, error);
	int code;

	if (status)
		return status;
	lmtp = calloc(1, sizeof(*lmtp));
	if (!lmtp)
		return cannot_listen(address, ENOMEM, error);
	lmtp->kernel = kernel;
	lmtp->listener = -1;
	lmtp->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&lmtp->lock, NULL);
	pthread_cond_init(&lmtp->left, NULL);
	for (size_t i = 0; i < CONNECTIONS_MOST; i++)
		lmtp->seats[i].fd = -1;
	status = *address == '/' ? open_file(lmtp, address, error) : open_address(lmtp, address, error);
	code = status ? 0 : pthread_create(&lmtp->thread, NULL, accept_all, lmtp);
	if (code)
		status = cannot_listen(address, code, error);
	if (status) {
		discard(lmtp);
		return status;
	}
	lmtp->started = true;
	*started = lmtp;
	return OK;
}

unsigned lmtp_port(const struct lmtp *lmtp)
{
	return lmtp->port;
}

void lmtp_stop(struct lmtp *lmtp)
{
	if (!lmtp)
		return;
	eventfd_write(lmtp->wake, 1);
	pthread_join(lmtp->thread, NULL);
	pthread_mutex_lock(&lmtp->lock);
	lmtp->stops = true;
	for (size_t i = 0; i < CONNECTIONS_MOST; i++)
		if (lmtp->seats[i].fd >= 0)
			shutdown(lmtp->seats[i].fd, SHUT_RD); /* what was taken in is still answered */
	while (lmtp->taken)
		pthread_cond_wait(&lmtp->left, &lmtp->lock);
	pthread_mutex_unlock(&lmtp->lock);
	if (*lmtp->file.sun_path)
		unlink(lmtp->file.sun_path);
	discard(lmtp);
}

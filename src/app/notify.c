#include "app/notify.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

bool notify_send(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t n = path ? strlen(path) : 0;
	bool sent;
	int fd;

	if (n < 2 || n >= sizeof(address.sun_path) || (*path != '/' && *path != '@'))
		return false;
	memcpy(address.sun_path, path, n);
	if (*path == '@') /* the abstract namespace */
		address.sun_path[0] = 0;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address,
		      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) == (ssize_t)strlen(state);
	close(fd);
	return sent;
}

bool notify_reloading(void)
{
	struct timespec now;
	char state[64];

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld",
		 (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	return notify_send(state);
}

/* A variable that speaks to this process: `for_whom` names the variable with its process id. */
static int64_t number_for_us(const char *name, const char *for_whom)
{
	const char *text = getenv(name), *pid = getenv(for_whom);
	int64_t number, owner;

	if (!text || !str_int64(str_of(text), &number) || number < 0)
		return 0;
	if (pid && (!str_int64(str_of(pid), &owner) || owner != getpid()))
		return 0;
	return number;
}

static bool listens(int fd)
{
	int type = 0, accepts = 0;
	socklen_t n = sizeof(int), m = sizeof(int);
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0 && type == SOCK_STREAM &&
	       getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &m) == 0 && accepts &&
	       getsockname(fd, (struct sockaddr *)&address, &length) == 0 &&
	       (address.ss_family == AF_INET || address.ss_family == AF_INET6);
}

/* sd_listen_fds(3): the first descriptor that is passed, and what we call our own. */
enum { FIRST = 3 };
static const char own_name[] = "kaname-own";

enum status notify_listener(int *fd, struct error *error)
{
	int64_t count = getenv("LISTEN_PID") ? number_for_us("LISTEN_FDS", "LISTEN_PID") : 0;

	*fd = 0;
	if (!count)
		return OK;
	if (count > 1)
		return error_fail(error, E_INVALID, "listen", "sockets",
				  N_("The service was given several sockets; it listens at one"));
	if (!listens(FIRST))
		return error_fail(error, E_INVALID, "listen", "socket",
				  N_("The socket that the service was given is not one of TCP that listens"));
	(void)fcntl(FIRST, F_SETFD, FD_CLOEXEC);
	(void)fcntl(FIRST, F_SETFL, fcntl(FIRST, F_GETFL) | O_NONBLOCK);
	*fd = FIRST;
	return OK;
}

bool notify_is_own_listener(void)
{
	const char *names = getenv("LISTEN_FDNAMES");

	return names && !strcmp(names, own_name);
}

void notify_pass_listener(int fd, bool own)
{
	char pid[32];

	if (fd < 0) {
		unsetenv("LISTEN_FDS");
		return;
	}
	if (fd == FIRST)
		(void)fcntl(fd, F_SETFD, 0);
	else
		(void)dup2(fd, FIRST);
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("LISTEN_FDS", "1", true);
	setenv("LISTEN_PID", pid, true);
	if (own)
		setenv("LISTEN_FDNAMES", own_name, true);
}

int64_t notify_watchdog(void)
{
	return number_for_us("WATCHDOG_USEC", "WATCHDOG_PID") / 1000;
}

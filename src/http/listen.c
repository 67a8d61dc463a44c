/* The listening socket, opened here rather than by the library so that failures can be told. */
#include "http/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

/* "host:port" or "[host]:port" */
static bool cut_address(struct str address, char host[256], char port[8])
{
	size_t n = address.n;
	while (n && address.p[n - 1] != ':')
		n--;
	if (n < 2 || address.n - n == 0 || address.n - n > 5)
		return false;
	struct str host_text = str_sub(address, 0, n - 1), port_text = str_sub(address, n, address.n);
	bool bracketed = str_starts(host_text, S("[")) && str_ends(host_text, S("]"));
	size_t at;
	if (bracketed)
		host_text = str_sub(host_text, 1, host_text.n - 1);
	else if (str_find_char(host_text, ':', &at))
		return false;
	int64_t number;
	if (host_text.n == 0 || host_text.n > 255 || !str_int64(port_text, &number) || number < 0 || number > 65535)
		return false;
	memcpy(host, host_text.p, host_text.n);
	host[host_text.n] = 0;
	memcpy(port, port_text.p, port_text.n);
	port[port_text.n] = 0;
	return true;
}

static int open_socket(const struct addrinfo *found)
{
	int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	int yes = 1, no = 0;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (found->ai_family == AF_INET6) /* [::] takes IPv4 as well */
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
	if (bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int cause = errno;
	close(fd);
	errno = cause;
	return -1;
}

bool http_bound_port(int fd, unsigned *port)
{
	union {
		struct sockaddr_in6 ip6;
		struct sockaddr_in ip4;
		struct sockaddr any;
	} bound = {.ip6 = {}};
	socklen_t length = sizeof(bound);
	if (getsockname(fd, &bound.any, &length) != 0)
		return false;
	*port = ntohs(bound.any.sa_family == AF_INET6 ? bound.ip6.sin6_port : bound.ip4.sin_port);
	return true;
}

/* A copy of the socket that others have opened, which they may go on using. */
static enum status listen_given(int given, int *fd, unsigned *port, struct error *error)
{
	*fd = fcntl(given, F_DUPFD_CLOEXEC, 0);
	if (*fd >= 0 && http_bound_port(*fd, port))
		return OK;
	return error_fail(error, E_UNAVAILABLE, "listen", "socket", N_("The socket that was passed cannot be used"));
}

enum status http_listen(const char *address, int *fd, struct error *error)
{
	const struct http_options options = {.listen = address};
	unsigned port;

	return listen_open(&options, fd, &port, error);
}

enum status listen_open(const struct http_options *options, int *fd, unsigned *port, struct error *error)
{
	const char *address = options->listen;
	if (options->listener)
		return listen_given(options->listener, fd, port, error);
	char host[256], service[8];
	if (!cut_address(str_of(address), host, service))
		return error_fail(error, E_INVALID, "listen", "address",
				  N_("“%s” is not an address and a port such as 127.0.0.1:8080 or [::1]:8080"),
				  address ? address : "");
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found;
	int failure = getaddrinfo(host, service, &hints, &found);
	if (failure)
		return error_fail(error, E_INVALID, "listen", "address", N_("The address “%s” is not known: %s"),
				  address, gai_strerror(failure));
	*fd = open_socket(found);
	bool listens = *fd >= 0 && http_bound_port(*fd, port);
	int cause = errno;
	freeaddrinfo(found);
	if (!listens) {
		if (*fd >= 0)
			close(*fd);
		*fd = -1;
		char text[128];
		return error_fail(error, E_UNAVAILABLE, "listen", "address", N_("Cannot listen at %s: %s"), address,
				  strerror_r(cause, text, sizeof(text)));
	}
	return OK;
}

/* client: a tiny HTTP client for tests, byte by byte what the test says. Fails instead of waiting for ever. */
#ifndef TEST_HTTP_CLIENT_H
#define TEST_HTTP_CLIENT_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"

enum { CLIENT_SECONDS = 20 };

struct client {
	int fd;
	struct arena *arena; /* of the last answer */
	char bytes[65536];   /* came, but not yet read */
	size_t from, to;
};

struct answer {
	int status; /* 0: the connection ended before a whole answer */
	struct str head, body;
};

/* from: an address of the loopback network that the server is to see; NULL: 127.0.0.1 */
static inline int client_connect_from(unsigned port, const char *from)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct timeval patience = {.tv_sec = CLIENT_SECONDS};
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	struct sockaddr_in own = {.sin_family = AF_INET};
	bool bound = !from || (inet_pton(AF_INET, from, &own.sin_addr) == 1 &&
			       bind(fd, (struct sockaddr *)&own, sizeof(own)) == 0);
	if (bound && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static inline int client_connect(unsigned port)
{
	return client_connect_from(port, NULL);
}

static inline struct client *client_open_from(unsigned port, const char *from)
{
	struct client *client = calloc(1, sizeof(*client));
	client->arena = arena_new();
	client->fd = client_connect_from(port, from);
	return client;
}

static inline struct client *client_open(unsigned port)
{
	return client_open_from(port, NULL);
}

static inline void client_close(struct client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	arena_free(client->arena);
	free(client);
}

static inline bool client_send(struct client *client, struct str bytes)
{
	while (bytes.n) {
		ssize_t sent = send(client->fd, bytes.p, bytes.n, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		bytes = str_sub(bytes, (size_t)sent, bytes.n);
	}
	return true;
}

static inline bool client_byte(struct client *client, char *byte)
{
	if (client->from == client->to) {
		ssize_t came = recv(client->fd, client->bytes, sizeof(client->bytes), 0);
		if (came <= 0)
			return false;
		client->from = 0;
		client->to = (size_t)came;
	}
	*byte = client->bytes[client->from++];
	return true;
}

static inline bool client_line(struct client *client, struct buf *out)
{
	char byte;
	do {
		if (!client_byte(client, &byte))
			return false;
		buf_add_char(out, byte);
	} while (byte != '\n');
	return true;
}

static inline bool client_bytes(struct client *client, struct buf *out, size_t n)
{
	char byte;
	while (n--) {
		if (!client_byte(client, &byte))
			return false;
		buf_add_char(out, byte);
	}
	return true;
}

/* The value of a header of the answer; p == NULL when it has none. */
static inline struct str answer_header(const struct answer *answer, const char *name)
{
	struct str rest = answer->head, line;
	while (str_cut(&rest, '\n', &line)) {
		struct str value = line, key;
		str_cut(&value, ':', &key);
		if (value.p && str_eq_nocase(key, str_of(name)))
			return str_trim(value);
	}
	return (struct str){NULL, 0};
}

static inline bool client_chunks(struct client *client, struct buf *body)
{
	for (;;) {
		struct buf line = buf_new(client->arena);
		if (!client_line(client, &line))
			return false;
		buf_add_char(&line, 0);
		size_t n = strtoul(line.p, NULL, 16);
		struct buf end = buf_new(client->arena);
		if (!client_bytes(client, body, n) || !client_line(client, &end))
			return false;
		if (n == 0)
			return true;
	}
}

static inline struct answer client_read(struct client *client, bool head_only)
{
	arena_reset(client->arena);
	struct answer answer = {};
	struct buf head = buf_new(client->arena), body = buf_new(client->arena);
	size_t before;
	do {
		before = head.n;
		if (!client_line(client, &head))
			return answer;
	} while (head.n - before > 2);
	answer.head = buf_str(&head);
	struct str length = answer_header(&answer, "Content-Length");
	bool chunked = str_is(answer_header(&answer, "Transfer-Encoding"), "chunked"), whole = true;
	if (!head_only && chunked)
		whole = client_chunks(client, &body);
	else if (!head_only && length.p)
		whole = client_bytes(client, &body, strtoul(length.p, NULL, 10));
	answer.body = buf_str(&body);
	if (whole && head.n > 12)
		answer.status = atoi(head.p + 9);
	return answer;
}

static inline struct answer client_ask(struct client *client, const char *request)
{
	if (!client_send(client, str_of(request)))
		return (struct answer){};
	return client_read(client, strncmp(request, "HEAD", 4) == 0);
}

/* Whether the server ends the connection; what it may still say is passed over. */
static inline bool client_is_ended(struct client *client)
{
	char byte;
	errno = 0; /* an orderly end leaves it as it is */
	while (client_byte(client, &byte))
		;
	return errno != EAGAIN;
}

#endif

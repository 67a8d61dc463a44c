/* Bytes to and from an IMAP server, over the connection that libcurl has opened. */
#include "mail/imap_wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

enum status wire_failed(const struct imap *imap, const char *why, struct error *error)
{
	(void)imap;
	return error_fail(error, E_UNAVAILABLE, "", "imap", N_("The mail server cannot be reached: %s"), why);
}

static int64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static enum status await(struct imap *imap, short what, int64_t until, struct error *error)
{
	for (;;) {
		struct pollfd ends[] = {{imap->socket, what, 0}, {imap->stop, POLLIN, 0}};
		int64_t left = until - now_ms();
		int ready = left > 0 ? poll(ends, 2, (int)left) : 0;

		if (ready > 0 && !ends[1].revents)
			return OK;
		if (ready > 0)
			return wire_failed(imap, "stopped", error);
		if (ready == 0)
			return wire_failed(imap, "it does not answer", error);
		if (errno != EINTR)
			return wire_failed(imap, strerror(errno), error);
	}
}

enum status wire_send(struct imap *imap, struct str bytes, struct error *error)
{
	int64_t until = now_ms() + IMAP_WAIT * 1000;
	enum status status;

	while (bytes.n) {
		size_t n = 0;
		CURLcode code = curl_easy_send(imap->curl, bytes.p, bytes.n, &n);

		bytes = str_sub(bytes, n, bytes.n);
		if (code && code != CURLE_AGAIN)
			return wire_failed(imap, curl_easy_strerror(code), error);
		if (code && (status = await(imap, POLLOUT, until, error)))
			return status;
	}
	return OK;
}

static enum status fill(struct imap *imap, struct error *error)
{
	int64_t until = now_ms() + IMAP_WAIT * 1000;
	enum status status;

	imap->from = imap->to = 0;
	for (;;) {
		size_t n = 0;
		CURLcode code = curl_easy_recv(imap->curl, imap->waiting, IMAP_CHUNK, &n);

		if (code && code != CURLE_AGAIN)
			return wire_failed(imap, curl_easy_strerror(code), error);
		if (!code && !n)
			return wire_failed(imap, "it has hung up", error);
		imap->to = n;
		if (!code)
			return OK;
		if ((status = await(imap, POLLIN, until, error)))
			return status;
	}
}

static struct str take(struct imap *imap, size_t most)
{
	struct str piece = {imap->waiting + imap->from, imap->to - imap->from};

	piece = str_sub(piece, 0, most);
	imap->from += piece.n;
	return piece;
}

/* Adds a line without its end. */
static enum status read_line(struct imap *imap, struct buf *line, struct error *error)
{
	enum status status;
	size_t end;

	for (;;) {
		struct str waiting = {imap->waiting + imap->from, imap->to - imap->from};
		bool whole = str_find_char(waiting, '\n', &end);
		struct str piece = take(imap, whole ? end + 1 : waiting.n);

		buf_add(line, whole ? str_trim(piece) : piece);
		if (line->failed)
			return wire_failed(imap, "it says too much", error);
		if (whole)
			return OK;
		if ((status = fill(imap, error)))
			return status;
	}
}

static enum status read_literal(struct imap *imap, struct arena *arena, size_t n, struct str *literal,
				struct error *error)
{
	char *bytes = arena_alloc(arena, n + 1);
	size_t have = 0;
	enum status status;

	while (have < n) {
		struct str piece = take(imap, n - have);

		memcpy(bytes + have, piece.p, piece.n);
		have += piece.n;
		if (have < n && (status = fill(imap, error)))
			return status;
	}
	*literal = (struct str){bytes, n};
	return OK;
}

/* "... {123}" */
static bool announces(struct str line, size_t *n)
{
	size_t open = line.n;
	int64_t number;

	if (!str_ends(line, S("}")))
		return false;
	while (open && line.p[open - 1] != '{')
		open--;
	if (!open || !str_int64(str_sub(line, open, line.n - 1), &number) || number < 0)
		return false;
	*n = (size_t)number;
	return true;
}

enum status wire_read(struct imap *imap, struct arena *arena, size_t most, struct imap_response *response,
		      struct error *error)
{
	struct buf text = buf_new_max(arena, IMAP_LINE_MOST);
	enum status status;
	size_t n;

	*response = (struct imap_response){0};
	while (!(status = read_line(imap, &text, error)) && announces(buf_str(&text), &n)) {
		if (n > most)
			return wire_failed(imap, "it sends more than was asked for", error);
		if ((status = read_literal(imap, arena, n, &response->literal, error)))
			return status;
		buf_add_char(&text, ' ');
	}
	response->text = buf_str(&text);
	return status;
}

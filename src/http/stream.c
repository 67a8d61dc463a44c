/* Answers made piece by piece. Two parties may hold a stream besides the library: the response and wakers. The lock
 * guards waiting, woken and closed; the reader runs outside it, on one server thread at a time. */
#include "http/inside.h"

#include <poll.h>
#include <stdlib.h>

enum { PIECE = 16 << 10 };

struct http_stream {
	pthread_mutex_t lock;
	_Atomic unsigned holders;
	struct MHD_Connection *connection;
	struct worker *worker; /* of the connection */
	struct http_server *server;
	http_stream_reader *reader;
	void *state;
	void (*release)(void *state);
	bool waiting, woken, closed;
	bool listed;
	struct http_stream *next, *previous; /* of the server, under its lock */
};

struct http_stream *http_stream(struct http_response *response, const char *media_type, http_stream_reader *reader,
				void *state, void (*release)(void *state))
{
	struct http_stream *stream = calloc(1, sizeof(*stream));
	if (!stream)
		abort(); /* as everywhere when memory runs out */
	*stream = (struct http_stream){.holders = 1, .reader = reader, .state = state, .release = release};
	pthread_mutex_init(&stream->lock, NULL);
	if (response->stream) {
		stream_close(response->stream);
		http_stream_drop(response->stream);
	}
	response->stream = stream;
	http_body(response, media_type, S(""));
	return stream;
}

struct http_stream *http_stream_hold(struct http_stream *stream)
{
	atomic_fetch_add(&stream->holders, 1);
	return stream;
}

void http_stream_drop(struct http_stream *stream)
{
	if (atomic_fetch_sub(&stream->holders, 1) != 1)
		return;
	pthread_mutex_destroy(&stream->lock);
	free(stream);
}

void http_stream_wake(struct http_stream *stream)
{
	pthread_mutex_lock(&stream->lock);
	if (stream->waiting)
		worker_resume(stream->worker, stream->connection);
	else
		stream->woken = true;
	stream->waiting = false;
	pthread_mutex_unlock(&stream->lock);
}

void stream_close(struct http_stream *stream)
{
	pthread_mutex_lock(&stream->lock);
	bool first = !stream->closed;
	stream->closed = true;
	stream->waiting = false;
	pthread_mutex_unlock(&stream->lock);
	if (!first)
		return;
	if (stream->listed) {
		pthread_mutex_lock(&stream->server->lock);
		if (stream->previous)
			stream->previous->next = stream->next;
		else
			stream->server->streams = stream->next;
		if (stream->next)
			stream->next->previous = stream->previous;
		pthread_mutex_unlock(&stream->server->lock);
	}
	if (stream->release)
		stream->release(stream->state);
}

void stream_end_all(struct http_server *server)
{
	pthread_mutex_lock(&server->lock);
	for (struct http_stream *stream = server->streams; stream; stream = stream->next)
		http_stream_wake(stream);
	pthread_mutex_unlock(&server->lock);
}

/* False when there is something to say again, or never will be. */
static bool park(struct http_stream *stream)
{
	pthread_mutex_lock(&stream->lock);
	bool parks = !stream->woken && !atomic_load(&stream->server->stopping);
	stream->woken = false;
	if (parks) {
		stream->waiting = true;
		MHD_suspend_connection(stream->connection);
	}
	pthread_mutex_unlock(&stream->lock);
	return parks;
}

/* A client that has closed its side hears nothing any more; otherwise only writing would tell. */
static bool is_left(const struct http_stream *stream)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(stream->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct pollfd side = {.fd = info ? (int)info->connect_fd : -1, .events = POLLRDHUP};
	return poll(&side, 1, 0) == 1;
}

bool http_stream_is_left(struct http_stream *stream)
{
	pthread_mutex_lock(&stream->lock);
	bool left = stream->closed || (stream->waiting && is_left(stream));
	pthread_mutex_unlock(&stream->lock);
	return left;
}

static ssize_t next_piece(void *of_stream, uint64_t position, char *out, size_t n)
{
	struct http_stream *stream = of_stream;
	for (;;) {
		if (atomic_load(&stream->server->closed))
			return MHD_CONTENT_READER_END_WITH_ERROR;
		ssize_t bytes = stream->reader(stream->state, out, n);
		if (bytes > 0) {
			count_up(&stream->server->bytes_out, (uint64_t)bytes);
			return bytes;
		}
		if (bytes == HTTP_STREAM_FAILED)
			return MHD_CONTENT_READER_END_WITH_ERROR;
		if (bytes != HTTP_STREAM_WAIT)
			return MHD_CONTENT_READER_END_OF_STREAM;
		if (is_left(stream))
			return MHD_CONTENT_READER_END_WITH_ERROR;
		if (park(stream))
			return 0;
		if (atomic_load(&stream->server->stopping))
			return MHD_CONTENT_READER_END_OF_STREAM;
	}
}

static void forget(void *of_stream)
{
	struct http_stream *stream = of_stream;
	stream_close(stream);
	http_stream_drop(stream);
}

struct MHD_Response *stream_answer(struct http_stream *stream, struct exchange *exchange)
{
	struct http_server *server = exchange->server;
	stream->server = server;
	stream->worker = exchange->link->worker;
	stream->connection = exchange->connection;
	struct MHD_Response *answer =
	    MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE, next_piece, stream, forget);
	if (!answer)
		return NULL;
	http_stream_hold(stream);
	pthread_mutex_lock(&server->lock);
	stream->listed = true;
	stream->next = server->streams;
	if (stream->next)
		stream->next->previous = stream;
	server->streams = stream;
	pthread_mutex_unlock(&server->lock);
	return answer;
}

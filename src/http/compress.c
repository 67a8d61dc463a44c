/* gzip of answers that are made anew each time: the fastest level, with states that are kept. */
#include "http/inside.h"

#include <stdlib.h>

enum { LEVEL = 1, WINDOW_BITS = 15 + 16 /* gzip, not zlib */, MEMORY_LEVEL = 8 };

static struct deflater *take(struct http_server *server)
{
	pthread_mutex_lock(&server->lock);
	struct deflater *deflater = server->deflaters;
	if (deflater)
		server->deflaters = deflater->next;
	pthread_mutex_unlock(&server->lock);
	if (deflater)
		return deflater;
	deflater = calloc(1, sizeof(*deflater));
	if (!deflater)
		return NULL;
	if (deflateInit2(&deflater->stream, LEVEL, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK)
		return deflater;
	free(deflater);
	return NULL;
}

static void give_back(struct http_server *server, struct deflater *deflater)
{
	pthread_mutex_lock(&server->lock);
	deflater->next = server->deflaters;
	server->deflaters = deflater;
	pthread_mutex_unlock(&server->lock);
}

bool compress_body(struct http_server *server, struct arena *arena, struct str body, struct str *out)
{
	if (body.n > UINT32_MAX / 2)
		return false;
	struct deflater *deflater = take(server);
	if (!deflater)
		return false;
	z_stream *stream = &deflater->stream;
	/* Room for a little less than the body: what would not become smaller is sent as it is. */
	size_t room = body.n - body.n / 16;
	char *bytes = arena_alloc(arena, room);
	stream->next_in = (Bytef *)(uintptr_t)body.p;
	stream->avail_in = (uInt)body.n;
	stream->next_out = (Bytef *)bytes;
	stream->avail_out = (uInt)room;
	bool done = deflate(stream, Z_FINISH) == Z_STREAM_END;
	*out = (struct str){bytes, room - stream->avail_out};
	deflateReset(stream);
	give_back(server, deflater);
	return done;
}

void compress_free(struct http_server *server)
{
	while (server->deflaters) {
		struct deflater *deflater = server->deflaters;
		server->deflaters = deflater->next;
		deflateEnd(&deflater->stream);
		free(deflater);
	}
}

#include "pack/zip.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { PIECE = 1 << 16, NAMES_MOST = 0xffff, LEVEL = 6, RAW = -15, LOCAL_HEAD = 30 };

struct zip {
	struct arena *arena;
	int file;
	int64_t at; /* bytes that are written */
	struct buf directory;
	size_t count;
};

struct member {
	uint32_t crc, packed, plain;
};

struct zip *zip_new(struct arena *arena, int file)
{
	struct zip *zip = arena_one(arena, struct zip);

	zip->arena = arena;
	zip->file = file;
	zip->directory = buf_new(arena);
	return zip;
}

static enum status fail_to_write(struct error *error)
{
	return error_fail(error, E_UNAVAILABLE, "", "output", N_("There is no room for temporary files"));
}

static bool write_at(int file, const void *bytes, size_t n, int64_t at)
{
	const char *from = bytes;

	while (n) {
		ssize_t written = pwrite(file, from, n, at);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		from += written;
		at += written;
		n -= (size_t)written;
	}
	return true;
}

static void put(struct buf *buf, uint64_t number, int bytes)
{
	for (int i = 0; i < bytes; i++)
		buf_add_char(buf, (char)(number >> (8 * i)));
}

/* What both heads of a member have in common: from the version that is needed to the length of the name. */
static void put_member(struct buf *buf, const struct member *member, struct str name)
{
	enum { VERSION = 20, DEFLATED = 8, NEW_YEAR_1980 = 0x21 };

	put(buf, VERSION, 2);
	put(buf, 0, 2);
	put(buf, DEFLATED, 2);
	put(buf, 0, 2);
	put(buf, NEW_YEAR_1980, 2);
	put(buf, member->crc, 4);
	put(buf, member->packed, 4);
	put(buf, member->plain, 4);
	put(buf, name.n, 2);
	put(buf, 0, 2);
}

static bool deflate_into(struct zip *zip, z_stream *stream, unsigned char *out, int flush, bool *well)
{
	int code;

	do {
		size_t n;

		stream->next_out = out;
		stream->avail_out = PIECE;
		code = deflate(stream, flush);
		n = PIECE - stream->avail_out;
		if (!(*well = write_at(zip->file, out, n, zip->at)))
			return false;
		zip->at += (int64_t)n;
	} while (!stream->avail_out);
	return code != Z_STREAM_ERROR;
}

static bool copy_in(struct zip *zip, z_stream *stream, int from, struct member *member, int64_t *plain)
{
	unsigned char in[PIECE], out[PIECE];
	bool well = true;
	ssize_t n;

	*plain = 0;
	while ((n = read(from, in, PIECE)) > 0 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		member->crc = (uint32_t)crc32(member->crc, in, (uInt)n);
		*plain += n;
		stream->next_in = in;
		stream->avail_in = (uInt)n;
		if (!deflate_into(zip, stream, out, Z_NO_FLUSH, &well))
			return false;
	}
	return !n && deflate_into(zip, stream, out, Z_FINISH, &well);
}

enum status zip_add(struct zip *zip, struct str name, int from, struct error *error)
{
	struct member member = {.crc = (uint32_t)crc32(0, NULL, 0)};
	struct buf head = buf_new(zip->arena);
	z_stream stream = {0};
	int64_t start = zip->at, plain;
	bool well;

	if (zip->count == NAMES_MOST)
		return error_fail(error, E_TOO_LARGE, "", "zip", N_("The evidence pack is too large"));
	if (deflateInit2(&stream, LEVEL, Z_DEFLATED, RAW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	zip->at += LOCAL_HEAD + (int64_t)name.n;
	well = copy_in(zip, &stream, from, &member, &plain);
	deflateEnd(&stream);
	if (!well)
		return fail_to_write(error);
	if (zip->at > UINT32_MAX || plain > UINT32_MAX)
		return error_fail(error, E_TOO_LARGE, "", "zip", N_("The evidence pack is too large"));
	member.plain = (uint32_t)plain;
	member.packed = (uint32_t)(zip->at - start - LOCAL_HEAD - (int64_t)name.n);
	buf_add(&head, S("PK\3\4"));
	put_member(&head, &member, name);
	buf_add(&head, name);
	buf_add(&zip->directory, S("PK\1\2"));
	put(&zip->directory, 20, 2);
	put_member(&zip->directory, &member, name);
	put(&zip->directory, 0, 2 + 2 + 2); /* comment, disk, attributes of two kinds */
	put(&zip->directory, 0, 4);
	put(&zip->directory, (uint64_t)start, 4);
	buf_add(&zip->directory, name);
	zip->count++;
	return write_at(zip->file, head.p, head.n, start) ? OK : fail_to_write(error);
}

enum status zip_end(struct zip *zip, struct error *error)
{
	struct buf end = buf_new(zip->arena);

	buf_add(&end, S("PK\5\6"));
	put(&end, 0, 2 + 2); /* of one disk */
	put(&end, zip->count, 2);
	put(&end, zip->count, 2);
	put(&end, zip->directory.n, 4);
	put(&end, (uint64_t)zip->at, 4);
	put(&end, 0, 2);
	if (zip->at > UINT32_MAX || zip->directory.failed)
		return error_fail(error, E_TOO_LARGE, "", "zip", N_("The evidence pack is too large"));
	return write_at(zip->file, zip->directory.p, zip->directory.n, zip->at) &&
		       write_at(zip->file, end.p, end.n, zip->at + (int64_t)zip->directory.n)
		   ? OK
		   : fail_to_write(error);
}

/* Writing: compressed, then encrypted chunk by chunk, to a file that gets its name when it is whole. */
#include "backup/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "backup/files.h"
#include "base/arena.h"

enum { LEVEL = 1 /* four times as fast as the usual one, and pages of a database become hardly smaller by it */ };

_Static_assert(crypto_secretstream_xchacha20poly1305_HEADERBYTES == BACKUP_STREAM_BYTES, "as the header has it");
_Static_assert(crypto_secretstream_xchacha20poly1305_KEYBYTES == BACKUP_KEY_BYTES, "as a secret gives it");

struct seal {
	char path[PATH_MAX], draft[PATH_MAX];
	int file;
	bool is_draft; /* stands there under the draft's name */
	int64_t bytes;
	crypto_generichash_state digest;
	crypto_secretstream_xchacha20poly1305_state cipher;
	z_stream deflate;
	bool deflates;
	char header[BACKUP_HEADER_MOST]; /* additional data of the first chunk */
	size_t header_size;
	unsigned char plain[BACKUP_CHUNK];
	unsigned char sealed[BACKUP_CHUNK + crypto_secretstream_xchacha20poly1305_ABYTES];
};

static enum status write_out(struct seal *seal, const void *bytes, size_t n, struct error *error)
{
	if (!files_write(seal->file, bytes, n))
		return files_fail(seal->draft, errno, error);
	crypto_generichash_update(&seal->digest, bytes, n);
	seal->bytes += (int64_t)n;
	return OK;
}

/* --- beginning --- */

static enum status make_draft(struct seal *seal, const char *path, struct error *error)
{
	if (snprintf(seal->path, sizeof(seal->path), "%s", path) >= (int)sizeof(seal->path) ||
	    snprintf(seal->draft, sizeof(seal->draft), "%s.part", path) >= (int)sizeof(seal->draft))
		return files_fail(path, ENAMETOOLONG, error);
	if (access(path, F_OK) == 0)
		return error_fail(error, E_CONFLICT, "", "exists", N_("%s is there already and is not overwritten"),
				  path);
	seal->file = open(seal->draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (seal->file < 0 && errno == EEXIST)
		return error_fail(
		    error, E_CONFLICT, "", "exists",
		    N_("%s is there: another backup writes it, or one was broken off and it can be removed"),
		    seal->draft);
	seal->is_draft = seal->file >= 0;
	return seal->is_draft ? OK : files_fail(seal->draft, errno, error);
}

static enum status write_header(struct seal *seal, const struct seal_options *options, struct error *error)
{
	ARENA arena = arena_new();
	struct buf text = buf_new(arena);
	struct backup_header header = {.made = options->now,
				       .is_passphrase = options->secret->is_passphrase,
				       .stretching = options->memo && options->memo->known ? options->memo->stretching
											   : stretching_new()};
	unsigned char key[BACKUP_KEY_BYTES];

	if (!secret_derive(options->secret, &header.stretching, options->memo, key))
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	secret_check(key, header.check);
	crypto_secretstream_xchacha20poly1305_init_push(&seal->cipher, header.stream, key);
	sodium_memzero(key, sizeof(key));
	header_write(&text, &header);
	seal->header_size = buf_str(&text).n;
	memcpy(seal->header, buf_str(&text).p, seal->header_size);
	return write_out(seal, seal->header, seal->header_size, error);
}

enum status seal_begin(const struct seal_options *options, struct seal **seal, struct error *error)
{
	struct seal *made = calloc(1, sizeof(*made));
	enum status status;

	if (!made)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	*seal = made;
	made->file = -1;
	crypto_generichash_init(&made->digest, NULL, 0, HASH_BYTES);
	if ((status = make_draft(made, options->path, error)) || (status = write_header(made, options, error)))
		return status;
	made->deflates = deflateInit(&made->deflate, LEVEL) == Z_OK;
	made->deflate.next_out = made->plain;
	made->deflate.avail_out = BACKUP_CHUNK;
	return made->deflates ? OK : error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
}

/* --- chunks --- */

static enum status seal_chunk(struct seal *seal, bool last, struct error *error)
{
	size_t n = BACKUP_CHUNK - seal->deflate.avail_out;

	crypto_secretstream_xchacha20poly1305_push(
	    &seal->cipher, seal->sealed, NULL, seal->plain, n, (const unsigned char *)seal->header, seal->header_size,
	    last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
	seal->header_size = 0;
	seal->deflate.next_out = seal->plain;
	seal->deflate.avail_out = BACKUP_CHUNK;
	return write_out(seal, seal->sealed, n + crypto_secretstream_xchacha20poly1305_ABYTES, error);
}

enum status seal_put(struct seal *seal, struct str bytes, struct error *error)
{
	enum status status = OK;

	seal->deflate.next_in = (Bytef *)(uintptr_t)bytes.p;
	seal->deflate.avail_in = (uInt)bytes.n;
	while (!status && seal->deflate.avail_in) {
		deflate(&seal->deflate, Z_NO_FLUSH);
		if (!seal->deflate.avail_out)
			status = seal_chunk(seal, false, error);
	}
	return status;
}

/* --- the end --- */

static enum status give_name(struct seal *seal, struct error *error)
{
	if (fsync(seal->file))
		return files_fail(seal->draft, errno, error);
	if (rename(seal->draft, seal->path))
		return files_fail(seal->path, errno, error);
	seal->is_draft = false;
	return files_sync_folder_of(seal->path) ? OK : files_fail(seal->path, errno, error);
}

enum status seal_end(struct seal *seal, struct seal_facts *facts, struct error *error)
{
	enum status status = OK;

	while (!status && deflate(&seal->deflate, Z_FINISH) != Z_STREAM_END)
		status = seal_chunk(seal, false, error);
	if (!status && !seal->deflate.avail_out) /* a full one is never the last */
		status = seal_chunk(seal, false, error);
	if (status || (status = seal_chunk(seal, true, error)) || (status = give_name(seal, error)))
		return status;
	facts->bytes = seal->bytes;
	crypto_generichash_final(&seal->digest, facts->digest.bytes, HASH_BYTES);
	return OK;
}

void seal_free(struct seal **seal)
{
	struct seal *gone = *seal;

	if (!gone)
		return;
	if (gone->file >= 0)
		close(gone->file);
	if (gone->is_draft)
		unlink(gone->draft);
	if (gone->deflates)
		deflateEnd(&gone->deflate);
	sodium_memzero(gone, sizeof(*gone));
	free(gone);
	*seal = NULL;
}

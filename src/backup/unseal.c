/* Reading: every chunk is proven before a byte of it is used. */
#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "backup/files.h"
#include "backup/seal.h"

enum { SEALED = BACKUP_CHUNK + crypto_secretstream_xchacha20poly1305_ABYTES };

struct unseal {
	char path[PATH_MAX];
	FILE *file;
	int64_t bytes; /* read */
	crypto_generichash_state digest;
	struct backup_header header;
	crypto_secretstream_xchacha20poly1305_state cipher;
	z_stream inflate;
	bool inflates;
	bool last;                     /* the last chunk has been read */
	bool ended;                    /* what was compressed has come to its end */
	char text[BACKUP_HEADER_MOST]; /* the header: additional data of the first chunk */
	size_t text_size;
	unsigned char plain[BACKUP_CHUNK];
	unsigned char sealed[SEALED];
};

static enum status damaged(const struct unseal *unseal, struct error *error)
{
	char at[24];

	snprintf(at, sizeof(at), "%lld", (long long)unseal->bytes);
	return error_fail(error, E_INVALID, "", "damaged",
			  N_("%s is damaged or cut off before byte %s; nothing of it is used"), unseal->path, at);
}

/* --- beginning --- */

static enum status read_header(struct unseal *unseal, struct error *error)
{
	size_t n = 0;

	while (n < BACKUP_HEADER_MOST && !(n >= 2 && !memcmp(unseal->text + n - 2, "\n\n", 2))) {
		int c = fgetc(unseal->file);

		if (c == EOF)
			break;
		unseal->text[n++] = (char)c;
	}
	if (ferror(unseal->file))
		return files_fail(unseal->path, errno, error);
	unseal->text_size = n;
	unseal->bytes += (int64_t)n;
	crypto_generichash_update(&unseal->digest, (const unsigned char *)unseal->text, n);
	return header_parse((struct str){unseal->text, n}, unseal->path, &unseal->header, error);
}

static enum status wrong_secret(const struct unseal *unseal, struct error *error)
{
	return error_fail(error, E_DENIED, "", "secret",
			  unseal->header.is_passphrase ? N_("The passphrase does not open %s")
						       : N_("The key file does not open %s"),
			  unseal->path);
}

static enum status take_key(struct unseal *unseal, const struct backup_secret *secret, struct key_memo *memo,
			    struct error *error)
{
	unsigned char key[BACKUP_KEY_BYTES], check[BACKUP_CHECK_BYTES];
	bool fits;

	if (!secret->bytes.n || secret->is_passphrase != unseal->header.is_passphrase)
		return error_fail(error, E_DENIED, "", "secret",
				  unseal->header.is_passphrase ? N_("%s is opened by a passphrase")
							       : N_("%s is opened by a key file"),
				  unseal->path);
	if (!secret_derive(secret, &unseal->header.stretching, memo, key))
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	secret_check(key, check);
	fits = sodium_memcmp(check, unseal->header.check, sizeof(check)) == 0;
	if (fits)
		crypto_secretstream_xchacha20poly1305_init_pull(&unseal->cipher, unseal->header.stream, key);
	sodium_memzero(key, sizeof(key));
	return fits ? OK : wrong_secret(unseal, error);
}

enum status unseal_begin(FILE *file, const char *name, const struct backup_secret *secret, struct key_memo *memo,
			 struct unseal **unseal, struct error *error)
{
	struct unseal *made = calloc(1, sizeof(*made));
	enum status status;

	if (!made) {
		fclose(file);
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	}
	*unseal = made;
	made->file = file;
	snprintf(made->path, sizeof(made->path), "%s", name);
	crypto_generichash_init(&made->digest, NULL, 0, HASH_BYTES);
	if ((status = read_header(made, error)) || (status = take_key(made, secret, memo, error)))
		return status;
	made->inflates = inflateInit(&made->inflate) == Z_OK;
	return made->inflates ? OK : error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
}

instant unseal_made(const struct unseal *unseal)
{
	return unseal->header.made;
}

/* --- chunks --- */

static enum status next_chunk(struct unseal *unseal, struct error *error)
{
	size_t n = fread(unseal->sealed, 1, SEALED, unseal->file);
	unsigned long long size = 0;
	unsigned char tag = 0;

	unseal->bytes += (int64_t)n;
	if (ferror(unseal->file))
		return files_fail(unseal->path, errno, error);
	if (unseal->last || n < crypto_secretstream_xchacha20poly1305_ABYTES ||
	    crypto_secretstream_xchacha20poly1305_pull(&unseal->cipher, unseal->plain, &size, &tag, unseal->sealed, n,
						       (const unsigned char *)unseal->text, unseal->text_size))
		return damaged(unseal, error);
	crypto_generichash_update(&unseal->digest, unseal->sealed, n);
	unseal->text_size = 0;
	unseal->last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	if (unseal->last == (n == SEALED)) /* only the last is shorter */
		return damaged(unseal, error);
	unseal->inflate.next_in = unseal->plain;
	unseal->inflate.avail_in = (uInt)size;
	return OK;
}

/* Fills what inflate has been given as room, unless all ends before. */
static enum status pump(struct unseal *unseal, struct error *error)
{
	enum status status = OK;

	while (!status && unseal->inflate.avail_out && !unseal->ended) {
		int code = inflate(&unseal->inflate, Z_NO_FLUSH);

		unseal->ended = code == Z_STREAM_END;
		if (code == Z_BUF_ERROR && !unseal->inflate.avail_in)
			status = next_chunk(unseal, error);
		else if (code != Z_OK && code != Z_STREAM_END)
			status = damaged(unseal, error);
	}
	return status;
}

enum status unseal_get(struct unseal *unseal, void *out, size_t n, struct error *error)
{
	unseal->inflate.next_out = out;
	unseal->inflate.avail_out = (uInt)n;
	enum status status = pump(unseal, error);
	return status || !unseal->inflate.avail_out ? status : damaged(unseal, error);
}

enum status unseal_end(struct unseal *unseal, struct seal_facts *facts, struct error *error)
{
	unsigned char more;

	unseal->inflate.next_out = &more;
	unseal->inflate.avail_out = 1;
	enum status status = pump(unseal, error);
	if (!status && unseal->ended && !unseal->last && !unseal->inflate.avail_in)
		status = next_chunk(unseal, error); /* an empty one */
	if (status)
		return status;
	bool whole = unseal->ended && unseal->last && !unseal->inflate.avail_in && unseal->inflate.avail_out == 1 &&
		     fgetc(unseal->file) == EOF;
	if (!whole)
		return damaged(unseal, error);
	facts->bytes = unseal->bytes;
	crypto_generichash_final(&unseal->digest, facts->digest.bytes, HASH_BYTES);
	return OK;
}

void unseal_free(struct unseal **unseal)
{
	struct unseal *gone = *unseal;

	if (!gone)
		return;
	if (gone->file)
		fclose(gone->file);
	if (gone->inflates)
		inflateEnd(&gone->inflate);
	sodium_memzero(gone, sizeof(*gone));
	free(gone);
	*unseal = NULL;
}

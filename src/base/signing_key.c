/* The file of the signing key: the 32 bytes of its seed in hexadecimal and a line feed. */
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEED_BYTES = crypto_sign_SEEDBYTES, SEED_TEXT = SEED_BYTES * 2 + 1 };

static void close_descriptor(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
}
#define DESCRIPTOR __attribute__((cleanup(close_descriptor))) int

static enum status fail(const char *path, const char *reason, struct error *error)
{
	return error_fail(error, E_INTERNAL, "", "signing_key", N_("Cannot use the signing key %s: %s"), path, reason);
}

static bool read_all(int descriptor, char *out, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t got = read(descriptor, out + done, n - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

static bool write_all(int descriptor, const char *bytes, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t put = write(descriptor, bytes + done, n - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

static enum status read_key(int descriptor, const char *path, struct signing_key *key, struct error *error)
{
	struct stat about;
	char text[SEED_TEXT];
	unsigned char seed[SEED_BYTES];
	size_t n = 0;
	if (fstat(descriptor, &about) != 0)
		return fail(path, strerror(errno), error);
	if (!S_ISREG(about.st_mode) || about.st_size != SEED_TEXT)
		return fail(path, "it is damaged", error);
	if (about.st_mode & (S_IRWXG | S_IRWXO))
		return fail(path, "others than its owner may read it", error);
	bool whole = read_all(descriptor, text, sizeof(text)) && text[SEED_TEXT - 1] == '\n' &&
		     sodium_hex2bin(seed, sizeof(seed), text, SEED_TEXT - 1, NULL, &n, NULL) == 0 && n == SEED_BYTES;
	if (whole)
		crypto_sign_seed_keypair(key->public_key, key->secret_key, seed);
	sodium_memzero(text, sizeof(text));
	sodium_memzero(seed, sizeof(seed));
	return whole ? OK : fail(path, "it is damaged", error);
}

/* Makes the directory entry durable. */
static bool sync_directory_of(const char *path)
{
	char directory[PATH_MAX];
	const char *slash = strrchr(path, '/');
	if (slash)
		snprintf(directory, sizeof(directory), "%.*s", slash == path ? 1 : (int)(slash - path), path);
	else
		snprintf(directory, sizeof(directory), ".");
	DESCRIPTOR descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return descriptor >= 0 && fsync(descriptor) == 0;
}

static bool write_new_seed(int descriptor)
{
	unsigned char seed[SEED_BYTES];
	char text[SEED_TEXT];
	randombytes_buf(seed, sizeof(seed));
	sodium_bin2hex(text, sizeof(text), seed, sizeof(seed));
	text[SEED_TEXT - 1] = '\n';
	bool written = write_all(descriptor, text, sizeof(text)) && fsync(descriptor) == 0;
	sodium_memzero(seed, sizeof(seed));
	sodium_memzero(text, sizeof(text));
	return written;
}

/* Written under another name first and then linked, so that the file is whole whenever it is there, and of two
 * processes that start together one wins and both use its key. */
static enum status make_key(const char *path, struct error *error)
{
	char draft[PATH_MAX];
	if (snprintf(draft, sizeof(draft), "%s.XXXXXX", path) >= (int)sizeof(draft))
		return fail(path, strerror(ENAMETOOLONG), error);
	DESCRIPTOR descriptor = mkostemp(draft, O_CLOEXEC);
	if (descriptor < 0)
		return fail(path, strerror(errno), error);
	bool made = write_new_seed(descriptor) && (link(draft, path) == 0 || errno == EEXIST);
	int reason = errno;
	unlink(draft);
	if (!made)
		return fail(path, strerror(reason), error);
	return sync_directory_of(path) ? OK : fail(path, strerror(errno), error);
}

enum status signing_key_open(const char *path, struct signing_key *key, struct error *error)
{
	for (int attempt = 0;; attempt++) {
		DESCRIPTOR descriptor = open(path, O_RDONLY | O_CLOEXEC);
		if (descriptor >= 0)
			return read_key(descriptor, path, key, error);
		if (errno != ENOENT || attempt > 0)
			return fail(path, strerror(errno), error);
		enum status status = make_key(path, error);
		if (status != OK)
			return status;
	}
}

#include "backup/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool files_write(int file, const void *bytes, size_t n)
{
	for (size_t done = 0; done < n;) {
		ssize_t put = write(file, (const char *)bytes + done, n - done);

		if (put < 0 && errno != EINTR)
			return false;
		done += put > 0 ? (size_t)put : 0;
	}
	return true;
}

bool files_sync_folder_of(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int length = slash == path ? 1 : slash ? (int)(slash - path) : 1;

	if (snprintf(folder, sizeof(folder), "%.*s", length, slash ? path : ".") >= (int)sizeof(folder)) {
		errno = ENAMETOOLONG;
		return false;
	}
	int opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = opened >= 0 && !fsync(opened);
	int reason = errno;
	if (opened >= 0)
		close(opened);
	errno = reason;
	return synced;
}

enum status files_fail(const char *path, int reason, struct error *error)
{
	return error_fail(error, E_UNAVAILABLE, "", "file", N_("%s cannot be read or written: %s"), path,
			  strerror(reason));
}

bool files_digest_of(FILE *file, struct hash *digest)
{
	enum { PIECE = 1 << 16 };
	crypto_generichash_state state;
	unsigned char bytes[PIECE];
	size_t n;

	crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
	while ((n = fread(bytes, 1, sizeof(bytes), file)))
		crypto_generichash_update(&state, bytes, n);
	bool well = !ferror(file);
	int reason = errno;
	crypto_generichash_final(&state, digest->bytes, HASH_BYTES);
	fclose(file);
	errno = reason;
	return well;
}

enum status files_digest(const char *path, struct hash *digest, struct error *error)
{
	FILE *file = fopen(path, "re");

	return file && files_digest_of(file, digest) ? OK : files_fail(path, errno, error);
}

#include "backup/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

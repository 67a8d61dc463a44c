/* For tests of what goes wrong (preloaded).
 *
 * KANAME_MISHAP_BEFORE: a program that is about to send bytes with these words in them is killed, before it has.
 * KANAME_MISHAP_AT_EXIT: it is killed when it has done all, and before it has told anybody.
 * KANAME_MISHAP_FULL: as long as there is a file of this name, the disk is full. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static void look(const void *bytes, size_t n)
{
	const char *words = getenv("KANAME_MISHAP_BEFORE");

	if (words && memmem(bytes, n, words, strlen(words)))
		kill(getpid(), SIGKILL);
}

ssize_t send(int fd, const void *bytes, size_t n, int flags)
{
	static ssize_t (*next)(int, const void *, size_t, int);

	if (!next)
		next = (ssize_t(*)(int, const void *, size_t, int))dlsym(RTLD_NEXT, "send");
	look(bytes, n);
	return next(fd, bytes, n, flags);
}

int curl_easy_send(void *curl, const void *bytes, size_t n, size_t *sent)
{
	static int (*next)(void *, const void *, size_t, size_t *);

	if (!next)
		next = (int (*)(void *, const void *, size_t, size_t *))dlsym(RTLD_NEXT, "curl_easy_send");
	look(bytes, n);
	return next(curl, bytes, n, sent);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off_t at)
{
	static ssize_t (*next)(int, const void *, size_t, off_t);
	const char *full = getenv("KANAME_MISHAP_FULL");

	if (!next)
		next = (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite64");
	if (!full || access(full, F_OK))
		return next(fd, bytes, n, at);
	errno = ENOSPC;
	return -1;
}

__attribute__((destructor)) static void end(void)
{
	if (getenv("KANAME_MISHAP_AT_EXIT"))
		kill(getpid(), SIGKILL);
}

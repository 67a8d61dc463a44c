/* For tests that let time pass (preloaded): the calendar's clock of a program shows as many milliseconds more as the
 * file says that KANAME_CLOCK names, which may change while it runs. Nothing else is touched: how long something takes
 * is measured as ever. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SECOND = 1000, NANOSECONDS = 1000000000 };

static volatile int64_t none, *ahead = &none;

__attribute__((constructor)) static void look(void)
{
	const char *name = getenv("KANAME_CLOCK");
	int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	void *page = file >= 0 ? mmap(NULL, sizeof(*ahead), PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;

	if (file >= 0)
		close(file);
	if (page != MAP_FAILED)
		ahead = page;
}

static void shift(struct timespec *time, int64_t ms)
{
	int64_t nanoseconds = time->tv_nsec + ms % SECOND * (NANOSECONDS / SECOND);

	time->tv_sec += ms / SECOND + (nanoseconds >= NANOSECONDS) - (nanoseconds < 0);
	time->tv_nsec = nanoseconds + (nanoseconds < 0 ? NANOSECONDS : nanoseconds >= NANOSECONDS ? -NANOSECONDS : 0);
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
	int result = (int)syscall(SYS_clock_gettime, clock, time);

	if (!result && clock == CLOCK_REALTIME)
		shift(time, *ahead);
	return result;
}

/* Until when is said by our clock, and kept by that of the system. */
int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until)
{
	static int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
	struct timespec there = *until;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
	shift(&there, -*ahead);
	return real(condition, mutex, &there);
}

/* Nurseries, seen from whoever has them: how they begin and end, and what they say. */
#include "mail/sandbox_nursery.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_MOST = 60 /* s that a program may take to be ready */ };

int64_t nursery_clock(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

enum status nursery_fails(struct error *error, int code)
{
	return error_fail(error, E_UNAVAILABLE, "", "sandbox", N_("A process cannot be started: %s"), strerror(code));
}

static enum status is_forbidden(struct error *error)
{
	return error_fail(error, E_UNAVAILABLE, "", "sandbox",
			  N_("This system starts no program from memory, as one does that reads mail: no mail is read "
			     "until it may (vm.memfd_noexec is 0 or 1)"));
}

void nursery_end(const struct nursery *nursery)
{
	kill(-nursery->pid, SIGKILL);
	while (waitpid(nursery->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(nursery->socket);
	close(nursery->pipe);
}

/* Kernels before 6.3 do not know the flag, and start the file all the same; later ones may be told to start none that
 * was made without it (vm.memfd_noexec). */
static int make_file(void)
{
	enum { STARTS = 0x10 }; /* MFD_EXEC, which libc may not know yet */
	unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int file = memfd_create("kaname-mail-read", flags | STARTS);

	return file < 0 && errno == EINVAL ? memfd_create("kaname-mail-read", flags) : file;
}

/* A file without a name, which nobody can write any more; it stays open. -1: see errno. */
static int make_image(struct str program)
{
	int file = make_file(), code;
	ssize_t n = 1;

	while (file >= 0 && program.n && n > 0) {
		n = write(file, program.p, program.n);
		program = str_sub(program, n > 0 ? (size_t)n : 0, program.n);
	}
	if (file < 0 || (!program.n && !fchmod(file, 0500) &&
			 !fcntl(file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)))
		return file;
	code = errno;
	close(file);
	errno = code;
	return -1;
}

/* Where the program is, as a file; NULL: see *code. What could not be made is tried again. */
static const char *image_of(struct str program, int *code)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static char path[64];
	int file;

	*code = 0;
	pthread_mutex_lock(&lock);
	if (!*path) {
		if ((file = make_image(program)) < 0)
			*code = errno;
		else
			snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	}
	pthread_mutex_unlock(&lock);
	return *code ? NULL : path;
}

static int spawn_in_group(pid_t *pid, const char *path, const char *const *command,
			  const posix_spawn_file_actions_t *actions)
{
	static char *const environment[] = {NULL};
	posix_spawnattr_t attributes;
	int code = posix_spawnattr_init(&attributes);

	if (code)
		return code;
	if (!(code = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP)) &&
	    !(code = posix_spawnattr_setpgroup(&attributes, 0)))
		code = posix_spawn(pid, path, actions, &attributes, (char *const *)command, environment);
	posix_spawnattr_destroy(&attributes);
	return code;
}

static int spawn_with(pid_t *pid, const char *path, const char *const *command, int in, int out)
{
	posix_spawn_file_actions_t actions;
	int code = posix_spawn_file_actions_init(&actions);

	if (code)
		return code;
	if (!(code = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO)) &&
	    !(code = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO)))
		code = spawn_in_group(pid, path, command, &actions);
	posix_spawn_file_actions_destroy(&actions);
	return code;
}

char nursery_hear(const struct nursery *nursery, int64_t until)
{
	struct pollfd end_of_pipe = {nursery->pipe, POLLIN, 0};
	char word = 0;
	int64_t left;
	ssize_t n = -1;

	while (n < 0 && (left = until - nursery_clock()) > 0)
		if (poll(&end_of_pipe, 1, (int)left) > 0)
			n = read(nursery->pipe, &word, 1);
	return n == 1 ? word : 0;
}

static int spawn(pid_t *pid, const struct sandbox_work *work, int in, int out)
{
	int code = 0;
	const char *path = work->program.n ? image_of(work->program, &code) : work->command[0];

	return path ? spawn_with(pid, path, work->command, in, out) : code;
}

enum status nursery_start(struct nursery *nursery, const struct sandbox_work *work, struct error *error)
{
	int talk[2], told[2], code;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, talk))
		return nursery_fails(error, errno);
	if (pipe2(told, O_CLOEXEC)) {
		code = errno;
		close(talk[0]);
		close(talk[1]);
		return nursery_fails(error, code);
	}
	*nursery = (struct nursery){.socket = talk[0], .pipe = told[0]};
	code = spawn(&nursery->pid, work, talk[1], told[1]);
	close(talk[1]);
	close(told[1]);
	if (code) {
		close(nursery->socket);
		close(nursery->pipe);
		return work->program.n && code == EACCES ? is_forbidden(error) : nursery_fails(error, code);
	}
	if (nursery_hear(nursery, nursery_clock() + START_MOST * 1000) == SANDBOX_READY)
		return OK;
	nursery_end(nursery);
	return nursery_fails(error, ECHILD);
}

bool nursery_end_child(struct nursery *nursery, int64_t until)
{
	const uint64_t over = SANDBOX_NO_MORE;
	char stray;

	nursery->inputs = 0;
	return send(nursery->socket, &over, NURSERY_LENGTH, MSG_NOSIGNAL | MSG_DONTWAIT) == NURSERY_LENGTH &&
	       nursery_hear(nursery, until) == SANDBOX_ENDED &&
	       recv(nursery->socket, &stray, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
}

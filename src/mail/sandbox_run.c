/* Running the child: bytes in, bytes out, in time. */
#include "mail/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 1 << 16 };

struct child {
	pid_t pid;
	int in, out;   /* our ends; -1: closed */
	int64_t until; /* ms of the clock that nobody sets */
};

static int64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void close_end(int *end)
{
	if (*end >= 0)
		close(*end);
	*end = -1;
}

static enum status cannot_start(struct error *error, int code)
{
	return error_fail(error, E_UNAVAILABLE, "", "sandbox", N_("A process cannot be started: %s"), strerror(code));
}

static int spawn_with(struct child *child, const char *const *command, int in, int out)
{
	static char *const environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	int code = posix_spawn_file_actions_init(&actions);

	if (code)
		return code;
	if (!(code = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO)) &&
	    !(code = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO)))
		code = posix_spawn(&child->pid, command[0], &actions, NULL, (char *const *)command, environment);
	posix_spawn_file_actions_destroy(&actions);
	return code;
}

static enum status start(struct child *child, const struct sandbox_work *work, struct error *error)
{
	int in[2], out[2], code;

	if (pipe2(in, O_CLOEXEC))
		return cannot_start(error, errno);
	if (pipe2(out, O_CLOEXEC)) {
		code = errno;
		close(in[0]);
		close(in[1]);
		return cannot_start(error, code);
	}
	code = spawn_with(child, work->command, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	child->in = in[1];
	child->out = out[0];
	fcntl(child->in, F_SETFL, O_NONBLOCK);
	child->until = now_ms() + (int64_t)work->seconds * 1000;
	if (!code)
		return OK;
	close_end(&child->in);
	close_end(&child->out);
	return cannot_start(error, code);
}

static void feed(struct child *child, struct str *rest)
{
	ssize_t n = rest->n ? write(child->in, rest->p, rest->n) : 0;

	if (n > 0)
		*rest = str_sub(*rest, (size_t)n, rest->n);
	if (!rest->n || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_end(&child->in);
}

static void take(struct child *child, struct buf *output)
{
	char chunk[CHUNK];
	ssize_t n = read(child->out, chunk, sizeof(chunk));

	if (n > 0)
		buf_add(output, (struct str){chunk, (size_t)n});
	if (n == 0 || (n < 0 && errno != EINTR) || output->failed)
		close_end(&child->out);
}

static void exchange(struct child *child, struct str input, struct buf *output)
{
	while (child->out >= 0) {
		struct pollfd ends[] = {{child->out, POLLIN, 0}, {child->in, POLLOUT, 0}};
		int64_t left = child->until - now_ms();

		if (left <= 0 || (poll(ends, 2, (int)left) < 0 && errno != EINTR))
			break;
		if (ends[1].revents)
			feed(child, &input);
		if (ends[0].revents)
			take(child, output);
	}
}

/* Whether all that it had to say was taken, and it came to its end by itself, and well. */
static bool end(struct child *child, bool complete)
{
	int code = 0;

	close_end(&child->in);
	close_end(&child->out);
	if (!complete)
		kill(child->pid, SIGKILL);
	while (waitpid(child->pid, &code, 0) < 0 && errno == EINTR)
		;
	return complete && WIFEXITED(code) && WEXITSTATUS(code) == 0;
}

enum status sandbox_run(struct arena *arena, const struct sandbox_work *work, struct str *output, struct error *error)
{
	struct buf written = buf_new_max(arena, work->most);
	struct child child = {.in = -1, .out = -1};
	struct sigaction ignored = {.sa_handler = SIG_IGN}, before;
	enum status status;
	bool well;

	if ((status = start(&child, work, error)))
		return status;
	sigaction(SIGPIPE, &ignored, &before); /* a child that ends early is no reason to end */
	exchange(&child, work->input, &written);
	well = end(&child, child.out < 0 && !written.failed);
	sigaction(SIGPIPE, &before, NULL);
	if (!well)
		return error_fail(error, E_INTERNAL, "", "sandbox", N_("The process that was to read it failed"));
	*output = buf_str(&written);
	return OK;
}

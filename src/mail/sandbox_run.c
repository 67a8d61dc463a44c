/* The other side of the socket: nurseries that wait, and bytes in, bytes out, in time. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mail/sandbox.h"

enum {
	CHUNK = 1 << 16,
	KEPT_MOST = 8,   /* nurseries that wait */
	PATIENCE = 1000, /* ms that one waits for a nursery of others when there are as many as processors */
	START_MOST = 60, /* s that a program may take to be ready */
	TRIES_MOST = 2,  /* when somebody else has ended a nursery */
	LENGTH = sizeof(uint64_t),
};

struct nursery {
	pid_t pid;
	int socket, pipe;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t left;
	struct nursery idle[KEPT_MOST];
	size_t count; /* of idle */
	size_t taken;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .left = PTHREAD_COND_INITIALIZER};

static int64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static enum status cannot_start(struct error *error, int code)
{
	return error_fail(error, E_UNAVAILABLE, "", "sandbox", N_("A process cannot be started: %s"), strerror(code));
}

/* --- a nursery --- */

/* With whatever it is bringing up. */
static void end(const struct nursery *nursery)
{
	kill(-nursery->pid, SIGKILL);
	while (waitpid(nursery->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(nursery->socket);
	close(nursery->pipe);
}

static int spawn_in_group(pid_t *pid, const char *const *command, const posix_spawn_file_actions_t *actions)
{
	static char *const environment[] = {NULL};
	posix_spawnattr_t attributes;
	int code = posix_spawnattr_init(&attributes);

	if (code)
		return code;
	if (!(code = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP)) &&
	    !(code = posix_spawnattr_setpgroup(&attributes, 0)))
		code = posix_spawn(pid, command[0], actions, &attributes, (char *const *)command, environment);
	posix_spawnattr_destroy(&attributes);
	return code;
}

static int spawn_with(pid_t *pid, const char *const *command, int in, int out)
{
	posix_spawn_file_actions_t actions;
	int code = posix_spawn_file_actions_init(&actions);

	if (code)
		return code;
	if (!(code = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO)) &&
	    !(code = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO)))
		code = spawn_in_group(pid, command, &actions);
	posix_spawn_file_actions_destroy(&actions);
	return code;
}

/* 0: it has said nothing in time, or is gone. */
static char hear(const struct nursery *nursery, int64_t until)
{
	struct pollfd end_of_pipe = {nursery->pipe, POLLIN, 0};
	char word = 0;
	int64_t left;
	ssize_t n = -1;

	while (n < 0 && (left = until - now_ms()) > 0)
		if (poll(&end_of_pipe, 1, (int)left) > 0)
			n = read(nursery->pipe, &word, 1);
	return n == 1 ? word : 0;
}

static enum status start(struct nursery *nursery, const char *const *command, struct error *error)
{
	int talk[2], told[2], code;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, talk))
		return cannot_start(error, errno);
	if (pipe2(told, O_CLOEXEC)) {
		code = errno;
		close(talk[0]);
		close(talk[1]);
		return cannot_start(error, code);
	}
	*nursery = (struct nursery){.socket = talk[0], .pipe = told[0]};
	code = spawn_with(&nursery->pid, command, talk[1], told[1]);
	close(talk[1]);
	close(told[1]);
	if (code) {
		close(nursery->socket);
		close(nursery->pipe);
		return cannot_start(error, code);
	}
	if (hear(nursery, now_ms() + START_MOST * 1000) == SANDBOX_READY)
		return OK;
	end(nursery);
	return cannot_start(error, ECHILD);
}

/* --- who has which --- */

static size_t enough(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	return processors < 1 ? 1 : processors < KEPT_MOST ? (size_t)processors : KEPT_MOST;
}

/* More than there are processors only when these are long at work: reading what takes long is to stop nobody. */
static void wait_for_one(void)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE / 1000;
	while (!pool.count && pool.taken >= enough())
		if (pthread_cond_timedwait(&pool.left, &pool.lock, &until))
			break;
}

static void leave(void)
{
	pool.taken--;
	pthread_cond_signal(&pool.left);
}

static enum status take(struct nursery *nursery, const char *const *command, struct error *error)
{
	bool found;
	enum status status;

	pthread_mutex_lock(&pool.lock);
	wait_for_one();
	if ((found = pool.count > 0))
		*nursery = pool.idle[--pool.count];
	pool.taken++;
	pthread_mutex_unlock(&pool.lock);
	if (found || !(status = start(nursery, command, error)))
		return OK;
	pthread_mutex_lock(&pool.lock);
	leave();
	pthread_mutex_unlock(&pool.lock);
	return status;
}

static void give_back(const struct nursery *nursery, bool well)
{
	bool kept;

	pthread_mutex_lock(&pool.lock);
	if ((kept = well && pool.count < KEPT_MOST))
		pool.idle[pool.count++] = *nursery;
	leave();
	pthread_mutex_unlock(&pool.lock);
	if (!kept)
		end(nursery);
}

/* --- one input --- */

struct exchange {
	struct nursery nursery;
	int64_t until; /* ms of the clock that nobody sets */
	char length[LENGTH];
	struct str head, input; /* what is still to be sent */
	struct buf output;      /* with its length in front */
	char word;              /* of the nursery; 0: none yet */
	bool gone;              /* the nursery, without a word */
};

static void feed(struct exchange *exchange)
{
	struct str *part = exchange->head.n ? &exchange->head : &exchange->input;
	ssize_t n = send(exchange->nursery.socket, part->p, part->n, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n > 0)
		*part = str_sub(*part, (size_t)n, part->n);
	else if (errno != EAGAIN && errno != EINTR) /* nobody reads it; the nursery will tell */
		exchange->head = exchange->input = (struct str){0};
}

/* False: there is nothing more just now. */
static bool take_bytes(struct exchange *exchange)
{
	char chunk[CHUNK];
	ssize_t n = recv(exchange->nursery.socket, chunk, sizeof(chunk), MSG_DONTWAIT);

	if (n > 0)
		buf_add(&exchange->output, (struct str){chunk, (size_t)n});
	return n > 0 && !exchange->output.failed;
}

static void talk(struct exchange *exchange)
{
	bool open = true; /* the socket */

	while (!exchange->word && !exchange->gone && !exchange->output.failed) {
		bool to_send = exchange->head.n || exchange->input.n;
		struct pollfd ends[] = {
		    {exchange->nursery.pipe, POLLIN, 0},
		    {open ? exchange->nursery.socket : -1, (short)(to_send ? POLLIN | POLLOUT : POLLIN), 0}};
		int64_t left = exchange->until - now_ms();

		if (left <= 0 || (poll(ends, 2, (int)left) < 0 && errno != EINTR))
			return;
		if (ends[1].revents & POLLOUT && to_send)
			feed(exchange);
		if (ends[1].revents & POLLIN)
			while (take_bytes(exchange))
				;
		if (ends[1].revents & (POLLHUP | POLLERR))
			open = false;
		if (ends[0].revents && !(exchange->word = hear(&exchange->nursery, exchange->until)))
			exchange->gone = true;
	}
	while (exchange->word == SANDBOX_ENDED && take_bytes(exchange))
		;
}

/* All was read, and all was said: no byte more, and none less. */
static bool is_whole(const struct exchange *exchange)
{
	struct str output = buf_str(&exchange->output);
	uint64_t length;

	if (exchange->word != SANDBOX_ENDED || exchange->head.n || exchange->input.n || exchange->output.failed ||
	    output.n < LENGTH)
		return false;
	memcpy(&length, output.p, LENGTH);
	return length == output.n - LENGTH;
}

static enum status attempt(struct arena *arena, const struct sandbox_work *work, struct exchange *exchange,
			   struct error *error)
{
	const uint64_t length = work->input.n;
	enum status status;

	*exchange = (struct exchange){.input = work->input, .output = buf_new_max(arena, work->most + LENGTH)};
	if ((status = take(&exchange->nursery, work->command, error)))
		return status;
	memcpy(exchange->length, &length, LENGTH);
	exchange->head = (struct str){exchange->length, LENGTH};
	exchange->until = now_ms() + (int64_t)work->seconds * 1000;
	talk(exchange);
	give_back(&exchange->nursery, is_whole(exchange));
	return OK;
}

enum status sandbox_run(struct arena *arena, const struct sandbox_work *work, struct str *output, struct error *error)
{
	struct exchange exchange = {.gone = true};
	struct str all;
	enum status status;

	for (int i = 0; i < TRIES_MOST && exchange.gone; i++)
		if ((status = attempt(arena, work, &exchange, error)))
			return status;
	if (exchange.word == SANDBOX_NO_CHILD)
		return cannot_start(error, EAGAIN);
	if (!is_whole(&exchange))
		return error_fail(error, E_INTERNAL, "", "sandbox", N_("The process that was to read it failed"));
	all = buf_str(&exchange.output);
	*output = str_sub(all, LENGTH, all.n);
	return OK;
}

/* The other side of the socket: nurseries that wait, and bytes in, bytes out, in time. */
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

#include "mail/sandbox.h"

enum {
	CHUNK = 1 << 16,
	KEPT_MOST = 8,   /* nurseries that wait */
	PATIENCE = 1000, /* ms that one waits for a nursery of others when there are as many as processors */
	START_MOST = 60, /* s that a program may take to be ready */
	TRIES_MOST = 3,  /* when somebody else has ended a nursery, or what was read before may be to blame */
	CHILD_MOST = 16, /* inputs that one child reads while others wait */
	LENGTH = sizeof(uint64_t),
};

struct nursery {
	pid_t pid;
	int socket, pipe;
	unsigned inputs; /* that its child has read; 0: there is none yet */
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t left;
	struct nursery idle[KEPT_MOST];
	size_t count; /* of idle */
	size_t taken, waiting;
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

static int spawn(pid_t *pid, const struct sandbox_work *work, int in, int out)
{
	int code = 0;
	const char *path = work->program.n ? image_of(work->program, &code) : work->command[0];

	return path ? spawn_with(pid, path, work->command, in, out) : code;
}

static enum status start(struct nursery *nursery, const struct sandbox_work *work, struct error *error)
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
	code = spawn(&nursery->pid, work, talk[1], told[1]);
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

/* Well, and with nothing left that was not asked for. */
static bool end_child(struct nursery *nursery, int64_t until)
{
	const uint64_t over = SANDBOX_NO_MORE;
	char stray;

	nursery->inputs = 0;
	return send(nursery->socket, &over, LENGTH, MSG_NOSIGNAL | MSG_DONTWAIT) == LENGTH &&
	       hear(nursery, until) == SANDBOX_ENDED && recv(nursery->socket, &stray, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
}

/* --- who has which --- */

static size_t processors;
static pthread_once_t counted = PTHREAD_ONCE_INIT;

static void count_processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN); /* reads a file */

	processors = count < 1 ? 1 : count < KEPT_MOST ? (size_t)count : KEPT_MOST;
}

static size_t enough(void)
{
	pthread_once(&counted, count_processors);
	return processors;
}

/* More than there are processors only when these are long at work: reading what takes long is to stop nobody. */
static bool wait_for_one(void)
{
	bool waited = false;
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE / 1000;
	pool.waiting++;
	while (!pool.count && pool.taken >= enough()) {
		waited = true;
		if (pthread_cond_timedwait(&pool.left, &pool.lock, &until))
			break;
	}
	pool.waiting--;
	return waited;
}

static void leave(void)
{
	pool.taken--;
	pthread_cond_signal(&pool.left);
}

/* Nobody who has not waited gets a child that has read for others. */
static enum status take(struct nursery *nursery, bool alone, const struct sandbox_work *work, struct error *error)
{
	bool found, fit, waited;
	enum status status;

	pthread_mutex_lock(&pool.lock);
	waited = wait_for_one();
	if ((found = pool.count > 0))
		*nursery = pool.idle[--pool.count];
	pool.taken++;
	pthread_mutex_unlock(&pool.lock);
	fit = found && (!nursery->inputs || (waited && !alone) || end_child(nursery, now_ms() + PATIENCE));
	if (found && !fit)
		end(nursery);
	if (fit || !(status = start(nursery, work, error)))
		return OK;
	pthread_mutex_lock(&pool.lock);
	leave();
	pthread_mutex_unlock(&pool.lock);
	return status;
}

static bool others_wait(void)
{
	pthread_mutex_lock(&pool.lock);
	bool wait = pool.waiting > 0;
	pthread_mutex_unlock(&pool.lock);
	return wait;
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
	char word;              /* of the nursery, about an end too soon; 0: none */
	bool gone;              /* the nursery, without a word */
	bool shared;            /* with inputs that the child had read before */
	bool well;
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

static bool is_answered(const struct exchange *exchange)
{
	struct str output = buf_str(&exchange->output);
	uint64_t length;

	if (output.n < LENGTH)
		return false;
	memcpy(&length, output.p, LENGTH);
	return length <= output.n - LENGTH;
}

/* Until it is answered, or is not going to be. */
static void talk(struct exchange *exchange)
{
	bool open = true; /* the socket */

	while (!exchange->word && !exchange->gone && !exchange->output.failed && !is_answered(exchange)) {
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
}

/* All was read, and all was said: no byte more, and none less. */
static bool is_whole(const struct exchange *exchange)
{
	struct str output = buf_str(&exchange->output);
	uint64_t length;

	if (exchange->head.n || exchange->input.n || exchange->output.failed || output.n < LENGTH)
		return false;
	memcpy(&length, output.p, LENGTH);
	return length == output.n - LENGTH;
}

/* A child may stay for those who wait; else it ends, and that it ends well is a part of its answer. */
static bool part(struct exchange *exchange)
{
	struct nursery *nursery = &exchange->nursery;

	if (exchange->word || exchange->gone || !is_whole(exchange))
		return false;
	return (++nursery->inputs < CHILD_MOST && others_wait()) || end_child(nursery, exchange->until);
}

static enum status attempt(struct arena *arena, const struct sandbox_work *work, bool alone, struct exchange *exchange,
			   struct error *error)
{
	const uint64_t length = work->input.n;
	enum status status;

	*exchange = (struct exchange){.input = work->input, .output = buf_new_max(arena, work->most + LENGTH)};
	if ((status = take(&exchange->nursery, alone, work, error)))
		return status;
	exchange->shared = exchange->nursery.inputs > 0;
	memcpy(exchange->length, &length, LENGTH);
	exchange->head = (struct str){exchange->length, LENGTH};
	exchange->until = now_ms() + (int64_t)work->seconds * 1000;
	talk(exchange);
	exchange->well = part(exchange);
	give_back(&exchange->nursery, exchange->well);
	return OK;
}

enum status sandbox_run(struct arena *arena, const struct sandbox_work *work, struct str *output, struct error *error)
{
	struct exchange exchange = {.gone = true};
	struct str all;
	bool alone = false;
	enum status status;

	for (int i = 0; i < TRIES_MOST && !exchange.well && (exchange.gone || exchange.shared); i++) {
		alone = alone || exchange.shared;
		if ((status = attempt(arena, work, alone, &exchange, error)))
			return status;
	}
	if (exchange.word == SANDBOX_NO_CHILD)
		return cannot_start(error, EAGAIN);
	if (!exchange.well)
		return error_fail(error, E_INTERNAL, "", "sandbox", N_("The process that was to read it failed"));
	all = buf_str(&exchange.output);
	*output = str_sub(all, LENGTH, all.n);
	return OK;
}

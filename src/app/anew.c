#include "app/anew.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/notify.h"

enum { TRIAL_MS = 60000, ANSWER_MOST = 2000 };

void anew_remember(struct program_file *file)
{
	ssize_t n = readlink("/proc/self/exe", file->path, sizeof(file->path) - 1);

	file->path[n > 0 ? n : 0] = '\0';
	if (stat(file->path, &file->was))
		file->was = (struct stat){0};
}

bool anew_differs(const struct program_file *file)
{
	struct stat now;

	if (stat(file->path, &now)) /* it is just being replaced, or gone: nothing to start */
		return false;
	return now.st_dev != file->was.st_dev || now.st_ino != file->was.st_ino || now.st_size != file->was.st_size ||
	       now.st_mtim.tv_sec != file->was.st_mtim.tv_sec || now.st_mtim.tv_nsec != file->was.st_mtim.tv_nsec;
}

/* --- the trial --- */

struct trial {
	pid_t pid;
	int answer; /* what it writes to stderr */
	char text[ANSWER_MOST];
	size_t length;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The same words, and a first one more. */
static const char **words_of_trial(char *const *argv)
{
	size_t count = 0;
	const char **words;

	while (argv[count])
		count++;
	words = calloc(count + 2, sizeof(*words));
	if (!words)
		return NULL;
	words[0] = argv[0];
	words[1] = argv[1];
	words[2] = "--check";
	memcpy(words + 3, argv + 2, (count - 2) * sizeof(*words));
	return words;
}

static int spawn(struct trial *trial, const char *path, char *const *words, int answer)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int code;

	sigemptyset(&none);
	if ((code = posix_spawn_file_actions_init(&actions)))
		return code;
	if (!(code = posix_spawnattr_init(&attributes))) {
		if (!(code = posix_spawn_file_actions_adddup2(&actions, answer, STDERR_FILENO)) &&
		    !(code = posix_spawnattr_setsigmask(&attributes, &none)) &&
		    !(code = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK)))
			code = posix_spawn(&trial->pid, path, &actions, &attributes, words, environ);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return code;
}

static int begin(struct trial *trial, const struct program_file *file, char *const *argv)
{
	const char **words = words_of_trial(argv);
	int ends[2], code;

	if (!words || pipe2(ends, O_CLOEXEC)) {
		code = words ? errno : ENOMEM;
		free(words);
		return code;
	}
	code = spawn(trial, file->path, (char *const *)words, ends[1]);
	free(words);
	close(ends[1]);
	trial->answer = ends[0];
	if (code)
		close(ends[0]);
	return code;
}

/* Until the trial has closed its end. False: it takes too long. */
static bool hear_out(struct trial *trial, int64_t until)
{
	char piece[512];

	for (;;) {
		struct pollfd waits = {.fd = trial->answer, .events = POLLIN};
		int64_t left = until - now_ms();
		size_t room = sizeof(trial->text) - 1 - trial->length;
		ssize_t n;

		if (left <= 0 || poll(&waits, 1, (int)left) == 0)
			return false;
		n = read(trial->answer, piece, sizeof(piece));
		if (n <= 0)
			return n == 0;
		memcpy(trial->text + trial->length, piece, (size_t)n < room ? (size_t)n : room);
		trial->length += (size_t)n < room ? (size_t)n : room;
	}
}

/* Its answer without the end of its last line. */
static const char *answer_of(struct trial *trial)
{
	while (trial->length && trial->text[trial->length - 1] == '\n')
		trial->length--;
	trial->text[trial->length] = '\0';
	return trial->length ? trial->text : "it ends without a word";
}

enum status anew_try(const struct program_file *file, char *const *argv, struct error *error)
{
	struct trial trial = {0};
	int code = begin(&trial, file, argv), ended = 0;
	bool in_time;

	if (code)
		return error_fail(error, E_UNAVAILABLE, "", "start", N_("A process cannot be started: %s"),
				  strerror(code));
	in_time = hear_out(&trial, now_ms() + TRIAL_MS);
	close(trial.answer);
	if (!in_time)
		kill(trial.pid, SIGKILL);
	while (waitpid(trial.pid, &ended, 0) < 0 && errno == EINTR)
		continue;
	if (in_time && WIFEXITED(ended) && WEXITSTATUS(ended) == 0)
		return OK;
	return error_fail(error, E_INVALID, "", "trial", "%s", answer_of(&trial));
}

/* --- and in earnest --- */

enum status anew_begin(const struct program_file *file, char *const *argv, int listener, bool own, struct error *error)
{
	(void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC); /* what a library has left open */
	notify_pass_listener(listener, own);
	alarm(0);
	execv(file->path, argv);
	return error_fail(error, E_UNAVAILABLE, "", "start", N_("A process cannot be started: %s"), strerror(errno));
}

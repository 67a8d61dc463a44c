/* The page of all demands as PDF, made by WeasyPrint where that is installed: a process of its own, with limits. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "pack/inside.h"

enum { SECONDS_MOST = 600, LOOKS_A_SECOND = 50 };
static const rlim_t memory_most = (rlim_t)2 << 30, file_most = (rlim_t)64 << 20;

/* It is told where programs and fonts are, and nothing else of ours. */
static int start(struct packing *packing, const char *page, const char *paper, pid_t *pid)
{
	const char *path = getenv("PATH"), *home = getenv("HOME");
	char *const words[] = {(char[]){"weasyprint"}, (char[]){"--quiet"}, str_c(packing->arena, str_of(page)),
			       str_c(packing->arena, str_of(paper)), NULL};
	char *const environment[] = {
	    str_c(packing->arena, str_format(packing->arena, "PATH=%s", path ? path : "/usr/local/bin:/usr/bin:/bin")),
	    str_c(packing->arena, str_format(packing->arena, "HOME=%s", home ? home : "/tmp")),
	    (char[]){"LANG=C.UTF-8"}, NULL};
	posix_spawn_file_actions_t actions;
	int code = posix_spawn_file_actions_init(&actions);

	if (code)
		return code;
	if (!(code = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)) &&
	    !(code = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)) &&
	    !(code = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)))
		code = posix_spawnp(pid, words[0], &actions, NULL, words, environment);
	posix_spawn_file_actions_destroy(&actions);
	return code;
}

static void limit(pid_t pid)
{
	const struct rlimit memory = {memory_most, memory_most}, file = {file_most, file_most},
			    seconds = {SECONDS_MOST, SECONDS_MOST};

	(void)prlimit(pid, RLIMIT_AS, &memory, NULL);
	(void)prlimit(pid, RLIMIT_FSIZE, &file, NULL);
	(void)prlimit(pid, RLIMIT_CPU, &seconds, NULL);
}

static bool end(pid_t pid)
{
	const struct timespec pause = {.tv_nsec = 1000000000 / LOOKS_A_SECOND};
	int code = 0;

	for (int i = 0; i < SECONDS_MOST * LOOKS_A_SECOND; i++) {
		pid_t ended = waitpid(pid, &code, WNOHANG);

		if (ended == pid)
			return WIFEXITED(code) && !WEXITSTATUS(code);
		if (ended < 0 && errno != EINTR)
			return false;
		nanosleep(&pause, NULL);
	}
	kill(pid, SIGKILL);
	while (waitpid(pid, &code, 0) < 0 && errno == EINTR)
		;
	return false;
}

static const char *const names[LANGUAGES] = {[JAPANESE] = "conformity.pdf", [ENGLISH] = "conformity.en.pdf"};

/* Both at once: each takes its time. */
static bool make(struct packing *packing)
{
	pid_t pids[LANGUAGES];
	size_t started = 0;
	bool well = true;

	for (; well && started < LANGUAGES; started += well) {
		struct str page = str_format(packing->arena, "conformity%s", pack_suffix((enum language)started));

		well = !start(packing, pack_path(packing, page), pack_path(packing, str_of(names[started])),
			      &pids[started]);
		if (well)
			limit(pids[started]);
	}
	for (size_t i = 0; i < started; i++)
		if (!end(pids[i])) {
			well = false;
			log_warning("an evidence pack has no PDF: weasyprint failed");
		}
	return well;
}

/* In both languages, or in none. */
enum status pack_make_paper(struct packing *packing)
{
	bool has = make(packing);

	for (size_t i = 0; i < LANGUAGES; i++)
		if (has)
			pack_add_file(packing, str_of(names[i]));
		else
			unlink(pack_path(packing, str_of(names[i])));
	packing->outcome->has_paper = has;
	return OK;
}

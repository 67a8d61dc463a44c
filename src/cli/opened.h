/* opened: what most commands start with: the command line taken apart and, if wanted, the program opened. */
#ifndef CLI_OPENED_H
#define CLI_OPENED_H

#include "cli/options.h"

struct opened {
	struct arena *arena;
	struct settings settings;
	const char **words;
	size_t word_count;
	struct program program;
	struct error error;
};

/* EXIT_OK, or the exit code after a line on stderr. */
int opened_take(struct opened *opened, int argc, char **argv, const struct option *options, size_t option_count);
int opened_program(struct opened *opened, bool create);
void opened_close(struct opened *opened);
#define OPENED __attribute__((cleanup(opened_close))) struct opened

/* A line of standard input without its end, at most 1024 bytes; for secrets, which never stand on a command line. */
bool read_secret(struct arena *arena, const char *prompt, struct str *secret);

#endif

/* options: "--name value", "--name=value" and "--flag", anywhere among the other words of a command line. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "app/program.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct option {
	const char *name;   /* without the dashes */
	const char **value; /* or */
	bool *flag;         /* or one that may come several times */
	const char **list;
	size_t *list_count, list_most;
};

/* Takes options out of the words; what is left stays in order in words, *count of them. Settings common to all commands
 * are taken as well. False after a line on stderr. */
bool options_take(int argc, char **argv, struct settings *settings, const struct option *options, size_t option_count,
		  const char **words, size_t *count);

/* "kaname: ..." on stderr; the error's text or a format. Returns the exit code. */
int fail(const struct error *error);
int fail_usage(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct command {
	const char *name;
	int (*run)(int argc, char **argv); /* without the program's and the command's own name */
	const char *summary;               /* one line; NULL: the program calls it itself */
	const char *help;                  /* what --help prints */
};

#endif

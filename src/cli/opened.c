#include "cli/opened.h"

#include <stdio.h>
#include <termios.h>
#include <unistd.h>

int opened_take(struct opened *opened, int argc, char **argv, const struct option *options, size_t option_count)
{
	opened->arena = arena_new();
	opened->words = arena_many(opened->arena, const char *, (size_t)argc + 1);
	if (!options_take(argc, argv, &opened->settings, options, option_count, opened->words, &opened->word_count))
		return EXIT_USAGE;
	return settings_complete(opened->arena, &opened->settings, &opened->error) ? fail(&opened->error) : EXIT_OK;
}

int opened_program(struct opened *opened, bool create)
{
	return program_open(&opened->settings, create, &opened->program, &opened->error) ? fail(&opened->error)
											 : EXIT_OK;
}

void opened_close(struct opened *opened)
{
	program_close(&opened->program);
	arena_freep(&opened->arena);
}

bool read_secret(struct arena *arena, const char *prompt, struct str *secret)
{
	char line[1026];
	struct termios shown, hidden;
	bool terminal = isatty(STDIN_FILENO) && !tcgetattr(STDIN_FILENO, &shown);
	char *got;

	if (terminal) {
		fprintf(stderr, "%s: ", prompt);
		hidden = shown;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
	}
	got = fgets(line, sizeof(line), stdin);
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSANOW, &shown);
		fputc('\n', stderr);
	}
	if (!got)
		return false;
	*secret = str_of(line);
	while (secret->n && (secret->p[secret->n - 1] == '\n' || secret->p[secret->n - 1] == '\r'))
		secret->n--;
	*secret = str_dup(arena, *secret);
	return true;
}

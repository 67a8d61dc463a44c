#include "cli/options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool take_one_more(const struct option *option, const char *value)
{
	if (*option->list_count == option->list_most) {
		fprintf(stderr, "kaname: --%s may come %zu times at most\n", option->name, option->list_most);
		return false;
	}
	option->list[(*option->list_count)++] = value;
	return true;
}

static const struct option *find(const struct option *options, size_t count, const char *name, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(options[i].name) == length && !strncmp(options[i].name, name, length))
			return &options[i];
	return NULL;
}

/* Takes one option; *used is how many words it was. */
static bool take_one(int argc, char **argv, int at, struct settings *settings, const struct option *options,
		     size_t count, int *used)
{
	const char *name = argv[at] + 2, *equals = strchr(name, '='), *value = NULL;
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	const struct option common[] = {{.name = "database", .value = &settings->database},
					{.name = "config", .value = &settings->config},
					{.name = "key", .value = &settings->key},
					{.name = "overlay",
					 .list = settings->overlays,
					 .list_count = &settings->overlay_count,
					 .list_most = OVERLAYS_MOST}};
	const struct option *option = find(options, count, name, length);

	if (!option)
		option = find(common, sizeof(common) / sizeof(*common), name, length);
	*used = 1;
	if (!option) {
		fprintf(stderr, "kaname: there is no option --%.*s here; --help tells what there is\n", (int)length,
			name);
		return false;
	}
	if (option->flag) {
		*option->flag = true;
		return !equals;
	}
	if (equals) {
		value = equals + 1;
	} else if (at + 1 < argc) {
		value = argv[at + 1];
		*used = 2;
	} else {
		fprintf(stderr, "kaname: --%.*s needs a value\n", (int)length, name);
		return false;
	}
	if (option->list)
		return take_one_more(option, value);
	*option->value = value;
	return true;
}

bool options_take(int argc, char **argv, struct settings *settings, const struct option *options, size_t option_count,
		  const char **words, size_t *count)
{
	bool only_words = false;

	*count = 0;
	for (int i = 0; i < argc;) {
		int used = 1;

		if (!only_words && !strcmp(argv[i], "--"))
			only_words = true;
		else if (!only_words && !strncmp(argv[i], "--", 2)) {
			if (!take_one(argc, argv, i, settings, options, option_count, &used))
				return false;
		} else {
			words[(*count)++] = argv[i];
		}
		i += used;
	}
	return true;
}

int fail(const struct error *error)
{
	char text[ERROR_STORE];

	error_text(error, text, sizeof(text));
	fprintf(stderr, "kaname: %s\n", text);
	return EXIT_FAILED;
}

int fail_usage(const char *command, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "kaname %s: ", command);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

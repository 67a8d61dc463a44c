#include "base/log.h"

#include "base/str.h"
#include "base/time.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Set from the configuration, at start and when it is read anew; read by every thread. */
static _Atomic int highest = LOG_INFO;
static _Atomic int shape = LOG_TEXT;

static const char *const level_names[] = {"error", "warning", "info", "debug"};
static const char *const format_names[] = {"text", "json", "journal"};

void log_set_level(enum log_level level)
{
	atomic_store(&highest, (int)level);
}

void log_set_format(enum log_format format)
{
	atomic_store(&shape, (int)format);
}

bool log_wants(enum log_level level)
{
	return (int)level <= atomic_load_explicit(&highest, memory_order_relaxed);
}

static bool find_name(const char *const *names, size_t count, const char *name, int *at)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0) {
			*at = (int)i;
			return true;
		}
	return false;
}

bool log_level_of(const char *name, enum log_level *level)
{
	int at = LOG_INFO;
	bool found = find_name(level_names, sizeof(level_names) / sizeof(*level_names), name, &at);

	*level = (enum log_level)at;
	return found;
}

bool log_format_of(const char *name, enum log_format *format)
{
	int at = LOG_TEXT;
	bool found = find_name(format_names, sizeof(format_names) / sizeof(*format_names), name, &at);

	*format = (enum log_format)at;
	return found;
}

enum log_format log_format_of_stderr(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[64];
	struct stat status;

	if (!stream || fstat(STDERR_FILENO, &status) != 0)
		return LOG_TEXT;
	snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
	return strcmp(stream, ours) == 0 ? LOG_JOURNAL : LOG_TEXT;
}

/* --- a line, which is cut where it is full, and stays well formed --- */

struct line {
	char bytes[4096];
	size_t n, most;
};

static bool put(struct line *line, const char *bytes, size_t n)
{
	if (n > line->most - line->n)
		return false;
	memcpy(line->bytes + line->n, bytes, n);
	line->n += n;
	return true;
}

static void put_text(struct line *line, const char *text)
{
	put(line, text, strlen(text));
}

/* How long the character is that begins here; 0: it is none. */
static size_t character(const char *text, size_t left)
{
	for (size_t n = 1; n <= 4 && n <= left; n++)
		if (str_is_utf8((struct str){text, n}))
			return n;
	return 0;
}

/* One event is one line of characters, whatever text from outside it quotes. */
static void put_words(struct line *line, const char *text, bool quoted)
{
	size_t left = strlen(text);

	while (left) {
		size_t n = character(text, left);
		bool control = (unsigned char)*text < 0x20 || *text == 0x7F;
		bool fits = true;

		if (n == 0 || control)
			fits = put(line, n == 0 ? "?" : " ", 1);
		else if (quoted && (*text == '"' || *text == '\\'))
			fits = line->most - line->n >= 2 && put(line, "\\", 1) && put(line, text, 1);
		else
			fits = put(line, text, n);
		if (!fits)
			return;
		n = n ? n : 1;
		text += n;
		left -= n;
	}
}

static void put_quoted(struct line *line, const char *text)
{
	put_text(line, "\"");
	line->most--;
	put_words(line, text, true);
	line->most++;
	put_text(line, "\"");
}

static void put_value(struct line *line, const struct log_field *field, bool quoted)
{
	char number[24];

	if (!field->text) {
		snprintf(number, sizeof(number), "%lld", (long long)field->number);
		put_text(line, number);
	} else if (quoted || !*field->text || strpbrk(field->text, " \"=")) {
		put_quoted(line, field->text);
	} else {
		put_words(line, field->text, false);
	}
}

static void put_json(struct line *line, enum log_level level, const char *message, const struct log_field *fields,
		     size_t count)
{
	enum { TIGHT = 64 }; /* bytes that each field and the end have to themselves, so that all is closed */
	char at[TIME_TEXT];

	put_text(line, "{\"time\":");
	put_quoted(line, time_format(time_now(), at));
	put_text(line, ",\"level\":");
	put_quoted(line, level_names[level]);
	put_text(line, ",\"message\":");
	line->most -= TIGHT * (count + 1);
	put_quoted(line, message);
	for (size_t i = 0; i < count; i++) {
		line->most += TIGHT;
		put_text(line, ",");
		put_quoted(line, fields[i].name);
		put_text(line, ":");
		put_value(line, &fields[i], true);
	}
	line->most += TIGHT;
	put_text(line, "}");
}

static void put_plain(struct line *line, enum log_level level, bool journal, const char *message,
		      const struct log_field *fields, size_t count)
{
	static const char *const priorities[] = {"<3>", "<4>", "<6>", "<7>"}; /* of syslog */
	char at[TIME_TEXT];

	if (journal) {
		put_text(line, priorities[level]);
	} else {
		put_text(line, time_format(time_now(), at));
		put_text(line, " ");
		put_text(line, level_names[level]);
		put_text(line, " ");
	}
	put_words(line, message, false);
	for (size_t i = 0; i < count; i++) {
		put_text(line, " ");
		put_text(line, fields[i].name);
		put_text(line, "=");
		put_value(line, &fields[i], false);
	}
}

void log_fields(enum log_level level, const char *message, const struct log_field *fields, size_t count)
{
	if (!log_wants(level))
		return;
	struct line line;
	int format = atomic_load(&shape);
	line.n = 0;
	line.most = sizeof(line.bytes) - 2;
	if (format == LOG_JSON)
		put_json(&line, level, message, fields, count);
	else
		put_plain(&line, level, format == LOG_JOURNAL, message, fields, count);
	line.bytes[line.n++] = '\n';
	/* One write, so that lines of several threads do not mix; where stderr is gone there is nobody to tell. */
	ssize_t written = write(STDERR_FILENO, line.bytes, line.n);
	(void)written;
}

void log_line(enum log_level level, const char *format, ...)
{
	if (!log_wants(level))
		return;
	char message[sizeof(((struct line *)0)->bytes)];
	va_list arguments;
	va_start(arguments, format);
	int n = vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	if (n >= 0)
		log_fields(level, message, NULL, 0);
}

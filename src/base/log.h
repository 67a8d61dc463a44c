/* log: one event, one line on stderr: what happened, and fields beside it. Only app, cli, job, http and the services
 * of mail log; everything else returns errors.
 *
 *	LOG_TEXT	2026-03-01T09:30:00.000Z warning a request failed status=503 request=5f1c00a900000001
 *	LOG_JSON	{"time":"2026-03-01T09:30:00.000Z","level":"warning","message":"a request
 *failed","status":503,...} LOG_JOURNAL	<4>a request failed status=503 ...	(journald reads the level, and knows the
 *time)
 *
 * No secrets and nothing about persons belongs here: no names, addresses, texts of records, query strings. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_TEXT, LOG_JSON, LOG_JOURNAL };

/* May be set at any time, by any thread. Presets: LOG_INFO and LOG_TEXT. */
void log_set_level(enum log_level level);
void log_set_format(enum log_format format);
bool log_level_of(const char *name, enum log_level *level);    /* "error", "warning", "info", "debug" */
bool log_format_of(const char *name, enum log_format *format); /* "text", "json", "journal" */
/* LOG_JOURNAL when stderr goes to journald (JOURNAL_STREAM names it), else LOG_TEXT. */
enum log_format log_format_of_stderr(void);
bool log_wants(enum log_level level); /* so that nothing is put together that nobody reads */

struct log_field {
	const char *name; /* a word */
	const char *text; /* NULL: the number */
	int64_t number;
};

void log_fields(enum log_level level, const char *message, const struct log_field *fields, size_t count);
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)

#endif

#include "base/log.h"

#include "base/time.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

/* Set once at start from the configuration; read by every thread. */
static _Atomic int highest = LOG_INFO;

void log_set_level(enum log_level level)
{
	atomic_store(&highest, (int)level);
}

static const char *level_name(enum log_level level)
{
	static const char *const names[] = {"error", "warning", "info", "debug"};
	return names[level];
}

void log_line(enum log_level level, const char *format, ...)
{
	if ((int)level > atomic_load(&highest))
		return;
	char line[4096], at[TIME_TEXT];
	int n = snprintf(line, sizeof(line), "%s %s ", time_format(time_now(), at), level_name(level));
	int start = n;
	va_list arguments;
	va_start(arguments, format);
	int text = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, format, arguments);
	va_end(arguments);
	if (text < 0)
		return;
	n += text;
	if (n > (int)sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	/* One event is one line, whatever text from outside it quotes. */
	for (int i = start; i < n; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7F)
			line[i] = ' ';
	line[n++] = '\n';
	/* One write, so that lines of several threads do not mix; where stderr is gone there is nobody to tell. */
	ssize_t written = write(STDERR_FILENO, line, (size_t)n);
	(void)written;
}

#include "base/error.h"

#include <string.h>

/* Copies text into the store of the error; "" when nothing more fits. */
static const char *keep(struct error *error, struct str s)
{
	size_t left = ERROR_STORE - error->used;
	if (s.n == 0 || left < 2)
		return "";
	size_t n = str_head(s, left - 1).n;
	char *copy = error->store + error->used;
	memcpy(copy, s.p, n);
	copy[n] = 0;
	error->used += n + 1;
	return copy;
}

static enum status add(struct error *error, enum status status, struct str field, const char *rule, const char *message,
		       va_list arguments)
{
	if (!error)
		return status;
	if (error->status == OK)
		error->status = status;
	if (error->count == ERROR_ITEMS)
		return status;
	struct error_item *item = &error->items[error->count++];
	*item = (struct error_item){.message = message, .field = keep(error, field), .rule = keep(error, str_of(rule))};
	for (int i = 0; i < ERROR_ARGUMENTS; i++) {
		const char *argument = va_arg(arguments, const char *);
		if (!argument)
			break;
		item->arguments[i] = keep(error, str_of(argument));
	}
	return status;
}

enum status error_add(struct error *error, enum status status, const char *field, const char *rule, const char *message,
		      ...)
{
	va_list arguments;
	va_start(arguments, message);
	add(error, status, str_of(field), rule, message, arguments);
	va_end(arguments);
	return status;
}

enum status error_add_at(struct error *error, enum status status, struct str field, const char *rule,
			 const char *message, ...)
{
	va_list arguments;
	va_start(arguments, message);
	add(error, status, field, rule, message, arguments);
	va_end(arguments);
	return status;
}

void error_clear(struct error *error)
{
	error->status = OK;
	error->wait_seconds = 0;
	error->count = 0;
	error->used = 0;
}

void error_append(struct error *error, const struct error *from)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct error_item *item = &from->items[i];

		error_add(error, from->status, item->field, item->rule, item->message, item->arguments[0],
			  item->arguments[1], item->arguments[2], NULL);
	}
	if (error->status == OK)
		error->status = from->status;
	if (error->wait_seconds < from->wait_seconds)
		error->wait_seconds = from->wait_seconds;
}

/* A fixed space for text: what does not fit is cut. */
struct space {
	char *p;
	size_t n, used;
};

static void put(struct space *space, struct str s)
{
	size_t left = space->n - space->used;
	if (left == 0 || s.n == 0)
		return;
	size_t n = str_head(s, left - 1).n;
	memcpy(space->p + space->used, s.p, n);
	space->used += n;
	if (n < s.n)
		space->n = space->used + 1; /* full from here on: no shorter text may follow the cut */
}

static void finish(struct space *space)
{
	if (space->n)
		space->p[space->used] = 0;
}

/* Length of the placeholder at p ("%s" or "%2$s"), 0 when there is none; *which is the argument that it takes. */
static size_t placeholder(const char *p, int *next, int *which)
{
	if (p[0] == '%' && p[1] == 's') {
		*which = (*next)++;
		return 2;
	}
	if (p[0] == '%' && p[1] >= '1' && p[1] <= '9' && p[2] == '$' && p[3] == 's') {
		*which = p[1] - '1';
		return 4;
	}
	return 0;
}

static void put_message(struct space *space, const struct error_item *item, const char *message)
{
	int next = 0;
	while (message && *message) {
		int which;
		size_t length = placeholder(message, &next, &which);
		if (length) {
			put(space, str_of(which < ERROR_ARGUMENTS ? item->arguments[which] : NULL));
			message += length;
		} else if (message[0] == '%' && message[1] == '%') {
			put(space, S("%"));
			message += 2;
		} else {
			size_t plain = 1 + strcspn(message + 1, "%");
			put(space, (struct str){message, plain});
			message += plain;
		}
	}
}

void error_item_text(const struct error_item *item, const char *translated_message, char *out, size_t n)
{
	struct space space = {out, n, 0};
	put_message(&space, item, translated_message);
	finish(&space);
}

void error_text(const struct error *error, char *out, size_t n)
{
	struct space space = {out, n, 0};
	for (size_t i = 0; i < error->count; i++) {
		const struct error_item *item = &error->items[i];
		if (i)
			put(&space, S("; "));
		if (item->field[0]) {
			put(&space, str_of(item->field));
			put(&space, S(": "));
		}
		put_message(&space, item, item->message);
	}
	finish(&space);
}

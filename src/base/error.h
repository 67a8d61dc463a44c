/* error: how every function reports failure.
 *
 * A function that can fail returns enum status (OK is 0) and fills a trailing struct error. The error carries one
 * item per fault so that a form or an API answer can show all of them at their fields at once. Messages are
 * English source texts (msgid) with up to three %s arguments; surfaces translate them with error_text().
 * Nothing here allocates: the error owns a fixed store for its arguments and truncates what does not fit.
 *
 *	if (title.n == 0)
 *		return error_fail(error, E_INVALID, "title", "required", N_("A value is needed"));
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/str.h"

#define MUST __attribute__((warn_unused_result))
#define N_(msgid) msgid /* marks a translatable source text */

enum status {
	OK = 0,
	E_SYNTAX,      /* 400: cannot be understood: malformed JSON, unknown parameter, bad expression */
	E_SIGN_IN,     /* 401: nobody is signed in, or the credentials are wrong */
	E_DENIED,      /* 403: known, visible, but not allowed */
	E_NOT_FOUND,   /* 404: does not exist, or may not be seen (never told apart) */
	E_CONFLICT,    /* 409: the state of the record or an idempotency key forbids it */
	E_STALE,       /* 412: somebody else changed it first */
	E_TOO_LARGE,   /* 413: over a limit of size or count */
	E_INVALID,     /* 422: understood, but a value is wrong or missing */
	E_TOO_MANY,    /* 429: too often */
	E_UNAVAILABLE, /* 503: the database or a peer does not answer */
	E_INTERNAL,    /* 500: our own fault, corruption included */
};

enum { ERROR_ITEMS = 24, ERROR_STORE = 2048, ERROR_ARGUMENTS = 3 };

struct error_item {
	const char *field;                      /* name of the field or parameter, "" when none */
	const char *rule;                       /* stable code: "required", "choice", "stale"... */
	const char *message;                    /* English source text with %s for each argument */
	const char *arguments[ERROR_ARGUMENTS]; /* NULL when unused */
};

struct error {
	enum status status;
	unsigned wait_seconds; /* E_TOO_MANY, E_UNAVAILABLE: when trying again makes sense; 0: nobody knows */
	size_t count;          /* items used */
	struct error_item items[ERROR_ITEMS];
	size_t used; /* bytes of store used */
	char store[ERROR_STORE];
};

/* Adds one item and sets the status (the first status stays). Arguments are C strings, at most three, copied.
 * field and rule are copied as well; message must be a literal. Returns the status, so that one can return it. */
#define error_fail(error, status, field, rule, ...) error_add((error), (status), (field), (rule), __VA_ARGS__, NULL)
enum status error_add(struct error *error, enum status status, const char *field, const char *rule, const char *message,
		      ...) __attribute__((sentinel));

/* The same with a slice for the field's name. */
enum status error_add_at(struct error *error, enum status status, struct str field, const char *rule,
			 const char *message, ...) __attribute__((sentinel));
#define error_fail_at(error, status, field, rule, ...)                                                                 \
	error_add_at((error), (status), (field), (rule), __VA_ARGS__, NULL)

void error_clear(struct error *error);

/* Adds all items of another error, and its status. Items point into their own error's store, so an error is never
 * copied with =. */
void error_append(struct error *error, const struct error *from);

/* Writes the message with the item's arguments filled in to out (n bytes, always terminated, cut between characters).
 * %s takes the next argument, %2$s the second one (where another language wants another order), %% is a percent sign.
 * translated_message: item->message or what translate() gives for it. */
void error_item_text(const struct error_item *item, const char *translated_message, char *out, size_t n);

/* Writes "field: message; field: message" in English, for logs and the command line. */
void error_text(const struct error *error, char *out, size_t n);

#endif

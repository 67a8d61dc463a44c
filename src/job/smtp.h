/* smtp: one mail to the next mail server, by libcurl: TLS, signing in, several relays.
 *
 * Relays are asked one after the other until one says yes or no; who answered last is asked first the next time. */
#ifndef JOB_SMTP_H
#define JOB_SMTP_H

#include <stdatomic.h>

#include "base/error.h"

enum { RELAYS_MOST = 8, SMTP_REPLY = 400 };

enum smtp_tls {
	SMTP_TLS_REQUIRED, /* STARTTLS, but for relays of this machine */
	SMTP_TLS_TRIED,    /* STARTTLS where it is offered */
	SMTP_TLS_NONE,
};

struct smtp_options {
	const char *relays[RELAYS_MOST]; /* "smtp://HOST[:PORT]", or "smtps://..." for TLS from the first byte */
	size_t relay_count;
	const char *user;       /* NULL: nobody signs in */
	const char *password;   /* NULL: by token */
	const char *token_file; /* holds a token of OAuth 2.0; read anew for each mail, as tokens are replaced */
	const char *ca_file;    /* NULL: the authorities of the system */
	enum smtp_tls tls;
	const atomic_bool *stop; /* what is under way is given up */
};

enum smtp_result {
	SMTP_TAKEN,
	SMTP_REFUSED,     /* for good: 5xx to this mail */
	SMTP_LATER,       /* not now: 4xx to this mail, or the connection ended in the middle of it */
	SMTP_UNREACHABLE, /* nothing was said about this mail: no relay answers */
	SMTP_DENIED,      /* nor here: none lets us in */
};

struct smtp;
MUST enum status smtp_check(const struct smtp_options *options, struct error *error); /* whether they make sense */
MUST enum status smtp_open(const struct smtp_options *options, struct smtp **smtp, struct error *error);
/* raw: with CRLF. reply: what the relay said, or what went wrong. */
enum smtp_result smtp_send(struct smtp *smtp, const char *from, const char *to, struct str raw, char reply[SMTP_REPLY]);
void smtp_close(struct smtp *smtp); /* NULL is fine */

#endif

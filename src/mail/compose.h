/* compose: an entry of the outbox as a mail, for the one who gets it.
 *
 * What it says is read through its receiver's eyes at the moment of sending: rights that were taken away meanwhile
 * count. The mail bears the entry's Message-ID, and in References one identifier that all mails about a record share,
 * so that mail programs show them together. */
#ifndef MAIL_COMPOSE_H
#define MAIL_COMPOSE_H

#include "mail/message.h"
#include "record/outbox.h"

struct compose_settings {
	struct mail_address from;
	struct str origin; /* "https://kaname.example.jp": where people reach us */
};
struct str compose_domain(const struct compose_settings *settings); /* of our identifiers */

struct composed {
	struct str to;   /* an address */
	struct str raw;  /* with CRLF; empty: nothing is to be sent, and `needless` says why (an English source text) */
	struct str kept; /* the same without what is for its reader alone */
	const char *needless;
};
MUST enum status compose(const struct compose_settings *settings, struct kernel *kernel, struct arena *arena,
			 const struct outbox_entry *entry, instant now, struct composed *composed, struct error *error);

#endif

/* quote: what is new in a mail, apart from what it quotes and from its signature.
 *
 * Nothing is thrown away: what is folded is kept beside. Quotes are told by "> " (and what introduces it, in whatever
 * language: a line that ends with a colon), by "-----Original Message-----" and its like, and by the block of From,
 * Sent, To and Subject that Outlook writes, in English and Japanese. Answers that stand between quoted lines keep
 * them, and so does a mail that answers none: what it quotes or forwards is what it is about. */
#ifndef MAIL_QUOTE_H
#define MAIL_QUOTE_H

#include "base/arena.h"
#include "base/str.h"

struct quote_parts {
	struct str fresh;  /* trimmed; all of the text when nothing would be left */
	struct str folded; /* the quoted mail and the signature; may be empty */
};

/* answers: another mail is answered, so that what is quoted at the end is known. */
struct quote_parts quote_split(struct str text, bool answers);
bool quote_is_forward(struct str subject);   /* "Fwd:", "転送:", also of an answer to such a one */
bool quote_is_forwarded(struct str subject); /* by whoever sends it: in front of all else */
/* Without "Re:", "RE[2]:", "返信:" in front, however many. */
struct str quote_bare_subject(struct str subject);

#endif

/* imap: mail that waits in a folder of an IMAP server (RFC 3501, IDLE, MOVE, UIDPLUS).
 *
 * libcurl connects, sees to TLS and signs in (LOGIN, PLAIN, OAUTHBEARER, XOAUTH2); what is said after that is said
 * here, over its connection, because libcurl reads no literals of commands of others and does not wait
 * (docs/decisions/0060). One connection, one thread. After any error it is of no more use but to be closed.
 *
 * Nothing is marked by being read: whoever has kept a mail says so by imap_mark(). */
#ifndef MAIL_IMAP_H
#define MAIL_IMAP_H

#include "base/arena.h"
#include "base/error.h"

struct imap;

struct imap_account {
	struct str url; /* imaps://host[:port][/folder], or imap:// with STARTTLS; without it on the loopback alone */
	struct str user, secret;
	bool is_bearer;      /* the secret is a token of OAuth 2.0 */
	const char *ca_file; /* whom to believe; NULL: those of the system */
	int stop;            /* a descriptor: readable, when everything is to end */
};

/* Connects, signs in and opens the folder. */
MUST enum status imap_open(const struct imap_account *account, struct imap **imap, struct error *error);
void imap_close(struct imap *imap); /* NULL is fine */

/* Those that nobody has seen, oldest first, at most `most`. */
MUST enum status imap_unseen(struct imap *imap, struct arena *arena, uint32_t *uids, size_t most, size_t *count,
			     struct error *error);
/* raw->p NULL: it is gone, or larger than `most` (*large). */
MUST enum status imap_fetch(struct imap *imap, struct arena *arena, uint32_t uid, size_t most, struct str *raw,
			    bool *large, struct error *error);
/* As seen, or moved to another folder. */
MUST enum status imap_mark(struct imap *imap, struct arena *arena, uint32_t uid, struct str move_to,
			   struct error *error);

bool imap_can_idle(const struct imap *imap);
int imap_descriptor(const struct imap *imap); /* readable: there is news, while it idles */
MUST enum status imap_idle(struct imap *imap, struct error *error);
bool imap_has_news(const struct imap *imap); /* since it was last asked what nobody has seen */
MUST enum status imap_idle_end(struct imap *imap, struct error *error);

#endif

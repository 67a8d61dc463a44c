/* lmtp: mail servers of this machine hand mail over while the service runs (RFC 2033).
 *
 * Each recipient has its answer when what it leads to is on disk, and not before: 250 it is kept, 4yz hand it over
 * again, 5yz it never will be. Whoever connects is believed as to what the mail says of its checks, so it listens at a
 * socket of the file system or at the loopback address only. Connections, sizes and times are limited; what is over
 * the limit is told to come again. */
#ifndef MAIL_LMTP_H
#define MAIL_LMTP_H

#include "record/kernel.h"

struct lmtp;

/* Whether an address is one; nothing is opened. */
MUST enum status lmtp_check(const char *address, struct error *error);
/* "/run/kaname/lmtp", or "127.0.0.1:2424"; port 0: any that is free. */
MUST enum status lmtp_start(struct kernel *kernel, const char *address, struct lmtp **lmtp, struct error *error);
unsigned lmtp_port(const struct lmtp *lmtp); /* 0: of a socket of the file system */
/* Takes nothing more, lets end what is being written, and frees. NULL is fine. */
void lmtp_stop(struct lmtp *lmtp);

#endif

/* lmtp_session: one connection of a mail server (private to mail/). */
#ifndef MAIL_LMTP_SESSION_H
#define MAIL_LMTP_SESSION_H

#include "mail/deliver.h"

/* Talks until the other end has said QUIT, is gone, or is too slow. The descriptor stays open. */
void lmtp_session(struct kernel *kernel, int fd);

#endif

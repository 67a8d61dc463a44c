/* bounce: which mail of ours came back, and why (RFC 3464).
 *
 * Of a report of delivery the parts were taken out as files; what they say is looked at line by line. */
#ifndef MAIL_BOUNCE_H
#define MAIL_BOUNCE_H

#include "mail/message.h"

struct mail_bounce {
	struct str id;     /* of the mail that came back; empty: it is not told */
	struct str reason; /* "550 5.1.1 no such user" */
	bool for_good;     /* it was given up, and the fault is lasting (5.x.x) */
};
void bounce_read(struct arena *arena, const struct mail_message *message, struct mail_bounce *bounce);

#endif

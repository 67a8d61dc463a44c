/* decision_link: an address by which one person takes one decision without signing in (docs/decisions/0051).
 *
 * It names the record, the person and until when it serves, and bears the signature of the installation's key. It
 * gives nothing but what that person may do with that record at the moment; whoever has no key has no links. */
#ifndef RECORD_DECISION_LINK_H
#define RECORD_DECISION_LINK_H

#include "record/kernel.h"

struct decision_link {
	int64_t record, person;
	instant until;
};

/* "/decide/..."; empty when the installation has no key, or the record is no decision that somebody takes. */
struct str decision_link_sign(const struct kernel *kernel, struct arena *arena, const struct decision_link *link);
/* How long a link that is given out now serves. */
instant decision_link_until(instant now);
/* What the address says behind "/decide/". False: it is not from here. Whether it has expired is for the caller. */
bool decision_link_read(const struct kernel *kernel, struct arena *arena, struct str text, struct decision_link *link);

#endif

/* digest_link: an address by which one person turns the own digest off without signing in, as mail programs do with one
 * click (RFC 8058). It bears the signature of the installation's key, and does nothing else; whoever has no key has no
 * links. It does not expire: an old mail must not become one that cannot be turned off. */
#ifndef RECORD_DIGEST_LINK_H
#define RECORD_DIGEST_LINK_H

#include "record/actor.h"

struct str digest_link_sign(const struct kernel *kernel, struct arena *arena, int64_t person); /* "/digest/..." */
/* What the address says behind "/digest/". False: it is not from here. */
bool digest_link_read(const struct kernel *kernel, struct arena *arena, struct str text, int64_t *person);

#endif

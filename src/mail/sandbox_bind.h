/* sandbox_bind: takes from a process, for good, what it is not to do (private to mail/sandbox*.c).
 *
 * A nursery has no new privileges; files can only be read, and only below /usr, /lib and /etc (tables of characters),
 * where the kernel has Landlock; no network, no other system call than computing, the open descriptors and bringing up
 * children need (seccomp refuses any other); limits on memory and descriptors. A child of it has the same, may have no
 * children, and has a limit of time of its own. */
#ifndef MAIL_SANDBOX_BIND_H
#define MAIL_SANDBOX_BIND_H

#include "base/error.h"

MUST enum status sandbox_bind_nursery(struct error *error);
MUST bool sandbox_bind_child(void);

#endif

/* sandbox: a child that parses hostile bytes and can do nothing else (DESIGN section 9).
 *
 * sandbox_enter() binds the process that calls it, for good: no new privileges; files can only be read, and only below
 * /usr, /lib and /etc (tables of characters), where the kernel has Landlock; no processes, no network, no other system
 * call than computing and the open descriptors need (seccomp refuses any other); limits on memory, time and
 * descriptors. sandbox_run() starts a program with bytes on its standard input, and gives what it wrote. */
#ifndef MAIL_SANDBOX_H
#define MAIL_SANDBOX_H

#include "base/arena.h"
#include "base/error.h"

MUST enum status sandbox_enter(struct error *error);

struct sandbox_work {
	const char *const *command; /* program and words, ended by NULL */
	struct str input;
	size_t most;      /* bytes of its output */
	unsigned seconds; /* that it may take */
};
/* E_UNAVAILABLE when it cannot be started; E_INTERNAL when it fails, is ended or writes too much. */
MUST enum status sandbox_run(struct arena *arena, const struct sandbox_work *work, struct str *output,
			     struct error *error);

#endif

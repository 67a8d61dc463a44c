/* One nursery as its user sees it (private to mail/sandbox*.c; sandbox.h). */
#ifndef MAIL_SANDBOX_NURSERY_H
#define MAIL_SANDBOX_NURSERY_H

#include <sys/types.h>

#include "mail/sandbox.h"

enum { NURSERY_LENGTH = sizeof(uint64_t) }; /* in front of what goes over the socket, of this machine's kind */

struct nursery {
	pid_t pid;
	int socket, pipe;
	unsigned inputs; /* that its child has read; 0: there is none yet */
	int64_t left;    /* when it was given back; ms, see nursery_clock() */
};

/* ms of the clock that nobody sets. */
int64_t nursery_clock(void);
/* E_UNAVAILABLE, with the reason that is in errno's numbers. */
enum status nursery_fails(struct error *error, int code);

MUST enum status nursery_start(struct nursery *nursery, const struct sandbox_work *work, struct error *error);
/* At once, with whatever it is bringing up. */
void nursery_end(const struct nursery *nursery);
/* A word (enum sandbox_word); 0: it has said nothing until then, or is gone. */
char nursery_hear(const struct nursery *nursery, int64_t until);
/* Its child ends. False: not well, or something is left that was not asked for. */
MUST bool nursery_end_child(struct nursery *nursery, int64_t until);

#endif

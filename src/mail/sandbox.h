/* sandbox: processes that read hostile bytes and can do nothing else (DESIGN section 9).
 *
 * An input is read by a child that has read no other, unless many come: then the child reads on, up to
 * SANDBOX_INPUTS_MOST. When such a one fails, the input is read once more by itself. So that this costs no start of a
 * program each time, the children are copies of a nursery, a program that has loaded what reading needs, is bound
 * (sandbox_bind.h) and waits (docs/decisions/0070).
 *
 * A child gets its inputs over a socket, and answers over it. Only its nursery can say that it has ended: over a pipe
 * that the child does not have, and after nothing is left unread. What a child writes too much, or late, or does not
 * read, ends the nursery, and the next input has another one. */
#ifndef MAIL_SANDBOX_H
#define MAIL_SANDBOX_H

#include "base/arena.h"
#include "base/error.h"

enum { SANDBOX_INPUTS_MOST = 64 /* of one child */ };

struct sandbox_work {
	/* What comes to sandbox_serve(), always the same: the bytes of a program; empty: it is the file that the first
	 * word names. */
	struct str program;
	const char *const *command; /* words, ended by NULL */
	struct str input;
	size_t most;      /* bytes of the output */
	unsigned seconds; /* that it may take */
};
/* By any thread. E_UNAVAILABLE when nobody could read it just now; E_INTERNAL when the child fails, is ended or writes
 * too much. */
MUST enum status sandbox_run(struct arena *arena, const struct sandbox_work *work, struct str *output,
			     struct error *error);

/* What a nursery does: prepare() before it is bound, and in each child read(), which is to give the output. */
struct sandbox_reading {
	void (*prepare)(void);
	bool (*read)(struct arena *arena, struct str input, struct str *output);
	size_t most; /* bytes of an input */
};
/* Ends the process with its socket, at once: what runs at the end of others is no business of a bound one. */
_Noreturn void sandbox_serve(const struct sandbox_reading *reading);

/* In place of a length: nothing more is to be read (private to mail/sandbox*.c). */
#define SANDBOX_NO_MORE UINT64_MAX

/* What goes over the pipe of a nursery, one character each (private to mail/sandbox*.c). */
enum sandbox_word {
	SANDBOX_READY = 'r',
	SANDBOX_ENDED = 'e', /* the child, and well */
	SANDBOX_FAILED = 'f',
	SANDBOX_NO_CHILD = 'n', /* it could not be brought up; nothing was read */
};

#endif

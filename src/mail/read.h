/* read: a mail read in a child that can do no harm.
 *
 * The children are a program within this one (reader.c, sandbox.h): mail_read_child() is what it does. Whatever the
 * bytes are, the parent gets a message: what the child fails at is a message without any words, whose raw form
 * remains. */
#ifndef MAIL_READ_H
#define MAIL_READ_H

#include "mail/message.h"

struct mail_reading {
	struct mail_message message;
	bool unreadable; /* the child failed */
};
/* E_UNAVAILABLE only: no child could be brought up. */
MUST enum status mail_read(struct arena *arena, struct str raw, struct mail_reading *reading, struct error *error);
_Noreturn void mail_read_child(void);

/* All of a descriptor, to its end. E_TOO_LARGE over `most` bytes. */
MUST enum status mail_read_descriptor(struct arena *arena, int descriptor, size_t most, struct str *bytes,
				      struct error *error);

#endif

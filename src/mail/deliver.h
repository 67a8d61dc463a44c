/* deliver: what becomes of a mail that comes in.
 *
 * A mail is kept as it came, in a record of the type that acts as mail, and leads to a record of another type: it adds
 * to the one that it answers, else it opens what its mailbox says. Both are written in one transaction, and the mail's
 * `occurrence` (mailbox and Message-ID) is unique: however often a mail is handed over, and wherever a crash cuts in,
 * it is taken once. What cannot be taken waits, with the reason, until somebody decides.
 *
 * Which record a mail answers: that of the mail which In-Reply-To or References name, or which came by another mailbox;
 * else the one whose number stands in the subject, [INC-123]. Merged ones lead to where they went. Who may not read the
 * record and comment on it adds nothing to it. An answer reopens what its type lets reopen; what is done and may not be
 * reopened has a new record beside it.
 *
 * Who sent it: the active person whose mail address or account it is. Of others the mailbox decides. Automatic answers
 * and bounces (message.h) open nothing and add nothing; they are kept, tied to what they answer.
 *
 * The fields are known by their names. Mailbox: address, opens (names of types), unknown_sender (contact, hold,
 * refuse), trusted_host, language, active, and any reference that the new record has a field of the same name for.
 * Mail: see processes/8.1-mail.yaml. */
#ifndef MAIL_DELIVER_H
#define MAIL_DELIVER_H

#include "mail/read.h"
#include "record/read.h"

struct mail_delivery {
	struct kernel *kernel;
	struct str mailbox; /* its address; empty: the one among the recipients, or the only one */
	struct str raw;
	const struct mail_reading *reading; /* of it; NULL: it is read now */
	instant now;
	/* What became of it. */
	struct str outcome; /* a code of mail_outcome; empty: it had been taken before */
	int64_t mail;       /* the record that keeps it */
	int64_t record;     /* what it led to; 0: nothing */
};

/* OK when the mail is kept, whatever became of it. E_NOT_FOUND: no such mailbox; E_DENIED: refused, and kept all the
 * same; E_UNAVAILABLE: try again. */
MUST enum status mail_deliver(struct mail_delivery *delivery, struct error *error);
/* E_NOT_FOUND: mail to this address is not taken. */
MUST enum status mail_find_mailbox(struct kernel *kernel, struct str address, instant now, struct error *error);

/* All of them, active or not. */
MUST enum status mail_mailboxes(struct kernel *kernel, struct arena *arena, instant now, struct record ***mailboxes,
				size_t *count, struct error *error);

#endif

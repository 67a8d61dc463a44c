/* notices: what people are told by the program: an escalation, a reminder, a step that waits for them.
 *
 * Written in the transaction of the edit that tells (edit_notify, behaviour.h), read by the person alone, as far and as
 * soon as the person wants to (notice_rules.h). */
#ifndef RECORD_NOTICES_H
#define RECORD_NOTICES_H

#include "record/actor.h"

struct notice {
	int64_t identity, record, event;
	instant at, read_at; /* read_at INSTANT_NONE: unread */
	struct str kind;     /* "escalation" */
	struct label says;
};

/* Of one person, newest first, of records that they may still read; before: identity of the last one seen, 0: none. */
MUST enum status notices_of(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct actor *actor, bool unread_only, int64_t before, size_t limit, instant now,
			    struct notice **notices, size_t *count, struct error *error);
/* Counts to a thousand. */
/* Counts no further than NOTICES_COUNTED: each page tells it. */
enum { NOTICES_COUNTED = 100 };
MUST enum status notices_unread(struct connection *connection, int64_t person, instant now, int64_t *count,
				struct error *error);
/* Marks one as read, or all up to it. E_NOT_FOUND when it is none of the actor's. Waits for the commit. */
MUST enum status notice_mark_read(struct kernel *kernel, const struct actor *actor, int64_t notice, bool all_before,
				  instant now, struct error *error);

/* In an entry of the outbox, behind what may be shown of it: the addresses by which its reader decides without signing
 * in (record/decision_link.h), which are for nobody else. */
#define OUTBOX_LINKS ",\"links\":"

/* Puts into the outbox what is due to be told by mail, each person's together. Run by the scheduler, and by tests with
 * a time of their own; *put counts the entries. */
MUST enum status notices_mail(struct kernel *kernel, instant now, size_t *put, struct error *error);
MUST enum status notices_next_mail(struct connection *connection, instant *next /* INSTANT_NONE: none is due */,
				   struct error *error);

#endif

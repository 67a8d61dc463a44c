/* mails: what came in and went out by mail about a record, as far as an actor may know of it.
 *
 * What came in is a record of its own, and who may read that one knows of it. What went out is an entry of the outbox:
 * the provider's people know of it where they may read the record that it tells of, everybody of what went to
 * themselves; addresses, answers of mail servers and raw forms are for administrators. */
#ifndef RECORD_MAILS_H
#define RECORD_MAILS_H

#include "record/outbox.h"
#include "record/record.h"

struct mail_place { /* in the order of what is newest; at 0: before all */
	instant at;
	bool came_in;
	int64_t identity;
};

struct mail_told {
	struct mail_place place;
	/* what came in */
	struct record *mail;
	int64_t raw; /* the file of it that is the mail as it came; 0: none is left */
	/* what went out */
	struct outbox_entry entry; /* payload, address and message_id empty; reason: for administrators */
	struct str kind;           /* of the notice */
	struct label says;
	bool may_open; /* in administration */
};

/* Newest first, at most `limit` older than a place; *next.at 0: there are no older ones. */
MUST enum status mails_read(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct actor *actor, const struct record *record, struct mail_place before,
			    size_t limit, struct mail_told **mails, size_t *count, struct mail_place *next,
			    struct error *error);
/* Whether the actor may know at all of what came in about such records. */
bool mails_may_come_in(const struct kernel *kernel, const struct actor *actor, const struct type *type);

struct str mail_place_text(struct arena *arena, struct mail_place place);
bool mail_place_parse(struct str text, struct mail_place *place);

#endif

/* taking: one mail on its way in (private to mail/). */
#ifndef MAIL_TAKING_H
#define MAIL_TAKING_H

#include "mail/deliver.h"

enum { COPIED_MOST = 20 };

struct command { /* a step that the first line asks for */
	struct record *record;
	const struct transition *step; /* NULL: it asks for none */
	struct str comment;            /* the rest */
	bool proven;                   /* that it is the sender's */
};

struct taking {
	struct mail_delivery *delivery;
	struct kernel *kernel;
	struct arena *arena;
	struct connection *connection; /* while it is thought over */
	const struct type *type;       /* that acts as mail */
	struct mail_reading reading;
	struct str id; /* its Message-ID, or what stands for it */
	struct str fresh, folded, subject;
	struct record *mailbox;
	struct record **mailboxes; /* all of them */
	size_t mailbox_count;
	int64_t sender;            /* 0: nobody is known */
	const struct actor *actor; /* of an active sender; else NULL */
	struct record *answers;    /* what it adds to; NULL: nothing */
	struct command command;
	struct str why;              /* this sender, and this record (record/said.h) */
	int64_t copied[COPIED_MOST]; /* people who watch what comes of it */
	size_t copied_count;
	const char *outcome; /* a code */
	struct str reason;
};

struct str taking_occurrence(struct taking *taking, const struct record *mailbox, struct str id);

/* mailboxes.c */
MUST enum status taking_list_mailboxes(struct taking *taking, struct error *error);
MUST enum status taking_find_mailbox(struct taking *taking, struct error *error);
bool taking_is_ours(const struct taking *taking, struct str address);
/* sender.c: who sent it; makes a contact where the mailbox says so. */
MUST enum status taking_find_sender(struct taking *taking, struct error *error);
MUST enum status taking_find_person(struct taking *taking, struct str address, int64_t *person, struct error *error);
/* What that host found by a method ("spf", "dkim", "dmarc"): "pass", "fail"...; empty: it says nothing. */
struct str taking_verdict(const struct taking *taking, struct str method);
bool taking_is_doubtful(const struct taking *taking);
bool taking_has_checker(const struct taking *taking); /* a host that we trust to check senders */
bool taking_is_proven(const struct taking *taking);   /* it has passed that host's check */
/* crowd.c */
MUST enum status taking_find_flood(struct taking *taking, struct error *error);
MUST enum status taking_find_copied(struct taking *taking, struct error *error);
/* command.c */
MUST enum status taking_find_command(struct taking *taking, struct error *error);
MUST enum status taking_obey(struct taking *taking, struct error *error);
/* same.c: whether it has the Message-ID of a mail that was taken, and is another one; then its `id` tells them apart.
 */
MUST enum status taking_is_another(struct taking *taking, int64_t mail, bool *another, struct error *error);
/* thread.c: what it answers, whoever may see it. */
MUST enum status taking_find_record(struct taking *taking, struct error *error);
/* The same of what came back to us: whatever was sent; nobody's rights count, as nothing is added to it. */
MUST enum status taking_find_bounced(struct taking *taking, struct error *error);
/* write.c: both records, or the mail alone. */
MUST enum status taking_write(struct taking *taking, struct error *error);

#endif

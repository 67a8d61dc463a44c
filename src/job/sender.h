/* sender: sends what is in the outbox, one mail after the other, on a thread of its own: a mail server may take its
 * time, and timers do not wait for it.
 *
 * Any node takes the next entry (record/outbox.h). What a mail server does not take now is tried again, after a minute
 * first and then less and less often, two hours apart at most, for three days; what it refuses for good is dead at
 * once. Dead entries stay, for somebody to decide. */
#ifndef JOB_SENDER_H
#define JOB_SENDER_H

#include "base/time.h"
#include "job/smtp.h"
#include "mail/compose.h"

struct sender_options {
	struct kernel *kernel;
	struct smtp_options smtp; /* the stop is the sender's own */
	struct compose_settings mail;
};

struct sender_figures { /* since the start, of this node */
	uint64_t sent, put_off, refused;
};

struct sender;
MUST enum status sender_new(const struct sender_options *options, struct sender **sender, struct error *error);
/* Sends what is due now; *next is when to come again. The thread's work, and that of tests with a time of their own. */
void sender_step(struct sender *sender, instant now, instant *next);
MUST enum status sender_start(struct sender *sender, struct error *error);
void sender_figures(struct sender *sender, struct sender_figures *figures); /* from any thread */
void sender_stop(
    struct sender *sender); /* what is under way is given up; it is sent again. NULL is fine, here and below */
void sender_free(struct sender *sender); /* stops it first */

#endif

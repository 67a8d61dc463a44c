/* approval_tally: what was decided so far on a record that waits for approval, and what is still needed (private to
 * approval*.c). */
#ifndef BEHAVIOUR_APPROVAL_TALLY_H
#define BEHAVIOUR_APPROVAL_TALLY_H

#include "behaviour/approval.h"

struct approval_tally {
	struct record **all;
	size_t count;
	int64_t round, stage;                                /* where it stands; 0: nobody was asked */
	instant began;                                       /* of the round */
	size_t asked, yes, no, open, expired, escalated_yes; /* by this rule, in this stage; asked: expired ones too */
	size_t no_by_hand, open_by_hand;
};

/* Of all decisions on the record. */
MUST enum status approval_count(const struct approval *p, const struct subject *subject, struct approval_tally *tally,
				struct error *error);
bool approval_is_by_hand(const struct record *decision); /* whoever was asked by a person, and not by the rule */
bool approval_is_open(const struct approval *p, const struct record *decision);
/* Asked by the rule, in the round and the stage where it stands. */
bool approval_is_current(const struct approval *p, const struct record *decision, const struct approval_tally *tally);

const struct stage *approval_stage(const struct approval *p, const struct approval_tally *tally); /* where it stands */
/* How many of those who were asked must agree. */
MUST enum status approval_needed(const struct stage *stage, const struct subject *subject, size_t asked, size_t *needed,
				 struct error *error);
/* Whoever decides for those who did not answer decides. */
bool approval_is_agreed(const struct approval_tally *tally, size_t needed);
bool approval_is_refused(const struct stage *stage, const struct approval_tally *tally, size_t needed);

#endif

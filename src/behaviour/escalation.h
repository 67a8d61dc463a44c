/* escalation: what its two files share: the rules as loaded (escalation_load.c), and what they do (escalation.c); and
 * what surfaces show of them. */
#ifndef BEHAVIOUR_ESCALATION_H
#define BEHAVIOUR_ESCALATION_H

#include "base/mark.h"
#include "behaviour/behaviours.h"

struct escalation_step {
	struct str name; /* its mark as written, unless the model names it; never changes, for it is stored */
	struct mark mark;
	bool is_functional;               /* else hierarchical */
	const struct query *when;         /* NULL: always */
	const struct transition *by_hand; /* by which people invoke it; NULL: nobody may */
	const struct addressee *addressees;
	size_t addressee_count;
	const struct field **raises; /* groups move to the next line, choices one rank up */
	size_t raise_count;
	bool on_call;
};

struct escalation {
	struct str clock;
	struct label clock_words;
	const struct field *counts;          /* NULL: none */
	const struct field *next;            /* of the groups: which comes next */
	const struct field *level;           /* of the groups, to tell; NULL: none */
	const struct transition *transition; /* taken when a group is left and the state allows it; NULL: none */
	const struct field **empties;        /* what no longer holds when a group is left */
	size_t empty_count;
	struct escalation_step *steps;
	size_t step_count;
};

/* Shares of a clock's target, in percent between 0 and 100, at which something is done; at most `most`. */
size_t escalation_marks(const struct kernel *kernel, const struct type *type, struct str clock, int *percents,
			size_t most);

MUST enum status escalation_load(struct behaviour_loading *loading, const void **parameters, struct error *error);

#endif

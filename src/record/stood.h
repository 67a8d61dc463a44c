/* stood: how something stood, day by day, of which nobody edits anything: a word for each subject, from a moment on.
 *
 * Kept are changes only, so that it grows with what changes and not with time; how all stood at a moment, and since
 * when one stands so, is read of them. It is no evidence and no part of the history: it can be computed, but not of the
 * past. docs/decisions/0048 says why. */
#ifndef RECORD_STOOD_H
#define RECORD_STOOD_H

#include "record/kernel.h"

struct stood {
	struct str subject, word;
	instant since;
};

/* Writes those whose word is another than the last that is known; waits for the commit. */
MUST enum status stood_write(struct kernel *kernel, const struct stood *items, size_t count, instant now,
			     struct error *error);
/* How all stood at a moment, by subject (as str_cmp). None: nothing is known of then. */
MUST enum status stood_read(struct connection *connection, struct arena *arena, instant at, struct stood **items,
			    size_t *count, struct error *error);
/* The one of the subject among those; NULL: nothing is known of it. */
const struct stood *stood_find(const struct stood *items, size_t count, struct str subject);
/* How one stood, the newest first. */
MUST enum status stood_history(struct connection *connection, struct arena *arena, struct str subject, size_t limit,
			       struct stood **items, size_t *count, struct error *error);
/* From when on anything is known; INSTANT_NONE: nothing is. */
MUST enum status stood_begun(struct connection *connection, instant *begun, struct error *error);

#endif

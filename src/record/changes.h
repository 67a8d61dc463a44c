/* changes: what happened to records, one event after the other, for whoever wants to know at once. Events are numbered
 * in the order of their commits, on all nodes together, so "what came after this one" leaves nothing out. */
#ifndef RECORD_CHANGES_H
#define RECORD_CHANGES_H

#include "record/access.h"

struct record_change {
	int64_t event, record, version; /* version: that the record has since */
	instant at;
	int64_t by; /* person; 0: the system, or not for this actor to know */
};

/* The first ones after an event, at most `most`. */
MUST enum status changes_after(struct connection *connection, int64_t event, struct record_change *changes, size_t most,
			       size_t *count, struct error *error);
/* Keeps those whose record this actor may read now. Who made a change is told to staff only: customers see some of the
 * history (read_history()), and must not learn here who made a note that they do not see. */
MUST enum status changes_keep_visible(struct kernel *kernel, struct connection *connection, const struct actor *actor,
				      struct record_change *changes, size_t *count, struct error *error);

#endif

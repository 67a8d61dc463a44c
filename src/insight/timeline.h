/* timeline: what happened to a record and to what came of it (`timeline:` in the model), told as one: a major incident,
 * its children, what was told of it, its changes, its review and the actions of that. */
#ifndef INSIGHT_TIMELINE_H
#define INSIGHT_TIMELINE_H

#include "record/read.h"

enum { TIMELINE_DEPTH = 3, TIMELINE_RECORDS = 500, TIMELINE_EVENTS = 1000 }; /* of each record the newest */

struct timeline_entry {
	int64_t record;
	struct event event;
};

struct timeline_place { /* everything older than this; at 0: the newest */
	instant at;
	int64_t event;
};

/* Newest first, at most `limit`, of records that the actor may read. */
MUST enum status timeline_read(struct kernel *kernel, struct connection *connection, struct arena *arena,
			       const struct actor *actor, const struct record *record, struct timeline_place before,
			       size_t limit, struct timeline_entry **entries, size_t *count, struct error *error);

#endif

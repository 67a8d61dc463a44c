/* verify_erasures: which absent values the history of their record accounts for (private to verify).
 *
 * An event of kind "erasure" names in the data of its note what was erased of the events before it, by their sequence:
 * {"personal":[1,3],"comment":[2],"files":[]}. */
#ifndef RECORD_VERIFY_ERASURES_H
#define RECORD_VERIFY_ERASURES_H

#include "record/event.h"

struct erasures { /* of one record; begin with its arena and nothing else */
	struct arena *arena;
	bool is_read;
	VEC(struct erased {
		int64_t sequence;
		enum event_place place;
	})
	named;
};

/* Whether an erasure names this place of an event from which something is absent. */
MUST enum status erasures_name(struct erasures *erasures, struct connection *connection, const struct event_row *event,
			       enum event_place place, bool *named, struct error *error);

#endif

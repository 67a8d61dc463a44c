/* verify_parts: whether links and files are those that history tells of (private to verify).
 *
 * What each event did is added to a sum of its record, what the tables hold is taken away from it again; a record whose
 * sum is not nothing in the end has a link or a file that no event made, or lacks one. The order does not matter, so
 * that events and tables are each read once. A link that stands for a field may have been made from its other end, so
 * the events of both are asked. */
#ifndef RECORD_VERIFY_PARTS_H
#define RECORD_VERIFY_PARTS_H

#include "record/event.h"

struct part_sum {
	int64_t record; /* 0: a free place */
	uint64_t links[4], files[4];
};

struct part_sums {
	struct kernel *kernel;
	struct arena *arena; /* of the whole run */
	struct part_sum *places;
	size_t room, count;
};

void parts_add_event(struct part_sums *sums, struct arena *scratch, const struct event_row *event);
/* Takes away what the tables hold; *wrong is the first record whose parts differ, 0 when there is none. */
MUST enum status parts_compare(struct part_sums *sums, struct connection *connection, int64_t *wrong, const char **what,
			       struct error *error);

#endif

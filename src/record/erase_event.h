/* erase_event: takes values away from the events of one record (private to erase). */
#ifndef RECORD_ERASE_EVENT_H
#define RECORD_ERASE_EVENT_H

#include "record/edit_run.h"
#include "record/event.h"

struct erased_events {
	int64_t *sequences[EVENT_PLACES]; /* of the events that lost something there */
	size_t count[EVENT_PLACES], total;
	int64_t values, files;
};
/* Personal values, comments and files of all events; of writer's events only, and then no values, unless writer is 0.
 */
MUST enum status erase_events(struct edit_run *run, int64_t record, int64_t writer, struct erased_events *erased,
			      struct error *error);

#endif

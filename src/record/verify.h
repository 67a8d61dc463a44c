/* verify: proof that history is whole.
 *
 * Each event's hash covers its predecessor's hash (of the same record) and all that the event holds; a checkpoint signs
 * the Merkle root over the heads of all records up to an event. verify names the first broken record. */
#ifndef RECORD_VERIFY_H
#define RECORD_VERIFY_H

#include "record/checkpoint.h"

struct event_row; /* see event.h */

struct verify_report {
	int64_t records, events, checkpoints, attachments, anchors;
	int64_t broken_record; /* 0: none */
	struct str broken;     /* what is wrong, in a sentence; empty: nothing */
};
/* Reads everything in a snapshot. OK and report->broken empty when whole. progress may be NULL; E_UNAVAILABLE when it
 * says that it is enough. */
MUST enum status verify_history(struct kernel *kernel, struct arena *arena, struct verify_report *report,
				bool (*progress)(void *context, int64_t done, int64_t total), void *context,
				struct error *error);
/* Whether the history goes on from where it was when these were taken out of the system, in their order. After
 * verify_history(), into the same report. */
MUST enum status verify_anchors(struct kernel *kernel, struct arena *arena, const struct checkpoint *anchors,
				size_t count, struct verify_report *report, struct error *error);

#endif

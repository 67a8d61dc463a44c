/* meters: what a kernel counts of itself since its start, for whoever operates it. */
#ifndef RECORD_METERS_H
#define RECORD_METERS_H

#include "base/histogram.h"
#include "record/kernel.h"

struct meters {
	struct histogram searches;      /* microseconds of a search over all types */
	struct histogram lateness;      /* milliseconds from when a timer was due until it ran */
	_Atomic uint64_t timers_failed; /* of those that ran; they come again in an hour */
	_Atomic int64_t last_lateness;  /* milliseconds, of the timer that ran last */
};

struct meters *meters_new(struct arena *arena);
const struct meters *kernel_meters(const struct kernel *kernel);

/* Timers that are due and have not run; the time since when the oldest of them waits (INSTANT_NONE: none does). Over
 * all nodes, from the database. */
MUST enum status kernel_timers_overdue(struct kernel *kernel, instant now, int64_t *count, instant *oldest,
				       struct error *error);

#endif

/* scheduler: one thread that wakes what is due: behaviours' timers, reports of periods that have ended, the signing of
 * checkpoints, and the writing of what was counted. It sleeps until the next one is due, and costs nothing in between.
 */
#ifndef JOB_SCHEDULER_H
#define JOB_SCHEDULER_H

#include "insight/insights.h"
#include "record/edit.h"

struct scheduler;

struct scheduler_options {
	struct kernel *kernel;
	const struct figures *figures; /* of reports; NULL: none are issued */
	int64_t checkpoint_every;      /* ms; 0: one hour */
};

MUST enum status scheduler_start(const struct scheduler_options *options, struct scheduler **scheduler,
				 struct error *error);
void scheduler_stop(struct scheduler *scheduler); /* waits for what runs; NULL is fine */

#endif

/* scheduler: one thread that wakes what is due: behaviours' timers, reports of periods that have ended and what is
 * measured in them, the signing of checkpoints, what is to be told by mail, the thinning of what was sent long ago, and
 * the writing of what was counted, and of who opened what. It sleeps until the next one is due, and costs nothing in
 * between.
 */
#ifndef JOB_SCHEDULER_H
#define JOB_SCHEDULER_H

#include "insight/insights.h"
#include "record/edit.h"

struct scheduler;

struct scheduler_options {
	struct kernel *kernel;
	const struct figures *figures; /* of reports and measurements; NULL: none are made */
	int64_t checkpoint_every;      /* ms; 0: one hour */
	int64_t outbox_keep;           /* ms that what was sent is kept whole (record/outbox.h); 0: for ever */
	const char *anchor_to;         /* a file that every checkpoint is added to (backup/anchors.h); NULL: none */
};

MUST enum status scheduler_start(const struct scheduler_options *options, struct scheduler **scheduler,
				 struct error *error);
void scheduler_stop(struct scheduler *scheduler); /* waits for what runs; NULL is fine */

enum scheduler_job {
	JOB_TIMERS,
	JOB_REPORTS,
	JOB_CHECKPOINT,
	JOB_ERASURES,
	JOB_COUNTS,
	JOB_MAIL,
	JOB_MEASURES,
	JOB_READINGS,
	JOB_OUTBOX
};
enum { SCHEDULER_JOBS = JOB_OUTBOX + 1 };
struct scheduler_figures {
	struct {
		const char *name;
		uint64_t done, failed; /* rounds */
	} jobs[SCHEDULER_JOBS];
	instant alive_at; /* when it last began a job or went to sleep, for a watchdog: it sleeps a second at most */
};
struct scheduler_figures scheduler_figures(struct scheduler *scheduler);

#endif

/* clock: a service level timer as a pure function (DESIGN section 6).
 *
 * A timeline is what happened to one record, oldest first; the target is an amount of service time; the calendar says
 * which time is service time. Nothing else enters, so changing the priority, the agreement, the calendar or the
 * customer means: evaluate the same timeline again.
 *
 * The rule. Elapsed is the service time between each start or resume and the next pause or stop (or now). Let reached
 * be the first moment at which elapsed equals the target, counted while running; for a target of zero, the first start.
 * - Stopped: met when elapsed <= target, else breached. Stopping at the very moment is in time, and so is stopping
 *   after hours when the target was used up to the end of the hours: no service time has passed since.
 * - Not stopped: breached from reached on (elapsed >= target); before it running, or paused, also when not yet started.
 * - due_at: while running, the moment at which the target will be reached if nothing else happens; once breached, the
 *   moment at which it was reached, whatever came later. INSTANT_NONE while paused and not breached, when met, and when
 *   the calendar never opens long enough (within 50 years).
 * What is breached stays so as time goes on, with that one exception of stopping before service time goes on. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/calendar.h"

enum clock_event_kind { CLOCK_START, CLOCK_PAUSE, CLOCK_RESUME, CLOCK_STOP };

struct clock_event {
	instant at;
	enum clock_event_kind kind;
};

enum clock_state {
	CLOCK_RUNNING,
	CLOCK_PAUSED,   /* paused with time left, or not started yet */
	CLOCK_MET,      /* stopped in time */
	CLOCK_BREACHED, /* over its target, whether running, paused or stopped */
};

struct clock_result {
	enum clock_state state;
	bool running;      /* counts now whenever the calendar is open (state may be breached) */
	bool stopped;      /* and not started again */
	int64_t elapsed;   /* ms of service time used */
	int64_t remaining; /* target - elapsed; negative when over */
	instant due_at;    /* see above */
};

/* Events after now are not looked at; those at now are. A start after a stop goes on counting on top of what had
 * elapsed (reopened). Events that change nothing are passed over: pause or start while paused, start or resume while
 * running, anything but start before the first start or after a stop. An event before its predecessor counts as
 * happening together with it. A negative target is taken as zero. */
struct clock_result clock_evaluate(const struct clock_event *timeline, size_t count, int64_t target,
				   const struct calendar *calendar, instant now);

const char *clock_state_name(enum clock_state state); /* "running"... */

#endif

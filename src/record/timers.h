/* timers: what behaviours want to be woken for, for those who look after the system. Setting and waking them is the
 * behaviours' and the scheduler's (behaviour.h, edit.h). */
#ifndef RECORD_TIMERS_H
#define RECORD_TIMERS_H

#include "record/actor.h"
#include "record/kernel.h"

struct timer_view {
	int64_t id, record;
	instant due_at;
	struct str behaviour, name, fault; /* fault: why it failed last, before it was put off; empty: it did not */
};
/* Counted to COUNT_SHOWN (read.h), for people to see. */
struct timer_figures {
	int64_t all, late, failed; /* late: should have been woken a minute ago */
};
MUST enum status timers_figures(struct connection *connection, instant now, struct timer_figures *figures,
				struct error *error);
/* Those that failed, then what is due next; at most `limit` of each. */
MUST enum status timers_list(struct connection *connection, struct arena *arena, bool failed, size_t limit,
			     struct timer_view **timers, size_t *count, struct error *error);
/* It is due at once, and the history of its record tells who said so. E_NOT_FOUND when there is none. Waits for the
 * commit. */
MUST enum status timer_hurry(struct kernel *kernel, const struct actor *actor, int64_t timer, instant now,
			     struct error *error);

#endif

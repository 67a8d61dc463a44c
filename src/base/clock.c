#include "base/clock.h"

enum phase { NOT_STARTED, RUNNING, PAUSED, STOPPED };

struct walk {
	const struct calendar *calendar;
	int64_t target;
	enum phase phase;
	instant since; /* the last event that was heeded */
	int64_t elapsed;
	instant reached; /* INSTANT_NONE: not yet */
};

static enum phase phase_after(enum phase phase, enum clock_event_kind event)
{
	switch (event) {
	case CLOCK_START:
		return phase == PAUSED ? PAUSED : RUNNING;
	case CLOCK_PAUSE:
		return phase == RUNNING ? PAUSED : phase;
	case CLOCK_RESUME:
		return phase == PAUSED ? RUNNING : phase;
	case CLOCK_STOP:
		return phase == NOT_STARTED ? NOT_STARTED : STOPPED;
	}
	return phase;
}

/* Counts the running time up to an instant. */
static void advance(struct walk *walk, instant at)
{
	if (walk->phase != RUNNING)
		return;
	int64_t passed = calendar_between(walk->calendar, walk->since, at);
	if (walk->reached == INSTANT_NONE && walk->elapsed + passed >= walk->target)
		walk->reached = calendar_add(walk->calendar, walk->since, walk->target - walk->elapsed);
	walk->elapsed += passed;
	walk->since = at;
}

static enum clock_state state_of(const struct walk *walk)
{
	if (walk->phase == STOPPED)
		return walk->elapsed <= walk->target ? CLOCK_MET : CLOCK_BREACHED;
	if (walk->phase != NOT_STARTED && walk->elapsed >= walk->target)
		return CLOCK_BREACHED;
	return walk->phase == RUNNING ? CLOCK_RUNNING : CLOCK_PAUSED;
}

static instant due_at(const struct walk *walk, enum clock_state state)
{
	switch (state) {
	case CLOCK_BREACHED:
		return walk->reached;
	case CLOCK_RUNNING:
		return calendar_add(walk->calendar, walk->since, walk->target - walk->elapsed);
	case CLOCK_PAUSED:
	case CLOCK_MET:
		break;
	}
	return INSTANT_NONE;
}

struct clock_result clock_evaluate(const struct clock_event *timeline, size_t count, int64_t target,
				   const struct calendar *calendar, instant now)
{
	struct walk walk = {
	    .calendar = calendar,
	    .target = target > 0 ? target : 0,
	    .since = INSTANT_NONE,
	    .reached = INSTANT_NONE,
	};
	for (size_t i = 0; i < count && timeline[i].at <= now; i++) {
		enum phase next = phase_after(walk.phase, timeline[i].kind);
		if (next == walk.phase)
			continue;
		instant at = timeline[i].at > walk.since ? timeline[i].at : walk.since;
		advance(&walk, at);
		walk.phase = next;
		walk.since = at;
	}
	advance(&walk, now);
	enum clock_state state = state_of(&walk);
	return (struct clock_result){
	    .state = state,
	    .running = walk.phase == RUNNING,
	    .stopped = walk.phase == STOPPED,
	    .elapsed = walk.elapsed,
	    .remaining = walk.target - walk.elapsed,
	    .due_at = due_at(&walk, state),
	};
}

const char *clock_state_name(enum clock_state state)
{
	static const char *const names[] = {"running", "paused", "met", "breached"};
	return names[state];
}

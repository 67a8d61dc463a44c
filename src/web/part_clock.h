/* part_clock: service level clocks. Words first, then a bar of the share used with a tick at every escalation. */
#ifndef WEB_PART_CLOCK_H
#define WEB_PART_CLOCK_H

#include "web/words.h"

enum clock_tone {
	CLOCK_TONE_NONE, /* no clock: nothing is drawn */
	CLOCK_TONE_RUNNING,
	CLOCK_TONE_HOLD, /* paused with time left */
	CLOCK_TONE_MET,
	CLOCK_TONE_OVER,  /* over its target, and not at its end */
	CLOCK_TONE_LATE,  /* at its end, which came after its target */
	CLOCK_TONE_ENDED, /* what it counted for came to nothing: neither met nor over */
};

enum { CLOCK_TICKS = 8 };

struct clock_view {
	struct str name; /* "Resolution" */
	enum clock_tone tone;
	int64_t target;         /* ms of service time; 0: a plain promise without a bar */
	int64_t left;           /* ms of service time; negative when over */
	int64_t open_for;       /* ms from now that service time goes on; 0: closed now or paused, so nothing ticks */
	instant due;            /* INSTANT_NONE: not known */
	int ticks[CLOCK_TICKS]; /* escalations, in percent of the target */
	size_t tick_count;
	struct str note; /* under a clock that does not lead; empty: what can be said from the numbers */
};

/* A clock is soon over when a third of its time is left, at most an hour. */
bool clock_view_is_soon(const struct clock_view *clock);
/* Nothing is to be done about it any more: met, late, or ended. */
bool clock_view_is_settled(const struct clock_view *clock);

/* In a row: words and a thin bar. */
void draw_clock(struct html *h, const struct clock_view *clock);
/* At the head of a record; the first leads. */
void draw_clocks(struct html *h, const struct clock_view *clocks, size_t count);

#endif

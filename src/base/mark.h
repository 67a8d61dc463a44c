/* mark: a point of a clock at which something is to happen, as service time used: "75%", "-30m" before the target is
 * used up, "+1h" after.
 *
 * Offsets are service time like the target itself, so that "-30m" never lies in a night in which nobody works; a day of
 * one is a service day. When a mark is reached follows from the timeline alone (base/clock.h): the due time of the
 * same clock with the mark's amount as its target. */
#ifndef BASE_MARK_H
#define BASE_MARK_H

#include "base/clock.h"

struct mark {
	bool is_share;          /* else an offset */
	int percent;            /* 0..1000 */
	int sign;               /* -1 before, 1 after */
	struct duration offset; /* not negative */
};

bool mark_parse(struct str text, struct mark *mark);
/* ms of service time; 0 when the mark lies before the beginning. */
int64_t mark_amount(const struct mark *mark, int64_t target, const struct calendar *calendar);

#endif

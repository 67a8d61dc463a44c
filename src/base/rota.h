/* rota: who is on call when, as a pure function.
 *
 * People follow one another in their order, each for a turn of whole days; hand-over is at a time of day on the wall of
 * the rota's zone, the first on the day on which it starts (so a weekly rota hands over on that day's weekday). Turns
 * go on for ever. An override puts somebody else in place for a while; of several the last one listed counts. */
#ifndef BASE_ROTA_H
#define BASE_ROTA_H

#include "base/time.h"

struct rota_override {
	instant from, to; /* from <= t < to */
	int64_t person;
};

struct rota {
	const struct zone *zone;
	int32_t starts_on;
	int64_t hand_over; /* ms since local midnight */
	int32_t turn_days; /* 1 or more */
	const int64_t *people;
	size_t count;
	const struct rota_override *overrides;
	size_t override_count;
};

struct rota_turn {
	int64_t person; /* 0: nobody (it has not begun, or there are no people) */
	instant until;  /* when somebody else takes over; INSTANT_NONE: never */
};

struct rota_turn rota_at(const struct rota *rota, instant at);

#endif

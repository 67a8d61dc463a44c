/* histogram: how often a figure fell into which range. Any thread adds, without a lock; who reads sees each counter
 * as it is at that moment.
 *
 *	static struct histogram commits = {.bounds = histogram_microseconds};
 *	histogram_add(&commits, took_us); */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

enum { HISTOGRAM_RANGES = 16 };

/* Upper bounds, the figure itself included; the last is INT64_MAX. */
typedef const int64_t histogram_bounds[HISTOGRAM_RANGES];
extern histogram_bounds histogram_microseconds; /* 0.1 ms to 10 s */
extern histogram_bounds histogram_milliseconds; /* 0.1 s to 1 day */
extern histogram_bounds histogram_numbers;      /* 1 to 1024, by doubling and so on */

struct histogram {
	const int64_t *bounds;
	_Atomic uint64_t counts[HISTOGRAM_RANGES]; /* of each range alone */
	_Atomic uint64_t sum;
};

void histogram_add(struct histogram *histogram, int64_t figure); /* below 0 counts as 0 */

#endif

#include "base/histogram.h"

histogram_bounds histogram_microseconds = {100,   250,    500,    1000,   2500,    5000,    10000,    25000,
					   50000, 100000, 250000, 500000, 1000000, 2500000, 10000000, INT64_MAX};
histogram_bounds histogram_milliseconds = {100,   250,    500,    1000,    2500,    5000,     10000,    30000,
					   60000, 300000, 900000, 3600000, 7200000, 21600000, 86400000, INT64_MAX};
histogram_bounds histogram_numbers = {1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 128, 192, 256, 512, 1024, INT64_MAX};

void histogram_add(struct histogram *histogram, int64_t figure)
{
	int range = 0;

	if (figure < 0)
		figure = 0;
	while (figure > histogram->bounds[range])
		range++;
	atomic_fetch_add_explicit(&histogram->counts[range], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&histogram->sum, (uint64_t)figure, memory_order_relaxed);
}

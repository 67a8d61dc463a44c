#include "store/counters.h"

bool counters_next(struct counters *counters, int64_t number, int64_t *next)
{
	for (size_t i = 0; i < counters->count; i++)
		if (counters->items[i].number == number) {
			*next = ++counters->items[i].last;
			return true;
		}
	return false;
}

void counters_learn(struct counters *counters, int64_t number, int64_t last)
{
	if (counters->count < COUNTERS_MOST)
		counters->items[counters->count++] = (struct counter){number, last, last, last};
}

void counters_mark(struct counters *counters)
{
	counters->count_before = counters->count;
	for (size_t i = 0; i < counters->count; i++)
		counters->items[i].before = counters->items[i].last;
}

void counters_undo(struct counters *counters)
{
	if (counters->count > counters->count_before)
		counters->count = counters->count_before;
	for (size_t i = 0; i < counters->count; i++)
		counters->items[i].last = counters->items[i].before;
}

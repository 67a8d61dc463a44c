/* year: what year_test.c (tickets, clocks, escalations) and year_around.c (people, agreements, hours) share. */
#ifndef TESTS_YEAR_H
#define TESTS_YEAR_H

#include "edit_world.h"

#include <stdlib.h>

#include "../base/minute_oracle.h"
#include "year_oracle.h"

enum { AGENTS = 20, CUSTOMERS = 6, CALENDARS = 4, GROUPS = 3, CLOCKS = 2, STEPS = 3, FIELDS = 8, STEPS_OF_LIFE = 40 };
enum { RESPONSE, RESOLUTION };

extern const char *const clock_names[CLOCKS];

struct agreed { /* an agreement of a customer */
	int64_t identity;
	int32_t from, to; /* days; to < from: without end */
	bool active;
	size_t calendar;
	int64_t targets[CLOCKS][6]; /* ms; 0: as the model says. Never whole days, so that no service day enters */
};

enum { AGREEMENTS = 200 };

struct ticket {
	int64_t identity;
	size_t customer, priority;
	int64_t agreement; /* that the record names; 0: none */
	struct year_clock clocks[CLOCKS];
	int64_t source[CLOCKS]; /* the agreement that gave the target; 0: the model */
	bool measured[CLOCKS];  /* stopped: its terms stay */
	bool passed[CLOCKS][STEPS];
	instant expected[CLOCKS][STEPS]; /* INSTANT_NONE: not waited for */
	int steps;                       /* of its life so far */
};

/* --- a heap of moments --- */

struct moment {
	instant at;
	size_t ticket;
};
struct heap {
	struct moment *items;
	size_t count, capacity;
};

static inline void heap_push(struct heap *heap, instant at, size_t ticket)
{
	size_t i = heap->count++;

	if (heap->count > heap->capacity) {
		heap->capacity = heap->capacity ? 2 * heap->capacity : 1024;
		heap->items = realloc(heap->items, heap->capacity * sizeof(*heap->items));
	}
	for (; i > 0 && heap->items[(i - 1) / 2].at > at; i = (i - 1) / 2)
		heap->items[i] = heap->items[(i - 1) / 2];
	heap->items[i] = (struct moment){at, ticket};
}

static inline struct moment heap_pop(struct heap *heap)
{
	struct moment first = heap->items[0], last = heap->items[--heap->count];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < heap->count) {
		if (child + 1 < heap->count && heap->items[child + 1].at < heap->items[child].at)
			child++;
		if (heap->items[child].at >= last.at)
			break;
		heap->items[i] = heap->items[child];
		i = child;
	}
	heap->items[i] = last;
	return first;
}

static inline instant heap_next(const struct heap *heap)
{
	return heap->count ? heap->items[0].at : INT64_MAX;
}

/* --- the year --- */

struct year {
	struct world *world;
	struct arena *scratch;
	uint64_t seed;
	instant origin;
	struct year_calendar calendars[CALENDARS];
	int64_t customers[CUSTOMERS], groups[GROUPS], agents[AGENTS];
	const struct actor *actors[AGENTS];
	struct agreed agreements[AGREEMENTS];
	size_t agreement_customer[AGREEMENTS], agreement_count;
	struct ticket *tickets;
	size_t ticket_count, created;
	struct heap actions, steps; /* of tickets, and expected steps of their escalation */
	struct value category, no_ci;
	int64_t last_event;
	size_t edits, compared, escalated;
};

void open_year(struct year *year);
void change_calendar(struct year *year);
void change_agreement(struct year *year);
/* For the customer as a whole, now; of several the lowest number. NULL: nothing. */
const struct agreed *agreed_now(const struct year *year, size_t customer);
const struct agreed *agreement_of(const struct year *year, int64_t identity);

#endif

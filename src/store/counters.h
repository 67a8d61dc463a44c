/* counters: what numbers were given last, known as long as nobody else can give any: within a writer's group, or its
 * node's turn. Each is asked for once, and written once for all jobs of a group (private to store/). */
#ifndef STORE_COUNTERS_H
#define STORE_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COUNTERS_MOST = 256 };

struct counter {
	int64_t number, last;
	int64_t written; /* as the table has it, within the transaction */
	int64_t before;  /* the job at hand */
};

struct counters {
	struct counter items[COUNTERS_MOST];
	size_t count, count_before;
};

/* False: nothing is known of it. */
bool counters_next(struct counters *counters, int64_t number, int64_t *next);
void counters_learn(struct counters *counters, int64_t number, int64_t last); /* that the table says so */
void counters_mark(struct counters *counters);                                /* a job begins... */
void counters_undo(struct counters *counters);                                /* ...and is taken back */

#endif

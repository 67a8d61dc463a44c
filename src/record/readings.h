/* readings: who has opened records of which a model wants that to be known (behaviour/log_reading.h), until a job has
 * written it down (job/readings.h).
 *
 * They wait in memory, so that reading costs no write; a crash loses those of the last second. The same person, record
 * and surface within READING_ONCE are one reading. */
#ifndef RECORD_READINGS_H
#define RECORD_READINGS_H

#include "record/kernel.h"

enum reading_surface { READ_PAGE, READ_PAPER, READ_FILE, READ_API, READING_SURFACES };
struct str reading_surface_code(enum reading_surface surface); /* "page", "paper", "file", "api" */

static const int64_t READING_ONCE = 10 * (int64_t)MINUTE;

struct reading {
	int64_t record, person; /* person 0: nobody that stands as a record */
	enum reading_surface surface;
	instant at;
};

struct readings;

struct readings *readings_new(void);
void readings_free(struct readings *readings);

/* Any thread; never waits for the database. */
void kernel_note_reading(struct kernel *kernel, const struct reading *reading);
/* All that wait, the first first; they wait no longer. lost: so many more than could wait. */
size_t kernel_take_readings(struct kernel *kernel, struct arena *arena, struct reading **readings, size_t *lost);
/* What could not be written yet. */
void kernel_return_readings(struct kernel *kernel, const struct reading *readings, size_t count);

#endif

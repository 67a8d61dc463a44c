/* log_reading: what surfaces say when they show a record, and what the job that writes it down must know. */
#ifndef BEHAVIOUR_LOG_READING_H
#define BEHAVIOUR_LOG_READING_H

#include "record/behaviour.h"
#include "record/readings.h"

struct log_reading {
	const struct query *when;
	const struct type *make;
	const struct field *as, *reader, *at, *surface; /* of a reading */
};

const struct log_reading *log_reading_of(const struct kernel *kernel, const struct type *type); /* NULL: none */

/* Whoever acts is shown the record. Costs nothing where the model does not ask, and never waits for a write. */
void log_reading(struct kernel *kernel, struct connection *connection, struct arena *arena, const struct actor *actor,
		 const struct record *record, enum reading_surface surface, instant now);
/* The same of a record that is known by its identity alone. */
void log_reading_by(struct kernel *kernel, struct connection *connection, struct arena *arena,
		    const struct actor *actor, int64_t identity, enum reading_surface surface, instant now);

#endif

/* surveyor: how all demands stand (insight/conformity.h), kept for all who ask, and written down when it changes.
 *
 * A survey that costs little is made anew for whoever asks. One that costs much (many records) is given out while it is
 * not older than a minute; an older one is given out as well, with its time, and made anew behind. A thread of low
 * priority does that, looks once an hour by itself, and writes down which demands stand otherwise than before
 * (record/stood.h). */
#ifndef JOB_SURVEYOR_H
#define JOB_SURVEYOR_H

#include "insight/conformity.h"

struct surveyor;

/* The plan must outlive it. */
struct surveyor *surveyor_new(struct kernel *kernel, const struct conformity *plan);
MUST enum status surveyor_start(struct surveyor *surveyor, struct error *error);
void surveyor_free(struct surveyor *surveyor); /* ends its thread; NULL is fine */

/* The newest survey, or one that is made for it; anew: one that is made now. Give it back with surveyor_done(). */
struct held_survey;
MUST enum status surveyor_take(struct surveyor *surveyor, struct connection *connection, bool anew, instant now,
			       struct held_survey **held, struct error *error);
const struct conformity_survey *surveyor_survey(const struct held_survey *held);
void surveyor_done(struct held_survey **held); /* NULL in it is fine */
#define HELD_SURVEY __attribute__((cleanup(surveyor_done))) struct held_survey *

#endif

/* timed: what surfaces must know of a type whose records are timed. */
#ifndef BEHAVIOUR_TIMED_H
#define BEHAVIOUR_TIMED_H

#include "record/behaviour.h"

/* Whether a field says from when on its record is timed: a form shows how long that is ago, to the second. */
bool timed_begins_with(const struct kernel *kernel, const struct field *field);

#endif

/* version_control: what else than the rule itself must know of versions. */
#ifndef BEHAVIOUR_VERSION_CONTROL_H
#define BEHAVIOUR_VERSION_CONTROL_H

#include "record/behaviour.h"

/* Of a type whose records are versions: its reference to what they are versions of. NULL: they are none. */
const struct field *version_of(const struct kernel *kernel, const struct type *type);

struct versions { /* version_control's own parameters, for both of its ends */
	const struct field *of;
	const struct field **carry, **theirs; /* fields here, and those of the same name there */
	size_t carry_count;
	const struct field **also, **also_theirs; /* that go up only */
	size_t also_count;
	const struct field *number, *shown, *change, *from;
	const struct state *waiting;
	const struct transition *effective, *superseded, *take;
};

const struct versions *versions_of(const struct kernel *kernel, const struct type *type); /* NULL: they are none */
/* Versions of one record, oldest first, with their links. */
MUST enum status versions_load(const struct versions *versions, struct edit *edit, int64_t of, struct record ***records,
			       size_t *count, struct error *error);
bool version_is_open(const struct record *version); /* neither in force, nor once in force, nor given up */

#endif

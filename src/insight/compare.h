/* compare: what differs between two records of one type, as versions of a text are, for whoever may read both. */
#ifndef INSIGHT_COMPARE_H
#define INSIGHT_COMPARE_H

#include "base/difference.h"
#include "record/read.h"

struct compared {
	const struct field *field;
	struct value before, after;
	const struct difference *parts; /* of texts, by words; NULL: other values, which are told whole */
	size_t part_count;
};

/* Only what differs, in the order of the fields; what is kept about the making of each (internal) comes last. */
struct compared *compare_records(struct arena *arena, const struct actor *actor, const struct record *before,
				 const struct record *after, size_t *count);
/* The record that a record of this type is compared with first: the one in force before it, of the same of `of`. 0:
 * there is none. */
MUST enum status compare_former(struct kernel *kernel, struct connection *connection, struct arena *arena,
				const struct actor *actor, const struct record *record, const struct field *of,
				instant now, int64_t *former, struct error *error);

#endif

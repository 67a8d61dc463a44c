/* merge: what surfaces must know of a step by which a record ends as a duplicate of another. */
#ifndef BEHAVIOUR_MERGE_H
#define BEHAVIOUR_MERGE_H

#include "record/behaviour.h"

struct merge {
	const struct transition **on;
	size_t on_count;
	const struct field *into;   /* reference to the record that stays */
	const struct field **links; /* whose entries that record gets as well */
	size_t link_count;
	struct who *people; /* who watch it from then on, besides all watchers */
	size_t people_count;
};

/* NULL: the step merges nothing. */
const struct merge *merge_by(const struct kernel *kernel, const struct type *type, const struct transition *transition);

#endif

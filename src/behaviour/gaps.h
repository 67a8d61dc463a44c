/* gaps: the parameters of the behaviour, and what a record lacks (gaps_lacking.c). */
#ifndef BEHAVIOUR_GAPS_H
#define BEHAVIOUR_GAPS_H

#include "record/behaviour.h"

struct gaps_through { /* records that name this one, and one of those whose requirements count for it as well */
	const struct field *by, *of;
};

struct gaps_level { /* records that name what requires and tell in rows how much of what it takes */
	const struct field *by, *rows, *what, *level;
	const struct state *state;
};

struct gaps_held { /* records that name this one and what it has, and how much of it */
	const struct field *by, *what, *level;
	const struct state *state;
};

struct gaps {
	const struct field **of, **needs; /* of each: what it requires */
	size_t of_count;
	const struct field *has, *as, *what;
	const struct type *make;
	const struct transition *close;
	struct gaps_through *through;
	struct gaps_level *levels;
	struct gaps_held *held;
	size_t through_count, level_count, held_count;
	const struct field *required, *is; /* of a gap: how much is required, and held; NULL: not told */
};

struct lack {
	int64_t what, required, held; /* where nothing tells how much, having it is 1 */
};

struct lacks {
	VEC(struct lack) list;
};

MUST enum status gaps_find(const struct gaps *p, struct edit *edit, struct lacks *lacks, struct error *error);

#endif

/* similar: what is already known about what a record says, of all the types that its own type suggests
 * (`suggests:` in the model): open records that may be the same, errors with a workaround, articles. */
#ifndef INSIGHT_SIMILAR_H
#define INSIGHT_SIMILAR_H

#include "record/similar.h"

struct similar_item {
	const struct suggestion *what;
	struct similar_hit hit;
	struct str headline;
	struct str shows; /* the text of what->shows; may be empty */
};

struct similar_to {
	const struct type *type;
	const struct value *values; /* by field->index: as typed so far, or as the record stands */
	int64_t identity;           /* 0: not there yet */
	size_t limit;               /* of each type that is suggested */
	instant now;
};

/* Grouped by suggestion in the order of the model, the most alike first. */
MUST enum status similar_of(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct actor *actor, const struct similar_to *to, struct similar_item **items,
			    size_t *count, struct error *error);

/* Whether suggestions look at a field. */
bool similar_looks_at(const struct type *type, const struct field *field);

#endif

/* path: from a record over its references to a value: "title", "service.owner", "caller.customer".
 *
 * Read once against the model, walked on records as they stand, without access checks: rules judge facts. */
#ifndef RECORD_PATH_H
#define RECORD_PATH_H

#include "record/record.h"

struct path {
	const struct field *base;  /* of the type that it begins at */
	const struct field **hops; /* the first is a field of base->to */
	size_t hop_count;
};

/* False when the text names no such way. All but the last step are references, and only a path of one step ends in
 * links. */
bool path_read(struct arena *arena, const struct type *type, struct str text, struct path *path);
const struct field *path_end(const struct path *path);
/* The same way to another field of where it ends. */
struct path path_to_other(struct arena *arena, const struct path *path, const struct field *end);
/* Empty where a reference on the way is. */
MUST enum status path_value(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct record *record, const struct path *path, struct value *value,
			    struct error *error);

#endif

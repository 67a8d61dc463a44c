/* census: how much a database holds, counted the same way before and after it was copied. It needs no model: the
 * database tells which types it has. */
#ifndef RECORD_CENSUS_H
#define RECORD_CENSUS_H

#include "store/store.h"

struct census_line {
	struct str name; /* of a record type, or of a table of the kernel */
	int64_t count;
};
struct census {
	struct census_line *lines; /* by name */
	size_t count;
};
/* Within the connection's snapshot, if it has one. */
MUST enum status census_take(struct connection *connection, struct arena *arena, struct census *census,
			     struct error *error);
/* "incident 120\n", a line each; and back. */
void census_write(struct buf *out, const struct census *census);
MUST bool census_parse(struct arena *arena, struct str text, struct census *census);
/* The first line in which they differ; NULL: none. A line that only one of them has differs. */
const struct census_line *census_differs(const struct census *told, const struct census *found);
int64_t census_of(const struct census *census, const char *name); /* 0 when it has no such line */
int64_t census_records(const struct census *census);              /* of all types together */

struct history_end {   /* how far a history goes */
	int64_t event; /* the newest; 0: there is none */
	instant at;    /* when it was recorded */
};
MUST enum status census_end(struct connection *connection, struct history_end *end, struct error *error);
/* How many events come after one up to another. */
MUST enum status census_between(struct connection *connection, int64_t after, int64_t until, int64_t *count,
				struct error *error);

#endif

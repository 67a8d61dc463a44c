/* copy: a whole database into an empty one, whatever stands behind the two.
 *
 * Rows go table by table, byte for byte, with their identities; what a database makes itself (numbers of records,
 * indexes, search) is made anew by the target. The order: copy_begin, copy_tables, then kernel_open() as `unfinished`
 * and search_rebuild(), copy_compare, copy_finish. From begin to finish a mark in the target says that it is not whole,
 * and kernel_open() refuses it: a copy that was interrupted is never served. */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "base/hash.h"
#include "store/layout.h"

struct copied_table {
	struct str name;
	int64_t rows;
	struct hash hash; /* over every value of every row, in the order of the primary key */
};

struct copy {
	struct arena *arena;
	const struct model *model;
	struct connection *source; /* a reader that keeps to one moment */
	struct store *target;
	void (*progress)(void *context, struct str table, int64_t rows); /* may be NULL */
	void *context;

	struct copied_table *tables; /* what copy_tables found and wrote */
	size_t table_count;
	int64_t rows;       /* of all */
	int64_t last_event; /* of the moment that is copied */
};

/* E_CONFLICT when a copy into this database was begun and not finished. */
MUST enum status copy_check_finished(struct store *store, struct error *error);
/* Makes the tables in the target, and the mark. E_CONFLICT when there is any table yet. */
MUST enum status copy_begin(struct copy *copy, struct error *error);
MUST enum status copy_tables(struct copy *copy, struct error *error);
/* Reads all of the target: E_INTERNAL names the first table whose rows are not those of the source. */
MUST enum status copy_compare(struct copy *copy, struct error *error);
/* How many events the source has that came after the moment that is copied. */
MUST enum status copy_count_later(const struct copy *copy, int64_t *events, struct error *error);
MUST enum status copy_finish(struct copy *copy, struct error *error);

#endif

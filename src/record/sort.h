/* sort: sort keys as SQL, and cursors that continue behind a row.
 *
 * Empty values sort as smallest, but a clock without due time as largest (it waits). Choices sort by rank, references
 * by what people recognise the other record by (in Japanese by its reading). The identity, in the direction of the
 * first key, breaks ties. */
#ifndef RECORD_SORT_H
#define RECORD_SORT_H

#include "record/filter.h"
#include "record/read.h"

enum { SORT_KEYS_MOST = 4 };

struct sort_key {
	struct str sql; /* over alias r */
	bool descending;
	bool is_text;
	bool never_empty;
};

struct sort_plan {
	struct sort_key keys[SORT_KEYS_MOST + 1]; /* the last is the identity */
	size_t count;
	struct str signature; /* tells whether a cursor belongs to this order */
};

struct sort_value { /* of one row and key */
	bool empty;
	int64_t number;
	struct str text;
};

MUST enum status sort_plan(struct kernel *kernel, struct arena *arena, const struct list_request *request,
			   struct sort_plan *plan, struct error *error);
void sort_add_order(struct buf *sql, const struct store *store, const struct sort_plan *plan);
void sort_add_columns(struct buf *sql, const struct sort_plan *plan);
void sort_read(struct arena *arena, struct statement *statement, int first_column, const struct sort_plan *plan,
	       struct sort_value *values);
/* "k > ? OR ..." for rows behind these values. */
void sort_add_after(struct buf *sql, const struct sort_plan *plan, const struct sort_value *values);
void sort_bind_after(struct statement *statement, const struct sort_plan *plan, const struct sort_value *values);
int sort_compare(const struct sort_plan *plan, const struct sort_value *a, const struct sort_value *b);

struct str cursor_write(struct arena *arena, const struct sort_plan *plan, const struct sort_value *values);
MUST enum status cursor_read(struct arena *arena, const struct sort_plan *plan, struct str text,
			     struct sort_value *values, struct error *error);

#endif

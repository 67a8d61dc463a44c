/* list: private to the kernel: what read_list, read_search, read_groups and as_of share. */
#ifndef RECORD_LIST_H
#define RECORD_LIST_H

#include "record/filter.h"
#include "record/read.h"
#include "record/sort.h"

enum { LIST_MOST = 1000 };

struct selection { /* which rows: scope of the actor, filter, full text; conditions over alias r, empty: all */
	struct filter_sql scope;
	struct filter_sql filter, search;
	int64_t least;           /* identities from this on; 0: all */
	bool is_cut;             /* of what has the words only the newest was looked at (record/steer.h) */
	struct filter_sql *ways; /* instead of filter: a row fits when it fits one of these (record/steer.h); 0: none */
	size_t way_count;
};

MUST enum status selection_make(struct kernel *kernel, struct arena *arena, const struct actor *actor,
				const struct type *type, const struct query *filter, struct str search, instant now,
				struct selection *selection, struct error *error);
/* Full text over the record and its comments: what is searched for as the database takes it (empty: finds nothing), and
 * as a condition. */
struct str selection_words(struct kernel *kernel, struct arena *arena, const struct actor *actor, struct str search);
void selection_search(struct kernel *kernel, struct arena *arena, const struct actor *actor, struct str search,
		      struct filter_sql *condition);
void selection_add(struct buf *sql, const struct selection *selection); /* " WHERE ..." over alias r */
void selection_bind(struct statement *statement, const struct selection *selection);
/* Counts no further than to `most`. */
#define COUNT_ALL INT64_MAX
MUST enum status selection_count(struct connection *connection, struct arena *arena, const struct type *type,
				 const struct selection *selection, int64_t most, int64_t *count, struct error *error);
struct filter_actor list_filter_actor(const struct kernel *kernel, const struct actor *actor, instant now);
void list_hide_fields(const struct actor *actor, struct record *record);

struct list_entry {
	struct record *record;
	struct sort_value sort[SORT_KEYS_MOST + 1];
};
struct list_entries {
	struct list_entry *items;
	size_t count, capacity;
};

#endif

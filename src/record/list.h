/* list: private to the kernel: what read_list, read_search, read_groups and as_of share. */
#ifndef RECORD_LIST_H
#define RECORD_LIST_H

#include "record/filter.h"
#include "record/read.h"
#include "record/sort.h"

enum { LIST_MOST = 1000 };

struct selection { /* which rows: scope of the actor, filter, full text */
	struct scope_sql scope;
	struct filter_sql filter;
	bool searches;
	struct str expression, in_records, in_events;
};

MUST enum status selection_make(struct kernel *kernel, struct arena *arena, const struct actor *actor,
				const struct type *type, const struct query *filter, struct str search, instant now,
				struct selection *selection, struct error *error);
void selection_add(struct buf *sql, const struct selection *selection); /* " WHERE ..." over alias r */
void selection_bind(struct statement *statement, const struct selection *selection);
MUST enum status selection_count(struct connection *connection, struct arena *arena, const struct type *type,
				 const struct selection *selection, int64_t *count, struct error *error);
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

/* outbox_row: a row of kaname_outbox (private to outbox*.c). */
#ifndef RECORD_OUTBOX_ROW_H
#define RECORD_OUTBOX_ROW_H

#include "record/outbox.h"

/* of: the table's name with a dot, or "" */
#define OUTBOX_COLUMNS(of)                                                                                             \
	of "id, coalesce(" of "record, 0), coalesce(" of "person, 0), " of "at, " of "due_at, " of "settled_at, "      \
	   "coalesce(" of "attempts, 0), " of "fate, " of "kind, " of "payload, " of "message_id, " of "address, " of  \
	   "reason, " of "raw IS NOT NULL"
enum { OUTBOX_COLUMN_COUNT = 14 };

void outbox_row(struct statement *statement, struct arena *arena, struct outbox_entry *entry);
/* entry->id 0: there is none. */
MUST enum status outbox_row_one(struct statement *statement, struct arena *arena, struct outbox_entry *entry,
				struct error *error);
struct str outbox_fate_name(enum outbox_fate fate); /* empty: it waits */
enum outbox_fate outbox_fate_of(struct str name);

#endif

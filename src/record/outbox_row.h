/* outbox_row: a row of kaname_outbox (private to outbox*.c). */
#ifndef RECORD_OUTBOX_ROW_H
#define RECORD_OUTBOX_ROW_H

#include "record/outbox.h"

#define OUTBOX_COLUMNS                                                                                                 \
	"id, coalesce(record, 0), coalesce(person, 0), at, due_at, settled_at, coalesce(attempts, 0), fate, kind, "    \
	"payload, message_id, address, reason, raw IS NOT NULL"

void outbox_row(struct statement *statement, struct arena *arena, struct outbox_entry *entry);
/* entry->id 0: there is none. */
MUST enum status outbox_row_one(struct statement *statement, struct arena *arena, struct outbox_entry *entry,
				struct error *error);
struct str outbox_fate_name(enum outbox_fate fate); /* empty: it waits */
enum outbox_fate outbox_fate_of(struct str name);

#endif

/* feed: calendars of records as iCalendar (RFC 5545), for programs of people. */
#ifndef WEB_FEED_H
#define WEB_FEED_H

#include "record/read.h"

/* Of which days the records of a type stand on a calendar for this actor; from NULL: on none. */
struct feed_days {
	const struct field *from, *to;
};
struct feed_days feed_days_of(const struct kernel *kernel, const struct actor *actor, const struct type *type);

struct feed_entry {
	const struct record *record;
	struct value from, to; /* dates or times; to: of a date its last day; VALUE_NONE: none */
};
/* The text; entries of one person, in their zone and language. origin: of links; may be empty. */
struct str feed_text(struct arena *arena, const struct kernel *kernel, const struct actor *actor, struct str name,
		     struct str origin, const struct feed_entry *entries, size_t count);

#endif

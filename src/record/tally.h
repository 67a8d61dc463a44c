/* tally: numbers that are counted and not edited (fields declared `counted: true`), and times of the last time.
 *
 * How often something was read, helped or solved is no change of the record: it makes no event and no new version, and
 * whoever edits the record meanwhile is not disturbed. The number stands in the record's row, where lists sort and
 * filter by it; history and its verification leave it out. docs/decisions/0017 says why.
 *
 * What an edit counts is written with it (edit_tally in behaviour.h). What is merely looked at is counted in memory and
 * written in one transaction now and then: a page that is read costs no write. A crash loses the last few. */
#ifndef RECORD_TALLY_H
#define RECORD_TALLY_H

#include "record/kernel.h"

struct tally_cache;

struct tally_cache *tally_cache_new(void);
void tally_cache_free(struct tally_cache *cache);

/* One more. Any thread; never waits for the database. */
void kernel_count(struct kernel *kernel, const struct field *field, int64_t identity);
/* Writes what was counted since; OK when there was nothing. */
MUST enum status kernel_write_counts(struct kernel *kernel, struct error *error);

struct tally_saying {
	const struct field *field; /* counted */
	struct value value;        /* VALUE_NONE: nothing is */
};
/* How something stands now, which the program finds out over and over: takes the place of what was said before. Waits
 * for the commit. */
MUST enum status kernel_say(struct kernel *kernel, int64_t identity, const struct tally_saying *sayings, size_t count,
			    struct error *error);

/* For a statement of the writer: adds to the number of a record; a time becomes `by` unless it is later already. */
MUST enum status tally_add(struct connection *connection, struct arena *arena, const struct field *field,
			   int64_t identity, int64_t by, struct error *error);

#endif

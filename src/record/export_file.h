/* export_file: the bytes of a file that was written for somebody, kept in the database for a while beside the record
 * that tells of it (the type that acts as export), so that every node can give it out. They are no part of the history,
 * and are gone when they are removed. */
#ifndef RECORD_EXPORT_FILE_H
#define RECORD_EXPORT_FILE_H

#include "record/kernel.h"

enum { EXPORT_PART = 256 << 10 }; /* bytes; the last part may have fewer */

/* Takes the place of what was there; waits for the commits. *bytes: how many there are. */
MUST enum status export_file_keep(struct kernel *kernel, int64_t record, int file, int64_t *bytes, struct error *error);
MUST enum status export_file_remove(struct kernel *kernel, int64_t record, struct error *error);
/* The records of which there is one. */
MUST enum status export_file_holders(struct connection *connection, struct arena *arena, int64_t **records,
				     size_t *count, struct error *error);
/* The part of a number from 0, into the arena; empty behind the last. */
MUST enum status export_file_part(struct connection *connection, struct arena *arena, int64_t record, int64_t part,
				  struct str *bytes, struct error *error);

#endif

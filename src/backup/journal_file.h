/* journal_file: what a journal (store/journal.h) hands out, one sealed file for each part; each file names the one
 * before it by that one's digest, so that none can be taken away, exchanged or put elsewhere unnoticed.
 *
 * What is sealed, numbers little endian: JOURNAL_HEAD bytes as struct journal_head has them, then the commits (8 bytes
 * each for moment and frames), then the frames. */
#ifndef BACKUP_JOURNAL_FILE_H
#define BACKUP_JOURNAL_FILE_H

#include "backup/seal.h"
#include "backup/shelf.h"
#include "store/journal.h"

struct journal_head {
	uint64_t number;
	struct hash before; /* digest of the file before; all 0: it is the first */
	instant from;       /* up to where the file before goes; INSTANT_NONE: it is the first */
};

struct journal_file {
	struct journal_head head;
	struct journal_part part; /* its bytes and commits are in the arena */
	struct hash digest;
};

MUST enum status journal_file_write(const struct seal_options *options, const struct journal_head *head,
				    const struct journal_part *part, struct seal_facts *facts, struct error *error);
MUST enum status journal_file_read(struct arena *arena, struct shelf *shelf, const char *name,
				   const struct backup_secret *secret, struct key_memo *memo, struct journal_file *file,
				   struct error *error);

/* A mark as it stands in a file. */
enum { MARK_BYTES = WAL_GENERATION + 8 + WAL_SUM };
void mark_put(unsigned char *out, const struct journal_mark *mark);
void mark_get(const unsigned char *bytes, struct journal_mark *mark);

#endif

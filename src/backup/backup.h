/* backup: a whole copy of the database in one file, taken while everything goes on; and back from there.
 *
 * The copy is of one moment, encrypted (seal.h), and carries a census of what it holds. Attachments are in the database
 * and so in the copy. The signing key is not: it is kept apart, which is what makes its signatures worth something.
 *
 * What is sealed: its place in the journal (1, the mark, and 8 bytes of its moment; or 0, and as many bytes that say
 * nothing), the census (4 bytes of length before it), then pieces of the database's file, each with its offset (8
 * bytes) and its length (4 bytes), then a piece of length 0 whose offset is the size of the file. Numbers are little
 * endian. A later piece counts for an earlier one at the same place. */
#ifndef BACKUP_BACKUP_H
#define BACKUP_BACKUP_H

#include "backup/follow.h"
#include "record/census.h"
#include "record/kernel.h"
#include "record/verify.h"

/* Tells that it is to be given up, from another thread; NULL: never. */
typedef const _Atomic(bool) *backup_stop;

struct backup_facts {
	struct seal_facts file;
	struct census census; /* in the arena */
};
MUST enum status backup_write(struct arena *arena, struct store *store, const struct seal_options *options,
			      backup_stop stop, struct backup_facts *facts, struct error *error);

struct restore_options {
	struct shelf *shelf;
	const char *name; /* of the backup; NULL: the newest one that is not after the moment */
	instant moment;   /* INSTANT_NONE: the backup's own; MOMENT_LATEST: as far as the journal goes */
	const struct backup_secret *secret;
	const char *path; /* of the new database; nothing may be there */
	const struct model *model;
	struct kernel_options kernel; /* key_path NULL: signatures are proven by the key that they name */
	const char *erasures; /* a file of what was erased since (backup/erasures.h), erased again; NULL: none */
	bool is_test;         /* take everything away again at the end */
	backup_stop stop;
};
struct restore_facts {
	struct str name; /* of the backup */
	instant made;    /* the moment of the backup */
	instant reached; /* likewise; or of the last commit that was followed */
	uint64_t files;  /* of the journal that were followed */
	int64_t bytes;   /* of the database */
	struct seal_facts file;
	struct census census;
	struct history_end end; /* as it was restored */
	struct verify_report report;
	int64_t erased; /* records from which something was erased again */
};
/* The copy is proven before it gets its name: every byte of the file, the census, and the history (record/verify.h);
 * else nothing is left of it. E_CONFLICT: it is not whole, and the error says where. */
MUST enum status backup_restore(struct arena *arena, const struct restore_options *options, struct restore_facts *facts,
				struct error *error);

MUST enum status backup_stopped(backup_stop stop, struct error *error); /* OK: go on */

#endif

/* evidence: a record of each backup and of each restore test, by the system.
 *
 * The type that acts_as backup, and the one that acts_as restore_test, hold them; without such a type nothing is
 * written. Fields are known by their names, and what a type lacks is left out. Of a backup: file, place, copy,
 * taken_at, ended_at, outcome (done, not_copied, failed), reason, bytes, records, events, digest. Of a test: file,
 * backup, taken_at, reached_at, journal_files, lost_changes, lost_time, started_at, ended_at, outcome (passed, failed),
 * reason, records, events, files, checkpoints. */
#ifndef BACKUP_EVIDENCE_H
#define BACKUP_EVIDENCE_H

#include "backup/backup.h"

struct backup_evidence {
	struct str file, place, copy; /* copy: empty when there is none */
	instant taken_at, ended_at;
	const struct backup_facts *facts; /* NULL: it failed */
	const struct error *failed;       /* NULL: all went well; with facts: what came after the backup failed */
};
MUST enum status evidence_of_backup(struct kernel *kernel, const struct backup_evidence *evidence, struct error *error);

/* A backup that was not copied at first has been copied now: its record says so. Without such a record: nothing. */
MUST enum status evidence_of_copy(struct kernel *kernel, struct hash digest, struct str copy, instant now,
				  struct error *error);

struct test_evidence {
	struct str file;
	struct history_end until; /* how far the history went when the test began: what it was to reach */
	instant started_at, ended_at;
	const struct restore_facts *facts;
	const struct error *failed; /* NULL: passed */
};
MUST enum status evidence_of_test(struct kernel *kernel, const struct test_evidence *evidence, struct error *error);
/* When a test was last passed; INSTANT_NONE: never. */
MUST enum status evidence_last_pass(struct kernel *kernel, instant *at, struct error *error);

#endif

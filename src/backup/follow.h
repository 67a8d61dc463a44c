/* follow: brings what was unpacked of a backup to a moment after it, by the journal that lies beside the backup.
 *
 * Every file of it must be there, in order, each naming the digest of the one before. Where nothing was kept the two
 * ends of the gap are named, and nothing is guessed. */
#ifndef BACKUP_FOLLOW_H
#define BACKUP_FOLLOW_H

#include "backup/journal_file.h"

#define MOMENT_LATEST INT64_MAX

struct backup_place { /* of a backup in the journal */
	bool known;
	struct journal_mark mark;
	instant at; /* the backup holds nothing that was committed after that moment */
};

struct follow_options {
	struct shelf *shelf;
	const struct backup_secret *secret;
	struct key_memo *memo;
	const char *backup; /* its name, for errors */
	struct backup_place place;
	instant moment; /* MOMENT_LATEST: as far as the journal goes */
	int file;       /* the database's */
};
struct follow_facts {
	instant at;     /* the moment of the last commit that is in; not after the moment asked for */
	uint64_t files; /* of the journal that were read */
};
/* Whether a backup can be followed to a moment at all. E_CONFLICT: it cannot (rule "early": an older one might). */
MUST enum status follow_check(const char *backup, const struct backup_place *place, instant moment,
			      struct error *error);
/* E_CONFLICT: the journal does not hold that moment, and the error says what it holds. */
MUST enum status follow_journal(struct arena *arena, const struct follow_options *options, struct follow_facts *facts,
				struct error *error);

#endif

/* trial: a backup is restored for the proof alone, into a place that is emptied again; or by others, elsewhere. */
#ifndef BACKUP_TRIAL_H
#define BACKUP_TRIAL_H

#include "backup/backup.h"

struct trial_options {
	struct shelf *shelf;
	const char *name; /* of the backup */
	instant moment;   /* see backup.h */
	const struct backup_secret *secret;
	const char *scratch; /* a folder; as safe as the database's, because there it stands in the clear */
	int64_t room;        /* bytes that it may need there; refused before it fills the disk. 0: unknown */
	const struct model *model;
	struct kernel_options kernel;
	backup_stop stop;
};
/* As backup_restore(), but nothing stays. */
MUST enum status trial_run(struct arena *arena, const struct trial_options *options, struct restore_facts *facts,
			   struct error *error);

/* The same proof of a database that others have restored upon a server of its own, which is left as it is. */
struct restored_options {
	const char *url;
	const struct model *model; /* nobody else's at the moment */
	struct kernel_options kernel;
};
MUST enum status trial_of_restored(struct arena *arena, const struct restored_options *options,
				   struct restore_facts *facts, struct error *error);

/* What a database takes on disk, for `room`: 0 when it is no file. */
int64_t trial_room(const char *database);

#endif

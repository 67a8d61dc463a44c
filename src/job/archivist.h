/* archivist: keeps the journal of an embedded database (store/journal.h) beside its backups, so that it can be restored
 * as of any moment between them. Every few seconds what was committed since goes into a sealed file of its own
 * (backup/journal_file.h) in the folder, and from there to the second place.
 *
 * Nobody who writes waits for it. When a file cannot be written it is tried again; when that lasts longer than the log
 * may grow, or somebody else changed the database meanwhile, the journal begins anew, which leaves a gap that a restore
 * names, and asks for a backup to begin with. */
#ifndef JOB_ARCHIVIST_H
#define JOB_ARCHIVIST_H

#include "backup/journal_file.h"

struct archivist_options {
	struct store *store; /* opened with keeps_journal */
	struct backup_secret secret;
	const char *folder;
	const char *copy;                    /* the second place (backup/shelf.h); NULL: none */
	struct shelf_access access;          /* to the second place, when it is remote; the archivist's own stop */
	int64_t every;                       /* ms */
	void (*wants_backup)(void *context); /* the journal begins anew; from the archivist's thread */
	/* The journal has failed for a while: told once, until it goes well again. */
	void (*report)(void *context, instant now, const struct error *error);
	void *context;
	struct journal_options journal; /* for tests: a clock and limits; all 0 else */
};

struct archivist_figures {
	instant until;   /* all that was committed up to here is in the folder; 0: nothing is known yet */
	instant written; /* when a file was last written; 0: none since the start */
	uint64_t files, bytes, failures, copy_failures, gaps; /* since the start */
};

struct archivist;
MUST enum status archivist_new(const struct archivist_options *options, struct archivist **archivist,
			       struct error *error);
/* Keeps what there is now. The thread's work, and that of tests with a time of their own. */
void archivist_step(struct archivist *archivist, instant now);
/* The first step is taken before it returns. */
MUST enum status archivist_start(struct archivist *archivist, struct error *error);
void archivist_figures(struct archivist *archivist, struct archivist_figures *figures); /* from any thread */
/* Ends the thread and keeps what there still is. NULL is fine, here and below. */
void archivist_stop(struct archivist *archivist);
void archivist_free(struct archivist *archivist);

#endif

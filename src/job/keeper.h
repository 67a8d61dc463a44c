/* keeper: takes backups by itself, copies them to a second place, removes old ones when a new one is whole, and tries
 * now and then whether the newest can be restored. On a thread of its own that comes after all others: it may take
 * long, and nobody waits for it.
 *
 * When the next backup is due follows from what lies in the folder, and when the next trial from its last record, so a
 * server that is started anew goes on where it was. What failed is logged, leaves a record (backup/evidence.h) that
 * tells the people concerned, and is tried again within the hour: of a backup that is whole but for its copy, only the
 * copy. */
#ifndef JOB_KEEPER_H
#define JOB_KEEPER_H

#include "backup/secret.h"
#include "backup/shelf.h"
#include "base/time.h"
#include "record/kernel.h"

struct keeper_options {
	struct kernel *kernel;
	struct backup_secret secret;
	const char *folder;
	const char *copy;                /* a second place, elsewhere (backup/shelf.h); NULL: none */
	struct shelf_access access;      /* to the second place, when it is remote; the keeper's own stop */
	const char *scratch;             /* where a trial restores into */
	const char *database;            /* as it was named; tells how much room a trial needs */
	int64_t every;                   /* ms */
	int64_t trial_every;             /* ms; 0: never */
	size_t keep;                     /* how many are kept in each folder */
	bool follows;                    /* a journal of changes lies beside them: a trial proves that, too */
	const struct model *trial_model; /* of the kernel over what a trial has restored: its own, see kernel_open() */
	struct kernel_options kernel_options; /* likewise */
};

struct keeper_figures {
	instant last_backup, last_trial;                         /* that went well; 0: none since the start */
	int64_t last_bytes, last_ms;                             /* of the last backup */
	uint64_t backups, failed_backups, trials, failed_trials; /* since the start */
};

struct keeper;
MUST enum status keeper_new(const struct keeper_options *options, struct keeper **keeper, struct error *error);
/* Does what is due now; *next is when to come again. The thread's work, and that of tests with a time of their own. */
void keeper_step(struct keeper *keeper, instant now, instant *next);
MUST enum status keeper_start(struct keeper *keeper, struct error *error);
void keeper_hurry(struct keeper *keeper); /* a backup is wanted now; from any thread */
void keeper_figures(struct keeper *keeper, struct keeper_figures *figures); /* from any thread */
/* Gives up what is under way; figures can still be asked for. NULL is fine, here and below. */
void keeper_stop(struct keeper *keeper);
void keeper_free(struct keeper *keeper); /* stops it first */

#endif

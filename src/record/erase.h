/* erase: takes what tells of a person out of the database for good, while the history stays proven (record/event.h).
 *
 * An erasure covers whole records: the person's own, those whose type says that they are about the person (`about`),
 * and those that are named. Of each, the personal fields read as erased from then on, and the personal values, comments
 * and files of all its events are taken away. Of other records it takes what the person wrote into them. What the
 * program keeps for the person alone (password, sessions, tokens, notices, settings, what is watched) is removed.
 *
 * Each record gets an event of kind ERASURE, which names what was erased of the events before it: only by it does
 * verify accept that something is absent. Doing it again changes nothing. */
#ifndef RECORD_ERASE_H
#define RECORD_ERASE_H

#include "record/behaviour.h"
#include "record/edit.h"

#define ERASURE "erasure"   /* kind of such events */
#define DISPOSAL "disposal" /* and of those that say that a record's time of keeping is over */

struct erasure {
	int64_t person; /* 0: nobody, only what is named */
	bool written;   /* also what the person wrote into records that are about others */
	const int64_t *records;
	size_t record_count;
	struct label says; /* one line, in each event that it leaves */
	bool disposes;     /* each of `records` also gets an event of kind DISPOSAL, whatever there was to erase */
	bool keeps;        /* with disposes: only that, what they say stays */
};
struct erasure_counts {
	int64_t records, values, comments, files; /* values: of fields, those of history counted each */
};

/* In the transaction of an edit, for behaviours. */
struct edit;
MUST enum status edit_erase(struct edit *edit, const struct erasure *erasure, struct erasure_counts *counts,
			    struct error *error);
/* Records of a type that a condition selects and that were not disposed of yet, by number, from the one behind
 * `after`. */
MUST enum status erase_undisposed(struct edit *edit, const struct type *type, const struct query *query, int64_t after,
				  size_t most, int64_t **records, size_t *count, struct error *error);
/* By the system, in a transaction of its own. */
MUST enum status kernel_erase(struct kernel *kernel, const struct erasure *erasure, instant now,
			      struct erasure_counts *counts, struct error *error);

/* The records whose numbers stand in a text, with blanks or commas between them. E_INVALID names `field`. */
MUST enum status erase_numbers(struct kernel *kernel, struct arena *arena, struct str text, struct str field,
			       int64_t **records, size_t *count, struct error *error);

#endif

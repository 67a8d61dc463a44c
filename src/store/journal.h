/* journal: every change of an embedded database, in the order in which it was committed, to be kept elsewhere, so that
 * the database as of any moment can be made of a copy and of what was written since.
 *
 * It is SQLite's own log (wal.h). While it is kept, the log is never started again before everything in it has been
 * taken into memory: a reader stands at the place up to which it has been (SQLite itself lets no process move the log
 * on beyond a reader), and the checkpointer looks for more before each of its checkpoints. Whoever keeps the journal
 * takes it from there in his own time. When nobody does, the log grows up to a bound; after that it is let go, and the
 * journal begins anew: what is taken next says so.
 *
 * A mark is a place in it, and is good beyond the life of the process: a log that a process left behind, ended or
 * killed, is gone on with where the mark is, as long as nobody else has opened and closed the database meanwhile. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "store/store.h"
#include "store/wal.h"

struct journal_mark {
	unsigned char generation[WAL_GENERATION];
	uint64_t frames;            /* of that generation */
	unsigned char sum[WAL_SUM]; /* of them */
};

struct journal_commit {
	instant at;      /* not before it was durable; never before the one before */
	uint64_t frames; /* of the generation, with it */
};

/* Consecutive frames of one generation that end with a commit. */
struct journal_part {
	struct journal_part *next;
	bool begins;  /* the journal begins here: it does not go on from the part before */
	bool resumes; /* its first commits were left by an earlier process: they count as made when this one found them
		       */
	uint32_t page;
	uint64_t from; /* frames of the generation before it */
	struct journal_mark end;
	instant until; /* all that was committed up to that moment is in this part or before */
	char *bytes;   /* frames as they stand in the log */
	size_t n, room;
	struct journal_commit *commits; /* of the same moment: the last one only */
	size_t commit_count, commit_room;
};

struct journal_options {
	instant (*clock)(void *context); /* NULL: time_now() */
	void (*wake)(void *context);     /* there is something to take that should not wait; from the writer's thread */
	void *context;
	const struct journal_mark *from; /* what is there already goes up to here; NULL: nothing is there */
	size_t memory;                   /* bytes that may wait to be taken; the log holds the rest. 0: 16 MB */
	uint64_t log;                    /* bytes of the rest, after which it is let go. 0: 512 MB */
};

/* Of a store that was opened with keeps_journal; until then its log is not touched. E_CONFLICT: see store_copy(). */
MUST enum status store_journal_start(struct store *store, const struct journal_options *options, struct error *error);
/* Everything that was committed since the last call, the oldest first; NULL: nothing. *begins: from here on the journal
 * does not go on from what was taken before, and is worth nothing without a copy made after this call. */
MUST enum status store_journal_take(struct store *store, struct journal_part **parts, bool *begins,
				    struct error *error);
void store_journal_free(struct journal_part *parts);
/* How far the journal is now. What was read before the call is of this place or an earlier one. False: it is not kept,
 * or cannot be taken into memory just now. */
bool store_journal_mark(struct store *store, struct journal_mark *mark, instant *at);

/* Writes into a copy of the database's file what a part changes up to a moment. The copy must be of a place in the part
 * or before, and becomes a database again with the last commit of that place or a later one. *later: the part has
 * commits after the moment. */
MUST enum status journal_apply(const struct journal_part *part, instant moment, int file, bool *later,
			       struct error *error);

#endif

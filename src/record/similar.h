/* similar: records of one type that are like a text and a few values, most alike first.
 *
 * Alike is who shares words, rare ones counting more than common ones, and who has the same value in the fields that
 * the model names. A word weighs log2(1 + records / records with the word); of a word that SIMILAR_NEWEST records or
 * more have, how many have it is judged from how close together the newest of them are. Among
 * fewer than SIMILAR_FEW records no word can be told to be rare: it weighs as it would among that many. The first named
 * field weighs SIMILAR_FIRST, each after it half of the one before. The first SIMILAR_LEADING of them lead to a record
 * by themselves; what too many share (a category) only adds to what other things have led to.
 *
 * What it costs is bounded whatever there is: SIMILAR_WORDS words are looked up, of each the SIMILAR_NEWEST newest
 * records, and of those at most SIMILAR_LOOKED_AT are read. */
#ifndef RECORD_SIMILAR_H
#define RECORD_SIMILAR_H

#include "record/read.h"

enum {
	SIMILAR_WORDS = 32,
	SIMILAR_NEWEST = 500,
	SIMILAR_LOOKED_AT = 256,
	SIMILAR_MOST = 50,
	SIMILAR_FIRST = 8,
	SIMILAR_LEADING = 2,
	SIMILAR_FEW = 16
};
/* Less than this is chance: about one word that one record of three has. */
#define SIMILAR_LEAST 2.0

struct similar_request {
	const struct suggestion *what;
	struct str *texts; /* what people recognise it by comes first: when there are too many words, the first count */
	size_t text_count;
	const struct value *values; /* of what->mine, in its order */
	int64_t except;             /* this record is not like itself; 0: none */
	size_t limit;               /* 1..SIMILAR_MOST */
	instant now;
};

struct similar_hit {
	struct record *record; /* as the actor may read it */
	double score;
	struct str words; /* shared, folded, blank separated; what stood together in one run stands together */
	bool *same;       /* by position in what->mine */
};

/* Nothing when the actor may not read such records. */
MUST enum status read_similar(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      const struct actor *actor, const struct similar_request *request,
			      struct similar_hit **hits, size_t *count, struct error *error);

#endif

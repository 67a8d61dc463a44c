/* difference: what differs between two texts, by words within lines, for people to read.
 *
 * A word is a run of letters and digits; kanji and kana, blanks and signs stand alone. Beginning and end that are the
 * same are left out of the comparison, which looks for the longest common sequence of words where both rests are short
 * enough, else of lines, else replaces one by the other. */
#ifndef BASE_DIFFERENCE_H
#define BASE_DIFFERENCE_H

#include "base/arena.h"
#include "base/str.h"

enum difference_kind { DIFFERENCE_SAME, DIFFERENCE_REMOVED, DIFFERENCE_ADDED };

struct difference {
	enum difference_kind kind;
	struct str text; /* of one of the two texts */
};

/* In the order of reading: joining all that is not ADDED gives `before`, all that is not REMOVED gives `after`. */
struct difference *difference_of(struct arena *arena, struct str before, struct str after, size_t *count);

#endif

/* words: a header's value as people read it (RFC 2047, encoded words).
 *
 * Takes what mailers send rather than what the standard allows: words that stand next to each other are joined before
 * they are converted (a character may be cut between them), blanks within a word and bytes without any encoding are
 * read. */
#ifndef MAIL_WORDS_H
#define MAIL_WORDS_H

#include "base/arena.h"
#include "base/str.h"

struct str words_decode(struct arena *arena, struct str value); /* one line of UTF-8, trimmed */
struct str words_on_one_line(struct arena *arena, struct str text);

#endif

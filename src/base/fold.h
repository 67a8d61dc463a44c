/* fold: text as search sees it (DESIGN section 7), from ICU.
 *
 * Folding is NFKC, case, and kana: full and half width, upper and lower, hiragana and katakana compare equal. */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include "base/arena.h"
#include "base/str.h"

struct str fold_nfc(struct arena *arena, struct str text); /* the form in which all text is stored */
struct str fold_text(struct arena *arena, struct str text);

/* Search terms of a text, folded, in order, each separated by one blank: words of letters and digits as they stand,
 * runs of CJK (kanji, kana) as overlapping bigrams and then their last character (a single character stands alone), so
 * that each character of a run begins a term. "サーバ障害 mail-01" -> "サー ーバ バ障 障害 害 mail 01". Hangul is words
 * as well (Korean puts blanks between them). A word of more than 256 bytes is cut there, so that any database can index
 * it. */
struct str fold_terms(struct arena *arena, struct str text);
/* What a person typed in a search box, as phrases: each word or quoted part becomes one phrase of terms (bigrams of one
 * CJK run belong together; where the phrase ends in a run, the text may go on, so its last character does not stand
 * alone). prefix: the phrase's last term may be continued (one CJK character, or the last word typed, when neither a
 * blank nor a closing quote follows it). */
struct fold_phrase {
	struct str terms; /* blank separated */
	bool prefix;
};
void fold_query(struct arena *arena, struct str text, struct fold_phrase **phrases, size_t *count);

#endif

/* language: texts in the person's language. English is the source; the catalogue of locale/ja.po is compiled in. */
#ifndef BASE_LANGUAGE_H
#define BASE_LANGUAGE_H

#include "base/error.h"

enum language { ENGLISH, JAPANESE, LANGUAGES };

struct label { /* a text of the model in both languages; text[ENGLISH] is never empty */
	struct str text[LANGUAGES];
};

struct str label_in(const struct label *label, enum language language); /* English when the other is missing */
/* The catalogue's text for an English source text, or the source itself. Never NULL. */
const char *translate(enum language language, const char *msgid);
#define tr(language, msgid) translate((language), (msgid))             /* extracted into locale/ja.po */
enum language language_parse(struct str code, enum language fallback); /* "ja", "ja-JP", "en" */
const char *language_code(enum language language);                     /* "en", "ja" */

#endif

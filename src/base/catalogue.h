/* catalogue: the translations that tools/catalogue.py makes from locale/ja.po. Inside base only; see language.h. */
#ifndef BASE_CATALOGUE_H
#define BASE_CATALOGUE_H

#include <stddef.h>

struct catalogue_entry {
	const char *msgid, *msgstr;
};

/* Sorted by the bytes of msgid. */
extern const struct catalogue_entry catalogue_ja[];
extern const size_t catalogue_ja_count;

#endif

#include "base/language.h"

#include "base/catalogue.h"

#include <stdlib.h>
#include <string.h>

struct str label_in(const struct label *label, enum language language)
{
	return label->text[language].n ? label->text[language] : label->text[ENGLISH];
}

static int cmp_entry(const void *msgid, const void *entry)
{
	return strcmp(msgid, ((const struct catalogue_entry *)entry)->msgid);
}

const char *translate(enum language language, const char *msgid)
{
	if (!msgid)
		return "";
	if (language != JAPANESE)
		return msgid;
	const struct catalogue_entry *entry =
	    bsearch(msgid, catalogue_ja, catalogue_ja_count, sizeof(catalogue_ja[0]), cmp_entry);
	return entry ? entry->msgstr : msgid;
}

static const char *const codes[LANGUAGES] = {[ENGLISH] = "en", [JAPANESE] = "ja"};

enum language language_parse(struct str code, enum language fallback)
{
	size_t n = 0; /* the part before the region */
	while (n < code.n && code.p[n] != '-' && code.p[n] != '_')
		n++;
	for (int language = 0; language < LANGUAGES; language++)
		if (str_eq_nocase(str_sub(code, 0, n), str_of(codes[language])))
			return (enum language)language;
	return fallback;
}

const char *language_code(enum language language)
{
	return codes[language];
}

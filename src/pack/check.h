/* check: whether a pack is as it was made and signed. It needs nothing but the folder: no database, no settings. */
#ifndef PACK_CHECK_H
#define PACK_CHECK_H

#include "pack/key.h"

struct pack_report {
	struct str *faults; /* "changed: clauses/4.1.html", one a file; none: it is whole */
	size_t fault_count;
	int64_t files;
	struct str made_at, organisation, clause;
	unsigned char key[PUBLIC_KEY_BYTES]; /* that signed it */
};

/* key: whose signature it must be; NULL: that of the pack's own public-key.pem, which proves only that nothing was
 * changed since somebody with that key signed. E_INVALID: the folder is no pack. */
MUST enum status pack_check(struct arena *arena, const char *folder, const unsigned char *key,
			    struct pack_report *report, struct error *error);

#endif

/* pack: evidence that an auditor takes away: a folder of pages, tables and a paper that need no program to be read,
 *with a manifest of all of it that is signed.
 *
 *	index.html, index.en.html	what it is, how the clauses stand, how it is proven
 *	conformity.html (.en.html)	every demand and how it stands; the same as conformity.pdf
 *	clauses/, lists/, records/	a page a clause, a list of evidence, a record
 *	csv/				all records of each type that is evidence, for spreadsheets
 *	manifest.json, manifest.sig	sizes and digests of all files, and the signature over that (Ed25519, 64 bytes)
 *	public-key.pem			whose signature it is: OpenSSL reads it
 *
 * Of a past moment it has the records as they stood, by undoing what history says happened since, and the states of
 * demands that were written down; what each check said, and who was to act, is not known of then, and it says so.
 *
 * It is made through one reader's eyes: what that reader may not see is left out and counted. */
#ifndef PACK_PACK_H
#define PACK_PACK_H

#include "insight/conformity.h"
#include "record/actor.h"

struct pack_wish {
	struct kernel *kernel;
	const struct conformity *plan;
	const struct actor *actor; /* the reader; the language of tables */
	struct str clause;         /* "4.5"; empty: the whole standard */
	struct str organisation;   /* whose evidence it is; may be empty */
	struct str version;        /* of the program */
	instant now;
	instant as_of; /* a moment that is past: records as they stood then; 0: now */
	/* Now and then: how many of how many steps are done (0: not known yet). False: it is given up, with
	 * E_UNAVAILABLE. NULL: nobody asks. */
	bool (*tell)(void *context, int64_t done, int64_t total);
	void *context;
};

struct pack_outcome {
	int64_t files, demands, records;
	int64_t withheld;                   /* records that are evidence and that the reader may not see */
	bool has_paper;                     /* conformity.pdf: there is a program that makes it */
	char key[PUBLIC_KEY_BYTES * 2 + 1]; /* the public key, in hexadecimal */
};

/* The folder must not exist, or be empty. E_CONFLICT: the kernel has no key to sign with. */
MUST enum status pack_write(const struct pack_wish *wish, const char *folder, struct pack_outcome *outcome,
			    struct error *error);
/* The same as a ZIP file, in a file without a name, in the folder for temporary ones: gone when it is closed. */
MUST enum status pack_write_zip(const struct pack_wish *wish, int *file, struct error *error);
/* Who reads when nobody is named: sees all that is not restricted. */
const struct actor *pack_reader(struct arena *arena, const struct model *model, enum language language);

#endif

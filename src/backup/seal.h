/* seal: the file that a backup is: compressed, encrypted, and refused as a whole when a single bit of it is wrong.
 *
 * After the header (header.h) come chunks of libsodium's secretstream (XChaCha20-Poly1305); the last one is tagged as
 * such, so that a file cannot be cut off unnoticed either. What is in them is one deflate stream. Memory does not
 * depend on how much it is.
 *
 *	SEAL seal = NULL;
 *	seal_begin(&options, &seal, error); seal_put(seal, bytes, error)...; seal_end(seal, &facts, error);
 *
 * Until seal_end() the file is called PATH.part; a seal that does not get so far removes it. */
#ifndef BACKUP_SEAL_H
#define BACKUP_SEAL_H

#include <stdio.h>

#include "backup/header.h"
#include "base/hash.h"

struct seal;
struct seal_options {
	const char *path; /* must not exist yet */
	const struct backup_secret *secret;
	struct key_memo *memo; /* of earlier files; NULL: a key of its own */
	instant now;
};
struct seal_facts {
	int64_t bytes;      /* of the file */
	struct hash digest; /* of the file */
};

MUST enum status seal_begin(const struct seal_options *options, struct seal **seal, struct error *error);
MUST enum status seal_put(struct seal *seal, struct str bytes, struct error *error);
/* The file is whole, on disk, and has its name. */
MUST enum status seal_end(struct seal *seal, struct seal_facts *facts, struct error *error);
void seal_free(struct seal **seal);
#define SEAL __attribute__((cleanup(seal_free))) struct seal *

struct unseal;
/* Reads from a file, which it closes at the end; the name is for errors. E_INVALID: no backup, or damaged; E_DENIED:
 * not with this secret. memo: of earlier files, or NULL. */
MUST enum status unseal_begin(FILE *file, const char *name, const struct backup_secret *secret, struct key_memo *memo,
			      struct unseal **unseal, struct error *error);
instant unseal_made(const struct unseal *unseal);
/* So many bytes, neither more nor less. */
MUST enum status unseal_get(struct unseal *unseal, void *out, size_t n, struct error *error);
/* Nothing more may come. Before this nothing that was read is proven to be all. */
MUST enum status unseal_end(struct unseal *unseal, struct seal_facts *facts, struct error *error);
void unseal_free(struct unseal **unseal);
#define UNSEAL __attribute__((cleanup(unseal_free))) struct unseal *

#endif

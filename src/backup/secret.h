/* secret: what a backup is encrypted with: a passphrase, stretched by Argon2id, or the bytes of a key file.
 *
 * Neither ever stands on a command line: both are read from a file that nobody but its owner may read, a passphrase
 * from the environment as well. */
#ifndef BACKUP_SECRET_H
#define BACKUP_SECRET_H

#include "base/error.h"

enum { BACKUP_KEY_BYTES = 32, BACKUP_SALT_BYTES = 16, BACKUP_CHECK_BYTES = 16 };

struct backup_secret {
	bool is_passphrase;
	struct str bytes; /* empty: there is none */
};

/* From the first of these that is not NULL; none of them: the secret is empty. */
MUST enum status secret_read(struct arena *arena, const char *key_file, const char *passphrase_file,
			     const char *passphrase, struct backup_secret *secret, struct error *error);

/* The bytes of a file that nobody but its owner may read. */
MUST enum status secret_read_file(struct arena *arena, const char *path, struct str *bytes, struct error *error);

struct stretching { /* of a passphrase; tells what it costs to try one */
	uint64_t passes, memory;
	unsigned char salt[BACKUP_SALT_BYTES];
};
/* Today's parameters (RFC 9106: 3 passes over 64 MB) with a new salt. */
struct stretching stretching_new(void);

/* A key that was stretched before: a journal is hundreds of files, and each would cost what an attacker's guess does.
 * Files that share a key differ in the stream's own 24 bytes at random. */
struct key_memo {
	bool known;
	struct stretching stretching;
	unsigned char key[BACKUP_KEY_BYTES];
};

/* False when there is not enough memory. Without a passphrase the stretching is not looked at. memo: NULL is fine. */
MUST bool secret_derive(const struct backup_secret *secret, const struct stretching *stretching, struct key_memo *memo,
			unsigned char key[BACKUP_KEY_BYTES]);
/* Tells a wrong key from a damaged file, and nothing about the key. */
void secret_check(const unsigned char key[BACKUP_KEY_BYTES], unsigned char check[BACKUP_CHECK_BYTES]);

#endif

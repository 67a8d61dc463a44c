/* hash: digests, signatures, secrets and passwords, from libsodium. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/error.h"

enum { HASH_BYTES = 32, SIGNATURE_BYTES = 64, PUBLIC_KEY_BYTES = 32, SECRET_KEY_BYTES = 64, TOKEN_TEXT = 44 };

struct hash {
	unsigned char bytes[HASH_BYTES];
};

MUST bool hash_start(void); /* once per process, before anything else here */

/* BLAKE2b-256 over parts, each preceded by its length (8 bytes, little endian), so that no two lists of parts collide.
 */
struct hash hash_parts(const struct str *parts, size_t count);
struct hash hash_bytes(struct str bytes);
/* SHA-256 and BLAKE2b-256 of what a file holds from where it is. False: it cannot be read (errno). */
struct file_digest {
	struct hash sha256, blake2b;
	int64_t bytes;
};
bool file_digest(int file, struct file_digest *digest);
void hash_hex(struct hash hash, char out[HASH_BYTES * 2 + 1]);
bool hash_eq(struct hash a, struct hash b); /* constant time */
/* Root of a binary Merkle tree over leaves; an odd last node is carried up. A node is hash_parts("node", left,
 * right). Zero leaves: the hash of nothing. Overwrites leaves. */
struct hash hash_merkle(struct hash *leaves, size_t count);

void secret_fill(char *bytes, size_t count); /* with what nobody can guess */
/* 32 random bytes as unpadded base64url (43 characters). */
void secret_new(char out[TOKEN_TEXT]);
/* Bytes as unpadded base64url, in room for them and a final zero; and back: false unless it is just so many. */
void code_text(const unsigned char *bytes, size_t count, char *out, size_t room);
bool code_bytes(struct str text, unsigned char *bytes, size_t count);

/* argon2id with interactive limits; out holds the encoded form with its salt. */
enum { PASSWORD_HASH_TEXT = 128 };
MUST enum status password_hash(struct str password, char out[PASSWORD_HASH_TEXT], struct error *error);
bool password_matches(struct str password, const char *encoded);

struct signing_key {
	unsigned char public_key[PUBLIC_KEY_BYTES];
	unsigned char secret_key[SECRET_KEY_BYTES];
};
/* Reads the Ed25519 key file (the seed in hexadecimal), making it (mode 0600) when it is absent. Refuses one that
 * others than its owner may read. */
MUST enum status signing_key_open(const char *path, struct signing_key *key, struct error *error);
void signing_key_sign(const struct signing_key *key, struct str message, unsigned char signature[SIGNATURE_BYTES]);
bool signature_matches(const unsigned char public_key[PUBLIC_KEY_BYTES], struct str message,
		       const unsigned char signature[SIGNATURE_BYTES]);

#endif

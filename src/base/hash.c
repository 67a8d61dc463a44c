#include "base/hash.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

_Static_assert(PUBLIC_KEY_BYTES == crypto_sign_PUBLICKEYBYTES, "Ed25519");
_Static_assert(SECRET_KEY_BYTES == crypto_sign_SECRETKEYBYTES, "Ed25519");
_Static_assert(SIGNATURE_BYTES == crypto_sign_BYTES, "Ed25519");
_Static_assert(PASSWORD_HASH_TEXT >= crypto_pwhash_STRBYTES, "argon2id");

bool hash_start(void)
{
	return sodium_init() >= 0;
}

static void add(crypto_generichash_state *state, struct str bytes)
{
	if (bytes.n)
		crypto_generichash_update(state, (const unsigned char *)bytes.p, bytes.n);
}

struct hash hash_parts(const struct str *parts, size_t count)
{
	struct hash hash;
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
	for (size_t i = 0; i < count; i++) {
		char length[8];
		for (int b = 0; b < 8; b++)
			length[b] = (char)((uint64_t)parts[i].n >> (8 * b));
		add(&state, (struct str){length, sizeof(length)});
		add(&state, parts[i]);
	}
	crypto_generichash_final(&state, hash.bytes, HASH_BYTES);
	return hash;
}

struct hash hash_bytes(struct str bytes)
{
	struct hash hash;
	crypto_generichash(hash.bytes, HASH_BYTES, (const unsigned char *)bytes.p, bytes.n, NULL, 0);
	return hash;
}

bool file_digest(int file, struct file_digest *digest)
{
	enum { PIECE = 1 << 16 };
	crypto_hash_sha256_state sha256;
	crypto_generichash_state blake2b;
	unsigned char piece[PIECE];
	ssize_t n;

	_Static_assert(crypto_hash_sha256_BYTES == HASH_BYTES, "SHA-256");
	crypto_hash_sha256_init(&sha256);
	crypto_generichash_init(&blake2b, NULL, 0, HASH_BYTES);
	digest->bytes = 0;
	while ((n = read(file, piece, sizeof(piece))) > 0 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		crypto_hash_sha256_update(&sha256, piece, (size_t)n);
		crypto_generichash_update(&blake2b, piece, (size_t)n);
		digest->bytes += n;
	}
	crypto_hash_sha256_final(&sha256, digest->sha256.bytes);
	crypto_generichash_final(&blake2b, digest->blake2b.bytes, HASH_BYTES);
	return n == 0;
}

void hash_hex(struct hash hash, char out[HASH_BYTES * 2 + 1])
{
	sodium_bin2hex(out, HASH_BYTES * 2 + 1, hash.bytes, HASH_BYTES);
}

bool hash_eq(struct hash a, struct hash b)
{
	return sodium_memcmp(a.bytes, b.bytes, HASH_BYTES) == 0;
}

static struct str hash_as_str(const struct hash *hash)
{
	return (struct str){(const char *)hash->bytes, HASH_BYTES};
}

struct hash hash_merkle(struct hash *leaves, size_t count)
{
	if (count == 0)
		return hash_bytes((struct str){NULL, 0});
	while (count > 1) {
		size_t above = 0;
		for (size_t i = 0; i + 1 < count; i += 2) {
			/* The word in front keeps an inner node apart from any leaf made of the same bytes. */
			struct str parts[] = {S("node"), hash_as_str(&leaves[i]), hash_as_str(&leaves[i + 1])};
			leaves[above++] = hash_parts(parts, 3);
		}
		if (count % 2)
			leaves[above++] = leaves[count - 1];
		count = above;
	}
	return leaves[0];
}

void secret_fill(char *bytes, size_t count)
{
	randombytes_buf(bytes, count);
}

void secret_new(char out[TOKEN_TEXT])
{
	unsigned char bytes[32];
	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(out, TOKEN_TEXT, bytes, sizeof(bytes), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bytes, sizeof(bytes));
}

void code_text(const unsigned char *bytes, size_t count, char *out, size_t room)
{
	sodium_bin2base64(out, room, bytes, count, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool code_bytes(struct str text, unsigned char *bytes, size_t count)
{
	size_t n = 0;
	const char *end = NULL;

	return text.n &&
	       !sodium_base642bin(bytes, count, text.p, text.n, NULL, &n, &end,
				  sodium_base64_VARIANT_URLSAFE_NO_PADDING) &&
	       n == count && end == text.p + text.n;
}

enum status password_hash(struct str password, char out[PASSWORD_HASH_TEXT], struct error *error)
{
	memset(out, 0, PASSWORD_HASH_TEXT);
	if (crypto_pwhash_str(out, password.n ? password.p : "", password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
			      crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return error_fail(error, E_UNAVAILABLE, "password", "memory",
				  N_("There is not enough memory to process the password"));
	return OK;
}

bool password_matches(struct str password, const char *encoded)
{
	/* libsodium reads the whole array. */
	char padded[crypto_pwhash_STRBYTES] = {0};
	size_t n = strlen(encoded);
	if (n >= sizeof(padded))
		return false;
	memcpy(padded, encoded, n);
	return crypto_pwhash_str_verify(padded, password.n ? password.p : "", password.n) == 0;
}

void signing_key_sign(const struct signing_key *key, struct str message, unsigned char signature[SIGNATURE_BYTES])
{
	crypto_sign_detached(signature, NULL, (const unsigned char *)message.p, message.n, key->secret_key);
}

bool signature_matches(const unsigned char public_key[PUBLIC_KEY_BYTES], struct str message,
		       const unsigned char signature[SIGNATURE_BYTES])
{
	return crypto_sign_verify_detached(signature, (const unsigned char *)message.p, message.n, public_key) == 0;
}

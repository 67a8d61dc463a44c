#include "backup/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hash.h"

enum { SECRET_LEAST = 8, KEY_LEAST = 32, SECRET_MOST = 4096 };

static enum status fail(const char *path, const char *reason, struct error *error)
{
	return error_fail(error, E_UNAVAILABLE, "", "secret", N_("The secret in %s cannot be read: %s"), path, reason);
}

enum status secret_read_file(struct arena *arena, const char *path, struct str *bytes, struct error *error)
{
	char *text = arena_alloc(arena, SECRET_MOST + 1);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat about;
	ssize_t n = 0;

	if (file < 0)
		return fail(path, strerror(errno), error);
	bool is_own = !fstat(file, &about) && !(S_ISREG(about.st_mode) && about.st_mode & (S_IRWXG | S_IRWXO));
	for (ssize_t got = 1; is_own && got > 0 && n <= SECRET_MOST; n += got > 0 ? got : 0)
		got = read(file, text + n, (size_t)(SECRET_MOST + 1 - n));
	close(file);
	if (!is_own)
		return fail(path, "others than its owner may read it", error);
	if (n > SECRET_MOST)
		return fail(path, "it is longer than 4096 bytes", error);
	*bytes = (struct str){text, (size_t)n};
	return OK;
}

static struct str without_line_end(struct str text)
{
	while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
		text.n--;
	return text;
}

enum status secret_read(struct arena *arena, const char *key_file, const char *passphrase_file, const char *passphrase,
			struct backup_secret *secret, struct error *error)
{
	const char *path = key_file ? key_file : passphrase_file;

	*secret = (struct backup_secret){.is_passphrase = !key_file};
	if (path) {
		enum status status = secret_read_file(arena, path, &secret->bytes, error);

		if (status)
			return status;
	} else if (passphrase) {
		secret->bytes = str_of(passphrase);
	} else {
		return OK;
	}
	if (key_file && secret->bytes.n < KEY_LEAST)
		return fail(path, "a key has 32 bytes at least", error);
	if (!key_file)
		secret->bytes = without_line_end(secret->bytes);
	if (secret->bytes.n < SECRET_LEAST)
		return fail(path ? path : "KANAME_BACKUP_PASSPHRASE", "a passphrase has 8 bytes at least", error);
	return OK;
}

struct stretching stretching_new(void)
{
	struct stretching made = {.passes = 3, .memory = 64 << 20};

	randombytes_buf(made.salt, sizeof(made.salt));
	return made;
}

static bool stretch(const struct backup_secret *secret, const struct stretching *stretching, struct key_memo *memo,
		    unsigned char key[BACKUP_KEY_BYTES])
{
	if (memo && memo->known && !memcmp(stretching->salt, memo->stretching.salt, BACKUP_SALT_BYTES) &&
	    stretching->passes == memo->stretching.passes && stretching->memory == memo->stretching.memory) {
		memcpy(key, memo->key, BACKUP_KEY_BYTES);
		return true;
	}
	if (crypto_pwhash(key, BACKUP_KEY_BYTES, secret->bytes.p, secret->bytes.n, stretching->salt, stretching->passes,
			  (size_t)stretching->memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return false;
	if (memo) {
		*memo = (struct key_memo){.known = true, .stretching = *stretching};
		memcpy(memo->key, key, BACKUP_KEY_BYTES);
	}
	return true;
}

bool secret_derive(const struct backup_secret *secret, const struct stretching *stretching, struct key_memo *memo,
		   unsigned char key[BACKUP_KEY_BYTES])
{
	struct str parts[] = {S("kaname backup key"), secret->bytes};
	struct hash hash;

	if (secret->is_passphrase)
		return stretch(secret, stretching, memo, key);
	hash = hash_parts(parts, 2);
	memcpy(key, hash.bytes, BACKUP_KEY_BYTES);
	sodium_memzero(&hash, sizeof(hash));
	return true;
}

void secret_check(const unsigned char key[BACKUP_KEY_BYTES], unsigned char check[BACKUP_CHECK_BYTES])
{
	struct str parts[] = {S("kaname backup check"), {(const char *)key, BACKUP_KEY_BYTES}};
	struct hash hash = hash_parts(parts, 2);

	memcpy(check, hash.bytes, BACKUP_CHECK_BYTES);
}

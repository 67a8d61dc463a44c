#include "pack/key.h"

#include <sodium.h>
#include <string.h>

/* SubjectPublicKeyInfo of an Ed25519 key (RFC 8410): this, and the key. */
static const unsigned char prefix[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
enum { PREFIX = sizeof(prefix), INFO = PREFIX + PUBLIC_KEY_BYTES };

static const char begins[] = "-----BEGIN PUBLIC KEY-----", ends[] = "-----END PUBLIC KEY-----";

struct str public_key_pem(struct arena *arena, const unsigned char key[PUBLIC_KEY_BYTES])
{
	unsigned char info[INFO];
	char text[sodium_base64_ENCODED_LEN(INFO, sodium_base64_VARIANT_ORIGINAL)];

	memcpy(info, prefix, PREFIX);
	memcpy(info + PREFIX, key, PUBLIC_KEY_BYTES);
	sodium_bin2base64(text, sizeof(text), info, INFO, sodium_base64_VARIANT_ORIGINAL);
	return str_format(arena, "%s\n%s\n%s\n", begins, text, ends);
}

static bool read_pem(struct str text, unsigned char key[PUBLIC_KEY_BYTES])
{
	unsigned char info[INFO];
	size_t from, to, n;

	if (!str_find(text, str_of(begins), &from) || !str_find(text, str_of(ends), &to))
		return false;
	from += sizeof(begins) - 1;
	if (to < from ||
	    sodium_base642bin(info, INFO, text.p + from, to - from, " \r\n", &n, NULL,
			      sodium_base64_VARIANT_ORIGINAL) ||
	    n != INFO || memcmp(info, prefix, PREFIX))
		return false;
	memcpy(key, info + PREFIX, PUBLIC_KEY_BYTES);
	return true;
}

bool public_key_read(struct str text, unsigned char key[PUBLIC_KEY_BYTES])
{
	const char *end;
	size_t n;

	if (read_pem(text, key))
		return true;
	text = str_trim(text);
	return !sodium_hex2bin(key, PUBLIC_KEY_BYTES, text.p, text.n, " :\r\n", &n, &end) && n == PUBLIC_KEY_BYTES &&
	       end == text.p + text.n;
}

void public_key_hex(const unsigned char key[PUBLIC_KEY_BYTES], char out[PUBLIC_KEY_BYTES * 2 + 1])
{
	sodium_bin2hex(out, PUBLIC_KEY_BYTES * 2 + 1, key, PUBLIC_KEY_BYTES);
}

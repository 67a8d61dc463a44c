/* key: the public key of a pack as people hand it on: PEM, or its 64 hexadecimal digits. */
#ifndef PACK_KEY_H
#define PACK_KEY_H

#include "base/arena.h"
#include "base/hash.h"

#define PACK_FORMAT "kaname evidence pack 1"

struct str public_key_pem(struct arena *arena, const unsigned char key[PUBLIC_KEY_BYTES]);
/* Either form, blanks and colons between digits. False: it is neither. */
bool public_key_read(struct str text, unsigned char key[PUBLIC_KEY_BYTES]);
void public_key_hex(const unsigned char key[PUBLIC_KEY_BYTES], char out[PUBLIC_KEY_BYTES * 2 + 1]);

#endif

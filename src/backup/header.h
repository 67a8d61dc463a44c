/* header: the first lines of a backup, in the clear, so that whoever finds the file in ten years knows what it is:
 *
 *	kaname backup 1
 *	made 2026-11-26T03:00:00Z
 *	compression deflate
 *	cipher xchacha20poly1305-secretstream 65536
 *	key argon2id 3 67108864 SALT            (or: key file)
 *	check CHECK                             (tells a wrong key from a damaged file)
 *	stream HEADER                           (of the secretstream)
 *	sum SUM                                 (BLAKE2b of all the lines before)
 *
 * and an empty line. Bytes are in hexadecimal. The cipher covers these lines as well: they are the additional data of
 * its first chunk. */
#ifndef BACKUP_HEADER_H
#define BACKUP_HEADER_H

#include "backup/secret.h"
#include "base/time.h"

enum {
	BACKUP_HEADER_MOST = 1024,
	BACKUP_STREAM_BYTES = 24,
	BACKUP_CHUNK = 1 << 16, /* of what is encrypted at once; only the last is shorter, perhaps empty */
};

struct backup_header {
	instant made;
	bool is_passphrase;
	struct stretching stretching;
	unsigned char check[BACKUP_CHECK_BYTES];
	unsigned char stream[BACKUP_STREAM_BYTES];
};

void header_write(struct buf *out, const struct backup_header *header);
/* A whole header with its empty line. `name` is the file's, for errors. */
MUST enum status header_parse(struct str text, const char *name, struct backup_header *header, struct error *error);

#endif

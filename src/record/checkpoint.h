/* checkpoint: a signature over the whole history up to an event: over the Merkle root of the heads of all records.
 *
 * It stands in the database, and as one line of text it can be kept wherever nobody of this system can alter it: then
 * it is an anchor, and history cannot be cut off behind it unnoticed. */
#ifndef RECORD_CHECKPOINT_H
#define RECORD_CHECKPOINT_H

#include "record/kernel.h"

struct checkpoint {
	int64_t id; /* of the row; 0: not from the database */
	instant at;
	int64_t last_event, heads;
	struct hash root;
	unsigned char public_key[PUBLIC_KEY_BYTES], signature[SIGNATURE_BYTES];
	bool is_complete; /* key, root and signature have their lengths */
};

/* Signs what has come since the last one; nothing when nothing came. */
MUST enum status checkpoint_write(struct kernel *kernel, instant now, bool *written, struct error *error);

MUST enum status checkpoint_list(struct connection *connection, struct arena *arena, struct checkpoint **all,
				 size_t *count, struct error *error);
MUST enum status checkpoint_newest(struct connection *connection, struct checkpoint *newest,
				   struct error *error); /* is_complete false: there is none */
MUST enum status checkpoint_newest_event(struct connection *connection, int64_t *event, struct error *error);

/* By the key of the kernel, if it has one, else by the one that it names. */
bool checkpoint_is_signed(const struct kernel *kernel, const struct checkpoint *checkpoint);
/* Whether history up to the checkpoint's event still has the root that it signed. */
MUST enum status checkpoint_stands(struct connection *connection, const struct checkpoint *checkpoint, bool *stands,
				   struct error *error);

/* "kaname checkpoint AT LAST_EVENT HEADS ROOT KEY SIGNATURE": what is signed, and by whom. */
struct str checkpoint_line(struct arena *arena, const struct checkpoint *checkpoint);
bool checkpoint_parse(struct str line, struct checkpoint *checkpoint); /* false: it is no such line */

#endif

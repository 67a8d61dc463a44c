/* message: one mail, as far as Kaname needs to know it.
 *
 * All texts are UTF-8 without control characters. Identifiers are as in RFC 5322 without their angle brackets. What a
 * mail has too much of (parts, depth, addresses) is left out and said so in `cut`; nothing makes the parser fail. */
#ifndef MAIL_MESSAGE_H
#define MAIL_MESSAGE_H

#include "base/arena.h"
#include "base/error.h"

enum {
	MAIL_BYTES_MOST = 25 << 20,
	MAIL_FILES_MOST = 100,
	MAIL_ADDRESSES_MOST = 200,
	MAIL_REFERENCES_MOST = 100,
};

enum mail_nature { /* what answers may follow */
		   MAIL_PERSONAL,
		   MAIL_GENERATED, /* by a program or a list: taken in, never answered (RFC 3834, Precedence, List-Id)
				    */
		   MAIL_REPLIED,   /* an automatic answer: out of office, read receipt */
		   MAIL_BOUNCE,    /* could not be delivered (RFC 3464) */
		   MAIL_NATURES
};

struct mail_address {
	struct str name, address; /* name may be empty */
};

struct mail_file {
	struct str name, media_type, bytes;
};

struct mail_message {
	struct str id, in_reply_to; /* may be empty */
	struct str *references;     /* oldest first */
	size_t reference_count;
	struct mail_address from;
	struct mail_address *to; /* To and Cc */
	size_t to_count;
	struct str subject;
	struct str authentication; /* Authentication-Results, the topmost: of the server that we had it from */
	struct str mark;           /* X-Loop */
	enum mail_nature nature;
	struct str text; /* all of it, as it was read */
	struct mail_file *files;
	size_t file_count;
	bool cut; /* not all of it was taken */
};

/* In the process that calls it; see read.h. */
void mail_parse(struct arena *arena, struct str raw, struct mail_message *message);

/* A message as bytes, for a pipe, and back. Unpacking checks every length: E_INTERNAL for what mail_pack() never
 * wrote. Slices point into the bytes. */
struct str mail_pack(struct arena *arena, const struct mail_message *message);
MUST enum status mail_unpack(struct arena *arena, struct str bytes, struct mail_message *message, struct error *error);

#endif

/* feeds: calendars that programs of a person read by an address that nobody can guess. Only the hash of its secret is
 * kept. What a feed shows is decided at each fetch, by the rights of that moment. */
#ifndef RECORD_FEEDS_H
#define RECORD_FEEDS_H

#include "record/actor.h"

enum { FEEDS_MOST = 20 }; /* of a person at a time */

struct feed {
	int64_t id, person;
	struct str kind; /* the collection whose calendar it is; "mine": all that is the person's own */
	instant created_at;
};
/* Those that are not revoked, newest first. */
MUST enum status feeds_of(struct connection *connection, struct arena *arena, int64_t person, struct feed **feeds,
			  size_t *count, struct error *error);
/* History of the person tells of it. */
MUST enum status feed_create(struct kernel *kernel, const struct actor *actor, struct str kind, instant now,
			     char secret[TOKEN_TEXT], struct error *error);
/* E_NOT_FOUND: none of this person's. */
MUST enum status feed_revoke(struct kernel *kernel, const struct actor *actor, int64_t feed, instant now,
			     struct error *error);
MUST enum status feed_find(struct connection *connection, struct arena *arena, struct str secret, struct feed *feed,
			   bool *found, struct error *error);

#endif

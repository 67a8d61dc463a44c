/* account: how people and programs prove who they are.
 *
 * Passwords are argon2id; after 5 failures in a row an account, and after 20 a network, waits (doubling from 1 s to 15
 * min): E_TOO_MANY, whose wait_seconds say how long. An attempt counts from its beginning, so that many at once gain
 * nothing. What failed is forgotten after a day, by the next attempt. Secrets of sessions and tokens are kept only as
 * their hash. All that reads and writes the database, so any node may answer; wrong tokens are counted in memory
 * (guesses.h). */
#ifndef RECORD_ACCOUNT_H
#define RECORD_ACCOUNT_H

#include "record/actor.h"

MUST enum status account_set_password(struct kernel *kernel, int64_t person, struct str password, instant now,
				      struct error *error);

struct session {
	char secret[TOKEN_TEXT]; /* the cookie; only session_start fills it */
	char csrf[TOKEN_TEXT];
	int64_t person;
	instant expires_at;
};
/* E_SIGN_IN with one message for unknown account and wrong password, in equal time. */
MUST enum status session_start(struct kernel *kernel, struct str account, struct str password, struct str address,
			       instant now, struct session *session, struct error *error);
/* Whose cookie it is, without being a use of it: nothing is extended. */
MUST enum status session_person(struct connection *connection, struct str secret, instant now, int64_t *person,
				struct error *error);
/* Checks a cookie. Extends the session (12 h after last use, 7 days at most), at most one write per 10 minutes. */
MUST enum status session_check(struct kernel *kernel, struct connection *connection, struct str secret, instant now,
			       struct session *session, struct error *error);
MUST enum status session_end(struct kernel *kernel, struct str secret, struct error *error);

enum token_scope { TOKEN_ALL, TOKEN_READ };
MUST enum status token_create(struct kernel *kernel, int64_t person, struct str name, enum token_scope scope,
			      instant expires_at /* NONE: never */, instant now, char secret[TOKEN_TEXT],
			      struct error *error);
/* E_SIGN_IN; E_TOO_MANY when too many wrong ones came from this address. An empty address is not counted. */
MUST enum status token_check(struct kernel *kernel, struct connection *connection, struct str secret,
			     struct str address, instant now, int64_t *person, enum token_scope *scope,
			     struct error *error);
/* E_SIGN_IN. Whose it is, and nothing else: nobody is counted. */
MUST enum status token_find(struct connection *connection, const struct hash *hash, instant now, int64_t *person,
			    enum token_scope *scope, struct error *error);
MUST enum status token_revoke(struct kernel *kernel, int64_t token, instant now, struct error *error);

struct token_view {
	int64_t id, person;
	struct str name;
	enum token_scope scope;
	instant created_at, expires_at, revoked_at; /* INSTANT_NONE: never */
};
/* All that can still be used, and those revoked or expired in the last 30 days; newest first. */
MUST enum status token_list(struct connection *connection, struct arena *arena, instant now, size_t limit,
			    struct token_view **tokens, size_t *count, struct error *error);
/* The same as token_create() and token_revoke(), by somebody: the history of the person for whom it acts tells of it.
 */
MUST enum status token_create_by(struct kernel *kernel, const struct actor *actor, int64_t person, struct str name,
				 enum token_scope scope, instant expires_at, instant now, char secret[TOKEN_TEXT],
				 struct error *error);
MUST enum status token_revoke_by(struct kernel *kernel, const struct actor *actor, int64_t token, instant now,
				 struct error *error);

#endif

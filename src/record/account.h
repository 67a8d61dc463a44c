/* account: how people and programs prove who they are.
 *
 * Passwords are argon2id; after 5 failures in a row an account, and after 20 an address, waits (doubling from 1 s to 15
 * min): E_TOO_MANY. Secrets of sessions and tokens are kept only as their hash. Everything reads and writes the
 * database, so any node may answer. */
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
/* Checks a cookie. Extends the session (12 h after last use, 7 days at most), at most one write per 10 minutes. */
MUST enum status session_check(struct kernel *kernel, struct connection *connection, struct str secret, instant now,
			       struct session *session, struct error *error);
MUST enum status session_end(struct kernel *kernel, struct str secret, struct error *error);

enum token_scope { TOKEN_ALL, TOKEN_READ };
MUST enum status token_create(struct kernel *kernel, int64_t person, struct str name, enum token_scope scope,
			      instant expires_at /* NONE: never */, instant now, char secret[TOKEN_TEXT],
			      struct error *error);
MUST enum status token_check(struct kernel *kernel, struct connection *connection, struct str secret, instant now,
			     int64_t *person, enum token_scope *scope, struct error *error);
MUST enum status token_revoke(struct kernel *kernel, int64_t token, instant now, struct error *error);

#endif

/* claim: who asks, as it is remembered, before it is proved.
 *
 * Whoever sends a token again is known by it without a look at the database. Such a claim is no right: the turn in
 * which the edit is made proves it, before anything else, or the request begins anew and is recognised by what stands
 * now. So rights are never stale, and nothing is asked for it. Only where other processes are looked for
 * (store_epoch()): elsewhere a look costs next to nothing. */
#ifndef RECORD_CLAIM_H
#define RECORD_CLAIM_H

#include "record/account.h"

struct claim {
	struct hash token;
	int64_t person;
	enum token_scope scope;
	int64_t epoch; /* that the actor is of */
};

/* False: it is not remembered, or must not be told from memory now; then nothing is said. */
bool claim_recall(struct kernel *kernel, struct arena *arena, struct str secret, struct str address, instant now,
		  struct claim *claim, const struct actor **actor);
/* A token has been found to be right. */
void claim_remember(struct kernel *kernel, struct str secret, int64_t person, enum token_scope scope);
/* In a job. Not OK: it does not hold any more. */
MUST enum status claim_prove(struct connection *connection, const struct claim *claim, instant now,
			     struct error *error);

struct claims *claims_new(void);
void claims_free(struct claims *claims);

#endif

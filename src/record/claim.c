#include "record/claim.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "record/cache.h"
#include "record/guesses.h"

enum { SLOTS = 1024 };

struct claims {
	pthread_mutex_t lock;
	struct {
		struct hash token;
		int64_t person; /* 0: free */
		enum token_scope scope;
	} slots[SLOTS];
};

struct claims *claims_new(void)
{
	struct claims *claims = calloc(1, sizeof(*claims));

	if (!claims)
		abort(); /* as everywhere when memory runs out */
	pthread_mutex_init(&claims->lock, NULL);
	return claims;
}

void claims_free(struct claims *claims)
{
	if (!claims)
		return;
	pthread_mutex_destroy(&claims->lock);
	free(claims);
}

static size_t slot_of(const struct hash *token)
{
	uint64_t start;

	memcpy(&start, token->bytes, sizeof(start));
	return start % SLOTS;
}

void claim_remember(struct kernel *kernel, struct str secret, int64_t person, enum token_scope scope)
{
	struct claims *claims = kernel->cache->claims;
	struct hash token = hash_bytes(secret);
	size_t slot = slot_of(&token);

	pthread_mutex_lock(&claims->lock);
	claims->slots[slot].token = token;
	claims->slots[slot].person = person;
	claims->slots[slot].scope = scope;
	pthread_mutex_unlock(&claims->lock);
}

static bool recall_token(struct claims *claims, struct claim *claim)
{
	size_t slot = slot_of(&claim->token);
	bool known;

	pthread_mutex_lock(&claims->lock);
	known = claims->slots[slot].person && hash_eq(claims->slots[slot].token, claim->token);
	claim->person = claims->slots[slot].person;
	claim->scope = claims->slots[slot].scope;
	pthread_mutex_unlock(&claims->lock);
	return known;
}

/* Whoever has to wait is told so by whoever looks. */
bool claim_recall(struct kernel *kernel, struct arena *arena, struct str secret, struct str address, instant now,
		  struct claim *claim, const struct actor **actor)
{
	struct guesses *guesses = kernel->cache->guesses;
	char text[NETWORK_TEXT];
	struct str network = network_of(address, text);

	*claim = (struct claim){.token = hash_bytes(secret)};
	if (!network.n || !recall_token(kernel->cache->claims, claim) ||
	    guesses_wait(guesses, network, &claim->token, now) > now ||
	    !actor_recall(kernel, arena, claim->person, actor, &claim->epoch))
		return false;
	guesses_right(guesses, network, &claim->token);
	if (claim->scope == TOKEN_READ)
		*actor = actor_reading(arena, *actor);
	return true;
}

static enum status changed(struct error *error)
{
	return error_fail(error, E_STALE, "", "rights",
			  N_("What you may do has been changed just now; send the request again"));
}

enum status claim_prove(struct connection *connection, const struct claim *claim, instant now, struct error *error)
{
	enum token_scope scope;
	int64_t person, epoch;
	enum status status;

	if ((status = store_epoch(connection, &epoch, error)))
		return status;
	if (epoch != claim->epoch)
		return changed(error);
	if ((status = token_find(connection, &claim->token, now, &person, &scope, error)))
		return status;
	return person == claim->person && scope == claim->scope ? OK : changed(error);
}

#include "record/guesses.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Sets of four places: a network or a proof can be in any place of the set that its hash names. */
enum { WAYS = 4, NETWORK_SETS = 1024, PROOF_SETS = 2048, FREE_GUESSES = 30 };
static const instant longest_wait = MINUTE, fades = 15 * (instant)MINUTE;

struct network {
	uint64_t name; /* keyed hash */
	unsigned wrong;
	instant last, until;
};

struct guesses {
	pthread_mutex_t lock;
	char key[TOKEN_TEXT]; /* so that nobody can choose addresses that share a set */
	struct network networks[NETWORK_SETS][WAYS];
	uint64_t proofs[PROOF_SETS][WAYS]; /* the latest first */
};

struct str network_of(struct str address, char out[NETWORK_TEXT])
{
	struct in6_addr number;

	if (address.n >= INET6_ADDRSTRLEN)
		address.n = INET6_ADDRSTRLEN - 1;
	memcpy(out, address.p ? address.p : "", address.n);
	out[address.n] = 0;
	if (inet_pton(AF_INET6, out, &number) == 1) {
		memset(&number.s6_addr[8], 0, 8);
		inet_ntop(AF_INET6, &number, out, NETWORK_TEXT - 4);
		memcpy(out + strlen(out), "/64", 4);
	}
	return str_of(out);
}

struct guesses *guesses_new(void)
{
	struct guesses *guesses = calloc(1, sizeof(*guesses));

	if (!guesses)
		abort(); /* as everywhere when memory runs out */
	pthread_mutex_init(&guesses->lock, NULL);
	secret_new(guesses->key);
	return guesses;
}

void guesses_free(struct guesses *guesses)
{
	if (!guesses)
		return;
	pthread_mutex_destroy(&guesses->lock);
	free(guesses);
}

static uint64_t name_of(const struct guesses *guesses, struct str network, const struct hash *secret)
{
	const struct str parts[] = {
	    str_of(guesses->key), network, {secret ? (const char *)secret->bytes : "", secret ? HASH_BYTES : 0}};
	struct hash hash = hash_parts(parts, 3);
	uint64_t name;

	memcpy(&name, hash.bytes, sizeof(name));
	return name ? name : 1; /* 0 is a free place */
}

/* NULL: not known, or so long ago that it is forgotten. */
static struct network *known(struct guesses *guesses, uint64_t name, instant now)
{
	struct network *set = guesses->networks[name % NETWORK_SETS];

	for (int i = 0; i < WAYS; i++)
		if (set[i].name == name)
			return now - set[i].last < fades ? &set[i] : NULL;
	return NULL;
}

static struct network *place_for(struct guesses *guesses, uint64_t name)
{
	struct network *set = guesses->networks[name % NETWORK_SETS], *oldest = &set[0];

	for (int i = 0; i < WAYS; i++) {
		if (set[i].name == name)
			return &set[i];
		if (!set[i].name || (oldest->name && set[i].last < oldest->last))
			oldest = &set[i];
	}
	return oldest;
}

static bool is_proved(const struct guesses *guesses, uint64_t proof)
{
	const uint64_t *set = guesses->proofs[proof % PROOF_SETS];

	for (int i = 0; i < WAYS; i++)
		if (set[i] == proof)
			return true;
	return false;
}

instant guesses_wait(struct guesses *guesses, struct str network, const struct hash *secret, instant now)
{
	uint64_t name = name_of(guesses, network, NULL);
	const struct network *found;
	instant until = 0;

	pthread_mutex_lock(&guesses->lock);
	found = known(guesses, name, now);
	if (found && found->until > now && !is_proved(guesses, name_of(guesses, network, secret)))
		until = found->until;
	pthread_mutex_unlock(&guesses->lock);
	return until;
}

instant wait_after(int64_t wrong, int64_t free, instant longest)
{
	instant wait = SECOND;

	if (wrong < free)
		return 0;
	for (int64_t i = free; i < wrong && wait < longest; i++)
		wait *= 2;
	return wait < longest ? wait : longest;
}

void guesses_wrong(struct guesses *guesses, struct str network, instant now)
{
	uint64_t name = name_of(guesses, network, NULL);
	struct network *place;

	pthread_mutex_lock(&guesses->lock);
	place = known(guesses, name, now);
	if (!place) {
		place = place_for(guesses, name);
		*place = (struct network){.name = name};
	}
	place->wrong++;
	place->last = now;
	place->until = now + wait_after(place->wrong, FREE_GUESSES, longest_wait);
	pthread_mutex_unlock(&guesses->lock);
}

void guesses_right(struct guesses *guesses, struct str network, const struct hash *secret)
{
	uint64_t proof = name_of(guesses, network, secret), *set = guesses->proofs[proof % PROOF_SETS];
	int at = 0;

	pthread_mutex_lock(&guesses->lock);
	while (at < WAYS - 1 && set[at] != proof)
		at++;
	memmove(&set[1], &set[0], (size_t)at * sizeof(*set));
	set[0] = proof;
	pthread_mutex_unlock(&guesses->lock);
}

unsigned guesses_seconds(instant until, instant now)
{
	return until > now ? (unsigned)((until - now + SECOND - 1) / SECOND) : 0;
}

/* guesses: who tries secrets that are none.
 *
 * By network, in memory of a fixed size: a guess costs no write and, once its network has to wait, not even a look at
 * the database. After 30 wrong secrets each further one makes the network wait, from 1 s doubling to a minute; a
 * quarter of an hour without a wrong one forgets them. A network that waits still gets those secrets looked at that it
 * has proved before, so that whoever shares a router or a proxy with a guesser goes on working. When there are more
 * networks than the memory holds, the counts of those that failed longest ago go. Each node counts for itself, from its
 * start. */
#ifndef RECORD_GUESSES_H
#define RECORD_GUESSES_H

#include "base/hash.h"
#include "base/time.h"

/* The network of an address: itself, or the /64 of IPv6, all of which one host commands. */
enum { NETWORK_TEXT = 64 };
struct str network_of(struct str address, char out[NETWORK_TEXT]);

struct guesses;
struct guesses *guesses_new(void);
void guesses_free(struct guesses *guesses);

/* The moment from which a secret from this network is looked at; not after now: at once. */
instant guesses_wait(struct guesses *guesses, struct str network, const struct hash *secret, instant now);
void guesses_wrong(struct guesses *guesses, struct str network, instant now);
void guesses_right(struct guesses *guesses, struct str network, const struct hash *secret);

/* How long to wait after so many wrong ones, of which some are free: a second, doubling up to the longest. */
instant wait_after(int64_t wrong, int64_t free, instant longest);

/* Seconds until that moment, for those who are told to try again. */
unsigned guesses_seconds(instant until, instant now);

#endif

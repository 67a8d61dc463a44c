/* cache: what the kernel remembers between requests, behind locks. */
#ifndef RECORD_CACHE_H
#define RECORD_CACHE_H

struct actor_cache;
struct calendar_cache;
struct claims;
struct guesses;
struct leavings;
struct meters;
struct readings;
struct tally_cache;

struct cache {
	struct actor_cache *actors;       /* actor.c */
	struct calendar_cache *calendars; /* calendars.c */
	struct claims *claims;            /* claim.h */
	struct guesses *guesses;          /* guesses.c */
	struct leavings *leavings;        /* leavings.h */
	struct tally_cache *tallies;      /* tally.c */
	struct readings *readings;        /* readings.h */
	struct meters *meters;            /* meters.h */
	struct arena *writing;            /* edit.c: of the edit that the writer's thread is at */
};

struct actor_cache *actor_cache_new(void);
void actor_cache_free(struct actor_cache *cache);
/* Forgets every actor: after an edit of a person, group or role, or of their links. */
void actor_cache_forget(struct actor_cache *cache);

struct calendar_cache *calendar_cache_new(void);
void calendar_cache_free(struct calendar_cache *cache);
void calendar_cache_forget(struct calendar_cache *cache);

#endif

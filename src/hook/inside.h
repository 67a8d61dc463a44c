/* inside: what the files of this layer share; nobody else includes it. */
#ifndef HOOK_INSIDE_H
#define HOOK_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "hook/hook.h"
#include "hook/message.h"

enum { HOOK_WORKERS = 3, HOOKS_MOST = 200 };

struct told { /* a webhook, as this node goes through events for it */
	int64_t record;
	int64_t place, seen; /* all between is of no concern to it; place: as it stood in the database */
};

struct hooks {
	struct hook_options options;
	struct kernel *kernel;
	const struct type *type;
	struct arena *arena; /* of networks */
	struct ear *ear;
	pthread_t threads[HOOK_WORKERS];
	size_t started;
	pthread_mutex_t lock; /* of `turn` */
	pthread_cond_t wake;
	uint64_t turn; /* counts what is worth a look */
	atomic_bool stops;
	pthread_mutex_t queue; /* one thread at a time looks through events: of `told` and what follows */
	struct told told[HOOKS_MOST];
	size_t told_count;
	instant read_at, tidied_at;
	_Atomic size_t active;
	_Atomic bool stale; /* webhooks have changed */
	_Atomic int64_t records[HOOKS_MOST];
	_Atomic uint64_t sent, failed;
};

void hooks_log(const char *what, const struct error *error);
void hooks_stir(struct hooks *hooks);
/* queue.c: looks what is to be told; *stirs: something is. */
MUST enum status hooks_look(struct hooks *hooks, instant now, bool *stirs, struct error *error);

#endif

#include "record/leavings.h"

#include <pthread.h>
#include <stdlib.h>

enum { SETS = 512, WAYS = 4 };
static const instant remembered = MINUTE;

struct leaving {
	uint64_t name; /* 0: a free place */
	int64_t count;
	bool is_least; /* counting stopped there: so many or more */
	instant learned;
};

struct leavings {
	pthread_mutex_t lock;
	struct leaving places[SETS][WAYS];
};

struct leavings *leavings_new(void)
{
	struct leavings *leavings = calloc(1, sizeof(*leavings));

	if (!leavings)
		abort(); /* as everywhere when memory runs out */
	pthread_mutex_init(&leavings->lock, NULL);
	return leavings;
}

void leavings_free(struct leavings *leavings)
{
	if (!leavings)
		return;
	pthread_mutex_destroy(&leavings->lock);
	free(leavings);
}

uint64_t leavings_name(struct str table, struct str condition, const struct filter_sql *filter)
{
	uint64_t name = str_hash(str_hash(STR_HASH, table.p, table.n), condition.p, condition.n);

	for (size_t i = 0; filter && i < filter->bind_count; i++) {
		const struct filter_bind *bind = &filter->binds[i];

		name = str_hash(name, &bind->kind, sizeof(bind->kind));
		if (bind->kind == FILTER_INTEGER)
			name = str_hash(name, &bind->number, sizeof(bind->number));
		else if (bind->kind == FILTER_TEXT)
			name =
			    str_hash(str_hash(name, &bind->text.n, sizeof(bind->text.n)), bind->text.p, bind->text.n);
	}
	name ^= name >> 32; /* the last bytes reach the lowest bits, which choose the set */
	return name ? name : 1;
}

static struct leaving *place_of(struct leavings *leavings, uint64_t name)
{
	struct leaving *set = leavings->places[name % SETS], *oldest = &set[0];

	for (int i = 0; i < WAYS; i++) {
		if (set[i].name == name)
			return &set[i];
		if (set[i].learned < oldest->learned)
			oldest = &set[i];
	}
	return oldest;
}

bool leavings_know(struct leavings *leavings, uint64_t name, instant now, int64_t most, int64_t *count)
{
	const struct leaving *place;
	bool known;

	pthread_mutex_lock(&leavings->lock);
	place = place_of(leavings, name);
	known = place->name == name && now >= place->learned && now - place->learned < remembered &&
		(!place->is_least || place->count >= most);
	if (known)
		*count = place->count < most ? place->count : most;
	pthread_mutex_unlock(&leavings->lock);
	return known;
}

void leavings_learn(struct leavings *leavings, uint64_t name, instant now, int64_t most, int64_t count)
{
	if (count < LEAVINGS_LEAST)
		return;
	pthread_mutex_lock(&leavings->lock);
	*place_of(leavings, name) =
	    (struct leaving){.name = name, .count = count, .is_least = count >= most, .learned = now};
	pthread_mutex_unlock(&leavings->lock);
}

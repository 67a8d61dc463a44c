/* News: from jobs to whoever listens, after the commit. Those of other nodes are brought by the driver. */
#include "store/driver.h"

#include <stdlib.h>

enum { NEWS_MOST = 1000 }; /* of one group; more are told as one NEWS_MISSED */

struct ear {
	void (*heard)(void *context, const struct news *news, size_t count);
	void *context;
	struct ear *next;
};

struct ears {
	pthread_mutex_t lock; /* held while they are told, so that whoever has left is told no more */
	struct ear *first;
	bool drivers; /* the driver brings news from other nodes */
};

enum status ears_new(struct store *store, struct error *error)
{
	store->ears = calloc(1, sizeof(*store->ears));
	if (!store->ears)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	pthread_mutex_init(&store->ears->lock, NULL);
	return OK;
}

void ears_free(struct ears *ears)
{
	if (!ears)
		return;
	pthread_mutex_destroy(&ears->lock);
	free(ears);
}

enum status store_listen(struct store *store, void (*heard)(void *context, const struct news *news, size_t count),
			 void *context, struct ear **ear, struct error *error)
{
	struct ears *ears = store->ears;
	struct ear *made = malloc(sizeof(*made));
	enum status status = OK;

	*ear = NULL;
	if (!made)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	*made = (struct ear){.heard = heard, .context = context};
	pthread_mutex_lock(&ears->lock);
	if (store->driver->hear && !ears->drivers && !(status = store->driver->hear(store, error)))
		ears->drivers = true;
	if (status == OK) {
		made->next = ears->first;
		ears->first = made;
	}
	pthread_mutex_unlock(&ears->lock);
	if (status != OK)
		free(made);
	else
		*ear = made;
	return status;
}

void store_unlisten(struct store *store, struct ear **ear)
{
	if (!*ear)
		return;
	pthread_mutex_lock(&store->ears->lock);
	for (struct ear **link = &store->ears->first; *link; link = &(*link)->next)
		if (*link == *ear) {
			*link = (*ear)->next;
			break;
		}
	pthread_mutex_unlock(&store->ears->lock);
	free(*ear);
	*ear = NULL;
}

void news_hear(struct store *store, const struct news *news, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (news[i].kind == NEWS_SCHEMA && news[i].foreign)
			store->behind = true;
	pthread_mutex_lock(&store->ears->lock);
	for (struct ear *ear = store->ears->first; ear; ear = ear->next)
		ear->heard(ear->context, news, count);
	pthread_mutex_unlock(&store->ears->lock);
}

bool store_has_others(const struct store *store)
{
	return store->driver->call != NULL;
}

void store_call(struct store *store, enum news_kind kind, int64_t subject, int64_t detail)
{
	if (store->driver->call)
		store->driver->call(store, &(struct news){.kind = kind, .subject = subject, .detail = detail});
}

/* --- what a group tells --- */

static struct newsletter *newsletter_of(struct connection *connection)
{
	if (!connection->newsletter && !(connection->newsletter = calloc(1, sizeof(*connection->newsletter))))
		abort(); /* see base/arena.h on running out of memory */
	return connection->newsletter;
}

void store_tell(struct connection *connection, enum news_kind kind, int64_t subject, int64_t detail)
{
	struct newsletter *letter = newsletter_of(connection);

	if (letter->count == letter->capacity) {
		letter->capacity = letter->capacity ? letter->capacity * 2 : 64;
		letter->items = realloc(letter->items, letter->capacity * sizeof(*letter->items));
		if (!letter->items)
			abort();
	}
	letter->items[letter->count++] = (struct news){.kind = kind, .subject = subject, .detail = detail};
}

size_t news_count(const struct connection *connection)
{
	return connection->newsletter ? connection->newsletter->count : 0;
}

void news_cut(struct connection *connection, size_t count)
{
	if (news_count(connection) > count)
		connection->newsletter->count = count;
}

void news_publish(struct connection *connection)
{
	static const struct news missed = {.kind = NEWS_MISSED};
	size_t count = news_count(connection);

	if (count > NEWS_MOST)
		news_hear(connection->store, &missed, 1);
	else if (count)
		news_hear(connection->store, connection->newsletter->items, count);
}

void news_free(struct connection *connection)
{
	if (connection->newsletter)
		free(connection->newsletter->items);
	free(connection->newsletter);
	connection->newsletter = NULL;
}

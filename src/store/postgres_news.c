/* News between nodes: NOTIFY in the transaction of the group, LISTEN in a session of its own.
 *
 * A message is "node;kind subject detail,...": the node in hexadecimal digits, "r257 3" for a record and its version.
 * What does not fit into one, or was sent while nobody could hear it, is told as NEWS_MISSED. */
#include "store/postgres.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
	MESSAGE_MOST = 7900, /* bytes; PostgreSQL takes 7999 */
	NEWS_AT_ONCE = 1000, /* of one message: each takes eight bytes at least */
	PAUSE = 1000,        /* ms between attempts to connect */
	CALLS_MOST = 1024,   /* that wait; further ones are lost */
	CALLS_AT_ONCE = 128, /* in one message */
};

static const char letters[] = {
    [NEWS_RECORD] = 'r', [NEWS_TIMER] = 't', [NEWS_SCHEMA] = 's', [NEWS_MISSED] = '*', [NEWS_PRESENT] = 'p'};

struct pg_listener {
	struct pg_store *store;
	pthread_t thread;
	int stop, called; /* eventfds */
	pthread_mutex_t lock;
	struct news calls[CALLS_MOST]; /* to be sent by the thread, which has the session */
	size_t count;
};

/* --- sending --- */

/* False: they are too many. */
static bool write_news(const struct news *news, size_t count, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const struct news *one = &news[i];

		n += (size_t)snprintf(out + n, size - n, "%s%c%lld %lld", i ? "," : "", letters[one->kind],
				      (long long)one->subject, (long long)one->detail);
		if (n >= size)
			return false;
	}
	return true;
}

static void write_message(const struct pg_store *store, const struct news *news, size_t count,
			  char message[PG_MESSAGE_MOST])
{
	char text[MESSAGE_MOST];

	if (!write_news(news, count, text, sizeof(text)))
		snprintf(text, sizeof(text), "*0 0");
	snprintf(message, PG_MESSAGE_MOST, "%llx;%s", (unsigned long long)store->node, text);
}

void pg_write_news(const struct pg_connection *connection, char message[PG_MESSAGE_MOST])
{
	const struct newsletter *letter = connection->connection.newsletter;

	*message = '\0';
	if (letter && letter->count)
		write_message((const struct pg_store *)connection->connection.store, letter->items, letter->count,
			      message);
}

/* --- hearing --- */

static bool read_one(const char **text, struct news *news)
{
	const char *letter = memchr(letters, **text ? **text : '?', sizeof(letters));
	char *end;

	if (!letter)
		return false;
	*news = (struct news){.kind = (enum news_kind)(letter - letters), .foreign = true};
	news->subject = strtoll(*text + 1, &end, 10);
	if (*end != ' ')
		return false;
	news->detail = strtoll(end + 1, &end, 10);
	*text = end;
	return *end == ',' || !*end;
}

/* None when it is our own; what is not understood, as from a later version, is told as something missed. */
size_t pg_read_news(const char *text, uint64_t self, struct news *news, size_t most)
{
	size_t count = 0;
	char *end;
	uint64_t node = strtoull(text, &end, 16);

	if (node == self && *end == ';')
		return 0;
	for (text = end; *text || !count; count++) {
		char before = *text ? *text++ : '\0';

		if (before != (count ? ',' : ';') || count == most || !read_one(&text, &news[count])) {
			news[0] = (struct news){.kind = NEWS_MISSED, .foreign = true};
			return 1;
		}
		news[count].node = node;
	}
	return count;
}

static void take_messages(struct pg_store *store, PGconn *db)
{
	static const size_t bytes = NEWS_AT_ONCE * sizeof(struct news);
	struct news *news = malloc(bytes);
	PGnotify *message;

	while (news && (message = PQnotifies(db))) {
		size_t count = pg_read_news(message->extra, store->node, news, NEWS_AT_ONCE);

		PQfreemem(message);
		if (count)
			news_hear(&store->store, news, count);
	}
	free(news);
}

/* What is called while the line is away is lost. */
static void send_calls(struct pg_listener *listener, PGconn *db)
{
	struct news calls[CALLS_AT_ONCE];
	char message[PG_MESSAGE_MOST], sql[PG_MESSAGE_MOST + 256];
	size_t count;

	do {
		pthread_mutex_lock(&listener->lock);
		count = listener->count < CALLS_AT_ONCE ? listener->count : CALLS_AT_ONCE;
		listener->count -= count;
		memcpy(calls, listener->calls, count * sizeof(*calls));
		memmove(listener->calls, listener->calls + count, listener->count * sizeof(*calls));
		pthread_mutex_unlock(&listener->lock);
		if (count && db) {
			write_message(listener->store, calls, count, message);
			snprintf(sql, sizeof(sql), "NOTIFY %s, '%s'", listener->store->channel, message);
			PQclear(PQexec(db, sql));
		}
	} while (count);
}

void pg_call(struct store *store, const struct news *news)
{
	struct pg_listener *listener = ((struct pg_store *)store)->listener;
	const uint64_t one = 1;

	if (!listener)
		return;
	pthread_mutex_lock(&listener->lock);
	if (listener->count < CALLS_MOST)
		listener->calls[listener->count++] = *news;
	pthread_mutex_unlock(&listener->lock);
	if (write(listener->called, &one, sizeof(one)) != sizeof(one))
		return; /* cannot be: the counter has room */
}

/* NULL: not now. */
static PGconn *begin(const struct pg_store *store)
{
	PGconn *db = pg_dial(store->url, NULL);
	char sql[256];

	snprintf(sql, sizeof(sql), "LISTEN %s", store->channel);
	PGresult *result = PQstatus(db) == CONNECTION_OK ? PQexec(db, sql) : NULL;
	bool good = PQresultStatus(result) == PGRES_COMMAND_OK;

	PQclear(result);
	if (good)
		return db;
	PQfinish(db);
	return NULL;
}

/* True: it is over. */
static bool wait_for(const struct pg_listener *listener, PGconn *db)
{
	struct pollfd waits[] = {{.fd = listener->stop, .events = POLLIN},
				 {.fd = listener->called, .events = POLLIN},
				 {.fd = db ? PQsocket(db) : -1, .events = POLLIN}};
	uint64_t calls;

	poll(waits, 3, db ? -1 : PAUSE);
	if (waits[1].revents && read(listener->called, &calls, sizeof(calls)) != sizeof(calls))
		return true; /* cannot be */
	return waits[0].revents != 0;
}

static void *listen_on(void *context)
{
	static const struct news missed = {.kind = NEWS_MISSED, .foreign = true};
	struct pg_listener *listener = context;
	PGconn *db = NULL;

	do {
		if (!db && (db = begin(listener->store)))
			news_hear(&listener->store->store, &missed, 1);
		send_calls(listener, db);
		if (db && PQconsumeInput(db))
			take_messages(listener->store, db);
		if (db && PQstatus(db) == CONNECTION_BAD) {
			PQfinish(db);
			db = NULL;
		}
	} while (!wait_for(listener, db));
	PQfinish(db);
	return NULL;
}

static void discard(struct pg_listener *listener)
{
	if (listener->stop >= 0)
		close(listener->stop);
	if (listener->called >= 0)
		close(listener->called);
	pthread_mutex_destroy(&listener->lock);
	free(listener);
}

enum status pg_hear(struct store *store, struct error *error)
{
	struct pg_store *own = (struct pg_store *)store;
	struct pg_listener *made = calloc(1, sizeof(*made));

	if (!made)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	made->store = own;
	pthread_mutex_init(&made->lock, NULL);
	made->stop = eventfd(0, EFD_CLOEXEC);
	made->called = eventfd(0, EFD_CLOEXEC);
	if (made->stop < 0 || made->called < 0 || pthread_create(&made->thread, NULL, listen_on, made)) {
		discard(made);
		return error_fail(error, E_UNAVAILABLE, "", "threads", N_("No thread could be started"));
	}
	own->listener = made;
	return OK;
}

void pg_deafen(struct store *store)
{
	struct pg_store *own = (struct pg_store *)store;
	const uint64_t one = 1;

	if (!own->listener)
		return;
	if (write(own->listener->stop, &one, sizeof(one)) != sizeof(one))
		return; /* cannot be; and nothing is left to be told */
	pthread_join(own->listener->thread, NULL);
	discard(own->listener);
	own->listener = NULL;
}

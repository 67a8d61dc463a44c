/* Replicas: which of them may be read, and keeping their sessions.
 *
 * A reader whose snapshot shows turn T of the primary goes to a replica that shows T or more. Whoever asks is therefore
 * never answered from before the moment of the request, whoever changed what, on whatever node; nobody needs to bring
 * along what they have seen (docs/decisions/0037). A replica that is behind is given some milliseconds, and then left
 * alone for a moment, so that not everybody waits for it.
 *
 * Sessions are opened by one thread, the tender, and by nobody who has a request to answer: to them a replica that does
 * not answer is one that is not there. */
#include "store/driver.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	ATTEMPTS = 4,      /* pauses of 1, 2 and 4 ms between them */
	REST = 100,        /* ms that a replica which is behind is left alone */
	ROUND = 500,       /* ms between two looks of the tender */
	PAUSE_MOST = 5000, /* ms between two attempts to reach one */
	READ_LIMIT = 10 * SECOND,
};

struct replica {
	struct store *store; /* of its sessions only */
	char *url;
	_Atomic int64_t rests_until; /* monotonic ms */
	_Atomic uint64_t reads, behind;
	_Atomic bool is_there;
	_Atomic int64_t lag_turns, current_at; /* when it last showed everything */
	int64_t retry_at, pause;               /* the tender's */
};

struct replicas {
	struct store *primary;
	pthread_t thread;
	pthread_mutex_t tending; /* held while sessions are opened or replicas come and go */
	pthread_mutex_t lock;    /* guards what follows */
	pthread_cond_t stop;
	bool stops;
	struct replica *items[REPLICAS_MOST];
	size_t count, turn;
};

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static unsigned sessions_wanted(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	return (unsigned)(processors > 0 ? processors : 1) + 1;
}

/* --- sessions --- */

static struct connection *pop(struct store *store)
{
	struct connection *reader;

	pthread_mutex_lock(&store->lock);
	reader = store->free_readers;
	if (reader) {
		store->free_readers = reader->next;
		store->lent++;
	}
	pthread_mutex_unlock(&store->lock);
	return reader;
}

static void add_session(struct replica *replica, struct connection *reader)
{
	struct store *store = replica->store;

	reader->limit = READ_LIMIT;
	pthread_mutex_lock(&store->lock);
	reader->next = store->free_readers;
	store->free_readers = reader;
	store->reader_count++;
	pthread_mutex_unlock(&store->lock);
}

static enum status open_missing(struct replica *replica, struct error *error)
{
	while (replica->store->reader_count < sessions_wanted()) {
		struct connection *reader = NULL;
		enum status status = replica->store->driver->connect(replica->store, false, &reader, error);

		if (status != OK)
			return status;
		add_session(replica, reader);
	}
	return OK;
}

/* Those that nobody has at the moment. */
static enum status revive_idle(struct replica *replica, struct error *error)
{
	const struct store_driver *driver = replica->store->driver;
	struct connection *taken = NULL, *reader;
	enum status status = OK;

	while (status == OK && (reader = pop(replica->store))) {
		reader->next = taken;
		taken = reader;
		if (!driver->is_alive(reader))
			status = driver->revive(reader, error);
	}
	while ((reader = taken)) {
		taken = reader->next;
		store_reader_done(&reader);
	}
	return status;
}

/* --- how far it has come --- */

static void note_lag(struct replica *replica, int64_t known, const struct moment *shown)
{
	int64_t missing = known > shown->turn ? known - shown->turn : 0;

	atomic_store(&replica->lag_turns, missing);
	if (!missing)
		atomic_store(&replica->current_at, milliseconds());
}

static enum status look(struct replica *replica, struct store *primary, struct error *error)
{
	int64_t known = atomic_load(&primary->last_turn);
	struct connection *reader = pop(replica->store);
	enum status status;

	if (!reader) /* all of them are at work */
		return OK;
	status = store_snapshot_begin(reader, error);
	if (status == OK)
		note_lag(replica, known, &reader->moment);
	store_reader_done(&reader);
	return status;
}

static void tend(struct replica *replica, struct store *primary)
{
	int64_t now = milliseconds();
	struct error unused = {0};

	if (now < replica->retry_at)
		return;
	if (open_missing(replica, &unused) || revive_idle(replica, &unused) || look(replica, primary, &unused)) {
		atomic_store(&replica->is_there, false);
		replica->pause = replica->pause ? replica->pause * 2 : ROUND;
		if (replica->pause > PAUSE_MOST)
			replica->pause = PAUSE_MOST;
		replica->retry_at = milliseconds() + replica->pause;
		return;
	}
	atomic_store(&replica->is_there, true);
	replica->pause = replica->retry_at = 0;
}

static void tend_all(struct replicas *replicas)
{
	pthread_mutex_lock(&replicas->tending);
	for (size_t i = 0; i < replicas->count; i++)
		tend(replicas->items[i], replicas->primary);
	pthread_mutex_unlock(&replicas->tending);
}

static void *tender(void *context)
{
	struct replicas *replicas = context;
	bool goes_on = true;

	while (goes_on) {
		struct timespec until;

		tend_all(replicas);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += (long)ROUND * 1000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_mutex_lock(&replicas->lock);
		if (!replicas->stops)
			pthread_cond_timedwait(&replicas->stop, &replicas->lock, &until);
		goes_on = !replicas->stops;
		pthread_mutex_unlock(&replicas->lock);
	}
	return NULL;
}

/* --- which there are --- */

static void replica_free(struct replica *replica)
{
	if (!replica)
		return;
	store_close(replica->store); /* waits for those who read there */
	free(replica->url);
	free(replica);
}

static enum status replica_new(const struct store *primary, const char *url, struct replica **replica,
			       struct error *error)
{
	struct store_options options = {.url = url};
	struct replica *made = calloc(1, sizeof(*made));
	struct error unused = {0};
	enum status status = OK;

	if (!made || !(made->url = strdup(url))) {
		free(made);
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	}
	if (store_make(&options, &made->store, &unused))
		status = error_fail(error, E_INVALID, "replica", "url",
				    N_("This is no address of a PostgreSQL database: postgresql://USER@HOST/NAME"));
	else if (!primary->driver->is_alive || !made->store->driver->is_alive)
		status = error_fail(error, E_INVALID, "replica", "replica", N_("Only PostgreSQL has replicas"));
	if (status != OK) {
		replica_free(made);
		return status;
	}
	made->store->follows = true;
	made->current_at = milliseconds();
	*replica = made;
	return OK;
}

static enum status replicas_new(struct store *primary, struct error *error)
{
	struct replicas *made = calloc(1, sizeof(*made));

	if (!made)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	made->primary = primary;
	pthread_mutex_init(&made->tending, NULL);
	pthread_mutex_init(&made->lock, NULL);
	pthread_cond_init(&made->stop, NULL);
	if (pthread_create(&made->thread, NULL, tender, made)) {
		free(made);
		return error_fail(error, E_UNAVAILABLE, "", "threads", N_("No thread could be started"));
	}
	primary->replicas = made;
	return OK;
}

/* Takes the replica of this address out of those that were, so that its sessions and figures stay. */
static struct replica *keep(struct replica **old, size_t count, const char *url)
{
	for (size_t i = 0; i < count; i++)
		if (old[i] && strcmp(old[i]->url, url) == 0) {
			struct replica *kept = old[i];

			old[i] = NULL;
			return kept;
		}
	return NULL;
}

static enum status exchange(struct replicas *replicas, const char *const *urls, size_t count, struct error *error)
{
	struct replica *fresh[REPLICAS_MOST] = {0}, *wanted[REPLICAS_MOST] = {0}, *old[REPLICAS_MOST];
	size_t had = replicas->count;
	enum status status = OK;

	memcpy(old, replicas->items, sizeof(old));
	for (size_t i = 0; i < count && status == OK; i++) {
		wanted[i] = keep(old, had, urls[i]);
		if (!wanted[i] && !(status = replica_new(replicas->primary, urls[i], &fresh[i], error)))
			wanted[i] = fresh[i];
	}
	if (status == OK) {
		pthread_mutex_lock(&replicas->lock);
		memcpy(replicas->items, wanted, sizeof(wanted));
		replicas->count = count;
		pthread_mutex_unlock(&replicas->lock);
	}
	for (size_t i = 0; i < REPLICAS_MOST; i++)
		replica_free(status == OK ? (i < had ? old[i] : NULL) : fresh[i]);
	return status;
}

enum status store_follow(struct store *store, const char *const *urls, size_t count, struct error *error)
{
	enum status status = OK;

	if (!count && !store->replicas)
		return OK;
	if (count > REPLICAS_MOST)
		return error_fail(error, E_TOO_LARGE, "replica", "too_many", N_("At most 8 replicas are possible"));
	if (!store->replicas && (status = replicas_new(store, error)))
		return status;
	pthread_mutex_lock(&store->replicas->tending);
	status = exchange(store->replicas, urls, count, error);
	pthread_mutex_unlock(&store->replicas->tending);
	return status;
}

void replicas_free(struct replicas *replicas)
{
	if (!replicas)
		return;
	pthread_mutex_lock(&replicas->lock);
	replicas->stops = true;
	pthread_cond_signal(&replicas->stop);
	pthread_mutex_unlock(&replicas->lock);
	pthread_join(replicas->thread, NULL);
	for (size_t i = 0; i < replicas->count; i++)
		replica_free(replicas->items[i]);
	pthread_mutex_destroy(&replicas->tending);
	pthread_mutex_destroy(&replicas->lock);
	pthread_cond_destroy(&replicas->stop);
	free(replicas);
}

/* --- reading --- */

/* A session of the next replica that is not resting; *tried counts those that were looked at. */
static struct connection *next_reader(struct replicas *replicas, size_t *tried, struct replica **of)
{
	struct connection *reader = NULL;
	int64_t now = milliseconds();

	pthread_mutex_lock(&replicas->lock);
	while (!reader && *tried < replicas->count) {
		*of = replicas->items[replicas->turn++ % replicas->count];
		++*tried;
		if (now >= atomic_load(&(*of)->rests_until))
			reader = pop((*of)->store); /* while one is lent, its replica stays */
	}
	pthread_mutex_unlock(&replicas->lock);
	return reader;
}

enum verdict { SHOWS, BEHIND, USELESS };

static enum verdict compare(const struct moment *shown, const struct moment *wanted)
{
	if (shown->turn < 0 || strcmp(shown->reign, wanted->reign) != 0)
		return USELESS;
	if (shown->turn < wanted->turn)
		return BEHIND;
	/* Rights have changed since the snapshot: whoever asks was recognised by the old ones. */
	if (shown->oldest != wanted->oldest || shown->breaks != wanted->breaks)
		return USELESS;
	return shown->epoch == wanted->epoch ? SHOWS : USELESS;
}

static enum verdict await(struct connection *reader, const struct moment *wanted)
{
	enum verdict verdict = USELESS;
	struct error unused = {0};

	for (unsigned attempt = 0; attempt < ATTEMPTS; attempt++) {
		struct timespec pause = {.tv_nsec = 500000L << attempt};

		if (attempt)
			nanosleep(&pause, NULL);
		if (store_snapshot_begin(reader, &unused) != OK)
			return USELESS;
		verdict = compare(&reader->moment, wanted);
		if (verdict == SHOWS)
			return SHOWS;
		store_snapshot_end(reader);
		if (verdict == USELESS)
			break;
	}
	return verdict;
}

static bool take_over(struct replica *replica, struct connection *reader, struct connection **connection)
{
	enum verdict verdict =
	    reader->store->driver->is_alive(reader) ? await(reader, &(*connection)->moment) : USELESS;

	if (verdict == SHOWS) {
		atomic_fetch_add(&replica->reads, 1);
		store_reader_done(connection);
		*connection = reader;
		return true;
	}
	atomic_store(&replica->rests_until, milliseconds() + REST);
	if (verdict == BEHIND)
		atomic_fetch_add(&replica->behind, 1);
	store_reader_done(&reader);
	return false;
}

bool store_relieve(struct connection **connection)
{
	struct store *store = (*connection)->store;
	struct connection *reader;
	struct replica *replica;
	struct error unused = {0};
	int64_t epoch;
	size_t tried = 0;

	if (store->replicas &&
	    store_epoch(*connection, &epoch, &unused) != OK) /* with it comes what replicas must show */
		return false;
	/* Without knowing what is to be shown (nothing was read yet) nobody is asked. */
	while (store->replicas && (*connection)->moment.turn >= 0 &&
	       (reader = next_reader(store->replicas, &tried, &replica)))
		if (take_over(replica, reader, connection))
			return true;
	atomic_fetch_add(&store->wide_reads, 1);
	return false;
}

size_t store_replicas(struct store *store, struct replica_figures figures[REPLICAS_MOST], uint64_t *own)
{
	struct replicas *replicas = store->replicas;
	int64_t now = milliseconds();
	size_t count;

	*own = atomic_load(&store->wide_reads);
	if (!replicas)
		return 0;
	pthread_mutex_lock(&replicas->lock);
	count = replicas->count;
	for (size_t i = 0; i < count; i++) {
		const struct replica *replica = replicas->items[i];

		figures[i] = (struct replica_figures){
		    .reads = atomic_load(&replica->reads),
		    .behind = atomic_load(&replica->behind),
		    .is_there = atomic_load(&replica->is_there),
		    .lag_turns = atomic_load(&replica->lag_turns),
		};
		if (figures[i].lag_turns || !figures[i].is_there)
			figures[i].lag_ms = now - atomic_load(&replica->current_at);
	}
	pthread_mutex_unlock(&replicas->lock);
	return count;
}

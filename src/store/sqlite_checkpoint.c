/* The log (WAL) is moved into the database by a thread of its own: in the writer, checkpoints made its worst latencies.
 *
 * A checkpoint beside a running writer never quite catches up, and the log can only start again from its beginning
 * when a change finds it moved entirely at its begin, and nobody reads from it. So, when the log has grown past
 * LOG_GATE, the rest is moved while the writer waits at the gate between two groups; as most has been moved just
 * before, that is short. At quiet moments the gate costs nothing, and is taken at once. A reader with an old snapshot
 * (a backup) holds the log back: then nobody waits at the gate, and the next tries come at ever larger distances,
 * because each looks through the whole log.
 *
 * Where a journal is kept (journal.h), what is in the log is read before each checkpoint, and its reader moves on
 * after it; until it has been started nothing is moved.
 *
 * After a longer rest the log's file is cut and the page caches are given back, so that an idle process is small. */
#include "store/sqlite.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	LOG_PAGES = 2048,   /* 8 MB: worth a checkpoint */
	LOG_GATE = 8192,    /* 32 MB: the writer must wait for the rest */
	GATE_PATIENCE = 20, /* ms that it waits besides for those who read from the log */
	QUIET_SECONDS = 2,  /* without a commit: time to move what is left */
	REST_SECONDS = 30,  /* after that, still without one: time to give back */
};

struct checkpointer {
	struct sqlite_store *store;
	sqlite3 *db;
	sqlite3 *writer; /* used only while the writer is kept at the gate */
	pthread_t thread;
	bool started;
	pthread_mutex_t lock; /* guards all that follows */
	pthread_cond_t changed;
	bool closing;
	struct sqlite_journal *journal; /* NULL: none is kept, or not yet */
	int pages;                      /* in the log after the last commit */
	int tried;                      /* of them, when a checkpoint was last tried */
	int moved;                      /* of them, known to be in the database */
	int step;                       /* pages after which the next try is worth it */
	unsigned restarts;              /* of the log */
	bool writing;                   /* the writer is past the gate */
	bool gate_wanted;               /* the writer must wait before it */
};

/* Called after every commit, on the writer's thread. */
static int committed(void *context, sqlite3 *db, const char *name, int pages)
{
	struct checkpointer *checkpointer = context;

	pthread_mutex_lock(&checkpointer->lock);
	bool all_moved = checkpointer->pages == checkpointer->moved;
	if (pages < checkpointer->pages) {
		checkpointer->restarts++;
		checkpointer->tried = checkpointer->moved = 0;
	}
	/* The first page after everything was moved starts the wait for quiet. */
	if (all_moved || pages - checkpointer->tried >= checkpointer->step)
		pthread_cond_broadcast(&checkpointer->changed);
	checkpointer->pages = pages;
	struct sqlite_journal *journal = checkpointer->journal;
	pthread_mutex_unlock(&checkpointer->lock);
	if (journal)
		sqlite_journal_note(journal, pages);
	return SQLITE_OK;
}

void checkpointer_watch(struct checkpointer *checkpointer, sqlite3 *db)
{
	pthread_mutex_lock(&checkpointer->lock);
	checkpointer->writer = db;
	pthread_mutex_unlock(&checkpointer->lock);
	if (db)
		sqlite3_wal_hook(db, committed, checkpointer);
}

void checkpointer_keep(struct checkpointer *checkpointer, struct sqlite_journal *journal)
{
	pthread_mutex_lock(&checkpointer->lock);
	checkpointer->journal = journal;
	pthread_cond_broadcast(&checkpointer->changed);
	pthread_mutex_unlock(&checkpointer->lock);
}

void checkpointer_gate(struct checkpointer *checkpointer, bool enter)
{
	pthread_mutex_lock(&checkpointer->lock);
	while (enter && checkpointer->gate_wanted)
		pthread_cond_wait(&checkpointer->changed, &checkpointer->lock);
	checkpointer->writing = enter;
	if (!enter && checkpointer->gate_wanted)
		pthread_cond_broadcast(&checkpointer->changed);
	pthread_mutex_unlock(&checkpointer->lock);
}

/* A try after which as much is left as before is held back by a reader. */
static void set_step(struct checkpointer *checkpointer, bool held_back)
{
	if (!held_back)
		checkpointer->step = LOG_PAGES;
	else if (checkpointer->step < LOG_GATE)
		checkpointer->step *= 2;
}

/* With the lock held, which is given up while the database works. */
static void move(struct checkpointer *checkpointer, bool gated)
{
	unsigned restarts;
	int pages = 0, moved = 0;

	checkpointer->gate_wanted = gated;
	while (gated && checkpointer->writing)
		pthread_cond_wait(&checkpointer->changed, &checkpointer->lock);
	checkpointer->tried = checkpointer->pages;
	restarts = checkpointer->restarts;
	struct sqlite_journal *journal = checkpointer->journal;
	pthread_mutex_unlock(&checkpointer->lock);
	if (journal)
		sqlite_journal_refresh(journal);
	sqlite3_busy_timeout(checkpointer->db, gated ? GATE_PATIENCE : 0);
	sqlite3_wal_checkpoint_v2(checkpointer->db, NULL, gated ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE,
				  &pages, &moved);
	if (journal)
		sqlite_journal_refresh(journal);
	pthread_mutex_lock(&checkpointer->lock);
	if (restarts == checkpointer->restarts && moved >= 0) {
		set_step(checkpointer, moved == checkpointer->moved && moved < pages);
		checkpointer->moved = moved;
		if (checkpointer->tried < moved) /* what was committed meanwhile went along */
			checkpointer->tried = moved;
	}
	if (gated) {
		checkpointer->gate_wanted = false;
		pthread_cond_broadcast(&checkpointer->changed);
	}
}

/* True when nothing was committed for so long. */
static bool quiet_wait(struct checkpointer *checkpointer, int seconds)
{
	struct timespec until;
	int seen = checkpointer->pages;
	unsigned restarts = checkpointer->restarts;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	while (!checkpointer->closing && checkpointer->pages - checkpointer->tried < checkpointer->step) {
		if (pthread_cond_timedwait(&checkpointer->changed, &checkpointer->lock, &until) == ETIMEDOUT)
			return seen == checkpointer->pages && restarts == checkpointer->restarts;
		if (seconds > QUIET_SECONDS && (seen != checkpointer->pages || restarts != checkpointer->restarts))
			return false;
	}
	return false;
}

/* With the lock held, which also keeps the writer at the gate; free readers are kept by the pool's lock. */
static void rest(struct checkpointer *checkpointer)
{
	struct store *store = &checkpointer->store->store;

	if (checkpointer->writing || !checkpointer->writer)
		return;
	if (checkpointer->pages >= LOG_PAGES && !checkpointer->journal &&
	    sqlite3_wal_checkpoint_v2(checkpointer->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK) {
		checkpointer->pages = checkpointer->moved = checkpointer->tried = 0;
		checkpointer->restarts++;
	}
	sqlite3_db_release_memory(checkpointer->writer);
	pthread_mutex_lock(&store->lock);
	for (struct connection *reader = store->free_readers; reader; reader = reader->next)
		sqlite3_db_release_memory(((struct sqlite_connection *)reader)->db);
	pthread_mutex_unlock(&store->lock);
	malloc_trim(0);
}

static void *checkpointer_main(void *argument)
{
	struct checkpointer *checkpointer = argument;
	bool rested = true;

	pthread_mutex_lock(&checkpointer->lock);
	while (!checkpointer->closing && checkpointer->store->keeps_journal && !checkpointer->journal)
		pthread_cond_wait(&checkpointer->changed, &checkpointer->lock);
	while (!checkpointer->closing) {
		bool all_moved = checkpointer->pages == checkpointer->moved;

		if (all_moved && rested) {
			pthread_cond_wait(&checkpointer->changed, &checkpointer->lock);
			rested = false;
		} else if (all_moved) {
			rested = quiet_wait(checkpointer, REST_SECONDS);
			if (rested)
				rest(checkpointer);
		} else if (checkpointer->pages - checkpointer->tried >= checkpointer->step ||
			   quiet_wait(checkpointer, QUIET_SECONDS)) {
			move(checkpointer, false);
			if (checkpointer->pages >= LOG_GATE && checkpointer->step == LOG_PAGES)
				move(checkpointer, true);
			rested = false;
		}
	}
	pthread_mutex_unlock(&checkpointer->lock);
	return NULL;
}

enum status checkpointer_start(struct sqlite_store *store, struct checkpointer **started, struct error *error)
{
	struct checkpointer *checkpointer = calloc(1, sizeof(*checkpointer));
	pthread_condattr_t monotonic;

	if (!checkpointer)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	enum status status = sqlite_connect(store, 1 << 10, &checkpointer->db, error);
	if (status != OK) {
		free(checkpointer);
		return status;
	}
	checkpointer->store = store;
	checkpointer->step = LOG_PAGES;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&checkpointer->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&checkpointer->lock, NULL);
	*started = checkpointer;
	checkpointer->started = !pthread_create(&checkpointer->thread, NULL, checkpointer_main, checkpointer);
	if (!checkpointer->started)
		return error_fail(error, E_UNAVAILABLE, "", "threads", N_("No thread could be started"));
	return OK;
}

void checkpointer_stop(struct checkpointer *checkpointer)
{
	if (!checkpointer)
		return;
	pthread_mutex_lock(&checkpointer->lock);
	checkpointer->closing = true;
	pthread_cond_broadcast(&checkpointer->changed);
	pthread_mutex_unlock(&checkpointer->lock);
	if (checkpointer->started)
		pthread_join(checkpointer->thread, NULL);
	sqlite3_close_v2(checkpointer->db);
	pthread_mutex_destroy(&checkpointer->lock);
	pthread_cond_destroy(&checkpointer->changed);
	free(checkpointer);
}

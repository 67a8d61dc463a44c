/* The thread that moves the log, beside a database that is played: what is committed while a checkpoint runs. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

static int played(sqlite3 *db, const char *name, int mode, int *pages, int *moved);
#define sqlite3_wal_checkpoint_v2 played
#include "store/sqlite_checkpoint.c"

enum { BEFORE = 2 * LOG_PAGES, AFTER = 4 * LOG_PAGES, PATIENCE = 10 /* s */ };

static struct checkpointer *checkpointer;

/* More than is worth a checkpoint is committed, and moved at once as well. */
static int played(sqlite3 *db, const char *name, int mode, int *pages, int *moved)
{
	(void)db, (void)mode;
	committed(checkpointer, NULL, name, AFTER);
	*pages = *moved = AFTER;
	return SQLITE_OK;
}

static bool lock_in_time(void)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += PATIENCE;
	return pthread_mutex_clocklock(&checkpointer->lock, CLOCK_MONOTONIC, &until) == 0;
}

/* The thread waits for the next commit then, and does not keep the writer out by looking again and again. */
static void what_is_committed_meanwhile_is_moved_as_well(void **state)
{
	static struct sqlite_store store;
	pthread_condattr_t monotonic;
	bool moved = false;

	(void)state;
	checkpointer = calloc(1, sizeof(*checkpointer));
	assert_non_null(checkpointer);
	*checkpointer = (struct checkpointer){.store = &store, .step = LOG_PAGES, .pages = BEFORE};
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&checkpointer->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&checkpointer->lock, NULL);
	checkpointer->started = !pthread_create(&checkpointer->thread, NULL, checkpointer_main, checkpointer);
	assert_true(checkpointer->started);
	while (!moved) {
		assert_true(lock_in_time());
		moved = checkpointer->moved == AFTER;
		pthread_mutex_unlock(&checkpointer->lock);
		sched_yield();
	}
	assert_true(lock_in_time());
	assert_int_equal(checkpointer->pages, AFTER);
	pthread_mutex_unlock(&checkpointer->lock);
	checkpointer_stop(checkpointer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_committed_meanwhile_is_moved_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The thread that moves the log, beside a database that is played: what is committed while a checkpoint runs. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

static int played(sqlite3 *db, const char *name, int mode, int *pages, int *moved);
#define sqlite3_busy_timeout(db, ms) ((void)(db), (void)(ms))
#define sqlite3_wal_checkpoint_v2 played
#include "store/sqlite_checkpoint.c"

enum { BEFORE = 2 * LOG_PAGES, AFTER = 3 * LOG_PAGES, PATIENCE = 10 /* s */ };

_Static_assert(AFTER < (int)LOG_GATE, "beyond it the writer waits");

static struct checkpointer *checkpointer;
static int in_log;        /* pages, when a checkpoint looks */
static bool was_kept_out; /* the writer, during a checkpoint */

/* More than is worth a checkpoint is committed, and moved at once as well. */
static int played(sqlite3 *db, const char *name, int mode, int *pages, int *moved)
{
	(void)db, (void)mode;
	was_kept_out = was_kept_out || checkpointer->gate_wanted;
	if (checkpointer->pages != in_log)
		committed(checkpointer, NULL, name, in_log);
	*pages = *moved = in_log;
	return SQLITE_OK;
}

static bool lock_in_time(void)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += PATIENCE;
	return pthread_mutex_clocklock(&checkpointer->lock, CLOCK_MONOTONIC, &until) == 0;
}

static void start(int pages)
{
	static struct sqlite_store store;
	pthread_condattr_t monotonic;

	checkpointer = calloc(1, sizeof(*checkpointer));
	assert_non_null(checkpointer);
	*checkpointer = (struct checkpointer){.store = &store, .step = LOG_PAGES, .pages = pages};
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&checkpointer->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&checkpointer->lock, NULL);
	was_kept_out = false;
	checkpointer->started = !pthread_create(&checkpointer->thread, NULL, checkpointer_main, checkpointer);
	assert_true(checkpointer->started);
}

static void wait_until_moved(int pages)
{
	bool moved = false;

	while (!moved) {
		assert_true(lock_in_time());
		moved = checkpointer->moved == pages && !checkpointer->gate_wanted;
		pthread_mutex_unlock(&checkpointer->lock);
		sched_yield();
	}
}

/* The thread waits for the next commit then, and does not keep the writer out by looking again and again. */
static void what_is_committed_meanwhile_is_moved_as_well(void **state)
{
	(void)state;
	in_log = AFTER;
	start(BEFORE);
	wait_until_moved(AFTER);
	assert_true(lock_in_time());
	assert_int_equal(checkpointer->pages, AFTER);
	assert_false(was_kept_out);
	pthread_mutex_unlock(&checkpointer->lock);
	checkpointer_stop(checkpointer);
}

/* One long change after the other begins before what the last one has written is moved. None would find a log that is
 * moved entirely, and it would never begin again, if the writer were not made to wait for that. */
static void the_writer_waits_for_a_long_log_that_is_moved(void **state)
{
	bool kept_out = false;

	(void)state;
	in_log = LOG_GATE + 1;
	start(LOG_GATE + 1);
	wait_until_moved(LOG_GATE + 1);
	for (int i = 0; i < 1000000 && !kept_out; i++) {
		assert_true(lock_in_time());
		kept_out = was_kept_out;
		pthread_mutex_unlock(&checkpointer->lock);
		sched_yield();
	}
	assert_true(kept_out);
	checkpointer_stop(checkpointer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_committed_meanwhile_is_moved_as_well),
	    cmocka_unit_test(the_writer_waits_for_a_long_log_that_is_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "job/scheduler.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "backup/anchors.h"
#include "backup/erasures.h"
#include "base/log.h"
#include "behaviour/retention.h"
#include "job/measures.h"
#include "job/readings.h"
#include "job/reports.h"
#include "record/notices.h"
#include "record/outbox.h"
#include "record/tally.h"

enum { TIMERS_AT_ONCE = 50 };
/* A timer set by an edit may be due earlier than what we wait for. We hear of it, on whatever node it was made, and
 * never sleep longer than this all the same. */
static const int64_t longest_sleep = SECOND, shortest_sleep = 20; /* what is heard of, with what follows closely */

static const int64_t counts_every = 10 * (int64_t)SECOND;

enum { REPORTS_AT_ONCE = 20, MEASURES_AT_ONCE = 50 };

struct scheduler {
	struct kernel *kernel;
	const struct figures *figures;
	int64_t checkpoint_every, outbox_keep;
	struct outbox_place thinned;
	const char *anchor_to;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stops;
	instant heard; /* the earliest timer that was set since we last slept; INT64_MAX: none */
	struct ear *ear;
	_Atomic uint64_t done[SCHEDULER_JOBS], failed[SCHEDULER_JOBS];
	_Atomic instant alive_at;
};

static const char *const jobs[] = {
    [JOB_TIMERS] = "timers",     [JOB_REPORTS] = "reports",     [JOB_CHECKPOINT] = "checkpoint",
    [JOB_ERASURES] = "erasures", [JOB_COUNTS] = "counts",       [JOB_MAIL] = "mail",
    [JOB_MEASURES] = "measures", [JOB_READINGS] = "access_log", [JOB_OUTBOX] = "outbox"};

/* Counts how a job ended, and tells what went wrong. */
static enum status ended(struct scheduler *scheduler, enum scheduler_job job, enum status status,
			 const struct error *error)
{
	char text[512];

	atomic_store(&scheduler->alive_at, time_now());
	atomic_fetch_add(status ? &scheduler->failed[job] : &scheduler->done[job], 1);
	if (!status)
		return OK;
	error_text(error, text, sizeof(text));
	const struct log_field fields[] = {{.name = "job", .text = jobs[job]}, {.name = "fault", .text = text}};
	log_fields(LOG_ERROR, "a job failed", fields, 2);
	return status;
}

/* Some of those that are due, and when to look again: a long backlog holds up neither what else is to be done nor the
 * end. */
static instant run_timers(struct scheduler *scheduler, instant now)
{
	instant next = INSTANT_NONE;
	struct error error = {0};
	size_t ran;

	enum status status = kernel_run_timers(scheduler->kernel, now, TIMERS_AT_ONCE, &ran, &next, &error);
	if (ended(scheduler, JOB_TIMERS, status, &error))
		return now + longest_sleep;
	return ran == TIMERS_AT_ONCE ? now : next;
}

/* When to look again: what failed is not tried at once. */
static instant issue_reports(struct scheduler *scheduler, instant now)
{
	struct reports_run run = {
	    .kernel = scheduler->kernel, .figures = scheduler->figures, .now = now, .most = REPORTS_AT_ONCE};
	struct error error = {0};

	return ended(scheduler, JOB_REPORTS, reports_issue(&run, &error), &error) ? now + MINUTE : now;
}

/* When to look again. What ends, ends with a day; a backlog is gone on with at once. */
static instant take_measures(struct scheduler *scheduler, instant now, bool first)
{
	struct measures_run run = {.kernel = scheduler->kernel,
				   .figures = scheduler->figures,
				   .now = now,
				   .adopts = first,
				   .most = MEASURES_AT_ONCE};
	struct error error = {0};
	enum status status = ended(scheduler, JOB_MEASURES, measures_take(&run, &error), &error);

	return !status && run.passed >= MEASURES_AT_ONCE ? now : now + MINUTE;
}

static void write_checkpoint(struct scheduler *scheduler, instant now)
{
	struct error error = {0};

	ended(scheduler, JOB_CHECKPOINT, anchors_keep(scheduler->kernel, scheduler->anchor_to, now, &error), &error);
}

/* As soon as something was erased, it is said outside, too, and nothing of it stays behind. thorough: also what others
 * erased and settled, who did not know where to say it. */
static void settle_erasures(struct scheduler *scheduler, bool thorough)
{
	ARENA arena = arena_new();
	struct error error = {0};
	char *path = erasures_path(arena, scheduler->anchor_to);

	enum status status = thorough ? erasures_keep(scheduler->kernel, path, &error) : OK;

	ended(scheduler, JOB_ERASURES, status ? status : erasures_settle(scheduler->kernel, path, &error), &error);
}

static void write_counts(struct scheduler *scheduler)
{
	struct error error = {0};

	ended(scheduler, JOB_COUNTS, kernel_write_counts(scheduler->kernel, &error), &error);
}

static void write_readings(struct scheduler *scheduler)
{
	struct error error = {0};

	ended(scheduler, JOB_READINGS, readings_write(scheduler->kernel, time_now(), &error), &error);
}

static void mail_notices(struct scheduler *scheduler, instant now)
{
	struct error error = {0};
	size_t put;

	ended(scheduler, JOB_MAIL, notices_mail(scheduler->kernel, now, &put, &error), &error);
}

/* Whatever is held for a dispute may be among it: while anything is, all stays. */
static enum status thin_some(struct scheduler *scheduler, instant now, bool *more, struct error *error)
{
	ARENA arena = arena_new();
	READER connection = NULL;
	bool held;
	enum status status = kernel_reader(scheduler->kernel, &connection, error);

	if (!status)
		status = retention_anything_held(scheduler->kernel, connection, arena, &held, error);
	store_reader_done(&connection);
	if (status || held)
		return status;
	return outbox_thin(scheduler->kernel, now - scheduler->outbox_keep, &scheduler->thinned, more, error);
}

/* When to come again: at once while there is more to look at, and once a day. */
static instant thin_outbox(struct scheduler *scheduler, instant now)
{
	struct error error = {0};
	bool more = false;

	if (ended(scheduler, JOB_OUTBOX, thin_some(scheduler, now, &more, &error), &error))
		return now + MINUTE;
	return more ? now : now + DAY;
}

static void hear(void *context, const struct news *news, size_t count)
{
	struct scheduler *scheduler = context;
	instant earliest = INT64_MAX;

	for (size_t i = 0; i < count; i++) {
		if (news[i].kind == NEWS_MISSED)
			earliest = 0;
		else if (news[i].kind == NEWS_TIMER && news[i].detail < earliest)
			earliest = news[i].detail;
	}
	pthread_mutex_lock(&scheduler->lock);
	if (earliest < scheduler->heard) {
		scheduler->heard = earliest;
		pthread_cond_signal(&scheduler->wake);
	}
	pthread_mutex_unlock(&scheduler->lock);
}

/* False when it is time to stop. */
static bool sleep_until(struct scheduler *scheduler, instant until)
{
	instant soonest = time_now() + shortest_sleep;
	int64_t most = time_now() + longest_sleep, at = until != INSTANT_NONE && until < most ? until : most;
	bool goes_on;

	atomic_store(&scheduler->alive_at, time_now());
	pthread_mutex_lock(&scheduler->lock);
	while (!scheduler->stops) {
		instant end = scheduler->heard < soonest ? soonest : scheduler->heard < at ? scheduler->heard : at;
		struct timespec deadline = {.tv_sec = end / SECOND, .tv_nsec = end % SECOND * 1000000};

		if (time_now() >= end ||
		    pthread_cond_timedwait(&scheduler->wake, &scheduler->lock, &deadline) == ETIMEDOUT)
			break;
	}
	scheduler->heard = INT64_MAX; /* what we heard of stands in the table */
	goes_on = !scheduler->stops;
	pthread_mutex_unlock(&scheduler->lock);
	return goes_on;
}

static void *work(void *context)
{
	struct scheduler *scheduler = context;
	instant next_checkpoint = time_now() + scheduler->checkpoint_every, next_counts = 0, next_reports = 0,
		next_measures = 0, next_thinning = 0, next;

	do {
		instant now = time_now();

		next = run_timers(scheduler, now);
		mail_notices(scheduler, now);
		write_readings(scheduler);
		if (scheduler->figures && now >= next_reports)
			next_reports = issue_reports(scheduler, now);
		if (scheduler->figures && now >= next_measures)
			next_measures = take_measures(scheduler, now, !next_measures);
		if (scheduler->outbox_keep && now >= next_thinning)
			next_thinning = thin_outbox(scheduler, now);
		if (scheduler->kernel->has_key && now >= next_checkpoint) {
			settle_erasures(scheduler, true);
			write_checkpoint(scheduler, now);
			next_checkpoint = now + scheduler->checkpoint_every;
		}
		if (now >= next_counts) {
			settle_erasures(scheduler, false);
			write_counts(scheduler);
			next_counts = now + counts_every;
		}
	} while (sleep_until(scheduler, next));
	settle_erasures(scheduler, true);
	write_counts(scheduler);
	write_readings(scheduler);
	return NULL;
}

enum status scheduler_start(const struct scheduler_options *options, struct scheduler **scheduler, struct error *error)
{
	struct scheduler *made = calloc(1, sizeof(*made));

	if (!made)
		return error_fail(error, E_INTERNAL, "", "memory", N_("There is no memory left"));
	made->kernel = options->kernel;
	made->alive_at = time_now();
	made->figures = options->figures;
	made->anchor_to = options->anchor_to;
	made->outbox_keep = options->outbox_keep;
	made->checkpoint_every = options->checkpoint_every ? options->checkpoint_every : HOUR;
	pthread_mutex_init(&made->lock, NULL);
	pthread_cond_init(&made->wake, NULL);
	made->heard = INT64_MAX;
	enum status status = store_listen(made->kernel->store, hear, made, &made->ear, error);
	if (!status && pthread_create(&made->thread, NULL, work, made))
		status = error_fail(error, E_INTERNAL, "", "thread", N_("A thread could not be started"));
	if (status) {
		store_unlisten(made->kernel->store, &made->ear);
		free(made);
		return status;
	}
	*scheduler = made;
	return OK;
}

void scheduler_stop(struct scheduler *scheduler)
{
	if (!scheduler)
		return;
	store_unlisten(scheduler->kernel->store, &scheduler->ear);
	pthread_mutex_lock(&scheduler->lock);
	scheduler->stops = true;
	pthread_cond_signal(&scheduler->wake);
	pthread_mutex_unlock(&scheduler->lock);
	pthread_join(scheduler->thread, NULL);
	pthread_cond_destroy(&scheduler->wake);
	pthread_mutex_destroy(&scheduler->lock);
	free(scheduler);
}

struct scheduler_figures scheduler_figures(struct scheduler *scheduler)
{
	struct scheduler_figures figures = {.alive_at = atomic_load(&scheduler->alive_at)};

	for (int i = 0; i < SCHEDULER_JOBS; i++) {
		figures.jobs[i].name = jobs[i];
		figures.jobs[i].done = atomic_load(&scheduler->done[i]);
		figures.jobs[i].failed = atomic_load(&scheduler->failed[i]);
	}
	return figures;
}

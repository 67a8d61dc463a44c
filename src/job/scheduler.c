#include "job/scheduler.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"
#include "job/reports.h"
#include "record/tally.h"
#include "record/verify.h"

enum { TIMERS_AT_ONCE = 50 };
/* A timer set by an edit may be due earlier than what we wait for, so we never sleep longer than this. */
static const int64_t longest_sleep = SECOND;

static const int64_t counts_every = 10 * (int64_t)SECOND;

enum { REPORTS_AT_ONCE = 20 };

struct scheduler {
	struct kernel *kernel;
	const struct figures *figures;
	int64_t checkpoint_every;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stops;
};

static void report(const char *what, const struct error *error)
{
	char text[512];

	error_text(error, text, sizeof(text));
	log_error("%s failed: %s", what, text);
}

/* Some of those that are due, and when to look again: a long backlog holds up neither what else is to be done nor the
 * end. */
static instant run_timers(struct scheduler *scheduler, instant now)
{
	instant next = INSTANT_NONE;
	struct error error = {0};
	size_t ran;

	if (kernel_run_timers(scheduler->kernel, now, TIMERS_AT_ONCE, &ran, &next, &error)) {
		report("running timers", &error);
		return now + longest_sleep;
	}
	return ran == TIMERS_AT_ONCE ? now : next;
}

/* When to look again: what failed is not tried at once. */
static instant issue_reports(struct scheduler *scheduler, instant now)
{
	struct reports_run run = {
	    .kernel = scheduler->kernel, .figures = scheduler->figures, .now = now, .most = REPORTS_AT_ONCE};
	struct error error = {0};

	if (!reports_issue(&run, &error))
		return now;
	report("issuing reports", &error);
	return now + MINUTE;
}

static void write_checkpoint(struct scheduler *scheduler, instant now)
{
	struct error error = {0};
	bool written;

	if (checkpoint_write(scheduler->kernel, now, &written, &error))
		report("signing a checkpoint", &error);
}

static void write_counts(struct scheduler *scheduler)
{
	struct error error = {0};

	if (kernel_write_counts(scheduler->kernel, &error))
		report("writing what was counted", &error);
}

/* False when it is time to stop. */
static bool sleep_until(struct scheduler *scheduler, instant until)
{
	int64_t most = time_now() + longest_sleep, at = until != INSTANT_NONE && until < most ? until : most;
	struct timespec deadline = {.tv_sec = at / SECOND, .tv_nsec = at % SECOND * 1000000};
	bool goes_on;

	pthread_mutex_lock(&scheduler->lock);
	while (!scheduler->stops && pthread_cond_timedwait(&scheduler->wake, &scheduler->lock, &deadline) != ETIMEDOUT)
		;
	goes_on = !scheduler->stops;
	pthread_mutex_unlock(&scheduler->lock);
	return goes_on;
}

static void *work(void *context)
{
	struct scheduler *scheduler = context;
	instant next_checkpoint = time_now() + scheduler->checkpoint_every, next_counts = 0, next_reports = 0, next;

	do {
		instant now = time_now();

		next = run_timers(scheduler, now);
		if (scheduler->figures && now >= next_reports)
			next_reports = issue_reports(scheduler, now);
		if (scheduler->kernel->has_key && now >= next_checkpoint) {
			write_checkpoint(scheduler, now);
			next_checkpoint = now + scheduler->checkpoint_every;
		}
		if (now >= next_counts) {
			write_counts(scheduler);
			next_counts = now + counts_every;
		}
	} while (sleep_until(scheduler, next));
	write_counts(scheduler);
	return NULL;
}

enum status scheduler_start(const struct scheduler_options *options, struct scheduler **scheduler, struct error *error)
{
	struct scheduler *made = calloc(1, sizeof(*made));

	if (!made)
		return error_fail(error, E_INTERNAL, "", "memory", N_("There is no memory left"));
	made->kernel = options->kernel;
	made->figures = options->figures;
	made->checkpoint_every = options->checkpoint_every ? options->checkpoint_every : HOUR;
	pthread_mutex_init(&made->lock, NULL);
	pthread_cond_init(&made->wake, NULL);
	if (pthread_create(&made->thread, NULL, work, made)) {
		free(made);
		return error_fail(error, E_INTERNAL, "", "thread", N_("A thread could not be started"));
	}
	*scheduler = made;
	return OK;
}

void scheduler_stop(struct scheduler *scheduler)
{
	if (!scheduler)
		return;
	pthread_mutex_lock(&scheduler->lock);
	scheduler->stops = true;
	pthread_cond_signal(&scheduler->wake);
	pthread_mutex_unlock(&scheduler->lock);
	pthread_join(scheduler->thread, NULL);
	pthread_cond_destroy(&scheduler->wake);
	pthread_mutex_destroy(&scheduler->lock);
	free(scheduler);
}

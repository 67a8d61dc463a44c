#include "job/keeper.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "backup/evidence.h"
#include "backup/files.h"
#include "backup/shelf.h"
#include "backup/trial.h"
#include "base/log.h"

enum { NICE = 19, RETRY = HOUR };

enum outcome { NOTHING_YET, DONE, NOT_COPIED, FAILED };

struct keeper {
	struct keeper_options options;
	struct shelf_access access;
	struct shelf *folder, *copy; /* opened when they are there; NULL: not yet */
	atomic_uint wanted;          /* backups that were asked for */
	unsigned answered;           /* of these, by a backup that went well */
	pthread_t thread;
	bool started;
	atomic_bool stops;
	pthread_mutex_t lock; /* guards the figures, and the sleep */
	pthread_cond_t wake;
	bool woken;
	struct keeper_figures figures;
	enum outcome told;       /* by the last record */
	instant failed_at;       /* the last backup; INSTANT_NONE: it did not fail */
	instant uncopied_since;  /* when the second place was last tried in vain; INSTANT_NONE: it has all */
	instant passed_at;       /* the last trial that was passed; INSTANT_NONE: none */
	instant trial_failed_at; /* INSTANT_NONE: the last trial did not fail */
	bool knows_trial;        /* passed_at was looked up */
};

static void log_failure(const char *what, const struct error *error)
{
	char text[512];

	error_text(error, text, sizeof(text));
	log_error("%s failed: %s", what, text);
}

/* --- a backup --- */

struct taking {
	struct keeper *keeper;
	struct arena *arena;
	instant now;
	const char *name, *path;
	struct backup_facts facts;
};

static enum status write_one(struct taking *taking, struct error *error)
{
	const struct keeper_options *options = &taking->keeper->options;
	struct seal_options seal = {.path = taking->path, .secret = &options->secret, .now = taking->now};

	return backup_write(taking->arena, options->kernel->store, &seal, &taking->keeper->stops, &taking->facts,
			    error);
}

/* Looked for until it is there: a mount may come late. */
static enum status reach(struct keeper *keeper, const char *place, struct shelf **shelf, struct error *error)
{
	enum status status = *shelf ? OK : shelf_open(place, &keeper->access, shelf, error);

	if (status)
		shelf_close(shelf);
	return status;
}

static enum status copy_one(struct keeper *keeper, const char *name, instant now, struct error *error)
{
	ARENA arena = arena_new();
	const struct keeper_options *options = &keeper->options;
	char *path = str_c(arena, str_format(arena, "%s/%s", options->folder, name));
	struct hash digest;
	struct error lost = {0};
	enum status status;

	if ((status = files_digest(path, &digest, error)) ||
	    (status = shelf_put(keeper->copy, path, name, digest, error)))
		return status;
	log_info("backup %s is copied to %s", name, options->copy);
	if (evidence_of_copy(options->kernel, digest, str_of(options->copy), now, &lost))
		log_failure("the record of a backup", &lost);
	return OK;
}

/* All that the second place lacks, the newest first: it may have been out of reach for long. */
static enum status copy_missing(struct keeper *keeper, instant now, struct error *error)
{
	ARENA arena = arena_new();
	struct shelf_list ours, theirs;
	enum status status = reach(keeper, keeper->options.copy, &keeper->copy, error);

	if (status || (status = shelf_read(keeper->folder, arena, &ours, error)) ||
	    (status = shelf_read(keeper->copy, arena, &theirs, error)))
		return status;
	for (size_t i = ours.backup_count; i-- && !status;) {
		size_t there = theirs.backup_count;

		while (there && !shelf_item_is_copy(&theirs.backups[there - 1], &ours.backups[i]))
			there--;
		if (!there && ours.backup_count - i <= keeper->options.keep)
			status = copy_one(keeper, str_c(arena, ours.backups[i].name), now, error);
	}
	return status;
}

/* The old ones go only when the new one is whole wherever it is to be. */
static enum status settle(struct keeper *keeper, instant now, struct error *error)
{
	const struct keeper_options *options = &keeper->options;
	enum status status = options->copy ? copy_missing(keeper, now, error) : OK;

	if (!status)
		status = shelf_keep(keeper->folder, options->keep, error);
	if (!status && options->copy)
		status = shelf_keep(keeper->copy, options->keep, error);
	keeper->uncopied_since = status ? now : INSTANT_NONE;
	if (!status && keeper->told == NOT_COPIED)
		keeper->told = DONE;
	return status;
}

static void leave_evidence(struct taking *taking, instant ended_at, bool written, const struct error *failed)
{
	const struct keeper_options *options = &taking->keeper->options;
	struct backup_evidence evidence = {.file = str_of(taking->name),
					   .place = str_of(options->folder),
					   .copy = str_of(written && !failed ? options->copy : NULL),
					   .taken_at = taking->now,
					   .ended_at = ended_at,
					   .facts = written ? &taking->facts : NULL,
					   .failed = failed};
	struct error error = {0};

	if (evidence_of_backup(options->kernel, &evidence, &error))
		log_failure("the record of a backup", &error);
}

static void count_backup(struct keeper *keeper, instant now, int64_t took, const struct backup_facts *facts)
{
	pthread_mutex_lock(&keeper->lock);
	keeper->figures.backups++;
	if (facts) {
		keeper->figures.last_backup = now;
		keeper->figures.last_bytes = facts->file.bytes;
		keeper->figures.last_ms = took;
	} else {
		keeper->figures.failed_backups++;
	}
	pthread_mutex_unlock(&keeper->lock);
}

static void take(struct keeper *keeper, instant now)
{
	ARENA arena = arena_new();
	char name[NAME_TEXT];
	struct taking taking = {.keeper = keeper, .arena = arena, .now = now, .name = backup_name(now, name)};
	struct error error = {0};
	unsigned wanted = keeper->wanted;
	instant began = time_now();

	taking.path = str_c(arena, str_format(arena, "%s/%s", keeper->options.folder, name));
	bool written = !write_one(&taking, &error), well = written && !settle(keeper, now, &error);
	int64_t took = time_now() - began;
	if (!written && keeper->stops)
		return;
	keeper->failed_at = written ? INSTANT_NONE : now;
	if (written)
		keeper->answered = wanted;
	count_backup(keeper, now, took, well ? &taking.facts : NULL);
	if (well)
		log_info("backup %s: %lld bytes in %lld ms", name, (long long)taking.facts.file.bytes, (long long)took);
	else
		log_failure(written ? "the copy of a backup" : "a backup", &error);
	/* Who is concerned is told once that it fails, and not with every try. */
	enum outcome outcome = well ? DONE : written ? NOT_COPIED : FAILED;
	if (well || outcome != keeper->told)
		leave_evidence(&taking, now + took, written, well ? NULL : &error);
	keeper->told = outcome;
}

/* Of backups that are whole: their copies, again. */
static void copy_again(struct keeper *keeper, instant now)
{
	struct error error = {0};

	if (!settle(keeper, now, &error) || keeper->stops)
		return;
	log_failure("the copy of a backup", &error);
	pthread_mutex_lock(&keeper->lock);
	keeper->figures.failed_backups++;
	pthread_mutex_unlock(&keeper->lock);
}

/* --- a trial --- */

/* With the journal, where one is kept. A backup from before it was can be restored by itself alone. */
static enum status restore_newest(struct keeper *keeper, struct arena *arena, const char *name,
				  struct restore_facts *facts, struct error *error)
{
	const struct keeper_options *options = &keeper->options;
	struct trial_options trial = {
	    .shelf = keeper->folder,
	    .name = name,
	    .moment = options->follows ? MOMENT_LATEST : INSTANT_NONE,
	    .secret = &options->secret,
	    .scratch = options->scratch,
	    .room = trial_room(options->database),
	    .model = options->trial_model,
	    .kernel = options->kernel_options,
	    .stop = &keeper->stops,
	};
	enum status status = trial_run(arena, &trial, facts, error);

	if (status != E_CONFLICT || !error->count || strcmp(error->items[0].rule, "place") != 0)
		return status;
	error_clear(error);
	trial.moment = INSTANT_NONE;
	return trial_run(arena, &trial, facts, error);
}

/* How far the history goes before the trial: what it is measured by. */
static void look_ahead(struct keeper *keeper, struct history_end *until)
{
	READER connection = NULL;
	struct error error = {0};

	*until = (struct history_end){0};
	if (kernel_reader(keeper->options.kernel, &connection, &error) || census_end(connection, until, &error))
		log_failure("looking at the end of the history", &error);
}

static void try_one(struct keeper *keeper, const char *name, instant now)
{
	ARENA arena = arena_new();
	struct restore_facts facts;
	struct test_evidence evidence = {.file = str_of(name), .started_at = now, .facts = &facts};
	struct error error = {0}, lost = {0};
	instant began = time_now();

	look_ahead(keeper, &evidence.until);
	bool passed = !restore_newest(keeper, arena, name, &facts, &error);
	if (!passed && keeper->stops)
		return;
	evidence.ended_at = now + (time_now() - began);
	evidence.failed = passed ? NULL : &error;
	if (passed)
		log_info("restore test of %s: %lld records are whole", name, (long long)census_records(&facts.census));
	else
		log_failure("a restore test", &error);
	keeper->trial_failed_at = passed ? INSTANT_NONE : now;
	if (passed)
		keeper->passed_at = now;
	pthread_mutex_lock(&keeper->lock);
	keeper->figures.trials++;
	keeper->figures.failed_trials += !passed;
	if (passed)
		keeper->figures.last_trial = now;
	pthread_mutex_unlock(&keeper->lock);
	if (evidence_of_test(keeper->options.kernel, &evidence, &lost))
		log_failure("the record of a restore test", &lost);
}

/* --- when --- */

static instant backup_due(const struct keeper *keeper, const struct shelf_list *list, instant now)
{
	instant due = list->backup_count ? list->moments[list->backup_count - 1] + keeper->options.every : now;
	int64_t retry = keeper->options.every < RETRY ? keeper->options.every : RETRY;

	if (keeper->answered != keeper->wanted)
		due = now;
	if (keeper->failed_at != INSTANT_NONE)
		due = keeper->failed_at + retry;
	return due;
}

static instant copy_due(const struct keeper *keeper)
{
	int64_t retry = keeper->options.every < RETRY ? keeper->options.every : RETRY;

	return keeper->uncopied_since == INSTANT_NONE ? INT64_MAX : keeper->uncopied_since + retry;
}

/* After a failure the next backup is tried. */
static enum status trial_due(struct keeper *keeper, instant now, instant *due, struct error *error)
{
	enum status status = OK;

	if (!keeper->knows_trial)
		status = evidence_last_pass(keeper->options.kernel, &keeper->passed_at, error);
	keeper->knows_trial = keeper->knows_trial || !status;
	*due = keeper->passed_at == INSTANT_NONE ? now : keeper->passed_at + keeper->options.trial_every;
	if (keeper->trial_failed_at != INSTANT_NONE)
		*due = keeper->trial_failed_at + keeper->options.every;
	return status;
}

static enum status step(struct keeper *keeper, instant now, instant *next, struct error *error)
{
	ARENA arena = arena_new();
	struct shelf_list list;
	enum status status = reach(keeper, keeper->options.folder, &keeper->folder, error);

	if (status || (status = shelf_read(keeper->folder, arena, &list, error)))
		return status;
	if (backup_due(keeper, &list, now) <= now) {
		take(keeper, now);
		status = shelf_read(keeper->folder, arena, &list, error);
	} else if (copy_due(keeper) <= now) {
		copy_again(keeper, now);
	}
	if (status)
		return status;
	*next = backup_due(keeper, &list, now);
	if (copy_due(keeper) < *next)
		*next = copy_due(keeper);
	if (!keeper->options.trial_every || !list.backup_count || keeper->stops)
		return OK;
	instant due;
	if (!(status = trial_due(keeper, now, &due, error)) && due <= now) {
		try_one(keeper, str_c(arena, list.backups[list.backup_count - 1].name), now);
		status = trial_due(keeper, now, &due, error);
	}
	if (!status && due < *next)
		*next = due;
	return status;
}

void keeper_step(struct keeper *keeper, instant now, instant *next)
{
	struct error error = {0};

	*next = now + MINUTE;
	if (step(keeper, now, next, &error)) {
		*next = now + MINUTE;
		log_failure("keeping backups", &error);
	}
}

/* --- the thread --- */

static void sleep_until(struct keeper *keeper, instant until)
{
	struct timespec deadline = {.tv_sec = until / SECOND, .tv_nsec = until % SECOND * 1000000};

	pthread_mutex_lock(&keeper->lock);
	while (!keeper->stops && !keeper->woken &&
	       pthread_cond_timedwait(&keeper->wake, &keeper->lock, &deadline) != ETIMEDOUT)
		;
	keeper->woken = false;
	pthread_mutex_unlock(&keeper->lock);
}

void keeper_hurry(struct keeper *keeper)
{
	keeper->wanted++;
	pthread_mutex_lock(&keeper->lock);
	keeper->woken = true;
	pthread_cond_signal(&keeper->wake);
	pthread_mutex_unlock(&keeper->lock);
}

static void *work(void *context)
{
	struct keeper *keeper = context;
	instant next;

	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE); /* of this thread alone */
	while (!keeper->stops) {
		keeper_step(keeper, time_now(), &next);
		sleep_until(keeper, next);
	}
	return NULL;
}

enum status keeper_new(const struct keeper_options *options, struct keeper **keeper, struct error *error)
{
	struct keeper *made = calloc(1, sizeof(*made));

	if (!made)
		return error_fail(error, E_INTERNAL, "", "memory", N_("There is no memory left"));
	made->options = *options;
	made->access = options->access;
	made->access.stop = &made->stops;
	made->failed_at = made->passed_at = made->trial_failed_at = INSTANT_NONE;
	made->uncopied_since = options->copy ? 0 : INSTANT_NONE; /* nothing is known of it */
	pthread_mutex_init(&made->lock, NULL);
	pthread_cond_init(&made->wake, NULL);
	*keeper = made;
	return OK;
}

enum status keeper_start(struct keeper *keeper, struct error *error)
{
	keeper->started = !pthread_create(&keeper->thread, NULL, work, keeper);
	return keeper->started ? OK : error_fail(error, E_INTERNAL, "", "thread", N_("A thread could not be started"));
}

void keeper_figures(struct keeper *keeper, struct keeper_figures *figures)
{
	pthread_mutex_lock(&keeper->lock);
	*figures = keeper->figures;
	pthread_mutex_unlock(&keeper->lock);
}

void keeper_stop(struct keeper *keeper)
{
	if (!keeper)
		return;
	pthread_mutex_lock(&keeper->lock);
	keeper->stops = true;
	pthread_cond_signal(&keeper->wake);
	pthread_mutex_unlock(&keeper->lock);
	if (keeper->started)
		pthread_join(keeper->thread, NULL);
	keeper->started = false;
}

void keeper_free(struct keeper *keeper)
{
	if (!keeper)
		return;
	keeper_stop(keeper);
	shelf_close(&keeper->folder);
	shelf_close(&keeper->copy);
	pthread_cond_destroy(&keeper->wake);
	pthread_mutex_destroy(&keeper->lock);
	free(keeper);
}

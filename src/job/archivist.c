#include "job/archivist.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "backup/files.h"
#include "base/log.h"

enum {
	NICE = 10,                 /* behind those who write, before a backup: what waits takes memory */
	REPORT_AFTER = 5 * MINUTE, /* of failing: what passes by itself calls nobody */
};

struct archivist {
	struct archivist_options options;
	struct shelf *folder, *copy; /* opened when they are there; NULL: not yet */
	struct shelf_access access;  /* to the second place */
	struct key_memo memo;
	bool knows;    /* which file is the last one there */
	bool runs;     /* the journal has been started */
	bool failing;  /* said already */
	bool reported; /* likewise, to people */
	instant now, failing_since;
	bool behind;              /* the second place may lack files */
	bool is_first;            /* nothing was ever kept there */
	struct journal_head next; /* of the file that is written next */
	struct journal_mark mark; /* of the last file */
	struct journal_part *waiting;

	pthread_t thread;
	bool started;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t wake;
	atomic_bool stops;
	bool urgent;
	struct archivist_figures figures;
};

/* --- telling --- */

static void count(struct archivist *archivist, uint64_t *figure)
{
	pthread_mutex_lock(&archivist->lock);
	++*figure;
	pthread_mutex_unlock(&archivist->lock);
}

/* Once, until it goes well again: it is tried every few seconds. */
static void failed(struct archivist *archivist, uint64_t *figure, const char *what, const struct error *error)
{
	char text[512];

	count(archivist, figure);
	if (!archivist->failing)
		archivist->failing_since = archivist->now;
	if (archivist->options.report && !archivist->reported &&
	    archivist->now - archivist->failing_since >= REPORT_AFTER) {
		archivist->reported = true;
		archivist->options.report(archivist->options.context, archivist->now, error);
	}
	if (archivist->failing)
		return;
	archivist->failing = true;
	error_text(error, text, sizeof(text));
	log_error("%s failed: %s; it is tried again", what, text);
}

static void went_well(struct archivist *archivist)
{
	if (archivist->failing)
		log_info("the journal of changes is kept again");
	archivist->failing = archivist->reported = false;
}

/* --- where it was left --- */

static enum status learn(struct archivist *archivist, struct error *error)
{
	ARENA arena = arena_new();
	const struct archivist_options *options = &archivist->options;
	struct shelf_list list;
	struct journal_file last;
	enum status status;

	if (!archivist->folder && (status = shelf_open(options->folder, NULL, &archivist->folder, error))) {
		shelf_close(&archivist->folder);
		return status;
	}
	if ((status = shelf_tidy(archivist->folder, SHELF_JOURNAL, error)) ||
	    (status = shelf_read(archivist->folder, arena, &list, error)))
		return status;
	archivist->knows = true;
	archivist->is_first = !list.journal_count;
	archivist->next = (struct journal_head){.number = 1, .from = INSTANT_NONE};
	if (archivist->is_first)
		return OK;
	size_t newest = list.journal_count - 1;
	archivist->next.number = list.numbers[newest] + 1;
	archivist->next.from = list.untils[newest];
	status = journal_file_read(arena, archivist->folder, str_c(arena, list.journal[newest].name), &options->secret,
				   &archivist->memo, &last, error);
	if (status)
		return status;
	archivist->next.before = last.digest;
	archivist->next.from = last.part.until;
	archivist->mark = last.part.end;
	return OK;
}

static void wake_up(void *context)
{
	struct archivist *archivist = context;

	pthread_mutex_lock(&archivist->lock);
	archivist->urgent = true;
	pthread_cond_signal(&archivist->wake);
	pthread_mutex_unlock(&archivist->lock);
}

/* The log is not touched before the journal has been started, so that is done whatever is known of the folder. */
static enum status start_journal(struct archivist *archivist, bool goes_on, struct error *error)
{
	struct journal_options options = archivist->options.journal;

	if (!options.clock) {
		options.context = archivist;
		options.wake = wake_up;
	}
	options.from = goes_on ? &archivist->mark : NULL;
	enum status status = store_journal_start(archivist->options.store, &options, error);
	archivist->runs = !status;
	return status;
}

static void begin(struct archivist *archivist)
{
	struct error error = {0};
	enum status status = OK;

	if (!archivist->knows && (status = learn(archivist, &error)))
		failed(archivist, &archivist->figures.failures, "finding out where the journal of changes ends",
		       &error);
	if (archivist->runs)
		return;
	error_clear(&error);
	if (start_journal(archivist, !status && !archivist->is_first, &error))
		failed(archivist, &archivist->figures.failures, "the journal of changes", &error);
}

/* --- files --- */

/* Looked for until it is there. */
static enum status reach_copy(struct archivist *archivist, struct error *error)
{
	enum status status =
	    archivist->copy ? OK : shelf_open(archivist->options.copy, &archivist->access, &archivist->copy, error);

	if (status)
		shelf_close(&archivist->copy);
	return status;
}

static enum status put_copy(struct archivist *archivist, const char *path, const char *name, struct hash digest,
			    struct error *error)
{
	enum status status = reach_copy(archivist, error);

	return status ? status : shelf_put(archivist->copy, path, name, digest, error);
}

static enum status write_one(struct archivist *archivist, const struct journal_part *part, instant now,
			     struct error *error)
{
	ARENA arena = arena_new();
	char name[NAME_TEXT];
	struct seal_options seal = {.secret = &archivist->options.secret, .memo = &archivist->memo, .now = now};
	struct seal_facts facts;
	struct error copying = {0};

	journal_name(archivist->next.number, part->until, name);
	seal.path = str_c(arena, str_format(arena, "%s/%s", archivist->options.folder, name));
	enum status status = journal_file_write(&seal, &archivist->next, part, &facts, error);
	if (status)
		return status;
	archivist->next =
	    (struct journal_head){.number = archivist->next.number + 1, .before = facts.digest, .from = part->until};
	pthread_mutex_lock(&archivist->lock);
	archivist->figures.files++;
	archivist->figures.bytes += (uint64_t)facts.bytes;
	archivist->figures.until = part->until;
	archivist->figures.written = now;
	pthread_mutex_unlock(&archivist->lock);
	if (archivist->options.copy && !archivist->behind &&
	    put_copy(archivist, seal.path, name, facts.digest, &copying)) {
		archivist->behind = true;
		failed(archivist, &archivist->figures.copy_failures, "copying the journal of changes", &copying);
	}
	return OK;
}

static enum status write_waiting(struct archivist *archivist, instant now, struct error *error)
{
	while (archivist->waiting) {
		struct journal_part *part = archivist->waiting;
		enum status status = write_one(archivist, part, now, error);

		if (status)
			return status;
		archivist->waiting = part->next;
		part->next = NULL;
		store_journal_free(part);
	}
	return OK;
}

/* Memory is bounded: nothing more is taken before what was taken has been written. */
static enum status keep(struct archivist *archivist, instant now, struct error *error)
{
	bool begins = false;
	enum status status = write_waiting(archivist, now, error);

	if (status || (status = store_journal_take(archivist->options.store, &archivist->waiting, &begins, error)))
		return status;
	if (begins && !archivist->is_first) {
		count(archivist, &archivist->figures.gaps);
		log_warning("the journal of changes begins anew: moments since the last file of it cannot be restored");
	}
	archivist->is_first = false;
	if (begins && archivist->options.wants_backup)
		archivist->options.wants_backup(archivist->options.context);
	return write_waiting(archivist, now, error);
}

/* --- the second place, when it was out of reach --- */

static enum status copy_missing(struct archivist *archivist, struct arena *arena, const struct shelf_list *ours,
				const struct shelf_list *theirs, struct error *error)
{
	size_t there = 0;

	for (size_t i = 0; i < ours->journal_count; i++) {
		const char *name = str_c(arena, ours->journal[i].name);
		struct hash digest;
		enum status status;

		while (there < theirs->journal_count && theirs->numbers[there] < ours->numbers[i])
			there++;
		if (there < theirs->journal_count && shelf_item_is_copy(&theirs->journal[there], &ours->journal[i]))
			continue;
		const char *path = str_c(arena, str_format(arena, "%s/%s", archivist->options.folder, name));
		if ((status = files_digest(path, &digest, error)) ||
		    (status = put_copy(archivist, path, name, digest, error)))
			return status;
	}
	return OK;
}

static enum status catch_up(struct archivist *archivist, struct error *error)
{
	ARENA arena = arena_new();
	struct shelf_list ours, theirs;
	enum status status = reach_copy(archivist, error);

	if (status || (status = shelf_tidy(archivist->copy, SHELF_JOURNAL, error)) ||
	    (status = shelf_read(archivist->folder, arena, &ours, error)) ||
	    (status = shelf_read(archivist->copy, arena, &theirs, error)) ||
	    (status = copy_missing(archivist, arena, &ours, &theirs, error)))
		return status;
	archivist->behind = false;
	return OK;
}

void archivist_step(struct archivist *archivist, instant now)
{
	struct error error = {0};

	archivist->now = now;
	if (!archivist->knows || !archivist->runs)
		begin(archivist);
	if (!archivist->knows || !archivist->runs)
		return;
	if (keep(archivist, now, &error)) {
		failed(archivist, &archivist->figures.failures, "keeping the journal of changes", &error);
		return;
	}
	if (archivist->options.copy && archivist->behind && catch_up(archivist, &error)) {
		failed(archivist, &archivist->figures.copy_failures, "copying the journal of changes", &error);
		return;
	}
	went_well(archivist);
}

/* --- the thread --- */

static bool wait(struct archivist *archivist)
{
	instant until = time_now() + archivist->options.every;
	struct timespec deadline = {.tv_sec = until / SECOND, .tv_nsec = until % SECOND * 1000000};

	pthread_mutex_lock(&archivist->lock);
	while (!archivist->stops && !archivist->urgent &&
	       pthread_cond_timedwait(&archivist->wake, &archivist->lock, &deadline) != ETIMEDOUT)
		;
	archivist->urgent = false;
	bool goes_on = !archivist->stops;
	pthread_mutex_unlock(&archivist->lock);
	return goes_on;
}

static void *work(void *context)
{
	struct archivist *archivist = context;

	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE); /* of this thread alone */
	while (wait(archivist))
		archivist_step(archivist, time_now());
	return NULL;
}

enum status archivist_new(const struct archivist_options *options, struct archivist **archivist, struct error *error)
{
	struct archivist *made = calloc(1, sizeof(*made));

	if (!made)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	made->options = *options;
	made->access = options->access;
	made->access.stop = &made->stops;
	made->behind = true; /* nothing is known of it */
	pthread_mutex_init(&made->lock, NULL);
	pthread_cond_init(&made->wake, NULL);
	*archivist = made;
	return OK;
}

enum status archivist_start(struct archivist *archivist, struct error *error)
{
	archivist_step(archivist, time_now());
	archivist->started = !pthread_create(&archivist->thread, NULL, work, archivist);
	return archivist->started ? OK
				  : error_fail(error, E_INTERNAL, "", "thread", N_("A thread could not be started"));
}

void archivist_figures(struct archivist *archivist, struct archivist_figures *figures)
{
	pthread_mutex_lock(&archivist->lock);
	*figures = archivist->figures;
	pthread_mutex_unlock(&archivist->lock);
}

void archivist_stop(struct archivist *archivist)
{
	if (!archivist || !archivist->started)
		return;
	pthread_mutex_lock(&archivist->lock);
	archivist->stops = true;
	pthread_cond_signal(&archivist->wake);
	pthread_mutex_unlock(&archivist->lock);
	pthread_join(archivist->thread, NULL);
	archivist->started = false;
	archivist->stops = false; /* for one step more */
	archivist_step(archivist, time_now());
}

void archivist_free(struct archivist *archivist)
{
	if (!archivist)
		return;
	archivist_stop(archivist);
	store_journal_free(archivist->waiting);
	shelf_close(&archivist->folder);
	shelf_close(&archivist->copy);
	pthread_cond_destroy(&archivist->wake);
	pthread_mutex_destroy(&archivist->lock);
	explicit_bzero(&archivist->memo, sizeof(archivist->memo));
	free(archivist);
}

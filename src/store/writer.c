/* The writer: one thread, one connection, jobs committed in groups.
 *
 * Jobs that arrive while a group runs join it, up to a bound of count and time, so that under load one fsync serves
 * many. `done` is called on a second thread, which also waits for the disk where the database lets a group end before:
 * what an answer costs is not paid by the jobs that wait for the writer. A caller that waits in store_write_wait is
 * woken by the writer itself, if its change is on the disk by then. */
#include "store/driver.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	GROUP_JOBS = 256,
	GROUP_TIME = 8,       /* ms of work after which a group is committed though more jobs wait */
	WAITING_MOST = 20000, /* jobs; more are refused */
	COMPANY_AGE = 1000,   /* ms after which a node that has not written is not counted on */
	GATHER_STEP = 100,    /* us */
	GATHER_MOST = 1000,   /* us */
};

struct outcome {
	struct write_job *job;
	struct error *error; /* NULL: none */
};

struct outcomes {
	struct outcome *items;
	size_t count, capacity;
	bool unsettled; /* what they tell of is not yet on the disk */
};

struct writer {
	struct store *store;
	struct connection *connection;
	pthread_t thread, completion_thread;
	bool started, completion_started;

	pthread_mutex_t lock; /* guards the queue, figures and closing */
	pthread_cond_t arrived;
	struct write_job *first, *last;
	struct store_figures figures;
	struct histogram group_sizes, commits;
	bool closing;

	struct outcomes group; /* of the writer's thread: what the open group holds */

	pthread_mutex_t completion_lock;
	pthread_cond_t completed;
	struct outcomes completions;
	bool finished;              /* the writer has ended: nothing will be added */
	struct connection *settler; /* of the completion thread; NULL: it was not needed yet */
};

static const struct error no_error;

static int64_t microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t milliseconds(void)
{
	return microseconds() / 1000;
}

bool writer_has_company(const struct connection *connection)
{
	return connection->company && milliseconds() - connection->company < COMPANY_AGE;
}

static void outcomes_reserve(struct outcomes *outcomes, size_t more)
{
	if (outcomes->count + more <= outcomes->capacity)
		return;
	size_t capacity = outcomes->capacity ? outcomes->capacity : 64;
	while (capacity < outcomes->count + more)
		capacity *= 2;
	outcomes->items = realloc(outcomes->items, capacity * sizeof(*outcomes->items));
	if (!outcomes->items)
		abort(); /* an answer that cannot be given: see base/arena.h on running out of memory */
	outcomes->capacity = capacity;
}

static struct error *error_copy(const struct error *error)
{
	struct error *copy = malloc(sizeof(*copy));

	if (!copy)
		abort();
	error_clear(copy);
	error_append(copy, error);
	return copy;
}

/* --- waiting for one's own job --- */

struct waiter {
	enum status (*run)(void *context, struct connection *connection, struct error *error);
	void *context;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool over;
	enum status status;
	struct error *error;
};

static enum status waiter_run(void *context, struct connection *connection, struct error *error)
{
	struct waiter *waiter = context;

	return waiter->run(waiter->context, connection, error);
}

static void waiter_done(void *context, enum status status, const struct error *error)
{
	struct waiter *waiter = context;

	pthread_mutex_lock(&waiter->lock);
	waiter->status = status;
	if (status != OK)
		error_append(waiter->error, error);
	waiter->over = true;
	pthread_cond_signal(&waiter->changed);
	pthread_mutex_unlock(&waiter->lock);
}

/* --- after the commit --- */

static void outcome_tell(struct outcome *outcome)
{
	outcome->job->done(outcome->job->context, outcome->error ? outcome->error->status : OK,
			   outcome->error ? outcome->error : &no_error);
	free(outcome->error);
}

/* Every job without an error fails for the same reason; a job's own error stays. */
static void outcomes_fail(struct outcomes *outcomes, const struct error *error)
{
	for (size_t i = 0; i < outcomes->count; i++) {
		if (!outcomes->items[i].error)
			outcomes->items[i].error = error_copy(error);
	}
}

/* One wait for the disk serves all groups that were committed before it began. */
static void settle(struct writer *writer, struct outcomes *taken)
{
	const struct store_driver *driver = writer->store->driver;
	enum status status = OK;
	struct error error;

	error_clear(&error);
	if (!writer->settler)
		status = driver->connect(writer->store, false, &writer->settler, &error);
	if (status == OK)
		status = driver->settle(writer->settler, &error);
	if (status != OK)
		outcomes_fail(taken, &error);
	taken->unsettled = false;
}

static void *completion_main(void *argument)
{
	struct writer *writer = argument;
	struct outcomes taken = {0};

	pthread_mutex_lock(&writer->completion_lock);
	for (;;) {
		while (!writer->completions.count && !writer->finished)
			pthread_cond_wait(&writer->completed, &writer->completion_lock);
		if (!writer->completions.count)
			break;
		struct outcomes emptied = taken;
		taken = writer->completions;
		writer->completions = emptied;
		pthread_mutex_unlock(&writer->completion_lock);
		if (taken.unsettled)
			settle(writer, &taken);
		for (size_t i = 0; i < taken.count; i++)
			outcome_tell(&taken.items[i]);
		taken.count = 0;
		pthread_mutex_lock(&writer->completion_lock);
	}
	pthread_mutex_unlock(&writer->completion_lock);
	free(taken.items);
	return NULL;
}

static void group_tell(struct writer *writer)
{
	struct outcomes *group = &writer->group;
	uint64_t failed = 0;
	size_t waiters = 0;

	for (size_t i = 0; i < group->count; i++)
		failed += group->items[i].error != NULL;
	pthread_mutex_lock(&writer->lock);
	writer->figures.jobs += group->count;
	writer->figures.failed += failed;
	writer->figures.groups++;
	writer->figures.waiting -= group->count;
	if (group->count > writer->figures.largest_group)
		writer->figures.largest_group = group->count;
	pthread_mutex_unlock(&writer->lock);

	pthread_mutex_lock(&writer->completion_lock);
	outcomes_reserve(&writer->completions, group->count);
	for (size_t i = 0; i < group->count; i++) {
		if (group->items[i].job->done == waiter_done && !writer->connection->unsettled)
			group->items[waiters++] = group->items[i];
		else
			writer->completions.items[writer->completions.count++] = group->items[i];
	}
	if (writer->completions.count)
		pthread_cond_signal(&writer->completed);
	writer->completions.unsettled = writer->completions.unsettled || writer->connection->unsettled;
	pthread_mutex_unlock(&writer->completion_lock);
	/* The jobs that were handed over may be gone by now; only those whose waiters are still there are looked at. */
	for (size_t i = 0; i < waiters; i++)
		outcome_tell(&group->items[i]);
	group->count = 0;
}

/* --- the group --- */

static struct write_job *job_take(struct writer *writer, bool repeatable)
{
	pthread_mutex_lock(&writer->lock);
	struct write_job *job = writer->first;
	if (job && repeatable && !job->repeatable)
		job = NULL;
	if (job) {
		writer->first = job->next;
		if (!job->next)
			writer->last = NULL;
	}
	pthread_mutex_unlock(&writer->lock);
	return job;
}

/* False: the whole transaction is to be given up. */
static bool job_run(struct writer *writer, struct outcome *outcome, bool trusted)
{
	const struct store_driver *driver = writer->store->driver;
	struct error error;

	error_clear(&error);
	size_t told = news_count(writer->connection);
	enum status status = driver->job_begin(writer->connection, trusted, &error);
	if (status == OK)
		status = outcome->job->run(outcome->job->context, writer->connection, &error);
	if (status == OK)
		status = driver->job_keep(writer->connection, &error);
	if (status == OK)
		return true;
	if (error.count == 0)
		error_fail(&error, status, "", "internal", N_("The change failed without giving a reason"));
	error.status = status;
	outcome->error = error_copy(&error);
	news_cut(writer->connection, told);
	return driver->job_undo(writer->connection);
}

/* *refused: nothing was committed, for the database refused a change. */
static enum status group_commit(struct writer *writer, bool *refused, struct error *error)
{
	int64_t from = microseconds();
	enum status status = writer->store->driver->group_commit(writer->connection, refused, error);

	histogram_add(&writer->commits, microseconds() - from);
	histogram_add(&writer->group_sizes, (int64_t)writer->group.count);
	return status;
}

static enum status group_end(struct writer *writer, bool alive, bool *refused, struct error *error)
{
	if (alive)
		return group_commit(writer, refused, error);
	*refused = true;
	writer->store->driver->group_rollback(writer->connection);
	return error_fail(error, E_UNAVAILABLE, "", "group",
			  N_("The database gave up the changes that were being written; try again"));
}

/* One of jobs that were trusted was refused after all: each by itself, so that only that one is. */
static enum status group_repeat(struct writer *writer, struct error *error)
{
	struct outcomes *group = &writer->group;
	bool alive = true, refused;

	error_clear(error);
	news_cut(writer->connection, 0);
	enum status status = writer->store->driver->group_begin(writer->connection, error);
	for (size_t i = 0; i < group->count; i++) {
		free(group->items[i].error);
		group->items[i].error = NULL;
		if (status == OK && alive)
			alive = job_run(writer, &group->items[i], false);
	}
	return status == OK ? group_end(writer, alive, &refused, error) : status;
}

/* How many jobs it had. */
static size_t group_run(struct writer *writer)
{
	const struct store_driver *driver = writer->store->driver;
	struct outcomes *group = &writer->group;
	bool alive = true, trusted = true, refused;
	struct error error;

	error_clear(&error);
	enum status status = driver->group_begin(writer->connection, &error);
	int64_t end = milliseconds() + GROUP_TIME; /* the wait for one's turn is no work */
	while (alive && group->count < GROUP_JOBS) {
		struct write_job *job = job_take(writer, trusted && group->count);

		if (!job)
			break;
		trusted = trusted && job->repeatable;
		outcomes_reserve(group, 1);
		struct outcome *outcome = &group->items[group->count++];
		*outcome = (struct outcome){.job = job};
		if (status == OK)
			alive = job_run(writer, outcome, trusted);
		if (milliseconds() >= end)
			break;
	}
	if (status == OK && (status = group_end(writer, alive, &refused, &error)) != OK && trusted && refused)
		status = group_repeat(writer, &error);
	if (status != OK)
		outcomes_fail(group, &error);
	else
		news_publish(writer->connection);
	news_cut(writer->connection, 0);
	size_t jobs = group->count;
	group_tell(writer);
	return jobs;
}

/* Where nodes take turns, a turn costs the same however many jobs it holds, and each node has but some of them. So as
 * long as more keep coming, and the last turn had several, they are waited for. */
static void gather(struct writer *writer)
{
	const struct timespec step = {.tv_nsec = GATHER_STEP * 1000};
	int64_t end = microseconds() + GATHER_MOST;
	size_t seen = 0, waiting;

	for (;;) {
		pthread_mutex_lock(&writer->lock);
		waiting = writer->figures.waiting;
		pthread_mutex_unlock(&writer->lock);
		if (waiting == seen || waiting >= GROUP_JOBS || microseconds() >= end)
			return;
		seen = waiting;
		nanosleep(&step, NULL);
	}
}

static void *writer_main(void *argument)
{
	struct writer *writer = argument;
	bool crowded = false;

	for (;;) {
		pthread_mutex_lock(&writer->lock);
		while (!writer->first && !writer->closing)
			pthread_cond_wait(&writer->arrived, &writer->lock);
		bool over = !writer->first;
		pthread_mutex_unlock(&writer->lock);
		if (over)
			return NULL;
		if (crowded && writer_has_company(writer->connection))
			gather(writer);
		crowded = group_run(writer) > 1;
	}
}

/* --- outside --- */

enum status store_write(struct store *store, struct write_job *job, struct error *error)
{
	struct writer *writer = store->writer;
	enum status status = OK;

	job->next = NULL;
	pthread_mutex_lock(&writer->lock);
	if (writer->closing)
		status = error_fail(error, E_UNAVAILABLE, "", "closing", N_("The service is shutting down"));
	else if (writer->figures.waiting >= WAITING_MOST)
		status =
		    error_fail(error, E_UNAVAILABLE, "", "busy", N_("Too many changes wait to be written; try again"));
	if (status == OK) {
		if (writer->last)
			writer->last->next = job;
		else
			writer->first = job;
		writer->last = job;
		writer->figures.waiting++;
		pthread_cond_signal(&writer->arrived);
	}
	pthread_mutex_unlock(&writer->lock);
	return status;
}

static enum status write_wait(struct store *store, struct waiter *waiter, bool repeatable, struct error *error)
{
	struct write_job job = {.run = waiter_run, .done = waiter_done, .context = waiter, .repeatable = repeatable};

	waiter->error = error;
	pthread_mutex_init(&waiter->lock, NULL);
	pthread_cond_init(&waiter->changed, NULL);
	enum status status = store_write(store, &job, error);
	if (status == OK) {
		pthread_mutex_lock(&waiter->lock);
		while (!waiter->over)
			pthread_cond_wait(&waiter->changed, &waiter->lock);
		pthread_mutex_unlock(&waiter->lock);
		status = waiter->status;
	}
	pthread_mutex_destroy(&waiter->lock);
	pthread_cond_destroy(&waiter->changed);
	return status;
}

enum status store_write_wait(struct store *store,
			     enum status (*run)(void *context, struct connection *connection, struct error *error),
			     void *context, struct error *error)
{
	return write_wait(store, &(struct waiter){.run = run, .context = context}, false, error);
}

enum status store_write_repeatable(struct store *store,
				   enum status (*run)(void *context, struct connection *connection,
						      struct error *error),
				   void *context, struct error *error)
{
	return write_wait(store, &(struct waiter){.run = run, .context = context}, true, error);
}

struct store_figures store_figures(struct store *store)
{
	pthread_mutex_lock(&store->writer->lock);
	struct store_figures figures = store->writer->figures;
	pthread_mutex_unlock(&store->writer->lock);
	figures.group_sizes = &store->writer->group_sizes;
	figures.commits = &store->writer->commits;
	pthread_mutex_lock(&store->lock);
	figures.readers = store->reader_count;
	figures.readers_lent = store->lent;
	pthread_mutex_unlock(&store->lock);
	figures.reader_waits = &store->reader_waits;
	return figures;
}

enum status writer_start(struct store *store, struct writer **started, struct error *error)
{
	struct writer *writer = calloc(1, sizeof(*writer));

	if (!writer)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	*started = writer;
	writer->store = store;
	writer->group_sizes.bounds = histogram_numbers;
	writer->commits.bounds = histogram_microseconds;
	pthread_mutex_init(&writer->lock, NULL);
	pthread_mutex_init(&writer->completion_lock, NULL);
	pthread_cond_init(&writer->arrived, NULL);
	pthread_cond_init(&writer->completed, NULL);
	enum status status = store->driver->connect(store, true, &writer->connection, error);
	if (status != OK)
		return status;
	writer->completion_started = !pthread_create(&writer->completion_thread, NULL, completion_main, writer);
	writer->started = writer->completion_started && !pthread_create(&writer->thread, NULL, writer_main, writer);
	if (!writer->started)
		return error_fail(error, E_UNAVAILABLE, "", "threads", N_("No thread could be started"));
	return OK;
}

void writer_stop(struct writer *writer)
{
	if (!writer)
		return;
	pthread_mutex_lock(&writer->lock);
	writer->closing = true;
	pthread_cond_signal(&writer->arrived);
	pthread_mutex_unlock(&writer->lock);
	if (writer->started)
		pthread_join(writer->thread, NULL);
	pthread_mutex_lock(&writer->completion_lock);
	writer->finished = true;
	pthread_cond_signal(&writer->completed);
	pthread_mutex_unlock(&writer->completion_lock);
	if (writer->completion_started)
		pthread_join(writer->completion_thread, NULL);
	if (writer->connection)
		store_disconnect(writer->connection);
	if (writer->settler)
		store_disconnect(writer->settler);
	pthread_mutex_destroy(&writer->lock);
	pthread_mutex_destroy(&writer->completion_lock);
	pthread_cond_destroy(&writer->arrived);
	pthread_cond_destroy(&writer->completed);
	free(writer->group.items);
	free(writer->completions.items);
	free(writer);
}

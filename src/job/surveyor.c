#include "job/surveyor.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "record/stood.h"

enum {
	COSTLY = 250, /* ms: what takes longer is not made anew for everybody */
	AGE_MOST = 60 * SECOND,
	ROUND = 3600 * SECOND,
	NICE = 10,
};

struct held_survey {
	_Atomic int holders;
	struct arena *arena;
	struct conformity_survey survey;
	int64_t cost; /* ms */
};

struct surveyor {
	struct kernel *kernel;
	const struct conformity *plan;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	bool has_thread, stops, wanted; /* wanted: a new one is to be made, or what it says is to be written */
	struct held_survey *newest;     /* under the lock; NULL: there is none yet */
	uint8_t *written;               /* the thread's own: how each demand stands in the database; none: unknown */
};

/* --- one survey --- */

void surveyor_done(struct held_survey **held)
{
	if (*held && atomic_fetch_sub(&(*held)->holders, 1) == 1) {
		arena_free((*held)->arena);
		free(*held);
	}
	*held = NULL;
}

const struct conformity_survey *surveyor_survey(const struct held_survey *held)
{
	return &held->survey;
}

static int64_t passed(const struct timespec *from)
{
	struct timespec to;

	clock_gettime(CLOCK_MONOTONIC, &to);
	return (to.tv_sec - from->tv_sec) * SECOND + (to.tv_nsec - from->tv_nsec) / 1000000;
}

static enum status make(struct surveyor *surveyor, struct connection *connection, instant now,
			struct held_survey **made, struct error *error)
{
	struct held_survey *held = calloc(1, sizeof(*held));
	struct timespec from;
	enum status status;

	if (!held)
		return error_fail(error, E_INTERNAL, "", "memory", N_("There is no memory left"));
	clock_gettime(CLOCK_MONOTONIC, &from);
	held->arena = arena_new();
	atomic_init(&held->holders, 1);
	status = conformity_survey(surveyor->kernel, connection, held->arena, surveyor->plan, NULL, now, &held->survey,
				   error);
	held->cost = passed(&from);
	if (status)
		surveyor_done(&held);
	*made = held;
	return status;
}

/* Unless somebody has put a newer one there meanwhile. */
static void publish(struct surveyor *surveyor, struct held_survey *made)
{
	struct held_survey *old = NULL;

	pthread_mutex_lock(&surveyor->lock);
	if (!surveyor->newest || surveyor->newest->survey.at <= made->survey.at) {
		old = surveyor->newest;
		surveyor->newest = made;
		atomic_fetch_add(&made->holders, 1);
	}
	surveyor->wanted = true;
	pthread_cond_signal(&surveyor->wake);
	pthread_mutex_unlock(&surveyor->lock);
	surveyor_done(&old);
}

enum status surveyor_take(struct surveyor *surveyor, struct connection *connection, bool anew, instant now,
			  struct held_survey **held, struct error *error)
{
	enum status status;

	*held = NULL;
	pthread_mutex_lock(&surveyor->lock);
	if (!anew && surveyor->newest && surveyor->newest->cost > COSTLY) {
		*held = surveyor->newest;
		atomic_fetch_add(&(*held)->holders, 1);
		if (now - (*held)->survey.at > AGE_MOST) {
			surveyor->wanted = true;
			pthread_cond_signal(&surveyor->wake);
		}
	}
	pthread_mutex_unlock(&surveyor->lock);
	if (*held)
		return OK;
	if (!(status = make(surveyor, connection, now, held, error)))
		publish(surveyor, *held);
	return status;
}

/* --- what changed --- */

static enum status remember(struct surveyor *surveyor, const struct held_survey *held, struct error *error)
{
	const struct register_of_demands *demands = surveyor->plan->demands;
	ARENA arena = arena_new();
	struct stood *items = arena_many(arena, struct stood, demands->count + 1);
	size_t count = 0;
	enum status status;

	for (size_t i = 0; i < demands->count; i++) {
		enum conformity_state state = held->survey.items[i].state;

		if (surveyor->written[i] != (uint8_t)(state + 1))
			items[count++] = (struct stood){.subject = demands->demands[i].id,
							.word = str_of(conformity_state_name(state))};
	}
	if ((status = stood_write(surveyor->kernel, items, count, held->survey.at, error)))
		return status;
	for (size_t i = 0; i < demands->count; i++)
		surveyor->written[i] = (uint8_t)(held->survey.items[i].state + 1);
	return OK;
}

/* --- the thread --- */

static struct held_survey *newest_of(struct surveyor *surveyor)
{
	struct held_survey *held;

	pthread_mutex_lock(&surveyor->lock);
	held = surveyor->newest;
	if (held)
		atomic_fetch_add(&held->holders, 1);
	pthread_mutex_unlock(&surveyor->lock);
	return held;
}

static void go_round(struct surveyor *surveyor)
{
	struct held_survey *held = newest_of(surveyor);
	struct error error = {0};
	enum status status = OK;
	char text[ERROR_STORE];

	if (!held || time_now() - held->survey.at > AGE_MOST) {
		READER connection = NULL;
		struct held_survey *made = NULL;

		if (!(status = kernel_reader(surveyor->kernel, &connection, &error)) &&
		    !(status = make(surveyor, connection, time_now(), &made, &error))) {
			publish(surveyor, made);
			surveyor_done(&held);
			held = made;
		}
	}
	if (!status)
		status = remember(surveyor, held, &error);
	surveyor_done(&held);
	if (!status)
		return;
	error_text(&error, text, sizeof(text));
	log_error("looking at how the demands stand failed: %s", text);
}

/* Until it is wanted, or the round is over. False: it is to end. */
static bool wait_for_work(struct surveyor *surveyor)
{
	instant until = time_now() + ROUND;
	struct timespec deadline = {.tv_sec = until / SECOND, .tv_nsec = until % SECOND * 1000000};
	bool goes_on;

	pthread_mutex_lock(&surveyor->lock);
	while (!surveyor->stops && !surveyor->wanted &&
	       pthread_cond_timedwait(&surveyor->wake, &surveyor->lock, &deadline) != ETIMEDOUT)
		;
	surveyor->wanted = false;
	goes_on = !surveyor->stops;
	pthread_mutex_unlock(&surveyor->lock);
	return goes_on;
}

static void *work(void *context)
{
	struct surveyor *surveyor = context;

	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE); /* of this thread alone */
	while (wait_for_work(surveyor))
		go_round(surveyor);
	return NULL;
}

struct surveyor *surveyor_new(struct kernel *kernel, const struct conformity *plan)
{
	struct surveyor *surveyor = calloc(1, sizeof(*surveyor));

	if (!surveyor || !(surveyor->written = calloc(plan->demands->count + 1, 1)))
		abort();
	surveyor->kernel = kernel;
	surveyor->plan = plan;
	pthread_mutex_init(&surveyor->lock, NULL);
	pthread_cond_init(&surveyor->wake, NULL);
	return surveyor;
}

enum status surveyor_start(struct surveyor *surveyor, struct error *error)
{
	surveyor->wanted = true; /* the first of all */
	surveyor->has_thread = !pthread_create(&surveyor->thread, NULL, work, surveyor);
	return surveyor->has_thread ? OK
				    : error_fail(error, E_INTERNAL, "", "thread", N_("A thread could not be started"));
}

void surveyor_free(struct surveyor *surveyor)
{
	if (!surveyor)
		return;
	pthread_mutex_lock(&surveyor->lock);
	surveyor->stops = true;
	pthread_cond_signal(&surveyor->wake);
	pthread_mutex_unlock(&surveyor->lock);
	if (surveyor->has_thread)
		pthread_join(surveyor->thread, NULL);
	surveyor_done(&surveyor->newest);
	pthread_mutex_destroy(&surveyor->lock);
	pthread_cond_destroy(&surveyor->wake);
	free(surveyor->written);
	free(surveyor);
}

#include "job/verifier.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct verifier {
	struct kernel *kernel;
	pthread_mutex_t lock;
	pthread_t thread;
	bool has_thread;
	_Atomic bool stops;
	struct verifier_figures figures; /* under the lock */
	char words[512];
};

struct verifier *verifier_new(struct kernel *kernel)
{
	struct verifier *verifier = calloc(1, sizeof(*verifier));

	if (!verifier)
		abort();
	verifier->kernel = kernel;
	pthread_mutex_init(&verifier->lock, NULL);
	return verifier;
}

static bool progress(void *context, int64_t done, int64_t total)
{
	struct verifier *verifier = context;

	pthread_mutex_lock(&verifier->lock);
	verifier->figures.done = done;
	verifier->figures.total = total;
	pthread_mutex_unlock(&verifier->lock);
	return !atomic_load(&verifier->stops);
}

static void *work(void *context)
{
	struct verifier *verifier = context;
	ARENA arena = arena_new();
	struct verify_report report = {0};
	struct error error = {0};
	enum status status = verify_history(verifier->kernel, arena, &report, progress, verifier, &error);

	pthread_mutex_lock(&verifier->lock);
	verifier->figures.ended_at = time_now();
	verifier->figures.state = status ? VERIFIER_FAILED : report.broken.n ? VERIFIER_BROKEN : VERIFIER_WHOLE;
	if (status)
		error_text(&error, verifier->words, sizeof(verifier->words));
	else
		snprintf(verifier->words, sizeof(verifier->words), "%.*s", STR_ARG(report.broken));
	report.broken = (struct str){0}; /* it lives in this thread's arena */
	verifier->figures.report = report;
	pthread_mutex_unlock(&verifier->lock);
	return NULL;
}

bool verifier_start(struct verifier *verifier, instant now)
{
	bool starts;

	pthread_mutex_lock(&verifier->lock);
	starts = verifier->figures.state != VERIFIER_RUNS;
	if (starts && verifier->has_thread)
		pthread_join(verifier->thread, NULL); /* it has nothing left to do but end */
	if (starts) {
		verifier->figures = (struct verifier_figures){.state = VERIFIER_RUNS, .began_at = now};
		verifier->has_thread = !pthread_create(&verifier->thread, NULL, work, verifier);
		if (!verifier->has_thread)
			verifier->figures.state = VERIFIER_FAILED;
	}
	pthread_mutex_unlock(&verifier->lock);
	return starts;
}

void verifier_figures(struct verifier *verifier, struct arena *arena, struct verifier_figures *figures)
{
	pthread_mutex_lock(&verifier->lock);
	*figures = verifier->figures;
	figures->words = str_dup(arena, str_of(verifier->words));
	pthread_mutex_unlock(&verifier->lock);
}

void verifier_free(struct verifier *verifier)
{
	if (!verifier)
		return;
	atomic_store(&verifier->stops, true);
	if (verifier->has_thread)
		pthread_join(verifier->thread, NULL);
	pthread_mutex_destroy(&verifier->lock);
	free(verifier);
}

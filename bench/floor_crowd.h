/* floor_crowd: what the floors under writing share: clients that each hand over one job after another, and one writer
 * that takes all that wait, commits them in one go, and then answers. */
#ifndef BENCH_FLOOR_CROWD_H
#define BENCH_FLOOR_CROWD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MOST = 64 };

struct job {
	struct job *next;
	bool over;
	unsigned seed; /* of the client's rand_r() */
	char *bytes;   /* what prepare() gives to commit() */
	size_t length;
};

struct crowd {
	void (*commit)(void *floor, struct job *jobs); /* writes a list of jobs and makes it durable */
	bool (*prepare)(void *floor,
			struct job *job); /* by each client, by itself; false: there is no more. NULL: nothing */
	void *floor;
	pthread_mutex_t lock;
	pthread_cond_t arrived, answered;
	struct job *first, *last;
	bool closing;
};

static void *crowd_writer(void *argument)
{
	struct crowd *crowd = argument;

	pthread_mutex_lock(&crowd->lock);
	for (;;) {
		while (!crowd->first && !crowd->closing)
			pthread_cond_wait(&crowd->arrived, &crowd->lock);
		struct job *jobs = crowd->first;
		if (!jobs)
			break;
		crowd->first = crowd->last = NULL;
		pthread_mutex_unlock(&crowd->lock);
		crowd->commit(crowd->floor, jobs);
		pthread_mutex_lock(&crowd->lock);
		for (struct job *job = jobs, *next; job; job = next) {
			next = job->next;
			job->over = true;
		}
		pthread_cond_broadcast(&crowd->answered);
	}
	pthread_mutex_unlock(&crowd->lock);
	return NULL;
}

static void *crowd_client(void *argument)
{
	struct crowd *crowd = argument;
	struct job job = {.seed = (unsigned)(uintptr_t)&job};

	pthread_mutex_lock(&crowd->lock);
	while (!crowd->closing) {
		if (crowd->prepare) {
			pthread_mutex_unlock(&crowd->lock);
			bool more = crowd->prepare(crowd->floor, &job);
			pthread_mutex_lock(&crowd->lock);
			if (!more)
				break;
		}
		job.next = NULL;
		job.over = false;
		if (crowd->last)
			crowd->last->next = &job;
		else
			crowd->first = &job;
		crowd->last = &job;
		pthread_cond_signal(&crowd->arrived);
		while (!job.over)
			pthread_cond_wait(&crowd->answered, &crowd->lock);
	}
	pthread_mutex_unlock(&crowd->lock);
	return NULL;
}

static inline double crowd_seconds_since(const struct timespec *from)
{
	struct timespec to;

	clock_gettime(CLOCK_MONOTONIC, &to);
	return (double)(to.tv_sec - from->tv_sec) + (double)(to.tv_nsec - from->tv_nsec) / 1e9;
}

/* Until prepare() has no more or, where there is none, so many seconds. */
static inline double crowd_run(struct crowd *crowd, int clients, unsigned seconds)
{
	pthread_t writer, threads[CLIENTS_MOST];
	struct timespec from;

	pthread_mutex_init(&crowd->lock, NULL);
	pthread_cond_init(&crowd->arrived, NULL);
	pthread_cond_init(&crowd->answered, NULL);
	clock_gettime(CLOCK_MONOTONIC, &from);
	pthread_create(&writer, NULL, crowd_writer, crowd);
	for (int i = 0; i < clients; i++)
		pthread_create(&threads[i], NULL, crowd_client, crowd);
	if (!crowd->prepare)
		sleep(seconds);
	for (int i = 0; crowd->prepare && i < clients; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_lock(&crowd->lock);
	crowd->closing = true;
	pthread_cond_signal(&crowd->arrived);
	pthread_mutex_unlock(&crowd->lock);
	for (int i = 0; !crowd->prepare && i < clients; i++)
		pthread_join(threads[i], NULL);
	pthread_join(writer, NULL);
	return crowd_seconds_since(&from);
}

/* Prints what so many clients created in a second; created: counted by commit(). */
static inline void crowd_measure(void *floor, void (*commit)(void *floor, struct job *jobs), const long *created,
				 int clients, unsigned seconds)
{
	struct crowd crowd = {.commit = commit, .floor = floor};
	double took = crowd_run(&crowd, clients, seconds);

	printf("clients %d creates_per_second %.0f\n", clients, (double)*created / took);
	fflush(stdout);
}

#endif

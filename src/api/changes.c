#include "api/changes.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/elsewhere.h"
#include "base/log.h"
#include "record/census.h"

enum {
	KEPT = 2048,            /* changes; a power of two */
	PAGE = 256,             /* that are read at once */
	GATHER_MS = 250,        /* from news to telling, so that many changes cost little more than one */
	AGAIN_MS = 1000,        /* when the database did not answer */
	BEAT_MS = 5000,         /* how often all streams are woken without news: to beat, and to see who has left */
	STREAMS_OF_PERSON = 20, /* pages and programs of one person */
	WAIT_SECONDS = 5,
};

struct changes {
	struct kernel *kernel;
	struct ear *ear;
	pthread_t herald;
	size_t streams_most;
	pthread_mutex_t stir_lock; /* of these three; the store's writer takes it, so it is held for a moment only */
	pthread_cond_t stirs;
	bool stirred, ending;
	pthread_mutex_t lock; /* of what follows; taken before the other */
	struct listener *first;
	size_t count;
	struct record_change kept[KEPT]; /* at their number modulo KEPT */
	size_t came;                     /* since the start */
	int64_t floor, last;             /* all events after floor, up to last, are kept */
	struct elsewhere elsewhere;
	instant called_at; /* all who are here, to the other nodes */
};

/* --- what is new --- */

static void stir(struct changes *changes)
{
	pthread_mutex_lock(&changes->stir_lock);
	changes->stirred = true;
	pthread_cond_signal(&changes->stirs);
	pthread_mutex_unlock(&changes->stir_lock);
}

/* Under the lock: those at a record are told anew who else is. */
static bool tell_moved(struct changes *changes, int64_t record, int64_t person)
{
	bool told = false;

	for (struct listener *other = changes->first; other; other = other->next) {
		if (other->present != record || other->person == person)
			continue;
		other->moved = told = true;
		if (other->stream)
			http_stream_wake(other->stream);
	}
	return told;
}

static void take_present(struct changes *changes, const struct news *news)
{
	pthread_mutex_lock(&changes->lock);
	if (elsewhere_hear(&changes->elsewhere, news, time_now()))
		(void)tell_moved(changes, news->subject, elsewhere_person_of(news->detail));
	pthread_mutex_unlock(&changes->lock);
}

static void heard(void *context, const struct news *news, size_t count)
{
	bool stirs = false;

	for (size_t i = 0; i < count; i++) {
		stirs = stirs || news[i].kind == NEWS_RECORD || news[i].kind == NEWS_MISSED;
		if (news[i].kind == NEWS_PRESENT && news[i].foreign)
			take_present(context, &news[i]);
	}
	if (stirs)
		stir(context);
}

static void keep(struct changes *changes, const struct record_change *found, size_t count)
{
	pthread_mutex_lock(&changes->lock);
	for (size_t i = 0; i < count; i++) {
		struct record_change *place = &changes->kept[changes->came % KEPT];

		if (changes->came++ >= KEPT)
			changes->floor = place->event;
		*place = found[i];
		changes->last = found[i].event;
	}
	pthread_mutex_unlock(&changes->lock);
}

static enum status read_new(struct changes *changes)
{
	struct record_change found[PAGE];
	struct error error = {0};
	READER connection = NULL;
	size_t count = PAGE;
	enum status status = store_reader(changes->kernel->store, &connection, &error);

	while (!status && count == PAGE &&
	       !(status = changes_after(connection, changes_last(changes), found, PAGE, &count, &error)))
		keep(changes, found, count);
	return status;
}

/* While nobody listens nothing is read: who comes again later and was ahead of it reads for himself. */
static enum status skip_new(struct changes *changes)
{
	struct history_end newest;
	struct error error = {0};
	READER connection = NULL;
	enum status status;

	if ((status = store_reader(changes->kernel->store, &connection, &error)) ||
	    (status = census_end(connection, &newest, &error)))
		return status;
	pthread_mutex_lock(&changes->lock);
	if (newest.event > changes->last)
		changes->floor = changes->last = newest.event;
	pthread_mutex_unlock(&changes->lock);
	return OK;
}

static void wake_all(struct changes *changes)
{
	pthread_mutex_lock(&changes->lock);
	for (struct listener *listener = changes->first; listener; listener = listener->next)
		if (listener->stream)
			http_stream_wake(listener->stream);
	pthread_mutex_unlock(&changes->lock);
}

/* --- other nodes --- */

/* Under the lock. */
static void call_others(struct changes *changes, int64_t record, int64_t person)
{
	bool here = false, edits = false;

	for (const struct listener *one = changes->first; one; one = one->next)
		if (one->present == record && one->person == person) {
			here = true;
			edits = edits || one->edits;
		}
	store_call(changes->kernel->store, NEWS_PRESENT, record, elsewhere_detail(person, here, edits));
}

/* Now and then: for nodes that have come since, or did not hear it; and whose node has gone is forgotten. */
static void call_again(struct changes *changes, instant now)
{
	struct elsewhere_person gone;

	if (!store_has_others(changes->kernel->store) || now - changes->called_at < ELSEWHERE_AGAIN_MS)
		return;
	changes->called_at = now;
	pthread_mutex_lock(&changes->lock);
	for (const struct listener *one = changes->first; one; one = one->next)
		if (one->present)
			call_others(changes, one->present, one->person);
	while (elsewhere_forget(&changes->elsewhere, now, &gone))
		(void)tell_moved(changes, gone.record, gone.person);
	pthread_mutex_unlock(&changes->lock);
}

/* --- the herald --- */

/* Under the lock. False: the time is over. */
static bool wait_until_ending(struct changes *changes, int64_t ms, bool or_stirred)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (!changes->ending && !(or_stirred && changes->stirred))
		if (pthread_cond_timedwait(&changes->stirs, &changes->stir_lock, &until))
			return false;
	return true;
}

/* Waits for news, gathers what comes with them, and forgets that they came. False: it is over. */
static bool await(struct changes *changes, bool *news)
{
	pthread_mutex_lock(&changes->stir_lock);
	*news = wait_until_ending(changes, BEAT_MS, true);
	if (*news)
		(void)wait_until_ending(changes, GATHER_MS, false);
	changes->stirred = false;
	bool goes_on = !changes->ending;
	pthread_mutex_unlock(&changes->stir_lock);
	return goes_on;
}

static void stir_again(struct changes *changes)
{
	pthread_mutex_lock(&changes->stir_lock);
	(void)wait_until_ending(changes, AGAIN_MS, false);
	changes->stirred = true;
	pthread_mutex_unlock(&changes->stir_lock);
}

static void *herald(void *context)
{
	struct changes *changes = context;
	bool news;

	while (await(changes, &news)) {
		if (news && (changes_streams(changes) ? read_new(changes) : skip_new(changes)))
			stir_again(changes);
		call_again(changes, time_now());
		wake_all(changes);
	}
	return NULL;
}

/* --- life --- */

static enum status begin(struct changes *changes, struct error *error)
{
	READER connection = NULL;
	struct history_end newest;
	enum status status;

	/* First the ear, so that nothing comes between. */
	if ((status = store_listen(changes->kernel->store, heard, changes, &changes->ear, error)) ||
	    (status = store_reader(changes->kernel->store, &connection, error)) ||
	    (status = census_end(connection, &newest, error)))
		return status;
	changes->floor = changes->last = newest.event;
	if (pthread_create(&changes->herald, NULL, herald, changes))
		return error_fail(error, E_UNAVAILABLE, "", "threads", N_("No thread could be started"));
	return OK;
}

enum status changes_new(struct kernel *kernel, size_t streams_most, struct changes **made, struct error *error)
{
	struct changes *changes = calloc(1, sizeof(*changes));
	pthread_condattr_t attributes;
	enum status status;

	*made = NULL;
	if (!changes)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	changes->kernel = kernel;
	changes->streams_most = streams_most;
	pthread_mutex_init(&changes->lock, NULL);
	pthread_mutex_init(&changes->stir_lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&changes->stirs, &attributes);
	pthread_condattr_destroy(&attributes);
	if ((status = begin(changes, error))) {
		changes->ending = true; /* there is no thread */
		changes_free(changes);
		return status;
	}
	*made = changes;
	return OK;
}

void changes_stop(struct changes *changes)
{
	if (changes->ending)
		return;
	store_unlisten(changes->kernel->store, &changes->ear);
	pthread_mutex_lock(&changes->stir_lock);
	changes->ending = true;
	pthread_cond_signal(&changes->stirs);
	pthread_mutex_unlock(&changes->stir_lock);
	pthread_join(changes->herald, NULL);
}

void changes_free(struct changes *changes)
{
	if (!changes)
		return;
	changes_stop(changes);
	store_unlisten(changes->kernel->store, &changes->ear);
	pthread_cond_destroy(&changes->stirs);
	pthread_mutex_destroy(&changes->lock);
	pthread_mutex_destroy(&changes->stir_lock);
	free(changes);
}

/* --- streams --- */

size_t changes_streams(struct changes *changes)
{
	pthread_mutex_lock(&changes->lock);
	size_t count = changes->count;
	pthread_mutex_unlock(&changes->lock);
	return count;
}

static bool is_left(const struct listener *listener)
{
	return listener->stream && http_stream_is_left(listener->stream);
}

/* Whoever goes from page to page leaves many streams behind that are not closed yet: they do not count, and before
 * somebody is refused they are woken to be gone. */
static enum status may_join(struct changes *changes, int64_t person, struct error *error)
{
	size_t of_person = 0, left = 0;

	for (const struct listener *other = changes->first; other; other = other->next)
		of_person += other->person == person;
	if (of_person < STREAMS_OF_PERSON && changes->count < changes->streams_most)
		return OK;
	for (const struct listener *other = changes->first; other; other = other->next)
		if (is_left(other)) {
			left++;
			of_person -= other->person == person;
		}
	stir(changes);
	if (of_person < STREAMS_OF_PERSON && changes->count - left < changes->streams_most)
		return OK;
	error->wait_seconds = WAIT_SECONDS;
	if (of_person >= STREAMS_OF_PERSON)
		return error_fail(error, E_TOO_MANY, "", "streams",
				  N_("This person listens to too many streams already"));
	return error_fail(error, E_UNAVAILABLE, "", "streams", N_("Too many streams are listened to"));
}

/* Under the lock: who is at the same record, here and elsewhere, hears of whoever comes or leaves. False: nobody is. */
static bool is_moved_by(struct changes *changes, const struct listener *listener)
{
	const struct elsewhere *elsewhere = &changes->elsewhere;
	bool others;

	if (!listener->present)
		return false;
	others = tell_moved(changes, listener->present, listener->person);
	for (size_t i = 0; i < elsewhere->count && !others; i++)
		others =
		    elsewhere->people[i].record == listener->present && elsewhere->people[i].person != listener->person;
	call_others(changes, listener->present, listener->person);
	return others;
}

enum status changes_join(struct changes *changes, struct listener *listener, struct error *error)
{
	pthread_mutex_lock(&changes->lock);
	enum status status = may_join(changes, listener->person, error);

	if (!status) {
		listener->next = changes->first;
		listener->previous = NULL;
		if (listener->next)
			listener->next->previous = listener;
		changes->first = listener;
		changes->count++;
		listener->moved = is_moved_by(changes, listener);
	}
	pthread_mutex_unlock(&changes->lock);
	return status;
}

void changes_wake(struct changes *changes, struct listener *listener, struct http_stream *stream)
{
	pthread_mutex_lock(&changes->lock);
	listener->stream = http_stream_hold(stream);
	pthread_mutex_unlock(&changes->lock);
}

void changes_leave(struct changes *changes, struct listener *listener)
{
	pthread_mutex_lock(&changes->lock);
	if (listener->previous)
		listener->previous->next = listener->next;
	else
		changes->first = listener->next;
	if (listener->next)
		listener->next->previous = listener->previous;
	changes->count--;
	(void)is_moved_by(changes, listener);
	pthread_mutex_unlock(&changes->lock);
	if (listener->stream)
		http_stream_drop(listener->stream);
}

static size_t add_present(struct present *found, size_t count, size_t most, int64_t person, bool edits)
{
	size_t at = 0;

	while (at < count && found[at].person != person)
		at++;
	if (at < count)
		found[at].edits = found[at].edits || edits;
	else if (count < most)
		found[count++] = (struct present){person, edits};
	return count;
}

size_t changes_present(struct changes *changes, int64_t record, int64_t but, struct present *found, size_t most)
{
	const struct elsewhere *elsewhere = &changes->elsewhere;
	size_t count = 0;

	pthread_mutex_lock(&changes->lock);
	for (const struct listener *one = changes->first; one; one = one->next)
		if (one->present == record && one->person != but)
			count = add_present(found, count, most, one->person, one->edits);
	for (size_t i = 0; i < elsewhere->count; i++)
		if (elsewhere->people[i].record == record && elsewhere->people[i].person != but)
			count =
			    add_present(found, count, most, elsewhere->people[i].person, elsewhere->people[i].edits);
	pthread_mutex_unlock(&changes->lock);
	return count;
}

bool changes_moved(struct changes *changes, struct listener *listener)
{
	pthread_mutex_lock(&changes->lock);
	bool moved = listener->moved;
	listener->moved = false;
	pthread_mutex_unlock(&changes->lock);
	return moved;
}

int64_t changes_last(struct changes *changes)
{
	pthread_mutex_lock(&changes->lock);
	int64_t last = changes->last;
	pthread_mutex_unlock(&changes->lock);
	return last;
}

bool changes_kept(struct changes *changes, int64_t after, struct record_change *found, size_t most, size_t *count)
{
	*count = 0;
	pthread_mutex_lock(&changes->lock);
	bool kept = after >= changes->floor;
	size_t at = changes->came > KEPT ? changes->came - KEPT : 0;

	/* Most ask for the end: it is looked for from there. */
	for (size_t i = changes->came; kept && i > at; i--)
		if (changes->kept[(i - 1) % KEPT].event <= after)
			at = i;
	for (; kept && at < changes->came && *count < most; at++)
		found[(*count)++] = changes->kept[at % KEPT];
	pthread_mutex_unlock(&changes->lock);
	return kept;
}

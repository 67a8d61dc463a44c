#include "hook/inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/hash.h"
#include "base/log.h"
#include "hook/post.h"
#include "record/edit.h"

enum { AT_ONCE = 20, ID_TEXT = 80, GONE = 410 };
static const int64_t longest_sleep = 30 * SECOND, shortest_sleep = SECOND, give_up_after = 5 * DAY;
/* After so many failures in a row; the last one for all that follow. */
static const int64_t pauses[] = {5 * SECOND,  30 * SECOND, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE,
				 30 * MINUTE, HOUR,        2 * HOUR,   4 * HOUR,   8 * HOUR};

void hooks_log(const char *what, const struct error *error)
{
	char text[512];

	error_text(error, text, sizeof(text));
	log_error("%s: %s", what, text);
}

void hooks_stir(struct hooks *hooks)
{
	pthread_mutex_lock(&hooks->lock);
	hooks->turn++;
	pthread_cond_broadcast(&hooks->wake);
	pthread_mutex_unlock(&hooks->lock);
}

/* --- one delivery --- */

struct sending {
	struct hooks *hooks;
	struct arena *arena;
	struct connection *connection;
	struct hook hook;
	struct hook_wish wish;
	struct delivery *delivery;
	instant now;
	bool ends; /* the webhook is to be switched off */
};

static int64_t pause_after(int64_t failures)
{
	const int64_t count = sizeof(pauses) / sizeof(*pauses);

	return pauses[failures > count ? count - 1 : failures > 0 ? failures - 1 : 0];
}

static void succeeded(struct sending *sending)
{
	sending->delivery->state = DELIVERY_DONE;
	sending->hook.failures = 0;
	sending->hook.failing_since = INSTANT_NONE;
	sending->hook.pause_until = 0;
}

static void failed(struct sending *sending, instant now, long code)
{
	struct delivery *delivery = sending->delivery;
	int64_t most = sending->hooks->options.give_up;

	sending->hook.failures++;
	if (sending->hook.failing_since == INSTANT_NONE)
		sending->hook.failing_since = now;
	sending->hook.pause_until = now + pause_after(sending->hook.failures);
	delivery->due_at = now + pause_after(delivery->attempts);
	if (now - delivery->queued_at >= most)
		delivery->state = DELIVERY_FAILED;
	sending->ends = code == GONE || (sending->hook.failures > 1 && now - sending->hook.failing_since >= most);
}

static enum status post(struct sending *sending, struct str body, struct error *error)
{
	const struct hook *hook = &sending->hook;
	struct delivery *delivery = sending->delivery;
	char number[NUMBER_TEXT], id[ID_TEXT];
	struct hook_answer answer;
	instant began = time_now();

	snprintf(id, sizeof(id), "msg_%s_%lld", kernel_number(sending->hooks->kernel, hook->record, number),
		 (long long)delivery->event);
	struct hook_post post = {.url = sending->wish.url,
				 .id = str_of(id),
				 .body = body,
				 .secret = hook->secret,
				 .former = hook->former_until > began ? hook->former : (struct str){0},
				 .now = began,
				 .networks = &sending->hooks->options.networks,
				 .stop = &sending->hooks->stops};
	hook_post(&post, &answer);
	if (answer.stopped)
		return OK;
	delivery->attempts++;
	delivery->sent_at = began;
	delivery->took = answer.took;
	delivery->code = answer.code;
	delivery->says = str_dup(sending->arena, str_of(answer.says));
	if (answer.code >= 200 && answer.code <= 299) {
		succeeded(sending);
		atomic_fetch_add(&sending->hooks->sent, 1);
	} else {
		failed(sending, time_now(), answer.code);
		atomic_fetch_add(&sending->hooks->failed, 1);
	}
	return delivery_attempted(sending->hooks->kernel, hook, delivery, time_now(), error);
}

static enum status send_one(struct sending *sending, struct error *error)
{
	struct delivery *delivery = sending->delivery;
	struct hook_subject subject = {.kernel = sending->hooks->kernel,
				       .connection = sending->connection,
				       .arena = sending->arena,
				       .address = sending->hooks->options.address};
	struct str body;
	bool seen;
	enum status status =
	    hook_subject_read(&subject, &sending->wish, delivery->record, delivery->event, &seen, error);

	if (!status && seen)
		status = hook_message(&subject, &sending->wish, &body, error);
	store_reader_done(&sending->connection); /* nobody waits for a slow receiver with one of them in hand */
	if (status)
		return status;
	if (seen)
		return post(sending, body, error);
	delivery->state = DELIVERY_SKIPPED;
	delivery->sent_at = sending->now;
	delivery->says = S("");
	return delivery_attempted(sending->hooks->kernel, &sending->hook, delivery, sending->now, error);
}

/* --- one webhook --- */

/* An edit by the system, so that its owner is told and history tells it. */
static enum status switch_off(struct hooks *hooks, int64_t record, struct str why, struct error *error)
{
	const struct type *type = hooks->type;
	struct field_input fields[] = {{type_field(type, S("active")), value_boolean(false)},
				       {type_field(type, S("fault")), value_text(why)}};
	struct edit_request request = {
	    .type = type, .record = record, .fields = fields, .field_count = 2, .via = VIA_JOB};
	struct edit_result result;
	struct edit_batch batch = {.actor = actor_system(), .requests = &request, .count = 1, .results = &result};
	enum status status = hook_end(hooks->kernel, record, error); /* at once: it may soon be active again */

	return status ? status : kernel_edit(hooks->kernel, &batch, error);
}

/* *found: there was something to send, and there may be more. */
static enum status send_next(struct hooks *hooks, int64_t record, bool only_look, bool *found, bool *ends,
			     struct error *error)
{
	ARENA arena = arena_new();
	struct sending sending = {.hooks = hooks, .arena = arena, .now = time_now()};
	struct delivery delivery;
	struct record *webhook = NULL;
	struct error fault = {0};
	bool stands;
	enum status status;

	*found = false;
	if (!(status = kernel_reader(hooks->kernel, &sending.connection, error)) &&
	    !(status = hook_read(sending.connection, arena, record, &sending.hook, &stands, error)) && stands &&
	    sending.hook.active && sending.hook.pause_until <= sending.now)
		status = delivery_next(sending.connection, arena, record, sending.now, &delivery, found, error);
	sending.delivery = &delivery;
	if (!status && *found && !only_look)
		status = record_load(hooks->kernel, sending.connection, arena, record, false, &webhook, error);
	if (!status && webhook) {
		if (hook_wish_read(hooks->kernel, arena, webhook, &sending.wish, &fault) || !sending.wish.active)
			*found = false; /* it is mended, or ended, elsewhere */
		else
			status = send_one(&sending, error);
	}
	store_reader_done(&sending.connection);
	*ends = !status && sending.ends;
	if (*ends)
		status =
		    switch_off(hooks, record,
			       str_format(arena, "%lld %.*s", (long long)delivery.code, STR_ARG(delivery.says)), error);
	return status;
}

/* Takes it, so that nobody else sends there meanwhile. *sent: something was. */
static enum status send_some(struct hooks *hooks, int64_t record, int64_t holder, bool *sent, struct error *error)
{
	bool found, ends = false, holds = false;
	enum status status = send_next(hooks, record, true, &found, &ends, error);

	if (status || !found || (status = hook_hold(hooks->kernel, record, holder, time_now(), &holds, error)) ||
	    !holds)
		return status;
	for (int i = 0; i < AT_ONCE && found && !ends && !status && !atomic_load(&hooks->stops); i++) {
		status = send_next(hooks, record, false, &found, &ends, error);
		*sent = *sent || found;
	}
	struct error fault = {0}; /* what is not let go is free after a minute */
	enum status freed = hook_let_go(hooks->kernel, record, holder, status ? &fault : error);

	return status ? status : freed;
}

/* --- the threads --- */

static void hear(void *context, const struct news *news, size_t count)
{
	struct hooks *hooks = context;
	bool concerns = false;

	for (size_t i = 0; i < count; i++) {
		bool of_them =
		    news[i].kind == NEWS_MISSED ||
		    (news[i].kind == NEWS_RECORD && kernel_type_of(hooks->kernel, news[i].subject) == hooks->type);

		if (of_them)
			atomic_store(&hooks->stale, true);
		concerns =
		    concerns || of_them ||
		    (news[i].kind == NEWS_TIMER && kernel_type_of(hooks->kernel, news[i].subject) == hooks->type) ||
		    (news[i].kind == NEWS_RECORD && atomic_load(&hooks->active));
	}
	if (concerns)
		hooks_stir(hooks);
}

static instant when_to_look(struct hooks *hooks, instant now)
{
	READER connection = NULL;
	struct error error = {0};
	instant due = INSTANT_NONE;

	if (!atomic_load(&hooks->active) || kernel_reader(hooks->kernel, &connection, &error) ||
	    deliveries_due(connection, &due, &error) || due == INSTANT_NONE || due > now + longest_sleep)
		return now + longest_sleep;
	return due < now + shortest_sleep ? now + shortest_sleep : due;
}

static void sleep_until(struct hooks *hooks, instant until, uint64_t *turn)
{
	struct timespec deadline = {.tv_sec = until / SECOND, .tv_nsec = until % SECOND * 1000000};

	pthread_mutex_lock(&hooks->lock);
	while (!atomic_load(&hooks->stops) && hooks->turn == *turn &&
	       pthread_cond_timedwait(&hooks->wake, &hooks->lock, &deadline) != ETIMEDOUT)
		;
	*turn = hooks->turn;
	pthread_mutex_unlock(&hooks->lock);
}

/* One thread at a time looks through events; the others send what it found. */
static void look(struct hooks *hooks)
{
	struct error error = {0};
	bool stirs = false;

	if (pthread_mutex_trylock(&hooks->queue))
		return;
	if (hooks_look(hooks, time_now(), &stirs, &error))
		hooks_log("looking for what webhooks are to be told failed", &error);
	pthread_mutex_unlock(&hooks->queue);
	if (stirs)
		hooks_stir(hooks);
}

static void *work(void *context)
{
	struct hooks *hooks = context;
	int64_t holder;
	uint64_t turn = 0;

	secret_fill((char *)&holder, sizeof(holder));
	while (!atomic_load(&hooks->stops)) {
		bool sent = false;

		look(hooks);
		for (size_t i = 0; i < atomic_load(&hooks->active) && !atomic_load(&hooks->stops); i++) {
			struct error error = {0};

			if (send_some(hooks, atomic_load(&hooks->records[i]), holder, &sent, &error))
				hooks_log("telling a webhook failed", &error);
		}
		if (!sent)
			sleep_until(hooks, when_to_look(hooks, time_now()), &turn);
	}
	return NULL;
}

enum status hooks_start(const struct hook_options *options, struct hooks **hooks, struct error *error)
{
	const struct type *type = options->kernel->model->acting[ACTS_WEBHOOK];
	struct hooks *made = type ? calloc(1, sizeof(*made)) : NULL;
	enum status status;

	*hooks = NULL;
	if (!type)
		return OK;
	if (!made)
		return error_fail(error, E_INTERNAL, "", "memory", N_("There is no memory left"));
	made->options = *options;
	if (!made->options.give_up)
		made->options.give_up = give_up_after;
	made->kernel = options->kernel;
	made->type = type;
	atomic_store(&made->stale, true);
	pthread_mutex_init(&made->lock, NULL);
	pthread_mutex_init(&made->queue, NULL);
	pthread_cond_init(&made->wake, NULL);
	*hooks = made;
	status = store_listen(made->kernel->store, hear, made, &made->ear, error);
	while (!status && made->started < HOOK_WORKERS)
		if (pthread_create(&made->threads[made->started], NULL, work, made))
			status = error_fail(error, E_INTERNAL, "", "thread", N_("A thread could not be started"));
		else
			made->started++;
	if (status) {
		hooks_stop(made);
		*hooks = NULL;
	}
	return status;
}

void hooks_stop(struct hooks *hooks)
{
	if (!hooks)
		return;
	store_unlisten(hooks->kernel->store, &hooks->ear);
	atomic_store(&hooks->stops, true);
	hooks_stir(hooks);
	for (size_t i = 0; i < hooks->started; i++)
		pthread_join(hooks->threads[i], NULL);
	pthread_cond_destroy(&hooks->wake);
	pthread_mutex_destroy(&hooks->lock);
	pthread_mutex_destroy(&hooks->queue);
	free(hooks);
}

struct hook_figures hooks_figures(struct hooks *hooks)
{
	return hooks ? (struct hook_figures){atomic_load(&hooks->sent), atomic_load(&hooks->failed)}
		     : (struct hook_figures){0};
}

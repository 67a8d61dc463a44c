#include "job/sender.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "record/said.h"

/* longest_sleep: what another node put there is sent as soon. rest: between tries while no relay answers. The lease is
 * longer than all relays together may take. */
enum { DENIED_MOST = 5 }; /* the rest grows to 16 times */
static const int64_t longest_sleep = SECOND, rest = 15 * SECOND, lease = 10 * MINUTE;
static const int64_t first_wait = MINUTE, longest_wait = 2 * HOUR, kept_for = 3 * DAY;

struct sender {
	struct sender_options options;
	struct smtp *smtp;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool started;
	atomic_bool stops;
	int denied; /* in a row */
	_Atomic uint64_t sent, put_off, refused;
};

struct mailing { /* of one entry */
	struct sender *sender;
	struct arena *arena;
	instant now;
	struct outbox_entry entry;
	struct composed composed;
	struct outbox_outcome outcome;
	bool unreachable, denied;
};

static void log_fault(const char *what, const struct error *error)
{
	char text[512];

	error_text(error, text, sizeof(text));
	log_error("%s: %s", what, text);
}

/* --- what became of it --- */

static int64_t wait_after(int64_t attempts)
{
	int64_t wait = first_wait;

	for (int64_t i = 1; i < attempts && wait < longest_wait; i++)
		wait *= 2;
	return wait < longest_wait ? wait : longest_wait;
}

static void put_off(struct mailing *mailing, struct str reason)
{
	atomic_fetch_add(&mailing->sender->put_off, 1);
	mailing->outcome.reason = reason;
	mailing->outcome.due_at = mailing->now + wait_after(mailing->entry.attempts);
	if (mailing->entry.at + kept_for < mailing->now)
		mailing->outcome.fate = OUTBOX_DEAD;
}

static void settle(struct mailing *mailing, enum outbox_fate fate, struct str reason)
{
	mailing->outcome.fate = fate;
	mailing->outcome.reason = reason;
}

static void refuse(struct mailing *mailing, enum outbox_fate fate, const char *message)
{
	settle(mailing, fate, said_keep(mailing->arena, message, S("")));
}

static void send_one(struct mailing *mailing)
{
	struct sender *sender = mailing->sender;
	enum smtp_result result;
	char reply[SMTP_REPLY];
	struct str said;

	mailing->outcome.address = mailing->composed.to;
	mailing->outcome.raw = mailing->composed.kept;
	result = smtp_send(sender->smtp, str_c(mailing->arena, sender->options.mail.from.address),
			   str_c(mailing->arena, mailing->composed.to), mailing->composed.raw, reply);
	said = said_keep(mailing->arena,
			 result == SMTP_UNREACHABLE ? N_("No mail server can be reached: %s")
			 : result == SMTP_DENIED    ? N_("No mail server lets us in: %s")
						    : N_("The mail server said: %s"),
			 str_of(reply));
	switch (result) {
	case SMTP_TAKEN:
		atomic_fetch_add(&sender->sent, 1);
		settle(mailing, OUTBOX_SENT, said);
		break;
	case SMTP_REFUSED:
		atomic_fetch_add(&sender->refused, 1);
		settle(mailing, OUTBOX_DEAD, said);
		break;
	case SMTP_UNREACHABLE:
	case SMTP_DENIED:
		mailing->unreachable = true;
		mailing->denied = result == SMTP_DENIED;
		log_warning("no mail server takes mail: %s", reply);
		put_off(mailing, said);
		break;
	case SMTP_LATER:
		put_off(mailing, said);
		break;
	}
}

/* An address from which everything came back is left alone, until somebody has an entry sent again by hand and it does
 * not come back. */
static enum status is_paused(struct mailing *mailing, bool *paused, struct error *error)
{
	READER connection = NULL;
	enum status status = kernel_reader(mailing->sender->options.kernel, &connection, error);

	return status ? status : outbox_is_paused(connection, mailing->composed.to, paused, error);
}

static enum status work_on(struct mailing *mailing, struct error *error)
{
	struct sender *sender = mailing->sender;
	bool paused = false;
	enum status status;

	if (mailing->entry.due_at + kept_for <
	    mailing->now) { /* from before anybody sent mail, or of a long standstill */
		refuse(mailing, OUTBOX_DEAD, N_("It was not sent in time"));
		return OK;
	}
	if ((status = compose(&sender->options.mail, sender->options.kernel, mailing->arena, &mailing->entry,
			      mailing->now, &mailing->composed, error)))
		return status;
	if (mailing->composed.needless) {
		refuse(mailing, OUTBOX_NEEDLESS, mailing->composed.needless);
		return OK;
	}
	if (mailing->entry.attempts && (status = is_paused(mailing, &paused, error)))
		return status;
	if (paused)
		refuse(mailing, OUTBOX_PAUSED, N_("Mail to this address came back too often"));
	else
		send_one(mailing);
	return OK;
}

/* What cannot be put together does not hold up the others. */
static enum status handle(struct mailing *mailing, struct error *error)
{
	struct error fault = {0};

	mailing->outcome =
	    (struct outbox_outcome){.id = mailing->entry.id, .now = mailing->now, .person = mailing->entry.person};
	if (work_on(mailing, &fault)) {
		log_fault("a mail could not be put together", &fault);
		put_off(mailing, said_keep_error(mailing->arena, &fault, NULL, S("")));
	}
	if (mailing->sender->stops && mailing->outcome.fate == OUTBOX_WAITS)
		mailing->outcome.due_at = mailing->now; /* it was given up in the middle */
	return outbox_settle(mailing->sender->options.kernel, &mailing->outcome, error);
}

static enum status next_one(struct mailing *mailing, struct error *error)
{
	const struct sender_options *options = &mailing->sender->options;
	enum status status = outbox_take(options->kernel, mailing->arena, compose_domain(&options->mail), mailing->now,
					 lease, &mailing->entry, error);

	return status || !mailing->entry.id ? status : handle(mailing, error);
}

/* Servers shut out whoever comes again and again with the wrong password. */
static int64_t rest_after(struct sender *sender, const struct mailing *mailing)
{
	if (!mailing->denied)
		return rest;
	sender->denied += sender->denied < DENIED_MOST;
	return rest << (sender->denied - 1);
}

void sender_step(struct sender *sender, instant now, instant *next)
{
	struct error error = {0};
	instant began = time_now();

	*next = now + longest_sleep;
	while (!sender->stops) {
		ARENA arena = arena_new();
		struct mailing mailing = {.sender = sender, .arena = arena, .now = now + (time_now() - began)};

		if (next_one(&mailing, &error)) {
			log_fault("mail cannot be sent", &error);
			*next = now + rest;
			return;
		}
		if (mailing.unreachable)
			*next = now + rest_after(sender, &mailing);
		else if (mailing.entry.id)
			sender->denied = 0;
		if (!mailing.entry.id || mailing.unreachable)
			return;
	}
}

/* --- the thread --- */

static void sleep_until(struct sender *sender, instant until)
{
	struct timespec deadline = {.tv_sec = until / SECOND, .tv_nsec = until % SECOND * 1000000};

	pthread_mutex_lock(&sender->lock);
	while (!sender->stops && pthread_cond_timedwait(&sender->wake, &sender->lock, &deadline) != ETIMEDOUT)
		;
	pthread_mutex_unlock(&sender->lock);
}

static void *work(void *context)
{
	struct sender *sender = context;
	instant next;

	while (!sender->stops) {
		sender_step(sender, time_now(), &next);
		sleep_until(sender, next);
	}
	return NULL;
}

enum status sender_new(const struct sender_options *options, struct sender **sender, struct error *error)
{
	struct sender *made = calloc(1, sizeof(*made));

	if (!made)
		return error_fail(error, E_INTERNAL, "", "memory", N_("There is no memory left"));
	made->options = *options;
	made->options.smtp.stop = &made->stops;
	pthread_mutex_init(&made->lock, NULL);
	pthread_cond_init(&made->wake, NULL);
	*sender = made;
	return smtp_open(&made->options.smtp, &made->smtp, error);
}

enum status sender_start(struct sender *sender, struct error *error)
{
	sender->started = !pthread_create(&sender->thread, NULL, work, sender);
	return sender->started ? OK : error_fail(error, E_INTERNAL, "", "thread", N_("A thread could not be started"));
}

void sender_figures(struct sender *sender, struct sender_figures *figures)
{
	*figures =
	    (struct sender_figures){.sent = sender->sent, .put_off = sender->put_off, .refused = sender->refused};
}

void sender_stop(struct sender *sender)
{
	if (!sender)
		return;
	pthread_mutex_lock(&sender->lock);
	sender->stops = true;
	pthread_cond_signal(&sender->wake);
	pthread_mutex_unlock(&sender->lock);
	if (sender->started)
		pthread_join(sender->thread, NULL);
	sender->started = false;
}

void sender_free(struct sender *sender)
{
	if (!sender)
		return;
	sender_stop(sender);
	smtp_close(sender->smtp);
	pthread_cond_destroy(&sender->wake);
	pthread_mutex_destroy(&sender->lock);
	free(sender);
}

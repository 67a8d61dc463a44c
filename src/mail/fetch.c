#include "mail/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "mail/deliver.h"
#include "mail/imap.h"
#include "record/said.h"
#include "record/tally.h"

enum {
	ACCOUNTS_MOST = 200,
	ROUND_MOST = 100,    /* mails of one mailbox, before the next has its turn */
	SKIPPED_MOST = 100,  /* too large ones that are remembered */
	SECRET_MOST = 16384, /* tokens are long */
	IDLE_MOST = 9 * 60 * 1000,
	LOOK_EVERY = 60 * 1000, /* at which mailboxes there are, when nobody says that one has changed */
	AGAIN = 1000,           /* when that failed */
	PAUSE = 1000,           /* after the first failure; twice as much after each further one */
	PAUSE_MOST = 15 * 60 * 1000,
};

struct account {                  /* of one mailbox */
	int64_t mailbox, version; /* of its record */
	struct arena *arena;      /* of the texts */
	struct str address, url, user, secret, moves_to;
	bool is_bearer, present;
	struct imap *imap; /* NULL: not connected */
	bool idles;
	int64_t next; /* ms of the clock that nobody sets: when it has its turn */
	unsigned failures;
	bool told; /* its record says how it stands */
	instant failing_since;
	uint32_t skipped[SKIPPED_MOST];
	size_t skipped_count;
};

struct fetcher {
	struct fetch_options options;
	int stop, change; /* to be ended; a mailbox has changed */
	struct ear *ear;
	pthread_t thread;
	struct account *accounts[ACCOUNTS_MOST];
	size_t count;
};

static int64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static bool is_stopped(const struct fetcher *fetcher)
{
	struct pollfd stop = {fetcher->stop, POLLIN, 0};

	return poll(&stop, 1, 0) > 0;
}

/* --- what the mailbox's record says --- */

static void add_saying(const struct fetcher *fetcher, struct tally_saying *sayings, size_t *count, const char *name,
		       struct value value)
{
	const struct field *field = type_field(fetcher->options.kernel->model->acting[ACTS_MAILBOX], str_of(name));

	if (field && field->is_counted && (value_is_empty(value) || field->value == value.kind))
		sayings[(*count)++] = (struct tally_saying){field, value};
}

/* why empty: all is well. A record that cannot be written now is at the next turn. */
static void say(const struct fetcher *fetcher, struct account *account, struct str why, instant now, instant next)
{
	struct tally_saying sayings[4];
	struct error error = {0};
	size_t count = 0;
	bool well = !why.n;

	add_saying(fetcher, sayings, &count, "fetch_fault", well ? (struct value){0} : value_text(why));
	add_saying(fetcher, sayings, &count, "fetch_failing_since",
		   well ? (struct value){0} : value_time(account->failing_since));
	add_saying(fetcher, sayings, &count, "fetch_tried_at", well ? (struct value){0} : value_time(now));
	add_saying(fetcher, sayings, &count, "fetch_next_at", well ? (struct value){0} : value_time(next));
	account->told = !kernel_say(fetcher->options.kernel, account->mailbox, sayings, count, &error);
}

/* --- which mailboxes --- */

static void hang_up(struct account *account)
{
	imap_close(account->imap);
	account->imap = NULL;
	account->idles = false;
}

static void forget(struct account *account)
{
	hang_up(account);
	arena_free(account->arena);
	free(account);
}

static struct str text_of(struct account *account, const struct record *mailbox, const char *name)
{
	struct value value = record_named(mailbox, name);

	return value.kind == VALUE_TEXT ? str_dup(account->arena, value.text) : (struct str){0};
}

static bool is_set(const struct record *mailbox, const char *name)
{
	struct value value = record_named(mailbox, name);

	return value.kind == VALUE_BOOLEAN && value.boolean;
}

static struct account *remember(const struct record *mailbox)
{
	struct account *account = calloc(1, sizeof(*account));

	if (!account)
		return NULL;
	account->arena = arena_new();
	account->mailbox = mailbox->identity;
	account->version = mailbox->version;
	account->address = text_of(account, mailbox, "address");
	account->url = text_of(account, mailbox, "fetch_from");
	account->user = text_of(account, mailbox, "fetch_as");
	account->secret = text_of(account, mailbox, "fetch_secret");
	account->moves_to = text_of(account, mailbox, "fetch_moves_to");
	account->is_bearer = is_set(mailbox, "fetch_bearer");
	account->told = record_named(mailbox, "fetch_fault").kind == VALUE_NONE;
	return account;
}

static void take_mailbox(struct fetcher *fetcher, const struct record *mailbox)
{
	if (!is_set(mailbox, "active") || record_named(mailbox, "fetch_from").kind != VALUE_TEXT)
		return;
	for (size_t i = 0; i < fetcher->count; i++)
		if (fetcher->accounts[i]->mailbox == mailbox->identity &&
		    fetcher->accounts[i]->version == mailbox->version) {
			fetcher->accounts[i]->present = true;
			return;
		}
	if (fetcher->count < ACCOUNTS_MOST && (fetcher->accounts[fetcher->count] = remember(mailbox)))
		fetcher->accounts[fetcher->count++]->present = true;
}

/* Those that are there now; one that was changed begins anew. */
static enum status look_up(struct fetcher *fetcher, struct error *error)
{
	ARENA arena = arena_new();
	struct record **mailboxes;
	size_t count, kept = 0;
	enum status status = mail_mailboxes(fetcher->options.kernel, arena, time_now(), &mailboxes, &count, error);

	if (status)
		return status;
	for (size_t i = 0; i < fetcher->count; i++)
		fetcher->accounts[i]->present = false;
	for (size_t i = 0; i < count; i++)
		take_mailbox(fetcher, mailboxes[i]);
	for (size_t i = 0; i < fetcher->count; i++)
		if (fetcher->accounts[i]->present)
			fetcher->accounts[kept++] = fetcher->accounts[i];
		else {
			if (fetcher->accounts[i]->failures)
				say(fetcher, fetcher->accounts[i], S(""), 0, 0);
			forget(fetcher->accounts[i]);
		}
	fetcher->count = kept;
	return OK;
}

/* --- one mailbox --- */

/* Read anew for each connection: tokens are replaced every hour. */
static enum status read_secret(const struct fetcher *fetcher, struct arena *arena, struct str name, struct str *secret,
			       struct error *error)
{
	size_t at;
	char *bytes = arena_alloc(arena, SECRET_MOST);
	ssize_t n;
	int fd;

	if (!name.n || str_starts(name, S(".")) || str_find_char(name, '/', &at))
		return error_fail(error, E_UNAVAILABLE, "", "secret",
				  N_("The secret is to be the name of a file in the folder of secrets"));
	fd = open(str_c(arena, str_format(arena, "%s/%.*s", fetcher->options.secrets, STR_ARG(name))),
		  O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return error_fail(error, E_UNAVAILABLE, "", "secret",
				  N_("The secret of the mailbox cannot be read: %s"), strerror(errno));
	n = read(fd, bytes, SECRET_MOST);
	close(fd);
	*secret = str_trim((struct str){bytes, n > 0 ? (size_t)n : 0});
	return secret->n ? OK
			 : error_fail(error, E_UNAVAILABLE, "", "secret", N_("The secret of the mailbox is empty"));
}

static enum status connect_to(const struct fetcher *fetcher, struct account *account, struct error *error)
{
	ARENA arena = arena_new();
	struct imap_account how = {.url = account->url,
				   .user = account->user,
				   .is_bearer = account->is_bearer,
				   .ca_file = fetcher->options.ca_file,
				   .stop = fetcher->stop};
	enum status status = read_secret(fetcher, arena, account->secret, &how.secret, error);

	return status ? status : imap_open(&how, &account->imap, error);
}

static bool is_skipped(const struct account *account, uint32_t uid)
{
	for (size_t i = 0; i < account->skipped_count; i++)
		if (account->skipped[i] == uid)
			return true;
	return false;
}

static void skip(struct account *account, uint32_t uid)
{
	const struct log_field field = {.name = "uid", .number = uid};

	if (account->skipped_count < SKIPPED_MOST)
		account->skipped[account->skipped_count++] = uid;
	log_fields(LOG_WARNING, "a mail is too large to be fetched; it stays where it is, unseen", &field, 1);
}

/* E_DENIED: it is kept, as refused. Nobody is there to be told so. */
static enum status take_one(const struct fetcher *fetcher, struct account *account, struct arena *arena, uint32_t uid,
			    struct error *error)
{
	struct mail_delivery delivery = {
	    .kernel = fetcher->options.kernel, .mailbox = account->address, .now = time_now()};
	bool large;
	enum status status = imap_fetch(account->imap, arena, uid, MAIL_BYTES_MOST, &delivery.raw, &large, error);

	if (!status && large)
		skip(account, uid);
	if (status || !delivery.raw.p)
		return status;
	status = mail_deliver(&delivery, error);
	if (status && status != E_DENIED)
		return status;
	error_clear(error);
	return imap_mark(account->imap, arena, uid, account->moves_to, error);
}

static enum status take_all(const struct fetcher *fetcher, struct account *account, bool *more, struct error *error)
{
	ARENA arena = arena_new();
	ARENA one = arena_new();
	uint32_t *uids = arena_many(arena, uint32_t, ROUND_MOST + SKIPPED_MOST);
	size_t count, taken = 0;
	enum status status = imap_unseen(account->imap, arena, uids, ROUND_MOST + SKIPPED_MOST, &count, error);

	*more = false;
	for (size_t i = 0; i < count && !status && !is_stopped(fetcher); i++) {
		if (is_skipped(account, uids[i]))
			continue;
		if ((*more = taken++ == ROUND_MOST))
			break;
		arena_reset(one);
		status = take_one(fetcher, account, one, uids[i], error);
	}
	return status;
}

static enum status work(const struct fetcher *fetcher, struct account *account, struct error *error)
{
	bool more;
	enum status status = OK;

	if (!account->imap)
		status = connect_to(fetcher, account, error);
	else if (account->idles)
		status = imap_idle_end(account->imap, error);
	account->idles = false;
	if (status || (status = take_all(fetcher, account, &more, error)))
		return status;
	account->next = now_ms() + (more ? 0 : fetcher->options.every);
	if (more || !imap_can_idle(account->imap))
		return OK;
	if ((status = imap_idle(account->imap, error)))
		return status;
	account->idles = true;
	account->next = now_ms() + (imap_has_news(account->imap) ? 0 : IDLE_MOST);
	return OK;
}

static void succeeded(const struct fetcher *fetcher, struct account *account)
{
	if (account->failures || !account->told)
		say(fetcher, account, S(""), 0, 0);
	account->failures = 0;
}

/* Later and later; the record says so, and the log. */
static void failed(const struct fetcher *fetcher, struct account *account, const struct error *error)
{
	ARENA arena = arena_new();
	char number[NUMBER_TEXT], text[512];
	instant now = time_now();
	int64_t pause = PAUSE;

	for (unsigned i = 0; i < account->failures && pause < PAUSE_MOST; i++)
		pause *= 2;
	pause = pause < PAUSE_MOST ? pause : PAUSE_MOST;
	if (!account->failures++)
		account->failing_since = now;
	account->next = now_ms() + pause;
	say(fetcher, account, said_keep_error(arena, error, NULL, S("")), now, now + pause);
	error_text(error, text, sizeof(text));
	const struct log_field fields[] = {
	    {.name = "mailbox", .text = kernel_number(fetcher->options.kernel, account->mailbox, number)},
	    {.name = "why", .text = text}};
	log_fields(LOG_WARNING, "a mailbox cannot be fetched from; it is tried again", fields, 2);
}

static void take_turn(const struct fetcher *fetcher, struct account *account)
{
	struct error error = {0};

	if (!work(fetcher, account, &error)) {
		succeeded(fetcher, account);
		return;
	}
	hang_up(account);
	if (!is_stopped(fetcher))
		failed(fetcher, account, &error);
}

/* --- all of them --- */

static int time_left(const struct fetcher *fetcher, int64_t until)
{
	int64_t now = now_ms();

	for (size_t i = 0; i < fetcher->count; i++)
		if (fetcher->accounts[i]->next < until)
			until = fetcher->accounts[i]->next;
	return until > now ? (int)(until - now) : 0;
}

static void hear(void *context, const struct news *news, size_t count)
{
	const struct fetcher *fetcher = context;
	const struct kernel *kernel = fetcher->options.kernel;

	for (size_t i = 0; i < count; i++)
		if (news[i].kind == NEWS_MISSED ||
		    (news[i].kind == NEWS_RECORD &&
		     kernel_type_of(kernel, news[i].subject) == kernel->model->acting[ACTS_MAILBOX]))
			eventfd_write(fetcher->change, 1);
}

/* Until something has come, somebody has their turn, or a mailbox has changed: *look is 0 then. */
static void wait(struct fetcher *fetcher, int64_t *look)
{
	enum { STOP, CHANGE, FIRST };
	struct pollfd ends[ACCOUNTS_MOST + FIRST] = {{fetcher->stop, POLLIN, 0}, {fetcher->change, POLLIN, 0}};

	for (size_t i = 0; i < fetcher->count; i++) {
		const struct account *account = fetcher->accounts[i];

		ends[i + FIRST] = (struct pollfd){account->idles ? imap_descriptor(account->imap) : -1, POLLIN, 0};
	}
	if (poll(ends, fetcher->count + FIRST, time_left(fetcher, *look)) <= 0)
		return;
	if (ends[CHANGE].revents)
		*look = 0;
	for (size_t i = 0; i < fetcher->count; i++)
		if (ends[i + FIRST].revents)
			fetcher->accounts[i]->next = 0;
}

/* What changes from now on is told anew. */
static int64_t look(struct fetcher *fetcher)
{
	struct error error = {0};
	eventfd_t changes;

	(void)eventfd_read(fetcher->change, &changes);
	if (!look_up(fetcher, &error))
		return now_ms() + LOOK_EVERY;
	log_warning("the mailboxes cannot be looked up"); /* the database does not answer; it is asked again */
	return now_ms() + AGAIN;
}

static void *fetch_all(void *context)
{
	struct fetcher *fetcher = context;
	int64_t next = 0; /* when to ask which mailboxes there are */

	while (!is_stopped(fetcher)) {
		if (now_ms() >= next)
			next = look(fetcher);
		for (size_t i = 0; i < fetcher->count && !is_stopped(fetcher); i++)
			if (fetcher->accounts[i]->next <= now_ms())
				take_turn(fetcher, fetcher->accounts[i]);
		wait(fetcher, &next);
	}
	for (size_t i = 0; i < fetcher->count; i++)
		forget(fetcher->accounts[i]);
	return NULL;
}

static void let_go(struct fetcher *fetcher)
{
	store_unlisten(fetcher->options.kernel->store, &fetcher->ear);
	if (fetcher->stop >= 0)
		close(fetcher->stop);
	if (fetcher->change >= 0)
		close(fetcher->change);
	free(fetcher);
}

enum status fetch_start(const struct fetch_options *options, struct fetcher **started, struct error *error)
{
	struct fetcher *fetcher = calloc(1, sizeof(*fetcher));
	enum status status;
	int code = 0;

	if (!fetcher)
		return error_fail(error, E_UNAVAILABLE, "mail_secrets", "thread", N_("Mail cannot be fetched: %s"),
				  strerror(ENOMEM));
	fetcher->options = *options;
	fetcher->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	fetcher->change = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fetcher->stop < 0 || fetcher->change < 0)
		code = errno;
	status = code ? OK : store_listen(options->kernel->store, hear, fetcher, &fetcher->ear, error);
	if (!code && !status)
		code = pthread_create(&fetcher->thread, NULL, fetch_all, fetcher);
	if (!code && !status) {
		*started = fetcher;
		return OK;
	}
	let_go(fetcher);
	return status ? status
		      : error_fail(error, E_UNAVAILABLE, "mail_secrets", "thread", N_("Mail cannot be fetched: %s"),
				   strerror(code));
}

void fetch_stop(struct fetcher *fetcher)
{
	if (!fetcher)
		return;
	eventfd_write(fetcher->stop, 1);
	pthread_join(fetcher->thread, NULL);
	let_go(fetcher);
}

/* The other side of the socket: nurseries that wait, and bytes in, bytes out, in time. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "mail/sandbox_nursery.h"
#include "mail/sandbox_wire.h"

enum {
	CHUNK = 1 << 13,
	KEPT_MOST = 8,   /* nurseries that wait */
	PATIENCE = 1000, /* ms that one waits for a nursery of others when there are as many as processors */
	TRIES_MOST = 3,  /* when somebody else has ended a nursery, or what was read before may be to blame */
	LINGER = 25,     /* ms that many still come after somebody had to wait, and that a child waits for the next */
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t left, lingers;
	struct nursery idle[KEPT_MOST];
	size_t count; /* of idle */
	size_t taken, waiting;
	int64_t waited; /* when somebody had to wait, last; ms */
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .left = PTHREAD_COND_INITIALIZER, .lingers = PTHREAD_COND_INITIALIZER};

/* --- who has which --- */

static size_t processors;
static pthread_once_t counted = PTHREAD_ONCE_INIT;

static void count_processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN); /* reads a file */

	processors = count < 1 ? 1 : count < KEPT_MOST ? (size_t)count : KEPT_MOST;
}

static size_t enough(void)
{
	pthread_once(&counted, count_processors);
	return processors;
}

/* More than there are processors only when these are long at work: reading what takes long is to stop nobody. */
static void wait_for_one(void)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE / 1000;
	pool.waiting++;
	while (!pool.count && pool.taken >= enough()) {
		pool.waited = nursery_clock();
		if (pthread_cond_timedwait(&pool.left, &pool.lock, &until))
			break;
	}
	pool.waiting--;
}

/* With the lock. */
static bool many_come(void)
{
	return pool.waiting || nursery_clock() - pool.waited < LINGER;
}

static void leave(void)
{
	pool.taken--;
	pthread_cond_signal(&pool.left);
}

static void give_back(struct nursery *nursery, bool well)
{
	bool kept;

	nursery->left = nursery_clock();
	pthread_mutex_lock(&pool.lock);
	if ((kept = well && pool.count < KEPT_MOST))
		pool.idle[pool.count++] = *nursery;
	if (kept && nursery->inputs)
		pthread_cond_signal(&pool.lingers);
	leave();
	pthread_mutex_unlock(&pool.lock);
	if (!kept)
		nursery_end(nursery);
}

/* One that waits, whose child has waited too long for the next input, as this one's own. */
static bool take_lingering(struct nursery *nursery, bool *any)
{
	*any = false;
	for (size_t i = 0; i < pool.count; i++) {
		if (!pool.idle[i].inputs)
			continue;
		*any = true;
		if (nursery_clock() - pool.idle[i].left < LINGER)
			continue;
		*nursery = pool.idle[i];
		memmove(&pool.idle[i], &pool.idle[i + 1], (--pool.count - i) * sizeof(*pool.idle));
		pool.taken++;
		return true;
	}
	return false;
}

/* Children end although nobody comes any more. */
static void *end_lingering(void *unused)
{
	const struct timespec pause = {.tv_nsec = LINGER * 1000000L};
	struct nursery nursery;
	bool any;

	(void)unused;
	for (;;) {
		pthread_mutex_lock(&pool.lock);
		bool found;
		while (!(found = take_lingering(&nursery, &any)) && !any)
			pthread_cond_wait(&pool.lingers, &pool.lock);
		pthread_mutex_unlock(&pool.lock);
		if (found)
			give_back(&nursery, nursery_end_child(&nursery, nursery_clock() + PATIENCE));
		else
			nanosleep(&pause, NULL);
	}
	return NULL;
}

/* True: somebody ends children that linger. */
static bool may_linger;
static pthread_once_t lingering = PTHREAD_ONCE_INIT;

static void begin_lingering(void)
{
	pthread_t thread;

	may_linger = !pthread_create(&thread, NULL, end_lingering, NULL) && !pthread_detach(thread);
}

/* A child that has read for others is for those who come where many do. */
static enum status take(struct nursery *nursery, bool alone, const struct sandbox_work *work, struct error *error)
{
	bool found, fit, many;
	enum status status;

	pthread_mutex_lock(&pool.lock);
	wait_for_one();
	many = many_come();
	if ((found = pool.count > 0))
		*nursery = pool.idle[--pool.count];
	pool.taken++;
	pthread_mutex_unlock(&pool.lock);
	fit = found && (!nursery->inputs || (many && !alone) || nursery_end_child(nursery, nursery_clock() + PATIENCE));
	if (found && !fit)
		nursery_end(nursery);
	if (fit || !(status = nursery_start(nursery, work, error)))
		return OK;
	pthread_mutex_lock(&pool.lock);
	leave();
	pthread_mutex_unlock(&pool.lock);
	return status;
}

/* Whether the child of one that is given back stays. */
static bool stays(const struct nursery *nursery)
{
	if (nursery->inputs >= SANDBOX_INPUTS_MOST)
		return false;
	pthread_mutex_lock(&pool.lock);
	bool many = many_come();
	pthread_mutex_unlock(&pool.lock);
	if (many)
		pthread_once(&lingering, begin_lingering);
	return many && may_linger;
}

/* --- one input --- */

struct exchange {
	struct nursery nursery;
	int64_t until;   /* ms of the clock that nobody sets */
	uint64_t length; /* of the input */
	struct wire input;
	struct buf output; /* with its length in front */
	char word;         /* of the nursery, about an end too soon; 0: none */
	bool gone;         /* the nursery, without a word */
	bool shared;       /* with inputs that the child had read before */
	bool well;
};

static void feed(struct exchange *exchange)
{
	struct iovec pieces[2];
	const struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};

	wire_pieces(&exchange->input, pieces);
	ssize_t n = sendmsg(exchange->nursery.socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n > 0)
		wire_sent(&exchange->input, (size_t)n);
	else if (errno != EAGAIN && errno != EINTR) /* nobody reads it; the nursery will tell */
		exchange->input = (struct wire){0};
}

/* False: there is nothing more just now. */
static bool take_bytes(struct exchange *exchange)
{
	char chunk[CHUNK];
	ssize_t n = recv(exchange->nursery.socket, chunk, sizeof(chunk), MSG_DONTWAIT);

	if (n > 0)
		buf_add(&exchange->output, (struct str){chunk, (size_t)n});
	return n == (ssize_t)sizeof(chunk) && !exchange->output.failed;
}

static bool is_answered(const struct exchange *exchange)
{
	struct str output = buf_str(&exchange->output);
	uint64_t length;

	if (output.n < NURSERY_LENGTH)
		return false;
	memcpy(&length, output.p, NURSERY_LENGTH);
	return length <= output.n - NURSERY_LENGTH;
}

/* Until it is answered, or is not going to be. */
static void talk(struct exchange *exchange)
{
	bool open = true; /* the socket */

	feed(exchange);
	while (!exchange->word && !exchange->gone && !exchange->output.failed && !is_answered(exchange)) {
		bool to_send = !wire_is_sent(&exchange->input);
		struct pollfd ends[] = {
		    {exchange->nursery.pipe, POLLIN, 0},
		    {open ? exchange->nursery.socket : -1, (short)(to_send ? POLLIN | POLLOUT : POLLIN), 0}};
		int64_t left = exchange->until - nursery_clock();

		if (left <= 0 || (poll(ends, 2, (int)left) < 0 && errno != EINTR))
			return;
		if (ends[1].revents & POLLOUT && to_send)
			feed(exchange);
		if (ends[1].revents & POLLIN)
			while (take_bytes(exchange))
				;
		if (ends[1].revents & (POLLHUP | POLLERR))
			open = false;
		if (ends[0].revents && !(exchange->word = nursery_hear(&exchange->nursery, exchange->until)))
			exchange->gone = true;
	}
}

/* All was read, and all was said: no byte more, and none less. */
static bool is_whole(const struct exchange *exchange)
{
	struct str output = buf_str(&exchange->output);
	uint64_t length;

	if (!wire_is_sent(&exchange->input) || exchange->output.failed || output.n < NURSERY_LENGTH)
		return false;
	memcpy(&length, output.p, NURSERY_LENGTH);
	return length == output.n - NURSERY_LENGTH;
}

/* A child may stay for those who wait; else it ends, and that it ends well is a part of its answer. */
static bool part(struct exchange *exchange)
{
	struct nursery *nursery = &exchange->nursery;

	if (exchange->word || exchange->gone || !is_whole(exchange))
		return false;
	nursery->inputs++;
	return stays(nursery) || nursery_end_child(nursery, exchange->until);
}

static enum status attempt(struct arena *arena, const struct sandbox_work *work, bool alone, struct exchange *exchange,
			   struct error *error)
{
	enum status status;

	*exchange = (struct exchange){.output = buf_new_max(arena, work->most + NURSERY_LENGTH)};
	if ((status = take(&exchange->nursery, alone, work, error)))
		return status;
	exchange->shared = exchange->nursery.inputs > 0;
	exchange->length = work->input.n;
	exchange->input = (struct wire){{(const char *)&exchange->length, NURSERY_LENGTH}, work->input};
	exchange->until = nursery_clock() + (int64_t)work->seconds * 1000;
	talk(exchange);
	exchange->well = part(exchange);
	give_back(&exchange->nursery, exchange->well);
	return OK;
}

enum status sandbox_run(struct arena *arena, const struct sandbox_work *work, struct str *output, struct error *error)
{
	struct exchange exchange = {.gone = true};
	struct str all;
	bool alone = false;
	enum status status;

	for (int i = 0; i < TRIES_MOST && !exchange.well && (exchange.gone || exchange.shared); i++) {
		alone = alone || exchange.shared;
		if ((status = attempt(arena, work, alone, &exchange, error)))
			return status;
	}
	if (exchange.word == SANDBOX_NO_CHILD)
		return nursery_fails(error, EAGAIN);
	if (!exchange.well)
		return error_fail(error, E_INTERNAL, "", "sandbox", N_("The process that was to read it failed"));
	all = buf_str(&exchange.output);
	*output = str_sub(all, NURSERY_LENGTH, all.n);
	return OK;
}

/* Timers: behaviours that asked to be woken at a time. One timer per record, behaviour and name. */
#include "record/edit_run.h"

#include "record/cache.h"
#include "record/meters.h"

enum { RETRY_AFTER = 1 * HOUR, WOKEN_AT_ONCE = 16 };

/* Who runs timers looks every second by himself; most timers are due much later, and telling them all would be most of
 * what is told. */
static const int64_t told_ahead = 5 * (int64_t)SECOND;

static struct str timer_key(struct edit *edit, const struct behaviour_call *call, struct str name)
{
	return str_format(edit->arena, "%s/%.*s", call->attached->behaviour->name, STR_ARG(name));
}

/* A new record has no other timers than those. */
static bool is_set(const struct edit *edit, struct str key)
{
	for (size_t i = 0; i < edit->timers.count; i++)
		if (str_eq(edit->timers.items[i], key))
			return true;
	return false;
}

enum status edit_timer_clear(struct edit *edit, const struct behaviour_call *call, struct str name, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status;

	if (edit->run->foresees || (edit_is_new(edit) && !is_set(edit, timer_key(edit, call, name))))
		return OK;
	status = store_prepare(edit->connection,
			       S("DELETE FROM kaname_timer WHERE record = ? AND behaviour = ? AND name = ?"),
			       &statement, error);
	if (status)
		return status;
	bind_int(statement, edit->after->identity);
	bind_text(statement, str_of(call->attached->behaviour->name));
	bind_text(statement, name);
	return store_run(statement, error);
}

enum status edit_timer(struct edit *edit, const struct behaviour_call *call, struct str name, instant due_at,
		       struct str payload, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status;

	if (edit->run->foresees)
		return OK;
	status = store_prepare(
	    edit->connection,
	    S("INSERT INTO kaname_timer (due_at, record, behaviour, name, payload) VALUES (?, ?, ?, ?, ?) "
	      "ON CONFLICT (record, behaviour, name) DO UPDATE SET due_at = excluded.due_at, "
	      "payload = excluded.payload, fault = NULL"),
	    &statement, error);
	if (status)
		return status;
	vec_push(edit->arena, &edit->timers, timer_key(edit, call, name));
	if (due_at < edit_now(edit) + told_ahead)
		store_tell(edit->connection, NEWS_TIMER, edit->after->identity, due_at);
	bind_int(statement, due_at);
	bind_int(statement, edit->after->identity);
	bind_text(statement, str_of(call->attached->behaviour->name));
	bind_text(statement, name);
	if (payload.n)
		bind_text(statement, payload);
	else
		bind_null(statement);
	return store_run(statement, error);
}

enum status edit_timer_due(struct edit *edit, const struct behaviour_call *call, struct str name, instant *due_at,
			   struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    edit->connection, S("SELECT due_at FROM kaname_timer WHERE record = ? AND behaviour = ? AND name = ?"),
	    &statement, error);

	*due_at = INSTANT_NONE;
	if (status)
		return status;
	bind_int(statement, edit->after->identity);
	bind_text(statement, str_of(call->attached->behaviour->name));
	bind_text(statement, name);
	if (!(status = store_step(statement, &row, error)) && row)
		*due_at = column_int(statement, 0);
	return status;
}

/* --- waking --- */

struct waking {
	struct kernel *kernel;
	instant now;
	size_t most, woken;            /* at once */
	int64_t timer;                 /* that is woken; 0: none is due */
	instant due_at[WOKEN_AT_ONCE]; /* of those that were */
	bool forget_actors;
	const char *fault; /* of the timer that failed */
};

struct timer {
	int64_t id, record;
	instant due_at;
	struct str behaviour, name, payload;
};

static enum status take_timer(struct waking *waking, struct edit_run *run, struct timer *timer, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(run->connection,
					   S("SELECT id, record, behaviour, name, payload, due_at FROM kaname_timer "
					     "WHERE due_at <= ? ORDER BY due_at, id LIMIT 1"),
					   &statement, error);

	if (status)
		return status;
	bind_int(statement, waking->now);
	if ((status = store_step(statement, &row, error)) || !row)
		return status;
	*timer = (struct timer){
	    .id = column_int(statement, 0),
	    .record = column_int(statement, 1),
	    .behaviour = str_dup(run->arena, column_text(statement, 2)),
	    .name = str_dup(run->arena, column_text(statement, 3)),
	    .payload = str_dup(run->arena, column_text(statement, 4)),
	    .due_at = column_int(statement, 5),
	};
	return OK;
}

static enum status drop_timer(struct edit_run *run, int64_t id, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(run->connection, S("DELETE FROM kaname_timer WHERE id = ?"), &statement, error);

	if (status)
		return status;
	bind_int(statement, id);
	return store_run(statement, error);
}

static enum status wake_behaviour(struct edit_run *run, const struct timer *timer, struct error *error)
{
	struct edit_request request = {.record = timer->record, .via = VIA_JOB};
	const struct attached_behaviour *attached;
	struct edit edit;
	enum status status = edit_begin(run, actor_system(), &request, NULL, &edit, error);

	if (status == E_NOT_FOUND) { /* its type is no longer declared: nothing is left to wake */
		error_clear(error);
		return OK;
	}
	if (status)
		return status;
	edit.after = record_copy(run->arena, edit.before);
	for (attached = run->kernel->behaviours[edit.type->index]; attached->behaviour && !status; attached++) {
		struct behaviour_call call = {.parameters = attached->parameters, .attached = attached};

		if (attached->behaviour->due && str_is(timer->behaviour, attached->behaviour->name))
			status = attached->behaviour->due(&call, &edit, timer->name, timer->payload, error);
	}
	return status ? status : edit_write_row_clocks(&edit, error);
}

static enum status wake_next(struct waking *waking, struct edit_run *run, struct error *error)
{
	struct timer timer = {0};
	enum status status;

	waking->timer = 0;
	if ((status = take_timer(waking, run, &timer, error)) || !timer.id)
		return status;
	waking->timer = timer.id;
	waking->due_at[waking->woken] = timer.due_at;
	if ((status = drop_timer(run, timer.id, error)) || (status = wake_behaviour(run, &timer, error)))
		return status;
	waking->woken++;
	return OK;
}

static enum status wake(void *context, struct connection *connection, struct error *error)
{
	struct waking *waking = context;
	struct edit_run run = {.kernel = waking->kernel,
			       .connection = connection,
			       .arena = waking->kernel->cache->writing,
			       .now = waking->now};
	enum status status = OK;

	arena_reset(run.arena);
	waking->woken = 0;
	do
		status = wake_next(waking, &run, error);
	while (!status && waking->timer && waking->woken < waking->most);
	if (!status)
		waking->forget_actors = waking->forget_actors || run.forget_actors;
	return status;
}

/* A timer whose behaviour failed comes again later, so that it neither is lost nor keeps the others waiting. */
static enum status postpone(void *context, struct connection *connection, struct error *error)
{
	struct waking *waking = context;
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, S("UPDATE kaname_timer SET due_at = ?, fault = ? WHERE id = ?"),
					   &statement, error);

	if (status)
		return status;
	bind_int(statement, waking->now + RETRY_AFTER);
	bind_text(statement, str_of(waking->fault));
	bind_int(statement, waking->timer);
	return store_run(statement, error);
}

static enum status next_due(struct kernel *kernel, instant *next, struct error *error)
{
	READER connection = NULL;
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_reader(kernel->store, &connection, error);

	*next = INSTANT_NONE;
	if (status ||
	    (status = store_prepare(connection, S("SELECT min(due_at) FROM kaname_timer"), &statement, error)))
		return status;
	if (!(status = store_step(statement, &row, error)) && row && !column_is_null(statement, 0))
		*next = column_int(statement, 0);
	return status;
}

/* How late a timer was looked at. */
static void meter(const struct waking *waking, size_t timer)
{
	struct meters *meters = waking->kernel->cache->meters;
	int64_t lateness = waking->now - waking->due_at[timer];

	histogram_add(&meters->lateness, lateness);
	atomic_store_explicit(&meters->last_lateness, lateness, memory_order_relaxed);
}

/* Some at once, in one transaction; when one of them fails, one by one, so that it is known which. */
static enum status wake_some(struct waking *waking, size_t most, struct error *error)
{
	struct error failure;
	char fault[512];
	enum status status;

	error_clear(&failure);
	waking->most = most < WOKEN_AT_ONCE ? most : WOKEN_AT_ONCE;
	status = store_write_wait(waking->kernel->store, wake, waking, &failure);
	if (status && status != E_UNAVAILABLE && (waking->timer || waking->woken) && waking->most > 1) {
		error_clear(&failure);
		waking->most = 1;
		status = store_write_wait(waking->kernel->store, wake, waking, &failure);
	}
	if (status == E_UNAVAILABLE || (status && !waking->timer))
		return error_fail(error, status, "", "timers", N_("The timers could not be looked at"));
	if (status)
		waking->woken = 1; /* which is put off */
	for (size_t i = 0; i < waking->woken; i++)
		meter(waking, i);
	if (!status)
		return OK;
	atomic_fetch_add_explicit(&waking->kernel->cache->meters->timers_failed, 1, memory_order_relaxed);
	error_text(&failure, fault, sizeof(fault));
	waking->fault = fault;
	return store_write_wait(waking->kernel->store, postpone, waking, error);
}

enum status kernel_run_timers(struct kernel *kernel, instant now, size_t most, size_t *ran, instant *next,
			      struct error *error)
{
	struct waking waking = {.kernel = kernel, .now = now, .timer = -1};
	enum status status = OK;

	for (*ran = 0; *ran < most && waking.timer && !status; *ran += waking.woken)
		status = wake_some(&waking, most - *ran, error);
	if (status)
		return status;
	if (waking.forget_actors)
		actor_cache_forget(kernel->cache->actors);
	return next_due(kernel, next, error);
}

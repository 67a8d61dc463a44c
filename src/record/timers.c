/* Timers: behaviours that asked to be woken at a time. One timer per record, behaviour and name. */
#include "record/edit_run.h"

#include "record/cache.h"
#include "record/meters.h"

enum { RETRY_AFTER = 1 * HOUR };

enum status edit_timer_clear(struct edit *edit, const struct behaviour_call *call, struct str name, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    edit->connection, S("DELETE FROM kaname_timer WHERE record = ? AND behaviour = ? AND name = ?"), &statement,
	    error);

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
	enum status status = edit_timer_clear(edit, call, name, error);

	if (status)
		return status;
	status = store_prepare(
	    edit->connection,
	    S("INSERT INTO kaname_timer (due_at, record, behaviour, name, payload) VALUES (?, ?, ?, ?, ?)"), &statement,
	    error);
	if (status)
		return status;
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
	int64_t timer; /* that is woken; 0: none is due */
	instant due_at;
	bool forget_actors;
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
	return status;
}

static enum status wake(void *context, struct connection *connection, struct error *error)
{
	struct waking *waking = context;
	struct edit_run run = {.kernel = waking->kernel,
			       .connection = connection,
			       .arena = waking->kernel->cache->writing,
			       .now = waking->now};
	struct timer timer = {0};
	enum status status;

	arena_reset(run.arena);
	waking->timer = 0;
	if ((status = take_timer(waking, &run, &timer, error)) || !timer.id)
		return status;
	waking->timer = timer.id;
	waking->due_at = timer.due_at;
	if ((status = drop_timer(&run, timer.id, error)) || (status = wake_behaviour(&run, &timer, error)))
		return status;
	waking->forget_actors = waking->forget_actors || run.forget_actors;
	return OK;
}

/* A timer whose behaviour failed comes again later, so that it neither is lost nor keeps the others waiting. */
static enum status postpone(void *context, struct connection *connection, struct error *error)
{
	struct waking *waking = context;
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(connection, S("UPDATE kaname_timer SET due_at = ? WHERE id = ?"), &statement, error);

	if (status)
		return status;
	bind_int(statement, waking->now + RETRY_AFTER);
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

static void meter(const struct waking *waking, bool failed)
{
	struct meters *meters = waking->kernel->cache->meters;

	histogram_add(&meters->lateness, waking->now - waking->due_at);
	atomic_store_explicit(&meters->last_lateness, waking->now - waking->due_at, memory_order_relaxed);
	if (failed)
		atomic_fetch_add_explicit(&meters->timers_failed, 1, memory_order_relaxed);
}

enum status kernel_run_timers(struct kernel *kernel, instant now, size_t most, size_t *ran, instant *next,
			      struct error *error)
{
	struct waking waking = {.kernel = kernel, .now = now};
	enum status status = OK;

	for (*ran = 0; *ran < most; ++*ran) {
		struct error failure;

		error_clear(&failure);
		status = store_write_wait(kernel->store, wake, &waking, &failure);
		if (status == E_UNAVAILABLE || (status && !waking.timer))
			return error_fail(error, status, "", "timers", N_("The timers could not be looked at"));
		if (status && (status = store_write_wait(kernel->store, postpone, &waking, error)))
			return status;
		if (!waking.timer)
			break;
		meter(&waking, failure.count > 0);
	}
	if (waking.forget_actors)
		actor_cache_forget(kernel->cache->actors);
	return next_due(kernel, next, error);
}

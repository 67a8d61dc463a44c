/* What is on its way to webhooks, and what became of it. */
#include "record/hooks.h"

static const char *const states[DELIVERY_STATES] = {[DELIVERY_WAITING] = "waiting",
						    [DELIVERY_DONE] = "done",
						    [DELIVERY_SKIPPED] = "skipped",
						    [DELIVERY_FAILED] = "failed"};
static const int64_t held_for = MINUTE;

#define COLUMNS                                                                                                        \
	"d.id, d.hook, d.event, d.record, d.state, d.attempts, d.queued_at, d.due_at, d.sent_at, d.took, d.code, "     \
	"d.says"

static int64_t number_or(struct statement *statement, int column, int64_t none)
{
	return column_is_null(statement, column) ? none : column_int(statement, column);
}

static struct delivery delivery_of_row(struct statement *statement, struct arena *arena)
{
	struct delivery delivery = {.id = column_int(statement, 0),
				    .hook = column_int(statement, 1),
				    .event = column_int(statement, 2),
				    .record = column_int(statement, 3),
				    .attempts = column_int(statement, 5),
				    .queued_at = column_int(statement, 6),
				    .due_at = column_int(statement, 7),
				    .sent_at = number_or(statement, 8, INSTANT_NONE),
				    .took = number_or(statement, 9, 0),
				    .code = number_or(statement, 10, 0),
				    .says = str_dup(arena, column_text(statement, 11))};

	for (int i = 0; i < DELIVERY_STATES; i++)
		if (str_is(column_text(statement, 4), states[i]))
			delivery.state = (enum delivery_state)i;
	return delivery;
}

enum status deliveries_waiting(struct connection *connection, int64_t hook, int64_t *count, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status =
	    store_prepare(connection, S("SELECT COUNT(*) FROM kaname_delivery WHERE hook = ? AND state = 'waiting'"),
			  &statement, error);

	if (status)
		return status;
	bind_int(statement, hook);
	if (!(status = store_step(statement, &row, error)))
		*count = column_int(statement, 0);
	return status;
}

enum status delivery_next(struct connection *connection, struct arena *arena, int64_t hook, instant now,
			  struct delivery *delivery, bool *found, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    S("SELECT " COLUMNS
	      " FROM kaname_delivery d WHERE d.hook = ? AND d.state = 'waiting' AND d.due_at <= ? AND "
	      "NOT EXISTS (SELECT 1 FROM kaname_delivery e WHERE e.hook = d.hook AND e.record = d.record AND e.state = "
	      "'waiting' AND e.event < d.event) ORDER BY d.event LIMIT 1"),
	    &statement, error);

	*found = false;
	if (status)
		return status;
	bind_int(statement, hook);
	bind_int(statement, now);
	if (!(status = store_step(statement, found, error)) && *found)
		*delivery = delivery_of_row(statement, arena);
	return status;
}

enum status deliveries_due(struct connection *connection, instant *due, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status =
	    store_prepare(connection,
			  S("SELECT MIN(CASE WHEN d.due_at < h.pause_until THEN h.pause_until ELSE d.due_at END) FROM "
			    "kaname_delivery d "
			    "JOIN kaname_hook h ON h.record = d.hook WHERE d.state = 'waiting' AND h.active = 1"),
			  &statement, error);

	*due = INSTANT_NONE;
	if (status)
		return status;
	if (!(status = store_step(statement, &row, error)) && row)
		*due = number_or(statement, 0, INSTANT_NONE);
	return status;
}

enum status deliveries_list(struct connection *connection, struct arena *arena, int64_t hook, int64_t before,
			    size_t limit, struct delivery **deliveries, size_t *count, struct error *error)
{
	VEC(struct delivery) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status =
	    store_prepare(connection,
			  S("SELECT " COLUMNS " FROM kaname_delivery d WHERE d.hook = ? AND d.event < ? "
			    "ORDER BY d.event DESC LIMIT ?"),
			  &statement, error);

	*count = 0;
	if (status)
		return status;
	bind_int(statement, hook);
	bind_int(statement, before ? before : INT64_MAX);
	bind_int(statement, (int64_t)limit);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, delivery_of_row(statement, arena));
	*deliveries = found.items;
	*count = found.count;
	return status;
}

/* --- changes --- */

struct again {
	int64_t hook, delivery;
	instant now;
};

static enum status write_again(void *context, struct connection *connection, struct error *error)
{
	const struct again *again = context;
	STATEMENT statement = NULL;
	STATEMENT pause = NULL;
	enum status status = store_prepare(
	    connection,
	    S("UPDATE kaname_delivery SET state = 'waiting', attempts = 0, queued_at = ?, due_at = ? WHERE id = ? AND "
	      "hook = ?"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, again->now);
	bind_int(statement, again->now);
	bind_int(statement, again->delivery);
	bind_int(statement, again->hook);
	if ((status = store_run(statement, error)))
		return status;
	if (!store_changes(connection))
		return error_fail(error, E_NOT_FOUND, "", "not_found", N_("There is no such delivery"));
	if ((status = store_prepare(connection, S("UPDATE kaname_hook SET pause_until = 0 WHERE record = ?"), &pause,
				    error)))
		return status;
	bind_int(pause, again->hook);
	store_tell(connection, NEWS_TIMER, again->hook, again->now); /* wakes those who send */
	return store_run(pause, error);
}

enum status delivery_again(struct kernel *kernel, int64_t hook, int64_t delivery, instant now, struct error *error)
{
	struct again again = {hook, delivery, now};

	return store_write_wait(kernel->store, write_again, &again, error);
}

struct attempt {
	const struct hook *hook;
	const struct delivery *delivery;
	instant now;
};

static enum status write_hook(const struct attempt *attempt, struct connection *connection, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection,
					   S("UPDATE kaname_hook SET failures = ?, failing_since = ?, pause_until = ?, "
					     "held_until = ? WHERE record = ?"),
					   &statement, error);

	if (status)
		return status;
	bind_int(statement, attempt->hook->failures);
	if (attempt->hook->failing_since == INSTANT_NONE)
		bind_null(statement);
	else
		bind_int(statement, attempt->hook->failing_since);
	bind_int(statement, attempt->hook->pause_until);
	bind_int(statement, attempt->now + held_for);
	bind_int(statement, attempt->hook->record);
	return store_run(statement, error);
}

/* Somebody may have asked for it once more meanwhile: that was for another attempt, which this one was. */
static enum status write_attempt(void *context, struct connection *connection, struct error *error)
{
	const struct attempt *attempt = context;
	const struct delivery *delivery = attempt->delivery;
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection,
					   S("UPDATE kaname_delivery SET state = ?, attempts = ?, due_at = ?, sent_at "
					     "= ?, took = ?, code = ?, says = ? "
					     "WHERE id = ?"),
					   &statement, error);

	if (status)
		return status;
	bind_text(statement, str_of(states[delivery->state]));
	bind_int(statement, delivery->attempts);
	bind_int(statement, delivery->due_at);
	bind_int(statement, delivery->sent_at);
	bind_int(statement, delivery->took);
	bind_int(statement, delivery->code);
	bind_text(statement, delivery->says);
	bind_int(statement, delivery->id);
	status = store_run(statement, error);
	return status ? status : write_hook(attempt, connection, error);
}

enum status delivery_attempted(struct kernel *kernel, const struct hook *hook, const struct delivery *delivery,
			       instant now, struct error *error)
{
	struct attempt attempt = {hook, delivery, now};

	return store_write_wait(kernel->store, write_attempt, &attempt, error);
}

struct tidying {
	instant before;
	size_t most;
};

static enum status tidy(void *context, struct connection *connection, struct error *error)
{
	const struct tidying *tidying = context;
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    S("DELETE FROM kaname_delivery WHERE id IN (SELECT id FROM kaname_delivery WHERE queued_at < ? "
	      "AND state <> 'waiting' ORDER BY queued_at LIMIT ?)"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, tidying->before);
	bind_int(statement, (int64_t)tidying->most);
	return store_run(statement, error);
}

enum status deliveries_tidy(struct kernel *kernel, instant before, size_t most, struct error *error)
{
	struct tidying tidying = {before, most};

	return store_write_wait(kernel->store, tidy, &tidying, error);
}

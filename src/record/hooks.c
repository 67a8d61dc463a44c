#include "record/hooks.h"

#include <sodium.h>
#include <stdio.h>

#include "record/tell.h"

enum { SECRET_BYTES = 24 };
static const int64_t held_for = MINUTE, former_for = DAY, back_most = 7 * DAY;

struct writing { /* a statement that has whole numbers only; INSTANT_NONE is NULL */
	struct str sql;
	const int64_t *numbers;
	size_t count;
	int64_t changed;
};

static enum status run_numbers(struct connection *connection, struct str sql, const int64_t *numbers, size_t count,
			       struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, sql, &statement, error);

	if (status)
		return status;
	for (size_t i = 0; i < count; i++)
		if (numbers[i] == INSTANT_NONE)
			bind_null(statement);
		else
			bind_int(statement, numbers[i]);
	return store_run(statement, error);
}

static enum status run_writing(void *context, struct connection *connection, struct error *error)
{
	struct writing *writing = context;
	enum status status = run_numbers(connection, writing->sql, writing->numbers, writing->count, error);

	writing->changed = status ? 0 : store_changes(connection);
	return status;
}

static enum status write_numbers(struct kernel *kernel, struct str sql, const int64_t *numbers, size_t count,
				 int64_t *changed, struct error *error)
{
	struct writing writing = {.sql = sql, .numbers = numbers, .count = count};
	enum status status = store_write_wait(kernel->store, run_writing, &writing, error);

	if (changed)
		*changed = writing.changed;
	return status;
}

#define NUMBERS(...) (const int64_t[]){__VA_ARGS__}, sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t)

static enum status read_number(struct connection *connection, struct str sql, const int64_t *numbers, size_t count,
			       int64_t *number, bool *found, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, sql, &statement, error);

	if (status)
		return status;
	for (size_t i = 0; i < count; i++)
		bind_int(statement, numbers[i]);
	if ((status = store_step(statement, found, error)) || !*found)
		return status;
	*found = !column_is_null(statement, 0);
	*number = *found ? column_int(statement, 0) : 0;
	return OK;
}

static instant moment(struct statement *statement, int column)
{
	return column_is_null(statement, column) ? INSTANT_NONE : column_int(statement, column);
}

enum status hook_read(struct connection *connection, struct arena *arena, int64_t record, struct hook *hook,
		      bool *found, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(connection,
			  S("SELECT active, place, failures, failing_since, pause_until, secret, former, former_until "
			    "FROM kaname_hook WHERE record = ?"),
			  &statement, error);

	*hook = (struct hook){.record = record, .failing_since = INSTANT_NONE, .former_until = INSTANT_NONE};
	if (status)
		return status;
	bind_int(statement, record);
	if ((status = store_step(statement, found, error)) || !*found)
		return status;
	hook->active = column_int(statement, 0);
	hook->place = column_int(statement, 1);
	hook->failures = column_int(statement, 2);
	hook->failing_since = moment(statement, 3);
	hook->pause_until = column_int(statement, 4);
	hook->secret = str_dup(arena, column_text(statement, 5));
	hook->former = str_dup(arena, column_text(statement, 6));
	hook->former_until = moment(statement, 7);
	return OK;
}

/* --- secrets --- */

struct secret_row {
	int64_t record;
	struct str secret;
	instant former_until;
};

static enum status write_secret(void *context, struct connection *connection, struct error *error)
{
	const struct secret_row *row = context;
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    S("INSERT INTO kaname_hook (record, active, place, secret, failures, pause_until, held_until, holder) "
	      "VALUES "
	      "(?, 0, 0, ?, 0, 0, 0, 0) ON CONFLICT (record) DO UPDATE SET former = kaname_hook.secret, "
	      "former_until = ?, secret = excluded.secret"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, row->record);
	bind_text(statement, row->secret);
	bind_int(statement, row->former_until);
	return store_run(statement, error);
}

/* It is told first: a secret that history does not know of must not exist. */
enum status hook_make_secret(struct kernel *kernel, const struct actor *actor, int64_t record, instant now,
			     char secret[HOOK_SECRET_TEXT], struct error *error)
{
	static const char prefix[] = "whsec_";
	ARENA arena = arena_new();
	char bytes[SECRET_BYTES], code[HOOK_SECRET_TEXT - sizeof(prefix)];
	struct secret_row row = {.record = record, .former_until = now + former_for};
	enum status status = tell_act(kernel, actor, record, "secret",
				      tell_words(arena, N_("A new secret was made"), S("")), now, error);

	if (status)
		return status;
	secret_fill(bytes, sizeof(bytes));
	sodium_bin2base64(code, sizeof(code), (const unsigned char *)bytes, sizeof(bytes),
			  sodium_base64_VARIANT_ORIGINAL);
	snprintf(secret, HOOK_SECRET_TEXT, "%s%s", prefix, code);
	row.secret = str_of(secret);
	return store_write_wait(kernel->store, write_secret, &row, error);
}

/* --- the place --- */

enum status hook_begin(struct kernel *kernel, int64_t record, int64_t place, struct error *error)
{
	return write_numbers(
	    kernel,
	    S("INSERT INTO kaname_hook (record, active, place, failures, pause_until, held_until, holder) VALUES "
	      "(?, 1, ?, 0, 0, 0, 0) ON CONFLICT (record) DO UPDATE SET place = excluded.place, active = 1, "
	      "failures = 0, failing_since = NULL, pause_until = 0 WHERE kaname_hook.active = 0"),
	    NUMBERS(record, place), NULL, error);
}

static enum status end_hook(void *context, struct connection *connection, struct error *error)
{
	const int64_t *record = context;
	enum status status =
	    run_numbers(connection, S("UPDATE kaname_hook SET active = 0 WHERE record = ?"), record, 1, error);

	return status
		   ? status
		   : run_numbers(connection,
				 S("UPDATE kaname_delivery SET state = 'failed' WHERE hook = ? AND state = 'waiting'"),
				 record, 1, error);
}

enum status hook_end(struct kernel *kernel, int64_t record, struct error *error)
{
	return store_write_wait(kernel->store, end_hook, &record, error);
}

enum status hook_newest_event(struct connection *connection, int64_t record, int64_t *event, struct error *error)
{
	bool found;

	*event = 0;
	return read_number(connection, S("SELECT id FROM kaname_event WHERE record = ? ORDER BY seq DESC LIMIT 1"),
			   &record, 1, event, &found, error);
}

struct putting {
	int64_t hook, from, to;
	const struct hook_event *events;
	size_t count;
	instant now;
};

static enum status put(void *context, struct connection *connection, struct error *error)
{
	const struct putting *putting = context;
	enum status status =
	    run_numbers(connection, S("UPDATE kaname_hook SET place = ? WHERE record = ? AND place = ? AND active = 1"),
			NUMBERS(putting->to, putting->hook, putting->from), error);

	if (status || !store_changes(connection))
		return status;
	for (size_t i = 0; i < putting->count && !status; i++)
		status = run_numbers(
		    connection,
		    S("INSERT INTO kaname_delivery (hook, event, record, state, attempts, queued_at, due_at) VALUES "
		      "(?, ?, ?, 'waiting', 0, ?, ?) ON CONFLICT (hook, event) DO UPDATE SET state = 'waiting', "
		      "attempts = 0, queued_at = excluded.queued_at, due_at = excluded.due_at"),
		    NUMBERS(putting->hook, putting->events[i].event, putting->events[i].record, putting->now,
			    putting->now),
		    error);
	return status;
}

enum status hook_put(struct kernel *kernel, int64_t hook, int64_t from, int64_t to, const struct hook_event *events,
		     size_t count, instant now, struct error *error)
{
	struct putting putting = {hook, from, to, events, count, now};

	return store_write_wait(kernel->store, put, &putting, error);
}

/* Events are numbered in the order in which they are recorded, so the first one since a moment is found by halving. */
static enum status event_before(struct connection *connection, instant since, int64_t *event, struct error *error)
{
	int64_t low = 0, high, at;
	bool found;
	enum status status =
	    read_number(connection, S("SELECT MAX(id) FROM kaname_event"), NULL, 0, &high, &found, error);

	while (!status && low < high) {
		int64_t middle = low + (high - low + 1) / 2;

		status = read_number(connection,
				     S("SELECT recorded_at FROM kaname_event WHERE id <= ? ORDER BY id DESC LIMIT 1"),
				     &middle, 1, &at, &found, error);
		if (!found || at < since)
			low = middle;
		else
			high = middle - 1;
	}
	*event = low;
	return status;
}

struct going {
	int64_t hook, event;
	instant now;
};

static enum status go_back(void *context, struct connection *connection, struct error *error)
{
	const struct going *going = context;

	store_tell(connection, NEWS_TIMER, going->hook, going->now); /* wakes those who send */
	return run_numbers(connection,
			   S("UPDATE kaname_hook SET place = ?, pause_until = 0 WHERE record = ? AND place > ?"),
			   NUMBERS(going->event, going->hook, going->event), error);
}

enum status hook_go_back(struct kernel *kernel, int64_t hook, instant since, instant now, struct error *error)
{
	READER connection = NULL;
	struct going going = {.hook = hook, .now = now};
	int64_t event = 0;
	enum status status = kernel_reader(kernel, &connection, error);

	if (!status)
		status = event_before(connection, since < now - back_most ? now - back_most : since, &event, error);
	store_reader_done(&connection);
	going.event = event;
	return status ? status : store_write_wait(kernel->store, go_back, &going, error);
}

/* --- who tells --- */

enum status hook_hold(struct kernel *kernel, int64_t hook, int64_t holder, instant now, bool *holds,
		      struct error *error)
{
	int64_t changed;
	enum status status = write_numbers(
	    kernel,
	    S("UPDATE kaname_hook SET held_until = ?, holder = ? WHERE record = ? AND active = 1 AND held_until <= ?"),
	    NUMBERS(now + held_for, holder, hook, now), &changed, error);

	*holds = !status && changed;
	return status;
}

enum status hook_let_go(struct kernel *kernel, int64_t hook, int64_t holder, struct error *error)
{
	return write_numbers(kernel, S("UPDATE kaname_hook SET held_until = 0 WHERE record = ? AND holder = ?"),
			     NUMBERS(hook, holder), NULL, error);
}

/* A timeline is stored as letters and times: "S1763860000000 P1763863600000 R... X..." (start, pause, resume, stop). */
#include "record/clocks.h"

#include <stdio.h>

#include "record/record.h"

static const char letters[] = {[CLOCK_START] = 'S', [CLOCK_PAUSE] = 'P', [CLOCK_RESUME] = 'R', [CLOCK_STOP] = 'X'};

static struct str timeline_text(struct arena *arena, const struct record_clock *clock)
{
	struct buf text = buf_new(arena);

	for (size_t i = 0; i < clock->timeline_count; i++)
		buf_format(&text, "%s%c%lld", i ? " " : "", letters[clock->timeline[i].kind],
			   (long long)clock->timeline[i].at);
	return buf_str(&text);
}

/* What a stopped clock was measured at. */
static struct clock_result read_result(struct statement *statement, int64_t target)
{
	struct clock_result result = {
	    .state = str_is(column_text(statement, 9), clock_state_name(CLOCK_MET)) ? CLOCK_MET : CLOCK_BREACHED,
	    .stopped = true,
	    .elapsed = column_int(statement, 10),
	    .due_at = column_is_null(statement, 11) ? INSTANT_NONE : column_int(statement, 11),
	};

	result.remaining = target - result.elapsed;
	return result;
}

static bool read_timeline(struct arena *arena, struct str text, struct record_clock *clock)
{
	VEC(struct clock_event) events = {0};
	struct str part;

	while (text.n && str_cut(&text, ' ', &part)) {
		struct clock_event event = {0};
		bool known = false;

		for (int i = 0; part.n && i < (int)sizeof(letters); i++)
			if (part.p[0] == letters[i]) {
				event.kind = (enum clock_event_kind)i;
				known = true;
			}
		if (!known || !str_int64(str_sub(part, 1, part.n), &event.at))
			return false;
		vec_push(arena, &events, event);
	}
	clock->timeline = events.items;
	clock->timeline_count = events.count;
	return true;
}

static enum status evaluate(struct kernel *kernel, struct connection *connection, struct record_clock *clock,
			    instant now, struct error *error)
{
	const struct calendar *calendar;
	enum status status = calendar_of_record(kernel, connection, clock->calendar, &calendar, error);

	if (!status)
		clock->result = clock_evaluate(clock->timeline, clock->timeline_count, clock->target, calendar, now);
	return status;
}

static enum status read_clock(struct arena *arena, struct statement *statement, struct record_clock *clock,
			      struct error *error)
{
	*clock = (struct record_clock){
	    .record = column_int(statement, 0),
	    .name = str_dup(arena, column_text(statement, 1)),
	    .has_target = !column_is_null(statement, 2),
	    .target = column_int(statement, 2),
	    .calendar = column_int(statement, 3),
	    .agreement = column_int(statement, 4),
	    .passed = str_dup(arena, column_text(statement, 6)),
	    .wakes_at = column_is_null(statement, 7) ? INSTANT_NONE : column_int(statement, 7),
	    .stopped_at = column_is_null(statement, 8) ? INSTANT_NONE : column_int(statement, 8),
	};
	if (clock->has_target && clock->stopped_at != INSTANT_NONE)
		clock->result = read_result(statement, clock->target);
	if (!read_timeline(arena, column_text(statement, 5), clock))
		return error_fail(error, E_INTERNAL, "", "clock", N_("The timeline of a clock cannot be read"));
	return OK;
}

static enum status read_clocks(struct connection *connection, struct arena *arena, struct str sql, int64_t argument,
			       struct record_clock **clocks, size_t *count, struct error *error)
{
	STATEMENT statement = NULL;
	VEC(struct record_clock) read = {0};
	bool row;
	enum status status = store_prepare(connection, sql, &statement, error);

	*count = 0;
	if (status)
		return status;
	bind_int(statement, argument);
	while (!(status = store_step(statement, &row, error)) && row) {
		struct record_clock clock;

		if ((status = read_clock(arena, statement, &clock, error)))
			return status;
		vec_push(arena, &read, clock);
	}
	*clocks = read.items;
	*count = read.count;
	return status;
}

#define CLOCK_COLUMNS                                                                                                  \
	"record, name, target, coalesce(calendar, 0), coalesce(agreement, 0), coalesce(timeline, ''), "                \
	"coalesce(passed, ''), wakes_at, stopped_at, state, coalesce(elapsed, 0), due_at"

static enum status evaluate_all(struct kernel *kernel, struct connection *connection, struct record_clock *clocks,
				size_t count, instant now, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < count && !status; i++)
		if (clocks[i].stopped_at == INSTANT_NONE || now < clocks[i].stopped_at)
			status = evaluate(kernel, connection, &clocks[i], now, error);
	return status;
}

enum status clocks_of(struct kernel *kernel, struct connection *connection, struct arena *arena, int64_t record,
		      instant now, struct record_clock **clocks, size_t *count, struct error *error)
{
	enum status status =
	    read_clocks(connection, arena,
			S("SELECT " CLOCK_COLUMNS " FROM kaname_clock WHERE record = ? AND target IS NOT NULL "
			  "ORDER BY name"),
			record, clocks, count, error);

	return status ? status : evaluate_all(kernel, connection, *clocks, *count, now, error);
}

/* Each row goes to the records of its number, for one may be there twice. */
static enum status read_some(struct connection *connection, struct arena *arena, struct record *const *records,
			     size_t count, struct clock_list *lists, struct error *error)
{
	STATEMENT statement = NULL;
	VEC(struct record_clock) clocks = {0};
	bool row;
	enum status status =
	    store_prepare(connection,
			  S("SELECT " CLOCK_COLUMNS " FROM kaname_clock WHERE record IN (" RECORD_PLACES
			    ") AND target IS NOT NULL ORDER BY record, name"),
			  &statement, error);

	if (status)
		return status;
	for (size_t i = 0; i < RECORD_AT_ONCE; i++)
		bind_int(statement, i < count ? records[i]->identity : 0);
	while (!(status = store_step(statement, &row, error)) && row) {
		struct record_clock clock;

		if ((status = read_clock(arena, statement, &clock, error)))
			return status;
		vec_push(arena, &clocks, clock);
	}
	for (size_t i = 0; i < count; i++) {
		size_t first = 0, n = 0;

		while (first < clocks.count && clocks.items[first].record != records[i]->identity)
			first++;
		while (first + n < clocks.count && clocks.items[first + n].record == records[i]->identity)
			n++;
		lists[i] = (struct clock_list){clocks.items + first, n};
	}
	return status;
}

enum status clocks_of_records(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      struct record *const *records, size_t count, instant now, struct clock_list *lists,
			      struct error *error)
{
	enum status status = OK;

	for (size_t from = 0; from < count && !status; from += RECORD_AT_ONCE)
		status = read_some(connection, arena, records + from,
				   count - from < RECORD_AT_ONCE ? count - from : RECORD_AT_ONCE, lists + from, error);
	for (size_t i = 0; i < count && !status; i++)
		status = evaluate_all(kernel, connection, lists[i].items, lists[i].count, now, error);
	return status;
}

enum status clock_load(struct connection *connection, struct arena *arena, int64_t record, struct str name,
		       struct record_clock *clock, bool *found, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(connection, S("SELECT " CLOCK_COLUMNS " FROM kaname_clock WHERE record = ? AND name = ?"),
			  &statement, error);

	*found = false;
	if (status)
		return status;
	bind_int(statement, record);
	bind_text(statement, name);
	if ((status = store_step(statement, found, error)) || !*found)
		return status;
	return read_clock(arena, statement, clock, error);
}

static instant last_of(const struct record_clock *clock, enum clock_event_kind kind)
{
	for (size_t i = clock->timeline_count; i-- > 0;)
		if (clock->timeline[i].kind == kind)
			return clock->timeline[i].at;
	return INSTANT_NONE;
}

static void bind_instant(struct statement *statement, instant at)
{
	if (at == INSTANT_NONE)
		bind_null(statement);
	else
		bind_int(statement, at);
}

static void bind_identity(struct statement *statement, int64_t identity)
{
	if (identity)
		bind_int(statement, identity);
	else
		bind_null(statement);
}

struct str row_clock_columns(struct arena *arena, struct str name, const char *follows)
{
	return str_format(arena, "%.*s%s, %.*s%s", STR_ARG(layout_clock_column(arena, name, CLOCK_DUE_AT)), follows,
			  STR_ARG(layout_clock_column(arena, name, CLOCK_STATE)), follows);
}

static struct str row_text(struct arena *arena, const struct type *type, const struct row_clock *clocks, size_t count)
{
	struct buf sql = buf_new(arena);

	buf_format(&sql, "UPDATE %.*s SET ", STR_ARG(layout_table(arena, type)));
	for (size_t i = 0; i < count; i++)
		buf_format(&sql, "%s%.*s", i ? ", " : "", STR_ARG(row_clock_columns(arena, clocks[i].name, " = ?")));
	buf_add(&sql, S(" WHERE \"id\" = ?"));
	return buf_str(&sql);
}

void row_clock_bind(struct statement *statement, const struct row_clock *clock, instant now)
{
	instant due = clock->result.due_at;

	/* A clock that is breached without having counted (its calendar never opens) has been so since now at least. */
	if (clock->result.state == CLOCK_BREACHED && due == INSTANT_NONE)
		due = now;
	bind_int(statement, clock->has_target && due != INSTANT_NONE ? due : INT64_MAX /* LAYOUT_NEVER */);
	if (clock->has_target)
		bind_text(statement, str_of(clock_state_name(clock->result.state)));
	else
		bind_null(statement);
}

enum status clocks_put_in_row(struct kernel *kernel, struct connection *connection, struct arena *arena, int64_t record,
			      const struct row_clock *clocks, size_t count, instant now, struct error *error)
{
	const struct type *type = kernel_type_of(kernel, record);
	struct row_clock *declared = arena_many(arena, struct row_clock, count + 1);
	STATEMENT statement = NULL;
	size_t n = 0;
	enum status status;

	for (size_t i = 0; type && i < count; i++)
		if (map_get(&type->query->clocks, clocks[i].name))
			declared[n++] = clocks[i];
	if (!n)
		return OK;
	if ((status = store_prepare(connection, row_text(arena, type, declared, n), &statement, error)))
		return status;
	for (size_t i = 0; i < n; i++)
		row_clock_bind(statement, &declared[i], now);
	bind_int(statement, record);
	return store_run(statement, error);
}

enum status clock_measure(struct kernel *kernel, struct connection *connection, struct record_clock *clock, instant now,
			  struct error *error)
{
	enum status status = evaluate(kernel, connection, clock, now, error);

	if (!status)
		clock->stopped_at = clock->result.stopped ? last_of(clock, CLOCK_STOP) : INSTANT_NONE;
	return status;
}

enum status clock_save(struct connection *connection, struct arena *arena, const struct record_clock *clock,
		       const struct clock_result *result, instant now, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    S("INSERT INTO kaname_clock (record, name, state, target, calendar, agreement, elapsed, evaluated_at, "
	      "due_at, started_at, stopped_at, timeline, passed, wakes_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
	      "ON CONFLICT (record, name) DO UPDATE SET state = excluded.state, target = excluded.target, "
	      "calendar = excluded.calendar, agreement = excluded.agreement, elapsed = excluded.elapsed, "
	      "evaluated_at = excluded.evaluated_at, due_at = excluded.due_at, "
	      "started_at = excluded.started_at, stopped_at = excluded.stopped_at, "
	      "timeline = excluded.timeline, passed = excluded.passed, wakes_at = excluded.wakes_at"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, clock->record);
	bind_text(statement, clock->name);
	if (clock->has_target) {
		bind_text(statement, str_of(clock_state_name(result->state)));
		bind_int(statement, clock->target);
	} else {
		bind_text(statement, S("none"));
		bind_null(statement);
	}
	bind_identity(statement, clock->calendar);
	bind_identity(statement, clock->agreement);
	bind_int(statement, result->elapsed);
	bind_int(statement, now);
	bind_instant(statement, clock->has_target ? result->due_at : INSTANT_NONE);
	bind_instant(statement, clock->timeline_count ? clock->timeline[0].at : INSTANT_NONE);
	bind_instant(statement, clock->stopped_at);
	bind_text(statement, timeline_text(arena, clock));
	bind_text(statement, clock->passed);
	bind_instant(statement, clock->wakes_at);
	return store_run(statement, error);
}

enum status clock_save_steps(struct connection *connection, const struct record_clock *clock, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection, S("UPDATE kaname_clock SET passed = ?, wakes_at = ? WHERE record = ? AND name = ?"), &statement,
	    error);

	if (status)
		return status;
	bind_text(statement, clock->passed);
	bind_instant(statement, clock->wakes_at);
	bind_int(statement, clock->record);
	bind_text(statement, clock->name);
	return store_run(statement, error);
}

enum status clocks_by_calendar(struct connection *connection, struct arena *arena, int64_t calendar, int64_t **records,
			       size_t *count, struct error *error)
{
	STATEMENT statement = NULL;
	VEC(int64_t) found = {0};
	bool row;
	enum status status = store_prepare(connection,
					   S("SELECT DISTINCT record FROM kaname_clock WHERE calendar = ? AND "
					     "stopped_at IS NULL ORDER BY record"),
					   &statement, error);

	if (status)
		return status;
	bind_int(statement, calendar);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, column_int(statement, 0));
	*records = found.items;
	*count = found.count;
	return status;
}

/* Groups and clocks for insights: counts, sums and percentiles by fields, days and clock states.
 *
 * Each expression of the SELECT list is written once, with its placeholders before those of the joins and of the
 * selection; the order of binding follows the text. */
#include "record/list.h"

#include <stdlib.h>

/* --- what can be grouped by --- */

bool group_takes(const struct query_field *field)
{
	const struct field *owner = field->owner;

	if (field->is_number || field->kind == VALUE_LIST || field->kind == VALUE_MONEY || field->kind == VALUE_ROWS ||
	    field->kind == VALUE_DURATION || field->kind == VALUE_DECIMAL)
		return false;
	return !owner || (owner->kind != FIELD_MARKDOWN && layout_has_column(owner));
}

static bool can_sum(const struct query_field *field)
{
	return (field->kind == VALUE_INTEGER || field->kind == VALUE_DECIMAL || field->kind == VALUE_DURATION) &&
	       (!field->owner || layout_has_column(field->owner));
}

/* Of what every record has, customers' people see state and times (as in expressions). */
static bool may_read(const struct actor *actor, const struct query_field *field)
{
	bool inside = actor->is_system || actor_is_staff(actor);

	return field->owner ? access_reads_field(actor, field->owner) : inside || field->kind != VALUE_RECORD;
}

static bool may_group(const struct actor *actor, const struct group_key *key)
{
	if (key->clock.n)
		return actor->is_system || actor_is_staff(actor);
	return !key->field || (group_takes(key->field) && may_read(actor, key->field) &&
			       ((!key->zone && !key->quarters) || key->field->kind == VALUE_TIME));
}

static bool may_measure(const struct actor *actor, const struct group_request *request)
{
	if (request->of_clock.n)
		return actor->is_system || actor_is_staff(actor);
	return !request->of || (can_sum(request->of) && may_read(actor, request->of));
}

/* --- the statement --- */

/* Days are counted from long before any record, so that division rounds down. */
static const int64_t first_day = -200000;
/* The finest by which zones differ: hours of any zone are made of these. */
static const int64_t quarter = 15 * MINUTE;

struct group_writer {
	struct arena *arena;
	const struct group_request *request;
	struct buf sql;
	VEC(struct filter_bind) binds;
};

static void add_number(struct group_writer *writer, int64_t number)
{
	vec_push(writer->arena, &writer->binds, (struct filter_bind){.kind = FILTER_INTEGER, .number = number});
}

static void add_text(struct group_writer *writer, struct str text)
{
	vec_push(writer->arena, &writer->binds, (struct filter_bind){.kind = FILTER_TEXT, .text = text});
}

/* The local day: one division for each stretch of time in which the zone's offset stays. */
static void add_day(struct group_writer *writer, const struct group_key *key)
{
	const struct group_request *request = writer->request;
	struct buf *sql = &writer->sql;
	struct str name = key->field->name;
	instant at = request->from;
	bool split = false;

	for (instant change; (change = zone_next_change(key->zone, at)) < request->to; at = change) {
		buf_format(sql,
			   split ? " WHEN r.\"%.*s\" < ? THEN (r.\"%.*s\" + ?) / ?"
				 : "(CASE WHEN r.\"%.*s\" < ? THEN (r.\"%.*s\" + ?) / ?",
			   STR_ARG(name), STR_ARG(name));
		add_number(writer, change);
		add_number(writer, zone_offset(key->zone, at) - first_day * DAY);
		add_number(writer, DAY);
		split = true;
	}
	buf_format(sql, split ? " ELSE (r.\"%.*s\" + ?) / ? END)" : "(r.\"%.*s\" + ?) / ?", STR_ARG(name));
	add_number(writer, zone_offset(key->zone, at) - first_day * DAY);
	add_number(writer, DAY);
}

/* A running clock has been breached since its due time came (as in filter.c). */
static void add_key(struct group_writer *writer, int which)
{
	const struct group_key *key = &writer->request->by[which];
	struct buf *sql = &writer->sql;

	if (key->clock.n) {
		buf_format(sql,
			   "CASE WHEN k%d.state = 'running' AND k%d.due_at <= ? THEN 'breached' ELSE k%d.state END",
			   which, which, which);
		add_number(writer, writer->request->now);
	} else if (key->zone) {
		add_day(writer, key);
	} else if (key->quarters) {
		buf_format(sql, "r.\"%.*s\" / ?", STR_ARG(key->field->name));
		add_number(writer, quarter);
	} else if (key->field && key->field->kind == VALUE_RECORD && !key->field->owner) {
		buf_format(sql, "NULLIF(r.\"%.*s\", 0)", STR_ARG(key->field->name));
	} else if (key->field) {
		buf_format(sql, "r.\"%.*s\"", STR_ARG(key->field->name));
	} else {
		buf_add_c(sql, "NULL");
	}
}

static struct str amount(struct group_writer *writer)
{
	const struct group_request *request = writer->request;

	if (request->of_clock.n && request->of_percent)
		return str_format(writer->arena, "CASE WHEN k2.stopped_at IS NOT NULL AND k2.target > 0 THEN %.*s END",
				  STR_ARG(filter_used_percent(writer->arena, "k2")));
	if (request->of_clock.n)
		return S("CASE WHEN k2.stopped_at IS NOT NULL THEN k2.elapsed END");
	if (request->of)
		return str_format(writer->arena, "r.\"%.*s\"", STR_ARG(request->of->name));
	return S("CAST(NULL AS BIGINT)");
}

/* Classes of the amount: up to the first bound, up to the second... */
static void add_class(struct group_writer *writer)
{
	const struct group_request *request = writer->request;
	struct str v = amount(writer);

	buf_format(&writer->sql, "CASE WHEN (%.*s) IS NULL THEN NULL", STR_ARG(v));
	for (size_t i = 0; i < request->bound_count; i++) {
		buf_format(&writer->sql, " WHEN (%.*s) <= ? THEN %zu", STR_ARG(v), i);
		add_number(writer, request->bounds[i]);
	}
	buf_format(&writer->sql, " ELSE %zu END", request->bound_count);
}

static void add_join(struct group_writer *writer, int which, struct str clock)
{
	if (!clock.n)
		return;
	buf_format(&writer->sql, " LEFT JOIN kaname_clock k%d ON k%d.record = r.\"id\" AND k%d.name = ?", which, which,
		   which);
	add_text(writer, clock);
}

/* SELECT a, b, v: one row a record. */
static void add_rows(struct group_writer *writer, const struct selection *selection)
{
	const struct group_request *request = writer->request;
	struct str table = layout_table(writer->arena, request->type);

	buf_add_c(&writer->sql, "SELECT ");
	add_key(writer, 0);
	buf_add_c(&writer->sql, " AS a, ");
	if (request->bound_count)
		add_class(writer);
	else
		add_key(writer, 1);
	buf_format(&writer->sql, " AS b, %.*s AS v FROM %.*s r", STR_ARG(amount(writer)), STR_ARG(table));
	add_join(writer, 0, request->by[0].clock);
	add_join(writer, 1, request->by[1].clock);
	add_join(writer, 2, request->of_clock);
	selection_add(&writer->sql, selection);
}

static void write_groups(struct group_writer *writer, const struct store *store, const struct selection *selection)
{
	const char *order = store_direction(store, false, false);
	const struct group_request *request = writer->request;
	struct buf *sql = &writer->sql;

	if (request->percentile) {
		buf_format(sql,
			   "SELECT a, b, max(n), max(n), max(CASE WHEN k = (n * %d + 99) / 100 THEN v END) FROM ("
			   "SELECT a, b, v, row_number() OVER (PARTITION BY a, b ORDER BY v) AS k, "
			   "count(*) OVER (PARTITION BY a, b) AS n FROM (",
			   request->percentile);
		add_rows(writer, selection);
		buf_add_c(sql, ") p WHERE v IS NOT NULL) q");
	} else {
		buf_add_c(sql, "SELECT a, b, count(*), count(v), COALESCE(sum(v), 0) FROM (");
		add_rows(writer, selection);
		buf_add_c(sql, ") p");
	}
	buf_format(sql, " GROUP BY a, b ORDER BY a%s, b%s", order, order);
}

/* --- the answer --- */

static struct value key_value(struct arena *arena, const struct group_key *key, struct statement *statement, int column)
{
	enum value_kind kind = key->clock.n ? VALUE_CHOICE : key->field ? key->field->kind : VALUE_NONE;

	if (kind == VALUE_NONE || column_is_null(statement, column))
		return (struct value){0};
	if (kind == VALUE_TEXT || kind == VALUE_CHOICE)
		return (struct value){.kind = kind, .text = str_dup(arena, column_text(statement, column))};
	if (kind == VALUE_BOOLEAN)
		return value_boolean(column_int(statement, column) != 0);
	if (key->zone)
		return value_number(VALUE_DATE, column_int(statement, column) + first_day);
	if (key->quarters)
		return value_number(kind, column_int(statement, column) * quarter);
	return value_number(kind, column_int(statement, column));
}

static struct value class_value(struct statement *statement, int column)
{
	return column_is_null(statement, column) ? (struct value){0}
						 : value_number(VALUE_INTEGER, column_int(statement, column));
}

static enum status run_groups(struct group_writer *writer, struct connection *connection,
			      const struct selection *selection, struct group_row **rows, size_t *count,
			      struct error *error)
{
	const struct group_request *request = writer->request;
	struct filter_sql before = {.binds = writer->binds.items, .bind_count = writer->binds.count};
	VEC(struct group_row) found = {0};
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, buf_str(&writer->sql), &statement, error);
	bool row;

	if (status)
		return status;
	filter_bind_all(statement, &before);
	selection_bind(statement, selection);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(writer->arena, &found,
			 (struct group_row){.by = {key_value(writer->arena, &request->by[0], statement, 0),
						   request->bound_count
						       ? class_value(statement, 1)
						       : key_value(writer->arena, &request->by[1], statement, 1)},
					    .count = column_int(statement, 2),
					    .with = column_int(statement, 3),
					    .figure = column_int(statement, 4)});
	*rows = found.items;
	*count = found.count;
	return status;
}

enum status read_groups(struct kernel *kernel, struct connection *connection, struct arena *arena,
			const struct actor *actor, const struct group_request *request, struct group_row **rows,
			size_t *count, struct error *error)
{
	struct group_writer writer = {.arena = arena, .request = request, .sql = buf_new(arena)};
	struct selection selection;
	enum status status;

	*count = 0;
	*rows = NULL;
	if (!access_reads_type(kernel, actor, request->type))
		return OK;
	if (!may_group(actor, &request->by[0]) || !may_group(actor, &request->by[1]) || !may_measure(actor, request))
		return error_fail(error, E_SYNTAX, "group", "unknown", N_("This cannot be grouped"));
	if ((status = selection_make(kernel, arena, actor, request->type, request->filter, (struct str){0},
				     request->now, &selection, error)))
		return status;
	selection.least = request->least;
	write_groups(&writer, kernel->store, &selection);
	return run_groups(&writer, connection, &selection, rows, count, error);
}

/* --- clocks --- */

/* The service time that clocks which still run have used meanwhile is not stored: evaluate, then order anew. */
static enum status evaluate_row(struct kernel *kernel, struct connection *connection, struct arena *arena,
				const struct clock_request *request, struct clock_row *row, struct error *error)
{
	struct record_clock *clocks;
	size_t count;
	enum status status = clocks_of(kernel, connection, arena, row->record, request->now, &clocks, &count, error);

	for (size_t i = 0; !status && i < count; i++)
		if (str_eq(clocks[i].name, request->clock)) {
			row->target = clocks[i].target;
			row->elapsed = clocks[i].result.elapsed;
			row->stopped = clocks[i].result.stopped;
		}
	return status;
}

static int by_overrun(const void *a, const void *b)
{
	const struct clock_row *x = a, *y = b;
	int64_t over_x = x->elapsed - x->target, over_y = y->elapsed - y->target;

	if (over_x != over_y)
		return over_x < over_y ? 1 : -1;
	return (x->record > y->record) - (x->record < y->record);
}

static enum status select_clocks(struct kernel *kernel, struct connection *connection, struct arena *arena,
				 const struct clock_request *request, const struct selection *selection,
				 struct clock_row *rows, size_t *count, struct error *error)
{
	struct str table = layout_table(arena, request->type);
	struct buf sql = buf_new(arena);
	STATEMENT statement = NULL;
	enum status status;
	bool row;

	buf_format(&sql, "SELECT r.\"id\" FROM %.*s r JOIN kaname_clock k ON k.record = r.\"id\" AND k.name = ?",
		   STR_ARG(table));
	selection_add(&sql, selection);
	buf_format(&sql, " ORDER BY k.elapsed - k.target%s, r.\"id\" LIMIT ?",
		   store_direction(kernel->store, true, false));
	if ((status = store_prepare(connection, buf_str(&sql), &statement, error)))
		return status;
	bind_text(statement, request->clock);
	selection_bind(statement, selection);
	bind_int(statement, (int64_t)request->limit);
	while (!(status = store_step(statement, &row, error)) && row)
		rows[(*count)++].record = column_int(statement, 0);
	return status;
}

enum status read_clock_rows(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct actor *actor, const struct clock_request *request, struct clock_row **rows,
			    size_t *count, struct error *error)
{
	struct selection selection;
	enum status status;

	*count = 0;
	*rows = arena_many(arena, struct clock_row, request->limit + 1);
	if (!access_reads_type(kernel, actor, request->type))
		return OK;
	if (!actor->is_system && !actor_is_staff(actor))
		return error_fail(error, E_SYNTAX, "clock", "unknown", N_("This cannot be grouped"));
	if ((status = selection_make(kernel, arena, actor, request->type, request->filter, (struct str){0},
				     request->now, &selection, error)) ||
	    (status = select_clocks(kernel, connection, arena, request, &selection, *rows, count, error)))
		return status;
	for (size_t i = 0; !status && i < *count; i++)
		status = evaluate_row(kernel, connection, arena, request, &(*rows)[i], error);
	if (*count)
		qsort(*rows, *count, sizeof(**rows), by_overrun);
	return status;
}

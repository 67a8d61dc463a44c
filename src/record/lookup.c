#include "record/lookup.h"

#include <jansson.h>

#include "record/environment.h"
#include "record/event.h"
#include "store/layout.h"

/* --- agreements --- */

static const struct field *date_field(const struct type *type, const char *name)
{
	const struct field *field = type_field(type, str_of(name));

	return field && field->value == VALUE_DATE ? field : NULL;
}

/* service, valid_from and valid_to are asked for where the type of agreement has them. */
static struct str agreement_sql(struct arena *arena, const struct type *type, const struct agreement_wanted *wanted)
{
	struct buf sql = buf_new(arena);
	bool by_service = type_field(type, S("service")) != NULL;

	buf_format(&sql, "SELECT \"id\", %s FROM \"%.*s\" WHERE \"%.*s\" = ?",
		   by_service ? "CASE WHEN \"service\" IS NULL THEN 1 ELSE 0 END" : "0", STR_ARG(type->name),
		   STR_ARG(wanted->party_field->name));
	if (wanted->state) /* as it is: the database would plan anew for each that is given to it */
		buf_format(&sql, " AND \"state\" = '%.*s'", STR_ARG(wanted->state->name));
	if (by_service)
		buf_add_c(&sql, " AND (\"service\" = ? OR \"service\" IS NULL)");
	if (date_field(type, "valid_from"))
		buf_add_c(&sql, " AND (\"valid_from\" IS NULL OR \"valid_from\" <= ?)");
	if (date_field(type, "valid_to"))
		buf_add_c(&sql, " AND (\"valid_to\" IS NULL OR \"valid_to\" >= ?)");
	return buf_str(&sql);
}

instant lookup_agreement_day(int32_t day)
{
	return zone_instant(organisation_zone(), day, 0);
}

int32_t lookup_day_of(instant at)
{
	return zone_day(organisation_zone(), at);
}

struct value lookup_dated(const struct field *field, instant at)
{
	return field->value == VALUE_TIME ? value_time(at) : value_number(VALUE_DATE, lookup_day_of(at));
}

enum status lookup_agreement(struct connection *connection, struct arena *arena, const struct agreement_wanted *wanted,
			     int64_t *identity, struct error *error)
{
	const struct type *type = wanted->party_field->type;
	int32_t day = zone_day(organisation_zone(), wanted->at);
	STATEMENT statement = NULL;
	int64_t general = 0; /* whether the one that was found is for all services */
	enum status status;
	bool row;

	*identity = 0;
	if (!wanted->party)
		return OK;
	if ((status = store_prepare(connection, agreement_sql(arena, type, wanted), &statement, error)))
		return status;
	bind_int(statement, wanted->party);
	if (type_field(type, S("service")))
		bind_int(statement, wanted->service);
	if (date_field(type, "valid_from"))
		bind_int(statement, day);
	if (date_field(type, "valid_to"))
		bind_int(statement, day);
	/* They are few: cheaper than to have them put in order. */
	while (!(status = store_step(statement, &row, error)) && row) {
		int64_t one = column_int(statement, 0), is_general = column_int(statement, 1);

		if (!*identity || is_general < general || (is_general == general && one < *identity)) {
			*identity = one;
			general = is_general;
		}
	}
	return status;
}

static void read_targets(struct value rows, struct str clock, struct str choice, struct clock_terms *terms)
{
	json_t *list = rows_list(rows);

	for (size_t i = 0; i < json_array_size(list) && !terms->has_target; i++) {
		const json_t *row = json_array_get(list, i), *target = json_object_get(row, "target");

		if (!rows_says(row, "clock", clock) || !rows_says(row, "priority", choice) || !json_is_integer(target))
			continue;
		terms->target.days = json_integer_value(target) / DAY;
		terms->target.ms = json_integer_value(target) % DAY;
		terms->has_target = true;
	}
	json_decref(list);
}

enum status lookup_terms(struct kernel *kernel, struct connection *connection, struct arena *arena, int64_t agreement,
			 const struct field *targets, const struct field *calendar, struct str clock, struct str choice,
			 struct clock_terms *terms, struct error *error)
{
	struct record *record;
	enum status status = record_load(kernel, connection, arena, agreement, false, &record, error);

	if (status || !record)
		return status;
	if (calendar && calendar->type == record->type && record_value(record, calendar).kind == VALUE_RECORD)
		terms->calendar = record_value(record, calendar).number;
	if (targets && targets->type == record->type)
		read_targets(record_value(record, targets), clock, choice, terms);
	return OK;
}

enum status lookup_cell(struct kernel *kernel, struct connection *connection, struct arena *arena, int64_t record,
			const struct field *rows, const struct str *keys, const struct str *codes, size_t count,
			struct str wanted, struct str *text, struct error *error)
{
	struct record *table = NULL;
	enum status status = record_load(kernel, connection, arena, record, false, &table, error);

	*text = (struct str){0};
	if (status || !table || table->type != rows->type)
		return status;
	*text = rows_cell(arena, record_value(table, rows), keys, codes, count, wanted);
	return OK;
}

enum status lookup_first_calendar(struct kernel *kernel, struct connection *connection, int64_t *identity,
				  struct error *error)
{
	const struct type *type = kernel->model->acting[ACTS_CALENDAR];
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	*identity = 0;
	if (!type)
		return OK;
	if ((status = store_prepare(connection, kernel->sql[type->index].first, &statement, error)))
		return status;
	if (!(status = store_step(statement, &row, error)) && row && !column_is_null(statement, 0))
		*identity = column_int(statement, 0);
	return status;
}

/* --- conditions --- */

enum status lookup_selected(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct query *query, int64_t record, int64_t person, instant now, bool *selected,
			    struct error *error)
{
	const struct actor *actor;
	struct query_environment around;
	struct record *loaded;
	struct error none;
	enum status status;

	*selected = false;
	error_clear(&none);
	status = actor_of_person_on(kernel, connection, arena, person, &actor, &none);
	if (status == E_NOT_FOUND)
		return OK;
	if (status) {
		error_append(error, &none);
		return status;
	}
	status = record_load(kernel, connection, arena, record, true, &loaded, error);
	if (status || !loaded)
		return status;
	*selected = !query;
	if (!query)
		return OK;
	around = environment_of_records(kernel, connection, arena, actor, now, INSTANT_NONE);
	status = query_matches(query, loaded, &around, selected);
	return status ? error_fail(error, status, "", "rule", N_("A rule of the record could not be judged")) : OK;
}

/* --- dependants --- */

static void add_not_done(struct buf *sql, const struct type *type)
{
	for (size_t i = 0; i < type->state_count; i++)
		if (type->states[i]->phase == PHASE_DONE)
			buf_add_c(sql, " AND \"state\" <> ?");
}

static void bind_not_done(struct statement *statement, const struct type *type)
{
	for (size_t i = 0; i < type->state_count; i++)
		if (type->states[i]->phase == PHASE_DONE)
			bind_text(statement, type->states[i]->name);
}

/* flag: a yes or no field that must say yes; NULL: any. */
static enum status referring(struct connection *connection, struct arena *arena, const struct field *field,
			     int64_t identity, bool also_done, const struct field *flag, int64_t **records,
			     size_t *count, struct error *error)
{
	const struct type *type = field->type;
	struct buf sql = buf_new(arena);
	STATEMENT statement = NULL;
	VEC(int64_t) found = {0};
	enum status status;
	bool row;

	buf_format(&sql, "SELECT \"id\" FROM \"%.*s\" WHERE \"%.*s\" = ?", STR_ARG(type->name), STR_ARG(field->name));
	if (flag)
		buf_format(&sql, " AND \"%.*s\" = 1", STR_ARG(flag->name));
	if (!also_done)
		add_not_done(&sql, type);
	buf_add_c(&sql, " ORDER BY \"id\"");
	if ((status = store_prepare(connection, buf_str(&sql), &statement, error)))
		return status;
	bind_int(statement, identity);
	if (!also_done)
		bind_not_done(statement, type);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, column_int(statement, 0));
	*records = found.items;
	*count = found.count;
	return status;
}

enum status lookup_referring(struct connection *connection, struct arena *arena, const struct field *field,
			     int64_t identity, bool also_done, int64_t **records, size_t *count, struct error *error)
{
	return referring(connection, arena, field, identity, also_done, NULL, records, count, error);
}

enum status lookup_flagged(struct connection *connection, struct arena *arena, const struct field *field,
			   int64_t identity, const struct field *flag, int64_t **records, size_t *count,
			   struct error *error)
{
	return referring(connection, arena, field, identity, true, flag, records, count, error);
}

enum status lookup_named(struct connection *connection, struct arena *arena, const struct field *field, struct str text,
			 int64_t *identity, struct error *error)
{
	struct buf sql = buf_new(arena);
	STATEMENT statement = NULL;
	enum status status;
	bool row;

	*identity = 0;
	buf_format(&sql, "SELECT \"id\" FROM \"%.*s\" WHERE \"%.*s\" = ?", STR_ARG(field->type->name),
		   STR_ARG(field->name));
	add_not_done(&sql, field->type);
	buf_add_c(&sql, " ORDER BY \"id\" LIMIT 1");
	if ((status = store_prepare(connection, buf_str(&sql), &statement, error)))
		return status;
	bind_text(statement, text);
	bind_not_done(statement, field->type);
	if (!(status = store_step(statement, &row, error)) && row)
		*identity = column_int(statement, 0);
	return status;
}

enum status lookup_written(struct connection *connection, struct arena *arena, const struct field *field,
			   struct str text, size_t most, int64_t **records, size_t *count, struct error *error)
{
	struct buf sql = buf_new(arena);
	STATEMENT statement = NULL;
	VEC(int64_t) found = {0};
	enum status status;
	bool row;

	buf_format(&sql, "SELECT \"id\" FROM \"%.*s\" WHERE %.*s = lower(?) ORDER BY \"id\" LIMIT ?",
		   STR_ARG(field->type->name), STR_ARG(layout_any_case(arena, field)));
	if ((status = store_prepare(connection, buf_str(&sql), &statement, error)))
		return status;
	bind_text(statement, text);
	bind_int(statement, (int64_t)most);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, column_int(statement, 0));
	*records = found.items;
	*count = found.count;
	return status;
}

enum status lookup_dependants(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      const struct field *field, int64_t identity, int64_t **records, size_t *count,
			      struct error *error)
{
	return lookup_referring(connection, arena, field, identity, false, records, count, error);
}

enum status lookup_refers(struct connection *connection, struct arena *arena, const struct field *field,
			  int64_t identity, bool *refers, struct error *error)
{
	struct buf sql = buf_new(arena);
	STATEMENT statement = NULL;
	enum status status;

	buf_format(&sql, "SELECT 1 FROM \"%.*s\" WHERE \"%.*s\" = ? LIMIT 1", STR_ARG(field->type->name),
		   STR_ARG(field->name));
	if ((status = store_prepare(connection, buf_str(&sql), &statement, error)))
		return status;
	bind_int(statement, identity);
	return store_step(statement, refers, error);
}

enum status lookup_ends(struct connection *connection, struct arena *arena, struct str kind, int64_t identity,
			bool backwards, int64_t **records, size_t *count, struct error *error)
{
	static const struct str forth =
	    S("SELECT target FROM kaname_link WHERE kind = ? AND source = ? AND until IS NULL ORDER BY target");
	static const struct str back =
	    S("SELECT source FROM kaname_link WHERE kind = ? AND target = ? AND until IS NULL ORDER BY source");
	VEC(int64_t) found = {0};
	STATEMENT statement = NULL;
	enum status status;
	bool row;

	*count = 0;
	if ((status = store_prepare(connection, backwards ? back : forth, &statement, error)))
		return status;
	bind_text(statement, kind);
	bind_int(statement, identity);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, column_int(statement, 0));
	*records = found.items;
	*count = found.count;
	return status;
}

enum status lookup_load(struct kernel *kernel, struct connection *connection, struct arena *arena,
			const struct field *field, int64_t person, int64_t *count, struct error *error)
{
	struct buf sql = buf_new(arena);
	STATEMENT statement = NULL;
	enum status status;
	bool row;

	*count = 0;
	buf_format(&sql, "SELECT count(*) FROM \"%.*s\" WHERE \"%.*s\" = ?", STR_ARG(field->type->name),
		   STR_ARG(field->name));
	add_not_done(&sql, field->type);
	if ((status = store_prepare(connection, buf_str(&sql), &statement, error)))
		return status;
	bind_int(statement, person);
	bind_not_done(statement, field->type);
	if (!(status = store_step(statement, &row, error)) && row)
		*count = column_int(statement, 0);
	return status;
}

enum status lookup_count_since(struct connection *connection, struct arena *arena, const struct field *field,
			       int64_t person, instant after, int64_t most, int64_t *count, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status;
	bool row;

	*count = 0;
	status = store_prepare(connection,
			       str_format(arena,
					  "SELECT count(*) FROM (SELECT 1 FROM \"%.*s\" WHERE \"%.*s\" = ? AND "
					  "\"created_at\" > ? LIMIT ?) s",
					  STR_ARG(field->type->name), STR_ARG(field->name)),
			       &statement, error);
	if (status)
		return status;
	bind_int(statement, person);
	bind_int(statement, after);
	bind_int(statement, most);
	if (!(status = store_step(statement, &row, error)) && row)
		*count = column_int(statement, 0);
	return status;
}

/* --- rules and trees --- */

enum status lookup_all(struct kernel *kernel, struct connection *connection, struct arena *arena,
		       const struct type *type, size_t most, struct record ***records, size_t *count,
		       struct error *error)
{
	struct buf sql = buf_new(arena);
	STATEMENT statement = NULL;
	VEC(struct record *) found = {0};
	enum status status;
	bool row;

	buf_format(&sql, "SELECT %.*s FROM \"%.*s\" r WHERE 1 = 1", STR_ARG(record_columns(kernel, type)),
		   STR_ARG(type->name));
	add_not_done(&sql, type);
	buf_add_c(&sql, " ORDER BY \"id\" LIMIT ?");
	if ((status = store_prepare(connection, buf_str(&sql), &statement, error)))
		return status;
	bind_not_done(statement, type);
	bind_int(statement, (int64_t)most);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, record_from_row(kernel, arena, type, statement));
	*records = found.items;
	*count = found.count;
	return status;
}

enum status lookup_newest(struct kernel *kernel, struct connection *connection, struct arena *arena,
			  const struct type *type, const struct query *query, instant now, struct record **found,
			  struct error *error)
{
	enum { MOST = 1000 };
	struct query_environment around =
	    environment_of_records(kernel, connection, arena, actor_system(), now, INSTANT_NONE);
	struct record **records;
	size_t count;
	bool fits;
	enum status status = lookup_all(kernel, connection, arena, type, MOST, &records, &count, error);

	*found = NULL;
	while (!status && !*found && count-- > 0) {
		fits = true;
		if (query && (status = query_matches(query, records[count], &around, &fits)))
			return error_fail(error, status, "", "rule", N_("A rule of the record could not be judged"));
		*found = fits ? records[count] : NULL;
	}
	return status;
}

enum status lookup_inherited(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     int64_t identity, const struct field *parent, const struct field *field,
			     struct value *value, struct error *error)
{
	enum { DEPTH = 16 };
	struct value at = value_record(identity);

	*value = (struct value){0};
	for (int depth = 0; at.kind == VALUE_RECORD && depth < DEPTH && value_is_empty(*value); depth++) {
		struct record *record = NULL;
		enum status status =
		    record_load(kernel, connection, arena, at.number, field->kind == FIELD_LINKS, &record, error);

		if (status || !record || record->type != field->type)
			return status;
		*value = record_value(record, field);
		at = parent ? record_value(record, parent) : (struct value){0};
	}
	return OK;
}

enum status lookup_watchers(struct connection *connection, struct arena *arena, int64_t record, int64_t **people,
			    size_t *count, struct error *error)
{
	VEC(int64_t) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection, S("SELECT person FROM kaname_watcher WHERE record = ? ORDER BY person"), &statement, error);

	*count = 0;
	if (status)
		return status;
	bind_int(statement, record);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, column_int(statement, 0));
	*people = found.items;
	*count = found.count;
	return status;
}

/* --- the past --- */

static bool was_once(struct arena *arena, const struct event_row *event, const struct field *field, struct value value,
		     struct error *error)
{
	struct event_changes changes;
	struct event_change change;
	bool was = false;

	event_changes_open(event, &changes);
	while (!was && event_changes_next(&changes, &change)) {
		struct value old = {0};

		if (str_eq(field->name, change.name) && !event_value(arena, field, change.before, &old, error))
			was = value_eq(old, value);
	}
	event_changes_close(&changes);
	return was;
}

enum status lookup_had_value(struct connection *connection, struct arena *arena, int64_t record,
			     const struct field *field, struct value value, bool *had, struct error *error)
{
	struct str sql =
	    str_format(arena, "SELECT %s FROM kaname_event e WHERE e.record = ? AND e.fields LIKE ?", event_columns);
	struct str pattern = str_format(arena, "%%,%.*s,%%", STR_ARG(field->name));
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, sql, &statement, error);
	bool row;

	*had = false;
	if (status)
		return status;
	bind_int(statement, record);
	bind_text(statement, pattern);
	while (!*had && !(status = store_step(statement, &row, error)) && row) {
		struct event_row event;

		event_from_row(arena, statement, &event);
		*had = was_once(arena, &event, field, value, error);
	}
	return status;
}

#include "record/as_of.h"

#include <jansson.h>
#include <stdlib.h>

#include "record/event.h"
#include "record/names.h"

/* --- one record --- */

static enum status undo_change(struct arena *arena, struct record *record, const struct event_change *change,
			       struct error *error)
{
	const struct field *field = field_once(record->type, change->name);

	if (!field && str_is(change->name, "state")) {
		record->state = json_is_string(change->before)
				    ? state_once(record->type, str_of(json_string_value(change->before)))
				    : NULL;
		return OK;
	}
	if (!field || field->kind == FIELD_LINKS) /* no longer declared: nothing to show it in; links: below */
		return OK;
	return event_value(arena, field, change->before, &record->values[field->index], error);
}

static void undo_restriction(struct record *record, const struct event_row *event)
{
	json_error_t fault;
	json_t *details = event->details.n ? json_loadb(event->details.p, event->details.n, 0, &fault) : NULL;
	const json_t *restricted = json_object_get(details, "restricted");

	if (restricted)
		record->restricted = json_integer_value(restricted) == 0;
	json_decref(details);
}

static enum status undo_event(struct arena *arena, struct record *record, const struct event_row *event,
			      struct error *error)
{
	struct event_changes changes;
	struct event_change change;
	enum status status = OK;

	event_changes_open(event, &changes);
	while (!status && event_changes_next(&changes, &change))
		status = undo_change(arena, record, &change, error);
	event_changes_close(&changes);
	undo_restriction(record, event);
	return status;
}

/* Links are kept with their times. Those of a field may have been made from their other end, of which the record's own
 * history does not tell. */
static enum status links_then(struct connection *connection, struct arena *arena, instant as_of, struct record *record,
			      const struct field *field, struct error *error)
{
	STATEMENT statement = NULL;
	VEC(struct value) ends = {0};
	bool row;
	enum status status =
	    store_prepare(connection,
			  S("SELECT target FROM kaname_link WHERE kind = ? AND source = ? AND since <= ? AND "
			    "(until IS NULL OR until > ?) ORDER BY target"),
			  &statement, error);

	if (status)
		return status;
	bind_text(statement, field->link);
	bind_int(statement, record->identity);
	bind_int(statement, as_of);
	bind_int(statement, as_of);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &ends, value_record(column_int(statement, 0)));
	record->values[field->index] =
	    ends.count ? (struct value){.kind = VALUE_LIST, .list = {.items = ends.items, .count = ends.count}}
		       : (struct value){0};
	return status;
}

enum status record_put_links_back(struct connection *connection, struct arena *arena, instant as_of,
				  struct record *record, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < record->type->field_count && !status; i++) {
		const struct field *field = record->type->fields[i];

		if (field->kind == FIELD_LINKS)
			status = links_then(connection, arena, as_of, record, field, error);
		else if (field->is_counted) /* what it was then, nobody wrote down */
			record->values[i] = (struct value){0};
	}
	return status;
}

enum status record_put_back(struct kernel *kernel, struct connection *connection, struct arena *arena, instant as_of,
			    struct record **record, struct error *error)
{
	struct str sql =
	    str_format(arena, "SELECT %s FROM kaname_event e WHERE e.record = ? ORDER BY e.seq DESC", event_columns);
	STATEMENT statement = NULL;
	bool row, found = false;
	enum status status;

	if ((*record)->created_at > as_of) {
		*record = NULL;
		return OK;
	}
	if ((status = record_put_links_back(connection, arena, as_of, *record, error)) ||
	    (*record)->updated_at <= as_of)
		return status;
	if ((status = store_prepare(connection, sql, &statement, error)))
		return status;
	bind_int(statement, (*record)->identity);
	while (!found && !(status = store_step(statement, &row, error)) && row) {
		struct event_row event;

		event_from_row(arena, statement, &event);
		found = event.at <= as_of;
		if (found) {
			(*record)->version = event.sequence;
			(*record)->updated_at = event.at;
			(*record)->updated_by = event.actor;
		} else if ((status = undo_event(arena, *record, &event, error))) {
			return status;
		}
	}
	if (!status && !found)
		*record = NULL;
	return status;
}

enum status read_record_as_of(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      const struct actor *actor, int64_t identity, instant as_of, struct record **record,
			      struct error *error)
{
	enum status status;

	if ((status = record_load(kernel, connection, arena, identity, true, record, error)))
		return status;
	/* Who may not see it now may not see its past either. */
	if (*record && !access_reads_record(kernel, actor, *record))
		*record = NULL;
	if (*record && (status = record_put_back(kernel, connection, arena, as_of, record, error)))
		return status;
	if (!*record || !access_reads_record(kernel, actor, *record))
		return error_fail(error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
	list_hide_fields(actor, *record);
	return OK;
}

/* --- lists --- */

static enum status headline_of(const struct past_list *past, const struct query_field *field, int64_t identity,
			       struct sort_value *value, struct error *error)
{
	struct record *other;
	struct value headline = {0};
	enum status status = record_load(past->kernel, past->connection, past->arena, identity, false, &other, error);

	if (status)
		return status;
	if (other && past->request->japanese && other->type->reading)
		headline = record_value(other, other->type->reading);
	if (other && value_is_empty(headline) && other->type->headline)
		headline = record_value(other, other->type->headline);
	*value = (struct sort_value){.empty = headline.kind != VALUE_TEXT,
				     .text = headline.kind == VALUE_TEXT ? headline.text : S("")};
	return OK;
}

static struct sort_value rank_of(const struct query_field *field, struct value value)
{
	for (size_t i = 0; value.kind == VALUE_CHOICE && i < field->code_count; i++)
		if (str_eq(field->codes[i].name, value.text))
			return (struct sort_value){.number = (int64_t)i};
	return (struct sort_value){.empty = true};
}

static enum status key_of(const struct past_list *past, const struct query_environment *around,
			  const struct record *record, const struct sort *sort, bool is_text, struct sort_value *key,
			  struct error *error)
{
	struct value value = {0};
	enum status status;

	if (sort->clock.n) {
		struct clock_result clock;
		bool found;

		status = around->clock(around->context, record, sort->clock, &clock, &found);
		*key = (struct sort_value){.number = !found || clock.due_at == INSTANT_NONE ? INT64_MAX : clock.due_at};
		return status;
	}
	if ((status = around->get(around->context, record, sort->field, &value)))
		return status;
	if (past->request->japanese && record->type->reading && record->type->headline &&
	    sort->field->owner == record->type->headline &&
	    !value_is_empty(record_value(record, record->type->reading)))
		value = record_value(record, record->type->reading);
	if (sort->field->kind == VALUE_CHOICE)
		*key = rank_of(sort->field, value);
	else if (value.kind == VALUE_RECORD && sort->field->to && sort->field->to->owner && is_text)
		return headline_of(past, sort->field, value.number, key, error);
	else if (sort->field->is_number)
		*key = (struct sort_value){.number = record->identity};
	else if (value.kind == VALUE_TEXT)
		*key = (struct sort_value){.text = value.text};
	else if (value.kind == VALUE_BOOLEAN)
		*key = (struct sort_value){.number = value.boolean};
	else
		*key = (struct sort_value){.empty = value.kind == VALUE_NONE, .number = value.number};
	return OK;
}

static enum status judge(const struct past_list *past, const struct query_environment *around, int64_t identity,
			 struct list_entry *entry, bool *matches, struct error *error)
{
	const struct list_request *request = past->request;
	struct record *record;
	enum status status = record_load(past->kernel, past->connection, past->arena, identity, true, &record, error);

	*matches = false;
	if (status || !record)
		return status;
	if ((status = record_put_back(past->kernel, past->connection, past->arena, request->as_of, &record, error)) ||
	    !record || !access_reads_record(past->kernel, past->actor, record))
		return status;
	*matches = true;
	if (request->filter && (status = query_matches(request->filter, record, around, matches)))
		return error_fail(error, status, "filter", "evaluate", N_("The filter could not be evaluated"));
	if (!*matches)
		return OK;
	entry->record = record;
	for (size_t i = 0; i < request->sort_count; i++)
		if ((status = key_of(past, around, record, &request->sort[i], past->plan->keys[i].is_text,
				     &entry->sort[i], error)))
			return status;
	entry->sort[request->sort_count] = (struct sort_value){.number = record->identity};
	return OK;
}

static bool is_counted(const struct query_field *query)
{
	const struct field *field = query->owner;

	return field && field->is_counted;
}

/* Other records, links and what is counted may have changed without the record itself having changed; its clocks have
 * not. */
static bool node_looks_around(const struct query_node *node)
{
	bool around = node->op == QUERY_LINK || node->step_count > 1 ||
		      (node->step_count && (node->steps[0]->kind == VALUE_LIST || is_counted(node->steps[0])));

	for (size_t i = 0; i < node->count && !around; i++)
		around = node_looks_around(node->children[i]);
	return around;
}

bool list_looks_around(const struct list_request *request)
{
	return request->type->seen_by_links || (request->filter && node_looks_around(request->filter->root));
}

static enum status candidates(const struct past_list *past, int64_t **identities, size_t *count, struct error *error)
{
	struct str table = layout_table(past->arena, past->request->type);
	struct buf sql = buf_new(past->arena);
	VEC(int64_t) found = {0};
	struct filter_sql scope;
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	access_scope(past->arena, past->kernel, past->actor, past->request->type, "r", &scope);
	buf_format(&sql, "SELECT r.\"id\" FROM %.*s r WHERE r.\"updated_at\" > ? AND r.\"created_at\" <= ?",
		   STR_ARG(table));
	if (scope.sql.n)
		buf_format(&sql, " AND (%.*s)", STR_ARG(scope.sql));
	if ((status = store_prepare(past->connection, buf_str(&sql), &statement, error)))
		return status;
	bind_int(statement, list_looks_around(past->request) ? INT64_MIN : past->request->as_of);
	bind_int(statement, past->request->as_of);
	filter_bind_all(statement, &scope);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(past->arena, &found, column_int(statement, 0));
	*identities = found.items;
	*count = found.count;
	return status;
}

/* Both parts are in order; the page is the first limit + 1 of their merge. */
static void merge(const struct past_list *past, struct list_entries *still, struct list_entries *changed)
{
	struct list_entries all = {0};
	size_t s = 0, c = 0, most = past->request->limit + 1;

	while (all.count < most && (s < still->count || c < changed->count)) {
		bool take_still =
		    c == changed->count ||
		    (s < still->count && sort_compare(past->plan, still->items[s].sort, changed->items[c].sort) <= 0);

		vec_push(past->arena, &all, take_still ? still->items[s++] : changed->items[c++]);
	}
	*still = all;
}

static int compare_entries(const void *a, const void *b, void *plan)
{
	return sort_compare(plan, ((const struct list_entry *)a)->sort, ((const struct list_entry *)b)->sort);
}

static enum status count_still(const struct past_list *past, int64_t *total, struct error *error)
{
	struct str table = layout_table(past->arena, past->request->type);
	struct buf sql = buf_new(past->arena);
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	buf_format(&sql, "SELECT count(*) FROM %.*s r", STR_ARG(table));
	selection_add(&sql, past->selection);
	buf_add(&sql, S(" AND r.\"updated_at\" <= ?"));
	if ((status = store_prepare(past->connection, buf_str(&sql), &statement, error)))
		return status;
	selection_bind(statement, past->selection);
	bind_int(statement, past->request->as_of);
	if (!(status = store_step(statement, &row, error)))
		*total = column_int(statement, 0);
	return status;
}

enum status list_add_past(const struct past_list *past, struct list_entries *entries, int64_t *total,
			  struct error *error)
{
	struct query_environment around = past_environment(past);
	struct list_entries changed = {0};
	int64_t *identities = NULL, matched = 0;
	size_t count = 0;
	enum status status = candidates(past, &identities, &count, error);

	for (size_t i = 0; i < count && !status; i++) {
		struct list_entry entry = {0};
		bool matches;

		status = judge(past, &around, identities[i], &entry, &matches, error);
		matched += !status && matches;
		if (!status && matches && (!past->after || sort_compare(past->plan, entry.sort, past->after) > 0))
			vec_push(past->arena, &changed, entry);
	}
	if (status)
		return status;
	if (changed.count)
		qsort_r(changed.items, changed.count, sizeof(*changed.items), compare_entries, (void *)past->plan);
	merge(past, entries, &changed);
	if (!past->wants_total)
		return OK;
	*total = 0;
	if (!list_looks_around(past->request))
		status = count_still(past, total, error);
	*total += matched;
	return status;
}

/* Lists, counts and groups: a filter, the actor's scope and full text as one SQL statement. */
#include <stdlib.h>

#include "base/fold.h"
#include "record/as_of.h"
#include "record/list.h"

/* --- the condition --- */

struct filter_actor list_filter_actor(const struct kernel *kernel, const struct actor *actor, instant now)
{
	return (struct filter_actor){
	    .kernel = kernel,
	    .actor = actor,
	    .now = now,
	    .me = actor->person,
	    .my_customer = actor->customer,
	    .my_groups = actor->groups,
	    .my_group_count = actor->group_count,
	};
}

enum status selection_make(struct kernel *kernel, struct arena *arena, const struct actor *actor,
			   const struct type *type, const struct query *filter, struct str search, instant now,
			   struct selection *selection, struct error *error)
{
	bool public_only = !actor_is_staff(actor);
	enum status status;

	*selection = (struct selection){0};
	if ((status = access_check_query(kernel, actor, filter, error)))
		return status;
	access_scope(arena, kernel, actor, type, "r", &selection->scope);
	if (filter) {
		struct filter_actor around = list_filter_actor(kernel, actor, now);

		if ((status = filter_compile(arena, kernel->store, filter, &around, &selection->filter, error)))
			return status;
	}
	if (str_trim(search).n) {
		struct fold_phrase *phrases;
		size_t count;

		fold_query(arena, search, &phrases, &count);
		selection->searches = true;
		if (!count) /* nothing in it that is indexed, so nothing is found */
			return OK;
		selection->expression = store_search_expression(arena, kernel->store, phrases, count, public_only);
		selection->in_records =
		    store_search_condition(arena, kernel->store, SEARCH_RECORDS, "r.\"id\"", public_only);
		selection->in_events = store_search_condition(arena, kernel->store, SEARCH_EVENTS, "e.id", public_only);
	}
	return OK;
}

void selection_add(struct buf *sql, const struct selection *selection)
{
	buf_add(sql, S(" WHERE 1=1"));
	if (selection->scope.sql.n)
		buf_format(sql, " AND (%.*s)", STR_ARG(selection->scope.sql));
	if (selection->filter.sql.n)
		buf_format(sql, " AND (%.*s)", STR_ARG(selection->filter.sql));
	if (!selection->searches)
		return;
	if (!selection->expression.n)
		buf_add(sql, S(" AND 0=1"));
	else
		buf_format(sql, " AND (%.*s OR r.\"id\" IN (SELECT e.record FROM kaname_event e WHERE %.*s))",
			   STR_ARG(selection->in_records), STR_ARG(selection->in_events));
}

void selection_bind(struct statement *statement, const struct selection *selection)
{
	for (size_t i = 0; i < selection->scope.bind_count; i++)
		bind_int(statement, selection->scope.binds[i]);
	filter_bind_all(statement, &selection->filter);
	if (selection->expression.n) {
		bind_text(statement, selection->expression);
		bind_text(statement, selection->expression);
	}
}

/* --- a page --- */

struct page {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct list_request *request;
	struct selection selection;
	struct sort_plan plan;
	bool continues;
	struct sort_value after[SORT_KEYS_MOST + 1];
};

static int column_count(const struct type *type)
{
	int count = 7 + (type->state_count != 0);

	for (size_t i = 0; i < type->field_count; i++)
		if (layout_has_column(type->fields[i]))
			count += 1 + (type->fields[i]->kind == FIELD_MONEY);
	return count;
}

/* still: only rows that have not changed since as_of. */
static enum status read_rows(struct page *page, struct list_entries *entries, struct error *error)
{
	const struct list_request *request = page->request;
	struct str columns = record_columns(page->kernel, request->type),
		   table = layout_table(page->arena, request->type);
	bool still = request->as_of != INSTANT_NONE, row;
	struct buf sql = buf_new(page->arena);
	STATEMENT statement = NULL;
	enum status status;

	buf_format(&sql, "SELECT %.*s", STR_ARG(columns));
	sort_add_columns(&sql, &page->plan);
	buf_format(&sql, " FROM %.*s r", STR_ARG(table));
	sort_add_joins(&sql, &page->plan);
	selection_add(&sql, &page->selection);
	if (still)
		buf_add(&sql, S(" AND r.\"updated_at\" <= ?"));
	if (page->continues) {
		buf_add(&sql, S(" AND "));
		sort_add_after(&sql, &page->plan, page->after);
	}
	sort_add_order(&sql, &page->plan);
	buf_add(&sql, S(" LIMIT ?"));
	if ((status = store_prepare(page->connection, buf_str(&sql), &statement, error)))
		return status;
	sort_bind_joins(statement, &page->plan);
	selection_bind(statement, &page->selection);
	if (still)
		bind_int(statement, request->as_of);
	if (page->continues)
		sort_bind_after(statement, &page->plan, page->after);
	bind_int(statement, (int64_t)request->limit + 1);
	while (!(status = store_step(statement, &row, error)) && row) {
		struct list_entry entry = {.record =
					       record_from_row(page->kernel, page->arena, request->type, statement)};

		sort_read(page->arena, statement, column_count(request->type), &page->plan, entry.sort);
		vec_push(page->arena, entries, entry);
	}
	return status;
}

enum status selection_count(struct connection *connection, struct arena *arena, const struct type *type,
			    const struct selection *selection, int64_t *count, struct error *error)
{
	struct str table = layout_table(arena, type);
	struct buf sql = buf_new(arena);
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	buf_format(&sql, "SELECT count(*) FROM %.*s r", STR_ARG(table));
	selection_add(&sql, selection);
	if ((status = store_prepare(connection, buf_str(&sql), &statement, error)))
		return status;
	selection_bind(statement, selection);
	if (!(status = store_step(statement, &row, error)))
		*count = column_int(statement, 0);
	return status;
}

/* What an actor may not read is taken out of the record, so that no surface can show it by mistake. */
void list_hide_fields(const struct actor *actor, struct record *record)
{
	for (size_t i = 0; i < record->type->field_count; i++)
		if (!access_reads_field(actor, record->type->fields[i]))
			record->values[i] = (struct value){0};
	if (!actor_is_staff(actor))
		record->updated_by = 0;
}

static enum status load_links(struct page *page, const struct actor *actor, struct record *record, struct error *error)
{
	for (size_t f = 0; f < record->type->field_count; f++) {
		const struct field *field = record->type->fields[f];
		enum status status = OK;

		if (field->kind == FIELD_LINKS && access_reads_field(actor, field))
			status = record_load_links(page->connection, page->arena, record, field, error);
		if (status)
			return status;
	}
	return OK;
}

/* What has not changed since then may have been linked from the other end. */
static enum status load_still_links(struct page *page, const struct list_entries *entries, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < entries->count && !status; i++)
		status = record_put_links_back(page->connection, page->arena, page->request->as_of,
					       entries->items[i].record, error);
	return status;
}

static enum status finish_page(struct page *page, const struct actor *actor, struct list_entries *entries,
			       struct list_result *result, struct error *error)
{
	const struct list_request *request = page->request;
	size_t count = entries->count < request->limit ? entries->count : request->limit;

	result->records = arena_many(page->arena, struct record *, count + 1);
	result->count = count;
	if (entries->count > count)
		result->next = cursor_write(page->arena, &page->plan, entries->items[count - 1].sort);
	for (size_t i = 0; i < count; i++) {
		struct record *record = entries->items[i].record;

		if (request->with_links && request->as_of == INSTANT_NONE) {
			enum status status = load_links(page, actor, record, error);

			if (status)
				return status;
		}
		list_hide_fields(actor, record);
		result->records[i] = record;
	}
	return OK;
}

enum status read_list(struct kernel *kernel, struct connection *connection, struct arena *arena,
		      const struct actor *actor, const struct list_request *request, struct list_result *result,
		      struct error *error)
{
	struct page page = {.kernel = kernel, .connection = connection, .arena = arena, .request = request};
	struct list_entries entries = {0};
	bool past = request->as_of != INSTANT_NONE;
	enum status status;

	*result = (struct list_result){.total = -1};
	if (!access_reads_type(kernel, actor, request->type))
		return error_fail(error, E_DENIED, "", "access", N_("You may not see these records"));
	if (past && str_trim(request->search).n)
		return error_fail(error, E_SYNTAX, "q", "as_of",
				  N_("Full text is searched as it is now; leave out q or as_of"));
	if (request->limit < 1 || request->limit > LIST_MOST)
		return error_fail(error, E_SYNTAX, "limit", "range", N_("A limit from 1 to 1000 is expected"));
	if ((status = access_check_sort(actor, request->sort, request->sort_count, error)) ||
	    (status = selection_make(kernel, arena, actor, request->type, request->filter, request->search,
				     past ? request->as_of : request->now, &page.selection, error)) ||
	    (status = sort_plan(kernel, arena, request, &page.plan, error)))
		return status;
	page.continues = request->after.n > 0;
	if (page.continues && (status = cursor_read(arena, &page.plan, request->after, page.after, error)))
		return status;
	if (!(past && list_looks_around(request)) && (status = read_rows(&page, &entries, error)))
		return status;
	if (past) {
		struct past_list changed = {.kernel = kernel,
					    .connection = connection,
					    .arena = arena,
					    .actor = actor,
					    .request = request,
					    .selection = &page.selection,
					    .plan = &page.plan,
					    .after = page.continues ? page.after : NULL,
					    .wants_total = request->count};

		if (request->with_links && (status = load_still_links(&page, &entries, error)))
			return status;
		if ((status = list_add_past(&changed, &entries, &result->total, error)))
			return status;
	} else if (request->count && (status = selection_count(connection, arena, request->type, &page.selection,
							       &result->total, error))) {
		return status;
	}
	return finish_page(&page, actor, &entries, result, error);
}

enum status read_count(struct kernel *kernel, struct connection *connection, struct arena *arena,
		       const struct actor *actor, const struct type *type, const struct query *filter, instant now,
		       int64_t *count, struct error *error)
{
	struct selection selection;
	enum status status;

	*count = 0;
	if (!access_reads_type(kernel, actor, type))
		return OK;
	if ((status = selection_make(kernel, arena, actor, type, filter, (struct str){0}, now, &selection, error)))
		return status;
	return selection_count(connection, arena, type, &selection, count, error);
}

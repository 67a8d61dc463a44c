/* Lists, counts and groups: a filter, the actor's scope and full text as one SQL statement. */
#include <stdlib.h>

#include "base/fold.h"
#include "record/as_of.h"
#include "record/list.h"
#include "record/steer.h"

/* --- the condition --- */

struct filter_actor list_filter_actor(const struct kernel *kernel, const struct actor *actor, instant now)
{
	return (struct filter_actor){
	    .kernel = kernel,
	    .actor = actor,
	    .now = now,
	    .zone = actor_zone(actor),
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
	if (str_trim(search).n)
		selection_search(kernel, arena, actor, search, &selection->search);
	return OK;
}

struct str selection_words(struct kernel *kernel, struct arena *arena, const struct actor *actor, struct str search)
{
	struct fold_phrase *phrases;
	size_t count;

	fold_query(arena, search, &phrases, &count);
	if (!count)
		return (struct str){0};
	return store_search_expression(arena, kernel->store, phrases, count, !actor_is_staff(actor));
}

void selection_search(struct kernel *kernel, struct arena *arena, const struct actor *actor, struct str search,
		      struct filter_sql *condition)
{
	struct str words = selection_words(kernel, arena, actor, search);
	bool public_only = !actor_is_staff(actor);
	struct filter_bind *binds = arena_many(arena, struct filter_bind, 2);

	binds[0] = binds[1] = (struct filter_bind){.kind = FILTER_TEXT, .text = words};
	*condition = (struct filter_sql){.sql = S("0=1")}; /* nothing in it that is indexed, so nothing is found */
	if (!words.n)
		return;
	*condition = (struct filter_sql){
	    .sql = str_format(
		arena, "%.*s OR r.\"id\" IN (SELECT e.record FROM kaname_event e WHERE %.*s)",
		STR_ARG(store_search_condition(arena, kernel->store, SEARCH_RECORDS, "r.\"id\"", public_only)),
		STR_ARG(store_search_condition(arena, kernel->store, SEARCH_EVENTS, "e.id", public_only))),
	    .binds = binds,
	    .bind_count = 2};
}

static void add_part(struct buf *sql, struct str condition)
{
	if (condition.n)
		buf_format(sql, " AND (%.*s)", STR_ARG(condition));
}

void selection_add(struct buf *sql, const struct selection *selection)
{
	buf_add(sql, S(" WHERE 1=1"));
	add_part(sql, selection->scope.sql);
	add_part(sql, selection->filter.sql);
	add_part(sql, selection->search.sql);
	if (selection->least)
		buf_add(sql, S(" AND r.\"id\" >= ?"));
}

void selection_bind(struct statement *statement, const struct selection *selection)
{
	filter_bind_all(statement, &selection->scope);
	filter_bind_all(statement, &selection->filter);
	filter_bind_all(statement, &selection->search);
	if (selection->least)
		bind_int(statement, selection->least);
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

/* Behind the conditions: after the row that the page continues from, in order, no more than a page. */
static void add_page(struct buf *sql, const struct page *page)
{
	if (page->continues) {
		buf_add(sql, S(" AND "));
		sort_add_after(sql, &page->plan, page->after);
	}
	sort_add_order(sql, page->kernel->store, &page->plan);
}

/* The first rows of each way, of which the page is the first. */
static void add_ways(struct buf *sql, const struct page *page)
{
	struct str table = layout_table(page->arena, page->request->type);

	buf_add(sql, S(" WHERE r.\"id\" IN ("));
	for (size_t i = 0; i < page->selection.way_count; i++) {
		struct selection way = page->selection;

		way.filter = page->selection.ways[i];
		buf_format(sql, "%sSELECT w%zu.\"id\" FROM (SELECT r.\"id\" FROM %.*s r", i ? " UNION ALL " : "", i,
			   STR_ARG(table));
		selection_add(sql, &way);
		add_page(sql, page);
		buf_format(sql, " LIMIT %zu) w%zu", page->request->limit + 1, i);
	}
	buf_add_char(sql, ')');
	sort_add_order(sql, page->kernel->store, &page->plan);
}

static void bind_page(struct statement *statement, const struct page *page, const struct selection *selection,
		      bool still)
{
	selection_bind(statement, selection);
	if (still)
		bind_int(statement, page->request->as_of);
	if (page->continues)
		sort_bind_after(statement, &page->plan, page->after);
}

static void bind_ways(struct statement *statement, const struct page *page)
{
	for (size_t i = 0; i < page->selection.way_count; i++) {
		struct selection way = page->selection;

		way.filter = page->selection.ways[i];
		bind_page(statement, page, &way, false);
	}
}

/* still: only rows that have not changed since as_of. */
static struct str page_sql(const struct page *page, bool still)
{
	const struct list_request *request = page->request;
	struct str columns = record_columns(page->kernel, request->type),
		   table = layout_table(page->arena, request->type);
	struct buf sql = buf_new(page->arena);

	buf_format(&sql, "SELECT %.*s", STR_ARG(columns));
	sort_add_columns(&sql, &page->plan);
	buf_format(&sql, " FROM %.*s r", STR_ARG(table));
	if (page->selection.way_count) {
		add_ways(&sql, page);
	} else {
		selection_add(&sql, &page->selection);
		if (still)
			buf_add(&sql, S(" AND r.\"updated_at\" <= ?"));
		add_page(&sql, page);
	}
	buf_add(&sql, S(" LIMIT ?"));
	return buf_str(&sql);
}

static enum status read_rows(struct page *page, struct list_entries *entries, struct error *error)
{
	const struct list_request *request = page->request;
	bool still = request->as_of != INSTANT_NONE, row;
	STATEMENT statement = NULL;
	enum status status;

	if ((status = store_prepare(page->connection, page_sql(page, still), &statement, error)))
		return status;
	if (page->selection.way_count)
		bind_ways(statement, page);
	else
		bind_page(statement, page, &page->selection, still);
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
			    const struct selection *selection, int64_t most, int64_t *count, struct error *error)
{
	struct str table = layout_table(arena, type);
	bool all = most == COUNT_ALL, row;
	struct buf sql = buf_new(arena);
	STATEMENT statement = NULL;
	enum status status;

	buf_format(&sql, all ? "SELECT count(*) FROM %.*s r" : "SELECT count(*) FROM (SELECT 1 FROM %.*s r",
		   STR_ARG(table));
	selection_add(&sql, selection);
	if (!all)
		buf_add(&sql, S(" LIMIT ?) q"));
	if ((status = store_prepare(connection, buf_str(&sql), &statement, error)))
		return status;
	selection_bind(statement, selection);
	if (!all)
		bind_int(statement, most);
	if (!(status = store_step(statement, &row, error)))
		*count = column_int(statement, 0);
	return status;
}

static enum status count_steered(struct steer *steer, int64_t most, int64_t *count, struct error *error)
{
	enum status status = OK;
	bool there = true;

	steer->counts = true;
	steer->window = 0;
	for (size_t part = 0; there && *count < most && !status; part++) {
		struct selection selection;
		int64_t more = 0;

		status = steer_part(steer, part, &selection, &there, error);
		if (!status && there)
			status = selection_count(steer->connection, steer->arena, steer->type, &selection,
						 most == COUNT_ALL ? most : most - *count, &more, error);
		*count += more;
	}
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
	enum status status = OK;

	result->records = arena_many(page->arena, struct record *, count + 1);
	result->count = count;
	if (entries->count > count)
		result->next = cursor_write(page->arena, &page->plan, entries->items[count - 1].sort);
	for (size_t i = 0; i < count; i++)
		result->records[i] = entries->items[i].record;
	if (request->with_links && request->as_of == INSTANT_NONE)
		status =
		    record_load_all_links(page->kernel, page->connection, page->arena, result->records, count, error);
	for (size_t i = 0; i < count; i++)
		list_hide_fields(actor, result->records[i]);
	return status;
}

static struct steer page_steer(const struct page *page, const struct actor *actor)
{
	const struct list_request *request = page->request;
	bool newest_first = !request->sort_count && !request->newest_will_do;

	return (struct steer){.kernel = page->kernel,
			      .connection = page->connection,
			      .arena = page->arena,
			      .actor = actor,
			      .type = request->type,
			      .filter = request->filter,
			      .search = request->search,
			      .now = request->now,
			      .order = request->least ? (struct str){0}
						      : layout_order(page->arena, request->type, request->sort,
								     request->sort_count, request->japanese),
			      .takes_ways = true,
			      .window = newest_first || request->newest_will_do ? 4 * (request->limit + 1) : 0,
			      .newest_first = newest_first,
			      .before = newest_first && page->continues ? page->after[0].number : 0};
}

static enum status check_request(struct kernel *kernel, const struct actor *actor, const struct list_request *request,
				 struct error *error)
{
	if (!access_reads_type(kernel, actor, request->type))
		return error_fail(error, E_DENIED, "", "access", N_("You may not see these records"));
	if (request->as_of != INSTANT_NONE && str_trim(request->search).n)
		return error_fail(error, E_SYNTAX, "q", "as_of",
				  N_("Full text is searched as it is now; leave out q or as_of"));
	if (request->limit < 1 || request->limit > LIST_MOST)
		return error_fail(error, E_SYNTAX, "limit", "range", N_("A limit from 1 to 1000 is expected"));
	return access_check_sort(actor, request->sort, request->sort_count, error);
}

static enum status read_past(struct page *page, const struct actor *actor, struct list_entries *entries,
			     struct list_result *result, struct error *error)
{
	const struct list_request *request = page->request;
	struct past_list changed = {.kernel = page->kernel,
				    .connection = page->connection,
				    .arena = page->arena,
				    .actor = actor,
				    .request = request,
				    .selection = &page->selection,
				    .plan = &page->plan,
				    .after = page->continues ? page->after : NULL,
				    .wants_total = request->count};
	enum status status;

	if ((status = selection_make(page->kernel, page->arena, actor, request->type, request->filter, (struct str){0},
				     request->as_of, &page->selection, error)))
		return status;
	if (!list_looks_around(request) && (status = read_rows(page, entries, error)))
		return status;
	if (request->with_links && (status = load_still_links(page, entries, error)))
		return status;
	return list_add_past(&changed, entries, &result->total, error);
}

/* To the newest of all that have the words, or where these will do, as far as words are told to be many. */
static bool look_further(const struct list_request *request, struct steer *steer)
{
	size_t before = steer->window;

	steer->window = before * 8 < LEAD_MOST ? before * 8 : request->newest_will_do ? LEAD_MOST - 1 : 0;
	return steer->window != before;
}

static enum status read_present(struct page *page, const struct actor *actor, struct list_entries *entries,
				struct list_result *result, struct error *error)
{
	struct steer steer = page_steer(page, actor);
	enum status status;

	do { /* until the page is full, or nothing was cut off */
		*entries = (struct list_entries){0};
		if ((status = steer_selection(&steer, &page->selection, error)))
			return status;
		page->selection.least = page->request->least;
		if ((status = read_rows(page, entries, error)))
			return status;
	} while (page->selection.is_cut && entries->count <= page->request->limit &&
		 look_further(page->request, &steer));
	if (!page->request->count)
		return OK;
	result->total = 0;
	return count_steered(&steer, COUNT_ALL, &result->total, error);
}

enum status read_list(struct kernel *kernel, struct connection *connection, struct arena *arena,
		      const struct actor *actor, const struct list_request *request, struct list_result *result,
		      struct error *error)
{
	struct page page = {.kernel = kernel, .connection = connection, .arena = arena, .request = request};
	struct list_entries entries = {0};
	enum status status;

	*result = (struct list_result){.total = -1};
	if ((status = check_request(kernel, actor, request, error)) ||
	    (status = sort_plan(kernel, arena, request, &page.plan, error)))
		return status;
	page.continues = request->after.n > 0;
	if (page.continues && (status = cursor_read(arena, &page.plan, request->after, page.after, error)))
		return status;
	status = request->as_of != INSTANT_NONE ? read_past(&page, actor, &entries, result, error)
						: read_present(&page, actor, &entries, result, error);
	return status ? status : finish_page(&page, actor, &entries, result, error);
}

static enum status count_all_or(struct steer *steer, int64_t most, int64_t *count, struct error *error)
{
	*count = 0;
	return access_reads_type(steer->kernel, steer->actor, steer->type) ? count_steered(steer, most, count, error)
									   : OK;
}

enum status read_count(struct kernel *kernel, struct connection *connection, struct arena *arena,
		       const struct actor *actor, const struct type *type, const struct query *filter, instant now,
		       int64_t *count, struct error *error)
{
	struct steer steer = {kernel, connection, arena, actor, type, filter, .now = now};

	return count_all_or(&steer, COUNT_ALL, count, error);
}

enum status read_count_to(struct kernel *kernel, struct connection *connection, struct arena *arena,
			  const struct actor *actor, const struct type *type, const struct query *filter, instant now,
			  int64_t most, int64_t *count, struct error *error)
{
	struct steer steer = {kernel, connection, arena, actor, type, filter, .now = now};

	return count_all_or(&steer, most, count, error);
}

enum status read_count_shown(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct actor *actor, const struct type *type, const struct query *filter,
			     instant now, int64_t *count, struct error *error)
{
	return read_count_to(kernel, connection, arena, actor, type, filter, now, COUNT_SHOWN + 1, count, error);
}

enum status read_leaves(struct kernel *kernel, struct connection *connection, struct arena *arena,
			const struct actor *actor, const struct type *type, const struct query *filter, instant now,
			int64_t *count, struct error *error)
{
	struct steer steer = {kernel, connection, arena, actor, type, filter, .now = now, .counts = true};

	*count = 0;
	return access_reads_type(kernel, actor, type) ? steer_leaves(&steer, count, error) : OK;
}

/* The keys of the row that `skipped` others precede, and whether another one follows. */
static enum status reach(struct steer *steer, const struct sort *sort, size_t skipped, int64_t *key, size_t *found,
			 struct error *error)
{
	struct list_request request = {.type = steer->type, .sort = sort, .sort_count = sort != NULL};
	struct buf sql = buf_new(steer->arena);
	struct selection selection;
	struct sort_plan plan;
	STATEMENT statement = NULL;
	enum status status;
	bool row;

	*found = 0;
	if (!access_reads_type(steer->kernel, steer->actor, steer->type))
		return OK;
	if ((status = sort_plan(steer->kernel, steer->arena, &request, &plan, error)) ||
	    (status = steer_selection(steer, &selection, error)))
		return status;
	buf_format(&sql, "SELECT %.*s FROM %.*s r", STR_ARG(plan.keys[0].sql),
		   STR_ARG(layout_table(steer->arena, steer->type)));
	selection_add(&sql, &selection);
	sort_add_order(&sql, steer->kernel->store, &plan);
	buf_add(&sql, S(" LIMIT ? OFFSET ?"));
	if ((status = store_prepare(steer->connection, buf_str(&sql), &statement, error)))
		return status;
	selection_bind(statement, &selection);
	bind_int(statement, 2);
	bind_int(statement, (int64_t)skipped);
	while (!(status = store_step(statement, &row, error)) && row)
		if (!(*found)++)
			*key = column_int(statement, 0);
	return status;
}

enum status read_reach(struct kernel *kernel, struct connection *connection, struct arena *arena,
		       const struct actor *actor, const struct type *type, const struct query *filter, instant now,
		       size_t most, int64_t *least, struct error *error)
{
	struct steer steer = {kernel, connection, arena, actor, type, filter, .now = now, .order = S("\"id\"")};
	size_t found;
	enum status status = reach(&steer, NULL, most - 1, least, &found, error);

	if (found < 2) /* just so many, or fewer */
		*least = 0;
	return status;
}

static bool has_order_by(const struct kernel *kernel, const struct type *type, struct str order)
{
	const struct type_indexes *indexes = &kernel->indexes[type->index];

	for (size_t i = 0; i < indexes->count; i++)
		if (!indexes->items[i].lead.n && str_eq(indexes->items[i].order, order))
			return true;
	return false;
}

enum status read_reach_by(struct kernel *kernel, struct connection *connection, struct arena *arena,
			  const struct actor *actor, const struct type *type, const struct query *filter,
			  const struct query_field *field, instant now, size_t most, bool *more, int64_t *beyond,
			  struct error *error)
{
	struct sort newest = {.field = field, .descending = true};
	struct steer steer = {kernel, connection, arena, actor, type, filter, .now = now};
	size_t found;
	enum status status;

	steer.order = layout_order(arena, type, &newest, 1, false);
	*more = false;
	if (!has_order_by(kernel, type, steer.order)) /* of what has none there is little */
		return OK;
	status = reach(&steer, &newest, most, beyond, &found, error);
	*more = found > 0;
	return status;
}

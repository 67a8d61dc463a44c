#include "web/home_work.h"

#include <stdlib.h>

#include "web/part_home.h"
#include "web/portal.h"

enum { AHEAD_MOST = 24, NEXT_ROWS = 10, SHARED_MOST = 3000 };

/* --- types and expressions --- */

void home_find_types(struct home *home)
{
	const struct model *model = home->visit->kernel->model;

	home->types = arena_many(home->visit->arena, struct work_type, model->type_count + 1);
	for (size_t i = 0; i < model->type_count; i++) {
		const struct type *type = model->types[i];
		const struct field *assignee = list_assignee_field(type);

		if (assignee && type->state_count && access_reads_type(home->visit->kernel, home->visit->actor, type))
			home->types[home->type_count++] =
			    (struct work_type){type, assignee, assignee->from, type_lead_clock(type)};
	}
}

struct str work_expression(const struct home *home, const struct work_type *work, enum work_kind kind)
{
	struct arena *arena = home->visit->arena;
	struct str assignee = work->assignee->name, group = work->group->name;

	switch (kind) {
	case WORK_OVER:
		if (!work->clock.n)
			return S("");
		return str_format(
		    arena, "(%.*s = me or %.*s in my.groups) and state.phase != done and clock(%.*s) is breached",
		    STR_ARG(assignee), STR_ARG(group), STR_ARG(work->clock));
	case WORK_MINE:
		return str_format(arena, "%.*s = me and state.phase != done", STR_ARG(assignee));
	case WORK_GROUPS:
		return str_format(arena, "%.*s in my.groups and state.phase != done", STR_ARG(group));
	case WORK_NOBODY:
		return str_format(arena, "%.*s in my.groups and %.*s is empty and state.phase != done", STR_ARG(group),
				  STR_ARG(assignee));
	case WORK_KINDS:
		break;
	}
	return S("");
}

struct str confirm_expression(const struct visit *visit, const struct type *type)
{
	for (size_t i = 0; i < type->behaviour_count; i++) {
		const struct node *parameters = type->behaviours[i].parameters;
		const struct node *state = node_get(parameters, "state"), *by = node_get(parameters, "by");

		if (str_is(type->behaviours[i].name, "closure_confirmation") && state && by)
			return str_format(visit->arena, "%.*s = me and state = %.*s", STR_ARG(by->text),
					  STR_ARG(state->text));
	}
	return S("");
}

struct str decide_expression(const struct visit *visit, const struct type *type)
{
	if (!type->portal || type->portal->part != PORTAL_DECISION || !type->state_count)
		return S("");
	return str_format(visit->arena, "(%.*s) and state.phase != done", STR_ARG(portal_mine(visit, type)));
}

static enum status parse(const struct home *home, const struct type *type, struct str expression,
			 const struct query **query)
{
	struct visit *visit = home->visit;

	return query_parse(visit->arena, type->query, expression, query, &visit->error);
}

enum status home_count(const struct home *home, const struct type *type, struct str expression, int64_t *count)
{
	struct visit *visit = home->visit;
	const struct query *query;
	enum status status = parse(home, type, expression, &query);

	return status ? status
		      : read_count_shown(visit->kernel, home->connection, visit->arena, visit->actor, type, query,
					 visit->now, count, &visit->error);
}

enum status home_list(const struct home *home, const struct type *type, struct str expression, struct str sort,
		      size_t limit, struct list_result *result)
{
	struct visit *visit = home->visit;
	struct list_request request = {.type = type, .limit = limit, .as_of = INSTANT_NONE, .now = visit->now};
	struct sort *keys = NULL;
	enum status status;

	if ((status = parse(home, type, expression, &request.filter)) ||
	    (sort.n && (status = sort_parse(visit->arena, type, sort, &keys, &request.sort_count, &visit->error))))
		return status;
	request.sort = keys;
	return read_list(visit->kernel, home->connection, visit->arena, visit->actor, &request, result, &visit->error);
}

struct str home_list_url(const struct home *home, const struct type *type, struct str expression)
{
	return type_list_url(home->visit->arena, type, expression);
}

static struct str due_sort(const struct home *home, const struct work_type *work)
{
	return work->clock.n ? str_format(home->visit->arena, "clock(%.*s).due_at", STR_ARG(work->clock))
			     : S("updated_at");
}

/* --- the hours ahead --- */

struct dues {
	struct due_view items[AHEAD_MOST];
	size_t count;
};

static void add_due(struct dues *dues, struct due_view due)
{
	size_t at = dues->count;

	while (at && dues->items[at - 1].at > due.at)
		at--;
	if (at == AHEAD_MOST)
		return;
	if (dues->count < AHEAD_MOST)
		dues->count++;
	for (size_t i = dues->count - 1; i > at; i--)
		dues->items[i] = dues->items[i - 1];
	dues->items[at] = due;
}

static enum status leaves(const struct home *home, const struct work_type *work, struct str whose, int64_t *count)
{
	struct visit *visit = home->visit;
	const struct query *query;
	enum status status = parse(home, work->type, whose, &query);

	return status ? status
		      : read_leaves(visit->kernel, home->connection, visit->arena, visit->actor, work->type, query,
				    visit->now, count, &visit->error);
}

/* Whose: all that is open of these is looked at for what is due soon, so where the groups have very much it is one's
 * own alone, and where that is very much nothing: an empty text. What is both is counted twice, each where it stands
 * together. */
static enum status ahead_whose(const struct home *home, const struct work_type *work, struct str *whose)
{
	struct arena *arena = home->visit->arena;
	struct str mine = work_expression(home, work, WORK_MINE);
	int64_t own = 0, shared = 0;
	enum status status;

	*whose = S("");
	if ((status = leaves(home, work, mine, &own)) || own > SHARED_MOST ||
	    (status = leaves(home, work, work_expression(home, work, WORK_GROUPS), &shared)))
		return status;
	*whose = own + shared > SHARED_MOST
		     ? mine
		     : str_format(arena, "(%.*s = me or %.*s in my.groups) and state.phase != done",
				  STR_ARG(work->assignee->name), STR_ARG(work->group->name));
	return OK;
}

static struct str ahead_expression(const struct home *home, const struct work_type *work, struct str whose)
{
	const struct map *clocks = &work->type->query->clocks;
	struct buf text = buf_new(home->visit->arena);

	buf_format(&text, "%.*s and (", STR_ARG(whose));
	for (size_t i = 0; i < clocks->count; i++)
		buf_format(&text, "%sclock(%.*s) is running and clock(%.*s).due_at < now + 8h", i ? " or " : "",
			   STR_ARG(clocks->entries[i].key), STR_ARG(clocks->entries[i].key));
	buf_add_char(&text, ')');
	return buf_str(&text);
}

static enum status add_clocks(const struct home *home, const struct work_type *work, const struct record *record,
			      const struct clock_list *clocks, struct dues *dues)
{
	struct visit *visit = home->visit;
	struct str number = number_text(visit, record->identity);
	enum status status = OK;

	for (size_t i = 0; i < clocks->count && !status; i++) {
		const struct record_clock *clock = &clocks->items[i];
		struct clock_view view = {0};
		instant due = clock->result.due_at;

		if (clock->result.state != CLOCK_RUNNING || due == INSTANT_NONE || due < visit->now ||
		    due > visit->now + 8 * (int64_t)HOUR)
			continue;
		status = show_clock(visit, home->connection, clock, record->state, &view, &visit->error);
		add_due(dues,
			(struct due_view){.at = due,
					  .url = record_url(visit, record->identity),
					  .soon = clock_view_is_soon(&view),
					  .words = str_eq(clock->name, work->clock)
						       ? number
						       : phrase(&visit->h, N_("%1$s %2$s"), number,
								show_clock_name(visit, record->type, clock->name))});
	}
	return status;
}

enum status draw_next_hours(const struct home *home)
{
	struct visit *visit = home->visit;
	struct dues dues = {.count = 0};
	enum status status = OK;

	for (size_t i = 0; i < home->type_count && !status; i++) {
		const struct work_type *work = &home->types[i];
		struct list_result result = {0};
		struct str whose = {0};

		if (!work->clock.n || (status = ahead_whose(home, work, &whose)) || !whose.n)
			continue;
		status = home_list(home, work->type, ahead_expression(home, work, whose), due_sort(home, work),
				   2 * AHEAD_MOST, &result);
		struct clock_list *clocks = arena_many(visit->arena, struct clock_list, result.count);
		if (!status)
			status = clocks_of_records(visit->kernel, home->connection, visit->arena, result.records,
						   result.count, visit->now, clocks, &visit->error);
		for (size_t r = 0; r < result.count && !status; r++)
			status = add_clocks(home, work, result.records[r], &clocks[r], &dues);
	}
	if (!status && dues.count)
		draw_hours_ahead(&home->visit->h, dues.items, dues.count);
	return status;
}

/* --- next to breach --- */

/* Whether a column can be shown in the rows of every type. */
static bool all_have(const struct home *home, struct str name)
{
	for (size_t i = 0; i < home->type_count; i++)
		if (home->types[i].clock.n && !type_field(home->types[i].type, name))
			return false;
	return true;
}

/* The same kinds of columns for every type, so that their rows can stand in one table. */
static struct list_columns next_columns(const struct home *home, const struct work_type *work)
{
	struct list_columns all = list_all_columns(home->visit, work->type);
	const struct field *priority = show_priority_field(work->type);
	bool service = all_have(home, S("service"));
	struct str names[] = {str_format(home->visit->arena, "clock(%.*s)", STR_ARG(work->clock)),
			      S("number"),
			      work->type->headline ? work->type->headline->name : S(""),
			      S("state"),
			      priority ? priority->name : S(""),
			      service ? S("service") : work->assignee->name,
			      work->assignee->name};
	size_t count = sizeof(names) / sizeof(*names) - !service;
	struct list_column *items = arena_many(home->visit->arena, struct list_column, count);

	for (size_t i = 0; i < count; i++) {
		const struct list_column *column = list_find_column(&all, names[i]);

		items[i] = column ? *column : (struct list_column){.what = LIST_NUMBER};
	}
	return (struct list_columns){items, count};
}

/* When the clock of the first column is due stands behind it: it is the order of the rows, which time of service that
 * is left cannot show, as each has its own hours. */
static struct row_view with_due(const struct home *home, struct row_view row, size_t count)
{
	struct cell_view *cells = arena_many(home->visit->arena, struct cell_view, count + 1);

	cells[0] = row.cells[0];
	cells[1] = (struct cell_view){.text = words_near(&home->visit->h, row.cells[0].clock.due)};
	for (size_t i = 1; i < count; i++)
		cells[i + 1] = row.cells[i];
	row.cells = cells;
	return row;
}

static struct column_view *views_with_due(const struct home *home, const struct column_view *views, size_t count)
{
	struct column_view *all = arena_many(home->visit->arena, struct column_view, count + 1);

	all[0] = views[0];
	all[1] = (struct column_view){.kind = CELL_TEXT, .title = label(&home->visit->h, N_("Due")), .sorted = 1};
	for (size_t i = 1; i < count; i++)
		all[i + 1] = views[i];
	return all;
}

struct next { /* a row, and by when */
	instant due;
	struct row_view row;
};

static int sooner(const void *a, const void *b)
{
	const struct next *x = a, *y = b;

	return (x->due > y->due) - (x->due < y->due);
}

static struct str next_expression(const struct home *home, const struct work_type *work)
{
	return str_format(home->visit->arena,
			  "(%.*s = me or %.*s in my.groups) and state.phase != done and "
			  "(clock(%.*s) is running or clock(%.*s) is breached)",
			  STR_ARG(work->assignee->name), STR_ARG(work->group->name), STR_ARG(work->clock),
			  STR_ARG(work->clock));
}

static enum status read_next(const struct home *home, const struct work_type *work, struct next *next, size_t *count)
{
	struct visit *visit = home->visit;
	struct list_columns columns = next_columns(home, work);
	struct list_result result = {0};
	struct row_view *rows;
	enum status status;

	if ((status =
		 home_list(home, work->type, next_expression(home, work), due_sort(home, work), NEXT_ROWS, &result)) ||
	    (status = list_rows(visit, home->connection, &columns, result.records, result.count, &rows)))
		return status;
	for (size_t i = 0; i < result.count; i++)
		next[(*count)++] = (struct next){rows[i].cells[0].clock.due, with_due(home, rows[i], columns.count)};
	return OK;
}

static void draw_next_table(const struct home *home, const struct next *next, size_t count,
			    const struct work_type *first)
{
	struct visit *visit = home->visit;
	struct list_columns columns = next_columns(home, first);
	struct column_view *views = list_column_views(visit, &columns, first->type);
	struct row_view *rows = arena_many(visit->arena, struct row_view, count + 1);

	views = views_with_due(home, views, columns.count);
	for (size_t i = 0; i < count; i++)
		rows[i] = next[i].row;
	draw_table(&visit->h, &(struct table_view){.caption = label(&visit->h, N_("Next to breach")),
						   .columns = views,
						   .column_count = columns.count + 1,
						   .rows = rows,
						   .row_count = count});
}

enum status draw_next_to_breach(const struct home *home)
{
	struct html *h = &home->visit->h;
	struct next *next = arena_many(home->visit->arena, struct next, NEXT_ROWS * home->type_count + 1);
	const struct work_type *first = NULL;
	size_t count = 0;
	enum status status = OK;

	for (size_t i = 0; i < home->type_count && !status; i++) {
		if (!home->types[i].clock.n)
			continue;
		first = first ? first : &home->types[i];
		status = read_next(home, &home->types[i], next, &count);
	}
	if (status || !first)
		return status;
	qsort(next, count, sizeof(*next), sooner);
	html(h,
	     "<section aria-labelledby='next-h'><h2 id='next-h'>%l <span class='n'>%l</span><a href='%u'>%l</a></h2>",
	     N_("Next to breach"), N_("mine and my groups’"),
	     home_list_url(home, first->type, next_expression(home, first)), N_("All"));
	if (count)
		draw_next_table(home, next, count < NEXT_ROWS ? count : NEXT_ROWS, first);
	else
		html(h, "<p class='sub small none'>%l</p>", N_("No clock is counting for you or your groups."));
	html(h, "</section>");
	return OK;
}

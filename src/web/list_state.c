#include "web/list_state.h"

#include "record/access.h"
#include "web/list_board.h"
#include "web/list_calendar.h"
#include "web/list_sort.h"

enum { ROWS = 40, ROWS_MOST = 200 }; /* a page is to be small: 60 KB */

bool list_view_is_open(const struct visit *visit, const struct view *view)
{
	struct error error = {0};

	return !view->filter || !access_check_query(visit->kernel, visit->actor, view->filter, &error);
}

static const struct view *first_view(const struct visit *visit, const struct type *type)
{
	for (size_t i = 0; i < type->view_count; i++)
		if (list_view_is_open(visit, type->views[i]))
			return type->views[i];
	return NULL;
}

struct str list_state_url(const struct list_state *state, const char *rest)
{
	static const char *const kept[] = {"view", "filter", "sort", "columns", "group", "as", "month", "week"};
	struct visit *visit = state->visit;
	struct buf url = buf_new(visit->arena);
	bool any = false;

	buf_format(&url, "/%.*s%s", STR_ARG(state->type->collection), rest);
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		struct str value = http_query(visit->request, kept[i]);

		if (!value.p)
			continue;
		buf_format(&url, "%c%s=%.*s", any ? '&' : '?', kept[i], STR_ARG(url_part(visit->arena, value)));
		any = true;
	}
	return buf_str(&url);
}

void list_state_forget(struct visit *visit, const char *name)
{
	struct http_pairs *query = &visit->request->query;
	struct http_pair *kept = arena_many(visit->arena, struct http_pair, query->count + 1);
	size_t count = 0;

	for (size_t i = 0; i < query->count; i++)
		if (!str_is(query->items[i].name, name))
			kept[count++] = query->items[i];
	*query = (struct http_pairs){kept, count};
}

struct str list_base_filter(const struct list_state *state)
{
	if (state->saved_base)
		return state->saved_base->filter;
	return state->base && state->base->filter ? state->base->filter->source : S("");
}

/* The one that the address names, else what the list opens with: a saved one that says so, else the model's first. */
static void find_base(struct list_state *state)
{
	struct str name = http_query(state->visit->request, "view");
	const struct view *view = name.n ? type_view(state->type, name) : NULL;

	if (!view)
		state->saved_base = name.n ? saved_view_named(state->saved, state->saved_count, name)
					   : saved_view_first(state->saved, state->saved_count);
	if (!view && state->saved_base)
		view = &state->saved_base->view;
	if (!view && !name.n)
		view = first_view(state->visit, state->type);
	state->base = view && (state->saved_base || list_view_is_open(state->visit, view)) ? view : NULL;
}

static void read_filter(struct list_state *state)
{
	struct visit *visit = state->visit;
	struct str typed = http_query(visit->request, "filter");
	struct error error = {0};

	state->expression = typed.p ? typed : list_base_filter(state);
	state->view = state->base && str_eq(str_trim(state->expression), list_base_filter(state)) ? state->base : NULL;
	if (!str_trim(state->expression).n)
		return;
	if (query_parse(visit->arena, state->type->query, state->expression, &state->filter, &error) ||
	    access_check_query(visit->kernel, visit->actor, state->filter, &error)) {
		state->filter = NULL;
		state->error = visit_words(visit, &error.items[0]);
		if (!query_error_place(visit->arena, state->expression, &error, &state->place))
			state->place = (struct query_place){0};
	}
}

static bool may_sort_by(const struct visit *visit, const struct sort *sort)
{
	if (sort->clock.n)
		return actor_is_staff(visit->actor);
	return !sort->field->owner || access_reads_field(visit->actor, sort->field->owner);
}

/* A view's order, without what the reader may not see. */
static struct str sort_words(const struct visit *visit, const struct sort *sort, size_t count)
{
	struct buf text = buf_new(visit->arena);

	for (size_t i = 0; i < count; i++) {
		if (!may_sort_by(visit, &sort[i]))
			continue;
		buf_format(&text, "%s%s", text.n ? "," : "", sort[i].descending ? "-" : "");
		if (sort[i].clock.n)
			buf_format(&text, "clock(%.*s).due_at", STR_ARG(sort[i].clock));
		else
			buf_add(&text, sort[i].field->name);
	}
	return buf_str(&text);
}

/* Groups stand together: their field is the first key, as it was chosen or ascending, and three more have room. */
static void read_order(struct list_state *state)
{
	enum { BESIDE = 3 };
	struct str rest = state->sort_text, part, name;
	struct buf order = buf_new(state->visit->arena);
	size_t count = 0;

	state->order = state->sort_text;
	if (!state->by)
		return;
	buf_add(&order, state->by->name);
	while (count < BESIDE && rest.n && str_cut(&rest, ',', &part)) {
		part = str_trim(part);
		name = str_sub(part, str_starts(part, S("-")), part.n);
		if (!str_eq(name, state->by->name)) {
			buf_format(&order, ",%.*s", STR_ARG(part));
			count++;
		} else if (!count && name.n < part.n && order.n == name.n) {
			order.n = 0;
			buf_add(&order, part);
		}
	}
	state->order = buf_str(&order);
}

static enum status read_sort(struct list_state *state)
{
	struct visit *visit = state->visit;

	state->sort_text = http_query(visit->request, "sort");
	if (!state->sort_text.n && state->base)
		state->sort_text = sort_words(visit, state->base->sort, state->base->sort_count);
	read_order(state);
	if (!state->order.n)
		return OK;
	return sort_parse(visit->arena, state->type, state->order, &state->sort, &state->sort_count, &visit->error);
}

static struct list_columns columns_named(const struct list_state *state, struct str names)
{
	VEC(struct list_column) chosen = {0};
	struct str name;

	for (size_t i = 0; i < state->all.count; i++) /* number and headline first, always */
		if (state->all.items[i].always)
			vec_push(state->visit->arena, &chosen, state->all.items[i]);
	while (str_cut(&names, ',', &name)) {
		const struct list_column *column = list_find_column(&state->all, str_trim(name));
		struct list_columns so_far = {chosen.items, chosen.count};

		if (column && !list_find_column(&so_far, column->name))
			vec_push(state->visit->arena, &chosen, *column);
	}
	return (struct list_columns){chosen.items, chosen.count};
}

static enum status read_page(struct list_state *state)
{
	struct visit *visit = state->visit;
	struct str limit = http_query(visit->request, "limit"), from = http_query(visit->request, "from");
	struct str preview = http_query(visit->request, "preview");
	int64_t rows = ROWS;

	if (limit.n && (!str_int64(limit, &rows) || rows < 1 || rows > ROWS_MOST))
		return error_fail(&visit->error, E_SYNTAX, "limit", "range", N_("A limit from 1 to 200 is expected"));
	state->limit = (size_t)rows;
	state->after = http_query(visit->request, "after");
	if (!state->after.n || !str_int64(from, &state->first) || state->first < 1)
		state->first = 1;
	state->dense = str_is(http_query(visit->request, "dense"), "1");
	if (!preview.n || !kernel_parse_number(visit->kernel, preview, &state->preview))
		state->preview = 0;
	return OK;
}

static struct list_columns base_columns(const struct list_state *state)
{
	if (state->saved_base && state->saved_base->columns.n)
		return columns_named(state, state->saved_base->columns);
	return list_default_columns(state->visit, state->type, state->base);
}

enum status list_state_begin(struct visit *visit, struct connection *connection, const struct type *type,
			     struct list_state *state)
{
	enum status status;

	*state = (struct list_state){.visit = visit, .type = type};
	status = saved_views_read(visit, connection, type, &state->saved, &state->saved_count);
	if (status)
		return status;
	state->all = list_all_columns(visit, type);
	find_base(state);
	return OK;
}

struct str list_as_name(enum list_as as)
{
	static const char *const names[] = {
	    [LIST_AS_TABLE] = "table", [LIST_AS_BOARD] = "board", [LIST_AS_CALENDAR] = "calendar"};

	return str_of(names[as]);
}

/* How it is shown, and what is asked of this one page only: no address on it repeats that. */
static void read_arrangement(struct list_state *state)
{
	struct visit *visit = state->visit;
	struct str as = http_query(visit->request, "as"), moved = http_query(visit->request, "moved");

	if (!as.p && state->saved_base)
		as = state->saved_base->as;
	if (str_is(as, "board") && list_has_board(visit, state->type))
		state->as = LIST_AS_BOARD;
	else if (str_is(as, "calendar") && list_has_calendar(visit, state->type))
		state->as = LIST_AS_CALENDAR;
	if (moved.n && !kernel_parse_number(visit->kernel, moved, &state->moved))
		state->moved = 0;
	list_state_forget(visit, "moved");
	state->menu = http_query(visit->request, "menu");
	list_state_forget(visit, "menu");
}

enum status list_state_read(struct list_state *state)
{
	struct str columns = http_query(state->visit->request, "columns"),
		   group = http_query(state->visit->request, "group");
	enum status status;

	if (!group.p && state->saved_base)
		group = state->saved_base->group;
	read_arrangement(state);
	list_group_find(state, state->as == LIST_AS_TABLE ? group : S(""));
	read_filter(state);
	state->own_columns = columns.n > 0;
	state->columns = columns.n ? columns_named(state, columns) : base_columns(state);
	if ((status = read_sort(state)))
		return status;
	return read_page(state);
}

/* --- the form's many parameters, in short --- */

static bool names_contain(struct str names, struct str wanted)
{
	struct str name;

	while (str_cut(&names, ',', &name))
		if (str_eq(name, wanted))
			return true;
	return false;
}

static void append_name(struct buf *names, struct str name)
{
	buf_format(names, "%s%.*s", names->n ? "," : "", STR_ARG(name));
}

/* The ticked boxes, in the order of the columns that were shown; "" when they are the preset. */
static struct str ticked_columns(const struct list_state *state)
{
	struct visit *visit = state->visit;
	const struct http_pairs *query = &visit->request->query;
	struct list_columns preset = base_columns(state);
	struct str shown = http_query(visit->request, "columns"), name;
	struct buf ticked = buf_new(visit->arena), names = buf_new(visit->arena), usual = buf_new(visit->arena);

	for (size_t i = 0; i < preset.count; i++)
		if (!preset.items[i].always)
			append_name(&usual, preset.items[i].name);
	for (size_t i = 0; i < query->count; i++)
		if (str_is(query->items[i].name, "column"))
			append_name(&ticked, query->items[i].value);
	if (!shown.n)
		shown = buf_str(&usual);
	while (str_cut(&shown, ',', &name))
		if (names_contain(buf_str(&ticked), name))
			append_name(&names, name);
	for (size_t i = 0; i < query->count; i++)
		if (str_is(query->items[i].name, "column") && query->items[i].value.n &&
		    !names_contain(buf_str(&names), query->items[i].value))
			append_name(&names, query->items[i].value);
	return str_eq(buf_str(&names), buf_str(&usual)) ? S("") : buf_str(&names);
}

static void append_parameter(struct visit *visit, struct buf *url, const char *name, struct str value)
{
	size_t at;

	if (value.p)
		buf_format(url, "%c%s=%.*s", str_find_char(buf_str(url), '?', &at) ? '&' : '?', name,
			   STR_ARG(url_part(visit->arena, value)));
}

static struct str if_any(struct str text)
{
	return text.n ? text : (struct str){0};
}

static struct str usual_sort(const struct list_state *state)
{
	struct str sort =
	    state->base ? sort_words(state->visit, state->base->sort, state->base->sort_count) : (struct str){0};

	return sort.n ? sort : S("-created_at");
}

bool list_state_shorten(const struct list_state *state)
{
	static const char *const kept[] = {"view", "group", "fold", "dense", "limit", "as", "month", "week"};
	struct visit *visit = state->visit;
	struct str form = http_query(visit->request, "form"), field = http_query(visit->request, "add_field");
	struct str filter = http_query(visit->request, "filter"), sort = list_sort_posted(visit);
	struct buf url = buf_new(visit->arena);

	if (!form.n)
		return false;
	if (!sort.n)
		sort = http_query(visit->request, "sort");
	if (field.n)
		filter = list_add_condition(visit, state->type, filter, field, http_query(visit->request, "add_op"),
					    http_query(visit->request, "add_value"));
	buf_add(&url, visit->request->path);
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		append_parameter(visit, &url, kept[i], if_any(http_query(visit->request, kept[i])));
	if (!str_eq(sort, usual_sort(state)))
		append_parameter(visit, &url, "sort", if_any(sort));
	if (!state->base || !str_eq(str_trim(filter), list_base_filter(state)))
		append_parameter(visit, &url, "filter", filter.p ? filter : S(""));
	append_parameter(visit, &url, "columns",
			 if_any(http_query(visit->request, "column").p ? ticked_columns(state)
								       : http_query(visit->request, "columns")));
	visit_go(visit, buf_str(&url));
	return true;
}

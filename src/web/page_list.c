/* A list: views at the left, the filter above, the table, a preview at the side. */
#include <ctype.h>

#include "record/access.h"
#include "web/bulk.h"
#include "web/list_board.h"
#include "web/list_calendar.h"
#include "web/list_export.h"
#include "web/list_group.h"
#include "web/list_sort.h"
#include "web/pages.h"
#include "web/part_record.h"

/* --- the filter and its menus --- */

static struct menu_view column_boxes(const struct list_state *state)
{
	struct choice_view *choices = arena_many(state->visit->arena, struct choice_view, state->all.count + 1);
	size_t count = 0;

	for (size_t i = 0; i < state->all.count; i++) {
		const struct list_column *column = &state->all.items[i];

		if (!column->always)
			choices[count++] =
			    (struct choice_view){.value = column->name,
						 .words = list_column_title(state->visit, column, state->type),
						 .chosen = list_find_column(&state->columns, column->name) != NULL};
	}
	return (struct menu_view){choices, count};
}

static void draw_list_filter(const struct list_state *state)
{
	struct visit *visit = state->visit;
	struct choice_view kept[12] = {{.value = S("form"), .words = S("1")}};
	static const char *const names[] = {"view", "columns", "group", "fold", "dense", "as", "month", "week"};
	struct filter_view filter = {.action = visit->request->path,
				     .expression = {.text = state->expression,
						    .fields_url = list_complete_url(visit, state->type),
						    .error = state->error,
						    .place = state->place},
				     .kept = kept,
				     .kept_count = 1};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (http_query(visit->request, names[i]).p)
			kept[filter.kept_count++] = (struct choice_view){.value = str_of(names[i]),
									 .words = http_query(visit->request, names[i])};
	if (!state->error.n)
		filter.chips = list_chips(visit, state->type, state->expression, &filter.chip_count);
	filter.menu = state->menu;
	filter.menu_url = visit_url_with(visit, "menu", S(""));
	if (str_is(state->menu, "add")) {
		filter.fields = list_condition_fields(visit, state->type);
		filter.values = list_condition_values(visit, state->type);
	}
	if (state->as != LIST_AS_CALENDAR)
		list_sort_menu(state, &filter);
	if (state->as == LIST_AS_TABLE)
		list_group_menu(state, &filter);
	if (state->sort_text.n && !str_is(state->menu, "sort")) /* else the menu says it */
		kept[filter.kept_count++] = (struct choice_view){.value = S("sort"), .words = state->sort_text};
	filter.has_columns = state->as == LIST_AS_TABLE;
	if (filter.has_columns && str_is(state->menu, "columns"))
		filter.columns = column_boxes(state);
	if (!state->error.n)
		filter.exports = list_export_menu(state);
	filter.dense = state->dense;
	if (state->as == LIST_AS_TABLE)
		filter.density_url = visit_url_with(visit, "dense", state->dense ? (struct str){0} : S("1"));
	draw_filter(&visit->h, &filter);
}

/* Beside the table, for types that declare another arrangement. */
static size_t arrangements(const struct list_state *state, struct choice_view *choices)
{
	struct visit *visit = state->visit;
	bool table = !state->saved_base || !state->saved_base->as.n; /* without a word for it */
	size_t count = 0;

	choices[count++] =
	    (struct choice_view){.words = label(&visit->h, N_("Table")),
				 .url = visit_url_with(visit, "as", table ? (struct str){0} : S("table")),
				 .chosen = state->as == LIST_AS_TABLE};
	if (list_has_board(visit, state->type))
		choices[count++] = (struct choice_view){.words = label(&visit->h, N_("Board")),
							.url = visit_url_with(visit, "as", S("board")),
							.chosen = state->as == LIST_AS_BOARD};
	if (list_has_calendar(visit, state->type))
		choices[count++] = (struct choice_view){.words = label(&visit->h, N_("Calendar")),
							.url = visit_url_with(visit, "as", S("calendar")),
							.chosen = state->as == LIST_AS_CALENDAR};
	return count > 1 ? count : 0;
}

static void draw_heading(const struct list_state *state)
{
	struct visit *visit = state->visit;
	const struct type *type = state->type;
	struct choice_view choices[3];
	struct list_head_view head = {.title = words_of(visit, &type->plural)};

	if (state->view)
		head.view = words_of(visit, &state->view->label);
	else if (type->view_count)
		head.view = label(&visit->h, N_("Own filter"));
	head.arrangements = (struct menu_view){choices, arrangements(state, choices)};
	list_offer_saving(state, &head);
	if (access_may(visit->kernel, visit->actor, type, ACCESS_CREATE, NULL)) {
		head.new_url = str_format(visit->arena, "/%.*s/new", STR_ARG(type->collection));
		head.new_words = list_new_words(visit, type);
	}
	draw_list_head(&visit->h, &head);
}

/* --- the table --- */

/* A group begins where its first record stands, on each page anew. */
static void add_group_heads(const struct list_state *state, const struct list_groups *groups,
			    const struct list_result *result, struct row_view *rows)
{
	const struct list_group *before = NULL;

	for (size_t i = 0; groups->count && i < result->count; i++) {
		const struct list_group *group = list_group_of(state, groups, result->records[i]);

		if (group && group != before) {
			rows[i].group = group->words;
			rows[i].group_url = group->url;
			rows[i].group_words = list_group_words(state, groups, group);
		}
		before = group;
	}
}

static void draw_nothing(const struct list_state *state)
{
	struct visit *visit = state->visit;
	const struct type *type = state->type;
	bool filtered = str_trim(state->expression).n > 0;
	struct empty_view empty = {
	    .icon = filtered ? ICON_FILTER : ICON_FOLDER,
	    .title = label(&visit->h, filtered ? N_("Nothing here at the moment") : N_("Nothing here yet")),
	    .words = words_of(visit, &type->help)};

	if (filtered && !state->view)
		empty.words = label(&visit->h, N_("No record meets all of these conditions."));
	if (state->error.n) {
		empty.title = label(&visit->h, N_("The filter cannot be read"));
		empty.words = label(&visit->h, N_("Mend it in the line above, or take it away."));
	}
	if (!filtered && access_may(visit->kernel, visit->actor, type, ACCESS_CREATE, NULL)) {
		empty.url = str_format(visit->arena, "/%.*s/new", STR_ARG(type->collection));
		empty.action = list_new_words(visit, type);
	} else if (filtered) {
		empty.url = str_format(visit->arena, "/%.*s?filter=", STR_ARG(type->collection));
		empty.action = label(&visit->h, N_("Show all"));
	}
	draw_empty(&visit->h, &empty);
}

static enum status draw_records(const struct list_state *state, struct connection *connection,
				const struct list_result *result, const struct list_groups *groups)
{
	struct visit *visit = state->visit;
	struct column_view *columns = list_column_views(visit, &state->columns, state->type);
	struct bulk_action *actions;
	struct row_view *rows;
	size_t action_count;
	enum status status = list_rows(visit, connection, &state->columns, result->records, result->count, &rows);

	if (status)
		return status;
	list_sort_heads(state, columns);
	add_group_heads(state, groups, result, rows);
	for (size_t i = 0; i < result->count; i++)
		rows[i].current = result->records[i]->identity == state->preview;
	actions = bulk_actions(visit, state->type, result->records, result->count, &action_count);
	html(&visit->h, "<form method='post' action='/%p/bulk'><input type='hidden' name='back' value='%a'>",
	     state->type->collection, visit->request->target);
	html_token(&visit->h);
	if (action_count)
		draw_bulk(&visit->h, actions, action_count, 0);
	draw_table(&visit->h, &(struct table_view){.caption = words_of(visit, &state->type->plural),
						   .columns = columns,
						   .column_count = state->columns.count,
						   .rows = rows,
						   .row_count = result->count,
						   .selectable = action_count > 0});
	html(&visit->h, "</form>");
	return OK;
}

static struct str page_url(const struct list_state *state, struct str after, int64_t first)
{
	struct visit *visit = state->visit;
	const struct http_pairs *query = &visit->request->query;
	struct buf url = buf_new(visit->arena);

	buf_format(&url, "%.*s", STR_ARG(visit->request->path));
	for (size_t i = 0; i < query->count; i++) {
		struct str name = query->items[i].name;

		if (!str_is(name, "after") && !str_is(name, "from") && !str_is(name, "preview"))
			buf_format(&url, "%c%.*s=%.*s", url.n == visit->request->path.n ? '?' : '&',
				   STR_ARG(url_part(visit->arena, name)),
				   STR_ARG(url_part(visit->arena, query->items[i].value)));
	}
	if (after.n)
		buf_format(&url, "%cafter=%.*s&from=%lld", url.n == visit->request->path.n ? '?' : '&',
			   STR_ARG(url_part(visit->arena, after)), (long long)first);
	return buf_str(&url);
}

static void draw_hints(const struct list_state *state)
{
	struct visit *visit = state->visit;
	static const struct {
		const char *first, *second, *words;
		bool on[3]; /* by enum list_as */
	} keys[] = {{"j", "k", N_("move"), {true, true, true}},     {"←", "→", N_("next column"), {false, true, false}},
		    {"m", NULL, N_("step"), {false, true, false}},  {"x", NULL, N_("select"), {true, false, false}},
		    {"[", "]", N_("turn"), {false, false, true}},   {"o", NULL, N_("open"), {true, true, true}},
		    {"p", NULL, N_("preview"), {true, true, true}}, {"/", NULL, N_("search"), {true, true, true}},
		    {"?", NULL, N_("all keys"), {true, true, true}}};
	struct key_hint hints[sizeof(keys) / sizeof(*keys)];
	size_t count = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i].on[state->as])
			hints[count++] =
			    (struct key_hint){keys[i].first, keys[i].second, label(&visit->h, keys[i].words)};
	draw_keys(&visit->h, hints, count);
}

static void draw_foot(const struct list_state *state, const struct list_result *result)
{
	struct visit *visit = state->visit;
	struct pager_view pager = {
	    .first = state->first, .last = state->first + (int64_t)result->count - 1, .total = result->total};

	if (state->after.n)
		pager.first_url = page_url(state, S(""), 1);
	if (result->next.n)
		pager.next_url = page_url(state, result->next, pager.last + 1);
	if (result->count)
		draw_pager(&visit->h, &pager);
	draw_hints(state);
}

static bool shows_links(const struct list_columns *columns)
{
	for (size_t i = 0; i < columns->count; i++)
		if (columns->items[i].field && columns->items[i].field->kind == FIELD_LINKS)
			return true;
	return false;
}

static void draw_region_begin(const struct list_state *state)
{
	struct visit *visit = state->visit;

	html(&visit->h, "<div class='rows'>");
	draw_heading(state);
	draw_list_filter(state);
	if (state->refused.n)
		draw_notice(&visit->h, state->refused, NOTICE_BAD);
	if (state->dialog)
		draw_dialog(&visit->h, state->dialog);
	html(&visit->h, "<div id='rows' data-region=''%m>",
	     attribute_if("data-rows", state->after.n || state->error.n
					   ? S("")
					   : visit_stream(visit, str_format(visit->arena, "collection=%.*s",
									    STR_ARG(state->type->collection)))));
}

static enum status draw_arranged(const struct list_state *state, struct connection *connection)
{
	enum status status = OK;

	draw_region_begin(state);
	if (state->error.n)
		draw_nothing(state);
	else if (state->as == LIST_AS_BOARD)
		status = list_draw_board(state, connection);
	else
		status = list_draw_calendar(state, connection);
	html(&state->visit->h, "</div>");
	draw_hints(state);
	html(&state->visit->h, "</div>");
	return status;
}

static enum status draw_middle(const struct list_state *state, struct connection *connection, int64_t total)
{
	struct visit *visit = state->visit;
	struct list_request request = {.type = state->type,
				       .filter = state->filter,
				       .sort = state->sort,
				       .sort_count = state->sort_count,
				       .limit = state->limit,
				       .after = state->after,
				       .as_of = INSTANT_NONE,
				       .now = visit->now,
				       .with_links = shows_links(&state->columns),
				       .japanese = visit->h.language == JAPANESE};
	struct list_result result = {.total = 0};
	struct list_groups groups;
	enum status status = list_groups_read(state, connection, &groups);

	request.least = groups.least;
	if (!status && !state->error.n)
		status =
		    read_list(visit->kernel, connection, visit->arena, visit->actor, &request, &result, &visit->error);
	if (!status && !state->error.n && total < 0)
		status = read_count_shown(visit->kernel, connection, visit->arena, visit->actor, state->type,
					  state->filter, visit->now, &total, &visit->error);
	if (status)
		return status;
	if (total >= 0)
		result.total = total;
	draw_region_begin(state);
	if (groups.least)
		list_draw_newest(visit, GROUPED_MOST);
	if (state->folded && groups.count)
		list_draw_groups(state, &groups);
	else if (result.count)
		status = draw_records(state, connection, &result, &groups);
	else
		draw_nothing(state);
	html(&visit->h, "</div>");
	if (!state->folded || !groups.count)
		draw_foot(state, &result);
	html(&visit->h, "</div>");
	return status;
}

static enum status draw_page(const struct list_state *state, struct connection *connection)
{
	int64_t total = -1;
	enum status status;

	if (!(status = list_draw_views(state, connection, &total)))
		status = state->as == LIST_AS_TABLE ? draw_middle(state, connection, total)
						    : draw_arranged(state, connection);
	if (!status && state->preview)
		list_draw_peek(state, connection);
	return status;
}

void list_answer(const struct list_state *state, struct connection *connection, unsigned code)
{
	static const char *const classes[] = {
	    [LIST_AS_TABLE] = "lists", [LIST_AS_BOARD] = "lists boards", [LIST_AS_CALENDAR] = "lists"};
	struct visit *visit = state->visit;
	enum status status;

	visit_begin(visit, words_of(visit, &state->type->plural), state->dense ? "lists dense" : classes[state->as],
		    str_format(visit->arena, "/%.*s", STR_ARG(state->type->collection)));
	if ((status = draw_page(state, connection)))
		visit_refuse(visit, status);
	else
		visit_end(visit, code);
}

void page_list(struct visit *visit, const struct type *type)
{
	READER connection = NULL;
	struct list_state state;
	enum status status;

	if (!access_reads_type(visit->kernel, visit->actor, type)) {
		visit_refuse(visit,
			     error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page")));
		return;
	}
	status = visit_reader(visit, &connection);
	if (!status)
		status = list_state_begin(visit, connection, type, &state);
	if (!status && list_state_shorten(&state))
		return;
	if (status || (status = list_state_read(&state))) {
		visit_refuse(visit, status);
		return;
	}
	list_answer(&state, connection, state.error.n ? 400 : 200);
}

/* --- /incidents, or /INC-123 --- */

static struct str capitals(struct arena *arena, struct str text)
{
	char *upper = str_c(arena, text);

	for (size_t i = 0; i < text.n; i++)
		upper[i] = (char)toupper((unsigned char)upper[i]);
	return (struct str){upper, text.n};
}

/* What is written to a file shows how far it is, and the file. */
static void show_record(struct visit *visit, int64_t identity)
{
	const struct type *type = kernel_type_of(visit->kernel, identity);

	if (type && type->acts_as == ACTS_EXPORT)
		page_export_wish(visit, identity);
	else
		page_record(visit, identity);
}

void page_place(struct http_request *request, struct http_response *response)
{
	struct str place = http_parameter(request, "place");
	const struct type *type;
	VISIT visit = {0};
	int64_t identity;

	if (!visit_start(&visit, request, response))
		return;
	type = map_get(&visit.kernel->model->types_by_collection, place);
	if (type)
		page_list(&visit, type);
	else if (kernel_parse_number(visit.kernel, place, &identity))
		show_record(&visit, identity);
	else if (kernel_parse_number(visit.kernel, capitals(visit.arena, place), &identity))
		visit_go(&visit, record_url(&visit, identity));
	else
		visit_refuse(&visit,
			     error_fail(&visit.error, E_NOT_FOUND, "", "not_found", N_("There is no such page")));
}

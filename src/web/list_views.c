/* The views at the left of a list, with their counts: the model's, and those that people saved. What the model declares
 * has indexes; a saved view may ask for anything, so its count is told later and aside, by page_counts(), lest the list
 * wait for it. */
#include "record/access.h"
#include "web/list_state.h"
#include "web/pages.h"

static bool speaks_of(const struct query_node *node, enum query_op op)
{
	if (node->op == op)
		return op != QUERY_CLOCK || node->clock_state == CLOCK_BREACHED;
	for (size_t i = 0; i < node->count; i++)
		if (speaks_of(node->children[i], op))
			return true;
	return false;
}

enum view_group { VIEWS_MINE, VIEWS_GROUPS, VIEWS_ALL, VIEW_GROUPS };

static enum view_group group_of(const struct view *view)
{
	if (view->filter && speaks_of(view->filter->root, QUERY_ME))
		return VIEWS_MINE;
	return view->filter && speaks_of(view->filter->root, QUERY_MY_GROUPS) ? VIEWS_GROUPS : VIEWS_ALL;
}

struct drawing { /* of the whole column */
	const struct list_state *state;
	struct connection *connection;
	int64_t *total;
	struct pick_group *groups;
	size_t count;
	struct pick_view *picks; /* room that is left */
	bool later;              /* some counts are still to be asked for */
};

static void begin_group(struct drawing *drawing, struct str title)
{
	drawing->groups[drawing->count] = (struct pick_group){.title = title, .picks = drawing->picks};
}

static void end_group(struct drawing *drawing)
{
	struct pick_group *group = &drawing->groups[drawing->count];

	drawing->picks += group->count;
	drawing->count += group->count > 0;
}

/* How the list is shown now goes along, but a saved view has that of its own. */
static struct str view_url(const struct list_state *state, const struct view *view, bool saved)
{
	static const char *const kept[] = {"as", "month", "week"};
	struct visit *visit = state->visit;
	struct buf url = buf_new(visit->arena);

	buf_format(&url, "/%.*s?view=%.*s", STR_ARG(state->type->collection), STR_ARG(view->name));
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept) && !saved; i++)
		if (http_query(visit->request, kept[i]).n)
			buf_format(&url, "&%s=%.*s", kept[i],
				   STR_ARG(url_part(visit->arena, http_query(visit->request, kept[i]))));
	return buf_str(&url);
}

enum counting {
	COUNT_NOW,
	COUNT_LATER,
	COUNT_NEVER, /* its filter cannot be understood */
};

static enum status count(struct visit *visit, struct connection *connection, const struct type *type,
			 const struct view *view, struct pick_view *pick)
{
	enum status status = read_count_shown(visit->kernel, connection, visit->arena, visit->actor, type, view->filter,
					      visit->now, &pick->count, &visit->error);

	if (status)
		return status;
	pick->words = words_count(&visit->h, pick->count);
	pick->bad = pick->count > 0 && view->filter && speaks_of(view->filter->root, QUERY_CLOCK);
	return OK;
}

static enum status add_pick(struct drawing *drawing, const struct view *view, bool saved, enum counting counting)
{
	const struct list_state *state = drawing->state;
	struct visit *visit = state->visit;
	struct pick_view pick = {.name = words_of(visit, &view->label),
				 .url = view_url(state, view, saved),
				 .count = -1,
				 .current = view == state->view};
	enum status status = OK;

	if (counting == COUNT_LATER) {
		pick.later = view->name;
		drawing->later = true;
	} else if (counting == COUNT_NOW) {
		status = count(visit, drawing->connection, state->type, view, &pick);
	}
	if (status)
		return status;
	if (pick.current && counting == COUNT_NOW)
		*drawing->total = pick.count;
	drawing->picks[drawing->groups[drawing->count].count++] = pick;
	return OK;
}

static enum status add_declared(struct drawing *drawing)
{
	static const char *const titles[VIEW_GROUPS] = {N_("Mine"), N_("My groups"), N_("Everyone’s")};
	const struct list_state *state = drawing->state;
	const struct type *type = state->type;
	enum status status = OK;

	for (int g = 0; g < VIEW_GROUPS && !status; g++) {
		begin_group(drawing, label(&state->visit->h, titles[g]));
		for (size_t i = 0; i < type->view_count && !status; i++)
			if ((int)group_of(type->views[i]) == g && list_view_is_open(state->visit, type->views[i]))
				status = add_pick(drawing, type->views[i], false, COUNT_NOW);
		end_group(drawing);
	}
	return status;
}

static bool can_be_counted(const struct visit *visit, const struct saved_view *saved)
{
	return !saved->filter.n || (saved->view.filter && list_view_is_open(visit, &saved->view));
}

static enum status add_saved(struct drawing *drawing, const struct saved_view *saved)
{
	const struct list_state *state = drawing->state;

	return add_pick(drawing, &saved->view, true,
			!can_be_counted(state->visit, saved) ? COUNT_NEVER
			: &saved->view == state->view        ? COUNT_NOW
							     : COUNT_LATER);
}

/* Those that nobody else sees, or all of one role or group, at the first of them. */
static enum status add_shared(struct drawing *drawing, size_t first)
{
	const struct list_state *state = drawing->state;
	int64_t with = state->saved[first].shared.with;
	enum status status = OK;

	for (size_t i = 0; i < first; i++)
		if (state->saved[i].shared.with == with)
			return OK; /* stands already */
	begin_group(drawing, with ? state->saved[first].shared.with_words : label(&state->visit->h, N_("Saved by me")));
	for (size_t i = first; i < state->saved_count && !status; i++)
		if (state->saved[i].shared.with == with)
			status = add_saved(drawing, &state->saved[i]);
	end_group(drawing);
	return status;
}

enum status list_draw_views(const struct list_state *state, struct connection *connection, int64_t *total)
{
	struct arena *arena = state->visit->arena;
	struct drawing drawing = {
	    .state = state,
	    .connection = connection,
	    .total = total,
	    .groups = arena_many(arena, struct pick_group, VIEW_GROUPS + state->saved_count + 1),
	    .picks = arena_many(arena, struct pick_view, state->type->view_count + state->saved_count + 1)};
	enum status status = add_declared(&drawing);

	for (size_t i = 0; i < state->saved_count && !status; i++)
		status = add_shared(&drawing, i);
	if (!status)
		draw_views(&state->visit->h, drawing.groups, drawing.count,
			   drawing.later ? str_format(arena, "/%.*s/counts", STR_ARG(state->type->collection)) : S(""));
	return status;
}

/* --- the counts that are told later --- */

static void add_told(struct buf *json, const struct view *view, const struct pick_view *pick)
{
	if (json->n > 1)
		buf_add_char(json, ',');
	buf_add_json_string(json, view->name);
	buf_add_c(json, ":{\"words\":");
	buf_add_json_string(json, pick->words);
	buf_format(json, ",\"bad\":%s}", pick->bad ? "true" : "false");
}

static void add_late(struct visit *visit, struct buf *json, const struct view *view)
{
	if (json->n > 1)
		buf_add_char(json, ',');
	buf_add_json_string(json, view->name);
	buf_add_c(json, ":{\"words\":\"\xe2\x80\x93\",\"bad\":false,\"late\":");
	buf_add_json_string(json, label(&visit->h, N_("Takes too long to be counted beside the list")));
	buf_add_char(json, '}');
}

/* Those that are told in time, and of the others that they are not: all together have the patience of one. */
static enum status tell_counts(struct visit *visit, struct connection *connection, const struct type *type,
			       struct buf *json)
{
	int64_t left = visit_patience(visit);
	instant end = time_now() + left;
	struct saved_view *saved;
	size_t saved_count;
	enum status status = saved_views_read(visit, connection, type, &saved, &saved_count);

	for (size_t i = 0; i < saved_count && !status; i++) {
		struct pick_view pick = {0};

		if (!can_be_counted(visit, &saved[i]))
			continue;
		store_reader_hurry(connection, left);
		if (left > 0 && !(status = count(visit, connection, type, &saved[i].view, &pick))) {
			add_told(json, &saved[i].view, &pick);
		} else if (left <= 0 || store_took_too_long(&visit->error)) {
			add_late(visit, json, &saved[i].view);
			error_clear(&visit->error);
			status = OK;
		}
		left = status ? left : end - time_now();
	}
	return status;
}

static enum status answer_counts(struct visit *visit)
{
	const struct type *type =
	    map_get(&visit->kernel->model->types_by_collection, http_parameter(visit->request, "collection"));
	struct buf json = buf_new(visit->arena);
	READER connection = NULL;
	enum status status;

	if (!type || !access_reads_type(visit->kernel, visit->actor, type))
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
	buf_add_char(&json, '{');
	if ((status = visit_reader(visit, &connection)) || (status = tell_counts(visit, connection, type, &json)))
		return status;
	buf_add_char(&json, '}');
	http_body(visit->response, "application/json", buf_str(&json));
	return OK;
}

void page_counts(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = answer_counts(&visit)))
		visit_refuse(&visit, status);
}

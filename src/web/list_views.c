/* The views at the left of a list, with their counts: the model's, and those that people saved. */
#include "web/list_state.h"

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

static struct str view_url(const struct list_state *state, const struct view *view)
{
	static const char *const kept[] = {"as", "month", "week"};
	struct visit *visit = state->visit;
	struct buf url = buf_new(visit->arena);

	buf_format(&url, "/%.*s?view=%.*s", STR_ARG(state->type->collection), STR_ARG(view->name));
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		if (http_query(visit->request, kept[i]).n)
			buf_format(&url, "&%s=%.*s", kept[i],
				   STR_ARG(url_part(visit->arena, http_query(visit->request, kept[i]))));
	return buf_str(&url);
}

/* unread: its filter cannot be understood, so there is nothing to be counted. */
static enum status add_pick(struct drawing *drawing, const struct view *view, bool unread)
{
	const struct list_state *state = drawing->state;
	struct visit *visit = state->visit;
	struct pick_view pick = {.name = words_of(visit, &view->label),
				 .url = view_url(state, view),
				 .count = -1,
				 .current = view == state->view};
	enum status status = OK;

	if (!unread)
		status = read_count_shown(visit->kernel, drawing->connection, visit->arena, visit->actor, state->type,
					  view->filter, visit->now, &pick.count, &visit->error);
	if (status)
		return status;
	if (!unread)
		pick.words = words_count(&visit->h, pick.count);
	if (pick.current && !unread)
		*drawing->total = pick.count;
	pick.bad = pick.count > 0 && view->filter && speaks_of(view->filter->root, QUERY_CLOCK);
	drawing->picks[drawing->groups[drawing->count].count++] = pick;
	return OK;
}

static enum status add_declared(struct drawing *drawing)
{
	static const char *const titles[VIEW_GROUPS] = {N_("Mine"), N_("My groups"), N_("All")};
	const struct list_state *state = drawing->state;
	const struct type *type = state->type;
	enum status status = OK;

	for (int g = 0; g < VIEW_GROUPS && !status; g++) {
		begin_group(drawing, label(&state->visit->h, titles[g]));
		for (size_t i = 0; i < type->view_count && !status; i++)
			if ((int)group_of(type->views[i]) == g && list_view_is_open(state->visit, type->views[i]))
				status = add_pick(drawing, type->views[i], false);
		end_group(drawing);
	}
	return status;
}

static enum status add_saved(struct drawing *drawing, const struct saved_view *saved)
{
	bool unread =
	    saved->filter.n && (!saved->view.filter || !list_view_is_open(drawing->state->visit, &saved->view));

	return add_pick(drawing, &saved->view, unread);
}

/* Those that nobody else sees, or all of one role or group, at the first of them. */
static enum status add_shared(struct drawing *drawing, size_t first)
{
	const struct list_state *state = drawing->state;
	int64_t with = state->saved[first].shared_with;
	enum status status = OK;

	for (size_t i = 0; i < first; i++)
		if (state->saved[i].shared_with == with)
			return OK; /* stands already */
	begin_group(drawing, with ? state->saved[first].shared_words : label(&state->visit->h, N_("Saved by me")));
	for (size_t i = first; i < state->saved_count && !status; i++)
		if (state->saved[i].shared_with == with)
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
		draw_views(&state->visit->h, drawing.groups, drawing.count);
	return status;
}

#include "insight/dashboards.h"

#include <stdio.h>

struct dashboard_reader {
	struct arena *arena;
	const struct model *model;
	const struct figures *figures;
	struct dashboard *items;
	size_t count;
	struct error *error;
	enum status status;
};

static void fault(struct dashboard_reader *reader, const struct node *node, const char *message, struct str argument)
{
	char at[300];

	snprintf(at, sizeof(at), "%s:%u", node->place.file ? node->place.file : "model", node->place.line);
	reader->status = error_fail(reader->error, E_INVALID, at, "dashboard", message, str_c(reader->arena, argument));
}

static struct str text_in(const struct node *mapping, const char *key)
{
	const struct node *node = node_get(mapping, key);

	return node && node->kind == NODE_SCALAR ? node->text : S("");
}

static bool is_list(const struct node *node)
{
	return node && node->kind == NODE_SEQUENCE;
}

static void check_keys(struct dashboard_reader *reader, const struct node *mapping, const char *known)
{
	for (size_t i = 0; i < mapping->count; i++) {
		struct str rest = str_of(known), word;
		bool found = false;

		while (!found && str_cut(&rest, ' ', &word))
			found = str_eq(word, mapping->keys[i]);
		if (!found)
			fault(reader, mapping->items[i], N_("A dashboard has no \"%s\""), mapping->keys[i]);
	}
}

static bool is_shown(const struct dashboard *dashboard, const struct figure *figure)
{
	for (size_t i = 0; i < dashboard->tile_count; i++)
		if (str_eq(dashboard->tiles[i].figure->name, figure->name))
			return true;
	return false;
}

/* Nothing is said: `otherwise` in both languages. */
static struct label words_in(const struct node *node, const char *key, struct str otherwise)
{
	const struct node *label = node_get(node, key);

	return (struct label){.text[ENGLISH] = label ? text_in(label, "en") : otherwise,
			      .text[JAPANESE] = label ? text_in(label, "ja") : otherwise};
}

static void read_tile(struct dashboard_reader *reader, struct dashboard *dashboard, const struct node *node)
{
	struct str code = text_in(node, "figure"), each = text_in(node, "each"), as = text_in(node, "as");
	struct tile tile = {.period = text_in(node, "period"), .wide = str_is(text_in(node, "wide"), "true")};
	struct figure_span_words words = {.period = tile.period, .fiscal_month = 4};
	struct figure_span span;
	struct error ignored = {0};

	tile.heads = words_in(node, "heads", S(""));
	check_keys(reader, node, "figure each period as wide heads");
	tile.figure = figures_by_code(reader->figures, reader->model, code);
	tile.pareto = str_is(as, "pareto");
	if (!tile.figure)
		fault(reader, node, N_("There is no figure \"%s\""), code);
	else if (is_shown(dashboard, tile.figure)) /* pages name a tile by its figure */
		fault(reader, node, N_("The figure \"%s\" is shown twice"), code);
	else if (each.n && (!figure_each_parse(each, &tile.each) || !tile.figure->period))
		fault(reader, node, N_("The figure \"%s\" has no rows of time"), code);
	else if (as.n && (!tile.pareto || !tile.figure->by || each.n))
		fault(reader, node, N_("The figure \"%s\" cannot be drawn like that"), code);
	else if (tile.period.n && figure_span_read(&words, zone_open(S("UTC")), 0, &span, &ignored))
		fault(reader, node, N_("There is no period \"%s\""), tile.period);
	else
		dashboard->tiles[dashboard->tile_count++] = tile;
}

/* Roles of the process itself by their short names, of others as process.role. */
static const struct role *role_of(struct dashboard_reader *reader, const struct process *process, struct str name)
{
	struct str full = str_format(reader->arena, "%.*s.%.*s", STR_ARG(process->name), STR_ARG(name));
	const struct role *role = map_get(&reader->model->roles_by_name, full);

	return role ? role : map_get(&reader->model->roles_by_name, name);
}

static void read_roles(struct dashboard_reader *reader, struct dashboard *dashboard, const struct node *list)
{
	dashboard->roles = arena_many(reader->arena, const struct role *, is_list(list) ? list->count : 1);
	for (size_t i = 0; is_list(list) && i < list->count; i++) {
		const struct role *role = role_of(reader, dashboard->process, list->items[i]->text);

		if (role)
			dashboard->roles[dashboard->role_count++] = role;
		else
			fault(reader, list->items[i], N_("There is no role \"%s\""), list->items[i]->text);
	}
}

static void read_dashboard(struct dashboard_reader *reader, const struct process *process, struct str name,
			   const struct node *node)
{
	struct dashboard *dashboard = &reader->items[reader->count++];
	const struct dashboards before = {reader->items, reader->count - 1};
	const struct node *tiles = node_get(node, "tiles");

	*dashboard = (struct dashboard){.name = name, .process = process, .narrow = text_in(node, "narrow")};
	if (dashboards_find(&before, name))
		fault(reader, node, N_("The dashboard \"%s\" is declared twice"), name);
	check_keys(reader, node, "label default_for otherwise narrow glance tiles");
	dashboard->label = words_in(node, "label", name);
	read_roles(reader, dashboard, node_get(node, "default_for"));
	dashboard->glance = str_is(text_in(node, "glance"), "true");
	dashboard->otherwise = str_is(text_in(node, "otherwise"), "true");
	if (!is_list(tiles) || !tiles->count) {
		fault(reader, node, N_("The dashboard \"%s\" needs tiles"), name);
		return;
	}
	dashboard->tiles = arena_many(reader->arena, struct tile, tiles->count);
	for (size_t i = 0; i < tiles->count; i++)
		read_tile(reader, dashboard, tiles->items[i]);
}

enum status dashboards_load(struct arena *arena, const struct model *model, const struct figures *figures,
			    struct dashboards *dashboards, struct error *error)
{
	struct dashboard_reader reader = {.arena = arena, .model = model, .figures = figures, .error = error};
	size_t most = 0;

	for (size_t i = 0; i < model->process_count; i++)
		most += model->processes[i]->dashboards ? model->processes[i]->dashboards->count : 0;
	reader.items = arena_many(arena, struct dashboard, most + 1);
	for (size_t p = 0; p < model->process_count; p++) {
		const struct process *process = model->processes[p];
		const struct node *declared = process->dashboards;

		for (size_t i = 0; declared && declared->kind == NODE_MAPPING && i < declared->count; i++)
			read_dashboard(&reader, process, declared->keys[i], declared->items[i]);
	}
	*dashboards = (struct dashboards){reader.items, reader.count};
	return reader.status;
}

const struct dashboard *dashboards_find(const struct dashboards *dashboards, struct str name)
{
	for (size_t i = 0; i < dashboards->count; i++)
		if (str_eq(dashboards->items[i].name, name))
			return &dashboards->items[i];
	return NULL;
}

const struct dashboard *dashboards_for(const struct dashboards *dashboards, const struct actor *actor)
{
	for (size_t i = 0; i < dashboards->count; i++)
		for (size_t r = 0; r < dashboards->items[i].role_count; r++)
			if (actor_has_role(actor, dashboards->items[i].roles[r]))
				return &dashboards->items[i];
	for (size_t i = 0; i < dashboards->count; i++)
		if (dashboards->items[i].otherwise)
			return &dashboards->items[i];
	return dashboards->count ? &dashboards->items[0] : NULL;
}

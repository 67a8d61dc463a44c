#include "web/dashboard_own.h"

#include "record/access.h"

enum { OWN_MOST = 40 };

const struct type *own_dashboards_type(const struct visit *visit)
{
	return visit->kernel->model->acting[ACTS_DASHBOARD];
}

bool own_dashboards_may_make(const struct visit *visit)
{
	const struct type *type = own_dashboards_type(visit);

	return type && visit_has_dashboards(visit) &&
	       access_may(visit->kernel, visit->actor, type, ACCESS_CREATE, NULL);
}

static void take(struct visit *visit, const struct record *record, struct own_dashboard *own)
{
	const struct surface *surface = visit->request->context;
	struct str name = record_text_of(record, "name");

	*own = (struct own_dashboard){.shared = shared_of(visit, record)};
	own_tiles_read(visit->arena, visit->kernel->model, surface->figures, record_named(record, "tiles"),
		       &own->tiles);
	own->dashboard = (struct dashboard){.name = number_text(visit, record->identity),
					    .label = {{name, name}},
					    .narrow = record_text_of(record, "narrow"),
					    .tiles = own->tiles.items,
					    .tile_count = own->tiles.count};
}

enum status own_dashboards_read(struct visit *visit, struct connection *connection, struct own_dashboards *dashboards)
{
	struct show show = show_new(visit);
	struct list_result found;
	struct own_dashboard *items;
	enum status status = shared_read(visit, connection, own_dashboards_type(visit), S(""), OWN_MOST, &found);

	*dashboards = (struct own_dashboards){0};
	if (status)
		return status;
	items = arena_many(visit->arena, struct own_dashboard, found.count + 1);
	for (size_t i = 0; i < found.count; i++) {
		take(visit, found.records[i], &items[i]);
		shared_need(&show, &items[i].shared);
	}
	if ((status = show_look_up(&show, connection)))
		return status;
	for (size_t i = 0; i < found.count; i++)
		shared_take_words(&show, &items[i].shared);
	*dashboards = (struct own_dashboards){items, found.count};
	return OK;
}

const struct own_dashboard *own_dashboards_named(const struct own_dashboards *dashboards, struct str number)
{
	for (size_t i = 0; i < dashboards->count; i++)
		if (str_eq(dashboards->items[i].dashboard.name, number))
			return &dashboards->items[i];
	return NULL;
}

const struct own_dashboard *own_dashboards_first(const struct own_dashboards *dashboards)
{
	const struct own_dashboard *first = NULL;

	for (size_t i = 0; i < dashboards->count; i++)
		if (shared_opens(&dashboards->items[i].shared) > (first ? shared_opens(&first->shared) : 0))
			first = &dashboards->items[i];
	return first;
}

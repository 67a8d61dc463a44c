#include "web/dashboard_own.h"

#include "record/access.h"

enum { OWN_MOST = 40, NAMED_MOST = 200 };

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

static struct str text_of(const struct record *record, const char *name)
{
	struct value value = record_named(record, name);

	return value.kind == VALUE_TEXT ? value.text : (struct str){0};
}

static int64_t named(const struct record *record, const char *name)
{
	struct value value = record_named(record, name);

	return value.kind == VALUE_RECORD ? value.number : 0;
}

static bool is_set(const struct record *record, const char *name)
{
	struct value value = record_named(record, name);

	return value.kind == VALUE_BOOLEAN && value.boolean;
}

static void take(struct visit *visit, const struct record *record, struct own_dashboard *own)
{
	const struct surface *surface = visit->request->context;
	struct str name = text_of(record, "name");

	*own = (struct own_dashboard){
	    .identity = record->identity,
	    .version = record->version,
	    .owner = named(record, "owner"),
	    .shared_with = named(record, "role"),
	    .may_change = access_may(visit->kernel, visit->actor, record->type, ACCESS_EDIT, record),
	    .first_for_all = is_set(record, "first_for_all"),
	};
	if (!own->shared_with)
		own->shared_with = named(record, "group");
	own->own = own->owner == visit->actor->person;
	own->first = own->own && is_set(record, "first");
	own_tiles_read(visit->arena, visit->kernel->model, surface->figures, record_named(record, "tiles"),
		       &own->tiles);
	own->dashboard = (struct dashboard){.name = number_text(visit, record->identity),
					    .label = {{name, name}},
					    .narrow = text_of(record, "narrow"),
					    .tiles = own->tiles.items,
					    .tile_count = own->tiles.count};
}

static void add_numbers(struct visit *visit, struct buf *filter, const char *field, const int64_t *numbers,
			size_t count)
{
	for (size_t i = 0; i < count && i < NAMED_MOST; i++)
		buf_format(filter, "%s\"%.*s\"",
			   i ? ", " : str_c(visit->arena, str_format(visit->arena, " or %s in (", field)),
			   STR_ARG(number_text(visit, numbers[i])));
	buf_add_c(filter, count ? ")" : "");
}

/* Whoever looks after the system may read all of them as records; here stands what concerns a person. */
static struct str concerning(struct visit *visit)
{
	const struct actor *actor = visit->actor;
	struct buf filter = buf_new(visit->arena);

	buf_add_c(&filter, "state = kept and (owner = me");
	add_numbers(visit, &filter, "role", actor->held, actor->held_count);
	buf_add_c(&filter, actor->group_count ? " or group in my.groups)" : ")");
	return buf_str(&filter);
}

static enum status find(struct visit *visit, struct connection *connection, struct list_result *found)
{
	const struct type *type = own_dashboards_type(visit);
	struct list_request request = {.type = type,
				       .limit = OWN_MOST,
				       .as_of = INSTANT_NONE,
				       .now = visit->now,
				       .japanese = visit->h.language == JAPANESE};
	struct sort *sort;
	enum status status;

	*found = (struct list_result){0};
	if (!type || !actor_is_staff(visit->actor) || !access_reads_type(visit->kernel, visit->actor, type))
		return OK;
	if ((status = query_parse(visit->arena, type->query, concerning(visit), &request.filter, &visit->error)) ||
	    (status = sort_parse(visit->arena, type, S("name"), &sort, &request.sort_count, &visit->error)))
		return status;
	request.sort = sort;
	return read_list(visit->kernel, connection, visit->arena, visit->actor, &request, found, &visit->error);
}

enum status own_dashboards_read(struct visit *visit, struct connection *connection, struct own_dashboards *dashboards)
{
	struct show show = show_new(visit);
	struct list_result found;
	struct own_dashboard *items;
	enum status status = find(visit, connection, &found);

	*dashboards = (struct own_dashboards){0};
	if (status)
		return status;
	items = arena_many(visit->arena, struct own_dashboard, found.count + 1);
	for (size_t i = 0; i < found.count; i++) {
		take(visit, found.records[i], &items[i]);
		show_need_identity(&show, items[i].shared_with);
		show_need_identity(&show, items[i].owner);
	}
	if ((status = show_look_up(&show, connection)))
		return status;
	for (size_t i = 0; i < found.count; i++) {
		items[i].shared_words = show_name(&show, items[i].shared_with);
		items[i].owner_words = show_name(&show, items[i].owner);
	}
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
	for (size_t i = 0; i < dashboards->count; i++)
		if (dashboards->items[i].first)
			return &dashboards->items[i];
	for (size_t i = 0; i < dashboards->count; i++)
		if (dashboards->items[i].first_for_all && dashboards->items[i].shared_with)
			return &dashboards->items[i];
	return NULL;
}

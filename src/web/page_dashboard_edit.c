/* /dashboard/edit: a dashboard of one's own. ?name= one that is there, ?from= another as a start; neither: an empty
 * one.
 *
 * What one arranges stands in the form alone: each button of it gives the form back as it then is, until it is kept. */
#include <string.h>

#include "record/access.h"
#include "record/record.h"
#include "web/arranging.h"
#include "web/pages.h"

/* --- what it begins with --- */

const struct field *arranging_field(const struct arranging *a, const char *name)
{
	return type_field(own_dashboards_type(a->visit), str_of(name));
}

bool arranging_may_see(const struct arranging *a, const struct figure *figure)
{
	return access_reads_type(a->visit->kernel, a->visit->actor, figure->type);
}

bool arranging_has(const struct arranging *a, const struct figure *figure)
{
	for (size_t i = 0; i < a->tiles.count; i++)
		if (a->tiles.items[i].figure == figure)
			return true;
	return false;
}

/* A copy has what its maker may see; a dashboard that is changed keeps all. */
static void take_start(struct arranging *a, const struct dashboard *start)
{
	a->narrow = start->narrow;
	for (size_t i = 0; i < start->tile_count; i++)
		if (arranging_may_see(a, start->tiles[i].figure))
			own_tiles_add(&a->tiles, start->tiles[i]);
	a->sharing.name = phrase(&a->visit->h, N_("%s, my version"), words_of(a->visit, &start->label));
}

static void take_base(struct arranging *a)
{
	const struct own_dashboard *base = a->base;

	a->tiles = base->tiles;
	a->narrow = base->dashboard.narrow;
	a->version = base->shared.version;
	sharing_begin(a->visit, &base->shared, base->dashboard.label.text[ENGLISH], &a->sharing);
}

static enum status no_such(struct visit *visit)
{
	return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
}

static enum status begin(struct arranging *a, struct connection *connection)
{
	struct visit *visit = a->visit;
	const struct surface *surface = visit->request->context;
	struct str name = http_query(visit->request, "name"), from = http_query(visit->request, "from");
	const struct own_dashboard *other;
	const struct dashboard *start;
	enum status status;

	a->figures = surface->figures;
	a->sharing =
	    (struct sharing){.first_words = N_("My dashboard opens with it"),
			     .first_for_all_words = N_("The dashboard of all with whom it is shared opens with it")};
	if (!own_dashboards_may_make(visit))
		return no_such(visit);
	if ((status = own_dashboards_read(visit, connection, &a->all)))
		return status;
	a->base = name.n ? own_dashboards_named(&a->all, name) : NULL;
	if (name.n && (!a->base || !a->base->shared.may_change))
		return no_such(visit);
	other = from.n ? own_dashboards_named(&a->all, from) : NULL;
	start = other ? &other->dashboard : from.n ? dashboards_find(surface->dashboards, from) : NULL;
	if (from.n && !start)
		return no_such(visit);
	if (a->base)
		take_base(a);
	else if (start)
		take_start(a, start);
	return OK;
}

static enum status ask(struct visit *visit)
{
	struct arranging *a = arena_one(visit->arena, struct arranging);
	READER connection = NULL;
	enum status status;

	a->visit = visit;
	if ((status = visit_reader(visit, &connection)) || (status = begin(a, connection)))
		return status;
	return arranging_show(a, connection);
}

void page_dashboard_edit(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = ask(&visit)))
		visit_refuse(&visit, status);
}

/* --- what was posted --- */

static void set(struct arranging *a, const char *name, struct value value)
{
	const struct field *field = arranging_field(a, name);

	if (field)
		a->inputs[a->count++] = (struct field_input){field, value};
}

static enum status set_all(struct arranging *a, struct connection *connection)
{
	struct visit *visit = a->visit;
	const struct field *tiles = arranging_field(a, "tiles");
	struct value rows;
	enum status status;

	if (!tiles)
		return no_such(visit);
	if ((status = field_parse(visit->kernel, connection, visit->arena, tiles,
				  own_tiles_write(visit->arena, &a->tiles), visit->h.zone, &rows, &visit->error)))
		return status;
	sharing_inputs(visit, own_dashboards_type(visit), &a->sharing, a->inputs, &a->count);
	set(a, "tiles", rows);
	set(a, "narrow", a->narrow.n ? value_text(a->narrow) : (struct value){0});
	return OK;
}

static void saved(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	struct arranging *a = data;
	READER connection = NULL;
	struct error error = {0};

	a->visit = visit;
	for (size_t i = 0; i < visit->error.count; i++) /* of several edits the first is this one */
		if (!strncmp(visit->error.items[i].field, "0.", 2))
			visit->error.items[i].field += 2;
	if (!status) {
		visit_go(visit, batch->requests[0].transition
				    ? S("/dashboard")
				    : str_format(visit->arena, "/dashboard?name=%.*s",
						 STR_ARG(number_text(visit, batch->results[0].record))));
		return;
	}
	visit_release(visit);
	if ((status != E_INVALID && status != E_STALE) || kernel_reader(visit->kernel, &connection, &error) ||
	    arranging_show(a, connection))
		visit_refuse(visit, status);
}

/* There is one first one: another that was is so no longer. */
static size_t add_former_first(struct arranging *a, struct edit_request *requests)
{
	struct field_input *no = arena_one(a->visit->arena, struct field_input);
	size_t count = 0;

	*no = (struct field_input){arranging_field(a, "first"), value_boolean(false)};
	for (size_t i = 0; a->sharing.first && no->field && i < a->all.count; i++)
		if (a->all.items[i].shared.first && &a->all.items[i] != a->base)
			requests[count++] = (struct edit_request){.type = own_dashboards_type(a->visit),
								  .record = a->all.items[i].shared.identity,
								  .fields = no,
								  .field_count = 1,
								  .via = VIA_WEB,
								  .at = INSTANT_NONE};
	return count;
}

static struct edit_batch *batch_of(struct arranging *a, bool removes)
{
	struct visit *visit = a->visit;
	const struct type *type = own_dashboards_type(visit);
	struct edit_batch *batch = arena_one(visit->arena, struct edit_batch);
	struct edit_request *requests = arena_many(visit->arena, struct edit_request, a->all.count + 1);

	requests[0] = (struct edit_request){.type = type,
					    .record = a->base ? a->base->shared.identity : 0,
					    .if_version = a->base ? a->version : 0,
					    .transition = removes ? type_transition(type, S("remove")) : NULL,
					    .fields = a->inputs,
					    .field_count = removes ? 0 : a->count,
					    .via = VIA_WEB,
					    .at = INSTANT_NONE};
	*batch = (struct edit_batch){.actor = visit->actor,
				     .requests = requests,
				     .count = 1 + (removes ? 0 : add_former_first(a, requests + 1)),
				     .results = arena_many(visit->arena, struct edit_result, a->all.count + 1)};
	return batch;
}

static enum status take_up(struct visit *visit)
{
	struct arranging *a = arena_one(visit->arena, struct arranging);
	struct str deed = http_form_value(&visit->form, "do");
	bool removes = str_is(deed, "remove");
	READER connection = NULL;
	enum status status;

	a->visit = visit;
	if ((status = visit_reader(visit, &connection)) || (status = begin(a, connection)))
		return status;
	arranging_read(a);
	if (removes && !a->base)
		return no_such(visit);
	if (deed.n && !removes && !str_is(deed, "save")) {
		arranging_press(a, deed);
		return arranging_show(a, connection);
	}
	if ((a->notice.n || a->asked_fault.n || a->untitled.n) && !removes)
		return arranging_show(a, connection);
	if (!removes && (status = set_all(a, connection)))
		return status;
	visit_edit(visit, batch_of(a, removes), saved, a);
	return OK;
}

void post_dashboard_edit(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (!visit_start_form(&visit, request, response))
		return;
	if ((status = take_up(&visit)))
		visit_refuse(&visit, status);
}

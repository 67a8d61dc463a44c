/* What can be ordered: all of it, and one thing with what it is and the way to order it. */
#include "record/access.h"
#include "web/markdown.h"
#include "web/pages.h"
#include "web/portal.h"

enum { OFFERS = 200 };

/* Where an offer is ordered: the ticket that names it. NULL: nowhere. */
static const struct type *ordered_by(const struct visit *visit, const struct type *offer)
{
	const struct model *model = visit->kernel->model;

	for (size_t i = 0; i < model->type_count; i++) {
		const struct portal *portal = model->types[i]->portal;

		if (portal && portal->part == PORTAL_TICKET && portal->slots[SLOT_OFFER] &&
		    portal->slots[SLOT_OFFER]->to == offer &&
		    access_may(visit->kernel, visit->actor, model->types[i], ACCESS_CREATE, NULL))
			return model->types[i];
	}
	return NULL;
}

static bool is_in_group(const struct record *offer, const struct choice *group)
{
	struct value value = portal_value(offer, SLOT_GROUP);

	return group ? value.kind == VALUE_CHOICE && str_eq(value.text, group->code) : value.kind != VALUE_CHOICE;
}

/* The offers of one group under its name; group NULL: those of none. */
static void draw_group(struct visit *visit, const struct list_result *offers, const struct choice *group)
{
	struct html *h = &visit->h;
	struct tile_view *tiles = arena_many(visit->arena, struct tile_view, offers->count + 1);
	size_t count = 0;

	for (size_t i = 0; i < offers->count; i++)
		if (is_in_group(offers->records[i], group))
			tiles[count++] = portal_tile(visit, offers->records[i]);
	if (!count)
		return;
	html(h, "<section><h2>%t</h2>", group ? words_of(visit, &group->label) : label(h, N_("Further services")));
	draw_tiles(h, tiles, count);
	html(h, "</section>");
}

static enum status draw_type(struct visit *visit, struct connection *connection, const struct type *type, size_t *count)
{
	struct portal_wish wish = {.type = type, .when = WHEN_SHOWN, .limit = OFFERS};
	const struct field *group = type->portal->slots[SLOT_GROUP];
	struct list_result offers;
	enum status status = portal_list(visit, connection, &wish, &offers);

	if (status)
		return status;
	*count += offers.count;
	for (size_t i = 0; group && group->choices && i < group->choices->count; i++)
		draw_group(visit, &offers, &group->choices->choices[i]);
	draw_group(visit, &offers, NULL);
	return OK;
}

static enum status draw_catalogue(struct visit *visit, struct connection *connection)
{
	const struct type **types = arena_many(visit->arena, const struct type *, visit->kernel->model->type_count);
	size_t type_count = portal_types(visit, PORTAL_OFFER, types), count = 0;

	html(&visit->h, "<div class='phead'><h1>%t</h1></div>", visit->page.title);
	for (size_t i = 0; i < type_count; i++) {
		enum status status = draw_type(visit, connection, types[i], &count);

		if (status)
			return status;
	}
	if (!count)
		html(&visit->h, "<p>%l <a href='/portal'>%l</a></p>", N_("Nothing can be ordered here yet."),
		     N_("To the portal"));
	return OK;
}

void page_portal_catalogue(struct http_request *request, struct http_response *response)
{
	portal_page(request, response, N_("All services"), draw_catalogue);
}

/* --- one --- */

static enum status draw_offer(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	struct markdown_options markdown = {.heading = 2};
	const struct type *ticket;
	struct record *offer;
	enum status status = portal_record(visit, connection, PORTAL_OFFER, &offer);

	if (status)
		return status;
	ticket = ordered_by(visit, offer->type);
	html(h, "<article class='particle'><div class='phead'><h1>%t</h1></div><div class='body'>",
	     show_title(visit, offer));
	markdown_draw(h, portal_text(visit, offer, SLOT_TEXT, SLOT_TEXT_JA), &markdown);
	html(h, "</div></article><p class='btns wayon'>");
	if (ticket)
		html(h, "<a class='btn main big' href='/%p/new?%p=%p'>%l</a>", ticket->collection,
		     ticket->portal->slots[SLOT_OFFER]->name, number_text(visit, offer->identity), N_("Order"));
	html(h, "<a class='btn quiet' href='/portal/catalogue'>%l</a></p>", N_("All services"));
	return OK;
}

void page_portal_offer(struct http_request *request, struct http_response *response)
{
	portal_page(request, response, N_("To be ordered"), draw_offer);
}

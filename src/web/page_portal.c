/* The portal's first page: one question, what can be ordered, what is open, and how the services are. */
#include "record/access.h"
#include "web/pages.h"
#include "web/portal.h"

enum { TILES = 8, OWN = 8, OFTEN = 3 };

/* --- what one can do here --- */

static enum icon icon_of(const struct type *type)
{
	return type->portal->slots[SLOT_OFFER] || !type_lead_clock(type).n ? ICON_MESSAGE : ICON_ALERT;
}

static size_t add_reports(struct visit *visit, bool in_time, struct tile_view *tiles, size_t added)
{
	const struct type **types = arena_many(visit->arena, const struct type *, visit->kernel->model->type_count);
	size_t count = portal_types(visit, PORTAL_TICKET, types);

	for (size_t i = 0; i < count && added < TILES; i++)
		if (types[i]->portal->ask_count && in_time == (type_lead_clock(types[i]).n > 0) &&
		    access_may(visit->kernel, visit->actor, types[i], ACCESS_CREATE, NULL))
			tiles[added++] = (struct tile_view){
			    .icon = icon_of(types[i]),
			    .title = words_of(visit, &types[i]->portal->label),
			    .second = words_of(visit, &types[i]->portal->hint),
			    .url = str_format(visit->arena, "/portal/report/%.*s", STR_ARG(types[i]->collection))};
	return added;
}

static enum status draw_choices(struct visit *visit, struct connection *connection)
{
	const struct type **types = arena_many(visit->arena, const struct type *, visit->kernel->model->type_count);
	size_t offers = portal_types(visit, PORTAL_OFFER, types), count;
	struct tile_view tiles[TILES];
	struct html *h = &visit->h;

	/* What is answered within a time comes first: trouble before ideas. */
	count = add_reports(visit, true, tiles, 0);
	count = add_reports(visit, false, tiles, count);
	for (size_t i = 0; i < offers && count < TILES; i++) {
		struct portal_wish wish = {.type = types[i], .when = WHEN_SHOWN, .limit = TILES - count};
		struct list_result result;
		enum status status = portal_list(visit, connection, &wish, &result);

		if (status)
			return status;
		for (size_t r = 0; r < result.count; r++)
			tiles[count++] = portal_tile(visit, result.records[r]);
	}
	html(h, "<section aria-labelledby='choose'>");
	draw_portal_heading(h, S("choose"), label(h, N_("Choose a service")), offers ? S("/portal/catalogue") : S(""),
			    label(h, N_("All services")));
	draw_tiles(h, tiles, count);
	html(h, "</section>");
	return OK;
}

/* --- mine --- */

static enum status draw_mine(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	struct ticket_view *tickets;
	size_t count;
	enum status status = portal_tickets(visit, connection, TICKETS_OPEN, OWN, &tickets, &count);

	if (status)
		return status;
	html(h, "<section aria-labelledby='mine'>");
	draw_portal_heading(h, S("mine"), label(h, N_("My requests")), S("/portal/requests"),
			    label(h, N_("Earlier requests")));
	if (count)
		draw_tickets(h, tickets, count);
	else
		html(h, "<p class='sub'>%l</p>", N_("You have nothing open with us at the moment."));
	html(h, "</section>");
	return OK;
}

/* What others wait for stands before what is one's own. */
static enum status draw_decisions(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	struct ticket_view *tickets;
	size_t count;
	enum status status = portal_decisions(visit, connection, OWN, &tickets, &count);

	if (status || !count)
		return status;
	html(h, "<section aria-labelledby='decide'>");
	draw_portal_heading(h, S("decide"),
			    phrase_count(h, (int64_t)count, N_("%s approval is waiting for you"),
					 N_("%s approvals are waiting for you")),
			    S(""), S(""));
	draw_tickets(h, tickets, count);
	html(h, "</section>");
	return OK;
}

static enum status draw_state_of_services(struct visit *visit, struct connection *connection, bool alone)
{
	struct html *h = &visit->h;
	enum status status;

	html(h, "<div class='duo'><section aria-labelledby='how'>");
	if (alone)
		draw_portal_heading(h, S("how"), label(h, N_("At the moment")), S(""), S(""));
	else
		draw_portal_heading(h, S("how"), label(h, N_("How the services are")), S("/portal/status"),
				    label(h, N_("See all")));
	if ((status = draw_portal_services(visit, connection)))
		return status;
	html(h, "</section><section aria-labelledby='planned'>");
	draw_portal_heading(h, S("planned"), label(h, N_("Planned work")), S(""), S(""));
	if ((status = draw_portal_planned(visit, connection)))
		return status;
	html(h, "</section></div>");
	return OK;
}

/* The articles that are read most. */
static enum status often_read(struct visit *visit, struct connection *connection, struct link_view *often,
			      size_t *count)
{
	const struct type **types = arena_many(visit->arena, const struct type *, visit->kernel->model->type_count);
	size_t type_count = portal_types(visit, PORTAL_ARTICLE, types);

	*count = 0;
	for (size_t i = 0; i < type_count && *count < OFTEN; i++) {
		struct portal_wish wish = {.type = types[i], .when = PORTAL_WHENS, .limit = OFTEN - *count};
		struct list_result result;
		enum status status = portal_list(visit, connection, &wish, &result);

		if (status)
			return status;
		for (size_t r = 0; r < result.count; r++)
			often[(*count)++] = (struct link_view){show_title(visit, result.records[r]),
							       portal_url(visit, result.records[r])};
	}
	return OK;
}

/* Whoever is asked from outside has no services of ours: all that there is for them is what waits. */
static enum status draw_partner_home(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	size_t before;
	enum status status;

	html(h, "<div class='phead'><h1>%t</h1></div>", phrase(h, N_("Hello, %s"), visit->actor->name));
	before = h->out->n;
	if (!(status = draw_decisions(visit, connection)) && h->out->n == before)
		html(h, "<p class='sub'>%l</p>", N_("Nothing waits for your decision at the moment."));
	return status;
}

static enum status draw_home(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	struct link_view often[OFTEN];
	size_t count;
	enum status status;

	if (visit->actor->partner)
		return draw_partner_home(visit, connection);
	if ((status = often_read(visit, connection, often, &count)))
		return status;
	draw_portal_ask(h, phrase(h, N_("%s, what are you looking for?"), visit->actor->name), S(""), often, count);
	if ((status = draw_portal_notices(visit, connection)) || (status = draw_decisions(visit, connection)) ||
	    (status = draw_portal_news(visit, connection)) || (status = draw_choices(visit, connection)) ||
	    (status = draw_mine(visit, connection)) || (status = draw_state_of_services(visit, connection, false)) ||
	    (status = draw_portal_issued(visit, connection)))
		return status;
	return draw_portal_contacts(visit, connection);
}

void page_portal(struct http_request *request, struct http_response *response)
{
	portal_page(request, response, N_("Service portal"), draw_home);
}

/* --- the state of the services, alone --- */

static enum status draw_status(struct visit *visit, struct connection *connection)
{
	enum status status;

	html(&visit->h, "<div class='phead'><h1>%t</h1></div>", visit->page.title);
	if ((status = draw_portal_notices(visit, connection)) || (status = draw_portal_news(visit, connection)) ||
	    (status = draw_state_of_services(visit, connection, true)))
		return status;
	return draw_portal_contacts(visit, connection);
}

void page_portal_status(struct http_request *request, struct http_response *response)
{
	portal_page(request, response, N_("How the services are"), draw_status);
}

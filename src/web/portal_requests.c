/* What the visitor, or the visitor's organisation, has reported and ordered. */
#include <stdlib.h>

#include "record/access.h"
#include "web/pages.h"
#include "web/portal.h"

enum { SHOWN = 50 };

struct tickets {
	VEC(struct record *) found;
};

static int last_changed_first(const void *a, const void *b)
{
	const struct record *const *left = a, *const *right = b;

	return ((*left)->updated_at < (*right)->updated_at) - ((*left)->updated_at > (*right)->updated_at);
}

static int newest_first(const void *a, const void *b)
{
	const struct record *const *left = a, *const *right = b;

	if ((*left)->created_at != (*right)->created_at)
		return (*left)->created_at < (*right)->created_at ? 1 : -1;
	return ((*left)->identity < (*right)->identity) - ((*left)->identity > (*right)->identity);
}

static struct str open_ones(const struct visit *visit, const struct type *type)
{
	struct str mine = portal_mine(visit, type);

	return str_format(visit->arena, "(%.*s)%s", STR_ARG(mine), type->state_count ? " and state.phase != done" : "");
}

static enum status find(struct visit *visit, struct connection *connection, const struct portal_wish *wish,
			struct tickets *tickets)
{
	struct list_result result;
	enum status status = portal_list(visit, connection, wish, &result);

	for (size_t i = 0; i < result.count && !status; i++)
		vec_push(visit->arena, &tickets->found, result.records[i]);
	return status;
}

/* Each way of being one's own by itself, so that each has its index, however much one has reported. */
static enum status find_mine(struct visit *visit, struct connection *connection, struct portal_wish wish,
			     struct tickets *tickets)
{
	const struct portal *portal = wish.type->portal;
	enum status status = OK;

	wish.sort = S("-number");
	for (size_t i = 0; i < portal->by_count && !status; i++) {
		wish.also = str_format(visit->arena, "%.*s = me", STR_ARG(portal->by[i]->name));
		status = find(visit, connection, &wish, tickets);
	}
	return status;
}

static enum status find_tickets(struct visit *visit, struct connection *connection, enum tickets_which which,
				struct portal_wish wish, struct tickets *tickets)
{
	if (which == TICKETS_MINE)
		return find_mine(visit, connection, wish, tickets);
	if (which == TICKETS_OURS && !wish.type->scoped) /* of an organisation there are only scoped ones */
		return OK;
	wish.also = which == TICKETS_OPEN ? open_ones(visit, wish.type) : S("");
	wish.sort = which == TICKETS_OPEN ? S("-updated_at") : S("-number");
	return find(visit, connection, &wish, tickets);
}

/* Those that stand twice beside each other, for they are one's own in two ways, once. */
static void drop_doubles(struct tickets *tickets)
{
	struct record **items = tickets->found.items;
	size_t kept = 0;

	for (size_t i = 0; i < tickets->found.count; i++)
		if (!kept || items[i]->identity != items[kept - 1]->identity)
			items[kept++] = items[i];
	tickets->found.count = kept;
}

/* In a list stands what is waited for, and what goes with it. */
static void keep_awaited_step(struct ticket_view *ticket)
{
	if (!ticket->buttons[0].ends)
		ticket->button_count = 0;
	else if (ticket->button_count > 2)
		ticket->button_count = 2;
}

enum status portal_tickets(struct visit *visit, struct connection *connection, enum tickets_which which, size_t most,
			   struct ticket_view **views, size_t *count)
{
	const struct type **types = arena_many(visit->arena, const struct type *, visit->kernel->model->type_count);
	size_t type_count = portal_types(visit, PORTAL_TICKET, types);
	struct tickets tickets = {0};
	enum status status = OK;

	*count = 0;
	for (size_t i = 0; i < type_count && !status; i++)
		status =
		    find_tickets(visit, connection, which,
				 (struct portal_wish){.type = types[i], .when = PORTAL_WHENS, .limit = most}, &tickets);
	if (status)
		return status;
	if (tickets.found.count)
		qsort(tickets.found.items, tickets.found.count, sizeof(*tickets.found.items),
		      which == TICKETS_OPEN ? last_changed_first : newest_first);
	drop_doubles(&tickets);
	*views = arena_many(visit->arena, struct ticket_view, tickets.found.count + 1);
	for (; *count < tickets.found.count && *count < most && !status; ++*count) {
		status = portal_ticket(visit, connection, tickets.found.items[*count], &(*views)[*count]);
		keep_awaited_step(&(*views)[*count]);
	}
	return status;
}

enum status portal_decisions(struct visit *visit, struct connection *connection, size_t most,
			     struct ticket_view **tickets, size_t *count)
{
	const struct type **types = arena_many(visit->arena, const struct type *, visit->kernel->model->type_count);
	size_t type_count = portal_types(visit, PORTAL_DECISION, types);
	VEC(struct ticket_view) found = {0};
	enum status status = OK;

	for (size_t i = 0; i < type_count && !status; i++) {
		struct portal_wish wish = {.type = types[i],
					   .when = PORTAL_WHENS,
					   .also = open_ones(visit, types[i]),
					   .sort = S("created_at"),
					   .limit = most};
		struct list_result result = {0};

		status = portal_list(visit, connection, &wish, &result);
		for (size_t r = 0; r < result.count && !status; r++) {
			struct ticket_view view;

			status = portal_ticket(visit, connection, result.records[r], &view);
			view.plain = portal_facts(visit, result.records[r]);
			vec_push(visit->arena, &found, view);
		}
	}
	*tickets = found.items;
	*count = found.count;
	return status;
}

static enum status draw_requests(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	bool ours = !actor_is_staff(visit->actor) && str_is(http_query(visit->request, "whose"), "ours");
	struct ticket_view *tickets;
	size_t count;
	enum status status =
	    portal_tickets(visit, connection, ours ? TICKETS_OURS : TICKETS_MINE, SHOWN, &tickets, &count);

	if (status)
		return status;
	html(h, "<div class='phead'><h1>%t</h1>", visit->page.title);
	if (!actor_is_staff(visit->actor)) {
		html(h, "<nav class='line' aria-label='%l'><a class='btn s' href='/portal/requests'%m>%l</a>",
		     N_("Whose"), attribute_if("aria-current", ours ? S("") : S("page")), N_("My requests"));
		html(h, "<a class='btn s' href='/portal/requests?whose=ours'%m>%l</a></nav>",
		     attribute_if("aria-current", ours ? S("page") : S("")), N_("Of my organisation"));
	}
	html(h, "</div>");
	if (count)
		draw_tickets(h, tickets, count);
	else
		html(h, "<p>%l <a href='/portal'>%l</a></p>", N_("Nothing was reported or ordered yet."),
		     N_("To the portal"));
	if (count == SHOWN)
		html(h, "<p class='sub'>%l</p>", N_("Older ones are found by the search above every list."));
	return OK;
}

void page_portal_requests(struct http_request *request, struct http_response *response)
{
	portal_page(request, response, N_("Requests"), draw_requests);
}

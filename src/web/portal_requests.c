/* What the visitor, or the visitor's organisation, has reported and ordered. */
#include <stdlib.h>

#include "record/access.h"
#include "web/pages.h"
#include "web/portal.h"

enum { SHOWN = 50 };

static int newest_first(const void *a, const void *b)
{
	const struct record *const *left = a, *const *right = b;

	return ((*left)->updated_at < (*right)->updated_at) - ((*left)->updated_at > (*right)->updated_at);
}

static struct str expression_of(const struct visit *visit, const struct type *type, enum tickets_which which)
{
	struct str mine = portal_mine(visit, type);

	if (which == TICKETS_OPEN)
		return str_format(visit->arena, "(%.*s)%s", STR_ARG(mine),
				  type->state_count ? " and state.phase != done" : "");
	return which == TICKETS_MINE ? mine : S("");
}

enum status portal_tickets(struct visit *visit, struct connection *connection, enum tickets_which which, size_t most,
			   struct ticket_view **tickets, size_t *count)
{
	const struct type **types = arena_many(visit->arena, const struct type *, visit->kernel->model->type_count);
	size_t type_count = portal_types(visit, PORTAL_TICKET, types);
	VEC(struct record *) records = {0};
	enum status status = OK;

	*count = 0;
	for (size_t i = 0; i < type_count; i++) {
		struct portal_wish wish = {.type = types[i],
					   .when = PORTAL_WHENS,
					   .also = expression_of(visit, types[i], which),
					   .sort = S("-updated_at"),
					   .limit = most};
		struct list_result result;

		if (which == TICKETS_OURS && !types[i]->scoped) /* of an organisation there are only scoped ones */
			continue;
		if ((status = portal_list(visit, connection, &wish, &result)))
			return status;
		for (size_t r = 0; r < result.count; r++)
			vec_push(visit->arena, &records, result.records[r]);
	}
	if (records.count)
		qsort(records.items, records.count, sizeof(*records.items), newest_first);
	*tickets = arena_many(visit->arena, struct ticket_view, records.count + 1);
	for (; *count < records.count && *count < most && !status; ++*count)
		status = portal_ticket(visit, connection, records.items[*count], &(*tickets)[*count]);
	for (size_t i = 0; i < *count; i++) { /* in a list stands what is waited for, and what goes with it */
		struct ticket_view *ticket = &(*tickets)[i];

		if (!ticket->buttons[0].ends)
			ticket->button_count = 0;
		else if (ticket->button_count > 2)
			ticket->button_count = 2;
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
					   .also = expression_of(visit, types[i], TICKETS_OPEN),
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
	html(h, "<div class='phead'><h1>%t</h1>",
	     ours ? label(h, N_("Requests of my organisation")) : visit->page.title);
	if (!actor_is_staff(visit->actor)) {
		html(h, "<nav class='line' aria-label='%l'><a class='btn s' href='/portal/requests'%m>%l</a>",
		     N_("Whose"), attribute_if("aria-current", ours ? S("") : S("page")), N_("My own"));
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
	portal_page(request, response, N_("My requests"), draw_requests);
}

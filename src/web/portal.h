/* portal: what the pages of the portal share. They are drawn from what the model says of the portal (struct portal)
 * and read through the visitor's own eyes, so that nothing is hidden here which the kernel would have shown. */
#ifndef WEB_PORTAL_H
#define WEB_PORTAL_H

#include "web/part_portal.h"
#include "web/show.h"

/* The frame of the portal: begin, draw, visit_end(). Asks visit_refuse() for the same frame from then on. */
void portal_begin(struct visit *visit, struct str title);
/* GET: as visit_start(), and refusals stand in the portal's frame. */
MUST bool portal_start(struct visit *visit, struct http_request *request, struct http_response *response);
MUST bool portal_start_form(struct visit *visit, struct http_request *request, struct http_response *response);

/* Types of a part that the visitor may read, in the order of the model; types has room for all. */
size_t portal_types(const struct visit *visit, enum portal_part part, const struct type **types);
/* The record of a part by the number in the address; for PORTAL_TICKET also a decision on one. E_NOT_FOUND when it is
 * none, or not theirs to see. */
MUST enum status portal_record(struct visit *visit, struct connection *connection, enum portal_part part,
			       struct record **record);

struct portal_wish {
	const struct type *type;
	enum portal_when when; /* of the type; PORTAL_WHENS: all */
	struct str also;       /* an expression; may be empty */
	struct str search, sort;
	size_t limit;
};
MUST enum status portal_list(struct visit *visit, struct connection *connection, const struct portal_wish *wish,
			     struct list_result *result);
/* Whose of a ticket type are the visitor's: "caller = me or requested_for = me". */
struct str portal_mine(const struct visit *visit, const struct type *type);

/* A text in the reader's language: the Japanese slot where it is filled. */
struct str portal_text(const struct visit *visit, const struct record *record, enum portal_slot slot,
		       enum portal_slot japanese);
struct value portal_value(const struct record *record, enum portal_slot slot); /* none without such a field */
struct str portal_url(struct visit *visit, const struct record *record);       /* "/portal/requests/INC-1" */

/* Steps of a ticket that have plain words and that the visitor may take now, in the order of the model. */
MUST enum status portal_steps(struct visit *visit, struct connection *connection, const struct record *record,
			      struct step_button *buttons, size_t most, size_t *count);
/* Whether an offer that the visitor may read is offered to them: our own people read more than they may order. */
MUST enum status portal_offers(struct visit *visit, struct connection *connection, const struct record *offer,
			       bool *offers);
struct str portal_fact(struct visit *visit, const struct field *field, struct value value);
/* "Cost: 1,000 JPY, Fulfilled within: 3 service days" */
/* Whether a fact is worth telling: not what is so unless said otherwise. */
bool portal_tells(const struct record *record, const struct field *fact);
/* In plain words, where the model has them. */
struct str portal_choice(struct visit *visit, const struct choice *choice);
struct str portal_facts(struct visit *visit, const struct record *record);
struct tile_view portal_tile(struct visit *visit, const struct record *offer);
MUST enum status portal_ticket(struct visit *visit, struct connection *connection, const struct record *record,
			       struct ticket_view *view);

enum tickets_which {
	TICKETS_OPEN,
	TICKETS_MINE,
	TICKETS_OURS
}; /* open ones of mine, the last changed first; all of mine and our organisation's, the newest first */
MUST enum status portal_tickets(struct visit *visit, struct connection *connection, enum tickets_which which,
				size_t most, struct ticket_view **views, size_t *count);

/* What waits for the visitor's decision. */
MUST enum status portal_decisions(struct visit *visit, struct connection *connection, size_t most,
				  struct ticket_view **tickets, size_t *count);
/* portal_report.c: fields of the short form as controls, and what was posted in them as inputs. */
MUST enum status portal_ask_view(struct visit *visit, struct connection *connection, const struct portal_ask *ask,
				 struct field_form_view *view);
MUST enum status portal_read_ask(struct visit *visit, struct connection *connection, const struct portal_ask *ask,
				 struct edit_request *request, struct field_input *inputs);
/* Whose it is when one of our own people makes it: of customers' people the kernel knows. */
void portal_add_maker(const struct visit *visit, const struct type *type, struct edit_request *request,
		      struct field_input *inputs);

/* A whole page that only reads: the frame, with what `draw` draws in it. */
void portal_page(struct http_request *request, struct http_response *response, const char *title,
		 enum status (*draw)(struct visit *visit, struct connection *connection));

/* Sections that several pages show. */
MUST enum status draw_portal_notices(struct visit *visit, struct connection *connection);  /* on top */
MUST enum status draw_portal_news(struct visit *visit, struct connection *connection);     /* what was told lately */
MUST enum status draw_portal_services(struct visit *visit, struct connection *connection); /* with what disturbs them */
MUST enum status draw_portal_planned(struct visit *visit, struct connection *connection);
MUST enum status draw_portal_issued(struct visit *visit,
				    struct connection *connection); /* the last reports; or nothing */
MUST enum status draw_portal_contacts(struct visit *visit, struct connection *connection);

#endif

/* part_portal: the parts that only the portal has: one question, tiles, tickets in plain words, the state of services.
 */
#ifndef WEB_PART_PORTAL_H
#define WEB_PART_PORTAL_H

#include "web/part_field.h"
#include "web/part_mark.h"
#include "web/part_record.h"

/* The large search field. title empty: none above it. */
void draw_portal_ask(struct html *h, struct str title, struct str query, const struct link_view *often, size_t count);

struct tile_view {
	enum icon icon;
	struct str title, second, url;
	struct str facts; /* what it costs, how long it takes; may be empty */
};
void draw_tiles(struct html *h, const struct tile_view *tiles, size_t count);
/* One below the other, with their facts beside them. */
void draw_offers(struct html *h, const struct tile_view *tiles, size_t count);

struct step_button { /* of a ticket */
	struct str words, url;
	bool asks; /* for something first: url is a page; otherwise it is posted */
	bool ends; /* it ends the matter: the one that is waited for */
};
void draw_step_buttons(struct html *h, const struct step_button *buttons, size_t count);

enum { TICKET_STEPS = 6, TICKET_BUTTONS = 4 };
struct ticket_view {
	struct str title, url, number;
	struct str plain;               /* where it stands, in words */
	struct str steps[TICKET_STEPS]; /* of the way that it goes */
	size_t step_count, step;        /* step: where it stands; step_count: nowhere on the way */
	bool done;
	struct step_button buttons[TICKET_BUTTONS];
	size_t button_count;
	struct str at; /* when something happened last, in words */
};
void draw_ticket_steps(struct html *h, const struct ticket_view *ticket);
void draw_tickets(struct html *h, const struct ticket_view *tickets, size_t count);

struct finding_view {
	struct str title, second, url;
};
void draw_findings(struct html *h, const struct finding_view *findings, size_t count);

struct status_view {
	struct str title, text, url;
	struct state_mark mark; /* word empty: none */
};
void draw_status_rows(struct html *h, const struct status_view *rows, size_t count);

/* A heading with a link at its right; url empty: none. */
void draw_portal_heading(struct html *h, struct str id, struct str title, struct str url, struct str words);

#endif

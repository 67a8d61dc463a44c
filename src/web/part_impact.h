/* part_impact: what fails with it: services, customers, and how grave that is. */
#ifndef WEB_PART_IMPACT_H
#define WEB_PART_IMPACT_H

#include "web/words.h"

struct reached_view {
	struct str title, url, note;
};

struct impact_view {
	struct str proposed;   /* the word; empty: none */
	struct str take_value; /* for a button of the form `form`, by which it is taken over; empty: none */
	const char *form;
	const struct reached_view *services, *customers, *items; /* items: what depends on it */
	size_t service_count, customer_count, item_count;
	bool cut; /* there is more */
};

/* Without a head of its own. */
void draw_impact(struct html *h, const struct impact_view *impact);

#endif

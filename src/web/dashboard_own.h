/* dashboard_own: dashboards that people put together, as records of the type that acts as dashboard: one's own, and
 * those that a role or a group of one's shares. */
#ifndef WEB_DASHBOARD_OWN_H
#define WEB_DASHBOARD_OWN_H

#include "insight/dashboards_own.h"
#include "web/share.h"

struct own_dashboard {
	struct shared shared;
	struct dashboard dashboard; /* name: its number, as in ?name= */
	struct own_tiles tiles;
};
struct own_dashboards {
	const struct own_dashboard *items;
	size_t count;
};

/* NULL when the model has none. */
const struct type *own_dashboards_type(const struct visit *visit);
bool own_dashboards_may_make(const struct visit *visit);
/* Those that concern this person, by name. None for customers' people. */
MUST enum status own_dashboards_read(struct visit *visit, struct connection *connection,
				     struct own_dashboards *dashboards);
const struct own_dashboard *own_dashboards_named(const struct own_dashboards *dashboards, struct str number);
/* What one's dashboard opens with: the own first one, else that of a role or group; NULL: neither. */
const struct own_dashboard *own_dashboards_first(const struct own_dashboards *dashboards);

#endif

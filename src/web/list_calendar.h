/* list_calendar: a list on a calendar, for types that declare which dates span them: ?month=2026-11, ?week=2026-11-16.
 * Days off are those of the calendar that counts where nothing else is said. */
#ifndef WEB_LIST_CALENDAR_H
#define WEB_LIST_CALENDAR_H

#include "web/list_state.h"

/* The reader may see those dates. */
bool list_has_calendar(const struct visit *visit, const struct type *type);
MUST enum status list_draw_calendar(const struct list_state *state, struct connection *connection);

#endif

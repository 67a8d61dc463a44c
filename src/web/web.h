/* web: the pages (DESIGN section 2.5, UI.md), made from the model. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "api/api.h" /* struct surface */

extern const struct http_route web_routes[];
extern const size_t web_route_count;

/* The page for what is refused before a handler. */
void web_refused(struct http_request *request, struct http_response *response, const struct error *error);

#endif

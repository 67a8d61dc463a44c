/* api: the REST interface under /api/v1, made from the model (DESIGN section 4).
 *
 * Every record type has the same operations; what differs is read from the model when a request comes. Requests prove
 * who they are by a bearer token, or by a browser's session cookie together with its CSRF token for what changes
 * something. Edits park the request until their group is committed. */
#ifndef API_API_H
#define API_API_H

#include "http/http.h"
#include "record/account.h"
#include "record/read.h"

struct conformity; /* insight/conformity.h */
struct surveyor;   /* job/surveyor.h */
struct figures;    /* insight/insights.h */
struct dashboards; /* insight/dashboards.h */
struct changes;    /* api/changes.h */

/* What the context of every HTTP request points to. */
struct surface {
	struct kernel *kernel;
	struct http_server *server;          /* for /metrics; set once it runs */
	struct str openapi;                  /* made once at start */
	const struct conformity *conformity; /* the demands of the standard, and how they are looked at */
	struct surveyor *surveyor;           /* how they stand */
	const struct figures *figures;       /* declared by the model */
	const struct dashboards *dashboards; /* the same */
	struct changes *changes;             /* who listens to what happens */
	struct verifier *verifier;           /* proves history when an administrator asks */
	int64_t patience; /* ms that a page waits for what people ask beside it: counts of saved views, own tiles */
	instant started_at;
	const char *version;
};

extern const struct http_route api_routes[];
extern const size_t api_route_count;

/* The OpenAPI 3.1 document of a model, as JSON text. */
struct str api_openapi(struct arena *arena, const struct model *model, const char *version);

#endif

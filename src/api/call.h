/* call: what every operation of the API shares: who asks, about what, and how answers and refusals are written. */
#ifndef API_CALL_H
#define API_CALL_H

#include "api/api.h"
#include "record/edit.h"

struct call {
	struct connection *early; /* the reader that recognised the actor, until call_reader() hands it on */
	struct http_request *request;
	struct http_response *response;
	struct surface *surface;
	struct kernel *kernel;
	struct arena *arena;
	const struct actor *actor;
	const struct claim *claim; /* which the actor still rests upon; NULL: it was looked up */
	const struct type *type;   /* of {collection} */
	int64_t identity;          /* of {number} */
	instant now;
	bool relieved; /* read from a replica */
	bool is_bulk;  /* faults of the only item of a bulk are told as "0.field", as those of many are */
	struct error error;
};

/* Recognises the actor of a request: bearer token, or session cookie (with X-CSRF-Token when the method changes
 * something). */
MUST enum status request_actor(struct http_request *request, struct kernel *kernel, struct connection *connection,
			       instant now, const struct actor **actor, struct error *error);

/* The same of a request that was taken once, with the rights of this moment; it is no use of the session. */
MUST enum status request_actor_still(struct http_request *request, struct arena *arena, struct kernel *kernel,
				     struct connection *connection, instant now, const struct actor **actor,
				     struct error *error);

enum call_needs { CALL_ACTOR, CALL_TYPE, CALL_RECORD };
/* Fills the call; on failure the refusal is already written and false comes back. */
MUST bool call_start(struct call *call, struct http_request *request, struct http_response *response,
		     enum call_needs needs);
/* The same for what ends in call_edit() or is refused, and answers nothing before: who asks may be told from memory,
 * which the edit proves. Until then whoever is refused is looked up first. */
MUST bool call_start_edit(struct call *call, struct http_request *request, struct http_response *response,
			  enum call_needs needs);
/* Faults from `first` on are of this row of a bulk: "row.field". */
void call_prefix_faults(struct call *call, size_t first, size_t row);
/* A reader for the rest of the request: of the moment at which the actor was recognised, or a later one; a replica's
 * has the same rights. */
MUST enum status call_reader(struct call *call, struct connection **connection);
void call_release(struct call *call);
#define CALL __attribute__((cleanup(call_release))) struct call /* gives back what it still holds */
void call_refuse(struct call *call, enum status status);
void call_answer(struct call *call, unsigned status, const struct buf *json);
/* The record of a type by its number or key, as this actor may see it: 0 when there is none, or none that may be seen.
 */
MUST enum status call_find(struct call *call, struct connection *connection, const struct type *type, struct str text,
			   int64_t *identity);
/* The call's record, as this actor may see it. */
MUST enum status call_record(struct call *call, struct connection *connection, struct record **record);
/* Refuses query parameters other than these (ended by NULL). */
MUST bool call_allows(struct call *call, const char *const *names);
/* How many are asked for by `limit`: from 1 to `most`, and `otherwise` when it is not said. False: it is refused. */
MUST bool call_limit(struct call *call, int64_t otherwise, int64_t most, size_t *limit);

/* Hands a batch to the kernel and parks the request; answer runs after the commit (never when it was refused). batch
 * and its requests live in the request's arena. */
void call_edit(struct call *call, struct edit_batch *batch,
	       void (*answer)(struct call *call, struct edit_batch *batch));

#endif

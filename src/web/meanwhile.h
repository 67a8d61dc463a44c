/* meanwhile: what became of a record since the form was made that somebody now sends.
 *
 * A form posts the version that it showed. Of each field three values count: what the form showed (from the history),
 * what stands now, and what was posted. What only one of both changed needs no question; what both changed differently
 * is a conflict, until the person has chosen (NAME.keep: theirs or mine) on the version that stands. */
#ifndef WEB_MEANWHILE_H
#define WEB_MEANWHILE_H

#include "record/read.h"
#include "web/visit.h"

struct conflict {
	const struct field *field; /* NULL: the state */
	struct value was, mine;    /* of the state: choices; mine is where the step leads, or none */
	bool was_known;
	const struct event *event; /* by which it changed; NULL: not known */
};

struct meanwhile {
	int64_t since;        /* the version that the form showed; 0: none was posted */
	struct event *events; /* since then, newest first */
	size_t count;
	bool whole; /* they reach back to that version */
	struct conflict *conflicts;
	size_t conflict_count;
};

/* Reads what happened since a version. */
MUST enum status meanwhile_read(struct visit *visit, struct connection *connection, const struct record *record,
				int64_t version, struct meanwhile *meanwhile);

/* Leaves of a request's inputs (an array of its caller) what may go in, and of its step whether it may; the rest are
 * conflicts. Without any, the request is one on the version that stands. */
void meanwhile_reconcile(struct visit *visit, const struct record *record, struct meanwhile *meanwhile,
			 struct edit_request *request, struct field_input *inputs);

/* What stood in a field at that version (field NULL: the state). False: not known. event: by which it changed last;
 * NULL: it did not change, or that is not known. */
bool meanwhile_was(const struct meanwhile *meanwhile, const struct field *field, struct value now, struct value *was,
		   const struct event **event);

/* The state as a value. */
struct value meanwhile_state(const struct state *state);

#endif

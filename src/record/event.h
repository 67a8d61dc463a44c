/* event: the append-only history, one row per edit, chained per record.
 *
 * changes is a JSON array of ["field", old, new] in the form of value_write_json ("state" for the state; links fields
 * as arrays of identities). details is a JSON object, absent parts left out:
 *	{"links":[["incident.part_of",OTHER,"+" or "-",1 when the record is the link's target]],
 *	 "attachments":[["name","type",SIZE,"HEX",public 0/1]], "watch":1 or -1, "restricted":0/1,
 *	 and what a behaviour notes}
 *
 * hash = BLAKE2b over the hash of the record's event before (32 zero bytes for the first), then record, sequence, at,
 * recorded_at, actor, via, kind, transition, changes, details, comment, public: each as text, each with its length.
 */
#ifndef RECORD_EVENT_H
#define RECORD_EVENT_H

#include "record/edit.h"

struct event_row {
	int64_t id, record, sequence;
	instant at, recorded_at; /* recorded_at: when it was really written */
	int64_t actor;
	enum via via;
	struct str kind, transition, fields /* ",priority,state," */, changes, details, comment;
	bool is_public;
	struct hash hash;
};

struct hash event_hash(struct hash previous, const struct event_row *row);
/* Computes the hash and inserts; fills row->id. */
MUST enum status event_append(struct connection *connection, struct hash previous, struct event_row *row,
			      struct error *error);
/* Hash of the record's event with that sequence; zero bytes and OK when sequence is 0. */
MUST enum status event_head(struct connection *connection, int64_t record, int64_t sequence, struct hash *hash,
			    struct error *error);
extern const char event_columns[]; /* in the order of event_from_row, over alias e */
void event_from_row(struct arena *arena, struct statement *statement, struct event_row *row);
/* One stored value of changes back into memory; kind from the field (the state's when field is NULL). */
struct json_t;
MUST enum status event_value(struct arena *arena, const struct field *field, const struct json_t *stored,
			     struct value *value, struct error *error);

#endif

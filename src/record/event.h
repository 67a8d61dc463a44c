/* event: the append-only history, one row per edit, chained per record.
 *
 * changes is a JSON array of ["field", old, new] in the form of value_write_json ("state" for the state; links fields
 * as arrays of identities). details is a JSON object, absent parts left out:
 *	{"links":[["incident.part_of",OTHER,"+" or "-",1 when the record is the link's target]],
 *	 "watch":1 or -1, "restricted":0/1, and what a behaviour notes}
 *
 * What may have to be erased one day stands apart from what the hash covers, in three places of the row:
 *	personal  the values of fields that are declared personal. changes tells only how full they were, ["field",
 *"-+"]: before and after, each - empty, + filled, x erased; personal is the JSON array of what is filled, in this order
 *(what an erasing change found there is not in it) comment   the text of the comment files
 *[["name","type",SIZE,"HEX",public 0/1]] Each place that holds something has a salt of its own, beside it in NAME_seal.
 *The hash covers its commitment, BLAKE2b over salt and text. An erased place is NULL, and its seal is the commitment:
 *the chain holds as it did, and without the salt nobody can try whether a text is the one that stood there.
 *
 * hash = BLAKE2b over the hash of the record's event before (32 zero bytes for the first), then record, sequence, at,
 * recorded_at, actor, via, kind, transition, changes, details, public: each as text, each with its length; then the
 * commitments of the places, empty where there is nothing.
 */
#ifndef RECORD_EVENT_H
#define RECORD_EVENT_H

#include "record/edit.h"

enum event_place { PLACE_PERSONAL, PLACE_COMMENT, PLACE_FILES, EVENT_PLACES };
const char *event_place_name(enum event_place place); /* of its column */

struct event_row {
	int64_t id, record, sequence;
	instant at, recorded_at; /* recorded_at: when it was really written */
	int64_t actor;
	enum via via;
	struct str kind, transition, fields /* ",priority,state," */, changes, details;
	struct str places[EVENT_PLACES]; /* empty: nothing, or erased */
	struct str seals[EVENT_PLACES];  /* salt, or commitment of what was erased; empty: there was nothing */
	bool is_public;
	struct hash hash;
};

struct str event_comment(const struct event_row *row);
bool event_is_erased(const struct event_row *row, enum event_place place);
/* What stands in NAME_seal once the place is erased. */
struct hash event_commitment(const struct event_row *row, enum event_place place);
struct hash event_hash(struct hash previous, const struct event_row *row);
/* Draws the salts, computes the hash and inserts; fills row->id. */
MUST enum status event_append(struct connection *connection, struct arena *arena, struct hash previous,
			      struct event_row *row, struct error *error);
/* Hash of the record's event with that sequence; zero bytes and OK when sequence is 0. */
MUST enum status event_head(struct connection *connection, int64_t record, int64_t sequence, struct hash *hash,
			    struct error *error);
extern const char event_columns[]; /* in the order of event_from_row, over alias e */
void event_from_row(struct arena *arena, struct statement *statement, struct event_row *row);

/* --- the changes of an event --- */

/* Adds one change to changes, and to personal what is told apart. */
void event_add_change(struct buf *changes, struct buf *personal, const struct field *field, struct value before,
		      struct value after);

struct event_changes { /* read with event_changes_next() between open and close */
	struct json_t *told, *personal, *erased;
	size_t at, taken;
};
struct event_change {
	struct str name;
	const struct json_t *before, *after; /* an erased value is value_erased() as JSON; until close */
};
void event_changes_open(const struct event_row *row, struct event_changes *changes);
bool event_changes_next(struct event_changes *changes, struct event_change *change);
void event_changes_close(struct event_changes *changes);
/* One stored value of changes back into memory; kind from the field (the state's when field is NULL). */
MUST enum status event_value(struct arena *arena, const struct field *field, const struct json_t *stored,
			     struct value *value, struct error *error);

#endif

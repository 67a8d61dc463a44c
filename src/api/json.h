/* json: records as JSON for people and programs, and back. */
#ifndef API_JSON_H
#define API_JSON_H

#include "api/call.h"

/* References that are shown by something other than their number (people: the account), looked up once for all records
 * of an answer. */
struct shown {
	struct kernel *kernel;
	struct arena *arena;
	struct reference *items;
	size_t count, capacity;
	uint32_t *slots;
	size_t slot_count;
};
struct shown shown_new(struct kernel *kernel, struct arena *arena);
void shown_need(struct shown *shown, int64_t identity); /* 0 is passed over */
void shown_need_record(struct shown *shown, const struct record *record);
MUST enum status shown_look_up(struct shown *shown, struct connection *connection, const struct actor *actor,
			       struct error *error);

void json_key(struct buf *json, struct str name); /* ,"name": with the comma where one is due */
void json_time(struct buf *json, instant at);     /* null for INSTANT_NONE */
void json_number(struct buf *json, const struct shown *shown, int64_t identity); /* "SVC-4", "admin", null for 0 */
void json_value(struct buf *json, const struct shown *shown, const struct field *field, struct value value);

struct projection {                  /* which fields, and which references are put in whole */
	const struct field **fields; /* NULL: all that the actor may read */
	size_t field_count;
	bool names_only; /* fields= was given: built-in members only when named */
	bool number, state, version, created_at, updated_at, created_by, updated_by;
	const struct field **expand;
	size_t expand_count;
};
extern const struct projection projection_whole; /* all that the actor may read, nothing expanded */
MUST bool projection_read(struct call *call, const struct type *type,
			  struct projection *projection); /* of fields= and expand= */
void json_record(struct buf *json, const struct shown *shown, const struct actor *actor, const struct record *record,
		 const struct projection *projection);
/* One record with everything looked up, expansions included. */
MUST enum status json_record_whole(struct call *call, struct connection *connection, struct record **records,
				   size_t count, const struct projection *projection, struct buf *json,
				   struct error *error);

/* Members of a JSON object -> field inputs; members named in `others` (ended by NULL) are left to the caller. All
 * faults are reported together. */
MUST enum status json_fields(struct call *call, struct connection *connection, const struct type *type,
			     const json_t *object, const char *const *others, struct field_input **inputs,
			     size_t *count);
/* One value from its natural form. What may not be seen is refused as what is not there. */
MUST enum status json_value_of(struct call *call, struct connection *connection, const struct field *field,
			       struct str text, struct value *value);
struct str json_text(const json_t *value); /* of a JSON string; p == NULL otherwise */

#endif

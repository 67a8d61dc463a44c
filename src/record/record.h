/* record: one record in memory, as it stands in its table. */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include "record/kernel.h"

struct record {
	const struct type *type;
	int64_t identity;          /* 0: not saved yet */
	int64_t version;           /* of the last edit; 1 after creation */
	const struct state *state; /* NULL for types without states */
	instant created_at, updated_at;
	int64_t created_by, updated_by;
	bool restricted;
	struct value *values; /* by field->index; links fields: VALUE_LIST of identities, sorted */
};

/* As many as one statement reads when there are several. */
enum { RECORD_AT_ONCE = 16 };
#define RECORD_PLACES "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

/* Makes the statement texts of every type; called once by kernel_open(). */
void record_prepare(struct kernel *kernel);

/* Loads without any access check: for the kernel, jobs and insights. *record NULL when there is none. with_links: also
 * fill the links fields; those that tell who sees the record are filled always. */
MUST enum status record_load(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     int64_t identity, bool with_links, struct record **record, struct error *error);
/* Several, by their place; NULL where there is none. Without links, but those that tell who sees the record. */
MUST enum status record_load_many(struct kernel *kernel, struct connection *connection, struct arena *arena,
				  const int64_t *identities, size_t count, struct record **records,
				  struct error *error);
/* Fills all links fields of loaded records of one type. */
MUST enum status record_load_all_links(struct kernel *kernel, struct connection *connection, struct arena *arena,
				       struct record **records, size_t count, struct error *error);
/* Those that tell who may see the record. */
MUST enum status record_load_telling_links(struct connection *connection, struct arena *arena, struct record *record,
					   struct error *error);
/* Fills one links field of a loaded record. */
MUST enum status record_load_links(struct connection *connection, struct arena *arena, struct record *record,
				   const struct field *field, struct error *error);
struct value record_value(const struct record *record, const struct field *field);
/* Of a field that is known by its name; VALUE_NONE when the type has none of that name. */
struct value record_named(const struct record *record, const char *name);
/* The same as text (of a text or a choice), as the identity that it refers to, and whether it says yes; else empty, 0
 * and no. */
struct str record_text_of(const struct record *record, const char *name);
int64_t record_number_of(const struct record *record, const char *name);
bool record_is_set(const struct record *record, const char *name);
struct record *record_copy(struct arena *arena, const struct record *record);
/* The same with all that its values point to, as it would be read. */
struct record *record_keep(struct arena *arena, const struct record *record);

/* Columns of a type in the order in which record_from_row reads them: "r."id", r."version", ..."; constant per type. */
struct str record_columns(const struct kernel *kernel, const struct type *type);
/* Reads the current row of a statement whose first columns are record_columns(). Text is copied into the arena. */
struct record *record_from_row(struct kernel *kernel, struct arena *arena, const struct type *type,
			       struct statement *statement);

/* Values as history and JSON write them (canonical, compact): null, true, 5, "text", ["INC-1"...] is for surfaces; here
 * references are identities, times ms, decimals millionths, money [millionths,"JPY"], rows the array itself. */
void value_write_json(struct buf *buf, const struct field *field, struct value value);

/* The natural form for people and the API: text -> value. Reads what a form field, a CSV cell or a JSON string holds:
 * choice codes, "INC-1" or natural keys for references (looked up on the connection, regardless of access; surfaces
 * check through edit), RFC 3339 times (also without seconds or zone: then in zone), dates, durations, decimals, "12.50
 * JPY" for money, true/false, links as comma separated numbers, rows as a JSON array of objects. Empty text is
 * VALUE_NONE. Errors name the field: E_INVALID with rule "choice", "number", "date", "reference", "too_long",
 * "too_small"... */
MUST enum status field_parse(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct field *field, struct str text, const struct zone *zone, struct value *value,
			     struct error *error);
/* Nothing goes by that number or name: in these words also of what the asker may not see. */
enum status field_refers_to_none(const struct field *field, struct str text, struct error *error);
/* Bounds, length, UTF-8, choice codes, reference type: everything that can be judged from the value alone. Normalises
 * text to NFC. */
MUST enum status field_check(struct arena *arena, const struct kernel *kernel, const struct field *field,
			     struct value *value, struct error *error);

/* The record of a type by its number or natural key; *identity 0 when there is none. No access check. */
MUST enum status record_find(struct kernel *kernel, struct connection *connection, const struct type *type,
			     struct str text, int64_t *identity, struct error *error);

#endif

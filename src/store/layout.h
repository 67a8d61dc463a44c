/* layout: what stands in the database, made from the model.
 *
 * One table per record type, named as the type, quoted; columns:
 *   id INTEGER PRIMARY KEY (identity), number TEXT generated from id, version, state TEXT (types with states only),
 *   created_at, updated_at (instants, ms), created_by, updated_by (identity of a person, 0: the system),
 *   restricted INTEGER (0, or 1: only those named by the type's restricted_visibility see it), then one column per
 * field: text, markdown, choice, rows  TEXT (choice: its code; rows: canonical JSON) integer, decimal (millionths),
 * boolean (0/1), date (days), datetime (ms), duration (ms), reference/person/group (identity) INTEGER money INTEGER
 * "name" (millionths) and TEXT "name_currency" links                          no column: rows of kaname_link computed
 * the column of what it gives Empty is NULL always, never '' or 0.
 *
 * The kernel's own tables are kaname_*: see schema.c, which is their one definition. */
#ifndef STORE_LAYOUT_H
#define STORE_LAYOUT_H

#include "model/model.h"
#include "store/store.h"

/* Makes or migrates the schema, in one transaction: new types, fields and indexes are added; `was:` renames tables,
 * columns and states (history keeps what was written); nothing is ever dropped or narrowed: a change of kind that the
 * column cannot hold is an error that names the field's file:line. Fills codes. Unchanged models cost one read. */
MUST enum status layout_prepare(struct arena *arena, struct store *store, const struct model *model,
				struct type_codes *codes, struct error *error);

struct str layout_table(struct arena *arena, const struct type *type);    /* "\"incident\"" */
struct str layout_column(struct arena *arena, const struct field *field); /* "\"priority\"" */
bool layout_has_column(const struct field *field);                        /* false for links */

#endif

/* schema: the tables as SQL, for whatever driver the store has. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/driver.h"
#include "store/layout.h"

/* Raised when the kernel's own tables change, or which indexes a model is given. Nodes of version N and N + 1 serve one
 * database side by side while the program is exchanged, so N + 1 may only add what N need not know: tables, columns
 * with a preset. Where that cannot be, SCHEMA_OLDEST becomes N + 1, and those of N are told to stop. */
#ifndef SCHEMA_AHEAD
#define SCHEMA_AHEAD 0 /* tests build programs of later versions with it */
#endif
enum { SCHEMA_VERSION = 14 + SCHEMA_AHEAD, SCHEMA_OLDEST = SCHEMA_VERSION - 1 };

/* The kernel's own tables, as templates: {identity}, {int}, {text}, {blob} are the driver's types, {keyed} its ending
 * for tables that are only reached by their primary key. Ends with NULL. Each may be run again. */
extern const char *const schema_tables[];
/* Columns that a table of ours got after it was first made, for databases that were made before. Ends with NULL. */
struct schema_addition {
	const char *table, *column, *type; /* type: a template */
};
extern const struct schema_addition schema_additions[];
struct str schema_expand(struct arena *arena, const struct store_driver *driver, const char *text);

void schema_name(struct buf *sql, struct str name); /* quoted */
struct str schema_create(struct arena *arena, const struct store_driver *driver, const struct type *type);
/* The columns of a field with their types: "\"price\" INTEGER"; money has two. none for links. */
size_t schema_columns(struct arena *arena, const struct store_driver *driver, const struct field *field,
		      struct str definitions[2]);
/* Likewise of a clock: when it is due, and its state. */
void schema_clock_columns(struct arena *arena, const struct store_driver *driver, struct str clock,
			  struct str definitions[2]);
/* How the column of a field is remembered, to notice changes: "text", "decimal", ... */
const char *schema_kind(const struct field *field);
struct str schema_number_kind(struct arena *arena, const struct type *type);

/* Condition, over OLD and NEW, of an UPDATE of kaname_event that alters history: all but erasing, which takes a value
 * away and puts its commitment in place of its salt. */
#define SCHEMA_KEEPS_OR_ERASES(place)                                                                                  \
	" AND ((NEW." place ", NEW." place "_seal) IS NOT DISTINCT FROM (OLD." place ", OLD." place "_seal) OR "       \
	"(OLD." place " IS NOT NULL AND NEW." place " IS NULL AND NEW." place "_seal IS NOT NULL "                     \
	"AND NEW." place "_seal <> OLD." place "_seal))"
#define SCHEMA_ALTERS_HISTORY                                                                                          \
	"NOT ((NEW.id, NEW.record, NEW.seq, NEW.at, NEW.recorded_at, NEW.actor, NEW.via, NEW.kind, NEW.transition, "   \
	"NEW.fields, NEW.changes, NEW.details, NEW.public, NEW.hash) IS NOT DISTINCT FROM (OLD.id, OLD.record, "       \
	"OLD.seq, OLD.at, OLD.recorded_at, OLD.actor, OLD.via, OLD.kind, OLD.transition, OLD.fields, OLD.changes, "    \
	"OLD.details, OLD.public, OLD.hash)" SCHEMA_KEEPS_OR_ERASES("personal") SCHEMA_KEEPS_OR_ERASES("comment")      \
	    SCHEMA_KEEPS_OR_ERASES("files") ")"

#define SCHEMA_INDEX "kaname_i_" /* what the names of indexes of types' tables begin with */

#endif

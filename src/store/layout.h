/* layout: what stands in the database, made from the model.
 *
 * One table per record type, named as the type, quoted; columns:
 *   id INTEGER PRIMARY KEY (identity), number TEXT generated from id, version, state TEXT (types with states only),
 *   created_at, updated_at (instants, ms), created_by, updated_by (identity of a person, 0: the system),
 *   restricted INTEGER (0, or 1: only those named by the type's restricted_visibility see it), then one column per
 * field: text, markdown, choice, rows  TEXT (choice: its code; rows: canonical JSON) integer, decimal (millionths),
 * boolean (0/1), date (days), datetime (ms), duration (ms), reference/person/group (identity) INTEGER money INTEGER
 * "name" (millionths) and TEXT "name_currency" links                          no column: rows of kaname_link computed
 * the column of what it gives Empty is NULL always, never '' or 0. Of each clock that the type declares, what lists ask
 * for stands in the row as well: clock_NAME_due_at (LAYOUT_NEVER while it waits, has been met or is absent) and
 * clock_NAME_state (NULL when absent), copies of what kaname_clock has (record/clocks.c keeps them).
 *
 * The kernel's own tables are kaname_*: see schema.c, which is their one definition. */
#ifndef STORE_LAYOUT_H
#define STORE_LAYOUT_H

#include "model/model.h"
#include "store/store.h"

/* Makes or migrates the schema, in one transaction: new types, fields and indexes are added; `was:` renames tables,
 * columns and states (history keeps what was written); nothing is ever dropped or narrowed: a change of kind that the
 * column cannot hold is an error that names the field's file:line. Fills codes. Unchanged models cost one read.
 *
 * joins: other nodes may serve the same database, with a program or model that is one step ahead or behind. Tables that
 * were brought on from what we want are then taken as they are, as they only grow; E_CONFLICT when something was
 * renamed since, or when they are of a version that ours does not survive. When another node does that later, readers
 * and jobs are refused with E_UNAVAILABLE (rule "outdated"). */
MUST enum status layout_prepare(struct arena *arena, struct store *store, const struct model *model, bool joins,
				struct type_codes *codes, struct error *error);

/* Whether another node has brought the tables on from this model; from now on store_is_behind() says so, too. */
MUST enum status layout_look(struct store *store, const struct model *model, bool *behind, struct error *error);

struct str layout_table(struct arena *arena, const struct type *type);    /* "\"incident\"" */
struct str layout_column(struct arena *arena, const struct field *field); /* "\"priority\"" */
bool layout_has_column(const struct field *field);                        /* false for links */

/* A clock's column: "\"clock_resolution_due_at\"". No due time is the largest number, so that it sorts last. */
#define LAYOUT_NEVER "9223372036854775807"
enum clock_column { CLOCK_DUE_AT, CLOCK_STATE };
struct str layout_clock_column(struct arena *arena, struct str clock, enum clock_column column);

/* The indexes of a type's table (indexes.c tells which). Statements are given a partial one when they repeat its
 * condition literally, and one over an expression when they repeat that: hence the texts here. */
struct layout_index {
	struct str name, definition; /* "(columns) WHERE condition" */
	struct str lead;             /* the column whose value it finds; empty when it is there for an order */
	struct str order;            /* as layout_order(); empty when it is there for a value */
	bool unique;
	bool is_whole;      /* over all rows */
	bool is_open;       /* only over rows in no done phase */
	struct str where;   /* its condition; empty: is_whole */
	struct place place; /* of the field, when it is unique */
};
void layout_indexes(struct arena *arena, const struct model *model, const struct type *type,
		    struct layout_index **indexes, size_t *count);
/* --- the texts (layout_text.c; layout_fixed() in indexes.c) --- */

/* "(column = 'new' OR column = 'assigned')": these states, of which there may be none; and those of no done phase,
 * empty when that is no condition. */
struct str layout_states(struct arena *arena, const char *column, const struct str *states, size_t count);
struct str layout_open(struct arena *arena, const char *column, const struct type *type);
/* The rank of a choice, as orders by it say it. */
struct str layout_rank(struct arena *arena, struct str column, const struct query_field *field);
/* A text whatever the case of its letters, to be compared with lower(?); beyond A to Z it depends on the database what
 * a case is. */
struct str layout_any_case(struct arena *arena, const struct field *field);
/* What a filter demands whoever asks and whenever, as the condition of an index says it; empty when nothing. */
struct str layout_fixed(struct arena *arena, const struct query_node *filter);
/* A sort key as SQL, its columns preceded by alias ("r."): choices by rank. Empty when the row alone does not tell it.
 */
struct str layout_order_key(struct arena *arena, const char *alias, const struct type *type, const struct sort *sort,
			    bool japanese);
/* The columns of an index that gives this order, from either end, with the identity last; only as far as the row tells
 * the order, so perhaps empty. */
struct str layout_order(struct arena *arena, const struct type *type, const struct sort *sort, size_t count,
			bool japanese);

#endif

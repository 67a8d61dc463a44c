/* access: what an actor may see and do. Decided here, once, for every surface.
 *
 * Reading. Staff read a type when one of its access.read names them; customers' people read scoped types of their own
 * customer and open types, of both only the records for which the type's customers_see holds, and of those only public
 * fields (and number, state, times). People of partners read of a type the records for which its partners_see holds,
 * likewise. A restricted record is seen only
 * by those whom its type's restriction names (roles, persons in its fields) and the system. What may not be seen does
 * not exist: E_NOT_FOUND, no count, no hit. Changing. E_DENIED when the record is visible but the verb is not allowed.
 */
#ifndef RECORD_ACCESS_H
#define RECORD_ACCESS_H

#include "record/actor.h"
#include "record/filter.h"
#include "record/record.h"

bool access_who(const struct who *list, size_t count, const struct actor *actor,
		const struct record *record); /* record NULL: only what needs none */
bool access_reads_type(const struct kernel *kernel, const struct actor *actor, const struct type *type);
bool access_reads_record(const struct kernel *kernel, const struct actor *actor, const struct record *record);
bool access_reads_field(const struct actor *actor, const struct field *field);
/* Whether a verb is left to the program: "create: [nobody]". */
bool access_for_nobody(const struct type *type, enum access_verb verb);
bool access_may(const struct kernel *kernel, const struct actor *actor, const struct type *type, enum access_verb verb,
		const struct record *record); /* record NULL for create */
bool access_may_take(const struct kernel *kernel, const struct actor *actor, const struct record *record,
		     const struct transition *transition); /* by: only; state and guard are looked at elsewhere */
bool access_may_set(const struct kernel *kernel, const struct actor *actor, const struct field *field);
/* Whether the record is the actor's own, and the field one of those that people set for themselves. */
bool access_owns(const struct actor *actor, const struct record *record, const struct field *field);

/* The reading rule as an SQL condition over the table alias, for lists, counts, search and subqueries; both must agree
 * with access_reads_record (a test proves it). sql is empty when everything is visible; "FALSE"-like when nothing is.
 * Bound by filter_bind_all(). */
void access_scope(struct arena *arena, const struct kernel *kernel, const struct actor *actor, const struct type *type,
		  const char *alias, struct filter_sql *scope);
/* The same in parts that have no row in common, each of which the database can count by an index alone: part 0 has the
 * rows that are not restricted, each further one those restricted rows that one more field lets the actor see. False
 * when there is no such part. */
bool access_scope_part(struct arena *arena, const struct kernel *kernel, const struct actor *actor,
		       const struct type *type, const char *alias, size_t part, struct filter_sql *scope);

/* Refuses to sort by what the actor may not read: the order would tell it, and so would the cursor. */
MUST enum status access_check_sort(const struct actor *actor, const struct sort *sort, size_t count,
				   struct error *error);

/* Refuses an expression that speaks of fields, links or types the actor may not read: E_SYNTAX, as if they did not
 * exist. */
MUST enum status access_check_query(const struct kernel *kernel, const struct actor *actor, const struct query *query,
				    struct error *error);

#endif

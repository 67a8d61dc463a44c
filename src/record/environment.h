/* environment: what an expression sees around a record in memory (private to record/).
 *
 * Everything is read through the connection, without access checks: rules judge facts, not what the actor may see.
 * Handles of records are pointers to struct record. Lives as long as the arena. */
#ifndef RECORD_ENVIRONMENT_H
#define RECORD_ENVIRONMENT_H

#include "query/query.h"
#include "record/actor.h"
#include "record/record.h"

struct edit;

/* actor (NULL: nobody) gives me, my.groups, my.customer and whose days count. With as_of, links, followed records,
 * changes and clocks are those of that moment; INSTANT_NONE: as things stand. */
struct query_environment environment_of_records(struct kernel *kernel, struct connection *connection,
						struct arena *arena, const struct actor *actor, instant now,
						instant as_of);
/* Around a record alone, for expressions of one record (query_is_of_record): needs no connection. */
struct query_environment environment_of_row(const struct actor *actor);
/* Around edit_after(edit): with its changes and links that are not written yet; days are the organisation's. */
struct query_environment environment_of_edit(struct edit *edit);
/* Around edit_before(edit): without them, be they written or not. Clocks and what hangs on other records are as now. */
struct query_environment environment_before_edit(struct edit *edit);

#endif

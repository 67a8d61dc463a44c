/* An expression over the small organisation, by both evaluators. */
#ifndef FILTER_BOTH_H
#define FILTER_BOTH_H

#include "filter_world.h"

const struct query *world_parse(struct arena *arena, struct world *world, enum world_type type, struct str text);
struct filter_sql world_compile(struct arena *arena, struct world *world, const struct query *query);
/* Which records it selects: their places, from 1, each followed by a space. */
struct str world_selected_in_memory(struct arena *arena, struct world *world, enum world_type type,
				    const struct query *query, size_t *count);
struct str world_selected_by_sql(struct arena *arena, struct connection *connection, const struct filter_sql *filter,
				 const char *table);
/* Fails unless both select the same. Returns how many records that are. */
size_t world_agrees(struct arena *arena, struct world *world, struct connection *connection, enum world_type type,
		    struct str text);

#endif

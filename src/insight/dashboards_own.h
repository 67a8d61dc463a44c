/* dashboards_own: the tiles of a dashboard that somebody put together, as they stand in a record: the rows `tiles` of
 * the type that acts as dashboard, with the columns figure ("incident.flow"), period, each, pareto and wide; or, of
 * a tile of one's own, collection, title, filter or view, and by. */
#ifndef INSIGHT_DASHBOARDS_OWN_H
#define INSIGHT_DASHBOARDS_OWN_H

#include "insight/dashboards.h"

enum { TILES_MOST = 16 }; /* each asks the database a few times */

struct own_tiles {
	struct tile items[TILES_MOST];
	size_t count;
	struct str *gone; /* what the model no longer has, by its code or title */
	size_t gone_count;
};

/* What is over TILES_MOST, or stands there twice, is left out. */
void own_tiles_read(struct arena *arena, const struct model *model, const struct figures *figures, struct value rows,
		    struct own_tiles *tiles);
/* As field_parse() reads rows; empty: none. */
struct str own_tiles_write(struct arena *arena, const struct own_tiles *tiles);
struct str own_tile_code(struct arena *arena, const struct figure *figure);

/* One tile as somebody wishes it: as far as its figure can be shown so. */
struct tile own_tile(const struct figure *figure, struct str period, struct str each, bool pareto, bool wide);
/* One that somebody asks. What its records cannot be counted by is as if it had not been said. */
struct tile asked_tile(struct arena *arena, const struct tile_own *own, bool pareto, bool wide);
bool own_tiles_add(struct own_tiles *tiles, struct tile tile); /* false: there is no room, or it is there */

bool tile_takes_each(const struct figure *figure);   /* rows of time, in place of its own */
bool tile_takes_pareto(const struct figure *figure); /* the greatest first */

#endif

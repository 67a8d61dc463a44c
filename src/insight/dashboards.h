/* dashboards: figures put side by side for a role, as a process declares them.
 *
 *	dashboards:
 *	  service_desk:
 *	    label: {en: Service desk, ja: サービスデスク}
 *	    default_for: [service_desk, manager]          # roles of the process; the first that fits is shown
 *	    narrow: customer                              # a field by which the whole can be narrowed
 *	    glance: true                                  # first what all of it says, the worst at the top
 *	    tiles:
 *	      - {figure: incident.open_by_age}            # TYPE.FIGURE
 *	      - {figure: incident.by_category, as: pareto}
 *	      - {figure: incident.rhythm, period: last_12_weeks}  # instead of the dashboard's period
 *	      - {figure: incident.attainment, each: week, wide: true}
 *	      - {figure: incident.mishandled, heads: {en: Quality, ja: 品質}}   # a heading from here on
 *
 * What somebody may not read has no tile for them. */
#ifndef INSIGHT_DASHBOARDS_H
#define INSIGHT_DASHBOARDS_H

#include "insight/insights.h"

struct tile_own { /* what somebody asks: by an expression, or by a view that was saved */
	const struct type *type;
	struct str title, filter;
	struct str view; /* its number; empty: the expression */
	struct str by;   /* a field, for a chart; empty: one number */
};

struct tile {
	const struct figure *figure; /* of somebody's own: a breakdown without a name in the model */
	const struct tile_own *own;  /* NULL: a declared figure */
	enum figure_each each;       /* EACH_NONE: as the figure is declared */
	struct str period;           /* empty: the dashboard's */
	bool pareto;                 /* rows of values: the greatest first, with their running share */
	bool wide;                   /* over two columns */
	struct label heads;          /* what begins with it; empty: nothing */
};

struct dashboard {
	struct str name;
	struct label label;
	const struct process *process;
	const struct role **roles; /* for which it is the default */
	size_t role_count;
	bool glance;       /* begins with what all of it says */
	bool otherwise;    /* of everybody who has none of those of any */
	struct str narrow; /* name of a field; empty: none */
	struct tile *tiles;
	size_t tile_count;
};

struct dashboards { /* in the order of the model */
	const struct dashboard *items;
	size_t count;
};

/* Every fault is an item at its "file:line". */
MUST enum status dashboards_load(struct arena *arena, const struct model *model, const struct figures *figures,
				 struct dashboards *dashboards, struct error *error);
const struct dashboard *dashboards_find(const struct dashboards *dashboards, struct str name);
/* The first that is the default of a role that the actor holds; else the one that says `otherwise`, or the first of
 * all; NULL: there is none. */
const struct dashboard *dashboards_for(const struct dashboards *dashboards, const struct actor *actor);

#endif

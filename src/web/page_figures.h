/* page_figures: what the figures' page and its charts share. */
#ifndef WEB_PAGE_FIGURES_H
#define WEB_PAGE_FIGURES_H

#include "insight/dashboards.h"
#include "web/visit.h"

struct figures_page {
	struct visit *visit;
	const struct type *type;
	struct figure_span_words words; /* as the address says them */
	struct figure_span span;
	struct str expression; /* in the filter bar */
	const struct query *filter;
	struct str error;         /* what is wrong with the period */
	struct str wrong;         /* with the expression, */
	struct query_place place; /* and where */
	struct str whole;         /* of a tile of one's own: the list behind it; empty: the figure's own page */
	bool frozen;              /* a report: as it was issued, all of it, without a CSV of its own */
};

/* The address of the page, or of the API, with the same period and filter: path?period=...&filter=... and `more`. */
struct str figures_url(const struct figures_page *page, struct str path, const char *more);

/* figure_draw.c: one figure with its chart, table and cases. references: of the result's records, in their order. */
void draw_figure(const struct figures_page *page, const struct figure *figure, const struct figure_result *result,
		 const struct reference *references);

/* One figure of a dashboard: what it says in a sentence, its chart, and its numbers as a table to open. */
void draw_tile(const struct figures_page *page, const struct tile *tile, const struct figure_result *result);

struct told_tile {
	const struct tile *tile;
	struct figures_page page;    /* with the tile's own period and filter */
	struct figure_result result; /* not of a tile of one's own */
};
/* dashboard_glance.c: what all of them say in a sentence each, the worst first, each leading to its tile. */
void draw_glance(struct html *h, const struct told_tile *told, size_t count);

/* dashboard_tile.c: what somebody asks by an expression or a saved view; `page` has its expression to be narrowed by.
 * Takes no more of *left (ms) than it may. */
MUST enum status draw_own_tile(const struct figures_page *page, struct connection *connection, const struct tile *tile,
			       int64_t *left);

/* page_record_report.c: the figures of a record that acts as report, as they were issued. */
MUST enum status draw_issued(struct visit *visit, struct connection *connection, const struct record *report);

#endif

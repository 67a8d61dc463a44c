/* figure_chart: a figure's result as a chart of the report module, with words and links for the reader. */
#ifndef WEB_FIGURE_CHART_H
#define WEB_FIGURE_CHART_H

#include "insight/insights.h"
#include "report/chart.h"
#include "web/words.h"

/* A number as people read it: 1,204; 92.8 %; 1 h 05 min; a dash where there is nothing to tell. */
struct str figure_words(const struct html *h, const struct figure_column *column, const struct figure_cell *cell);
/* What it is about; with more decimals where it misses its goal by so little that rounding would hide it. */
struct str figure_total_words(const struct html *h, const struct figure *figure, const struct figure_result *result);
/* "95.0 % or more": what a figure is to reach. */
struct str figure_goal_words(const struct html *h, const struct figure_goal *goal, const struct figure_column *column);
/* The first column that is drawn: what is drawn is not always what tells whether the goal is reached. */
size_t figure_drawn_from(const struct figure_result *result);
/* Whether there is nothing that it could tell of, and what is said then. */
bool figure_is_bare(const struct figure_result *result);
const char *figure_bare_words(const struct figure_result *result);
/* Whether it reaches its goal or misses it: a share of nothing does neither. */
bool figure_is_judged(const struct figure *figure, const struct figure_result *result);
/* The label of a row; the first day of a row of days or weeks. */
struct str figure_row_words(const struct html *h, const struct figure_result *result, const struct figure_row *row);
/* The list of the records behind a number. */
/* type: of a row's own records; NULL: the figure's. */
struct str figure_url(const struct figure *figure, const struct type *type, const struct html *h, struct str filter);

/* The id of its heading; types may have figures of one name. */
struct str figure_id(const struct html *h, const struct figure *figure);

/* Of a distribution: how many of its classes are within the target, 0 without one; and what the target is. */
size_t figure_within(const struct figure_result *result);
struct str figure_target_words(const struct html *h, const struct figure_result *result);

/* Whether it is drawn above its table, not as bars in it. */
bool figure_has_chart(const struct figure_result *result);
/* The chart and its legend, named by its heading; pareto: rows of values as a Pareto chart. */
void figure_draw_chart(struct html *h, const struct figure *figure, const struct figure_result *result, bool pareto);
/* Any other chart, with its legend. */
void figure_draw_lines(struct html *h, const struct chart *chart);
/* A bar in a cell of the table. */
void figure_draw_cell(struct html *h, const struct chart_part *parts, size_t count, double all);

#endif

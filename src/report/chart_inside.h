/* What the files of chart share: the plane that all draw on, and marks in it. */
#ifndef REPORT_CHART_INSIDE_H
#define REPORT_CHART_INSIDE_H

#include "report/chart.h"

enum { CHART_WIDTH = 440, CHART_HEIGHT = 230 };

struct box { /* where the marks stand; words stand around it */
	double left, top, right, bottom;
};

/* --- chart_svg.c: markup; every text is escaped --- */

void svg_text(struct buf *out, const char *tone, double x, double y, struct str text);
void svg_line(struct buf *out, const char *tone, double x1, double y1, double x2, double y2);
void svg_rect(struct buf *out, const char *tone, double x, double y, double width, double height);
void svg_dot(struct buf *out, const char *tone, double x, double y, double radius);
void svg_diamond(struct buf *out, const char *tone, double x, double y);
void svg_escaped(struct buf *out, struct str text);
/* Round the shape of a mark: its words on hover, and the link to what it counts. */
void svg_mark_open(struct buf *out, const struct chart_mark *mark);
void svg_mark_close(struct buf *out, const struct chart_mark *mark);
void svg_open(struct buf *out, const struct chart *chart, double height);

double text_width(struct str text); /* about, in the plane's units */
#define NARROW_WORDS 1.2            /* as many times as wide are words on a narrow screen (chart.css) */
struct str text_cut(struct arena *arena, struct str text, double width); /* with an ellipsis where it is longer */

/* --- the kinds --- */

void chart_draw_lines(struct buf *out, const struct chart *chart);
void chart_draw_columns(struct buf *out, const struct chart *chart);
void chart_draw_stacked(struct buf *out, const struct chart *chart);
void chart_draw_pareto(struct buf *out, const struct chart *chart);
void chart_draw_heat(struct buf *out, const struct chart *chart);
void chart_draw_forecast(struct buf *out, const struct chart *chart);
void chart_draw_classes(struct buf *out, const struct chart *chart);
void chart_draw_shades(struct buf *out, const struct chart *chart); /* the legend of a heat map */
const char *chart_part_shade(size_t part, size_t parts);            /* the class of a part of a stacked bar */

/* --- chart_scale.c --- */

struct str chart_say(const struct chart *chart, double value);
double chart_greatest(const struct chart *chart);
/* A scale up the left side with its lines across, for the marks of all series; sets the box's left side. */
struct chart_scale chart_draw_scale(struct buf *out, const struct chart *chart, struct box *box);
double scale_at(const struct chart_scale *scale, double from, double to, double value);
/* Some of the labels below the box, so that none touches the next; at x = first + i * step. */
void chart_draw_labels(struct buf *out, const struct chart *chart, double first, double step, double y);
/* A line through the marks of a series, broken where there is none. */
void chart_draw_run(struct buf *out, const struct chart *chart, const struct chart_series *series, const char *tone,
		    const struct box *box, const struct chart_scale *scale);
double run_x(const struct chart *chart, const struct box *box, size_t i);

#endif

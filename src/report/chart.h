/* chart: SVG drawn from numbers, for pages and reports alike.
 *
 * A chart is a table: labels in one direction, series in the other, and a mark where they cross. It knows nothing of
 * what the numbers count; whoever asks has put every word into the reader's language already.
 *
 *	const struct chart chart = {.kind = CHART_LINES, .titled_by = S("f-1"), .labels = days, .count = 14,
 *				    .series = both, .series_count = 2, .say = say_number};
 *	chart_draw(out, &chart);
 *	chart_draw_legend(out, &chart);
 *
 * The markup is well-formed XML whatever the texts hold. Colours and faces are classes (web/css/parts/chart.css), sizes
 * are attributes, and there is no style in it. Each mark says its value on hover; those that open records are links, so
 * the keyboard reaches them. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "base/str.h"

enum chart_kind {
	CHART_LINES,   /* a run of time: the first series drawn through, the second dashed */
	CHART_COLUMNS, /* a run of time, one series, standing */
	CHART_STACKED, /* a bar for each label, its parts the series, at most five */
	CHART_PARETO,  /* a bar for each label, the greatest first, and their running share of all; one series */
	CHART_CLASSES, /* a distribution over classes: one series, standing, perhaps with a target between two */
	CHART_HEAT,    /* a row for each series, a column for each label, five steps of one colour */
	CHART_FORECAST /* four series: counted, forecast, least likely, most likely; the last three begin at the last
			* counted
			*/
};

struct chart_mark {
	bool has; /* false: there is no value here, and lines have a gap */
	double value;
	struct str title; /* "P3, under 1 day: 18" */
	struct str url;   /* an own path that opens what was counted; empty: none */
	struct str words; /* at the end of its bar, where that is one; empty: as on the scale */
};

struct chart_series {
	struct str label;
	const struct chart_mark *marks; /* one for each label of the chart */
};

struct chart_goal { /* of lines, and the limit of a forecast */
	bool has, at_most;
	double value;
	struct str line;         /* "Target 95 %": at the line */
	struct str kept, missed; /* "on target", "below target": in the legend */
	struct str label;        /* "target": in the legend */
};

struct chart {
	enum chart_kind kind;
	struct str titled_by; /* id of the heading */
	const struct str *labels;
	size_t count;
	const struct chart_series *series;
	size_t series_count;
	struct chart_goal goal;
	const struct str *edges;  /* of classes: what is between them, one fewer; NULL: their labels stand below them */
	size_t within;            /* so many classes are within the target; 0: there is none */
	struct str now;           /* of a forecast: "Now 146" */
	struct str running, most; /* of a Pareto chart, in the legend: "cumulative share", "80 % of all" */
	struct str (*say)(const void *reader, double value); /* the words of a number on the scale */
	const void *reader;                                  /* handed to say() */
	bool whole;                                          /* counts: no marks between whole numbers */
};

void chart_draw(struct buf *out, const struct chart *chart);
void chart_draw_legend(struct buf *out, const struct chart *chart);

/* A bar in a cell of a table, beside the numbers that it shows: parts of all, one after the other. */
struct chart_part {
	const char *tone; /* a literal: "k4"; "kb" of what is wrong */
	double value;
};
void chart_draw_cell(struct buf *out, const struct chart_part *parts, size_t count, double all);

/* A scale of at most `most_steps` equal steps of 1, 2 or 5 with zeros that holds both values. */
struct chart_scale {
	double from, to, step;
	int steps;
};
struct chart_scale chart_scale_of(double least, double most, int most_steps, bool whole);

/* The shade 1 to 5 of a value in a heat map whose greatest is `most`; 0: nothing there. */
int chart_shade(double value, double most);

#endif

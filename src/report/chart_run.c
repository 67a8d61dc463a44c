/* Runs of time: lines, standing columns, and a backlog with what is likely to become of it. */
#include <math.h>

#include "report/chart_inside.h"

enum { POINTS_MOST = 31 }; /* more of them would be a line of dots */

static void draw_goal(struct buf *out, const struct chart *chart, const struct box *box,
		      const struct chart_scale *scale)
{
	double y = scale_at(scale, box->bottom, box->top, chart->goal.value);

	if (!chart->goal.has)
		return;
	svg_line(out, "tg", box->left, y, box->right, y);
}

struct spot { /* where words begin, on their line */
	double x, y;
};

/* Whether a line runs through words there. */
static bool is_crossed(const struct chart *chart, const struct chart_series *series, const struct box *box,
		       const struct chart_scale *scale, struct spot spot, double width)
{
	for (size_t i = 1; i < chart->count; i++) {
		const struct chart_mark *before = &series->marks[i - 1], *mark = &series->marks[i];
		double left = run_x(chart, box, i - 1), right = run_x(chart, box, i);
		double from = fmax(left, spot.x - 4), to = fmin(right, spot.x + width + 4);

		if (!before->has || !mark->has || from > to)
			continue;
		double y = scale_at(scale, box->bottom, box->top, before->value);
		double slope = (scale_at(scale, box->bottom, box->top, mark->value) - y) / (right - left);
		double one = y + slope * (from - left), other = y + slope * (to - left);
		if (fmax(one, other) >= spot.y - 14 && fmin(one, other) <= spot.y + 5)
			return true;
	}
	return false;
}

static bool is_free(const struct chart *chart, const struct box *box, const struct chart_scale *scale, struct spot spot,
		    double width)
{
	for (size_t s = 0; s < chart->series_count; s++)
		if (is_crossed(chart, &chart->series[s], box, scale, spot, width))
			return false;
	return true;
}

static struct spot first_spot(const struct chart *chart, const struct box *box, const struct chart_scale *scale)
{
	double y = scale_at(scale, box->bottom, box->top, chart->goal.value);

	return (struct spot){box->left + 4, y - 6 > box->top + 8 ? y - 6 : y + 15};
}

/* Above or below the goal, as far to the left as no line runs through its words. */
static struct spot find_spot(const struct chart *chart, const struct box *box, const struct chart_scale *scale)
{
	enum { PLACES = 9 };
	double y = scale_at(scale, box->bottom, box->top, chart->goal.value);
	double width = text_width(chart->goal.line) * NARROW_WORDS;
	bool above = y - 6 > box->top + 8, below = y + 15 < box->bottom - 2;
	const struct spot first = first_spot(chart, box, scale);

	for (int i = 0; i < PLACES; i++) {
		double x = first.x + fmax(0, box->right - 4 - width - first.x) * i / (PLACES - 1);

		if (above && is_free(chart, box, scale, (struct spot){x, y - 6}, width))
			return (struct spot){x, y - 6};
		if (below && is_free(chart, box, scale, (struct spot){x, y + 15}, width))
			return (struct spot){x, y + 15};
	}
	return first;
}

/* After what is drawn, so that it can be read where that runs through it all the same. */
static void name_goal(struct buf *out, const struct chart *chart, struct spot spot)
{
	if (chart->goal.has)
		svg_text(out, "tw", spot.x, spot.y, chart->goal.line);
}

static bool misses(const struct chart_goal *goal, double value)
{
	return goal->has && (goal->at_most ? value > goal->value : value < goal->value);
}

/* Of one series a point, of two only where the pointer finds it; below the goal another shape, not only colour. */
static void draw_point(struct buf *out, const struct chart *chart, const struct chart_mark *mark, double x, double y)
{
	svg_mark_open(out, mark);
	svg_dot(out, "hit", x, y, 9);
	if (misses(&chart->goal, mark->value))
		svg_diamond(out, "ptb", x, y);
	else if (chart->series_count == 1 && chart->count <= POINTS_MOST)
		svg_dot(out, "pt", x, y, 3);
	svg_mark_close(out, mark);
}

static const struct chart_mark *last_of(const struct chart *chart, const struct chart_series *series)
{
	for (size_t i = chart->count; i > 0; i--)
		if (series->marks[i - 1].has)
			return &series->marks[i - 1];
	return NULL;
}

/* The words of two lines that end together stand one below the other. */
static void draw_ends(struct buf *out, const struct chart *chart, const struct box *box,
		      const struct chart_scale *scale)
{
	double y[2] = {0};

	for (size_t s = 0; s < 2; s++) {
		const struct chart_mark *last = last_of(chart, &chart->series[s]);

		if (!last)
			return;
		y[s] = scale_at(scale, box->bottom, box->top, last->value) + 4;
	}
	if (fabs(y[0] - y[1]) < 15) {
		size_t lower = y[1] >= y[0];
		double middle = fmin((y[0] + y[1]) / 2, box->bottom - 4);

		y[lower] = middle + 8;
		y[1 - lower] = middle - 7;
	}
	svg_text(out, "s", box->right + 6, y[0], chart->series[0].label);
	svg_text(out, "v", box->right + 6, y[1], chart->series[1].label);
}

void chart_draw_lines(struct buf *out, const struct chart *chart)
{
	bool two = chart->series_count > 1;
	struct box box = {0, 12, CHART_WIDTH - 14, CHART_HEIGHT - 26};
	struct chart_scale scale;

	if (two)
		box.right = CHART_WIDTH - 10 -
			    fmin(90, fmax(text_width(chart->series[0].label), text_width(chart->series[1].label)));
	svg_open(out, chart, CHART_HEIGHT);
	scale = chart_draw_scale(out, chart, &box);
	chart_draw_labels(out, chart, run_x(chart, &box, 0),
			  chart->count > 1 ? run_x(chart, &box, 1) - run_x(chart, &box, 0) : 0, CHART_HEIGHT - 8);
	draw_goal(out, chart, &box, &scale);
	if (two)
		chart_draw_run(out, chart, &chart->series[1], "l2", &box, &scale);
	if (chart->series_count)
		chart_draw_run(out, chart, &chart->series[0], "ln", &box, &scale);
	for (size_t s = 0; s < chart->series_count && s < 2; s++)
		for (size_t i = 0; i < chart->count; i++)
			if (chart->series[s].marks[i].has)
				draw_point(out, chart, &chart->series[s].marks[i], run_x(chart, &box, i),
					   scale_at(&scale, box.bottom, box.top, chart->series[s].marks[i].value));
	if (two)
		draw_ends(out, chart, &box, &scale);
	name_goal(out, chart, find_spot(chart, &box, &scale));
	buf_add_c(out, "</svg>");
}

void chart_draw_columns(struct buf *out, const struct chart *chart)
{
	struct box box = {0, 12, CHART_WIDTH - 6, CHART_HEIGHT - 26};
	struct chart_scale scale;
	double slot;

	svg_open(out, chart, CHART_HEIGHT);
	scale = chart_draw_scale(out, chart, &box);
	slot = (box.right - box.left) / (double)(chart->count ? chart->count : 1);
	for (size_t i = 0; chart->series_count && i < chart->count; i++) {
		const struct chart_mark *mark = &chart->series[0].marks[i];
		double y = mark->has ? scale_at(&scale, box.bottom, box.top, mark->value) : box.bottom;

		if (!mark->has || y >= box.bottom)
			continue;
		svg_mark_open(out, mark);
		svg_rect(out, "k4", box.left + slot * ((double)i + 0.1), y, slot * 0.8, box.bottom - y);
		svg_mark_close(out, mark);
	}
	draw_goal(out, chart, &box, &scale);
	name_goal(out, chart, first_spot(chart, &box, &scale));
	chart_draw_labels(out, chart, box.left + slot / 2, slot, CHART_HEIGHT - 8);
	buf_add_c(out, "</svg>");
}

/* --- a forecast --- */

enum { COUNTED, FORECAST, LOW, HIGH, PARTS };

static void draw_band(struct buf *out, const struct chart *chart, const struct box *box,
		      const struct chart_scale *scale)
{
	const struct chart_mark *high = chart->series[HIGH].marks, *low = chart->series[LOW].marks;

	buf_add_c(out, "<polygon class='band' points='");
	for (size_t i = 0; i < chart->count; i++)
		if (high[i].has)
			buf_format(out, "%.1f,%.1f ", run_x(chart, box, i),
				   scale_at(scale, box->bottom, box->top, high[i].value));
	for (size_t i = chart->count; i > 0; i--)
		if (low[i - 1].has)
			buf_format(out, "%.1f,%.1f ", run_x(chart, box, i - 1),
				   scale_at(scale, box->bottom, box->top, low[i - 1].value));
	buf_add_c(out, "'/>");
}

static void draw_now(struct buf *out, const struct chart *chart, const struct box *box)
{
	size_t last = 0;
	double x;

	for (size_t i = 0; i < chart->count; i++)
		if (chart->series[COUNTED].marks[i].has)
			last = i;
	x = run_x(chart, box, last);
	svg_line(out, "now", x, box->top - 6, x, box->bottom);
	svg_text(out, "s e", x - 5, box->top + 2, chart->now);
}

/* Where the forecast comes to the limit. */
static void draw_reached(struct buf *out, const struct chart *chart, const struct box *box,
			 const struct chart_scale *scale)
{
	const struct chart_mark *marks = chart->series[FORECAST].marks;
	double limit = chart->goal.value;

	for (size_t i = 1; chart->goal.has && i < chart->count; i++) {
		double part, x = run_x(chart, box, i - 1);

		if (!marks[i - 1].has || !marks[i].has || marks[i - 1].value >= limit || marks[i].value < limit)
			continue;
		part = (limit - marks[i - 1].value) / (marks[i].value - marks[i - 1].value);
		svg_diamond(out, "ptw", x + part * (run_x(chart, box, i) - x),
			    scale_at(scale, box->bottom, box->top, limit));
		return;
	}
}

void chart_draw_forecast(struct buf *out, const struct chart *chart)
{
	struct box box = {0, 20, CHART_WIDTH - 10, CHART_HEIGHT - 26};
	struct chart_scale scale;

	svg_open(out, chart, CHART_HEIGHT);
	scale = chart_draw_scale(out, chart, &box);
	if (chart->series_count == PARTS) {
		draw_band(out, chart, &box, &scale);
		draw_goal(out, chart, &box, &scale);
		draw_now(out, chart, &box);
		chart_draw_run(out, chart, &chart->series[COUNTED], "ln", &box, &scale);
		chart_draw_run(out, chart, &chart->series[FORECAST], "l2", &box, &scale);
		draw_reached(out, chart, &box, &scale);
		for (size_t s = COUNTED; s <= FORECAST; s++)
			for (size_t i = 0; i < chart->count; i++)
				if (chart->series[s].marks[i].has) {
					svg_mark_open(out, &chart->series[s].marks[i]);
					svg_dot(out, "hit", run_x(chart, &box, i),
						scale_at(&scale, box.bottom, box.top, chart->series[s].marks[i].value),
						9);
					svg_mark_close(out, &chart->series[s].marks[i]);
				}
	}
	chart_draw_labels(out, chart, run_x(chart, &box, 0),
			  chart->count > 1 ? run_x(chart, &box, 1) - run_x(chart, &box, 0) : 0, CHART_HEIGHT - 8);
	name_goal(out, chart, find_spot(chart, &box, &scale));
	buf_add_c(out, "</svg>");
}

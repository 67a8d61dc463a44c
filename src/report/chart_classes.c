/* A distribution: standing bars of classes, their bounds below the lines between them, and a target at one of these.
 * What lies beyond it has another colour and a sign. */
#include "report/chart_inside.h"

enum { TOP = 40, GAP = 6 };

static void draw_bar(struct buf *out, const struct chart *chart, const struct box *box, const struct chart_scale *scale,
		     size_t i)
{
	const struct chart_mark *mark = &chart->series[0].marks[i];
	bool beyond = chart->within && i >= chart->within;
	double slot = (box->right - box->left) / (double)chart->count, x = box->left + slot * (double)i,
	       y = scale_at(scale, box->bottom, box->top, mark->value);

	if (!mark->has)
		return;
	svg_mark_open(out, mark);
	svg_rect(out, "hit", x, box->top, slot, box->bottom - box->top);
	svg_rect(out, beyond ? "kb" : "k4", x + GAP / 2.0, y, slot - GAP, box->bottom - y);
	svg_text(out, "s m", x + slot / 2, y - 6, chart_say(chart, mark->value));
	if (beyond && mark->value > 0)
		svg_diamond(out, "ptb", x + slot / 2, y - 25);
	svg_mark_close(out, mark);
}

static void draw_target(struct buf *out, const struct chart *chart, const struct box *box)
{
	double x = box->left + (box->right - box->left) * (double)chart->within / (double)chart->count;
	bool left = chart->within * 2 > chart->count;

	if (!chart->within)
		return;
	svg_line(out, "tg", x, 0, x, box->bottom);
	svg_text(out, left ? "tw e" : "tw", left ? x - 5 : x + 5, 11, chart->goal.line);
}

void chart_draw_classes(struct buf *out, const struct chart *chart)
{
	struct box box = {0, TOP, CHART_WIDTH - 6, CHART_HEIGHT - 26};
	struct chart_scale scale;
	struct chart below = *chart;
	double slot;

	svg_open(out, chart, CHART_HEIGHT);
	scale = chart_draw_scale(out, chart, &box);
	slot = (box.right - box.left) / (double)(chart->count ? chart->count : 1);
	for (size_t i = 0; chart->series_count && i < chart->count; i++)
		draw_bar(out, chart, &box, &scale, i);
	draw_target(out, chart, &box);
	if (chart->edges && chart->count) {
		below.labels = chart->edges;
		below.count = chart->count - 1;
	}
	chart_draw_labels(out, &below, box.left + (chart->edges ? slot : slot / 2), slot, CHART_HEIGHT - 8);
	buf_add_c(out, "</svg>");
}

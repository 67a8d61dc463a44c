/* Lying bars: stacked by their parts, or the greatest first with the running share of all. */
#include <math.h>

#include "report/chart_inside.h"

enum { BAR = 23, PITCH = 33, PARETO_BAR = 18, PARETO_PITCH = 25, LABEL_MOST = 180 };

/* As far apart as the five steps allow, so that neighbours differ. */
const char *chart_part_shade(size_t part, size_t parts)
{
	static const char *const shades[5][5] = {
	    {"k4"}, {"k2", "k4"}, {"k1", "k3", "k5"}, {"k1", "k2", "k4", "k5"}, {"k1", "k2", "k3", "k4", "k5"}};

	return shades[parts > 5 ? 4 : parts ? parts - 1 : 0][part > 4 ? 4 : part];
}

static bool is_dark(const char *shade)
{
	return shade[1] >= '4';
}

/* Letters in bold are wider. */
static double bold_width(struct str text)
{
	return text_width(text) * 1.1;
}

static double widest_label(const struct chart *chart)
{
	bool bold = chart->series_count > 1; /* see chart_draw_stacked() */
	double widest = 0;

	for (size_t i = 0; i < chart->count; i++)
		widest = fmax(widest, bold ? bold_width(chart->labels[i]) : text_width(chart->labels[i]));
	return fmin(widest, LABEL_MOST);
}

/* The scale along the foot, with its lines up through the bars. */
static void draw_foot(struct buf *out, const struct chart *chart, const struct chart_scale *scale,
		      const struct box *box)
{
	for (int i = 0; i <= scale->steps; i++) {
		double value = scale->from + scale->step * i, x = scale_at(scale, box->left, box->right, value);

		svg_line(out, i ? "gr" : "ax", x, box->top, x, box->bottom);
		svg_text(out, "m", x, box->bottom + 16, chart_say(chart, value));
	}
}

static double sum_of(const struct chart *chart, size_t i)
{
	double sum = 0;

	for (size_t s = 0; s < chart->series_count; s++)
		sum += chart->series[s].marks[i].has ? chart->series[s].marks[i].value : 0;
	return sum;
}

/* What stands at the end of a bar: of one that is empty that it is, of several parts their sum if there is any. */
static struct str end_words(const struct chart *chart, size_t i)
{
	const struct chart_mark *only = chart->series_count == 1 ? &chart->series[0].marks[i] : NULL;
	double sum = sum_of(chart, i);

	if (only && only->words.n)
		return only->words;
	return sum > 0 || (only && only->has) ? chart_say(chart, sum) : (struct str){0};
}

static void draw_parts(struct buf *out, const struct chart *chart, const struct chart_scale *scale,
		       const struct box *box, size_t i, double y)
{
	struct str end = end_words(chart, i);
	double before = 0;

	for (size_t s = 0; s < chart->series_count; s++) {
		const struct chart_mark *mark = &chart->series[s].marks[i];
		const char *shade = chart_part_shade(s, chart->series_count);
		double x = scale_at(scale, box->left, box->right, before), width;
		struct str words;

		if (!mark->has || mark->value <= 0)
			continue;
		before += mark->value;
		width = scale_at(scale, box->left, box->right, before) - x - 1; /* paper between neighbours */
		words = chart_say(chart, mark->value);
		svg_mark_open(out, mark);
		svg_rect(out, shade, x, y, width, BAR);
		if (chart->series_count > 1 && text_width(words) + 6 < width)
			svg_text(out, is_dark(shade) ? "m inv" : "m v", x + width / 2, y + 16, words);
		svg_mark_close(out, mark);
	}
	if (end.n)
		svg_text(out, before > 0 ? "s" : "v", scale_at(scale, box->left, box->right, before) + 6, y + 16, end);
}

void chart_draw_stacked(struct buf *out, const struct chart *chart)
{
	double left = widest_label(chart) + 12, bottom = 6 + PITCH * (double)chart->count, most = 0, end = 0;
	struct box box = {left, 6, CHART_WIDTH, bottom};
	struct chart_scale scale;

	for (size_t i = 0; i < chart->count; i++) {
		most = fmax(most, sum_of(chart, i));
		end = fmax(end, bold_width(end_words(chart, i)));
	}
	scale = chart_scale_of(0, most, 4, chart->whole);
	box.right = CHART_WIDTH - fmax(end, text_width(chart_say(chart, scale.to)) / 2) - 10;
	svg_open(out, chart, bottom + 24);
	draw_foot(out, chart, &scale, &box);
	for (size_t i = 0; i < chart->count; i++) {
		double y = 12 + PITCH * (double)i;

		svg_text(out, chart->series_count > 1 ? "s" : "v", 0, y + 16,
			 text_cut(out->arena, chart->labels[i], LABEL_MOST));
		draw_parts(out, chart, &scale, &box, i, y);
	}
	buf_add_c(out, "</svg>");
}

/* --- Pareto --- */

static void draw_running(struct buf *out, const struct chart *chart, const struct chart_scale *scale,
			 const struct box *box, double total)
{
	double running = 0;

	buf_add_c(out, "<polyline class='l2' points='");
	for (size_t i = 0; i < chart->count; i++) {
		running += sum_of(chart, i);
		buf_format(out, "%.1f,%.1f ", scale_at(scale, box->left, box->right, 100 * running / total),
			   15 + PARETO_PITCH * (double)i);
	}
	buf_add_c(out, "'/>");
	running = 0;
	for (size_t i = 0; i < chart->count; i++) {
		running += sum_of(chart, i);
		svg_dot(out, "pt", scale_at(scale, box->left, box->right, 100 * running / total),
			15 + PARETO_PITCH * (double)i, 2.5);
	}
}

void chart_draw_pareto(struct buf *out, const struct chart *chart)
{
	const struct chart_scale scale = {.from = 0, .to = 100, .step = 20, .steps = 5};
	double label = widest_label(chart), number = text_width(chart_say(chart, chart_greatest(chart))), total = 0;
	struct box box = {label + number + 24, 4, CHART_WIDTH - 12, 6 + PARETO_PITCH * (double)chart->count};

	for (size_t i = 0; i < chart->count; i++)
		total += sum_of(chart, i);
	svg_open(out, chart, box.bottom + 24);
	for (int i = 0; i <= scale.steps; i++) {
		double x = scale_at(&scale, box.left, box.right, 20 * i);

		svg_line(out, i == 4 ? "tg" : i ? "gr" : "ax", x, box.top, x, box.bottom);
		buf_format(out, "<text class='m' x='%.1f' y='%.1f'>%d</text>", x, box.bottom + 16, 20 * i);
	}
	for (size_t i = 0; chart->series_count && i < chart->count; i++) {
		const struct chart_mark *mark = &chart->series[0].marks[i];
		double y = 6 + PARETO_PITCH * (double)i;

		svg_text(out, "v", 0, y + 14, text_cut(out->arena, chart->labels[i], LABEL_MOST));
		svg_text(out, "s e", box.left - 8, y + 14, chart_say(chart, mark->value));
		svg_mark_open(out, mark);
		svg_rect(out, "k4", box.left, y,
			 total > 0 ? scale_at(&scale, box.left, box.right, 100 * mark->value / total) - box.left : 0,
			 PARETO_BAR);
		svg_mark_close(out, mark);
	}
	if (total > 0)
		draw_running(out, chart, &scale, &box, total);
	buf_add_c(out, "</svg>");
}

/* A heat map: rows of cells in five steps of one colour. */
#include <math.h>

#include "report/chart_inside.h"

enum { SHADES = 5, CELL = 26, CELL_PITCH = 28 };

/* Steps of whole numbers, as people count them. */
static double step_of(double most)
{
	return fmax(1, ceil(most / SHADES));
}

int chart_shade(double value, double most)
{
	int shade = value > 0 ? (int)ceil(value / step_of(most)) : 0;

	return shade > SHADES ? SHADES : shade;
}

void chart_draw_heat(struct buf *out, const struct chart *chart)
{
	static const char *const shades[] = {"", "k1", "k2", "k3", "k4", "k5"};
	double left = 0, pitch, bottom = CELL_PITCH * (double)chart->series_count, most = chart_greatest(chart);

	for (size_t s = 0; s < chart->series_count; s++)
		left = fmax(left, text_width(chart->series[s].label) + 10);
	pitch = (CHART_WIDTH - left) / (double)(chart->count ? chart->count : 1);
	svg_open(out, chart, bottom + 26);
	for (size_t s = 0; s < chart->series_count; s++) {
		double y = CELL_PITCH * (double)s;

		svg_text(out, "v", 0, y + 17, chart->series[s].label);
		for (size_t i = 0; i < chart->count; i++) {
			const struct chart_mark *mark = &chart->series[s].marks[i];
			int shade = mark->has ? chart_shade(mark->value, most) : 0;

			if (!shade)
				continue;
			svg_mark_open(out, mark);
			svg_rect(out, shades[shade], left + pitch * (double)i, y, pitch - 1.5, CELL);
			svg_mark_close(out, mark);
		}
	}
	chart_draw_labels(out, chart, left + pitch / 2, pitch, bottom + 18);
	buf_add_c(out, "</svg>");
}

void chart_draw_shades(struct buf *out, const struct chart *chart)
{
	double most = chart_greatest(chart), step = step_of(most);

	for (int i = 1; i <= SHADES; i++) {
		double from = step * (i - 1) + 1, to = fmin(step * i, fmax(most, 1));

		if (from > to)
			break;
		buf_format(
		    out,
		    "<li><svg viewBox='0 0 16 12' aria-hidden='true'><rect class='k%d' width='16' height='12'/></svg>",
		    i);
		svg_escaped(out, chart_say(chart, from));
		if (to > from) {
			buf_add_c(out, "–");
			svg_escaped(out, chart_say(chart, to));
		}
		buf_add_c(out, "</li>");
	}
}

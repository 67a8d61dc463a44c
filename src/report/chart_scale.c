/* Scales, and what charts with a scale at their left have in common. */
#include "report/chart_inside.h"

#include <float.h>
#include <math.h>

static double step_of(double span, int most_steps, bool whole)
{
	static const double parts[] = {1, 2, 5};
	double power = pow(10, floor(log10(span / most_steps)));

	if (whole && power < 1)
		power = 1;
	for (;; power *= 10)
		for (size_t i = 0; i < 3; i++)
			if (power * parts[i] * most_steps >= span * (1 - DBL_EPSILON))
				return power * parts[i];
}

struct chart_scale chart_scale_of(double least, double most, int most_steps, bool whole)
{
	struct chart_scale scale = {0};

	if (!(most > least)) /* a flat line still has a scale */
		most = least + 1;
	/* Where the ends are not on the steps, rounding outwards can take one more than the span has. */
	for (double span = most - least;; span = scale.step * (most_steps + 0.5)) {
		scale.step = step_of(span, most_steps, whole);
		scale.from = floor(least / scale.step + 1e-9) * scale.step;
		scale.to = ceil(most / scale.step - 1e-9) * scale.step;
		scale.steps = (int)lround((scale.to - scale.from) / scale.step);
		if (scale.steps <= most_steps)
			return scale;
	}
}

struct str chart_say(const struct chart *chart, double value)
{
	return chart->say(chart->reader, value);
}

double chart_greatest(const struct chart *chart)
{
	double most = 0;

	for (size_t s = 0; s < chart->series_count; s++)
		for (size_t i = 0; i < chart->count; i++)
			if (chart->series[s].marks[i].has)
				most = fmax(most, chart->series[s].marks[i].value);
	return most;
}

static double least_of(const struct chart *chart)
{
	double least = DBL_MAX;

	for (size_t s = 0; s < chart->series_count; s++)
		for (size_t i = 0; i < chart->count; i++)
			if (chart->series[s].marks[i].has)
				least = fmin(least, chart->series[s].marks[i].value);
	return least < DBL_MAX ? least : 0;
}

double scale_at(const struct chart_scale *scale, double from, double to, double value)
{
	return from + (to - from) * (value - scale->from) / (scale->to - scale->from);
}

/* Bars are read by their length and begin at nothing. Lines are read by their slope: where all of it lies high, the
 * scale begins below the least. */
static struct chart_scale scale_of(const struct chart *chart)
{
	double least = least_of(chart), most = chart_greatest(chart);

	if (chart->goal.has) {
		least = fmin(least, chart->goal.value);
		most = fmax(most, chart->goal.value);
	}
	if (chart->kind == CHART_COLUMNS || chart->kind == CHART_CLASSES || least < most / 2)
		least = fmin(least, 0);
	return chart_scale_of(least, most, 4, chart->whole);
}

struct chart_scale chart_draw_scale(struct buf *out, const struct chart *chart, struct box *box)
{
	struct chart_scale scale = scale_of(chart);
	double widest = 0;

	for (int i = 0; i <= scale.steps; i++)
		widest = fmax(widest, text_width(chart_say(chart, scale.from + scale.step * i)));
	box->left = widest + 12;
	for (int i = 0; i <= scale.steps; i++) {
		double value = scale.from + scale.step * i, y = scale_at(&scale, box->bottom, box->top, value);

		svg_line(out, i ? "gr" : "ax", box->left, y, box->right, y);
		svg_text(out, "e", box->left - 6, y + 4, chart_say(chart, value));
	}
	return scale;
}

void chart_draw_labels(struct buf *out, const struct chart *chart, double first, double step, double y)
{
	double widest = 1;
	size_t every;

	for (size_t i = 0; i < chart->count; i++)
		widest = fmax(widest, text_width(chart->labels[i]));
	every = step > 0 ? (size_t)ceil((widest + 8) / step) : 1;
	for (size_t i = 0; i < chart->count; i += every ? every : 1) {
		double x = first + step * (double)i, half = text_width(chart->labels[i]) * NARROW_WORDS / 2;
		bool fits = x + half <= CHART_WIDTH;

		svg_text(out, fits ? "m" : "e", fits ? x : CHART_WIDTH, y, chart->labels[i]);
	}
}

double run_x(const struct chart *chart, const struct box *box, size_t i)
{
	if (chart->count < 2)
		return (box->left + box->right) / 2;
	return box->left + (box->right - box->left) * (double)i / (double)(chart->count - 1);
}

void chart_draw_run(struct buf *out, const struct chart *chart, const struct chart_series *series, const char *tone,
		    const struct box *box, const struct chart_scale *scale)
{
	bool drawing = false;

	for (size_t i = 0; i < chart->count; i++) {
		const struct chart_mark *mark = &series->marks[i];

		if (mark->has && !drawing)
			buf_format(out, "<polyline class='%s' points='", tone);
		if (mark->has)
			buf_format(out, "%s%.1f,%.1f", drawing ? " " : "", run_x(chart, box, i),
				   scale_at(scale, box->bottom, box->top, mark->value));
		else if (drawing)
			buf_add_c(out, "'/>");
		drawing = mark->has;
	}
	if (drawing)
		buf_add_c(out, "'/>");
}

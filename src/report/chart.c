/* Which chart, and its legend. */
#include "report/chart.h"

#include "report/chart_inside.h"

void chart_draw(struct buf *out, const struct chart *chart)
{
	static void (*const kinds[])(struct buf * out, const struct chart *chart) = {
	    [CHART_LINES] = chart_draw_lines,      [CHART_COLUMNS] = chart_draw_columns,
	    [CHART_STACKED] = chart_draw_stacked,  [CHART_PARETO] = chart_draw_pareto,
	    [CHART_CLASSES] = chart_draw_classes,  [CHART_HEAT] = chart_draw_heat,
	    [CHART_FORECAST] = chart_draw_forecast};

	kinds[chart->kind](out, chart);
}

/* shape: markup of a sign in 16 by 12. */
static void draw_item(struct buf *out, const char *shape, struct str words)
{
	if (!words.n)
		return;
	buf_format(out, "<li><svg viewBox='0 0 16 12' aria-hidden='true'>%s</svg>", shape);
	svg_escaped(out, words);
	buf_add_c(out, "</li>");
}

static const char *const through = "<path class='ln' d='M0 6h16'/>", *const dashed = "<path class='l2' d='M0 6h16'/>",
			 *const dotted = "<path class='tg' d='M0 6h16'/>";

static void draw_lines_legend(struct buf *out, const struct chart *chart)
{
	if (chart->series_count > 1) {
		draw_item(out, through, chart->series[0].label);
		draw_item(out, dashed, chart->series[1].label);
	}
	if (!chart->goal.has)
		return;
	draw_item(out, "<circle class='pt' cx='8' cy='6' r='3'/>", chart->goal.kept);
	draw_item(out, "<path class='ptb' d='M8 0l6 6-6 6-6-6z'/>", chart->goal.missed);
	draw_item(out, dotted, chart->goal.label);
}

static void draw_forecast_legend(struct buf *out, const struct chart *chart)
{
	draw_item(out, through, chart->series[0].label);
	draw_item(out, dashed, chart->series[1].label);
	draw_item(out, "<rect class='band' width='16' height='12'/>", chart->series[2].label);
	if (chart->goal.has)
		draw_item(out, dotted, chart->goal.label);
}

static void draw_stacked_legend(struct buf *out, const struct chart *chart)
{
	for (size_t s = 0; chart->series_count > 1 && s < chart->series_count; s++)
		draw_item(out,
			  str_c(out->arena, str_format(out->arena, "<rect class='%s' width='16' height='12'/>",
						       chart_part_shade(s, chart->series_count))),
			  chart->series[s].label);
}

static void draw_classes_legend(struct buf *out, const struct chart *chart)
{
	if (!chart->within)
		return;
	draw_item(out, "<rect class='k4' width='16' height='12'/>", chart->goal.kept);
	draw_item(out, "<path class='ptb' d='M8 0l6 6-6 6-6-6z'/>", chart->goal.missed);
	draw_item(out, "<path class='tg' d='M8 0v12'/>", chart->goal.label);
}

static void draw_items(struct buf *out, const struct chart *chart)
{
	switch (chart->kind) {
	case CHART_LINES:
		draw_lines_legend(out, chart);
		break;
	case CHART_FORECAST:
		if (chart->series_count == 4)
			draw_forecast_legend(out, chart);
		break;
	case CHART_STACKED:
		draw_stacked_legend(out, chart);
		break;
	case CHART_CLASSES:
		draw_classes_legend(out, chart);
		break;
	case CHART_HEAT:
		chart_draw_shades(out, chart);
		break;
	case CHART_PARETO:
		if (chart->series_count)
			draw_item(out, "<rect class='k4' width='16' height='12'/>", chart->series[0].label);
		draw_item(out, dashed, chart->running);
		draw_item(out, "<path class='tg' d='M8 0v12'/>", chart->most);
		break;
	case CHART_COLUMNS: /* one series, named by the title */
		break;
	}
}

void chart_draw_legend(struct buf *out, const struct chart *chart)
{
	struct buf items = buf_new(out->arena);

	draw_items(&items, chart);
	if (!items.n)
		return;
	buf_add_c(out, "<ul class='legend plot'>");
	buf_add(out, buf_str(&items));
	buf_add_c(out, "</ul>");
}

void chart_draw_cell(struct buf *out, const struct chart_part *parts, size_t count, double all)
{
	double x = 0;

	buf_add_c(out, "<svg class='plot' viewBox='0 0 100 10' preserveAspectRatio='none' aria-hidden='true'>");
	for (size_t i = 0; i < count; i++) {
		double width = all > 0 ? 100 * parts[i].value / all : 0;

		svg_rect(out, parts[i].tone, x, 0, width, 10);
		x += width;
	}
	buf_add_c(out, "</svg>");
}

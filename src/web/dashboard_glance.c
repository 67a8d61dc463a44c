/* What a dashboard says, before its charts: how many goals are missed, then a sentence for each figure, the worst
 * first. */
#include "web/figure_chart.h"
#include "web/figure_finding.h"
#include "web/page_figures.h"

enum standing { STANDS_MISSED, STANDS_MET, STANDS_OPEN, STANDINGS };

static enum standing standing_of(const struct told_tile *told)
{
	if (!figure_is_judged(told->tile->figure, &told->result))
		return STANDS_OPEN;
	return told->result.reaches_goal ? STANDS_MET : STANDS_MISSED;
}

static void draw_one(struct html *h, const struct told_tile *told, enum standing standing)
{
	static const char *const classes[] = {"missed", "met", "open"};
	static const enum icon icons[] = {ICON_ALERT, ICON_CHECK, ICON_INFO};
	const struct figure *figure = told->tile->figure;

	html(h, "<li class='%a'>%i<a href='#%a'>%t</a> <span>%t</span></li>", classes[standing], icons[standing],
	     figure_id(h, figure), words_of(told->page.visit, &figure->label),
	     figure_finding(h, figure, &told->result, told->tile->pareto));
}

void draw_glance(struct html *h, const struct told_tile *told, size_t count)
{
	int64_t of[STANDINGS] = {0};

	for (size_t i = 0; i < count; i++)
		if (!told[i].tile->own)
			of[standing_of(&told[i])]++;
	html(h, "<section class='glance' aria-labelledby='glance'><h2 id='glance'>%l</h2><p class='say %a'>%t</p><ul>",
	     N_("At a glance"), of[STANDS_MISSED] ? "missed" : "met",
	     of[STANDS_MISSED] ? phrase_count(h, of[STANDS_MISSED], N_("%s goal is missed"), N_("%s goals are missed"))
			       : label(h, N_("No goal is missed")));
	for (int standing = 0; standing < STANDINGS; standing++)
		for (size_t i = 0; i < count; i++)
			if (!told[i].tile->own && (int)standing_of(&told[i]) == standing)
				draw_one(h, &told[i], (enum standing)standing);
	html(h, "</ul></section>");
}

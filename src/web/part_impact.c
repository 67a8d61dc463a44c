#include "web/part_impact.h"

static void draw_reached(struct html *h, const struct reached_view *views, size_t count)
{
	html(h, "<ul class='reached'>");
	for (size_t i = 0; i < count; i++) {
		html(h, "<li><a href='%u'>%t</a>", views[i].url, views[i].title);
		if (views[i].note.n)
			html(h, " <span class='dim small'>%t</span>", views[i].note);
		html(h, "</li>");
	}
	html(h, "</ul>");
}

static void draw_proposal(struct html *h, const struct impact_view *v)
{
	html(h, "<p class='line'>");
	html(h, "<span>%l <b>%t</b></span>", N_("Proposed impact:"), v->proposed);
	if (v->take_value.n)
		html(h, "<button class='btn s' form='%a' name='look' value='%a' formnovalidate>%l</button>", v->form,
		     v->take_value, N_("Take over"));
	html(h, "</p>");
}

void draw_impact(struct html *h, const struct impact_view *v)
{
	html(h, "<div class='impact'>");
	if (v->proposed.n)
		draw_proposal(h, v);
	if (v->service_count)
		draw_reached(h, v->services, v->service_count);
	else
		html(h, "<p class='dim small'>%l</p>", N_("No service hangs on it."));
	if (v->customer_count) {
		html(h, "<h3 class='kind'>%l</h3>", N_("Who feels it"));
		draw_reached(h, v->customers, v->customer_count);
	}
	if (v->item_count) {
		html(h, "<details class='more'><summary class='small'>%i%t</summary>", ICON_RIGHT,
		     phrase_count(h, (int64_t)v->item_count, N_("%s item depends on it"), N_("%s items depend on it")));
		draw_reached(h, v->items, v->item_count);
		html(h, "</details>");
	}
	if (v->cut)
		html(h, "<p class='dim small'>%l</p>", N_("There is more than is shown here."));
	html(h, "</div>");
}

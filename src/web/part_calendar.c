#include "web/part_calendar.h"

static const char *kind_class(int kind)
{
	static const char *const classes[KINDS_TOLD + 1] = {"", "k1", "k2", "k3", "k4"};

	return classes[kind < 0 ? 0 : kind > KINDS_TOLD ? KINDS_TOLD : kind];
}

static void draw_turning(struct html *h, const struct calendar_view *c)
{
	html(h, "<div class='calhead'><h2>%t <span class='n'>%t</span></h2><div class='btns push'>", c->title, c->sum);
	html(h, "<a class='btn icon s' href='%u' data-key='[' rel='prev' aria-label='%l'>%i</a>", c->before_url,
	     c->by_week ? N_("Week before") : N_("Month before"), ICON_LEFT);
	html(h, "<a class='btn s' href='%u' data-key='t'>%l</a>", c->today_url, N_("Today"));
	html(h, "<a class='btn icon s' href='%u' data-key=']' rel='next' aria-label='%l'>%i</a>", c->after_url,
	     c->by_week ? N_("Week after") : N_("Month after"), ICON_RIGHT);
	html(h,
	     "<div class='seg' role='group' aria-label='%l'><a href='%u'%m>%l</a><a href='%u'%m>%l</a></div></div>"
	     "</div>",
	     N_("Length shown"), c->month_url, attribute_if("aria-current", c->by_week ? S("") : S("true")),
	     N_("Month"), c->week_url, attribute_if("aria-current", c->by_week ? S("true") : S("")), N_("Week"));
}

static void draw_entry(struct html *h, const struct entry_on_day *entry)
{
	struct str class =
	    str_format(h->out->arena, "%s%s%s%s%s", kind_class(entry->kind), entry->goes_on ? " on" : "",
		       entry->begun ? " begun" : "", entry->state.n ? " done" : "", entry->current ? " cur" : "");

	html(h, "<li><a class='%a' href='%u'><span>%t", class, entry->url, entry->number);
	if (entry->when.n)
		html(h, " %t", entry->when);
	if (entry->state.n)
		html(h, " · %t", entry->state);
	html(h, "</span><br>%t</a></li>", entry->title);
}

static void draw_date(struct html *h, const struct day_view *day, bool first)
{
	int year, month, date;
	struct str number;

	day_to_civil(day->day, &year, &month, &date);
	number = str_format(h->out->arena, "%d", date);
	if (first || date == 1)
		number = h->language == JAPANESE ? str_format(h->out->arena, "%d/%d", month, date)
						 : words_day(h, day->day, DAY_SHORT);
	html(h, "<p class='d'><span class='vh'>%t</span>", words_day(h, day->day, DAY_WEEK));
	if (day->today)
		html(h, "<b aria-hidden='true'>%d</b>", date);
	else
		html(h, "<span aria-hidden='true'>%t</span>", number);
	html(h, "<span class='wd' aria-hidden='true'>%t</span>", words_weekday(h, day->day));
	if (day->today)
		html(h, "<span>%l</span>", N_("Today"));
	if (day->holiday.n)
		html(h, "<span>%t</span>", day->holiday);
	html(h, "</p>");
}

static void draw_day(struct html *h, const struct day_view *day, bool first)
{
	struct str class = str_format(h->out->arena, "%s%s%s", day->off ? "off " : "", day->today ? "today " : "",
				      day->beside ? "beside" : "");

	html(h, "<td%m>", attribute_if("class", str_trim(class)));
	draw_date(h, day, first);
	if (day->count) {
		html(h, "<ul>");
		for (size_t i = 0; i < day->count; i++)
			draw_entry(h, &day->entries[i]);
		html(h, "</ul>");
	}
	if (day->more)
		html(h, "<a class='more' href='%u'>%t</a>", day->more_url,
		     phrase(h, N_("%s more"), words_number(h, day->more)));
	html(h, "</td>");
}

static void draw_kinds(struct html *h, const struct calendar_view *c)
{
	if (c->kind_count == 0)
		return;
	html(h, "<ul class='leg'>");
	for (size_t i = 0; i < c->kind_count; i++)
		html(h, "<li class='%a'>%t</li>", kind_class((int)i + 1), c->kinds[i]);
	html(h, "</ul>");
}

void draw_calendar(struct html *h, const struct calendar_view *c)
{
	html(h, "<div class='%a'>", c->by_week ? "cals week" : "cals");
	draw_turning(h, c);
	if (c->note.n)
		html(h, "<p class='notice'>%i<span>%t</span></p>", ICON_ALERT, c->note);
	html(h, "<table class='cal'><caption class='vh'>%t</caption><thead><tr>", c->caption);
	for (size_t i = 0; i < 7; i++)
		html(h, "<th scope='col'>%t</th>", words_weekday(h, c->days[i].day));
	html(h, "</tr></thead><tbody>");
	for (size_t w = 0; w < c->week_count; w++) {
		html(h, "<tr>");
		for (size_t i = 0; i < 7; i++)
			draw_day(h, &c->days[7 * w + i], w == 0 && i == 0);
		html(h, "</tr>");
	}
	html(h, "</tbody></table>");
	draw_kinds(h, c);
	html(h, "</div>");
}

#include "web/part_portal.h"

#include "web/words.h"

void draw_portal_ask(struct html *h, struct str title, struct str query, const struct link_view *often, size_t count)
{
	html(h, "<div class='ask'>");
	if (title.n)
		html(h, "<h1>%t</h1>", title);
	html(h,
	     "<form role='search' action='/portal/search'>%i<label class='vh' for='ask'>%l</label><input id='ask' "
	     "type='search' name='q' value='%a' placeholder='%l' autocomplete='off'><button class='btn main "
	     "big'>%l</button></form>",
	     ICON_SEARCH, N_("Search services and answers"), query, N_("For instance: I cannot send mail"),
	     N_("Search"));
	if (count) {
		html(h, "<p class='often plain'>%l", N_("Often looked for"));
		for (size_t i = 0; i < count; i++)
			html(h, "<a href='%u'>%t</a>", often[i].url, often[i].words);
		html(h, "</p>");
	}
	html(h, "</div>");
}

static void draw_cat(struct html *h, const char *kind, const struct tile_view *tiles, size_t count)
{
	html(h, "<ul class='%a'>", kind);
	for (size_t i = 0; i < count; i++) {
		html(h, "<li><a href='%u'>%i<b>%t</b><span>%t</span>", tiles[i].url, tiles[i].icon, tiles[i].title,
		     tiles[i].second);
		if (tiles[i].facts.n)
			html(h, "<span class='fact'>%t</span>", tiles[i].facts);
		html(h, "</a></li>");
	}
	html(h, "</ul>");
}

void draw_tiles(struct html *h, const struct tile_view *tiles, size_t count)
{
	draw_cat(h, "cat", tiles, count);
}

void draw_offers(struct html *h, const struct tile_view *tiles, size_t count)
{
	draw_cat(h, "cat wide", tiles, count);
}

void draw_step_buttons(struct html *h, const struct step_button *buttons, size_t count)
{
	html(h, "<span class='btns'>");
	for (size_t i = 0; i < count; i++) {
		const char *kind = buttons[i].ends ? "btn main" : "btn";

		if (buttons[i].asks) {
			html(h, "<a class='%a' href='%u'>%t</a>", kind, buttons[i].url, buttons[i].words);
			continue;
		}
		html(h, "<form method='post' action='%u'>", buttons[i].url);
		html_token(h);
		html(h, "<button class='%a'>%t</button></form>", kind, buttons[i].words);
	}
	html(h, "</span>");
}

void draw_ticket_steps(struct html *h, const struct ticket_view *ticket)
{
	if (ticket->step >= ticket->step_count) { /* it left the way: only its words tell where to */
		html(h, "<span></span>");
		return;
	}
	html(h, "<ol class='steps' aria-label='%l'>", N_("How far it is"));
	for (size_t i = 0; i < ticket->step_count; i++) {
		bool done = i < ticket->step || (i == ticket->step && ticket->done);

		html(h, "<li%m%m>%t</li>", attribute_if("class", done ? S("done") : S("")),
		     attribute_if("aria-current", i == ticket->step ? S("step") : S("")), ticket->steps[i]);
	}
	html(h, "</ol>");
}

void draw_tickets(struct html *h, const struct ticket_view *tickets, size_t count)
{
	html(h, "<ul class='mine'>");
	for (size_t i = 0; i < count; i++) {
		const struct ticket_view *ticket = &tickets[i];

		html(h, "<li><div><a class='t' href='%u'%m>%t</a><p>%t</p></div>", ticket->url,
		     attribute_if("lang", words_other_language(h, ticket->title)), ticket->title, ticket->plain);
		draw_ticket_steps(h, ticket);
		if (ticket->button_count)
			draw_step_buttons(h, ticket->buttons, ticket->button_count);
		else
			html(h, "<a class='btn' href='%u'>%l<span class='vh'> %t</span></a>", ticket->url,
			     N_("See messages"), ticket->title);
		html(h, "</li>");
	}
	html(h, "</ul>");
}

void draw_findings(struct html *h, const struct finding_view *findings, size_t count)
{
	html(h, "<ul class='found'>");
	for (size_t i = 0; i < count; i++) {
		html(h, "<li><a class='t' href='%u'>%t</a>", findings[i].url, findings[i].title);
		if (findings[i].second.n)
			html(h, "<p>%t</p>", findings[i].second);
		html(h, "</li>");
	}
	html(h, "</ul>");
}

void draw_status_rows(struct html *h, const struct status_view *rows, size_t count)
{
	html(h, "<ul class='rowsp'>");
	for (size_t i = 0; i < count; i++) {
		html(h, "<li><b>%t</b>", rows[i].title);
		if (rows[i].mark.word.n)
			draw_state(h, &rows[i].mark);
		if (rows[i].text.n)
			html(h, "<p>%t</p>", rows[i].text);
		html(h, "</li>");
	}
	html(h, "</ul>");
}

void draw_portal_heading(struct html *h, struct str id, struct str title, struct str url, struct str words)
{
	html(h, "<h2 id='%a'>%t", id, title);
	if (url.n)
		html(h, "<a href='%u'>%t</a>", url, words);
	html(h, "</h2>");
}

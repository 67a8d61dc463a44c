/* /evidence-pack: asking for an evidence pack (pack/pack.h); it is written in the background, as long lists are. */
#include "web/conformity.h"
#include "web/list_export.h"
#include "web/pages.h"

/* Clauses 4 to 10 and Annex A with what stands right below them; more is too much to choose from, but can be asked. */
static bool is_offered(struct str clause, struct str chosen)
{
	size_t at;

	return str_eq(clause, chosen) || !str_find_char(clause, '.', &at) ||
	       !str_find_char(str_sub(clause, at + 1, clause.n), '.', &at);
}

static void draw_clauses(struct conformity_page *page, struct str chosen)
{
	struct html *h = &page->visit->h;
	const struct register_of_demands *demands = page->plan->demands;

	html(h,
	     "<div class='field'><label for='clause'>%l</label><select id='clause' name='clause'><option value=''>%l"
	     "</option>",
	     N_("Clause"), N_("The whole standard"));
	for (size_t i = 0; i < demands->clause_count; i++) {
		struct str number = demands->clauses[i].number;

		if (is_offered(number, chosen))
			html(h, "<option value='%a'%m>%t</option>", number,
			     attribute_flag("selected", str_eq(number, chosen)), process_title(page, number));
	}
	html(h, "</select></div>");
}

static void draw_languages(struct html *h)
{
	html(h,
	     "<div class='field'><label for='language'>%l</label><select id='language' name='language'><option "
	     "value='ja'%m>日本語</option><option value='en'%m>English</option></select></div>",
	     N_("Language of the tables"), attribute_flag("selected", h->language == JAPANESE),
	     attribute_flag("selected", h->language == ENGLISH));
}

static void draw(struct conformity_page *page, struct str chosen)
{
	struct html *h = &page->visit->h;

	html(h, "<div class='head'><h1>%l</h1></div><p>%l</p><p>%l</p>", N_("Evidence pack"),
	     N_("How the demands stand and the records that show it, as pages in both languages that open without a "
		"program, tables and a signed list of all files. An auditor takes it away as one file (ZIP)."),
	     N_("What you may not see is left out and counted. It is written in the background; you are told when it "
		"is ready, and can fetch it for a day."));
	if (!export_may_wait(page->visit)) {
		html(h, "<p>%l</p>", N_("You may not do this"));
		return;
	}
	html(h, "<form class='stack' method='post' action='/evidence-pack'>");
	html_token(h);
	draw_clauses(page, chosen);
	draw_languages(h);
	html(h,
	     "<div class='btns'><button class='btn main'>%i%l</button><a class='btn' href='/conformity'>%l</a></div>"
	     "</form>",
	     ICON_DOWNLOAD, N_("Make the pack"), N_("Back to conformity"));
}

void page_pack(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	struct conformity_page page;
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = conformity_begin(&page, &visit))) {
		visit_refuse(&visit, status);
		return;
	}
	visit_begin(&visit, label(&visit.h, N_("Evidence pack")), "page", S("/conformity"));
	draw(&page, http_query(request, "clause"));
	visit_end(&visit, 200);
}

static enum status ask(struct visit *visit)
{
	struct conformity_page page;
	READER connection = NULL;
	struct str clause = http_form_value(&visit->form, "clause");
	enum status status;

	if ((status = conformity_begin(&page, visit)) || (status = visit_reader(visit, &connection)))
		return status;
	if (clause.n && !map_get(&page.plan->demands->clauses_by_number, clause))
		return error_fail(&visit->error, E_NOT_FOUND, "clause", "not_found",
				  N_("The standard has no such clause"));
	return export_ask_pack(
	    visit, connection, clause,
	    phrase(&visit->h, N_("Evidence pack: %s"),
		   clause.n ? process_title(&page, clause) : label(&visit->h, N_("The whole standard"))),
	    language_parse(http_form_value(&visit->form, "language"), visit->h.language));
}

void post_pack(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (!visit_start_form(&visit, request, response))
		return;
	if ((status = ask(&visit)))
		visit_refuse(&visit, status);
}

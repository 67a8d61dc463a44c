/* /dashboard: figures side by side, as the model declares them for a role: ?name=, period=, narrow=. */
#include "record/access.h"
#include "web/page_figures.h"
#include "web/pages.h"

enum { CHOICES_MOST = 100 };

struct dashboard_page {
	struct figures_page figures;
	const struct dashboard *dashboard;
	const struct type *narrow; /* whose records can narrow it; NULL: nothing can */
	struct list_result choices;
	struct str chosen; /* number of the record that does */
};

static const struct {
	const char *value, *words;
} periods[] = {{"last_2_weeks", N_("Last 2 weeks")},   {"last_4_weeks", N_("Last 4 weeks")},
	       {"last_12_weeks", N_("Last 12 weeks")}, {"this_month", N_("This month")},
	       {"last_month", N_("Last month")},       {"this_quarter", N_("This quarter")},
	       {"last_quarter", N_("Last quarter")}};

/* --- what is asked --- */

static const struct dashboard *dashboard_asked(struct visit *visit)
{
	const struct surface *surface = visit->request->context;
	struct str name = http_query(visit->request, "name");

	if (!actor_is_staff(visit->actor))
		return NULL;
	return name.n ? dashboards_find(surface->dashboards, name) : dashboards_for(surface->dashboards, visit->actor);
}

static void read_period(struct figures_page *page)
{
	struct visit *visit = page->visit;
	struct str period = http_query(visit->request, "period");
	struct error error = {0};

	page->words = (struct figure_span_words){.fiscal_month = visit->kernel->model->fiscal_month,
						 .period = period.n ? period : str_of(periods[0].value)};
	if (!figure_span_read(&page->words, visit->h.zone, visit->now, &page->span, &error))
		return;
	page->error = visit_words(visit, &error.items[0]);
	page->words.period = str_of(periods[0].value);
	error_clear(&error);
	if (figure_span_read(&page->words, visit->h.zone, visit->now, &page->span, &error))
		page->span.to = visit->now;
}

/* The records to which the field refers by which the dashboard can be narrowed. */
static enum status read_choices(struct dashboard_page *page, struct connection *connection)
{
	struct visit *visit = page->figures.visit;
	const struct field *field = type_field(page->dashboard->tiles[0].figure->type, page->dashboard->narrow);
	struct list_request request = {.limit = CHOICES_MOST, .as_of = INSTANT_NONE, .now = visit->now};

	if (!field || !field->to || !access_reads_type(visit->kernel, visit->actor, field->to))
		return OK;
	page->narrow = request.type = field->to;
	page->chosen = http_query(visit->request, "narrow");
	return read_list(visit->kernel, connection, visit->arena, visit->actor, &request, &page->choices,
			 &visit->error);
}

static void read_narrowing(struct dashboard_page *page)
{
	struct visit *visit = page->figures.visit;
	int64_t identity;

	if (!page->chosen.n || !page->narrow)
		return;
	if (visit_meant_number(visit, page->chosen, &identity))
		page->figures.expression = str_format(visit->arena, "%.*s = \"%.*s\"", STR_ARG(page->dashboard->narrow),
						      STR_ARG(number_text(visit, identity)));
	else
		page->chosen = S("");
}

/* --- the head --- */

static void draw_choices(const struct dashboard_page *page)
{
	struct visit *visit = page->figures.visit;
	struct html *h = &visit->h;

	if (!page->narrow)
		return;
	html(h, "<div class='field'><label class='vh' for='narrow'>%t</label><select id='narrow' name='narrow'>",
	     words_of(visit, &page->narrow->label));
	html(h, "<option value=''>%t</option>", phrase(h, N_("%s: all"), words_of(visit, &page->narrow->plural)));
	for (size_t i = 0; i < page->choices.count; i++) {
		const struct record *record = page->choices.records[i];
		struct str number = number_text(visit, record->identity);

		html(h, "<option value='%a'%m>%t</option>", number,
		     attribute_flag("selected", str_eq(number, page->chosen)), read_headline(record, h->language));
	}
	html(h, "</select></div>");
}

static void draw_form(const struct dashboard_page *page)
{
	struct html *h = &page->figures.visit->h;

	html(h, "<form class='btns push noprint' action='/dashboard' role='search' aria-label='%l'>",
	     N_("Period and filter"));
	html(h, "<input type='hidden' name='name' value='%a'>", page->dashboard->name);
	html(h, "<div class='field'><label class='vh' for='period'>%l</label><select id='period' name='period'>",
	     N_("Period"));
	for (size_t i = 0; i < sizeof(periods) / sizeof(*periods); i++)
		html(h, "<option value='%a'%m>%l</option>", periods[i].value,
		     attribute_flag("selected", str_is(page->figures.words.period, periods[i].value)),
		     periods[i].words);
	html(h, "</select></div>");
	draw_choices(page);
	html(h, "<button class='btn'>%l</button></form>", N_("Apply"));
}

static void draw_others(const struct dashboard_page *page)
{
	struct visit *visit = page->figures.visit;
	const struct surface *surface = visit->request->context;
	struct html *h = &visit->h;

	if (surface->dashboards->count < 2)
		return;
	html(h, "<nav class='tabs noprint' aria-label='%l'><ul>", N_("Dashboards"));
	for (size_t i = 0; i < surface->dashboards->count; i++) {
		const struct dashboard *other = &surface->dashboards->items[i];

		html(h, "<li><a href='/dashboard?name=%p'%m>%t</a></li>", other->name,
		     attribute_if("aria-current", other == page->dashboard ? S("page") : S("")),
		     words_of(visit, &other->label));
	}
	html(h, "</ul></nav>");
}

static void draw_head(const struct dashboard_page *page)
{
	struct visit *visit = page->figures.visit;
	struct html *h = &visit->h;
	const struct figure_span *span = &page->figures.span;

	html(h, "<div class='head'><div><h1>%t</h1><p>%t</p></div>", words_of(visit, &page->dashboard->label),
	     phrase(h, N_("%1$s to %2$s, read %3$s"), words_day(h, zone_day(h->zone, span->from), DAY_FULL),
		    words_day(h, zone_day(h->zone, span->to - 1), DAY_FULL), words_time(h, visit->now)));
	draw_form(page);
	html(h, "</div>");
	draw_others(page);
	if (page->figures.error.n)
		html(h, "<p class='err' role='alert'>%i%t</p>", ICON_ALERT, page->figures.error);
}

/* --- the tiles --- */

/* A tile with a period of its own; what is narrowed is what has the field. */
static enum status read_tile(const struct dashboard_page *page, const struct tile *tile, struct figures_page *own)
{
	struct visit *visit = page->figures.visit;

	*own = page->figures;
	own->type = tile->figure->type;
	if (tile->period.n) {
		own->words.period = tile->period;
		if (figure_span_read(&own->words, visit->h.zone, visit->now, &own->span, &visit->error))
			return visit->error.status;
	}
	if (!map_get(&own->type->query->fields, page->dashboard->narrow))
		own->expression = S("");
	return own->expression.n
		   ? query_parse(visit->arena, own->type->query, own->expression, &own->filter, &visit->error)
		   : OK;
}

static enum status draw_one(const struct dashboard_page *page, struct connection *connection, const struct tile *tile)
{
	struct visit *visit = page->figures.visit;
	struct figures_page own;
	struct figure_request request;
	struct figure_result result;
	enum status status = read_tile(page, tile, &own);

	if (status)
		return status;
	request = (struct figure_request){.figure = tile->figure,
					  .filter = own.filter,
					  .each = tile->each,
					  .from = own.span.from,
					  .to = own.span.to,
					  .zone = visit->h.zone,
					  .language = visit->h.language,
					  .now = visit->now};
	status =
	    figure_compute(visit->kernel, connection, visit->arena, visit->actor, &request, &result, &visit->error);
	if (!status)
		draw_tile(&own, tile, &result);
	return status;
}

static enum status draw_tiles(const struct dashboard_page *page, struct connection *connection)
{
	struct visit *visit = page->figures.visit;
	const struct dashboard *dashboard = page->dashboard;
	enum status status = OK;

	html(&visit->h, "<div class='charts'>");
	for (size_t i = 0; !status && i < dashboard->tile_count; i++)
		if (access_reads_type(visit->kernel, visit->actor, dashboard->tiles[i].figure->type))
			status = draw_one(page, connection, &dashboard->tiles[i]);
	html(&visit->h, "</div>");
	return status;
}

static enum status draw_page(struct dashboard_page *page)
{
	READER connection = NULL;
	enum status status = visit_reader(page->figures.visit, &connection);

	if (!status && page->dashboard->narrow.n)
		status = read_choices(page, connection);
	if (status)
		return status;
	read_narrowing(page);
	draw_head(page);
	return draw_tiles(page, connection);
}

void page_dashboard(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	struct dashboard_page page = {.figures.visit = &visit};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	page.dashboard = dashboard_asked(&visit);
	if (!page.dashboard) {
		visit_refuse(&visit,
			     error_fail(&visit.error, E_NOT_FOUND, "", "not_found", N_("There is no such page")));
		return;
	}
	read_period(&page.figures);
	visit_begin(&visit, words_of(&visit, &page.dashboard->label), "page figures dashboard", S("/dashboard"));
	status = draw_page(&page);
	if (status)
		visit_refuse(&visit, status);
	else
		visit_end(&visit, page.figures.error.n ? 400 : 200);
}

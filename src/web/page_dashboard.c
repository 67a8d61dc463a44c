/* /dashboard: figures side by side, as the model declares them for a role or as somebody put them together: ?name=,
 * period=, narrow=. */
#include "record/access.h"
#include "web/dashboard_own.h"
#include "web/page_figures.h"
#include "web/pages.h"

enum { CHOICES_MOST = 100 };

struct dashboard_page {
	struct figures_page figures;
	const struct dashboard *dashboard;
	const struct own_dashboard *own; /* the same, when somebody put it together */
	struct own_dashboards all;
	const struct type *narrow; /* whose records can narrow it; NULL: nothing can */
	struct list_result choices;
	struct str chosen; /* number of the record that does */
	int64_t left;      /* ms that tiles of one's own may still take */
};

enum { ASKED_TILES = 4 /* so many may take all the patience that one has */ };

static const struct {
	const char *value, *words;
} periods[] = {{"last_2_weeks", N_("Last 2 weeks")},   {"last_4_weeks", N_("Last 4 weeks")},
	       {"last_12_weeks", N_("Last 12 weeks")}, {"this_month", N_("This month")},
	       {"last_month", N_("Last month")},       {"this_quarter", N_("This quarter")},
	       {"last_quarter", N_("Last quarter")}};

/* --- what is asked --- */

/* One's own first one, that of one's role or group, or what the model declares for a role. */
static enum status find_dashboard(struct dashboard_page *page, struct connection *connection)
{
	struct visit *visit = page->figures.visit;
	const struct surface *surface = visit->request->context;
	struct str name = http_query(visit->request, "name");
	enum status status = own_dashboards_read(visit, connection, &page->all);

	if (status)
		return status;
	page->own = name.n ? own_dashboards_named(&page->all, name) : own_dashboards_first(&page->all);
	page->dashboard = page->own ? &page->own->dashboard
			  : name.n  ? dashboards_find(surface->dashboards, name)
				    : dashboards_for(surface->dashboards, visit->actor);
	return page->dashboard && actor_is_staff(visit->actor)
		   ? OK
		   : error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
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

static const struct field *narrowing_field(const struct dashboard *dashboard)
{
	for (size_t i = 0; i < dashboard->tile_count; i++) {
		const struct field *field = type_field(dashboard->tiles[i].figure->type, dashboard->narrow);

		if (field && field->value == VALUE_RECORD && field->to)
			return field;
	}
	return NULL;
}

/* The records to which the field refers by which the dashboard can be narrowed. */
static enum status read_choices(struct dashboard_page *page, struct connection *connection)
{
	struct visit *visit = page->figures.visit;
	const struct field *field = narrowing_field(page->dashboard);
	struct list_request request = {.limit = CHOICES_MOST, .as_of = INSTANT_NONE, .now = visit->now};

	if (!field || !access_reads_type(visit->kernel, visit->actor, field->to))
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

/* One's own is changed; another is the start of one's own. */
static void draw_change(const struct dashboard_page *page)
{
	struct visit *visit = page->figures.visit;
	bool changes = page->own && page->own->shared.may_change;

	if (changes || own_dashboards_may_make(visit))
		html(&visit->h, "<a class='btn' href='/dashboard/edit?%a=%p'>%i%l</a>", changes ? "name" : "from",
		     page->dashboard->name, changes ? ICON_PEN : ICON_PLUS,
		     changes ? N_("Change") : N_("Copy as my own"));
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
	html(h, "<button class='btn'>%l</button>", N_("Apply"));
	draw_change(page);
	html(h, "</form>");
}

static void draw_other(const struct dashboard_page *page, const struct dashboard *other)
{
	struct visit *visit = page->figures.visit;

	html(&visit->h, "<li><a href='/dashboard?name=%p'%m>%t</a></li>", other->name,
	     attribute_if("aria-current", other == page->dashboard ? S("page") : S("")),
	     words_of(visit, &other->label));
}

static void draw_others(const struct dashboard_page *page)
{
	struct visit *visit = page->figures.visit;
	const struct surface *surface = visit->request->context;
	struct html *h = &visit->h;
	bool makes = own_dashboards_may_make(visit);

	if (surface->dashboards->count + page->all.count + makes < 2)
		return;
	html(h, "<nav class='tabs noprint' aria-label='%l'><ul>", N_("Dashboards"));
	for (size_t i = 0; i < surface->dashboards->count; i++)
		draw_other(page, &surface->dashboards->items[i]);
	for (size_t i = 0; i < page->all.count; i++)
		draw_other(page, &page->all.items[i].dashboard);
	if (makes)
		html(h, "<li class='more'><a href='/dashboard/edit'>%i%l</a></li>", ICON_PLUS, N_("New dashboard"));
	html(h, "</ul></nav>");
}

/* Whose it is, and what is missing for this reader. */
static void draw_about(const struct dashboard_page *page)
{
	const struct own_dashboard *own = page->own;
	struct visit *visit = page->figures.visit;
	struct html *h = &visit->h;
	int64_t hidden = 0;

	if (!own)
		return;
	if (!own->shared.own)
		html(h, "<p>%t</p>",
		     phrase(h, N_("Put together by %1$s, shared with %2$s"), own->shared.owner_words,
			    own->shared.with_words));
	else if (own->shared.with)
		html(h, "<p>%t</p>", phrase(h, N_("Shared with %s"), own->shared.with_words));
	for (size_t i = 0; i < own->tiles.count; i++)
		hidden += !access_reads_type(visit->kernel, visit->actor, own->tiles.items[i].figure->type);
	if (hidden)
		html(h, "<p>%t</p>",
		     phrase_count(h, hidden, N_("%s figure is left out: you may not read its records."),
				  N_("%s figures are left out: you may not read their records.")));
	for (size_t i = 0; i < own->tiles.gone_count; i++)
		html(h, "<p>%t</p>", phrase(h, N_("The figure %s no longer exists."), own->tiles.gone[i]));
}

static void draw_head(const struct dashboard_page *page)
{
	struct visit *visit = page->figures.visit;
	struct html *h = &visit->h;
	const struct figure_span *span = &page->figures.span;

	html(h, "<div class='head'><div><h1>%t</h1><p>%t</p>", words_of(visit, &page->dashboard->label),
	     phrase(h, N_("%1$s to %2$s, read %3$s"), words_day(h, zone_day(h->zone, span->from), DAY_FULL),
		    words_day(h, zone_day(h->zone, span->to - 1), DAY_FULL), words_time(h, visit->now)));
	draw_about(page);
	html(h, "</div>");
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

static enum status tell(struct dashboard_page *page, struct connection *connection, struct told_tile *told)
{
	struct visit *visit = page->figures.visit;
	const struct tile *tile = told->tile;
	struct figures_page own;
	struct figure_request request;
	enum status status = read_tile(page, tile, &own);

	told->page = own;
	if (status || tile->own)
		return status;
	request = (struct figure_request){.figure = tile->figure,
					  .filter = own.filter,
					  .each = tile->each,
					  .most = FIGURE_MOST,
					  .from = own.span.from,
					  .to = own.span.to,
					  .zone = visit->h.zone,
					  .language = visit->h.language,
					  .now = visit->now};
	return figure_compute(visit->kernel, connection, visit->arena, visit->actor, &request, &told->result,
			      &visit->error);
}

static enum status draw_told(struct dashboard_page *page, struct connection *connection, const struct told_tile *told)
{
	if (told->tile->own)
		return draw_own_tile(&told->page, connection, told->tile, &page->left);
	draw_tile(&told->page, told->tile, &told->result);
	return OK;
}

/* A heading stands before the first of its tiles that there is for this reader. */
static enum status draw_all(struct dashboard_page *page, struct connection *connection, const struct told_tile *told,
			    size_t count)
{
	struct visit *visit = page->figures.visit;
	const struct dashboard *dashboard = page->dashboard;
	const struct label *heads = NULL;
	enum status status = OK;
	size_t drawn = 0;

	html(&visit->h, "<div class='charts'>");
	for (size_t i = 0; !status && i < dashboard->tile_count && drawn < count; i++) {
		if (dashboard->tiles[i].heads.text[ENGLISH].n)
			heads = &dashboard->tiles[i].heads;
		if (told[drawn].tile != &dashboard->tiles[i])
			continue;
		if (heads)
			html(&visit->h, "</div><h2 class='part'>%t</h2><div class='charts'>", words_of(visit, heads));
		heads = NULL;
		status = draw_told(page, connection, &told[drawn++]);
	}
	html(&visit->h, "</div>");
	return status;
}

static enum status draw_tiles(struct dashboard_page *page, struct connection *connection)
{
	struct visit *visit = page->figures.visit;
	const struct dashboard *dashboard = page->dashboard;
	struct told_tile *told = arena_many(visit->arena, struct told_tile, dashboard->tile_count + 1);
	enum status status = OK;
	size_t count = 0;

	page->left = ASKED_TILES * visit_patience(visit);
	for (size_t i = 0; !status && i < dashboard->tile_count; i++)
		if (access_reads_type(visit->kernel, visit->actor, dashboard->tiles[i].figure->type)) {
			told[count].tile = &dashboard->tiles[i];
			status = tell(page, connection, &told[count++]);
		}
	if (status)
		return status;
	if (dashboard->glance)
		draw_glance(&visit->h, told, count);
	if (!count)
		html(&visit->h, "<p class='nothing'>%l</p>", N_("There is nothing here that you may read."));
	return draw_all(page, connection, told, count);
}

static enum status draw_page(struct dashboard_page *page, struct connection *connection)
{
	enum status status = page->dashboard->narrow.n ? read_choices(page, connection) : OK;

	if (status)
		return status;
	read_narrowing(page);
	draw_head(page);
	return draw_tiles(page, connection);
}

void page_dashboard(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	READER connection = NULL;
	struct dashboard_page page = {.figures.visit = &visit};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = visit_reader(&visit, &connection)) || (status = find_dashboard(&page, connection))) {
		visit_refuse(&visit, status);
		return;
	}
	read_period(&page.figures);
	visit_begin(&visit, words_of(&visit, &page.dashboard->label), "page figures dashboard", S("/dashboard"));
	status = draw_page(&page, connection);
	if (status)
		visit_refuse(&visit, status);
	else
		visit_end(&visit, page.figures.error.n ? 400 : 200);
}

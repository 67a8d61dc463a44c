/* /figures: what the records of a type say together, for a period and a filter; each number leads to its records. */
#include "web/page_figures.h"

#include "record/access.h"
#include "web/list_filter.h"
#include "web/pages.h"
#include "web/part_list.h"

/* --- what is asked --- */

static size_t figures_of(const struct visit *visit, const struct figures *figures, const struct type *type)
{
	size_t count = 0;

	for (size_t i = 0; i < figures->count && access_reads_type(visit->kernel, visit->actor, type); i++)
		count += figures->items[i].type == type;
	return count;
}

/* Of those that somebody may read, unless they ask for one, that of which there is most to see. */
static const struct type *type_asked(const struct visit *visit, const struct figures *figures)
{
	const struct model *model = visit->kernel->model;
	struct str name = http_query(visit->request, "type");
	const struct type *type = name.n ? map_get(&model->types_by_collection, name) : NULL;
	size_t most = 0;

	if (name.n)
		return type && figures_of(visit, figures, type) ? type : NULL;
	for (size_t i = 0; i < model->type_count; i++) {
		size_t count = figures_of(visit, figures, model->types[i]);

		if (count > most)
			type = model->types[i];
		most = count > most ? count : most;
	}
	return type;
}

/* The form asks for the last day of a period, and the form's empty fields count as absent. */
static void read_span(struct figures_page *page)
{
	struct visit *visit = page->visit;
	struct str last = http_query(visit->request, "last");
	struct error error = {0};
	int32_t day;
	char text[TIME_TEXT];

	page->words = (struct figure_span_words){.fiscal_month = visit->kernel->model->fiscal_month,
						 .period = http_query(visit->request, "period"),
						 .from = http_query(visit->request, "from"),
						 .to = http_query(visit->request, "to")};
	if (page->words.from.n) /* a date that is chosen counts for more than what the menu stood on */
		page->words.period = S("");
	if (!page->words.to.n && day_parse(last, &day))
		page->words.to = str_dup(visit->arena, str_of(day_format(day + 1, text)));
	else if (!page->words.to.n)
		page->words.to = last;
	if (!figure_span_read(&page->words, visit->h.zone, visit->now, &page->span, &error))
		return;
	page->error = visit_words(visit, &error.items[0]);
	page->words = (struct figure_span_words){.fiscal_month = visit->kernel->model->fiscal_month};
	error_clear(&error);
	if (figure_span_read(&page->words, visit->h.zone, visit->now, &page->span, &error))
		page->span.to = visit->now;
}

static void read_filter(struct figures_page *page)
{
	struct visit *visit = page->visit;
	struct error error = {0};

	page->expression = http_query(visit->request, "filter");
	if (!str_trim(page->expression).n)
		return;
	if (query_parse(visit->arena, page->type->query, page->expression, &page->filter, &error) ||
	    access_check_query(visit->kernel, visit->actor, page->filter, &error)) {
		page->filter = NULL;
		page->wrong = visit_words(visit, &error.items[0]);
		if (!query_error_place(visit->arena, page->expression, &error, &page->place))
			page->place = (struct query_place){0};
	}
}

struct str figures_url(const struct figures_page *page, struct str path, const char *more)
{
	struct buf url = buf_new(page->visit->arena);
	const struct {
		const char *name;
		struct str value;
	} parameters[] = {{"period", page->words.period},
			  {"from", page->words.from},
			  {"to", page->words.to},
			  {"zone", page->words.from.n ? zone_name(page->visit->h.zone) : S("")},
			  {"filter", page->expression}};

	buf_add(&url, path);
	buf_format(&url, "?%s", more);
	for (size_t i = 0; i < sizeof(parameters) / sizeof(*parameters); i++)
		if (parameters[i].value.n)
			buf_format(&url, "&%s=%.*s", parameters[i].name,
				   STR_ARG(url_part(page->visit->arena, parameters[i].value)));
	return buf_str(&url);
}

/* --- the head: types, period, filter --- */

static const struct {
	const char *value, *words;
} periods[] = {{"this_week", N_("This week")},
	       {"last_week", N_("Last week")},
	       {"this_month", N_("This month")},
	       {"last_month", N_("Last month")},
	       {"this_quarter", N_("This quarter")},
	       {"last_quarter", N_("Last quarter")},
	       {"this_year", N_("This year")},
	       {"last_year", N_("Last year")},
	       {"last_2_weeks", N_("Last 2 weeks")},
	       {"last_4_weeks", N_("Last 4 weeks")},
	       {"last_12_weeks", N_("Last 12 weeks")},
	       {"this_fiscal_year", N_("This fiscal year")},
	       {"last_fiscal_year", N_("Last fiscal year")}};

/* Many stand under their processes, as in the navigation. */
static void draw_types(const struct figures_page *page, const struct figures *figures)
{
	enum { LONG = 12 };
	struct visit *visit = page->visit;
	const struct model *model = visit->kernel->model;
	const struct process *process = NULL;
	size_t count = 0;

	for (size_t i = 0; i < model->type_count; i++)
		count += figures_of(visit, figures, model->types[i]) > 0;

	html(&visit->h, "<nav class='tabs noprint' aria-label='%l'><ul>", N_("Records"));
	for (size_t i = 0; i < model->type_count; i++) {
		const struct type *type = model->types[i];
		struct figures_page other = *page;
		struct str under;

		if (!figures_of(visit, figures, type))
			continue;
		other.expression = S(""); /* another type has other fields */
		under = count > LONG ? visit_heading(visit, type, &process) : S("");
		html(&visit->h, "<li>");
		if (under.n)
			html(&visit->h, "<span class='sub'>%t</span>", under);
		html(&visit->h, "<a href='%u'%m>%t</a></li>",
		     figures_url(&other, S("/figures"),
				 str_c(visit->arena, str_format(visit->arena, "type=%.*s", STR_ARG(type->collection)))),
		     attribute_if("aria-current", type == page->type ? S("page") : S("")),
		     words_of(visit, &type->plural));
	}
	html(&visit->h, "</ul></nav>");
}

static void draw_periods(const struct figures_page *page)
{
	struct html *h = &page->visit->h;
	bool own = page->words.from.n > 0;
	struct str chosen = own ? S("") : page->words.period.n ? page->words.period : S("this_month");
	char text[TIME_TEXT];

	html(h, "<div class='field'><label for='period'>%l</label><select id='period' name='period'>", N_("Period"));
	if (own)
		html(h, "<option value='' selected>%l</option>", N_("From and to"));
	for (size_t i = 0; i < sizeof(periods) / sizeof(*periods); i++)
		html(h, "<option value='%a'%m>%l</option>", periods[i].value,
		     attribute_flag("selected", str_is(chosen, periods[i].value)), periods[i].words);
	html(h, "</select></div>");
	html(
	    h,
	    "<div class='field'><label for='from'>%l</label><input id='from' name='from' type='date' value='%a'></div>",
	    N_("or from"), own ? str_of(day_format(zone_day(h->zone, page->span.from), text)) : S(""));
	html(
	    h,
	    "<div class='field'><label for='last'>%l</label><input id='last' name='last' type='date' value='%a'></div>",
	    N_("until the end of"), own ? str_of(day_format(zone_day(h->zone, page->span.to - 1), text)) : S(""));
}

static void draw_form(const struct figures_page *page)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	struct expression_view expression = {.text = page->expression,
					     .fields_url = list_complete_url(visit, page->type),
					     .error = page->wrong,
					     .place = page->place};

	html(h, "<form class='asks noprint' action='/figures' role='search' aria-label='%l'>", N_("Period and filter"));
	html(h, "<input type='hidden' name='type' value='%a'>", page->type->collection);
	draw_periods(page);
	html(h, "<div class='field wide'><label for='expr'>%l</label>", N_("Filter expression"));
	draw_expression(h, &expression);
	draw_expression_fault(h, &expression);
	html(h, "</div><button class='btn main'>%l</button></form>", N_("Apply"));
	if (page->error.n)
		html(h, "<p class='err' id='asks-err' role='alert'>%i%t</p>", ICON_ALERT, page->error);
}

static void draw_head(const struct figures_page *page, const struct figures *figures)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	struct str first = words_day(h, zone_day(h->zone, page->span.from), DAY_FULL),
		   last = words_day(h, zone_day(h->zone, page->span.to - 1), DAY_FULL);

	html(h, "<div class='head'><div><h1>%l</h1><p>%t</p></div></div>", N_("Figures"),
	     phrase(h, N_("%1$s, %2$s to %3$s"), words_of(visit, &page->type->plural), first, last));
	draw_types(page, figures);
	draw_form(page);
	if (page->expression.n && !page->wrong.n)
		html(h, "<p class='onpaper'>%l: <code>%t</code></p>", N_("Filter expression"), page->expression);
}

/* --- the figures --- */

static enum status draw_one(const struct figures_page *page, struct connection *connection, const struct figure *figure)
{
	struct visit *visit = page->visit;
	struct figure_request request = {.figure = figure,
					 .filter = page->filter,
					 .from = page->span.from,
					 .to = page->span.to,
					 .zone = visit->h.zone,
					 .language = visit->h.language,
					 .now = visit->now};
	struct figure_result result;
	struct reference *references;
	enum status status =
	    figure_compute(visit->kernel, connection, visit->arena, visit->actor, &request, &result, &visit->error);

	if (status)
		return status;
	references = arena_many(visit->arena, struct reference, result.record_count + 1);
	for (size_t i = 0; i < result.record_count; i++)
		references[i].identity = result.records[i].record;
	if ((status = read_references(visit->kernel, connection, visit->arena, visit->actor, references,
				      result.record_count, &visit->error)))
		return status;
	draw_figure(page, figure, &result, references);
	return OK;
}

static enum status draw_figures(const struct figures_page *page, const struct figures *figures)
{
	struct visit *visit = page->visit;
	READER connection = NULL;
	enum status status = visit_reader(visit, &connection);

	if (status)
		return status;
	html(&visit->h, "<div class='charts'>");
	for (size_t i = 0; !status && i < figures->count; i++)
		if (figures->items[i].type == page->type)
			status = draw_one(page, connection, &figures->items[i]);
	html(&visit->h, "</div>");
	return status;
}

void page_figures(struct http_request *request, struct http_response *response)
{
	const struct surface *surface = request->context;
	VISIT visit = {0};
	struct figures_page page = {.visit = &visit};
	enum status status = OK;

	if (!visit_start(&visit, request, response))
		return;
	page.type = actor_is_staff(visit.actor) ? type_asked(&visit, surface->figures) : NULL;
	if (!page.type) {
		visit_refuse(&visit,
			     error_fail(&visit.error, E_NOT_FOUND, "", "not_found", N_("There is no such page")));
		return;
	}
	read_span(&page);
	read_filter(&page);
	visit_begin(&visit, label(&visit.h, N_("Figures")), "page figures", S("/figures"));
	draw_head(&page, surface->figures);
	if (!page.error.n && !page.wrong.n)
		status = draw_figures(&page, surface->figures);
	if (status)
		visit_refuse(&visit, status);
	else
		visit_end(&visit, page.error.n || page.wrong.n ? 400 : 200);
}

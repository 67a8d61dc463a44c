/* Go to anything: records by number and words, people, articles, lists and their views, pages, what may be made, and
 * the steps of the record one looks at. As a page it works without the script; with it the same is shown over whatever
 * is open (?bare=yes), while one types. ?from= is the page from which it was asked. */
#include "base/fold.h"
#include "record/access.h"
#include "web/dashboard_own.h"
#include "web/list_table.h"
#include "web/pages.h"
#include "web/show.h"

enum { SHOWN_OF_KIND = 6, FOUND_WORDS = 8 };

struct go_item {
	struct str words, note, url;
	enum icon icon;
};

struct go {
	struct visit *visit;
	struct connection *connection;
	struct str query;
	struct str words[FOUND_WORDS]; /* of the query, folded */
	size_t word_count;
	bool bare;
	size_t drawn; /* in all */
	struct go_item items[SHOWN_OF_KIND];
	size_t count; /* of the kind that is being gathered */
};

/* --- gathering --- */

static void split_query(struct go *go)
{
	struct str rest = fold_text(go->visit->arena, go->query), word;

	while (go->word_count < FOUND_WORDS && str_cut(&rest, ' ', &word))
		if (word.n)
			go->words[go->word_count++] = word;
}

static bool has_all_words(const struct go *go, struct str words)
{
	struct str folded = fold_text(go->visit->arena, words);
	size_t at;

	for (size_t i = 0; i < go->word_count; i++)
		if (!str_find(folded, go->words[i], &at))
			return false;
	return true;
}

static void add(struct go *go, struct go_item item)
{
	if (go->count < SHOWN_OF_KIND)
		go->items[go->count++] = item;
}

static void add_if_meant(struct go *go, struct go_item item)
{
	if (go->count < SHOWN_OF_KIND &&
	    has_all_words(go, item.note.n ? phrase(&go->visit->h, N_("%1$s %2$s"), item.note, item.words) : item.words))
		add(go, item);
}

static void draw_group(struct go *go, const char *title)
{
	struct html *h = &go->visit->h;

	if (!go->count)
		return;
	html(h, "<div class='group'%m%m><h2 id='go-%d'%m>%l</h2>", attribute_if("role", go->bare ? S("group") : S("")),
	     attribute_if("aria-labelledby", str_format(go->visit->arena, "go-%zu", go->drawn)), go->drawn,
	     attribute_if("role", go->bare ? S("presentation") : S("")), title);
	for (size_t i = 0; i < go->count; i++) {
		const struct go_item *item = &go->items[i];

		html(h, "<a href='%u' id='go-to-%d'%m>%i<span>%t</span>", item->url, go->drawn + i,
		     attribute_if("role", go->bare ? S("option") : S("")), item->icon, item->words);
		if (item->note.n)
			html(h, " <span class='n'>%t</span>", item->note);
		html(h, "</a>");
	}
	html(h, "</div>");
	go->drawn += go->count;
	go->count = 0;
}

/* --- the record at hand --- */

static enum status load_at_hand(struct go *go, struct record **record)
{
	struct visit *visit = go->visit;
	struct str from = http_query(visit->request, "from"), first;
	struct error error = {0};
	int64_t identity;

	*record = NULL;
	from = str_sub(from, from.n > 0, from.n);
	if (!str_cut(&from, '/', &first) || !kernel_parse_number(visit->kernel, first, &identity))
		return OK;
	if (read_record(visit->kernel, go->connection, visit->arena, visit->actor, identity, record, &error))
		*record = NULL;
	return OK;
}

static enum status add_steps(struct go *go, const struct record *record)
{
	struct visit *visit = go->visit;
	struct str number = number_text(visit, record->identity);
	enum status status = OK;

	for (size_t i = 0; i < record->type->transition_count && !status; i++) {
		const struct transition *transition = record->type->transitions[i];
		bool may = false;

		status = edit_may_transition(visit->kernel, go->connection, visit->arena, visit->actor, record,
					     transition, visit->now, &may, &visit->error);
		if (may && !status)
			add_if_meant(go, (struct go_item){.words = words_of(visit, &transition->label),
							  .note = number,
							  .url = str_format(visit->arena, "/%.*s/do/%.*s",
									    STR_ARG(number), STR_ARG(transition->name)),
							  .icon = ICON_TO});
	}
	if (!status && access_may(visit->kernel, visit->actor, record->type, ACCESS_EDIT, record))
		add_if_meant(go, (struct go_item){.words = label(&visit->h, N_("Edit")),
						  .note = number,
						  .url = str_format(visit->arena, "/%.*s?edit=all", STR_ARG(number)),
						  .icon = ICON_PEN});
	return status;
}

/* --- what the model declares --- */

static void add_new(struct go *go)
{
	struct visit *visit = go->visit;
	const struct model *model = visit->kernel->model;

	for (size_t i = 0; i < model->type_count; i++)
		if (access_may(visit->kernel, visit->actor, model->types[i], ACCESS_CREATE, NULL))
			add_if_meant(go, (struct go_item){.words = list_new_words(visit, model->types[i]),
							  .url = str_format(visit->arena, "/%.*s/new",
									    STR_ARG(model->types[i]->collection)),
							  .icon = ICON_PLUS});
}

static void add_lists(struct go *go)
{
	struct visit *visit = go->visit;
	const struct model *model = visit->kernel->model;

	for (size_t i = 0; i < model->type_count; i++)
		if (access_reads_type(visit->kernel, visit->actor, model->types[i]))
			add_if_meant(go, (struct go_item){.words = words_of(visit, &model->types[i]->plural),
							  .url = str_format(visit->arena, "/%.*s",
									    STR_ARG(model->types[i]->collection)),
							  .icon = ICON_ROWS});
}

static void add_views(struct go *go)
{
	struct visit *visit = go->visit;
	const struct model *model = visit->kernel->model;

	for (size_t i = 0; i < model->type_count && go->count < SHOWN_OF_KIND; i++) {
		const struct type *type = model->types[i];

		if (!access_reads_type(visit->kernel, visit->actor, type))
			continue;
		for (size_t v = 0; v < type->view_count; v++)
			add_if_meant(go, (struct go_item){.words = words_of(visit, &type->views[v]->label),
							  .note = words_of(visit, &type->plural),
							  .url = str_format(visit->arena, "/%.*s?view=%.*s",
									    STR_ARG(type->collection),
									    STR_ARG(type->views[v]->name)),
							  .icon = ICON_FILTER});
	}
}

static void add_pages(struct go *go)
{
	static const struct {
		const char *words, *url;
		enum icon icon;
		bool staff, administers, dashboards;
	} pages[] = {
	    {N_("My work"), "/", ICON_RIGHT, false},
	    {N_("Service portal"), "/portal", ICON_RIGHT, false},
	    {N_("Dashboard"), "/dashboard", ICON_RIGHT, .dashboards = true},
	    {N_("Figures"), "/figures", ICON_RIGHT, true},
	    {N_("Conformity"), "/conformity", ICON_RIGHT, true},
	    {N_("Notices"), "/notices", ICON_BELL, false},
	    {N_("Settings"), "/settings", ICON_SETTINGS, false},
	    {N_("Keys"), "/keys", ICON_HELP, false},
	    {N_("Administration"), "/administration", ICON_SETTINGS, true, true},
	};

	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
		if ((!pages[i].staff || actor_is_staff(go->visit->actor)) &&
		    (!pages[i].administers || go->visit->actor->administers) &&
		    (!pages[i].dashboards || visit_has_dashboards(go->visit)))
			add_if_meant(go, (struct go_item){.words = label(&go->visit->h, pages[i].words),
							  .url = str_of(pages[i].url),
							  .icon = pages[i].icon});
}

static void add_dashboard(struct go *go, const struct dashboard *dashboard)
{
	struct visit *visit = go->visit;

	add_if_meant(go, (struct go_item){.words = words_of(visit, &dashboard->label),
					  .note = label(&visit->h, N_("Dashboard")),
					  .url = str_format(visit->arena, "/dashboard?name=%.*s",
							    STR_ARG(url_part(visit->arena, dashboard->name))),
					  .icon = ICON_MONITORING});
}

static enum status add_dashboards(struct go *go)
{
	struct visit *visit = go->visit;
	const struct surface *surface = visit->request->context;
	struct own_dashboards own;
	enum status status;

	if (!visit_has_dashboards(visit))
		return OK;
	if ((status = own_dashboards_read(visit, go->connection, &own)))
		return status;
	for (size_t i = 0; i < own.count; i++)
		add_dashboard(go, &own.items[i].dashboard);
	for (size_t i = 0; i < surface->dashboards->count; i++)
		add_dashboard(go, &surface->dashboards->items[i]);
	return OK;
}

/* --- records --- */

static enum status add_number(struct go *go)
{
	struct visit *visit = go->visit;
	struct record *record = NULL;
	struct error error = {0};
	int64_t identity;

	if (!visit_meant_number(visit, go->query, &identity) ||
	    read_record(visit->kernel, go->connection, visit->arena, visit->actor, identity, &record, &error))
		return OK;
	add(go, (struct go_item){.words = show_title(visit, record),
				 .note = number_text(visit, identity),
				 .url = record_url(visit, identity),
				 .icon = ICON_TEXT});
	return OK;
}

static struct str key_or_number(struct visit *visit, const struct record *record)
{
	const struct type *type = record->type;
	struct value key = type->key && type->key_is_shown ? record_value(record, type->key) : (struct value){0};

	return key.kind == VALUE_TEXT ? key.text : number_text(visit, record->identity);
}

static bool is_person(const struct type *type)
{
	return type->acts_as == ACTS_PERSON;
}

static bool is_article(const struct type *type)
{
	return type->portal && type->portal->part == PORTAL_ARTICLE;
}

static bool is_other(const struct type *type)
{
	return !is_person(type) && !is_article(type);
}

struct found {
	const struct search_hit *hits;
	size_t count;
};

static void draw_hits(struct go *go, const struct found *found, bool (*is_wanted)(const struct type *type),
		      enum icon icon, const char *title)
{
	struct visit *visit = go->visit;

	for (size_t i = 0; i < found->count; i++) {
		const struct search_hit *hit = &found->hits[i];

		if (!is_wanted(hit->type))
			continue;
		add(go, (struct go_item){.words = is_other(hit->type) ? hit->headline : show_title(visit, hit->record),
					 .note = is_other(hit->type) ? number_text(visit, hit->identity)
								     : key_or_number(visit, hit->record),
					 .url = record_url(visit, hit->identity),
					 .icon = icon});
	}
	draw_group(go, title);
}

static enum status draw_found(struct go *go)
{
	struct visit *visit = go->visit;
	struct search_hit *hits;
	struct found found;
	enum status status;

	if (go->query.n < 2) /* one letter says nothing yet; one of Japanese does */
		return OK;
	if ((status = read_search_each(visit->kernel, go->connection, visit->arena, visit->actor, go->query,
				       SHOWN_OF_KIND, &hits, &found.count, &visit->error)))
		return status;
	found.hits = hits;
	draw_hits(go, &found, is_person, ICON_PEOPLE, N_("People"));
	draw_hits(go, &found, is_article, ICON_INFO, N_("Articles"));
	draw_hits(go, &found, is_other, ICON_TEXT, N_("Records"));
	return OK;
}

/* --- the whole --- */

static enum status draw_list(struct go *go)
{
	struct html *h = &go->visit->h;
	struct record *record;
	enum status status;

	html(h, "<div id='go-list' class='golist'%m%m>", attribute_if("role", go->bare ? S("listbox") : S("")),
	     attribute_if("aria-label", label(h, N_("Where to go"))));
	if ((status = add_number(go)))
		return status;
	draw_group(go, N_("By its number"));
	if ((status = load_at_hand(go, &record)) || (record && (status = add_steps(go, record))))
		return status;
	draw_group(go, N_("With this record"));
	add_pages(go);
	draw_group(go, N_("Pages"));
	if (go->query.n) {
		if ((status = add_dashboards(go)))
			return status;
		draw_group(go, N_("Dashboards"));
		add_lists(go);
		draw_group(go, N_("Lists"));
		add_views(go);
		draw_group(go, N_("Views"));
	}
	add_new(go);
	draw_group(go, N_("New"));
	if ((status = draw_found(go)))
		return status;
	if (!go->drawn)
		html(h, "<p class='none'%m>%t</p>", attribute_if("role", go->bare ? S("option") : S("")),
		     phrase(h, N_("Nothing was found for “%s”."), go->query));
	html(h, "</div>");
	return OK;
}

static void draw_field_of(struct go *go)
{
	struct html *h = &go->visit->h;
	struct html_attribute combobox[] = {{"role", S("combobox"), false},
					    {"aria-expanded", S("true"), false},
					    {"aria-controls", S("go-list"), false},
					    {"aria-autocomplete", S("list"), false}};
	struct html_attributes shown = {combobox, go->bare ? sizeof(combobox) / sizeof(*combobox) : 0};

	html(h,
	     "<form class='gofield' role='search' aria-label='%l' action='/go'><label class='vh' "
	     "for='go-q'>%l</label>%i",
	     N_("Go to anything"), N_("Go to anything"), ICON_SEARCH);
	html(h,
	     "<input id='go-q' name='q' type='text' value='%a' placeholder='%l' autocomplete='off' autofocus%m><input "
	     "type='hidden' name='from' value='%a'>",
	     go->query, N_("A number, words, a page, or what you want to do"), shown,
	     http_query(go->visit->request, "from"));
	if (!go->bare)
		html(h, "<button class='btn'>%l</button>", N_("Search"));
	html(h, "</form>");
}

static enum status draw_go(struct go *go)
{
	struct visit *visit = go->visit;
	enum status status;

	if (!go->bare) {
		visit->page.portal = !actor_is_staff(visit->actor);
		visit_begin(visit, label(&visit->h, N_("Go to anything")), visit->page.portal ? "ppage go" : "page go",
			    S("/go"));
		html(&visit->h, "<div class='head'><h1>%l</h1></div>", N_("Go to anything"));
	}
	draw_field_of(go);
	if ((status = draw_list(go)))
		return status;
	if (go->bare)
		visit_answer(visit, 200);
	else
		visit_end(visit, 200);
	return OK;
}

void page_go(struct http_request *request, struct http_response *response)
{
	READER connection = NULL;
	VISIT visit = {0};
	struct go go = {.visit = &visit};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	go.query = str_trim(http_query(request, "q"));
	go.bare = str_is(http_query(request, "bare"), "yes");
	split_query(&go);
	if (!(status = visit_reader(&visit, &connection))) {
		go.connection = connection;
		status = draw_go(&go);
	}
	if (status)
		visit_refuse(&visit, status);
}

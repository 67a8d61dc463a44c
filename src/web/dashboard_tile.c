/* A tile of one's own: how many records an expression or a saved view selects, or a chart of them by a field. Everybody
 * sees what they may read; and whatever it asks, a page waits for it no longer than for the counts beside a list. */
#include "record/access.h"
#include "web/figure_chart.h"
#include "web/list_saved.h"
#include "web/page_figures.h"

struct asked {
	const struct figures_page *page;
	struct connection *connection;
	const struct tile *tile;
	struct str expression; /* of the tile alone, */
	struct str narrowed;   /* and with what the dashboard is narrowed by */
	const struct query *filter;
	const char *excuse; /* why nothing can be told; NULL: it can */
};

static void begin(const struct asked *asked, struct str unit)
{
	struct html *h = &asked->page->visit->h;

	html(h, "<figure class='chart%a'><figcaption><h2 id='%a'>%t</h2><p class='unit'>%t</p>",
	     asked->tile->wide ? " wide" : "", figure_id(h, asked->tile->figure),
	     words_of(asked->page->visit, &asked->tile->figure->label), unit);
}

static void excuse(const struct asked *asked, const char *words, bool leads)
{
	const struct tile_own *own = asked->tile->own;
	struct html *h = &asked->page->visit->h;

	begin(asked, words_of(asked->page->visit, &own->type->plural));
	html(h, "</figcaption><p class='nothing'>%l", words);
	if (leads)
		html(h, " <a href='%u'>%l</a>", asked->page->whole, N_("Open the list"));
	html(h, "</p></figure>");
}

/* A view is read through the reader's eyes: who it is not shared with does not see what it selects. */
static enum status take_view(struct asked *asked)
{
	struct visit *visit = asked->page->visit;
	const struct type *views = visit->kernel->model->acting[ACTS_VIEW];
	struct record *record = NULL;
	struct error error = {0};
	int64_t identity;
	enum status status = E_NOT_FOUND;

	if (views && visit_meant_number(visit, asked->tile->own->view, &identity) &&
	    kernel_type_of(visit->kernel, identity) == views)
		status = read_record(visit->kernel, asked->connection, visit->arena, visit->actor, identity, &record,
				     &error);
	if (status == E_NOT_FOUND ||
	    (!status && (!record || record->state->phase == PHASE_DONE ||
			 !str_eq(record_text_of(record, "collection"), asked->tile->own->type->collection)))) {
		asked->excuse = N_("You may not see the view that this counts, or it is gone.");
		return OK;
	}
	if (status)
		error_append(&visit->error, &error);
	else
		asked->expression = record_text_of(record, "filter");
	return status;
}

static void take_filter(struct asked *asked)
{
	const struct figures_page *page = asked->page;
	struct visit *visit = page->visit;
	struct error error = {0};

	asked->narrowed = asked->expression = str_trim(asked->expression);
	if (page->expression.n)
		asked->narrowed = asked->expression.n
				      ? str_format(visit->arena, "(%.*s) and %.*s", STR_ARG(asked->expression),
						   STR_ARG(page->expression))
				      : page->expression;
	if (asked->narrowed.n &&
	    (query_parse(visit->arena, asked->tile->own->type->query, asked->narrowed, &asked->filter, &error) ||
	     access_check_query(visit->kernel, visit->actor, asked->filter, &error)))
		asked->excuse = N_("What this asks can no longer be understood, or speaks of what you may not read.");
	error_clear(&error);
}

static enum status tell_number(const struct asked *asked)
{
	const struct type *type = asked->tile->own->type;
	struct visit *visit = asked->page->visit;
	int64_t count;
	enum status status = read_count_to(visit->kernel, asked->connection, visit->arena, visit->actor, type,
					   asked->filter, visit->now, FIGURE_COUNTED + 1, &count, &visit->error);

	if (status)
		return status;
	begin(asked, phrase(&visit->h, N_("%s, as things stand now"), words_of(visit, &type->plural)));
	html(&visit->h, "<p class='number'><a href='%u'>%t</a></p></figcaption></figure>", asked->page->whole,
	     count > FIGURE_COUNTED
		 ? str_format(visit->arena, "%.*s+", STR_ARG(words_number(&visit->h, FIGURE_COUNTED)))
		 : words_number(&visit->h, count));
	return OK;
}

static enum status tell_chart(const struct asked *asked)
{
	struct visit *visit = asked->page->visit;
	struct figure_request request = {.figure = asked->tile->figure,
					 .filter = asked->filter,
					 .most = FIGURE_MOST,
					 .from = asked->page->span.from,
					 .to = asked->page->span.to,
					 .zone = visit->h.zone,
					 .language = visit->h.language,
					 .now = visit->now};
	struct figure_result result;
	enum status status = figure_compute(visit->kernel, asked->connection, visit->arena, visit->actor, &request,
					    &result, &visit->error);

	if (!status)
		draw_tile(asked->page, asked->tile, &result);
	return status;
}

/* The rest of the page has its own patience again. */
static enum status tell(const struct asked *asked, int64_t *left)
{
	struct visit *visit = asked->page->visit;
	instant began = time_now();
	enum status status;

	store_reader_hurry(asked->connection, *left < visit_patience(visit) ? *left : visit_patience(visit));
	status = asked->tile->figure->by ? tell_chart(asked) : tell_number(asked);
	store_reader_calm(asked->connection);
	*left -= time_now() - began;
	if (!status || !store_took_too_long(&visit->error))
		return status;
	error_clear(&visit->error);
	excuse(asked, N_("This takes too long to be counted here."), true);
	return store_snapshot_renew(asked->connection, &visit->error);
}

enum status draw_own_tile(const struct figures_page *page, struct connection *connection, const struct tile *tile,
			  int64_t *left)
{
	struct figures_page own = *page;
	struct asked asked = {.page = &own, .connection = connection, .tile = tile, .expression = tile->own->filter};
	enum status status = tile->own->view.n ? take_view(&asked) : OK;

	if (status)
		return status;
	if (!asked.excuse)
		take_filter(&asked);
	own.whole = type_list_url(page->visit->arena, tile->own->type, asked.narrowed);
	if (asked.excuse) {
		excuse(&asked, asked.excuse, false);
		return OK;
	}
	if (*left <= 0) {
		excuse(&asked, N_("This takes too long to be counted here."), true);
		return OK;
	}
	return tell(&asked, left);
}

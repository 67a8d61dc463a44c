/* Where the record stands in the list that one came from, and what comes next in it. The list's own address is kept in
 * ?list=; where a list led here without it, the referrer tells. */
#include "record/access.h"
#include "web/list_state.h"
#include "web/list_table.h"
#include "web/page_record.h"

enum { READ_AHEAD = 100, NEXT_SHOWN = 3 };

/* --- which list --- */

/* The path and query of an own address: "https://host/incidents?view=mine" and "/incidents?view=mine" alike. */
static struct str own_address(struct str address)
{
	size_t at;

	if (!str_find(address, S("://"), &at))
		return address;
	address = str_sub(address, at + 3, address.n);
	return str_find_char(address, '/', &at) ? str_sub(address, at, address.n) : S("");
}

/* Whether an address is that of this type's list, and then its query. */
static bool is_list(const struct record_page *page, struct str address, struct str *query)
{
	struct str collection = page->record->type->collection, path;

	if (!str_starts(address, S("/")))
		return false;
	*query = str_sub(address, 1, address.n);
	return str_cut(query, '?', &path) && str_eq(path, collection);
}

void record_queue_find(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct str address = http_query(visit->request, "list"), query;

	if (!address.p && visit->request->method == HTTP_GET)
		address = own_address(http_header(visit->request, "Referer"));
	if (!page->print && is_list(page, address, &query))
		page->list = address;
}

/* --- its records --- */

static enum status read_rows(struct record_page *page, const struct list_state *state, struct list_result *result)
{
	struct visit *visit = page->visit;
	struct list_request request = {.type = state->type,
				       .filter = state->filter,
				       .sort = state->sort,
				       .sort_count = state->sort_count,
				       .limit = READ_AHEAD,
				       .after = state->after,
				       .as_of = INSTANT_NONE,
				       .now = visit->now,
				       .japanese = visit->h.language == JAPANESE};
	enum status status =
	    read_list(visit->kernel, page->connection, visit->arena, visit->actor, &request, result, &visit->error);

	return status ? status
		      : read_count_shown(visit->kernel, page->connection, visit->arena, visit->actor, state->type,
					 state->filter, visit->now, &result->total, &visit->error);
}

static struct queued_record queued(struct record_page *page, const struct record *record)
{
	struct visit *visit = page->visit;
	struct str url = str_format(visit->arena, "%.*s?list=%.*s", STR_ARG(record_url(visit, record->identity)),
				    STR_ARG(url_part(visit->arena, page->list)));

	return (struct queued_record){.identity = record->identity,
				      .number = number_text(visit, record->identity),
				      .title = show_title(visit, record),
				      .url = url,
				      .state = record->state};
}

static void take_place(struct record_page *page, const struct list_state *state, const struct list_result *result)
{
	struct visit *visit = page->visit;
	size_t at = 0, next;

	while (at < result->count && result->records[at]->identity != page->record->identity)
		at++;
	if (at < result->count) {
		page->position =
		    phrase(&visit->h, N_("%1$s of %2$s"), words_number(&visit->h, state->first + (int64_t)at),
			   words_count(&visit->h, result->total));
		if (at)
			page->previous = queued(page, result->records[at - 1]);
	}
	next = at < result->count ? at + 1 : 0; /* what has left the list meanwhile: it begins anew */
	page->next = arena_many(visit->arena, struct queued_record, NEXT_SHOWN);
	for (; next < result->count && page->next_count < NEXT_SHOWN; next++)
		page->next[page->next_count++] = queued(page, result->records[next]);
	page->list_words = state->view ? words_of(visit, &state->view->label) : label(&visit->h, N_("Filtered"));
}

/* How urgent those are that come next. */
static enum status load_clocks(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct str lead = type_lead_clock(page->record->type);
	enum status status = OK;

	for (size_t i = 0; lead.n && page->staff && i < page->next_count && !status; i++) {
		struct record_clock *clocks;
		size_t count;

		status = clocks_of(visit->kernel, page->connection, visit->arena, page->next[i].identity, visit->now,
				   &clocks, &count, &visit->error);
		for (size_t c = 0; !status && c < count; c++)
			if (str_eq(clocks[c].name, lead))
				status = show_clock(visit, page->connection, &clocks[c], page->next[i].state,
						    &page->next[i].clock, &visit->error);
	}
	return status;
}

enum status record_queue_load(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct http_request request = *visit->request; /* as the list would be asked for */
	struct visit as_list = *visit;
	struct list_state state;
	struct list_result result;
	struct error ignored;
	struct str query;
	enum status status;

	error_clear(&ignored);
	if (!is_list(page, page->list, &query))
		return OK;
	as_list.request = &request;
	as_list.early = NULL;
	error_clear(&as_list.error);
	if (http_decode_pairs(visit->arena, query, &request.query, &ignored) ||
	    list_state_begin(&as_list, page->connection, page->record->type, &state) || list_state_read(&state) ||
	    state.error.n) {
		page->list = (struct str){0}; /* an address that says nothing any more */
		return OK;
	}
	state.visit = visit;
	if ((status = read_rows(page, &state, &result)))
		return status;
	take_place(page, &state, &result);
	return load_clocks(page);
}

/* --- drawn --- */

struct str record_queue_url(const struct record_page *page, struct str url)
{
	struct arena *arena = page->visit->arena;
	struct str fragment = S("");
	size_t at;

	if (!page->list.n)
		return url;
	if (str_find_char(url, '#', &at)) {
		fragment = str_sub(url, at, url.n);
		url = str_sub(url, 0, at);
	}
	return str_format(arena, "%.*s%clist=%.*s%.*s", STR_ARG(url), str_find_char(url, '?', &at) ? '&' : '?',
			  STR_ARG(url_part(arena, page->list)), STR_ARG(fragment));
}

void draw_page_queue(struct record_page *page)
{
	struct html *h = &page->visit->h;

	if (!page->next_count)
		return;
	html(h, "<h2 id='nextq'>%l</h2><nav aria-labelledby='nextq'><ul class='queue'>", N_("Next in this queue"));
	for (size_t i = 0; i < page->next_count; i++) {
		const struct queued_record *next = &page->next[i];

		html(h, "<li><a href='%u'><span class='dim tiny'>%t</span><br>%t</a>", next->url, next->number,
		     str_eq(next->title, next->number) ? S("") : next->title);
		draw_clock(h, &next->clock);
		html(h, "</li>");
	}
	html(h, "</ul></nav>");
}

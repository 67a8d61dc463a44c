/* Finding: full text over everything, going to a number, suggestions while one types. */
#include "record/access.h"
#include "web/list_filter.h"
#include "web/list_table.h"
#include "web/pages.h"

enum { HITS = 100, SUGGESTIONS = 10 };

/* --- a number leads to its record --- */

static bool may_be_seen(struct visit *visit, struct connection *connection, int64_t identity)
{
	struct record *record;
	struct error error = {0};

	return !read_record(visit->kernel, connection, visit->arena, visit->actor, identity, &record, &error);
}

/* --- hits by type --- */

static enum status draw_type(struct visit *visit, struct connection *connection, const struct type *type,
			     const struct search_hit *hits, size_t count)
{
	struct record **records = arena_many(visit->arena, struct record *, count + 1);
	struct list_columns all = list_all_columns(visit, type);
	struct list_column chosen[4];
	struct list_columns columns = {chosen, 0};
	static const struct str names[] = {S("number"), S("state"), S("updated_at")};
	struct str note;
	struct row_view *rows;
	size_t found = 0;
	enum status status;

	for (size_t i = 0; i < count; i++)
		if (hits[i].type == type && (status = read_record(visit->kernel, connection, visit->arena, visit->actor,
								  hits[i].identity, &records[found++], &visit->error)))
			return status;
	chosen[columns.count++] = *list_find_column(&all, names[0]);
	if (type->headline)
		chosen[columns.count++] = *list_find_column(&all, type->headline->name);
	for (size_t i = 1; i < sizeof(names) / sizeof(*names); i++)
		if (list_find_column(&all, names[i]))
			chosen[columns.count++] = *list_find_column(&all, names[i]);
	if ((status = list_rows(visit, connection, &columns, records, found, &rows)))
		return status;
	note = words_number(&visit->h, (int64_t)found);
	html(&visit->h, "<section aria-labelledby='found-%p'><h2 id='found-%p'>%t <span class='n'>%t</span></h2>",
	     type->collection, type->collection, words_of(visit, &type->plural), note);
	draw_table(&visit->h, &(struct table_view){.caption = words_of(visit, &type->plural),
						   .columns = list_column_views(visit, &columns, type),
						   .column_count = columns.count,
						   .rows = rows,
						   .row_count = found});
	html(&visit->h, "</section>");
	return OK;
}

/* Types in the order of their newest hit. */
static enum status draw_hits(struct visit *visit, struct connection *connection, const struct search_hit *hits,
			     size_t count)
{
	bool *drawn = arena_many(visit->arena, bool, visit->kernel->model->type_count + 1);
	enum status status = OK;

	for (size_t i = 0; i < count && !status; i++) {
		if (drawn[hits[i].type->index])
			continue;
		drawn[hits[i].type->index] = true;
		status = draw_type(visit, connection, hits[i].type, hits, count);
	}
	return status;
}

static struct str count_words(struct visit *visit, size_t count, struct str query)
{
	struct str found = phrase_count(&visit->h, (int64_t)count, N_("%s record found"), N_("%s records found"));

	if (count == HITS)
		found = phrase(&visit->h, N_("The newest %s records"), words_number(&visit->h, HITS));
	return count ? found : phrase(&visit->h, N_("Nothing was found for “%s”."), query);
}

static enum status draw_search_page(struct visit *visit, struct connection *connection, struct str query)
{
	struct html *h = &visit->h;
	struct search_hit *hits = NULL;
	size_t count = 0;
	enum status status = OK;

	if (query.n)
		status = read_search(visit->kernel, connection, visit->arena, visit->actor, query, HITS, &hits, &count,
				     &visit->error);
	if (status)
		return status;
	visit_begin(visit, query.n ? phrase(h, N_("Search: %s"), query) : label(h, N_("Search")), "page found",
		    S("/search"));
	html(h,
	     "<div class='head'><h1>%l</h1><p role='status'>%t</p></div><form class='searchbar' role='search' "
	     "aria-label='%l' action='/search'>",
	     N_("Search"), query.n ? count_words(visit, count, query) : S(""), N_("All records"));
	html(h,
	     "<label class='vh' for='find-all'>%l</label><input id='find-all' type='search' name='q' "
	     "value='%a'><button class='btn'>%l</button></form>",
	     N_("Words, or a number"), query, N_("Search"));
	if (count)
		return draw_hits(visit, connection, hits, count);
	draw_empty(
	    h, &(struct empty_view){
		   .icon = ICON_SEARCH,
		   .title = label(h, query.n ? N_("No record has all these words")
					     : N_("Search in everything you may read")),
		   .words =
		       label(h, N_("Write words as they stand in a record, a part of a Japanese word, or a number such "
				   "as INC-123. A phrase goes in quotes."))});
	return OK;
}

void page_search(struct http_request *request, struct http_response *response)
{
	READER connection = NULL;
	struct str query;
	VISIT visit = {0};
	int64_t identity;
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	query = str_trim(http_query(request, "q"));
	if ((status = visit_reader(&visit, &connection))) {
		visit_refuse(&visit, status);
		return;
	}
	if (visit_meant_number(&visit, query, &identity) && may_be_seen(&visit, connection, identity))
		visit_go(&visit, record_url(&visit, identity));
	else if ((status = draw_search_page(&visit, connection, query)))
		visit_refuse(&visit, status);
	else
		visit_end(&visit, 200);
}

/* --- suggestions --- */

static void add_suggestion(struct buf *json, const struct completion_view *view)
{
	buf_add_c(json, json->n > 1 ? ",{\"value\":" : "{\"value\":");
	buf_add_json_string(json, view->value);
	buf_add_c(json, ",\"words\":");
	buf_add_json_string(json, view->words);
	if (view->text.n) {
		buf_add_c(json, ",\"text\":");
		buf_add_json_string(json, view->text);
	}
	buf_add_char(json, '}');
}

/* `completion`: they are put into an expression; NULL: they stand alone. */
static enum status suggest_records(struct visit *visit, const struct type *type, struct str query,
				   const struct query_completion *completion, struct buf *json)
{
	struct list_request request = {.type = type,
				       .limit = SUGGESTIONS,
				       .as_of = INSTANT_NONE,
				       .now = visit->now,
				       .search = query,
				       .japanese = visit->h.language == JAPANESE};
	struct sort sort = {.field = type->headline ? type->headline->query : NULL};
	struct reference references[SUGGESTIONS + 1];
	struct list_result result;
	READER connection = NULL;
	size_t count = 0;
	int64_t exact = 0;
	enum status status;

	if (!query.n && sort.field) {
		request.sort = &sort;
		request.sort_count = 1;
	}
	if ((status = visit_reader(visit, &connection)) ||
	    (status = record_find(visit->kernel, connection, type, query, &exact, &visit->error)) ||
	    (status =
		 read_list(visit->kernel, connection, visit->arena, visit->actor, &request, &result, &visit->error)))
		return status;
	if (exact && may_be_seen(visit, connection, exact))
		references[count++] = (struct reference){.identity = exact};
	for (size_t i = 0; i < result.count && count < SUGGESTIONS; i++)
		if (result.records[i]->identity != exact)
			references[count++] = (struct reference){.identity = result.records[i]->identity};
	if ((status = read_references(visit->kernel, connection, visit->arena, visit->actor, references, count,
				      &visit->error)))
		return status;
	for (size_t i = 0; i < count; i++) {
		struct completion_view view = {.value = references[i].shown, .words = references[i].headline};

		if (completion)
			view = list_complete_record(visit, completion, view.value, view.words);
		add_suggestion(json, &view);
	}
	return OK;
}

static enum status suggest_expressions(struct visit *visit, const struct type *type, struct str expression,
				       struct buf *json)
{
	enum { COMPLETIONS = 120 };
	struct query_completion text;
	size_t count;
	struct completion_view *views = list_complete(visit, type, expression, COMPLETIONS, &text, &count);
	enum status status = OK;

	if (text.records && text.word.n) /* whose name was begun comes before what may follow a whole one */
		status = suggest_records(visit, text.records->owner, str_trim(text.word), &text, json);
	for (size_t i = 0; i < count; i++)
		add_suggestion(json, &views[i]);
	if (text.records && !text.word.n)
		status = suggest_records(visit, text.records->owner, S(""), &text, json);
	return status;
}

/* [{"value":"SVC-4","words":"Mail"}]: of records for ?q=; of whole expressions for ?expression=, each with the "text"
 * that was put at its end. */
void page_suggest(struct http_request *request, struct http_response *response)
{
	struct buf json = buf_new(request->arena);
	struct str expression = http_query(request, "expression");
	const struct type *type;
	VISIT visit = {0};
	enum status status = OK;

	if (!visit_start(&visit, request, response))
		return;
	type = map_get(&visit.kernel->model->types_by_collection, http_parameter(request, "collection"));
	if (!type || !access_reads_type(visit.kernel, visit.actor, type)) {
		visit_refuse(&visit,
			     error_fail(&visit.error, E_NOT_FOUND, "", "not_found", N_("There is no such page")));
		return;
	}
	buf_add_char(&json, '[');
	status = expression.p ? suggest_expressions(&visit, type, expression, &json)
			      : suggest_records(&visit, type, str_trim(http_query(request, "q")), NULL, &json);
	buf_add_char(&json, ']');
	if (status)
		visit_refuse(&visit, status);
	else
		http_body(response, "application/json", buf_str(&json));
}

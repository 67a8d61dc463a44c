/* One search over what can be ordered, what is known, and what the visitor has open; and what fits while one types. */
#include "insight/similar.h"
#include "record/access.h"
#include "web/markdown.h"
#include "web/pages.h"
#include "web/portal.h"

enum { EACH = 10, SUGGESTED = 4 };

static struct finding_view finding_of(struct visit *visit, const struct record *record)
{
	struct str second = portal_text(visit, record, SLOT_SUMMARY, PORTAL_SLOTS);

	if (!second.n)
		second = portal_text(visit, record, SLOT_TEXT, SLOT_TEXT_JA);
	if (record->type->portal->part == PORTAL_TICKET)
		second = phrase(&visit->h, N_("%1$s, %2$s"), number_text(visit, record->identity),
				words_of(visit, record->state && record->state->plain.text[ENGLISH].n
						    ? &record->state->plain
						    : &record->type->label));
	return (struct finding_view){.title = show_title(visit, record),
				     .second = markdown_words(visit->arena, second, 160),
				     .url = portal_url(visit, record)};
}

/* Records of a part in which the words stand. */
static enum status find_part(struct visit *visit, struct connection *connection, enum portal_part part,
			     struct str words, struct finding_view *findings, size_t *count)
{
	const struct type **types = arena_many(visit->arena, const struct type *, visit->kernel->model->type_count);
	size_t type_count = portal_types(visit, part, types);

	*count = 0;
	for (size_t i = 0; i < type_count && *count < EACH; i++) {
		struct portal_wish wish = {.type = types[i],
					   .when = part == PORTAL_OFFER ? WHEN_SHOWN : PORTAL_WHENS,
					   .also = part == PORTAL_TICKET ? portal_mine(visit, types[i]) : S(""),
					   .search = words,
					   .limit = EACH - *count};
		struct list_result result;
		enum status status = portal_list(visit, connection, &wish, &result);

		if (status)
			return status;
		for (size_t r = 0; r < result.count; r++)
			findings[(*count)++] = finding_of(visit, result.records[r]);
	}
	return OK;
}

static const struct {
	enum portal_part part;
	const char *id, *title;
} sections[] = {{PORTAL_ARTICLE, "answers", N_("Answers")},
		{PORTAL_OFFER, "offers", N_("To be ordered")},
		{PORTAL_TICKET, "own", N_("My requests")}};

static enum status draw_found(struct visit *visit, struct connection *connection, struct str words, size_t *total)
{
	struct html *h = &visit->h;
	struct finding_view findings[EACH];

	*total = 0;
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		size_t count;
		enum status status = find_part(visit, connection, sections[i].part, words, findings, &count);

		if (status)
			return status;
		*total += count;
		if (!count)
			continue;
		html(h, "<section aria-labelledby='%a'>", sections[i].id);
		draw_portal_heading(h, str_of(sections[i].id), label(h, sections[i].title), S(""), S(""));
		draw_findings(h, findings, count);
		html(h, "</section>");
	}
	return OK;
}

/* Nothing found is a reason to ask people. */
static void draw_way_on(struct visit *visit, struct str words, bool found)
{
	const struct type **types = arena_many(visit->arena, const struct type *, visit->kernel->model->type_count);
	size_t count = portal_types(visit, PORTAL_TICKET, types);
	struct html *h = &visit->h;

	html(h, "<section class='wayon'><p>%l</p>",
	     found ? N_("Not what you were looking for?") : N_("Nothing was found. Ask us:"));
	for (size_t i = 0; i < count; i++)
		if (types[i]->portal->ask_count && types[i]->headline &&
		    access_may(visit->kernel, visit->actor, types[i], ACCESS_CREATE, NULL))
			html(h, "<a class='btn' href='/portal/report/%p?%p=%p'>%t</a>", types[i]->collection,
			     types[i]->headline->name, words, words_of(visit, &types[i]->portal->label));
	html(h, "</section>");
}

static enum status draw_search(struct visit *visit, struct connection *connection)
{
	struct str words = str_trim(http_query(visit->request, "q"));
	size_t total;
	enum status status;

	html(&visit->h, "<h1 class='vh'>%t</h1>", visit->page.title);
	draw_portal_ask(&visit->h, S(""), words, NULL, 0);
	if (!words.n)
		return OK;
	if ((status = draw_found(visit, connection, words, &total)))
		return status;
	draw_way_on(visit, words, total > 0);
	return OK;
}

void page_portal_search(struct http_request *request, struct http_response *response)
{
	portal_page(request, response, N_("Search"), draw_search);
}

/* --- while one types: a part of the form, without a frame --- */

static enum status draw_suggested(struct visit *visit, struct connection *connection, const struct type *type)
{
	struct value *values = arena_many(visit->arena, struct value, type->field_count + 1);
	struct similar_to to = {.type = type, .values = values, .limit = SUGGESTED, .now = visit->now};
	struct finding_view findings[SUGGESTED];
	struct similar_item *items;
	size_t found, count = 0;
	enum status status;

	for (size_t i = 0; i < type->portal->ask_count; i++) {
		const struct field *field = type->portal->asks[i].field;
		struct str text = http_query(visit->request, str_c(visit->arena, field->name));

		if (field->value == VALUE_TEXT && text.n)
			values[field->index] = value_text(text);
	}
	if ((status =
		 similar_of(visit->kernel, connection, visit->arena, visit->actor, &to, &items, &found, &visit->error)))
		return status;
	for (size_t i = 0; i < found && count < SUGGESTED; i++)
		if (items[i].hit.record->type->portal && items[i].hit.record->type->portal->part == PORTAL_ARTICLE)
			findings[count++] = finding_of(visit, items[i].hit.record);
	if (count) {
		html(&visit->h, "<p><b>%l</b></p>", N_("Perhaps this helps at once"));
		draw_findings(&visit->h, findings, count);
	}
	return OK;
}

void page_portal_suggested(struct http_request *request, struct http_response *response)
{
	READER connection = NULL;
	VISIT visit = {0};
	const struct type *type;
	enum status status;

	if (!portal_start(&visit, request, response))
		return;
	type = map_get(&visit.kernel->model->types_by_collection, http_parameter(request, "collection"));
	if (!type || !type->portal || !access_reads_type(visit.kernel, visit.actor, type)) {
		visit_refuse(&visit,
			     error_fail(&visit.error, E_NOT_FOUND, "", "not_found", N_("There is no such page")));
		return;
	}
	if ((status = visit_reader(&visit, &connection)) || (status = draw_suggested(&visit, connection, type)))
		visit_refuse(&visit, status);
	else
		visit_answer(&visit, 200);
}

/* What belongs to the record: records of other types that refer to it, as the tasks of an order. */
#include "behaviour/kpi.h"
#include "record/access.h"
#include "web/page_record.h"

enum { PARTS_OF_A_KIND = 50 };

static enum status load_kind(struct record_page *page, const struct field *reference, struct list_result *result)
{
	struct visit *visit = page->visit;
	struct sort *sort;
	struct list_request request = {.type = reference->type,
				       .limit = PARTS_OF_A_KIND,
				       .as_of = INSTANT_NONE,
				       .now = visit->now,
				       .japanese = visit->h.language == JAPANESE};
	struct str filter = str_format(visit->arena, "%.*s = %.*s", STR_ARG(reference->name),
				       STR_ARG(number_text(visit, page->record->identity)));
	enum status status = query_parse(visit->arena, request.type->query, filter, &request.filter, &visit->error);

	if (status || (status = sort_parse(visit->arena, request.type, S("created_at"), &sort, &request.sort_count,
					   &visit->error)))
		return status;
	request.sort = sort;
	return read_list(visit->kernel, page->connection, visit->arena, visit->actor, &request, result, &visit->error);
}

/* Only what has a name on this side is told of here. */
static bool is_told(const struct record_page *page, const struct field *field)
{
	const struct kpi *kpi =
	    kpi_of(page->visit->kernel, page->record->type); /* told as a line (draw_page_trend()) */

	return field->kind == FIELD_REFERENCE && field->to == page->record->type && field->back.text[ENGLISH].n &&
	       (!kpi || field != kpi->as) && access_reads_type(page->visit->kernel, page->visit->actor, field->type);
}

static enum status load_of_type(struct record_page *page, const struct type *type)
{
	for (size_t i = 0; i < type->field_count; i++) {
		struct record_parts parts = {.reference = type->fields[i]};
		struct list_result result;
		enum status status;

		if (!is_told(page, parts.reference))
			continue;
		if ((status = load_kind(page, parts.reference, &result)))
			return status;
		parts.records = result.records;
		parts.count = result.count;
		parts.more = result.next.n > 0;
		for (size_t r = 0; r < result.count; r++)
			show_need_record(&page->show, result.records[r]);
		if (result.count)
			vec_push(page->visit->arena, &page->parts, parts);
	}
	return OK;
}

enum status record_parts_load(struct record_page *page)
{
	const struct model *model = page->visit->kernel->model;
	enum status status = OK;

	for (size_t i = 0; page->staff && i < model->type_count && !status; i++)
		status = load_of_type(page, model->types[i]);
	return status;
}

/* Whose it is: the first person of its list. */
static struct str person_of(const struct record_page *page, const struct record *record)
{
	for (size_t i = 0; i < record->type->column_count; i++) {
		const struct field *field = record->type->columns[i];
		struct value value = record_value(record, field);

		if (field->kind == FIELD_PERSON && value.kind == VALUE_RECORD)
			return show_name(&page->show, value.number);
	}
	return S("");
}

/* Of its own page, which would otherwise lead back to this one. */
static struct str merged_url(struct visit *visit, const struct record *record)
{
	return str_format(visit->arena, "%.*s?merged=show", STR_ARG(record_url(visit, record->identity)));
}

static void draw_kind(struct record_page *page, const struct record_parts *parts)
{
	struct visit *visit = page->visit;
	struct item_view *items = arena_many(visit->arena, struct item_view, parts->count);
	struct item_group group = {.items = items, .count = parts->count};
	struct str name = parts->reference->name, collection = parts->reference->type->collection;
	bool merged = parts->reference == parts->reference->type->successor;
	struct panel_head head = {.id = merged ? name : collection, .title = words_of(visit, &parts->reference->back)};

	for (size_t i = 0; i < parts->count; i++) {
		const struct record *record = parts->records[i];

		items[i] =
		    (struct item_view){.number = number_text(visit, record->identity),
				       .url = merged ? merged_url(visit, record) : record_url(visit, record->identity),
				       .title = show_title(visit, record),
				       .second = person_of(page, record),
				       .state = show_state(visit, record->type, record->state)};
	}
	if (parts->more) {
		struct str filter = str_format(visit->arena, "%.*s = %.*s", STR_ARG(name),
					       STR_ARG(number_text(visit, page->record->identity)));

		head.words = label(&visit->h, N_("See all"));
		head.url = type_list_url(visit->arena, parts->reference->type, filter);
	}
	panel_begin(&visit->h, &head);
	draw_items(&visit->h, &group, 1);
	panel_end(&visit->h);
}

void draw_page_parts(struct record_page *page)
{
	for (size_t i = 0; i < page->parts.count; i++)
		draw_kind(page, &page->parts.items[i]);
}

/* --- what is decided on --- */

/* Whoever decides reads it here, as it is told on its own page. */
enum status draw_page_subject(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct portal *portal = page->record->type->portal;
	struct value of =
	    portal && portal->part == PORTAL_DECISION ? portal_subject(page) : (struct value){.kind = VALUE_NONE};
	struct panel_head head = {.id = S("subject"), .title = label(&visit->h, N_("What is decided on"))};
	struct record_page subject;
	struct item_view item;
	struct item_group group = {.items = &item, .count = 1};
	enum status status;

	if (of.kind != VALUE_RECORD)
		return OK;
	if ((status = record_page_load(&subject, visit, page->connection, of.number))) {
		error_clear(&visit->error);
		return status == E_NOT_FOUND ? OK : status;
	}
	subject.print = true; /* read here, changed there */
	item = (struct item_view){.number = number_text(visit, of.number),
				  .url = record_url(visit, of.number),
				  .title = show_title(visit, subject.record),
				  .state = show_state(visit, subject.record->type, subject.record->state)};
	group.kind = words_of(visit, &subject.record->type->label);
	panel_begin(&visit->h, &head);
	draw_items(&visit->h, &group, 1);
	panel_end(&visit->h);
	draw_page_texts(&subject);
	return OK;
}

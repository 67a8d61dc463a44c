/* What differs between two records of one type, as a page of its own: /NUMBER/compare?with=NUMBER. What is new is
 * underlined and what is gone struck out, as marked for whoever does not see that either. */
#include "behaviour/version_control.h"
#include "insight/compare.h"
#include "web/page_record.h"
#include "web/pages.h"

static void draw_parts(struct html *h, const struct compared *compared)
{
	html(h, "<div class='differ'>");
	for (size_t i = 0; i < compared->part_count; i++) {
		const struct difference *part = &compared->parts[i];

		if (part->kind == DIFFERENCE_SAME)
			html(h, "%t", part->text);
		else if (part->kind == DIFFERENCE_REMOVED)
			html(h, "<del>%t</del>", part->text);
		else
			html(h, "<ins>%t</ins>", part->text);
	}
	html(h, "</div>");
}

static void draw_value(const struct show *show, const struct field *field, struct value value)
{
	struct html *h = &show->visit->h;

	if (value_is_empty(value))
		html(h, "<span class='dim'>%l</span>", N_("empty"));
	else
		html(h, "%t", show_value(show, field, value));
}

static void draw_compared(const struct show *show, const struct compared *compared)
{
	struct visit *visit = show->visit;
	struct html *h = &visit->h;

	html(h, "<section class='ptext differs'><h2>%t</h2>", words_of(visit, &compared->field->label));
	if (compared->parts) {
		draw_parts(h, compared);
	} else {
		html(h, "<p class='differ'><del>");
		draw_value(show, compared->field, compared->before);
		html(h, "</del> → <ins>");
		draw_value(show, compared->field, compared->after);
		html(h, "</ins></p>");
	}
	html(h, "</section>");
}

static void draw_side(struct visit *visit, const struct record *record)
{
	struct html *h = &visit->h;
	struct state_mark state = show_state(visit, record->type, record->state);
	const struct versions *versions = versions_of(visit->kernel, record->type);
	struct value number = versions ? record_value(record, versions->number) : (struct value){0};

	html(h, "<a href='%u'>%t</a> %t ", record_url(visit, record->identity), number_text(visit, record->identity),
	     number.kind == VALUE_TEXT ? number.text : S(""));
	if (state.word.n)
		draw_state(h, &state);
}

static enum status draw_all(struct visit *visit, struct connection *connection, const struct record *before,
			    const struct record *after)
{
	struct html *h = &visit->h;
	struct show show = show_new(visit);
	size_t count;
	struct compared *compared = compare_records(visit->arena, visit->actor, before, after, &count);
	struct str title = phrase(h, N_("Changes in %s"), show_title(visit, after));
	enum status status;

	show_need_record(&show, before);
	show_need_record(&show, after);
	if ((status = show_look_up(&show, connection)))
		return status;
	visit_begin(visit, title, "page", str_format(visit->arena, "/%.*s", STR_ARG(after->type->collection)));
	html(h, "<div class='phead'><h1>%t</h1></div><p class='line'>", title);
	draw_side(visit, before);
	html(h, " → ");
	draw_side(visit, after);
	html(h, "</p><p class='sub'>%l</p>", N_("Struck out: no longer there. Underlined: new."));
	for (size_t i = 0; i < count; i++)
		draw_compared(&show, &compared[i]);
	if (!count)
		html(h, "<p>%l</p>", N_("Both say the same."));
	visit_end(visit, 200);
	return OK;
}

static enum status read_both(struct visit *visit, struct connection *connection, struct record **before,
			     struct record **after)
{
	int64_t this = 0, with = 0;
	enum status status;

	if (!kernel_parse_number(visit->kernel, http_parameter(visit->request, "number"), &this) ||
	    !visit_meant_number(visit, http_query(visit->request, "with"), &with))
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
	if ((status = read_record(visit->kernel, connection, visit->arena, visit->actor, this, after, &visit->error)) ||
	    (status = read_record(visit->kernel, connection, visit->arena, visit->actor, with, before, &visit->error)))
		return status;
	return (*before)->type == (*after)->type
		   ? OK
		   : error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
}

void page_compare(struct http_request *request, struct http_response *response)
{
	READER connection = NULL;
	VISIT visit = {0};
	struct record *before, *after;
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = visit_reader(&visit, &connection)) || (status = read_both(&visit, connection, &before, &after)) ||
	    (status = draw_all(&visit, connection, before, after)))
		visit_refuse(&visit, status);
}

/* On the page of a version: what it changes in the one before. */
enum status draw_page_compare(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct field *of = version_of(visit->kernel, page->record->type);
	int64_t former;
	enum status status;

	if (!of || page->print)
		return OK;
	status = compare_former(visit->kernel, page->connection, visit->arena, visit->actor, page->record, of,
				visit->now, &former, &visit->error);
	if (!status && former)
		html(&visit->h, "<p><a class='btn s' href='%u'>%l</a></p>",
		     str_format(visit->arena, "%.*s/compare?with=%.*s",
				STR_ARG(record_url(visit, page->record->identity)),
				STR_ARG(number_text(visit, former))),
		     N_("Compare with the version before"));
	return status;
}

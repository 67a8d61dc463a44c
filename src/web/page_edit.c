/* What a record's page asks for: one property in its place, several fields or a link as a form. */
#include "web/page_record.h"

#include <stdio.h>

static struct str version_text(const struct record_page *page)
{
	return str_format(page->visit->arena, "%lld", (long long)page->record->version);
}

/* Somebody else was first: what it is now stands beside what was typed. */
static void tell_what_it_became(struct record_page *page, const struct field *field, const struct form_text *text,
				struct field_form_view *view)
{
	struct visit *visit = page->visit;
	struct value value = record_value(page->record, field);
	struct form_text now = form_text(&page->show, field, value);
	struct str words = show_value(&page->show, field, value);

	if (visit->error.status != E_STALE || (str_eq(now.text, text->text) && str_eq(now.currency, text->currency)))
		return;
	view->error = phrase(&visit->h, N_("Meanwhile this is: %s. Save again to put yours in its place."),
			     words.n ? words : label(&visit->h, N_("empty")));
}

enum status record_page_form(struct record_page *page, const struct field *const *fields, size_t count, struct field_form_view *views)
{
	struct visit *visit = page->visit;

	for (size_t i = 0; i < count; i++) {
		struct form_text text;
		enum status status;

		if (!form_posted(visit, fields[i], &text))
			text = form_text(&page->show, fields[i], record_value(page->record, fields[i]));
		status = form_view(visit, page->connection, fields[i], page->record, &text, &views[i]);
		if (status)
			return status;
		tell_what_it_became(page, fields[i], &text, &views[i]);
	}
	return OK;
}

enum status record_page_inputs(struct visit *visit, struct connection *connection, const struct record *record, const struct type *type,
			       struct field_input *inputs, size_t *count)
{
	enum status failed = OK;

	*count = 0;
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];
		struct form_text text;
		struct value value, stands = record ? record_value(record, field) : field->preset;
		enum status status;

		if (!form_posted(visit, field, &text))
			continue;
		status = form_value(visit, connection, field, &text, &value);
		failed = failed ? failed : status;
		if (status || (value_is_empty(value) && value_is_empty(stands)))
			continue;
		if (value.kind == VALUE_BOOLEAN && !value.boolean && stands.kind == VALUE_NONE) /* an empty box says nothing */
			continue;
		if (record && value.kind != VALUE_TIME && value_eq(value, stands))
			continue;
		if (record && value.kind == VALUE_TIME && value.number / MINUTE == stands.number / MINUTE && stands.kind == VALUE_TIME)
			continue; /* the control holds minutes */
		inputs[(*count)++] = (struct field_input){field, value};
	}
	return failed;
}

/* --- fields --- */

static size_t all_settable(const struct record_page *page, const struct field **fields)
{
	size_t count = 0;

	for (size_t i = 0; i < page->record->type->field_count; i++)
		if (settable_field(page, page->record->type->fields[i]->name))
			fields[count++] = page->record->type->fields[i];
	return count;
}

static enum status open_form(struct record_page *page, const struct field **fields, size_t count, struct str what)
{
	struct visit *visit = page->visit;
	struct dialog_view *dialog = arena_one(visit->arena, struct dialog_view);
	struct field_form_view *views = arena_many(visit->arena, struct field_form_view, count + 1);
	enum status status = record_page_form(page, fields, count, views);

	views[count] = (struct field_form_view){.form = FORM_HIDDEN, .name = S("form"), .value = what};
	*dialog = (struct dialog_view){.title = phrase(&visit->h, N_("Edit %s"), number_text(visit, page->record->identity)),
				       .action = record_page_url(page, "/edit"),
				       .submit = label(&visit->h, N_("Save")),
				       .cancel_url = record_page_url(page, ""),
				       .fields = views,
				       .field_count = count + 1,
				       .version = version_text(page),
				       .error = form_other_errors(visit, (const struct field *const *)fields, count)};
	page->dialog = dialog;
	return status;
}

static enum status open_property(struct record_page *page, const struct field *field)
{
	struct visit *visit = page->visit;
	struct field_form_view *view = arena_one(visit->arena, struct field_form_view);
	enum status status = record_page_form(page, &field, 1, view);

	view->focus = true;
	if (view->form == FORM_CHOICE_ROW) /* too wide for the column */
		view->form = FORM_CHOICE;
	page->editing = view;
	page->notice = form_other_errors(visit, &field, 1);
	return status;
}

enum status record_page_open_link(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct type *type = page->record->type;
	struct dialog_view *dialog = arena_one(visit->arena, struct dialog_view);
	struct field_form_view *views = arena_many(visit->arena, struct field_form_view, 2);
	struct field_option *options = arena_many(visit->arena, struct field_option, type->link_count + type->back_link_count + 1);
	struct str kind = form_word(visit, "kind"), error = visit_words_of_field(visit, "other");
	size_t count = 0;

	for (size_t i = 0; i < type->link_count + type->back_link_count; i++) {
		bool back = i >= type->link_count;
		const struct link_kind *link = back ? type->back_links[i - type->link_count] : type->links[i];
		struct str value = str_format(visit->arena, "%s%.*s", back ? "from." : "to.", STR_ARG(link->kind));

		if (access_reads_type(visit->kernel, visit->actor, back ? link->from : link->to))
			options[count++] = (struct field_option){value, words_of(visit, back ? &link->back : &link->label), str_eq(value, kind)};
	}
	views[0] = (struct field_form_view){.form = FORM_CHOICE, .name = S("kind"), .label = label(&visit->h, N_("Kind of link")),
					    .options = options, .option_count = count, .required = true, .value = kind};
	views[1] = (struct field_form_view){.form = FORM_TEXT, .name = S("other"), .label = label(&visit->h, N_("Number of the other record")),
					    .value = form_word(visit, "other"), .required = true, .error = error};
	*dialog = (struct dialog_view){.title = label(&visit->h, N_("Add a link")),
				       .action = record_page_url(page, "/links"),
				       .submit = label(&visit->h, N_("Add link")),
				       .cancel_url = record_page_url(page, ""),
				       .fields = views,
				       .field_count = 2};
	if (!error.n)
		dialog->error = form_other_errors(visit, NULL, 0);
	page->dialog = dialog;
	return OK;
}

enum status record_page_open(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct str edit = http_query(visit->request, "edit");
	const struct field *field;

	if (!edit.n && visit->request->method == HTTP_POST)
		edit = form_word(visit, "form");
	if (str_is(http_query(visit->request, "do"), "link") && page->may_link)
		return record_page_open_link(page);
	if (str_is(edit, "all") && page->may_edit) {
		const struct field **fields = arena_many(visit->arena, const struct field *, page->record->type->field_count + 1);

		return open_form(page, fields, all_settable(page, fields), edit);
	}
	field = settable_field(page, edit);
	for (size_t i = 0; !field && visit->request->method == HTTP_POST && i < page->record->type->field_count; i++) {
		struct form_text text;

		if (form_posted(visit, page->record->type->fields[i], &text))
			field = settable_field(page, page->record->type->fields[i]->name);
	}
	if (!field)
		return OK;
	if (form_is_large(field) || field == page->record->type->headline || field->value == VALUE_MONEY)
		return open_form(page, &field, 1, field->name);
	return open_property(page, field);
}

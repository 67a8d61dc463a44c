/* What a record's page asks for: one property in its place, several fields or a link as a form. */
#include <string.h>

#include "record/access.h"
#include "record/said.h"
#include "web/answers.h"
#include "web/page_record.h"

enum status record_page_form(struct record_page *page, const struct field *const *fields, size_t count,
			     struct field_form_view *views)
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
	}
	return OK;
}

/* Answers are posted one by one. Those to another form than the one that stands are asked for anew. */
static enum status add_answers(struct visit *visit, struct connection *connection, const struct record *record,
			       struct field_input *inputs, size_t *count)
{
	const struct form *form = form_of_type(visit->kernel, record->type);
	struct asked asked;
	bool given;
	enum status status;

	for (size_t i = 0; form && i < *count; i++)
		if (inputs[i].field == form->of)
			return OK;
	if (!form || (status = asked_of_record(visit, form, record, &asked)))
		return form ? status : OK;
	status = asked_input(visit, connection, &asked, &inputs[*count], &given);
	*count += given && !status;
	return status;
}

/* What is kept in both languages was shown in one. */
static bool says_the_same(const struct visit *visit, const struct field *field, struct value value, struct value stands)
{
	return field->is_message && value.kind == VALUE_TEXT && stands.kind == VALUE_TEXT &&
	       str_eq(value.text, said_in(visit->arena, visit->h.language, stands.text));
}

enum status record_page_inputs(struct visit *visit, struct connection *connection, const struct record *record,
			       const struct type *type, struct field_input *inputs, size_t *count)
{
	enum status failed = OK;

	*count = 0;
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];
		struct form_text text;
		struct value value = {0}, stands = record ? record_value(record, field) : field->preset;
		enum status status;

		if (!form_posted(visit, field, &text))
			continue;
		if (access_reads_field(visit->actor, field))
			status = form_value(visit, connection, field, &text, &value);
		else /* not even looked at: what became of it would tell what there is */
			status =
			    error_fail_at(&visit->error, E_DENIED, field->name, "denied", N_("You may not set this"));
		failed = failed ? failed : status;
		if (status || (value_is_empty(value) && value_is_empty(stands)))
			continue;
		if (record && value.kind != VALUE_TIME && value_eq(value, stands))
			continue;
		if (says_the_same(visit, field, value, stands))
			continue; /* it stays in both languages */
		if (!record && field->derived.n && value_eq(value, stands))
			continue; /* nobody chose it: what it is derived from goes before */
		if (record && value.kind == VALUE_TIME && value.number / MINUTE == stands.number / MINUTE &&
		    stands.kind == VALUE_TIME)
			continue; /* the control holds minutes */
		inputs[(*count)++] = (struct field_input){field, value};
	}
	if (record && !failed)
		failed = add_answers(visit, connection, record, inputs, count);
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

/* In the place of a table of answers, the questions. */
static enum status ask_instead(struct record_page *page, const struct field *const *fields,
			       struct field_form_view *views, size_t *count, struct asked *asked)
{
	const struct form *form = form_of_type(page->visit->kernel, page->record->type);
	size_t at = 0, rest;
	enum status status;

	while (form && at < *count && fields[at] != form->answers)
		at++;
	if (!form || at == *count)
		return OK;
	if ((status = asked_of_record(page->visit, form, page->record, asked)))
		return status;
	rest = *count - at - 1;
	memmove(&views[at + asked->questions.count], &views[at + 1], rest * sizeof(*views));
	for (size_t i = 0; i < asked->questions.count && !status; i++)
		status = asked_view(page->visit, page->connection, asked, i, &views[at + i]);
	*count += asked->questions.count - 1;
	return status;
}

static enum status open_form(struct record_page *page, const struct field **fields, size_t count, struct str what)
{
	struct visit *visit = page->visit;
	struct dialog_view *dialog = arena_one(visit->arena, struct dialog_view);
	struct field_form_view *views = arena_many(visit->arena, struct field_form_view, count + QUESTIONS_MOST + 1);
	struct asked asked = {0};
	size_t shown = count;
	enum status status = record_page_form(page, fields, count, views);

	if (!status)
		status = ask_instead(page, fields, views, &shown, &asked);
	views[shown] = (struct field_form_view){.form = FORM_HIDDEN, .name = S("form"), .value = what};
	*dialog = (struct dialog_view){
	    .title = phrase(&visit->h, N_("Edit %s"), number_text(visit, page->record->identity)),
	    .action = record_page_url(page, "/edit"),
	    .submit = label(&visit->h, N_("Save")),
	    .cancel_url = record_page_url(page, ""),
	    .fields = views,
	    .field_count = shown + 1,
	    .version = record_version(page),
	    .error = asked_other_errors(visit, &asked, (const struct field *const *)fields, count)};
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

static struct str said_of_link(struct visit *visit, const char *name)
{
	struct str posted = form_word(visit, name);

	return posted.p ? posted : http_query(visit->request, name);
}

/* The kinds of links from and to such a record; *to is where the one leads that is meant. */
static size_t link_options(const struct record_page *page, struct str kind, struct field_option *options,
			   const struct type **to)
{
	struct visit *visit = page->visit;
	const struct type *type = page->record->type;
	size_t count = 0;

	*to = NULL;
	for (size_t i = 0; i < type->link_count + type->back_link_count; i++) {
		bool back = i >= type->link_count;
		const struct link_kind *link = back ? type->back_links[i - type->link_count] : type->links[i];
		const struct type *other = back ? link->from : link->to;
		struct str value = str_format(visit->arena, "%s%.*s", back ? "from." : "to.", STR_ARG(link->kind));

		if (!access_reads_type(visit->kernel, visit->actor, other))
			continue;
		if (str_eq(value, kind) || !*to)
			*to = other;
		options[count++] = (struct field_option){value, words_of(visit, back ? &link->back : &link->label),
							 str_eq(value, kind)};
	}
	return count;
}

enum status record_page_open_link(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct type *type = page->record->type, *to;
	struct dialog_view *dialog = arena_one(visit->arena, struct dialog_view);
	struct field_form_view *views = arena_many(visit->arena, struct field_form_view, 2);
	struct found_list_view *found = arena_one(visit->arena, struct found_list_view);
	struct field_option *options =
	    arena_many(visit->arena, struct field_option, type->link_count + type->back_link_count + 1);
	struct str kind = said_of_link(visit, "kind"), other = said_of_link(visit, "other"),
		   error = visit_words_of_field(visit, "kind");
	size_t count = link_options(page, kind, options, &to);
	enum status status = to ? record_find_others(page, to, other, found) : OK;

	found->name = S("other");
	views[0] = (struct field_form_view){.form = FORM_CHOICE,
					    .name = S("kind"),
					    .label = label(&visit->h, N_("Kind of link")),
					    .options = options,
					    .option_count = count,
					    .required = true,
					    .value = kind,
					    .error = error};
	views[1] =
	    (struct field_form_view){.form = FORM_TEXT,
				     .name = S("other"),
				     .label = label(&visit->h, N_("The other record")),
				     .help = label(&visit->h, N_("Its number, or words of it")),
				     .value = other,
				     .required = true,
				     .error = error.n || found->count ? S("") : form_other_errors(visit, NULL, 0)};
	*dialog = (struct dialog_view){.title = label(&visit->h, N_("Add a link")),
				       .action = record_page_url(page, "/links"),
				       .submit = label(&visit->h, N_("Add link")),
				       .cancel_url = record_page_url(page, ""),
				       .find_url = record_page_url(page, "?do=link"),
				       .found = found,
				       .fields = views,
				       .field_count = 2};
	page->dialog = dialog;
	return status;
}

/* --- steps --- */

static bool is_among(const struct field *const *fields, size_t count, const struct field *field)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i] == field)
			return true;
	return false;
}

static bool is_shown(const struct record_page *page, const struct field *field)
{
	struct visit *visit = page->visit;
	bool shows = false;
	struct error error;

	error_clear(&error);
	return !edit_shows_field(visit->kernel, page->connection, visit->arena, visit->actor, page->record, field,
				 visit->now, &shows, &error) &&
	       shows;
}

/* What the step needs and asks for, and whatever it was refused for. needed: how many of them must have a value. */
static size_t fields_of_step(const struct record_page *page, const struct transition *transition,
			     const struct field **fields, size_t *needed)
{
	const struct type *type = page->record->type;
	struct visit *visit = page->visit;
	size_t count = 0;

	for (size_t i = 0; i < transition->requires_count; i++)
		if (transition->requires[i].field && !is_among(fields, count, transition->requires[i].field) &&
		    access_reads_field(visit->actor, transition->requires[i].field))
	fields[count++] = transition->requires[i].field;
	*needed = count;
	for (size_t i = 0; i < transition->asks_count; i++)
		if (!is_among(fields, count, transition->asks[i]) &&
		    access_may_set(visit->kernel, visit->actor, transition->asks[i]) &&
		    is_shown(page, transition->asks[i]))
			fields[count++] = transition->asks[i];
	for (size_t i = 0; i < visit->error.count; i++) {
		const struct field *field = type_field(type, str_of(visit->error.items[i].field));

		if (field && !is_among(fields, count, field) && access_may_set(visit->kernel, visit->actor, field))
			fields[count++] = field;
	}
	return count;
}

static bool needs_comment(const struct transition *transition)
{
	for (size_t i = 0; i < transition->requires_count; i++)
		if (transition->requires[i].comment)
			return true;
	return false;
}

static size_t add_comment(struct record_page *page, struct field_form_view *views)
{
	struct visit *visit = page->visit;
	size_t count = 0;

	views[count++] = (struct field_form_view){.form = FORM_LONG_TEXT,
						  .name = S("comment"),
						  .required = true,
						  .label = label(&visit->h, N_("Comment")),
						  .value = form_word(visit, "comment"),
						  .error = visit_words_of_field(visit, "comment")};
	if (page->staff && page->has_readers)
		views[count++] =
		    (struct field_form_view){.form = FORM_BOOLEAN,
					     .name = S("comment_public"),
					     .required = true,
					     .label = label(&visit->h, N_("The customer may read the comment")),
					     .value = form_word(visit, "comment_public")};
	if (count > 1)
		views[1].required = false;
	return count;
}

void record_page_comment(struct record_page *page, const struct field_form_view **views, size_t *count)
{
	struct field_form_view *own = arena_many(page->visit->arena, struct field_form_view, 2);

	*count = str_trim(form_word(page->visit, "comment")).n ? add_comment(page, own) : 0;
	*views = own;
}

enum status record_page_open_transition(struct record_page *page, const struct transition *transition)
{
	struct visit *visit = page->visit;
	const struct type *type = page->record->type;
	struct dialog_view *dialog = arena_one(visit->arena, struct dialog_view);
	const struct field **fields = arena_many(visit->arena, const struct field *, type->field_count + ERROR_ITEMS);
	size_t needed, count = fields_of_step(page, transition, fields, &needed);
	struct field_form_view *views = arena_many(visit->arena, struct field_form_view, count + 2);
	enum status status = record_page_form(page, fields, count, views);

	for (size_t i = 0; i < needed && !status; i++)
		form_require(visit, &views[i]);
	*dialog = (struct dialog_view){
	    .title = words_of(visit, &transition->label),
	    .action = record_page_url(
		page, str_c(visit->arena, str_format(visit->arena, "/do/%.*s", STR_ARG(transition->name)))),
	    .submit = words_of(visit, &transition->label),
	    .cancel_url = record_page_url(page, ""),
	    .warning = transition->warns.text[ENGLISH].n ? words_of(visit, &transition->warns) : S(""),
	    .fields = views,
	    .version = record_version(page),
	    .error = form_other_errors(visit, (const struct field *const *)fields, count)};
	if (page->record->state && transition->to && transition->to != page->record->state)
		dialog->words = phrase(&visit->h, N_("%1$s → %2$s"), words_of(visit, &page->record->state->label),
				       words_of(visit, &transition->to->label));
	dialog->field_count = count + (needs_comment(transition) ? add_comment(page, &views[count]) : 0);
	page->dialog = dialog;
	return status ? status : record_open_merge(page, transition, dialog, views, count);
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
		const struct field **fields =
		    arena_many(visit->arena, const struct field *, page->record->type->field_count + 1);

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

/* Ready texts for the composer: records of the type that acts as text_template, filled in with what this one says. */
#include "record/access.h"
#include "web/page_record.h"

#include <ctype.h>

enum { TEMPLATES_MOST = 100 };

/* --- which --- */

static struct str word_of(const struct record *template, const char *name)
{
	const struct field *field = type_field(template->type, str_of(name));
	struct value value = field ? record_value(template, field) : (struct value){0};

	return value.kind == VALUE_TEXT || value.kind == VALUE_CHOICE ? value.text : S("");
}

static bool is_internal(const struct record *template)
{
	return str_is(word_of(template, "audience"), "internal");
}

/* For records of this type, and by whoever may write so here. */
static bool fits(const struct record_page *page, const struct record *template)
{
	struct str type = word_of(template, "for");

	return (!type.n || str_eq(type, page->record->type->name)) && (is_internal(template) || page->has_readers);
}

static enum status read_templates(struct record_page *page, const struct type *type, struct list_result *result)
{
	struct visit *visit = page->visit;
	const struct field *active = type_field(type, S("active"));
	struct sort sort = {.field = type->headline->query};
	struct list_request request = {.type = type,
				       .sort = &sort,
				       .sort_count = 1,
				       .limit = TEMPLATES_MOST,
				       .as_of = INSTANT_NONE,
				       .now = visit->now,
				       .japanese = visit->h.language == JAPANESE};
	enum status status = OK;

	if (active && active->kind == FIELD_BOOLEAN)
		status = query_parse(visit->arena, type->query, S("active"), &request.filter, &visit->error);
	return status ? status
		      : read_list(visit->kernel, page->connection, visit->arena, visit->actor, &request, result,
				  &visit->error);
}

/* --- filling in --- */

/* What a name stands for; false: nothing, or nothing that the readers of the text may see. */
static bool fill(const struct record_page *page, struct str name, bool internal, struct str *words)
{
	struct visit *visit = page->visit;
	const struct record *record = page->record;
	const struct field *field = type_field(record->type, name);

	if (str_is(name, "number"))
		*words = number_text(visit, record->identity);
	else if (str_is(name, "state") && record->state)
		*words = words_of(visit, &record->state->label);
	else if (str_is(name, "me"))
		*words = visit->actor->name;
	else if (field && access_reads_field(visit->actor, field) && (internal || field->is_public))
		*words = show_value(&page->show, field, record_value(record, field));
	else
		*words = S("");
	return words->n > 0;
}

static bool is_name(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!islower((unsigned char)text.p[i]) && !isdigit((unsigned char)text.p[i]) && text.p[i] != '_')
			return false;
	return text.n > 0;
}

/* What has no value stays as it is, so that whoever sends the text sees what is missing. */
static struct str filled(const struct record_page *page, struct str text, bool internal)
{
	struct buf out = buf_new(page->visit->arena);
	size_t open, close;
	struct str words;

	while (str_find_char(text, '{', &open)) {
		struct str rest = str_sub(text, open + 1, text.n);

		buf_add(&out, str_sub(text, 0, open));
		if (str_find_char(rest, '}', &close) && is_name(str_sub(rest, 0, close)) &&
		    fill(page, str_sub(rest, 0, close), internal, &words)) {
			buf_add(&out, words);
			text = str_sub(rest, close + 1, rest.n);
		} else {
			buf_add_char(&out, '{');
			text = rest;
		}
	}
	buf_add(&out, text);
	return buf_str(&out);
}

/* Values are told in the language in which the text is written. */
static void take_over(struct record_page *page, const struct record *template)
{
	struct html *h = &page->visit->h;
	enum language before = h->language;

	h->language = language_parse(word_of(template, "language"), before);
	page->comment = filled(page, word_of(template, "text"), is_internal(template));
	page->comment_is_internal = is_internal(template);
	h->language = before;
}

/* --- the menu --- */

static void add_template(struct record_page *page, const struct record *template)
{
	struct visit *visit = page->visit;
	enum language language = language_parse(word_of(template, "language"), visit->h.language);
	struct str number = number_text(visit, template->identity);

	if (visit->request->method == HTTP_GET && str_eq(http_query(visit->request, "template"), number))
		take_over(page, template);
	vec_push(visit->arena, &page->templates,
		 (struct template_view){
		     .name = show_title(visit, template),
		     .internal = is_internal(template),
		     .language = language == visit->h.language ? (struct str){0} : str_of(language_code(language)),
		     .url = record_page_url(
			 page, str_c(visit->arena, str_format(visit->arena, "?template=%.*s", STR_ARG(number))))});
}

/* Those in the reader's language first. */
static void add_all(struct record_page *page, const struct list_result *all, bool own)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct record *template = all->records[i];
		enum language here = page->visit->h.language;

		if (fits(page, template) && (language_parse(word_of(template, "language"), here) == here) == own)
			add_template(page, template);
	}
}

enum status record_templates_load(struct record_page *page)
{
	const struct type *type = page->visit->kernel->model->acting[ACTS_TEXT_TEMPLATE];
	struct list_result all;
	enum status status;

	if (!type || !page->staff || !page->may_comment || page->print ||
	    !access_reads_type(page->visit->kernel, page->visit->actor, type))
		return OK;
	if ((status = read_templates(page, type, &all)))
		return status;
	add_all(page, &all, true);
	add_all(page, &all, false);
	return OK;
}

#include "web/answers.h"

#include "web/markdown.h"

/* --- what is asked --- */

static void take_posted(struct visit *visit, struct asked *asked)
{
	for (size_t i = 0; i < asked->questions.count; i++) {
		struct form_text text;

		if (form_posted(visit, &asked->questions.items[i].field, &text))
			asked->texts[i] = text.text;
	}
}

static enum status ask(struct visit *visit, const struct form *form, struct value rows, bool answered,
		       struct asked *asked)
{
	struct str prefix = form->answers->name;
	enum status status;

	*asked = (struct asked){.form = form};
	if ((status = questions_read(visit->arena, visit->kernel->model, rows, prefix, prefix, &asked->questions,
				     &visit->error)))
		return status;
	asked->texts = arena_many(visit->arena, struct str, asked->questions.count + 1);
	asked->shown = arena_many(visit->arena, bool, asked->questions.count + 1);
	if (answered &&
	    (status = answers_read(visit->arena, &asked->questions, rows, prefix, asked->texts, &visit->error)))
		return status;
	take_posted(visit, asked);
	return answers_shown(&asked->questions, asked->texts, visit->now, asked->shown, &visit->error);
}

enum status asked_of_offer(struct visit *visit, const struct form *form, const struct record *offer,
			   struct asked *asked)
{
	return ask(visit, form, offer ? record_value(offer, form->questions) : (struct value){0}, false, asked);
}

enum status asked_of_record(struct visit *visit, const struct form *form, const struct record *record,
			    struct asked *asked)
{
	return ask(visit, form, record_value(record, form->answers), true, asked);
}

/* --- conditions in words --- */

static struct str literal_words(struct visit *visit, const struct question *question, const struct query_node *node)
{
	if (node->literal.kind == VALUE_BOOLEAN)
		return label(&visit->h, node->literal.boolean ? N_("Yes") : N_("No"));
	if (node->literal.kind == VALUE_CHOICE || node->literal.kind == VALUE_TEXT)
		return show_choice(visit, question->field.choices, node->literal.text);
	return (struct str){0};
}

static struct str values_words(struct visit *visit, const struct question *question, const struct query_node *right)
{
	struct buf words = buf_new(visit->arena);

	if (right->op == QUERY_LITERAL)
		return literal_words(visit, question, right);
	for (size_t i = 0; right->op == QUERY_LIST && i < right->count; i++) {
		if (i)
			buf_add_c(&words, visit->h.language == JAPANESE ? "・" : " / ");
		buf_add(&words, literal_words(visit, question, right->children[i]));
	}
	return buf_str(&words);
}

/* "Size: 15 inch" for `size = large`; empty for what is not so simple. */
static struct str condition_words(struct visit *visit, const struct query_node *node)
{
	bool compares = node->op == QUERY_EQUAL || node->op == QUERY_IN;
	const struct query_node *path = compares && node->count == 2 ? node->children[0] : NULL;
	const struct question *question;
	struct str value;

	if (!path || path->op != QUERY_PATH)
		return (struct str){0};
	question = path->steps[0]->owner;
	value = values_words(visit, question, node->children[1]);
	return value.n ? phrase(&visit->h, N_("%1$s: %2$s"), words_of(visit, &question->field.label), value) : value;
}

static struct str hint_of(struct visit *visit, const struct question *question)
{
	struct str help = words_of(visit, &question->field.help),
		   when = condition_words(visit, question->shown_when->root);
	struct str only = when.n ? phrase(&visit->h, N_("Only with “%s”."), when)
				 : label(&visit->h, N_("Only when your answers above call for it."));

	return help.n ? str_format(visit->arena, "%.*s %.*s", STR_ARG(help), STR_ARG(only)) : only;
}

/* --- as controls --- */

enum status asked_view(struct visit *visit, struct connection *connection, const struct asked *asked, size_t at,
		       struct field_form_view *view)
{
	const struct question *question = &asked->questions.items[at];
	struct form_text text = {.text = asked->texts[at]};
	enum status status = form_view(visit, connection, &question->field, NULL, &text, view);

	if (status || !question->shown_when)
		return status;
	view->depends = view->required;
	view->required = false; /* the browser cannot know whether it is asked */
	view->help = hint_of(visit, question);
	return OK;
}

static enum status draw_question(struct visit *visit, struct connection *connection, const struct asked *asked,
				 size_t at)
{
	struct field_form_view view;
	enum status status = asked_view(visit, connection, asked, at, &view);

	if (status)
		return status;
	html(&visit->h, "<div%m>", attribute_flag("data-off", !asked->shown[at]));
	draw_field(&visit->h, &view);
	html(&visit->h, "</div>");
	return OK;
}

enum status draw_asked(struct visit *visit, struct connection *connection, const struct asked *asked)
{
	enum status status = OK;

	html(&visit->h, "<div class='asked' id='asked'>");
	for (size_t i = 0; i < asked->questions.count && !status; i++)
		status = draw_question(visit, connection, asked, i);
	html(&visit->h, "</div>");
	return status;
}

/* --- as words --- */

/* What was kept had been understood when it was answered. */
static struct value value_of(struct visit *visit, struct connection *connection, const struct field *field,
			     struct str text)
{
	struct error ignored = {0};
	struct value value;

	if (field_parse(visit->kernel, connection, visit->arena, field, text, visit->h.zone, &value, &ignored))
		return value_text(text);
	return value;
}

static void draw_answer(struct show *show, const struct question *question, struct value value)
{
	struct html *h = &show->visit->h;
	const struct field *field = &question->field;
	struct markdown_options markdown = {.heading = 3};

	html(h, "<div><dt>%t</dt><dd>", words_of(show->visit, &field->label));
	if (value_is_empty(value) && field->value == VALUE_BOOLEAN) /* a box that nobody ticked */
		html(h, "%l", N_("No"));
	else if (value_is_empty(value))
		html(h, "<span class='dim'>–</span>");
	else if (field->kind == FIELD_MARKDOWN && value.kind == VALUE_TEXT)
		markdown_draw(h, value.text, &markdown);
	else
		html(h, "%t", show_value(show, field, value));
	html(h, "</dd></div>");
}

enum status draw_answers(struct visit *visit, struct connection *connection, const struct asked *asked)
{
	struct value *values = arena_many(visit->arena, struct value, asked->questions.count + 1);
	struct show show = show_new(visit);
	enum status status;

	for (size_t i = 0; i < asked->questions.count; i++) {
		values[i] = value_of(visit, connection, &asked->questions.items[i].field, asked->texts[i]);
		show_need(&show, values[i]);
	}
	if ((status = show_look_up(&show, connection)))
		return status;
	html(&visit->h, "<dl class='answers'>");
	for (size_t i = 0; i < asked->questions.count; i++)
		if (asked->shown[i])
			draw_answer(&show, &asked->questions.items[i], values[i]);
	html(&visit->h, "</dl>");
	return OK;
}

/* --- as input --- */

bool asked_posted(const struct visit *visit, const struct asked *asked)
{
	for (size_t i = 0; i < asked->questions.count; i++)
		for (size_t f = 0; f < visit->form.count; f++)
			if (str_eq(visit->form.fields[f].name, asked->questions.items[i].field.name))
				return true;
	return false;
}

static struct str answers_json(struct visit *visit, const struct asked *asked)
{
	struct buf json = buf_new(visit->arena);

	buf_add_char(&json, '[');
	for (size_t i = 0; i < asked->questions.count; i++) {
		if (!str_trim(asked->texts[i]).n)
			continue;
		buf_add_c(&json, json.n > 1 ? ",{\"name\":" : "{\"name\":");
		buf_add_json_string(&json, asked->questions.items[i].name);
		buf_add_c(&json, ",\"value\":");
		buf_add_json_string(&json, str_trim(asked->texts[i]));
		buf_add_char(&json, '}');
	}
	buf_add_char(&json, ']');
	return buf_str(&json);
}

enum status asked_input(struct visit *visit, struct connection *connection, const struct asked *asked,
			struct field_input *input, bool *given)
{
	struct form_text text = {.text = answers_json(visit, asked)};

	*given = asked_posted(visit, asked);
	*input = (struct field_input){.field = asked->form->answers};
	return *given ? form_value(visit, connection, input->field, &text, &input->value) : OK;
}

struct str asked_other_errors(struct visit *visit, const struct asked *asked, const struct field *const *fields,
			      size_t count)
{
	const struct field **all = arena_many(visit->arena, const struct field *, count + asked->questions.count + 1);

	for (size_t i = 0; i < count; i++)
		all[i] = fields[i];
	for (size_t i = 0; i < asked->questions.count; i++)
		all[count + i] = &asked->questions.items[i].field;
	return form_other_errors(visit, all, count + asked->questions.count);
}

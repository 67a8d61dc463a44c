/* Answers: to the questions of a form, and conditions on them. */
#include "record/questions.h"

#include <jansson.h>

/* --- rows --- */

static enum status take_answer(struct arena *arena, const struct questions *questions, const json_t *row,
			       struct str prefix, struct str *texts, bool *seen, struct error *error)
{
	const json_t *name = json_object_get(row, "name"), *value = json_object_get(row, "value");
	struct str called = {json_is_string(name) ? json_string_value(name) : "", json_string_length(name)};
	const struct question *question = questions_find(questions, called);
	struct str field = str_format(arena, "%.*s.%.*s", STR_ARG(prefix), STR_ARG(called));

	if (!question)
		return error_fail_at(error, E_INVALID, field, "unknown", N_("This is not asked here"));
	if (seen[question - questions->items])
		return error_fail_at(error, E_INVALID, field, "twice", N_("This is answered twice"));
	seen[question - questions->items] = true;
	if (json_is_string(value))
		texts[question - questions->items] =
		    str_dup(arena, (struct str){json_string_value(value), json_string_length(value)});
	return OK;
}

enum status answers_read(struct arena *arena, const struct questions *questions, struct value rows, struct str prefix,
			 struct str *texts, struct error *error)
{
	json_t *list = rows.kind == VALUE_ROWS ? json_loadb(rows.text.p, rows.text.n, 0, NULL) : NULL;
	bool *seen = arena_many(arena, bool, questions->count + 1);
	enum status status = OK;

	for (size_t i = 0; i < questions->count; i++)
		texts[i] = (struct str){0};
	for (size_t i = 0; i < json_array_size(list); i++) {
		enum status failed = take_answer(arena, questions, json_array_get(list, i), prefix, texts, seen, error);

		status = status ? status : failed;
	}
	json_decref(list);
	return status;
}

static void add_cell(struct buf *out, const char *name, struct str text)
{
	if (!text.n)
		return;
	buf_add_char(out, ',');
	buf_add_json_string(out, str_of(name));
	buf_add_char(out, ':');
	buf_add_json_string(out, text);
}

struct value answers_rows(struct arena *arena, const struct questions *questions, const struct str *texts)
{
	struct buf out = buf_new(arena);

	if (!questions->count)
		return (struct value){0};
	for (size_t i = 0; i < questions->count; i++) {
		const struct question *question = &questions->items[i];

		buf_add_c(&out, i ? ",{\"name\":" : "[{\"name\":");
		buf_add_json_string(&out, question->name);
		add_cell(&out, "label", question->field.label.text[ENGLISH]);
		add_cell(&out, "label_ja", question->field.label.text[JAPANESE]);
		add_cell(&out, "type", question->type);
		if (question->field.required)
			buf_add_c(&out, ",\"required\":true");
		add_cell(&out, "choices", question->choices);
		add_cell(&out, "shown_when", question->condition);
		add_cell(&out, "value", texts[i]);
		buf_add_char(&out, '}');
	}
	buf_add_char(&out, ']');
	return (struct value){.kind = VALUE_ROWS, .text = buf_str(&out)};
}

/* --- conditions --- */

struct answered { /* what a condition looks at */
	const struct questions *questions;
	const struct str *texts;
	const bool *shown;
};

/* What is no number or date is told by whoever checks the answer; here it is no answer. */
static struct value understood(const struct question *question, struct str text)
{
	int64_t number = 0;
	int32_t day;

	text = str_trim(text);
	switch (question->field.value) {
	case VALUE_BOOLEAN:
		return value_boolean(str_is(text, "true"));
	case VALUE_INTEGER:
		return str_int64(text, &number) ? value_integer(number) : (struct value){0};
	case VALUE_DECIMAL:
		return decimal_parse(text, &number) ? value_number(VALUE_DECIMAL, number) : (struct value){0};
	case VALUE_DATE:
		return day_parse(text, &day) ? value_number(VALUE_DATE, day) : (struct value){0};
	case VALUE_CHOICE:
		return value_choice(text);
	default:
		return value_text(text);
	}
}

static enum status get(void *context, const void *record, const struct query_field *field, struct value *value)
{
	const struct answered *answered = record;
	const struct question *question = field->owner;
	size_t at = (size_t)(question - answered->questions->items);

	(void)context;
	*value = answered->shown[at] && str_trim(answered->texts[at]).n ? understood(question, answered->texts[at])
									: (struct value){0};
	return OK;
}

/* Conditions on answers name nothing that has links, clocks or a history: none of these is ever called with one. */
static enum status follow(void *context, const struct query_type *type, int64_t identity, const void **record)
{
	(void)context;
	(void)type;
	(void)identity;
	*record = NULL;
	return OK;
}

static enum status changed(void *context, const void *record, const struct query_field *field, bool *is)
{
	(void)context;
	(void)record;
	(void)field;
	*is = false;
	return OK;
}

static enum status judge(const struct answered *answered, const struct query *query, instant now, bool *holds,
			 struct error *error)
{
	struct query_environment around = {.now = now, .get = get, .follow = follow, .changed = changed};
	enum status status = query_matches(query, answered, &around, holds);

	return status ? error_fail(error, status, "", "condition", N_("A condition on the answers could not be judged"))
		      : OK;
}

enum status answers_shown(const struct questions *questions, const struct str *texts, instant now, bool *shown,
			  struct error *error)
{
	struct answered answered = {questions, texts, shown};

	for (size_t i = 0; i < questions->count; i++) {
		const struct query *query = questions->items[i].shown_when;
		bool holds = true;
		enum status status = query ? judge(&answered, query, now, &holds, error) : OK;

		if (status)
			return status;
		shown[i] = holds;
	}
	return OK;
}

enum status answers_hold(struct arena *arena, const struct questions *questions, const struct str *texts,
			 const struct query *query, instant now, bool *holds, struct error *error)
{
	bool *shown = arena_many(arena, bool, questions->count + 1);
	struct answered answered = {questions, texts, shown};
	enum status status = answers_shown(questions, texts, now, shown, error);

	*holds = true;
	return status || !query ? status : judge(&answered, query, now, holds, error);
}

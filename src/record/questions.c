/* Forms: rows as questions. */
#include "record/questions.h"

#include <jansson.h>
#include <stdio.h>

enum { NAME_MOST = 40, OPTIONS_MOST = 100 };

struct reading {
	struct arena *arena;
	const struct model *model;
	struct questions *questions;
	struct str at, prefix;
	struct error *error;
	size_t row; /* from 1 */
};

static enum status fault(struct reading *reading, const char *message, struct str argument)
{
	char row[24];

	snprintf(row, sizeof(row), "%zu", reading->row);
	return error_fail_at(reading->error, E_INVALID, reading->at, "question", message, row,
			     str_c(reading->arena, argument));
}

/* Texts die with the document they are read from. */
static struct str cell(struct reading *reading, const json_t *row, const char *name)
{
	const json_t *found = json_object_get(row, name);

	if (!json_is_string(found))
		return (struct str){0};
	return str_trim(str_dup(reading->arena, (struct str){json_string_value(found), json_string_length(found)}));
}

static struct label labelled(struct reading *reading, const json_t *row, const char *english, const char *japanese)
{
	return (struct label){.text = {cell(reading, row, english), cell(reading, row, japanese)}};
}

static bool is_word(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (i && ((c >= '0' && c <= '9') || c == '_'))))
			return false;
	}
	return name.n > 0 && name.n <= NAME_MOST;
}

/* --- kinds --- */

static const struct kind {
	const char *word;
	enum field_kind kind;
	enum value_kind value;
} kinds[] = {
    {"text", FIELD_TEXT, VALUE_TEXT},          {"markdown", FIELD_MARKDOWN, VALUE_TEXT},
    {"integer", FIELD_INTEGER, VALUE_INTEGER}, {"decimal", FIELD_DECIMAL, VALUE_DECIMAL},
    {"date", FIELD_DATE, VALUE_DATE},          {"boolean", FIELD_BOOLEAN, VALUE_BOOLEAN},
    {"choice", FIELD_CHOICE, VALUE_CHOICE},
};

static enum status take_kind(struct reading *reading, struct question *question)
{
	struct field *field = &question->field;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_is(question->type, kinds[i].word)) {
			field->kind = kinds[i].kind;
			field->value = kinds[i].value;
			return OK;
		}
	field->to = model_type(reading->model, question->type);
	field->kind = field->to && field->to->acts_as == ACTS_PERSON ? FIELD_PERSON : FIELD_REFERENCE;
	field->value = VALUE_RECORD;
	return field->to ? OK : fault(reading, N_("Row %s: there is no kind of answer '%s'"), question->type);
}

/* "small = Small | 小" */
static struct choice read_choice(struct str text)
{
	struct choice choice = {0};
	size_t at;

	if (!str_find_char(text, '=', &at)) {
		choice.code = choice.label.text[ENGLISH] = str_trim(text);
		return choice;
	}
	choice.code = str_trim(str_sub(text, 0, at));
	text = str_sub(text, at + 1, text.n);
	if (str_find_char(text, '|', &at)) {
		choice.label.text[JAPANESE] = str_trim(str_sub(text, at + 1, text.n));
		text = str_sub(text, 0, at);
	}
	choice.label.text[ENGLISH] = str_trim(text);
	if (!choice.label.text[ENGLISH].n)
		choice.label.text[ENGLISH] = choice.code;
	return choice;
}

static enum status take_choices(struct reading *reading, struct question *question)
{
	struct choice_set *set = arena_one(reading->arena, struct choice_set);
	struct str rest = question->choices, part;

	if (question->field.kind != FIELD_CHOICE)
		return OK;
	set->name = question->name;
	set->choices = arena_many(reading->arena, struct choice, OPTIONS_MOST);
	while (str_cut(&rest, ',', &part)) {
		struct choice choice = read_choice(str_trim(part));

		if (!choice.code.n)
			continue;
		if (choice_find(set, choice.code))
			return fault(reading, N_("Row %s: the choice '%s' stands there twice"), choice.code);
		if (set->count == OPTIONS_MOST)
			return fault(reading, N_("Row %s: at most 100 choices can be offered"), question->name);
		set->choices[set->count++] = choice;
	}
	question->field.choices = set;
	return set->count ? OK : fault(reading, N_("Row %s: name the choices of '%s'"), question->name);
}

/* --- conditions --- */

/* References are known to conditions as the text that names them. */
static void make_askable(struct reading *reading, const struct question *question)
{
	struct query_field *asked = arena_one(reading->arena, struct query_field);
	const struct choice_set *set = question->field.choices;

	*asked = (struct query_field){.name = question->name, .kind = question->field.value, .owner = question};
	if (asked->kind == VALUE_RECORD)
		asked->kind = VALUE_TEXT;
	if (set) {
		struct query_code *codes = arena_many(reading->arena, struct query_code, set->count);

		for (size_t i = 0; i < set->count; i++)
			codes[i].name = set->choices[i].code;
		asked->codes = codes;
		asked->code_count = set->count;
	}
	map_put(&reading->questions->query.fields, asked->name, asked);
}

enum status questions_condition(struct arena *arena, const struct questions *questions, struct str text,
				const struct query **query, struct error *error)
{
	*query = NULL;
	return text.n ? query_parse(arena, &questions->query, text, query, error) : OK;
}

/* Only what was asked before is known: the condition is read before its own question is. */
static enum status take_condition(struct reading *reading, struct question *question)
{
	struct error own;
	char words[400];

	error_clear(&own);
	if (!questions_condition(reading->arena, reading->questions, question->condition, &question->shown_when, &own))
		return OK;
	error_item_text(&own.items[0], own.items[0].message, words, sizeof(words));
	return fault(reading, N_("Row %s: the condition cannot be understood: %s"), str_of(words));
}

/* --- rows --- */

static enum status read_row(struct reading *reading, const json_t *row)
{
	struct questions *questions = reading->questions;
	struct question *question = &questions->items[questions->count];
	struct field *field = &question->field;
	enum status status;

	question->name = cell(reading, row, "name");
	if (!is_word(question->name))
		return fault(reading, N_("Row %s: '%s' is no short name: lower case letters, digits and _ are"),
			     question->name);
	if (questions_find(questions, question->name))
		return fault(reading, N_("Row %s: the short name '%s' stands there twice"), question->name);
	question->type = cell(reading, row, "type");
	question->choices = cell(reading, row, "choices");
	question->condition = cell(reading, row, "shown_when");
	field->name = str_format(reading->arena, "%.*s.%.*s", STR_ARG(reading->prefix), STR_ARG(question->name));
	field->label = labelled(reading, row, "label", "label_ja");
	field->help = labelled(reading, row, "help", "help_ja");
	if (!field->label.text[ENGLISH].n)
		field->label.text[ENGLISH] = question->name;
	field->required = json_is_true(json_object_get(row, "required"));
	field->is_public = true;
	if ((status = take_kind(reading, question)) || (status = take_choices(reading, question)) ||
	    (status = take_condition(reading, question)))
		return status;
	make_askable(reading, question);
	questions->count++;
	return OK;
}

enum status questions_read(struct arena *arena, const struct model *model, struct value rows, struct str at,
			   struct str prefix, struct questions *questions, struct error *error)
{
	struct reading reading = {arena, model, questions, at, prefix, error, 0};
	json_t *list = rows.kind == VALUE_ROWS ? json_loadb(rows.text.p, rows.text.n, 0, NULL) : NULL;
	size_t count = json_array_size(list);
	enum status status = OK;

	*questions = (struct questions){.items = arena_many(arena, struct question, count + 1)};
	questions->query = (struct query_type){
	    .name = prefix, .fields = map_new(arena), .links = map_new(arena), .clocks = map_new(arena)};
	if (count > QUESTIONS_MOST)
		status = error_fail_at(error, E_INVALID, at, "too_many", N_("At most 100 questions can be asked"));
	for (size_t i = 0; i < count && !status; i++) {
		reading.row = i + 1;
		status = read_row(&reading, json_array_get(list, i));
	}
	json_decref(list);
	return status;
}

const struct question *questions_find(const struct questions *questions, struct str name)
{
	for (size_t i = 0; i < questions->count; i++)
		if (str_eq(questions->items[i].name, name))
			return &questions->items[i];
	return NULL;
}

#include "record/assign.h"

#include "record/lookup.h"
#include "record/people.h"
#include "record/said.h"

/* --- loading --- */

static enum status no_fit(struct behaviour_loading *loading, const char *key, struct str name, struct error *error)
{
	return load_fail(loading, key, N_("What is given to \"%s\" does not fit that field"),
			 str_c(loading->arena, name), error);
}

/* "now", "now + 5d", "now - 2h". */
static bool read_now(struct str text, int64_t *offset)
{
	struct str word = S("now");
	struct duration duration;
	bool back;

	if (!str_starts(text, word))
		return false;
	text = str_trim(str_sub(text, word.n, text.n));
	*offset = 0;
	if (!text.n)
		return true;
	back = text.p[0] == '-';
	if ((!back && text.p[0] != '+') || !duration_parse(str_trim(str_sub(text, 1, text.n)), &duration))
		return false;
	*offset = back ? -duration_ms(duration) : duration_ms(duration);
	return true;
}

static bool fits(const struct field *into, const struct field *from)
{
	if (into->value != from->value || into->kind == FIELD_ROWS)
		return false;
	return into->to == from->to && into->choices == from->choices;
}

/* "people major_manager, problem.problem_manager", "on_call group". */
static bool read_people(struct behaviour_loading *loading, struct str text, struct assignment *item)
{
	struct str people = S("people "), on_call = S("on_call "), part;
	const struct type *person = loading->model->acting[ACTS_PERSON];

	if ((!str_starts(text, people) && !str_starts(text, on_call)) || item->into->to != person)
		return false;
	item->from = str_starts(text, people) ? ASSIGN_PEOPLE : ASSIGN_ON_CALL;
	item->people = arena_many(loading->arena, struct who, text.n);
	text = str_sub(text, item->from == ASSIGN_PEOPLE ? people.n : on_call.n, text.n);
	while (str_cut(&text, ',', &part))
		if (!load_who_named(loading, str_trim(part), &item->people[item->people_count++]))
			return false;
	return true;
}

static bool read_source(struct behaviour_loading *loading, struct str text, struct assignment *item)
{
	const struct field *into = item->into;
	bool is_moment = into->value == VALUE_TIME || into->value == VALUE_DATE;

	if (is_moment && read_now(text, &item->offset)) {
		item->from = ASSIGN_NOW;
		return true;
	}
	if (into->value == VALUE_TIME && str_is(text, "created_at")) {
		item->from = ASSIGN_CREATED_AT;
		return true;
	}
	if (into->kind == FIELD_PERSON && str_is(text, "me")) {
		item->from = ASSIGN_ME;
		return true;
	}
	if (into->value == VALUE_TEXT && str_is(text, "number")) {
		item->from = ASSIGN_NUMBER;
		return true;
	}
	if (read_people(loading, text, item))
		return true;
	item->from = ASSIGN_PATH;
	return path_read(loading->arena, loading->type, text, &item->path) && fits(into, path_end(&item->path));
}

/* "{title}: {service.name}" */
static bool read_words(struct behaviour_loading *loading, struct str text, struct assignment *item)
{
	size_t begins, ends;

	item->from = ASSIGN_WORDS;
	item->words = arena_many(loading->arena, struct word, text.n + 1);
	while (str_find_char(text, '{', &begins)) {
		struct word *words = &item->words[item->word_count++], *path = &item->words[item->word_count++];

		words->text = str_sub(text, 0, begins);
		text = str_sub(text, begins + 1, text.n);
		path->is_path = true;
		if (!str_find_char(text, '}', &ends) ||
		    !path_read(loading->arena, loading->type, str_sub(text, 0, ends), &path->path) ||
		    path_end(&path->path)->value != VALUE_TEXT)
			return false;
		text = str_sub(text, ends + 1, text.n);
	}
	item->words[item->word_count++].text = text;
	return true;
}

static bool read_constant(struct behaviour_loading *loading, struct str text, struct assignment *item)
{
	const struct field *into = item->into;
	struct error ignored;

	item->text = text;
	if (into->kind == FIELD_TEXT && str_find_char(text, '{', &(size_t){0}))
		return read_words(loading, text, item);
	if (into->value == VALUE_RECORD || into->value == VALUE_LIST || into->value == VALUE_ROWS) {
		item->from = ASSIGN_TEXT;
		return true;
	}
	error_clear(&ignored);
	return !field_parse(NULL, NULL, loading->arena, into, text, zone_open(S("UTC")), &item->constant, &ignored) &&
	       !field_check(loading->arena, NULL, into, &item->constant, &ignored);
}

static enum status load_one(struct behaviour_loading *loading, const char *key, const struct type *to, struct str name,
			    struct str text, struct assignments *into, struct error *error)
{
	struct assignment *item = &into->items[into->count];
	bool good;

	item->into = type_field(to, name);
	if (!item->into || item->into->kind == FIELD_COMPUTED)
		return load_fail(loading, key, N_("There is no field \"%s\""), str_c(loading->arena, name), error);
	into->count++;
	good = str_starts(text, S("=")) ? read_source(loading, str_trim(str_sub(text, 1, text.n)), item)
					: read_constant(loading, text, item);
	return good ? OK : no_fit(loading, key, name, error);
}

static enum status load_set(struct behaviour_loading *loading, const struct node *set, const struct type *to,
			    struct assignments *into, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; set && i < set->count; i++) {
		enum status failed = set->items[i]->kind == NODE_SCALAR
					 ? load_one(loading, "set", to, set->keys[i], set->items[i]->text, into, error)
					 : load_fail(loading, "set", N_("\"%s\" must be a text"),
						     str_c(loading->arena, set->keys[i]), error);

		status = status ? status : failed;
	}
	return status;
}

enum status load_assignments(struct behaviour_loading *loading, const struct type *to, struct assignments *assignments,
			     struct error *error)
{
	const struct node *set = load_node(loading, "set");
	const struct field **copies;
	size_t copy_count;
	enum status status, failed;

	if (set && set->kind != NODE_MAPPING)
		return load_fail(loading, "set", N_("\"%s\" is written as name: value"), "set", error);
	if ((status = load_fields(loading, "copy", &copies, &copy_count, error)))
		return status;
	assignments->items = arena_many(loading->arena, struct assignment, copy_count + (set ? set->count : 0) + 1);
	status = load_set(loading, set, to, assignments, error);
	for (size_t i = 0; i < copy_count; i++) {
		struct str source = str_format(loading->arena, "=%.*s", STR_ARG(copies[i]->name));

		failed = load_one(loading, "copy", to, copies[i]->name, source, assignments, error);
		status = status ? status : failed;
	}
	return status;
}

/* --- making --- */

/* Whose turn it is, each once; a who without a rota means nobody. */
static enum status people_on_call(struct edit *edit, const struct assignment *item, int64_t **people, size_t *count,
				  struct error *error)
{
	enum status status = OK;

	*people = arena_many(edit_arena(edit), int64_t, item->people_count + 1);
	*count = 0;
	for (size_t i = 0; i < item->people_count && !status; i++) {
		bool known = false;
		int64_t person;

		status = people_on_call_for(edit_kernel(edit), edit_connection(edit), edit_arena(edit),
					    &item->people[i], edit_after(edit), edit_now(edit), &person, error);
		for (size_t k = 0; k < *count; k++)
			known = known || (*people)[k] == person;
		if (!status && person && !known)
			(*people)[(*count)++] = person;
	}
	return status;
}

static enum status make_people(struct edit *edit, const struct assignment *item, struct value *value,
			       struct error *error)
{
	struct value *items;
	int64_t *people;
	size_t count;
	enum status status =
	    item->from == ASSIGN_ON_CALL
		? people_on_call(edit, item, &people, &count, error)
		: people_meant(edit_kernel(edit), edit_connection(edit), edit_arena(edit), item->people,
			       item->people_count, edit_after(edit), &people, &count, error);

	if (status || !count)
		return status;
	items = arena_many(edit_arena(edit), struct value, count);
	for (size_t i = 0; i < count; i++)
		items[i] = value_record(people[i]);
	*value = item->into->kind == FIELD_LINKS
		     ? (struct value){.kind = VALUE_LIST, .list = {.items = items, .count = count}}
		     : items[0];
	return OK;
}

/* What is not said in Japanese is told as it is. */
static enum status word_value(struct edit *edit, const struct path *path, struct value *value, struct error *error)
{
	const struct field *english = path_end(path)->in_english;
	struct path other;
	enum status status = path_value(edit_kernel(edit), edit_connection(edit), edit_arena(edit), edit_after(edit),
					path, value, error);

	if (status || !english || !value_is_empty(*value))
		return status;
	other = path_to_other(edit_arena(edit), path, english);
	return path_value(edit_kernel(edit), edit_connection(edit), edit_arena(edit), edit_after(edit), &other, value,
			  error);
}

static enum status make_words(struct edit *edit, const struct assignment *item, struct value *value,
			      struct error *error)
{
	struct buf text = buf_new(edit_arena(edit));

	*value = (struct value){0};
	for (size_t i = 0; i < item->word_count; i++) {
		const struct word *word = &item->words[i];
		struct value found = {0};
		enum status status;

		buf_add(&text, word->text);
		if (!word->is_path)
			continue;
		status = word_value(edit, &word->path, &found, error);
		if (status || value_is_empty(found) || value_is_erased(found))
			return status;
		buf_add(&text, found.text);
	}
	*value = value_text(str_first(buf_str(&text), (size_t)item->into->most));
	return OK;
}

/* In the language of the field; where it has none, whoever reads it finds theirs. */
static struct str out_of_message(struct arena *arena, const struct field *into, struct str message)
{
	struct str english = said_in(arena, ENGLISH, message), japanese = said_in(arena, JAPANESE, message);

	if (into->in_english)
		return japanese;
	return into->in_japanese || str_eq(english, japanese)
		   ? english
		   : str_format(arena, "%.*s / %.*s", STR_ARG(english), STR_ARG(japanese));
}

/* What a record is called goes into a message in both languages. */
static struct value from_path(struct edit *edit, const struct assignment *item, struct value value)
{
	const struct record *record = edit_after(edit);
	const struct field *ja = record->type->headline_ja;
	struct value japanese = ja ? record_value(record, ja) : (struct value){0};
	struct str both;

	if (path_end(&item->path)->is_message && !item->into->is_message && value.kind == VALUE_TEXT)
		return value_text(out_of_message(edit_arena(edit), item->into, value.text));
	if (!item->into->is_message || item->path.hop_count || item->path.base != record->type->headline ||
	    value.kind != VALUE_TEXT || japanese.kind != VALUE_TEXT)
		return value;
	both = said_keep_both(edit_arena(edit), value.text, japanese.text);
	return both.n ? value_text(both) : value;
}

static enum status make(struct edit *edit, const struct assignment *item, struct value *value, struct error *error)
{
	const struct record *record = edit_after(edit);
	int64_t person = edit_who(edit);
	char number[NUMBER_TEXT];
	enum status status;

	switch (item->from) {
	case ASSIGN_CONSTANT:
		*value = item->constant;
		return OK;
	case ASSIGN_TEXT:
		return field_parse(edit_kernel(edit), edit_connection(edit), edit_arena(edit), item->into, item->text,
				   zone_open(S("UTC")), value, error);
	case ASSIGN_PATH:
		status = path_value(edit_kernel(edit), edit_connection(edit), edit_arena(edit), record, &item->path,
				    value, error);
		*value = from_path(edit, item, *value);
		return status;
	case ASSIGN_ME:
		*value = person ? value_record(person) : (struct value){0};
		return OK;
	case ASSIGN_WORDS:
		return make_words(edit, item, value, error);
	case ASSIGN_NOW:
		*value = lookup_dated(item->into, edit_now(edit) + item->offset);
		return OK;
	case ASSIGN_CREATED_AT:
		*value = value_time(record->created_at);
		return OK;
	case ASSIGN_PEOPLE:
	case ASSIGN_ON_CALL:
		return make_people(edit, item, value, error);
	case ASSIGN_NUMBER:
		kernel_number(edit_kernel(edit), record->identity, number);
		*value = value_text(str_dup(edit_arena(edit), str_of(number)));
		return OK;
	}
	return OK;
}

enum status assignments_make(struct edit *edit, const struct assignments *assignments, struct field_input *fields,
			     size_t *count, struct error *error)
{
	*count = 0;
	for (size_t i = 0; i < assignments->count; i++) {
		const struct assignment *item = &assignments->items[i];
		struct value value = {0};
		enum status status = make(edit, item, &value, error);

		if (status)
			return status;
		if (!value_is_empty(value))
			fields[(*count)++] = (struct field_input){item->into, value};
	}
	return OK;
}

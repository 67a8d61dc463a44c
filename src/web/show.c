#include "web/show.h"

#include <ctype.h>

#include "record/rows.h"
#include "record/said.h"
#include "web/markdown.h"

/* --- references --- */

struct show show_new(struct visit *visit)
{
	return (struct show){.visit = visit};
}

static const struct reference *find_reference(const struct show *show, int64_t identity)
{
	for (size_t i = 0; i < show->references.count; i++)
		if (show->references.items[i].identity == identity)
			return &show->references.items[i];
	return NULL;
}

void show_need_identity(struct show *show, int64_t identity)
{
	if (identity && !find_reference(show, identity))
		vec_push(show->visit->arena, &show->references, (struct reference){.identity = identity});
}

void show_need(struct show *show, struct value value)
{
	if (value.kind == VALUE_RECORD)
		show_need_identity(show, value.number);
	for (size_t i = 0; value.kind == VALUE_LIST && i < value.list.count; i++)
		show_need_identity(show, value.list.items[i].number);
}

static void show_need_rows(struct show *show, const struct field *field, struct value value)
{
	json_t *rows = rows_list(value);

	for (size_t r = 0; r < json_array_size(rows); r++)
		for (size_t i = 0; i < field->column_count; i++)
			if (field->columns[i]->value == VALUE_RECORD)
				show_need(show,
					  rows_value(show->visit->arena, json_array_get(rows, r), field->columns[i]));
	json_decref(rows);
}

void show_need_record(struct show *show, const struct record *record)
{
	for (size_t i = 0; i < record->type->field_count; i++) {
		show_need(show, record->values[i]);
		if (record->type->fields[i]->kind == FIELD_ROWS)
			show_need_rows(show, record->type->fields[i], record->values[i]);
	}
	show_need_identity(show, record->created_by);
}

enum status show_look_up(struct show *show, struct connection *connection)
{
	struct visit *visit = show->visit;

	return read_references(visit->kernel, connection, visit->arena, visit->actor, show->references.items,
			       show->references.count, &visit->error);
}

struct str show_name(const struct show *show, int64_t identity)
{
	const struct reference *reference = find_reference(show, identity);

	if (!identity)
		return S("");
	if (!reference)
		return number_text(show->visit, identity);
	return reference->headline.n ? reference->headline : reference->shown;
}

struct str show_number(const struct show *show, int64_t identity)
{
	const struct reference *reference = find_reference(show, identity);

	if (!identity)
		return S("");
	return reference && reference->shown.n ? reference->shown : number_text(show->visit, identity);
}

struct str show_url(const struct show *show, int64_t identity)
{
	const struct reference *reference = find_reference(show, identity);

	return reference && reference->readable ? record_url(show->visit, identity) : S("");
}

/* --- values --- */

struct str show_choice(const struct visit *visit, const struct choice_set *set, struct str code)
{
	const struct choice *choice = set ? choice_find(set, code) : NULL;

	return choice ? words_of(visit, &choice->label) : code;
}

static struct str show_decimal(const struct html *h, int64_t millionths)
{
	char text[DECIMAL_TEXT];
	struct str digits = str_of(decimal_format(millionths < 0 ? -millionths : millionths, 0, text)), part = S("");
	int64_t whole = millionths / 1000000;
	size_t dot;

	if (str_find_char(digits, '.', &dot))
		part = str_sub(digits, dot, digits.n);
	return str_format(h->out->arena, "%s%.*s%.*s", millionths < 0 ? "−" : "",
			  STR_ARG(words_number(h, whole < 0 ? -whole : whole)), STR_ARG(part));
}

struct str show_money(const struct html *h, int64_t millionths, const char *currency)
{
	struct str amount = show_decimal(h, millionths);

	if (h->language == JAPANESE && str_is(str_of(currency), "JPY"))
		return str_format(h->out->arena, "%.*s円", STR_ARG(amount));
	return str_format(h->out->arena, "%.*s %s", STR_ARG(amount), currency);
}

static struct str show_list(const struct show *show, struct value value)
{
	struct buf words = buf_new(show->visit->arena);

	for (size_t i = 0; i < value.list.count; i++)
		words_list(&show->visit->h, &words, show_name(show, value.list.items[i].number));
	return buf_str(&words);
}

/* "/incidents?filter=...": what stands in that list. */
static struct str show_page(const struct visit *visit, struct str address)
{
	struct str collection = str_sub(address, str_starts(address, S("/")), address.n);
	const struct type *type;
	size_t end;

	if (str_find_char(collection, '?', &end))
		collection = str_sub(collection, 0, end);
	type = map_get(&visit->kernel->model->types_by_collection, collection);
	return type ? words_of(visit, &type->plural) : address;
}

/* How long something is kept, or how often it is reviewed, is told in years where it is some, or in days. */
static struct str show_length(const struct html *h, int64_t length)
{
	int64_t days = length / DAY, years = (days * 4 + 730) / 1461;

	if (length < 28 * DAY || length % DAY)
		return words_length(h, length);
	if (years && (days == years * 365 || days == years * 1461 / 4 || days == (years * 1461 + 3) / 4))
		return phrase_count(h, years, N_("%s year"), N_("%s years"));
	return phrase_count(h, days, N_("%s day"), N_("%s days"));
}

/* "audit.internal" of a kind of records: of what kind, or of which process. Without a name for it, as it stands. */
static struct str show_kind_within(const struct visit *visit, const struct type *type, struct str code)
{
	const struct model *model = visit->kernel->model;

	for (size_t i = 0; i < type->field_count; i++) {
		const struct choice_set *set = type->fields[i]->choices;
		const struct choice *choice = set ? choice_find(set, code) : NULL;

		if (choice)
			return words_of(visit, &choice->label);
	}
	for (size_t i = 0; i < model->process_count; i++)
		if (str_eq(model->processes[i]->name, code))
			return words_of(visit, &model->processes[i]->label);
	return code;
}

/* "incident", "review.policy": what a kind of records is called. */
static struct str show_kind(const struct visit *visit, struct str name)
{
	const struct type *type;
	struct str within = S("");
	size_t dot;

	if (str_find_char(name, '.', &dot))
		within = str_sub(name, dot + 1, name.n);
	type = map_get(&visit->kernel->model->types_by_name, within.n ? str_sub(name, 0, dot) : name);
	if (!type)
		return name;
	return within.n ? phrase(&visit->h, N_("%1$s: %2$s"), words_of(visit, &type->label),
				 show_kind_within(visit, type, within))
			: words_of(visit, &type->label);
}

struct str show_value(const struct show *show, const struct field *field, struct value value)
{
	const struct visit *visit = show->visit;
	const struct html *h = &visit->h;

	if (value_is_erased(value))
		return label(h, N_("(erased)"));
	switch (value.kind) {
	case VALUE_NONE:
		return S("");
	case VALUE_BOOLEAN:
		return label(h, value.boolean ? N_("Yes") : N_("No"));
	case VALUE_INTEGER:
		return words_number(h, value.number);
	case VALUE_DECIMAL:
		return show_decimal(h, value.number);
	case VALUE_MONEY:
		return show_money(h, value.number, value.currency);
	case VALUE_TEXT:
		if (field && field->is_message)
			return said_in(visit->arena, h->language, value.text);
		if (field && field->is_page)
			return show_page(visit, value.text);
		if (field && field->is_kind)
			return show_kind(visit, value.text);
		return field && field->kind == FIELD_MARKDOWN ? markdown_words(visit->arena, value.text, 240)
							      : value.text;
	case VALUE_CHOICE:
		return show_choice(visit, field ? field->choices : NULL, value.text);
	case VALUE_DATE:
		return words_day(h, (int32_t)value.number, DAY_FULL);
	case VALUE_TIME:
		return words_moment(h, value.number);
	case VALUE_DURATION:
		return show_length(h, value.number);
	case VALUE_RECORD:
		return show_name(show, value.number);
	case VALUE_LIST:
		return show_list(show, value);
	case VALUE_ROWS:
		return phrase_count(h, (int64_t)rows_count(value), N_("%s row"), N_("%s rows"));
	}
	return S("");
}

/* Languages keep their capital. */
static bool begins_with_a_name(struct str words)
{
	return str_starts(words, S("Japanese")) || str_starts(words, S("English"));
}

struct str show_label_inside(const struct visit *visit, const struct label *text)
{
	struct str words = words_of(visit, text);
	char *copy;

	if (visit->h.language != ENGLISH || words.n < 2 || !islower((unsigned char)words.p[1]) ||
	    begins_with_a_name(words))
		return words;
	copy = str_c(visit->arena, words);
	*copy = (char)tolower((unsigned char)*copy);
	return str_of(copy);
}

struct str show_title(const struct visit *visit, const struct record *record)
{
	struct str headline = read_headline(record, visit->h.language);
	char number[NUMBER_TEXT];

	if (headline.n)
		return headline;
	return str_dup(visit->arena, str_of(kernel_number(visit->kernel, record->identity, number)));
}

const struct field *show_priority_field(const struct type *type)
{
	const struct field *named;

	for (size_t i = 0; i < type->field_count; i++)
		if (str_is(type->fields[i]->derived_by, "priority_matrix"))
			return type->fields[i];
	/* Another set's codes are no marks that people know. */
	named = type_field(type, S("priority"));
	return named && named->choices && str_is(named->choices->name, "priority") ? named : NULL;
}

/* --- states --- */

static size_t place_of(const struct type *type, const struct state *state)
{
	size_t i = 0;

	while (i < type->state_count && type->states[i] != state)
		i++;
	return i;
}

static bool leaves(const struct transition *transition, const struct state *state)
{
	bool leaves = !transition->from_count;

	for (size_t i = 0; i < transition->from_count; i++)
		leaves = leaves || transition->from[i] == state;
	return leaves;
}

/* Every way on leads to an end, or back to what was declared before it; actions lead nowhere. */
static bool awaits_its_end(const struct type *type, const struct state *state)
{
	bool ends = false;

	for (size_t i = 0; i < type->transition_count; i++) {
		const struct state *to = type->transitions[i]->to;

		if (!to || to == state || !leaves(type->transitions[i], state))
			continue;
		if (to->phase != PHASE_DONE && place_of(type, to) > place_of(type, state))
			return false;
		ends = ends || to->phase == PHASE_DONE;
	}
	return ends;
}

static enum shape shape_of(const struct type *type, const struct state *state)
{
	if (state->phase == PHASE_WAITING)
		return SHAPE_WAITING;
	if (state->phase == PHASE_DONE)
		return SHAPE_CLOSED;
	if (state == type->initial)
		return SHAPE_NEW;
	if (awaits_its_end(type, state))
		return SHAPE_DONE;
	return place_of(type, state) == 1 ? SHAPE_ASSIGNED : SHAPE_PROGRESS;
}

struct state_mark show_state(const struct visit *visit, const struct type *type, const struct state *state)
{
	if (!state)
		return (struct state_mark){0};
	return (struct state_mark){.shape = shape_of(type, state), .word = words_of(visit, &state->label)};
}

/* --- clocks --- */

struct str show_clock_name(const struct visit *visit, const struct type *type, struct str name)
{
	struct label words = type_clock_label(type, name);

	return words_of(visit, &words);
}

/* How long from now service time goes on without a break, looking a day ahead. */
static int64_t open_for(const struct calendar *calendar, instant now)
{
	int64_t open = 0, beyond = DAY;

	if (calendar_between(calendar, now, now + beyond) == beyond)
		return beyond;
	while (beyond - open > SECOND) {
		int64_t middle = open + (beyond - open) / 2;

		if (calendar_between(calendar, now, now + middle) == middle)
			open = middle;
		else
			beyond = middle;
	}
	return open;
}

enum status show_clock(struct visit *visit, struct connection *connection, const struct record_clock *clock,
		       const struct state *state, struct clock_view *view, struct error *error)
{
	static const enum clock_tone tones[] = {[CLOCK_RUNNING] = CLOCK_TONE_RUNNING,
						[CLOCK_PAUSED] = CLOCK_TONE_HOLD,
						[CLOCK_MET] = CLOCK_TONE_MET,
						[CLOCK_BREACHED] = CLOCK_TONE_OVER};
	const struct clock_result *result = &clock->result;
	const struct calendar *calendar;
	enum status status;

	*view = (struct clock_view){
	    .name = show_clock_name(visit, kernel_type_of(visit->kernel, clock->record), clock->name),
	    .tone = result->stopped && state && state->is_void           ? CLOCK_TONE_ENDED
		    : result->stopped && result->state == CLOCK_BREACHED ? CLOCK_TONE_LATE
									 : tones[result->state],
	    .target = clock->target,
	    .left = result->remaining,
	    .due = result->due_at};
	if (!result->running)
		return OK;
	if ((status = calendar_of_record(visit->kernel, connection, clock->calendar, &calendar, error)))
		return status;
	view->open_for = open_for(calendar, visit->now);
	return OK;
}

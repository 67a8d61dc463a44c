/* From values to controls. */
#include "web/form.h"

#include <jansson.h>
#include <stdio.h>

#include "behaviour/timed.h"
#include "record/rows.h"
#include "record/said.h"

enum {
	OFFER_MOST = 60,
	ROW_CHOICES_MOST = 4,
	ROW_CHOICE_EDGE = 3,
	ROW_MOST = 44 /* of which a half of the form has room */
};

bool form_is_large(const struct field *field)
{
	return field->kind == FIELD_MARKDOWN || field->kind == FIELD_ROWS || field->kind == FIELD_LINKS;
}

bool form_is_of_a_step(const struct type *type, const struct field *field)
{
	for (size_t t = 0; t < type->transition_count; t++) {
		const struct transition *transition = type->transitions[t];

		for (size_t i = 0; i < transition->requires_count; i++)
			if (transition->requires[i].field == field)
				return true;
		for (size_t i = 0; i < transition->asks_count; i++)
			if (transition->asks[i] == field)
				return true;
	}
	return false;
}

bool form_is_column(const struct type *type, const struct field *field)
{
	for (size_t i = 0; i < type->column_count; i++)
		if (type->columns[i] == field)
			return true;
	return false;
}

/* --- value -> text --- */

/* To the second where a record is timed. */
static struct str local_time(const struct visit *visit, const struct field *field, instant at)
{
	struct civil civil = zone_civil(visit->h.zone, at);

	if (timed_begins_with(visit->kernel, field))
		return str_format(visit->arena, "%04d-%02d-%02dT%02d:%02d:%02d", civil.year, civil.month, civil.day,
				  civil.hour, civil.minute, civil.second);
	return str_format(visit->arena, "%04d-%02d-%02dT%02d:%02d", civil.year, civil.month, civil.day, civil.hour,
			  civil.minute);
}

/* "2h 30m": what duration_parse reads again. */
static struct str short_length(const struct visit *visit, int64_t ms)
{
	int64_t hours = ms / HOUR, minutes = ms % HOUR / MINUTE, seconds = ms % MINUTE / SECOND;
	char text[DURATION_TEXT];
	struct buf buf = buf_new(visit->arena);

	if (ms <= 0 || ms % SECOND)
		return str_dup(visit->arena, str_of(duration_format(ms, text)));
	if (hours)
		buf_format(&buf, "%lldh", (long long)hours);
	if (minutes)
		buf_format(&buf, "%s%lldm", buf.n ? " " : "", (long long)minutes);
	if (seconds)
		buf_format(&buf, "%s%llds", buf.n ? " " : "", (long long)seconds);
	return buf_str(&buf);
}

static struct str numbers(const struct show *show, struct value value)
{
	struct buf buf = buf_new(show->visit->arena);

	for (size_t i = 0; i < value.list.count; i++) {
		if (i)
			buf_add_c(&buf, ", ");
		buf_add(&buf, show_number(show, value.list.items[i].number));
	}
	return buf_str(&buf);
}

/* Stored rows in the form of the API: every cell a text. */
static struct str rows_text(const struct show *show, const struct field *field, struct value value)
{
	struct visit *visit = show->visit;
	json_t *rows = rows_list(value);
	struct buf buf = buf_new(visit->arena);

	buf_add_char(&buf, '[');
	for (size_t r = 0; r < json_array_size(rows); r++) {
		bool first = true;

		buf_add_c(&buf, r ? ",{" : "{");
		for (size_t i = 0; i < field->column_count; i++) {
			const struct field *column = field->columns[i];
			struct form_text text =
			    form_text(show, column, rows_value(visit->arena, json_array_get(rows, r), column));

			if (!text.text.n)
				continue;
			if (text.currency.n)
				text.text =
				    str_format(visit->arena, "%.*s %.*s", STR_ARG(text.text), STR_ARG(text.currency));
			if (!first)
				buf_add_char(&buf, ',');
			first = false;
			buf_add_json_string(&buf, column->name);
			buf_add_char(&buf, ':');
			buf_add_json_string(&buf, text.text);
		}
		buf_add_char(&buf, '}');
	}
	buf_add_char(&buf, ']');
	json_decref(rows);
	return buf_str(&buf);
}

struct form_text form_text(const struct show *show, const struct field *field, struct value value)
{
	struct visit *visit = show->visit;
	char text[DECIMAL_TEXT + TIME_TEXT];

	switch (value.kind) {
	case VALUE_NONE:
		return (struct form_text){0};
	case VALUE_BOOLEAN:
		return (struct form_text){.text = value.boolean ? S("true") : S("false")};
	case VALUE_INTEGER:
		return (struct form_text){.text = str_format(visit->arena, "%lld", (long long)value.number)};
	case VALUE_DECIMAL:
		return (struct form_text){.text = str_dup(visit->arena, str_of(decimal_format(value.number, 0, text)))};
	case VALUE_MONEY:
		return (struct form_text){str_dup(visit->arena, str_of(decimal_format(value.number, 0, text))),
					  str_dup(visit->arena, str_of(value.currency))};
	case VALUE_TEXT:
	case VALUE_CHOICE:
		if (value_is_erased(value))
			return (struct form_text){0};
		return (struct form_text){
		    .text = field->is_message ? said_in(visit->arena, visit->h.language, value.text) : value.text};
	case VALUE_DATE:
		return (struct form_text){.text =
					      str_dup(visit->arena, str_of(day_format((int32_t)value.number, text)))};
	case VALUE_TIME:
		return (struct form_text){.text = local_time(visit, field, value.number)};
	case VALUE_DURATION:
		return (struct form_text){.text = short_length(visit, value.number)};
	case VALUE_RECORD:
		return (struct form_text){.text = show_number(show, value.number)};
	case VALUE_LIST:
		return (struct form_text){.text = numbers(show, value)};
	case VALUE_ROWS:
		return (struct form_text){.text = rows_text(show, field, value)};
	}
	return (struct form_text){0};
}

/* --- text -> control --- */

static enum field_form form_of(const struct field *field)
{
	static const enum field_form by_value[] = {
	    [VALUE_TEXT] = FORM_TEXT,     [VALUE_INTEGER] = FORM_INTEGER,   [VALUE_DECIMAL] = FORM_DECIMAL,
	    [VALUE_MONEY] = FORM_MONEY,   [VALUE_BOOLEAN] = FORM_BOOLEAN,   [VALUE_DATE] = FORM_DATE,
	    [VALUE_TIME] = FORM_TIME,     [VALUE_DURATION] = FORM_DURATION, [VALUE_CHOICE] = FORM_CHOICE,
	    [VALUE_RECORD] = FORM_SEARCH, [VALUE_LIST] = FORM_LINKS,        [VALUE_ROWS] = FORM_ROWS};

	return field->kind == FIELD_MARKDOWN ? FORM_LONG_TEXT : by_value[field->value];
}

/* Of what must be chosen and is not yet, nothing is chosen by itself. */
static void offer_nothing(struct field_form_view *view, struct field_option *options)
{
	if (view->required && !view->value.n)
		options[view->option_count++] = (struct field_option){S(""), S("–"), true};
}

/* A question that must be answered is no box: an empty box would answer it without anybody having looked at it. */
static void ask_yes_or_no(struct visit *visit, struct field_form_view *view)
{
	struct field_option *options = arena_many(visit->arena, struct field_option, 2);

	options[0] = (struct field_option){S("true"), label(&visit->h, N_("Yes")), str_is(view->value, "true")};
	options[1] = (struct field_option){S("false"), label(&visit->h, N_("No")), str_is(view->value, "false")};
	view->form = FORM_CHOICE_ROW;
	view->options = options;
	view->option_count = 2;
}

void form_require(struct visit *visit, struct field_form_view *view)
{
	struct field_option *options = arena_many(visit->arena, struct field_option, view->option_count + 1);
	size_t count = view->option_count;

	if (view->required)
		return;
	view->required = true;
	if (view->form == FORM_BOOLEAN)
		ask_yes_or_no(visit, view);
	if (view->form != FORM_CHOICE || view->value.n)
		return;
	view->option_count = 0;
	offer_nothing(view, options);
	for (size_t i = 0; i < count; i++)
		options[view->option_count++] = view->options[i];
	view->options = options;
}

/* How wide a text is, about: a letter of Japanese is as wide as two others. */
static size_t columns_of(struct str text)
{
	size_t columns = 0;

	for (size_t i = 0; i < text.n; i++)
		columns += (unsigned char)text.p[i] >= 0xe0 ? 2 : (unsigned char)text.p[i] >= 0xc0 || text.p[i] > 0;
	return columns;
}

static void offer_choices(struct visit *visit, const struct field *field, struct str chosen,
			  struct field_form_view *view)
{
	const struct choice_set *set = field->choices;
	struct field_option *options = arena_many(visit->arena, struct field_option, set->count + 1);
	size_t width = 0;
	bool row;

	for (size_t i = 0; i < set->count; i++)
		width += ROW_CHOICE_EDGE + columns_of(words_of(visit, &set->choices[i].label));
	row = field->required && set->count <= ROW_CHOICES_MOST && width <= ROW_MOST;
	view->options = options;
	view->form = row ? FORM_CHOICE_ROW : FORM_CHOICE;
	if (!row)
		offer_nothing(view, options);
	for (size_t i = 0; i < set->count; i++)
		options[view->option_count++] = (struct field_option){
		    set->choices[i].code, words_of(visit, &set->choices[i].label), str_eq(set->choices[i].code, chosen),
		    set->languages ? set->choices[i].code : S("")};
}

/* What may be chosen: neither at the end of its life nor switched off; people of the record's group where the model
 * says so. */
static enum status offer_filter(struct visit *visit, const struct field *field, const struct record *record,
				const struct query **filter)
{
	const struct type *to = field->to;
	const struct field *active = type_field(to, S("active"));
	struct value group = field->from && record ? record_value(record, field->from) : (struct value){0};
	struct buf text = buf_new(visit->arena);
	char number[NUMBER_TEXT];

	if (to->state_count)
		buf_add_c(&text, "state.phase != done");
	if (active && active->kind == FIELD_BOOLEAN && access_reads_field(visit->actor, active))
		buf_format(&text, "%sactive", text.n ? " and " : "");
	for (size_t i = 0; group.kind == VALUE_RECORD && i < to->field_count; i++)
		if (to->fields[i]->kind == FIELD_LINKS && to->fields[i]->to == field->from->to)
			buf_format(&text, "%s%.*s = %s", text.n ? " and " : "", STR_ARG(to->fields[i]->name),
				   kernel_number(visit->kernel, group.number, number));
	*filter = NULL;
	return text.n ? query_parse(visit->arena, to->query, buf_str(&text), filter, &visit->error) : OK;
}

static struct str key_or_number(struct visit *visit, const struct record *record)
{
	const struct type *type = record->type;
	struct value key = type->key && type->key_is_shown ? record_value(record, type->key) : (struct value){0};

	return key.kind == VALUE_TEXT ? key.text : number_text(visit, record->identity);
}

static struct str option_words(struct visit *visit, const struct record *record)
{
	struct str title = show_title(visit, record), number = key_or_number(visit, record);

	return str_eq(title, number) ? title : str_format(visit->arena, "%.*s (%.*s)", STR_ARG(title), STR_ARG(number));
}

/* In a menu the name says it all, unless another has the same. */
static struct str menu_words(struct visit *visit, const struct list_result *result, size_t at)
{
	struct str title = show_title(visit, result->records[at]);

	for (size_t i = 0; i < result->count; i++)
		if (i != at && str_eq(show_title(visit, result->records[i]), title))
			return option_words(visit, result->records[at]);
	return title;
}

/* What stands in the control and is not among what is offered. */
static enum status offer_chosen(struct visit *visit, struct connection *connection, const struct field *field,
				struct field_form_view *view, struct field_option *options)
{
	struct record *record = NULL;
	int64_t identity;
	enum status status;

	for (size_t i = 0; i < view->option_count; i++)
		if (options[i].chosen)
			return OK;
	if (!view->value.n)
		return OK;
	if ((status = record_find(visit->kernel, connection, field->to, view->value, &identity, &visit->error)))
		return status;
	if (identity &&
	    (status = record_load(visit->kernel, connection, visit->arena, identity, false, &record, &visit->error)))
		return status;
	if (record && access_reads_record(visit->kernel, visit->actor, record))
		options[view->option_count++] = (struct field_option){view->value, option_words(visit, record), true};
	else
		view->form = FORM_SEARCH; /* keep what was typed */
	return OK;
}

/* A short list is chosen from; of a long one the beginning is offered while one types. */
static enum status offer_records(struct visit *visit, struct connection *connection, const struct field *field,
				 const struct record *record, struct field_form_view *view)
{
	struct field_option *options = arena_many(visit->arena, struct field_option, OFFER_MOST + 3);
	struct list_request request = {.type = field->to,
				       .limit = OFFER_MOST + 1,
				       .as_of = INSTANT_NONE,
				       .now = visit->now,
				       .japanese = visit->h.language == JAPANESE};
	struct sort sort = {.field = field->to->headline ? field->to->headline->query : NULL};
	struct list_result result;
	enum status status;

	view->search_url = str_format(visit->arena, "/suggest/%.*s", STR_ARG(field->to->collection));
	view->options = options;
	if (!access_reads_type(visit->kernel, visit->actor, field->to))
		return OK;
	if (sort.field) {
		request.sort = &sort;
		request.sort_count = 1;
	}
	if ((status = offer_filter(visit, field, record, &request.filter)) ||
	    (status =
		 read_list(visit->kernel, connection, visit->arena, visit->actor, &request, &result, &visit->error)))
		return status;
	bool menu = result.count <= OFFER_MOST && view->form != FORM_LINKS;

	if (menu)
		offer_nothing(view, options);
	for (size_t i = 0; i < result.count && i < OFFER_MOST; i++) {
		struct str value = key_or_number(visit, result.records[i]);
		bool chosen = str_eq(value, view->value);

		options[view->option_count++] = (struct field_option){
		    value, menu ? menu_words(visit, &result, i) : option_words(visit, result.records[i]), chosen};
	}
	if (!menu)
		return OK;
	view->form = FORM_CHOICE;
	return offer_chosen(visit, connection, field, view, options);
}

/* --- rows --- */

static enum status fill_columns(struct visit *visit, struct connection *connection, const struct field *field,
				struct field_form_view *view)
{
	struct field_form_view *columns = arena_many(visit->arena, struct field_form_view, field->column_count + 1);

	for (size_t i = 0; i < field->column_count; i++) {
		struct form_text none = {0};
		enum status status = form_view(visit, connection, field->columns[i], NULL, &none, &columns[i]);

		if (status)
			return status;
		columns[i].required = false; /* of a row that is left empty nothing is needed */
		columns[i].help = columns[i].error = S("");
		if (columns[i].form == FORM_CHOICE_ROW)
			columns[i].form = FORM_CHOICE;
		if (columns[i].form == FORM_LONG_TEXT)
			columns[i].form = FORM_TEXT;
	}
	view->columns = columns;
	view->column_count = field->column_count;
	return OK;
}

void form_rows(struct visit *visit, const struct field *field, struct str text, struct field_form_view *view)
{
	json_error_t fault;
	json_t *rows = text.n ? json_loadb(text.p, text.n, 0, &fault) : NULL;
	struct field_form_row *filled = arena_many(visit->arena, struct field_form_row, json_array_size(rows) + 1);

	for (size_t r = 0; r < json_array_size(rows); r++) {
		struct str *values = arena_many(visit->arena, struct str, field->column_count + 1);

		for (size_t i = 0; i < field->column_count; i++) {
			const char *cell = json_string_value(json_object_getn(
			    json_array_get(rows, r), field->columns[i]->name.p, field->columns[i]->name.n));

			values[i] = str_dup(visit->arena, str_of(cell));
		}
		filled[r].values = values;
	}
	view->rows = filled;
	view->row_count = json_array_size(rows);
	json_decref(rows);
}

/* --- the whole --- */

static struct str bound_text(struct visit *visit, const struct field *field, int64_t bound)
{
	char text[DECIMAL_TEXT];

	if (field->value == VALUE_INTEGER)
		return str_format(visit->arena, "%lld", (long long)bound);
	return str_dup(visit->arena, str_of(decimal_format(bound, 0, text)));
}

/* While a record that is timed is being written, its beginning counts on. */
static void time_it(struct visit *visit, const struct record *record, struct str text, struct field_form_view *view)
{
	struct field moment = {.kind = FIELD_DATETIME, .value = VALUE_TIME};
	struct error ignored = {0};
	struct value began;

	view->step = S("1");
	if (record || !text.n ||
	    field_parse(visit->kernel, NULL, visit->arena, &moment, text, visit->h.zone, &began, &ignored))
		return;
	view->ticks = true;
	view->elapsed = visit->now > began.number ? visit->now - began.number : 0;
}

enum status form_view(struct visit *visit, struct connection *connection, const struct field *field,
		      const struct record *record, const struct form_text *text, struct field_form_view *view)
{
	*view = (struct field_form_view){.form = form_of(field),
					 .name = field->name,
					 .label = words_of(visit, &field->label),
					 .value = text->text,
					 .currency = text->currency,
					 .error = visit_words_of_field(visit, str_c(visit->arena, field->name)),
					 .required = field->required,
					 .large = field->type && field == field->type->headline};
	if (field->help.text[ENGLISH].n)
		view->help = words_of(visit, &field->help);
	if (field->value == VALUE_MONEY && !view->currency.n)
		view->currency = S("JPY");
	if (field->value == VALUE_INTEGER || field->value == VALUE_DECIMAL) {
		view->least = field->has_least ? bound_text(visit, field, field->least) : S("");
		view->most = field->has_most ? bound_text(visit, field, field->most) : S("");
	}
	if (field->value == VALUE_CHOICE && field->choices)
		offer_choices(visit, field, text->text, view);
	if (field->value == VALUE_BOOLEAN && field->required)
		ask_yes_or_no(visit, view);
	if (timed_begins_with(visit->kernel, field))
		time_it(visit, record, text->text, view);
	if (field->kind == FIELD_ROWS) {
		form_rows(visit, field, text->text, view);
		return fill_columns(visit, connection, field, view);
	}
	if (field->value == VALUE_LIST && !view->help.n)
		view->help = label(&visit->h, N_("Numbers or names, with commas between them"));
	return field->to && (field->value == VALUE_RECORD || field->value == VALUE_LIST)
		   ? offer_records(visit, connection, field, record, view)
		   : OK;
}

struct str form_other_errors(struct visit *visit, const struct field *const *fields, size_t count)
{
	struct buf words = buf_new(visit->arena);

	for (size_t i = 0; i < visit->error.count; i++) {
		const struct error_item *item = &visit->error.items[i];
		bool shown = str_is(S("comment"), item->field);

		for (size_t f = 0; f < count; f++)
			shown = shown || str_is(fields[f]->name, item->field);
		if (shown)
			continue;
		if (words.n)
			buf_add_c(&words, visit->h.language == JAPANESE ? "" : " ");
		buf_add(&words, visit_words(visit, item));
	}
	return buf_str(&words);
}

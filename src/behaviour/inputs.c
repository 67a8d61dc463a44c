/* inputs: what there is to look at gathers itself: a management review finds the objectives, audits, complaints...
 * counted and with their numbers, as they stood when it was held (4.5.4.3).
 *
 * Parameters: rows: a rows field with the text columns key, heading and records, and the integer column count; a column
 * that people fill stays as it is; of: a list {key, says: {en, ja}, type, where: a condition, since: a date or time of
 * that type, which lies in what is looked back on}; on: steps at which it is gathered, besides its making; when: a
 * condition under which it is; while: as long as this holds, too, each edit gathers anew; from: the date since when it
 * looks back; within: how long before, while that is empty; at: the date and time at which it was gathered.
 *
 * Counted is what every one of our own staff may read, so that it tells nobody more. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"
#include "record/path.h"
#include "record/read.h"

enum { NUMBERS_MOST = 12 };

struct input {
	struct str key;
	struct label says;
	const struct type *type;
	const struct query *where;
	const struct field *since;
};

struct inputs {
	const struct field *rows, *from, *at;
	const struct field *key, *heading, *count, *records;
	const struct transition **on;
	size_t on_count;
	const struct query *when, *meanwhile;
	struct duration within;
	struct input *of;
	size_t of_count;
};

/* --- parameters --- */

static enum status load_columns(struct behaviour_loading *loading, struct inputs *p, struct error *error)
{
	const struct {
		const char *name;
		const struct field **column;
		enum value_kind value;
	} columns[] = {{"key", &p->key, VALUE_TEXT},
		       {"heading", &p->heading, VALUE_TEXT},
		       {"count", &p->count, VALUE_INTEGER},
		       {"records", &p->records, VALUE_TEXT}};

	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		for (size_t k = 0; k < p->rows->column_count; k++)
			if (str_is(p->rows->columns[k]->name, columns[i].name) &&
			    p->rows->columns[k]->value == columns[i].value)
				*columns[i].column = p->rows->columns[k];
		if (!*columns[i].column)
			return load_fail(loading, "rows", N_("There is no field \"%s\""), columns[i].name, error);
	}
	return OK;
}

static enum status load_input(struct behaviour_loading *part, struct input *input, struct error *error)
{
	static const char *const keys[] = {"key", "says", "type", "where", "since", NULL};
	struct str since;
	enum status status;

	if ((status = load_keys(part, keys, error)) || (status = load_text(part, "key", true, &input->key, error)) ||
	    (status = load_label(part, "says", true, &input->says, error)) ||
	    (status = load_type(part, "type", true, &input->type, error)) ||
	    (status = load_expression_of(part, "where", input->type, &input->where, error)) ||
	    (status = load_text(part, "since", false, &since, error)) || !since.n)
		return status;
	input->since = type_field(input->type, since);
	return input->since && (input->since->value == VALUE_DATE || input->since->value == VALUE_TIME)
		   ? OK
		   : load_fail(part, "since", N_("There is no field \"%s\""), str_c(part->arena, since), error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"rows", "of", "on", "when", "while", "from", "within", "at", NULL};
	struct inputs *p = arena_one(loading->arena, struct inputs);
	struct behaviour_loading *parts;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "rows", true, &p->rows, error)) ||
	    (status = load_columns(loading, p, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)) ||
	    (status = load_expression(loading, "while", false, &p->meanwhile, error)) ||
	    (status = load_field(loading, "from", true, &p->from, error)) ||
	    (status = load_duration(loading, "within", true, &p->within, error)) ||
	    (status = load_field(loading, "at", true, &p->at, error)) ||
	    (status = load_parts(loading, "of", &parts, &p->of_count, error)))
		return status;
	if (p->from->value != VALUE_DATE)
		return load_fail(loading, "from", N_("The field must be a date"), NULL, error);
	if (p->at->value != VALUE_TIME)
		return load_fail(loading, "at", N_("The field must be a date and time"), NULL, error);
	p->of = arena_many(loading->arena, struct input, p->of_count + 1);
	for (size_t i = 0; i < p->of_count && !status; i++)
		status = load_input(&parts[i], &p->of[i], error);
	return status;
}

/* --- gathering --- */

static enum status filter_of(const struct input *input, struct edit *edit, int32_t from, const struct query **filter,
			     struct error *error)
{
	struct buf text = buf_new(edit_arena(edit));
	char moment[TIME_TEXT];

	if (input->where)
		buf_format(&text, "(%.*s)", STR_ARG(input->where->source));
	if (input->since)
		buf_format(&text, "%s%.*s >= %s", text.n ? " and " : "", STR_ARG(input->since->name),
			   input->since->value == VALUE_DATE ? day_format(from, moment)
							     : time_format(lookup_agreement_day(from), moment));
	return query_parse(edit_arena(edit), input->type->query, buf_str(&text), filter, error);
}

static enum status find(const struct input *input, struct edit *edit, int32_t from, struct list_result *found,
			struct error *error)
{
	struct actor anybody = *actor_system();
	struct list_request request = {
	    .type = input->type, .limit = NUMBERS_MOST, .as_of = INSTANT_NONE, .now = edit_now(edit), .count = true};
	enum status status = filter_of(input, edit, from, &request.filter, error);

	anybody.is_system = false;
	*found = (struct list_result){0};
	if (status || !access_reads_type(edit_kernel(edit), &anybody, input->type))
		return status;
	return read_list(edit_kernel(edit), edit_connection(edit), edit_arena(edit), &anybody, &request, found, error);
}

static struct str numbers_of(struct edit *edit, const struct list_result *found)
{
	struct buf text = buf_new(edit_arena(edit));
	char number[NUMBER_TEXT];

	for (size_t i = 0; i < found->count; i++)
		buf_format(&text, "%s%s", i ? ", " : "",
			   kernel_number(edit_kernel(edit), found->records[i]->identity, number));
	if (found->total > (int64_t)found->count)
		buf_add_c(&text, " …");
	return buf_str(&text);
}

static struct value cell_of(const struct inputs *p, const struct input *input, struct edit *edit,
			    const struct list_result *found, const json_t *row, const struct field *column)
{
	enum language language = edit_actor(edit)->is_system ? JAPANESE : edit_actor(edit)->language;

	if (column == p->key)
		return value_text(input->key);
	if (column == p->heading)
		return value_text(label_in(&input->says, language));
	if (column == p->count)
		return value_integer(found->total > 0 ? found->total : 0);
	if (column == p->records)
		return value_text(numbers_of(edit, found));
	return row ? rows_value(edit_arena(edit), row, column) : (struct value){0};
}

static const json_t *row_of(const json_t *list, struct str key)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (rows_says(json_array_get(list, i), "key", key))
			return json_array_get(list, i);
	return NULL;
}

static enum status add_row(const struct inputs *p, const struct input *input, struct edit *edit, int32_t from,
			   const json_t *list, struct buf *json, struct error *error)
{
	struct list_result found;
	bool first = true;
	enum status status = find(input, edit, from, &found, error);

	buf_add_c(json, json->n > 1 ? ",{" : "{");
	for (size_t i = 0; i < p->rows->column_count && !status; i++) {
		const struct field *column = p->rows->columns[i];

		rows_add_cell(json, &first, column, cell_of(p, input, edit, &found, row_of(list, input->key), column));
	}
	buf_add_char(json, '}');
	return status;
}

static enum status is_time(const struct inputs *p, struct edit *edit, bool *is, struct error *error)
{
	*is = edit_is_new(edit) || edit_takes(edit, p->on, p->on_count);
	return *is || !p->meanwhile ? OK : edit_holds(edit, p->meanwhile, is, error);
}

/* The day since when it looks back. */
static enum status begin(const struct inputs *p, struct edit *edit, int32_t *from, struct error *error)
{
	struct value value = edit_value(edit, p->from);

	if (value.kind == VALUE_DATE) {
		*from = (int32_t)value.number;
		return OK;
	}
	*from = lookup_day_of(edit_now(edit) - duration_ms(p->within));
	return edit_set(edit, p->from, value_number(VALUE_DATE, *from), error);
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct inputs *p = call->parameters;
	struct buf json = buf_new(edit_arena(edit));
	int32_t from = 0;
	json_t *list;
	bool holds = true, is;
	enum status status = is_time(p, edit, &is, error);

	if (status || !is || (p->when && ((status = edit_holds(edit, p->when, &holds, error)) || !holds)) ||
	    (status = begin(p, edit, &from, error)))
		return status;
	list = rows_list(edit_value(edit, p->rows));
	buf_add_char(&json, '[');
	for (size_t i = 0; i < p->of_count && !status; i++)
		status = add_row(p, &p->of[i], edit, from, list, &json, error);
	json_decref(list);
	buf_add_char(&json, ']');
	if (status ||
	    (status = edit_set(edit, p->rows, (struct value){.kind = VALUE_ROWS, .text = buf_str(&json)}, error)))
		return status;
	return edit_set(edit, p->at, value_time(edit_now(edit)), error);
}

const struct behaviour behaviour_inputs = {.name = "inputs", .load = load, .derive = derive};

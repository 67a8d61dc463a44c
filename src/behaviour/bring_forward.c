/* bring_forward: what an earlier record of the same scope has left stands on the next, and is answered there: an audit
 * looks again at the causes of what the former ones have found (4.5.4.2-s15).
 *
 * Parameters: rows: a rows field; of: the type of what is left; as: its column that refers to one; heading: its text
 * column for the headline; copy: {COLUMN: text field there}; where: which are left; same: {FIELD there: a field here,
 * or a column of rows here as covers.process}: those that agree in it, where it is not empty here; fill: further steps
 * that look anew; answer: the text column that is filled, before a step of `on`; take: the transition there that this
 * step takes on each.
 *
 * It is looked at when the record is made and when a field of `same` changes; what was answered stays. */
#include "behaviour/behaviours.h"

#include "record/read.h"
#include "record/rows.h"

enum { BROUGHT_MOST = 50 };

struct agreeing {
	struct str there;
	const struct field *here, *column;
};

struct copied {
	const struct field *column, *from;
};

struct bring_forward {
	const struct field *rows, *as, *heading, *answer;
	const struct type *of;
	const struct query *where;
	struct agreeing *same;
	size_t same_count;
	struct copied *copy;
	size_t copy_count;
	const struct transition **fill, **on;
	size_t fill_count, on_count;
	const struct transition *take;
};

/* --- parameters --- */

static enum status load_same(struct behaviour_loading *loading, struct bring_forward *p, struct error *error)
{
	const struct node *map = load_node(loading, "same");

	p->same = arena_many(loading->arena, struct agreeing, map ? map->count + 1 : 1);
	for (size_t i = 0; map && i < map->count; i++) {
		struct str text = map->items[i]->text, name = text;
		struct agreeing *same = &p->same[p->same_count++];
		const struct field *there = type_field(p->of, map->keys[i]);

		if (str_cut(&text, '.', &name) && text.n) {
			same->here = type_field(loading->type, name);
			same->column = same->here ? rows_column(same->here, text) : NULL;
		} else {
			same->here = type_field(loading->type, name);
		}
		same->there = map->keys[i];
		if (!there || !same->here || (text.n && !same->column) ||
		    (!same->column && same->here->value != VALUE_RECORD && same->here->value != VALUE_CHOICE))
			return load_fail(loading, "same", N_("There is no field \"%s\""),
					 str_c(loading->arena, same->there), error);
	}
	return OK;
}

static enum status load_copy(struct behaviour_loading *loading, struct bring_forward *p, struct error *error)
{
	const struct node *map = load_node(loading, "copy");

	p->copy = arena_many(loading->arena, struct copied, map ? map->count + 1 : 1);
	for (size_t i = 0; map && i < map->count; i++) {
		struct copied *copied = &p->copy[p->copy_count++];

		copied->column = rows_column(p->rows, map->keys[i]);
		copied->from = type_field(p->of, map->items[i]->text);
		if (!copied->column || !copied->from || copied->from->value != VALUE_TEXT)
			return load_fail(loading, "copy", N_("There is no field \"%s\""),
					 str_c(loading->arena, map->keys[i]), error);
	}
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"rows", "of",   "as", "heading", "copy", "where",
					   "same", "fill", "on", "answer",  "take", NULL};
	struct bring_forward *p = arena_one(loading->arena, struct bring_forward);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "rows", true, &p->rows, error)) ||
	    (status = load_type(loading, "of", true, &p->of, error)) ||
	    (status = load_expression_of(loading, "where", p->of, &p->where, error)) ||
	    (status = load_column(loading, "as", p->rows, VALUE_RECORD, &p->as, error)) ||
	    (status = load_column(loading, "heading", p->rows, VALUE_TEXT, &p->heading, error)) ||
	    (status = load_column(loading, "answer", p->rows, VALUE_TEXT, &p->answer, error)) ||
	    (status = load_copy(loading, p, error)) || (status = load_same(loading, p, error)) ||
	    (status = load_transitions(loading, "fill", &p->fill, &p->fill_count, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)))
		return status;
	return load_transition(loading, "take", false, p->of, &p->take, error);
}

/* --- what is left --- */

static void add_value(struct edit *edit, struct buf *text, struct value value)
{
	char number[NUMBER_TEXT];

	if (value.kind == VALUE_RECORD)
		buf_add_c(text, kernel_number(edit_kernel(edit), value.number, number));
	else
		buf_add(text, value.text);
}

static void add_agreement(struct edit *edit, struct buf *text, const struct agreeing *same)
{
	struct value value = edit_value(edit, same->here);
	struct str *codes;
	size_t count;

	if (value_is_empty(value))
		return;
	buf_format(text, "%s%.*s ", text->n ? " and " : "", STR_ARG(same->there));
	if (!same->column) {
		buf_add_c(text, "= ");
		add_value(edit, text, value);
		return;
	}
	codes = rows_texts(edit_arena(edit), value, same->column->name, &count);
	for (size_t i = 0; i < count; i++) {
		buf_add_c(text, i ? ", " : "in (");
		buf_add(text, codes[i]);
	}
	buf_add_c(text, ")");
}

static enum status find_left(const struct bring_forward *p, struct edit *edit, struct list_result *left,
			     struct error *error)
{
	struct buf text = buf_new(edit_arena(edit));
	struct list_request request = {
	    .type = p->of, .limit = BROUGHT_MOST, .as_of = INSTANT_NONE, .now = edit_now(edit)};
	enum status status;

	if (p->where)
		buf_format(&text, "(%.*s)", STR_ARG(p->where->source));
	for (size_t i = 0; i < p->same_count; i++)
		add_agreement(edit, &text, &p->same[i]);
	if ((status = query_parse(edit_arena(edit), p->of->query, buf_str(&text), &request.filter, error)))
		return status;
	return read_list(edit_kernel(edit), edit_connection(edit), edit_arena(edit), actor_system(), &request, left,
			 error);
}

/* --- the rows --- */

static const json_t *row_of(const struct bring_forward *p, struct arena *arena, const json_t *list, int64_t identity)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct value as = rows_value(arena, json_array_get(list, i), p->as);

		if (as.kind == VALUE_RECORD && as.number == identity)
			return json_array_get(list, i);
	}
	return NULL;
}

static bool is_answered(const struct bring_forward *p, struct arena *arena, const json_t *row)
{
	struct value answer = rows_value(arena, row, p->answer);

	return answer.kind == VALUE_TEXT && str_trim(answer.text).n;
}

static struct value cell_of(const struct bring_forward *p, struct edit *edit, const struct record *record,
			    const json_t *row, const struct field *column)
{
	if (column == p->as)
		return value_record(record->identity);
	if (column == p->heading)
		return value_text(
		    read_headline(record, edit_actor(edit)->is_system ? JAPANESE : edit_actor(edit)->language));
	for (size_t i = 0; i < p->copy_count; i++)
		if (p->copy[i].column == column)
			return record_value(record, p->copy[i].from);
	return row ? rows_value(edit_arena(edit), row, column) : (struct value){0};
}

static void add_row(const struct bring_forward *p, struct edit *edit, const struct record *record, const json_t *row,
		    struct buf *json)
{
	bool first = true;

	buf_add_c(json, json->n > 1 ? ",{" : "{");
	for (size_t i = 0; i < p->rows->column_count; i++) {
		const struct field *column = p->rows->columns[i];

		rows_add_cell(json, &first, column, cell_of(p, edit, record, row, column));
	}
	buf_add_char(json, '}');
}

/* What has been answered stays, whether it is still left or not. */
static enum status add_answered(const struct bring_forward *p, struct edit *edit, const json_t *list,
				const struct list_result *left, struct buf *json, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < json_array_size(list) && !status; i++) {
		const json_t *row = json_array_get(list, i);
		struct value as = rows_value(edit_arena(edit), row, p->as);
		struct record *record = NULL;
		bool is_left = false;

		for (size_t k = 0; k < left->count; k++)
			is_left = is_left || left->records[k]->identity == as.number;
		if (is_left || as.kind != VALUE_RECORD || !is_answered(p, edit_arena(edit), row))
			continue;
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), as.number, false,
				     &record, error);
		if (!status && record)
			add_row(p, edit, record, row, json);
	}
	return status;
}

static bool looks_anew(const struct bring_forward *p, const struct edit *edit)
{
	bool anew = edit_is_new(edit) || edit_takes(edit, p->fill, p->fill_count);

	for (size_t i = 0; i < p->same_count; i++)
		anew = anew || edit_changes(edit, p->same[i].here);
	return anew;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct bring_forward *p = call->parameters;
	struct buf json = buf_new(edit_arena(edit));
	struct list_result left;
	json_t *list;
	enum status status;

	if (!looks_anew(p, edit))
		return OK;
	if ((status = find_left(p, edit, &left, error)))
		return status;
	list = rows_list(edit_value(edit, p->rows));
	buf_add_char(&json, '[');
	status = add_answered(p, edit, list, &left, &json, error);
	for (size_t i = 0; i < left.count && !status; i++)
		add_row(p, edit, left.records[i], row_of(p, edit_arena(edit), list, left.records[i]->identity), &json);
	json_decref(list);
	buf_add_char(&json, ']');
	return status ? status
		      : edit_set(edit, p->rows, (struct value){.kind = VALUE_ROWS, .text = buf_str(&json)}, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct bring_forward *p = call->parameters;
	enum status status = OK;
	json_t *list;

	if (!edit_takes(edit, p->on, p->on_count))
		return OK;
	list = rows_list(edit_value(edit, p->rows));
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct value heading = rows_value(edit_arena(edit), json_array_get(list, i), p->heading);

		if (!is_answered(p, edit_arena(edit), json_array_get(list, i)))
			status = error_fail_at(error, E_INVALID, p->rows->name, "bring_forward",
					       N_("This was not looked at again: %s"),
					       str_c(edit_arena(edit), heading.text));
	}
	json_decref(list);
	return status;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct bring_forward *p = call->parameters;
	enum status status = OK;
	json_t *list;

	if (!p->take || !edit_takes(edit, p->on, p->on_count))
		return OK;
	list = rows_list(edit_value(edit, p->rows));
	for (size_t i = 0; i < json_array_size(list) && !status; i++) {
		struct value as = rows_value(edit_arena(edit), json_array_get(list, i), p->as);
		struct edit_request request = {.record = as.number, .transition = p->take, .via = VIA_JOB};
		struct edit_result result;
		bool could = false;

		if (as.kind == VALUE_RECORD)
			status = edit_could_take(edit, as.number, p->take, NULL, &could, error);
		if (!status && could)
			status = edit_follow_up(edit, &request, &result, error);
	}
	json_decref(list);
	return status;
}

const struct behaviour behaviour_bring_forward = {
    .name = "bring_forward", .load = load, .derive = derive, .check = check, .after = after};

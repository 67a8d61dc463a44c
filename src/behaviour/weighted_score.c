/* weighted_score: how much speaks for a record, by criteria with weights that stand as rows in another record: in the
 * improvement policy that is in force, so that a new version of it changes the order of everything that waits
 * (4.5.5.1).
 *
 * Parameters: rows: what is judged, rows with a text column `criterion` and a whole number column `score`; of: the type
 * of the record that holds the criteria; where: which of its records, the newest counts; by: the reference that says
 * which it was; criteria: its rows, with a text column `criterion` and a whole number column `weight`; also: {FIELD:
 * STEP}: whole numbers of this record that count one for each STEP; into: the whole number that is reckoned; on:
 * transitions before which every criterion must have its score.
 *
 * Rows begin with the criteria. What is no criterion is refused when rows are written; what a later version no longer
 * names counts nothing. `refresh` at the other type lets records look again. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"
#include "record/rows.h"

enum { ALSO_MOST = 8 };

struct weighted_score {
	const struct field *rows, *criterion, *score, *by, *into, *criteria, *name, *weight;
	const struct type *of;
	const struct query *where;
	const struct transition **on;
	size_t on_count;
	const struct field *also[ALSO_MOST];
	int64_t steps[ALSO_MOST];
	size_t also_count;
};

/* --- parameters --- */

static const struct field *column(const struct field *rows, const char *name, enum value_kind kind)
{
	const struct field *found = rows_column(rows, str_of(name));

	return found && found->value == kind ? found : NULL;
}

static enum status load_also(struct behaviour_loading *loading, struct weighted_score *p, struct error *error)
{
	const struct node *also = load_node(loading, "also");

	for (size_t i = 0; also && also->kind == NODE_MAPPING && i < also->count; i++) {
		const struct field *field = type_field(loading->type, also->keys[i]);
		int64_t step;

		if (!field || field->kind != FIELD_INTEGER || i >= ALSO_MOST || also->items[i]->kind != NODE_SCALAR ||
		    !str_int64(also->items[i]->text, &step) || step < 1)
			return load_fail(loading, "also", N_("Whole numbers are written as name: how many count one"),
					 NULL, error);
		p->also[p->also_count] = field;
		p->steps[p->also_count++] = step;
	}
	return OK;
}

static enum status load_columns(struct behaviour_loading *loading, struct weighted_score *p, struct error *error)
{
	p->criterion = column(p->rows, "criterion", VALUE_TEXT);
	p->score = column(p->rows, "score", VALUE_INTEGER);
	p->name = column(p->criteria, "criterion", VALUE_TEXT);
	p->weight = column(p->criteria, "weight", VALUE_INTEGER);
	if (!p->criterion || !p->score)
		return load_fail(loading, "rows", N_("There is no field \"%s\""), "criterion, score", error);
	if (!p->name || !p->weight)
		return load_fail(loading, "criteria", N_("There is no field \"%s\""), "criterion, weight", error);
	if (p->into->kind != FIELD_INTEGER)
		return load_fail(loading, "into", N_("The field must be a whole number"), NULL, error);
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"rows", "of", "where", "by", "criteria", "also", "into", "on", NULL};
	struct weighted_score *p = arena_one(loading->arena, struct weighted_score);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "rows", true, &p->rows, error)) ||
	    (status = load_type(loading, "of", true, &p->of, error)) ||
	    (status = load_expression_of(loading, "where", p->of, &p->where, error)) ||
	    (status = load_field(loading, "by", true, &p->by, error)) ||
	    (status = load_field_of(loading, "criteria", p->of, &p->criteria, error)) ||
	    (status = load_field(loading, "into", true, &p->into, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_also(loading, p, error)))
		return status;
	if (p->by->to != p->of || p->by->kind == FIELD_LINKS)
		return load_fail(loading, "by", N_("The field must refer to one record"), NULL, error);
	return load_columns(loading, p, error);
}

/* --- the criteria --- */

static enum status find_criteria(const struct weighted_score *p, struct edit *edit, struct record **holder,
				 struct value *criteria, struct error *error)
{
	enum status status = lookup_newest(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->of, p->where,
					   edit_now(edit), holder, error);

	*criteria = *holder ? record_value(*holder, p->criteria) : (struct value){0};
	return status;
}

/* The row of a list whose text column says this; NULL: none does. */
static json_t *row_named(struct arena *arena, json_t *list, const struct field *column, struct str name)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct value value = rows_value(arena, json_array_get(list, i), column);

		if (value.kind == VALUE_TEXT && str_eq(value.text, name))
			return json_array_get(list, i);
	}
	return NULL;
}

static int64_t number_in(struct arena *arena, const json_t *row, const struct field *column)
{
	struct value value = row ? rows_value(arena, row, column) : (struct value){0};

	return value.kind == VALUE_INTEGER ? value.number : 0;
}

/* --- the score --- */

static enum status begin_rows(const struct weighted_score *p, struct edit *edit, json_t *criteria, struct error *error)
{
	struct buf json = buf_new(edit_arena(edit));

	if (!json_array_size(criteria))
		return OK;
	buf_add_char(&json, '[');
	for (size_t i = 0; i < json_array_size(criteria); i++) {
		bool first = true;

		buf_add_c(&json, i ? ",{" : "{");
		rows_add_cell(&json, &first, p->criterion,
			      rows_value(edit_arena(edit), json_array_get(criteria, i), p->name));
		buf_add_char(&json, '}');
	}
	buf_add_char(&json, ']');
	return edit_set(edit, p->rows, (struct value){.kind = VALUE_ROWS, .text = buf_str(&json)}, error);
}

static int64_t sum(const struct weighted_score *p, struct edit *edit, json_t *criteria, json_t *rows, bool *judged)
{
	int64_t sum = 0;

	for (size_t i = 0; i < json_array_size(criteria); i++) {
		const json_t *criterion = json_array_get(criteria, i);
		json_t *row = row_named(edit_arena(edit), rows, p->criterion,
					rows_value(edit_arena(edit), criterion, p->name).text);
		int64_t score = number_in(edit_arena(edit), row, p->score);

		*judged = *judged || (row && rows_value(edit_arena(edit), row, p->score).kind == VALUE_INTEGER);
		sum += score * number_in(edit_arena(edit), criterion, p->weight);
	}
	for (size_t i = 0; i < p->also_count; i++) {
		struct value value = edit_value(edit, p->also[i]);

		sum += value.kind == VALUE_INTEGER ? value.number / p->steps[i] : 0;
	}
	return sum;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct weighted_score *p = call->parameters;
	struct record *holder;
	struct value value;
	json_t *criteria, *rows;
	bool judged = false;
	int64_t score;
	enum status status = find_criteria(p, edit, &holder, &value, error);

	if (status || !holder || (status = edit_set(edit, p->by, value_record(holder->identity), error)))
		return status;
	criteria = rows_list(value);
	if (value_is_empty(edit_value(edit, p->rows)))
		status = begin_rows(p, edit, criteria, error);
	rows = rows_list(edit_value(edit, p->rows));
	score = sum(p, edit, criteria, rows, &judged);
	json_decref(criteria);
	json_decref(rows);
	if (status)
		return status;
	return edit_set(edit, p->into, judged ? value_number(VALUE_INTEGER, score) : (struct value){0}, error);
}

/* --- what is refused --- */

static enum status check_known(const struct weighted_score *p, struct edit *edit, json_t *criteria, json_t *rows,
			       struct error *error)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		struct value value = rows_value(edit_arena(edit), json_array_get(rows, i), p->criterion);

		if (value.kind == VALUE_TEXT && !row_named(edit_arena(edit), criteria, p->name, value.text))
			return error_fail_at(error, E_INVALID, p->rows->name, "criterion",
					     N_("\"%s\" is none of the criteria in force"),
					     str_c(edit_arena(edit), value.text));
	}
	return OK;
}

static enum status check_complete(const struct weighted_score *p, struct edit *edit, json_t *criteria, json_t *rows,
				  struct error *error)
{
	for (size_t i = 0; i < json_array_size(criteria); i++) {
		struct str name = rows_value(edit_arena(edit), json_array_get(criteria, i), p->name).text;
		json_t *row = row_named(edit_arena(edit), rows, p->criterion, name);

		if (!row || rows_value(edit_arena(edit), row, p->score).kind != VALUE_INTEGER)
			return error_fail_at(error, E_INVALID, p->rows->name, "unscored",
					     N_("Give it a score for \"%s\""), str_c(edit_arena(edit), name));
	}
	return json_array_size(criteria)
		   ? OK
		   : error_fail_at(error, E_INVALID, p->rows->name, "criteria",
				   N_("There are no criteria in force by which it could be judged"));
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct weighted_score *p = call->parameters;
	bool takes = edit_takes(edit, p->on, p->on_count);
	struct record *holder;
	struct value value;
	json_t *criteria, *rows;
	enum status status;

	if (!takes && !edit_changes(edit, p->rows))
		return OK;
	if ((status = find_criteria(p, edit, &holder, &value, error)))
		return status;
	criteria = rows_list(value);
	rows = rows_list(edit_value(edit, p->rows));
	status = check_known(p, edit, criteria, rows, error);
	if (!status && takes)
		status = check_complete(p, edit, criteria, rows, error);
	json_decref(criteria);
	json_decref(rows);
	return status;
}

const struct behaviour behaviour_weighted_score = {
    .name = "weighted_score", .load = load, .derive = derive, .check = check};

/* matrix_rows: a table of choices by choices as rows of a record, so that it can be agreed and changed.
 *
 * Parameters: field: rows with three choice columns named rows, columns and values below; table: the matrix of the
 * model that a new record begins with; rows, columns, values: names of those columns. The rows name each pair once, or
 * there are none. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"

struct matrix_rows {
	const struct field *field;
	const struct matrix *matrix;
	struct str rows, columns, values;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"field", "table", "rows", "columns", "values", NULL};
	struct matrix_rows *p = arena_one(loading->arena, struct matrix_rows);
	struct str table;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "field", true, &p->field, error)) ||
	    (status = load_text(loading, "table", true, &table, error)) ||
	    (status = load_text(loading, "rows", true, &p->rows, error)) ||
	    (status = load_text(loading, "columns", true, &p->columns, error)) ||
	    (status = load_text(loading, "values", true, &p->values, error)))
		return status;
	p->matrix = map_get(&loading->model->matrices_by_name, table);
	if (!p->matrix)
		return load_fail(loading, "table", N_("There is no matrix \"%s\""), str_c(loading->arena, table),
				 error);
	return p->field->kind == FIELD_ROWS ? OK
					    : load_fail(loading, "field", N_("The field must hold rows"), NULL, error);
}

static void add_cell(struct buf *json, const char *start, struct str name, struct str code)
{
	buf_add_c(json, start);
	buf_add_json_string(json, name);
	buf_add_char(json, ':');
	buf_add_json_string(json, code);
}

/* In the order of the field's columns, as rows are kept. */
static struct str write_rows(struct arena *arena, const struct matrix_rows *p)
{
	const struct matrix *matrix = p->matrix;
	struct buf json = buf_new(arena);

	for (size_t row = 0; row < matrix->row_count; row++)
		for (size_t column = 0; column < matrix->column_count; column++) {
			bool first = true;

			buf_add_char(&json, json.n ? ',' : '[');
			for (size_t i = 0; i < p->field->column_count; i++) {
				struct str name = p->field->columns[i]->name;
				const char *start = first ? "{" : ",";

				if (str_eq(name, p->rows))
					add_cell(&json, start, name, matrix->rows[row]);
				else if (str_eq(name, p->columns))
					add_cell(&json, start, name, matrix->columns[column]);
				else if (str_eq(name, p->values))
					add_cell(&json, start, name,
						 matrix->cells[row * matrix->column_count + column]);
				else
					continue;
				first = false;
			}
			buf_add_char(&json, '}');
		}
	buf_add_char(&json, ']');
	return buf_str(&json);
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct matrix_rows *p = call->parameters;

	if (!edit_is_new(edit) || edit_overrides(edit, p->field) || !value_is_empty(edit_value(edit, p->field)))
		return OK;
	return edit_set(edit, p->field, (struct value){.kind = VALUE_ROWS, .text = write_rows(edit_arena(edit), p)},
			error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct matrix_rows *p = call->parameters;
	struct value rows = edit_value(edit, p->field);
	struct str keys[2] = {p->rows, p->columns};

	if (value_is_empty(rows) || !edit_changes(edit, p->field))
		return OK;
	if (rows_count(rows) != p->matrix->row_count * p->matrix->column_count)
		return error_fail_at(error, E_INVALID, p->field->name, "matrix",
				     N_("The table must name every pair exactly once"));
	for (size_t row = 0; row < p->matrix->row_count; row++)
		for (size_t column = 0; column < p->matrix->column_count; column++) {
			struct str codes[2] = {p->matrix->rows[row], p->matrix->columns[column]};

			if (!rows_cell(edit_arena(edit), rows, keys, codes, 2, p->values).n)
				return error_fail_at(error, E_INVALID, p->field->name, "matrix",
						     N_("The table must name every pair exactly once"));
		}
	return OK;
}

const struct behaviour behaviour_matrix_rows = {.name = "matrix_rows", .load = load, .derive = derive, .check = check};

/* priority_matrix: derives a choice from two others by a table (8.1.3.1).
 *
 * Parameters: rows, columns: choice fields; table: a matrix of the model; into: the derived field (default "priority");
 * reason: the text field that must say why a person chose another value (default: the field "<into>_reason", if any).
 * agreement: reference to what was agreed, and agreed: its rows field {rows, columns, into by the names of these
 * fields}: what stands there goes before the table. What a person chose stays until one of the two choices changes;
 * then the table counts again. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"

struct priority_matrix {
	const struct field *rows, *columns, *into, *reason;
	const struct field *agreement, *agreed; /* agreed: of the agreement's type */
	const struct matrix *matrix;
};

static enum status load_targets(struct behaviour_loading *loading, struct priority_matrix *p, struct error *error)
{
	enum status status;

	if ((status = load_field(loading, "into", false, &p->into, error)) ||
	    (status = load_field(loading, "reason", false, &p->reason, error)))
		return status;
	if (!p->into)
		p->into = type_field(loading->type, S("priority"));
	if (!p->into || p->into->kind != FIELD_CHOICE)
		return load_fail(loading, "into", N_("The behaviour needs \"%s\""), "into", error);
	if (!p->reason)
		p->reason =
		    type_field(loading->type, str_format(loading->arena, "%.*s_reason", STR_ARG(p->into->name)));
	return OK;
}

static enum status load_agreed(struct behaviour_loading *loading, struct priority_matrix *p, struct error *error)
{
	struct str agreed;
	enum status status;

	if ((status = load_field(loading, "agreement", false, &p->agreement, error)) ||
	    (status = load_text(loading, "agreed", p->agreement != NULL, &agreed, error)) || !p->agreement)
		return status;
	p->agreed = p->agreement->to ? type_field(p->agreement->to, agreed) : NULL;
	return p->agreed && p->agreed->kind == FIELD_ROWS
		   ? OK
		   : load_fail(loading, "agreed", N_("There is no field \"%s\""), str_c(loading->arena, agreed), error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"rows", "columns", "table", "into", "reason", "agreement", "agreed", NULL};
	struct priority_matrix *p = arena_one(loading->arena, struct priority_matrix);
	struct str table;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "rows", true, &p->rows, error)) ||
	    (status = load_field(loading, "columns", true, &p->columns, error)) ||
	    (status = load_text(loading, "table", true, &table, error)) || (status = load_targets(loading, p, error)) ||
	    (status = load_agreed(loading, p, error)))
		return status;
	if (p->rows->kind != FIELD_CHOICE || p->columns->kind != FIELD_CHOICE)
		return load_fail(loading, "rows", N_("Rows and columns of a matrix are choices"), NULL, error);
	p->matrix = map_get(&loading->model->matrices_by_name, table);
	if (!p->matrix)
		return load_fail(loading, "table", N_("There is no matrix \"%s\""), str_c(loading->arena, table),
				 error);
	return OK;
}

/* Empty when one of the choices is empty or not in the table. */
static struct value at_matrix(const struct priority_matrix *p, const struct edit *edit)
{
	struct value row = edit_value(edit, p->rows), column = edit_value(edit, p->columns);
	struct str cell = {0};

	if (row.kind == VALUE_CHOICE && column.kind == VALUE_CHOICE)
		cell = matrix_cell(p->matrix, row.text, column.text);
	return cell.n ? value_choice(cell) : (struct value){0};
}

static enum status find(const struct priority_matrix *p, struct edit *edit, struct value *value, struct error *error)
{
	struct value agreement = p->agreement ? edit_value(edit, p->agreement) : (struct value){0};
	struct value row = edit_value(edit, p->rows), column = edit_value(edit, p->columns);
	struct str keys[2] = {p->rows->name, p->columns->name}, codes[2], code = {0};
	enum status status = OK;

	*value = at_matrix(p, edit);
	if (agreement.kind != VALUE_RECORD || row.kind != VALUE_CHOICE || column.kind != VALUE_CHOICE)
		return OK;
	codes[0] = row.text;
	codes[1] = column.text;
	status = lookup_cell(edit_kernel(edit), edit_connection(edit), edit_arena(edit), agreement.number, p->agreed,
			     keys, codes, 2, p->into->name, &code, error);
	if (!status && code.n)
		*value = value_choice(code);
	return status;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct priority_matrix *p = call->parameters;
	struct value value, now = edit_value(edit, p->into);
	bool moved = edit_is_new(edit) || edit_changes(edit, p->rows) || edit_changes(edit, p->columns) ||
		     (p->agreement && edit_changes(edit, p->agreement));
	enum status status;

	if (!value_is_empty(now) && (edit_overrides(edit, p->into) || !moved))
		return OK;
	if ((status = find(p, edit, &value, error)) || value_is_empty(value))
		return status;
	if ((status = edit_set(edit, p->into, value, error)))
		return status;
	if (p->reason && !edit_overrides(edit, p->reason))
		return edit_set(edit, p->reason, (struct value){0}, error);
	return OK;
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct priority_matrix *p = call->parameters;
	struct value value;
	enum status status;

	if (!p->reason || edit_actor(edit)->is_system || !edit_overrides(edit, p->into) ||
	    !value_is_empty(edit_value(edit, p->reason)))
		return OK;
	if ((status = find(p, edit, &value, error)) || value_is_empty(value) ||
	    value_eq(value, edit_value(edit, p->into)))
		return status;
	return error_fail_at(error, E_INVALID, p->reason->name, "required",
			     N_("Say why this differs from the table of impact and urgency"));
}

const struct behaviour behaviour_priority_matrix = {
    .name = "priority_matrix", .load = load, .derive = derive, .check = check};

/* json_pointers: rows that say where things stand in JSON say it so that it can be found (RFC 6901).
 *
 * Parameters: rows: the field; pointer: its text column of pointers; where part = VALUE the column `needs` must be
 * filled: part (a choice column), value, needs. */
#include "behaviour/behaviours.h"

#include "alert/alert.h"
#include "record/rows.h"

struct json_pointers {
	const struct field *rows;
	struct str pointer, part, value, needs;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"rows", "pointer", "part", "value", "needs", NULL};
	struct json_pointers *p = arena_one(loading->arena, struct json_pointers);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "rows", true, &p->rows, error)) ||
	    (status = load_text(loading, "pointer", true, &p->pointer, error)) ||
	    (status = load_text(loading, "part", true, &p->part, error)) ||
	    (status = load_text(loading, "value", true, &p->value, error)) ||
	    (status = load_text(loading, "needs", true, &p->needs, error)))
		return status;
	if (p->rows->kind != FIELD_ROWS)
		return load_fail(loading, "rows", N_("The field must hold rows"), NULL, error);
	return rows_column(p->rows, p->pointer) && rows_column(p->rows, p->part) && rows_column(p->rows, p->needs)
		   ? OK
		   : load_fail(loading, "pointer", N_("There is no field \"%s\""), str_c(loading->arena, p->pointer),
			       error);
}

static struct str cell(const json_t *row, struct str name)
{
	const json_t *value = json_object_getn(row, name.p, name.n);

	return (struct str){json_string_value(value), json_string_length(value)};
}

static enum status check_row(const struct json_pointers *p, struct edit *edit, const json_t *row, size_t at,
			     struct error *error)
{
	struct arena *arena = edit_arena(edit);

	if (!alert_pointer_is_good(cell(row, p->pointer)))
		return error_fail_at(
		    error, E_INVALID,
		    str_format(arena, "%.*s.%zu.%.*s", STR_ARG(p->rows->name), at, STR_ARG(p->pointer)), "pointer",
		    N_("A JSON pointer is expected, as /data/severity"));
	if (str_eq(cell(row, p->part), p->value) && !cell(row, p->needs).n)
		return error_fail_at(error, E_INVALID,
				     str_format(arena, "%.*s.%zu.%.*s", STR_ARG(p->rows->name), at, STR_ARG(p->needs)),
				     "required", N_("A value is needed"));
	return OK;
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct json_pointers *p = call->parameters;
	enum status status = OK;
	json_t *rows;

	if (!edit_changes(edit, p->rows))
		return OK;
	rows = rows_list(edit_value(edit, p->rows));
	for (size_t i = 0; i < json_array_size(rows); i++) {
		enum status failed = check_row(p, edit, json_array_get(rows, i), i, error);

		status = status ? status : failed;
	}
	json_decref(rows);
	return status;
}

const struct behaviour behaviour_json_pointers = {.name = "json_pointers", .load = load, .check = check};

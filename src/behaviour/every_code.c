/* every_code: a table of rows speaks of everything that a choice names: a plan of every process (4.5.2.1).
 *
 * Parameters: rows: a rows field; column: a choice column of it; on: the steps before which no code may be missing;
 * when: only while this holds; except: codes that may be missing. What is missing is named. */
#include "behaviour/behaviours.h"

#include "record/rows.h"

struct every_code {
	const struct field *rows, *column;
	const struct transition **on;
	size_t on_count;
	const struct query *when;
	const struct node *except;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"rows", "column", "on", "when", "except", NULL};
	struct every_code *p = arena_one(loading->arena, struct every_code);
	struct str column;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "rows", true, &p->rows, error)) ||
	    (status = load_text(loading, "column", true, &column, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)))
		return status;
	p->except = load_node(loading, "except");
	if (p->except && p->except->kind != NODE_SEQUENCE)
		return load_fail(loading, "except", N_("\"%s\" must be a list of names"), "except", error);
	p->column = rows_column(p->rows, column);
	return p->column && p->column->kind == FIELD_CHOICE
		   ? OK
		   : load_fail(loading, "column", N_("There is no field \"%s\""), str_c(loading->arena, column), error);
}

static bool speaks_of(const struct str *codes, size_t count, struct str code)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(codes[i], code))
			return true;
	return false;
}

static bool is_excepted(const struct every_code *p, struct str code)
{
	for (size_t i = 0; p->except && i < p->except->count; i++)
		if (str_eq(p->except->items[i]->text, code))
			return true;
	return false;
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct every_code *p = call->parameters;
	const struct choice_set *set = p->column->choices;
	enum language language = edit_actor(edit)->language;
	struct buf missing = buf_new(edit_arena(edit));
	struct str *codes;
	size_t count;
	bool holds = true;
	enum status status;

	if (!edit_takes(edit, p->on, p->on_count))
		return OK;
	if (p->when && ((status = edit_holds(edit, p->when, &holds, error)) || !holds))
		return status;
	codes = rows_texts(edit_arena(edit), edit_value(edit, p->rows), p->column->name, &count);
	for (size_t i = 0; i < set->count; i++)
		if (!is_excepted(p, set->choices[i].code) && !speaks_of(codes, count, set->choices[i].code))
			buf_format(&missing, "%s%.*s", missing.n ? language == JAPANESE ? "、" : ", " : "",
				   STR_ARG(label_in(&set->choices[i].label, language)));
	return missing.n ? error_fail_at(error, E_INVALID, p->rows->name, "incomplete", N_("It says nothing of: %s"),
					 str_c(edit_arena(edit), buf_str(&missing)))
			 : OK;
}

const struct behaviour behaviour_every_code = {.name = "every_code", .load = load, .check = check};

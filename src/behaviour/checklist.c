/* checklist: questions in a table are answered with yes, no or not applicable. Who says no says why; before the steps
 * of `on` none is left without an answer; and what a no stands against cannot be done while there is one.
 *
 * Parameters: rows: a rows field; answer: a choice column of it; remark: a text column; no: the code, or codes, that
 * need a remark; on: steps before which all is answered; bars: steps that a no bars, or with `when` only while that
 * holds; says: what people are told then; count: an integer field, how many answers are no. */
#include "behaviour/behaviours.h"

#include "record/rows.h"

struct checklist {
	const struct field *rows, *answer, *remark, *count;
	const struct node *no;
	const struct transition **on, **bars;
	size_t on_count, bars_count;
	const struct query *when;
	struct label says;
};

static bool is_no(const struct checklist *p, struct str code)
{
	if (p->no->kind == NODE_SCALAR)
		return str_eq(p->no->text, code);
	for (size_t i = 0; i < p->no->count; i++)
		if (str_eq(p->no->items[i]->text, code))
			return true;
	return false;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"rows", "answer", "remark", "no",    "on",
					   "bars", "when",   "says",   "count", NULL};
	struct checklist *p = arena_one(loading->arena, struct checklist);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "rows", true, &p->rows, error)) ||
	    (status = load_column(loading, "answer", p->rows, VALUE_CHOICE, &p->answer, error)) ||
	    (status = load_column(loading, "remark", p->rows, VALUE_TEXT, &p->remark, error)) ||
	    (status = load_field(loading, "count", false, &p->count, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_transitions(loading, "bars", &p->bars, &p->bars_count, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)) ||
	    (status = load_label(loading, "says", p->bars_count > 0, &p->says, error)))
		return status;
	p->no = load_node(loading, "no");
	if (!p->no || p->no->kind == NODE_MAPPING)
		return load_fail(loading, "no", N_("\"%s\" must be a list of names"), "no", error);
	return !p->count || p->count->value == VALUE_INTEGER
		   ? OK
		   : load_fail(loading, "count", N_("There is no field \"%s\""), str_c(loading->arena, p->count->name),
			       error);
}

/* --- what the table says --- */

struct answers {
	int64_t no;
	const char *open, *unexplained; /* the first question without an answer, and the first no without a remark */
};

static const char *question_of(const struct checklist *p, struct arena *arena, const json_t *row)
{
	const struct field *first = rows_column(p->rows, S("heading"));
	struct value value = rows_value(arena, row, first ? first : p->rows->columns[0]);

	return str_c(arena, value.kind == VALUE_TEXT ? value.text : S(""));
}

static struct answers read_answers(const struct checklist *p, struct edit *edit)
{
	struct arena *arena = edit_arena(edit);
	struct answers found = {0};
	json_t *list = rows_list(edit_value(edit, p->rows)), *row;
	size_t i;

	json_array_foreach(list, i, row)
	{
		struct value answer = rows_value(arena, row, p->answer), remark = rows_value(arena, row, p->remark);
		bool is_given = answer.kind == VALUE_CHOICE, no = is_given && is_no(p, answer.text);

		found.no += no;
		if (!is_given && !found.open)
			found.open = question_of(p, arena, row);
		if (no && !found.unexplained && !(remark.kind == VALUE_TEXT && str_trim(remark.text).n))
			found.unexplained = question_of(p, arena, row);
	}
	json_decref(list);
	return found;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct checklist *p = call->parameters;

	return p->count ? edit_set(edit, p->count, value_number(VALUE_INTEGER, read_answers(p, edit).no), error) : OK;
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct checklist *p = call->parameters;
	struct str field = p->rows->name;
	bool ends = edit_takes(edit, p->on, p->on_count), bars = edit_takes(edit, p->bars, p->bars_count);
	struct answers found;
	enum status status;

	if (!ends && !bars && !edit_changes(edit, p->rows))
		return OK;
	found = read_answers(p, edit);
	if (found.unexplained)
		return error_fail_at(error, E_INVALID, field, "remark", N_("Say why, in the remark: %s"),
				     found.unexplained);
	if (ends && found.open)
		return error_fail_at(error, E_INVALID, field, "unanswered", N_("This question has no answer: %s"),
				     found.open);
	if (bars && found.no && p->when && (status = edit_holds(edit, p->when, &bars, error)))
		return status;
	return bars && found.no ? error_fail_at(error, E_CONFLICT, field, "checklist", "%s",
						str_c(edit_arena(edit), label_in(&p->says, edit_actor(edit)->language)))
				: OK;
}

const struct behaviour behaviour_checklist = {.name = "checklist", .load = load, .derive = derive, .check = check};

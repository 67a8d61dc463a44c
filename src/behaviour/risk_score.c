/* risk_score: how grave a risk is, by its likelihood and its impact, and which steps it bars while it is graver than
 * what can be borne (4.1.1.11).
 *
 * Parameters: likelihood, impact: choice fields; table: a matrix of the model; level: the choice field that it fills;
 * score: a whole number (the rank of the one times the rank of the other, counted from the mildest), by which risks are
 * sorted and added up; bearable: choice fields of the same set as level (the appetite, what somebody has accepted): the
 * most lenient of them counts; beyond: a yes or no field that tells whether the level is graver than that; before: the
 * steps that are refused while the level is graver than that; says: {en, ja}, what people are told then. Codes stand in
 * their sets with the gravest first.
 *
 * Inherent and residual risk are the behaviour twice. What has no level yet bars nothing: the step requires it. */
#include "behaviour/behaviours.h"

struct risk_score {
	const struct field *likelihood, *impact, *level, *score, *beyond, **bearable;
	size_t bearable_count;
	const struct matrix *matrix;
	const struct transition **before;
	size_t before_count;
	struct label says;
};

/* --- parameters --- */

static enum status load_choice(struct behaviour_loading *loading, const char *key, const struct field **field,
			       struct error *error)
{
	enum status status = load_field(loading, key, true, field, error);

	return status || (*field)->kind == FIELD_CHOICE
		   ? status
		   : load_fail(loading, key, N_("The field must be a choice"), NULL, error);
}

static enum status load_table(struct behaviour_loading *loading, struct risk_score *p, struct error *error)
{
	struct str table;
	enum status status = load_text(loading, "table", true, &table, error);

	if (status)
		return status;
	p->matrix = map_get(&loading->model->matrices_by_name, table);
	if (!p->matrix)
		return load_fail(loading, "table", N_("There is no matrix \"%s\""), str_c(loading->arena, table),
				 error);
	return p->matrix->of_rows == p->likelihood->choices && p->matrix->of_columns == p->impact->choices &&
		       p->matrix->of_values == p->level->choices
		   ? OK
		   : load_fail(loading, "table", N_("The matrix is of other choices than these fields"), NULL, error);
}

static enum status load_bar(struct behaviour_loading *loading, struct risk_score *p, struct error *error)
{
	enum status status;

	if ((status = load_field(loading, "beyond", false, &p->beyond, error)) ||
	    (status = load_fields(loading, "bearable", &p->bearable, &p->bearable_count, error)) ||
	    (status = load_transitions(loading, "before", &p->before, &p->before_count, error)) ||
	    (status = load_label(loading, "says", p->before_count > 0, &p->says, error)))
		return status;
	for (size_t i = 0; i < p->bearable_count; i++)
		if (p->bearable[i]->choices != p->level->choices)
			return load_fail(loading, "bearable", N_("The field must be a choice of the same set"), NULL,
					 error);
	if (p->beyond && p->beyond->kind != FIELD_BOOLEAN)
		return load_fail(loading, "beyond", N_("The field must be yes or no"), NULL, error);
	return (!p->before_count && !p->beyond) || p->bearable_count
		   ? OK
		   : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "bearable", error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"likelihood", "impact", "table",  "level", "score",
					   "bearable",   "beyond", "before", "says",  NULL};
	struct risk_score *p = arena_one(loading->arena, struct risk_score);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_choice(loading, "likelihood", &p->likelihood, error)) ||
	    (status = load_choice(loading, "impact", &p->impact, error)) ||
	    (status = load_choice(loading, "level", &p->level, error)) ||
	    (status = load_field(loading, "score", false, &p->score, error)) ||
	    (status = load_table(loading, p, error)))
		return status;
	if (p->score && p->score->kind != FIELD_INTEGER)
		return load_fail(loading, "score", N_("The field must be a whole number"), NULL, error);
	return load_bar(loading, p, error);
}

/* --- the score --- */

/* From the mildest, which is 1; 0: there is no value. */
static int64_t rank(const struct field *field, struct value value)
{
	const struct choice *choice = value.kind == VALUE_CHOICE ? choice_find(field->choices, value.text) : NULL;

	return choice ? (int64_t)field->choices->count - (choice - field->choices->choices) : 0;
}

static bool is_beyond(const struct risk_score *p, const struct edit *edit)
{
	int64_t borne = 0;

	for (size_t i = 0; i < p->bearable_count; i++) {
		int64_t one = rank(p->bearable[i], edit_value(edit, p->bearable[i]));

		borne = one > borne ? one : borne;
	}
	return rank(p->level, edit_value(edit, p->level)) > borne;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct risk_score *p = call->parameters;
	struct value likelihood = edit_value(edit, p->likelihood), impact = edit_value(edit, p->impact);
	struct value level = {0}, score = {0};
	struct str cell = {0};
	enum status status;

	if (likelihood.kind == VALUE_CHOICE && impact.kind == VALUE_CHOICE)
		cell = matrix_cell(p->matrix, likelihood.text, impact.text);
	if (cell.n) {
		level = value_choice(cell);
		score = value_number(VALUE_INTEGER, rank(p->likelihood, likelihood) * rank(p->impact, impact));
	}
	if ((status = edit_set(edit, p->level, level, error)) ||
	    (p->score && (status = edit_set(edit, p->score, score, error))))
		return status;
	return p->beyond ? edit_set(edit, p->beyond,
				    (struct value){.kind = VALUE_BOOLEAN, .boolean = is_beyond(p, edit)}, error)
			 : OK;
}

/* --- what can be borne --- */

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct risk_score *p = call->parameters;

	return edit_takes(edit, p->before, p->before_count) && is_beyond(p, edit)
		   ? error_fail_at(error, E_INVALID, p->level->name, "appetite", "%s",
				   str_c(edit_arena(edit), label_in(&p->says, edit_actor(edit)->language)))
		   : OK;
}

const struct behaviour behaviour_risk_score = {.name = "risk_score", .load = load, .derive = derive, .check = check};

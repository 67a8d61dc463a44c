/* criteria_rule: says by which of the declared criteria a record is of a certain class, or that it is of none: whether
 * a disturbance is to be declared a major incident (8.1.4).
 *
 * Parameters: into: a choice field, whose codes name the criteria; criteria: {CODE: condition, ...}; the first that
 * holds is named; while: the condition under which the record is judged at all: what was found before stays otherwise
 * (default: always). The criteria are of the model, and so of one version with it. */
#include "behaviour/behaviours.h"

struct criterion {
	struct value code;
	const struct query *when;
};

struct criteria_rule {
	const struct field *into;
	const struct query *judged_while;
	struct criterion *criteria;
	size_t count;
};

static enum status load_criterion(struct behaviour_loading *loading, const struct criteria_rule *p, struct str code,
				  const struct node *node, struct criterion *criterion, struct error *error)
{
	struct error fault;
	char why[400];

	if (!choice_find(p->into->choices, code))
		return load_fail(loading, "criteria", N_("\"%s\" is none of the field's choices"),
				 str_c(loading->arena, code), error);
	error_clear(&fault);
	criterion->code = value_choice(code);
	if (node->kind == NODE_SCALAR &&
	    !query_parse(loading->arena, loading->type->query, node->text, &criterion->when, &fault))
		return OK;
	error_text(&fault, why, sizeof(why));
	return load_fail(loading, "criteria", N_("The expression cannot be understood: %s"), why, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"into", "criteria", "while", NULL};
	const struct node *criteria = load_node(loading, "criteria");
	struct criteria_rule *p = arena_one(loading->arena, struct criteria_rule);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "into", true, &p->into, error)) ||
	    (status = load_expression(loading, "while", false, &p->judged_while, error)))
		return status;
	if (p->into->kind != FIELD_CHOICE)
		return load_fail(loading, "into", N_("The field must be a choice"), NULL, error);
	if (!criteria || criteria->kind != NODE_MAPPING || !criteria->count)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "criteria", error);
	p->criteria = arena_many(loading->arena, struct criterion, criteria->count);
	for (size_t i = 0; i < criteria->count; i++) {
		enum status failed =
		    load_criterion(loading, p, criteria->keys[i], criteria->items[i], &p->criteria[p->count++], error);

		status = status ? status : failed;
	}
	return status;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct criteria_rule *p = call->parameters;
	bool holds = true;
	enum status status = OK;

	if (p->judged_while && ((status = edit_holds(edit, p->judged_while, &holds, error)) || !holds))
		return status;
	for (size_t i = 0; i < p->count; i++) {
		if ((status = edit_holds(edit, p->criteria[i].when, &holds, error)))
			return status;
		if (holds)
			return edit_set(edit, p->into, p->criteria[i].code, error);
	}
	return edit_set(edit, p->into, (struct value){0}, error);
}

const struct behaviour behaviour_criteria_rule = {.name = "criteria_rule", .load = load, .derive = derive};

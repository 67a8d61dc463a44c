/* The rules of an escalation out of the model's YAML. */
#include "behaviour/escalation.h"

#include "record/clocks.h"

/* --- one step --- */

static enum status load_mark(struct behaviour_loading *loading, struct escalation_step *step, struct error *error)
{
	struct str at;
	enum status status;

	if ((status = load_text(loading, "at", true, &at, error)) ||
	    (status = load_text(loading, "name", false, &step->name, error)))
		return status;
	if (!mark_parse(at, &step->mark))
		return load_fail(loading, "at",
				 N_("\"%s\" is no point of a clock: write 75%%, -30m before its end or +1h after"),
				 str_c(loading->arena, at), error);
	if (!step->name.n)
		step->name = at;
	for (size_t i = 0; i < step->name.n; i++)
		if (step->name.p[i] == ' ')
			return load_fail(loading, "name", N_("The name of a step has no spaces"), NULL, error);
	return OK;
}

static enum status load_kind(struct behaviour_loading *loading, struct escalation_step *step, struct error *error)
{
	struct str kind;
	enum status status = load_text(loading, "kind", true, &kind, error);

	if (status)
		return status;
	step->is_functional = str_is(kind, "functional");
	return step->is_functional || str_is(kind, "hierarchical")
		   ? OK
		   : load_fail(loading, "kind", N_("An escalation is functional or hierarchical"), NULL, error);
}

/* Who may invoke a step is said by the transition that invokes it: by itself, or nobody. */
static enum status load_by_hand(struct behaviour_loading *loading, struct escalation_step *step, struct error *error)
{
	struct str name;
	enum status status = load_text(loading, "by_hand", true, &name, error);

	if (status || str_is(name, "nobody"))
		return status;
	step->by_hand = type_transition(loading->type, name);
	if (!step->by_hand)
		return load_fail(loading, "by_hand", N_("There is no transition \"%s\""), str_c(loading->arena, name),
				 error);
	return step->by_hand->by_count ? OK
				       : load_fail(loading, "by_hand", N_("The transition \"%s\" does not say by whom"),
						   str_c(loading->arena, name), error);
}

static enum status load_step(struct behaviour_loading *loading, struct escalation_step *step, struct error *error)
{
	static const char *const keys[] = {"at", "name", "kind", "when", "by_hand", "notify", "raise", "on_call", NULL};
	struct addressee *addressees;
	enum status status;

	if ((status = load_keys(loading, keys, error)) || (status = load_mark(loading, step, error)) ||
	    (status = load_kind(loading, step, error)) || (status = load_by_hand(loading, step, error)) ||
	    (status = load_expression(loading, "when", false, &step->when, error)) ||
	    (status = load_addressees(loading, "notify", &addressees, &step->addressee_count, error)) ||
	    (status = load_fields(loading, "raise", &step->raises, &step->raise_count, error)) ||
	    (status = load_flag(loading, "on_call", &step->on_call, error)))
		return status;
	step->addressees = addressees;
	for (size_t i = 0; i < step->raise_count; i++)
		if (step->raises[i]->kind != FIELD_GROUP && step->raises[i]->kind != FIELD_CHOICE)
			return load_fail(loading, "raise", N_("Only groups and choices can be raised"), NULL, error);
	return step->addressee_count || step->raise_count || step->on_call
		   ? OK
		   : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "notify", error);
}

static enum status load_steps(struct behaviour_loading *loading, struct escalation *p, struct error *error)
{
	struct behaviour_loading *parts;
	enum status status = load_parts(loading, "steps", &parts, &p->step_count, error);

	if (status)
		return status;
	p->steps = arena_many(loading->arena, struct escalation_step, p->step_count);
	for (size_t i = 0; i < p->step_count; i++) {
		enum status failed = load_step(&parts[i], &p->steps[i], error);

		status = status ? status : failed;
		for (size_t j = 0; j < i && !failed; j++)
			if (str_eq(p->steps[i].name, p->steps[j].name))
				status = failed =
				    load_fail(&parts[i], "at", N_("Two steps are called \"%s\": name one"),
					      str_c(loading->arena, p->steps[i].name), error);
	}
	return status;
}

/* --- the whole --- */

static bool is_clock(const struct behaviour_use *use, struct str name)
{
	const struct node *parameters = use->parameters;
	const struct node *own = parameters && parameters->kind == NODE_MAPPING ? node_get(parameters, "name") : NULL;

	return str_is(use->name, "clock") && own && own->kind == NODE_SCALAR && str_eq(own->text, name);
}

/* An escalation reads its clock as that one has just saved it. */
static enum status load_clock(struct behaviour_loading *loading, struct escalation *p, struct error *error)
{
	const struct type *type = loading->type;
	enum status status = load_text(loading, "clock", true, &p->clock, error);

	if (status)
		return status;
	p->clock_words = type_clock_label(type, p->clock);
	for (size_t i = 0; i < type->behaviour_count && &type->behaviours[i] != loading->use; i++)
		if (is_clock(&type->behaviours[i], p->clock))
			return OK;
	return load_fail(loading, "clock", N_("There is no clock \"%s\" above"), str_c(loading->arena, p->clock),
			 error);
}

static enum status load_next(struct behaviour_loading *loading, struct escalation *p, struct error *error)
{
	const struct type *group = loading->model->acting[ACTS_GROUP];
	struct str next;
	enum status status = load_text(loading, "next", false, &next, error);

	if (status)
		return status;
	if (!next.n)
		next = S("escalates_to");
	p->next = group ? type_field(group, next) : NULL;
	p->level = group ? type_field(group, S("level")) : NULL;
	for (size_t i = 0; i < p->step_count; i++)
		for (size_t j = 0; j < p->steps[i].raise_count; j++)
			if (p->steps[i].raises[j]->kind == FIELD_GROUP && (!p->next || p->next->to != group))
				return load_fail(loading, "next", N_("Groups have no field \"%s\" for the next line"),
						 str_c(loading->arena, next), error);
	return OK;
}

static enum status load_moves(struct behaviour_loading *loading, struct escalation *p, struct error *error)
{
	const struct transition **transitions;
	size_t count;
	enum status status;

	if ((status = load_field(loading, "counts", false, &p->counts, error)) ||
	    (status = load_transitions(loading, "takes", &transitions, &count, error)) ||
	    (status = load_fields(loading, "empties", &p->empties, &p->empty_count, error)))
		return status;
	if (count)
		p->transition = transitions[0];
	return !p->counts || p->counts->kind == FIELD_INTEGER
		   ? OK
		   : load_fail(loading, "counts", N_("The field must be an integer"), NULL, error);
}

enum status escalation_load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"clock", "counts", "next", "takes", "empties", "steps", NULL};
	struct escalation *p = arena_one(loading->arena, struct escalation);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_clock(loading, p, error)) ||
	    (status = load_steps(loading, p, error)) || (status = load_next(loading, p, error)))
		return status;
	return load_moves(loading, p, error);
}

/* --- shown --- */

size_t escalation_marks(const struct kernel *kernel, const struct type *type, struct str clock, int *percents,
			size_t most)
{
	size_t count = 0;

	for (const struct attached_behaviour *at = kernel->behaviours[type->index]; at->behaviour; at++) {
		const struct escalation *p = at->parameters;

		if (at->behaviour != &behaviour_escalation || !str_eq(p->clock, clock))
			continue;
		for (size_t i = 0; i < p->step_count && count < most; i++)
			if (p->steps[i].mark.is_share && p->steps[i].mark.percent > 0 && p->steps[i].mark.percent < 100)
				percents[count++] = p->steps[i].mark.percent;
	}
	return count;
}

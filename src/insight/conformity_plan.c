/* Which checks and which records speak of which demand; made once of model, register and figures. */
#include "insight/conformity.h"

#include <stdio.h>

struct planning {
	struct arena *arena;
	const struct model *model;
	const struct figures *figures;
	struct conformity *plan;
	struct map measures; /* what is measured, as text -> its number */
	struct error *error;
	enum status status;
};

const struct role *conformity_owner(const struct process *process)
{
	for (size_t i = 0; i < process->role_count; i++)
		if (str_is(process->roles[i]->short_name, "owner"))
			return process->roles[i];
	return process->role_count ? process->roles[0] : NULL;
}

static struct planned_demand *item_of(struct planning *p, struct str id)
{
	const struct demand *demand = map_get(&p->plan->demands->by_id, id);

	return demand ? &p->plan->items[demand - p->plan->demands->demands] : NULL;
}

static void refuse(struct planning *p, const struct conformity_check *check, const char *message, struct str argument)
{
	char at[256];

	snprintf(at, sizeof(at), "%s:%u", check->place.file, check->place.line);
	p->status = error_fail(p->error, E_INVALID, at, "conformity", message, str_c(p->arena, argument));
}

/* The figure with the check's own goal. */
static const struct figure *figure_of(struct planning *p, const struct conformity_check *check)
{
	const struct figure *declared = figures_find(p->figures, check->type, check->figure);
	struct figure *figure;

	if (!declared) {
		refuse(p, check, N_("The type has no figure \"%s\""), check->figure);
		return NULL;
	}
	figure = arena_one(p->arena, struct figure);
	*figure = *declared;
	if (check->goal.n && !figure_goal_parse(check->goal, &figure->goal))
		refuse(p, check, N_("A goal reads like >= 95%% or <= 4h"), check->goal);
	else if (figure->goal.op == QUERY_TRUE)
		refuse(p, check, N_("The figure \"%s\" has no goal: say one"), check->figure);
	return figure;
}

/* What is counted, apart from how many there must be. */
static size_t measure_of(struct planning *p, const struct conformity_check *check)
{
	struct str key = str_format(
	    p->arena, "%.*s|%.*s|%.*s|%.*s|%.*s|%.*s|%.*s|%.*s", STR_ARG(check->role ? check->role->name : S("")),
	    STR_ARG(check->type ? check->type->name : S("")), STR_ARG(check->where ? check->where->source : S("")),
	    STR_ARG(check->by ? check->by->name : S("")), STR_ARG(check->until ? check->until->name : S("")),
	    STR_ARG(check->figure), STR_ARG(check->period), STR_ARG(check->goal));
	size_t *known = map_get(&p->measures, key);

	if (!known) {
		known = arena_one(p->arena, size_t);
		*known = p->plan->measure_count++;
		map_put(&p->measures, key, known);
	}
	return *known;
}

static void add_check(struct planning *p, const struct process *process, const struct conformity_check *check)
{
	struct planned_demand *item = item_of(p, check->demand);
	struct planned_check planned = {.check = check, .process = process};

	if (!item)
		return;
	if (check->figure.n && !(planned.figure = figure_of(p, check)))
		return;
	planned.measure = measure_of(p, check);
	p->plan->most = check->at_least > p->plan->most ? check->at_least : p->plan->most;
	p->plan->most = check->at_most > p->plan->most ? check->at_most : p->plan->most;
	item->checks = arena_grow(p->arena, item->checks, item->check_count * sizeof(planned),
				  (item->check_count + 1) * sizeof(planned));
	item->checks[item->check_count++] = planned;
	item->process = process;
	item->is_answered = true;
}

static void add_answers(struct planning *p, const struct process *process, const struct type *type,
			const struct str *answers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct planned_demand *item = item_of(p, answers[i]);

		if (!item)
			continue;
		item->is_answered = true;
		if (!item->process)
			item->process = process;
		if (!type)
			continue;
		item->types = arena_grow(p->arena, item->types, item->type_count * sizeof(type),
					 (item->type_count + 1) * sizeof(type));
		item->types[item->type_count++] = type;
	}
}

/* The process whose clause is the nearest above. */
static const struct process *process_of_clause(const struct model *model, struct str clause)
{
	const struct process *nearest = NULL;

	for (size_t i = 0; i < model->process_count; i++) {
		const struct process *process = model->processes[i];

		if (process->clause.n && clause_is_below(clause, process->clause) &&
		    (!nearest || process->clause.n > nearest->clause.n))
			nearest = process;
	}
	return nearest;
}

enum status conformity_plan(struct arena *arena, const struct model *model, const struct figures *figures,
			    const struct register_of_demands *demands, struct conformity *plan, struct error *error)
{
	struct planning p = {.arena = arena,
			     .model = model,
			     .figures = figures,
			     .plan = plan,
			     .measures = map_new(arena),
			     .error = error};

	*plan = (struct conformity){.most = COUNT_SHOWN,
				    .model = model,
				    .demands = demands,
				    .items = arena_many(arena, struct planned_demand, demands->count + 1)};
	for (size_t i = 0; i < demands->count; i++)
		plan->items[i].demand = &demands->demands[i];
	for (size_t i = 0; i < model->process_count; i++)
		for (size_t k = 0; k < model->processes[i]->check_count; k++)
			add_check(&p, model->processes[i], &model->processes[i]->checks[k]);
	for (size_t i = 0; i < model->type_count; i++)
		add_answers(&p, model->types[i]->process, model->types[i], model->types[i]->answers,
			    model->types[i]->answer_count);
	for (size_t i = 0; i < model->process_count; i++)
		add_answers(&p, model->processes[i], NULL, model->processes[i]->answers,
			    model->processes[i]->answer_count);
	for (size_t i = 0; i < demands->count; i++)
		if (!plan->items[i].process)
			plan->items[i].process = process_of_clause(model, demands->demands[i].clause);
	return p.status;
}

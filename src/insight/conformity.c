#include "insight/conformity.h"

#include <stdio.h>

#include "record/people.h"

/* --- the register --- */

enum { COLUMNS = 5 };

static bool read_line(struct str line, struct demand *demand)
{
	struct str columns[COLUMNS];
	size_t count = 0;

	while (count < COLUMNS && str_cut(&line, '\t', &columns[count]))
		count++;
	if (count < COLUMNS || line.p || !columns[0].n || !columns[1].n || !columns[3].n)
		return false;
	*demand = (struct demand){
	    .id = columns[0], .clause = columns[1], .kind = columns[2], .words = {{columns[3], columns[4]}}};
	return true;
}

enum status register_read(struct arena *arena, struct str text, struct register_of_demands *demands,
			  struct error *error)
{
	VEC(struct demand) read = {0};
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		struct demand demand;

		if (!line.n)
			continue;
		if (!read_line(line, &demand)) {
			char place[32];

			snprintf(place, sizeof(place), "line %zu", read.count + 1);
			return error_fail(error, E_INVALID, place, "register",
					  N_("The register of demands cannot be read here"));
		}
		vec_push(arena, &read, demand);
	}
	*demands = (struct register_of_demands){.demands = read.items, .count = read.count, .by_id = map_new(arena)};
	for (size_t i = 0; i < demands->count; i++)
		map_put(&demands->by_id, demands->demands[i].id, &demands->demands[i]);
	return OK;
}

static size_t check_answers(struct arena *arena, const struct register_of_demands *demands, const struct str *answers,
			    size_t answer_count, struct place place, struct str **findings, size_t count)
{
	for (size_t i = 0; i < answer_count; i++) {
		if (map_get(&demands->by_id, answers[i]))
			continue;
		*findings = arena_grow(arena, *findings, count * sizeof(**findings), (count + 1) * sizeof(**findings));
		(*findings)[count++] = str_format(arena, "%s:%u: The register has no demand \"%.*s\"", place.file,
						  place.line, STR_ARG(answers[i]));
	}
	return count;
}

size_t register_check_model(struct arena *arena, const struct register_of_demands *demands, const struct model *model,
			    struct str **findings, size_t count)
{
	for (size_t i = 0; i < model->process_count; i++) {
		const struct process *process = model->processes[i];

		count = check_answers(arena, demands, process->answers, process->answer_count, process->place, findings,
				      count);
		for (size_t k = 0; k < process->check_count; k++)
			count = check_answers(arena, demands, &process->checks[k].demand, 1, process->checks[k].place,
					      findings, count);
	}
	for (size_t i = 0; i < model->type_count; i++)
		count = check_answers(arena, demands, model->types[i]->answers, model->types[i]->answer_count,
				      model->types[i]->place, findings, count);
	return count;
}

/* --- states --- */

const char *conformity_state_name(enum conformity_state state)
{
	static const char *const names[CONFORMITY_STATES] = {"not_built", "judgement", "met", "attention", "gap"};

	return names[state];
}

struct survey {
	struct arena *arena;
	const struct register_of_demands *demands;
	struct conformity_item *items;
	int64_t *counts; /* by type->index */
};

static void add_evidence(struct survey *survey, struct str id, const struct type *type)
{
	const struct demand *demand = map_get(&survey->demands->by_id, id);
	struct conformity_item *item;
	struct evidence *evidence;

	if (!demand)
		return;
	item = &survey->items[demand - survey->demands->demands];
	item->state = CONFORMITY_JUDGEMENT;
	if (!type)
		return;
	evidence = arena_many(survey->arena, struct evidence, item->evidence_count + 1);
	for (size_t i = 0; i < item->evidence_count; i++)
		evidence[i] = item->evidence[i];
	evidence[item->evidence_count++] = (struct evidence){.type = type, .count = survey->counts[type->index]};
	item->evidence = evidence;
}

static enum status judge(struct kernel *kernel, struct connection *connection, struct arena *arena,
			 const struct actor *actor, const struct conformity_check *check, instant now,
			 struct check_result *result, struct error *error)
{
	int64_t *people;
	size_t count;
	enum status status;

	*result = (struct check_result){.check = check};
	if (check->role) {
		status = people_of_role(kernel, connection, arena, check->role, &people, &count, error);
		result->count = (int64_t)count;
		result->holds = count > 0;
		return status;
	}
	status = read_count(kernel, connection, arena, actor, check->type, check->where, now, &result->count, error);
	result->holds = result->count >= check->at_least && (!check->has_most || result->count <= check->at_most);
	return status;
}

static void add_result(struct survey *survey, struct conformity_item *item, const struct check_result *result)
{
	struct check_result *results = arena_many(survey->arena, struct check_result, item->check_count + 1);

	for (size_t i = 0; i < item->check_count; i++)
		results[i] = item->checks[i];
	results[item->check_count++] = *result;
	item->checks = results;
}

static enum conformity_state state_by_checks(const struct conformity_item *item)
{
	enum conformity_state state = str_is(item->demand->kind, "human") ? CONFORMITY_JUDGEMENT : CONFORMITY_MET;

	for (size_t i = 0; i < item->check_count; i++) {
		enum conformity_state failed = item->checks[i].check->is_slight ? CONFORMITY_ATTENTION : CONFORMITY_GAP;

		if (!item->checks[i].holds && failed > state)
			state = failed;
	}
	return state;
}

static enum status run_checks(struct survey *survey, struct kernel *kernel, struct connection *connection,
			      const struct actor *actor, const struct process *process, instant now,
			      struct error *error)
{
	for (size_t i = 0; i < process->check_count; i++) {
		const struct demand *demand = map_get(&survey->demands->by_id, process->checks[i].demand);
		struct check_result result;
		enum status status;

		if (!demand)
			continue;
		status = judge(kernel, connection, survey->arena, actor, &process->checks[i], now, &result, error);
		if (status)
			return status;
		add_result(survey, &survey->items[demand - survey->demands->demands], &result);
	}
	return OK;
}

enum status conformity_of(struct kernel *kernel, struct connection *connection, struct arena *arena,
			  const struct actor *actor, const struct register_of_demands *demands, instant now,
			  struct conformity_item **items, struct error *error)
{
	const struct model *model = kernel->model;
	struct survey survey = {.arena = arena,
				.demands = demands,
				.items = arena_many(arena, struct conformity_item, demands->count + 1),
				.counts = arena_many(arena, int64_t, model->type_count + 1)};

	for (size_t i = 0; i < demands->count; i++)
		survey.items[i].demand = &demands->demands[i];
	for (size_t i = 0; i < model->type_count; i++) {
		const struct type *type = model->types[i];
		enum status status =
		    read_count(kernel, connection, arena, actor, type, NULL, now, &survey.counts[i], error);

		if (status)
			return status;
		for (size_t a = 0; a < type->answer_count; a++)
			add_evidence(&survey, type->answers[a], type);
	}
	for (size_t i = 0; i < model->process_count; i++)
		for (size_t a = 0; a < model->processes[i]->answer_count; a++)
			add_evidence(&survey, model->processes[i]->answers[a], NULL);
	for (size_t i = 0; i < model->process_count; i++) {
		enum status status = run_checks(&survey, kernel, connection, actor, model->processes[i], now, error);

		if (status)
			return status;
	}
	for (size_t i = 0; i < demands->count; i++)
		if (survey.items[i].check_count)
			survey.items[i].state = state_by_checks(&survey.items[i]);
	*items = survey.items;
	return OK;
}

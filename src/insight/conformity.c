#include "insight/conformity.h"

#include <stdio.h>

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
	for (size_t i = 0; i < model->process_count; i++)
		count = check_answers(arena, demands, model->processes[i]->answers, model->processes[i]->answer_count,
				      model->processes[i]->place, findings, count);
	for (size_t i = 0; i < model->type_count; i++)
		count = check_answers(arena, demands, model->types[i]->answers, model->types[i]->answer_count,
				      model->types[i]->place, findings, count);
	return count;
}

/* --- states --- */

const char *conformity_state_name(enum conformity_state state)
{
	static const char *const names[] = {[CONFORMITY_NOT_BUILT] = "not_built", [CONFORMITY_JUDGEMENT] = "judgement"};

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
	*items = survey.items;
	return OK;
}

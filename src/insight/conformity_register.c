/* The register of demands, its clauses, and what of it is proven. */
#include "insight/conformity.h"

#include <stdio.h>

enum { COLUMNS = 5, CLAUSE_COLUMNS = 4 };

/* Missing columns at the end are empty. */
static size_t read_columns(struct str line, struct str *columns, size_t most)
{
	size_t count = 0;

	while (count < most && str_cut(&line, '\t', &columns[count]))
		count++;
	return line.p ? most + 1 : count;
}

static enum status refuse_line(struct error *error, size_t line)
{
	char place[32];

	snprintf(place, sizeof(place), "line %zu", line);
	return error_fail(error, E_INVALID, place, "register", N_("The register of demands cannot be read here"));
}

enum status register_read(struct arena *arena, struct str text, struct register_of_demands *demands,
			  struct error *error)
{
	VEC(struct demand) read = {0};
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		struct str columns[COLUMNS] = {0};

		if (!line.n)
			continue;
		if (read_columns(line, columns, COLUMNS) != COLUMNS || !columns[0].n || !columns[1].n || !columns[3].n)
			return refuse_line(error, read.count + 1);
		vec_push(arena, &read,
			 ((struct demand){.id = columns[0],
					  .clause = columns[1],
					  .kind = columns[2],
					  .words = {{columns[3], columns[4]}}}));
	}
	*demands = (struct register_of_demands){.demands = read.items,
						.count = read.count,
						.by_id = map_new(arena),
						.clauses_by_number = map_new(arena),
						.later_by_number = map_new(arena)};
	for (size_t i = 0; i < demands->count; i++)
		map_put(&demands->by_id, demands->demands[i].id, &demands->demands[i]);
	return OK;
}

void register_read_proven(struct register_of_demands *demands, struct str text)
{
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		struct demand *demand = map_get(&demands->by_id, str_trim(line));

		if (demand)
			demand->is_proven = true;
	}
}

enum status register_read_clauses(struct arena *arena, struct str text, struct clause **clauses, size_t *count,
				  struct map *by_number, struct error *error)
{
	VEC(struct clause) read = {0};
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		struct str columns[CLAUSE_COLUMNS] = {0};
		size_t found = line.n && line.p[0] != '#' ? read_columns(line, columns, CLAUSE_COLUMNS) : 0;

		if (!found)
			continue;
		if (found < CLAUSE_COLUMNS - 1 || found > CLAUSE_COLUMNS || !columns[0].n || !columns[1].n)
			return refuse_line(error, read.count + 1);
		vec_push(
		    arena, &read,
		    ((struct clause){.number = columns[0], .label = {{columns[1], columns[2]}}, .others = columns[3]}));
	}
	*clauses = read.items;
	*count = read.count;
	for (size_t i = 0; i < read.count; i++)
		map_put(by_number, read.items[i].number, &read.items[i]);
	return OK;
}

const struct clause *register_clause(const struct map *clauses, struct str number)
{
	const struct clause *clause = NULL;

	while (number.n && !(clause = map_get(clauses, number)))
		for (number.n--; number.n && number.p[number.n] != '.';)
			number.n--;
	return clause;
}

bool clause_is_below(struct str clause, struct str asked)
{
	return !asked.n || str_eq(clause, asked) || (str_starts(clause, asked) && clause.p[asked.n] == '.');
}

/* One part of a number; a letter is more than any number, and the end is less. */
static int64_t rank(struct str part)
{
	enum { LETTERS = 1000000 };
	int64_t number;

	if (!part.n)
		return -1;
	return str_int64(part, &number) ? number : LETTERS + part.p[0];
}

int clause_compare(struct str a, struct str b)
{
	while (a.n || b.n) {
		struct str one = {0}, other = {0};
		int64_t x, y;

		if (a.n)
			(void)!str_cut(&a, '.', &one);
		if (b.n)
			(void)!str_cut(&b, '.', &other);
		x = rank(one);
		y = rank(other);
		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
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

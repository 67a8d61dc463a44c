/* Faults of a model that loads: what a service manager would stumble over. */
#include "model/model.h"

struct check {
	struct arena *arena;
	VEC(struct str) findings;
};

static void __attribute__((format(printf, 3, 4))) find(struct check *check, struct place place, const char *format, ...)
{
	struct buf buf = buf_new(check->arena);
	va_list arguments;

	buf_format(&buf, "%s:%u: ", place.file, place.line);
	va_start(arguments, format);
	buf_vformat(&buf, format, arguments);
	va_end(arguments);
	vec_push(check->arena, &check->findings, buf_str(&buf));
}

static void check_label(struct check *check, struct place place, const char *what, struct str name, struct label label)
{
	if (!label.text[JAPANESE].n)
		find(check, place, "%s \"%.*s\" has no Japanese text", what, STR_ARG(name));
}

static void check_help(struct check *check, struct place place, struct str name, struct label help)
{
	if (help.text[ENGLISH].n)
		check_label(check, place, "the help of", name, help);
}

static bool leaves(const struct transition *transition, const struct state *state)
{
	for (size_t i = 0; i < transition->from_count; i++)
		if (transition->from[i] == state)
			return transition->to && transition->to != state;
	return !transition->from_count && transition->to && transition->to != state;
}

static size_t state_index(const struct type *type, const struct state *state)
{
	size_t i = 0;

	while (type->states[i] != state)
		i++;
	return i;
}

static void check_reach(struct check *check, const struct type *type)
{
	bool *reached = arena_many(check->arena, bool, type->state_count), more = true;

	reached[state_index(type, type->initial)] = true;
	while (more) {
		more = false;
		for (size_t s = 0; s < type->state_count; s++)
			for (size_t t = 0; reached[s] && t < type->transition_count; t++) {
				const struct transition *transition = type->transitions[t];

				if (!leaves(transition, type->states[s]) || reached[state_index(type, transition->to)])
					continue;
				reached[state_index(type, transition->to)] = more = true;
			}
	}
	for (size_t s = 0; s < type->state_count; s++)
		if (!reached[s])
			find(check, type->states[s]->place, "nothing leads to the state \"%.*s\"",
			     STR_ARG(type->states[s]->name));
}

static void check_ways_out(struct check *check, const struct type *type)
{
	for (size_t s = 0; s < type->state_count; s++) {
		const struct state *state = type->states[s];
		bool out = state->phase == PHASE_DONE;

		for (size_t t = 0; !out && t < type->transition_count; t++)
			out = leaves(type->transitions[t], state);
		if (!out)
			find(check, state->place, "nothing leads out of the state \"%.*s\", which is not done",
			     STR_ARG(state->name));
		check_label(check, state->place, "the state", state->name, state->label);
	}
}

static void check_transitions(struct check *check, const struct type *type)
{
	for (size_t t = 0; t < type->transition_count; t++) {
		const struct transition *transition = type->transitions[t];

		/* by: nobody is said on purpose: only behaviours take it. */
		if (!transition->by_count && !transition->also_when_by)
			find(check, transition->place, "nobody may take the transition \"%.*s\"",
			     STR_ARG(transition->name));
		check_label(check, transition->place, "the transition", transition->name, transition->label);
		if (transition->guard_message.text[ENGLISH].n)
			check_label(check, transition->place, "the guard message of", transition->name,
				    transition->guard_message);
		if (transition->warns.text[ENGLISH].n)
			check_label(check, transition->place, "the warning of", transition->name, transition->warns);
	}
}

static void check_field(struct check *check, const struct field *field)
{
	check_label(check, field->place, "the field", field->name, field->label);
	check_help(check, field->place, field->name, field->help);
	for (size_t i = 0; i < field->column_count; i++)
		check_field(check, field->columns[i]);
}

static void check_figures(struct check *check, const struct type *type)
{
	for (size_t i = 0; i < type->figure_count; i++) {
		const struct figure_use *figure = &type->figures[i];

		check_label(check, figure->place, "the figure", figure->name, figure->label);
		check_help(check, figure->place, figure->name, figure->help);
	}
}

static void check_type(struct check *check, const struct type *type)
{
	check_label(check, type->place, "the record type", type->name, type->label);
	check_label(check, type->place, "the plural of", type->name, type->plural);
	check_help(check, type->place, type->name, type->help);
	for (size_t i = 0; i < type->field_count; i++)
		check_field(check, type->fields[i]);
	if (type->initial)
		check_reach(check, type);
	check_ways_out(check, type);
	check_transitions(check, type);
	for (size_t i = 0; i < type->link_count; i++) {
		check_label(check, type->links[i]->place, "the link", type->links[i]->name, type->links[i]->label);
		check_label(check, type->links[i]->place, "the other end of", type->links[i]->name,
			    type->links[i]->back);
	}
	for (size_t i = 0; i < type->view_count; i++)
		check_label(check, type->views[i]->place, "the view", type->views[i]->name, type->views[i]->label);
	check_figures(check, type);
}

static void check_process(struct check *check, const struct process *process)
{
	if (!process->purpose.text[ENGLISH].n)
		find(check, process->place, "the process \"%.*s\" has no purpose", STR_ARG(process->name));
	else
		check_label(check, process->place, "the purpose of", process->name, process->purpose);
	check_label(check, process->place, "the process", process->name, process->label);
	for (size_t i = 0; i < process->role_count; i++)
		check_label(check, process->roles[i]->place, "the role", process->roles[i]->name,
			    process->roles[i]->label);
	for (size_t i = 0; i < process->type_count; i++)
		check_type(check, process->types[i]);
}

size_t model_check(struct arena *arena, const struct model *model, struct str **findings)
{
	struct check check = {.arena = arena};

	for (size_t i = 0; i < model->process_count; i++)
		check_process(&check, model->processes[i]);
	for (size_t i = 0; i < model->choice_set_count; i++) {
		const struct choice_set *set = model->choice_sets[i];

		check_label(&check, set->place, "the set of choices", set->name, set->label);
		for (size_t j = 0; j < set->count; j++) {
			check_label(&check, set->place, "the choice", set->choices[j].code, set->choices[j].label);
			if (set->choices[j].plain.text[ENGLISH].n)
				check_label(&check, set->place, "the plain words of the choice", set->choices[j].code,
					    set->choices[j].plain);
		}
	}
	*findings = check.findings.items;
	return check.findings.count;
}

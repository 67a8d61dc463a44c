/* task_design: tasks that people declare in a rows field can be made: short names are there once, what comes after
 * names tasks above it, conditions speak of the questions of the form beside it.
 *
 * Parameters: tasks: the rows field (task_template.h); questions: the rows field of the form (record/questions.h),
 * where there is one. */
#include "behaviour/behaviours.h"

#include <stdio.h>

#include "behaviour/task_template.h"
#include "record/questions.h"

struct task_design {
	const struct model *model;
	const struct field *tasks, *questions;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"tasks", "questions", NULL};
	struct task_design *p = arena_one(loading->arena, struct task_design);
	enum status status;

	*parameters = p;
	p->model = loading->model;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "tasks", true, &p->tasks, error)) ||
	    (status = load_field(loading, "questions", false, &p->questions, error)))
		return status;
	return p->tasks->kind == FIELD_ROWS && (!p->questions || p->questions->kind == FIELD_ROWS)
		   ? OK
		   : load_fail(loading, "tasks", N_("The field must be a table of rows"), NULL, error);
}

static enum status check_condition(const struct task_design *p, struct edit *edit, const struct questions *questions,
				   const struct template_task *task, size_t row, struct error *error)
{
	const struct query *query;
	struct error own;
	char number[24], words[400];

	error_clear(&own);
	if (!questions_condition(edit_arena(edit), questions, task->condition, &query, &own))
		return OK;
	snprintf(number, sizeof(number), "%zu", row);
	error_item_text(&own.items[0], own.items[0].message, words, sizeof(words));
	return error_fail_at(error, E_INVALID, p->tasks->name, "row",
			     N_("Row %s: the condition cannot be understood: %s"), number, words);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct task_design *p = call->parameters;
	struct value asked = {0};
	struct questions questions;
	struct template_task *tasks;
	struct error own;
	size_t count;
	enum status status;

	if (!edit_changes(edit, p->tasks) && !(p->questions && edit_changes(edit, p->questions)))
		return OK;
	error_clear(&own); /* faults of the questions are told by whoever checks those */
	if (p->questions)
		asked = edit_value(edit, p->questions);
	if (questions_read(edit_arena(edit), p->model, asked, p->tasks->name, p->tasks->name, &questions, &own))
		return OK;
	status =
	    template_rows_read(edit_arena(edit), edit_value(edit, p->tasks), p->tasks->name, &tasks, &count, error);
	for (size_t i = 0; i < count && !status; i++)
		status = check_condition(p, edit, &questions, &tasks[i], i + 1, error);
	return status;
}

const struct behaviour behaviour_task_design = {.name = "task_design", .load = load, .check = check};

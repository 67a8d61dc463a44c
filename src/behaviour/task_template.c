/* task_template: work that a record needs is laid out as tasks, in order and side by side.
 *
 * Parameters: name: tells these tasks from those of another template of the same record; when: from that moment the
 * tasks are there; make: their type; as: its reference to this record; rows: a path to a rows field that people filled,
 * with answers: the rows field whose answers their conditions speak of (record/questions.h); or plans: a type whose
 * newest record for which the expression which holds says them in its field rows; or tasks: a list
 * {key, title, group, after, when, target, note}; team: a links field that takes up who is to do them; open: the task's
 * transition when what it waits for is finished; finished: states in which a task is; then: a transition that this
 * record takes by itself when all are, with set: what it says then; before: transitions that are refused until all are;
 * drop: the task's transition when this record ends before they do.
 *
 * Tasks have the fields title and group, and perhaps title_ja, assignee, supplier, target, note_needed, priority, key,
 * template, after. A task without a group of its own is for this record's group. Tasks of a plan are for whose turn it
 * is by the rota of their role, else of their group; without a rota, for who alone holds the role. Whoever makes
 * further tasks by hand makes the record wait for them, too. */
#include "behaviour/task_template.h"

#include "behaviour/behaviours.h"

#include "record/assign.h"
#include "record/lookup.h"
#include "record/people.h"
#include "record/questions.h"
#include "record/rotas.h"

struct task_template {
	const struct model *model;
	struct str name;
	const struct query *when;
	const struct type *make;
	const struct field *as, *answers, *group, *team;
	struct path rows;         /* base NULL: of a plan, or the model's own list */
	const struct type *plans; /* or NULL */
	const struct query *which;
	const struct field *plan_rows;
	struct template_task *tasks;
	size_t task_count;
	const struct transition *open, *drop, *then;
	const struct state **finished;
	size_t finished_count;
	const struct transition **before;
	size_t before_count;
	struct assignments set;
};

/* --- parameters --- */

static enum status load_made(struct behaviour_loading *loading, struct task_template *p, struct error *error)
{
	enum status status = load_type(loading, "make", true, &p->make, error);

	if (status)
		return status;
	if (!type_field(p->make, S("title")) || !type_field(p->make, S("group")))
		return load_fail(loading, "make", N_("There is no record type \"%s\" with a title and a group"),
				 str_c(loading->arena, p->make->name), error);
	if ((status = load_reference(loading, "as", p->make, loading->type, &p->as, error)) ||
	    (status = load_transition(loading, "open", true, p->make, &p->open, error)) ||
	    (status = load_transition(loading, "drop", false, p->make, &p->drop, error)))
		return status;
	return p->open->to ? OK
			   : load_fail(loading, "open", N_("There is no transition \"%s\""),
				       str_c(loading->arena, p->open->name), error);
}

static enum status load_finished(struct behaviour_loading *loading, struct task_template *p, struct error *error)
{
	const struct node *list = load_node(loading, "finished");

	if (!list || list->kind != NODE_SEQUENCE)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "finished", error);
	p->finished = arena_many(loading->arena, const struct state *, list->count + 1);
	for (size_t i = 0; i < list->count; i++) {
		p->finished[i] = type_state(p->make, list->items[i]->text);
		if (!p->finished[i])
			return load_fail(loading, "finished", N_("There is no state \"%s\""),
					 str_c(loading->arena, list->items[i]->text), error);
	}
	p->finished_count = list->count;
	return OK;
}

static enum status load_plans(struct behaviour_loading *loading, struct task_template *p, struct str rows,
			      struct error *error)
{
	enum status status = load_expression_of(loading, "which", p->plans, &p->which, error);

	if (status)
		return status;
	p->plan_rows = type_field(p->plans, rows);
	return p->plan_rows && p->plan_rows->kind == FIELD_ROWS
		   ? OK
		   : load_fail(loading, "rows", N_("The field must be a table of rows"), NULL, error);
}

static enum status load_source(struct behaviour_loading *loading, struct task_template *p, struct error *error)
{
	struct str rows;
	enum status status;

	if ((status = load_text(loading, "rows", false, &rows, error)) ||
	    (status = load_type(loading, "plans", false, &p->plans, error)) ||
	    (status = load_field(loading, "answers", false, &p->answers, error)) ||
	    (status = template_list_load(loading, &p->tasks, &p->task_count, error)))
		return status;
	if (p->plans)
		return load_plans(loading, p, rows, error);
	if (rows.n &&
	    (!path_read(loading->arena, loading->type, rows, &p->rows) || path_end(&p->rows)->kind != FIELD_ROWS))
		return load_fail(loading, "rows", N_("The field must be a table of rows"), NULL, error);
	return rows.n || p->task_count ? OK
				       : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "tasks", error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"name",     "when",    "make",   "as",   "rows", "plans",
					   "which",    "answers", "tasks",  "team", "open", "drop",
					   "finished", "then",    "before", "set",  NULL};
	struct task_template *p = arena_one(loading->arena, struct task_template);
	enum status status;

	*parameters = p;
	p->model = loading->model;
	p->group = type_field(loading->type, S("group"));
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_text(loading, "name", true, &p->name, error)) ||
	    (status = load_expression(loading, "when", true, &p->when, error)) ||
	    (status = load_made(loading, p, error)) || (status = load_finished(loading, p, error)) ||
	    (status = load_source(loading, p, error)) ||
	    (status = load_field(loading, "team", false, &p->team, error)) ||
	    (status = load_transition(loading, "then", false, loading->type, &p->then, error)) ||
	    (status = load_transitions(loading, "before", &p->before, &p->before_count, error)) ||
	    (status = load_assignments(loading, loading->type, &p->set, error)))
		return status;
	return OK;
}

/* --- the tasks there are --- */

struct laid_out {
	struct record **tasks;
	size_t count;
};

static enum status find_tasks(const struct task_template *p, struct edit *edit, struct laid_out *laid,
			      struct error *error)
{
	int64_t *records;
	enum status status = lookup_referring(edit_connection(edit), edit_arena(edit), p->as,
					      edit_after(edit)->identity, true, &records, &laid->count, error);

	laid->tasks = arena_many(edit_arena(edit), struct record *, laid->count + 1);
	for (size_t i = 0; i < laid->count && !status; i++)
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), records[i], false,
				     &laid->tasks[i], error);
	return status;
}

static bool is_finished(const struct task_template *p, const struct record *task)
{
	for (size_t i = 0; i < p->finished_count; i++)
		if (task->state == p->finished[i])
			return true;
	return false;
}

static bool all_finished(const struct task_template *p, const struct laid_out *laid)
{
	for (size_t i = 0; i < laid->count; i++)
		if (!is_finished(p, laid->tasks[i]))
			return false;
	return true;
}

static bool is_of(const struct task_template *p, const struct record *task)
{
	return str_eq(record_text_of(task, "template"), p->name);
}

/* What was never made, because its condition did not hold, is not waited for. */
static bool waits(const struct task_template *p, const struct laid_out *laid, struct str after)
{
	struct str part;

	while (str_cut(&after, ',', &part))
		for (size_t i = 0; i < laid->count; i++)
			if (is_of(p, laid->tasks[i]) && !is_finished(p, laid->tasks[i]) &&
			    str_eq(record_text_of(laid->tasks[i], "key"), str_trim(part)))
				return true;
	return false;
}

/* --- making them --- */

struct task_input {
	const struct type *type;
	struct field_input fields[16];
	size_t count;
};

static void put(struct task_input *input, const char *name, struct value value)
{
	const struct field *field = type_field(input->type, str_of(name));

	if (field && !value_is_empty(value))
		input->fields[input->count++] = (struct field_input){field, value};
}

static struct value reference(int64_t identity)
{
	return identity ? value_record(identity) : (struct value){0};
}

static enum status group_of(const struct task_template *p, struct edit *edit, const struct template_task *task,
			    struct value *group, struct error *error)
{
	int64_t found = task->group;
	enum status status = OK;

	if (!found && task->group_key.n)
		status = record_find(edit_kernel(edit), edit_connection(edit), type_field(p->make, S("group"))->to,
				     task->group_key, &found, error);
	*group = found ? value_record(found) : p->group ? edit_value(edit, p->group) : (struct value){0};
	return status;
}

static enum status holder_of(struct edit *edit, int64_t role, int64_t *person, struct error *error)
{
	int64_t *people;
	size_t count;
	enum status status =
	    people_of_record(edit_kernel(edit), edit_connection(edit), edit_arena(edit), role, &people, &count, error);

	*person = !status && count == 1 ? people[0] : 0;
	return status;
}

/* Whose turn it is, or who alone holds the role. 0: the group decides. */
static enum status doer_of(const struct task_template *p, struct edit *edit, const struct template_task *task,
			   struct value group, int64_t *person, struct error *error)
{
	int64_t asked[] = {task->role, group.kind == VALUE_RECORD ? group.number : 0};
	enum status status = OK;

	*person = 0;
	for (size_t i = 0; p->plans && !status && !*person && i < 2; i++) {
		if (asked[i])
			status = rota_person_now(edit_kernel(edit), edit_connection(edit), edit_arena(edit), asked[i],
						 edit_now(edit), person, error);
		if (!status && !*person && !i && task->role)
			status = holder_of(edit, task->role, person, error);
	}
	return status;
}

static enum status make_task(const struct task_template *p, struct edit *edit, const struct template_task *task,
			     bool at_once, int64_t *doer, struct error *error)
{
	const struct field *priority = type_field(edit_after(edit)->type, S("priority"));
	struct task_input input = {.type = p->make};
	struct edit_request request = {.type = p->make, .fields = input.fields, .via = VIA_JOB};
	struct edit_result result;
	struct value group;
	enum status status = group_of(p, edit, task, &group, error);

	if (status || (status = doer_of(p, edit, task, group, doer, error)))
		return status;
	input.fields[input.count++] = (struct field_input){p->as, value_record(edit_after(edit)->identity)};
	put(&input, "title", value_text(task->title.text[ENGLISH]));
	put(&input, "title_ja", value_text(task->title.text[JAPANESE]));
	put(&input, "group", group);
	put(&input, "assignee", reference(*doer));
	put(&input, "supplier", reference(task->supplier));
	put(&input, "target", task->target);
	put(&input, "note_needed", task->note ? value_boolean(true) : (struct value){0});
	put(&input, "key", value_text(task->key));
	put(&input, "template", value_text(p->name));
	put(&input, "after", value_text(task->after));
	put(&input, "priority", priority ? edit_value(edit, priority) : (struct value){0});
	request.field_count = input.count;
	request.state = at_once ? p->open->to : NULL;
	return edit_follow_up(edit, &request, &result, error);
}

struct plan {
	struct template_task *tasks;
	size_t count;
	struct questions questions;
	struct str *answers;
};

/* Empty where nobody has written a plan. */
static enum status find_rows(const struct task_template *p, struct edit *edit, struct value *rows, struct error *error)
{
	struct record *plan;
	enum status status;

	*rows = (struct value){0};
	if (!p->plans)
		return path_value(edit_kernel(edit), edit_connection(edit), edit_arena(edit), edit_after(edit),
				  &p->rows, rows, error);
	status = lookup_newest(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->plans, p->which,
			       edit_now(edit), &plan, error);
	if (!status && plan)
		*rows = record_value(plan, p->plan_rows);
	return status;
}

static enum status read_plan(const struct task_template *p, struct edit *edit, struct plan *plan, struct error *error)
{
	struct value rows = {0}, answers = p->answers ? edit_value(edit, p->answers) : rows;
	struct str at = p->answers ? p->answers->name : p->name;
	enum status status;

	*plan = (struct plan){.tasks = p->tasks, .count = p->task_count};
	if ((p->rows.base || p->plans) &&
	    ((status = find_rows(p, edit, &rows, error)) ||
	     (status = template_rows_read(edit_arena(edit), rows, p->name, &plan->tasks, &plan->count, error))))
		return status;
	if ((status = questions_read(edit_arena(edit), p->model, answers, at, at, &plan->questions, error)))
		return status;
	plan->answers = arena_many(edit_arena(edit), struct str, plan->questions.count + 1);
	return answers_read(edit_arena(edit), &plan->questions, answers, at, plan->answers, error);
}

static enum status is_wanted(struct edit *edit, const struct plan *plan, const struct template_task *task, bool *wanted,
			     struct error *error)
{
	const struct query *query;
	struct error unknown;

	*wanted = true;
	if (task->when)
		return edit_holds(edit, task->when, wanted, error);
	error_clear(&unknown);
	if (!task->condition.n ||
	    questions_condition(edit_arena(edit), &plan->questions, task->condition, &query, &unknown))
		return OK; /* of a newer form than was answered: people decide whether the task is needed */
	return answers_hold(edit_arena(edit), &plan->questions, plan->answers, query, edit_now(edit), wanted, error);
}

/* A task starts at once unless one before it in the plan, that is really made, comes first. */
static bool comes_later(const struct plan *plan, const bool *made, const struct template_task *task)
{
	struct str after = task->after, part;

	while (str_cut(&after, ',', &part))
		for (size_t i = 0; i < plan->count; i++)
			if (made[i] && str_eq(plan->tasks[i].key, str_trim(part)))
				return true;
	return false;
}

static bool is_among(const struct value *people, size_t count, int64_t person)
{
	for (size_t i = 0; i < count; i++)
		if (people[i].number == person)
			return true;
	return false;
}

/* Who does the tasks joins those who are in the team already. */
static enum status join(const struct task_template *p, struct edit *edit, const int64_t *doers, size_t count,
			struct error *error)
{
	struct value now = p->team ? edit_value(edit, p->team) : (struct value){0};
	size_t team_count = now.kind == VALUE_LIST ? now.list.count : 0, before = team_count;
	struct value *team = arena_many(edit_arena(edit), struct value, team_count + count + 1);
	struct field_input field = {p->team, {.kind = VALUE_LIST, .list = {.items = team}}};
	struct edit_request request = {
	    .record = edit_after(edit)->identity, .fields = &field, .field_count = 1, .via = VIA_JOB};
	struct edit_result result;

	for (size_t i = 0; i < team_count; i++)
		team[i] = now.list.items[i];
	for (size_t i = 0; i < count; i++)
		if (doers[i] && !is_among(team, team_count, doers[i]))
			team[team_count++] = value_record(doers[i]);
	field.value.list.count = team_count;
	return p->team && team_count > before ? edit_follow_up(edit, &request, &result, error) : OK;
}

static enum status lay_out(const struct task_template *p, struct edit *edit, struct error *error)
{
	struct plan plan;
	int64_t *doers;
	bool *made;
	enum status status = read_plan(p, edit, &plan, error);

	if (status)
		return status;
	made = arena_many(edit_arena(edit), bool, plan.count + 1);
	doers = arena_many(edit_arena(edit), int64_t, plan.count + 1);
	for (size_t i = 0; i < plan.count && !status; i++) {
		status = is_wanted(edit, &plan, &plan.tasks[i], &made[i], error);
		if (!status && made[i])
			status = make_task(p, edit, &plan.tasks[i], !comes_later(&plan, made, &plan.tasks[i]),
					   &doers[i], error);
	}
	return status ? status : join(p, edit, doers, plan.count, error);
}

/* --- going on --- */

static enum status move_task(struct edit *edit, const struct record *task, const struct transition *transition,
			     struct error *error)
{
	struct edit_request request = {.record = task->identity, .transition = transition, .via = VIA_JOB};
	struct edit_result result;

	return edit_follow_up(edit, &request, &result, error);
}

static bool leads_on(const struct transition *transition, const struct state *state)
{
	for (size_t i = 0; transition && i < transition->from_count; i++)
		if (transition->from[i] == state)
			return true;
	return transition && !transition->from_count && transition->to != state;
}

static enum status open_next(const struct task_template *p, struct edit *edit, const struct laid_out *laid,
			     struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < laid->count && !status; i++)
		if (is_of(p, laid->tasks[i]) && leads_on(p->open, laid->tasks[i]->state) &&
		    !waits(p, laid, record_text_of(laid->tasks[i], "after")))
			status = move_task(edit, laid->tasks[i], p->open, error);
	return status;
}

static enum status drop_rest(const struct task_template *p, struct edit *edit, const struct laid_out *laid,
			     struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < laid->count && !status; i++)
		if (leads_on(p->drop, laid->tasks[i]->state))
			status = move_task(edit, laid->tasks[i], p->drop, error);
	return status;
}

static enum status finish(const struct task_template *p, struct edit *edit, struct error *error)
{
	struct field_input *fields = arena_many(edit_arena(edit), struct field_input, p->set.count + 1);
	struct edit_request request = {
	    .record = edit_after(edit)->identity, .transition = p->then, .fields = fields, .via = VIA_JOB};
	struct edit_result result;
	enum status status = assignments_make(edit, &p->set, fields, &request.field_count, error);

	return status ? status : edit_follow_up(edit, &request, &result, error);
}

static bool laid_out_already(const struct task_template *p, const struct laid_out *laid)
{
	for (size_t i = 0; i < laid->count; i++)
		if (is_of(p, laid->tasks[i]))
			return true;
	return false;
}

static enum status go_on(const struct task_template *p, struct edit *edit, struct error *error)
{
	struct laid_out laid;
	bool held = false;
	enum status status = edit_held(edit, p->when, &held, error);

	if (status || (held && !edit_request_of(edit)->reconsider) || (status = find_tasks(p, edit, &laid, error)))
		return status;
	if (!held)
		return laid_out_already(p, &laid) ? OK : lay_out(p, edit, error);
	if (!laid_out_already(p, &laid))
		return OK;
	if (all_finished(p, &laid))
		return leads_on(p->then, edit_after(edit)->state) ? finish(p, edit, error) : OK;
	return open_next(p, edit, &laid, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct task_template *p = call->parameters;
	const struct state *is = edit_after(edit)->state, *was = edit_before(edit) ? edit_before(edit)->state : NULL;
	struct laid_out laid;
	bool holds;
	enum status status;

	if (p->drop && is != was && is && is->phase == PHASE_DONE)
		return (status = find_tasks(p, edit, &laid, error)) ? status : drop_rest(p, edit, &laid, error);
	status = edit_holds(edit, p->when, &holds, error);
	return status || !holds ? status : go_on(p, edit, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct task_template *p = call->parameters;
	struct laid_out laid;
	bool concerned = edit_takes(edit, p->before, p->before_count);
	enum status status;

	if (!concerned || (status = find_tasks(p, edit, &laid, error)))
		return concerned ? status : OK;
	for (size_t i = 0; i < laid.count; i++) {
		char number[NUMBER_TEXT];

		if (!is_finished(p, laid.tasks[i]))
			return error_fail(error, E_CONFLICT, "state", "tasks", N_("This is still to be done: %s"),
					  kernel_number(edit_kernel(edit), laid.tasks[i]->identity, number));
	}
	return OK;
}

const struct behaviour behaviour_task_template = {
    .name = "task_template", .load = load, .check = check, .after = after};

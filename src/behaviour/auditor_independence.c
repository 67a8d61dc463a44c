/* auditor_independence: whoever judges has no part in what is judged: nobody audits their own work (4.5.4.2-s3).
 *
 * Parameters: people: person fields and links to people: those who judge; processes: a choice field, or a column of
 * rows ("covers.process"), whose codes name processes of the model: whoever holds a role of one has a part in it, but
 * for the roles in `may`; of: references, links fields, and links by their names at this type's end, to what is judged:
 * whoever a person field of one names, or has made it, has a part in it; on, when: steps at which, and a condition
 * under which, it matters (default: whenever one of all these changes).
 *
 * What is not asked for is not looked at: leave out `of` or `processes`. */
#include "behaviour/behaviours.h"

#include "record/actor.h"
#include "record/rows.h"

struct independence {
	const struct field **people;
	size_t people_count;
	const struct field *processes, *column; /* column: of rows */
	struct who *may;
	size_t may_count;
	struct str *of;
	size_t of_count;
	const struct transition **on;
	size_t on_count;
	const struct query *when;
};

/* --- parameters --- */

static enum status load_processes(struct behaviour_loading *loading, struct independence *p, struct error *error)
{
	struct str text, name;
	enum status status = load_text(loading, "processes", false, &text, error);

	if (status || !text.n)
		return status;
	name = text;
	if (str_cut(&text, '.', &name) && text.n) {
		p->processes = type_field(loading->type, name);
		p->column = p->processes ? rows_column(p->processes, text) : NULL;
		if (p->column && p->column->kind == FIELD_CHOICE)
			return OK;
	} else {
		p->processes = type_field(loading->type, name);
		if (p->processes && p->processes->kind == FIELD_CHOICE)
			return OK;
	}
	return load_fail(loading, "processes", N_("The field must be a choice"), NULL, error);
}

static enum status load_of(struct behaviour_loading *loading, struct independence *p, struct error *error)
{
	const struct node *list = load_node(loading, "of");

	if (!list)
		return OK;
	if (list->kind != NODE_SEQUENCE)
		return load_fail(loading, "of", N_("\"%s\" must be a list of names"), "of", error);
	p->of = arena_many(loading->arena, struct str, list->count + 1);
	for (size_t i = 0; i < list->count; i++) {
		struct str name = list->items[i]->text;
		const struct field *field = type_field(loading->type, name);

		if (!(field && (field->value == VALUE_RECORD || field->kind == FIELD_LINKS)) &&
		    !map_get(&loading->type->query->links, name))
			return load_fail(loading, "of", N_("There is no field \"%s\""), str_c(loading->arena, name),
					 error);
		p->of[p->of_count++] = name;
	}
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"people", "processes", "may", "of", "on", "when", NULL};
	struct independence *p = arena_one(loading->arena, struct independence);
	const struct type *person = loading->model->acting[ACTS_PERSON];
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_fields(loading, "people", &p->people, &p->people_count, error)) ||
	    (status = load_processes(loading, p, error)) ||
	    (status = load_who(loading, "may", false, &p->may, &p->may_count, error)) ||
	    (status = load_of(loading, p, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)))
		return status;
	for (size_t i = 0; i < p->people_count; i++)
		if (p->people[i]->to != person)
			return load_fail(loading, "people", N_("\"%s\" leads to no person"),
					 str_c(loading->arena, p->people[i]->name), error);
	if (!p->people_count || (!p->processes && !p->of_count))
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), p->people_count ? "of" : "people",
				 error);
	return OK;
}

/* --- who has a part in it --- */

static bool is_let(const struct independence *p, const struct role *role)
{
	for (size_t i = 0; i < p->may_count; i++)
		if (p->may[i].kind == WHO_ROLE && p->may[i].role == role)
			return true;
	return false;
}

static bool is_judged(const struct independence *p, struct edit *edit, struct str process)
{
	struct value value = edit_value(edit, p->processes);
	struct str *codes;
	size_t count;

	if (!p->column)
		return value.kind == VALUE_CHOICE && str_eq(value.text, process);
	codes = rows_texts(edit_arena(edit), value, p->column->name, &count);
	for (size_t i = 0; i < count; i++)
		if (str_eq(codes[i], process))
			return true;
	return false;
}

/* The role by which somebody has a part in a process that is judged; NULL: none. */
static enum status role_in_it(const struct independence *p, struct edit *edit, int64_t person, const struct role **role,
			      struct error *error)
{
	const struct model *model = edit_kernel(edit)->model;
	const struct actor *actor;
	struct error none;
	enum status status;

	*role = NULL;
	if (!p->processes || value_is_empty(edit_value(edit, p->processes)))
		return OK;
	error_clear(&none);
	status = actor_of_person_on(edit_kernel(edit), edit_connection(edit), edit_arena(edit), person, &actor, &none);
	if (status == E_NOT_FOUND) /* not active */
		return OK;
	if (status) {
		*error = none;
		return status;
	}
	for (size_t i = 0; i < model->role_count && !*role; i++)
		if (actor_has_role(actor, model->roles[i]) && !is_let(p, model->roles[i]) &&
		    is_judged(p, edit, model->roles[i]->process->name))
			*role = model->roles[i];
	return OK;
}

static bool names(const struct record *record, int64_t person)
{
	for (size_t i = 0; i < record->type->field_count; i++) {
		struct value value = record->values[i];

		if (record->type->fields[i]->kind == FIELD_PERSON && value.kind == VALUE_RECORD &&
		    value.number == person)
			return true;
	}
	return record->created_by == person;
}

static enum status ends_of(struct edit *edit, struct str name, const int64_t **ends, size_t *count, struct error *error)
{
	const struct type *type = edit_after(edit)->type;
	const struct field *field = type_field(type, name);
	struct value value;
	int64_t *found;

	*count = 0;
	if (!field)
		return edit_ends(edit, map_get(&type->query->links, name), ends, count, error);
	value = edit_value(edit, field);
	found = arena_many(edit_arena(edit), int64_t, (value.kind == VALUE_LIST ? value.list.count : 1) + 1);
	if (value.kind == VALUE_RECORD)
		found[(*count)++] = value.number;
	for (size_t i = 0; value.kind == VALUE_LIST && i < value.list.count; i++)
		found[(*count)++] = value.list.items[i].number;
	*ends = found;
	return OK;
}

/* The record that is judged and names them; NULL: none does. */
static enum status record_of_theirs(const struct independence *p, struct edit *edit, int64_t person,
				    const struct record **theirs, struct error *error)
{
	enum status status = OK;

	*theirs = NULL;
	for (size_t i = 0; i < p->of_count && !status && !*theirs; i++) {
		const int64_t *ends = NULL;
		size_t count;

		status = ends_of(edit, p->of[i], &ends, &count, error);
		for (size_t k = 0; !status && k < count && !*theirs; k++) {
			struct record *record;

			status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), ends[k], false,
					     &record, error);
			if (!status && record && names(record, person))
				*theirs = record;
		}
	}
	return status;
}

/* --- refusing --- */

static enum status judge(const struct independence *p, struct edit *edit, const struct field *field, int64_t person,
			 struct error *error)
{
	const struct role *role;
	const struct record *theirs;
	enum status status = role_in_it(p, edit, person, &role, error);

	if (status)
		return status;
	if (role)
		return error_fail_at(error, E_INVALID, field->name, "auditor_independence",
				     N_("Nobody judges their own work; their role there: %s"),
				     str_c(edit_arena(edit), label_in(&role->label, edit_actor(edit)->language)));
	if ((status = record_of_theirs(p, edit, person, &theirs, error)) || !theirs)
		return status;
	return error_fail_at(
	    error, E_INVALID, field->name, "auditor_independence",
	    N_("Nobody judges their own work; they have a part in %s"),
	    kernel_number(edit_kernel(edit), theirs->identity, arena_alloc(edit_arena(edit), NUMBER_TEXT)));
}

static bool link_changes(const struct independence *p, const struct edit *edit)
{
	const struct type *type = edit_after(edit)->type;
	bool changes = false;

	for (size_t i = 0; i < p->of_count && !changes; i++) {
		const struct field *field = type_field(type, p->of[i]);
		int64_t *ends;
		size_t count = 0;

		if (field)
			changes = edit_changes(edit, field);
		else
			edit_changed_ends(edit, map_get(&type->query->links, p->of[i]), &ends, &count);
		changes = changes || count;
	}
	return changes;
}

static bool matters(const struct independence *p, const struct edit *edit)
{
	bool changes = edit_is_new(edit) || (p->processes && edit_changes(edit, p->processes)) ||
		       edit_takes(edit, p->on, p->on_count);

	for (size_t i = 0; i < p->people_count; i++)
		changes = changes || edit_changes(edit, p->people[i]);
	return changes || link_changes(p, edit);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct independence *p = call->parameters;
	bool holds = true;
	enum status status = OK, failed;

	if (!matters(p, edit) || (p->when && ((status = edit_holds(edit, p->when, &holds, error)) || !holds)))
		return status;
	for (size_t i = 0; i < p->people_count; i++) {
		struct value people = edit_value(edit, p->people[i]);

		if (people.kind == VALUE_RECORD && (failed = judge(p, edit, p->people[i], people.number, error)))
			status = failed;
		for (size_t k = 0; people.kind == VALUE_LIST && k < people.list.count; k++)
			if ((failed = judge(p, edit, p->people[i], people.list.items[k].number, error)))
				status = failed;
	}
	return status;
}

const struct behaviour behaviour_auditor_independence = {.name = "auditor_independence", .load = load, .check = check};

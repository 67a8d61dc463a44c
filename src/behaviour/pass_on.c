/* pass_on: what a record says goes up into the record that it refers to, which so shows how things stand: the newest
 * measurement of an objective.
 *
 * Parameters: to: the reference; fields: {FIELD OF THAT RECORD: FIELD OF THIS ONE}; latest: one of the former, a date
 * or a time: what is older than it stands there already is not passed on; when: a condition (default: always). It goes
 * up when the record is made and whenever one of these fields changes. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"

struct passed {
	const struct field *from, *into;
};

struct pass_on {
	const struct field *to;
	struct passed *fields;
	size_t count;
	const struct passed *latest; /* NULL: every one */
	const struct query *when;
};

static enum status load_passed(struct behaviour_loading *loading, struct pass_on *p, struct error *error)
{
	const struct node *map = load_node(loading, "fields");

	if (!map || map->kind != NODE_MAPPING || !map->count)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "fields", error);
	p->fields = arena_many(loading->arena, struct passed, map->count);
	for (size_t i = 0; i < map->count; i++) {
		struct passed *one = &p->fields[p->count++];

		one->into = type_field(p->to->to, map->keys[i]);
		one->from = type_field(loading->type, map->items[i]->text);
		if (!one->into || !one->from)
			return load_fail(loading, "fields", N_("There is no field \"%s\""),
					 str_c(loading->arena, one->into ? map->items[i]->text : map->keys[i]), error);
		if (one->into->value != one->from->value || one->into->to != one->from->to ||
		    one->into->choices != one->from->choices || one->into->kind == FIELD_ROWS)
			return load_fail(loading, "fields", N_("What is given to \"%s\" does not fit that field"),
					 str_c(loading->arena, one->into->name), error);
	}
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"to", "fields", "latest", "when", NULL};
	struct pass_on *p = arena_one(loading->arena, struct pass_on);
	struct str latest;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_field(loading, "to", true, &p->to, error)))
		return status;
	if (p->to->kind != FIELD_REFERENCE)
		return load_fail(loading, "to", N_("The field must be a reference"), NULL, error);
	if ((status = load_passed(loading, p, error)) ||
	    (status = load_text(loading, "latest", false, &latest, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)) || !latest.n)
		return status;
	for (size_t i = 0; i < p->count; i++)
		if (str_eq(p->fields[i].into->name, latest) &&
		    (p->fields[i].into->value == VALUE_DATE || p->fields[i].into->value == VALUE_TIME))
			p->latest = &p->fields[i];
	return p->latest ? OK
			 : load_fail(loading, "latest", N_("\"%s\" is no date or time among the fields"),
				     str_c(loading->arena, latest), error);
}

static bool is_changed(const struct pass_on *p, const struct edit *edit)
{
	bool changed = edit_changes(edit, p->to);

	for (size_t i = 0; i < p->count; i++)
		changed = changed || edit_changes(edit, p->fields[i].from);
	return changed;
}

static bool is_older(const struct pass_on *p, const struct edit *edit, const struct record *above)
{
	struct value there, here;

	if (!p->latest)
		return false;
	there = record_value(above, p->latest->into);
	here = edit_value(edit, p->latest->from);
	return !value_is_empty(there) && (value_is_empty(here) || here.number < there.number);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct pass_on *p = call->parameters;
	struct value to = edit_value(edit, p->to);
	struct field_input *fields = arena_many(edit_arena(edit), struct field_input, p->count);
	struct edit_request request = {.record = to.number, .fields = fields, .field_count = p->count, .via = VIA_JOB};
	struct edit_result result;
	struct record *above;
	bool holds = true;
	enum status status = OK;

	if (to.kind != VALUE_RECORD || !is_changed(p, edit) ||
	    (p->when && (status = edit_holds(edit, p->when, &holds, error))) || !holds)
		return status;
	status =
	    record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), to.number, false, &above, error);
	if (status || !above || is_older(p, edit, above))
		return status;
	for (size_t i = 0; i < p->count; i++)
		fields[i] = (struct field_input){p->fields[i].into, edit_value(edit, p->fields[i].from)};
	return edit_follow_up(edit, &request, &result, error);
}

const struct behaviour behaviour_pass_on = {.name = "pass_on", .load = load, .after = after};

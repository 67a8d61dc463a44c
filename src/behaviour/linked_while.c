/* linked_while: while a condition holds of this record, two others that it names are linked: who is assigned a role
 * holds it, who has proven a skill has it.
 *
 * Parameters: of: a reference; field: a links field of the type that it names; to: a reference to what is linked there;
 * when: the condition. The link is there from when it holds, and ends when it holds no more, unless another record of
 * this type holds it. */
#include "behaviour/behaviours.h"

#include "record/read.h"

struct linked_while {
	const struct field *of, *field, *to;
	const struct query *when;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"of", "field", "to", "when", NULL};
	struct linked_while *p = arena_one(loading->arena, struct linked_while);
	struct str name;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_field(loading, "of", true, &p->of, error)) ||
	    (status = load_field(loading, "to", true, &p->to, error)) ||
	    (status = load_expression(loading, "when", true, &p->when, error)) ||
	    (status = load_text(loading, "field", true, &name, error)))
		return status;
	if (p->of->value != VALUE_RECORD || !p->of->to || p->to->value != VALUE_RECORD)
		return load_fail(loading, "of", N_("The field must refer to one record"), NULL, error);
	p->field = type_field(p->of->to, name);
	return p->field && p->field->kind == FIELD_LINKS && p->field->to == p->to->to
		   ? OK
		   : load_fail(loading, "field", N_("There is no field \"%s\""), str_c(loading->arena, name), error);
}

struct pair {
	int64_t of, to; /* 0: nothing is linked */
};

static struct pair pair_of(const struct linked_while *p, const struct record *record)
{
	struct value of = record_value(record, p->of), to = record_value(record, p->to);

	return of.kind == VALUE_RECORD && to.kind == VALUE_RECORD ? (struct pair){of.number, to.number}
								  : (struct pair){0};
}

static enum status write_links(const struct linked_while *p, struct edit *edit, struct pair pair, bool linked,
			       struct error *error)
{
	struct value *items;
	size_t count = 0;
	struct field_input input = {.field = p->field};
	struct edit_request request = {
	    .record = pair.of, .fields = &input, .field_count = 1, .via = VIA_JOB, .on_behalf = edit_who(edit)};
	struct edit_result result;
	struct record *record;
	struct value is;
	bool there = false;
	enum status status =
	    record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), pair.of, true, &record, error);

	if (status || !record)
		return status;
	is = record_value(record, p->field);
	items = arena_many(edit_arena(edit), struct value, (is.kind == VALUE_LIST ? is.list.count : 0) + 1);
	for (size_t i = 0; is.kind == VALUE_LIST && i < is.list.count; i++) {
		there = there || is.list.items[i].number == pair.to;
		if (is.list.items[i].number != pair.to)
			items[count++] = is.list.items[i];
	}
	if (there == linked)
		return OK;
	if (linked)
		items[count++] = value_record(pair.to);
	input.value = (struct value){.kind = VALUE_LIST, .list = {.items = items, .count = count}};
	return edit_follow_up(edit, &request, &result, error);
}

/* Whether a record other than this one holds the link. */
static enum status held_by_others(const struct linked_while *p, struct edit *edit, struct pair pair, int64_t *others,
				  struct error *error)
{
	const struct type *type = edit_after(edit)->type;
	char of[NUMBER_TEXT], to[NUMBER_TEXT], self[NUMBER_TEXT];
	struct kernel *kernel = edit_kernel(edit);
	const struct query *query;
	struct str text =
	    str_format(edit_arena(edit), "%.*s = %s and %.*s = %s and number != %s and (%.*s)", STR_ARG(p->of->name),
		       kernel_number(kernel, pair.of, of), STR_ARG(p->to->name), kernel_number(kernel, pair.to, to),
		       kernel_number(kernel, edit_after(edit)->identity, self), STR_ARG(p->when->source));
	enum status status = query_parse(edit_arena(edit), type->query, text, &query, error);

	return status ? status
		      : read_count(kernel, edit_connection(edit), edit_arena(edit), actor_system(), type, query,
				   edit_now(edit), others, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct linked_while *p = call->parameters;
	struct pair is = {0}, was = {0};
	bool holds, held = false;
	int64_t others = 0;
	enum status status = edit_holds(edit, p->when, &holds, error);

	if (!status && edit_before(edit))
		status = edit_held(edit, p->when, &held, error);
	if (status)
		return status;
	if (holds)
		is = pair_of(p, edit_after(edit));
	if (held)
		was = pair_of(p, edit_before(edit));
	if (is.of == was.of && is.to == was.to)
		return OK;
	if (was.of && (status = held_by_others(p, edit, was, &others, error)))
		return status;
	if (was.of && !others && (status = write_links(p, edit, was, false, error)))
		return status;
	return is.of ? write_links(p, edit, is, true, error) : OK;
}

const struct behaviour behaviour_linked_while = {.name = "linked_while", .load = load, .after = after};

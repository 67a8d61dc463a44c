/* unique_together: no two records have the same values in all of these fields (one vote for each person and article).
 *
 * Parameters: fields: references, persons and choices. Records in which one of them is empty are free, or with
 * `empty: true` alike where both are empty. when: a condition: records of which it does not hold are free. */
#include "behaviour/behaviours.h"

#include "record/read.h"

struct unique_together {
	const struct field **fields;
	size_t count;
	bool empty;
	const struct query *when;
};

static bool is_comparable(const struct field *field)
{
	return field->value == VALUE_RECORD || field->value == VALUE_CHOICE;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"fields", "empty", "when", NULL};
	struct unique_together *p = arena_one(loading->arena, struct unique_together);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_fields(loading, "fields", &p->fields, &p->count, error)) ||
	    (status = load_flag(loading, "empty", &p->empty, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)))
		return status;
	for (size_t i = 0; i < p->count; i++)
		if (!is_comparable(p->fields[i]))
			return load_fail(loading, "fields", N_("The fields must be references or choices"), NULL,
					 error);
	return p->count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "fields", error);
}

/* "article = ART-1 and reader = PER-2 and number != AFB-3"; empty when a field is. */
static struct str same_values(const struct unique_together *p, struct edit *edit)
{
	struct buf text = buf_new(edit_arena(edit));
	char number[NUMBER_TEXT];

	for (size_t i = 0; i < p->count; i++) {
		struct value value = edit_value(edit, p->fields[i]);

		if (value_is_empty(value) && !p->empty)
			return (struct str){0};
		buf_format(&text, "%s%.*s %s ", i ? " and " : "", STR_ARG(p->fields[i]->name),
			   value_is_empty(value) ? "is empty" : "=");
		if (value_is_empty(value))
			continue;
		if (value.kind == VALUE_RECORD)
			buf_add_c(&text, kernel_number(edit_kernel(edit), value.number, number));
		else
			buf_add(&text, value.text);
	}
	if (edit_before(edit))
		buf_format(&text, " and number != %s",
			   kernel_number(edit_kernel(edit), edit_before(edit)->identity, number));
	if (p->when)
		buf_format(&text, " and (%.*s)", STR_ARG(p->when->source));
	return buf_str(&text);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct unique_together *p = call->parameters;
	const struct type *type = edit_after(edit)->type;
	struct str text = same_values(p, edit);
	const struct query *same;
	bool changed = p->when && edit_transition(edit), holds = true;
	int64_t count;
	enum status status;

	for (size_t i = 0; i < p->count; i++)
		changed = changed || edit_changes(edit, p->fields[i]);
	if (!text.n || !changed)
		return OK;
	if (p->when && ((status = edit_holds(edit, p->when, &holds, error)) || !holds))
		return status;
	if ((status = query_parse(edit_arena(edit), type->query, text, &same, error)) ||
	    (status = read_count(edit_kernel(edit), edit_connection(edit), edit_arena(edit), actor_system(), type, same,
				 edit_now(edit), &count, error)))
		return status;
	return count ? error_fail_at(error, E_CONFLICT, p->fields[0]->name, "unique",
				     N_("There is such a record already; change that one"))
		     : OK;
}

const struct behaviour behaviour_unique_together = {.name = "unique_together", .load = load, .check = check};

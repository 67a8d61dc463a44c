/* change_control: what is under change management changes only under an approved change that names it (4.5.2.4-s10,
 * 4.3.2-d). Any type may be put under it; `strict` says how strictly.
 *
 * Parameters: by: the link, by its name at this end, to the changes that name the record; of: a reference, whose record
 * is under control in place of this one (versions): `by` is then a link of that; fields: that change only so; on: steps
 * that are taken only so; when: the condition under which the record is under control, of the record as it stood
 * (default: always); where: which changes count, as those that are approved and not done yet; into: a reference to the
 * change, which is filled by itself and stays as evidence.
 *
 * A new record changes nothing yet, and what the program itself writes into fields is not judged; a step is, also when
 * the last of several approvals takes it. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"
#include "record/read.h"

struct control {
	const struct field *of, *into;
	const struct query_link *by;
	const struct field **fields;
	size_t field_count;
	const struct transition **on;
	size_t on_count;
	const struct query *when, *where;
};

/* --- parameters --- */

static enum status load_by(struct behaviour_loading *loading, struct control *p, const struct type *type,
			   struct error *error)
{
	struct str name;
	enum status status = load_text(loading, "by", true, &name, error);

	if (status)
		return status;
	p->by = map_get(&type->query->links, name);
	return p->by ? OK : load_fail(loading, "by", N_("There is no link \"%s\""), str_c(loading->arena, name), error);
}

static enum status load_what(struct behaviour_loading *loading, struct control *p, struct error *error)
{
	enum status status;

	if ((status = load_fields(loading, "fields", &p->fields, &p->field_count, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)))
		return status;
	return p->field_count || p->on_count
		   ? OK
		   : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "fields", error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"by", "of", "fields", "on", "when", "where", "into", NULL};
	struct control *p = arena_one(loading->arena, struct control);
	const struct type *type;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_field(loading, "of", false, &p->of, error)) ||
	    (status = load_what(loading, p, error)))
		return status;
	if (p->of && (!p->of->to || p->of->value != VALUE_RECORD))
		return load_fail(loading, "of", N_("The field must be a reference"), NULL, error);
	type = p->of ? p->of->to : loading->type;
	if ((status = load_by(loading, p, type, error)) ||
	    (status = load_expression_of(loading, "when", type, &p->when, error)) ||
	    (status = load_expression_of(loading, "where", p->by->to->owner, &p->where, error)) ||
	    (status = load_field(loading, "into", false, &p->into, error)))
		return status;
	return !p->into || p->into->to == p->by->to->owner
		   ? OK
		   : load_fail(loading, "into", N_("The field must be a reference"), NULL, error);
}

/* --- what is under control --- */

static const struct field *touched(const struct control *p, const struct edit *edit)
{
	for (size_t i = 0; i < p->field_count; i++)
		if (edit_changes(edit, p->fields[i]))
			return p->fields[i];
	return NULL;
}

static bool concerns(const struct control *p, const struct edit *edit)
{
	return !edit_is_new(edit) &&
	       (edit_takes(edit, p->on, p->on_count) || (!edit_actor(edit)->is_system && touched(p, edit)));
}

/* NULL: nothing is under control. */
static enum status controlled(const struct control *p, struct edit *edit, const struct record **record,
			      struct error *error)
{
	struct value of = p->of ? edit_value(edit, p->of) : (struct value){0};
	struct record *other = NULL;
	bool holds = true;
	enum status status = OK;

	*record = NULL;
	if (p->of && of.kind == VALUE_RECORD)
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), of.number, true,
				     &other, error);
	if (status || (p->of && !other))
		return status;
	if (p->when && other)
		status = read_holds(edit_kernel(edit), edit_connection(edit), edit_arena(edit), actor_system(), other,
				    p->when, edit_now(edit), &holds, error);
	else if (p->when)
		status = edit_held(edit, p->when, &holds, error);
	if (!status && holds)
		*record = other ? other : edit_after(edit);
	return status;
}

/* The newest change that names the record and counts; the one that `into` names, when it does. 0: there is none. */
static enum status find_change(const struct control *p, struct edit *edit, const struct record *record, int64_t *change,
			       struct error *error)
{
	struct value chosen = p->into ? edit_value(edit, p->into) : (struct value){0};
	const int64_t *ends;
	int64_t *found;
	size_t count;
	enum status status;

	*change = 0;
	if (record == edit_after(edit)) {
		status = edit_ends(edit, p->by, &ends, &count, error);
	} else {
		status = lookup_ends(edit_connection(edit), edit_arena(edit), p->by->kind, record->identity,
				     p->by->backwards, &found, &count, error);
		ends = found;
	}
	for (size_t i = count; !status && !*change && i-- > 0;) {
		bool counts;

		if (chosen.kind == VALUE_RECORD && chosen.number != ends[i])
			continue;
		if (!(status = edit_could_take(edit, ends[i], NULL, p->where, &counts, error)) && counts)
			*change = ends[i];
	}
	return status;
}

/* --- */

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct control *p = call->parameters;
	const struct record *record;
	int64_t change;
	enum status status;

	if (!p->into || !concerns(p, edit) || edit_overrides(edit, p->into))
		return OK;
	if (!p->of && (status = edit_set(edit, p->into, (struct value){0}, error)))
		return status; /* the one of the last time */
	if ((status = controlled(p, edit, &record, error)) || !record ||
	    (status = find_change(p, edit, record, &change, error)) || !change)
		return status;
	return edit_set(edit, p->into, value_record(change), error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct control *p = call->parameters;
	const struct field *field;
	const struct record *record;
	int64_t change;
	enum status status;

	if (!concerns(p, edit))
		return OK;
	if ((status = controlled(p, edit, &record, error)) || !record ||
	    (status = find_change(p, edit, record, &change, error)) || change)
		return status;
	field = touched(p, edit);
	if (!field)
		field = p->into;
	return error_fail_at(
	    error, E_CONFLICT, field ? field->name : S("state"), "change_control",
	    N_("This changes only under an approved change that names it: have one approved, and link it"));
}

const struct behaviour behaviour_change_control = {
    .name = "change_control", .load = load, .derive = derive, .check = check};

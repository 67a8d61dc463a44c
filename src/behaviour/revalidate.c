/* revalidate: whoever answers for what hangs on a record looks at it again when that record changes: the objectives
 * that a requirement feeds, the requirements that come of a business objective (4.1.1.1-g).
 *
 * Parameters: when_changed: fields of this record, and on: its transitions, either of which is enough; only_if: and
 * only where this holds; through: what hangs on it: a link by its name at this end, or TYPE.FIELD, a reference that
 * leads here; where: an expression on those; make: the type of checks, with a text field title (and perhaps title_ja);
 * as: its reference to what is to be looked at; because: its reference to this record (may be left out); owner: its
 * person field, and of: the path on what is to be looked at that says who that is (the name of `owner`, unless given);
 * set: what else it says (record/assign.h), by this record.
 *
 * A check comes once: while one of something is open there is no second, however often and whatever changes. What is
 * done needs none. */
#include "behaviour/behaviours.h"

#include "record/assign.h"
#include "record/lookup.h"
#include "record/path.h"
#include "record/read.h"

struct revalidate {
	const struct field **when_changed;
	size_t changed_count;
	const struct transition **on;
	size_t on_count;
	const struct query *only_if, *where;
	const struct query_link *link; /* or: */
	const struct field *referring; /* of the type that hangs on this one */
	const struct type *dependant, *make;
	const struct field *title, *title_ja, *as, *because, *owner;
	struct path of;
	struct assignments assignments;
};

/* --- parameters --- */

static enum status load_through(struct behaviour_loading *loading, struct revalidate *p, struct error *error)
{
	struct str name;
	const struct type *type;
	size_t dot;
	enum status status = load_text(loading, "through", true, &name, error);

	if (status)
		return status;
	if (!str_find_char(name, '.', &dot)) {
		status = load_link(loading, "through", &p->link, error);
		p->dependant = status ? NULL : p->link->to->owner;
		return status;
	}
	type = model_type(loading->model, str_sub(name, 0, dot));
	p->referring = type ? type_field(type, str_sub(name, dot + 1, name.n)) : NULL;
	p->dependant = type;
	return p->referring && p->referring->value == VALUE_RECORD && p->referring->to == loading->type
		   ? OK
		   : load_fail(loading, "through", N_("There is no reference \"%s\""), str_c(loading->arena, name),
			       error);
}

static enum status load_owner(struct behaviour_loading *loading, struct revalidate *p, struct error *error)
{
	struct str owner, of;
	enum status status;

	if ((status = load_text(loading, "owner", true, &owner, error)) ||
	    (status = load_text(loading, "of", false, &of, error)))
		return status;
	p->owner = type_field(p->make, owner);
	of = of.n ? of : owner;
	return p->owner && p->owner->kind == FIELD_PERSON && path_read(loading->arena, p->dependant, of, &p->of) &&
		       path_end(&p->of)->kind == FIELD_PERSON
		   ? OK
		   : load_fail(loading, "owner", N_("\"%s\" leads to no person"), str_c(loading->arena, of), error);
}

static enum status load_made(struct behaviour_loading *loading, struct revalidate *p, struct error *error)
{
	enum status status = load_type(loading, "make", true, &p->make, error);

	if (status)
		return status;
	p->title = type_field(p->make, S("title"));
	p->title_ja = type_field(p->make, S("title_ja"));
	if (!p->title)
		return load_fail(loading, "make", N_("There is no field \"%s\""), "title", error);
	if ((status = load_reference(loading, "as", p->make, p->dependant, &p->as, error)) ||
	    (load_node(loading, "because") &&
	     (status = load_reference(loading, "because", p->make, loading->type, &p->because, error))) ||
	    (status = load_owner(loading, p, error)))
		return status;
	return load_assignments(loading, p->make, &p->assignments, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"when_changed", "on",      "only_if", "through", "where", "make",
					   "as",           "because", "owner",   "of",      "set",   NULL};
	struct revalidate *p = arena_one(loading->arena, struct revalidate);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_fields(loading, "when_changed", &p->when_changed, &p->changed_count, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_expression(loading, "only_if", false, &p->only_if, error)) ||
	    (status = load_through(loading, p, error)) ||
	    (status = load_expression_of(loading, "where", p->dependant, &p->where, error)))
		return status;
	if (!p->changed_count && !p->on_count)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "when_changed", error);
	return load_made(loading, p, error);
}

/* --- when --- */

static bool is_changed(const struct revalidate *p, const struct edit *edit)
{
	if (edit_takes(edit, p->on, p->on_count))
		return true;
	for (size_t i = 0; !edit_is_new(edit) && i < p->changed_count; i++)
		if (edit_changes(edit, p->when_changed[i]))
			return true;
	return false;
}

static enum status what_hangs_on(const struct revalidate *p, struct edit *edit, int64_t **records, size_t *count,
				 struct error *error)
{
	int64_t self = edit_after(edit)->identity;

	return p->link ? lookup_ends(edit_connection(edit), edit_arena(edit), p->link->kind, self, p->link->backwards,
				     records, count, error)
		       : lookup_dependants(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->referring,
					   self, records, count, error);
}

/* --- the checks --- */

static enum status needs_check(const struct revalidate *p, struct edit *edit, const struct record *record, bool *needs,
			       struct error *error)
{
	int64_t *open;
	size_t count = 0;
	enum status status;

	*needs = false;
	if (record->state && record->state->phase == PHASE_DONE)
		return OK;
	if ((status = edit_could_take(edit, record->identity, NULL, p->where, needs, error)) || !*needs)
		return status;
	status = lookup_dependants(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->as, record->identity,
				   &open, &count, error);
	*needs = !count;
	return status;
}

static enum status open_check(const struct revalidate *p, struct edit *edit, const struct record *record,
			      struct error *error)
{
	struct field_input *fields = arena_many(edit_arena(edit), struct field_input, p->assignments.count + 5);
	struct edit_request request = {.type = p->make, .fields = fields, .via = VIA_JOB};
	struct edit_result result;
	struct value owner;
	enum status status = assignments_make(edit, &p->assignments, fields, &request.field_count, error);

	if (status || (status = path_value(edit_kernel(edit), edit_connection(edit), edit_arena(edit), record, &p->of,
					   &owner, error)))
		return status;
	fields[request.field_count++] = (struct field_input){p->title, value_text(read_headline(record, ENGLISH))};
	if (p->title_ja)
		fields[request.field_count++] =
		    (struct field_input){p->title_ja, value_text(read_headline(record, JAPANESE))};
	fields[request.field_count++] = (struct field_input){p->as, value_record(record->identity)};
	if (p->because)
		fields[request.field_count++] =
		    (struct field_input){p->because, value_record(edit_after(edit)->identity)};
	if (owner.kind == VALUE_RECORD)
		fields[request.field_count++] = (struct field_input){p->owner, owner};
	return edit_follow_up(edit, &request, &result, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct revalidate *p = call->parameters;
	int64_t *records;
	size_t count;
	bool holds = true;
	enum status status = OK;

	if (!is_changed(p, edit) || (p->only_if && (status = edit_holds(edit, p->only_if, &holds, error))) || !holds)
		return status;
	status = what_hangs_on(p, edit, &records, &count, error);
	for (size_t i = 0; !status && i < count; i++) {
		struct record *record;
		bool needs = false;

		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), records[i], false,
				     &record, error);
		if (status || !record || (status = needs_check(p, edit, record, &needs, error)) || !needs)
			continue;
		status = open_check(p, edit, record, error);
	}
	return status;
}

const struct behaviour behaviour_revalidate = {.name = "revalidate", .load = load, .after = after};

/* gaps: what a record lacks, of what those that it belongs to require, stands in records of its own: the skills that a
 * person's roles and groups need and the person does not have (A.10-8).
 *
 * Parameters: of: links fields, to types that each have a links field requires; has: this record's links field, to the
 * same type; make: the type of gaps, with a text field title; as, what: its references to this record and to what is
 * lacking; close: its transition when that is lacking no more.
 *
 * There is one open gap for each thing, however many require it. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"
#include "record/read.h"

struct gaps {
	const struct field **of, **needs; /* of each: what it requires */
	size_t of_count;
	const struct field *has, *as, *what;
	const struct type *make;
	const struct transition *close;
};

struct identities {
	VEC(int64_t) list;
};

/* --- parameters --- */

static enum status load_needs(struct behaviour_loading *loading, struct gaps *p, struct error *error)
{
	struct str name;
	enum status status;

	if ((status = load_fields(loading, "of", &p->of, &p->of_count, error)) ||
	    (status = load_text(loading, "requires", true, &name, error)))
		return status;
	p->needs = arena_many(loading->arena, const struct field *, p->of_count + 1);
	for (size_t i = 0; i < p->of_count; i++) {
		p->needs[i] = p->of[i]->kind == FIELD_LINKS ? type_field(p->of[i]->to, name) : NULL;
		if (!p->needs[i] || p->needs[i]->kind != FIELD_LINKS || p->needs[i]->to != p->has->to)
			return load_fail(loading, "requires", N_("There is no field \"%s\""),
					 str_c(loading->arena, name), error);
	}
	return p->of_count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "of", error);
}

static enum status load_made(struct behaviour_loading *loading, struct gaps *p, struct error *error)
{
	enum status status = load_type(loading, "make", true, &p->make, error);

	if (status)
		return status;
	if (!type_field(p->make, S("title")))
		return load_fail(loading, "make", N_("There is no field \"%s\""), "title", error);
	if ((status = load_reference(loading, "as", p->make, loading->type, &p->as, error)) ||
	    (status = load_reference(loading, "what", p->make, p->has->to, &p->what, error)))
		return status;
	return load_transition(loading, "close", true, p->make, &p->close, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"of", "requires", "has", "make", "as", "what", "close", NULL};
	struct gaps *p = arena_one(loading->arena, struct gaps);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_field(loading, "has", true, &p->has, error)) ||
	    (status = load_needs(loading, p, error)))
		return status;
	return load_made(loading, p, error);
}

/* --- what is lacking --- */

static bool is_in(const struct identities *set, int64_t identity)
{
	for (size_t i = 0; i < set->list.count; i++)
		if (set->list.items[i] == identity)
			return true;
	return false;
}

static bool is_listed(struct value list, int64_t identity)
{
	for (size_t i = 0; list.kind == VALUE_LIST && i < list.list.count; i++)
		if (list.list.items[i].number == identity)
			return true;
	return false;
}

static enum status add_lacking(const struct gaps *p, struct edit *edit, size_t which, int64_t of,
			       struct identities *lacking, struct error *error)
{
	struct value has = edit_value(edit, p->has), required;
	struct record *record;
	enum status status =
	    record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), of, true, &record, error);

	if (status || !record)
		return status;
	required = record_value(record, p->needs[which]);
	for (size_t i = 0; required.kind == VALUE_LIST && i < required.list.count; i++) {
		int64_t one = required.list.items[i].number;

		if (!is_listed(has, one) && !is_in(lacking, one))
			vec_push(edit_arena(edit), &lacking->list, one);
	}
	return OK;
}

static enum status find_lacking(const struct gaps *p, struct edit *edit, struct identities *lacking,
				struct error *error)
{
	enum status status = OK;

	*lacking = (struct identities){0};
	for (size_t i = 0; i < p->of_count && !status; i++) {
		struct value of = edit_value(edit, p->of[i]);

		for (size_t k = 0; of.kind == VALUE_LIST && k < of.list.count && !status; k++)
			status = add_lacking(p, edit, i, of.list.items[k].number, lacking, error);
	}
	return status;
}

/* --- the gaps --- */

static enum status open_gap(const struct gaps *p, struct edit *edit, int64_t what, struct error *error)
{
	struct field_input fields[3] = {{p->as, value_record(edit_after(edit)->identity)},
					{p->what, value_record(what)}};
	struct edit_request request = {.type = p->make, .fields = fields, .field_count = 3, .via = VIA_JOB};
	struct edit_result result;
	struct record *record;
	struct str whose = read_headline(edit_after(edit), ENGLISH), lacks;
	enum status status =
	    record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), what, false, &record, error);

	if (status || !record)
		return status;
	lacks = read_headline(record, ENGLISH);
	fields[2] = (struct field_input){
	    type_field(p->make, S("title")),
	    value_text(str_format(edit_arena(edit), "%.*s: %.*s", STR_ARG(whose), STR_ARG(lacks)))};
	return edit_follow_up(edit, &request, &result, error);
}

static enum status close_gap(const struct gaps *p, struct edit *edit, int64_t gap, struct error *error)
{
	struct edit_request request = {.record = gap, .transition = p->close, .via = VIA_JOB};
	struct edit_result result;

	return edit_follow_up(edit, &request, &result, error);
}

/* Closes what is lacking no more; what has its gap already is noted in `known`. */
static enum status go_through(const struct gaps *p, struct edit *edit, const struct identities *lacking,
			      struct identities *known, struct error *error)
{
	int64_t *gaps;
	size_t count;
	enum status status = lookup_dependants(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->as,
					       edit_after(edit)->identity, &gaps, &count, error);

	for (size_t i = 0; !status && i < count; i++) {
		struct record *gap;
		struct value what;

		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), gaps[i], false, &gap,
				     error);
		if (status || !gap)
			continue;
		what = record_value(gap, p->what);
		if (what.kind == VALUE_RECORD && is_in(lacking, what.number))
			vec_push(edit_arena(edit), &known->list, what.number);
		else
			status = close_gap(p, edit, gaps[i], error);
	}
	return status;
}

static bool matters(const struct gaps *p, const struct edit *edit)
{
	bool changes = edit_request_of(edit)->reconsider || edit_changes(edit, p->has);

	for (size_t i = 0; i < p->of_count; i++)
		changes = changes || edit_changes(edit, p->of[i]);
	return changes;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct gaps *p = call->parameters;
	struct identities lacking, known = {0};
	enum status status;

	if (!matters(p, edit))
		return OK;
	if ((status = find_lacking(p, edit, &lacking, error)) ||
	    (status = go_through(p, edit, &lacking, &known, error)))
		return status;
	for (size_t i = 0; i < lacking.list.count && !status; i++)
		if (!is_in(&known, lacking.list.items[i]))
			status = open_gap(p, edit, lacking.list.items[i], error);
	return status;
}

const struct behaviour behaviour_gaps = {.name = "gaps", .load = load, .after = after};

/* traceability: before a step a record must lead to records of other types, however many steps away: a requirement to
 * its source and to what meets it, a plan to a business objective, a procedure by its process to the policy
 * (4.1.1.2-s2).
 *
 * Parameters: on: the steps; when: and only where this holds; to: a list {type: where it must lead, of several to one
 * of them; by: names of references, and of links by their names at either end, that are followed from one record to the
 * next wherever a type has them; where: an expression on what is reached (default: any); at: the field whose fault it
 * is when nothing is reached; says: {en, ja}, in place of the general sentence}. Which records lead nowhere shows a
 * figure over the same links. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"

enum { LOOKED_AT = 1000 };

struct trace {
	const struct type **types; /* one of them is to be reached */
	size_t type_count;
	struct str *by;
	size_t by_count;
	const struct query *where;
	const struct field *at;
	struct label says;
};

struct traceability {
	const struct transition **on;
	size_t on_count;
	const struct query *when;
	struct trace *traces;
	size_t trace_count;
};

struct identities {
	VEC(int64_t) list;
};

/* --- parameters --- */

static const struct type *leads_to(const struct type *type, struct str name)
{
	const struct field *field = type_field(type, name);
	const struct query_link *link = map_get(&type->query->links, name);

	if (field && field->value == VALUE_RECORD)
		return field->to;
	return link ? link->to->owner : NULL;
}

/* Every type that the names lead to from this one. */
static bool is_within_reach(struct behaviour_loading *loading, const struct trace *trace, const struct type *type)
{
	VEC(const struct type *) types = {0};

	vec_push(loading->arena, &types, loading->type);
	for (size_t i = 0; i < types.count; i++)
		for (size_t k = 0; k < trace->by_count; k++) {
			const struct type *next = leads_to(types.items[i], trace->by[k]);
			bool known = !next;

			for (size_t n = 0; n < types.count; n++)
				known = known || types.items[n] == next;
			if (next == type)
				return true;
			if (!known)
				vec_push(loading->arena, &types, next);
		}
	return false;
}

static enum status load_by(struct behaviour_loading *part, struct trace *trace, struct error *error)
{
	const struct node *list = load_node(part, "by");

	if (!list || list->kind != NODE_SEQUENCE)
		return load_fail(part, list ? "by" : NULL, N_("\"%s\" must be a list of names"), "by", error);
	trace->by = arena_many(part->arena, struct str, list->count + 1);
	for (size_t i = 0; i < list->count; i++)
		trace->by[trace->by_count++] = list->items[i]->text;
	for (size_t i = 0; i < trace->type_count; i++)
		if (!is_within_reach(part, trace, trace->types[i]))
			return load_fail(part, "by", N_("These names lead to no record of the type \"%s\""),
					 str_c(part->arena, trace->types[i]->name), error);
	return OK;
}

static enum status load_types(struct behaviour_loading *part, struct trace *trace, struct error *error)
{
	const struct node *list = load_node(part, "type");

	if (!list || list->kind != NODE_SEQUENCE) {
		trace->types = arena_many(part->arena, const struct type *, 1);
		trace->type_count = 1;
		return load_type(part, "type", true, &trace->types[0], error);
	}
	trace->types = arena_many(part->arena, const struct type *, list->count + 1);
	for (size_t i = 0; i < list->count; i++) {
		trace->types[i] = model_type(part->model, list->items[i]->text);
		if (!trace->types[i])
			return load_fail(part, "type", N_("There is no record type \"%s\""),
					 str_c(part->arena, list->items[i]->text), error);
		trace->type_count++;
	}
	return trace->type_count ? OK : load_fail(part, "type", N_("\"%s\" must be a list of names"), "type", error);
}

static enum status load_trace(struct behaviour_loading *part, struct trace *trace, struct error *error)
{
	static const char *const keys[] = {"type", "by", "where", "at", "says", NULL};
	enum status status;

	if ((status = load_keys(part, keys, error)) || (status = load_types(part, trace, error)) ||
	    (status = load_by(part, trace, error)) ||
	    (status = load_expression_of(part, "where", trace->types[0], &trace->where, error)) ||
	    (status = load_field(part, "at", true, &trace->at, error)))
		return status;
	if (trace->where && trace->type_count > 1)
		return load_fail(part, "where", N_("A condition can be on records of one type only"), NULL, error);
	return load_label(part, "says", false, &trace->says, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on", "when", "to", NULL};
	struct traceability *p = arena_one(loading->arena, struct traceability);
	struct behaviour_loading *parts;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_expression(loading, "when", false, &p->when, error)) ||
	    (status = load_parts(loading, "to", &parts, &p->trace_count, error)))
		return status;
	p->traces = arena_many(loading->arena, struct trace, p->trace_count + 1);
	for (size_t i = 0; i < p->trace_count && !status; i++)
		status = load_trace(&parts[i], &p->traces[i], error);
	return status || p->on_count ? status : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "on", error);
}

/* --- following --- */

static void add(struct edit *edit, struct identities *seen, int64_t identity)
{
	for (size_t i = 0; i < seen->list.count; i++)
		if (seen->list.items[i] == identity)
			return;
	vec_push(edit_arena(edit), &seen->list, identity);
}

/* The record itself as it will be, the others as they stand. */
static enum status follow(struct edit *edit, const struct record *record, struct str name, struct identities *seen,
			  struct error *error)
{
	const struct field *field = type_field(record->type, name);
	const struct query_link *link = map_get(&record->type->query->links, name);
	const int64_t *ends = NULL;
	int64_t *found;
	size_t count = 0;
	enum status status = OK;

	if (field && field->value == VALUE_RECORD) {
		struct value value = record_value(record, field);

		if (value.kind == VALUE_RECORD)
			add(edit, seen, value.number);
		return OK;
	}
	if (link && record == edit_after(edit))
		status = edit_ends(edit, link, &ends, &count, error);
	else if (link) {
		status = lookup_ends(edit_connection(edit), edit_arena(edit), link->kind, record->identity,
				     link->backwards, &found, &count, error);
		ends = found;
	}
	for (size_t i = 0; !status && i < count; i++)
		add(edit, seen, ends[i]);
	return status;
}

static enum status is_there(const struct trace *trace, struct edit *edit, const struct record *record, bool *is,
			    struct error *error)
{
	*is = false;
	for (size_t i = 0; i < trace->type_count; i++)
		*is = *is || (record->type == trace->types[i] && record != edit_after(edit));
	return *is && trace->where ? edit_could_take(edit, record->identity, NULL, trace->where, is, error) : OK;
}

static enum status reaches(const struct trace *trace, struct edit *edit, bool *there, struct error *error)
{
	struct identities seen = {0};
	const struct record *record = edit_after(edit);
	enum status status = OK;

	*there = false;
	for (size_t i = 0; i <= seen.list.count && i < LOOKED_AT && !status && !*there; i++) {
		struct record *next;

		if (i) {
			status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit),
					     seen.list.items[i - 1], false, &next, error);
			record = next;
		}
		if (status || !record || (status = is_there(trace, edit, record, there, error)))
			continue;
		for (size_t k = 0; k < trace->by_count && !status && !*there; k++)
			status = follow(edit, record, trace->by[k], &seen, error);
	}
	return status;
}

/* --- refusing --- */

static enum status refuse(const struct trace *trace, struct edit *edit, struct error *error)
{
	enum language language = edit_actor(edit)->language;
	struct buf names = buf_new(edit_arena(edit));

	if (trace->says.text[ENGLISH].n)
		return error_fail_at(error, E_INVALID, trace->at->name, "traceability", "%s",
				     str_c(edit_arena(edit), label_in(&trace->says, language)));
	for (size_t i = 0; i < trace->type_count; i++) {
		buf_add_c(&names, i ? " / " : "");
		buf_add(&names, label_in(&trace->types[i]->label, language));
	}
	return error_fail_at(error, E_INVALID, trace->at->name, "traceability", N_("This has to lead to: %s"),
			     str_c(edit_arena(edit), buf_str(&names)));
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct traceability *p = call->parameters;
	bool holds = true, refused = false;
	enum status status = OK;

	if (!edit_takes(edit, p->on, p->on_count) || (p->when && (status = edit_holds(edit, p->when, &holds, error))) ||
	    !holds)
		return status;
	for (size_t i = 0; i < p->trace_count && !status; i++) {
		bool there;

		if (!(status = reaches(&p->traces[i], edit, &there, error)) && !there) {
			(void)refuse(&p->traces[i], edit, error);
			refused = true;
		}
	}
	return status ? status : refused ? E_INVALID : OK;
}

const struct behaviour behaviour_traceability = {.name = "traceability", .load = load, .check = check};

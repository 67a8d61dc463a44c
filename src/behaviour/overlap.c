/* overlap: records of one type that want the same at the same time: initiatives that change one process, people who are
 * given more work than there are hours (4.1.1.5-s3, -s4).
 *
 * Parameters: same: references, persons and choices, of which any that is not empty and equal makes two records
 * compete; from, to: dates, both of which it needs; among: which others count; on: the steps that are refused; unless:
 * a condition under which they may be taken all the same; at: the field whose fault it is; says: {en, ja}.
 * Without sum, one other is too many. sum: a whole number, of which all that compete together may on no day be more
 * than `most`; into: an internal whole number that says how much it is on the worst day.
 *
 * Looked at are LOOKED_AT others at most. */
#include "behaviour/behaviours.h"

#include "record/read.h"

enum { LOOKED_AT = 200 };

struct overlap {
	const struct transition **on;
	size_t on_count;
	const struct field **same, *from, *to, *sum, *into, *at;
	size_t same_count;
	const struct query *among, *unless;
	int64_t most;
	struct label says;
};

/* --- parameters --- */

static enum status load_sum(struct behaviour_loading *loading, struct overlap *p, struct error *error)
{
	struct str most = {0};
	enum status status;

	if ((status = load_field(loading, "sum", false, &p->sum, error)) ||
	    (status = load_field(loading, "into", false, &p->into, error)) ||
	    (status = load_text(loading, "most", p->sum != NULL, &most, error)))
		return status;
	if (most.n && !str_int64(most, &p->most))
		return load_fail(loading, "most", N_("\"%s\" must be a whole number"), "most", error);
	if ((p->sum && p->sum->value != VALUE_INTEGER) || (p->into && p->into->value != VALUE_INTEGER))
		return load_fail(loading, p->sum ? "sum" : "into", N_("The field must be a whole number"), NULL, error);
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on", "same", "from", "to",   "among", "unless",
					   "at", "says", "sum",  "most", "into",  NULL};
	struct overlap *p = arena_one(loading->arena, struct overlap);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_fields(loading, "same", &p->same, &p->same_count, error)) ||
	    (status = load_field(loading, "from", true, &p->from, error)) ||
	    (status = load_field(loading, "to", true, &p->to, error)) ||
	    (status = load_expression(loading, "among", false, &p->among, error)) ||
	    (status = load_expression(loading, "unless", false, &p->unless, error)) ||
	    (status = load_field(loading, "at", false, &p->at, error)) ||
	    (status = load_label(loading, "says", true, &p->says, error)) || (status = load_sum(loading, p, error)))
		return status;
	if (p->from->value != VALUE_DATE || p->to->value != VALUE_DATE)
		return load_fail(loading, "from", N_("The field must be a date"), NULL, error);
	for (size_t i = 0; i < p->same_count; i++)
		if (p->same[i]->value != VALUE_RECORD && p->same[i]->value != VALUE_CHOICE)
			return load_fail(loading, "same", N_("The fields must be references or choices"), NULL, error);
	return p->same_count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "same", error);
}

/* --- what competes --- */

/* "person = PER-2 or process = change"; empty when there is nothing to compete for. */
static struct str shared(const struct overlap *p, struct edit *edit)
{
	struct buf text = buf_new(edit_arena(edit));
	char number[NUMBER_TEXT];

	for (size_t i = 0; i < p->same_count; i++) {
		struct value value = edit_value(edit, p->same[i]);

		if (value_is_empty(value))
			continue;
		buf_format(&text, "%s%.*s = ", text.n ? " or " : "", STR_ARG(p->same[i]->name));
		if (value.kind == VALUE_RECORD)
			buf_add_c(&text, kernel_number(edit_kernel(edit), value.number, number));
		else
			buf_add(&text, value.text);
	}
	return buf_str(&text);
}

static enum status find(const struct overlap *p, struct edit *edit, struct str same, struct list_result *found,
			struct error *error)
{
	const struct type *type = edit_after(edit)->type;
	struct list_request request = {
	    .type = type, .limit = p->sum ? LOOKED_AT : 1, .as_of = INSTANT_NONE, .now = edit_now(edit)};
	struct buf text = buf_new(edit_arena(edit));
	char first[TIME_TEXT], last[TIME_TEXT], number[NUMBER_TEXT];
	enum status status;

	buf_format(&text, "(%.*s) and %.*s <= %s and %.*s >= %s", STR_ARG(same), STR_ARG(p->from->name),
		   day_format((int32_t)edit_value(edit, p->to).number, last), STR_ARG(p->to->name),
		   day_format((int32_t)edit_value(edit, p->from).number, first));
	if (p->among)
		buf_format(&text, " and (%.*s)", STR_ARG(p->among->source));
	if (edit_before(edit))
		buf_format(&text, " and number != %s",
			   kernel_number(edit_kernel(edit), edit_before(edit)->identity, number));
	status = query_parse(edit_arena(edit), type->query, buf_str(&text), &request.filter, error);
	return status ? status
		      : read_list(edit_kernel(edit), edit_connection(edit), edit_arena(edit), actor_system(), &request,
				  found, error);
}

/* What all want together on one day, this record with them. */
static int64_t wanted_on(const struct overlap *p, struct edit *edit, const struct list_result *found, int64_t day)
{
	int64_t all = edit_value(edit, p->sum).number;

	for (size_t i = 0; i < found->count; i++) {
		const struct record *other = found->records[i];

		if (record_value(other, p->from).number <= day && record_value(other, p->to).number >= day)
			all += record_value(other, p->sum).number;
	}
	return all;
}

/* The most is wanted on a day on which somebody begins. */
static int64_t worst_day(const struct overlap *p, struct edit *edit, const struct list_result *found)
{
	int64_t first = edit_value(edit, p->from).number, worst = wanted_on(p, edit, found, first);

	for (size_t i = 0; i < found->count; i++) {
		int64_t begins = record_value(found->records[i], p->from).number;
		int64_t wanted = begins > first ? wanted_on(p, edit, found, begins) : 0;

		worst = wanted > worst ? wanted : worst;
	}
	return worst;
}

/* How much is wanted, or how many others there are; nothing while it is not known when or for what. */
static enum status measure(const struct overlap *p, struct edit *edit, struct value *much, struct error *error)
{
	struct str same = shared(p, edit);
	struct list_result found = {0};
	enum status status;

	*much = (struct value){0};
	if (!same.n || value_is_empty(edit_value(edit, p->from)) || value_is_empty(edit_value(edit, p->to)))
		return OK;
	if ((status = find(p, edit, same, &found, error)))
		return status;
	*much = value_integer(p->sum ? worst_day(p, edit, &found) : (int64_t)found.count);
	return OK;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct overlap *p = call->parameters;
	struct value much;
	enum status status;

	if (!p->into)
		return OK;
	status = measure(p, edit, &much, error);
	return status ? status : edit_set(edit, p->into, much, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct overlap *p = call->parameters;
	struct value much;
	bool holds = false;
	enum status status;

	if (!edit_takes(edit, p->on, p->on_count))
		return OK;
	if (p->unless && ((status = edit_holds(edit, p->unless, &holds, error)) || holds))
		return status;
	if ((status = measure(p, edit, &much, error)) || value_is_empty(much) || much.number <= (p->sum ? p->most : 0))
		return status;
	return error_fail_at(error, E_CONFLICT, p->at ? p->at->name : S("state"), "overlap", "%s",
			     str_c(edit_arena(edit), label_in(&p->says, edit_actor(edit)->language)));
}

const struct behaviour behaviour_overlap = {.name = "overlap", .load = load, .derive = derive, .check = check};

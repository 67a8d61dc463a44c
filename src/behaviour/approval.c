/* approval: others decide whether a record goes on, each in a record of their own, and nobody on what is their own.
 *
 * Parameters: state: in which decisions are waited for; make: the type of a decision; as: its reference to this record;
 * approver: its person field; ask: a list {when, whom}: of the first whose condition holds, whom is a path to a person,
 * a group or a role; otherwise: roles, and person and group fields, who are asked when nobody else may be; never:
 * person fields whose people are not asked (nor is whoever made the record); all_when: every one must agree (else the
 * first decision counts); yes, no: states of a decision; approved, rejected: transitions of this record; withdraw: the
 * transition of a decision that is no longer needed.
 *
 * Entering the state asks, leaving it withdraws. Whoever is asked by hand besides can refuse, and is
 * waited for, but cannot agree in the place of those who must be asked. A decision has the field title and perhaps
 * title_ja. Decisions bring this record to look again (reconsider). */
#include "behaviour/behaviours.h"

#include "record/lookup.h"
#include "record/path.h"
#include "record/people.h"

struct asking {
	const struct query *when;
	struct path whom;
};

struct approval {
	const struct state *state, *yes, *no;
	const struct type *make;
	const struct field *as, *approver, **never;
	size_t never_count;
	struct asking *ask;
	size_t ask_count;
	struct who *otherwise;
	size_t otherwise_count;
	const struct query *all_when; /* NULL: one is enough */
	const struct transition *approved, *rejected, *withdraw;
};

/* --- parameters --- */

static enum status load_state(struct behaviour_loading *loading, const char *key, const struct type *type,
			      const struct state **state, struct error *error)
{
	struct str name;
	enum status status = load_text(loading, key, true, &name, error);

	if (status)
		return status;
	*state = type_state(type, name);
	return *state ? OK
		      : load_fail(loading, key, N_("There is no state \"%s\""), str_c(loading->arena, name), error);
}

static enum status load_decision(struct behaviour_loading *loading, struct approval *p, struct error *error)
{
	struct str approver;
	enum status status;

	if ((status = load_type(loading, "make", true, &p->make, error)) ||
	    (status = load_text(loading, "approver", true, &approver, error)))
		return status;
	if (!type_field(p->make, S("title")))
		return load_fail(loading, "make", N_("There is no field \"%s\""), "title", error);
	p->approver = type_field(p->make, approver);
	if (!p->approver || p->approver->kind != FIELD_PERSON)
		return load_fail(loading, "approver", N_("There is no reference \"%s\""),
				 str_c(loading->arena, approver), error);
	if ((status = load_reference(loading, "as", p->make, loading->type, &p->as, error)) ||
	    (status = load_state(loading, "yes", p->make, &p->yes, error)) ||
	    (status = load_state(loading, "no", p->make, &p->no, error)))
		return status;
	return load_transition(loading, "withdraw", true, p->make, &p->withdraw, error);
}

static bool read_asking(struct behaviour_loading *loading, const struct node *node, struct asking *asking)
{
	const struct node *when = node_get(node, "when"), *whom = node_get(node, "whom");
	struct error fault;
	enum acts_as as;

	error_clear(&fault);
	if (!when || !whom || query_parse(loading->arena, loading->type->query, when->text, &asking->when, &fault) ||
	    !path_read(loading->arena, loading->type, whom->text, &asking->whom) || !path_end(&asking->whom)->to)
		return false;
	as = path_end(&asking->whom)->to->acts_as;
	return as == ACTS_PERSON || as == ACTS_GROUP || as == ACTS_ROLE;
}

static enum status load_asking(struct behaviour_loading *loading, struct approval *p, struct error *error)
{
	const struct node *list = load_node(loading, "ask");

	if (!list || list->kind != NODE_SEQUENCE)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "ask", error);
	p->ask = arena_many(loading->arena, struct asking, list->count + 1);
	for (size_t i = 0; i < list->count; i++)
		if (!read_asking(loading, list->items[i], &p->ask[p->ask_count++]))
			return load_fail(loading, "ask",
					 N_("\"ask\" holds {when: CONDITION, whom: PATH to a person, group or role}"),
					 NULL, error);
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"state", "make", "as",       "approver", "ask",      "otherwise", "never",
					   "yes",   "no",   "all_when", "approved", "rejected", "withdraw",  NULL};
	struct approval *p = arena_one(loading->arena, struct approval);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_state(loading, "state", loading->type, &p->state, error)) ||
	    (status = load_decision(loading, p, error)) || (status = load_asking(loading, p, error)) ||
	    (status = load_who(loading, "otherwise", true, &p->otherwise, &p->otherwise_count, error)) ||
	    (status = load_fields(loading, "never", &p->never, &p->never_count, error)) ||
	    (status = load_expression(loading, "all_when", false, &p->all_when, error)) ||
	    (status = load_transition(loading, "approved", true, loading->type, &p->approved, error)))
		return status;
	return load_transition(loading, "rejected", true, loading->type, &p->rejected, error);
}

/* --- whom to ask --- */

struct people {
	int64_t *items;
	size_t count;
};

static bool is_own(const struct approval *p, const struct edit *edit, int64_t person)
{
	for (size_t i = 0; i < p->never_count; i++) {
		struct value value = edit_value(edit, p->never[i]);

		if (value.kind == VALUE_RECORD && value.number == person)
			return true;
	}
	return edit_after(edit)->created_by == person;
}

static void leave_out_own(const struct approval *p, const struct edit *edit, struct people *people)
{
	size_t kept = 0;

	for (size_t i = 0; i < people->count; i++)
		if (!is_own(p, edit, people->items[i]))
			people->items[kept++] = people->items[i];
	people->count = kept;
}

static enum status named_people(const struct approval *p, struct edit *edit, struct people *people, struct error *error)
{
	bool holds = false;
	struct value whom;
	enum status status = OK;

	for (size_t i = 0; i < p->ask_count && !holds; i++) {
		if ((status = edit_holds(edit, p->ask[i].when, &holds, error)))
			return status;
		if (!holds)
			continue;
		status = path_value(edit_kernel(edit), edit_connection(edit), edit_arena(edit), edit_after(edit),
				    &p->ask[i].whom, &whom, error);
		if (!status && whom.kind == VALUE_RECORD)
			status = people_of_record(edit_kernel(edit), edit_connection(edit), edit_arena(edit),
						  whom.number, &people->items, &people->count, error);
	}
	leave_out_own(p, edit, people);
	return status;
}

static enum status whom_to_ask(const struct approval *p, struct edit *edit, struct people *people, struct error *error)
{
	enum status status = named_people(p, edit, people, error);

	if (status || people->count)
		return status;
	status = people_meant(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->otherwise,
			      p->otherwise_count, edit_after(edit), &people->items, &people->count, error);
	leave_out_own(p, edit, people);
	if (status || people->count)
		return status;
	return error_fail(error, E_CONFLICT, "state", "approver",
			  N_("There is nobody who could approve this: everybody named is among those who ask for it"));
}

/* --- asking --- */

static struct value headline(const struct edit *edit, const struct field *field)
{
	return field ? edit_value(edit, field) : (struct value){0};
}

static enum status ask(const struct approval *p, struct edit *edit, int64_t person, struct error *error)
{
	const struct type *type = edit_after(edit)->type;
	const struct field *title_ja = type_field(p->make, S("title_ja"));
	struct field_input fields[4] = {
	    {p->as, value_record(edit_after(edit)->identity)},
	    {p->approver, value_record(person)},
	    {type_field(p->make, S("title")), headline(edit, type->headline)},
	    {title_ja, headline(edit, type->headline_ja)},
	};
	struct edit_request request = {
	    .type = p->make, .fields = fields, .field_count = title_ja ? 4 : 3, .via = VIA_JOB};
	struct edit_result result;

	return edit_follow_up(edit, &request, &result, error);
}

static enum status ask_all(const struct approval *p, struct edit *edit, struct error *error)
{
	static const char message[] = N_("Your approval is asked for");
	struct people people = {0};
	enum status status = whom_to_ask(p, edit, &people, error);

	for (size_t i = 0; i < people.count && !status; i++)
		status = ask(p, edit, people.items[i], error);
	if (status)
		return status;
	struct edit_note note = {.kind = S("approval"),
				 .says = {.text = {S(""), S("")}},
				 .people = people.items,
				 .people_count = people.count};
	for (int language = 0; language < LANGUAGES; language++)
		note.says.text[language] = str_of(tr((enum language)language, message));
	return edit_notify(edit, &note, error);
}

/* --- deciding --- */

struct tally {
	size_t asked, yes; /* by this rule; others are asked by hand */
	size_t no, by_hand;
	int64_t *open;
	size_t open_count;
};

static void count_decision(const struct approval *p, const struct record *decision, struct tally *tally)
{
	bool open = decision->state == p->make->initial, by_hand = decision->created_by != 0;

	if (open)
		tally->open[tally->open_count++] = decision->identity;
	tally->no += decision->state == p->no;
	tally->by_hand += open && by_hand;
	tally->yes += !by_hand && decision->state == p->yes;
	tally->asked += !by_hand && (open || decision->state == p->yes || decision->state == p->no);
}

static enum status count_decisions(const struct approval *p, struct edit *edit, struct tally *tally,
				   struct error *error)
{
	int64_t *records;
	size_t count;
	enum status status = lookup_referring(edit_connection(edit), edit_arena(edit), p->as,
					      edit_after(edit)->identity, true, &records, &count, error);

	*tally = (struct tally){.open = arena_many(edit_arena(edit), int64_t, count + 1)};
	for (size_t i = 0; i < count && !status; i++) {
		struct record *decision;

		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), records[i], false,
				     &decision, error);
		if (!status)
			count_decision(p, decision, tally);
	}
	return status;
}

static enum status withdraw_open(const struct approval *p, struct edit *edit, struct error *error)
{
	struct tally tally;
	enum status status = count_decisions(p, edit, &tally, error);

	for (size_t i = 0; i < tally.open_count && !status; i++) {
		struct edit_request request = {.record = tally.open[i], .transition = p->withdraw, .via = VIA_JOB};
		struct edit_result result;

		status = edit_follow_up(edit, &request, &result, error);
	}
	return status;
}

static enum status decide(const struct approval *p, struct edit *edit, struct error *error)
{
	struct edit_request request = {.record = edit_after(edit)->identity, .via = VIA_JOB};
	struct edit_result result;
	struct tally tally;
	bool all = false;
	enum status status = count_decisions(p, edit, &tally, error);

	if (status || (p->all_when && (status = edit_holds(edit, p->all_when, &all, error))))
		return status;
	if (tally.no)
		request.transition = p->rejected;
	else if (tally.yes && !tally.by_hand && (!all || tally.yes == tally.asked))
		request.transition = p->approved;
	return request.transition ? edit_follow_up(edit, &request, &result, error) : OK;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct approval *p = call->parameters;
	const struct state *is = edit_after(edit)->state, *was = edit_before(edit) ? edit_before(edit)->state : NULL;

	if (is == p->state && was != is)
		return ask_all(p, edit, error);
	if (was == p->state && is != was)
		return withdraw_open(p, edit, error);
	return is == p->state && edit_request_of(edit)->reconsider ? decide(p, edit, error) : OK;
}

const struct behaviour behaviour_approval = {.name = "approval", .load = load, .after = after};

/* acknowledgement: whoever a record concerns confirms to have read it, each in a record of their own (4.1.2.1-s11).
 *
 * Parameters: on: transitions, each of which asks everybody anew; when: the condition under which it is asked at all;
 * to: roles, persons, groups, and links to them; customers: links to customers whose people are asked; make: the type
 * of an acknowledgement, whose first state waits for the answer; as, person: its references to this record and to
 * whoever is asked; current: its yes or no field that tells whether the last asking is meant; due: its date or time,
 * and within: how long they have; withdraw: its transition for what is needed no more; set, copy: what else it says
 * (record/assign.h).
 *
 * What was confirmed stays, as evidence, and is current until everybody is asked again; what is open is withdrawn then.
 * Once a day it is looked who has joined the audience and who has left it; whoever is asked by hand besides is not
 * looked for there. */
#include "behaviour/behaviours.h"

#include "record/assign.h"
#include "record/lookup.h"
#include "record/people.h"

static const struct str timer = {"audience", 8};

struct acknowledgement {
	const struct transition **on, *withdraw;
	size_t on_count;
	const struct query *when;
	struct addressee *to;
	size_t to_count;
	const struct field *customers, *as, *person, *current, *due;
	const struct type *make;
	struct duration within;
	struct assignments assignments;
};

struct asked { /* who is, and what stands */
	int64_t *people;
	size_t count;
};

/* --- parameters --- */

static enum status load_made(struct behaviour_loading *loading, struct acknowledgement *p, struct error *error)
{
	enum status status;

	if ((status = load_type(loading, "make", true, &p->make, error)) ||
	    (status = load_reference(loading, "as", p->make, loading->type, &p->as, error)) ||
	    (status = load_field_of(loading, "person", p->make, &p->person, error)) ||
	    (status = load_field_of(loading, "current", p->make, &p->current, error)) ||
	    (status = load_field_of(loading, "due", p->make, &p->due, error)) ||
	    (status = load_duration(loading, "within", true, &p->within, error)) ||
	    (status = load_transition(loading, "withdraw", true, p->make, &p->withdraw, error)))
		return status;
	if (p->person->kind != FIELD_PERSON)
		return load_fail(loading, "person", N_("The field must be a person"), NULL, error);
	if (p->current->kind != FIELD_BOOLEAN)
		return load_fail(loading, "current", N_("The field must be yes or no"), NULL, error);
	if (p->due->value != VALUE_DATE && p->due->value != VALUE_TIME)
		return load_fail(loading, "due", N_("The field must be a date"), NULL, error);
	return load_assignments(loading, p->make, &p->assignments, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on",      "when", "to",     "customers", "make", "as",   "person",
					   "current", "due",  "within", "withdraw",  "set",  "copy", NULL};
	struct acknowledgement *p = arena_one(loading->arena, struct acknowledgement);
	const struct type *customer = loading->model->acting[ACTS_CUSTOMER];
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_expression(loading, "when", true, &p->when, error)) ||
	    (status = load_addressees(loading, "to", &p->to, &p->to_count, error)) ||
	    (status = load_field(loading, "customers", false, &p->customers, error)) ||
	    (status = load_made(loading, p, error)))
		return status;
	if (p->customers && (p->customers->kind != FIELD_LINKS || p->customers->to != customer))
		return load_fail(loading, "customers", N_("The field must link to customers"), NULL, error);
	if (!p->on_count)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "on", error);
	return p->to_count || p->customers ? OK
					   : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "to", error);
}

/* --- who --- */

static bool is_among(const int64_t *items, size_t count, int64_t one)
{
	for (size_t i = 0; i < count; i++)
		if (items[i] == one)
			return true;
	return false;
}

static enum status add_people_of(struct edit *edit, int64_t customer, struct asked *asked, struct error *error)
{
	const struct type *person = edit_kernel(edit)->model->acting[ACTS_PERSON];
	const struct field *field = person ? type_field(person, S("customer")) : NULL;
	int64_t *people, *all;
	size_t count;
	enum status status;

	if (!field)
		return OK;
	if ((status = lookup_referring(edit_connection(edit), edit_arena(edit), field, customer, true, &people, &count,
				       error)))
		return status;
	all = arena_many(edit_arena(edit), int64_t, asked->count + count + 1);
	for (size_t i = 0; i < asked->count; i++)
		all[i] = asked->people[i];
	asked->people = all;
	for (size_t i = 0; i < count && !status; i++) {
		struct record *one;

		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), people[i], false, &one,
				     error);
		if (!status && one && record_is_set(one, "active") && !is_among(all, asked->count, people[i]))
			all[asked->count++] = people[i];
	}
	return status;
}

static enum status find_people(const struct acknowledgement *p, struct edit *edit, struct asked *asked,
			       struct error *error)
{
	enum status status = people_addressed(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->to,
					      p->to_count, edit_after(edit), &asked->people, &asked->count, error);
	struct value customers = p->customers ? edit_value(edit, p->customers) : (struct value){0};

	for (size_t i = 0; customers.kind == VALUE_LIST && i < customers.list.count && !status; i++)
		status = add_people_of(edit, customers.list.items[i].number, asked, error);
	return status;
}

/* --- asking --- */

static enum status ask(const struct acknowledgement *p, struct edit *edit, int64_t person, struct error *error)
{
	struct field_input *fields = arena_many(edit_arena(edit), struct field_input, p->assignments.count + 4);
	instant due = edit_now(edit) + duration_ms(p->within);
	struct edit_request request = {.type = p->make, .fields = fields, .via = VIA_JOB};
	struct edit_result result;
	enum status status = assignments_make(edit, &p->assignments, fields, &request.field_count, error);

	if (status)
		return status;
	fields[request.field_count++] = (struct field_input){p->as, value_record(edit_after(edit)->identity)};
	fields[request.field_count++] = (struct field_input){p->person, value_record(person)};
	fields[request.field_count++] = (struct field_input){p->current, value_boolean(true)};
	fields[request.field_count++] = (struct field_input){p->due, lookup_dated(p->due, due)};
	return edit_follow_up(edit, &request, &result, error);
}

static enum status retire(const struct acknowledgement *p, struct edit *edit, const struct record *one,
			  struct error *error)
{
	struct field_input field = {p->current, value_boolean(false)};
	struct edit_request request = {.record = one->identity, .fields = &field, .field_count = 1, .via = VIA_JOB};
	struct edit_result result;

	request.transition = one->state == p->make->initial ? p->withdraw : NULL;
	return edit_follow_up(edit, &request, &result, error);
}

/* Whoever of those that are asked has no current acknowledgement gets one; all other current ones end, but for what
 * somebody who has left the audience has confirmed. */
static enum status bring_up_to_date(const struct acknowledgement *p, struct edit *edit, const struct asked *asked,
				    bool anew, struct error *error)
{
	int64_t *records, *known;
	size_t count, known_count = 0;
	enum status status = lookup_flagged(edit_connection(edit), edit_arena(edit), p->as, edit_after(edit)->identity,
					    p->current, &records, &count, error);

	known = arena_many(edit_arena(edit), int64_t, count + 1);
	for (size_t i = 0; i < count && !status; i++) {
		struct record *one;
		struct value person;

		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), records[i], false,
				     &one, error);
		if (status || !one)
			continue;
		person = record_value(one, p->person);
		if (anew || (!one->created_by && one->state == p->make->initial &&
			     !is_among(asked->people, asked->count, person.number)))
			status = retire(p, edit, one, error);
		else
			known[known_count++] = person.number;
	}
	for (size_t i = 0; i < asked->count && !status; i++)
		if (!is_among(known, known_count, asked->people[i]))
			status = ask(p, edit, asked->people[i], error);
	return status;
}

static enum status look(const struct acknowledgement *p, const struct behaviour_call *call, struct edit *edit,
			bool anew, struct error *error)
{
	struct asked asked = {0};
	bool holds;
	enum status status = edit_holds(edit, p->when, &holds, error);

	if (status || (holds && (status = find_people(p, edit, &asked, error))))
		return status;
	if ((status = bring_up_to_date(p, edit, &asked, anew, error)))
		return status;
	return holds ? edit_timer(edit, call, timer, edit_now(edit) + DAY, (struct str){0}, error)
		     : edit_timer_clear(edit, call, timer, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct acknowledgement *p = call->parameters;
	const struct record *before = edit_before(edit);
	bool moved = !before || before->state != edit_after(edit)->state, anew = edit_takes(edit, p->on, p->on_count);

	for (size_t i = 0; i < p->to_count && !moved; i++)
		moved = p->to[i].who.kind == WHO_FIELD && !p->to[i].via && edit_changes(edit, p->to[i].who.field);
	moved = moved || (p->customers && edit_changes(edit, p->customers));
	return anew || moved ? look(p, call, edit, anew, error) : OK;
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	(void)name, (void)payload;
	return look(call->parameters, call, edit, false, error);
}

const struct behaviour behaviour_acknowledgement = {
    .name = "acknowledgement", .load = load, .after = after, .due = due};

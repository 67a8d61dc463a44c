/* agreement: finds the agreement that a record falls under, when the party to it or the service change.
 *
 * Parameters: into: reference to the type of agreement; with: reference to the other party to it, as the agreement's
 * own field of that name (default "customer"); service: reference (default of that name); state: in which agreements
 * count (default "active"); needed: a party without an agreement is refused. The one for the very service goes before
 * the one for all services of the party; among equals the lowest number counts. A record that
 * comes back out of a done phase looks again, for nobody told it meanwhile what was agreed. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"

struct agreement {
	const struct field *into, *with, *service;
	const struct field *party; /* of the agreement's type */
	const struct state *state;
	bool needed;
};

static enum status load_parties(struct behaviour_loading *loading, struct agreement *p, struct error *error)
{
	enum status status;

	if ((status = load_field(loading, "into", true, &p->into, error)) ||
	    (status = load_field(loading, "with", false, &p->with, error)) ||
	    (status = load_field(loading, "service", false, &p->service, error)))
		return status;
	if (!p->with)
		p->with = type_field(loading->type, S("customer"));
	if (!p->service)
		p->service = type_field(loading->type, S("service"));
	if (p->into->kind != FIELD_REFERENCE || !p->with || !p->with->to)
		return load_fail(loading, "into", N_("The field must be a reference"), NULL, error);
	p->party = type_field(p->into->to, p->with->name);
	return p->party && p->party->to == p->with->to ? OK
						       : load_fail(loading, "with", N_("There is no reference \"%s\""),
								   str_c(loading->arena, p->with->name), error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"into", "with", "service", "state", "needed", NULL};
	struct agreement *p = arena_one(loading->arena, struct agreement);
	struct str state;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_parties(loading, p, error)) ||
	    (status = load_text(loading, "state", false, &state, error)) ||
	    (status = load_flag(loading, "needed", &p->needed, error)))
		return status;
	p->state = type_state(p->into->to, state.n ? state : S("active"));
	return p->state || !p->into->to->state_count
		   ? OK
		   : load_fail(loading, "state", N_("There is no state \"%s\""), "active", error);
}

static bool comes_back(const struct edit *edit)
{
	const struct record *before = edit_before(edit), *after = edit_after(edit);

	return before && before->state && before->state->phase == PHASE_DONE && after->state->phase != PHASE_DONE;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct agreement *p = call->parameters;
	struct value party = edit_value(edit, p->with);
	struct value service = p->service ? edit_value(edit, p->service) : (struct value){0};
	struct agreement_wanted wanted = {.party_field = p->party,
					  .party = party.kind == VALUE_RECORD ? party.number : 0,
					  .service = service.kind == VALUE_RECORD ? service.number : 0,
					  .state = p->state,
					  .at = edit_now(edit)};
	int64_t found;
	enum status status;

	if (!edit_is_new(edit) && !edit_changes(edit, p->with) && !(p->service && edit_changes(edit, p->service)) &&
	    !comes_back(edit) && !edit_request_of(edit)->reconsider)
		return OK;
	status = lookup_agreement(edit_connection(edit), edit_arena(edit), &wanted, &found, error);
	if (status)
		return status;
	return edit_set(edit, p->into, found ? value_record(found) : (struct value){0}, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct agreement *p = call->parameters;

	if (!p->needed || !edit_changes(edit, p->with) || value_is_empty(edit_value(edit, p->with)) ||
	    !value_is_empty(edit_value(edit, p->into)))
		return OK;
	return error_fail_at(error, E_INVALID, p->with->name, "agreement",
			     N_("There is no agreement in force that covers this"));
}

const struct behaviour behaviour_agreement = {.name = "agreement", .load = load, .derive = derive, .check = check};

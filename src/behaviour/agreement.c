/* agreement: finds the agreement that a record falls under, when customer or service change.
 *
 * Parameters: into: reference to the type that acts as agreement; customer, service: references (defaults of those
 * names); state: in which agreements count (default "active"). The one for the very service goes before the one for all
 * services of the customer; among equals the lowest number counts. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"

struct agreement {
	const struct field *into, *customer, *service;
	const struct state *state;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"into", "customer", "service", "state", NULL};
	const struct type *type = loading->model->acting[ACTS_AGREEMENT];
	struct agreement *p = arena_one(loading->arena, struct agreement);
	struct str state;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "into", true, &p->into, error)) ||
	    (status = load_field(loading, "customer", false, &p->customer, error)) ||
	    (status = load_field(loading, "service", false, &p->service, error)) ||
	    (status = load_text(loading, "state", false, &state, error)))
		return status;
	if (!p->customer)
		p->customer = type_field(loading->type, S("customer"));
	if (!p->service)
		p->service = type_field(loading->type, S("service"));
	if (!type || p->into->to != type || !p->customer)
		return load_fail(loading, "into", N_("The field must refer to the type that acts as agreement"), NULL,
				 error);
	p->state = type_state(type, state.n ? state : S("active"));
	return p->state || !type->state_count
		   ? OK
		   : load_fail(loading, "state", N_("There is no state \"%s\""), "active", error);
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct agreement *p = call->parameters;
	struct value customer = edit_value(edit, p->customer);
	struct value service = p->service ? edit_value(edit, p->service) : (struct value){0};
	struct agreement_wanted wanted = {.customer = customer.kind == VALUE_RECORD ? customer.number : 0,
					  .service = service.kind == VALUE_RECORD ? service.number : 0,
					  .state = p->state,
					  .at = edit_now(edit)};
	int64_t found;
	enum status status;

	if (!edit_is_new(edit) && !edit_changes(edit, p->customer) && !(p->service && edit_changes(edit, p->service)) &&
	    !edit_request_of(edit)->reconsider)
		return OK;
	status = lookup_agreement(edit_kernel(edit), edit_connection(edit), edit_arena(edit), &wanted, &found, error);
	if (status)
		return status;
	return edit_set(edit, p->into, found ? value_record(found) : (struct value){0}, error);
}

const struct behaviour behaviour_agreement = {.name = "agreement", .load = load, .derive = derive};

/* Who may do what a request asks for. All that is refused is told at once where that helps a form. */
#include "record/edit_run.h"

#include "record/access.h"
#include "record/read.h"
#include "record/subject.h"

static enum status denied(struct error *error, struct str field, const char *message)
{
	return error_fail_at(error, E_DENIED, field, "denied", message);
}

/* Whoever may take a transition may set what it requires and asks for. */
static bool belongs_to(const struct transition *transition, const struct field *field)
{
	for (size_t i = 0; transition && i < transition->requires_count; i++)
		if (transition->requires[i].field == field)
			return true;
	for (size_t i = 0; transition && i < transition->asks_count; i++)
		if (transition->asks[i] == field)
			return true;
	return false;
}

static enum status may_set(struct edit *edit, const struct field *field, bool may_edit, struct error *error)
{
	if (field->internal || field->kind == FIELD_COMPUTED)
		return error_fail_at(error, E_INVALID, field->name, "read_only",
				     N_("This is kept by the system and cannot be set"));
	if (access_owns(edit->actor, edit->before, field))
		return OK;
	if (!access_may_set(edit->kernel, edit->actor, field))
		return denied(error, field->name, N_("You may not set this"));
	if (may_edit || belongs_to(edit->transition, field) || (!edit->before && !field->derived_by.n))
		return OK;
	if (!edit->before)
		return denied(error, field->name, N_("You may not set this"));
	return denied(error, field->name, N_("You may not change this record"));
}

static enum status may_set_fields(struct edit *edit, bool may_edit, struct error *error)
{
	const struct edit_request *request = edit->request;
	bool done = edit->before && edit->before->state && edit->before->state->phase == PHASE_DONE;
	enum status status = OK;

	for (size_t i = 0; i < request->field_count; i++) {
		const struct field *field = request->fields[i].field;
		enum status failed = may_set(edit, field, may_edit, error);

		if (!failed && done && !belongs_to(edit->transition, field))
			failed = error_fail_at(error, E_CONFLICT, field->name, "closed",
					       N_("This record is closed: what it says stays as it is"));
		status = status ? status : failed;
	}
	return status;
}

static struct str state_names(const struct edit *edit, const struct transition *transition)
{
	struct buf names = buf_new(edit->arena);

	for (size_t i = 0; i < transition->from_count; i++) {
		if (i)
			buf_add_c(&names, ", ");
		buf_add(&names, label_in(&transition->from[i]->label, edit->actor->language));
	}
	return buf_str(&names);
}

static bool comes_from(const struct transition *transition, const struct state *state)
{
	bool comes = !transition->from_count;

	for (size_t i = 0; i < transition->from_count; i++)
		comes = comes || transition->from[i] == state;
	return comes;
}

static enum status may_transit(struct edit *edit, struct error *error)
{
	const struct transition *transition = edit->transition;

	if (!transition)
		return OK;
	if (!edit->before && !edit->by_system)
		return error_fail(error, E_CONFLICT, "state", "state",
				  N_("A new record begins in its first state; take the transition afterwards"));
	if (!access_may_take(edit->kernel, edit->actor, edit->before, transition))
		return denied(error, S("state"), N_("You may not take this step"));
	if (comes_from(transition, edit->before ? edit->before->state : edit->type->initial))
		return OK;
	return error_fail(error, E_CONFLICT, "state", "state", N_("This step can be taken only in: %s"),
			  str_c(edit->arena, state_names(edit, transition)));
}

static enum status may_speak(struct edit *edit, bool may_edit, struct error *error)
{
	const struct edit_request *request = edit->request;
	bool may_comment = !edit->before || may_edit ||
			   access_may(edit->kernel, edit->actor, edit->type, ACCESS_COMMENT, edit->before);

	if (request->comment.n && !may_comment && !edit->transition)
		return denied(error, S("comment"), N_("You may not comment on this record"));
	if (request->attachment_count && !may_comment)
		return denied(error, S("attachments"), N_("You may not attach files to this record"));
	if (request->link_count && (!actor_is_staff(edit->actor) || (edit->before && !may_edit)))
		return denied(error, S("links"), N_("You may not link this record"));
	if (request->tally_count && edit->before && !may_edit)
		return denied(error, S(""), N_("You may not change this record"));
	if (edit->actor->read_only)
		return denied(error, S(""), N_("This token may only read"));
	return OK;
}

/* What only the system may say about an edit. */
static enum status may_state(struct edit *edit, struct error *error)
{
	const struct edit_request *request = edit->request;

	if (request->state || request->on_behalf || request->note || (request->at && request->at != INSTANT_NONE))
		return denied(error, S("at"),
			      N_("Only an import may state who did something, when, or in which state"));
	return OK;
}

enum status edit_authorise(struct edit *edit, struct error *error)
{
	enum status status;
	bool may_edit;

	if (edit->by_system)
		return edit->transition ? may_transit(edit, error) : OK;
	if (edit->actor->read_only)
		return denied(error, S(""), N_("This token may only read"));
	if ((status = may_state(edit, error)))
		return status;
	if (!edit->before && !access_may(edit->kernel, edit->actor, edit->type, ACCESS_CREATE, NULL))
		return denied(error, S(""), N_("You may not create such records"));
	may_edit = access_may(edit->kernel, edit->actor, edit->type, ACCESS_EDIT, edit->before);
	if ((status = may_transit(edit, error)) || (status = may_set_fields(edit, may_edit, error)))
		return status;
	return may_speak(edit, may_edit, error);
}

/* --- references: what may not be seen does not exist --- */

static enum status no_such(struct error *error, struct str field)
{
	return error_fail_at(error, E_INVALID, field, "reference", N_("There is no such record"));
}

static bool sees_all_of(const struct edit *edit, const struct type *type)
{
	if (edit->by_system)
		return true;
	if (edit->kernel->restrictions[type->index].count)
		return false;
	if (edit->actor->partner)
		return false;
	if (!actor_is_staff(edit->actor))
		return type->open_to_customers && !type->customers_see;
	return edit->actor->administers ||
	       access_who(type->access[ACCESS_READ], type->access_count[ACCESS_READ], edit->actor, NULL);
}

static enum status exists(struct edit *edit, const struct type *type, int64_t identity, bool *found,
			  struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(edit->connection, edit->kernel->sql[type->index].exists, &statement, error);

	if (status)
		return status;
	bind_int(statement, identity);
	return store_step(statement, found, error);
}

/* Customers' people name themselves and each other, though they may not look into people's records. */
static bool is_colleague(const struct edit *edit, const struct record *person)
{
	const struct field *customer = type_field(person->type, S("customer"));

	return person->type->acts_as == ACTS_PERSON && customer &&
	       record_value(person, customer).kind == VALUE_RECORD &&
	       record_value(person, customer).number == edit->actor->customer;
}

enum status edit_check_reference(struct edit *edit, struct str name, const struct type *to, int64_t identity,
				 struct error *error)
{
	const struct type *type = kernel_type_of(edit->kernel, identity);
	struct record *record = NULL;
	bool found = false;
	enum status status;

	if (type != to)
		return no_such(error, name);
	if (identity == edit->actor->customer || identity == edit->actor->partner)
		return OK; /* everyone knows the organisation that they are of */
	if (sees_all_of(edit, type)) {
		status = exists(edit, type, identity, &found, error);
		return status || found ? status : no_such(error, name);
	}
	if ((status = record_load(edit->kernel, edit->connection, edit->arena, identity, false, &record, error)))
		return status;
	if (!record)
		return no_such(error, name);
	if (!actor_is_staff(edit->actor) && type->acts_as == ACTS_PERSON)
		return is_colleague(edit, record) ? OK : no_such(error, name);
	return access_reads_record(edit->kernel, edit->actor, record) ? OK : no_such(error, name);
}

static enum status rules_allow(const struct subject *subject, const struct actor *actor,
			       const struct transition *transition, bool *may, struct error *error)
{
	const struct attached_behaviour *at = subject->kernel->behaviours[subject->record->type->index];
	enum status status = OK;

	for (; at && at->behaviour && *may && !status; at++) {
		struct behaviour_call call = {.parameters = at->parameters, .attached = at};

		if (at->behaviour->allows && at->strict == STRICT_REFUSE)
			status = at->behaviour->allows(&call, subject, actor, transition, may, error);
	}
	return status;
}

enum status edit_may_transition(struct kernel *kernel, struct connection *connection, struct arena *arena,
				const struct actor *actor, const struct record *record,
				const struct transition *transition, instant now, bool *may, struct error *error)
{
	const struct subject subject = {
	    .kernel = kernel, .connection = connection, .arena = arena, .record = record, .now = now};
	enum status status = OK;

	*may = comes_from(transition, record->state) && access_may_take(kernel, actor, record, transition);
	if (*may && transition->guard)
		status = read_rule_holds(kernel, connection, arena, actor, record, transition->guard, now, may, error);
	if (status || !*may || actor->is_system)
		return status;
	return rules_allow(&subject, actor, transition, may, error);
}

enum status edit_shows_field(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct actor *actor, const struct record *record, const struct field *field,
			     instant now, bool *shows, struct error *error)
{
	struct query_environment around;
	enum status status;

	*shows = true;
	if (!field->shown_when)
		return OK;
	around = environment_of_records(kernel, connection, arena, actor, now, INSTANT_NONE);
	around.zone = organisation_zone(); /* as when the edit is judged */
	status = query_matches(field->shown_when, record, &around, shows);
	return status ? error_fail_at(error, status, field->name, "shown_when",
				      N_("A rule of the record could not be judged"))
		      : OK;
}

enum status edit_kept_fields(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct record *record, instant now, bool *kept, struct error *error)
{
	struct subject subject = {
	    .kernel = kernel, .connection = connection, .arena = arena, .record = record, .now = now};
	const struct attached_behaviour *at = kernel->behaviours[record->type->index];
	enum status status = OK;

	for (size_t i = 0; i < record->type->field_count; i++)
		kept[i] = record->state && record->state->phase == PHASE_DONE;
	for (; at && at->behaviour && !status; at++) {
		struct behaviour_call call = {.parameters = at->parameters, .attached = at};

		if (at->behaviour->keeps && at->strict == STRICT_REFUSE)
			status = at->behaviour->keeps(&call, &subject, kept, error);
	}
	return status;
}

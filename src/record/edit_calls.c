/* What an edit shows to behaviours and lets them do, and calling them. */
#include "record/edit_run.h"

struct kernel *edit_kernel(const struct edit *edit)
{
	return edit->kernel;
}

struct connection *edit_connection(const struct edit *edit)
{
	return edit->connection;
}

struct arena *edit_arena(const struct edit *edit)
{
	return edit->arena;
}

const struct actor *edit_actor(const struct edit *edit)
{
	return edit->actor;
}

instant edit_now(const struct edit *edit)
{
	return edit->at;
}

bool edit_is_new(const struct edit *edit)
{
	return !edit->before;
}

const struct record *edit_before(const struct edit *edit)
{
	return edit->before;
}

const struct record *edit_after(const struct edit *edit)
{
	return edit->after;
}

const struct transition *edit_transition(const struct edit *edit)
{
	return edit->transition;
}

const struct edit_request *edit_request_of(const struct edit *edit)
{
	return edit->request;
}

struct value edit_value(const struct edit *edit, const struct field *field)
{
	return record_value(edit->after, field);
}

bool edit_changes(const struct edit *edit, const struct field *field)
{
	return edit_field_differs(edit, field);
}

bool edit_overrides(const struct edit *edit, const struct field *field)
{
	return edit->given[field->index];
}

enum status edit_set(struct edit *edit, const struct field *field, struct value value, struct error *error)
{
	if (field->type != edit->type || (!value_is_empty(value) && value.kind != field->value))
		return error_fail_at(error, E_INTERNAL, field->name, "kind", N_("A rule set a value of another kind"));
	edit->after->values[field->index] = value_is_empty(value) ? (struct value){0} : value;
	if (field->kind == FIELD_LINKS)
		edit_compare_list(edit, field);
	return OK;
}

void edit_restrict(struct edit *edit, bool restricted)
{
	edit->after->restricted = restricted;
}

enum status edit_holds(struct edit *edit, const struct query *query, bool *holds, struct error *error)
{
	enum status status;

	if (!edit->around_ready) {
		edit->around = environment_of_edit(edit);
		edit->around_ready = true;
	}
	status = query_matches(query, edit->after, &edit->around, holds);
	return status ? error_fail(error, status, "", "rule", N_("A rule of the record could not be judged")) : OK;
}

enum status edit_held(struct edit *edit, const struct query *query, bool *held, struct error *error)
{
	struct query_environment around;
	enum status status;

	*held = false;
	if (!edit->before)
		return OK;
	around = environment_before_edit(edit);
	status = query_matches(query, edit->before, &around, held);
	return status ? error_fail(error, status, "", "rule", N_("A rule of the record could not be judged")) : OK;
}

enum status edit_follow_up(struct edit *edit, const struct edit_request *request, struct edit_result *result,
			   struct error *error)
{
	return edit_one(edit->run, actor_system(), request, edit, result, error);
}

/* --- calling --- */

static struct behaviour_call call_of(const struct attached_behaviour *attached)
{
	return (struct behaviour_call){.parameters = attached->parameters, .attached = attached};
}

enum status edit_run_derive(struct edit *edit, struct error *error)
{
	const struct attached_behaviour *attached = edit->kernel->behaviours[edit->type->index];
	enum status status = OK;

	for (; attached->behaviour && !status; attached++) {
		struct behaviour_call call = call_of(attached);

		if (attached->behaviour->derive)
			status = attached->behaviour->derive(&call, edit, error);
	}
	return status;
}

enum status edit_run_check(struct edit *edit, struct error *error)
{
	const struct attached_behaviour *attached = edit->kernel->behaviours[edit->type->index];
	enum status status = OK;

	for (; attached->behaviour; attached++) {
		struct behaviour_call call = call_of(attached);
		enum status failed = attached->behaviour->check ? attached->behaviour->check(&call, edit, error) : OK;

		status = status ? status : failed;
	}
	return status;
}

enum status edit_run_after(struct edit *edit, struct error *error)
{
	const struct attached_behaviour *attached = edit->kernel->behaviours[edit->type->index];
	enum status status = OK;

	for (; attached->behaviour && !status; attached++) {
		struct behaviour_call call = call_of(attached);

		if (attached->behaviour->after)
			status = attached->behaviour->after(&call, edit, error);
	}
	return status;
}

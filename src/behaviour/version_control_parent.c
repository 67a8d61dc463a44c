/* versioned: a record shows what is in force of its versions, which are records of their own (version_control).
 *
 * Parameters: make: the type of the versions, which has version_control; reason: their text that says what is changed
 * and why; revise: transitions that open a new version, with the comment as its reason; drop: the transition by which a
 * version in preparation is given up when this record comes to its end, whose version in force is then superseded.
 *
 * A new record's first version is there with it, or with `later: true` once it is asked for by a step of revise. Its
 * content changes by versions only. */
#include "behaviour/behaviours.h"

#include "behaviour/version_control.h"
#include "record/subject.h"

struct versioned {
	const struct type *make;
	const struct field *reason;
	const struct transition **revise, *drop;
	size_t revise_count;
	bool later;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"make", "reason", "revise", "drop", "later", NULL};
	struct versioned *p = arena_one(loading->arena, struct versioned);
	bool is_version = false;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_type(loading, "make", true, &p->make, error)) ||
	    (status = load_field_of(loading, "reason", p->make, &p->reason, error)) ||
	    (status = load_transitions(loading, "revise", &p->revise, &p->revise_count, error)) ||
	    (status = load_transition(loading, "drop", false, p->make, &p->drop, error)) ||
	    (status = load_flag(loading, "later", &p->later, error)))
		return status;
	if (p->reason->value != VALUE_TEXT)
		return load_fail(loading, "reason", N_("The field must be a text"), NULL, error);
	for (size_t i = 0; i < p->make->behaviour_count; i++)
		is_version = is_version || str_is(p->make->behaviours[i].name, "version_control");
	return is_version ? OK : load_fail(loading, "make", N_("The behaviour needs \"%s\""), "version_control", error);
}

static enum status refuse_change(const struct edit *edit, const struct field *field, struct error *error)
{
	return edit_changes(edit, field)
		   ? error_fail_at(error, E_CONFLICT, field->name, "versioned",
				   N_("This is in force as it stands: it changes by a new version"))
		   : OK;
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct versioned *p = call->parameters;
	const struct versions *versions = versions_of(edit_kernel(edit), p->make);
	enum status status = OK, failed;

	if (edit_is_new(edit) || edit_actor(edit)->is_system || !versions || versions->of->to != edit_after(edit)->type)
		return OK;
	for (size_t i = 0; i < versions->carry_count; i++) {
		failed = refuse_change(edit, versions->theirs[i], error);
		status = status ? status : failed;
	}
	failed = refuse_change(edit, versions->shown, error);
	return status ? status : failed;
}

static enum status open_version(const struct versioned *p, const struct versions *versions, struct edit *edit,
				struct str reason, struct error *error)
{
	struct field_input fields[2] = {{versions->of, value_record(edit_after(edit)->identity)},
					{p->reason, value_text(reason)}};
	struct edit_request request = {
	    .type = p->make, .fields = fields, .field_count = 2, .via = VIA_JOB, .on_behalf = edit_who(edit)};
	struct edit_result result;

	return edit_follow_up(edit, &request, &result, error);
}

static enum status end_all(const struct versioned *p, const struct versions *versions, struct edit *edit,
			   struct error *error)
{
	struct record **all;
	size_t count;
	enum status status = versions_load(versions, edit, edit_after(edit)->identity, &all, &count, error);

	for (size_t i = 0; i < count && !status; i++) {
		struct edit_request request = {.record = all[i]->identity, .via = VIA_JOB, .on_behalf = edit_who(edit)};
		struct edit_result result;

		request.transition = all[i]->state == versions->effective->to ? versions->superseded
				     : version_is_open(all[i])                ? p->drop
									      : NULL;
		if (request.transition)
			status = edit_follow_up(edit, &request, &result, error);
	}
	return status;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct versioned *p = call->parameters;
	const struct versions *versions = versions_of(edit_kernel(edit), p->make);
	const struct record *now = edit_after(edit), *before = edit_before(edit);

	if (!versions || versions->of->to != now->type)
		return OK;
	if (!before)
		return now->state == now->type->initial && !p->later
			   ? open_version(p, versions, edit, S(N_("First version")), error)
			   : OK;
	if (edit_takes(edit, p->revise, p->revise_count)) {
		struct str comment = edit_request_of(edit)->comment;

		return open_version(p, versions, edit, comment.n ? comment : S(N_("To be revised after a review")),
				    error);
	}
	if (now->state && now->state->phase == PHASE_DONE && before->state->phase != PHASE_DONE)
		return end_all(p, versions, edit, error);
	return OK;
}

static enum status keeps(const struct behaviour_call *call, const struct subject *subject, bool *kept,
			 struct error *error)
{
	const struct versioned *p = call->parameters;
	const struct versions *versions = versions_of(subject->kernel, p->make);

	(void)error;
	if (!versions || versions->of->to != subject->record->type)
		return OK;
	kept[versions->shown->index] = true;
	for (size_t i = 0; i < versions->carry_count; i++)
		kept[versions->theirs[i]->index] = true;
	return OK;
}

const struct behaviour behaviour_versioned = {
    .name = "versioned", .load = load, .check = check, .after = after, .keeps = keeps};

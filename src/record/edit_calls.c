/* What an edit shows to behaviours and lets them do, and calling them. */
#include "record/edit_run.h"
#include "record/read.h"

#include "record/tally.h"

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

int64_t edit_who(const struct edit *edit)
{
	return edit->who;
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

bool edit_takes(const struct edit *edit, const struct transition *const *transitions, size_t count)
{
	for (size_t i = 0; i < count && edit->transition; i++)
		if (transitions[i] == edit->transition)
			return true;
	return false;
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

static const struct query_environment *surroundings(struct edit *edit)
{
	if (!edit->around_ready)
		edit->around = environment_of_edit(edit);
	edit->around_ready = true;
	return &edit->around;
}

enum status edit_holds(struct edit *edit, const struct query *query, bool *holds, struct error *error)
{
	enum status status = query_matches(query, edit->after, surroundings(edit), holds);

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

enum status edit_ends(struct edit *edit, const struct query_link *link, const int64_t **records, size_t *count,
		      struct error *error)
{
	enum status status = surroundings(edit)->links(edit->around.context, edit->after, link, records, count);

	return status ? error_fail(error, status, "", "rule", N_("A rule of the record could not be judged")) : OK;
}

void edit_changed_ends(const struct edit *edit, const struct query_link *link, int64_t **records, size_t *count)
{
	VEC(int64_t) ends = {0};

	for (size_t i = 0; i < edit->links.count; i++) {
		const struct link_change *change = &edit->links.items[i];

		if (change->backwards == link->backwards && str_eq(change->stored, link->kind))
			vec_push(edit->arena, &ends, change->other);
	}
	*records = ends.items;
	*count = ends.count;
}

void edit_ended_links(const struct edit *edit, const struct link_kind *link, bool backwards, int64_t **records,
		      size_t *count)
{
	VEC(int64_t) ends = {0};

	for (size_t i = 0; i < edit->links.count; i++) {
		const struct link_change *change = &edit->links.items[i];

		if (change->remove && change->backwards == backwards && str_eq(change->stored, link->kind))
			vec_push(edit->arena, &ends, change->other);
	}
	*records = ends.items;
	*count = ends.count;
}

enum status edit_could_take(struct edit *edit, int64_t identity, const struct transition *transition,
			    const struct query *condition, bool *could, struct error *error)
{
	struct record *record;
	enum status status = record_load(edit->kernel, edit->connection, edit->arena, identity, true, &record, error);

	*could = false;
	if (status || !record)
		return status;
	*could = true;
	if (transition && (status = edit_may_transition(edit->kernel, edit->connection, edit->arena, actor_system(),
							record, transition, edit->at, could, error)))
		return status;
	if (!*could || !condition)
		return OK;
	return read_rule_holds(edit->kernel, edit->connection, edit->arena, edit->actor, record, condition, edit->at,
			       could, error);
}

enum status edit_tally(struct edit *edit, const struct field *field, int64_t identity, int64_t by, struct error *error)
{
	return tally_add(edit->connection, edit->arena, field, identity, by, error);
}

enum status edit_follow_up(struct edit *edit, const struct edit_request *request, struct edit_result *result,
			   struct error *error)
{
	enum status status = edit_write_clocks(edit->run, error);

	return status ? status : edit_one(edit->run, actor_system(), request, edit, result, error);
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

static enum status run_check(const struct attached_behaviour *attached, struct edit *edit, struct error *error)
{
	struct behaviour_call call = call_of(attached);
	struct error own;

	if (!attached->behaviour->check)
		return OK;
	if (attached->strict == STRICT_REFUSE)
		return attached->behaviour->check(&call, edit, error);
	error_clear(&own);
	return edit_let_pass(edit, attached->strict, attached->behaviour->check(&call, edit, &own), &own, error);
}

enum status edit_run_check(struct edit *edit, struct error *error)
{
	const struct attached_behaviour *attached = edit->kernel->behaviours[edit->type->index];
	enum status status = OK;

	for (; attached->behaviour; attached++) {
		enum status failed = run_check(attached, edit, error);

		status = status ? status : failed;
	}
	return status;
}

enum status edit_call_measure(struct edit *edit, struct error *error)
{
	const struct attached_behaviour *attached = edit->kernel->behaviours[edit->type->index];
	enum status status = OK;

	for (; attached->behaviour && !status; attached++) {
		struct behaviour_call call = call_of(attached);

		if (attached->behaviour->measure)
			status = attached->behaviour->measure(&call, edit, error);
	}
	return status;
}

enum status edit_run_measure(struct edit *edit, struct error *error)
{
	enum status status = edit_call_measure(edit, error);

	return status ? status : edit_write_clocks(edit->run, error);
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
	return status ? status : edit_write_row_clocks(edit, error);
}

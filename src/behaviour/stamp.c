/* stamp: writes when a step was taken into a field, or who took it.
 *
 * Parameters: field: date and time, or a person; on: transitions that set it; created: true: so does its creation;
 * on_comment: public: what staff tell the customer sets it too; clear_on: transitions that empty it;
 * clear_when_changed: a field whose change empties it. */
#include "behaviour/behaviours.h"

struct stamp {
	const struct field *field, *clear_when_changed;
	const struct transition **on, **clear_on;
	size_t on_count, clear_count;
	bool created, on_comment;
};

static enum status load_comment(struct behaviour_loading *loading, struct stamp *p, struct error *error)
{
	struct str word;
	enum status status = load_text(loading, "on_comment", false, &word, error);

	p->on_comment = str_is(word, "public");
	return status || !word.n || p->on_comment
		   ? status
		   : load_fail(loading, "on_comment", N_("Only public comments are waited for"), NULL, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"field", "on", "created", "on_comment", "clear_on", "clear_when_changed",
					   NULL};
	struct stamp *p = arena_one(loading->arena, struct stamp);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "field", true, &p->field, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_flag(loading, "created", &p->created, error)) ||
	    (status = load_comment(loading, p, error)) ||
	    (status = load_transitions(loading, "clear_on", &p->clear_on, &p->clear_count, error)) ||
	    (status = load_field(loading, "clear_when_changed", false, &p->clear_when_changed, error)))
		return status;
	if (p->field->value != VALUE_TIME && p->field->kind != FIELD_PERSON)
		return load_fail(loading, "field", N_("The field must be a date and time"), NULL, error);
	return p->on_count || p->on_comment || p->created
		   ? OK
		   : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "on", error);
}

static bool sets(const struct stamp *p, const struct edit *edit)
{
	const struct edit_request *request = edit_request_of(edit);

	return (p->created && edit_is_new(edit)) || edit_takes(edit, p->on, p->on_count) ||
	       (p->on_comment && request->comment.n && request->comment_is_public && actor_is_staff(edit_actor(edit)) &&
		!edit_actor(edit)->is_system);
}

static bool clears(const struct stamp *p, const struct edit *edit)
{
	return edit_takes(edit, p->clear_on, p->clear_count) ||
	       (p->clear_when_changed && edit_before(edit) && edit_changes(edit, p->clear_when_changed));
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct stamp *p = call->parameters;
	int64_t person = edit_actor(edit)->person;

	if (edit_overrides(edit, p->field))
		return OK;
	if (sets(p, edit) && p->field->kind == FIELD_PERSON)
		return edit_set(edit, p->field, person ? value_record(person) : (struct value){0}, error);
	if (sets(p, edit))
		return edit_set(edit, p->field, value_time(edit_now(edit)), error);
	return clears(p, edit) ? edit_set(edit, p->field, (struct value){0}, error) : OK;
}

const struct behaviour behaviour_stamp = {.name = "stamp", .load = load, .derive = derive};

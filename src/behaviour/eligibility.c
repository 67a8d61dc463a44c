/* eligibility: what may be chosen depends on whom it is for.
 *
 * Parameters: of: a reference; view: a view of the type it refers to, which selects what a person may choose (me,
 * my.groups and my.customer are that person's); by: person fields, of which the first one that is filled tells the
 * person. So the list that a person is offered and the rule are one expression. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"

struct eligibility {
	const struct field *of, **by;
	size_t by_count;
	const struct view *view;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"of", "view", "by", NULL};
	struct eligibility *p = arena_one(loading->arena, struct eligibility);
	struct str view;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_field(loading, "of", true, &p->of, error)) ||
	    (status = load_text(loading, "view", true, &view, error)) ||
	    (status = load_fields(loading, "by", &p->by, &p->by_count, error)))
		return status;
	if (p->of->kind != FIELD_REFERENCE)
		return load_fail(loading, "of", N_("The field must be a reference"), NULL, error);
	p->view = type_view(p->of->to, view);
	if (!p->view)
		return load_fail(loading, "view", N_("There is no view \"%s\""), str_c(loading->arena, view), error);
	for (size_t i = 0; i < p->by_count; i++)
		if (p->by[i]->kind != FIELD_PERSON)
			return load_fail(loading, "by", N_("The field must be a person"), NULL, error);
	return p->by_count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "by", error);
}

static bool matters(const struct eligibility *p, const struct edit *edit)
{
	bool changes = edit_changes(edit, p->of);

	for (size_t i = 0; i < p->by_count; i++)
		changes = changes || edit_changes(edit, p->by[i]);
	return changes && edit_value(edit, p->of).kind == VALUE_RECORD;
}

static int64_t whom(const struct eligibility *p, const struct edit *edit)
{
	for (size_t i = 0; i < p->by_count; i++)
		if (edit_value(edit, p->by[i]).kind == VALUE_RECORD)
			return edit_value(edit, p->by[i]).number;
	return 0;
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct eligibility *p = call->parameters;
	int64_t person = matters(p, edit) ? whom(p, edit) : 0;
	bool may = false;
	enum status status;

	if (!person || edit_actor(edit)->is_system)
		return OK;
	status = lookup_selected(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->view->filter,
				 edit_value(edit, p->of).number, person, edit_now(edit), &may, error);
	if (status || may)
		return status;
	return error_fail_at(error, E_INVALID, p->of->name, "eligibility",
			     N_("This is not offered to the person whom it is for"));
}

const struct behaviour behaviour_eligibility = {.name = "eligibility", .load = load, .check = check};

/* follow_up: a record of another type comes of this one: a problem raised from an incident, the review that a major
 * incident leads to, the outage that a resolved one leaves behind.
 *
 * Parameters: on, when, only_if (record/occasion.h); type: of the new record; link: how the two are tied: a link of
 * either of them, or a reference or links field of the new one; set, copy: what the new record says (record/assign.h);
 * share: of how many in a hundred (25%), always the same ones, so that a sample cannot be bettered by trying again;
 * again: true makes another one each time. Without it there is no second one while the first is tied to this record.
 * What refuses the new record refuses the step. */
#include "behaviour/behaviours.h"

#include "record/assign.h"
#include "record/lookup.h"
#include "record/occasion.h"

struct follow_up {
	struct occasion occasion;
	const struct type *type;
	const struct link_kind *link; /* or: */
	const struct field *reference;
	bool backwards; /* the link leads from this record to the new one */
	bool again;
	unsigned share; /* in 100; 0: of all */
	struct assignments assignments;
};

static const struct link_kind *link_between(const struct type *from, const struct type *to, struct str name)
{
	for (size_t i = 0; i < from->link_count; i++) {
		const struct link_kind *link = from->links[i];

		if (link->to == to && (str_eq(link->name, name) || (link->field && str_eq(link->field->name, name))))
			return link;
	}
	return NULL;
}

static enum status load_tie(struct behaviour_loading *loading, struct follow_up *p, struct error *error)
{
	const struct field *field;
	struct str name;
	enum status status = load_text(loading, "link", true, &name, error);

	if (status)
		return status;
	p->link = link_between(p->type, loading->type, name);
	if (!p->link) {
		p->link = link_between(loading->type, p->type, name);
		p->backwards = p->link != NULL;
	}
	field = type_field(p->type, name);
	if (!p->link && field && field->kind == FIELD_REFERENCE && field->to == loading->type)
		p->reference = field;
	return p->link || p->reference
		   ? OK
		   : load_fail(loading, "link", N_("No link or reference \"%s\" ties the two record types"),
			       str_c(loading->arena, name), error);
}

static enum status load_share(struct behaviour_loading *loading, struct follow_up *p, struct error *error)
{
	struct str text;
	int64_t share = 0;
	enum status status = load_text(loading, "share", false, &text, error);

	if (status || !text.n)
		return status;
	if (!str_ends(text, S("%")) || !str_int64(str_sub(text, 0, text.n - 1), &share) || share < 1 || share > 100)
		return load_fail(loading, "share", N_("\"%s\" is no share from 1% to 100%"),
				 str_c(loading->arena, text), error);
	p->share = (unsigned)share;
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on",  "when", "only_if", "type",  "link",
					   "set", "copy", "share",   "again", NULL};
	struct follow_up *p = arena_one(loading->arena, struct follow_up);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_occasion(loading, &p->occasion, error)) ||
	    (status = load_flag(loading, "again", &p->again, error)) || (status = load_share(loading, p, error)) ||
	    (status = load_type(loading, "type", true, &p->type, error)) || (status = load_tie(loading, p, error)))
		return status;
	return load_assignments(loading, p->type, &p->assignments, error);
}

/* --- making it --- */

static enum status is_tied(const struct follow_up *p, struct edit *edit, bool *tied, struct error *error)
{
	int64_t self = edit_after(edit)->identity, *ends;
	size_t count;
	enum status status;

	if (p->reference)
		return lookup_refers(edit_connection(edit), edit_arena(edit), p->reference, self, tied, error);
	status = lookup_ends(edit_connection(edit), edit_arena(edit), p->link->kind, self, !p->backwards, &ends, &count,
			     error);
	*tied = count > 0;
	return status;
}

static bool is_in_sample(const struct follow_up *p, const struct edit *edit)
{
	int64_t identity = edit_after(edit)->identity;
	struct str bytes = {(const char *)&identity, sizeof(identity)};
	struct hash hash = hash_parts(&bytes, 1);

	return !p->share || hash.bytes[0] * 256u + hash.bytes[1] < p->share * 65536u / 100u;
}

static enum status is_wanted(const struct follow_up *p, struct edit *edit, bool *wanted, struct error *error)
{
	bool tied = false;
	enum status status = occasion_comes(edit, &p->occasion, wanted, error);

	*wanted = *wanted && is_in_sample(p, edit);
	if (!status && *wanted && !p->again && !(status = is_tied(p, edit, &tied, error)))
		*wanted = !tied;
	return status;
}

static enum status make(const struct follow_up *p, struct edit *edit, struct error *error)
{
	struct field_input *fields = arena_many(edit_arena(edit), struct field_input, p->assignments.count + 1);
	struct link_input link = {.link = p->link, .backwards = p->backwards, .other = edit_after(edit)->identity};
	struct edit_request request = {
	    .type = p->type, .fields = fields, .links = &link, .link_count = p->link ? 1 : 0};
	struct edit_result result;
	enum status status;

	/* A step is somebody's doing, and so is what comes of it; a rule that comes true is the program's. */
	request.on_behalf = occasion_is_step(&p->occasion, edit) ? edit_who(edit) : 0;
	request.via = request.on_behalf ? edit_request_of(edit)->via : VIA_JOB;
	if ((status = assignments_make(edit, &p->assignments, fields, &request.field_count, error)))
		return status;
	if (p->reference)
		fields[request.field_count++] =
		    (struct field_input){p->reference, value_record(edit_after(edit)->identity)};
	return edit_follow_up(edit, &request, &result, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct follow_up *p = call->parameters;
	bool wanted;
	enum status status = is_wanted(p, edit, &wanted, error);

	if (status || !wanted || !(status = make(p, edit, error)))
		return status;
	return error_fail(error, status, "", "follow_up", N_("What follows from this step could not be made: %s"),
			  str_c(edit_arena(edit), label_in(&p->type->label, edit_actor(edit)->language)));
}

const struct behaviour behaviour_follow_up = {.name = "follow_up", .load = load, .after = after};

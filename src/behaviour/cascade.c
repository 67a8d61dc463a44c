/* cascade: a step taken on a record is taken on the records below it too, when whoever takes it says so.
 *
 * Parameters: on: the transition; take: what is taken below (default: the same); link: by which those below point here;
 * field: yes or no field that asks for it, and holds for that one step only; copy: fields that they get; says: text
 * {en, ja} told there to their customers, with %s for this record's number. Records that cannot take the step stay. */
#include "behaviour/behaviours.h"

#include "model/node.h"
#include "record/lookup.h"

struct cascade {
	const struct transition *on, *take;
	const struct link_kind *link;
	const struct field *field;
	const struct field **copy;
	size_t copy_count;
	struct str says[LANGUAGES];
};

static enum status load_steps(struct behaviour_loading *loading, struct cascade *p, struct error *error)
{
	struct str on, take, link;
	enum status status;

	if ((status = load_text(loading, "on", true, &on, error)) ||
	    (status = load_text(loading, "take", false, &take, error)) ||
	    (status = load_text(loading, "link", true, &link, error)))
		return status;
	p->on = type_transition(loading->type, on);
	p->take = take.n ? type_transition(loading->type, take) : p->on;
	p->link = type_link(loading->type, link);
	if (!p->on || !p->take)
		return load_fail(loading, "on", N_("There is no transition \"%s\""),
				 str_c(loading->arena, p->on ? take : on), error);
	return p->link && p->link->to == loading->type
		   ? OK
		   : load_fail(loading, "link", N_("There is no link \"%s\" between such records"),
			       str_c(loading->arena, link), error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on", "take", "link", "field", "copy", "says", NULL};
	struct cascade *p = arena_one(loading->arena, struct cascade);
	const struct node *says = loading->use->parameters ? node_get(loading->use->parameters, "says") : NULL;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_steps(loading, p, error)) ||
	    (status = load_field(loading, "field", true, &p->field, error)) ||
	    (status = load_fields(loading, "copy", &p->copy, &p->copy_count, error)))
		return status;
	if (p->field->kind != FIELD_BOOLEAN)
		return load_fail(loading, "field", N_("The field must be yes or no"), NULL, error);
	if (says && says->kind == NODE_MAPPING) {
		const struct node *english = node_get(says, "en"), *japanese = node_get(says, "ja");

		p->says[ENGLISH] = english ? english->text : (struct str){0};
		p->says[JAPANESE] = japanese ? japanese->text : p->says[ENGLISH];
	}
	return OK;
}

/* The wish belongs to the step at which it is said. */
static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct cascade *p = call->parameters;

	if (value_is_empty(edit_value(edit, p->field)) ||
	    (edit_overrides(edit, p->field) && edit_transition(edit) == p->on))
		return OK;
	return edit_set(edit, p->field, (struct value){0}, error);
}

static bool can_take(const struct cascade *p, const struct record *record)
{
	for (size_t i = 0; i < p->take->from_count; i++)
		if (p->take->from[i] == record->state)
			return true;
	return !p->take->from_count && record->state->phase != PHASE_DONE;
}

/* In both languages: whom it reaches is not known here. */
static struct str words(const struct cascade *p, struct edit *edit)
{
	char number[NUMBER_TEXT];
	const char *self = kernel_number(edit_kernel(edit), edit_after(edit)->identity, number);
	struct buf text = buf_new(edit_arena(edit));

	for (int language = LANGUAGES; language-- > 0;) {
		struct str rest = p->says[language], part;

		if (text.n && rest.n)
			buf_add_c(&text, "\n\n");
		for (bool first = true; str_cut(&rest, '%', &part); first = false) {
			if (!first) {
				buf_add_c(&text, self);
				part = str_sub(part, 1, part.n);
			}
			buf_add(&text, part);
		}
	}
	return buf_str(&text);
}

static enum status take_below(const struct cascade *p, struct edit *edit, int64_t identity, struct error *error)
{
	struct field_input *fields = arena_many(edit_arena(edit), struct field_input, p->copy_count + 1);
	struct edit_request request = {.record = identity,
				       .transition = p->take,
				       .fields = fields,
				       .comment = words(p, edit),
				       .comment_is_public = true,
				       .on_behalf = edit_actor(edit)->person,
				       .via = edit_request_of(edit)->via};
	struct record *record = NULL;
	struct edit_result result;
	enum status status =
	    record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), identity, true, &record, error);

	if (status || !record || !can_take(p, record))
		return status;
	request.type = record->type;
	for (size_t i = 0; i < p->copy_count; i++) {
		struct value value = edit_value(edit, p->copy[i]);

		if (!value_is_empty(value) && value_is_empty(record_value(record, p->copy[i])))
			fields[request.field_count++] = (struct field_input){p->copy[i], value};
	}
	status = edit_follow_up(edit, &request, &result, error);
	return status ? error_fail(error, status, str_c(edit_arena(edit), p->field->name), "cascade",
				   N_("%s could not be taken along"),
				   kernel_number(edit_kernel(edit), identity, (char[NUMBER_TEXT]){0}))
		      : OK;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct cascade *p = call->parameters;
	struct value wanted = edit_value(edit, p->field);
	int64_t *below;
	size_t count;
	enum status status;

	if (edit_transition(edit) != p->on || wanted.kind != VALUE_BOOLEAN || !wanted.boolean)
		return OK;
	status = lookup_ends(edit_connection(edit), edit_arena(edit), p->link->kind, edit_after(edit)->identity, true,
			     &below, &count, error);
	for (size_t i = 0; i < count && !status; i++)
		status = take_below(p, edit, below[i], error);
	return status;
}

const struct behaviour behaviour_cascade = {.name = "cascade", .load = load, .derive = derive, .after = after};

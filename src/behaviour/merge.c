/* merge: the same thing was reported twice. What hangs on the duplicate goes over to the record that stays.
 *
 * Parameters: on: transitions by which a record ends as a duplicate; into: reference to the record that stays; links:
 * links fields whose entries that record gets as well; people: person fields; they and all watchers watch it from now
 * on. Every other link, from either end, leaves the duplicate and goes to that record; where that has one already of a
 * kind of which there may be one, or would be linked to itself, it stays. Both must belong to the same customer. What
 * was said stays where it was said: history is not moved. */
#include "behaviour/merge.h"

#include "behaviour/behaviours.h"

#include "record/lookup.h"
#include "record/people.h"

const struct merge *merge_by(const struct kernel *kernel, const struct type *type, const struct transition *transition)
{
	for (const struct attached_behaviour *at = kernel->behaviours[type->index]; at->behaviour; at++) {
		const struct merge *merge = at->parameters;

		for (size_t i = 0; at->behaviour == &behaviour_merge && i < merge->on_count; i++)
			if (merge->on[i] == transition)
				return merge;
	}
	return NULL;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on", "into", "links", "people", NULL};
	struct merge *p = arena_one(loading->arena, struct merge);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_field(loading, "into", true, &p->into, error)) ||
	    (status = load_fields(loading, "links", &p->links, &p->link_count, error)) ||
	    (status = load_who(loading, "people", false, &p->people, &p->people_count, error)))
		return status;
	if (!p->on_count)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "on", error);
	if (p->into->kind != FIELD_REFERENCE || p->into->to != loading->type)
		return load_fail(loading, "into", N_("The field must refer to records of the same type"), NULL, error);
	for (size_t i = 0; i < p->link_count; i++)
		if (p->links[i]->kind != FIELD_LINKS)
			return load_fail(loading, "links", N_("The field must be one of links"), NULL, error);
	return OK;
}

static enum status load_other(const struct merge *p, struct edit *edit, struct record **other, struct error *error)
{
	struct value into = edit_value(edit, p->into);

	*other = NULL;
	if (into.kind != VALUE_RECORD)
		return OK;
	return record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), into.number, true, other, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct merge *p = call->parameters;
	const struct field *customer = edit_after(edit)->type->customer;
	struct record *other;
	enum status status;

	if (!edit_takes(edit, p->on, p->on_count) || (status = load_other(p, edit, &other, error)))
		return OK;
	if (!other)
		return error_fail_at(error, E_INVALID, p->into->name, "required", N_("A value is needed"));
	if (other->identity == edit_after(edit)->identity)
		return error_fail_at(error, E_INVALID, p->into->name, "merge",
				     N_("A record cannot be merged into itself"));
	if (!value_is_empty(record_value(other, p->into)))
		return error_fail_at(error, E_INVALID, p->into->name, "merge",
				     N_("That record has been merged into another one itself"));
	if (customer && !value_eq(record_value(other, customer), edit_value(edit, customer)))
		return error_fail_at(error, E_INVALID, p->into->name, "customer",
				     N_("Records of different customers are not merged"));
	return OK;
}

/* --- links --- */

struct passage { /* of links of one kind, as the type knows it */
	const struct link_kind *link;
	bool backwards;
};

static struct passage *passages_of(const struct type *type, struct arena *arena, size_t *count)
{
	struct passage *passages = arena_many(arena, struct passage, type->link_count + type->back_link_count + 1);

	*count = 0;
	for (size_t i = 0; i < type->link_count; i++)
		if (!type->links[i]->field) /* those are named by the parameter */
			passages[(*count)++] = (struct passage){type->links[i], false};
	for (size_t i = 0; i < type->back_link_count; i++)
		passages[(*count)++] = (struct passage){type->back_links[i], true};
	return passages;
}

static enum status leave(struct edit *edit, const struct passage *passage, int64_t stays, struct error *error)
{
	int64_t self = edit_after(edit)->identity, *ends, *taken;
	size_t count, taken_count = 0;
	enum status status = lookup_ends(edit_connection(edit), edit_arena(edit), passage->link->kind, self,
					 passage->backwards, &ends, &count, error);

	if (!status && count && passage->link->one && !passage->backwards)
		status = lookup_ends(edit_connection(edit), edit_arena(edit), passage->link->kind, stays, false, &taken,
				     &taken_count, error);
	for (size_t i = 0; i < count && !taken_count && !status; i++) {
		struct link_input input = {
		    .link = passage->link, .backwards = passage->backwards, .remove = true, .other = ends[i]};

		if (ends[i] != stays)
			status = edit_link(edit, &input, error);
	}
	return status;
}

/* What the duplicate leaves now, the other one gets when it is written. */
static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct merge *p = call->parameters;
	struct passage *passages;
	struct record *other;
	size_t count;
	enum status status = OK;

	if (!edit_takes(edit, p->on, p->on_count) || (status = load_other(p, edit, &other, error)) || !other)
		return status;
	passages = passages_of(edit_after(edit)->type, edit_arena(edit), &count);
	for (size_t i = 0; i < count && !status && other->identity != edit_after(edit)->identity; i++)
		status = leave(edit, &passages[i], other->identity, error);
	return status;
}

/* --- what goes over --- */

static bool holds(struct value list, int64_t identity)
{
	for (size_t i = 0; list.kind == VALUE_LIST && i < list.list.count; i++)
		if (list.list.items[i].number == identity)
			return true;
	return false;
}

/* Sorted, as lists are kept. */
static struct value together(struct arena *arena, struct value ours, struct value theirs)
{
	size_t our_count = ours.kind == VALUE_LIST ? ours.list.count : 0,
	       their_count = theirs.kind == VALUE_LIST ? theirs.list.count : 0, count = 0;
	struct value *items = arena_many(arena, struct value, our_count + their_count + 1);

	for (size_t i = 0; i < their_count; i++)
		items[count++] = theirs.list.items[i];
	for (size_t i = 0; i < our_count; i++) {
		size_t at = count;

		if (holds(theirs, ours.list.items[i].number))
			continue;
		for (; at && items[at - 1].number > ours.list.items[i].number; at--)
			items[at] = items[at - 1];
		items[at] = ours.list.items[i];
		count++;
	}
	return (struct value){.kind = VALUE_LIST, .list = {.items = items, .count = count}};
}

static struct link_input *left(struct edit *edit, size_t *count)
{
	size_t passage_count, end_count;
	const struct passage *passages = passages_of(edit_after(edit)->type, edit_arena(edit), &passage_count);
	VEC(struct link_input) links = {0};
	int64_t *ends;

	for (size_t i = 0; i < passage_count; i++) {
		edit_ended_links(edit, passages[i].link, passages[i].backwards, &ends, &end_count);
		for (size_t j = 0; j < end_count; j++)
			vec_push(edit_arena(edit), &links,
				 ((struct link_input){
				     .link = passages[i].link, .backwards = passages[i].backwards, .other = ends[j]}));
	}
	*count = links.count;
	return links.items;
}

static enum status hand_over_links(const struct merge *p, struct edit *edit, struct record *other, struct error *error)
{
	static const char merged[] = N_("merged into this record");
	char number[NUMBER_TEXT];
	const char *self = kernel_number(edit_kernel(edit), edit_after(edit)->identity, number);
	struct field_input *fields = arena_many(edit_arena(edit), struct field_input, p->link_count + 1);
	struct edit_note note = {
	    .kind = S("merge"),
	    .says = {{str_format(edit_arena(edit), "%s: %s", self, tr(ENGLISH, merged)),
		      str_format(edit_arena(edit), "%s: %s", self, tr(JAPANESE, merged))}},
	    .data = str_format(edit_arena(edit), "{\"merged\":\"%s\"}", self),
	};
	struct edit_request request = {
	    .type = other->type, .record = other->identity, .fields = fields, .note = &note, .via = VIA_JOB};
	struct edit_result result;

	request.links = left(edit, &request.link_count);
	for (size_t i = 0; i < p->link_count; i++)
		fields[request.field_count++] =
		    (struct field_input){p->links[i], together(edit_arena(edit), edit_value(edit, p->links[i]),
							       record_value(other, p->links[i]))};
	return edit_follow_up(edit, &request, &result, error);
}

static enum status watch(struct edit *edit, struct record *other, const int64_t *people, size_t count,
			 struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < count && !status; i++) {
		struct edit_request request = {.type = other->type,
					       .record = other->identity,
					       .watch = true,
					       .on_behalf = people[i],
					       .via = VIA_JOB};
		struct edit_result result;

		status = edit_follow_up(edit, &request, &result, error);
	}
	return status;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct merge *p = call->parameters;
	int64_t *people = NULL, *watchers = NULL;
	size_t people_count = 0, watcher_count = 0;
	struct record *other;
	enum status status = OK;

	if (!edit_takes(edit, p->on, p->on_count) || (status = load_other(p, edit, &other, error)) || !other)
		return edit_takes(edit, p->on, p->on_count) ? status : OK;
	if ((status = hand_over_links(p, edit, other, error)) ||
	    (status = people_meant(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->people,
				   p->people_count, edit_after(edit), &people, &people_count, error)) ||
	    (status = lookup_watchers(edit_connection(edit), edit_arena(edit), edit_after(edit)->identity, &watchers,
				      &watcher_count, error)) ||
	    (status = watch(edit, other, people, people_count, error)))
		return status;
	return watch(edit, other, watchers, watcher_count, error);
}

const struct behaviour behaviour_merge = {
    .name = "merge", .load = load, .derive = derive, .check = check, .after = after};

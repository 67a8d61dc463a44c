/* Links and watchers of an edit: what of the request really changes something, and writing it. */
#include "record/edit_run.h"

#include <stdlib.h>

/* --- links fields --- */

static bool list_has(struct value list, int64_t identity)
{
	for (size_t i = 0; list.kind == VALUE_LIST && i < list.list.count; i++)
		if (list.list.items[i].number == identity)
			return true;
	return false;
}

static const struct link_kind *kind_of(const struct field *field)
{
	for (size_t i = 0; i < field->type->link_count; i++)
		if (field->type->links[i]->field == field)
			return field->type->links[i];
	return NULL;
}

static void add_differences(struct edit *edit, const struct field *field, struct value from, struct value to,
			    bool remove)
{
	for (size_t i = 0; from.kind == VALUE_LIST && i < from.list.count; i++)
		if (!list_has(to, from.list.items[i].number))
			vec_push(edit->arena, &edit->links,
				 ((struct link_change){.kind = kind_of(field),
						       .field = field,
						       .stored = field->link,
						       .other = from.list.items[i].number,
						       .remove = remove}));
}

void edit_compare_list(struct edit *edit, const struct field *field)
{
	struct value before = edit->before ? record_value(edit->before, field) : (struct value){0};
	struct value after = record_value(edit->after, field);
	size_t kept = 0;

	for (size_t i = 0; i < edit->links.count; i++)
		if (edit->links.items[i].field != field)
			edit->links.items[kept++] = edit->links.items[i];
	edit->links.count = kept;
	add_differences(edit, field, before, after, true);
	add_differences(edit, field, after, before, false);
}

static int by_identity(const void *a, const void *b)
{
	int64_t x = ((const struct value *)a)->number, y = ((const struct value *)b)->number;

	return (x > y) - (x < y);
}

/* The list with one identity more or less, in order. */
static struct value list_with(struct arena *arena, struct value list, int64_t identity, bool remove)
{
	size_t count = list.kind == VALUE_LIST ? list.list.count : 0, kept = 0;
	struct value *items = arena_many(arena, struct value, count + 1);

	for (size_t i = 0; i < count; i++)
		if (list.list.items[i].number != identity)
			items[kept++] = list.list.items[i];
	if (!remove)
		items[kept++] = value_record(identity);
	if (!kept)
		return (struct value){0};
	qsort(items, kept, sizeof(*items), by_identity);
	return (struct value){.kind = VALUE_LIST, .list = {.items = items, .count = kept}};
}

static enum status check_added(struct edit *edit, const struct field *field, struct error *error)
{
	enum status status = OK;

	edit_compare_list(edit, field);
	for (size_t i = 0; i < edit->links.count && !status; i++) {
		const struct link_change *change = &edit->links.items[i];

		if (change->field == field && !change->remove)
			status = edit_check_reference(edit, field->name, field->to, change->other, error);
	}
	return status;
}

/* --- links of the request --- */

static enum status stands(struct edit *edit, struct str kind, int64_t source, int64_t target, bool *found,
			  struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(edit->connection,
					   S("SELECT 1 FROM kaname_link WHERE kind = ? AND source = ? AND target = ? "
					     "AND until IS NULL"),
					   &statement, error);

	*found = false;
	if (status)
		return status;
	bind_text(statement, kind);
	bind_int(statement, source);
	bind_int(statement, target);
	return store_step(statement, found, error);
}

/* A kind of which a record has one at most: the new one takes the place of the old one. */
static enum status make_room(struct edit *edit, const struct link_input *input, struct error *error)
{
	int64_t source = input->backwards ? input->other : edit->after->identity, old = 0;
	STATEMENT statement = NULL;
	bool row = false;
	enum status status;

	if (!source)
		return OK;
	status = store_prepare(edit->connection,
			       S("SELECT target FROM kaname_link WHERE kind = ? AND source = ? AND until IS NULL"),
			       &statement, error);
	if (status)
		return status;
	bind_text(statement, input->link->kind);
	bind_int(statement, source);
	if ((status = store_step(statement, &row, error)))
		return status;
	if (!row)
		return OK;
	old = column_int(statement, 0);
	if (input->backwards)
		return error_fail_at(error, E_CONFLICT, input->link->name, "one",
				     N_("The other record has such a link already"));
	vec_push(
	    edit->arena, &edit->links,
	    ((struct link_change){.kind = input->link, .stored = input->link->kind, .other = old, .remove = true}));
	return OK;
}

static enum status take_link(struct edit *edit, const struct link_input *input, struct error *error)
{
	const struct link_kind *link = input->link;
	const struct type *here = input->backwards ? link->to : link->from,
			  *there = input->backwards ? link->from : link->to;
	int64_t self = edit->after->identity;
	bool found = false;
	enum status status;

	if (here != edit->type)
		return error_fail_at(error, E_INVALID, link->name, "unknown", N_("Such records do not have this link"));
	if (input->other == self && self)
		return error_fail_at(error, E_INVALID, link->name, "self", N_("A record cannot be linked to itself"));
	if (!input->remove && (status = edit_check_reference(edit, link->name, there, input->other, error)))
		return status;
	if (link->field && !input->backwards) {
		struct value *list = &edit->after->values[link->field->index];

		*list = list_with(edit->arena, *list, input->other, input->remove);
		edit_compare_list(edit, link->field);
		return OK;
	}
	if (self && (status = stands(edit, link->kind, input->backwards ? input->other : self,
				     input->backwards ? self : input->other, &found, error)))
		return status;
	if (found != input->remove)
		return OK;
	if (link->one && !input->remove && (status = make_room(edit, input, error)))
		return status;
	vec_push(edit->arena, &edit->links,
		 ((struct link_change){.kind = link,
				       .stored = link->kind,
				       .other = input->other,
				       .backwards = input->backwards,
				       .remove = input->remove}));
	return OK;
}

enum status edit_link(struct edit *edit, const struct link_input *input, struct error *error)
{
	return take_link(edit, input, error);
}

enum status edit_take_links(struct edit *edit, struct error *error)
{
	const struct edit_request *request = edit->request;
	enum status status = OK;

	for (size_t i = 0; i < edit->plan->links.count; i++) {
		const struct field *field = edit->plan->links.items[i];
		enum status failed = edit->given[field->index] ? check_added(edit, field, error) : OK;

		status = status ? status : failed;
	}
	for (size_t i = 0; i < request->link_count; i++) {
		enum status failed = take_link(edit, &request->links[i], error);

		status = status ? status : failed;
	}
	return status;
}

/* --- writing --- */

static enum status begin_link(struct edit *edit, const struct link_change *change, int64_t event, struct error *error)
{
	int64_t self = edit->after->identity;
	STATEMENT statement = NULL;
	enum status status = store_prepare(edit->connection,
					   S("INSERT INTO kaname_link (kind, source, target, since, event) "
					     "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"),
					   &statement, error);

	if (status)
		return status;
	bind_text(statement, change->stored);
	bind_int(statement, change->backwards ? change->other : self);
	bind_int(statement, change->backwards ? self : change->other);
	bind_int(statement, edit->at);
	bind_int(statement, event);
	return store_run(statement, error);
}

static enum status end_link(struct edit *edit, const struct link_change *change, struct error *error)
{
	int64_t self = edit->after->identity;
	STATEMENT statement = NULL;
	enum status status = store_prepare(edit->connection,
					   S("UPDATE kaname_link SET until = ? WHERE kind = ? AND source = ? AND "
					     "target = ? AND until IS NULL"),
					   &statement, error);

	if (status)
		return status;
	bind_int(statement, edit->at);
	bind_text(statement, change->stored);
	bind_int(statement, change->backwards ? change->other : self);
	bind_int(statement, change->backwards ? self : change->other);
	return store_run(statement, error);
}

enum status edit_write_links(struct edit *edit, int64_t event, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < edit->links.count && !status; i++) {
		const struct link_change *change = &edit->links.items[i];

		status = change->remove ? end_link(edit, change, error) : begin_link(edit, change, event, error);
	}
	return status;
}

/* --- watchers --- */

enum status edit_find_watch(struct edit *edit, struct error *error)
{
	STATEMENT statement = NULL;
	bool watches = false;
	enum status status;

	edit->watch = 0;
	if (!edit->who || (!edit->request->watch && !edit->request->unwatch))
		return OK;
	if (edit->before) {
		status =
		    store_prepare(edit->connection, S("SELECT 1 FROM kaname_watcher WHERE record = ? AND person = ?"),
				  &statement, error);
		if (status)
			return status;
		bind_int(statement, edit->before->identity);
		bind_int(statement, edit->who);
		if ((status = store_step(statement, &watches, error)))
			return status;
	}
	if (edit->request->watch && !watches)
		edit->watch = 1;
	else if (edit->request->unwatch && watches)
		edit->watch = -1;
	return OK;
}

enum status edit_write_watch(struct edit *edit, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status;

	if (!edit->watch)
		return OK;
	status =
	    store_prepare(edit->connection,
			  edit->watch > 0 ? S("INSERT INTO kaname_watcher (record, person, since) VALUES (?, ?, ?)")
					  : S("DELETE FROM kaname_watcher WHERE record = ? AND person = ?"),
			  &statement, error);
	if (status)
		return status;
	bind_int(statement, edit->after->identity);
	bind_int(statement, edit->who);
	if (edit->watch > 0)
		bind_int(statement, edit->at);
	return store_run(statement, error);
}

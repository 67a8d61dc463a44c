/* Row and event of an edit. */
#include "record/edit_run.h"

#include "record/event.h"

bool edit_field_differs(const struct edit *edit, const struct field *field)
{
	struct value after = record_value(edit->after, field);

	if (field->is_counted)
		return false;
	if (!edit->before)
		return !value_is_empty(after);
	return !value_eq(record_value(edit->before, field), after);
}

bool edit_differs(const struct edit *edit)
{
	const struct edit_request *request = edit->request;

	if (!edit->before || edit->links.count || edit->watch || request->comment.n || request->attachment_count ||
	    request->note || edit->before->state != edit->after->state ||
	    edit->before->restricted != edit->after->restricted || (edit->transition && !edit->reconsiders))
		return true;
	for (size_t i = 0; i < edit->type->field_count; i++)
		if (edit_field_differs(edit, edit->type->fields[i]))
			return true;
	return false;
}

/* --- the row --- */

static enum status take_serial(struct edit *edit, int64_t *serial, struct error *error)
{
	int64_t first = edit->type->number_start ? edit->type->number_start : 1;
	enum status status =
	    store_next(edit->connection, edit->kernel->codes.code_of[edit->type->index], first, serial, error);

	if (status)
		return status;
	if (*serial < 1 || *serial >> IDENTITY_SERIAL_BITS)
		return error_fail(error, E_INTERNAL, "", "serial", N_("There are no numbers left for such records"));
	return OK;
}

/* By pointer: a currency is bound where it stands in the record. */
static void bind_value(struct statement *statement, const struct field *field, const struct value *value)
{
	bool empty = value_is_empty(*value);

	if (empty)
		bind_null(statement);
	else if (value->kind == VALUE_TEXT || value->kind == VALUE_CHOICE || value->kind == VALUE_ROWS)
		bind_text(statement, value->text);
	else if (value->kind == VALUE_BOOLEAN)
		bind_int(statement, value->boolean);
	else
		bind_int(statement, value->number);
	if (field->value != VALUE_MONEY)
		return;
	if (empty)
		bind_null(statement);
	else
		bind_text(statement, str_of(value->currency));
}

enum status edit_begin_row(struct edit *edit, struct error *error)
{
	int64_t serial;
	enum status status;

	edit->after->version = edit->before ? edit->before->version + 1 : 1;
	if (edit->before)
		return OK;
	if (!(status = take_serial(edit, &serial, error)))
		edit->after->identity = kernel_identity(edit->kernel, edit->type, serial);
	return status;
}

static enum status insert_row(struct edit *edit, struct error *error)
{
	const struct map *clocks = &edit->type->query->clocks;
	struct record *after = edit->after;
	STATEMENT statement = NULL;
	enum status status = store_prepare(edit->connection, edit->plan->insert, &statement, error);

	if (status)
		return status;
	bind_int(statement, after->identity);
	bind_int(statement, after->version);
	bind_int(statement, after->created_at);
	bind_int(statement, after->updated_at);
	bind_int(statement, after->created_by);
	bind_int(statement, after->updated_by);
	bind_int(statement, after->restricted);
	if (edit->type->state_count)
		bind_text(statement, after->state->name);
	for (size_t i = 0; i < edit->type->field_count; i++) {
		const struct field *field = edit->type->fields[i];

		if (layout_has_column(field))
			bind_value(statement, field, &after->values[i]);
	}
	for (size_t i = 0; i < clocks->count; i++) {
		struct row_clock clock = {0};

		edit_take_row_clock(edit, clocks->entries[i].key, &clock);
		row_clock_bind(statement, &clock, edit->at);
	}
	return store_run(statement, error);
}

/* Names only the columns that change: an update costs the indexes of every column that it names. */
static struct str update_text(struct edit *edit, bool state, const struct row_clock *clocks, size_t clock_count)
{
	struct buf sql = buf_new(edit->arena);

	buf_add(&sql, edit->plan->update_head);
	if (state)
		buf_add(&sql, S(", \"state\" = ?"));
	for (size_t i = 0; i < edit->type->field_count; i++) {
		const struct field *field = edit->type->fields[i];

		if (!layout_has_column(field) || !edit_field_differs(edit, field))
			continue;
		buf_format(&sql, ", \"%.*s\" = ?", STR_ARG(field->name));
		if (field->value == VALUE_MONEY)
			buf_format(&sql, ", \"%.*s_currency\" = ?", STR_ARG(field->name));
	}
	for (size_t i = 0; i < clock_count; i++)
		buf_format(&sql, ", %.*s", STR_ARG(row_clock_columns(edit->arena, clocks[i].name, " = ?")));
	buf_add(&sql, S(" WHERE \"id\" = ?"));
	return buf_str(&sql);
}

static enum status update_row(struct edit *edit, struct error *error)
{
	const struct map *declared = &edit->type->query->clocks;
	struct row_clock *clocks = arena_many(edit->arena, struct row_clock, declared->count + 1);
	struct record *after = edit->after;
	bool state = edit->before->state != after->state;
	size_t clock_count = 0;
	STATEMENT statement = NULL;
	enum status status;

	for (size_t i = 0; i < declared->count; i++)
		clock_count += edit_take_row_clock(edit, declared->entries[i].key, &clocks[clock_count]);
	status = store_prepare(edit->connection, update_text(edit, state, clocks, clock_count), &statement, error);
	if (status)
		return status;
	bind_int(statement, after->version);
	bind_int(statement, after->updated_at);
	bind_int(statement, after->updated_by);
	bind_int(statement, after->restricted);
	if (state)
		bind_text(statement, after->state->name);
	for (size_t i = 0; i < edit->type->field_count; i++) {
		const struct field *field = edit->type->fields[i];

		if (layout_has_column(field) && edit_field_differs(edit, field))
			bind_value(statement, field, &after->values[i]);
	}
	for (size_t i = 0; i < clock_count; i++)
		row_clock_bind(statement, &clocks[i], edit->at);
	bind_int(statement, after->identity);
	return store_run(statement, error);
}

/* --- the event --- */

static void name_field(struct buf *fields, struct str name)
{
	if (!fields->n)
		buf_add_char(fields, ',');
	buf_add(fields, name);
	buf_add_char(fields, ',');
}

static struct str array_end(struct buf *items)
{
	if (items->n)
		buf_add_char(items, ']');
	return buf_str(items);
}

static void write_changes(struct edit *edit, struct event_row *event)
{
	struct buf changes = buf_new(edit->arena), personal = buf_new(edit->arena), fields = buf_new(edit->arena);
	const struct state *from = edit->before ? edit->before->state : NULL, *to = edit->after->state;

	for (size_t i = 0; i < edit->type->field_count; i++) {
		const struct field *field = edit->type->fields[i];

		if (!edit_field_differs(edit, field))
			continue;
		event_add_change(&changes, &personal, field, edit->before ? edit->before->values[i] : (struct value){0},
				 edit->after->values[i]);
		name_field(&fields, field->name);
	}
	if (from != to) {
		event_add_change(&changes, &personal, NULL, from ? value_choice(from->name) : (struct value){0},
				 to ? value_choice(to->name) : (struct value){0});
		name_field(&fields, S("state"));
	}
	event->changes = array_end(&changes);
	event->places[PLACE_PERSONAL] = array_end(&personal);
	event->fields = buf_str(&fields);
}

static void detail_begin(struct buf *details, const char *name)
{
	buf_add_c(details, details->n ? ",\"" : "{\"");
	buf_add_c(details, name);
	buf_add_c(details, "\":");
}

static void write_link_details(struct edit *edit, struct buf *details)
{
	bool any = false;

	for (size_t i = 0; i < edit->links.count; i++) {
		const struct link_change *change = &edit->links.items[i];

		if (change->field)
			continue;
		if (!any)
			detail_begin(details, "links");
		buf_add_c(details, any ? ",[" : "[[");
		buf_add_json_string(details, change->stored);
		buf_format(details, ",%lld,\"%c\",%d]", (long long)change->other, change->remove ? '-' : '+',
			   change->backwards);
		any = true;
	}
	if (any)
		buf_add_char(details, ']');
}

static struct str write_files(struct edit *edit)
{
	const struct edit_request *request = edit->request;
	struct buf files = buf_new(edit->arena);

	for (size_t i = 0; i < request->attachment_count; i++) {
		const struct attachment_input *file = &request->attachments[i];
		char hex[HASH_BYTES * 2 + 1];

		hash_hex(edit->file_hashes[i], hex);
		buf_add_c(&files, i ? ",[" : "[[");
		buf_add_json_string(&files, file->name);
		buf_add_char(&files, ',');
		buf_add_json_string(&files, file->media_type);
		buf_format(&files, ",%zu,\"%s\",%d]", file->bytes.n, hex, edit->comment_is_public);
	}
	return array_end(&files);
}

static void write_note(const struct edit_note *note, struct buf *details)
{
	detail_begin(details, "note");
	buf_add_c(details, "{\"en\":");
	buf_add_json_string(details, note->says.text[ENGLISH]);
	buf_add_c(details, ",\"ja\":");
	buf_add_json_string(details, note->says.text[JAPANESE]);
	buf_add_c(details, ",\"people\":[");
	for (size_t i = 0; i < note->people_count; i++)
		buf_format(details, "%s%lld", i ? "," : "", (long long)note->people[i]);
	buf_add_char(details, ']');
	if (note->data.n) {
		buf_add_c(details, ",\"data\":");
		buf_add(details, note->data);
	}
	buf_add_char(details, '}');
}

static struct str write_details(struct edit *edit)
{
	struct buf details = buf_new(edit->arena);
	bool was_restricted = edit->before && edit->before->restricted;

	write_link_details(edit, &details);
	if (edit->watch) {
		detail_begin(&details, "watch");
		buf_add_int(&details, edit->watch);
	}
	if (was_restricted != edit->after->restricted) {
		detail_begin(&details, "restricted");
		buf_add_int(&details, edit->after->restricted);
	}
	if (edit->request->note)
		write_note(edit->request->note, &details);
	if (details.n)
		buf_add_char(&details, '}');
	return buf_str(&details);
}

static enum status write_event(struct edit *edit, int64_t *identity, struct error *error)
{
	struct event_row event = {
	    .record = edit->after->identity,
	    .sequence = edit->after->version,
	    .at = edit->at,
	    .recorded_at = edit->recorded_at,
	    .actor = edit->who,
	    .via = edit->request->via,
	    .kind = edit->before ? S("edit") : S("create"),
	    .transition = edit->transition ? edit->transition->name : (struct str){0},
	    .places[PLACE_COMMENT] = edit->request->comment,
	    .is_public = edit->comment_is_public,
	};
	struct hash previous;
	enum status status;

	if ((status = event_head(edit->connection, event.record, edit->before ? edit->before->version : 0, &previous,
				 error)))
		return status;
	write_changes(edit, &event);
	event.places[PLACE_FILES] = write_files(edit);
	event.details = write_details(edit);
	if (edit->request->note && edit->before)
		event.kind = edit->request->note->kind;
	if ((status = event_append(edit->connection, edit->arena, previous, &event, error)))
		return status;
	*identity = event.id;
	return OK;
}

enum status edit_write(struct edit *edit, struct error *error)
{
	int64_t event;
	enum status status = edit->before ? update_row(edit, error) : insert_row(edit, error);

	if (status || (status = write_event(edit, &event, error)) || (status = edit_write_links(edit, event, error)) ||
	    (status = edit_write_attachments(edit, event, error)) || (status = edit_write_watch(edit, error)) ||
	    (status = edit_write_search(edit, event, error)))
		return status;
	edit->result->event = event;
	edit->run->written++;
	store_tell(edit->connection, NEWS_RECORD, edit->after->identity, edit->after->version);
	if (edit->type->acts_as == ACTS_CALENDAR)
		edit->run->touched_calendars = true;
	if (!edit->plan->makes_actors || edit->run->forget_actors)
		return OK;
	edit->run->forget_actors = true;
	return store_epoch_advance(edit->connection, error); /* other nodes forget them as well */
}

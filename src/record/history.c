/* What a record's page tells besides its fields: history, links, attachments, watchers; each as the actor may see it.
 */
#include <jansson.h>
#include <stdlib.h>

#include "record/event.h"
#include "record/list.h"
#include "record/names.h"

static enum status visible(struct kernel *kernel, struct connection *connection, struct arena *arena,
			   const struct actor *actor, int64_t identity, struct record **record, struct error *error)
{
	enum status status = record_load(kernel, connection, arena, identity, false, record, error);

	if (status)
		return status;
	if (!*record || !access_reads_record(kernel, actor, *record))
		return error_fail(error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
	return OK;
}

/* Whether the other end of a link may be named to this actor. */
static enum status other_end(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct actor *actor, int64_t identity, struct record **record, struct error *error)
{
	enum status status = record_load(kernel, connection, arena, identity, false, record, error);

	if (!status && *record && !access_reads_record(kernel, actor, *record))
		*record = NULL;
	return status;
}

/* --- history --- */

struct teller { /* of one record's history to one actor */
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct actor *actor;
	const struct record *record;
};

/* Identities of a links field that the actor may not see are left out of what the history shows. */
static enum status hide_ends(const struct teller *teller, struct value *value, struct error *error)
{
	struct value *kept;
	size_t count = 0;

	if (value->kind != VALUE_LIST)
		return OK;
	kept = arena_many(teller->arena, struct value, value->list.count + 1);
	for (size_t i = 0; i < value->list.count; i++) {
		struct record *other;
		enum status status = other_end(teller->kernel, teller->connection, teller->arena, teller->actor,
					       value->list.items[i].number, &other, error);

		if (status)
			return status;
		if (other)
			kept[count++] = value->list.items[i];
	}
	*value =
	    count ? (struct value){.kind = VALUE_LIST, .list = {.items = kept, .count = count}} : (struct value){0};
	return OK;
}

/* By the name that it has now. */
static void tell_state(const struct teller *teller, struct value *value)
{
	const struct state *state = value->kind == VALUE_CHOICE ? state_once(teller->record->type, value->text) : NULL;

	if (state)
		*value = value_choice(state->name);
}

static enum status tell_change(const struct teller *teller, const struct event_change *stored, struct event *event,
			       struct error *error)
{
	const struct field *field = field_once(teller->record->type, stored->name);
	struct change change = {.field = field};
	enum status status;

	if ((!field && !str_is(stored->name, "state")) || (field && !access_reads_field(teller->actor, field)))
		return OK;
	if ((status = event_value(teller->arena, field, stored->before, &change.before, error)) ||
	    (status = event_value(teller->arena, field, stored->after, &change.after, error)) ||
	    (status = hide_ends(teller, &change.before, error)) || (status = hide_ends(teller, &change.after, error)))
		return status;
	if (!field) {
		tell_state(teller, &change.before);
		tell_state(teller, &change.after);
	}
	event->changes[event->change_count++] = change;
	return OK;
}

static enum status tell_link(const struct teller *teller, const json_t *stored, struct event *event,
			     struct error *error)
{
	const char *kind = json_string_value(json_array_get(stored, 0)),
		   *sign = json_string_value(json_array_get(stored, 2));
	struct record *other;
	enum status status;

	if (!kind || !sign)
		return OK;
	status = other_end(teller->kernel, teller->connection, teller->arena, teller->actor,
			   json_integer_value(json_array_get(stored, 1)), &other, error);
	if (status || !other)
		return status;
	event->links[event->link_count++] =
	    (struct linked){.link = link_once(teller->kernel->model, str_of(kind)),
			    .removed = *sign == '-',
			    .backwards = json_integer_value(json_array_get(stored, 3)) == 1,
			    .other = other->identity};
	return OK;
}

static struct str text_once(struct arena *arena, const json_t *text)
{
	return str_dup(arena, str_of(json_is_string(text) ? json_string_value(text) : ""));
}

static void tell_note(const struct teller *teller, const json_t *stored, struct event *event)
{
	struct event_note *note = arena_one(teller->arena, struct event_note);
	const json_t *people = json_object_get(stored, "people"), *data = json_object_get(stored, "data");
	char *text = data ? json_dumps(data, JSON_COMPACT) : NULL;

	note->says.text[ENGLISH] = text_once(teller->arena, json_object_get(stored, "en"));
	note->says.text[JAPANESE] = text_once(teller->arena, json_object_get(stored, "ja"));
	note->people = arena_many(teller->arena, int64_t, json_array_size(people) + 1);
	for (size_t i = 0; i < json_array_size(people); i++)
		note->people[note->people_count++] = json_integer_value(json_array_get(people, i));
	if (text)
		note->data = str_dup(teller->arena, str_of(text));
	free(text);
	event->note = note;
}

static enum status tell_details(const struct teller *teller, const struct event_row *row, struct event *event,
				struct error *error)
{
	json_error_t fault;
	json_t *details = row->details.n ? json_loadb(row->details.p, row->details.n, 0, &fault) : NULL;
	const json_t *links = json_object_get(details, "links");
	enum status status = OK;

	event->links = arena_many(teller->arena, struct linked, json_array_size(links) + 1);
	for (size_t i = 0; i < json_array_size(links) && actor_is_staff(teller->actor) && !status; i++)
		status = tell_link(teller, json_array_get(links, i), event, error);
	if (json_object_get(details, "note") && actor_is_staff(teller->actor))
		tell_note(teller, json_object_get(details, "note"), event);
	json_decref(details);
	return status;
}

static void tell_files(const struct teller *teller, const struct event_row *row, struct event *event)
{
	struct str text = row->places[PLACE_FILES];
	json_error_t fault;
	json_t *files = text.n ? json_loadb(text.p, text.n, 0, &fault) : NULL;

	event->attachments = arena_many(teller->arena, struct attachment, json_array_size(files) + 1);
	for (size_t i = 0; i < json_array_size(files); i++) {
		const json_t *file = json_array_get(files, i);
		bool is_public = json_integer_value(json_array_get(file, 4)) == 1;

		if (is_public || actor_is_staff(teller->actor))
			event->attachments[event->attachment_count++] = (struct attachment){
			    .record = row->record,
			    .event = row->id,
			    .is_public = is_public,
			    .created_at = row->at,
			    .created_by = row->actor,
			    .name = str_dup(teller->arena, str_of(json_string_value(json_array_get(file, 0)))),
			    .media_type = str_dup(teller->arena, str_of(json_string_value(json_array_get(file, 1)))),
			    .size = json_integer_value(json_array_get(file, 2))};
	}
	event->files_are_erased =
	    event_is_erased(row, PLACE_FILES) && (row->is_public || actor_is_staff(teller->actor));
	json_decref(files);
}

static enum status tell_changes(const struct teller *teller, const struct event_row *row, struct event *event,
				struct error *error)
{
	struct event_changes changes;
	struct event_change change;
	enum status status = OK;

	event_changes_open(row, &changes);
	event->changes = arena_many(teller->arena, struct change, json_array_size(changes.told) + 1);
	while (!status && event_changes_next(&changes, &change))
		status = tell_change(teller, &change, event, error);
	event_changes_close(&changes);
	return status;
}

static enum status tell(const struct teller *teller, const struct event_row *row, struct event *event,
			struct error *error)
{
	bool comment = row->is_public || actor_is_staff(teller->actor);
	enum status status;

	*event = (struct event){.identity = row->id,
				.record = row->record,
				.sequence = row->sequence,
				.at = row->at,
				.recorded_at = row->recorded_at,
				.actor = row->actor,
				.via = row->via,
				.kind = row->kind,
				.hash = row->hash,
				.is_public = row->is_public,
				.comment = comment ? event_comment(row) : (struct str){0},
				.comment_is_erased = comment && event_is_erased(row, PLACE_COMMENT),
				.transition =
				    row->transition.n ? type_transition(teller->record->type, row->transition) : NULL};
	tell_files(teller, row, event);
	status = tell_changes(teller, row, event, error);
	return status ? status : tell_details(teller, row, event, error);
}

/* An event of which nothing may be told is not shown at all. */
static bool says_something(const struct event *event, const struct actor *actor)
{
	return actor_is_staff(actor) || event->comment.n || event->change_count || event->attachment_count ||
	       event->comment_is_erased || event->files_are_erased || event->sequence == 1;
}

enum status read_history(struct kernel *kernel, struct connection *connection, struct arena *arena,
			 const struct actor *actor, const struct record *record, int64_t before_sequence, size_t limit,
			 struct event **events, size_t *count, struct error *error)
{
	struct str sql = str_format(
	    arena, "SELECT %s FROM kaname_event e WHERE e.record = ? AND e.seq < ? ORDER BY e.seq DESC", event_columns);
	VEC(struct event) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	*count = 0;
	*events = NULL;
	if (!actor_is_staff(actor) &&
	    (actor->partner || record->type->customers_see)) /* it may tell of times when it was not theirs to see */
		return OK;
	if ((status = store_prepare(connection, sql, &statement, error)))
		return status;
	bind_int(statement, record->identity);
	bind_int(statement, before_sequence ? before_sequence : INT64_MAX);
	while (found.count < limit && !(status = store_step(statement, &row, error)) && row) {
		struct teller teller = {kernel, connection, arena, actor, record};
		struct event_row stored;
		struct event event;

		event_from_row(arena, statement, &stored);
		if ((status = tell(&teller, &stored, &event, error)))
			return status;
		if (says_something(&event, actor))
			vec_push(arena, &found, event);
	}
	*events = found.items;
	*count = found.count;
	return status;
}

enum status read_event(struct kernel *kernel, struct connection *connection, struct arena *arena,
		       const struct actor *actor, const struct record *record, int64_t identity, struct event **event,
		       struct error *error)
{
	struct str sql =
	    str_format(arena, "SELECT %s FROM kaname_event e WHERE e.id = ? AND e.record = ?", event_columns);
	struct teller teller = {kernel, connection, arena, actor, record};
	struct event *found = arena_one(arena, struct event);
	struct event_row stored;
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	*event = NULL;
	if (!actor_is_staff(actor) && record->type->customers_see) /* as above */
		return OK;
	if ((status = store_prepare(connection, sql, &statement, error)))
		return status;
	bind_int(statement, identity);
	bind_int(statement, record->identity);
	if ((status = store_step(statement, &row, error)) || !row)
		return status;
	event_from_row(arena, statement, &stored);
	if (!(status = tell(&teller, &stored, found, error)) && says_something(found, actor))
		*event = found;
	return status;
}

/* --- links --- */

static enum status read_ends(const struct teller *teller, bool backwards, instant as_of, struct link_end **ends,
			     size_t *count, size_t *room, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(teller->connection,
					   backwards ? S("SELECT kind, source, since FROM kaname_link WHERE target = ? "
							 "AND since <= ? AND (until IS NULL OR until > ?) ORDER BY id")
						     : S("SELECT kind, target, since FROM kaname_link WHERE source = ? "
							 "AND since <= ? AND (until IS NULL OR until > ?) ORDER BY id"),
					   &statement, error);

	if (status)
		return status;
	bind_int(statement, teller->record->identity);
	bind_int(statement, as_of == INSTANT_NONE ? INT64_MAX : as_of);
	bind_int(statement, as_of == INSTANT_NONE ? INT64_MAX - 1 : as_of);
	while (!(status = store_step(statement, &row, error)) && row) {
		const struct link_kind *link = link_once(teller->kernel->model, column_text(statement, 0));
		struct record *other;

		if (!link || (!actor_is_staff(teller->actor) && !link->is_public))
			continue;
		if ((status = other_end(teller->kernel, teller->connection, teller->arena, teller->actor,
					column_int(statement, 1), &other, error)))
			return status;
		if (!other)
			continue;
		if (*count == *room) {
			*ends =
			    arena_grow(teller->arena, *ends, *room * sizeof(**ends), (*room * 2 + 8) * sizeof(**ends));
			*room = *room * 2 + 8;
		}
		(*ends)[(*count)++] = (struct link_end){.link = link,
							.backwards = backwards,
							.identity = other->identity,
							.state = other->state,
							.headline = read_headline(other, teller->actor->language),
							.since = column_int(statement, 2)};
	}
	return status;
}

enum status read_links(struct kernel *kernel, struct connection *connection, struct arena *arena,
		       const struct actor *actor, const struct record *record, instant as_of, struct link_end **ends,
		       size_t *count, struct error *error)
{
	struct teller teller = {
	    .kernel = kernel, .connection = connection, .arena = arena, .actor = actor, .record = record};
	size_t room = 0;
	enum status status;

	*ends = NULL;
	*count = 0;
	if ((status = read_ends(&teller, false, as_of, ends, count, &room, error)))
		return status;
	return read_ends(&teller, true, as_of, ends, count, &room, error);
}

enum status read_link_ends(struct kernel *kernel, struct connection *connection, struct arena *arena,
			   const struct actor *actor, const struct link_kind *link, bool backwards, int64_t identity,
			   size_t most, int64_t **ends, size_t *count, struct error *error)
{
	const struct type *type = backwards ? link->from : link->to;
	const char *here = backwards ? "target" : "source", *there = backwards ? "source" : "target";
	struct buf sql = buf_new(arena);
	VEC(int64_t) found = {0};
	struct filter_sql scope;
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	*count = 0;
	if (!access_reads_type(kernel, actor, type) || (!actor_is_staff(actor) && !link->is_public))
		return OK;
	access_scope(arena, kernel, actor, type, "r", &scope);
	buf_format(&sql,
		   "SELECT l.%s FROM kaname_link l JOIN %.*s r ON r.\"id\" = l.%s WHERE l.%s = ? AND l.kind = ? "
		   "AND l.until IS NULL",
		   there, STR_ARG(layout_table(arena, type)), there, here);
	if (scope.sql.n)
		buf_format(&sql, " AND (%.*s)", STR_ARG(scope.sql));
	buf_add(&sql, S(" ORDER BY l.id LIMIT ?"));
	if ((status = store_prepare(connection, buf_str(&sql), &statement, error)))
		return status;
	bind_int(statement, identity);
	bind_text(statement, link->kind);
	filter_bind_all(statement, &scope);
	bind_int(statement, (int64_t)most);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, column_int(statement, 0));
	*ends = found.items;
	*count = found.count;
	return status;
}

/* --- attachments and watchers --- */

static const char attachment_columns[] =
    "a.id, a.record, a.event, a.name, a.media_type, a.size, a.hash, a.public, a.created_at, a.created_by";

static struct attachment attachment_from_row(struct arena *arena, struct statement *statement)
{
	struct attachment file = {.identity = column_int(statement, 0),
				  .record = column_int(statement, 1),
				  .event = column_int(statement, 2),
				  .name = str_dup(arena, column_text(statement, 3)),
				  .media_type = str_dup(arena, column_text(statement, 4)),
				  .size = column_int(statement, 5),
				  .is_public = column_int(statement, 7) != 0,
				  .created_at = column_int(statement, 8),
				  .created_by = column_int(statement, 9)};
	struct str hash = column_blob(statement, 6);

	for (size_t i = 0; i < HASH_BYTES && i < hash.n; i++)
		file.hash.bytes[i] = (unsigned char)hash.p[i];
	return file;
}

enum status read_attachments(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct actor *actor, const struct record *record, struct attachment **attachments,
			     size_t *count, struct error *error)
{
	struct str sql = str_format(arena, "SELECT %s FROM kaname_attachment a WHERE a.record = ? ORDER BY a.id",
				    attachment_columns);
	VEC(struct attachment) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	*count = 0;
	if ((status = store_prepare(connection, sql, &statement, error)))
		return status;
	bind_int(statement, record->identity);
	while (!(status = store_step(statement, &row, error)) && row) {
		struct attachment file = attachment_from_row(arena, statement);

		if (file.is_public || actor_is_staff(actor))
			vec_push(arena, &found, file);
	}
	*attachments = found.items;
	*count = found.count;
	return status;
}

enum status read_attachment_bytes(struct kernel *kernel, struct connection *connection, struct arena *arena,
				  const struct actor *actor, int64_t attachment, struct attachment **found,
				  struct str *bytes, struct error *error)
{
	struct str sql = str_format(
	    arena, "SELECT %s, b.bytes FROM kaname_attachment a JOIN kaname_blob b ON b.hash = a.hash WHERE a.id = ?",
	    attachment_columns);
	struct record *record;
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	if ((status = store_prepare(connection, sql, &statement, error)))
		return status;
	bind_int(statement, attachment);
	if ((status = store_step(statement, &row, error)))
		return status;
	if (!row)
		return error_fail(error, E_NOT_FOUND, "", "not_found", N_("There is no such file"));
	*found = arena_one(arena, struct attachment);
	**found = attachment_from_row(arena, statement);
	*bytes = str_dup(arena, column_blob(statement, 10));
	if ((status = visible(kernel, connection, arena, actor, (*found)->record, &record, error)))
		return status;
	if (!(*found)->is_public && !actor_is_staff(actor))
		return error_fail(error, E_NOT_FOUND, "", "not_found", N_("There is no such file"));
	return OK;
}

enum status read_watchers(struct kernel *kernel, struct connection *connection, struct arena *arena,
			  const struct actor *actor, const struct record *record, int64_t **people, size_t *count,
			  struct error *error)
{
	VEC(int64_t) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	*count = 0;
	if ((status = store_prepare(connection, S("SELECT person FROM kaname_watcher WHERE record = ? ORDER BY since"),
				    &statement, error)))
		return status;
	bind_int(statement, record->identity);
	while (!(status = store_step(statement, &row, error)) && row)
		if (actor_is_staff(actor) || column_int(statement, 0) == actor->person)
			vec_push(arena, &found, column_int(statement, 0));
	*people = found.items;
	*count = found.count;
	return status;
}

enum { WATCHED_MOST = 1000 }; /* of a person's records, the latest that were put under watch */

static enum status watched_identities(struct connection *connection, struct arena *arena, int64_t person,
				      int64_t **identities, size_t *count, struct error *error)
{
	VEC(int64_t) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection,
	    S("SELECT record FROM kaname_watcher WHERE person = ? ORDER BY since DESC, record DESC LIMIT ?"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, person);
	bind_int(statement, WATCHED_MOST);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, column_int(statement, 0));
	*identities = found.items;
	*count = found.count;
	return status;
}

static int later_first(const void *a, const void *b)
{
	const struct search_hit *x = a, *y = b;

	return (x->updated_at < y->updated_at) - (x->updated_at > y->updated_at);
}

enum status read_watched(struct kernel *kernel, struct connection *connection, struct arena *arena,
			 const struct actor *actor, size_t limit, struct search_hit **hits, size_t *count,
			 int64_t *total, struct error *error)
{
	int64_t *identities = NULL;
	size_t watched = 0;
	enum status status = watched_identities(connection, arena, actor->person, &identities, &watched, error);

	*count = 0;
	*hits = arena_many(arena, struct search_hit, watched + 1);
	for (size_t i = 0; i < watched && !status; i++) {
		struct record *record = NULL;
		struct str headline = {0};

		status = record_load(kernel, connection, arena, identities[i], false, &record, error);
		if (status || !record || !access_reads_record(kernel, actor, record))
			continue;
		if (record->type->headline && access_reads_field(actor, record->type->headline))
			headline = read_headline(record, actor->language);
		(*hits)[(*count)++] = (struct search_hit){.identity = identities[i],
							  .type = record->type,
							  .updated_at = record->updated_at,
							  .headline = headline};
	}
	*total = (int64_t)*count;
	qsort(*hits, *count, sizeof(**hits), later_first);
	if (*count > limit)
		*count = limit;
	return status;
}

/* Proof that history is whole: chains, current rows against history, files, signed checkpoints. */
#include "record/verify.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "record/event.h"
#include "record/record.h"
#include "record/verify_erasures.h"
#include "record/verify_parts.h"

struct verifier {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena; /* of the whole run */
	struct verify_report *report;
	bool (*progress)(void *context, int64_t done, int64_t total);
	void *context;
	int64_t total;
};

static enum status blame(struct verifier *verifier, int64_t record, struct str sentence)
{
	if (!verifier->report->broken.n) {
		verifier->report->broken_record = record;
		verifier->report->broken = sentence;
	}
	return OK;
}

static bool is_broken(const struct verifier *verifier)
{
	return verifier->report->broken.n > 0;
}

/* --- one record: its chain, and its row as history says it must be --- */

struct replay { /* the newest value that history gives to each field, as JSON text */
	struct map values;
	bool restricted;
	instant created_at, updated_at;
	int64_t created_by, updated_by;
};

static void replay_changes(struct arena *arena, struct replay *replay, const struct event_row *event)
{
	struct event_changes changes;
	struct event_change change;

	event_changes_open(event, &changes);
	while (event_changes_next(&changes, &change)) {
		char *text = change.after ? json_dumps(change.after, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

		map_put(&replay->values, str_dup(arena, change.name), str_c(arena, text ? str_of(text) : S("null")));
		free(text);
	}
	event_changes_close(&changes);
}

static void replay_event(struct arena *arena, struct replay *replay, const struct event_row *event)
{
	json_error_t fault;
	json_t *details = event->details.n ? json_loadb(event->details.p, event->details.n, 0, &fault) : NULL;
	const json_t *restricted = json_object_get(details, "restricted");

	replay_changes(arena, replay, event);
	if (restricted)
		replay->restricted = json_integer_value(restricted) == 1;
	if (event->sequence == 1) {
		replay->created_at = event->at;
		replay->created_by = event->actor;
	}
	replay->updated_at = event->at;
	replay->updated_by = event->actor;
	json_decref(details);
}

/* JSON in one form, so that texts compare. */
static struct str normal(struct arena *arena, struct str text)
{
	json_error_t fault;
	json_t *value = json_loadb(text.p, text.n, JSON_DECODE_ANY, &fault);
	char *compact = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	struct str copy = compact ? str_dup(arena, str_of(compact)) : S("?");

	free(compact);
	json_decref(value);
	return copy;
}

static struct str current_value(struct arena *arena, const struct record *record, const struct field *field)
{
	struct value value = field ? record_value(record, field) : (struct value){0};
	struct buf buf = buf_new(arena);

	if (field)
		value_write_json(&buf, field, value_is_erased(value) ? value_erased(value.kind) : value);
	else
		buf_add_json_string(&buf, record->state ? record->state->name : S(""));
	return normal(arena, buf_str(&buf));
}

static bool value_agrees(struct arena *arena, const struct replay *replay, const struct record *record,
			 const struct field *field)
{
	const char *told = map_get(&replay->values, field ? field->name : S("state"));

	if (!told && field && field->was.n)
		told = map_get(&replay->values, field->was);
	if (!told)
		return field ? value_is_empty(record_value(record, field)) : record->state == NULL;
	return str_eq(normal(arena, str_of(told)), current_value(arena, record, field));
}

/* A state that was renamed stands in history under the name it had. */
static bool state_agrees(struct arena *arena, const struct replay *replay, const struct record *record)
{
	const char *told = map_get(&replay->values, S("state"));

	if (value_agrees(arena, replay, record, NULL))
		return true;
	return told && record->state && record->state->was.n &&
	       str_eq(str_of(told), str_format(arena, "\"%.*s\"", STR_ARG(record->state->was)));
}

static enum status compare_row(struct verifier *verifier, struct arena *arena, const struct replay *replay,
			       const struct event_row *last, struct error *error)
{
	char number[NUMBER_TEXT];
	struct record *record;
	enum status status =
	    record_load(verifier->kernel, verifier->connection, arena, last->record, false, &record, error);

	if (status)
		return status;
	kernel_number(verifier->kernel, last->record, number);
	if (!kernel_type_of(verifier->kernel, last->record))
		return OK; /* its type is no longer declared; the chain was checked */
	if (!record)
		return blame(verifier, last->record,
			     str_format(verifier->arena, "%s has history but its row is gone", number));
	if (record->version != last->sequence)
		return blame(verifier, last->record,
			     str_format(verifier->arena, "%s is at version %lld, its history ends at %lld", number,
					(long long)record->version, (long long)last->sequence));
	if (record->restricted != replay->restricted || record->created_at != replay->created_at ||
	    record->updated_at != replay->updated_at || record->created_by != replay->created_by ||
	    record->updated_by != replay->updated_by)
		return blame(verifier, last->record,
			     str_format(verifier->arena,
					"%s: who changed it, when, or who may see it differs from its history",
					number));
	if (record->type->state_count && !state_agrees(arena, replay, record))
		return blame(verifier, last->record,
			     str_format(verifier->arena, "%s: state differs from its history", number));
	for (size_t i = 0; i < record->type->field_count; i++) /* links fields: see verify_parts.h */
		if (record->type->fields[i]->kind != FIELD_LINKS && !record->type->fields[i]->is_counted &&
		    !value_agrees(arena, replay, record, record->type->fields[i]))
			return blame(verifier, last->record,
				     str_format(verifier->arena, "%s: field %.*s differs from its history", number,
						STR_ARG(record->type->fields[i]->name)));
	verifier->report->records++;
	return OK;
}

/* The names of the fields, by which changes are found, stand outside the hash: they follow from what stands inside. */
static bool names_its_fields(struct arena *arena, const struct event_row *event)
{
	struct buf fields = buf_new(arena);
	json_error_t fault;
	json_t *changes = event->changes.n ? json_loadb(event->changes.p, event->changes.n, 0, &fault) : NULL;

	for (size_t i = 0; i < json_array_size(changes); i++) {
		buf_add_c(&fields, i ? "" : ",");
		buf_add(&fields, str_of(json_string_value(json_array_get(json_array_get(changes, i), 0))));
		buf_add_char(&fields, ',');
	}
	json_decref(changes);
	return str_eq(buf_str(&fields), event->fields);
}

static void check_chain(struct verifier *verifier, struct arena *arena, struct hash previous, int64_t expected,
			const struct event_row *event)
{
	char number[NUMBER_TEXT];

	kernel_number(verifier->kernel, event->record, number);
	if (event->sequence != expected)
		blame(verifier, event->record,
		      str_format(verifier->arena, "%s: event %lld is missing from its history", number,
				 (long long)expected));
	else if (!hash_eq(event_hash(previous, event), event->hash) || !names_its_fields(arena, event))
		blame(verifier, event->record,
		      str_format(verifier->arena, "%s: event %lld was changed or put in", number,
				 (long long)event->sequence));
}

/* What is absent must have been erased, and the record's own history must say so. */
static enum status check_absent(struct verifier *verifier, struct erasures *erasures, const struct event_row *event,
				struct error *error)
{
	static const char *const told[EVENT_PLACES] = {"personal values", "comment", "files"};
	enum status status = OK;

	for (int i = 0; i < EVENT_PLACES && !status; i++) {
		char number[NUMBER_TEXT];
		bool named = true;

		if (event_is_erased(event, i))
			status = erasures_name(erasures, verifier->connection, event, i, &named, error);
		kernel_number(verifier->kernel, event->record, number);
		if (!named)
			blame(verifier, event->record,
			      str_format(verifier->arena,
					 "%s: somebody removed the %s of event %lld, and no erasure tells of it",
					 number, told[i], (long long)event->sequence));
	}
	return status;
}

/* --- all records, in order --- */

struct walk {
	struct arena *arena; /* of the record at hand */
	struct replay replay;
	struct event_row last;
	struct hash previous;
	int64_t read_record, read_sequence; /* so far */
	struct part_sums parts;
	struct erasures erasures; /* of the record at hand */
};

static enum status finish_record(struct verifier *verifier, struct walk *walk, struct error *error)
{
	enum status status;

	if (!walk->last.record || is_broken(verifier))
		return OK;
	status = compare_row(verifier, walk->arena, &walk->replay, &walk->last, error);
	if (!status && verifier->progress && verifier->report->records % 1000 == 0 &&
	    !verifier->progress(verifier->context, verifier->report->events, verifier->total))
		return error_fail(error, E_UNAVAILABLE, "", "stopped", N_("It was stopped before its end"));
	return status;
}

static void start_record(struct walk *walk)
{
	arena_reset(walk->arena);
	walk->replay = (struct replay){.values = map_new(walk->arena)};
	walk->previous = (struct hash){0};
	walk->last = (struct event_row){0};
	walk->erasures = (struct erasures){.arena = walk->arena};
}

static enum status walk_event(struct verifier *verifier, struct walk *walk, struct statement *statement,
			      struct error *error)
{
	struct event_row event;
	enum status status;

	if (walk->last.record && walk->last.record != column_int(statement, 1)) {
		if ((status = finish_record(verifier, walk, error)))
			return status;
		start_record(walk);
	}
	event_from_row(walk->arena, statement, &event);
	status = check_absent(verifier, &walk->erasures, &event, error);
	check_chain(verifier, walk->arena, walk->previous, walk->last.sequence + 1, &event);
	replay_event(walk->arena, &walk->replay, &event);
	parts_add_event(&walk->parts, walk->arena, &event);
	walk->previous = event.hash;
	walk->last = event;
	walk->read_record = event.record;
	walk->read_sequence = event.sequence;
	verifier->report->events++;
	return status;
}

enum { EVENTS_READ = 500, FILES_READ = 8 }; /* at once: a database may give an answer only whole */

static enum status walk_page(struct verifier *verifier, struct walk *walk, bool *more, struct error *error)
{
	struct str sql = str_format(verifier->arena,
				    "SELECT %s FROM kaname_event e WHERE (e.record, e.seq) > (?, ?) "
				    "ORDER BY e.record, e.seq LIMIT ?",
				    event_columns);
	STATEMENT statement = NULL;
	size_t read = 0;
	bool row;
	enum status status = store_prepare(verifier->connection, sql, &statement, error);

	if (status)
		return status;
	bind_int(statement, walk->read_record);
	bind_int(statement, walk->read_sequence);
	bind_int(statement, EVENTS_READ);
	while (!status && !is_broken(verifier) && !(status = store_step(statement, &row, error)) && row) {
		status = walk_event(verifier, walk, statement, error);
		read++;
	}
	*more = read == EVENTS_READ;
	return status;
}

static enum status walk_events(struct verifier *verifier, struct walk *walk, struct error *error)
{
	bool more = true;
	enum status status = OK;

	walk->read_record = walk->read_sequence = INT64_MIN;
	start_record(walk);
	while (more && !status && !is_broken(verifier))
		status = walk_page(verifier, walk, &more, error);
	return status ? status : finish_record(verifier, walk, error);
}

/* Rows that no event made. */
static enum status count_rows(struct verifier *verifier, struct error *error)
{
	const struct model *model = verifier->kernel->model;

	for (size_t i = 0; i < model->type_count && !is_broken(verifier); i++) {
		struct str table = layout_table(verifier->arena, model->types[i]);
		struct str sql = str_format(verifier->arena,
					    "SELECT r.\"id\" FROM %.*s r WHERE NOT EXISTS (SELECT 1 FROM kaname_event "
					    "e WHERE e.record = r.\"id\") LIMIT 1",
					    STR_ARG(table));
		STATEMENT statement = NULL;
		bool row;
		enum status status;

		if ((status = store_prepare(verifier->connection, sql, &statement, error)) ||
		    (status = store_step(statement, &row, error)))
			return status;
		if (row) {
			char number[NUMBER_TEXT];

			kernel_number(verifier->kernel, column_int(statement, 0), number);
			blame(verifier, column_int(statement, 0),
			      str_format(verifier->arena, "%s has no history", number));
		}
	}
	return OK;
}

static enum status compare_parts(struct verifier *verifier, struct walk *walk, struct error *error)
{
	char number[NUMBER_TEXT];
	const char *what;
	int64_t wrong;
	enum status status;

	if (is_broken(verifier))
		return OK;
	if ((status = parts_compare(&walk->parts, verifier->connection, &wrong, &what, error)) || !wrong)
		return status;
	kernel_number(verifier->kernel, wrong, number);
	return blame(verifier, wrong, str_format(verifier->arena, "%s: its %s differ from its history", number, what));
}

static void check_file(struct verifier *verifier, struct statement *statement)
{
	struct str told = column_blob(statement, 2);
	struct hash hash = hash_bytes(column_blob(statement, 3));
	char number[NUMBER_TEXT];

	verifier->report->attachments++;
	if (!column_is_null(statement, 3) && told.n == HASH_BYTES && memcmp(told.p, hash.bytes, HASH_BYTES) == 0)
		return;
	kernel_number(verifier->kernel, column_int(statement, 0), number);
	blame(verifier, column_int(statement, 0),
	      str_format(verifier->arena, "%s: the file %.*s was changed or removed", number,
			 STR_ARG(column_text(statement, 1))));
}

static enum status check_some_files(struct verifier *verifier, int64_t *last, bool *more, struct error *error)
{
	STATEMENT statement = NULL;
	size_t read = 0;
	bool row;
	enum status status = store_prepare(verifier->connection,
					   S("SELECT a.record, a.name, a.hash, b.bytes, a.id FROM kaname_attachment a "
					     "LEFT JOIN kaname_blob b ON b.hash = a.hash WHERE a.id > ? "
					     "ORDER BY a.id LIMIT ?"),
					   &statement, error);

	if (status)
		return status;
	bind_int(statement, *last);
	bind_int(statement, FILES_READ);
	while (!is_broken(verifier) && !(status = store_step(statement, &row, error)) && row) {
		check_file(verifier, statement);
		*last = column_int(statement, 4);
		read++;
	}
	*more = read == FILES_READ;
	return status;
}

static enum status check_files(struct verifier *verifier, struct error *error)
{
	int64_t last = INT64_MIN;
	bool more = true;
	enum status status = OK;

	while (more && !status && !is_broken(verifier))
		status = check_some_files(verifier, &last, &more, error);
	return status;
}

/* --- checkpoints --- */

enum { ROOTS_READ = 8 };

/* The signature of every checkpoint is checked. The root of each would take reading all heads again, so that is done
 * for the newest ones; it stands for the older ones, as none is signed unless the one before still holds. */
static enum status check_checkpoints(struct verifier *verifier, struct error *error)
{
	struct checkpoint *all;
	size_t count;
	enum status status = checkpoint_list(verifier->connection, verifier->arena, &all, &count, error);

	for (size_t i = count; i-- > 0 && !status && !is_broken(verifier);) {
		bool stands = true;

		if (!checkpoint_is_signed(verifier->kernel, &all[i]))
			return blame(verifier, 0,
				     str_format(verifier->arena, "Checkpoint %lld is not signed by this system's key",
						(long long)all[i].id));
		if (verifier->report->checkpoints++ < ROOTS_READ)
			status = checkpoint_stands(verifier->connection, &all[i], &stands, error);
		if (!stands)
			blame(verifier, 0,
			      str_format(verifier->arena, "History up to event %lld is not what checkpoint %lld signed",
					 (long long)all[i].last_event, (long long)all[i].id));
	}
	return status;
}

/* --- anchors --- */

static enum status check_anchor(struct verifier *verifier, const struct checkpoint *anchor, bool read_root,
				int64_t last_event, struct error *error)
{
	char at[TIME_TEXT];
	bool stands = true;
	enum status status = OK;

	time_format(anchor->at, at);
	if (!checkpoint_is_signed(verifier->kernel, anchor))
		return blame(verifier, 0,
			     str_format(verifier->arena, "The anchor of %s is not signed by this system's key", at));
	if (anchor->last_event > last_event)
		return blame(verifier, 0,
			     str_format(verifier->arena,
					"The end of history was cut off: it ends at event %lld, and the anchor of %s "
					"says that there were %lld",
					(long long)last_event, at, (long long)anchor->last_event));
	if (read_root)
		status = checkpoint_stands(verifier->connection, anchor, &stands, error);
	if (!status && !stands)
		blame(verifier, 0,
		      str_format(verifier->arena, "History up to event %lld is not what was anchored at %s",
				 (long long)anchor->last_event, at));
	return status;
}

enum status verify_anchors(struct kernel *kernel, struct arena *arena, const struct checkpoint *anchors, size_t count,
			   struct verify_report *report, struct error *error)
{
	READER connection = NULL;
	struct verifier verifier = {.kernel = kernel, .arena = arena, .report = report};
	int64_t last_event = 0;
	enum status status;

	if ((status = kernel_reader(kernel, &connection, error)))
		return status;
	verifier.connection = connection;
	status = checkpoint_newest_event(connection, &last_event, error);
	for (size_t i = count; i-- > 0 && !status && !is_broken(&verifier);) {
		status = check_anchor(&verifier, &anchors[i], report->anchors < ROOTS_READ, last_event, error);
		report->anchors++;
	}
	return status;
}

static enum status count_events(struct connection *connection, int64_t *count, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(connection, S("SELECT count(*) FROM kaname_event"), &statement, error);

	if (!status && !(status = store_step(statement, &row, error)))
		*count = column_int(statement, 0);
	return status;
}

enum status verify_history(struct kernel *kernel, struct arena *arena, struct verify_report *report,
			   bool (*progress)(void *context, int64_t done, int64_t total), void *context,
			   struct error *error)
{
	ARENA scratch = arena_new();
	READER connection = NULL;
	struct verifier verifier = {
	    .kernel = kernel, .arena = arena, .report = report, .progress = progress, .context = context};
	struct walk walk = {.arena = scratch, .parts = {.kernel = kernel, .arena = arena}};
	enum status status;

	*report = (struct verify_report){0};
	if ((status = store_reader(kernel->store, &connection, error)) ||
	    (status = store_snapshot_begin(connection, error)))
		return status;
	verifier.connection = connection;
	if (!(status = count_events(connection, &verifier.total, error)) &&
	    !(status = walk_events(&verifier, &walk, error)) && !(status = count_rows(&verifier, error)) &&
	    !(status = compare_parts(&verifier, &walk, error)) && !(status = check_files(&verifier, error)))
		status = check_checkpoints(&verifier, error);
	store_snapshot_end(connection);
	return status;
}

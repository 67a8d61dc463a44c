/* Proof that history is whole: chains, current rows against history, files, signed checkpoints. */
#include "record/verify.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "record/event.h"
#include "record/record.h"
#include "record/verify_parts.h"

struct head { /* the last event of a record */
	int64_t record, event;
	struct hash hash;
};

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

static void replay_event(struct arena *arena, struct replay *replay, const struct event_row *event)
{
	json_error_t fault;
	json_t *changes = event->changes.n ? json_loadb(event->changes.p, event->changes.n, 0, &fault) : NULL;
	json_t *details = event->details.n ? json_loadb(event->details.p, event->details.n, 0, &fault) : NULL;
	const json_t *restricted = json_object_get(details, "restricted");

	for (size_t i = 0; i < json_array_size(changes); i++) {
		const json_t *change = json_array_get(changes, i);
		char *text = json_dumps(json_array_get(change, 2), JSON_ENCODE_ANY | JSON_COMPACT);

		map_put(&replay->values, str_dup(arena, str_of(json_string_value(json_array_get(change, 0)))),
			str_c(arena, str_of(text)));
		free(text);
	}
	if (restricted)
		replay->restricted = json_integer_value(restricted) == 1;
	if (event->sequence == 1) {
		replay->created_at = event->at;
		replay->created_by = event->actor;
	}
	replay->updated_at = event->at;
	replay->updated_by = event->actor;
	json_decref(changes);
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
	struct buf buf = buf_new(arena);

	if (field)
		value_write_json(&buf, field, record_value(record, field));
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

static enum status check_chain(struct verifier *verifier, struct arena *arena, struct hash previous, int64_t expected,
			       const struct event_row *event)
{
	char number[NUMBER_TEXT];

	kernel_number(verifier->kernel, event->record, number);
	if (event->sequence != expected)
		return blame(verifier, event->record,
			     str_format(verifier->arena, "%s: event %lld is missing from its history", number,
					(long long)expected));
	if (!hash_eq(event_hash(previous, event), event->hash) || !names_its_fields(arena, event))
		return blame(verifier, event->record,
			     str_format(verifier->arena, "%s: event %lld was changed or put in", number,
					(long long)event->sequence));
	return OK;
}

/* --- all records, in order --- */

struct walk {
	struct arena *arena; /* of the record at hand */
	struct replay replay;
	struct event_row last;
	struct hash previous;
	struct part_sums parts;
	VEC(struct head) heads;
};

static enum status finish_record(struct verifier *verifier, struct walk *walk, struct error *error)
{
	enum status status;

	if (!walk->last.record || is_broken(verifier))
		return OK;
	vec_push(verifier->arena, &walk->heads, (struct head){walk->last.record, walk->last.id, walk->last.hash});
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
}

static enum status walk_events(struct verifier *verifier, struct walk *walk, struct error *error)
{
	struct str sql =
	    str_format(verifier->arena, "SELECT %s FROM kaname_event e ORDER BY e.record, e.seq", event_columns);
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(verifier->connection, sql, &statement, error);

	if (status)
		return status;
	start_record(walk);
	while (!is_broken(verifier) && !(status = store_step(statement, &row, error)) && row) {
		struct event_row event;

		if (walk->last.record && walk->last.record != column_int(statement, 1)) {
			if ((status = finish_record(verifier, walk, error)))
				return status;
			start_record(walk);
		}
		event_from_row(walk->arena, statement, &event);
		status = check_chain(verifier, walk->arena, walk->previous, walk->last.sequence + 1, &event);
		replay_event(walk->arena, &walk->replay, &event);
		parts_add_event(&walk->parts, walk->arena, &event);
		walk->previous = event.hash;
		walk->last = event;
		verifier->report->events++;
	}
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

static enum status check_files(struct verifier *verifier, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(verifier->connection,
					   S("SELECT a.record, a.name, a.hash, b.bytes FROM kaname_attachment a "
					     "LEFT JOIN kaname_blob b ON b.hash = a.hash ORDER BY a.id"),
					   &statement, error);

	while (!status && !is_broken(verifier) && !(status = store_step(statement, &row, error)) && row) {
		struct str told = column_blob(statement, 2);
		struct hash hash = hash_bytes(column_blob(statement, 3));

		if (column_is_null(statement, 3) || told.n != HASH_BYTES ||
		    memcmp(told.p, hash.bytes, HASH_BYTES) != 0) {
			char number[NUMBER_TEXT];

			kernel_number(verifier->kernel, column_int(statement, 0), number);
			blame(verifier, column_int(statement, 0),
			      str_format(verifier->arena, "%s: the file %.*s was changed or removed", number,
					 STR_ARG(column_text(statement, 1))));
		}
		verifier->report->attachments++;
	}
	return status;
}

/* --- checkpoints --- */

static int by_record(const void *a, const void *b)
{
	const struct head *x = a, *y = b;

	return (x->record > y->record) - (x->record < y->record);
}

static struct hash root_of(struct arena *arena, const struct head *heads, size_t count)
{
	struct hash *leaves = arena_many(arena, struct hash, count + 1);

	for (size_t i = 0; i < count; i++) {
		struct str parts[] = {{(const char *)&heads[i].record, sizeof(heads[i].record)},
				      {(const char *)heads[i].hash.bytes, HASH_BYTES}};

		leaves[i] = hash_parts(parts, 2);
	}
	return hash_merkle(leaves, count);
}

/* Heads as they were when the event with that id was the last one. */
static enum status heads_at(struct connection *connection, struct arena *arena, int64_t last_event, struct head **heads,
			    size_t *count, struct error *error)
{
	VEC(struct head) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection,
	    S("SELECT e.record, e.id, e.hash FROM kaname_event e JOIN (SELECT record, max(seq) AS seq "
	      "FROM kaname_event WHERE id <= ? GROUP BY record) m ON m.record = e.record AND m.seq = e.seq"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, last_event);
	while (!(status = store_step(statement, &row, error)) && row) {
		struct head head = {.record = column_int(statement, 0), .event = column_int(statement, 1)};
		struct str hash = column_blob(statement, 2);

		memcpy(head.hash.bytes, hash.p, hash.n < HASH_BYTES ? hash.n : HASH_BYTES);
		vec_push(arena, &found, head);
	}
	if (found.count)
		qsort(found.items, found.count, sizeof(*found.items), by_record);
	*heads = found.items;
	*count = found.count;
	return status;
}

struct checkpoint_row {
	int64_t id;
	instant at;
	int64_t last_event, heads;
	struct hash root;
};

/* What a checkpoint signs. */
static struct str statement_of(struct arena *arena, instant at, int64_t last_event, int64_t heads, struct hash root)
{
	char hex[HASH_BYTES * 2 + 1];

	hash_hex(root, hex);
	return str_format(arena, "kaname checkpoint %lld %lld %lld %s", (long long)at, (long long)last_event,
			  (long long)heads, hex);
}

static struct checkpoint_row checkpoint_from_row(struct statement *statement)
{
	struct checkpoint_row row = {.id = column_int(statement, 0),
				     .at = column_int(statement, 1),
				     .last_event = column_int(statement, 2),
				     .heads = column_int(statement, 3)};
	struct str root = column_blob(statement, 4);

	if (root.n == HASH_BYTES)
		memcpy(row.root.bytes, root.p, HASH_BYTES);
	return row;
}

/* Whether history up to the checkpoint's event still has the root that it signed. */
static enum status root_stands(struct connection *connection, const struct checkpoint_row *row, bool *stands,
			       struct error *error)
{
	ARENA arena = arena_new();
	struct head *heads;
	size_t count;
	enum status status = heads_at(connection, arena, row->last_event, &heads, &count, error);

	if (!status)
		*stands = (int64_t)count == row->heads && hash_eq(root_of(arena, heads, count), row->root);
	return status;
}

static bool is_signed(const struct kernel *kernel, const struct checkpoint_row *row, struct str key,
		      struct str signature)
{
	ARENA arena = arena_new();

	return key.n == PUBLIC_KEY_BYTES && signature.n == SIGNATURE_BYTES &&
	       (!kernel->has_key || memcmp(key.p, kernel->key.public_key, PUBLIC_KEY_BYTES) == 0) &&
	       signature_matches((const unsigned char *)key.p,
				 statement_of(arena, row->at, row->last_event, row->heads, row->root),
				 (const unsigned char *)signature.p);
}

enum { ROOTS_READ = 8 };

/* The signature of every checkpoint is checked. The root of each would take reading all heads again, so that is done
 * for the newest ones; it stands for the older ones, as none is signed unless the one before still holds. */
static enum status check_checkpoints(struct verifier *verifier, struct error *error)
{
	STATEMENT statement = NULL;
	bool found;
	enum status status =
	    store_prepare(verifier->connection,
			  S("SELECT id, at, last_event, heads, root, public_key, signature FROM kaname_checkpoint "
			    "ORDER BY id DESC"),
			  &statement, error);

	while (!status && !is_broken(verifier) && !(status = store_step(statement, &found, error)) && found) {
		struct checkpoint_row row = checkpoint_from_row(statement);
		bool stands = true;

		if (!is_signed(verifier->kernel, &row, column_blob(statement, 5), column_blob(statement, 6)))
			return blame(verifier, 0,
				     str_format(verifier->arena, "Checkpoint %lld is not signed by this system's key",
						(long long)row.id));
		if (verifier->report->checkpoints++ < ROOTS_READ)
			status = root_stands(verifier->connection, &row, &stands, error);
		if (!stands)
			blame(verifier, 0,
			      str_format(verifier->arena, "History up to event %lld is not what checkpoint %lld signed",
					 (long long)row.last_event, (long long)row.id));
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

/* --- writing a checkpoint --- */

struct checkpoint {
	struct kernel *kernel;
	instant now;
	bool written;
};

static enum status newest_event(struct connection *connection, int64_t *event, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status =
	    store_prepare(connection, S("SELECT COALESCE(max(id), 0) FROM kaname_event"), &statement, error);

	if (!status && !(status = store_step(statement, &row, error)))
		*event = column_int(statement, 0);
	return status;
}

/* The newest checkpoint; id 0 when there is none. */
static enum status newest_checkpoint(struct connection *connection, struct checkpoint_row *newest, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection, S("SELECT id, at, last_event, heads, root FROM kaname_checkpoint ORDER BY id DESC LIMIT 1"),
	    &statement, error);

	*newest = (struct checkpoint_row){0};
	if (!status && !(status = store_step(statement, &row, error)) && row)
		*newest = checkpoint_from_row(statement);
	return status;
}

/* Whoever alters history must not get it signed anew. */
static enum status check_newest(struct connection *connection, const struct checkpoint_row *newest, struct error *error)
{
	bool stands = true;
	enum status status = newest->id ? root_stands(connection, newest, &stands, error) : OK;

	if (status || stands)
		return status;
	return error_fail(
	    error, E_INTERNAL, "", "history",
	    N_("History is not what the last checkpoint signed, so it is not signed again; run the verification"));
}

static enum status insert_checkpoint(void *context, struct connection *connection, struct error *error)
{
	struct checkpoint *checkpoint = context;
	const struct signing_key *key = &checkpoint->kernel->key;
	ARENA arena = arena_new();
	unsigned char signature[SIGNATURE_BYTES];
	struct checkpoint_row newest;
	int64_t last_event = 0;
	STATEMENT statement = NULL;
	struct head *heads;
	struct hash root;
	size_t count;
	enum status status;

	if ((status = newest_event(connection, &last_event, error)) ||
	    (status = newest_checkpoint(connection, &newest, error)) ||
	    (status = check_newest(connection, &newest, error)) || last_event == newest.last_event ||
	    (status = heads_at(connection, arena, last_event, &heads, &count, error)) ||
	    (status = store_prepare(connection,
				    S("INSERT INTO kaname_checkpoint (at, last_event, heads, root, public_key, "
				      "signature) VALUES (?, ?, ?, ?, ?, ?)"),
				    &statement, error)))
		return status;
	root = root_of(arena, heads, count);
	signing_key_sign(key, statement_of(arena, checkpoint->now, last_event, (int64_t)count, root), signature);
	bind_int(statement, checkpoint->now);
	bind_int(statement, last_event);
	bind_int(statement, (int64_t)count);
	bind_blob(statement, (struct str){(const char *)root.bytes, HASH_BYTES});
	bind_blob(statement, (struct str){(const char *)key->public_key, PUBLIC_KEY_BYTES});
	bind_blob(statement, (struct str){(const char *)signature, SIGNATURE_BYTES});
	checkpoint->written = true;
	return store_run(statement, error);
}

enum status checkpoint_write(struct kernel *kernel, instant now, bool *written, struct error *error)
{
	struct checkpoint checkpoint = {.kernel = kernel, .now = now};
	enum status status;

	*written = false;
	if (!kernel->has_key)
		return error_fail(error, E_CONFLICT, "", "key",
				  N_("There is no signing key, so no checkpoint can be signed"));
	status = store_write_wait(kernel->store, insert_checkpoint, &checkpoint, error);
	*written = !status && checkpoint.written;
	return status;
}

#include "record/event.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

const char event_columns[] =
    "e.id, e.record, e.seq, e.at, e.recorded_at, e.actor, e.via, e.kind, e.transition, e.fields, "
    "e.changes, e.details, e.comment, e.public, e.hash";

static const char *const vias[VIAS] = {"web", "portal", "api", "mail", "cli", "import", "job", "demo"};

const char *via_name(enum via via)
{
	return (unsigned)via < VIAS ? vias[via] : "?";
}

static struct str number(char out[24], int64_t value)
{
	return (struct str){out, (size_t)snprintf(out, 24, "%lld", (long long)value)};
}

struct hash event_hash(struct hash previous, const struct event_row *row)
{
	char record[24], sequence[24], at[24], recorded_at[24], actor[24];
	struct str parts[] = {
	    {(const char *)previous.bytes, HASH_BYTES},
	    number(record, row->record),
	    number(sequence, row->sequence),
	    number(at, row->at),
	    number(recorded_at, row->recorded_at),
	    number(actor, row->actor),
	    str_of(via_name(row->via)),
	    row->kind,
	    row->transition,
	    row->changes,
	    row->details,
	    row->comment,
	    row->is_public ? S("1") : S("0"),
	};

	return hash_parts(parts, sizeof(parts) / sizeof(*parts));
}

static void bind_filled(struct statement *statement, struct str text)
{
	if (text.n)
		bind_text(statement, text);
	else
		bind_null(statement);
}

enum status event_append(struct connection *connection, struct hash previous, struct event_row *row,
			 struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_next(connection, COUNTER_EVENTS, 1, &row->id, error);

	if (status)
		return status;
	status = store_prepare(
	    connection,
	    S("INSERT INTO kaname_event (id, record, seq, at, recorded_at, actor, via, kind, transition, fields, "
	      "changes, details, comment, public, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
	    &statement, error);
	if (status)
		return status;
	row->hash = event_hash(previous, row);
	bind_int(statement, row->id);
	bind_int(statement, row->record);
	bind_int(statement, row->sequence);
	bind_int(statement, row->at);
	bind_int(statement, row->recorded_at);
	bind_int(statement, row->actor);
	bind_text(statement, str_of(via_name(row->via)));
	bind_text(statement, row->kind);
	bind_filled(statement, row->transition);
	bind_filled(statement, row->fields);
	bind_filled(statement, row->changes);
	bind_filled(statement, row->details);
	bind_filled(statement, row->comment);
	bind_int(statement, row->is_public);
	bind_blob(statement, (struct str){(const char *)row->hash.bytes, HASH_BYTES});
	return store_run(statement, error);
}

static bool take_hash(struct str blob, struct hash *hash)
{
	if (blob.n != HASH_BYTES)
		return false;
	memcpy(hash->bytes, blob.p, HASH_BYTES);
	return true;
}

enum status event_head(struct connection *connection, int64_t record, int64_t sequence, struct hash *hash,
		       struct error *error)
{
	STATEMENT statement = NULL;
	bool row;

	memset(hash, 0, sizeof(*hash));
	if (!sequence)
		return OK;
	enum status status = store_prepare(connection, S("SELECT hash FROM kaname_event WHERE record = ? AND seq = ?"),
					   &statement, error);
	if (status)
		return status;
	bind_int(statement, record);
	bind_int(statement, sequence);
	if ((status = store_step(statement, &row, error)))
		return status;
	if (!row || !take_hash(column_blob(statement, 0), hash))
		return error_fail(error, E_INTERNAL, "", "history",
				  N_("The history of this record is broken: its last event is missing"));
	return OK;
}

static enum via via_of(struct str name)
{
	for (int i = 0; i < VIAS; i++)
		if (str_is(name, vias[i]))
			return (enum via)i;
	return VIAS;
}

void event_from_row(struct arena *arena, struct statement *statement, struct event_row *row)
{
	*row = (struct event_row){
	    .id = column_int(statement, 0),
	    .record = column_int(statement, 1),
	    .sequence = column_int(statement, 2),
	    .at = column_int(statement, 3),
	    .recorded_at = column_int(statement, 4),
	    .actor = column_int(statement, 5),
	    .via = via_of(column_text(statement, 6)),
	    .kind = str_dup(arena, column_text(statement, 7)),
	    .transition = str_dup(arena, column_text(statement, 8)),
	    .fields = str_dup(arena, column_text(statement, 9)),
	    .changes = str_dup(arena, column_text(statement, 10)),
	    .details = str_dup(arena, column_text(statement, 11)),
	    .comment = str_dup(arena, column_text(statement, 12)),
	    .is_public = column_int(statement, 13) != 0,
	};
	take_hash(column_blob(statement, 14), &row->hash);
}

/* --- stored values --- */

static enum status broken(struct error *error, const struct field *field)
{
	return error_fail_at(error, E_INTERNAL, field ? field->name : S("state"), "history",
			     N_("The history holds a value that cannot be read"));
}

static enum status read_list(struct arena *arena, const struct field *field, const json_t *stored, struct value *value,
			     struct error *error)
{
	size_t count = json_array_size(stored);
	struct value *items = arena_many(arena, struct value, count + 1);

	if (!json_is_array(stored))
		return broken(error, field);
	for (size_t i = 0; i < count; i++)
		items[i] = value_record(json_integer_value(json_array_get(stored, i)));
	*value =
	    count ? (struct value){.kind = VALUE_LIST, .list = {.items = items, .count = count}} : (struct value){0};
	return OK;
}

static enum status read_money(const struct field *field, const json_t *stored, struct value *value, struct error *error)
{
	const char *currency = json_string_value(json_array_get(stored, 1));

	if (!currency)
		return broken(error, field);
	*value = value_number(VALUE_MONEY, json_integer_value(json_array_get(stored, 0)));
	snprintf(value->currency, sizeof(value->currency), "%s", currency);
	return OK;
}

static enum status read_rows(struct arena *arena, const struct field *field, const json_t *stored, struct value *value,
			     struct error *error)
{
	char *text = json_dumps(stored, JSON_COMPACT | JSON_ENCODE_ANY);

	if (!text)
		return broken(error, field);
	*value = (struct value){.kind = VALUE_ROWS, .text = str_dup(arena, str_of(text))};
	free(text);
	return OK;
}

enum status event_value(struct arena *arena, const struct field *field, const struct json_t *stored,
			struct value *value, struct error *error)
{
	enum value_kind kind = field ? field->value : VALUE_CHOICE;

	*value = (struct value){0};
	if (!stored || json_is_null(stored))
		return OK;
	switch (kind) {
	case VALUE_BOOLEAN:
		*value = value_boolean(json_is_true(stored));
		return json_is_boolean(stored) ? OK : broken(error, field);
	case VALUE_TEXT:
	case VALUE_CHOICE:
		if (!json_is_string(stored))
			return broken(error, field);
		*value = (struct value){
		    .kind = kind,
		    .text = str_dup(arena, (struct str){json_string_value(stored), json_string_length(stored)})};
		return OK;
	case VALUE_MONEY:
		return read_money(field, stored, value, error);
	case VALUE_LIST:
		return read_list(arena, field, stored, value, error);
	case VALUE_ROWS:
		return read_rows(arena, field, stored, value, error);
	default:
		*value = value_number(kind, json_integer_value(stored));
		return json_is_integer(stored) ? OK : broken(error, field);
	}
}

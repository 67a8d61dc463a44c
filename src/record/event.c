#include "record/event.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

const char event_columns[] =
    "e.id, e.record, e.seq, e.at, e.recorded_at, e.actor, e.via, e.kind, e.transition, e.fields, "
    "e.changes, e.details, e.personal, e.personal_seal, e.comment, e.comment_seal, e.files, e.files_seal, "
    "e.public, e.hash";

static const char *const vias[VIAS] = {"web", "portal", "api", "mail", "cli", "import", "job", "demo", "link"};
static const char *const place_names[EVENT_PLACES] = {"personal", "comment", "files"};

const char *via_name(enum via via)
{
	return (unsigned)via < VIAS ? vias[via] : "?";
}

const char *event_place_name(enum event_place place)
{
	return place_names[place];
}

struct str event_comment(const struct event_row *row)
{
	return row->places[PLACE_COMMENT];
}

bool event_is_erased(const struct event_row *row, enum event_place place)
{
	return !row->places[place].n && row->seals[place].n;
}

/* --- hash --- */

static struct str number(char out[24], int64_t value)
{
	return (struct str){out, (size_t)snprintf(out, 24, "%lld", (long long)value)};
}

struct hash event_commitment(const struct event_row *row, enum event_place place)
{
	return hash_parts((struct str[]){row->seals[place], row->places[place]}, 2);
}

struct hash event_hash(struct hash previous, const struct event_row *row)
{
	enum { COVERED = 12 };
	char record[24], sequence[24], at[24], recorded_at[24], actor[24];
	struct hash commitments[EVENT_PLACES];
	struct str parts[COVERED + EVENT_PLACES] = {
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
	    row->is_public ? S("1") : S("0"),
	};

	for (int i = 0; i < EVENT_PLACES; i++) {
		if (row->places[i].n) {
			commitments[i] = event_commitment(row, i);
			parts[COVERED + i] = (struct str){(const char *)commitments[i].bytes, HASH_BYTES};
		} else {
			parts[COVERED + i] = row->seals[i];
		}
	}
	return hash_parts(parts, COVERED + EVENT_PLACES);
}

/* --- writing --- */

static void bind_filled(struct statement *statement, struct str text)
{
	if (text.n)
		bind_text(statement, text);
	else
		bind_null(statement);
}

static void bind_place(struct statement *statement, const struct event_row *row, enum event_place place)
{
	bind_filled(statement, row->places[place]);
	if (row->seals[place].n)
		bind_blob(statement, row->seals[place]);
	else
		bind_null(statement);
}

static void draw_salts(struct arena *arena, struct event_row *row)
{
	char *salts = arena_alloc(arena, EVENT_PLACES * HASH_BYTES);

	secret_fill(salts, EVENT_PLACES * HASH_BYTES); /* at once: each time asks the system */
	for (size_t i = 0; i < EVENT_PLACES; i++)
		row->seals[i] = row->places[i].n ? (struct str){salts + i * HASH_BYTES, HASH_BYTES} : (struct str){0};
}

enum status event_append(struct connection *connection, struct arena *arena, struct hash previous,
			 struct event_row *row, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_next(connection, COUNTER_EVENTS, 1, &row->id, error);

	if (status)
		return status;
	status =
	    store_prepare(connection,
			  S("INSERT INTO kaname_event (id, record, seq, at, recorded_at, actor, via, kind, transition, "
			    "fields, changes, details, personal, personal_seal, comment, comment_seal, files, "
			    "files_seal, public, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
			  &statement, error);
	if (status)
		return status;
	draw_salts(arena, row);
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
	for (int i = 0; i < EVENT_PLACES; i++)
		bind_place(statement, row, i);
	bind_int(statement, row->is_public);
	bind_blob(statement, (struct str){(const char *)row->hash.bytes, HASH_BYTES});
	return store_run(statement, error);
}

/* --- reading --- */

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
	    .is_public = column_int(statement, 18) != 0,
	};
	for (int i = 0; i < EVENT_PLACES; i++) {
		row->places[i] = str_dup(arena, column_text(statement, 12 + 2 * i));
		row->seals[i] = str_dup(arena, column_blob(statement, 13 + 2 * i));
	}
	take_hash(column_blob(statement, 19), &row->hash);
}

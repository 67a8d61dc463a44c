/* The tables. Times are instants (ms), people and records identities, 0 in `actor` the system itself. */
#include "store/schema.h"

const char *const schema_tables[] = {
    "CREATE TABLE IF NOT EXISTS kaname_meta (name {text} PRIMARY KEY, value {text}){keyed}",
    "CREATE TABLE IF NOT EXISTS kaname_type (code {int} PRIMARY KEY, name {text} NOT NULL UNIQUE)",
    /* What every field was when its column was last looked at; type is the code. */
    "CREATE TABLE IF NOT EXISTS kaname_column (type {int} NOT NULL, field {text} NOT NULL, kind {text} NOT NULL, "
    "PRIMARY KEY (type, field)){keyed}",
    "CREATE TABLE IF NOT EXISTS kaname_serial (type {int} PRIMARY KEY, last {int} NOT NULL)",

    /* The history: one row per edit. seq counts from 1 in each record; at is when it counts from, recorded_at when it
     * was written; fields, changes and details are JSON; hash covers the row and the hash before it, but for what may
     * have to be erased: personal, comment and files, of which it covers commitments (record/event.h). */
    "CREATE TABLE IF NOT EXISTS kaname_event (id {identity}, record {int} NOT NULL, seq {int} NOT NULL, "
    "at {int} NOT NULL, recorded_at {int} NOT NULL, actor {int} NOT NULL, via {text} NOT NULL, kind {text} NOT NULL, "
    "transition {text}, fields {text}, changes {text}, details {text}, personal {text}, personal_seal {blob}, "
    "comment {text}, comment_seal {blob}, files {text}, files_seal {blob}, public {int} NOT NULL, "
    "hash {blob} NOT NULL, UNIQUE (record, seq))",

    /* until NULL: stands now; the past stays, so that the graph can be read as of a moment. */
    "CREATE TABLE IF NOT EXISTS kaname_link (id {identity}, kind {text} NOT NULL, source {int} NOT NULL, "
    "target {int} NOT NULL, since {int} NOT NULL, until {int}, event {int})",
    "CREATE UNIQUE INDEX IF NOT EXISTS kaname_link_now ON kaname_link (kind, source, target) WHERE until IS NULL",
    "CREATE INDEX IF NOT EXISTS kaname_link_source ON kaname_link (source, kind)",
    "CREATE INDEX IF NOT EXISTS kaname_link_target ON kaname_link (target, kind)",

    /* One clock of a record as it was last evaluated, and the timeline that it is evaluated from. target NULL: nothing
     * is agreed now, state is 'none'. passed: the steps of its escalation that are done; wakes_at: when the next is. */
    "CREATE TABLE IF NOT EXISTS kaname_clock (record {int} NOT NULL, name {text} NOT NULL, state {text} NOT NULL, "
    "target {int}, calendar {int}, agreement {int}, elapsed {int}, evaluated_at {int}, due_at {int}, started_at {int}, "
    "stopped_at {int}, timeline {text}, passed {text}, wakes_at {int}, PRIMARY KEY (record, name)){keyed}",
    "DROP INDEX IF EXISTS kaname_clock_due", /* of version 1: the rows have these columns now */
    "CREATE INDEX IF NOT EXISTS kaname_clock_calendar ON kaname_clock (calendar) WHERE stopped_at IS NULL",
    "CREATE TABLE IF NOT EXISTS kaname_timer (id {identity}, due_at {int} NOT NULL, record {int} NOT NULL, "
    "behaviour {text} NOT NULL, name {text} NOT NULL, payload {text}, fault {text})",
    "CREATE INDEX IF NOT EXISTS kaname_timer_due ON kaname_timer (due_at)",
    "DROP INDEX IF EXISTS kaname_timer_record", /* of version 4 */
    "CREATE UNIQUE INDEX IF NOT EXISTS kaname_timer_one ON kaname_timer (record, behaviour, name)",
    "CREATE INDEX IF NOT EXISTS kaname_timer_fault ON kaname_timer (due_at, id) WHERE fault IS NOT NULL",

    "CREATE TABLE IF NOT EXISTS kaname_blob (hash {blob} PRIMARY KEY, size {int} NOT NULL, bytes {blob} NOT NULL)",
    "CREATE TABLE IF NOT EXISTS kaname_attachment (id {identity}, record {int} NOT NULL, event {int}, "
    "name {text} NOT NULL, media_type {text} NOT NULL, size {int} NOT NULL, hash {blob} NOT NULL, public {int} NOT "
    "NULL, "
    "created_at {int} NOT NULL, created_by {int} NOT NULL)",
    "CREATE INDEX IF NOT EXISTS kaname_attachment_record ON kaname_attachment (record)",
    "CREATE TABLE IF NOT EXISTS kaname_watcher (record {int} NOT NULL, person {int} NOT NULL, since {int} NOT NULL, "
    "PRIMARY KEY (record, person)){keyed}",
    "CREATE INDEX IF NOT EXISTS kaname_watcher_person ON kaname_watcher (person)",

    "CREATE TABLE IF NOT EXISTS kaname_credential (person {int} PRIMARY KEY, password {text} NOT NULL, "
    "changed_at {int} NOT NULL)",
    "CREATE TABLE IF NOT EXISTS kaname_session (hash {blob} PRIMARY KEY, person {int} NOT NULL, csrf {text} NOT NULL, "
    "created_at {int} NOT NULL, used_at {int} NOT NULL, expires_at {int} NOT NULL){keyed}",
    "CREATE TABLE IF NOT EXISTS kaname_token (id {identity}, hash {blob} NOT NULL UNIQUE, person {int} NOT NULL, "
    "name {text}, scope {text}, created_at {int} NOT NULL, expires_at {int}, used_at {int}, revoked_at {int})",
    "CREATE TABLE IF NOT EXISTS kaname_attempt (subject {text} PRIMARY KEY, failures {int} NOT NULL, since {int} NOT "
    "NULL, "
    "until {int}){keyed}",
    "CREATE INDEX IF NOT EXISTS kaname_attempt_since ON kaname_attempt (since)",
    "CREATE TABLE IF NOT EXISTS kaname_idempotency (person {int} NOT NULL, key {text} NOT NULL, request {blob} NOT "
    "NULL, "
    "record {int}, event {int}, created_at {int} NOT NULL, PRIMARY KEY (person, key)){keyed}",
    "CREATE INDEX IF NOT EXISTS kaname_idempotency_created ON kaname_idempotency (created_at)",

    "CREATE TABLE IF NOT EXISTS kaname_checkpoint (id {identity}, at {int} NOT NULL, last_event {int} NOT NULL, "
    "heads {int} NOT NULL, root {blob} NOT NULL, public_key {blob} NOT NULL, signature {blob} NOT NULL)",
    /* What a person was told by the program; read_at NULL: not yet read; shown_at NULL: at once. */
    "CREATE TABLE IF NOT EXISTS kaname_notice (id {identity}, person {int} NOT NULL, at {int} NOT NULL, "
    "record {int} NOT NULL, event {int}, kind {text} NOT NULL, en {text} NOT NULL, ja {text} NOT NULL, read_at {int}, "
    "shown_at {int})",
    "CREATE INDEX IF NOT EXISTS kaname_notice_person ON kaname_notice (person, id)",
    "CREATE INDEX IF NOT EXISTS kaname_notice_unread ON kaname_notice (person, id) WHERE read_at IS NULL",
    /* Which of it is to go to the outbox, and when. */
    "CREATE TABLE IF NOT EXISTS kaname_notice_mail (notice {int} PRIMARY KEY, person {int} NOT NULL, record {int} NOT "
    "NULL, due_at {int} NOT NULL){keyed}",
    "CREATE INDEX IF NOT EXISTS kaname_notice_mail_due ON kaname_notice_mail (due_at, person)",
    /* What is sent by mail, and what became of it (record/outbox.h). due_at: when it is tried next, NULL: never again;
     * then fate tells what became of it. raw: the message, without the addresses that are for its reader alone. */
    "CREATE TABLE IF NOT EXISTS kaname_outbox (id {identity}, at {int} NOT NULL, kind {text} NOT NULL, record {int}, "
    "event {int}, payload {text}, due_at {int} DEFAULT 0, attempts {int}, message_id {text}, person {int}, "
    "address {text}, fate {text}, reason {text}, settled_at {int}, raw {blob})",
    "CREATE INDEX IF NOT EXISTS kaname_outbox_due ON kaname_outbox (due_at, id) WHERE due_at IS NOT NULL",
    "CREATE UNIQUE INDEX IF NOT EXISTS kaname_outbox_message ON kaname_outbox (message_id) WHERE message_id IS NOT "
    "NULL",
    "CREATE INDEX IF NOT EXISTS kaname_outbox_record ON kaname_outbox (record, at, id) WHERE record IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS kaname_outbox_person ON kaname_outbox (person)",
    "CREATE INDEX IF NOT EXISTS kaname_outbox_address ON kaname_outbox (address, id) WHERE address IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS kaname_outbox_fate ON kaname_outbox (fate, id) WHERE fate IS NOT NULL",
    /* Of an entry that tells of several records: each of them, and the first notice about it. */
    "CREATE TABLE IF NOT EXISTS kaname_outbox_told (entry {int} NOT NULL, record {int} NOT NULL, at {int} NOT NULL, "
    "notice {int} NOT NULL, PRIMARY KEY (entry, record)){keyed}",
    "CREATE INDEX IF NOT EXISTS kaname_outbox_told_record ON kaname_outbox_told (record, at, entry)",
    "CREATE TABLE IF NOT EXISTS kaname_preference (person {int} NOT NULL, name {text} NOT NULL, value {text}, "
    "PRIMARY KEY (person, name)){keyed}",
    /* Files that were written for somebody, in parts, until they are removed (record/export_file.h). */
    "CREATE TABLE IF NOT EXISTS kaname_export_part (record {int} NOT NULL, part {int} NOT NULL, bytes {blob} NOT NULL, "
    "PRIMARY KEY (record, part))",
    /* How a demand of the standard stood, from when on (record/stood.h). */
    "CREATE TABLE IF NOT EXISTS kaname_stood (subject {text} NOT NULL, since {int} NOT NULL, word {text} NOT NULL, "
    "PRIMARY KEY (subject, since)){keyed}",
    /* How a webhook stands (record/hooks.h). place: the event up to which all is told or stands in kaname_delivery. */
    "CREATE TABLE IF NOT EXISTS kaname_hook (record {int} PRIMARY KEY, active {int} NOT NULL, place {int} NOT NULL, "
    "secret {text}, former {text}, former_until {int}, failures {int} NOT NULL, failing_since {int}, "
    "pause_until {int} NOT NULL, held_until {int} NOT NULL, holder {int} NOT NULL){keyed}",
    "CREATE TABLE IF NOT EXISTS kaname_delivery (id {identity}, hook {int} NOT NULL, event {int} NOT NULL, "
    "record {int} NOT NULL, state {text} NOT NULL, attempts {int} NOT NULL, queued_at {int} NOT NULL, "
    "due_at {int} NOT NULL, sent_at {int}, took {int}, code {int}, says {text})",
    "CREATE UNIQUE INDEX IF NOT EXISTS kaname_delivery_one ON kaname_delivery (hook, event)",
    "CREATE INDEX IF NOT EXISTS kaname_delivery_waits ON kaname_delivery (hook, record, event) WHERE state = 'waiting'",
    "CREATE INDEX IF NOT EXISTS kaname_delivery_old ON kaname_delivery (queued_at)",
    /* Calendars that programs read by an address that nobody can guess (record/feeds.h). */
    "CREATE TABLE IF NOT EXISTS kaname_feed (id {identity}, hash {blob} NOT NULL UNIQUE, person {int} NOT NULL, "
    "kind {text} NOT NULL, name {text} NOT NULL, created_at {int} NOT NULL, revoked_at {int})",
    "CREATE INDEX IF NOT EXISTS kaname_feed_person ON kaname_feed (person)",
#if SCHEMA_AHEAD
    "CREATE TABLE IF NOT EXISTS kaname_ahead (id {identity}, seen {int})",
#endif
    NULL,
};

const struct schema_addition schema_additions[] = {
    {"kaname_clock", "passed", "{text}"},
    {"kaname_clock", "wakes_at", "{int}"},
    {"kaname_notice", "shown_at", "{int}"},
    {"kaname_timer", "fault", "{text}"},
    {"kaname_outbox", "due_at", "{int} DEFAULT 0"},
    {"kaname_outbox", "attempts", "{int}"},
    {"kaname_outbox", "message_id", "{text}"},
    {"kaname_outbox", "person", "{int}"},
    {"kaname_outbox", "address", "{text}"},
    {"kaname_outbox", "fate", "{text}"},
    {"kaname_outbox", "reason", "{text}"},
    {"kaname_outbox", "settled_at", "{int}"},
    {"kaname_outbox", "raw", "{blob}"},
#if SCHEMA_AHEAD
    {"kaname_event", "ahead", "{text}"},
    {"kaname_timer", "ahead", "{int} NOT NULL DEFAULT 0"},
#endif
    {NULL, NULL, NULL},
};

struct str schema_expand(struct arena *arena, const struct store_driver *driver, const char *text)
{
	const struct {
		struct str mark;
		const char *meaning;
	} marks[] = {
	    {S("{identity}"), driver->identity_type},
	    {S("{int}"), driver->column_types[COLUMN_INTEGER]},
	    {S("{text}"), driver->column_types[COLUMN_TEXT]},
	    {S("{blob}"), driver->column_types[COLUMN_BLOB]},
	    {S("{keyed}"), driver->keyed_table},
	};
	struct buf sql = buf_new(arena);
	struct str rest = str_of(text);

	while (rest.n) {
		size_t i = 0;

		while (i < sizeof(marks) / sizeof(*marks) && !str_starts(rest, marks[i].mark))
			i++;
		if (i < sizeof(marks) / sizeof(*marks)) {
			buf_add_c(&sql, marks[i].meaning);
			rest = str_sub(rest, marks[i].mark.n, rest.n);
		} else {
			buf_add_char(&sql, *rest.p);
			rest = str_sub(rest, 1, rest.n);
		}
	}
	return buf_str(&sql);
}

void schema_name(struct buf *sql, struct str name)
{
	buf_add_char(sql, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"')
			buf_add_char(sql, '"');
		buf_add_char(sql, name.p[i]);
	}
	buf_add_char(sql, '"');
}

static struct str quoted(struct arena *arena, struct str name)
{
	struct buf buf = buf_new(arena);

	schema_name(&buf, name);
	return buf_str(&buf);
}

struct str layout_table(struct arena *arena, const struct type *type)
{
	return quoted(arena, type->name);
}

struct str layout_column(struct arena *arena, const struct field *field)
{
	return quoted(arena, field->name);
}

struct str layout_clock_column(struct arena *arena, struct str clock, enum clock_column column)
{
	return quoted(arena,
		      str_format(arena, "clock_%.*s_%s", STR_ARG(clock), column == CLOCK_STATE ? "state" : "due_at"));
}

bool layout_has_column(const struct field *field)
{
	return field->value != VALUE_LIST && field->kind != FIELD_LINKS;
}

const char *schema_kind(const struct field *field)
{
	static const char *const kinds[] = {
	    [VALUE_NONE] = "none",         [VALUE_BOOLEAN] = "boolean",  [VALUE_INTEGER] = "integer",
	    [VALUE_DECIMAL] = "decimal",   [VALUE_MONEY] = "money",      [VALUE_TEXT] = "text",
	    [VALUE_CHOICE] = "choice",     [VALUE_DATE] = "date",        [VALUE_TIME] = "datetime",
	    [VALUE_DURATION] = "duration", [VALUE_RECORD] = "reference", [VALUE_LIST] = "links",
	    [VALUE_ROWS] = "rows",
	};

	return kinds[field->value];
}

struct str schema_number_kind(struct arena *arena, const struct type *type)
{
	return str_format(arena, "%.*s-%u", STR_ARG(type->prefix), type->number_width);
}

static bool holds_text(const struct field *field)
{
	return field->value == VALUE_TEXT || field->value == VALUE_CHOICE || field->value == VALUE_ROWS;
}

size_t schema_columns(struct arena *arena, const struct store_driver *driver, const struct field *field,
		      struct str definitions[2])
{
	struct buf sql = buf_new(arena);

	if (!layout_has_column(field))
		return 0;
	schema_name(&sql, field->name);
	buf_format(&sql, " %s", driver->column_types[holds_text(field) ? COLUMN_TEXT : COLUMN_INTEGER]);
	definitions[0] = buf_str(&sql);
	if (field->value != VALUE_MONEY)
		return 1;
	struct buf currency = buf_new(arena);
	schema_name(&currency, str_format(arena, "%.*s_currency", STR_ARG(field->name)));
	buf_format(&currency, " %s", driver->column_types[COLUMN_TEXT]);
	definitions[1] = buf_str(&currency);
	return 2;
}

void schema_clock_columns(struct arena *arena, const struct store_driver *driver, struct str clock,
			  struct str definitions[2])
{
	struct str due = layout_clock_column(arena, clock, CLOCK_DUE_AT),
		   state = layout_clock_column(arena, clock, CLOCK_STATE);

	definitions[0] = str_format(arena, "%.*s %s NOT NULL DEFAULT " LAYOUT_NEVER, STR_ARG(due),
				    driver->column_types[COLUMN_INTEGER]);
	definitions[1] = str_format(arena, "%.*s %s", STR_ARG(state), driver->column_types[COLUMN_TEXT]);
}

struct str schema_create(struct arena *arena, const struct store_driver *driver, const struct type *type)
{
	const char *integer = driver->column_types[COLUMN_INTEGER];
	const struct map *clocks = &type->query->clocks;
	struct buf sql = buf_new(arena);

	buf_add_c(&sql, "CREATE TABLE IF NOT EXISTS ");
	schema_name(&sql, type->name);
	buf_format(&sql, " (\"id\" %s PRIMARY KEY, ", integer);
	driver->number_column(&sql, type->prefix, type->number_width);
	buf_format(&sql, ", \"version\" %s NOT NULL", integer);
	if (type->state_count)
		buf_format(&sql, ", \"state\" %s NOT NULL", driver->column_types[COLUMN_TEXT]);
	buf_format(&sql,
		   ", \"created_at\" %s NOT NULL, \"updated_at\" %s NOT NULL, \"created_by\" %s NOT NULL, "
		   "\"updated_by\" %s NOT NULL, \"restricted\" %s NOT NULL DEFAULT 0",
		   integer, integer, integer, integer, integer);
	for (size_t i = 0; i < type->field_count; i++) {
		struct str definitions[2];
		size_t count = schema_columns(arena, driver, type->fields[i], definitions);

		for (size_t d = 0; d < count; d++)
			buf_format(&sql, ", %.*s", STR_ARG(definitions[d]));
	}
	for (size_t i = 0; i < clocks->count; i++) {
		struct str definitions[2];

		schema_clock_columns(arena, driver, clocks->entries[i].key, definitions);
		buf_format(&sql, ", %.*s, %.*s", STR_ARG(definitions[0]), STR_ARG(definitions[1]));
	}
	buf_add_char(&sql, ')');
	return buf_str(&sql);
}
